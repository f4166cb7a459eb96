//! A short name for a finding that stays the same from run to run and machine to machine.

use bartizan_model::finding::VulnerabilityFinding;

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

/// Sixteen digits that stand for a text.
pub(crate) fn hash(text: &str) -> String {
    format!("{:016x}", fnv1a(text))
}

/// The 64-bit FNV-1a hash: not against an adversary, but the same everywhere and for ever.
fn fnv1a(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::fnv1a;

    #[test]
    fn the_hash_is_the_published_one() {
        assert_eq!(fnv1a(""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fnv1a("a"), 0xaf63_dc4c_8601_ec8c);
    }
}
