//! What matching needs to know of one package, encoded compactly.
//!
//! Hundreds of records of one package enumerate nearly the same versions. Each version is stored once, in
//! a dictionary, and a record names runs of neighbours in it.

use std::{collections::HashMap, fmt, sync::Arc};

use bartizan_model::{
    advisory::{Affected, Enumerated, Event, PackageAdvisory, Range, RangeKind, VersionTexts},
    ecosystem::Package,
    severity::{SeverityLevel, SeverityVector},
};
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{SeqAccess, Visitor},
};

use super::{
    error::{SnapshotError, WriteError},
    wire::decode,
};

/// What the versions of one package may take in memory when somebody lists them. The dictionary makes a small file large:
/// without a bound a hostile one would be larger than any memory.
const LARGEST_EXPANSION: usize = 256 << 20;

/// An entry of a package is closed when it holds this many bytes, roughly.
const PART: usize = 1 << 20;

/// Some of the `affected` parts that name a package.
#[derive(Serialize, Deserialize)]
pub(super) struct WirePackage<'a> {
    versions: WireTexts,
    #[serde(borrow)]
    sources: Vec<&'a str>,
    entries: Vec<WireEntry<'a>>,
}

/// The dictionary of versions: a list of texts.
struct WireTexts(Arc<VersionTexts>);

#[derive(Serialize, Deserialize)]
struct WireEntry<'a> {
    id: &'a str,
    source: u32,
    group: &'a str,
    is_withdrawn: bool,
    summary: &'a str,
    #[serde(borrow)]
    severities: Vec<(&'a str, &'a str)>,
    /// 0 where none is stated, else one more than the place in `SeverityLevel::ALL`.
    stated_level: u8,
    /// First place in the dictionary, and how many follow one another from there.
    versions: Vec<(u32, u32)>,
    ranges: Vec<WireRange<'a>>,
}

#[derive(Serialize, Deserialize)]
struct WireRange<'a> {
    kind: u8,
    repository: Option<&'a str>,
    #[serde(borrow)]
    events: Vec<(u8, &'a str)>,
}

/// One entry by itself, for a writer that sets entries aside until it knows all of a package's.
pub fn encode_entry(entry: &PackageAdvisory) -> Result<Vec<u8>, WriteError> {
    let wire = WirePackage::of(std::slice::from_ref(entry));
    Ok(postcard::to_stdvec(&wire)?)
}

/// An entry that [`encode_entry`] encoded.
pub fn decode_entry(bytes: &[u8], package: &Package) -> Result<PackageAdvisory, SnapshotError> {
    let wire: WirePackage = decode(bytes, "an entry of a package")?;
    let mut entries = wire.entries(package, &mut 0)?;
    entries
        .pop()
        .ok_or_else(|| SnapshotError::damaged("an entry of a package is empty"))
}

/// Cuts the entries of a package into parts that a reader can hold at ease.
pub(super) fn parts(entries: &[PackageAdvisory]) -> Vec<&[PackageAdvisory]> {
    let mut parts = Vec::new();
    let mut rest = entries;
    while !rest.is_empty() {
        let mut size = 0;
        let fitting = rest.iter().take_while(|entry| {
            let fits = size < PART;
            size += rough_size(entry);
            fits
        });
        let (part, after) = rest.split_at(fitting.count());
        parts.push(part);
        rest = after;
    }
    parts
}

fn rough_size(entry: &PackageAdvisory) -> usize {
    let events = entry.affected.ranges.iter().flat_map(|range| &range.events);
    let versions = entry.affected.versions.iter();
    let texts = versions
        .map(str::len)
        .chain(events.map(|event| text_of(event).len()));
    entry.summary.len() + texts.map(|length| length + 4).sum::<usize>() + 64
}

impl<'a> WirePackage<'a> {
    pub(super) fn of(entries: &'a [PackageAdvisory]) -> Self {
        let mut versions = Dictionary::default();
        let mut sources = Dictionary::default();
        // The longest list first: its neighbours are then neighbours in the others too.
        let lengths = entries.iter().map(|entry| &entry.affected.versions);
        let longest = lengths.max_by_key(|list| list.len());
        for version in longest.into_iter().flat_map(Enumerated::iter) {
            versions.place(version);
        }
        let entries = entries.iter().map(|entry| WireEntry {
            id: &entry.id,
            source: sources.place(&entry.source),
            group: &entry.group,
            is_withdrawn: entry.is_withdrawn,
            summary: &entry.summary,
            severities: entry.severities.iter().map(wire_vector).collect(),
            stated_level: level_number(entry.stated_level),
            versions: runs(
                entry
                    .affected
                    .versions
                    .iter()
                    .map(|text| versions.place(text)),
            ),
            ranges: entry.affected.ranges.iter().map(WireRange::of).collect(),
        });
        Self {
            entries: entries.collect(),
            versions: WireTexts::of(&versions.texts),
            sources: sources.texts,
        }
    }

    /// The entries as the model has them; `expanded` counts their memory over all parts of a package.
    pub(super) fn entries(
        &self,
        package: &Package,
        expanded: &mut usize,
    ) -> Result<Vec<PackageAdvisory>, SnapshotError> {
        let entries = self.entries.iter();
        entries
            .map(|entry| self.entry(entry, package, expanded))
            .collect()
    }

