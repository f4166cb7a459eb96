//! SARIF 2.1.0 ([OASIS](https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html)), with what code
//! scanning of a code host needs: a rule for each vulnerability, its score, a place and a fingerprint.

mod hygiene;

use std::collections::BTreeMap;

use bartizan_model::{finding::VulnerabilityFinding, severity::SeverityLevel};
use serde_json::{Value, json};

use super::{ReportFormat, View, fingerprint, json::to_text, place::Place, words};
use crate::{error::Failure, report::ScanReport, term::clean};

pub(super) static FORMAT: Sarif = Sarif;

pub(super) struct Sarif;

/// The schema that every log names.
pub(crate) const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

impl ReportFormat for Sarif {
    fn id(&self) -> &'static str {
        "sarif"
    }

    fn title(&self) -> &'static str {
        "for code scanning (SARIF 2.1.0)"
    }

    fn render(&self, report: &ScanReport, view: View<'_>) -> Result<String, Failure> {
        let mut rules: BTreeMap<&str, Vec<&VulnerabilityFinding>> = BTreeMap::new();
        for finding in &report.findings {
            rules.entry(&finding.group).or_default().push(finding);
        }
        let index: BTreeMap<&str, usize> = rules
            .keys()
            .enumerate()
            .map(|(i, group)| (*group, i))
            .collect();
        let result = |finding: &VulnerabilityFinding| {
            result(
                report,
                finding,
                index
                    .get(finding.group.as_str())
                    .copied()
                    .unwrap_or_default(),
                view,
            )
        };
        let hygiene = hygiene::section(report, rules.len(), view);
        to_text(&json!({
            "$schema": SCHEMA,
            "version": "2.1.0",
            "runs": [{
                "tool": {"driver": {
                    "name": "Bartizan",
                    "version": env!("CARGO_PKG_VERSION"),
                    "informationUri": env!("CARGO_PKG_REPOSITORY"),
                    "rules": rules.into_iter().map(|(group, findings)| rule(group, &findings)).chain(hygiene.rules).collect::<Vec<_>>(),
                }},
                "columnKind": "unicodeCodePoints",
                "invocations": [invocation(report)],
                "results": report.findings.iter().map(result).chain(hygiene.results).collect::<Vec<_>>(),
            }],
        }))
    }
}

/// One vulnerability, as bad as the worst of its findings.
fn rule(group: &str, findings: &[&VulnerabilityFinding]) -> Value {
    let summary = findings
        .iter()
        .map(|finding| clean(&finding.summary, true))
        .find(|text| !text.is_empty());
    let id = clean(group, true);
    let title = summary.unwrap_or_else(|| id.clone());
    let score = findings
        .iter()
        .filter_map(|finding| score(finding))
        .max_by(f64::total_cmp);
    let mut ids: Vec<&str> = findings
        .iter()
        .flat_map(|finding| &finding.ids)
        .map(String::as_str)
        .collect();
    ids.sort_unstable();
    ids.dedup();
    let help = format!(
        "{title}\n\nKnown as {}. `bartizan db show {id}` shows what each source says about it.",
        clean(&ids.join(", "), true)
    );
    let mut properties = json!({"tags": ["security", "vulnerability"], "precision": "high"});
    if let (Some(score), Some(properties)) = (score, properties.as_object_mut()) {
        properties.insert("security-severity".to_owned(), json!(format!("{score:.1}")));
    }
    json!({
        "id": id,
        "name": "KnownVulnerability",
        "shortDescription": {"text": format!("{id}: {title}")},
        "fullDescription": {"text": title},
        "help": {"text": help},
        "properties": properties,
    })
}

/// The score, or the lowest of a level that is stated in words.
fn score(finding: &VulnerabilityFinding) -> Option<f64> {
    use bartizan_model::severity::SeverityLevel::{Critical, High, Low, Medium, None as Harmless};
    finding.severity.score.or_else(|| {
        finding.severity.level.map(|level| match level {
            Harmless => 0.0,
            Low => 0.1,
            Medium => 4.0,
            High => 7.0,
            Critical => 9.0,
        })
    })
}

