//! Every measure that an assessment takes, and how the figures of projects become those of a group of them.

mod access;
mod bills;
mod people;
mod review;

use bartizan_model::assessment::{Direction, Figure, Measure};
use bartizan_vulnerability::measures as vulnerability;

pub use self::access::{
    SECOND_FACTOR, SECOND_FACTOR_REQUIRED, SECOND_FACTORS, STALE_GRANTS, STALE_GRANTS_AT_FIRST,
};
pub use self::bills::{
    DECLARED_COMPONENTS, RELEASE_SBOMS, RELEASES_WITH_SBOM, RELEASES_WITH_TRUE_SBOM,
    RELEASES_WITH_VALID_SBOM, SOUND_SBOM_LATEST,
};
pub use self::people::{
    BRING_WORK_IN, KEEP_SEVERAL, ONE_HAND, REST_ON_FEW, REVIEWS_OF_EACH, STRUCTURAL_RISK,
    TRUCK_FACTOR,
};
pub use self::review::{LINES_TO_READ, PULLS_WITH_ALARMS};

/// How the figures of projects become that of a cohort or of the ecosystem.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gathering {
    /// Values, wholes and parts add up.
    Sum,
    /// The mean of the values; the part of each project is a share.
    Mean,
}

/// Releases by whether they are attested.
pub static ATTESTED_RELEASES: Measure = Measure {
    id: "attested-releases",
    title: "Releases with attestations",
    unit: "releases",
    direction: Direction::Up,
    method: "Releases on the package index whose files all have attestations (PEP 740), out of those of which the index says it \
             and that were uploaded since attestations exist (14 November 2024). The parts are classes: all files, some, none, \
             before attestations, not served by the index. The attestations are not verified here. Of a group of projects it \
             is the sum.",
};

/// Whether the latest release is attested.
pub static ATTESTED_LATEST: Measure = Measure {
    id: "attested-latest-release",
    title: "Projects whose latest release has attestations",
    unit: "projects",
    direction: Direction::Up,
    method: "1 for a project all of whose packages have attestations (PEP 740) for every file of their latest release, 0 \
             otherwise; not measured where the index does not say it. The attestations are not verified here. Of a group of \
             projects it is their number, out of those for which it was measured.",
};

/// Files by what is known of their attestations. A figure for each quarter of their upload as well: `file-attestations:2025-q1`.
pub static FILE_ATTESTATIONS: Measure = Measure {
    id: "file-attestations",
    title: "Files by what is known of their attestations",
    unit: "files",
    direction: Direction::Neutral,
    method: "Every file of every release since attestations exist (14 November 2024), up to the bounds of a look. The parts are \
             classes: verified and pinned; verified by whomever; signed by somebody else than expected; present but unverified; \
             attested before and not any more; no attestation; and those that blame nobody: before attestations, host cannot \
             attest, not served here, not looked at yet. What was verified once of bytes with a digest stays verified. Of a \
             group of projects it is the sum. There is a figure for each quarter in which files were uploaded.",
};

/// Releases by what is known of their attestations, by quarter too.
pub static RELEASE_ATTESTATIONS: Measure = Measure {
    id: "release-attestations",
    title: "Releases by what is known of their attestations",
    unit: "releases",
    direction: Direction::Neutral,
    method: "Every release since attestations exist (14 November 2024), by the class that all of its files reach; a release with \
             a file that is wrong is of that file's class, and one with files without attestations beside others is one with \
             some files only. What is known of a release in part is not known. Of a group of projects it is the sum. There is a \
             figure for each quarter in which releases were uploaded.",
};

/// Files that are verified and pinned.
pub static PINNED_FILES: Measure = Measure {
    id: "pinned-files",
    title: "Files that are verified and pinned",
    unit: "files",
    direction: Direction::Up,
    method: "Files of releases since attestations exist whose attestation was verified in every step, and whose signer is who \
             the lock of identities names, or a build of a repository of the profile; out of the files that the index says \
             something about and whose host can attest. What an index says of an attestation or of a publisher counts nothing. \
             Of a group of projects it is the sum.",
};

/// Releases that are verified and pinned.
pub static PINNED_RELEASES: Measure = Measure {
    id: "pinned-releases",
    title: "Releases that are verified and pinned",
    unit: "releases",
    direction: Direction::Up,
    method: "Releases since attestations exist of which every file is verified in every step and signed by who should sign it, \
             out of the releases that the index says something about and whose host can attest. Of a group of projects it is \
             the sum.",
};

