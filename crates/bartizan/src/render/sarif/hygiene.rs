//! Hygiene in SARIF: a rule for each check that says something, a result for each finding.

use std::collections::BTreeMap;

use bartizan_model::{hygiene::HygieneFinding, severity::SeverityLevel};
use bartizan_vulnerability::checks;
use serde_json::{Value, json};

use super::{
    super::{View, fingerprint, hygiene, place::Place},
    escaped,
};
use crate::{report::ScanReport, term::clean};

pub(super) struct Section {
    pub(super) rules: Vec<Value>,
    pub(super) results: Vec<Value>,
}

/// Rules and results that follow `before` rules.
pub(super) fn section(report: &ScanReport, before: usize, view: View<'_>) -> Section {
    let mut worst: BTreeMap<&'static str, SeverityLevel> = BTreeMap::new();
    for finding in &report.hygiene.findings {
        let level = worst.entry(finding.check).or_insert(finding.severity);
        *level = finding.severity.max(*level);
    }
    let places = worst.keys().enumerate();
    let places: BTreeMap<&str, usize> = places.map(|(i, id)| (*id, before + i)).collect();
    let result = |finding: &HygieneFinding| {
        let place = places.get(finding.check).copied().unwrap_or_default();
        result(report, finding, place, view)
    };
    Section {
        results: report.hygiene.findings.iter().map(result).collect(),
        rules: worst
            .into_iter()
            .map(|(id, level)| rule(id, level))
            .collect(),
    }
}

fn rule(id: &'static str, level: SeverityLevel) -> Value {
    let check = checks::find(id);
    let title = check.map_or(id, checks::Check::title);
    let (what, help) = check.map_or_else(Default::default, |check| {
        let told = check.explanation();
        (
            told.what,
            format!("{} {}\n\n{}", told.what, told.why, told.remedy),
        )
    });
    let score = match level {
        SeverityLevel::None => "0.0",
        SeverityLevel::Low => "0.1",
        SeverityLevel::Medium => "4.0",
        SeverityLevel::High => "7.0",
        SeverityLevel::Critical => "9.0",
    };
    json!({
        "id": id,
        "name": "Hygiene",
        "shortDescription": {"text": title},
        "fullDescription": {"text": what},
        "help": {"text": help},
        "properties": {"tags": ["security", "hygiene"], "precision": "medium", "security-severity": score},
    })
}

fn result(report: &ScanReport, finding: &HygieneFinding, rule: usize, view: View<'_>) -> Value {
    let place = Place::of(hygiene::place(finding), view.root);
    let named = [finding.check, finding.subject.name(), &place.file];
    let fingerprint = fingerprint::hash(&named.join("\0"));
    let level = match finding.severity {
        severity if severity >= report.threshold => "error",
        SeverityLevel::Low | SeverityLevel::None => "note",
        _ => "warning",
    };
    let mut result = json!({
        "ruleId": finding.check,
        "ruleIndex": rule,
        "level": level,
        "message": {"text": escaped(&format!("{} {}", hygiene::message(finding), finding.remedy))},
        "locations": [{"physicalLocation": {
            "artifactLocation": {"uri": place.uri()},
            "region": {"startLine": place.line.unwrap_or(1).max(1)},
        }}],
        "partialFingerprints": {
            "primaryLocationLineHash": format!("{fingerprint}:1"),
            "bartizan/hygiene/v1": fingerprint,
        },
    });
    if let Some(result) = result.as_object_mut() {
        if let Some(purl) = finding.subject.purl() {
            let purl = clean(&purl.to_string(), true);
            result.insert("properties".to_owned(), json!({"purl": purl}));
        }
        if let Some(change) = report.hygiene_change_of(finding) {
            result.insert("baselineState".to_owned(), json!(change.baseline_state()));
        }
        if let Some(ignored) = &finding.ignored {
            let justification = clean(&ignored.reason, true);
            let suppression = json!([{"kind": "external", "justification": justification}]);
            result.insert("suppressions".to_owned(), suppression);
        }
    }
    result
}
