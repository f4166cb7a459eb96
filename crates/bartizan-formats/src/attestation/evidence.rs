//! A file of evidence, recognised by its content: a bundle, bundles line by line, what a channel of conda serves, an answer of
//! GitHub's store, an attestation or the provenance of a package index.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{BundleError, MOST_PARTS, UnverifiedBundle, cut, index_attestation, sigstore_bundle};

/// The largest file of evidence. A signed bill of materials may have some megabytes.
pub const LARGEST_EVIDENCE: usize = 32 << 20;

/// What a file of evidence is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EvidenceKind {
    /// A Sigstore bundle, or several line by line.
    SigstoreBundle,
    /// What a channel of conda serves beside a package: an array of Sigstore bundles.
    ChannelAttestations,
    /// An answer of GitHub's attestation store.
    GitHubAttestations,
    /// An attestation of a package index.
    IndexAttestation,
    /// The provenance that an index serves.
    IndexProvenance,
}

impl EvidenceKind {
    /// Whether the rules of PEP 740 hold for it.
    pub fn is_of_index(self) -> bool {
        matches!(self, Self::IndexAttestation | Self::IndexProvenance)
    }

    /// Its name for people.
    pub fn title(self) -> &'static str {
        match self {
            Self::SigstoreBundle => "Sigstore bundle",
            Self::ChannelAttestations => "attestations of a channel (CEP 50)",
            Self::GitHubAttestations => "GitHub attestations",
            Self::IndexAttestation => "attestation (PEP 740)",
            Self::IndexProvenance => "provenance (PEP 740)",
        }
    }
}

/// What a file of evidence holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// What it is.
    pub kind: EvidenceKind,
    /// Everything in it, in its order.
    pub items: Vec<EvidenceItem>,
}

/// One signature with what came along.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvidenceItem {
    /// What the index says of who published. Nobody signed it.
    pub publisher: Option<Publisher>,
    /// It, or why it cannot be read.
    pub bundle: Result<UnverifiedBundle, BundleError>,
}

/// What an index says of who published a file: unsigned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publisher {
    /// `GitHub`, `GitLab`, `Google`.
    pub kind: String,
    /// The repository.
    pub repository: Option<String>,
    /// The file of the workflow.
    pub workflow: Option<String>,
    /// The environment.
    pub environment: Option<String>,
    /// The address of a service account.
    pub email: Option<String>,
}

/// The keys by which kinds are told apart.
#[derive(Deserialize)]
struct Keys<'a> {
    #[serde(default, borrow)]
    attestation_bundles: Option<&'a RawValue>,
    #[serde(default, borrow)]
    envelope: Option<&'a RawValue>,
    #[serde(default, borrow)]
    attestations: Option<Vec<Stored<'a>>>,
}

#[derive(Deserialize)]
struct Stored<'a> {
    #[serde(default, borrow)]
    bundle: Option<&'a RawValue>,
}

/// Reads a file of evidence.
pub fn read(bytes: &[u8]) -> Result<Evidence, BundleError> {
    if bytes.len() > LARGEST_EVIDENCE {
        return Err(BundleError::Shape {
            why: format!("larger than {LARGEST_EVIDENCE} bytes"),
        });
    }
    let text = std::str::from_utf8(bytes).map_err(|_cause| BundleError::Shape {
        why: "not UTF-8".to_owned(),
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .collect();
    if lines.len() > 1 && lines.iter().all(|line| is_object(line)) {
        return by_line(&lines);
    }
    one(text)
}

fn is_object(line: &str) -> bool {
    line.trim_start().starts_with('{') && serde_json::from_str::<&RawValue>(line).is_ok()
}

fn by_line(lines: &[&str]) -> Result<Evidence, BundleError> {
    if lines.len() > MOST_PARTS {
        return Err(BundleError::TooMany { what: "lines" });
    }
    let items = lines.iter().map(|line| bare(sigstore_bundle::bundle(line)));
    Ok(Evidence {
        kind: EvidenceKind::SigstoreBundle,
        items: items.collect(),
    })
}

fn one(text: &str) -> Result<Evidence, BundleError> {
    if text.trim_start().starts_with('[') {
        return of_channel(text);
    }
    let keys: Keys<'_> = serde_json::from_str(text).map_err(|error| BundleError::Shape {
        why: cut(&error.to_string()),
    })?;
    if keys.attestation_bundles.is_some() {
        let items = index_attestation::provenance(text)?.into_iter();
        let items = items.map(|(publisher, bundle)| EvidenceItem { publisher, bundle });
        return Ok(Evidence {
            kind: EvidenceKind::IndexProvenance,
            items: items.collect(),
        });
    }
    if let Some(stored) = keys.attestations {
        return of_github(&stored);
    }
    let (kind, bundle) = if keys.envelope.is_some() {
        (
            EvidenceKind::IndexAttestation,
            index_attestation::attestation(text),
        )
    } else {
        (EvidenceKind::SigstoreBundle, sigstore_bundle::bundle(text))
    };
    Ok(Evidence {
        kind,
        items: vec![bare(bundle)],
    })
}

