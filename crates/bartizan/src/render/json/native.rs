//! What JSON says of native libraries.

use bartizan_model::{
    finding::{FindingLink, UnknownReason, VulnerabilityFinding},
    native::NativeEvidence,
};
use serde::Serialize;

use crate::report::ScanReport;

/// The native libraries of everything that was looked at, in numbers.
#[derive(Serialize)]
pub(super) struct LibrariesJson<'a> {
    looked_up: usize,
    not_covered: usize,
    unknown: usize,
    not_looked_at: &'a [String],
}

/// What there is to know of a component because it is native code.
#[derive(Serialize)]
pub(super) struct NativeJson<'a> {
    carriers: Vec<&'a str>,
    confidence: &'a str,
    origin: &'a str,
    linkage: &'a str,
    files: &'a [String],
    evidence: Vec<EvidenceJson<'a>>,
}

#[derive(Serialize)]
struct EvidenceJson<'a> {
    kind: &'a str,
    file: &'a str,
    offset: Option<u64>,
    detail: &'a str,
}

/// A finding about the same vulnerability, one step up or down.
#[derive(Serialize)]
pub(super) struct LinkJson<'a> {
    group: &'a str,
    component: &'a str,
    purl: String,
    carried: bool,
}

impl<'a> LibrariesJson<'a> {
    pub(super) fn of(report: &'a ScanReport) -> Option<Self> {
        let natives = report.natives.as_ref()?;
        Some(Self {
            looked_up: natives.libraries,
            not_covered: report.unknown_for(UnknownReason::LibraryNotCovered),
            unknown: report.unknown_for(UnknownReason::LibraryUnknown),
            not_looked_at: &natives.passed_over,
        })
    }
}

impl<'a> NativeJson<'a> {
    pub(super) fn of(finding: &'a VulnerabilityFinding) -> Option<Self> {
        let native = &finding.component.native.as_ref()?.component;
        let evidence = |evidence: &'a NativeEvidence| EvidenceJson {
            kind: evidence.kind.id(),
            file: &evidence.file,
            offset: evidence.offset,
            detail: &evidence.detail,
        };
        Some(Self {
            carriers: finding.carriers(),
            confidence: native.confidence.id(),
            origin: native.origin.id(),
            linkage: native.linkage.id(),
            files: &native.files,
            evidence: native.evidence.iter().map(evidence).collect(),
        })
    }
}

impl<'a> LinkJson<'a> {
    pub(super) fn of(link: &'a FindingLink) -> Self {
        Self {
            group: &link.group,
            component: &link.component,
            purl: link.purl.to_string(),
            carried: link.is_carried,
        }
    }
}
