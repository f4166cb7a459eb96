//! Findings of scans as they are kept: a row for each vulnerability and component, for each check of hygiene, and for what
//! could not be decided.

use bartizan_model::{
    assessment::{Evidence, Finding, Outcome, ProjectAssessment, Subject, SubjectKind, Visibility},
    finding::{MatchRule, UnknownFinding, VulnerabilityFinding},
    hygiene::{HygieneFinding, HygieneUnknown},
    inventory::Inventory,
};
use bartizan_vulnerability::{hygiene::Hygiene, risk::Share};

use super::{Looked, component, key};
use crate::project::{ADVISORIES, INDEX, Inputs};

/// The ids of the checks whose engine is a scan.
const KNOWN_VULNERABILITY: &str = "known-vulnerability";
const UNDECIDED_VERSION: &str = "undecided-version";

/// How much of a text or a list of ids stands in a row.
const LONGEST_TEXT: usize = 300;

/// Most records of one finding that are named as evidence.
const MOST_RECORDS: usize = 10;

/// Adds the rows of a scan.
pub(super) fn add(
    inputs: &Inputs<'_>,
    inventory: &Inventory,
    (report, risk, ages): Looked<'_>,
    said: &mut ProjectAssessment,
) {
    for finding in &report.findings {
        let mut shares = risk.shares.iter();
        let purl = finding.component.purl();
        let share = shares.find(|share| {
            let component = inventory.components.get(share.component);
            share.group == finding.group && component.is_some_and(|it| it.purl() == purl)
        });
        let published = ages.published(key(finding));
        let published = published.map(|it| it.to_string().chars().take(10).collect());
        said.findings
            .push(vulnerability(inputs, finding, share, published));
    }
    if report.findings.is_empty() {
        said.findings
            .push(without_findings(inputs, inventory, said));
    }
    let unknown = report.unknown.iter();
    said.findings
        .extend(unknown.map(|unknown| undecided(inputs, unknown)));
}

fn vulnerability(
    inputs: &Inputs<'_>,
    finding: &VulnerabilityFinding,
    share: Option<&Share>,
    published: Option<String>,
) -> Finding {
    let name = component::name(&finding.component);
    let mut facts: Vec<(String, String)> = Vec::new();
    let mut fact = |name: &str, value: Option<String>| {
        facts.extend(
            value
                .filter(|it| !it.is_empty())
                .map(|it| (name.to_owned(), cut(&it))),
        );
    };
    fact("component", Some(name.clone()));
    fact("fixed in", Some(finding.fixed.join(", ")));
    fact("published", published);
    let path = finding
        .paths
        .first()
        .map(|path| path.components.join(" > "));
    fact("path", path);
    fact("carried by", Some(finding.carriers().join(", ")));
    fact(
        "score",
        finding.severity.score.map(|score| format!("{score:.1}")),
    );
    fact("vector", finding.severity.vector.clone());
    fact(
        "EPSS",
        finding.epss.map(|epss| format!("{:.4}", epss.probability)),
    );
    let exploited = finding.known_exploited.as_ref();
    fact(
        "known to be exploited since",
        exploited.map(|it| it.date_added.clone()),
    );
    let others = finding.ids.iter().filter(|id| **id != finding.group);
    let others: Vec<&str> = others.map(String::as_str).collect();
    fact("also known as", Some(others.join(", ")));
    let summary = if finding.summary.is_empty() {
        format!("{name} is affected by {}", finding.group)
    } else {
        finding.summary.clone()
    };
    Finding {
        check: KNOWN_VULNERABILITY.to_owned(),
        subject: component_subject(&finding.component.purl().to_string()),
        key: finding.group.clone(),
        outcome: Outcome::Fail,
        severity: finding.severity.level,
        weight: share.map(|share| share.judged.risk),
        message: cut(&summary),
        remedy: remedy(finding),
        facts,
        evidence: records(inputs, finding),
        visibility: Visibility::Public,
    }
}

fn remedy(finding: &VulnerabilityFinding) -> Option<String> {
    let fixed = finding.fixed.first()?;
    let carriers = finding.carriers();
    Some(if carriers.is_empty() {
        format!("require {} {fixed} or later", finding.component.package)
    } else {
        let name = finding.component.native.as_ref();
        let name = name.map_or(finding.component.package.name(), |it| &it.component.name);
        format!(
            "use a release of {} that carries {name} {fixed} or later",
            carriers.join(", ")
        )
    })
}

