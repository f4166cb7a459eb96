//! What is counted of bills of materials of releases.

use bartizan_model::assessment::{Direction, Measure};

/// Releases by how their bills of materials stand, by quarter too.
pub static RELEASE_SBOMS: Measure = Measure {
    id: "release-sboms",
    title: "Releases by how their bills of materials stand",
    unit: "releases",
    direction: Direction::Neutral,
    method: "Every release since November 2024 by what one wheel of it shows: the one that would be installed on the platform of \
             the assessment, or one that lies at hand. The parts are standings: there, valid and true; true, and nobody knows \
             whether it is valid; not true; not valid; there and not compared; none, though others' code is there; and those \
             that blame nobody: none and not looked into, none needed, not looked at yet. Valid is what the official schema \
             says, and not known where none is at hand; true is that the bills and the files agree in both ways. Of a group of \
             projects it is the sum. There is a figure for each quarter in which releases were uploaded.",
};

/// Releases of which every wheel that was looked into carries a bill.
pub static RELEASES_WITH_SBOM: Measure = Measure {
    id: "releases-with-sbom",
    title: "Releases whose wheels carry a bill of materials",
    unit: "releases",
    direction: Direction::Up,
    method: "Releases since November 2024 of which every wheel whose directory was looked into has something below \
             `.dist-info/sboms/` (PEP 770), out of the releases of which some wheel was looked into. Whether a wheel needs a \
             bill is not asked here. Of a group of projects it is the sum.",
};

/// Releases whose bills are valid.
pub static RELEASES_WITH_VALID_SBOM: Measure = Measure {
    id: "releases-with-valid-sbom",
    title: "Releases whose bills of materials are valid",
    unit: "releases",
    direction: Direction::Up,
    method: "Releases since November 2024 of whose wheel every bill can be read and is valid by the official schema of its \
             format and version, formats and references included, out of the releases of which that is known. Where no schema \
             is at hand a bill counts nowhere. Of a group of projects it is the sum.",
};

/// Releases whose bills are true.
pub static RELEASES_WITH_TRUE_SBOM: Measure = Measure {
    id: "releases-with-true-sbom",
    title: "Releases whose bills of materials are true",
    unit: "releases",
    direction: Direction::Up,
    method: "Releases since November 2024 whose wheel carries bills that name every library and copied Python package that its \
             files show, none that they would show and do not, and each in a version that they agree with, out of the releases \
             whose wheel carries bills and was compared with them. A package URL that is missing is no lie. Of a group of \
             projects it is the sum.",
};

/// Projects whose latest release has a valid and true bill.
pub static SOUND_SBOM_LATEST: Measure = Measure {
    id: "sound-sbom-latest-release",
    title: "Projects whose latest release carries a valid and true bill of materials",
    unit: "projects",
    direction: Direction::Up,
    method: "1 for a project whose packages' latest wheels all carry bills that are valid by the official schemas and true, or \
             need none, and at least one carries them; 0 where one carries others' code without a bill, or a bill that is not \
             valid or not true. Not measured where nobody could look, where no schema is at hand that would decide, and where \
             no wheel needs a bill. Of a group of projects it is their number, out of those for which it was measured.",
};

/// Native components that bills declare. A figure for each quarter as well: `declared-components:2025-q1`.
pub static DECLARED_COMPONENTS: Measure = Measure {
    id: "declared-components",
    title: "Native components that bills of materials declare",
    unit: "components",
    direction: Direction::Up,
    method: "Native libraries and crates that the files of the latest release's wheel show and that a bill in the wheel \
             declares, out of all that the files show. Copied Python packages are not counted. Of a package without a wheel \
             that was looked into nothing is counted. There is a figure for each quarter in which releases were uploaded, over \
             the wheel of each release that was looked into. Of a group of projects it is the sum.",
};
