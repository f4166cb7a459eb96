//! What one sync tells the next: which version of each feed is in the snapshot.
//!
//! The file only saves work. It holds for one snapshot; with any other, or damaged, it counts as empty,
//! and everything is fetched again.

use std::{collections::BTreeMap, fs, io::Read, path::Path};

use bartizan_model::Timestamp;
use serde::{Deserialize, Serialize};

use crate::http::Validators;

/// The largest file that is read.
const LARGEST: u64 = 16 << 20;

/// What is known of the feeds of a snapshot.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct SyncState {
    /// The id of the snapshot that this holds for.
    snapshot: String,
    /// The feeds by their address, without secrets.
    feeds: BTreeMap<String, FeedState>,
}

/// What is known of one feed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct FeedState {
    /// The version of the whole feed that was imported last.
    #[serde(default)]
    pub(super) whole: Version,
    /// The version of its list of changes that was read last.
    #[serde(default)]
    pub(super) changes: Version,
    /// When the whole feed was imported last.
    #[serde(default, with = "text")]
    pub(super) imported: Option<Timestamp>,
    /// The newest change that is in the snapshot.
    #[serde(default, with = "text")]
    pub(super) seen: Option<Timestamp>,
}

/// What tells a server which version is here.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct Version {
    etag: Option<String>,
    last_modified: Option<String>,
}

impl From<Validators> for Version {
    fn from(validators: Validators) -> Self {
        Self {
            etag: validators.etag,
            last_modified: validators.last_modified,
        }
    }
}

impl Version {
    pub(super) fn validators(&self) -> Validators {
        Validators {
            etag: self.etag.clone(),
            last_modified: self.last_modified.clone(),
        }
    }
}

impl SyncState {
    /// The state of a snapshot with this id; empty where the file holds for another.
    pub(super) fn load(path: &Path, snapshot: Option<&str>) -> Self {
        let read = || {
            let mut text = String::new();
            let file = fs::File::open(path).ok()?;
            file.take(LARGEST).read_to_string(&mut text).ok()?;
            serde_json::from_str::<Self>(&text).ok()
        };
        let state = read().filter(|state| Some(state.snapshot.as_str()) == snapshot);
        state.unwrap_or_default()
    }

    /// The file's new text, for the snapshot with this id.
    pub(super) fn text(&mut self, snapshot: &str) -> String {
        snapshot.clone_into(&mut self.snapshot);
        // Maps with text keys and plain values always have a JSON form.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    pub(super) fn feed(&self, address: &str) -> Option<&FeedState> {
        self.feeds.get(address)
    }

    pub(super) fn set(&mut self, address: &str, feed: FeedState) {
        self.feeds.insert(address.to_owned(), feed);
    }

    /// Keeps only the feeds that the snapshot has records of.
    pub(super) fn retain(&mut self, mut is_there: impl FnMut(&str) -> bool) {
        self.feeds.retain(|address, _| is_there(address));
    }
}

/// Instants as text.
mod text {
    use bartizan_model::Timestamp;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    #[expect(clippy::ref_option, reason = "the form that serde asks for")]
    pub(super) fn serialize<S: Serializer>(
        time: &Option<Timestamp>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match time {
            Some(time) => serializer.collect_str(time),
            None => serializer.serialize_none(),
        }
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Timestamp>, D::Error> {
        let text: Option<String> = Option::deserialize(deserializer)?;
        text.map(|text| text.parse().map_err(D::Error::custom))
            .transpose()
    }
}
