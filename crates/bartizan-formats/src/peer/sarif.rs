//! SARIF 2.1.0 of any tool: zizmor writes it, and so do Scorecard, poutine and others.

use std::collections::BTreeMap;

use bartizan_model::{assessment::Outcome, severity::SeverityLevel};
use serde_json::Value;

use super::{
    Gathered, MOST_SPANS, PeerFormat, PeerReport, PeerResult, PeerSpan, address, message, span,
    word, zizmor,
};
use crate::advisory::field::Place;

/// The format.
pub(super) static FORMAT: Sarif = Sarif;

/// Results of the runs of a log. The tool is that of the first run.
pub(super) struct Sarif;

/// The most runs of a log that are read.
const MOST_RUNS: usize = 20;

impl PeerFormat for Sarif {
    fn id(&self) -> &'static str {
        "sarif"
    }

    fn title(&self) -> &'static str {
        "SARIF 2.1.0"
    }

    fn recognises(&self, report: &Value) -> bool {
        let runs = report.get("runs").and_then(Value::as_array);
        runs.is_some() && word(report, "/version").is_some_and(|version| version.starts_with("2.1"))
    }

    fn read(&self, path: &str, report: &Value) -> PeerReport {
        let mut gathered = Gathered::new(path);
        let runs = report.get("runs").and_then(Value::as_array);
        let runs = runs.map(Vec::as_slice).unwrap_or_default();
        let first = runs.first().unwrap_or(&Value::Null);
        let tool = word(first, "/tool/driver/name").unwrap_or("unnamed");
        let version = word(first, "/tool/driver/semanticVersion");
        let version = version.or_else(|| word(first, "/tool/driver/version"));
        for (number, run) in runs.iter().enumerate() {
            let own = word(run, "/tool/driver/name").unwrap_or("unnamed");
            if own != tool || number >= MOST_RUNS {
                let place = Place::ROOT.field("runs");
                gathered.reader.note(format_args!(
                    "`{}` of `{own}` is left out: one tool a file",
                    place.item(number)
                ));
                continue;
            }
            read_run(&mut gathered, number, run, tool);
        }
        gathered.into_report(tool, version.map(str::to_owned))
    }
}

fn read_run(gathered: &mut Gathered<'_>, number: usize, run: &Value, tool: &str) {
    let rules: BTreeMap<&str, &Value> = items(run, "/tool/driver/rules")
        .filter_map(|rule| Some((word(rule, "/id")?, rule)))
        .collect();
    for (index, result) in items(run, "/results").enumerate() {
        let rule = result.get("ruleIndex").and_then(Value::as_u64);
        let by_index = || {
            let at = usize::try_from(rule?).ok()?;
            word(items(run, "/tool/driver/rules").nth(at)?, "/id")
        };
        let id = word(result, "/ruleId")
            .or_else(|| word(result, "/rule/id"))
            .or_else(by_index);
        let Some(id) = id else {
            let runs = Place::ROOT.field("runs");
            let place = runs.item(number);
            let results = place.field("results");
            gathered
                .reader
                .wrong(results.item(index), "a result of a rule");
            continue;
        };
        if gathered.has_room() {
            let rule = rules.get(id).copied();
            gathered.results.push(read_result(tool, id, rule, result));
        }
    }
}

fn read_result(tool: &str, id: &str, rule: Option<&Value>, result: &Value) -> PeerResult {
    // Some write their own name before the id.
    let prefix = format!("{}/", tool.to_ascii_lowercase());
    let own = id.strip_prefix(&prefix).filter(|rest| !rest.is_empty());
    let outcome = match word(result, "/kind") {
        None | Some("fail") => Outcome::Fail,
        Some("pass") => Outcome::Pass,
        Some("notApplicable") => Outcome::NotApplicable,
        Some(_) => Outcome::Unknown,
    };
    let text = result.pointer("/message/text").and_then(Value::as_str);
    let text = text.or_else(|| word(rule?, "/shortDescription/text"));
    let accepted = items(result, "/suppressions").next().map(|it| {
        let reason = word(it, "/justification").unwrap_or("it is suppressed there");
        message(reason)
    });
    PeerResult {
        id: own.unwrap_or(id).to_owned(),
        outcome,
        severity: severity(rule, result),
        message: message(text.unwrap_or(id)),
        spans: items(result, "/locations")
            .filter_map(read_span)
            .take(MOST_SPANS)
            .collect(),
        url: address(rule.and_then(|it| it.get("helpUri"))),
        accepted,
    }
}

