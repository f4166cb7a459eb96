//! What a snapshot says about itself: where its facts come from and how old they are.

use bartizan_model::Timestamp;

/// What a snapshot says about itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Manifest {
    /// A digest of the content, shortened: equal content has an equal id. Filled in by the writer.
    pub snapshot: String,
    /// When it was written.
    pub created: Timestamp,
    /// Whether it is the sample that ships with the program.
    pub is_starter: bool,
    /// The day of the sample, as written.
    pub starter_date: Option<String>,
    /// The sources that state something in it, sorted by id.
    pub sources: Vec<SourceState>,
    /// Where the facts were read from, in the order in which records refer to them.
    pub origins: Vec<Origin>,
    /// The families of ecosystems that it covers: at least one record is about nothing else.
    pub ecosystems: Vec<String>,
    /// How much is in it. Filled in by the writer.
    pub counts: Counts,
}

/// How much a snapshot holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Records of all sources.
    pub records: u64,
    /// Packages that a record names.
    pub packages: u64,
    /// Alias groups.
    pub groups: u64,
    /// Groups that were split because different CVEs met in them.
    pub conflicts: u64,
    /// CVEs with an exploit prediction.
    pub epss: u64,
    /// CVEs that are known to be exploited.
    pub known_exploited: u64,
}

/// What a snapshot holds of one source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceState {
    /// The source's id (`pypa`).
    pub id: String,
    /// Its name in words.
    pub title: String,
    /// The licence of its data.
    pub licence: String,
    /// Its records, or facts about CVEs.
    pub records: u64,
    /// Those of them that it withdrew.
    pub withdrawn: u64,
    /// Those that are opinions: a feed states them and may not speak for them.
    pub opinions: u64,
    /// When it was last imported with success.
    pub imported: Timestamp,
    /// When the newest of its records was changed.
    pub newest: Option<Timestamp>,
    /// Where the last import read it from, without credentials.
    pub origin: String,
}

/// A place that facts were read from: a file, a directory, an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The path or the address, without credentials.
    pub address: String,
    /// When it was last read with success, or last said that nothing changed.
    pub imported: Timestamp,
    /// How many records, or facts about CVEs, it states.
    pub records: u64,
    /// The ids of the sources whose records it states, sorted.
    pub sources: Vec<String>,
    /// How many of its files or entries could not be read then.
    pub unread: u64,
}
