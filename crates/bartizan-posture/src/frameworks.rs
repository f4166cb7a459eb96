//! The frameworks of supply-chain security that checks speak for: which version of each is meant, and what each requirement
//! that a check supports asks for, in our own words.
//!
//! Ids and meanings were held against the texts in November 2026 (those of the Baseline and of SLSA in their repositories, those
//! of the SSDF and of CISA's form as they are quoted in public); a check supports a requirement where what it asks is a part of
//! it, or evidence for it. None of them is met by a check alone.

use crate::check::Framework;

/// A requirement that some check supports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Requirement {
    /// The framework.
    pub framework: Framework,
    /// Its id there.
    pub id: &'static str,
    /// What it asks for.
    pub meaning: &'static str,
}

const fn requirement(framework: Framework, id: &'static str, meaning: &'static str) -> Requirement {
    Requirement {
        framework,
        id,
        meaning,
    }
}

use Framework::{Cisa, OspsBaseline, Slsa, Ssdf};

/// Every requirement that some check supports, by framework and id.
pub static REQUIREMENTS: &[Requirement] = &[
    requirement(
        OspsBaseline,
        "OSPS-AC-01.01",
        "whoever reads or changes something sensitive of the repository shows a second factor",
    ),
    requirement(
        OspsBaseline,
        "OSPS-AC-03.01",
        "nothing is committed to the primary branch directly",
    ),
    requirement(
        OspsBaseline,
        "OSPS-AC-04.01",
        "a job for which nothing is stated gets the least rights",
    ),
    requirement(
        OspsBaseline,
        "OSPS-AC-04.02",
        "a job is given only the rights that it needs",
    ),
    requirement(
        OspsBaseline,
        "OSPS-BR-01.01",
        "what strangers write, such as names of branches, is made harmless before a pipeline uses it",
    ),
    requirement(
        OspsBaseline,
        "OSPS-BR-01.03",
        "a pipeline that runs code of strangers keeps its credentials and assets from it",
    ),
    requirement(
        OspsBaseline,
        "OSPS-BR-02.01",
        "each release has a version of its own",
    ),
    requirement(
        OspsBaseline,
        "OSPS-BR-06.01",
        "each file of a release is signed, or stands with its hash in a signed list",
    ),
    requirement(
        OspsBaseline,
        "OSPS-BR-07.02",
        "it is written down how secrets are kept, reached and rotated",
    ),
    requirement(
        OspsBaseline,
        "OSPS-GV-01.01",
        "it is written down who has access to sensitive resources",
    ),
    requirement(
        OspsBaseline,
        "OSPS-GV-01.02",
        "it is written down which roles there are and what they answer for",
    ),
    requirement(
        OspsBaseline,
        "OSPS-QA-06.01",
        "tests run before a change is accepted",
    ),
    requirement(
        OspsBaseline,
        "OSPS-VM-01.01",
        "there is a policy for disclosing vulnerabilities that says how soon somebody answers",
    ),
    requirement(
        OspsBaseline,
        "OSPS-VM-02.01",
        "the documentation names contacts for security",
    ),
    requirement(
        OspsBaseline,
        "OSPS-VM-03.01",
        "vulnerabilities can be reported in private",
    ),
    requirement(
        OspsBaseline,
        "OSPS-VM-04.01",
        "what is known of past vulnerabilities is published where everybody finds it",
    ),
    requirement(
        Slsa,
        "Build L1",
        "a consistent build that gives provenance, which is handed on",
    ),
    requirement(
        Slsa,
        "Build L2",
        "a hosted platform signs the provenance, and whoever takes it verifies it",
    ),
    requirement(
        Slsa,
        "Build L3",
        "no build influences another, not through a cache or a machine that stays either",
    ),
    requirement(
        Slsa,
        "Source L3",
        "branches and tags that count are protected by technical controls",
    ),
    requirement(
        Ssdf,
        "PO.1.1",
        "security requirements of infrastructure and processes are written down and kept up to date",
    ),
    requirement(
        Ssdf,
        "PO.2.1",
        "roles and responsibilities are defined, and looked through from time to time",
    ),
    requirement(
        Ssdf,
        "PO.3.1",
        "it is stated which tools a toolchain may hold",
    ),
    requirement(
        Ssdf,
        "PO.3.2",
        "tools are deployed, operated and maintained by recommended practice",
    ),
    requirement(
        Ssdf,
        "PO.5.1",
        "each environment of development is separated and protected",
    ),
    requirement(
        Ssdf,
        "PO.5.2",
        "the endpoints that people develop on are hardened",
    ),
    requirement(
        Ssdf,
        "PS.1.1",
        "only those who need it can change code in any form",
    ),
    requirement(
        Ssdf,
        "PS.2.1",
        "what is needed to verify the integrity of a release is made available",
    ),
    requirement(
        Ssdf,
        "PS.3.1",
        "what belongs to a release is archived, with what verifies it",
    ),
    requirement(
        Ssdf,
        "PS.3.2",
        "provenance of what a release is made of is collected, kept and shared",
    ),
    requirement(
        Ssdf,
        "PW.4.4",
        "components of others keep meeting the requirements, and are still maintained",
    ),
    requirement(Ssdf, "PW.5.1", "code is written by secure practices"),
    requirement(
        Ssdf,
        "PW.8.2",
        "tests are designed and run, and what they find is recorded and followed",
    ),
    requirement(
        Ssdf,
        "RV.1.3",
        "there is a policy for disclosing and mending vulnerabilities, with people for it",
    ),
    requirement(
        Cisa,
        "1.a",
        "environments of development and building are separated and protected",
    ),
    requirement(
        Cisa,
        "1.b",
        "who may reach environments is logged, watched and audited regularly",
    ),
    requirement(
        Cisa,
        "1.c",
        "access to environments needs a second factor and is conditional",
    ),
    requirement(
        Cisa,
        "1.e",
        "sensitive data, such as credentials, are encrypted",
    ),
    requirement(
        Cisa,
        "2",
        "the chain of source code, components of others among it, is kept trustworthy",
    ),
    requirement(
        Cisa,
        "3",
        "provenance of own code and of components of others is maintained",
    ),
    requirement(
        Cisa,
        "4.c",
        "disclosed vulnerabilities are accepted, looked at and addressed in time",
    ),
];

/// What a requirement asks for.
pub fn find(framework: Framework, id: &str) -> Option<&'static Requirement> {
    let mut all = REQUIREMENTS.iter();
    all.find(|it| it.framework == framework && it.id == id)
}

impl Framework {
    /// Every framework.
    pub const ALL: [Self; 4] = [OspsBaseline, Slsa, Ssdf, Cisa];

    /// Which version of it is meant.
    pub fn version(self) -> &'static str {
        match self {
            OspsBaseline => "2026.02.19",
            Slsa => "1.2",
            Ssdf => "1.1 (SP 800-218, February 2022)",
            Cisa => "March 2024 (OMB 1670-0052), section III",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks;

    #[test]
    fn each_requirement_that_is_supported_is_known_and_each_known_one_is_supported() {
        let supported = || checks::ALL.iter().flat_map(|check| check.supports);
        for it in supported() {
            assert!(find(it.framework, it.requirement).is_some(), "{it:?}");
        }
        for known in REQUIREMENTS {
            let is_used = |it: &crate::check::Support| {
                (it.framework, it.requirement) == (known.framework, known.id)
            };
            assert!(supported().any(is_used), "{known:?}");
        }
        let places: Vec<_> = REQUIREMENTS
            .iter()
            .map(|it| (it.framework, it.id))
            .collect();
        let mut sorted = places.clone();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(places, sorted);
    }
}
