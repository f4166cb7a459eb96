//! What other tools say, as JSON.

use bartizan_model::severity::SeverityLevel;
use bartizan_posture::peers::shared_with;
use serde::Serialize;

use super::super::import::{Import, PeerTold};

#[derive(Serialize)]
pub(super) struct ImportJson<'a> {
    file: &'a str,
    tool: &'a str,
    version: Option<&'a str>,
    shared: Vec<SharedJson>,
    results: Vec<PeerJson<'a>>,
    problems: Vec<&'a str>,
}

#[derive(Serialize)]
struct SharedJson {
    rule: &'static str,
    check: &'static str,
}

#[derive(Serialize)]
struct PeerJson<'a> {
    id: &'a str,
    check: Option<&'static str>,
    outcome: &'static str,
    severity: Option<&'static str>,
    message: &'a str,
    evidence: Vec<SpanJson<'a>>,
    joined: bool,
    url: Option<&'a str>,
    ignored: Option<&'a str>,
}

#[derive(Serialize)]
struct SpanJson<'a> {
    file: &'a str,
    line: u32,
    last_line: u32,
}

pub(super) fn json(import: &Import) -> ImportJson<'_> {
    let shared = shared_with(&import.tool).map(|it| SharedJson {
        rule: it.rule,
        check: it.check,
    });
    ImportJson {
        file: &import.file,
        tool: &import.tool,
        version: import.version.as_deref(),
        shared: shared.collect(),
        results: import.told.iter().map(peer).collect(),
        problems: import
            .problems
            .iter()
            .map(|it| it.message.as_str())
            .collect(),
    }
}

fn peer(told: &PeerTold) -> PeerJson<'_> {
    let result = &told.laid.result;
    let spans = result.spans.iter().map(|span| SpanJson {
        file: &span.file,
        line: span.first,
        last_line: span.last,
    });
    PeerJson {
        id: &result.id,
        check: told.laid.check.map(|it| it.id),
        outcome: result.outcome.as_str(),
        severity: result.severity.map(SeverityLevel::as_str),
        message: &result.message,
        evidence: spans.collect(),
        joined: told.laid.same_as.is_some(),
        url: result.url.as_deref(),
        ignored: told.ignored.as_deref(),
    }
}
