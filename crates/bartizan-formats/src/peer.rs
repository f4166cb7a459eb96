//! What other tools say about a repository: findings with their own ids, in the formats that they write.
//!
//! Nothing is judged or translated here. An id stays what its tool calls it; whether two tools mean the same is told
//! elsewhere. What cannot be read is a problem, and never a pass.

mod repo_review;
mod sarif;
mod zizmor;

use bartizan_model::{assessment::Outcome, problem::Problem, severity::SeverityLevel};
use serde_json::Value;
use thiserror::Error;

use crate::advisory::{
    AdvisoryError,
    field::{Reader, is_word, one_line},
    json,
};

pub use crate::advisory::MAX_BYTES;

/// Every format, in the order in which they are asked whether they recognise a report.
pub static ALL: &[&dyn PeerFormat] = &[&zizmor::FORMAT, &sarif::FORMAT, &repo_review::FORMAT];

/// The most results of one report. The largest of a core project has a hundred.
const MOST_RESULTS: usize = 20_000;

/// The most places of one result; zizmor gives three at most.
const MOST_SPANS: usize = 64;

/// The longest message that is kept, in bytes.
const LONGEST_MESSAGE: usize = 2_000;

/// A format in which a tool reports on a repository. All are JSON.
pub trait PeerFormat: Sync {
    /// A stable word for the format (`zizmor`).
    fn id(&self) -> &'static str;

    /// The format's name in words.
    fn title(&self) -> &'static str;

    /// Whether a report has this format.
    fn recognises(&self, report: &Value) -> bool;

    /// Reads a report. `path` is what its problems are shown under.
    fn read(&self, path: &str, report: &Value) -> PeerReport;
}

/// What a tool says of a repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeerReport {
    /// The tool, in lower case (`zizmor`).
    pub tool: String,
    /// Its version, where the report says it.
    pub version: Option<String>,
    /// What it says, in the order of the report.
    pub results: Vec<PeerResult>,
    /// What could not be read.
    pub problems: Vec<Problem>,
}

/// One thing that a tool says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeerResult {
    /// The rule, as its tool calls it (`unpinned-uses`, `GH105`).
    pub id: String,
    /// What it says of the rule.
    pub outcome: Outcome,
    /// How bad it is, where the tool says so.
    pub severity: Option<SeverityLevel>,
    /// What was found, in one line.
    pub message: String,
    /// Where; the first is the one that the tool names first.
    pub spans: Vec<PeerSpan>,
    /// Where the tool explains the rule.
    pub url: Option<String>,
    /// Why the tool's own settings accept it, where they do.
    pub accepted: Option<String>,
}

/// Lines of a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PeerSpan {
    /// The file, as the tool names it: often from the directory that it ran in.
    pub file: String,
    /// The first line, from 1.
    pub first: u32,
    /// The last line; never before the first.
    pub last: u32,
}

/// Why nothing of a report could be read.
#[derive(Debug, Error)]
pub enum PeerError {
    /// It is no JSON within bounds.
    #[error("{}", .0.in_full())]
    Json(AdvisoryError),
    /// It is JSON of some other kind.
    #[error("neither JSON of zizmor or repo-review nor SARIF")]
    Unrecognised,
}

/// Reads a report of any format, which is seen from its content.
pub fn read(path: &str, bytes: &[u8]) -> Result<PeerReport, PeerError> {
    let value = json::text(bytes)
        .and_then(json::parse)
        .map_err(PeerError::Json)?;
    let format = ALL.iter().find(|format| format.recognises(&value));
    let format = format.ok_or(PeerError::Unrecognised)?;
    Ok(format.read(path, &value))
}

/// Results that are gathered, with the problems met on the way.
struct Gathered<'a> {
    reader: Reader<'a>,
    results: Vec<PeerResult>,
    left_out: usize,
}

impl<'a> Gathered<'a> {
    fn new(path: &'a str) -> Self {
        Self {
            reader: Reader::new(path),
            results: Vec::new(),
            left_out: 0,
        }
    }

    /// Whether there is room for one more; what there is no room for is counted.
    fn has_room(&mut self) -> bool {
        let has_room = self.results.len() < MOST_RESULTS;
        self.left_out = self.left_out.saturating_add(usize::from(!has_room));
        has_room
    }

    fn into_report(mut self, tool: &str, version: Option<String>) -> PeerReport {
        if self.left_out > 0 {
            let left_out = self.left_out;
            self.reader.note(format_args!(
                "more than {MOST_RESULTS} results: {left_out} are left out"
            ));
        }
        PeerReport {
            tool: tool.to_ascii_lowercase(),
            version,
            results: self.results,
            problems: self.reader.into_problems(),
        }
    }
}

/// A text of any length, on one line and no longer than is kept.
fn message(text: &str) -> String {
    let text = one_line(text);
    match text.char_indices().find(|(at, _)| *at > LONGEST_MESSAGE) {
        Some((at, _)) => text.get(..at).unwrap_or_default().to_owned() + "…",
        None => text,
    }
}

