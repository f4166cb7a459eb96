//! What is signed: a few lines of text that say who says what of whom, where, when and until when.
//!
//! It is text so that anybody can read what they sign, and sign it with the tools that they have. All that it means stands
//! in it: the project too, so that nobody's word is carried to another one.

use bartizan_model::Timestamp;
use thiserror::Error;

use super::handle::{Handle, HandleError};

/// The largest statement.
pub const LARGEST_STATEMENT: usize = 8 << 10;

/// The longest reason.
pub const LONGEST_REASON: usize = 2_000;

/// The longest name of a project.
const LONGEST_PROJECT: usize = 300;

/// After two years a vouch is to be given again, or not.
pub const MOST_DAYS: i64 = 731;

/// The first line: what it is, and the version of it.
const TITLE: &str = "bartizan people statement 1";

/// What is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Deed {
    /// Somebody may be trusted.
    Vouch,
    /// Vouches for somebody, until now, are taken back.
    Revoke,
    /// An account behaves unlike its owner. Never published.
    Flag,
    /// A second maintainer says so too.
    Second,
    /// It need no longer be said.
    Lift,
}

/// Every deed.
const DEEDS: [Deed; 5] = [
    Deed::Vouch,
    Deed::Revoke,
    Deed::Flag,
    Deed::Second,
    Deed::Lift,
];

impl Deed {
    /// Its stable name.
    pub fn id(self) -> &'static str {
        match self {
            Self::Vouch => "vouch",
            Self::Revoke => "revoke",
            Self::Flag => "flag",
            Self::Second => "second",
            Self::Lift => "lift",
        }
    }
}

/// Who says what of whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// What is said.
    pub deed: Deed,
    /// In which project: what its people call it, such as `github.com/lab/lab`.
    pub project: String,
    /// Of whom.
    pub whom: Handle,
    /// Who says it.
    pub by: Handle,
    /// When.
    pub at: Timestamp,
    /// Until when it counts.
    pub until: Option<Timestamp>,
    /// Why, in one line.
    pub reason: String,
}

/// Why a text is no statement.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum StatementError {
    /// It is larger than any.
    #[error("the statement is larger than {LARGEST_STATEMENT} bytes")]
    TooLarge,
    /// It does not begin as one.
    #[error("the statement does not begin with `{TITLE}`")]
    Title,
    /// A line is not the one that has to stand there.
    #[error("the statement has no line `{name}:` where it belongs")]
    Line {
        /// What the line should have said.
        name: &'static str,
    },
    /// What a line says cannot be meant.
    #[error("the line `{name}:` of the statement says nothing that can be meant")]
    Value {
        /// The line.
        name: &'static str,
    },
    /// Somebody is named who is no account.
    #[error("the line `{name}:` of the statement names nobody")]
    Nobody {
        /// The line.
        name: &'static str,
        /// Why.
        #[source]
        cause: HandleError,
    },
    /// It would count for too long.
    #[error("it ends before it begins, or counts for more than {MOST_DAYS} days")]
    Span,
}

impl Statement {
    /// The text that is signed.
    pub fn text(&self) -> String {
        let until = self.until.map_or("-".to_owned(), |it| it.to_string());
        format!(
            "{TITLE}\ndeed: {}\nproject: {}\nwhom: {}\nby: {}\nat: {}\nuntil: {until}\nreason: {}\n",
            self.deed.id(),
            self.project,
            self.whom,
            self.by,
            self.at,
            self.reason
        )
    }

    /// Reads a text. The same statement has one text only; any other is none.
    pub fn read(text: &str) -> Result<Self, StatementError> {
        if text.len() > LARGEST_STATEMENT {
            return Err(StatementError::TooLarge);
        }
        let mut lines = text.lines();
        if lines.next() != Some(TITLE) {
            return Err(StatementError::Title);
        }
        let mut value = |name: &'static str| {
            let line = lines.next().and_then(|it| it.strip_prefix(name));
            let value = line.and_then(|it| it.strip_prefix(": "));
            value.ok_or(StatementError::Line { name })
        };
        let deed = value("deed")?;
        let statement = Self {
            deed: DEEDS
                .into_iter()
                .find(|it| it.id() == deed)
                .ok_or(StatementError::Value { name: "deed" })?,
            project: value("project")?.to_owned(),
            whom: handle("whom", value("whom")?)?,
            by: handle("by", value("by")?)?,
            at: time("at", value("at")?)?,
            until: match value("until")? {
                "-" => None,
                text => Some(time("until", text)?),
            },
            reason: value("reason")?.to_owned(),
        };
        statement.check()?;
        // What is not the text of what was read says something more, or in another way.
        if statement.text() != text {
            return Err(StatementError::Line { name: "end" });
        }
        Ok(statement)
    }

    /// Whether it can be meant, which whoever makes one asks before it is signed.
    pub fn check(&self) -> Result<(), StatementError> {
        let is_line = |text: &str| !text.is_empty() && !text.chars().any(char::is_control);
        if !is_line(&self.project)
            || self.project.len() > LONGEST_PROJECT
            || self.project.contains(char::is_whitespace)
        {
            return Err(StatementError::Value { name: "project" });
        }
        if !is_line(&self.reason) || self.reason.len() > LONGEST_REASON {
            return Err(StatementError::Value { name: "reason" });
        }
        // A handle without a platform is not a certain account: nobody gives their word of that.
        for (name, handle) in [("whom", &self.whom), ("by", &self.by)] {
            if handle.platform.is_none() {
                let cause = HandleError;
                return Err(StatementError::Nobody { name, cause });
            }
        }
        let span = self
            .until
            .map(|it| it.as_second().saturating_sub(self.at.as_second()));
        match (self.deed, span) {
            (Deed::Revoke | Deed::Second | Deed::Lift, None) => Ok(()),
            (Deed::Vouch | Deed::Flag, Some(span))
                if span > 0 && span <= MOST_DAYS * 24 * 60 * 60 =>
            {
                Ok(())
            }
            _ => Err(StatementError::Span),
        }
    }
}

