//! Findings of other tools that are none of ours, as rules and results of their own.

use std::collections::BTreeMap;

use bartizan_model::severity::SeverityLevel;
use serde_json::{Value, json};

use super::super::{import::PeerTold, report::CheckReport};
use crate::{
    render::{fingerprint, place::Place, sarif},
    term::clean,
};

/// A rule for each id, by the id.
pub(super) fn rules(report: &CheckReport) -> BTreeMap<String, Value> {
    let mut rules = BTreeMap::new();
    for told in report.of_peers() {
        rules.entry(told.id()).or_insert_with(|| rule(told));
    }
    rules
}

fn rule(told: &PeerTold) -> Value {
    let mut rule = json!({
        "id": clean(&told.id(), true),
        "name": "Imported",
        "shortDescription": {"text": clean(&told.id(), true)},
        "properties": {"tags": ["security", "imported"]},
    });
    if let (Some(url), Some(rule)) = (&told.laid.result.url, rule.as_object_mut()) {
        rule.insert("helpUri".to_owned(), json!(url));
    }
    rule
}

/// The results, whose rules stand after those of our checks.
pub(super) fn results(
    report: &CheckReport,
    rules: &BTreeMap<String, Value>,
    before: usize,
) -> Vec<Value> {
    let of_peers = report.of_peers().map(|told| {
        let at = rules.keys().position(|id| *id == told.id());
        result(report, told, at.unwrap_or_default().saturating_add(before))
    });
    of_peers.collect()
}

fn result(report: &CheckReport, told: &PeerTold, rule: usize) -> Value {
    let level = match told.laid.result.severity {
        _ if report.counts_peer(told) => "error",
        Some(SeverityLevel::Low | SeverityLevel::None) => "note",
        _ => "warning",
    };
    // Code hosts show only results that have a place.
    let (file, line) = told.file_and_line().unwrap_or(("README.md", 1));
    let place = Place {
        file: file.to_owned(),
        line: Some(line),
    };
    let message = &told.laid.result.message;
    let fingerprint = fingerprint::hash(&[told.id().as_str(), file, message].join("\0"));
    json!({
        "ruleId": clean(&told.id(), true),
        "ruleIndex": rule,
        "level": level,
        "message": {"text": sarif::escaped(message)},
        "locations": [{"physicalLocation": {
            "artifactLocation": {"uri": place.uri()},
            "region": {"startLine": line},
        }}],
        "partialFingerprints": {"bartizan/check/v1": fingerprint},
    })
}
