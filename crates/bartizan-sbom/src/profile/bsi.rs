//! [BSI TR-03183-2](https://www.bsi.bund.de/dok/TR-03183) 2.1.0, sections 4 and 5.2.
//!
//! Its words: SHALL is required here, and what it asks for where it exists (5.2.3, 5.2.4) is told and does not count. SPDX 2
//! is no format that it allows; what can be told of such a bill is told all the same.

use super::{About, Element, Profile, has_components, is_moment, required, where_it_exists};
use crate::{
    document::Format,
    facts::{Facts, Item},
};

pub(super) static PROFILE: Profile = Profile {
    id: "bsi",
    title: "BSI TR-03183-2, version 2.1.0 (2025)",
    elements: &[
        required(
            "format",
            "CycloneDX 1.6 or SPDX 3.0.1, or newer",
            About::Bill(is_new_enough),
            ["`specVersion` 1.6 or newer", "SPDX 3.0.1 or newer"],
        ),
        required(
            "components",
            "at least one component",
            About::Bill(has_components),
            ["`metadata.component` and `components`", "packages"],
        ),
        required(
            "creator",
            "creator of the SBOM, by email address or URL",
            About::Bill(|facts| facts.author_contact.is_some()),
            [
                "`metadata.manufacturer` with `url` or `contact[].email`",
                "3.0 an `externalIdentifier` of kind `email` of the agent in `createdBy`",
            ],
        ),
        required(
            "timestamp",
            "timestamp",
            About::Bill(|facts| facts.timestamp.as_deref().is_some_and(is_moment)),
            ["`metadata.timestamp`", "the creation's `created`"],
        ),
        required(
            "no-vulnerabilities",
            "no information about vulnerabilities",
            About::Bill(|facts| !facts.tells_vulnerabilities),
            [
                "leave out `vulnerabilities`; publish them as VEX or CSAF",
                "leave out vulnerabilities; publish them as VEX or CSAF",
            ],
        ),
        required(
            "component-creator",
            "component creator, by email address or URL",
            About::Component(|item| item.producer_contact.is_some()),
            [
                "`manufacturer` of the component with `url` or `contact[].email`",
                "3.0 `originatedBy` with an `externalIdentifier` of kind `email`",
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
            "filename",
            "filename of the component",
            About::Component(|item| item.file_name.is_some()),
            [
                "the property `bsi:component:filename`",
                "3.0 `name` of the file that `hasDistributionArtifact` leads to",
            ],
        ),
        required(
            "dependencies",
            "dependencies on other components, and whether that is all of them",
            About::Component(|item| item.states_completeness),
            [
                "entries of `dependencies`, and of `compositions` with an `aggregate`",
                "3.0 relationships with `completeness`",
            ],
        ),
        required(
            "distribution-licences",
            "distribution licences",
            About::Component(|item| item.concluded.is_some()),
            [
                "`licenses` with `acknowledgement` `concluded`",
                "3.0 a relationship `hasConcludedLicense`",
            ],
        ),
        required(
            "deployable-hash",
            "SHA-512 of the deployable component",
            About::Component(has_sha512),
            [
                "`hashes` of an external reference of type `distribution`",
                "3.0 `verifiedUsing` of the file that `hasDistributionArtifact` leads to",
            ],
        ),
        required(
            "executable",
            "executable property",
            About::Component(|item| item.nature.executable),
            [
                "the property `bsi:component:executable`",
                "3.0 the file that `hasDistributionArtifact` leads to",
            ],
        ),
        required(
            "archive",
            "archive property",
            About::Component(|item| item.nature.archive),
            [
                "the property `bsi:component:archive`",
                "3.0 the file that `hasDistributionArtifact` leads to",
            ],
        ),
        required(
            "structured",
            "structured property",
            About::Component(|item| item.nature.structured),
            [
                "the property `bsi:component:structured`",
                "3.0 `container` or `firmware` in `software_additionalPurpose` of the file",
            ],
        ),
        SBOM_URI,
        SOURCE_URI,
        DEPLOYABLE_URI,
        IDENTIFIERS,
        ORIGINAL_LICENCES,
    ],
};

const SBOM_URI: Element = where_it_exists(
    "sbom-uri",
    "SBOM-URI",
    About::Bill(|facts| facts.uri.is_some()),
    [
        "`serialNumber`",
        "2.3 `documentNamespace`, 3.0 `spdxId` of the document",
    ],
);

const SOURCE_URI: Element = where_it_exists(
    "source-uri",
    "source code URI",
    About::Component(|item| item.source_uri.is_some()),
    [
        "an external reference of type `source-distribution` or `vcs`",
        "3.0 `externalRef` of a package that `generates` this one",
    ],
);

const DEPLOYABLE_URI: Element = where_it_exists(
    "deployable-uri",
    "URI of the deployable form",
    About::Component(|item| item.deployable_uri.is_some()),
    [
        "`url` of an external reference of type `distribution`",
        "3.0 an `externalRef` of kind `binaryArtifact` of the file",
    ],
);

const IDENTIFIERS: Element = where_it_exists(
    "identifier",
    "other unique identifiers",
    About::Component(|item| !item.identifiers.is_empty()),
    [
        "`purl` or `cpe` of the component",
        "2.3 `externalRefs`, 3.0 `externalIdentifier` of the package",
    ],
);

const ORIGINAL_LICENCES: Element = where_it_exists(
    "original-licences",
    "original licences",
    About::Component(|item| item.declared.is_some()),
    [
        "`licenses` with `acknowledgement` `declared`",
        "3.0 a relationship `hasDeclaredLicense`",
    ],
);

fn is_new_enough(facts: &Facts) -> bool {
    let numbers: Vec<u32> = facts
        .version
        .split('.')
        .map_while(|it| it.parse().ok())
        .collect();
    match facts.format {
        Format::CycloneDx => numbers >= vec![1, 6],
        Format::Spdx2 => false,
        Format::Spdx3 => numbers >= vec![3, 0, 1],
    }
}

fn has_sha512(item: &Item) -> bool {
    let is_it = |(algorithm, _): &(String, String)| {
        algorithm.replace('-', "").eq_ignore_ascii_case("sha512")
    };
    item.deployed_hashes.iter().any(is_it)
}