/// Projects that sign: whose latest release is verified and pinned.
pub static PINNED_LATEST: Measure = Measure {
    id: "pinned-latest-release",
    title: "Projects whose latest release is verified and pinned",
    unit: "projects",
    direction: Direction::Up,
    method: "1 for a project of all of whose packages every file of the latest release is verified in every step and signed by \
             who the lock of identities names, or by a build of a repository of the profile; 0 where a file is known not to be. \
             Not measured where nothing decides: the index serves no provenance, or nobody has looked yet. What the index \
             merely lists counts nothing. Of a group of projects it is their number, out of those for which it was measured.",
};

/// Wheels that carry a bill of materials.
pub static WHEELS_WITH_SBOM: Measure = Measure {
    id: "wheels-with-sbom",
    title: "Wheels that carry a bill of materials",
    unit: "files",
    direction: Direction::Up,
    method: "Wheels of releases since November 2024 in whose directory something lies below `.dist-info/sboms/` (PEP 770), out of \
             the wheels whose directory was looked into. What the bill says is not looked at here, nor whether a wheel would \
             need one. Of a group of projects it is the sum.",
};

/// The age of the latest release.
pub static DAYS_SINCE_RELEASE: Measure = Measure {
    id: "days-since-release",
    title: "Days since the latest release",
    unit: "days",
    direction: Direction::Neutral,
    method: "Days from the upload of the first file of the latest final release of the leading package to the day of the \
             assessment. Of a group of projects it is the mean. A quiet project is not a bad one.",
};

/// Tags that are signed.
pub static SIGNED_TAGS: Measure = Measure {
    id: "signed-tags",
    title: "Signed tags",
    unit: "tags",
    direction: Direction::Up,
    method: "Tags of the leading repository that name a version, made within the two years before the newest commit that is \
             known, in which a signature stands, out of all such tags. The signatures are not verified here. Of a group of \
             projects it is the sum.",
};

/// Releases that no tag names.
pub static UNTAGGED_RELEASES: Measure = Measure {
    id: "untagged-releases",
    title: "Releases without a tag",
    unit: "releases",
    direction: Direction::Down,
    method: "Final releases of the leading package, uploaded within the two years before the newest commit that is known, \
             whose version no tag of the leading repository names, out of all such releases. Of a group of projects it is \
             the sum.",
};

/// Tags that no release follows.
pub static UNRELEASED_TAGS: Measure = Measure {
    id: "unreleased-tags",
    title: "Tags without a release",
    unit: "tags",
    direction: Direction::Neutral,
    method: "Tags of the leading repository that name a final version, made within the two years before the newest commit that \
             is known, of which the package index has no release, out of all such tags. Of a group of projects it is the sum.",
};

/// Endorsements of a standard. A figure for each standard: `standard-endorsed:spec-8`.
pub static STANDARD_ENDORSED: Measure = Measure {
    id: "standard-endorsed",
    title: "Projects that endorse a standard",
    unit: "projects",
    direction: Direction::Up,
    method: "1 for a project that the front matter of the standard's page names under `endorsed-by`, 0 for another. To endorse \
             is what the project's people state; whether it is adopted is another question, which only checks of the \
             repository answer. Of a group of projects it is their number out of all. There is a figure for each standard that \
             is no draft.",
};

/// Declarations of a standard by a badge. A figure for each standard: `standard-declared:spec-8`.
pub static STANDARD_DECLARED: Measure = Measure {
    id: "standard-declared",
    title: "Projects that declare a standard by a badge",
    unit: "projects",
    direction: Direction::Up,
    method: "1 for a project whose README in the leading repository shows the badge of the standard, 0 for one whose README \
             shows none. A project whose README could not be read has no figure. A badge is what the project says of \
             itself; nothing is measured by it. Of a group of projects it is their number out of those that were read.",
};

/// Adoption of a standard as measured. A figure for each standard: `standard-adopted:spec-8`.
pub static STANDARD_ADOPTED: Measure = Measure {
    id: "standard-adopted",
    title: "Projects that were measured to meet a standard",
    unit: "projects",
    direction: Direction::Up,
    method: "1 for a project of which every check of the standard's requirements holds or does not apply, and at least one \
             holds; 0 for one of which some check fails. Where nothing fails and something could not be looked at, there is \
             no figure: it is not known. Checks read the repositories at the commit that stands with the evidence. Releases \
             that are made from another repository of the profile are judged there. Of a group of projects it is the \
             number that meet it out of those of which it is known.",
};