fn handle(name: &'static str, text: &str) -> Result<Handle, StatementError> {
    Handle::read(text).map_err(|cause| StatementError::Nobody { name, cause })
}

fn time(name: &'static str, text: &str) -> Result<Timestamp, StatementError> {
    text.parse()
        .map_err(|_cause| StatementError::Value { name })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TEXT: &str = "bartizan people statement 1\ndeed: vouch\nproject: example.org/lab\nwhom: github:ann\nby: github:ben\nat: 2026-01-02T00:00:00Z\nuntil: 2028-01-02T00:00:00Z\nreason: two years of good work\n";

    fn check(change: impl Fn(&str) -> String) -> String {
        match Statement::read(&change(TEXT)) {
            Ok(read) => format!("{} {} by {}", read.deed.id(), read.whom, read.by),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    #[expect(clippy::too_many_lines, reason = "a table of what is said")]
    fn what_is_said() {
        assert_eq!(check(str::to_owned), "vouch github:ann by github:ben");
        for (from, to, expect) in [
            (
                "1\n",
                "2\n",
                "the statement does not begin with `bartizan people statement 1`",
            ),
            (
                "vouch",
                "praise",
                "the line `deed:` of the statement says nothing that can be meant",
            ),
            (
                "example.org/lab",
                "a b",
                "the line `project:` of the statement says nothing that can be meant",
            ),
            (
                "whom: github:ann",
                "whom: ann",
                "the line `whom:` of the statement names nobody",
            ),
            (
                "by: github:ben",
                "by: <ben>",
                "the line `by:` of the statement names nobody",
            ),
            (
                "2028",
                "2029",
                "it ends before it begins, or counts for more than 731 days",
            ),
            (
                "2028",
                "2025",
                "it ends before it begins, or counts for more than 731 days",
            ),
            (
                "2028-01-02T00:00:00Z",
                "-",
                "it ends before it begins, or counts for more than 731 days",
            ),
            (
                "T00:00:00Z\nu",
                "T02:00:00+02:00\nu",
                "the statement has no line `end:` where it belongs",
            ),
            (
                "work\n",
                "work",
                "the statement has no line `end:` where it belongs",
            ),
            (
                "work\n",
                "work\nmore: x\n",
                "the statement has no line `end:` where it belongs",
            ),
            (
                "project",
                "Project",
                "the statement has no line `project:` where it belongs",
            ),
            (
                "reason: two years of good work",
                "reason: ",
                "the line `reason:` of the statement says nothing that can be meant",
            ),
        ] {
            assert_eq!(check(|it| it.replace(from, to)), expect, "{from} {to}");
        }
        assert_eq!(
            check(|_| "x".repeat(LARGEST_STATEMENT + 1)),
            "the statement is larger than 8192 bytes"
        );
    }

    proptest! {
        #[test]
        fn never_panics(text in ".{0,200}", cut in 0..300_usize, put in ".{0,4}") {
            check(|_| text.clone());
            check(|it| {
                let at = it.char_indices().map(|(at, _)| at).nth(cut % it.len()).unwrap();
                let (head, tail) = it.split_at(at);
                format!("{head}{put}{tail}")
            });
        }

        #[test]
        fn print_then_read(reason in "[a-z ]{0,20}[a-z]", project in "[a-z/.]{1,20}", at in 0..4_000_000_000_i64, span in 1..60_000_000_i64) {
            let statement = Statement {
                deed: Deed::Vouch,
                project,
                whom: Handle::read("github:ann").unwrap(),
                by: Handle::read("github:ben").unwrap(),
                at: Timestamp::from_second(at).unwrap(),
                until: Timestamp::from_second(at + span).ok(),
                reason,
            };
            prop_assert_eq!(Statement::read(&statement.text()), Ok(statement));
        }
    }
}