/// What zizmor states, or the score that code scanning goes by, or the level.
fn severity(rule: Option<&Value>, result: &Value) -> Option<SeverityLevel> {
    let properties = result.get("properties");
    let stated = properties.and_then(|it| it.get("zizmor/severity"));
    if let Some(stated) = stated.and_then(Value::as_str) {
        return zizmor::severity(stated);
    }
    let score = rule.and_then(|it| it.pointer("/properties/security-severity"));
    let score = score.and_then(|it| match it {
        Value::String(text) => text.parse::<f64>().ok(),
        other => other.as_f64(),
    });
    if let Some(score) = score {
        return Some(SeverityLevel::of_score(score));
    }
    let default = || word(rule?, "/defaultConfiguration/level");
    match word(result, "/level").or_else(default).unwrap_or("warning") {
        "error" => Some(SeverityLevel::High),
        "warning" => Some(SeverityLevel::Medium),
        "note" => Some(SeverityLevel::Low),
        "none" => Some(SeverityLevel::None),
        _ => None,
    }
}

fn read_span(location: &Value) -> Option<PeerSpan> {
    let uri = word(location, "/physicalLocation/artifactLocation/uri")?;
    let file = decoded(uri.strip_prefix("file://").unwrap_or(uri));
    let line = |name: &str| {
        location
            .pointer(&format!("/physicalLocation/region/{name}"))?
            .as_u64()
    };
    Some(span(&file, line("startLine"), line("endLine")))
}

/// A path without its percent signs; one that is no text afterwards stays as it was.
fn decoded(uri: &str) -> String {
    let mut bytes = Vec::with_capacity(uri.len());
    let mut parts = uri.split('%');
    bytes.extend(parts.next().unwrap_or_default().bytes());
    for part in parts {
        let code = part.get(..2).and_then(|it| u8::from_str_radix(it, 16).ok());
        match (code, part.get(2..)) {
            (Some(code), Some(rest)) => {
                bytes.push(code);
                bytes.extend(rest.bytes());
            }
            _ => return uri.to_owned(),
        }
    }
    let text = String::from_utf8(bytes).unwrap_or_default();
    if text.is_empty() || text.chars().any(char::is_control) {
        return uri.to_owned();
    }
    text
}

fn items<'v>(value: &'v Value, pointer: &str) -> impl Iterator<Item = &'v Value> {
    value
        .pointer(pointer)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}

#[cfg(test)]
pub(super) const EXAMPLE: &str = r#"{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "zizmor", "version": "1.32.0", "rules": [
    {"id": "zizmor/artipacked", "helpUri": "https://zizmor.example/#artipacked", "shortDescription": {"text": "persistence"},
     "properties": {"security-severity": "9.9"}}]}}, "results": [
    {"ruleId": "zizmor/artipacked", "kind": "fail", "level": "warning", "message": {"text": "persistence: in a checkout"},
     "properties": {"zizmor/severity": "Medium"}, "locations": [
     {"physicalLocation": {"artifactLocation": {"uri": ".github/workflows/a%20b.yml"}, "region": {"startLine": 5, "endLine": 7}}}]}]}]}"#;

#[cfg(test)]
mod tests {
    use super::{EXAMPLE, decoded};
    use crate::peer::describe::describe;

    #[test]
    fn results_keep_their_rules_and_lines() {
        insta::assert_snapshot!(describe(EXAMPLE), @"
        zizmor 1.32.0
        artipacked fail medium: persistence: in a checkout [.github/workflows/a b.yml:5-7] <https://zizmor.example/#artipacked>
        ");
    }

    #[test]
    fn severities_come_from_the_score_or_the_level() {
        insta::assert_snapshot!(describe(r#"{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "Other Tool", "rules": [
            {"id": "A", "properties": {"security-severity": 8.1}}, {"id": "B", "shortDescription": {"text": "b is bad"}, "defaultConfiguration": {"level": "error"}}]}},
            "results": [{"ruleIndex": 0, "message": {"text": "a"}}, {"ruleId": "B"}, {"ruleId": "C", "level": "note", "kind": "open"},
            {"ruleId": "D", "kind": "pass"}, {"ruleId": "E", "suppressions": [{"kind": "inSource", "justification": "we know"}]}, {"message": {}}]},
            {"tool": {"driver": {"name": "Third"}}, "results": [{"ruleId": "F"}]}]}"#), @"
        other tool -
        A fail high: a
        B fail high: b is bad
        C unknown low: C
        D pass medium: D
        E fail medium: E accepted: we know
        problem x.json: `runs[0].results[5]` is not a result of a rule
        problem x.json: `runs[1]` of `Third` is left out: one tool a file
        ");
    }

    #[test]
    fn addresses_become_paths() {
        for (uri, expect) in [
            ("a%20b", "a b"),
            ("a%2", "a%2"),
            ("a%zz", "a%zz"),
            ("%00", "%00"),
            ("%ff", "%ff"),
            ("%C3%A9/x", "é/x"),
        ] {
            assert_eq!(decoded(uri), expect);
        }
    }
}
