//! What `verify` may find, with the explanations that users read.

mod divergence;

use bartizan_model::{check::Explanation, severity::SeverityLevel};

pub use self::divergence::{
    DIFFERING_BUILD, MISSING_SOURCE_COMMIT, MOVED_TAG, UNCOMPARED_FILE, UNEXPLAINED_BINARY,
    UNEXPLAINED_BUILD_SCRIPT, UNEXPLAINED_CODE, UNEXPLAINED_DATA, UNEXPLAINED_METADATA,
};

/// Something that `verify` may find.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Check {
    /// The stable id.
    pub id: &'static str,
    /// One line that says what is wrong.
    pub title: &'static str,
    /// How much it matters.
    pub severity: SeverityLevel,
    /// What a user needs to understand and mend it.
    pub explanation: Explanation,
}

/// Evidence that is there and does not hold.
pub static INVALID_ATTESTATION: Check = Check {
    id: "invalid-attestation",
    title: "an attestation is there and does not hold",
    severity: SeverityLevel::High,
    explanation: Explanation {
        what: "A step of the verification failed: the report names it with a code. The artifact, its name, the attestation or its log entry is not what was signed.",
        why: "Whoever swaps a file rarely can sign it. Evidence that does not hold is worse than none.",
        failing: "`numpy-2.4.6.tar.gz` beside the provenance of `numpy-2.4.5.tar.gz`.",
        passing: "The file with the provenance that the index serves of it.",
        remedy: "Do not install it. Get file and provenance again; if it stays, tell the project.",
    },
};

/// An exception of the policy lets nothing through any more.
pub static EXPIRED_EXCEPTION: Check = Check {
    id: "expired-exception",
    title: "an exception of the policy has ended",
    severity: SeverityLevel::Medium,
    explanation: Explanation {
        what: "The last day of an `[[exception]]` is over. It lets nothing through; what it let through is a finding again.",
        why: "Somebody said until when the fault may stay, and that day has come.",
        failing: "`expires = 2025-01-01`, in 2026.",
        passing: "An exception whose last day is to come, or none.",
        remedy: "Look whether the project has mended it. Delete the exception, or write another end with a reason.",
    },
};

/// Nothing says where an artifact comes from.
pub static MISSING_ATTESTATION: Check = Check {
    id: "missing-attestation",
    title: "nothing says who built an artifact",
    severity: SeverityLevel::Medium,
    explanation: Explanation {
        what: "No attestation was found where it was looked for: beside the file, in the files that were named, and on the index where that was asked. It is high where `--require` asks for one.",
        why: "Without one, a release made with a stolen password looks like any other. An index that serves no provenance is told apart from one that says there is none.",
        failing: "A wheel without anything beside it, on an index that says `null`.",
        passing: "The wheel with its `.provenance` or `.sigstore.json` beside it, or on an index that serves it.",
        remedy: "Ask the project to publish with attestations (SPEC 8); name the evidence by `--provenance`, or ask the index by `--index`.",
    },
};

/// Verified, and nobody knows whether the signer is who it should be.
pub static UNPINNED_PUBLISHER: Check = Check {
    id: "unpinned-publisher",
    title: "an artifact is verified, and nobody said who should have signed it",
    severity: SeverityLevel::Low,
    explanation: Explanation {
        what: "The attestation holds, by a signer that neither the command line nor the lock of identities nor the ecosystem's profile names. It is high where `--require pinned` asks for it.",
        why: "Anybody can sign anything with an identity of their own. What an index says of the publisher is unsigned.",
        failing: "`bartizan verify lab-1.0.tar.gz` of a project that was never pinned.",
        passing: "The same after `bartizan verify --pin lab-1.0.tar.gz`, or with `--repository lab/lab`.",
        remedy: "Look at the signer that the report names, and pin it with `--pin`.",
    },
};

