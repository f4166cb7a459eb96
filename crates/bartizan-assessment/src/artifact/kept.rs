//! What a file carries, as it is kept by the file's digest: as much of it as matching, weighing and showing ask for.

use bartizan_model::{
    native::{
        Confidence, Contents, EvidenceKind, FileRole, Linkage, NativeComponent, NativeEvidence,
        NativeFile, ObjectFormat, Origin,
    },
    problem::Problem,
};
use serde::{Deserialize, Serialize};

/// How many pieces of evidence of one component are kept; the strongest stand first.
const MOST_EVIDENCE: usize = 6;

/// How many files of one component are kept.
const MOST_FILES: usize = 50;

#[derive(Serialize, Deserialize)]
struct Kept {
    components: Vec<KeptComponent>,
    /// The libraries of others that are files of their own.
    vendored: Vec<String>,
    problems: Vec<(String, String)>,
}

#[derive(Serialize, Deserialize)]
struct KeptComponent {
    name: String,
    library: Option<String>,
    version: Option<String>,
    reason: Option<String>,
    purl: Option<String>,
    cpe: Option<String>,
    confidence: String,
    origin: String,
    linkage: String,
    files: Vec<String>,
    evidence: Vec<KeptEvidence>,
}

#[derive(Serialize, Deserialize)]
struct KeptEvidence {
    kind: String,
    file: String,
    offset: Option<u64>,
    line: Option<u32>,
    detail: String,
    version: Option<String>,
}

const CONFIDENCES: [Confidence; 3] = [Confidence::Low, Confidence::Medium, Confidence::High];
const ORIGINS: [Origin; 3] = [
    Origin::SelfBuilt,
    Origin::DistributionBuilt,
    Origin::Unknown,
];
const LINKAGES: [Linkage; 5] = [
    Linkage::Vendored,
    Linkage::Static,
    Linkage::Source,
    Linkage::Python,
    Linkage::Stated,
];
const KINDS: [EvidenceKind; 14] = [
    EvidenceKind::Sbom,
    EvidenceKind::PackagingNote,
    EvidenceKind::VersionFunction,
    EvidenceKind::VersionMacro,
    EvidenceKind::SourcePin,
    EvidenceKind::PackageMetadata,
    EvidenceKind::VersionText,
    EvidenceKind::CratePath,
    EvidenceKind::VersionResource,
    EvidenceKind::SonameRelease,
    EvidenceKind::FileName,
    EvidenceKind::Sibling,
    EvidenceKind::Presence,
    EvidenceKind::Licence,
];

/// The contents as bytes to keep.
pub(super) fn bytes(contents: &Contents) -> Option<Vec<u8>> {
    let vendored = contents.natives.iter();
    let vendored = vendored.filter(|file| file.role == FileRole::Vendored);
    let problems = contents.problems.iter();
    let kept = Kept {
        components: contents.components.iter().map(KeptComponent::of).collect(),
        vendored: vendored.map(|file| file.path.clone()).collect(),
        problems: problems
            .map(|it| (it.subject.clone(), it.message.clone()))
            .collect(),
    };
    serde_json::to_vec(&kept).ok()
}

/// The contents of kept bytes; `None` where they are not of this form, and the file is looked into again.
pub(super) fn restore(bytes: &[u8]) -> Option<Contents> {
    let kept: Kept = serde_json::from_slice(bytes).ok()?;
    let components = kept.components.into_iter().map(KeptComponent::restored);
    let vendored = kept.vendored.into_iter().map(|path| NativeFile {
        path,
        format: ObjectFormat::Elf,
        architectures: Vec::new(),
        soname: None,
        needed: Vec::new(),
        build_id: None,
        version_functions: Vec::new(),
        role: FileRole::Vendored,
    });
    let problems = kept.problems.into_iter();
    Some(Contents {
        components: components.collect::<Option<_>>()?,
        natives: vendored.collect(),
        problems: problems
            .map(|(subject, message)| Problem::new(subject, message))
            .collect(),
        ..Contents::default()
    })
}

impl KeptComponent {
    fn of(component: &NativeComponent) -> Self {
        let evidence = component.evidence.iter().take(MOST_EVIDENCE);
        Self {
            name: component.name.clone(),
            library: component.library.clone(),
            version: component.version.clone(),
            reason: component.reason.clone(),
            purl: component.purl.as_ref().map(ToString::to_string),
            cpe: component.cpe.clone(),
            confidence: component.confidence.id().to_owned(),
            origin: component.origin.id().to_owned(),
            linkage: component.linkage.id().to_owned(),
            files: component.files.iter().take(MOST_FILES).cloned().collect(),
            evidence: evidence.map(KeptEvidence::of).collect(),
        }
    }

    fn restored(self) -> Option<NativeComponent> {
        let find = |word: &str, all: &[&'static str]| all.iter().position(|it| *it == word);
        let confidence = find(&self.confidence, &CONFIDENCES.map(Confidence::id))?;
        let origin = find(&self.origin, &ORIGINS.map(Origin::id))?;
        let linkage = find(&self.linkage, &LINKAGES.map(Linkage::id))?;
        let purl = self.purl.map(|text| text.parse().ok());
        let evidence = self.evidence.into_iter().map(KeptEvidence::restored);
        Some(NativeComponent {
            name: self.name,
            library: self.library,
            version: self.version,
            reason: self.reason,
            purl: match purl {
                Some(purl) => Some(purl?),
                None => None,
            },
            cpe: self.cpe,
            confidence: *CONFIDENCES.get(confidence)?,
            origin: *ORIGINS.get(origin)?,
            linkage: *LINKAGES.get(linkage)?,
            files: self.files,
            evidence: evidence.collect::<Option<_>>()?,
        })
    }
}

impl KeptEvidence {
    fn of(evidence: &NativeEvidence) -> Self {
        Self {
            kind: evidence.kind.id().to_owned(),
            file: evidence.file.clone(),
            offset: evidence.offset,
            line: evidence.line,
            detail: evidence.detail.clone(),
            version: evidence.version.clone(),
        }
    }

    fn restored(self) -> Option<NativeEvidence> {
        let kind = KINDS.into_iter().find(|kind| kind.id() == self.kind)?;
        Some(NativeEvidence {
            kind,
            file: self.file,
            offset: self.offset,
            line: self.line,
            detail: self.detail,
            version: self.version,
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn component() -> NativeComponent {
        NativeComponent {
            name: "libwebp".to_owned(),
            library: Some("libwebp".to_owned()),
            version: Some("1.3.1".to_owned()),
            reason: None,
            purl: "pkg:generic/libwebp@1.3.1".parse().ok(),
            cpe: Some("webmproject:libwebp".to_owned()),
            confidence: Confidence::High,
            origin: Origin::Unknown,
            linkage: Linkage::Python,
            files: vec!["a.so".to_owned()],
            evidence: KINDS
                .into_iter()
                .take(MOST_EVIDENCE)
                .map(|kind| NativeEvidence {
                    kind,
                    file: "a.so".to_owned(),
                    offset: Some(7),
                    line: None,
                    detail: "x".to_owned(),
                    version: None,
                })
                .collect(),
        }
    }

    #[test]
    fn what_is_kept_comes_back() {
        let contents = Contents {
            components: vec![component()],
            problems: vec![Problem::new("a", "b")],
            ..Contents::default()
        };
        assert_eq!(restore(&bytes(&contents).unwrap()), Some(contents));
        let words: std::collections::BTreeSet<_> = KINDS.iter().map(|it| it.id()).collect();
        assert_eq!(words.len(), KINDS.len());
    }

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
            restore(&bytes);
        }
    }
}
