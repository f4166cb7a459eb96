//! Pull requests: where one begins and ends, what both states hold, and the comments below it.

use bartizan_model::hosting::{Seen, Unseen, UnseenKind};
use serde::Deserialize;

use super::{Asking, Host, Question};
use crate::attestation::base64;

/// How many files one state has. The host itself ends a list at a hundred thousand.
const MOST_FILES: usize = 200_000;

/// How many entries a page of a list has.
const PAGE: usize = 100;

/// The longest path of a file.
const LONGEST_PATH: usize = 4_096;

/// What the answer to a blob may say too much: four letters for three bytes, and line breaks.
const BASE64: u64 = 2;

/// Where a pull request begins and ends: whole hashes of commits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PullRequest {
    /// The tip of the branch that it is to come into.
    pub base: String,
    /// Its own tip.
    pub head: String,
}

/// The newest pull requests that are open.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OpenPulls {
    /// Numbers and ends, the newest first.
    pub pulls: Vec<(u32, PullRequest)>,
    /// Whether there are more.
    pub is_cut: bool,
}

/// All files of a commit.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HostedTree {
    /// They, in the order of the host.
    pub files: Vec<HostedFile>,
    /// Whether there are more.
    pub is_cut: bool,
}

/// A file of a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostedFile {
    /// Its path.
    pub path: String,
    /// Its mode, as git writes it: `100644`.
    pub mode: String,
    /// The hash of its content, or the commit of a submodule.
    pub sha: String,
    /// How many bytes it has, where that is told.
    pub size: Option<u64>,
}

/// A comment below a pull request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// Its number.
    pub id: u64,
    /// The account that wrote it.
    pub login: String,
    /// Whether that is a program's.
    pub is_of_program: bool,
    /// Its text.
    pub body: String,
}

#[derive(Deserialize)]
struct PullJson {
    base: EndJson,
    head: EndJson,
}

#[derive(Deserialize)]
struct OpenJson {
    number: u32,
    #[serde(flatten)]
    ends: PullJson,
}

#[derive(Deserialize)]
struct EndJson {
    sha: String,
}

#[derive(Deserialize)]
struct CompareJson {
    merge_base_commit: EndJson,
}

#[derive(Deserialize)]
struct TreeJson {
    tree: Vec<EntryJson>,
    #[serde(default)]
    truncated: bool,
}

#[derive(Deserialize)]
struct EntryJson {
    path: String,
    mode: String,
    #[serde(rename = "type")]
    kind: String,
    sha: String,
    #[serde(default)]
    size: Option<u64>,
}

#[derive(Deserialize)]
struct BlobJson {
    content: String,
    encoding: String,
}

#[derive(Deserialize)]
struct CommentJson {
    id: u64,
    #[serde(default)]
    user: Option<UserJson>,
    #[serde(default)]
    body: Option<String>,
}

#[derive(Deserialize)]
struct UserJson {
    login: String,
    #[serde(default, rename = "type")]
    kind: String,
}

impl PullJson {
    fn ends(&self) -> Seen<PullRequest> {
        Ok(PullRequest {
            base: hash(&self.base.sha)?,
            head: hash(&self.head.sha)?,
        })
    }
}

/// A repository that is asked about its pull requests.
#[derive(Clone, Copy)]
pub struct Pulls<'a> {
    host: &'a dyn Host,
    repository: &'a str,
}

impl<'a> Pulls<'a> {
    /// Of a repository, as owner and name.
    pub fn of(host: &'a dyn Host, repository: &'a str) -> Self {
        Self { host, repository }
    }

    /// Where a pull request begins and ends.
    pub fn ends(&self, number: u32) -> Seen<PullRequest> {
        let asking = self.asking();
        let question = asking.of("the pull request", &["pulls", &number.to_string()]);
        let found: PullJson = asking.one(&question.with("pull_requests=read"))?;
        found.ends()
    }

    /// The newest of those that are open, so many at most.
    pub fn open(&self, most: usize) -> Seen<OpenPulls> {
        let asking = self.asking();
        let question = asking.of("the open pull requests", &["pulls"]);
        let question = question.asking("state=open&sort=created&direction=desc&per_page=100");
        // One more is asked for, so that it is known whether there are more.
        let pages = most.saturating_add(1).div_ceil(PAGE);
        let question = question.first(pages).with("pull_requests=read");
        let mut found: Vec<OpenJson> = asking.all(&question, None)?;
        let is_cut = found.len() > most;
        found.truncate(most);
        let pulls = found.into_iter().map(|it| Ok((it.number, it.ends.ends()?)));
        Ok(OpenPulls {
            pulls: pulls.collect::<Seen<_>>()?,
            is_cut,
        })
    }