fn result(
    report: &ScanReport,
    finding: &VulnerabilityFinding,
    rule: usize,
    view: View<'_>,
) -> Value {
    let place = Place::of(&finding.component.locator, view.root);
    let fingerprint = fingerprint::of(finding, &place.file);
    let fixed: Vec<String> = finding
        .fixed
        .iter()
        .map(|version| clean(version, true))
        .collect();
    let level = if finding.severity.reaches(report.threshold) {
        "error"
    } else {
        "warning"
    };
    let mut physical = json!({"artifactLocation": {"uri": place.uri()}});
    // Code hosts show only results that have a line; a target without lines is shown at its first.
    if let Some(physical) = physical.as_object_mut() {
        physical.insert(
            "region".to_owned(),
            json!({"startLine": place.line.unwrap_or(1).max(1)}),
        );
    }
    let mut result = json!({
        "ruleId": clean(&finding.group, true),
        "ruleIndex": rule,
        "level": level,
        "message": {"text": message(finding)},
        "locations": [{"physicalLocation": physical}],
        "partialFingerprints": {
            "primaryLocationLineHash": format!("{fingerprint}:1"),
            "bartizan/vulnerability/v1": fingerprint,
        },
        "properties": {"purl": clean(&finding.component.purl().to_string(), true), "fixed": fixed},
    });
    let suppressions = suppressions(report, finding);
    if let (false, Some(result)) = (suppressions.is_empty(), result.as_object_mut()) {
        result.insert("suppressions".to_owned(), json!(suppressions));
    }
    if let (Some(change), Some(result)) = (report.change_of(finding), result.as_object_mut()) {
        result.insert("baselineState".to_owned(), json!(change.baseline_state()));
    }
    result
}

/// What sets the finding aside: our own decision, and VEX statements that nothing contradicts.
fn suppressions(report: &ScanReport, finding: &VulnerabilityFinding) -> Vec<Value> {
    let own = finding.ignored.as_ref().map(|ignored| &ignored.reason);
    let vex = finding.vex.as_ref().filter(|_| finding.is_cleared());
    let vex = vex.map(|verdict| words::vex(verdict, report.database.as_of));
    own.into_iter()
        .chain(&vex)
        .map(|reason| json!({"kind": "external", "justification": clean(reason, true)}))
        .collect()
}

fn message(finding: &VulnerabilityFinding) -> String {
    let component = format!(
        "{} {}",
        finding.component.package, finding.component.version
    );
    let mut text = format!("{component} is affected by {}", finding.group);
    if finding.known_exploited.is_some() {
        text += ", which is known to be exploited";
    }
    text += &format!(" (severity {}).", words::severity(&finding.severity));
    match words::fixed(finding) {
        Some(version) => text += &format!(" Fixed in {version}."),
        None => text += " No fixed version is known.",
    }
    if let Some(path) = finding
        .paths
        .first()
        .filter(|path| path.components.len() > 1)
    {
        text += &format!(" Comes by {}.", path.components.join(" → "));
    }
    for sentence in words::sentences(finding) {
        text += &format!(" {sentence}");
    }
    escaped(&text)
}

/// The lowest score of a level, as code hosts order rules by it.
pub(crate) fn score_of(level: SeverityLevel) -> &'static str {
    match level {
        SeverityLevel::None => "0.0",
        SeverityLevel::Low => "0.1",
        SeverityLevel::Medium => "4.0",
        SeverityLevel::High => "7.0",
        SeverityLevel::Critical => "9.0",
    }
}

/// Text of others in a message, where square brackets make links.
pub(crate) fn escaped(text: &str) -> String {
    clean(text, true)
        .replace('\\', "\\\\")
        .replace('[', "\\[")
        .replace(']', "\\]")
}

/// What could not be looked at belongs to the run, not to the findings.
fn invocation(report: &ScanReport) -> Value {
    let problems = report.problems.iter().map(|problem| {
        notification(
            "warning",
            "unreadable-input",
            &format!("{}: {}", problem.subject, problem.message),
        )
    });
    let unknown = report.unknown.iter().map(|unknown| {
        notification(
            "note",
            "undecided-version",
            &format!("{}: {}", unknown.subject, unknown.message),
        )
    });
    let stale = report.database.freshness.complaint();
    let stale = stale.map(|(complaint, hint)| {
        notification("error", "stale-database", &format!("{complaint}; {hint}"))
    });
    json!({
        "executionSuccessful": stale.is_none() && !report.has_unanswered,
        "toolExecutionNotifications": stale.into_iter().chain(problems).chain(unknown).collect::<Vec<_>>(),
    })
}

fn notification(level: &str, id: &str, text: &str) -> Value {
    json!({"level": level, "descriptor": {"id": id}, "message": {"text": clean(text, true)}})
}

#[cfg(test)]
mod tests;
