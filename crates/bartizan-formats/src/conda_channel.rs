//! What a channel of conda serves beside its packages: `repodata.json`
//! ([CEP 36](https://github.com/conda/ceps/blob/main/cep-0036.md)) and the attestations of a package, an array of Sigstore bundles under
//! the name of the package with `.sigs` ([CEP 50](https://github.com/conda/ceps/blob/main/cep-0050.md)).
//!
//! Pure: the caller reads packages and writes files. Equal input gives equal bytes.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value, json, value::RawValue};
use thiserror::Error;

use crate::{attestation::LARGEST_EVIDENCE, digest::Digest};

/// The ending of the attestations of a package.
pub const SIDECAR: &str = ".sigs";

/// The largest `repodata.json`. That of the largest channel's largest platform has some 400 MB.
pub const LARGEST_REPODATA: usize = 1 << 30;

/// The most attestations of one package.
const MOST_BUNDLES: usize = 64;

/// The field of a record that names the digest of the attestations.
const ADVERTISED: &str = "attestations_sha256";

/// A package of a channel.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// Its `info/index.json`.
    pub index: Map<String, Value>,
    /// Its digest.
    pub sha256: Digest,
    /// Its size in bytes.
    pub size: u64,
    /// The digest of its attestations, where it has some.
    pub attestations: Option<Digest>,
}

/// Why attestations cannot be put together.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SidecarError {
    /// What is there is no list of bundles, and what a channel accepted may not be lost.
    #[error("not an array of bundles: {why}")]
    Shape {
        /// What is wrong, and where.
        why: String,
    },
    /// There are more than any package has.
    #[error("more than {MOST_BUNDLES} attestations")]
    TooMany,
}

/// `repodata.json` of one folder of a channel, from its packages by name.
pub fn repodata(subdir: &str, records: &BTreeMap<String, Record>) -> String {
    let of = |ending: &str| -> Map<String, Value> {
        let named = records.iter().filter(|(name, _)| name.ends_with(ending));
        named.map(|(name, it)| (name.clone(), it.json())).collect()
    };
    let json = json!({
        "info": {"subdir": subdir},
        "packages": of(".tar.bz2"),
        "packages.conda": of(".conda"),
        "removed": [],
        "repodata_version": 1,
    });
    format!("{json:#}\n")
}

impl Record {
    fn json(&self) -> Value {
        let mut json = self.index.clone();
        // Weak digests vouch for nothing; the field must be there.
        json.insert("md5".to_owned(), Value::Null);
        json.insert("sha256".to_owned(), json!(self.sha256.to_string()));
        json.insert("size".to_owned(), json!(self.size));
        json.remove(ADVERTISED);
        if let Some(digest) = self.attestations {
            json.insert(ADVERTISED.to_owned(), json!(digest.to_string()));
        }
        Value::Object(json)
    }
}

/// The attestations of a package: those that are served already, byte for byte and in their order, and behind them what is new,
/// by digest. `None` where there is none.
pub fn sidecar(served: Option<&[u8]>, new: &[&str]) -> Result<Option<Vec<u8>>, SidecarError> {
    let shape = |error: serde_json::Error| SidecarError::Shape {
        why: error.to_string(),
    };
    let old: Vec<&RawValue> = match served {
        Some(bytes) => serde_json::from_slice(bytes).map_err(shape)?,
        None => Vec::new(),
    };
    let is_new = |it: &&&str| old.iter().all(|old| old.get() != **it);
    let mut more: Vec<&str> = new.iter().filter(is_new).copied().collect();
    // What is no JSON would make that of the others unreadable.
    for it in &more {
        serde_json::from_str::<&RawValue>(it).map_err(shape)?;
    }
    more.sort_by_key(|it| Digest::of(it.as_bytes()));
    more.dedup();
    if old.len() + more.len() > MOST_BUNDLES {
        return Err(SidecarError::TooMany);
    }
    if more.is_empty() {
        return Ok(served.filter(|_| !old.is_empty()).map(<[u8]>::to_vec));
    }
    let all: Vec<&str> = old.iter().map(|it| it.get()).chain(more).collect();
    Ok(Some(format!("[{}]", all.join(",")).into_bytes()))
}

/// The bundles in a file of evidence as they are written: of a bundle, of several line by line, and of an array of them.
pub fn bundles(evidence: &[u8]) -> Vec<String> {
    if evidence.len() > LARGEST_EVIDENCE {
        return Vec::new();
    }
    let text = String::from_utf8_lossy(evidence);
    let text = text.trim();
    if let Ok(array) = serde_json::from_str::<Vec<&RawValue>>(text) {
        return array.iter().map(|it| it.get().to_owned()).collect();
    }
    if serde_json::from_str::<&RawValue>(text).is_ok() {
        return vec![text.to_owned()];
    }
    let lines = text.lines().map(str::trim).filter(|it| !it.is_empty());
    lines.map(str::to_owned).collect()
}

