//! What a report says of each finding in the words of VEX, for the formats that write such documents.
//!
//! Only what somebody stated clears a finding: a VEX statement that nothing contradicts, or an ignore with a
//! justification. An ignore without one, an accepted risk, and everything else is affected, with what to do about it.

use std::collections::BTreeMap;

use bartizan_model::{
    finding::VulnerabilityFinding,
    purl::{Purl, PurlParts},
    vex::{VexJustification, VexStatus},
};

use super::words;
use crate::report::ScanReport;

/// What is said of a vulnerability in some components.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Stance {
    /// The id the vulnerability is shown under.
    pub(super) group: String,
    pub(super) status: VexStatus,
    pub(super) justification: Option<VexJustification>,
    /// The impact, or what to do; never empty where the status asks for it.
    pub(super) note: Option<String>,
    /// Whether it is affected and stays so for now.
    pub(super) is_accepted: bool,
}

/// What a report says, each with the findings it is about, sorted.
pub(super) fn all(report: &ScanReport) -> BTreeMap<Stance, Vec<&VulnerabilityFinding>> {
    let mut all: BTreeMap<Stance, Vec<&VulnerabilityFinding>> = BTreeMap::new();
    for finding in &report.findings {
        all.entry(stance(finding)).or_default().push(finding);
    }
    for findings in all.values_mut() {
        findings.sort_by(|a, b| a.component.cmp(&b.component));
    }
    all
}

fn stance(finding: &VulnerabilityFinding) -> Stance {
    let verdict = finding.vex.as_ref();
    let mut stance = Stance {
        group: finding.group.clone(),
        status: VexStatus::Affected,
        justification: None,
        note: Some(remedy(finding)),
        is_accepted: false,
    };
    if let Some(ignored) = &finding.ignored {
        stance.note = Some(words::ignored(ignored));
        stance.justification = ignored.justification;
        stance.is_accepted = ignored.justification.is_none();
        if ignored.justification.is_some() {
            stance.status = VexStatus::NotAffected;
            stance.note = Some(ignored.reason.clone());
        }
    } else if let Some((verdict, first)) =
        verdict.zip(verdict.and_then(|said| said.statements.first()))
    {
        stance.status = verdict.status;
        if verdict.status != VexStatus::Affected {
            stance.justification = first.justification;
            stance.note.clone_from(&first.note);
        } else if first.note.is_some() {
            stance.note.clone_from(&first.note);
        }
    }
    stance
}

fn remedy(finding: &VulnerabilityFinding) -> String {
    let package = &finding.component.package;
    match finding.fixed.first() {
        Some(version) => match words::release_needed(finding) {
            Some(release) => format!("fixed in {package} {version}; {release}"),
            None => format!("upgrade {package} to {version}"),
        },
        None => format!("no fixed version of {package} is known"),
    }
}

/// The labels of the targets that hold the component, each once.
pub(super) fn targets(finding: &VulnerabilityFinding) -> Vec<&str> {
    let mut targets: Vec<&str> = finding
        .paths
        .iter()
        .map(|path| path.target.as_str())
        .collect();
    targets.sort_unstable();
    targets.dedup();
    targets
}

/// The package URL that stands for a target, of which only a name is known.
pub(super) fn target_purl(label: &str) -> Option<Purl> {
    let parts = PurlParts {
        kind: "generic".to_owned(),
        name: label
            .rsplit(['/', '\\'])
            .find(|part| !part.is_empty())?
            .to_owned(),
        ..PurlParts::default()
    };
    Purl::new(parts).ok()
}

/// A URN that is the same for the same text: a UUID of version 8, which leaves its bits to the maker.
pub(super) fn urn_of(text: &str) -> String {
    let digits = format!(
        "{}{}",
        super::fingerprint::hash(text),
        super::fingerprint::hash(&format!("\0{text}"))
    );
    let part = |from: usize, to: usize| digits.get(from..to).unwrap_or_default();
    format!(
        "urn:uuid:{}-{}-8{}-8{}-{}",
        part(0, 8),
        part(8, 12),
        part(13, 16),
        part(17, 20),
        part(20, 32)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_urn_has_the_form_of_a_uuid() {
        let urn = urn_of("a");
        assert_eq!(urn.len(), "urn:uuid:".len() + 36);
        assert_eq!(urn, urn_of("a"));
        assert_ne!(urn, urn_of("b"));
    }

    #[test]
    fn a_target_is_named_by_the_end_of_its_path() {
        let name = |label| target_purl(label).map(|purl| purl.to_string());
        assert_eq!(name("lab").as_deref(), Some("pkg:generic/lab"));
        assert_eq!(name("/home/x/.venv/").as_deref(), Some("pkg:generic/.venv"));
        assert_eq!(name("/"), None);
    }
}
