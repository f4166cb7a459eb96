//! The report as SARIF 2.1.0: a rule for each check that fails, a result for each finding.

mod peer;

use std::collections::BTreeMap;

use bartizan_model::{assessment::Outcome, severity::SeverityLevel};
use serde_json::{Value, json};

use super::report::{CheckReport, Told};
use crate::{
    error::Failure,
    render::{fingerprint, json::to_text, place::Place, sarif},
    term::clean,
};

pub(super) fn text(report: &CheckReport) -> Result<String, Failure> {
    let mut rules: BTreeMap<&'static str, &Told> = BTreeMap::new();
    for told in report.of(Outcome::Fail) {
        // The worst comes first.
        rules.entry(told.answer.check.id).or_insert(told);
    }
    let index: BTreeMap<&str, usize> = rules.keys().enumerate().map(|(i, id)| (*id, i)).collect();
    let of_peers = peer::rules(report);
    let peer_results = peer::results(report, &of_peers, rules.len());
    let results = report.of(Outcome::Fail).map(|told| {
        let rule = index.get(told.answer.check.id).copied().unwrap_or_default();
        result(report, told, rule)
    });
    let unknown = report.of(Outcome::Unknown).map(|told| {
        let statement = &told.answer.statement;
        let needs = statement.needs.as_deref().unwrap_or_default();
        json!({
            "level": "note",
            "descriptor": {"id": told.answer.check.id},
            "message": {"text": clean(&format!("{}; needed: {needs}", statement.message), true)},
        })
    });
    to_text(&json!({
        "$schema": sarif::SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "Bartizan",
                "version": env!("CARGO_PKG_VERSION"),
                "informationUri": env!("CARGO_PKG_REPOSITORY"),
                "rules": rules.values().map(|told| rule(told)).chain(of_peers.values().cloned()).collect::<Vec<_>>(),
            }},
            "automationDetails": {"id": "bartizan/check"},
            "columnKind": "unicodeCodePoints",
            "invocations": [{
                "executionSuccessful": true,
                "toolExecutionNotifications": unknown.collect::<Vec<_>>(),
            }],
            "results": results.chain(peer_results).collect::<Vec<_>>(),
        }],
    }))
}

fn rule(told: &Told) -> Value {
    let check = told.answer.check;
    let score = sarif::score_of(told.answer.severity());
    let mut tags = vec!["security".to_owned()];
    tags.extend(check.spec.map(|spec| format!("SPEC {spec}")));
    tags.extend(
        check
            .supports
            .iter()
            .map(|it| format!("{} {}", it.framework.title(), it.requirement)),
    );
    json!({
        "id": check.id,
        "name": "Posture",
        "shortDescription": {"text": check.title},
        "fullDescription": {"text": check.what},
        "help": {"text": format!("{} {}\n\n{}", check.what, check.why, check.remedy)},
        "properties": {"tags": tags, "precision": "high", "security-severity": score},
    })
}

fn result(report: &CheckReport, told: &Told, rule: usize) -> Value {
    let statement = &told.answer.statement;
    let places = statement.places.iter().map(|place| {
        let shown = Place {
            file: place.file.clone(),
            line: place.line,
        };
        json!({"physicalLocation": {
            "artifactLocation": {"uri": shown.uri()},
            "region": {"startLine": place.line.unwrap_or(1).max(1)},
        }})
    });
    let mut places: Vec<Value> = places.collect();
    if places.is_empty() {
        // Code hosts show only results that have a place; what is missing is shown at the top of the project's own page.
        places.push(json!({"physicalLocation": {"artifactLocation": {"uri": "README.md"}, "region": {"startLine": 1}}}));
    }
    let file = told.file_and_line().map_or("", |(file, _)| file);
    let fingerprint =
        fingerprint::hash(&[told.answer.check.id, file, &statement.message].join("\0"));
    let level = match told.answer.severity() {
        severity if severity >= report.threshold => "error",
        SeverityLevel::Low | SeverityLevel::None => "note",
        _ => "warning",
    };
    let related = places.split_off(1);
    let suppressions = told
        .ignored
        .iter()
        .map(|reason| json!({"kind": "external", "justification": clean(reason, true)}));
    json!({
        "ruleId": told.answer.check.id,
        "ruleIndex": rule,
        "level": level,
        "message": {"text": sarif::escaped(&format!("{}. {}", statement.message, told.answer.check.remedy))},
        "locations": places,
        "relatedLocations": related,
        "partialFingerprints": {"bartizan/check/v1": fingerprint},
        "suppressions": suppressions.collect::<Vec<_>>(),
        "properties": {"also": told.also.iter().map(|it| &it.id).collect::<Vec<_>>()},
    })
}
