//! From files to the artifact: what has no version of its own takes that of its siblings, and what is one is merged.

use std::collections::BTreeMap;

use bartizan_model::native::{Confidence, EvidenceKind, Linkage, NativeEvidence, Origin};

use super::draft::Draft;
use crate::{knowledge::Knowledge, sighting::DistributionRelease};

/// Gives drafts without a version the one of their siblings: other files of the same library or of the one that the
/// table names, and for what is linked into a file, that in the same file. Only where there is exactly one version.
pub(super) fn adopt(knowledge: &Knowledge, drafts: &mut [Draft]) {
    let mut known: Known<'_> = BTreeMap::new();
    for draft in drafts.iter().filter(|draft| draft.version.is_some()) {
        if let Some(library) = draft.library {
            known.entry(library).or_default().push(draft);
        }
    }
    let siblings = drafts
        .iter()
        .map(|draft| sibling(knowledge, &known, draft).cloned());
    let adopted: Vec<Option<Draft>> = siblings.collect();
    for (draft, sibling) in drafts.iter_mut().zip(adopted) {
        let Some(sibling) = sibling else {
            continue;
        };
        draft.reasons.clear();
        draft.confidence = Confidence::Medium.min(sibling.confidence);
        draft.version.clone_from(&sibling.version);
        let file = sibling.files.first().cloned().unwrap_or_default();
        draft.evidence.insert(NativeEvidence {
            kind: EvidenceKind::Sibling,
            file: draft.files.first().cloned().unwrap_or_default(),
            offset: None,
            line: None,
            detail: format!("of the same release as {file}"),
            version: draft.version.clone(),
        });
    }
}

/// The drafts that have a version, by their library.
type Known<'d> = BTreeMap<usize, Vec<&'d Draft>>;

/// The draft whose version another one takes.
fn sibling<'d>(knowledge: &Knowledge, known: &Known<'d>, draft: &Draft) -> Option<&'d Draft> {
    let place = draft
        .library
        .filter(|_| draft.version.is_none() && !draft.is_contradictory)?;
    let named = knowledge.libraries().get(place)?.sibling.as_deref();
    let named = named.and_then(|key| knowledge.place(key));
    let is_near = |other: &&&Draft| match draft.linkage {
        Linkage::Vendored => {
            other.linkage == Linkage::Vendored
                && other.origin == draft.origin
                && other.release.is_none()
        }
        _ => other.files == draft.files && other.library != Some(place),
    };
    let siblings = [Some(place), named].into_iter().flatten();
    let siblings = siblings
        .filter_map(|library| known.get(&library))
        .flatten()
        .filter(is_near);
    let mut siblings = siblings.copied();
    let first = siblings.next()?;
    siblings
        .all(|other| other.version == first.version)
        .then_some(first)
}

/// What has to be the same for two drafts to be one component.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    library: Option<usize>,
    name: String,
    version: Option<String>,
    linkage: Linkage,
    origin: Origin,
    release: Option<DistributionRelease>,
}

/// Makes one component of what is the same in several files.
pub(super) fn merge(drafts: Vec<Draft>) -> Vec<Draft> {
    let mut merged: BTreeMap<Key, Draft> = BTreeMap::new();
    for draft in drafts {
        let key = Key {
            library: draft.library,
            name: draft.name.clone(),
            version: draft.version.clone(),
            linkage: draft.linkage,
            origin: draft.origin,
            release: draft.release.clone(),
        };
        match merged.get_mut(&key) {
            Some(known) => known.absorb(draft),
            None => {
                merged.insert(key, draft);
            }
        }
    }
    merged.into_values().collect()
}

impl Draft {
    fn absorb(&mut self, other: Self) {
        self.reasons.extend(other.reasons);
        self.is_contradictory |= other.is_contradictory;
        self.purl = self.purl.take().or(other.purl);
        self.confidence = self.confidence.max(other.confidence);
        self.files.extend(other.files);
        self.evidence.extend(other.evidence);
    }
}