    /// The commit on which two lines of work last agreed.
    pub fn merge_base(&self, pull: &PullRequest) -> Seen<String> {
        let asking = self.asking();
        let span = format!("{}...{}", pull.base, pull.head);
        let question = asking.of("where it parted", &["compare", &span]);
        let question = question.asking("per_page=1").with("contents=read");
        let found: CompareJson = asking.one(&question)?;
        hash(&found.merge_base_commit.sha)
    }

    /// All files of a commit.
    pub fn tree(&self, commit: &str) -> Seen<HostedTree> {
        let asking = self.asking();
        let question = asking.of("the files of a commit", &["git", "trees", commit]);
        let question = question.asking("recursive=1").with("contents=read");
        let found: TreeJson = asking.one(&question)?;
        let mut tree = HostedTree {
            files: Vec::new(),
            is_cut: found.truncated,
        };
        for entry in found.tree.into_iter().filter(|it| it.kind != "tree") {
            if entry.path.len() > LONGEST_PATH || tree.files.len() >= MOST_FILES {
                tree.is_cut = true;
                continue;
            }
            tree.files.push(HostedFile {
                path: entry.path,
                mode: entry.mode,
                sha: hash(&entry.sha)?,
                size: entry.size,
            });
        }
        Ok(tree)
    }

    /// A content of at most so many bytes.
    pub fn blob(&self, sha: &str, limit: u64) -> Seen<Vec<u8>> {
        let asking = self.asking();
        let question = asking.of("a content", &["git", "blobs", sha]);
        let found: BlobJson = asking.one(&question.with("contents=read"))?;
        let wrong = |why: &str| Unseen::new(UnseenKind::Unreadable, why);
        if found.content.len() as u64 > limit.saturating_mul(BASE64) {
            return Err(wrong("a content is larger than it said"));
        }
        match found.encoding.as_str() {
            "base64" => base64::decode("content", &found.content)
                .map_err(|_error| wrong("a content is no base64")),
            "utf-8" => Ok(found.content.into_bytes()),
            _ => Err(wrong("a content is written in a way that is not known")),
        }
    }

    /// Every comment below a pull request.
    pub fn comments(&self, number: u32) -> Seen<Vec<Comment>> {
        let asking = self.asking();
        let path = ["issues", &number.to_string(), "comments"];
        let question = asking.of("comments", &path).listed();
        let found: Vec<CommentJson> = asking.all(&question.with("pull_requests=read"), None)?;
        let comments = found.into_iter().map(|it| {
            let user = it.user.as_ref();
            Comment {
                id: it.id,
                is_of_program: user.is_some_and(|user| user.kind == "Bot"),
                login: user.map(|user| user.login.clone()).unwrap_or_default(),
                body: it.body.unwrap_or_default(),
            }
        });
        Ok(comments.collect())
    }

    /// The account whose token asks. Tokens of workflows have none that they may see.
    pub fn login(&self) -> Seen<String> {
        let asking = self.asking();
        let found: UserJson = asking.one(&Question::new("whose token it is", &["user"]))?;
        Ok(found.login)
    }

    fn asking(&self) -> Asking<'a> {
        let (owner, name) = self.repository.split_once('/').unwrap_or_default();
        Asking {
            host: self.host,
            owner,
            name,
        }
    }
}

