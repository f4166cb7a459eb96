//! A component while it is being concluded.

use std::collections::BTreeSet;

use bartizan_model::{
    native::{Confidence, EvidenceKind, Linkage, NativeComponent, NativeEvidence, Origin},
    purl::{Purl, PurlParts},
};

use crate::{
    knowledge::{Knowledge, Library},
    sighting::DistributionRelease,
};

/// The most pieces of evidence that a component keeps, the strongest.
const MOST_EVIDENCE: usize = 64;

/// A component while it is being concluded.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    pub(super) name: String,
    /// The library, by its place in the table.
    pub(super) library: Option<usize>,
    pub(super) version: Option<String>,
    /// Why there is no version, or what was not believed.
    pub(super) reasons: BTreeSet<String>,
    /// Whether it has no version because signs of one strength contradict each other.
    pub(super) is_contradictory: bool,
    /// The package URL, where it is not that of the table.
    pub(super) purl: Option<Purl>,
    pub(super) confidence: Confidence,
    pub(super) origin: Origin,
    pub(super) linkage: Linkage,
    /// The package of a distribution that it is from.
    pub(super) release: Option<DistributionRelease>,
    pub(super) files: BTreeSet<String>,
    pub(super) evidence: BTreeSet<NativeEvidence>,
}

/// How sure a version is that a sign of a kind tells.
pub(super) fn confidence(kind: EvidenceKind) -> Confidence {
    match kind {
        EvidenceKind::Sbom
        | EvidenceKind::PackagingNote
        | EvidenceKind::VersionFunction
        | EvidenceKind::VersionMacro
        | EvidenceKind::SourcePin
        | EvidenceKind::PackageMetadata
        | EvidenceKind::CratePath => Confidence::High,
        EvidenceKind::VersionText
        | EvidenceKind::VersionResource
        | EvidenceKind::SonameRelease
        | EvidenceKind::Sibling
        | EvidenceKind::Presence => Confidence::Medium,
        EvidenceKind::FileName | EvidenceKind::Licence => Confidence::Low,
    }
}

/// Whether two ways to write a version may mean the same: `1.1.1` and `1.1.1k`, `0.3.23` and `0.3.23.dev`.
pub fn agree(one: &str, other: &str) -> bool {
    let (short, long) = if one.len() <= other.len() {
        (one, other)
    } else {
        (other, one)
    };
    long.strip_prefix(short)
        .is_some_and(|rest| !rest.starts_with(|next: char| next.is_ascii_digit()))
}

impl Draft {
    /// The finished component.
    pub(super) fn finish(self, knowledge: &Knowledge) -> NativeComponent {
        let library = self
            .library
            .and_then(|place| knowledge.libraries().get(place));
        let version = self.version;
        let purl = self.purl.or_else(|| match (&self.release, library) {
            (Some(release), library) => of_distribution(release, library, &self.name),
            (None, Some(library)) => Some(with_version(&library.purl, version.as_deref())),
            (None, None) => None,
        });
        let reasons: Vec<String> = self.reasons.into_iter().collect();
        NativeComponent {
            name: library.map_or(self.name, |library| library.key.clone()),
            library: library.map(|library| library.key.clone()),
            version,
            reason: (!reasons.is_empty()).then(|| reasons.join("; ")),
            purl,
            cpe: library.and_then(|library| library.cpe.clone()),
            confidence: self.confidence,
            origin: self.origin,
            linkage: self.linkage,
            files: self.files.into_iter().collect(),
            evidence: self.evidence.into_iter().take(MOST_EVIDENCE).collect(),
        }
    }
}

/// A package URL with a version.
pub(super) fn with_version(purl: &Purl, version: Option<&str>) -> Purl {
    let parts = PurlParts {
        kind: purl.kind().to_owned(),
        namespace: purl.namespace().to_vec(),
        name: purl.name().to_owned(),
        version: version.map(str::to_owned),
        qualifiers: purl
            .qualifiers()
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .collect(),
        subpath: Vec::new(),
    };
    Purl::new(parts).unwrap_or_else(|_| purl.clone())
}

/// The package URL of a distribution's package. Its name is that of the distribution's source package.
fn of_distribution(
    release: &DistributionRelease,
    library: Option<&Library>,
    name: &str,
) -> Option<Purl> {
    let named = library.and_then(|library| library.advisories.get("almalinux")?.first());
    let parts = PurlParts {
        kind: "rpm".to_owned(),
        namespace: vec![release.distribution.to_owned()],
        name: named.map_or(name, String::as_str).to_owned(),
        version: Some(release.version.clone()),
        qualifiers: Vec::new(),
        subpath: Vec::new(),
    };
    Purl::new(parts).ok()
}