/// Verified, by somebody else.
pub static UNEXPECTED_PUBLISHER: Check = Check {
    id: "unexpected-publisher",
    title: "an artifact is signed by somebody else than expected",
    severity: SeverityLevel::High,
    explanation: Explanation {
        what: "The attestation holds, and the signer differs from who the command line, the lock of identities or the ecosystem's profile names, in issuer, repository, its number, workflow, environment or reference.",
        why: "A project that moves has such a change once. So has one that was taken over: the number of the repository tells an old name in new hands.",
        failing: "A release signed by a workflow of another repository than all before.",
        passing: "A release signed by the workflow that is pinned.",
        remedy: "Ask the project whether it moved. If so, delete its entry from the lock of identities, look at the new signer and pin it.",
    },
};

/// A release without attestations after releases that had them.
pub static LAPSED_ATTESTATION: Check = Check {
    id: "lapsed-attestation",
    title: "a release has no attestations after earlier ones had them",
    severity: SeverityLevel::Medium,
    explanation: Explanation {
        what: "The index says of files of this release that there is no attestation, and an earlier release had one for every file.",
        why: "A release that was made by another way than all before is what a stolen password or token looks like; mostly it is a release that somebody made by hand.",
        failing: "lab 1.2 without attestations, after lab 1.1 with them.",
        passing: "lab 1.2 with attestations for every file, as lab 1.1.",
        remedy: "Find out how the release was made; publish the next one by the workflow that attests.",
    },
};

/// An attestation that was there and is not any more.
pub static WITHDRAWN_ATTESTATION: Check = Check {
    id: "withdrawn-attestation",
    title: "a file had an attestation, and has none any more",
    severity: SeverityLevel::High,
    explanation: Explanation {
        what: "The index served an attestation of this file, and says now that there is none. The ledger keeps what was seen before.",
        why: "Attestations are kept as long as their file. One that disappears takes away what tells a swapped file from the real one.",
        failing: "An address of provenance on Monday, and `null` for the same file on Tuesday.",
        passing: "The same provenance at every look. An index that says nothing at all has withdrawn nothing.",
        remedy: "Ask the index why; verify the file by the evidence that you kept before you install it.",
    },
};

/// A file whose name stands for other bytes than before.
pub static REPLACED_ARTIFACT: Check = Check {
    id: "replaced-artifact",
    title: "a file of a release was replaced by other bytes",
    severity: SeverityLevel::High,
    explanation: Explanation {
        what: "The index listed a file of this name with another digest before, and lists it with this one now.",
        why: "Released files do not change; most indexes refuse it. Whoever locked by name alone gets something else than before.",
        failing: "`lab-1.0.tar.gz` with one digest in spring and another in autumn.",
        passing: "A new release for every change.",
        remedy: "Compare the two files; ask the project and the index.",
    },
};

/// A file of a wheel or an installation has other bytes than its RECORD states.
pub static CHANGED_MEMBER: Check = Check {
    id: "changed-member",
    title: "a file of a wheel or an installation has other bytes than its RECORD states",
    severity: SeverityLevel::High,
    explanation: Explanation {
        what: "The digest in RECORD is not that of the file, or the file cannot be read.",
        why: "Somebody changed the wheel after it was built, or the file after it was installed, or it is damaged. Nothing compares them by itself.",
        failing: "RECORD states `sha256=47DE…` of a file that is not empty.",
        passing: "RECORD states the digest of the file.",
        remedy: "Do not use it. Get it again, or install it again; if it stays, tell the project.",
    },
};

/// A name is twice in a wheel.
pub static DUPLICATE_MEMBER: Check = Check {
    id: "duplicate-member",
    title: "a name is twice in a wheel",
    severity: SeverityLevel::High,
    explanation: Explanation {
        what: "The archive holds two files of one name, or RECORD lists one name with two digests.",
        why: "Installers and scanners choose differently, so that one looks at what the other does not install.",
        failing: "`lab/__init__.py` twice in one archive.",
        passing: "Every name once.",
        remedy: "Do not install it; tell the project.",
    },
};