/// What a channel says of a package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advertised {
    /// The digest of the package, where it is stated.
    pub sha256: Option<Digest>,
    /// The digest of its attestations, where it has some; what is stated where that is none.
    pub attestations: Option<Result<Digest, String>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Wire {
    packages: BTreeMap<String, WireRecord>,
    #[serde(rename = "packages.conda")]
    newer: BTreeMap<String, WireRecord>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct WireRecord {
    sha256: Option<String>,
    attestations_sha256: Option<String>,
}

/// What `repodata.json` says of each package by its name. An error is text about the file.
pub fn read(repodata: &[u8]) -> Result<BTreeMap<String, Advertised>, String> {
    // An empty file is as good as an empty object.
    if repodata.trim_ascii().is_empty() {
        return Ok(BTreeMap::new());
    }
    let wire: Wire = serde_json::from_slice(repodata).map_err(|error| error.to_string())?;
    let records = wire.packages.into_iter().chain(wire.newer);
    Ok(records.map(|(name, it)| (name, it.advertised())).collect())
}

impl WireRecord {
    fn advertised(self) -> Advertised {
        let read = |text: String| Digest::parse(&text).ok_or(text);
        Advertised {
            sha256: self.sha256.and_then(|it| Digest::parse(&it)),
            attestations: self.attestations_sha256.map(read),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn record(attestations: Option<Digest>) -> Record {
        let index =
            json!({"name": "lab", "version": "1.0", "md5": "old", "attestations_sha256": "a lie"});
        Record {
            index: index.as_object().unwrap().clone(),
            sha256: Digest([0x11; 32]),
            size: 7,
            attestations,
        }
    }

    #[test]
    fn a_folder_of_a_channel_lists_its_packages() {
        let records = BTreeMap::from([
            (
                "lab-1.0-0.conda".to_owned(),
                record(Some(Digest([0x22; 32]))),
            ),
            ("lab-1.0-0.tar.bz2".to_owned(), record(None)),
        ]);
        let text = repodata("linux-64", &records);
        insta::assert_snapshot!(text, @r#"
        {
          "info": {
            "subdir": "linux-64"
          },
          "packages": {
            "lab-1.0-0.tar.bz2": {
              "md5": null,
              "name": "lab",
              "sha256": "1111111111111111111111111111111111111111111111111111111111111111",
              "size": 7,
              "version": "1.0"
            }
          },
          "packages.conda": {
            "lab-1.0-0.conda": {
              "attestations_sha256": "2222222222222222222222222222222222222222222222222222222222222222",
              "md5": null,
              "name": "lab",
              "sha256": "1111111111111111111111111111111111111111111111111111111111111111",
              "size": 7,
              "version": "1.0"
            }
          },
          "removed": [],
          "repodata_version": 1
        }
        "#);
        let found = read(text.as_bytes()).unwrap();
        let of = |name: &str| found.get(name).cloned().unwrap();
        assert_eq!(of("lab-1.0-0.conda").sha256, Some(Digest([0x11; 32])));
        assert_eq!(
            of("lab-1.0-0.conda").attestations,
            Some(Ok(Digest([0x22; 32])))
        );
        assert_eq!(of("lab-1.0-0.tar.bz2").attestations, None);
        assert_eq!(read(b" "), Ok(BTreeMap::new()));
        assert!(read(b"[").is_err());
        let upper = read(text.replace("2222", "AAAA").as_bytes()).unwrap();
        let of_upper = upper.get("lab-1.0-0.conda").unwrap();
        assert!(of_upper.attestations.as_ref().unwrap().is_err());
    }

    fn check(served: Option<&str>, new: &[&str]) -> String {
        match sidecar(served.map(str::as_bytes), new) {
            Ok(Some(bytes)) => String::from_utf8(bytes).unwrap(),
            Ok(None) => "-".to_owned(),
            Err(error) => format!("! {error}"),
        }
    }

    #[test]
    fn what_a_channel_accepted_stays_as_it_is_and_more_comes_behind_it() {
        assert_eq!(check(None, &[]), "-");
        assert_eq!(check(Some("[]"), &[]), "-");
        let fresh = check(None, &[r#"{"a": 1}"#, r#"{"b":2}"#, r#"{"a": 1}"#]);
        assert_eq!(check(None, &[r#"{"b":2}"#, r#"{"a": 1}"#]), fresh);
        assert_eq!(bundles(fresh.as_bytes()).len(), 2);
        let served = "[ {\"z\":  9},\n{\"b\":2} ]";
        assert_eq!(check(Some(served), &[r#"{"b":2}"#]), served);
        assert_eq!(
            check(Some(served), &[r#"{"a": 1}"#]),
            r#"[{"z":  9},{"b":2},{"a": 1}]"#
        );
        insta::assert_snapshot!(check(Some("{}"), &[]), @"! not an array of bundles: invalid type: map, expected a sequence at line 1 column 0");
        insta::assert_snapshot!(check(Some(served), &["[{"]), @"! not an array of bundles: EOF while parsing an object at line 1 column 2");
        let many: Vec<String> = (0..65).map(|it| it.to_string()).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert_eq!(check(None, &many), "! more than 64 attestations");
    }

    #[test]
    fn bundles_come_out_of_files_as_they_are_written() {
        let check = |text: &str| bundles(text.as_bytes()).join(" | ");
        assert_eq!(check("{\"a\":\n1}\n"), "{\"a\":\n1}");
        assert_eq!(
            check("{\"a\": 1}\n\n{\"b\": 2}\n"),
            "{\"a\": 1} | {\"b\": 2}"
        );
        assert_eq!(check("[{\"a\": 1}, {\"b\": 2}]"), "{\"a\": 1} | {\"b\": 2}");
    }

    proptest! {
        #[test]
        fn never_panics(text in "[\\[\\]{}\":a-z0-9.,\n]{0,60}") {
            let _ = read(text.as_bytes());
            let found = bundles(text.as_bytes());
            let found: Vec<&str> = found.iter().map(String::as_str).collect();
            let _ = sidecar(Some(text.as_bytes()), &found);
            if let Ok(Some(all)) = sidecar(None, &found) {
                prop_assert_eq!(sidecar(Some(&all), &found).ok().flatten(), Some(all));
            }
        }
    }
}