    fn entry(
        &self,
        entry: &WireEntry<'a>,
        package: &Package,
        expanded: &mut usize,
    ) -> Result<PackageAdvisory, SnapshotError> {
        let damaged = || SnapshotError::damaged(format!("the entry of package `{package}`"));
        let source = usize::try_from(entry.source)
            .ok()
            .and_then(|place| self.sources.get(place))
            .ok_or_else(damaged)?;
        let runs = entry.versions.iter();
        let runs = runs.map(|(first, count)| (*first as usize, *count as usize));
        let versions = Enumerated::shared(&self.versions.0, runs.collect()).ok_or_else(damaged)?;
        let listed = versions.len().saturating_mul(size_of::<&str>());
        *expanded = expanded.saturating_add(listed);
        if *expanded > LARGEST_EXPANSION {
            return Err(SnapshotError::TooLarge {
                part: "the versions of a package",
                limit: LARGEST_EXPANSION as u64,
            });
        }
        let ranges = entry.ranges.iter().map(WireRange::range);
        let severities = entry
            .severities
            .iter()
            .map(|(scheme, vector)| SeverityVector {
                scheme: (*scheme).to_owned(),
                vector: (*vector).to_owned(),
            });
        Ok(PackageAdvisory {
            id: entry.id.to_owned(),
            source: (*source).to_owned(),
            group: entry.group.to_owned(),
            is_withdrawn: entry.is_withdrawn,
            summary: entry.summary.to_owned(),
            severities: severities.collect(),
            stated_level: level_of(entry.stated_level)?,
            affected: Affected {
                package: Some(package.clone()),
                versions,
                ranges: ranges.collect::<Option<_>>().ok_or_else(damaged)?,
                severities: Vec::new(),
            },
        })
    }
}

impl WireTexts {
    fn of(texts: &[&str]) -> Self {
        let mut gathered = VersionTexts::default();
        for text in texts {
            gathered.push(text);
        }
        Self(Arc::new(gathered))
    }
}

impl Serialize for WireTexts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let texts: Vec<&str> = self.0.iter().collect();
        texts.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for WireTexts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(TextsVisitor)
    }
}

/// Gathers texts without a piece of memory for each.
struct TextsVisitor;

impl<'de> Visitor<'de> for TextsVisitor {
    type Value = WireTexts;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("texts")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut texts: A) -> Result<Self::Value, A::Error> {
        let mut gathered = VersionTexts::default();
        while let Some(text) = texts.next_element::<&str>()? {
            gathered.push(text);
        }
        Ok(WireTexts(Arc::new(gathered)))
    }
}

/// Texts by the order in which they were first met.
#[derive(Default)]
struct Dictionary<'a> {
    places: HashMap<&'a str, u32>,
    texts: Vec<&'a str>,
}

impl<'a> Dictionary<'a> {
    fn place(&mut self, text: &'a str) -> u32 {
        // A part has far fewer than 2^32 bytes, so the number of its texts fits.
        let next = u32::try_from(self.texts.len()).unwrap_or(u32::MAX);
        *self.places.entry(text).or_insert_with(|| {
            self.texts.push(text);
            next
        })
    }
}

/// Neighbours that follow one another become one run; the order stays.
fn runs(places: impl Iterator<Item = u32>) -> Vec<(u32, u32)> {
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for place in places {
        match runs.last_mut() {
            Some((first, count)) if first.checked_add(*count) == Some(place) => *count += 1,
            _ => runs.push((place, 1)),
        }
    }
    runs
}

impl<'a> WireRange<'a> {
    fn of(range: &'a Range) -> Self {
        let kind = match range.kind {
            RangeKind::Ecosystem => 0,
            RangeKind::SemVer => 1,
            RangeKind::Git => 2,
        };
        let events = range.events.iter().map(|event| {
            let kind = match event {
                Event::Introduced(_) => 0,
                Event::Fixed(_) => 1,
                Event::LastAffected(_) => 2,
                Event::Limit(_) => 3,
            };
            (kind, text_of(event))
        });
        Self {
            kind,
            repository: range.repository.as_deref(),
            events: events.collect(),
        }
    }

    fn range(&self) -> Option<Range> {
        let events = self.events.iter().map(|(kind, text)| {
            let text = (*text).to_owned();
            match kind {
                0 => Some(Event::Introduced(text)),
                1 => Some(Event::Fixed(text)),
                2 => Some(Event::LastAffected(text)),
                3 => Some(Event::Limit(text)),
                _ => None,
            }
        });
        let kind = match self.kind {
            0 => RangeKind::Ecosystem,
            1 => RangeKind::SemVer,
            2 => RangeKind::Git,
            _ => return None,
        };
        Some(Range {
            kind,
            repository: self.repository.map(str::to_owned),
            events: events.collect::<Option<_>>()?,
        })
    }
}

fn text_of(event: &Event) -> &str {
    match event {
        Event::Introduced(text)
        | Event::Fixed(text)
        | Event::LastAffected(text)
        | Event::Limit(text) => text,
    }
}

fn wire_vector(vector: &SeverityVector) -> (&str, &str) {
    (&vector.scheme, &vector.vector)
}

fn level_number(level: Option<SeverityLevel>) -> u8 {
    let numbers = (1..).zip(SeverityLevel::ALL);
    numbers
        .into_iter()
        .find_map(|(number, known)| (Some(known) == level).then_some(number))
        .unwrap_or(0)
}

fn level_of(number: u8) -> Result<Option<SeverityLevel>, SnapshotError> {
    let Some(place) = number.checked_sub(1) else {
        return Ok(None);
    };
    match SeverityLevel::ALL.get(usize::from(place)) {
        Some(level) => Ok(Some(*level)),
        None => Err(SnapshotError::damaged("a level of severity")),
    }
}
