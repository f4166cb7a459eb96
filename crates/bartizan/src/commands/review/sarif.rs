//! The report as SARIF 2.1.0: a rule for each that sees something, a result for each entry.

use std::collections::BTreeMap;

use bartizan_model::severity::SeverityLevel;
use bartizan_review::rule::{Confidence, Rule};
use serde_json::{Value, json};

use super::{
    aside::By,
    assistant,
    report::{ReviewReport, Told},
};
use crate::{
    error::Failure,
    render::{fingerprint, json::to_text, place::Place, sarif},
    term::clean,
};

pub(super) fn text(report: &ReviewReport<'_>) -> Result<String, Failure> {
    let rules: BTreeMap<&str, &Rule> = report
        .told
        .iter()
        .map(|it| (it.entry.rule.id.as_str(), it.entry.rule))
        .collect();
    let index: BTreeMap<&str, usize> = rules
        .keys()
        .enumerate()
        .map(|(number, id)| (*id, number))
        .collect();
    let results = report.told.iter().map(|told| {
        let number = index.get(told.entry.rule.id.as_str()).copied();
        result(report, told, number.unwrap_or_default())
    });
    let unread = report.problems.iter().map(|problem| {
        let text = clean(&format!("{}: {}", problem.subject, problem.message), true);
        json!({"level": "warning", "descriptor": {"id": "unreadable-input"}, "message": {"text": text}})
    });
    let idle = report.idle.iter().map(|idle| {
        let text = clean(&idle.sentence(), true);
        let place = Place {
            file: idle.file.clone(),
            line: idle.line,
        };
        let mut told = json!({"level": "note", "descriptor": {"id": "idle-suppression"}, "message": {"text": text}});
        if !place.file.is_empty() {
            told["locations"] = json!([{"physicalLocation": {
                "artifactLocation": {"uri": place.uri()},
                "region": {"startLine": idle.line.unwrap_or(1).max(1)},
            }}]);
        }
        told
    });
    to_text(&json!({
        "$schema": sarif::SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "Bartizan",
                "version": env!("CARGO_PKG_VERSION"),
                "informationUri": env!("CARGO_PKG_REPOSITORY"),
                "rules": rules.values().map(|it| rule(it)).collect::<Vec<_>>(),
            }},
            "automationDetails": {"id": "bartizan/review"},
            "columnKind": "unicodeCodePoints",
            "invocations": [{
                "executionSuccessful": report.problems.is_empty(),
                "toolExecutionNotifications": unread.chain(idle).collect::<Vec<_>>(),
            }],
            "results": results.collect::<Vec<_>>(),
            "properties": words(report),
        }],
    }))
}

/// What an assistant says, as its own: viewers of results do not show it.
fn words(report: &ReviewReport<'_>) -> Value {
    let Some(words) = &report.words else {
        return json!({});
    };
    let entries = words.entries.iter();
    let entries: BTreeMap<String, &String> =
        entries.map(|(it, text)| (it.to_string(), text)).collect();
    json!({"assistant": {"note": assistant::TITLE, "summary": words.summary, "entries": entries}})
}

fn rule(rule: &Rule) -> Value {
    let mut tags = vec!["security".to_owned()];
    tags.extend(
        rule.cwe
            .iter()
            .map(|number| format!("external/cwe/cwe-{number:03}")),
    );
    let precision = match rule.confidence {
        Confidence::Hint => "low",
        Confidence::Medium => "medium",
        Confidence::High => "high",
    };
    json!({
        "id": clean(&rule.id, true),
        "name": "Review",
        "shortDescription": {"text": clean(&rule.title, true)},
        "fullDescription": {"text": clean(&rule.what, true)},
        "help": {"text": clean(&format!("{} {} {}", rule.what, rule.why, rule.remedy), true)},
        "properties": {"tags": tags, "precision": precision, "security-severity": sarif::score_of(rule.severity)},
    })
}

fn result(report: &ReviewReport<'_>, told: &Told<'_>, rule: usize) -> Value {
    let entry = &told.entry;
    let place = Place {
        file: entry.file.clone(),
        line: entry.line,
    };
    let level = match entry.severity {
        severity if severity >= report.threshold => "error",
        SeverityLevel::Low | SeverityLevel::None => "note",
        _ => "warning",
    };
    let suppressions = told.aside.iter().map(|aside| {
        let kind = match aside.by {
            By::Comment => "inSource",
            By::Baseline | By::Settings => "external",
        };
        json!({"kind": kind, "justification": clean(&aside.reason, true)})
    });
    let shares = entry
        .score
        .shares
        .iter()
        .map(|(name, share)| (*name, share.as_number()));
    json!({
        "ruleId": clean(&entry.rule.id, true),
        "ruleIndex": rule,
        "level": level,
        "rank": entry.score.value.as_number() * 100.0,
        "message": {"text": sarif::escaped(&format!("{}. {}", entry.message, entry.rule.remedy))},
        "locations": [{"physicalLocation": {
            "artifactLocation": {"uri": place.uri()},
            "region": {"startLine": entry.line.unwrap_or(1).max(1)},
        }}],
        "partialFingerprints": {"bartizan/review/v1": fingerprint::hash(&entry.identity)},
        "suppressions": suppressions.collect::<Vec<_>>(),
        "properties": {"shares": shares.collect::<BTreeMap<_, _>>()},
    })
}
