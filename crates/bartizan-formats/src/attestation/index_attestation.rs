//! Attestations and provenance as package indexes serve them ([PEP 740](https://peps.python.org/pep-0740/)).
//!
//! The index puts a publisher beside the attestations. Nobody signed that, so it is kept apart and named so.

use serde::Deserialize;

use super::{
    BundleError, BundleVersion, Content, MOST_PARTS, Publisher, SignerMaterial, UnverifiedBundle,
    base64, cut,
    sigstore_bundle::{WireEntry, entries, shape},
};

/// What the payload of every attestation is. It is not written down in the file.
const PAYLOAD_TYPE: &str = "application/vnd.in-toto+json";

/// The only version there is.
const VERSION: i64 = 1;

#[derive(Deserialize)]
struct WireProvenance {
    version: i64,
    attestation_bundles: Vec<WireBundle>,
}

#[derive(Deserialize)]
struct WireBundle {
    #[serde(default)]
    publisher: Option<WirePublisher>,
    attestations: Vec<Box<serde_json::value::RawValue>>,
}

#[derive(Deserialize)]
struct WirePublisher {
    #[serde(default)]
    kind: String,
    #[serde(default)]
    repository: Option<String>,
    #[serde(default)]
    workflow: Option<String>,
    #[serde(default)]
    workflow_filepath: Option<String>,
    #[serde(default)]
    environment: Option<String>,
    #[serde(default)]
    email: Option<String>,
}

#[derive(Deserialize)]
struct WireAttestation {
    version: i64,
    verification_material: WireMaterial,
    envelope: WireEnvelope,
}

#[derive(Deserialize)]
struct WireMaterial {
    certificate: String,
    transparency_entries: Vec<WireEntry>,
}

#[derive(Deserialize)]
struct WireEnvelope {
    statement: String,
    signature: String,
}

/// An attestation with what the index says of its publisher.
pub(super) type Attested = (Option<Publisher>, Result<UnverifiedBundle, BundleError>);

/// Reads the provenance of a file: every attestation of every bundle. One that cannot be read costs itself.
pub(super) fn provenance(json: &str) -> Result<Vec<Attested>, BundleError> {
    let wire: WireProvenance = serde_json::from_str(json).map_err(|error| shape(&error))?;
    known(wire.version)?;
    let count: usize = wire
        .attestation_bundles
        .iter()
        .map(|bundle| bundle.attestations.len())
        .sum();
    if count > MOST_PARTS || wire.attestation_bundles.len() > MOST_PARTS {
        return Err(BundleError::TooMany {
            what: "attestations",
        });
    }
    let mut attested = Vec::new();
    for bundle in wire.attestation_bundles {
        let publisher = bundle.publisher.map(publisher);
        for json in bundle.attestations {
            attested.push((publisher.clone(), attestation(json.get())));
        }
    }
    Ok(attested)
}

/// Reads one attestation.
pub(super) fn attestation(json: &str) -> Result<UnverifiedBundle, BundleError> {
    let wire: WireAttestation = serde_json::from_str(json).map_err(|error| shape(&error))?;
    known(wire.version)?;
    let material = wire.verification_material;
    Ok(UnverifiedBundle {
        version: BundleVersion::V03,
        signer: SignerMaterial::Certificates {
            leaf: base64::decode("certificate", &material.certificate)?,
            rest: Vec::new(),
            is_chain: false,
        },
        entries: entries(material.transparency_entries)?,
        timestamps: Vec::new(),
        content: Content::Envelope {
            payload_type: PAYLOAD_TYPE.to_owned(),
            payload: base64::decode("statement", &wire.envelope.statement)?,
            signature: base64::decode("signature", &wire.envelope.signature)?,
            key_id: String::new(),
        },
    })
}

fn known(version: i64) -> Result<(), BundleError> {
    if version == VERSION {
        return Ok(());
    }
    Err(BundleError::UnknownVersion {
        version: version.to_string(),
    })
}

fn publisher(wire: WirePublisher) -> Publisher {
    let short = |text: Option<String>| text.as_deref().map(cut);
    Publisher {
        kind: cut(&wire.kind),
        repository: short(wire.repository),
        workflow: short(wire.workflow.or(wire.workflow_filepath)),
        environment: short(wire.environment.filter(|text| !text.is_empty())),
        email: short(wire.email),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn one(version: &str) -> String {
        format!(
            r#"{{"version": {version}, "verification_material": {{"certificate": "YQ==", "transparency_entries": []}},
            "envelope": {{"statement": "e30=", "signature": "Yg=="}}}}"#
        )
    }

    fn check(json: &str) -> String {
        match provenance(json) {
            Err(error) => format!("{}: {error}", error.code()),
            Ok(attested) => attested
                .iter()
                .map(|(publisher, bundle)| {
                    let publisher = publisher.as_ref().map_or("-".to_owned(), |it| {
                        format!("{} {:?} {:?}", it.kind, it.repository, it.workflow)
                    });
                    let bundle = bundle.as_ref().map_or_else(
                        |error| error.code().to_owned(),
                        |bundle| format!("{:?}", bundle.version),
                    );
                    format!("{publisher}: {bundle}\n")
                })
                .collect::<Vec<_>>()
                .concat(),
        }
    }

    #[test]
    fn every_attestation_of_every_bundle_is_told() {
        let (good, bad) = (one("1"), one("2"));
        insta::assert_snapshot!(check(&format!(r#"{{"version": 1, "attestation_bundles": [
            {{"publisher": {{"kind": "GitHub", "repository": "a/b", "workflow": "w.yml"}}, "attestations": [{good}, {bad}]}},
            {{"attestations": [{{}}, {good}]}}]}}"#)), @r#"
        GitHub Some("a/b") Some("w.yml"): V03
        GitHub Some("a/b") Some("w.yml"): unknown-version
        -: not-a-bundle
        -: V03
        "#);
    }

    #[test]
    fn another_version_says_nothing() {
        insta::assert_snapshot!(check(r#"{"version": 2, "attestation_bundles": []}"#), @"unknown-version: bundles of the version `2` are not known");
        insta::assert_snapshot!(check(r#"{"version": 1}"#), @"not-a-bundle: not a bundle: missing field `attestation_bundles` at line 1 column 14");
        let many = format!("{},", one("1")).repeat(MOST_PARTS);
        insta::assert_snapshot!(check(&format!(r#"{{"version": 1, "attestation_bundles": [{{"attestations": [{many}{}]}}]}}"#, one("1"))), @"too-many-parts: there are more than 64 attestations");
    }

    /// The text with another letter in a place.
    fn replaced(text: &str, place: proptest::sample::Index, letter: &str) -> String {
        let place = place.index(text.len());
        let other = letter.chars().next().unwrap();
        let letters = text.char_indices();
        letters
            .map(|(at, old)| if at == place { other } else { old })
            .collect()
    }

    proptest! {
        #[test]
        fn never_panics(place: proptest::sample::Index, letter in "[\\[\\]{}\":0-9a-z,-]") {
            let text = format!(r#"{{"version": 1, "attestation_bundles": [{{"attestations": [{}]}}]}}"#, one("1"));
            let _ = provenance(&replaced(&text, place, &letter));
        }
    }
}
