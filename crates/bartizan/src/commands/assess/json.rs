//! The summary of an assessment as JSON.

use bartizan_model::{
    assessment::{Evidence, Figure},
    problem::Problem,
};
use serde_json::{Value, json};

use super::Summary;
use crate::error::Failure;

const SCHEMA_VERSION: u32 = 1;

pub(super) fn text(summary: &Summary<'_>) -> Result<String, Failure> {
    let outcome = summary.outcome;
    let profile = &summary.ecosystem.file.profile;
    let value = json!({
        "schema_version": SCHEMA_VERSION,
        "profile": {
            "name": profile.name,
            "title": profile.title,
            "digest": summary.ecosystem.digest.to_string(),
            "problems": problems(&summary.ecosystem.file.problems),
        },
        "assessment": outcome.assessment,
        "is_resumed": outcome.is_resumed,
        "done_before": outcome.done_before,
        "assessed": outcome.done.iter().map(|(name, took)| json!({
            "project": name,
            "seconds": took.as_secs_f64(),
        })).collect::<Vec<_>>(),
        "failed": outcome.failed.iter().map(|(name, it)| json!({
            "project": name,
            "subject": it.subject,
            "message": it.message,
        })).collect::<Vec<_>>(),
        "figures": outcome.figures.iter().map(figure).collect::<Vec<_>>(),
        "problems": problems(summary.problems),
        "problems_within_projects": outcome.problems,
        "advisories": {
            "snapshot": summary.database.snapshot,
            "is_accepted": summary.database.freshness.is_accepted(),
        },
        "store": summary.store,
        "site": summary.site.map(|(folder, written)| json!({
            "directory": folder.display().to_string(),
            "files": written.files,
            "is_cut_short": written.is_cut,
        })),
    });
    let text = serde_json::to_string_pretty(&value);
    text.map(|text| text + "\n")
        .map_err(|error| Failure::internal(format!("cannot write JSON: {error}")))
}

fn figure(figure: &Figure) -> Value {
    json!({
        "measure": figure.measure,
        "value": figure.value,
        "of": figure.whole,
        "parts": figure.shares.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect::<Vec<_>>(),
        "evidence": figure.evidence.iter().map(evidence).collect::<Vec<_>>(),
    })
}

fn evidence(evidence: &Evidence) -> Value {
    json!({
        "source": evidence.source,
        "snapshot": evidence.snapshot,
        "locator": evidence.locator,
        "observed": evidence.observed.to_string(),
    })
}

fn problems(problems: &[Problem]) -> Vec<Value> {
    let shown = |it: &Problem| json!({ "subject": it.subject, "message": it.message });
    problems.iter().map(shown).collect()
}
