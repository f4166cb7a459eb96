//! The footer: which tables there are, and the manifest.

use bartizan_model::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    block::Location,
    cursor::{DEEPEST, Root},
    manifest::{Counts, Manifest, Origin, SourceState},
    table::Table,
};

/// What stands at the end of a snapshot.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Footer {
    /// The SHA-256 of the content.
    pub(super) digest: [u8; 32],
    /// The tables that are there.
    pub(super) tables: Vec<TableState>,
    /// What the snapshot says about itself.
    pub(super) manifest: Manifest,
}

/// Where a table is and how much it holds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct TableState {
    pub(super) table: Table,
    pub(super) entries: u64,
    pub(super) root: Root,
}

impl Footer {
    /// Fills in what the manifest repeats of the content.
    pub(super) fn complete(&mut self) {
        self.manifest.snapshot = short_digest(&self.digest);
    }

    pub(super) fn encode(&self) -> Result<Vec<u8>, postcard::Error> {
        postcard::to_stdvec(&WireFooter::from(self))
    }

    /// `None` when the bytes are no footer.
    pub(super) fn decode(bytes: &[u8]) -> Option<Self> {
        match postcard::take_from_bytes::<WireFooter>(bytes) {
            Ok((footer, [])) => footer.into_footer(),
            _ => None,
        }
    }
}

#[derive(Serialize, Deserialize)]
struct WireFooter {
    digest: [u8; 32],
    tables: Vec<WireTable>,
    manifest: WireManifest,
}

#[derive(Serialize, Deserialize)]
struct WireTable {
    tag: u8,
    entries: u64,
    root: Option<Location>,
    levels: u8,
}

#[derive(Serialize, Deserialize)]
struct WireManifest {
    created: WireTime,
    is_starter: bool,
    starter_date: Option<String>,
    sources: Vec<WireSource>,
    origins: Vec<WireOrigin>,
    ecosystems: Vec<String>,
    counts: [u64; 6],
}

#[derive(Serialize, Deserialize)]
struct WireSource {
    id: String,
    title: String,
    licence: String,
    records: u64,
    withdrawn: u64,
    opinions: u64,
    imported: WireTime,
    newest: Option<WireTime>,
    origin: String,
}

#[derive(Serialize, Deserialize)]
struct WireOrigin {
    address: String,
    imported: WireTime,
    records: u64,
    sources: Vec<String>,
    unread: u64,
}

/// Seconds and nanoseconds since the epoch.
#[derive(Serialize, Deserialize)]
struct WireTime(i64, i32);

impl WireTime {
    fn of(time: Timestamp) -> Self {
        Self(time.as_second(), time.subsec_nanosecond())
    }

    fn time(&self) -> Option<Timestamp> {
        Timestamp::new(self.0, self.1).ok()
    }
}

impl From<&Footer> for WireFooter {
    fn from(footer: &Footer) -> Self {
        let tables = footer.tables.iter().map(|state| WireTable {
            tag: state.table.tag(),
            entries: state.entries,
            root: state.root.location,
            levels: state.root.levels,
        });
        Self {
            digest: footer.digest,
            tables: tables.collect(),
            manifest: WireManifest::from(&footer.manifest),
        }
    }
}

impl From<&Manifest> for WireManifest {
    fn from(manifest: &Manifest) -> Self {
        let sources = manifest.sources.iter().map(|source| WireSource {
            id: source.id.clone(),
            title: source.title.clone(),
            licence: source.licence.clone(),
            records: source.records,
            withdrawn: source.withdrawn,
            opinions: source.opinions,
            imported: WireTime::of(source.imported),
            newest: source.newest.map(WireTime::of),
            origin: source.origin.clone(),
        });
        let origins = manifest.origins.iter().map(|origin| WireOrigin {
            address: origin.address.clone(),
            imported: WireTime::of(origin.imported),
            records: origin.records,
            sources: origin.sources.clone(),
            unread: origin.unread,
        });
        let counts = manifest.counts;
        Self {
            created: WireTime::of(manifest.created),
            is_starter: manifest.is_starter,
            starter_date: manifest.starter_date.clone(),
            sources: sources.collect(),
            origins: origins.collect(),
            ecosystems: manifest.ecosystems.clone(),
            counts: [
                counts.records,
                counts.packages,
                counts.groups,
                counts.conflicts,
                counts.epss,
                counts.known_exploited,
            ],
        }
    }
}

impl WireFooter {
    /// `None` when a time is no time or a tree is deeper than any that is written. A table of a later
    /// program is passed over.
    fn into_footer(self) -> Option<Footer> {
        let mut tables = Vec::new();
        for wire in self.tables {
            let known = Table::ALL.into_iter().find(|table| table.tag() == wire.tag);
            if wire.levels > DEEPEST {
                return None;
            }
            let root = Root {
                location: wire.root,
                levels: wire.levels,
            };
            tables.extend(known.map(|table| TableState {
                table,
                entries: wire.entries,
                root,
            }));
        }
        let mut footer = Footer {
            digest: self.digest,
            tables,
            manifest: self.manifest.into_manifest()?,
        };
        footer.complete();
        Some(footer)
    }
}

impl WireManifest {
    fn into_manifest(self) -> Option<Manifest> {
        let mut sources = Vec::new();
        for source in self.sources {
            sources.push(SourceState {
                imported: source.imported.time()?,
                newest: source.newest.as_ref().and_then(WireTime::time),
                id: source.id,
                title: source.title,
                licence: source.licence,
                records: source.records,
                withdrawn: source.withdrawn,
                opinions: source.opinions,
                origin: source.origin,
            });
        }
        let mut origins = Vec::new();
        for origin in self.origins {
            origins.push(Origin {
                imported: origin.imported.time()?,
                records: origin.records,
                sources: origin.sources,
                address: origin.address,
                unread: origin.unread,
            });
        }
        let [records, packages, groups, conflicts, epss, known_exploited] = self.counts;
        Some(Manifest {
            snapshot: String::new(),
            created: self.created.time()?,
            is_starter: self.is_starter,
            starter_date: self.starter_date,
            sources,
            origins,
            ecosystems: self.ecosystems,
            counts: Counts {
                records,
                packages,
                groups,
                conflicts,
                epss,
                known_exploited,
            },
        })
    }
}

/// The start of a digest, long enough to tell any two snapshots apart in talk.
fn short_digest(digest: &[u8; 32]) -> String {
    let (start, _) = digest.split_first_chunk().unwrap_or((&[0; 8], &[]));
    format!("{:012x}", u64::from_be_bytes(*start) >> 16)
}
