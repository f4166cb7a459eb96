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
        what: "The attestation holds, by a signer that neither the command line nor the lock of identities names. It is high where `--require pinned` asks for it.",
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
        what: "The attestation holds, and the signer differs from who the command line or the lock of identities names, in issuer, repository, its number, workflow, environment or reference.",
        why: "A project that moves has such a change once. So has one that was taken over: the number of the repository tells an old name in new hands.",
        failing: "A release signed by a workflow of another repository than all before.",
        passing: "A release signed by the workflow that is pinned.",
        remedy: "Ask the project whether it moved. If so, delete its entry from the lock of identities, look at the new signer and pin it.",
    },
};

/// A file of a wheel has other bytes than its RECORD states.
pub static CHANGED_MEMBER: Check = Check {
    id: "changed-member",
    title: "a file of a wheel has other bytes than its RECORD states",
    severity: SeverityLevel::High,
    explanation: Explanation {
        what: "The digest in RECORD is not that of the file, or the file cannot be read out of the archive.",
        why: "Somebody changed the wheel after it was built, or it is damaged. pip does not compare them.",
        failing: "RECORD states `sha256=47DE…` of a file that is not empty.",
        passing: "RECORD states the digest of the file.",
        remedy: "Do not install it. Get it again; if it stays, tell the project.",
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
    title: "a name in a wheel leads out of its folder",
    severity: SeverityLevel::High,
    explanation: Explanation {
        what: "The name of a file, or a line of RECORD, is absolute or climbs by `..`.",
        why: "An unpacker that does not look writes, or deletes when it uninstalls, where it must not.",
        failing: "`../../bin/python` in the archive.",
        passing: "Names below the top only.",
        remedy: "Do not install it; tell the project.",
    },
};

/// RECORD lists a file that is not in the wheel.
pub static MISSING_MEMBER: Check = Check {
    id: "missing-member",
    title: "RECORD lists a file that is not in the wheel",
    severity: SeverityLevel::Medium,
    explanation: Explanation {
        what: "A line of RECORD names a file that the archive does not hold.",
        why: "Something was taken out after the wheel was built.",
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
    title: "a wheel brings code that runs at every start of Python",
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
    title: "a wheel holds a file that its RECORD does not vouch for",
    severity: SeverityLevel::High,
    explanation: Explanation {
        what: "RECORD does not list the file, or lists it without a digest.",
        why: "It was put in after the wheel was built, and stays after an uninstallation.",
        failing: "`lab/backdoor.py`, of which RECORD says nothing.",
        passing: "Every file listed with its digest.",
        remedy: "Do not install it; tell the project.",
    },
};

/// The RECORD of a wheel cannot be held against it.
pub static UNREADABLE_RECORD: Check = Check {
    id: "unreadable-record",
    title: "the RECORD of a wheel cannot be held against it",
    severity: SeverityLevel::Medium,
    explanation: Explanation {
        what: "There is none, or several, or a line states a digest that is not by SHA-256 or cannot be read.",
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

/// Every check, sorted by id.
pub static ALL: &[&Check] = &[
    &CHANGED_MEMBER,
    &DIFFERING_BUILD,
    &DUPLICATE_MEMBER,
    &ESCAPING_MEMBER,
    &INVALID_ATTESTATION,
    &MISSING_ATTESTATION,
    &MISSING_MEMBER,
    &MISSING_SOURCE_COMMIT,
    &MOVED_TAG,
    &POLICY_VIOLATION,
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
    &UNPINNED_PUBLISHER,
    &UNREADABLE_RECORD,
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
