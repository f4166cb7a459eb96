//! The comment on a pull request: one, which is changed where it stands, and never a second one.
//!
//! A comment is ours where it begins with a mark that nobody sees and was written by the account whose token is used. Tokens of
//! workflows may not ask whose they are; of these it is ours where a program wrote it. Others may write the mark as well: their
//! comments stay as they are.

use bartizan_formats::hosting::{
    act::{ActingHost as _, Action, Method},
    pulls::{Comment, Pulls},
};
use bartizan_model::hosting::{Seen, Unseen};
use bartizan_sources::hosting::HostClient;
use serde_json::json;

use crate::{code_host, context::Context, error::Failure};

/// What a comment of ours begins with.
const MARK: &str = "<!-- bartizan review -->";

/// The most letters that a comment may have.
const LONGEST: usize = 65_000;

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Plan {
    /// There is none yet.
    Create,
    /// It says something else.
    Change(u64),
    /// It says that already.
    Leave,
    /// There is none, and nothing to tell.
    Nothing,
}

/// What is posted, and where.
pub(super) struct Posting<'a> {
    pub(super) repository: &'a str,
    pub(super) number: u32,
    /// The text, in Markdown.
    pub(super) text: &'a str,
    /// Whether it has anything to tell.
    pub(super) is_clean: bool,
    /// Whether nothing is told, and only shown what would be.
    pub(super) is_dry: bool,
}

/// Posts, or shows what would be posted.
pub(super) fn post(ctx: &Context, posting: &Posting<'_>) -> Result<(), Failure> {
    let (client, _) = code_host::client(ctx, "`--post` writes to the code host")?;
    if !posting.is_dry && code_host::token(ctx)?.is_none() {
        let hint = format!("put one into `{}`", code_host::TOKENS.join("`, `"));
        return Err(Failure::usage("`--post` needs a token").hint(hint));
    }
    let place = format!("{}#{}", posting.repository, posting.number);
    let failed = |unseen: Unseen| {
        Failure::data(format!("cannot comment on {place}: {}", unseen.why))
            .hint(format!("this needs {}", unseen.needs()))
    };
    let body = body(posting.text);
    let pulls = Pulls::of(&client, posting.repository);
    let plan = plan(&pulls, posting, &body).map_err(failed)?;
    let what = match &plan {
        Plan::Create => "a comment",
        Plan::Change(_) => "another text of the comment that is there",
        Plan::Leave => "nothing: the comment that is there says it",
        Plan::Nothing => "nothing: there is nothing to tell",
    };
    if posting.is_dry {
        ctx.note(&format!("{place} would get {what}"));
        return Ok(());
    }
    tell(&client, posting, &plan, &body).map_err(failed)?;
    ctx.note(&format!("{place} got {what}"));
    Ok(())
}

fn body(text: &str) -> String {
    let text = crate::term::cut(text, LONGEST, "…");
    format!("{MARK}\n{text}")
}

fn plan(pulls: &Pulls<'_>, posting: &Posting<'_>, body: &str) -> Seen<Plan> {
    let comments = pulls.comments(posting.number)?;
    let login = pulls.login().ok();
    let own = comments.iter().find(|it| is_own(it, login.as_deref()));
    Ok(match own {
        // The host takes blanks at the end away.
        Some(own) if own.body.trim_end() == body.trim_end() => Plan::Leave,
        Some(own) => Plan::Change(own.id),
        None if posting.is_clean => Plan::Nothing,
        None => Plan::Create,
    })
}

fn is_own(comment: &Comment, login: Option<&str>) -> bool {
    let is_of_us = match login {
        Some(login) => comment.login == login,
        None => comment.is_of_program,
    };
    is_of_us && comment.body.starts_with(MARK)
}

fn tell(client: &HostClient, posting: &Posting<'_>, plan: &Plan, body: &str) -> Seen<()> {
    let (owner, name) = posting.repository.split_once('/').unwrap_or_default();
    let action = |method, rest: &[&str]| Action {
        about: "the comment",
        method,
        path: ["repos", owner, name, "issues"]
            .iter()
            .chain(rest)
            .map(|it| (*it).to_owned())
            .collect(),
        body: Some(json!({"body": body})),
        permission: "pull_requests=write",
    };
    match plan {
        Plan::Create => {
            let number = posting.number.to_string();
            client.act_once(&action(Method::Post, &[&number, "comments"]))?;
        }
        Plan::Change(id) => {
            client.act(&action(Method::Patch, &["comments", &id.to_string()]))?;
        }
        Plan::Leave | Plan::Nothing => {}
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use bartizan_formats::hosting::MemoryHost;

    use super::*;

    fn check(comments: &str, login: Option<&str>, is_clean: bool) -> Plan {
        let mut answers = BTreeMap::from([(
            "repos/lab/lab/issues/7/comments".to_owned(),
            comments.to_owned(),
        )]);
        if let Some(login) = login {
            answers.insert("user".to_owned(), json!({"login": login}).to_string());
        }
        let host = MemoryHost { answers };
        let posting = Posting {
            repository: "lab/lab",
            number: 7,
            text: "t\n",
            is_clean,
            is_dry: true,
        };
        let pulls = Pulls::of(&host, "lab/lab");
        plan(&pulls, &posting, &body(posting.text)).unwrap()
    }

    fn comments(list: &[(u64, &str, &str, String)]) -> String {
        let comments = list.iter().map(|(id, login, kind, body)| {
            json!({"id": id, "user": {"login": login, "type": kind}, "body": body})
        });
        serde_json::Value::from(comments.collect::<Vec<_>>()).to_string()
    }

    #[test]
    fn there_is_one_comment_and_it_is_ours() {
        let marked = |text: &str| format!("{MARK}\n{text}");
        let one = |login, kind, body| {
            comments(&[(1, "x", "User", "hi".to_owned()), (5, login, kind, body)])
        };
        assert_eq!(check("[]", Some("me"), false), Plan::Create);
        assert_eq!(check("[]", Some("me"), true), Plan::Nothing);
        assert_eq!(
            check(&one("me", "User", marked("old")), Some("me"), true),
            Plan::Change(5)
        );
        assert_eq!(
            check(&one("me", "User", marked("t")), Some("me"), false),
            Plan::Leave
        );
        // Somebody else's with our mark, and ours without it.
        assert_eq!(
            check(&one("evil", "User", marked("old")), Some("me"), false),
            Plan::Create
        );
        assert_eq!(
            check(&one("me", "User", "old".to_owned()), Some("me"), false),
            Plan::Create
        );
        // A token that may not say whose it is.
        assert_eq!(
            check(&one("evil", "User", marked("old")), None, false),
            Plan::Create
        );
        assert_eq!(
            check(
                &one("github-actions[bot]", "Bot", marked("old")),
                None,
                false
            ),
            Plan::Change(5)
        );
    }
}
