//! Evidence of a file, verified once, whoever is expected.

use bartizan_formats::{
    attestation::{self, Evidence, EvidenceKind},
    digest::Digest,
    ledger::{RecordedAttestation, Seen},
};
use bartizan_provenance::{Artifact, Question, Rules, TrustRoot, examine, ledger::record};

/// A file that evidence is about.
#[derive(Clone, Copy)]
pub(super) struct About<'a> {
    pub(super) name: &'a str,
    pub(super) digest: Digest,
    pub(super) root: &'a TrustRoot,
}

/// What became of evidence as it was served, one or several pieces of it.
pub(super) fn seen(pieces: &[Vec<u8>], about: About<'_>) -> Seen {
    let attestations = pieces.iter().flat_map(|bytes| of(bytes, about));
    Seen::Served {
        evidence: together(pieces),
        root: about.root.digest(),
        attestations: attestations.collect(),
    }
}

/// The digest of evidence; of several pieces the digest of their digests.
pub(super) fn together(pieces: &[Vec<u8>]) -> Digest {
    match pieces {
        [only] => Digest::of(only),
        several => {
            let digests: Vec<u8> = several.iter().flat_map(|it| Digest::of(it).0).collect();
            Digest::of(&digests)
        }
    }
}

fn of(bytes: &[u8], about: About<'_>) -> Vec<RecordedAttestation> {
    let question = |bundle, kind: EvidenceKind| Question {
        bundle,
        artifact: Artifact::Digest(about.digest),
        name: Some(about.name),
        root: about.root,
        key: None,
        rules: if kind.is_of_index() {
            Rules::Index
        } else {
            Rules::Any
        },
        expected: None,
    };
    let Evidence { kind, items } = match attestation::read(bytes) {
        Ok(evidence) => evidence,
        Err(error) => {
            let kind = EvidenceKind::IndexProvenance;
            let examination = examine(&question(Err(&error), kind));
            return vec![record(kind, None, &examination)];
        }
    };
    let each = items.iter().map(|item| {
        let examination = examine(&question(item.bundle.as_ref(), kind));
        record(kind, item.publisher.as_ref(), &examination)
    });
    each.collect()
}
