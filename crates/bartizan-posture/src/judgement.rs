//! What a check says: one statement for each thing that one action mends.

use std::fmt;

use bartizan_model::{assessment::Outcome, severity::SeverityLevel};

/// A place in a repository.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The file, from the top of the repository, with `/` between its parts.
    pub file: String,
    /// The line, from 1; `None` for the file as a whole.
    pub line: Option<u32>,
}

impl Place {
    /// A line of a file.
    pub fn line(file: &str, line: u32) -> Self {
        Self {
            file: file.to_owned(),
            line: Some(line),
        }
    }

    /// A file as a whole.
    pub fn file(file: &str) -> Self {
        Self {
            file: file.to_owned(),
            line: None,
        }
    }
}

/// `file:line`, as compilers write it.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}", self.file),
            None => f.write_str(&self.file),
        }
    }
}

/// One thing that a check says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// The answer.
    pub outcome: Outcome,
    /// What was found, in one sentence without a final stop.
    pub message: String,
    /// How bad it is, where that differs from what the check says in general.
    pub severity: Option<SeverityLevel>,
    /// Where it was seen.
    pub places: Vec<Place>,
    /// What would be needed to know, where it is not known.
    pub needs: Option<String>,
}

/// Everything that a check says of a repository. There is at least one statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement(Vec<Statement>);

impl Judgement {
    /// What is wanted holds.
    pub fn pass(message: impl Into<String>, places: Vec<Place>) -> Self {
        Self(vec![statement(Outcome::Pass, message.into(), places)])
    }

    /// What is wanted does not hold.
    pub fn fail(message: impl Into<String>, places: Vec<Place>) -> Self {
        Self(vec![fail(message, places)])
    }

    /// It could not be told; `needs` says what would tell.
    pub fn unknown(message: impl Into<String>, needs: &str) -> Self {
        Self(vec![unknown(message, needs, Vec::new())])
    }

    /// The question does not arise.
    pub fn not_applicable(message: impl Into<String>) -> Self {
        let found = statement(Outcome::NotApplicable, message.into(), Vec::new());
        Self(vec![found])
    }

    /// These statements; where there are none, what is said holds.
    pub fn of(statements: Vec<Statement>, pass: impl Into<String>) -> Self {
        if statements.is_empty() {
            return Self::pass(pass, Vec::new());
        }
        Self(statements)
    }

    /// The statements.
    pub fn statements(&self) -> &[Statement] {
        &self.0
    }

    /// The answer as a whole: what fails weighs most, then what is not known.
    pub fn outcome(&self) -> Outcome {
        let order = [Outcome::Fail, Outcome::Unknown, Outcome::Pass];
        let has = |outcome: &Outcome| self.0.iter().any(|it| it.outcome == *outcome);
        order
            .into_iter()
            .find(has)
            .unwrap_or(Outcome::NotApplicable)
    }
}

/// A statement that something does not hold.
pub fn fail(message: impl Into<String>, places: Vec<Place>) -> Statement {
    statement(Outcome::Fail, message.into(), places)
}

/// The same, as bad as is said here.
pub fn fail_as(
    severity: SeverityLevel,
    message: impl Into<String>,
    places: Vec<Place>,
) -> Statement {
    Statement {
        severity: Some(severity),
        ..fail(message, places)
    }
}

/// A statement that something could not be told.
pub fn unknown(message: impl Into<String>, needs: &str, places: Vec<Place>) -> Statement {
    Statement {
        needs: Some(needs.to_owned()),
        ..statement(Outcome::Unknown, message.into(), places)
    }
}

/// The longest message, in characters. Names of jobs and actions are somebody else's, and as long as they like.
const LONGEST: usize = 1_000;

fn statement(outcome: Outcome, message: String, places: Vec<Place>) -> Statement {
    let message = match message.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", message.get(..end).unwrap_or_default()),
        None => message,
    };
    Statement {
        outcome,
        message,
        severity: None,
        places,
        needs: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_makes_a_message_endless() {
        let long = fail("é".repeat(5_000), Vec::new());
        assert_eq!(long.message.chars().count(), LONGEST + 1);
        assert_eq!(fail("short", Vec::new()).message, "short");
    }
}
