//! A report about native libraries.

use bartizan_model::{
    ecosystem::{Ecosystem, Package},
    finding::{FindingLink, UnknownFinding, UnknownReason, VulnerabilityFinding},
    inventory::Component,
    native::{
        Confidence, EvidenceKind, Linkage, NativeComponent, NativeEvidence, NativeLibrary, Origin,
    },
    severity::SeverityLevel,
};

use super::{finding, path, quiet, strings};
use crate::report::{NativeFacts, ScanReport};

/// A library in a wheel, the advisory about the wheel that means it, and what is not known of others.
pub(in crate::render) fn natives() -> ScanReport {
    let mut libwebp = finding(
        "CVE-2023-4863",
        "libwebp",
        "1.3.1",
        Some((SeverityLevel::High, 8.8)),
    );
    let generic = Ecosystem::generic();
    libwebp.component = Component {
        native: Some(Box::new(NativeLibrary {
            component: native(),
            names: None,
        })),
        ..Component::new(Package::new(generic, "libwebp"), "1.3.1", "pillow.whl")
    };
    libwebp.fixed = strings(&["1.3.2"]);
    libwebp.paths = vec![path(&[
        "scikit-image 0.21.0",
        "pillow 10.0.0",
        "libwebp 1.3.1",
    ])];
    let mut pillow = finding("PYSEC-2023-175", "pillow", "10.0.0", None);
    let link = |to: &VulnerabilityFinding, is_carried| FindingLink {
        group: to.group.clone(),
        component: format!("{} {}", to.component.package, to.component.version),
        purl: to.component.purl(),
        is_carried,
    };
    pillow.see_also = vec![link(&libwebp, true)];
    libwebp.see_also = vec![link(&pillow, false)];
    let unknown = |subject: &str, reason, message: &str| UnknownFinding {
        subject: subject.to_owned(),
        reason,
        message: message.to_owned(),
        records: vec![],
    };
    ScanReport {
        natives: Some(NativeFacts {
            libraries: 12,
            passed_over: strings(&["image.tar", "uv.lock"]),
        }),
        findings: vec![libwebp, pillow],
        unknown: vec![
            unknown(
                "brotli 1.0.9",
                UnknownReason::LibraryNotCovered,
                "nobody ever spoke of it",
            ),
            unknown(
                "libxcb in pillow 10.0.0",
                UnknownReason::LibraryUnknown,
                "nothing tells its version",
            ),
        ],
        ..quiet()
    }
}

fn native() -> NativeComponent {
    const FILE: &str = "Pillow.libs/libwebp-74f033ac.so.7.1.7";
    NativeComponent {
        name: "libwebp".to_owned(),
        library: Some("libwebp".to_owned()),
        version: Some("1.3.1".to_owned()),
        reason: None,
        purl: None,
        cpe: None,
        confidence: Confidence::High,
        origin: Origin::SelfBuilt,
        linkage: Linkage::Vendored,
        files: strings(&[FILE]),
        evidence: vec![NativeEvidence {
            kind: EvidenceKind::VersionFunction,
            file: FILE.to_owned(),
            offset: Some(4096),
            line: None,
            detail: "WebPGetDecoderVersion returns 0x10301".to_owned(),
            version: Some("1.3.1".to_owned()),
        }],
    }
}
