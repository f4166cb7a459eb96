//! A short name for a finding that stays the same from run to run and machine to machine.

use bartizan_model::finding::VulnerabilityFinding;

pub(crate) use bartizan_model::fingerprint::hash;

/// Of the group, the component without its version, and the file: an upgrade that does not mend it
/// keeps the same name, so that a reviewer's decision about it holds.
pub(crate) fn of(finding: &VulnerabilityFinding, file: &str) -> String {
    let package = &finding.component.package;
    let parts = [
        finding.group.as_str(),
        package.ecosystem().as_str(),
        package.name(),
        file,
    ];
    hash(&parts.join("\0"))
}
