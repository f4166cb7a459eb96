//! Every attestation of an artifact, taken through the steps.

use bartizan_formats::attestation::{EvidenceItem, EvidenceKind, Publisher};
use bartizan_provenance::{Artifact, Examination, ExpectedIdentity, Question, Rules, examine};

use super::{
    answer::Asked,
    gather::{Found, Place},
};

/// One attestation.
pub(super) struct Examined {
    /// Where it was found.
    pub(super) source: String,
    pub(super) kind: EvidenceKind,
    /// What the index says of the publisher, unsigned.
    pub(super) publisher: Option<Publisher>,
    pub(super) examination: Examination,
}

/// Examines every attestation that was found.
pub(super) fn examine_all(
    places: &[Place],
    (artifact, name): (Artifact<'_>, &str),
    asked: &Asked<'_>,
    expected: Option<&ExpectedIdentity>,
) -> Vec<Examined> {
    let mut examined = Vec::new();
    for place in places {
        let Found::Evidence(Ok(evidence)) = &place.found else {
            continue;
        };
        let rules = if evidence.kind.is_of_index() {
            Rules::Index
        } else {
            Rules::Any
        };
        for item in &evidence.items {
            let examination = examine(&Question {
                bundle: item.bundle.as_ref(),
                artifact,
                name: Some(name),
                root: &asked.root.root,
                key: asked.key,
                rules,
                expected,
            });
            examined.push(Examined::of(&place.name, evidence.kind, item, examination));
        }
    }
    examined
}

impl Examined {
    fn of(source: &str, kind: EvidenceKind, item: &EvidenceItem, examination: Examination) -> Self {
        Self {
            source: source.to_owned(),
            kind,
            publisher: item.publisher.clone(),
            examination,
        }
    }
}
