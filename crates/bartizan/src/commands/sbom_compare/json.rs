//! The differences as JSON; `bartizan schema sbom-compare` publishes its schema.

use bartizan_assessment::bills::check_of;
use bartizan_model::problem::Problem;
use bartizan_native::declared::Difference;
use serde::Serialize;

use super::Answer;
use crate::{
    bills::lacks::LacksJson,
    error::Failure,
    render::json::{SCHEMA_VERSION, to_text},
};

#[derive(Serialize)]
struct AnswerJson<'a> {
    schema_version: u32,
    artifact: &'a str,
    bills: &'a [String],
    fail_on: &'static str,
    findings: Vec<FindingJson<'a>>,
    unconfirmed: &'a [String],
    problems: Vec<ProblemJson<'a>>,
    lacking: Vec<BillLacksJson<'a>>,
    summary: SummaryJson,
}

#[derive(Serialize)]
struct BillLacksJson<'a> {
    bill: &'a str,
    #[serde(flatten)]
    lacks: LacksJson<'a>,
}

#[derive(Serialize)]
struct FindingJson<'a> {
    check: &'static str,
    severity: &'static str,
    name: &'a str,
    stated_version: Option<&'a str>,
    shown_version: Option<&'a str>,
    purl: Option<String>,
    bill: Option<&'a str>,
    files: &'a [String],
}

#[derive(Serialize)]
struct ProblemJson<'a> {
    subject: &'a str,
    message: &'a str,
}

#[derive(Serialize)]
struct SummaryJson {
    shown: usize,
    declared: usize,
    differences: usize,
}

/// The text of the answer.
pub(super) fn text(answer: &Answer) -> Result<String, Failure> {
    let comparison = &answer.comparison;
    to_text(&AnswerJson {
        schema_version: SCHEMA_VERSION,
        artifact: &answer.artifact,
        bills: &answer.bills,
        fail_on: answer.fail_on.as_str(),
        findings: comparison.differences.iter().map(FindingJson::of).collect(),
        unconfirmed: &comparison.unconfirmed,
        problems: comparison.problems.iter().map(ProblemJson::of).collect(),
        lacking: answer
            .lacks
            .iter()
            .map(|(bill, lacks)| BillLacksJson {
                bill,
                lacks: lacks.json(),
            })
            .collect(),
        summary: SummaryJson {
            shown: comparison.shown,
            declared: comparison.declared,
            differences: comparison.differences.len(),
        },
    })
}

impl<'a> ProblemJson<'a> {
    fn of(problem: &'a Problem) -> Self {
        Self {
            subject: &problem.subject,
            message: &problem.message,
        }
    }
}

impl<'a> FindingJson<'a> {
    fn of(difference: &'a Difference) -> Self {
        let check = check_of(difference.kind);
        Self {
            check: check.id,
            severity: check.severity.as_str(),
            name: &difference.name,
            stated_version: difference.stated.as_deref(),
            shown_version: difference.shown.as_deref(),
            purl: difference.purl.as_ref().map(ToString::to_string),
            bill: difference.bill.as_deref(),
            files: &difference.files,
        }
    }
}
