//! What holding bills against artifacts may find, with the explanations that users read.

use bartizan_model::{check::Explanation, severity::SeverityLevel};

/// Something that a comparison may find.
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

/// A component is there and no bill says so.
pub static UNDECLARED_COMPONENT: Check = Check {
    id: "undeclared-component",
    title: "an artifact carries a component that its bill of materials leaves out",
    severity: SeverityLevel::Medium,
    explanation: Explanation {
        what: "A library or a copied Python package was seen in the files of an artifact, and none of its bills of materials names it.",
        why: "Whoever relies on the bill is not told when a vulnerability of that component becomes known.",
        failing: "A wheel with `lab.libs/libpng16-1a2b3c4d.so.16.58.0`, whose bill lists libxau only.",
        passing: "The same with libpng among the components.",
        remedy: "Declare it; `bartizan sbom compare --corrected FILE` writes the bill with what is missing, `bartizan inspect` shows the evidence.",
    },
};

/// A bill states something that is not there.
pub static PHANTOM_COMPONENT: Check = Check {
    id: "phantom-component",
    title: "a bill of materials states a component that its artifact does not carry",
    severity: SeverityLevel::Low,
    explanation: Explanation {
        what: "A bill names a library whose signs are known, or a Python package, and no file of the artifact shows it. What leaves no trace in files is never told as a phantom.",
        why: "Alarms about what is not there teach people to ignore alarms.",
        failing: "A bill that lists OpenSSL, of a wheel without it.",
        passing: "A bill that lists what is in the wheel.",
        remedy: "Take it out of the bill, or say in the bill where it is if the files were built so that it cannot be seen.",
    },
};

/// A bill states another version than the files show.
pub static WRONG_COMPONENT_VERSION: Check = Check {
    id: "wrong-component-version",
    title: "a bill of materials states another version than the artifact carries",
    severity: SeverityLevel::High,
    explanation: Explanation {
        what: "The version in the bill agrees with none that the files show. `1.1.1` and `1.1.1k` agree; a distribution's version is compared by its upstream part.",
        why: "Advisories are matched by version: a wrong one hides vulnerabilities or makes them up.",
        failing: "libwebp 1.3.2 in the bill, and the library returns 1.3.1.",
        passing: "The version that the library itself returns.",
        remedy: "Write the version of what was built. `bartizan inspect --verbose` shows where the other one stands.",
    },
};

/// A component cannot be looked up.
pub static COMPONENT_WITHOUT_PURL: Check = Check {
    id: "component-without-purl",
    title: "a component of a bill of materials has no package URL",
    severity: SeverityLevel::Low,
    explanation: Explanation {
        what: "A component of the bill has no `purl` that can be read. One that stands in the `bom-ref` only is not seen by others.",
        why: "Scanners match advisories by package URL; a component without one is never found vulnerable.",
        failing: "`{\"name\": \"libwebp\", \"version\": \"1.6.0\"}`",
        passing: "The same with `\"purl\": \"pkg:generic/libwebp@1.6.0\"`.",
        remedy: "Add one; `bartizan sbom compare --corrected FILE` writes those that are known.",
    },
};

/// A wheel with others' code has no bill.
pub static MISSING_SBOM: Check = Check {
    id: "missing-sbom",
    title: "a wheel carries others' code and no bill of materials",
    severity: SeverityLevel::Low,
    explanation: Explanation {
        what: "Native libraries or copied Python packages were seen in the wheel of a release, and there is nothing below `.dist-info/sboms/` (PEP 770).",
        why: "Nothing else says what is in it: the metadata of Python packages name no native library, so that scanners cannot find a vulnerable one.",
        failing: "A wheel with `lab.libs/libwebp-1a2b3c4d.so.7.1.7` and without a bill.",
        passing: "The same with `lab-1.0.dist-info/sboms/bartizan.cdx.json`.",
        remedy: "Embed one after the repair of the wheel: `bartizan sbom create --embed --in-place wheelhouse`; `docs/sbom-pipelines.md` has the step. `bartizan explain sbom-upstream` says where a project keeps one of its own.",
    },
};

/// A bill in a wheel is not valid.
pub static INVALID_SBOM: Check = Check {
    id: "invalid-sbom",
    title: "a bill of materials in a wheel is not valid",
    severity: SeverityLevel::Medium,
    explanation: Explanation {
        what: "A bill in the wheel of a release cannot be read, or breaks the official schema of its format and version. Where no schema is at hand this is never said.",
        why: "Tools that read it strictly refuse it as a whole, and others read a part.",
        failing: "A bill of CycloneDX 1.6 whose `components` is an object.",
        passing: "A bill that `bartizan sbom validate` calls valid.",
        remedy: "`bartizan sbom validate WHEEL` lists each error with its place. Mend what writes the bill, and validate before uploading.",
    },
};

/// Every check, sorted by id.
pub static ALL: &[&Check] = &[
    &COMPONENT_WITHOUT_PURL,
    &INVALID_SBOM,
    &MISSING_SBOM,
    &PHANTOM_COMPONENT,
    &UNDECLARED_COMPONENT,
    &WRONG_COMPONENT_VERSION,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checks_are_sorted_and_say_all_that_users_need() {
        assert!(ALL.is_sorted_by_key(|check| check.id));
        for check in ALL {
            let Explanation {
                what,
                why,
                failing,
                passing,
                remedy,
            } = check.explanation;
            assert!(
                [what, why, failing, passing, remedy]
                    .iter()
                    .all(|it| it.len() > 10),
                "{}",
                check.id
            );
        }
    }
}