/// A name in a wheel leads out of its folder.
pub static ESCAPING_MEMBER: Check = Check {
    id: "escaping-member",
    title: "a name in a wheel or a RECORD leads out of its folder",
    severity: SeverityLevel::High,
    explanation: Explanation {
        what: "The name of a file, or a line of RECORD, is absolute or climbs by `..`.",
        why: "An unpacker that does not look writes, or deletes when it uninstalls, where it must not.",
        failing: "`../../bin/python` in the archive.",
        passing: "Names below the top only.",
        remedy: "Do not install it; tell the project.",
    },
};

/// RECORD lists a file that is not there.
pub static MISSING_MEMBER: Check = Check {
    id: "missing-member",
    title: "RECORD lists a file that is not there",
    severity: SeverityLevel::Medium,
    explanation: Explanation {
        what: "A line of RECORD names a file that the wheel or the environment does not hold.",
        why: "Something was taken out after the wheel was built or installed.",
        failing: "RECORD lists `lab/data.bin`, which is not there.",
        passing: "RECORD and archive hold the same names.",
        remedy: "Ask the project how the wheel was made.",
    },
};

/// A rule of the user's policy does not hold.
pub static POLICY_VIOLATION: Check = Check {
    id: "policy-violation",
    title: "an artifact is not as the policy asks",
    severity: SeverityLevel::High,
    explanation: Explanation {
        what: "A rule of the file that `--policy` names does not hold: how far it must be verified, the SLSA build level, the builders, tags only, or builds by the host only. What an exception lets through is told with its reason and does not count.",
        why: "A build that is signed can still be one that nobody should ship: of a branch, on somebody's own machine, by an unknown builder.",
        failing: "`tags-only = true`, and the release was built from `refs/heads/main`.",
        passing: "The release was built from `refs/tags/v1.0`.",
        remedy: "Ask the project to build releases so; or write an `[[exception]]` with a reason and an end.",
    },
};

/// A wheel installs a command under the name of another.
pub static SHADOWING_SCRIPT: Check = Check {
    id: "shadowing-script",
    title: "a wheel installs a command under the name of another",
    severity: SeverityLevel::Medium,
    explanation: Explanation {
        what: "An entry point or a script has the name of a command that everybody has and that is another project's.",
        why: "Whoever types it runs the wheel's code.",
        failing: "`pip = lab:main` among the console scripts of `lab`.",
        passing: "`lab = lab:main`.",
        remedy: "Look at what it does before it is installed.",
    },
};

/// A wheel brings code that runs at every start of Python.
pub static STARTUP_CODE: Check = Check {
    id: "startup-code",
    title: "a wheel or an environment has code that runs at every start of Python",
    severity: SeverityLevel::Medium,
    explanation: Explanation {
        what: "A `.pth` file with a line of code, or a module `sitecustomize` or `usercustomize`, lands at the top of the site directory.",
        why: "It runs without being imported, in every program of the environment. Coverage tools need it; stealers of secrets use it.",
        failing: "`lab.pth` with `import os; …`.",
        passing: "A `.pth` that names folders only, or none.",
        remedy: "Read the line. Where it is not the purpose of the package, do not install it.",
    },
};

/// A wheel holds a file that its RECORD does not vouch for.
pub static UNLISTED_MEMBER: Check = Check {
    id: "unlisted-member",
    title: "a file is in a wheel or an environment that no RECORD vouches for",
    severity: SeverityLevel::High,
    explanation: Explanation {
        what: "RECORD does not list the file, or lists it without a digest. In an environment it is medium, as people and programs put files there too.",
        why: "It was put in after the wheel was built or installed, and stays after an uninstallation.",
        failing: "`lab/backdoor.py`, of which RECORD says nothing.",
        passing: "Every file listed with its digest.",
        remedy: "Do not install it; tell the project.",
    },
};

/// The RECORD of a wheel cannot be held against it.
pub static UNREADABLE_RECORD: Check = Check {
    id: "unreadable-record",
    title: "the RECORD of a wheel or a distribution cannot be held against it",
    severity: SeverityLevel::Medium,
    explanation: Explanation {
        what: "There is none, or several, or a line states a digest that vouches for nothing or cannot be read.",
        why: "Nothing then says what belongs to the wheel.",
        failing: "A wheel without `lab-1.0.dist-info/RECORD`.",
        passing: "One RECORD with SHA-256 digests.",
        remedy: "Build the wheel with a current tool.",
    },
};

