//! The values of the tables, encoded.
//!
//! These types are the file format: they stand apart from the model, so that a change of the model does
//! not silently change the format. A change here needs a new format number in `envelope`.

use bartizan_model::advisory::{AliasGroup, Epss, KnownExploited, RecordKey, Standing};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::error::SnapshotError;

/// Decodes a value and insists that nothing follows it.
pub(super) fn decode<'a, T: Deserialize<'a>>(
    value: &'a [u8],
    what: &str,
) -> Result<T, SnapshotError> {
    match postcard::take_from_bytes(value) {
        Ok((decoded, [])) => Ok(decoded),
        _ => Err(SnapshotError::damaged(format!("{what} cannot be decoded"))),
    }
}

/// A record whole, as it is stored.
#[derive(Serialize, Deserialize)]
pub(super) struct WireRecord<'a> {
    pub(super) raw: &'a str,
    pub(super) origins: Vec<u32>,
    pub(super) standing: WireStanding,
}

/// The weight of a record.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub(super) enum WireStanding {
    Trusted,
    Declared,
    Opinion,
}

impl From<Standing> for WireStanding {
    fn from(standing: Standing) -> Self {
        match standing {
            Standing::Trusted => Self::Trusted,
            Standing::Declared => Self::Declared,
            Standing::Opinion => Self::Opinion,
        }
    }
}

impl From<WireStanding> for Standing {
    fn from(standing: WireStanding) -> Self {
        match standing {
            WireStanding::Trusted => Self::Trusted,
            WireStanding::Declared => Self::Declared,
            WireStanding::Opinion => Self::Opinion,
        }
    }
}

/// An alias group; its key is the key of the entry.
#[derive(Serialize, Deserialize)]
pub(super) struct WireGroup<'a> {
    key: &'a str,
    shown_as: &'a str,
    #[serde(borrow)]
    ids: Vec<&'a str>,
    records: Vec<(&'a str, &'a str)>,
    related: Vec<&'a str>,
    conflicts: Vec<&'a str>,
}

impl<'a> WireGroup<'a> {
    pub(super) fn of(group: &'a AliasGroup) -> Self {
        let records = group
            .records
            .iter()
            .map(|key| (key.id.as_str(), key.source.as_str()));
        Self {
            key: &group.key,
            shown_as: &group.shown_as,
            ids: strs(&group.ids),
            records: records.collect(),
            related: strs(&group.related),
            conflicts: strs(&group.conflicts),
        }
    }

    /// Whether it was split because different CVEs met in it.
    pub(super) fn has_conflicts(&self) -> bool {
        !self.conflicts.is_empty()
    }

    pub(super) fn group(&self) -> AliasGroup {
        let records = self.records.iter().map(|(id, source)| RecordKey {
            id: (*id).to_owned(),
            source: (*source).to_owned(),
        });
        AliasGroup {
            key: self.key.to_owned(),
            shown_as: self.shown_as.to_owned(),
            ids: owned(&self.ids),
            records: records.collect(),
            related: owned(&self.related),
            conflicts: owned(&self.conflicts),
        }
    }
}

/// An exploit prediction.
#[derive(Serialize, Deserialize)]
pub(super) struct WireEpss {
    probability: f64,
    percentile: f64,
}

impl WireEpss {
    pub(super) fn of(epss: &Epss) -> Self {
        Self {
            probability: epss.probability,
            percentile: epss.percentile,
        }
    }

    pub(super) fn epss(&self) -> Epss {
        Epss {
            probability: self.probability,
            percentile: self.percentile,
        }
    }
}

/// A known exploited vulnerability.
#[derive(Serialize, Deserialize)]
pub(super) struct WireExploited<'a> {
    cve: &'a str,
    date_added: &'a str,
    is_used_by_ransomware: bool,
}

impl<'a> WireExploited<'a> {
    pub(super) fn of(entry: &'a KnownExploited) -> Self {
        Self {
            cve: &entry.cve,
            date_added: &entry.date_added,
            is_used_by_ransomware: entry.is_used_by_ransomware,
        }
    }

    pub(super) fn entry(&self) -> KnownExploited {
        KnownExploited {
            cve: self.cve.to_owned(),
            date_added: self.date_added.to_owned(),
            is_used_by_ransomware: self.is_used_by_ransomware,
        }
    }
}

/// The keys of the groups that an id belongs to.
pub(super) fn decode_group_keys(value: &[u8]) -> Result<Vec<String>, SnapshotError> {
    decode_owned(value, "the groups of an id")
}

fn decode_owned<T: DeserializeOwned>(value: &[u8], what: &str) -> Result<T, SnapshotError> {
    decode(value, what)
}

pub(super) fn strs(texts: &[String]) -> Vec<&str> {
    texts.iter().map(String::as_str).collect()
}

fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}
