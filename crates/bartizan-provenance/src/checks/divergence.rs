//! What a comparison with the source, or with another build, may find.

use bartizan_model::{check::Explanation, severity::SeverityLevel};

use super::Check;

/// Two builds differ.
pub static DIFFERING_BUILD: Check = Check {
    id: "differing-build",
    title: "two builds of one thing differ in more than times and order",
    severity: SeverityLevel::Medium,
    explanation: Explanation {
        what: "The artifact and the one that `--against` names hold other files, after times, order, packing, `RECORD`, the name of the tool and the order of fields were taken away.",
        why: "A build that can be repeated can be checked by anybody. One that cannot may hold something that its source does not.",
        failing: "Two wheels of one version with another `lab/core.py`.",
        passing: "Two wheels that differ in the times of their files alone.",
        remedy: "Look at the files that are named. Build twice with the same tools and `SOURCE_DATE_EPOCH` to see what the build itself changes.",
    },
};

/// The commit is not known.
pub static MISSING_SOURCE_COMMIT: Check = Check {
    id: "missing-source-commit",
    title: "nobody can say of which commit an artifact was made",
    severity: SeverityLevel::Medium,
    explanation: Explanation {
        what: "`--checkout` was given, and neither a verified attestation nor a tag of the version names a commit that the clone has.",
        why: "A release without a tag cannot be held against the history that people reviewed.",
        failing: "`lab-1.0.tar.gz` and a clone without a tag of 1.0.",
        passing: "A clone with the tag `v1.0`, `1.0` or `lab-1.0`.",
        remedy: "Fetch the tags of the clone, or name the commit by `--commit`. If there is none, ask the project to tag its releases.",
    },
};

/// The attestation and the tag disagree.
pub static MOVED_TAG: Check = Check {
    id: "moved-tag",
    title: "the tag of a version names another commit than the one that was built",
    severity: SeverityLevel::High,
    explanation: Explanation {
        what: "The verified attestation says which commit the artifact was built of, and the tag of its version in the clone names another.",
        why: "Somebody moved the tag, or built something else than what was tagged. Whoever reviews the tag does not review what is installed.",
        failing: "Built of `1f3a…`, and `v1.0` names `9c2e…`.",
        passing: "Both are the same commit.",
        remedy: "Fetch the tags again. If they still differ, ask the project, and compare the two commits.",
    },
};

/// It was not compared.
pub static UNCOMPARED_FILE: Check = Check {
    id: "uncompared-file",
    title: "a file could not be compared with its source",
    severity: SeverityLevel::Medium,
    explanation: Explanation {
        what: "A tool makes the file of others and nothing was run, or what it would be compared with is not at hand: a content that a partial clone lacks, a submodule, what autotools ship. Machine code of wheels is listed and is no finding.",
        why: "The back door of xz was in a file that everybody takes for generated. What was not compared is not clean.",
        failing: "`configure` in a source distribution, and only `configure.ac` in the commit.",
        passing: "A source distribution of the files of its commit.",
        remedy: "Give what is missing: a whole clone, its submodules, `--toolchain` with the files of autotools. What a tool makes can be made again and compared by `--against`.",
    },
};

/// A binary nobody can explain.
pub static UNEXPLAINED_BINARY: Check = Check {
    id: "unexplained-binary",
    title: "a binary file is not in the source, or not so",
    severity: SeverityLevel::High,
    explanation: Explanation {
        what: "A file that is no text and no picture is in the artifact, and the source has none or another.",
        why: "Nobody reads such a file in a review. The payload of the back door of xz lay among the files of its tests.",
        failing: "`tests/files/bad-3.xz`, which the commit does not have.",
        passing: "The file of the commit, byte for byte.",
        remedy: "Ask the project where it comes from. Do not run its tests or its build before that.",
    },
};

/// A build script nobody can explain.
pub static UNEXPLAINED_BUILD_SCRIPT: Check = Check {
    id: "unexplained-build-script",
    title: "what builds an artifact is not in the source, or not so",
    severity: SeverityLevel::High,
    explanation: Explanation {
        what: "A file that runs or steers the build is in the artifact, and the source has none or another: `setup.py`, a macro of autoconf, a project file. So are requirements that the source does not state.",
        why: "It runs on the machine of everybody who builds. The back door of xz was let in by a macro that only the archive had.",
        failing: "`m4/build-to-host.m4` with lines that no version of gettext has.",
        passing: "The macro as gettext ships it.",
        remedy: "Do not build it. Look at the lines that are named, and ask the project.",
    },
};

/// Code nobody can explain.
pub static UNEXPLAINED_CODE: Check = Check {
    id: "unexplained-code",
    title: "code is not in the source, or not so",
    severity: SeverityLevel::High,
    explanation: Explanation {
        what: "A module, a source file, a library, a script or an entry point is in the artifact, and the source has none or another, and no rule of the build backend explains it.",
        why: "It is what runs, and nobody reviewed it. A valid signature says who built it and not that it is in the repository.",
        failing: "`lab/core.py` of the wheel has a line that the source distribution does not have.",
        passing: "Every module is that of the source; `lab/_version.py` holds a version and does nothing.",
        remedy: "Do not install it. Compare the file with that of the source, and ask the project.",
    },
};

/// Data nobody can explain.
pub static UNEXPLAINED_DATA: Check = Check {
    id: "unexplained-data",
    title: "a text or a picture is not in the source, or not so",
    severity: SeverityLevel::Medium,
    explanation: Explanation {
        what: "A file that does not run is in the artifact, and the source has none or another.",
        why: "Mostly it was left over on the machine that built it. Data can steer a program all the same.",
        failing: "`lab/data/model.json`, which the source does not have.",
        passing: "The file of the source.",
        remedy: "Ask the project to build in a clean checkout.",
    },
};

/// Metadata nobody can explain.
pub static UNEXPLAINED_METADATA: Check = Check {
    id: "unexplained-metadata",
    title: "metadata say something else than the source",
    severity: SeverityLevel::Low,
    explanation: Explanation {
        what: "A field of the metadata, or a file beside them, is not what the source states, or a file may be run that may not in the source.",
        why: "Indexes and tools believe the metadata.",
        failing: "`METADATA` names another licence than `PKG-INFO`.",
        passing: "The same fields in both.",
        remedy: "Look at the fields that are named.",
    },
};
