//! Words that the OSV schema knows: facts of its version 1.7, as of mid-2026.

use bartizan_model::Timestamp;

/// Types of references.
pub(super) const REFERENCES: &[&str] = &[
    "ADVISORY",
    "ARTICLE",
    "DETECTION",
    "DISCUSSION",
    "REPORT",
    "FIX",
    "INTRODUCED",
    "GIT",
    "PACKAGE",
    "EVIDENCE",
    "WEB",
];

/// Types of credits.
pub(super) const CREDITS: &[&str] = &[
    "FINDER",
    "REPORTER",
    "ANALYST",
    "COORDINATOR",
    "REMEDIATION_DEVELOPER",
    "REMEDIATION_REVIEWER",
    "REMEDIATION_VERIFIER",
    "TOOL",
    "SPONSOR",
    "OTHER",
];

/// Families of ecosystems.
const ECOSYSTEMS: &[&str] = &[
    "AlmaLinux",
    "Alpaquita",
    "Alpine",
    "Android",
    "Azure Linux",
    "BellSoft Hardened Containers",
    "Bioconductor",
    "Bitnami",
    "CRAN",
    "Chainguard",
    "CleanStart",
    "ConanCenter",
    "Debian",
    "Docker Hardened Images",
    "Echo",
    "FreeBSD",
    "GHC",
    "GIT",
    "GitHub Actions",
    "Go",
    "Hackage",
    "Hex",
    "Julia",
    "Kubernetes",
    "Linux",
    "Mageia",
    "Maven",
    "MinimOS",
    "NuGet",
    "OSS-Fuzz",
    "Packagist",
    "Photon OS",
    "Pub",
    "PyPI",
    "Red Hat",
    "Rocky Linux",
    "Root",
    "RubyGems",
    "SUSE",
    "SwiftURL",
    "TuxCare",
    "Ubuntu",
    "VSCode",
    "Wolfi",
    "crates.io",
    "npm",
    "opam",
    "openEuler",
    "openSUSE",
];

/// What ids of registered databases start with. A private one may start with `x_`.
const PREFIXES: &[&str] = &[
    "x_",
    "ASB-A-",
    "PUB-A-",
    "ALPINE-",
    "ALSA-",
    "ALBA-",
    "ALEA-",
    "AZL-",
    "BELL-",
    "BIT-",
    "CGA-",
    "CLEANSTART-",
    "CLSA-",
    "CURL-",
    "CVE-",
    "DEBIAN-",
    "DHI-",
    "DRUPAL-",
    "DSA-",
    "DLA-",
    "ELA-",
    "DTSA-",
    "ECHO-",
    "EEF-",
    "FreeBSD-",
    "GHSA-",
    "GO-",
    "GSD-",
    "HSEC-",
    "JLSEC-",
    "KUBE-",
    "LBSEC-",
    "LSN-",
    "MAL-",
    "MINI-",
    "MGASA-",
    "OESA-",
    "OSEC-",
    "OSV-",
    "openSUSE-SU-",
    "PHSA-",
    "PSF-",
    "PYSEC-",
    "RHBA-",
    "RHEA-",
    "RHSA-",
    "RLSA-",
    "RXSA-",
    "RSEC-",
    "ROOT-",
    "RUSTSEC-",
    "SUSE-SU-",
    "SUSE-RU-",
    "SUSE-FU-",
    "SUSE-OU-",
    "UBUNTU-",
    "USN-",
    "V8-",
];

/// Whether an id has the prefix of a registered database.
pub(super) fn known_prefix(id: &str) -> bool {
    PREFIXES.iter().any(|prefix| id.starts_with(prefix))
}

/// Whether an ecosystem, with or without a suffix, is one that the schema knows.
pub(super) fn known_ecosystem(name: &str) -> bool {
    match name.split_once(':') {
        Some((family, suffix)) => !suffix.is_empty() && ECOSYSTEMS.contains(&family),
        None => ECOSYSTEMS.contains(&name),
    }
}

/// A time as the schema wants it: RFC 3339 in UTC, with a `Z` and no other offset.
pub(super) fn time(text: &str) -> Option<Timestamp> {
    let digits = text.strip_suffix('Z')?;
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let shape: String = whole
        .chars()
        .map(|character| {
            if character.is_ascii_digit() {
                '0'
            } else {
                character
            }
        })
        .collect();
    let is_fraction = !fraction.is_empty() && fraction.bytes().all(|byte| byte.is_ascii_digit());
    if shape != "0000-00-00T00:00:00" || !is_fraction {
        return None;
    }
    text.parse().ok()
}

/// Whether a text is an absolute URI, as far as it matters here: a scheme, something after it, no white space.
pub(super) fn is_uri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else {
        return false;
    };
    let is_scheme = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    let is_plain = |c: char| {
        c.is_ascii_graphic() && !matches!(c, '"' | '<' | '>' | '\\' | '^' | '`' | '{' | '|' | '}')
    };
    is_scheme && !rest.is_empty() && rest.chars().all(is_plain)
}

/// Whether an id is `PREFIX-YEAR-N`, as a feed of Bartizan gives them out.
pub fn is_feed_id(id: &str, prefix: &str) -> bool {
    number_of(id, prefix).is_some()
}

/// Year and number of an id `PREFIX-YEAR-N`.
pub fn number_of(id: &str, prefix: &str) -> Option<(u16, u64)> {
    let (year, number) = id
        .strip_prefix(prefix)?
        .strip_prefix('-')?
        .split_once('-')?;
    let is_number =
        |text: &str| !text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit());
    if year.len() != 4 || number.len() > 12 || !is_number(year) || !is_number(number) {
        return None;
    }
    Some((year.parse().ok()?, number.parse().ok()?))
}
