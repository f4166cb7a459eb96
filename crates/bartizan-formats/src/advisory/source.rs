//! The catalogue of sources: who states advisories, and under which licence.
//!
//! A record belongs to the source that its id was given by, whatever file it came in: OSV's export of
//! one ecosystem mixes several. Adding a source is one line in [`ALL`]; an id with a prefix that is
//! not listed makes a source of its own, named by the prefix, so that no record is lost.

use std::borrow::Cow;

/// Somebody who publishes advisories or facts about them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Source {
    /// A stable word (`pypa`).
    pub id: &'static str,
    /// The name in words.
    pub title: &'static str,
    /// The licence of the data.
    pub licence: &'static str,
    /// What the ids of its records start with, up to the first `-`.
    pub prefixes: &'static [&'static str],
    /// What its records are about.
    pub about: &'static str,
}

/// The schema a record was written in. It tells two publishers of CVE ids apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Schema {
    /// The OSV schema.
    Osv,
    /// The CVE record format, version 5.
    Cve,
}

/// What is said of the licence of a source that the catalogue does not know.
pub const UNKNOWN_LICENCE: &str = "unknown";

/// The CVE list itself; told from [`OSV_CVE`] by the schema of the record.
const CVE: Source = source(
    "cve",
    "CVE List",
    "CVE Program terms of use",
    &["CVE"],
    "CVE records by their numbering authorities",
);

/// CVE ids in the OSV schema: a conversion of the National Vulnerability Database.
const OSV_CVE: Source = source(
    "osv-cve",
    "CVE records converted by OSV",
    "CVE Program terms of use",
    &[],
    "CVE records with commit ranges",
);

/// Every known source.
#[rustfmt::skip]
pub static ALL: &[Source] = &[
    source("pypa", "PyPA Advisory Database", "CC-BY-4.0", &["PYSEC"], "Python packages"),
    source("psf", "Python Software Foundation Advisory Database", "CC-BY-4.0", &["PSF"], "the CPython interpreter"),
    source("ghsa", "GitHub Advisory Database", "CC-BY-4.0", &["GHSA"], "packages of many ecosystems"),
    source("malicious-packages", "OpenSSF Malicious Packages", "Apache-2.0", &["MAL"], "packages published to do harm"),
    source("oss-fuzz", "OSS-Fuzz", "CC-BY-4.0", &["OSV"], "C and C++ libraries under continuous fuzzing"),
    source("julia", "Julia Security Advisories", "CC-BY-4.0", &["JLSEC"], "Julia packages and the native libraries they carry"),
    source("rustsec", "RustSec Advisory Database", "CC0-1.0", &["RUSTSEC"], "Rust crates"),
    source("go", "Go Vulnerability Database", "CC-BY-4.0", &["GO"], "Go modules"),
    source("haskell", "Haskell Security Advisories", "CC0-1.0", &["HSEC"], "Haskell packages"),
    source("r", "RConsortium Advisory Database", "Apache-2.0", &["RSEC"], "R packages"),
    source("bitnami", "Bitnami Vulnerability Database", "Apache-2.0", &["BIT"], "applications packaged by Bitnami"),
    source("almalinux", "AlmaLinux", "MIT", &["ALSA", "ALBA", "ALEA"], "packages of AlmaLinux"),
    source("rocky", "Rocky Linux", "BSD", &["RLSA", "RXSA"], "packages of Rocky Linux"),
    source("ubuntu", "Ubuntu Security Notices", "CC-BY-SA-4.0", &["USN", "UBUNTU", "LSN"], "packages of Ubuntu"),
    source("debian", "Debian Security Tracker", UNKNOWN_LICENCE, &["DEBIAN", "DSA", "DLA", "DTSA"], "packages of Debian"),
    source("alpine", "Alpine SecDB", UNKNOWN_LICENCE, &["ALPINE"], "packages of Alpine Linux"),
    CVE,
    OSV_CVE,
    source("csaf", "CSAF documents about single CVEs", UNKNOWN_LICENCE, &[], "products of whoever published the document"),
    source("epss", "FIRST Exploit Prediction Scoring System", UNKNOWN_LICENCE, &[], "the probability that a CVE is exploited"),
    source("kev", "CISA Known Exploited Vulnerabilities", "CC0-1.0", &[], "CVEs that are known to be exploited"),
];

/// One line of the catalogue.
const fn source(
    id: &'static str,
    title: &'static str,
    licence: &'static str,
    prefixes: &'static [&'static str],
    about: &'static str,
) -> Source {
    Source {
        id,
        title,
        licence,
        prefixes,
        about,
    }
}

/// The source with this id.
pub fn by_id(id: &str) -> Option<&'static Source> {
    ALL.iter().find(|source| source.id == id)
}

/// The id of the source that a record with this id belongs to.
pub fn of_record(id: &str, schema: Schema) -> Cow<'static, str> {
    let prefix = id.split('-').next().unwrap_or(id);
    let is_cve = prefix.eq_ignore_ascii_case("CVE");
    if is_cve && schema == Schema::Osv {
        return Cow::Borrowed(OSV_CVE.id);
    }
    match ALL.iter().find(|source| {
        source
            .prefixes
            .iter()
            .any(|known| known.eq_ignore_ascii_case(prefix))
    }) {
        Some(source) => Cow::Borrowed(source.id),
        None => Cow::Owned(prefix.to_ascii_lowercase()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(id: &str, schema: Schema, source: &str) {
        assert_eq!(of_record(id, schema), source, "{id}");
    }

    #[test]
    fn a_record_belongs_to_the_source_that_gave_its_id() {
        check("PYSEC-2023-175", Schema::Osv, "pypa");
        check("GHSA-j7hp-h8jx-5ppr", Schema::Osv, "ghsa");
        check("psf-2023-1", Schema::Osv, "psf");
        check("OSV-2021-823", Schema::Osv, "oss-fuzz");
        check("MAL-2024-1", Schema::Osv, "malicious-packages");
        check("UBUNTU-CVE-2024-1", Schema::Osv, "ubuntu");
    }

    #[test]
    fn a_cve_belongs_to_whoever_wrote_the_record() {
        check("CVE-2023-4863", Schema::Cve, "cve");
        check("CVE-2023-4863", Schema::Osv, "osv-cve");
    }

    #[test]
    fn an_unknown_prefix_is_a_source_of_its_own() {
        check("HOUSE-2024-1", Schema::Osv, "house");
        check("plain", Schema::Osv, "plain");
    }

    #[test]
    fn ids_and_prefixes_are_unique() {
        let mut ids: Vec<&str> = ALL.iter().map(|source| source.id).collect();
        ids.extend(ALL.iter().flat_map(|source| source.prefixes));
        let all = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), all);
    }
}
