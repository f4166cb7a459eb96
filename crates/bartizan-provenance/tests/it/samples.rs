//! Real bundles with what is needed to verify them.

use std::path::{Path, PathBuf};

use bartizan_formats::{
    attestation::{self, UnverifiedBundle},
    digest::Digest,
};
use bartizan_provenance::{
    Artifact, Examination, ExpectedIdentity, Instance, PublicKey, Question, Rules, TrustRoot,
    examine,
};
use serde_json::Value;

/// A bundle that verifies.
pub(crate) struct Sample {
    pub(crate) name: &'static str,
    pub(crate) bundle: Value,
    pub(crate) digest: Digest,
    pub(crate) root: TrustRoot,
    pub(crate) key: Option<PublicKey>,
}

/// The package's folder of test data, where cargo keeps sources.
fn folder() -> Option<PathBuf> {
    let home = std::env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cargo")))?;
    let registries = std::fs::read_dir(home.join("registry/src")).ok()?;
    registries
        .flatten()
        .map(|registry| registry.path().join("sigstore-verify-0.15.1/test_data"))
        .find(|folder| folder.is_dir())
}

/// Every sample; none where they are not at hand, which is said.
pub(crate) fn all() -> Vec<Sample> {
    let Some(folder) = folder() else {
        println!("skipped: cargo keeps no sources of `sigstore-verify` here");
        return Vec::new();
    };
    let good = || TrustRoot::embedded(Instance::PublicGood).unwrap();
    let staging = || TrustRoot::embedded(Instance::Staging).unwrap();
    let file = |path: &str| Digest::of(&std::fs::read(folder.join(path)).unwrap());
    let key = std::fs::read_to_string(folder.join("managed-key/key.pub")).unwrap();
    let of = |name, path: &str, digest, root, key| Sample {
        name,
        bundle: json(&folder.join(path)),
        digest,
        root,
        key,
    };
    let v2 = "upstream/sigstore-python/staging-rekor-v2.txt";
    vec![
        of(
            "message, log of version 1, timestamp",
            "bundles/cosign-v3-blob.sigstore.json",
            file("bundles/cosign-v3-blob.txt"),
            good(),
            None,
        ),
        of(
            "message, log of version 2",
            &format!("{v2}.sigstore.json"),
            file(v2),
            staging(),
            None,
        ),
        of(
            "statement, log of version 1",
            "bundles/conda-attestation.sigstore.json",
            subject(&folder.join("bundles/conda-attestation.sigstore.json")),
            good(),
            None,
        ),
        of(
            "statement, log of version 2",
            "bundles/conda-attestation-rekor2.sigstore.json",
            subject(&folder.join("bundles/conda-attestation-rekor2.sigstore.json")),
            staging(),
            None,
        ),
        of(
            "message by a key",
            "managed-key/bundle.sigstore.json",
            file("managed-key/artifact.txt"),
            good(),
            PublicKey::read(&key),
        ),
        of(
            "statement of GitHub's own instance",
            "bundles/github-private-attestation.sigstore.json",
            subject(&folder.join("bundles/github-private-attestation.sigstore.json")),
            TrustRoot::embedded(Instance::GitHub).unwrap(),
            None,
        ),
    ]
}

fn json(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// The digest of the first file that a bundle's statement is about.
fn subject(path: &Path) -> Digest {
    let payload = json(path)["dsseEnvelope"]["payload"]
        .as_str()
        .unwrap()
        .to_owned();
    let payload = attestation::decode_base64("payload", &payload).unwrap();
    let statement = attestation::statement(&payload).unwrap();
    let mut digests = statement
        .subjects
        .iter()
        .filter_map(|it| it.digest("sha256"));
    Digest::parse(digests.next().unwrap()).unwrap()
}

impl Sample {
    /// Examines a bundle in place of the sample's, everything else being equal.
    pub(crate) fn examine(&self, bundle: &str) -> Examination {
        self.examine_with(bundle, None, None)
    }

    /// With a file name and somebody expected.
    pub(crate) fn examine_with(
        &self,
        bundle: &str,
        name: Option<&str>,
        expected: Option<&ExpectedIdentity>,
    ) -> Examination {
        let read = attestation::read(bundle.as_bytes());
        let only = |evidence: attestation::Evidence| -> Result<UnverifiedBundle, _> {
            evidence.items.into_iter().next().unwrap().bundle
        };
        let bundle = read.and_then(only);
        examine(&Question {
            bundle: bundle.as_ref(),
            artifact: Artifact::Digest(self.digest),
            name,
            root: &self.root,
            key: self.key.as_ref(),
            rules: Rules::Any,
            expected,
        })
    }
}

#[test]
fn samples_verify() {
    for sample in all() {
        let examination = sample.examine(&sample.bundle.to_string());
        assert!(
            examination.result.is_ok(),
            "{}: {:?}",
            sample.name,
            examination.result
        );
        assert_eq!(examination.steps.failed(), None);
        let not_reached = examination
            .steps
            .iter()
            .filter(|(_, outcome)| outcome.id() == "not-reached");
        assert_eq!(not_reached.count(), 0, "{}", sample.name);
    }
}
