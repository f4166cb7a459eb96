//! Workflows of both sides, as `check` judges them: what a change gives to whom, and which checks of workflows fail anew.

use bartizan_model::{
    assessment::Outcome,
    severity::SeverityLevel::{self, High, Low, Medium},
};
use bartizan_posture::{
    capabilities::{ChangeKind, changes},
    check::Check,
    checks,
    facts::Facts,
    report::answers,
};
use bartizan_review::{
    Outside, Review, SideOf,
    rule::{Capability, Confidence, Example, Look, Rule, When},
};

use super::sides::is_of_workflows;

/// The rule of what workflows gain.
const GAIN: &str = "workflow-gain";

/// Rights with which a job changes what others get, or who it is.
const STRONG: [&str; 6] = [
    "write-all",
    "all secrets",
    "contents: write",
    "id-token: write",
    "packages: write",
    "actions: write",
];

/// The checks of repositories, as rules: each says what it says under its own id.
pub fn rules() -> impl Iterator<Item = Rule> {
    checks::ALL.iter().map(|check| rule(check))
}

fn rule(check: &Check) -> Rule {
    Rule {
        id: check.id.to_owned(),
        title: check.title.to_owned(),
        severity: check.severity,
        confidence: Confidence::High,
        cwe: Vec::new(),
        capability: Some(Capability::Automation),
        when: When::Introduced,
        what: check.what.to_owned(),
        why: check.why.to_owned(),
        remedy: check.remedy.to_owned(),
        languages: Vec::new(),
        roles: Vec::new(),
        look: Look::Detector,
        example: Example {
            file: check.example.file.to_owned(),
            before: None,
            failing: check.example.failing.to_owned(),
            passing: check.example.passing.to_owned(),
            times: 1,
        },
    }
}

/// Tells the review what both sides of the workflows say.
pub(super) fn tell(before: &Facts, after: &Facts, review: &mut Review<'_>) {
    for change in changes(before, after) {
        let message = change.kind.sentence();
        let outside = Outside {
            rule: GAIN.to_owned(),
            path: change.place.file,
            line: change.place.line,
            snippet: message.clone(),
            message,
            severity: Some(severity(&change.kind)),
        };
        review.tell(SideOf::After, outside);
    }
    for (side, facts) in [(SideOf::Before, before), (SideOf::After, after)] {
        failing(side, facts, review);
    }
}

/// What fails, about files of workflows; what is missing in a repository is no matter of a change.
fn failing(side: SideOf, facts: &Facts, review: &mut Review<'_>) {
    for answer in answers(facts) {
        let statement = &answer.statement;
        let place = statement.places.iter().find(|it| is_of_workflows(&it.file));
        let Some(place) = place.filter(|_| statement.outcome == Outcome::Fail) else {
            continue;
        };
        let outside = Outside {
            rule: answer.check.id.to_owned(),
            path: place.file.clone(),
            line: place.line,
            snippet: statement.message.clone(),
            message: statement.message.clone(),
            severity: Some(answer.severity()),
        };
        review.tell(side, outside);
    }
}

fn severity(kind: &ChangeKind) -> SeverityLevel {
    match kind {
        ChangeKind::Opened(_) | ChangeKind::LeftEnvironment { .. } => High,
        ChangeKind::Gained {
            capability,
            environment: None,
            ..
        } if is_strong(capability) => High,
        ChangeKind::Gained { .. } | ChangeKind::Renamed(_) => Medium,
        ChangeKind::NewWorkflow => Low,
    }
}

fn is_strong(capability: &str) -> bool {
    STRONG.contains(&capability) || capability.starts_with("secret: ")
}
