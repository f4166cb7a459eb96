//! The checks of hygiene around a scan: what they are told, and what becomes of what they say.

use std::path::Path;

use bartizan_formats::tree::Tree;
use bartizan_model::{Timestamp, hygiene::HygieneFinding, index::IndexFacts, inventory::Inventory};
use bartizan_sources::disk::DiskTree;
use bartizan_vulnerability::{
    hygiene::{self, Facts, Hygiene, Popular},
    ignore::{Ignore, IgnoreReport},
    scan::Report,
};
use jiff::tz::TimeZone;

use crate::{context::Context, error::Failure, report::ScanReport};

/// The largest list of popular names that is read: some hundred thousand names.
const LARGEST_LIST: u64 = 8 << 20;

/// What the checks are told besides what was scanned.
pub(crate) struct Asked {
    popular: Popular,
    index: Option<IndexFacts>,
}

impl Asked {
    /// Reads the list of popular names; `None` where no hygiene is wanted.
    pub(crate) fn prepare(ctx: &Context, is_wanted: bool) -> Result<Option<Self>, Failure> {
        if !is_wanted {
            return Ok(None);
        }
        let popular = match &ctx.settings.popular {
            Some(file) => popular(file)?,
            None => Popular::embedded(),
        };
        Ok(Some(Self {
            popular,
            index: None,
        }))
    }

    /// Asks the checks about what a scan found. The ignores are those that [`split`] gave.
    pub(crate) fn judge(
        &self,
        inventories: &[Inventory],
        scanned: &Report,
        (ignores, now): (&[Ignore], Timestamp),
    ) -> (Hygiene, IgnoreReport) {
        let mut judged = hygiene::judge(&Facts {
            inventories,
            findings: &scanned.findings,
            popular: &self.popular,
            index: self.index.as_ref(),
            now,
        });
        let today = now.to_zoned(TimeZone::UTC).date();
        let report = hygiene::apply(&mut judged.findings, ignores, today);
        (judged, report)
    }
}

/// The ignores of hygiene and those of vulnerabilities.
pub(crate) fn split(ignores: &[Ignore]) -> (Vec<Ignore>, Vec<Ignore>) {
    ignores.iter().cloned().partition(hygiene::is_about_hygiene)
}

fn popular(file: &Path) -> Result<Popular, Failure> {
    let shown = file.display();
    let bytes = DiskTree.read(file, LARGEST_LIST).map_err(|error| {
        Failure::usage(format!(
            "cannot read the popular names in `{shown}`: {error}"
        ))
        .hint("`popular` names a text file with one name a line")
    })?;
    let popular = Popular::read(&String::from_utf8_lossy(&bytes));
    if popular.is_empty() {
        return Err(Failure::usage(format!("no popular name is in `{shown}`"))
            .hint("write one name a line; without the setting our own selection is used"));
    }
    Ok(popular)
}

impl ScanReport {
    /// What the checks of hygiene say and no ignore covers, the worst first.
    pub(crate) fn live_hygiene(&self) -> impl Iterator<Item = &HygieneFinding> {
        let findings = self.hygiene.findings.iter();
        findings.filter(|finding| finding.ignored.is_none())
    }

    /// What they say and an ignore covers.
    pub(crate) fn ignored_hygiene(&self) -> impl Iterator<Item = &HygieneFinding> {
        let findings = self.hygiene.findings.iter();
        findings.filter(|finding| finding.ignored.is_some())
    }

    /// Whether a finding of hygiene leads to exit code 1.
    pub(crate) fn hygiene_counts(&self, finding: &HygieneFinding) -> bool {
        finding.ignored.is_none() && finding.severity >= self.threshold
    }
}