fn records(inputs: &Inputs<'_>, finding: &VulnerabilityFinding) -> Vec<Evidence> {
    let snapshot = &inputs.database.manifest().snapshot;
    let matched = finding.matched.iter().take(MOST_RECORDS);
    let shown = matched.map(|matched| {
        let rule = match &matched.rule {
            MatchRule::Enumerated => "the version is listed".to_owned(),
            MatchRule::Range(range) => format!("the version is in {range}"),
        };
        let locator = format!("{} of {}: {rule}", matched.record, matched.source);
        inputs.evidence(ADVISORIES, Some(snapshot), cut(&locator))
    });
    shown.collect()
}

/// Nothing was found: that is a pass only where everything could be looked at.
fn without_findings(
    inputs: &Inputs<'_>,
    inventory: &Inventory,
    said: &ProjectAssessment,
) -> Finding {
    let snapshot = &inputs.database.manifest().snapshot;
    let count = inventory.components.len();
    let unseen = inventory.unpinned.len() + inventory.unknown_natives.len() + said.problems.len();
    let message = if unseen == 0 {
        format!("no vulnerability of its {count} components is known")
    } else {
        format!(
            "no vulnerability of the {count} components that were looked at is known; {unseen} things could not be looked at"
        )
    };
    Finding {
        check: KNOWN_VULNERABILITY.to_owned(),
        subject: project_subject(&said.project),
        key: String::new(),
        outcome: if unseen == 0 {
            Outcome::Pass
        } else {
            Outcome::Unknown
        },
        severity: None,
        weight: None,
        message,
        remedy: None,
        facts: Vec::new(),
        evidence: vec![inputs.evidence(ADVISORIES, Some(snapshot), "snapshot of advisories")],
        visibility: Visibility::Public,
    }
}

fn undecided(inputs: &Inputs<'_>, unknown: &UnknownFinding) -> Finding {
    let snapshot = &inputs.database.manifest().snapshot;
    let records = cut(&unknown.records.join(", "));
    Finding {
        check: UNDECIDED_VERSION.to_owned(),
        subject: component_subject(&unknown.subject),
        key: unknown.reason.as_str().to_owned(),
        outcome: Outcome::Unknown,
        severity: None,
        weight: None,
        message: cut(&unknown.message),
        remedy: None,
        facts: (!records.is_empty())
            .then(|| ("records".to_owned(), records))
            .into_iter()
            .collect(),
        evidence: vec![inputs.evidence(ADVISORIES, Some(snapshot), unknown.subject.clone())],
        visibility: Visibility::Public,
    }
}

/// Adds what the checks of hygiene say.
pub(super) fn add_hygiene(inputs: &Inputs<'_>, judged: Hygiene, said: &mut ProjectAssessment) {
    for finding in judged.findings {
        let row = unhygienic(inputs, &finding);
        said.findings.push(row);
    }
    for unknown in judged.unknown {
        let row = unasked(inputs, &said.project, &unknown);
        said.findings.push(row);
    }
}

fn unhygienic(inputs: &Inputs<'_>, finding: &HygieneFinding) -> Finding {
    let name = finding.subject.purl().map(|purl| purl.to_string());
    let name = name.unwrap_or_else(|| finding.subject.name().to_owned());
    Finding {
        check: finding.check.to_owned(),
        subject: component_subject(&name),
        key: String::new(),
        outcome: Outcome::Fail,
        severity: Some(finding.severity),
        weight: None,
        message: cut(&finding.message),
        remedy: Some(finding.remedy.to_owned()),
        facts: Vec::new(),
        evidence: vec![inputs.evidence(INDEX, None, finding.subject.to_string())],
        visibility: Visibility::Public,
    }
}

fn unasked(inputs: &Inputs<'_>, project: &str, unknown: &HygieneUnknown) -> Finding {
    Finding {
        check: unknown.check.to_owned(),
        subject: project_subject(project),
        key: String::new(),
        outcome: Outcome::Unknown,
        severity: None,
        weight: None,
        message: cut(&unknown.message),
        remedy: None,
        facts: (!unknown.subjects.is_empty())
            .then(|| ("packages".to_owned(), cut(&unknown.subjects.join(", "))))
            .into_iter()
            .collect(),
        evidence: vec![inputs.evidence(INDEX, None, unknown.check)],
        visibility: Visibility::Public,
    }
}

fn component_subject(name: &str) -> Subject {
    Subject {
        kind: SubjectKind::Component,
        name: cut(name),
    }
}

fn project_subject(name: &str) -> Subject {
    Subject {
        kind: SubjectKind::Project,
        name: name.to_owned(),
    }
}

/// As much of a text as a row shows.
fn cut(text: &str) -> String {
    if text.chars().count() <= LONGEST_TEXT {
        return text.to_owned();
    }
    let start: String = text.chars().take(LONGEST_TEXT - 1).collect();
    start + "…"
}