/// The lock does not allow this file.
pub static UNLOCKED_ARTIFACT: Check = Check {
    id: "unlocked-artifact",
    title: "an artifact is none of those that the lock allows",
    severity: SeverityLevel::High,
    explanation: Explanation {
        what: "The lock that `--lock` names has no digest for the file: it names other digests for its project, or does not name the project.",
        why: "A file that was swapped in a cache or a mirror has another digest than when it was locked.",
        failing: "A folder of wheels in which one was replaced.",
        passing: "Every file has a digest that the lock names.",
        remedy: "Get the file again by the lock (`pip download --require-hashes`). If it differs again, do not install it, and tell the index.",
    },
};

/// What is installed is not what the lock names.
pub static UNLOCKED_DISTRIBUTION: Check = Check {
    id: "unlocked-distribution",
    title: "a distribution is installed that the lock does not allow",
    severity: SeverityLevel::High,
    explanation: Explanation {
        what: "The lock that `--lock` names does not name the project, or names another version, or other digests than the installer recorded of the file it installed.",
        why: "Whatever is beside the lock was never reviewed with it.",
        failing: "`lab 1.1` in an environment whose lock names `lab 1.0`.",
        passing: "The version that the lock names.",
        remedy: "Install from the lock again (`uv sync`, `pip install --require-hashes`), or lock again what is wanted.",
    },
};

/// An exception of the policy lets nothing through.
pub static UNUSED_EXCEPTION: Check = Check {
    id: "unused-exception",
    title: "an exception of the policy lets nothing through",
    severity: SeverityLevel::Low,
    explanation: Explanation {
        what: "Nothing that was looked at needed the `[[exception]]`.",
        why: "It would hide the same fault when it comes again.",
        failing: "An exception for `lab`, whose file is verified by now.",
        passing: "Exceptions that something needs.",
        remedy: "Delete it, if all that the policy is about was looked at.",
    },
};

/// Every check, sorted by id.
pub static ALL: &[&Check] = &[
    &CHANGED_MEMBER,
    &DIFFERING_BUILD,
    &DUPLICATE_MEMBER,
    &ESCAPING_MEMBER,
    &EXPIRED_EXCEPTION,
    &INVALID_ATTESTATION,
    &LAPSED_ATTESTATION,
    &MISSING_ATTESTATION,
    &MISSING_MEMBER,
    &MISSING_SOURCE_COMMIT,
    &MOVED_TAG,
    &POLICY_VIOLATION,
    &REPLACED_ARTIFACT,
    &SHADOWING_SCRIPT,
    &STARTUP_CODE,
    &UNCOMPARED_FILE,
    &UNEXPECTED_PUBLISHER,
    &UNEXPLAINED_BINARY,
    &UNEXPLAINED_BUILD_SCRIPT,
    &UNEXPLAINED_CODE,
    &UNEXPLAINED_DATA,
    &UNEXPLAINED_METADATA,
    &UNLISTED_MEMBER,
    &UNLOCKED_ARTIFACT,
    &UNLOCKED_DISTRIBUTION,
    &UNPINNED_PUBLISHER,
    &UNREADABLE_RECORD,
    &UNUSED_EXCEPTION,
    &WITHDRAWN_ATTESTATION,
];

/// The check of an id.
pub fn find(id: &str) -> Option<&'static Check> {
    ALL.iter().copied().find(|check| check.id == id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_check_is_explained() {
        assert!(ALL.is_sorted_by(|a, b| a.id < b.id));
        for check in ALL {
            let Explanation {
                what,
                why,
                failing,
                passing,
                remedy,
            } = check.explanation;
            for text in [check.title, what, why, failing, passing, remedy] {
                assert!(!text.is_empty(), "{}", check.id);
            }
        }
    }
}
