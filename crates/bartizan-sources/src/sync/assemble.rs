//! Turning a sorted stream of records into the tables of a snapshot.
//!
//! Records pass through once, in the order of their keys. What matching needs of them is put aside, because
//! which group a record belongs to is known only when all links are.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    io::Write,
};

use bartizan_formats::snapshot::{
    SnapshotError, SnapshotWriter, StoredRecord, WriteError, decode_entry, encode_entry, key,
};
use bartizan_model::{
    advisory::{Advisory, Affected, AliasGroup, PackageAdvisories, PackageAdvisory, RecordKey},
    ecosystem::Package,
};
use bartizan_vulnerability::group::{RecordLinks, group_records};
use thiserror::Error;

use super::spool::{Place, Spool, SpoolFile};

/// The most bytes of a summary that an index repeats for each package of a record.
const MAX_SUMMARY: usize = 1024;

/// The most severity vectors that are repeated.
const MAX_VECTORS: usize = 16;

/// The most bytes that one record may put into the index. A record that names the same things again and
/// again would otherwise fill the disk.
const MAX_INDEXED: usize = 64 << 20;

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

/// Whether all of a record is in the index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Indexed {
    Whole,
    /// It names more than any honest record.
    Partly,
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
        stored: &StoredRecord,
        advisory: &Advisory,
    ) -> Result<Indexed, AssembleError> {
        self.writer.record(stored)?;
        self.links.push(RecordLinks {
            key: stored.key.clone(),
            aliases: advisory.aliases.clone(),
            related: advisory.related.clone(),
            upstream: advisory.upstream.clone(),
            is_withdrawn: advisory.withdrawn.is_some(),
        });
        self.note_ecosystem(advisory);
        let mut indexed = 0;
        for affected in &advisory.affected {
            let Some(package) = &affected.package else {
                continue;
            };
            let entry = encode_entry(&entry(advisory, affected))?;
            indexed += entry.len();
            if indexed > MAX_INDEXED {
                return Ok(Indexed::Partly);
            }
            let place = self.spool.append(&entry)?;
            match self.packages.get_mut(package) {
                Some(places) => places.push(place),
                None => drop(self.packages.insert(package.clone(), vec![place])),
            }
        }
        Ok(Indexed::Whole)
    }

    /// An ecosystem is covered when a record is about nothing else: that a record of one ecosystem also
    /// names a package of another does not mean that the other is watched.
    fn note_ecosystem(&mut self, advisory: &Advisory) {
        let packages = advisory
            .affected
            .iter()
            .filter_map(|part| part.package.as_ref());
        let mut families = packages.map(|package| package.ecosystem().family());
        if let Some(first) = families.next()
            && families.all(|family| family == first)
            && !self.ecosystems.contains(first)
        {
            self.ecosystems.insert(first.to_owned());
        }
    }

    /// Groups and indexes the records. Returns the writer, ready for the facts about CVEs, and the covered
    /// ecosystems.
    pub(crate) fn index(mut self) -> Result<(SnapshotWriter<W>, Vec<String>), AssembleError> {
        let groups = group_records(std::mem::take(&mut self.links));
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

/// What the index keeps of one `affected` part; its group is not known yet.
fn entry(advisory: &Advisory, affected: &Affected) -> PackageAdvisory {
    let stated = if affected.severities.is_empty() {
        &advisory.severities
    } else {
        &affected.severities
    };
    PackageAdvisory {
        id: advisory.id.clone(),
        source: advisory.source.clone(),
        group: String::new(),
        is_withdrawn: advisory.withdrawn.is_some(),
        summary: headline(advisory),
        severities: stated.iter().take(MAX_VECTORS).cloned().collect(),
        stated_level: advisory.stated_level,
        affected: Affected {
            severities: Vec::new(),
            ..affected.clone()
        },
    }
}

/// The summary, or the first sentence of the text: most records of Python packages have no summary.
fn headline(advisory: &Advisory) -> String {
    if !advisory.summary.is_empty() {
        return shortened(&advisory.summary).to_owned();
    }
    let words = shortened(&advisory.details).split_whitespace();
    let text = words.collect::<Vec<_>>().join(" ");
    let mut sentences = text.split(". ");
    let first = sentences.next().unwrap_or_default();
    let sentence = if introduces(first) {
        sentences.next().unwrap_or(first)
    } else {
        first
    };
    sentence.trim_end_matches('.').to_owned()
}

/// Whether a sentence only says what the package is, as many texts begin: "aiohttp is an HTTP framework".
fn introduces(sentence: &str) -> bool {
    let mut words = sentence.split(' ').skip(1).take(5);
    words.any(|word| word == "is")
        && words
            .next()
            .is_some_and(|word| ["a", "an", "the"].contains(&word))
}

fn shortened(text: &str) -> &str {
    let end = text.floor_char_boundary(MAX_SUMMARY);
    text.get(..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::introduces;

    #[test]
    fn an_introduction_is_told_from_a_vulnerability() {
        for text in [
            "aiohttp is an HTTP framework",
            "Django REST framework is a toolkit",
        ] {
            assert!(introduces(text), "{text}");
        }
        for text in [
            "A flaw was found in Ansible",
            "It is possible to read files",
            "x is",
            "",
        ] {
            assert!(!introduces(text), "{text}");
        }
    }
}