/// A whole hash; what is none would become part of a path.
fn hash(text: &str) -> Seen<String> {
    let is_hash = matches!(text.len(), 40 | 64) && text.bytes().all(|it| it.is_ascii_hexdigit());
    if is_hash {
        return Ok(text.to_ascii_lowercase());
    }
    let why = "the answer cannot be read: a hash is none";
    Err(Unseen::new(UnseenKind::Unreadable, why))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::{super::MemoryHost, *};

    const ONE: &str = "1111111111111111111111111111111111111111";
    const TWO: &str = "2222222222222222222222222222222222222222";

    fn host(path: &str, text: &str) -> MemoryHost {
        let answers = BTreeMap::from([(path.to_owned(), text.to_owned())]);
        MemoryHost { answers }
    }

    #[test]
    fn pull_requests_have_two_ends() {
        let check = |text: &str| {
            let host = host("repos/lab/lab/pulls/7", text);
            match Pulls::of(&host, "lab/lab").ends(7) {
                Ok(it) => format!("{} {}", it.base, it.head),
                Err(unseen) => unseen.why,
            }
        };
        let good = format!(r#"{{"base": {{"sha": "{ONE}"}}, "head": {{"sha": "{TWO}"}}}}"#);
        assert_eq!(check(&good), format!("{ONE} {TWO}"));
        insta::assert_snapshot!(check(&good.replace(TWO, "../x")), @"the answer cannot be read: a hash is none");
        insta::assert_snapshot!(check("[]"), @"the answer cannot be read: invalid length 0, expected struct PullJson with 2 elements");
    }

    #[test]
    fn the_newest_that_are_open() {
        let one = format!(r#""base": {{"sha": "{ONE}"}}, "head": {{"sha": "{TWO}"}}"#);
        let list = format!(r#"[{{"number": 9, {one}}}, {{"number": 7, "draft": true, {one}}}]"#);
        let check = |text: &str, most: usize| {
            let host = host("repos/lab/lab/pulls", text);
            match Pulls::of(&host, "lab/lab").open(most) {
                Ok(open) => {
                    let numbers: Vec<u32> = open.pulls.iter().map(|it| it.0).collect();
                    format!("{numbers:?} {}", open.is_cut)
                }
                Err(unseen) => unseen.why,
            }
        };
        assert_eq!(check(&list, 5), "[9, 7] false");
        assert_eq!(check(&list, 2), "[9, 7] false");
        assert_eq!(check(&list, 1), "[9] true");
        assert_eq!(check("[]", 5), "[] false");
        insta::assert_snapshot!(check(&list.replace(TWO, "x"), 5), @"the answer cannot be read: a hash is none");
        insta::assert_snapshot!(check(r#"{"message": "x"}"#, 5), @"the answer is no list");
    }

    #[test]
    fn files_contents_and_comments_are_read() {
        let tree = format!(
            r#"{{"truncated": true, "tree": [{{"path": "a", "mode": "040000", "type": "tree", "sha": "{ONE}"}}, {{"path": "a/b", "mode": "100644", "type": "blob", "sha": "{TWO}", "size": 3}}]}}"#
        );
        let host = host(&format!("repos/lab/lab/git/trees/{ONE}"), &tree);
        let tree = Pulls::of(&host, "lab/lab").tree(ONE).unwrap();
        assert!(tree.is_cut && tree.files.len() == 1 && tree.files[0].size == Some(3));
        let blob = |text: &str| {
            let host = self::host(&format!("repos/lab/lab/git/blobs/{ONE}"), text);
            match Pulls::of(&host, "lab/lab").blob(ONE, 8) {
                Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
                Err(unseen) => unseen.why,
            }
        };
        assert_eq!(
            blob(r#"{"content": "YW\nI=\n", "encoding": "base64"}"#),
            "ab"
        );
        assert_eq!(
            blob(r#"{"content": "YWI!", "encoding": "base64"}"#),
            "a content is no base64"
        );
        assert_eq!(
            blob(r#"{"content": "aaaaaaaaaaaaaaaaa", "encoding": "utf-8"}"#),
            "a content is larger than it said"
        );
        let comments = r#"[{"id": 5, "user": {"login": "x[bot]", "type": "Bot"}, "body": "b"}, {"id": 6, "user": null}]"#;
        let host = self::host("repos/lab/lab/issues/7/comments", comments);
        let comments = Pulls::of(&host, "lab/lab").comments(7).unwrap();
        assert!(comments[0].is_of_program && comments[0].login == "x[bot]");
        assert!(!comments[1].is_of_program && comments[1].body.is_empty());
    }

    proptest! {
        #[test]
        fn never_panics(text in r#"(\{|\}|\[|\]|"tree":|"sha":|"content":|"encoding": "base64"|"a"|,|1){0,20}"#) {
            let answers = ["pulls", "pulls/7", "git/trees/a", "git/blobs/a", "issues/7/comments"];
            let answers = answers.map(|it| (format!("repos/a/b/{it}"), text.clone()));
            let host = MemoryHost { answers: BTreeMap::from(answers) };
            let pulls = Pulls::of(&host, "a/b");
            drop(pulls.ends(7));
            drop(pulls.open(3));
            drop(pulls.tree("a"));
            drop(pulls.blob("a", 10));
            drop(pulls.comments(7));
        }
    }
}
