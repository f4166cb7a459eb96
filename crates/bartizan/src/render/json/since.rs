//! The comparison with an earlier report, as JSON.

use bartizan_vulnerability::since::{
    Change, Gone,
    hygiene::{GoneHygiene, HygieneComparison},
};
use serde::Serialize;

use crate::since::SinceFacts;

/// What became of the findings of the earlier report.
#[derive(Serialize)]
pub(super) struct SinceJson<'a> {
    report: &'a str,
    as_of: String,
    new: usize,
    changed: usize,
    unchanged: usize,
    gone: Vec<GoneJson<'a>>,
    hygiene: Option<HygieneSinceJson<'a>>,
}

/// What became of the rows of hygiene.
#[derive(Serialize)]
struct HygieneSinceJson<'a> {
    new: usize,
    changed: usize,
    unchanged: usize,
    gone: Vec<GoneHygieneJson<'a>>,
}

#[derive(Serialize)]
struct GoneHygieneJson<'a> {
    check: &'a str,
    name: &'a str,
    version: Option<&'a str>,
    why: &'a str,
}

#[derive(Serialize)]
struct GoneJson<'a> {
    group: &'a str,
    name: &'a str,
    version: &'a str,
    ecosystem: &'a str,
    why: &'a str,
}

/// What is new about one finding.
#[derive(Serialize)]
pub(super) struct ChangeJson<'a> {
    kind: &'a str,
    details: Vec<String>,
}

impl<'a> SinceJson<'a> {
    pub(super) fn of(since: &'a SinceFacts) -> Self {
        let gone = |gone: &'a Gone| GoneJson {
            group: &gone.group,
            name: &gone.name,
            version: &gone.version,
            ecosystem: &gone.ecosystem,
            why: gone.why(),
        };
        Self {
            report: &since.report,
            as_of: since.as_of.to_string(),
            new: since.comparison.new,
            changed: since.comparison.changed,
            unchanged: since.comparison.unchanged,
            gone: since.comparison.gone.iter().map(gone).collect(),
            hygiene: since.hygiene.as_ref().map(HygieneSinceJson::of),
        }
    }
}

impl<'a> HygieneSinceJson<'a> {
    fn of(comparison: &'a HygieneComparison) -> Self {
        let gone = |gone: &'a GoneHygiene| GoneHygieneJson {
            check: &gone.check,
            name: &gone.name,
            version: gone.version.as_deref(),
            why: gone.why,
        };
        Self {
            new: comparison.new,
            changed: comparison.changed,
            unchanged: comparison.unchanged,
            gone: comparison.gone.iter().map(gone).collect(),
        }
    }
}

impl<'a> ChangeJson<'a> {
    pub(super) fn of(change: &'a Change) -> Self {
        Self {
            kind: change.baseline_state(),
            details: change.details.clone(),
        }
    }
}