fn of_channel(text: &str) -> Result<Evidence, BundleError> {
    let all: Vec<&RawValue> = serde_json::from_str(text).map_err(|error| BundleError::Shape {
        why: cut(&error.to_string()),
    })?;
    if all.is_empty() {
        let why = "an empty array".to_owned();
        return Err(BundleError::Shape { why });
    }
    if all.len() > MOST_PARTS {
        return Err(BundleError::TooMany { what: "bundles" });
    }
    let items = all
        .iter()
        .map(|raw| bare(sigstore_bundle::bundle(raw.get())));
    Ok(Evidence {
        kind: EvidenceKind::ChannelAttestations,
        items: items.collect(),
    })
}

fn of_github(stored: &[Stored<'_>]) -> Result<Evidence, BundleError> {
    if stored.len() > MOST_PARTS {
        return Err(BundleError::TooMany {
            what: "attestations",
        });
    }
    let items = stored.iter().map(|stored| match stored.bundle {
        Some(raw) => bare(sigstore_bundle::bundle(raw.get())),
        None => bare(Err(BundleError::NotOne { what: "bundle" })),
    });
    Ok(Evidence {
        kind: EvidenceKind::GitHubAttestations,
        items: items.collect(),
    })
}

fn bare(bundle: Result<UnverifiedBundle, BundleError>) -> EvidenceItem {
    EvidenceItem {
        publisher: None,
        bundle,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str) -> String {
        match read(text.as_bytes()) {
            Err(error) => format!("{}: {error}", error.code()),
            Ok(evidence) => {
                let items = evidence.items.iter().map(|item| match &item.bundle {
                    Ok(bundle) => format!("{:?}", bundle.version),
                    Err(error) => error.code().to_owned(),
                });
                format!(
                    "{}: {}",
                    evidence.kind.title(),
                    items.collect::<Vec<_>>().join(", ")
                )
            }
        }
    }

    const BUNDLE: &str = r#"{"mediaType": "application/vnd.dev.sigstore.bundle+json;version=0.2", "verificationMaterial": {"publicKey": {}}, "messageSignature": {"signature": "YQ=="}}"#;

    #[test]
    fn kinds_are_told_apart_by_content() {
        insta::assert_snapshot!(check(BUNDLE), @"Sigstore bundle: V02");
        insta::assert_snapshot!(check(&format!("{BUNDLE}\n{BUNDLE}\n")), @"Sigstore bundle: V02, V02");
        insta::assert_snapshot!(check(&format!("{BUNDLE}\n{{}}\n")), @"Sigstore bundle: V02, not-a-bundle");
        insta::assert_snapshot!(check(&format!(r#"{{"attestations": [{{"bundle": {BUNDLE}, "repository_id": 1}}, {{}}]}}"#)), @"GitHub attestations: V02, ambiguous-content");
        insta::assert_snapshot!(check(&format!("[{BUNDLE},\n1]")), @"attestations of a channel (CEP 50): V02, not-a-bundle");
        insta::assert_snapshot!(check(r#"{"version": 1, "envelope": {}}"#), @"attestation (PEP 740): not-a-bundle");
        insta::assert_snapshot!(check(r#"{"version": 1, "attestation_bundles": []}"#), @"provenance (PEP 740): ");
    }

    #[test]
    fn what_is_no_evidence_says_so() {
        insta::assert_snapshot!(check("{"), @"not-a-bundle: not a bundle: EOF while parsing an object at line 1 column 1");
        insta::assert_snapshot!(check("[]"), @"not-a-bundle: not a bundle: an empty array");
        insta::assert_snapshot!(check(&format!("[{}1]", "1,".repeat(64))), @"too-many-parts: there are more than 64 bundles");
        insta::assert_snapshot!(check(&"{}\n".repeat(65)), @"too-many-parts: there are more than 64 lines");
        assert!(read(&[0xff]).is_err());
    }

    proptest! {
        #[test]
        fn never_panics(text in "[\\[\\]{}\":a-z0-9,\n]{0,60}") {
            let _ = read(text.as_bytes());
        }
    }
}
