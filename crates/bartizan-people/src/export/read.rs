//! The file: JSON, with the schema that `bartizan schema people-export` prints.

use bartizan_model::{Timestamp, problem::Problem};
use serde::Deserialize;
use thiserror::Error;

/// The largest file that is read.
pub const LARGEST_EXPORT: usize = 256 << 20;

/// The version of the form.
const VERSION: u32 = 1;

/// The most pull requests of one project.
const MOST_PULLS: usize = 500_000;

/// The most reviews of one pull request.
const MOST_REVIEWS: usize = 1_000;

/// The longest name of an account or a project.
const LONGEST_NAME: usize = 200;

/// The most problems that are listed.
const MOST_PROBLEMS: usize = 50;

/// What was exported of one project.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Export {
    /// The project, as the corpus calls it.
    pub project: String,
    /// Its pull requests, by number.
    pub pulls: Vec<Pull>,
    /// Accounts that are programs, in lower case, sorted.
    pub programs: Vec<String>,
    /// What of it cannot be meant.
    pub problems: Vec<Problem>,
}

/// A pull request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pull {
    /// Its number.
    pub number: u32,
    /// Whose it is: the name of an account in lower case.
    pub author: Option<String>,
    /// Who pressed the button.
    pub merged_by: Option<String>,
    /// When.
    pub merged: Option<Timestamp>,
    /// What others said of it.
    pub reviews: Vec<Review>,
}

/// A review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    /// Whose it is: the name of an account in lower case.
    pub by: String,
    /// What it says.
    pub verdict: Verdict,
    /// When.
    pub at: Option<Timestamp>,
}

/// What a review says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// It may go in.
    Approved,
    /// It may not yet.
    ChangesRequested,
    /// Neither.
    Commented,
}

/// Why nothing of a file can be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ExportError {
    /// It is larger than any.
    #[error("the export is larger than {LARGEST_EXPORT} bytes")]
    TooLarge,
    /// It is not of the form.
    #[error("the export is not of its form: {why}")]
    Unreadable {
        /// What is wrong, and where.
        why: String,
    },
    /// It is of another version.
    #[error("the export is of version {version}, not of {VERSION}")]
    Version {
        /// Which.
        version: u32,
    },
    /// It names no project.
    #[error("the export names no project")]
    NoProject,
}

#[derive(Deserialize)]
struct File {
    schema_version: u32,
    project: String,
    #[serde(default)]
    accounts: Vec<AccountJson>,
    #[serde(default)]
    pulls: Vec<PullJson>,
}

#[derive(Deserialize)]
struct AccountJson {
    login: String,
    #[serde(default)]
    is_program: bool,
}

#[derive(Deserialize)]
struct PullJson {
    number: u32,
    author: Option<String>,
    merged_by: Option<String>,
    merged_at: Option<String>,
    #[serde(default)]
    reviews: Vec<ReviewJson>,
}

#[derive(Deserialize)]
struct ReviewJson {
    by: String,
    verdict: Verdict,
    at: Option<String>,
}

impl Export {
    /// Reads a file. `name` is what problems are reported under.
    pub fn read(name: &str, bytes: &[u8]) -> Result<Self, ExportError> {
        if bytes.len() > LARGEST_EXPORT {
            return Err(ExportError::TooLarge);
        }
        let file: File =
            serde_json::from_slice(bytes).map_err(|error| ExportError::Unreadable {
                why: error.to_string(),
            })?;
        if file.schema_version != VERSION {
            let version = file.schema_version;
            return Err(ExportError::Version { version });
        }
        if file.project.is_empty() || file.project.len() > LONGEST_NAME {
            return Err(ExportError::NoProject);
        }
        let mut reader = Reader {
            name,
            export: Self {
                project: file.project,
                ..Self::default()
            },
        };
        for account in file.accounts.into_iter().filter(|it| it.is_program) {
            let login = reader.account(Some(account.login));
            reader.export.programs.extend(login);
        }
        for (number, pull) in (0..).zip(file.pulls) {
            if number == MOST_PULLS {
                reader.complain("more pull requests than are read");
                break;
            }
            reader.pull(pull);
        }
        let mut export = reader.export;
        export.programs.sort();
        export.programs.dedup();
        // Of two that speak of one pull request the first counts.
        export.pulls.sort_by_key(|it| it.number);
        export.pulls.dedup_by_key(|it| it.number);
        Ok(export)
    }

