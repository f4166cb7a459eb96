//! What a snapshot needs of a record besides its text, so that the text is parsed once.

use bartizan_formats::snapshot::{WriteError, encode_entry};
use bartizan_model::{
    Timestamp,
    advisory::{Advisory, Affected, PackageAdvisory, RecordKey, Standing},
    ecosystem::{Ecosystem, Package},
};
use bartizan_vulnerability::group::RecordLinks;
use serde::{Deserialize, Serialize};

/// The most bytes of a summary that an index repeats for each package of a record.
const MAX_SUMMARY: usize = 1024;

/// The most severity vectors that are repeated.
const MAX_VECTORS: usize = 16;

/// The most bytes that one record may put into the index. A record that names the same things again and
/// again would otherwise fill the disk.
const MAX_INDEXED: usize = 64 << 20;

/// What a snapshot needs of a record. It is put aside in a temporary file of this process and no other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Sketch {
    /// Seconds and nanoseconds.
    modified: Option<(i64, i32)>,
    standing: Weight,
    pub(crate) is_withdrawn: bool,
    aliases: Vec<String>,
    related: Vec<String>,
    upstream: Vec<String>,
    /// The family of ecosystems that it is about, if it is about one only.
    pub(crate) family: Option<String>,
    pub(crate) parts: Vec<Part>,
    pub(crate) extent: Indexed,
    /// Whether its feed may not speak about a package that it names.
    pub(crate) is_unheard: bool,
}

/// [`Standing`], as it is put aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Weight {
    Trusted,
    Declared,
    Opinion,
}

/// An entry of a package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Part {
    ecosystem: String,
    name: String,
    /// The entry, encoded; its group is not known yet.
    pub(crate) entry: Vec<u8>,
}

/// Whether all of a record is in the index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Indexed {
    Whole,
    /// It names more than any honest record.
    Partly,
}

impl Part {
    pub(crate) fn package(&self) -> Package {
        Package::new(Ecosystem::new(&self.ecosystem), &self.name)
    }
}

impl Sketch {
    /// `speaks_about` says about which packages its feed may speak.
    pub(crate) fn of(
        advisory: &Advisory,
        standing: Standing,
        speaks_about: impl Fn(&Package) -> bool,
    ) -> Result<Self, WriteError> {
        let mut parts = Vec::new();
        let mut extent = Indexed::Whole;
        let mut size = 0;
        let mut is_unheard = false;
        for affected in &advisory.affected {
            let package = affected.package.as_ref();
            let Some(package) = package.filter(|_| standing != Standing::Opinion) else {
                continue;
            };
            if !speaks_about(package) {
                is_unheard = true;
                continue;
            }
            let entry = encode_entry(&entry(advisory, affected))?;
            size += entry.len();
            if size > MAX_INDEXED {
                extent = Indexed::Partly;
                break;
            }
            parts.push(Part {
                ecosystem: package.ecosystem().as_str().to_owned(),
                name: package.name().to_owned(),
                entry,
            });
        }
        let modified = advisory.modified;
        Ok(Self {
            modified: modified.map(|time| (time.as_second(), time.subsec_nanosecond())),
            standing: match standing {
                Standing::Trusted => Weight::Trusted,
                Standing::Declared => Weight::Declared,
                Standing::Opinion => Weight::Opinion,
            },
            is_withdrawn: advisory.withdrawn.is_some(),
            aliases: advisory.aliases.clone(),
            related: advisory.related.clone(),
            upstream: advisory.upstream.clone(),
            // That a feed of one project speaks about an ecosystem does not mean that all of it is watched.
            family: sole_family(advisory).filter(|_| standing == Standing::Trusted),
            parts,
            extent,
            is_unheard,
        })
    }

    pub(crate) fn modified(&self) -> Option<Timestamp> {
        let (seconds, nanoseconds) = self.modified?;
        Timestamp::new(seconds, nanoseconds).ok()
    }

    pub(crate) fn standing(&self) -> Standing {
        match self.standing {
            Weight::Trusted => Standing::Trusted,
            Weight::Declared => Standing::Declared,
            Weight::Opinion => Standing::Opinion,
        }
    }

    pub(crate) fn into_links(self, key: RecordKey) -> RecordLinks {
        RecordLinks {
            standing: self.standing(),
            key,
            aliases: self.aliases,
            related: self.related,
            upstream: self.upstream,
            is_withdrawn: self.is_withdrawn,
        }
    }
}

fn sole_family(advisory: &Advisory) -> Option<String> {
    let packages = advisory.affected.iter();
    let mut families = packages
        .filter_map(|part| part.package.as_ref())
        .map(|package| package.ecosystem().family());
    let first = families.next()?;
    families
        .all(|family| family == first)
        .then(|| first.to_owned())
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
