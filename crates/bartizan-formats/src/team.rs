//! Lists of a project's people as projects publish them: tables of a web site, `CODEOWNERS`, pages with links to accounts,
//! settings of a web site, plain lists.
//!
//! There is no standard. What is looked for is what all of them have: the name of an account, its number in the address of
//! a picture, and a name beside it. Nobody is made up: text without an account is a name only where a list says so.

mod page;
mod settings;
mod table;

use std::collections::BTreeSet;

use bartizan_model::team::{Member, Team};
use thiserror::Error;

use crate::code_owners::CodeOwners;

/// The largest file that is read; the largest of real projects, with every contributor, has some hundred kilobytes.
pub const LARGEST: usize = 4 << 20;

/// How many people are read.
const MOST_MEMBERS: usize = 10_000;

/// The longest name of an account that code hosts allow.
const LONGEST_LOGIN: usize = 39;

/// The longest name of somebody that is taken for one.
const LONGEST_NAME: usize = 80;

/// Why a list cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TeamError {
    /// It is larger than anybody's.
    #[error("it is larger than {LARGEST} bytes")]
    TooLarge,
    /// It is no such file.
    #[error("{why}")]
    Unreadable {
        /// What is wrong.
        why: String,
    },
    /// Nobody is named.
    #[error("nobody is named in it")]
    Empty,
}

/// Reads a list. What the file is called says what it is.
pub fn read(name: &str, bytes: &[u8]) -> Result<Team, TeamError> {
    if bytes.len() > LARGEST {
        return Err(TeamError::TooLarge);
    }
    let text = String::from_utf8_lossy(bytes);
    let lower = name.to_lowercase();
    let ending = lower.rsplit('.').next().unwrap_or_default();
    let mut draft = match ending {
        "toml" => table::read(&text)?,
        "yml" | "yaml" => settings::read(&text),
        "txt" => list(&text),
        _ if lower == "codeowners" => owners(bytes),
        _ => page::read(&text),
    };
    if is_former(&lower) {
        draft
            .entries
            .iter_mut()
            .for_each(|(_, is_former)| *is_former = true);
    }
    draft.finish()
}

/// Members as they are found, each with whether they have left.
#[derive(Default)]
struct Draft {
    entries: Vec<(Member, bool)>,
}

impl Draft {
    fn put(&mut self, member: Member, is_former: bool) {
        if self.entries.len() < MOST_MEMBERS {
            self.entries.push((member, is_former));
        }
    }

    /// Each account once. Whoever is in one part of a project has not left it, whatever another part says.
    fn finish(self) -> Result<Team, TeamError> {
        let (mut team, mut seen) = (Team::default(), BTreeSet::new());
        for wanted in [false, true] {
            for (member, is_former) in &self.entries {
                let is_new = *is_former == wanted && seen.insert(identity(member));
                match wanted {
                    false if is_new => team.members.push(member.clone()),
                    true if is_new => team.former.push(member.clone()),
                    _ => {}
                }
            }
        }
        if team == Team::default() {
            return Err(TeamError::Empty);
        }
        Ok(team)
    }
}

/// What tells somebody from others in one list.
fn identity(member: &Member) -> String {
    match (&member.login, &member.name) {
        (Some(login), _) => format!("@{login}"),
        (None, Some(name)) => name.to_lowercase(),
        (None, None) => member.number.map(|it| it.to_string()).unwrap_or_default(),
    }
}

/// Everybody who is asked about anything.
fn owners(bytes: &[u8]) -> Draft {
    let mut draft = Draft::default();
    let rules = CodeOwners::read(bytes).rules;
    for login in rules.into_iter().flat_map(|it| it.logins) {
        if let Some(login) = login_of(&login) {
            draft.put(
                Member {
                    login: Some(login),
                    ..Member::default()
                },
                false,
            );
        }
    }
    draft
}

/// A line is the name of an account with a name behind it, or, where it is none, a name.
fn list(text: &str) -> Draft {
    let mut draft = Draft::default();
    for line in text.lines().map(str::trim) {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (first, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let account = first.strip_prefix('@').or(rest.is_empty().then_some(first));
        let member = match account.and_then(login_of) {
            Some(login) => Member {
                login: Some(login),
                name: name_of(rest),
                number: None,
            },
            None => Member {
                name: name_of(line),
                ..Member::default()
            },
        };
        if member != Member::default() {
            draft.put(member, false);
        }
    }
    draft
}

/// The name of an account, in lower case, where it is one.
fn login_of(text: &str) -> Option<String> {
    let is_login = !text.is_empty()
        && text.len() <= LONGEST_LOGIN
        && !text.starts_with('-')
        && text
            .bytes()
            .all(|it| it.is_ascii_alphanumeric() || it == b'-');
    is_login.then(|| text.to_lowercase())
}

/// The name of somebody, where a text can be one.
fn name_of(text: &str) -> Option<String> {
    let text = text.trim();
    let is_name = text.len() > 1
        && text.len() <= LONGEST_NAME
        && text.chars().any(char::is_alphabetic)
        && text
            .chars()
            .all(|it| it.is_alphabetic() || matches!(it, ' ' | '.' | '-' | '\'' | '\u{2019}'));
    is_name.then(|| text.to_owned())
}

/// Whether words speak of people who have left.
fn is_former(words: &str) -> bool {
    let words = words.to_lowercase();
    let signs = ["emerit", "former", "inactive", "alumni", "retired", "past "];
    signs.iter().any(|it| words.contains(it))
}

#[cfg(test)]
mod tests;