    /// A pull request by its number.
    pub fn pull(&self, number: u32) -> Option<&Pull> {
        let place = self.pulls.binary_search_by_key(&number, |it| it.number);
        self.pulls.get(place.ok()?)
    }
}

struct Reader<'a> {
    name: &'a str,
    export: Export,
}

impl Reader<'_> {
    fn complain(&mut self, why: &str) {
        if self.export.problems.len() < MOST_PROBLEMS {
            let problem = Problem::new(self.name.to_owned(), why);
            self.export.problems.push(problem);
        }
    }

    fn pull(&mut self, pull: PullJson) {
        let mut reviews = Vec::new();
        for review in pull.reviews.into_iter().take(MOST_REVIEWS) {
            let at = self.time(review.at);
            if let Some(by) = self.account(Some(review.by)) {
                let verdict = review.verdict;
                reviews.push(Review { by, verdict, at });
            }
        }
        let pull = Pull {
            number: pull.number,
            author: self.account(pull.author),
            merged_by: self.account(pull.merged_by),
            merged: self.time(pull.merged_at),
            reviews,
        };
        self.export.pulls.push(pull);
    }

    /// The name of an account in lower case, where it can be one.
    fn account(&mut self, login: Option<String>) -> Option<String> {
        let login = login?;
        let is_name = crate::vouch::Handle::read(&login).is_ok_and(|it| it.platform.is_none());
        if !is_name {
            self.complain("an account has a name that none can have");
        }
        is_name.then(|| login.to_lowercase())
    }

    fn time(&mut self, text: Option<String>) -> Option<Timestamp> {
        let time = text?.parse().ok();
        if time.is_none() {
            self.complain("a time is none");
        }
        time
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str) -> String {
        match Export::read("x", text.as_bytes()) {
            Err(error) => error.to_string(),
            Ok(it) => format!(
                "{}: {} pulls, {} reviews, programs {:?}, problems {:?}",
                it.project,
                it.pulls.len(),
                it.pulls.iter().map(|it| it.reviews.len()).sum::<usize>(),
                it.programs,
                it.problems
                    .iter()
                    .map(|it| it.message.as_str())
                    .collect::<Vec<_>>()
            ),
        }
    }

    #[test]
    fn what_stands_in_it() {
        for (text, expect) in [
            (
                r#"{"schema_version": 1, "project": "lab"}"#,
                "lab: 0 pulls, 0 reviews, programs [], problems []",
            ),
            (
                r#"{"schema_version": 1, "project": "lab", "more": 1, "accounts": [{"login": "Robot", "is_program": true}, {"login": "ann"}],
                    "pulls": [{"number": 2, "author": "Ann", "merged_by": "ben", "merged_at": "2026-01-02T00:00:00Z",
                    "reviews": [{"by": "cy", "verdict": "approved", "at": null}, {"by": "a b", "verdict": "commented"}]},
                    {"number": 2, "author": null}, {"number": 1, "merged_at": "yesterday"}]}"#,
                r#"lab: 2 pulls, 1 reviews, programs ["robot"], problems ["an account has a name that none can have", "a time is none"]"#,
            ),
            (
                r#"{"schema_version": 2, "project": "lab"}"#,
                "the export is of version 2, not of 1",
            ),
            (
                r#"{"schema_version": 1, "project": ""}"#,
                "the export names no project",
            ),
            (
                "[",
                "the export is not of its form: EOF while parsing a list at line 1 column 1",
            ),
        ] {
            assert_eq!(check(text), expect, "{text}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in ".{0,80}", login in ".{0,10}", number in any::<u32>()) {
            check(&text);
            check(&format!("{{\"schema_version\": 1, \"project\": {login:?}, \"pulls\": [{{\"number\": {number}, \"author\": {login:?}}}]}}"));
        }
    }
}
