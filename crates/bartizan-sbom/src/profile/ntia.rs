//! The minimum elements of the [NTIA](https://www.ntia.gov/report/2021/minimum-elements-software-bill-materials-sbom) of 2021.

use super::{About, Profile, has_components, is_moment, required};

pub(super) static PROFILE: Profile = Profile {
    id: "ntia",
    title: "NTIA, The Minimum Elements For a Software Bill of Materials (2021)",
    elements: &[
        required(
            "components",
            "at least one component",
            About::Bill(has_components),
            ["`metadata.component` and `components`", "packages"],
        ),
        required(
            "author",
            "author of SBOM data",
            About::Bill(|facts| !facts.authors.is_empty()),
            [
                "`metadata.authors[].name`",
                "a person or organization among the creators (2.3 `creationInfo.creators`, 3.0 `createdBy`)",
            ],
        ),
        required(
            "timestamp",
            "timestamp",
            About::Bill(|facts| facts.timestamp.as_deref().is_some_and(is_moment)),
            ["`metadata.timestamp`", "the creation's `created`"],
        ),
        required(
            "supplier",
            "supplier name",
            About::Component(|item| item.supplier.is_some()),
            [
                "`supplier.name` of the component",
                "2.3 `supplier`, 3.0 `suppliedBy` of the package",
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
            "version of the component",
            About::Component(|item| item.version.is_some()),
            [
                "`version` of the component",
                "2.3 `versionInfo`, 3.0 `software_packageVersion` of the package",
            ],
        ),
        required(
            "identifier",
            "other unique identifiers",
            About::Component(|item| !item.identifiers.is_empty()),
            [
                "`purl` or `cpe` of the component",
                "2.3 `externalRefs`, 3.0 `externalIdentifier` with a package URL or a CPE",
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
