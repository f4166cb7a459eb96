//! Counting what a sync did, source by source.

use std::collections::{BTreeMap, BTreeSet};

use bartizan_formats::{
    advisory::source,
    snapshot::{Manifest, SourceState},
};
use bartizan_model::Timestamp;

use super::authority::Authority;

/// The counts of one source.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Tally {
    pub(crate) records: u64,
    pub(crate) withdrawn: u64,
    pub(crate) opinions: u64,
    /// Records of a feed that name packages it may not speak about.
    pub(crate) unheard: u64,
    pub(crate) new: u64,
    pub(crate) changed: u64,
    pub(crate) removed: u64,
    pub(crate) newest: Option<Timestamp>,
    /// The places that state its records, by their number in the manifest.
    pub(crate) origins: BTreeSet<u32>,
}

/// The counts of all sources, by id.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Tallies(pub(crate) BTreeMap<String, Tally>);

/// What a sync did to one source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceReport {
    /// What the snapshot now holds of it.
    pub state: SourceState,
    /// Records that were not there before.
    pub new: u64,
    /// Records whose text changed.
    pub changed: u64,
    /// Records that no input states any more.
    pub removed: u64,
    /// Whether this sync read it, or heard that nothing changed.
    pub is_refreshed: bool,
}

impl Tallies {
    pub(crate) fn of(&mut self, source: &str) -> &mut Tally {
        if !self.0.contains_key(source) {
            self.0.insert(source.to_owned(), Tally::default());
        }
        self.0.entry(source.to_owned()).or_default()
    }

    /// The report of each source that states or stated something. `refreshed` are the numbers of the
    /// origins that were read now.
    pub(crate) fn reports(
        self,
        manifest: &Manifest,
        authority: &Authority,
        old: &[SourceState],
        refreshed: &BTreeSet<u32>,
    ) -> Vec<SourceReport> {
        // The manifest is written at the time of the import.
        let now = manifest.created;
        let report = |(id, tally): (String, Tally)| {
            let before = old.iter().find(|state| state.id == id);
            let fresh = tally.origins.intersection(refreshed).next();
            // What was taken back was read too, even where nothing is left.
            let is_refreshed = fresh.is_some() || tally.removed > 0;
            let address = |number: &u32| {
                let origin = manifest.origins.get(*number as usize)?;
                Some(origin.address.clone())
            };
            let known = before.map(|state| (state.imported, state.origin.clone()));
            let (imported, origin) = match (fresh, known) {
                (None, Some(known)) => known,
                (fresh, _) => {
                    let number = fresh.or(tally.origins.first());
                    (now, number.and_then(address).unwrap_or_default())
                }
            };
            let (title, licence) = names(&id, authority);
            SourceReport {
                state: SourceState {
                    title: title.to_owned(),
                    licence: licence.to_owned(),
                    records: tally.records,
                    withdrawn: tally.withdrawn,
                    opinions: tally.opinions,
                    imported,
                    newest: tally.newest,
                    origin,
                    id,
                },
                new: tally.new,
                changed: tally.changed,
                removed: tally.removed,
                is_refreshed,
            }
        };
        self.0.into_iter().map(report).collect()
    }
}

/// The title and the licence of a source.
fn names<'a>(id: &'a str, authority: &'a Authority) -> (&'a str, &'a str) {
    if let Some(known) = source::by_id(id) {
        return (known.title, known.licence);
    }
    let feed = authority.by_name(id);
    let title = feed.and_then(|feed| feed.title.as_deref());
    let licence = feed.and_then(|feed| feed.licence.as_deref());
    (
        title.unwrap_or(id),
        licence.unwrap_or(source::UNKNOWN_LICENCE),
    )
}