/// Requirements of a standard that hold. A figure for each standard: `standard-requirements:spec-8`.
pub static STANDARD_REQUIREMENTS: Measure = Measure {
    id: "standard-requirements",
    title: "Requirements of a standard that hold",
    unit: "requirements",
    direction: Direction::Up,
    method: "How many checks of the standard's requirements hold, out of those that apply to the project. The parts are what \
             holds, what is to mend and what is unknown, which is never counted as holding. What a checkout cannot show is \
             unknown until somebody attests it or the host is asked. Of a group of projects it is the sum.",
};

static OWN: &[(&Measure, Gathering)] = &[
    (&ATTESTED_LATEST, Gathering::Sum),
    (&ATTESTED_RELEASES, Gathering::Sum),
    (&PINNED_LATEST, Gathering::Sum),
    (&PINNED_RELEASES, Gathering::Sum),
    (&PINNED_FILES, Gathering::Sum),
    (&RELEASE_ATTESTATIONS, Gathering::Sum),
    (&FILE_ATTESTATIONS, Gathering::Sum),
    (&WHEELS_WITH_SBOM, Gathering::Sum),
    (&SOUND_SBOM_LATEST, Gathering::Sum),
    (&RELEASES_WITH_SBOM, Gathering::Sum),
    (&RELEASES_WITH_VALID_SBOM, Gathering::Sum),
    (&RELEASES_WITH_TRUE_SBOM, Gathering::Sum),
    (&RELEASE_SBOMS, Gathering::Sum),
    (&DECLARED_COMPONENTS, Gathering::Sum),
    (&SIGNED_TAGS, Gathering::Sum),
    (&UNTAGGED_RELEASES, Gathering::Sum),
    (&UNRELEASED_TAGS, Gathering::Sum),
    (&DAYS_SINCE_RELEASE, Gathering::Mean),
    (&STANDARD_ENDORSED, Gathering::Sum),
    (&STANDARD_DECLARED, Gathering::Sum),
    (&STANDARD_ADOPTED, Gathering::Sum),
    (&STANDARD_REQUIREMENTS, Gathering::Sum),
    (&STRUCTURAL_RISK, Gathering::Sum),
    (&TRUCK_FACTOR, Gathering::Mean),
    (&BRING_WORK_IN, Gathering::Mean),
    (&ONE_HAND, Gathering::Mean),
    (&REVIEWS_OF_EACH, Gathering::Mean),
    (&KEEP_SEVERAL, Gathering::Sum),
    (&REST_ON_FEW, Gathering::Sum),
    (&LINES_TO_READ, Gathering::Sum),
    (&PULLS_WITH_ALARMS, Gathering::Sum),
    (&STALE_GRANTS, Gathering::Sum),
    (&STALE_GRANTS_AT_FIRST, Gathering::Sum),
    (&SECOND_FACTORS, Gathering::Sum),
    (&SECOND_FACTOR, Gathering::Sum),
    (&SECOND_FACTOR_REQUIRED, Gathering::Sum),
];

/// Every measure of every capability, in the order in which they are explained.
pub fn all() -> impl Iterator<Item = &'static Measure> {
    let own = OWN.iter().map(|(measure, _)| *measure);
    vulnerability::ALL.iter().copied().chain(own)
}

/// The measure of an id, with or without the part that a figure is about (`standard-endorsed:spec-8`).
pub fn find(id: &str) -> Option<&'static Measure> {
    let id = id.split(':').next().unwrap_or(id);
    all().find(|measure| measure.id == id)
}

/// How the figures of a measure are gathered.
pub fn gathering(id: &str) -> Gathering {
    let id = id.split(':').next().unwrap_or(id);
    let own = OWN.iter().find(|(measure, _)| measure.id == id);
    match own {
        Some((_, gathering)) => *gathering,
        None if id == vulnerability::CHAIN_RISK.id => Gathering::Mean,
        None => Gathering::Sum,
    }
}

/// A figure of a measure, without parts or evidence yet.
pub(crate) fn figure(measure: &Measure, value: f64) -> Figure {
    Figure {
        measure: measure.id.to_owned(),
        value,
        whole: None,
        shares: Vec::new(),
        evidence: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_measure_has_an_id_of_its_own_and_says_how_it_is_computed() {
        let mut ids: Vec<&str> = all().map(|measure| measure.id).collect();
        let count = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), count);
        assert!(all().all(|measure| measure.method.len() > 100 && !measure.id.contains(':')));
        assert_eq!(
            find("standard-endorsed:spec-8").unwrap().id,
            "standard-endorsed"
        );
        assert!(find("nothing").is_none());
    }
}
