//! Turning a sorted stream of records into the tables of a snapshot.
//!
//! Records pass through once, in the order of their keys. What matching needs of them is put aside, because
//! which group a record belongs to is known only when all links are.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    io::Write,
};

use bartizan_formats::snapshot::{
    SnapshotError, SnapshotWriter, StoredRecord, WriteError, decode_entry, key,
};
use bartizan_model::{
    advisory::{AliasGroup, PackageAdvisories, PackageAdvisory, RecordKey},
    ecosystem::Package,
};
use bartizan_vulnerability::group::RecordLinks;
use thiserror::Error;

use super::{
    batches::group_in_batches,
    sketch::Sketch,
    spool::{Place, Spool, SpoolFile},
};

/// Builds the tables that depend on records.
pub(crate) struct Assembly<W, S> {
    writer: SnapshotWriter<W>,
    spool: Spool<S>,
    links: Vec<RecordLinks>,
    packages: HashMap<Package, Vec<Place>>,
    ecosystems: BTreeSet<String>,
}

/// Why a snapshot could not be assembled.
#[derive(Debug, Error)]
pub(crate) enum AssembleError {
    /// The snapshot could not be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// What was put aside could not be written or read.
    #[error("cannot use a temporary file")]
    Spool(#[from] std::io::Error),
    /// What was put aside came back changed.
    #[error("a temporary file was changed")]
    Changed(#[from] SnapshotError),
}

impl<W: Write, S: SpoolFile> Assembly<W, S> {
    pub(crate) fn new(target: W, spool: S) -> Result<Self, AssembleError> {
        Ok(Self {
            writer: SnapshotWriter::new(target)?,
            spool: Spool::new(spool),
            links: Vec::new(),
            packages: HashMap::new(),
            ecosystems: BTreeSet::new(),
        })
    }

    /// Takes in a record; the keys of the records must ascend.
    pub(crate) fn record(
        &mut self,
        stored: StoredRecord,
        mut sketch: Sketch,
    ) -> Result<(), AssembleError> {
        self.writer.record(&stored)?;
        for part in std::mem::take(&mut sketch.parts) {
            let place = self.spool.append(&part.entry)?;
            let package = part.package();
            self.packages.entry(package).or_default().push(place);
        }
        // An ecosystem is covered when a record is about nothing else: that a record of one ecosystem also
        // names a package of another does not mean that the other is watched.
        self.ecosystems.extend(sketch.family.take());
        self.links.push(sketch.into_links(stored.key));
        Ok(())
    }

    /// Groups and indexes the records. Returns the writer, ready for the facts about CVEs, and the covered
    /// ecosystems.
    pub(crate) fn index(mut self) -> Result<(SnapshotWriter<W>, Vec<String>), AssembleError> {
        let groups = group_in_batches(std::mem::take(&mut self.links));
        for group in &groups {
            self.writer.group(group)?;
        }
        let identifiers = identifiers(&groups);
        for (folded, keys) in &identifiers {
            self.writer.identifier(folded, keys)?;
        }
        drop(identifiers);
        let homes: HashMap<&RecordKey, &str> = groups
            .iter()
            .flat_map(|group| group.records.iter().map(|key| (key, group.key.as_str())))
            .collect();
        let mut packages: Vec<(Vec<u8>, Package, Vec<Place>)> = self
            .packages
            .drain()
            .map(|(package, places)| (key::package(&package), package, places))
            .collect();
        packages.sort();
        for (_, package, places) in packages {
            let entries = entries(&mut self.spool, &package, &places, &homes)?;
            self.writer
                .package(&PackageAdvisories { package, entries })?;
        }
        Ok((self.writer, self.ecosystems.into_iter().collect()))
    }
}

/// The keys of the groups that each id leads to, by its folded form. The id that a group is shown under
/// leads to it too, where it is only the id upstream.
fn identifiers(groups: &[AliasGroup]) -> BTreeMap<Vec<u8>, Vec<&str>> {
    let mut identifiers: BTreeMap<Vec<u8>, Vec<&str>> = BTreeMap::new();
    for group in groups {
        let ids: BTreeSet<Vec<u8>> = group
            .ids
            .iter()
            .chain([&group.key, &group.shown_as])
            .map(|id| key::folded(id))
            .collect();
        for id in ids {
            identifiers.entry(id).or_default().push(&group.key);
        }
    }
    identifiers
}

/// The entries of a package, ordered by id and source, each with its group.
fn entries<S: SpoolFile>(
    spool: &mut Spool<S>,
    package: &Package,
    places: &[Place],
    homes: &HashMap<&RecordKey, &str>,
) -> Result<Vec<PackageAdvisory>, AssembleError> {
    let mut entries = Vec::with_capacity(places.len());
    for place in places {
        let entry = decode_entry(&spool.read(*place)?, package)?;
        let key = RecordKey {
            id: entry.id,
            source: entry.source,
        };
        let group = homes.get(&key).copied().unwrap_or(&key.id).to_owned();
        let RecordKey { id, source } = key;
        entries.push(PackageAdvisory {
            id,
            source,
            group,
            ..entry
        });
    }
    entries.sort_by(|a, b| (&a.id, &a.source).cmp(&(&b.id, &b.source)));
    Ok(entries)
}
