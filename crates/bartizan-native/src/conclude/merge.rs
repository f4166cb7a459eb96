//! From files to the artifact: what has no version of its own takes that of its siblings, and what is one is merged.

use std::collections::{BTreeMap, BTreeSet};

use bartizan_model::native::{Confidence, EvidenceKind, Linkage, NativeEvidence, Origin};

use super::draft::Draft;
use crate::{knowledge::Knowledge, sighting::DistributionRelease};

/// Gives drafts without a version the one of their siblings: other files of the same library or of the one that the
/// table names, and for what is linked into a file, that in the same file. Only where there is exactly one version.
pub(super) fn adopt(knowledge: &Knowledge, drafts: &mut [Draft]) {
    let adopted: Vec<Option<Draft>> = drafts
        .iter()
        .map(|draft| sibling(knowledge, drafts, draft).cloned())
        .collect();
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

/// The draft whose version another one takes.
fn sibling<'d>(knowledge: &Knowledge, drafts: &'d [Draft], draft: &Draft) -> Option<&'d Draft> {
    let place = draft
        .library
        .filter(|_| draft.version.is_none() && !draft.is_contradictory)?;
    let named = knowledge.libraries().get(place)?.sibling.as_deref();
    let named = named.and_then(|key| knowledge.place(key));
    let is_near = |other: &&Draft| match draft.linkage {
        Linkage::Vendored => other.linkage == Linkage::Vendored && other.release.is_none(),
        _ => other.files == draft.files && other.library != Some(place),
    };
    let is_sibling = |other: &&Draft| {
        other.library == Some(place) || (named.is_some() && other.library == named)
    };
    let found: Vec<&Draft> = drafts
        .iter()
        .filter(|other| other.version.is_some())
        .filter(is_sibling)
        .filter(is_near)
        .collect();
    let versions: BTreeSet<Option<&str>> =
        found.iter().map(|other| other.version.as_deref()).collect();
    if versions.len() == 1 {
        found.first().copied()
    } else {
        None
    }
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
