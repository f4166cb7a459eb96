//! The checks of hygiene around a scan: what they are told, and what becomes of what they say.

use std::path::Path;

use bartizan_formats::tree::Tree;
use bartizan_model::{
    Timestamp, hygiene::HygieneFinding, index::IndexFacts, inventory::Inventory, problem::Problem,
};
use bartizan_sources::{disk::DiskTree, home::Home, http::HttpClient, index::IndexClient};
use bartizan_vulnerability::{
    hygiene::{self, Facts, Hygiene, Popular},
    ignore::{Ignore, IgnoreReport},
    scan::Report,
};
use jiff::tz::TimeZone;

use crate::{context::Context, error::Failure, indexes, render::words, report::ScanReport};

/// The largest list of popular names that is read: some hundred thousand names.
const LARGEST_LIST: u64 = 8 << 20;

/// How much hygiene is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// None.
    Nothing,
    /// What can be told without a network.
    Offline,
    /// And what the package indexes know.
    WithIndex,
}

/// What the checks are told besides what was scanned.
pub(crate) struct Asked {
    popular: Popular,
    index: Option<IndexFacts>,
}

impl Asked {
    /// Reads the list of popular names and asks the indexes; `None` where no hygiene is wanted.
    pub(crate) fn prepare(
        ctx: &Context,
        wanted: Wanted,
        inventories: &[Inventory],
    ) -> Result<Option<Self>, Failure> {
        if wanted == Wanted::Nothing {
            return Ok(None);
        }
        let popular = match &ctx.settings.popular {
            Some(file) => popular(file)?,
            None => Popular::embedded(),
        };
        Ok(Some(Self {
            popular,
            index: match wanted {
                Wanted::WithIndex => Some(ask(ctx, inventories)?),
                _ => None,
            },
        }))
    }

    /// What the indexes did not answer, as a problem.
    pub(crate) fn problem(&self) -> Option<Problem> {
        let unanswered = &self.index.as_ref()?.unanswered;
        let (_, first) = unanswered.first_key_value()?;
        let projects = words::count(unanswered.len(), "project", "projects");
        let message = format!("no answer about {projects}; the first: {first}");
        let hint = "check the index that pip is configured with, and its credentials";
        Some(Problem::new("package index", message).with_hint(hint))
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

/// Asks the user's package indexes about everything that may come from one.
fn ask(ctx: &Context, inventories: &[Inventory]) -> Result<IndexFacts, Failure> {
    if ctx.settings.is_offline {
        return Err(
            Failure::usage("`--index` asks the network, and `--offline` forbids it")
                .hint("leave out one of the two"),
        );
    }
    let indexes = indexes::configured(&ctx.environment)?;
    let names: Vec<String> = indexes.iter().map(ToString::to_string).collect();
    let packages = hygiene::packages(inventories);
    ctx.note(&format!(
        "asking {} about {}",
        names.join(", "),
        words::count(packages.len(), "project", "projects")
    ));
    let cache = Home::new(ctx.home()?).index_cache();
    Ok(IndexClient::new(HttpClient::default(), indexes, cache).facts(&packages))
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
