//! All that is said of a repository, as findings in the words of the model.

use std::collections::{BTreeMap, BTreeSet};

use bartizan_model::{
    Timestamp,
    assessment::{Evidence, Finding, Outcome, Subject, SubjectKind},
    severity::SeverityLevel,
};

use crate::{check::Check, checks, facts::Facts, judgement::Statement};

/// The source that evidence names.
pub const SOURCE: &str = "repository";

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

/// The repository that findings are about.
#[derive(Debug, Clone, Copy)]
pub struct Looked<'a> {
    /// Its address.
    pub repository: &'a str,
    /// The commit that was looked at, where it is known.
    pub commit: Option<&'a str>,
    /// When.
    pub observed: Timestamp,
}

/// The same as findings about a repository, for a store.
pub fn findings(answers: &[Answer], looked: Looked<'_>) -> Vec<Finding> {
    let mut taken: BTreeSet<(&str, String)> = BTreeSet::new();
    let mut numbers: BTreeMap<(&str, String), usize> = BTreeMap::new();
    let findings = answers.iter().map(|answer| {
        let (id, bare) = (answer.check.id, key(answer));
        let number = numbers.entry((id, bare.clone())).or_default();
        let mut key = bare.clone();
        // A file may be called as another one with a number.
        loop {
            *number = number.saturating_add(1);
            if *number > 1 {
                key = format!("{bare} ({number})");
            }
            if taken.insert((id, key.clone())) {
                break finding(answer, key, looked);
            }
        }
    });
    findings.collect()
}

/// What tells the answers of a check apart: the file that each begins in. Lines move with every edit, and what only moved is
/// not new.
fn key(answer: &Answer) -> String {
    let statement = &answer.statement;
    match (statement.outcome, statement.places.first()) {
        (Outcome::Fail | Outcome::Unknown, Some(place)) => place.file.clone(),
        _ => String::new(),
    }
}

fn finding(answer: &Answer, key: String, looked: Looked<'_>) -> Finding {
    let Answer { check, statement } = answer;
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
            name: looked.repository.to_owned(),
        },
        key,
        outcome: statement.outcome,
        severity: is_failing.then(|| answer.severity()),
        weight: None,
        message: statement.message.clone(),
        remedy: is_failing.then(|| check.remedy.to_owned()),
        facts: specification.into_iter().chain(needs).collect(),
        evidence: evidence(statement, looked),
        visibility: check.visibility(),
    }
}

/// Each place at the commit that was looked at; where nothing has a place, the repository as a whole.
fn evidence(statement: &Statement, looked: Looked<'_>) -> Vec<Evidence> {
    let mut locators: Vec<String> = statement.places.iter().map(ToString::to_string).collect();
    if locators.is_empty() {
        locators.push(looked.repository.to_owned());
    }
    let evidence = locators.into_iter().map(|locator| Evidence {
        source: SOURCE.to_owned(),
        snapshot: looked.commit.map(str::to_owned),
        locator,
        observed: looked.observed,
    });
    evidence.collect()
}

#[cfg(test)]
mod tests {
    use bartizan_model::assessment::Visibility;

    use super::*;
    use crate::laboratory::{only, with};

    fn check(facts: &Facts) -> Vec<Finding> {
        let looked = Looked {
            repository: "https://example.org/lab",
            commit: Some("abc"),
            observed: Timestamp::UNIX_EPOCH,
        };
        findings(&answers(facts), looked)
    }

    #[test]
    fn each_finding_has_a_key_of_its_own_that_no_moved_line_changes() {
        let jobs = "jobs:\n  a: {permissions: write-all, steps: []}\n  b: {permissions: write-all, steps: []}\n";
        let of = |before: &str| {
            let text = format!("{before}on: push\npermissions: {{}}\n{jobs}");
            let all = check(&only(&[(".github/workflows/w.yml", &text)]));
            let mut keys: Vec<String> = all
                .iter()
                .map(|it| format!("{} {}", it.check, it.key))
                .collect();
            let count = keys.len();
            keys.sort();
            keys.dedup();
            assert_eq!(keys.len(), count);
            keys.retain(|it| it.starts_with("spec-8-broad"));
            keys.join("\n")
        };
        let named = "on: push\npermissions: {}\n";
        let both = check(&only(&[
            (".github/workflows/w.yml", &format!("{named}{jobs}")),
            (".github/workflows/w.yml (2)", &format!("{named}{jobs}")),
        ]));
        let mut keys: Vec<_> = both.iter().map(|it| (&it.check, &it.key)).collect();
        keys.sort();
        keys.dedup();
        assert_eq!(keys.len(), both.len());
        insta::assert_snapshot!(of(""), @"
        spec-8-broad-permissions .github/workflows/w.yml
        spec-8-broad-permissions .github/workflows/w.yml (2)
        ");
        assert_eq!(of(""), of("# a\n# b\n"));
    }

    #[test]
    fn what_strangers_reach_is_for_maintainers_whatever_the_outcome() {
        let exposed = |facts: &Facts| {
            let all = check(facts).into_iter();
            let of = all.filter(|it| it.visibility != Visibility::Public);
            let mut ids: Vec<String> = of.map(|it| it.check).collect();
            ids.dedup();
            ids.join(" ")
        };
        insta::assert_snapshot!(exposed(&with(&[])), @"fork-on-own-runner poisoned-cache privileged-untrusted-trigger template-injection unapproved-fork-run");
        assert_eq!(exposed(&only(&[])), exposed(&with(&[])));
    }

    #[test]
    fn every_finding_can_be_traced_to_a_commit() {
        for finding in check(&with(&[])) {
            assert!(!finding.evidence.is_empty(), "{}", finding.check);
            assert!(
                finding
                    .evidence
                    .iter()
                    .all(|it| it.snapshot.as_deref() == Some("abc"))
            );
        }
    }
}
