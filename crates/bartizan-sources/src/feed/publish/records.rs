//! The records of a feed, held against the schema, the feed and its last state.

use std::collections::BTreeMap;

use bartizan_formats::{
    advisory::{
        self, Statement,
        osv::validate::{Complaint, Weight, is_feed_id, line, replaced, validate},
    },
    digest::Digest,
    feed::FeedManifest,
};
use bartizan_model::{Timestamp, advisory::Advisory};

use super::FeedComplaint;

/// Where a record says when it was changed.
pub(super) const MODIFIED: &str = "/modified";

/// What is known of the records.
#[derive(Default)]
pub(super) struct Judged {
    pub(super) complaints: Vec<FeedComplaint>,
    /// When each says it was changed.
    pub(super) modified: BTreeMap<String, Timestamp>,
    /// Those that changed without saying so.
    pub(super) unmoved: Vec<String>,
}

type Files = BTreeMap<String, Vec<u8>>;

/// Judges every record, and then all of them together.
pub(super) fn judge(
    files: &Files,
    manifest: &FeedManifest,
    old: Option<&FeedManifest>,
    now: Timestamp,
) -> Judged {
    let mut judged = Judged::default();
    let mut ids: BTreeMap<String, &str> = BTreeMap::new();
    for (path, bytes) in files {
        for complaint in validate(bytes, now) {
            judged.complaints.push(FeedComplaint {
                path: path.clone(),
                complaint,
            });
        }
        let mut record = Record {
            path,
            bytes,
            complaints: &mut judged.complaints,
        };
        let Some(advisory) = record.read() else {
            continue;
        };
        record.id(&advisory, manifest);
        if let Some(other) = ids.insert(advisory.id.to_ascii_lowercase(), path) {
            let message = format!("`{other}` has the same id");
            record.complain(
                Weight::Error,
                "/id",
                message,
                "give one of them an id of its own with `bartizan db new`",
            );
        }
        record.packages(&advisory, manifest);
        match advisory.modified {
            Some(modified) => drop(judged.modified.insert(path.clone(), modified)),
            // The schema complains; a touch sets it.
            None => judged.unmoved.push(path.clone()),
        }
        if record.is_unmoved(&advisory, old) {
            record.complain(
                Weight::Error,
                MODIFIED,
                "the record changed and `modified` did not move".to_owned(),
                "set it to the time of the change, or let `--touch` do it",
            );
            judged.unmoved.push(path.clone());
        }
    }
    let gone = old.into_iter().flat_map(|old| old.files.keys());
    for path in gone.filter(|path| !files.contains_key(*path)) {
        judged.complaints.push(FeedComplaint {
            path: path.clone(),
            complaint: Complaint {
                line: 1,
                pointer: String::new(),
                weight: Weight::Warning,
                message: "the record was published and is gone".to_owned(),
                remedy: "set `withdrawn` instead, so that those who were told of it hear that it was none",
            },
        });
    }
    judged.complaints.sort();
    judged
}

/// The new bytes of records whose `modified` is set.
pub(super) fn touch(files: &Files, unmoved: &[String], now: Timestamp) -> Files {
    let value = format!("\"{}\"", now.strftime("%Y-%m-%dT%H:%M:%SZ"));
    let touched = |path: &String| {
        let text = std::str::from_utf8(files.get(path)?).ok()?;
        let beside = || text.replacen('{', &format!("{{\n  \"modified\": {value},"), 1);
        let touched = replaced(text, MODIFIED, &value).unwrap_or_else(beside);
        Some((path.clone(), touched.into_bytes()))
    };
    unmoved.iter().filter_map(touched).collect()
}

/// A record while it is judged.
struct Record<'a> {
    path: &'a str,
    bytes: &'a [u8],
    complaints: &'a mut Vec<FeedComplaint>,
}

impl Record<'_> {
    fn complain(&mut self, weight: Weight, pointer: &str, message: String, remedy: &'static str) {
        let text = std::str::from_utf8(self.bytes).unwrap_or_default();
        self.complaints.push(FeedComplaint {
            path: self.path.to_owned(),
            complaint: Complaint {
                line: line(text, pointer),
                pointer: pointer.to_owned(),
                weight,
                message,
                remedy,
            },
        });
    }

    /// The record as every reader understands it.
    fn read(&self) -> Option<Advisory> {
        let reading = advisory::read(self.path, self.bytes);
        match reading.statements.into_iter().next()? {
            Statement::Record(record) => Some(record.advisory),
            _ => None,
        }
    }

    fn id(&mut self, advisory: &Advisory, manifest: &FeedManifest) {
        let id = &advisory.id;
        let prefixes = &manifest.prefixes;
        if !prefixes.iter().any(|prefix| is_feed_id(id, prefix)) {
            let message = format!(
                "not an id of this feed: {}-YEAR-NUMBER",
                prefixes.join(" or ")
            );
            self.complain(
                Weight::Error,
                "/id",
                message,
                "`bartizan db new` gives one out",
            );
        }
        let name = self.path.rsplit('/').next().unwrap_or_default();
        if name.strip_suffix(".json") != Some(id.as_str()) {
            let message = format!("the file of this record must be called `{id}.json`");
            self.complain(Weight::Error, "/id", message, "rename the file");
        }
    }

    fn packages(&mut self, advisory: &Advisory, manifest: &FeedManifest) {
        if manifest.packages.is_empty() {
            return;
        }
        for (index, affected) in advisory.affected.iter().enumerate() {
            let foreign = affected
                .package
                .as_ref()
                .filter(|package| !manifest.packages.contains(package));
            if let Some(package) = foreign {
                let message = format!("the feed does not speak about `{}`", package.name());
                let remedy = "readers who hold the feed to its packages give this part no effect; add the package with `--package`";
                self.complain(
                    Weight::Warning,
                    &format!("/affected/{index}"),
                    message,
                    remedy,
                );
            }
        }
    }

    /// Whether the content is another than in the last state while the time of the last change is not later.
    fn is_unmoved(&self, advisory: &Advisory, old: Option<&FeedManifest>) -> bool {
        let listed = old.and_then(|old| old.files.get(self.path));
        listed.is_some_and(|listed| {
            listed.digest != Digest::of(self.bytes)
                && advisory
                    .modified
                    .is_some_and(|modified| modified <= listed.modified)
        })
    }
}
