//! All that is said of a repository, as findings in the words of the model.

use bartizan_model::{
    Timestamp,
    assessment::{Evidence, Finding, Outcome, Subject, SubjectKind, Visibility},
    severity::SeverityLevel,
};

use crate::{check::Check, checks, facts::Facts, judgement::Statement};

/// What a check says of a repository, with the check.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The check.
    pub check: &'static Check,
    /// One thing that it says.
    pub statement: Statement,
}

impl Answer {
    /// How bad it is; nothing is bad that does not fail.
    pub fn severity(&self) -> SeverityLevel {
        match self.statement.outcome {
            Outcome::Fail => self.statement.severity.unwrap_or(self.check.severity),
            _ => SeverityLevel::None,
        }
    }
}

/// Asks every check, in the order of the catalogue.
pub fn answers(facts: &Facts) -> Vec<Answer> {
    let mut answers = Vec::new();
    for check in checks::ALL {
        let judgement = (check.judge)(facts);
        let statements = judgement.statements().iter().cloned();
        answers.extend(statements.map(|statement| Answer { check, statement }));
    }
    answers
}

/// The same as findings about a repository, for a store.
pub fn findings(answers: &[Answer], repository: &str, observed: Timestamp) -> Vec<Finding> {
    answers
        .iter()
        .map(|answer| finding(answer, repository, observed))
        .collect()
}

fn finding(answer: &Answer, repository: &str, observed: Timestamp) -> Finding {
    let Answer { check, statement } = answer;
    let locators: Vec<String> = statement
        .places
        .iter()
        .map(|place| match place.line {
            Some(line) => format!("{}:{line}", place.file),
            None => place.file.clone(),
        })
        .collect();
    let is_failing = statement.outcome == Outcome::Fail;
    let specification = check.spec.map(|spec| ("SPEC".to_owned(), spec.to_owned()));
    let needs = statement
        .needs
        .clone()
        .map(|needs| ("needed to know".to_owned(), needs));
    Finding {
        check: check.id.to_owned(),
        subject: Subject {
            kind: SubjectKind::Repository,
            name: repository.to_owned(),
        },
        key: if is_failing {
            locators.first().cloned().unwrap_or_default()
        } else {
            String::new()
        },
        outcome: statement.outcome,
        severity: is_failing.then(|| answer.severity()),
        weight: None,
        message: statement.message.clone(),
        remedy: is_failing.then(|| check.remedy.to_owned()),
        facts: specification.into_iter().chain(needs).collect(),
        evidence: locators
            .into_iter()
            .map(|locator| Evidence {
                source: "checkout".to_owned(),
                snapshot: None,
                locator,
                observed,
            })
            .collect(),
        visibility: Visibility::Public,
    }
}
