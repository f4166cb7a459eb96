//! The minimum elements of the [CISA](https://www.cisa.gov/resources-tools/resources/2025-minimum-elements-software-bill-materials-sbom)
//! of 2025, which go on from those of the NTIA: hash, licence, tool and context came in, the supplier became the producer.

use super::{About, Profile, has_components, is_moment, required};

pub(super) static PROFILE: Profile = Profile {
    id: "cisa",
    title: "CISA, 2025 Minimum Elements for a Software Bill of Materials (draft of August 2025)",
    elements: &[
        required(
            "components",
            "at least one component",
            About::Bill(has_components),
            ["`metadata.component` and `components`", "packages"],
        ),
        required(
            "author",
            "SBOM author",
            About::Bill(|facts| !facts.authors.is_empty()),
            [
                "`metadata.authors[].name`",
                "a person or organization among the creators (2.3 `creationInfo.creators`, 3.0 `createdBy`)",
            ],
        ),
        required(
            "tool",
            "tool name",
            About::Bill(|facts| !facts.tools.is_empty()),
            [
                "`metadata.tools`",
                "2.3 `Tool:` among `creationInfo.creators`, 3.0 `createdUsing`",
            ],
        ),
        required(
            "timestamp",
            "timestamp",
            About::Bill(|facts| facts.timestamp.as_deref().is_some_and(is_moment)),
            ["`metadata.timestamp`", "the creation's `created`"],
        ),
        required(
            "context",
            "generation context",
            About::Bill(|facts| facts.context.is_some()),
            [
                "`metadata.lifecycles[].phase`",
                "2.3 a word such as `build` in `creationInfo.comment`, 3.0 `software_sbomType`",
            ],
        ),
        required(
            "producer",
            "software producer",
            About::Component(|item| item.producer.is_some()),
            [
                "`manufacturer`, `authors` or `supplier` of the component",
                "2.3 `originator` or `supplier`, 3.0 `originatedBy` of the package",
            ],
        ),
        required(
            "name",
            "component name",
            About::Component(|item| item.name.is_some()),
            ["`name` of the component", "`name` of the package"],
        ),
        required(
            "version",
            "component version",
            About::Component(|item| item.version.is_some()),
            [
                "`version` of the component",
                "2.3 `versionInfo`, 3.0 `software_packageVersion` of the package",
            ],
        ),
        required(
            "identifier",
            "software identifiers",
            About::Component(|item| !item.identifiers.is_empty()),
            [
                "`purl`, `cpe`, `swhid` or `omniborId` of the component",
                "2.3 `externalRefs`, 3.0 `externalIdentifier` of the package",
            ],
        ),
        required(
            "hash",
            "component hash",
            About::Component(|item| !item.hashes.is_empty() || !item.deployed_hashes.is_empty()),
            [
                "`hashes` of the component",
                "2.3 `checksums`, 3.0 `verifiedUsing` of the package",
            ],
        ),
        required(
            "licence",
            "license",
            About::Component(|item| item.declared.is_some() || item.concluded.is_some()),
            [
                "`licenses` of the component",
                "2.3 `licenseDeclared` or `licenseConcluded`, 3.0 a relationship `hasDeclaredLicense` or `hasConcludedLicense`",
            ],
        ),
        required(
            "dependencies",
            "dependency relationship",
            About::Component(|item| item.is_linked),
            [
                "an entry of `dependencies` with the component's `bom-ref`",
                "a relationship from or to the package",
            ],
        ),
    ],
};