/// A word at some place below a value.
fn word<'v>(value: &'v Value, pointer: &str) -> Option<&'v str> {
    value.pointer(pointer)?.as_str().filter(|it| is_word(it))
}

/// An address that a reader can be sent to.
fn address(value: Option<&Value>) -> Option<String> {
    let text = value?.as_str()?;
    (text.starts_with("https://") && is_word(text)).then(|| text.to_owned())
}

/// Lines of a file; a number that is no line becomes the nearest one.
fn span(file: &str, first: Option<u64>, last: Option<u64>) -> PeerSpan {
    let line = |number: u64| u32::try_from(number).unwrap_or(u32::MAX).max(1);
    let first = first.map_or(1, line);
    PeerSpan {
        file: file.to_owned(),
        first,
        last: last.map_or(first, line).max(first),
    }
}

#[cfg(test)]
mod describe {
    //! A print of reports for the tests of all formats: one line a result, then the problems.

    use std::fmt::Write;

    use super::read;

    /// What a report says, and what is wrong with it.
    pub(super) fn describe(text: &str) -> String {
        let report = match read("x.json", text.as_bytes()) {
            Ok(report) => report,
            Err(error) => return error.to_string(),
        };
        let version = report.version.as_deref().unwrap_or("-");
        let mut out = format!("{} {version}\n", report.tool);
        for result in &report.results {
            let severity = result.severity.map_or("-", |it| it.as_str());
            write!(
                out,
                "{} {} {severity}: {}",
                result.id, result.outcome, result.message
            )
            .unwrap();
            for span in &result.spans {
                write!(out, " [{}:{}-{}]", span.file, span.first, span.last).unwrap();
            }
            if let Some(url) = &result.url {
                write!(out, " <{url}>").unwrap();
            }
            if let Some(reason) = &result.accepted {
                write!(out, " accepted: {reason}").unwrap();
            }
            out.push('\n');
        }
        for problem in &report.problems {
            writeln!(out, "problem {}: {}", problem.subject, problem.message).unwrap();
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_no_report_is_refused() {
        let check = |text: &str| describe::describe(text);
        insta::assert_snapshot!(check("{"), @"not valid JSON: EOF while parsing an object at line 1 column 1");
        insta::assert_snapshot!(check("{}"), @"neither JSON of zizmor or repo-review nor SARIF");
        insta::assert_snapshot!(check("[7]"), @"neither JSON of zizmor or repo-review nor SARIF");
        insta::assert_snapshot!(check("\"x\""), @"neither JSON of zizmor or repo-review nor SARIF");
    }

    #[test]
    fn more_results_than_anybody_writes_are_counted() {
        let one = r#"{"ident": "a", "determinations": {"severity": "Low"}, "locations": []}"#;
        let text = format!("[{}]", vec![one; MOST_RESULTS + 3].join(","));
        let report = read("x.json", text.as_bytes()).unwrap();
        assert_eq!(report.results.len(), MOST_RESULTS);
        let told = &report.problems[0].message;
        assert_eq!(told, "more than 20000 results: 3 are left out");
    }

    #[test]
    fn a_long_message_is_cut() {
        let text = message(&"é ".repeat(5_000));
        assert!(text.len() <= LONGEST_MESSAGE + 8 && text.ends_with('…'));
    }

    /// Reports of every format with one of their words replaced by any value.
    fn disturbed() -> impl Strategy<Value = String> {
        let texts = [zizmor::EXAMPLE, sarif::EXAMPLE, repo_review::EXAMPLE];
        let values = [
            "null",
            "7",
            "-1",
            "[]",
            "{}",
            "\"\"",
            "true",
            "1e300",
            "\"\\u0000\"",
        ];
        (
            0..texts.len(),
            any::<prop::sample::Index>(),
            0..values.len(),
        )
            .prop_map(move |(text, at, value)| {
                let text = texts[text];
                let starts: Vec<usize> = text.match_indices(": ").map(|(at, _)| at + 2).collect();
                let start = starts[at.index(starts.len())];
                let (before, rest) = text.split_at(start);
                let (_, after) = rest.split_at(rest.find([',', '}', ']']).unwrap_or(0));
                format!("{before}{}{after}", values[value])
            })
    }

    proptest! {
        #[test]
        fn never_panics(text in "[\\[\\]{}:,\"a0 \n\\\\]{0,60}") {
            let _ = read("x", text.as_bytes());
        }

        #[test]
        fn never_panics_on_disturbed_reports(text in disturbed()) {
            if let Ok(report) = read("x", text.as_bytes()) {
                for result in &report.results {
                    prop_assert!(!result.id.is_empty() && result.spans.len() <= MOST_SPANS);
                    prop_assert!(result.spans.iter().all(|it| it.first >= 1 && it.last >= it.first));
                }
            }
        }
    }
}
