//! A sync that heard of every feed that nothing changed: only the times of import are new.

use std::collections::BTreeSet;

use super::{
    SyncRequest, build::Built, error::SyncError, gather::Gather, install::Workshop,
    tally::SourceReport,
};
use crate::database::Database;

/// Writes the old content with a new manifest, and puts it into force.
pub(super) fn touch<S>(
    request: &SyncRequest,
    workshop: &Workshop,
    old: &Database,
    gather: Gather<S>,
) -> Result<Built<()>, SyncError> {
    let mut manifest = old.manifest().clone();
    let touched: BTreeSet<&str> = gather
        .inputs
        .iter()
        .map(|input| input.address.as_str())
        .collect();
    let mut refreshed = BTreeSet::new();
    for origin in &mut manifest.origins {
        if touched.contains(origin.address.as_str()) {
            origin.imported = request.now;
            refreshed.extend(origin.sources.iter().cloned());
        }
    }
    let mut sources = Vec::new();
    for state in &mut manifest.sources {
        let is_refreshed = refreshed.contains(&state.id);
        if is_refreshed {
            state.imported = request.now;
        }
        sources.push(SourceReport {
            state: state.clone(),
            new: 0,
            changed: 0,
            removed: 0,
            is_refreshed,
        });
    }
    manifest.created = request.now;
    let snapshot = request.home.snapshot();
    let draft = workshop.draft()?;
    let manifest = old
        .write_with(manifest, draft.writer()?)
        .map_err(|error| SyncError::copy(&snapshot, workshop.directory(), error))?;
    draft.install(&snapshot)?;
    Ok(Built {
        target: (),
        manifest,
        sources,
        problems: gather.problems,
    })
}
