//! zizmor's own JSON, version 1: a list of findings, each with the places in the text that it speaks of.

use bartizan_model::{assessment::Outcome, severity::SeverityLevel};
use serde_json::Value;

use super::{
    Gathered, MOST_SPANS, PeerFormat, PeerReport, PeerResult, PeerSpan, address, message, span,
    word,
};
use crate::advisory::field::Place;

/// The format.
pub(super) static FORMAT: Zizmor = Zizmor;

/// zizmor's findings. The report names neither the tool nor its version.
pub(super) struct Zizmor;

impl PeerFormat for Zizmor {
    fn id(&self) -> &'static str {
        "zizmor"
    }

    fn title(&self) -> &'static str {
        "zizmor, JSON version 1"
    }

    fn recognises(&self, report: &Value) -> bool {
        let is_finding =
            |it: &Value| it.get("ident").is_some() && it.get("determinations").is_some();
        let first = report.as_array().map(|all| all.first());
        // A list without entries is what zizmor writes of a repository that it has nothing to say about.
        first.is_some_and(|first| first.is_none_or(is_finding))
    }

    fn read(&self, path: &str, report: &Value) -> PeerReport {
        let mut gathered = Gathered::new(path);
        let findings = report.as_array().map(Vec::as_slice).unwrap_or_default();
        for (index, finding) in findings.iter().enumerate() {
            let Some(id) = word(finding, "/ident") else {
                let place = Place::ROOT;
                gathered.reader.wrong(place.item(index), "a finding");
                continue;
            };
            if gathered.has_room() {
                gathered.results.push(read_finding(id, finding));
            }
        }
        gathered.into_report("zizmor", None)
    }
}

fn read_finding(id: &str, finding: &Value) -> PeerResult {
    let locations = finding.get("locations").and_then(Value::as_array);
    let mut shown: Vec<&Value> = locations
        .into_iter()
        .flatten()
        .filter(|it| kind(it) != Some("Hidden"))
        .collect();
    // The primary place comes first, wherever it stands in the list.
    shown.sort_by_key(|it| kind(it) != Some("Primary"));
    let annotation = shown
        .first()
        .and_then(|it| word(it, "/symbolic/annotation"));
    let description = word(finding, "/desc").unwrap_or(id);
    // The expression, where the place is one.
    let part = shown
        .first()
        .and_then(|it| word(it, "/symbolic/feature_kind/Subfeature/fragment/Raw"));
    let mut text = description.to_owned();
    text.extend(annotation.map(|it| format!(": {it}")));
    text.extend(part.map(|it| format!(": `{it}`")));
    let is_ignored = finding.get("ignored").and_then(Value::as_bool) == Some(true);
    PeerResult {
        id: id.to_owned(),
        outcome: Outcome::Fail,
        severity: word(finding, "/determinations/severity").and_then(severity),
        message: message(&text),
        spans: shown
            .into_iter()
            .filter_map(read_span)
            .take(MOST_SPANS)
            .collect(),
        url: address(finding.get("url")),
        accepted: is_ignored.then(|| "zizmor's own settings ignore it".to_owned()),
    }
}

fn kind(location: &Value) -> Option<&str> {
    word(location, "/symbolic/kind")
}

/// A level in zizmor's words; what it calls unknown is not stated.
pub(super) fn severity(word: &str) -> Option<SeverityLevel> {
    match word.to_ascii_lowercase().as_str() {
        "informational" => Some(SeverityLevel::None),
        word => SeverityLevel::parse(word),
    }
}

/// Rows are counted from zero.
fn read_span(location: &Value) -> Option<PeerSpan> {
    let local = word(location, "/symbolic/key/Local/verbatim_path");
    let older = || word(location, "/symbolic/key/Local/given_path");
    let remote = || word(location, "/symbolic/key/Remote/path");
    let file = local.or_else(older).or_else(remote)?;
    let row = |end: &str| {
        let row = location.pointer(&format!("/concrete/location/{end}/row"))?;
        Some(row.as_u64()?.saturating_add(1))
    };
    Some(span(file, row("start_point"), row("end_point")))
}

#[cfg(test)]
pub(super) const EXAMPLE: &str = r#"[{"ident": "artipacked", "desc": "credential persistence", "url": "https://zizmor.example/#artipacked",
    "determinations": {"confidence": "Low", "severity": "Medium", "persona": "Regular"}, "ignored": false, "locations": [
    {"symbolic": {"key": {"Local": {"verbatim_path": "./w.yml"}}, "annotation": "this job", "kind": "Related"},
     "concrete": {"location": {"start_point": {"row": 2, "column": 0}, "end_point": {"row": 9, "column": 1}}}},
    {"symbolic": {"key": {"Local": {"verbatim_path": "./w.yml"}}, "annotation": "does not set persist-credentials: false", "kind": "Primary",
      "feature_kind": {"Subfeature": {"after": 0, "fragment": {"Raw": "actions/checkout"}}}},
     "concrete": {"location": {"start_point": {"row": 4, "column": 8}, "end_point": {"row": 6, "column": 24}}}},
    {"symbolic": {"key": {"Local": {"verbatim_path": "./w.yml"}}, "annotation": "this workflow", "kind": "Hidden"},
     "concrete": {"location": {"start_point": {"row": 0, "column": 0}, "end_point": {"row": 99, "column": 0}}}}]}]"#;

#[cfg(test)]
mod tests {
    use super::EXAMPLE;
    use crate::peer::describe::describe;

    #[test]
    fn findings_keep_their_ids_and_lines() {
        insta::assert_snapshot!(describe(EXAMPLE), @"
        zizmor -
        artipacked fail medium: credential persistence: does not set persist-credentials: false: `actions/checkout` [./w.yml:5-7] [./w.yml:3-10] <https://zizmor.example/#artipacked>
        ");
    }

    #[test]
    fn nothing_found_is_a_report_too() {
        insta::assert_snapshot!(describe("[]"), @"zizmor -");
    }

    #[test]
    fn what_is_ignored_or_odd_is_told() {
        insta::assert_snapshot!(describe(r#"[
            {"ident": "a", "determinations": {"severity": "Unknown"}, "ignored": true,
             "locations": [{"symbolic": {"key": {"Remote": {"slug": "o/r", "path": "a.yml"}}}}, {}]},
            {"ident": 7, "determinations": {}},
            {"ident": "b", "determinations": {"severity": "Informational"}, "url": "javascript:x",
             "locations": [{"symbolic": {"key": {"Local": {"given_path": "b.yml"}}}, "concrete": {"location": {"start_point": {"row": 18446744073709551615}, "end_point": {"row": 1}}}}]}]"#), @"
        zizmor -
        a fail -: a [a.yml:1-1] accepted: zizmor's own settings ignore it
        b fail none: b [b.yml:4294967295-4294967295]
        problem x.json: `[1]` is not a finding
        ");
    }
}
