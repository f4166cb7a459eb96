//! The report as JSON; `bartizan schema check` publishes its schema.

mod import;

use bartizan_model::{assessment::Outcome, severity::SeverityLevel};
use serde::Serialize;

use super::{
    online::Asked,
    report::{CheckReport, Told},
};
use crate::{
    error::Failure,
    render::json::{SCHEMA_VERSION, to_text},
};
use import::ImportJson;

#[derive(Serialize)]
struct CheckJson<'a> {
    schema_version: u32,
    directory: &'a str,
    commit: Option<&'a str>,
    as_of: String,
    fail_on: &'static str,
    declared_specs: &'a [u32],
    online: Option<OnlineJson<'a>>,
    summary: SummaryJson,
    results: Vec<ResultJson<'a>>,
    imports: Vec<ImportJson<'a>>,
}

#[derive(Serialize)]
struct OnlineJson<'a> {
    repository: Option<&'a str>,
    api: &'a str,
    has_token: bool,
    indexes: &'a [String],
    requests: usize,
    unchanged: usize,
    unseen: Vec<UnseenJson<'a>>,
}

#[derive(Serialize)]
struct UnseenJson<'a> {
    about: &'a str,
    path: Option<&'a str>,
    why: &'a str,
    permission: Option<&'a str>,
}

#[derive(Serialize)]
struct SummaryJson {
    pass: usize,
    fail: usize,
    unknown: usize,
    not_applicable: usize,
    ignored: usize,
}

#[derive(Serialize)]
pub(super) struct ResultJson<'a> {
    check: &'static str,
    title: &'static str,
    spec: Option<&'static str>,
    outcome: &'static str,
    severity: Option<&'static str>,
    message: &'a str,
    evidence: Vec<EvidenceJson<'a>>,
    needs: Option<&'a str>,
    remedy: Option<&'static str>,
    ignored: Option<&'a str>,
    supports: Vec<SupportJson>,
    also: Vec<AlsoJson<'a>>,
}

#[derive(Serialize)]
struct AlsoJson<'a> {
    id: &'a str,
    severity: Option<&'static str>,
}

#[derive(Serialize)]
struct EvidenceJson<'a> {
    file: &'a str,
    line: Option<u32>,
}

#[derive(Serialize)]
struct SupportJson {
    framework: &'static str,
    requirement: &'static str,
}

pub(super) fn text(report: &CheckReport) -> Result<String, Failure> {
    to_text(&CheckJson {
        schema_version: SCHEMA_VERSION,
        directory: &report.directory,
        commit: report.commit.as_deref(),
        as_of: report.now.to_string(),
        fail_on: report.threshold.as_str(),
        declared_specs: &report.declared,
        online: report.asked.as_ref().map(online),
        summary: SummaryJson {
            pass: report.count(Outcome::Pass),
            fail: report.count(Outcome::Fail),
            unknown: report.count(Outcome::Unknown),
            not_applicable: report.count(Outcome::NotApplicable),
            ignored: report.told.iter().filter(|it| it.ignored.is_some()).count(),
        },
        results: report.told.iter().map(result).collect(),
        imports: report.imports.iter().map(import::json).collect(),
    })
}

fn online(asked: &Asked) -> OnlineJson<'_> {
    let of_host = asked.account.refused.iter().map(|it| UnseenJson {
        about: it.about,
        path: Some(&it.path),
        why: &it.unseen.why,
        permission: it.unseen.permission.as_deref(),
    });
    let of_index = asked.index.iter().map(|unseen| UnseenJson {
        about: "the package index",
        path: None,
        why: &unseen.why,
        permission: None,
    });
    OnlineJson {
        repository: Some(asked.repository.as_str()).filter(|it| !it.is_empty()),
        api: &asked.api,
        has_token: asked.has_token,
        indexes: &asked.indexes,
        requests: asked.account.requests,
        unchanged: asked.account.unchanged,
        unseen: of_host.chain(of_index).collect(),
    }
}

pub(super) fn result(told: &Told) -> ResultJson<'_> {
    let (check, statement) = (told.answer.check, &told.answer.statement);
    let is_failing = statement.outcome == Outcome::Fail;
    ResultJson {
        check: check.id,
        title: check.title,
        spec: check.spec,
        outcome: statement.outcome.as_str(),
        severity: is_failing.then(|| told.answer.severity().as_str()),
        message: &statement.message,
        evidence: statement
            .places
            .iter()
            .map(|place| EvidenceJson {
                file: &place.file,
                line: place.line,
            })
            .collect(),
        needs: statement.needs.as_deref(),
        remedy: is_failing.then_some(check.remedy),
        ignored: told.ignored.as_deref(),
        supports: check
            .supports
            .iter()
            .map(|it| SupportJson {
                framework: it.framework.title(),
                requirement: it.requirement,
            })
            .collect(),
        also: told
            .also
            .iter()
            .map(|it| AlsoJson {
                id: &it.id,
                severity: it.severity.map(SeverityLevel::as_str),
            })
            .collect(),
    }
}
