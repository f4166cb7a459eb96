//! How each element of each profile is taken away from the bills, one row an element.

/// How an element is taken away from a bill.
pub(super) enum Change {
    /// What these JSON pointers lead to is taken out.
    Without(&'static [&'static str]),
    /// What a pointer leads to is put in place of what is there.
    With(&'static str, &'static str),
    /// The format has no field for it, so that it is always missing.
    Never,
    /// The format cannot do without it, or has another element's field for it; what is taken out then takes more with it.
    Shared(&'static [&'static str]),
}

use Change::{Never, Shared, With, Without};

/// Element, and how it is taken away in `CycloneDX` 1.6, SPDX 2.3 and SPDX 3.0.1.
pub(super) const CHANGES: &[(&str, [Change; 3])] = &[
    (
        "ntia/components",
        [
            Shared(&["/metadata/component", "/components"]),
            Shared(&["/packages"]),
            Shared(&["/@graph/5", "/@graph/4"]),
        ],
    ),
    (
        "ntia/author",
        [
            Shared(&["/metadata/authors", "/metadata/manufacturer"]),
            Shared(&["/creationInfo/creators/0"]),
            Shared(&["/@graph/0/createdBy"]),
        ],
    ),
    (
        "ntia/timestamp",
        [
            Without(&["/metadata/timestamp"]),
            Without(&["/creationInfo/created"]),
            Without(&["/@graph/0/created"]),
        ],
    ),
    (
        "ntia/supplier",
        [
            Without(&["/components/0/supplier"]),
            Without(&["/packages/1/supplier"]),
            Without(&["/@graph/5/suppliedBy"]),
        ],
    ),
    (
        "ntia/name",
        [
            Without(&["/components/0/name"]),
            Without(&["/packages/1/name"]),
            Without(&["/@graph/5/name"]),
        ],
    ),
    (
        "ntia/version",
        [
            Without(&["/components/0/version"]),
            Without(&["/packages/1/versionInfo"]),
            Without(&["/@graph/5/software_packageVersion"]),
        ],
    ),
    (
        "ntia/identifier",
        [
            Without(&["/components/0/purl"]),
            Without(&["/packages/1/externalRefs"]),
            Without(&["/@graph/5/software_packageUrl"]),
        ],
    ),
    (
        "ntia/dependencies",
        [
            Without(&["/dependencies"]),
            Without(&["/relationships"]),
            Without(&["/@graph/12", "/@graph/12"]),
        ],
    ),
    (
        "cisa/components",
        [
            Shared(&["/metadata/component", "/components"]),
            Shared(&["/packages"]),
            Shared(&["/@graph/5", "/@graph/4"]),
        ],
    ),
    (
        "cisa/author",
        [
            Shared(&["/metadata/authors", "/metadata/manufacturer"]),
            Shared(&["/creationInfo/creators/0"]),
            Shared(&["/@graph/0/createdBy"]),
        ],
    ),
    (
        "cisa/tool",
        [
            Without(&["/metadata/tools"]),
            Without(&["/creationInfo/creators/1"]),
            Without(&["/@graph/0/createdUsing"]),
        ],
    ),
    (
        "cisa/timestamp",
        [
            With("/metadata/timestamp", "\"yesterday\""),
            With("/creationInfo/created", "\"2026-11-26\""),
            With("/@graph/0/created", "\"\""),
        ],
    ),
    (
        "cisa/context",
        [
            Without(&["/metadata/lifecycles"]),
            Without(&["/creationInfo/comment"]),
            Without(&["/@graph/3/software_sbomType"]),
        ],
    ),
    (
        "cisa/producer",
        [
            Shared(&["/components/0/supplier", "/components/0/manufacturer"]),
            Shared(&["/packages/1/originator", "/packages/1/supplier"]),
            Shared(&["/@graph/5/originatedBy", "/@graph/5/suppliedBy"]),
        ],
    ),
    (
        "cisa/name",
        [
            With("/components/0/name", "\" \""),
            With("/packages/1/name", "\"NOASSERTION\""),
            Without(&["/@graph/5/name"]),
        ],
    ),
    (
        "cisa/version",
        [
            Without(&["/components/0/version"]),
            Without(&["/packages/1/versionInfo"]),
            Without(&["/@graph/5/software_packageVersion"]),
        ],
    ),
    (
        "cisa/identifier",
        [
            Without(&["/components/0/purl"]),
            Without(&["/packages/1/externalRefs"]),
            Without(&["/@graph/5/software_packageUrl"]),
        ],
    ),
    (
        "cisa/hash",
        [
            Shared(&["/components/0/hashes", "/components/0/externalReferences"]),
            Shared(&["/packages/1/checksums"]),
            Shared(&["/@graph/5/verifiedUsing", "/@graph/7/verifiedUsing"]),
        ],
    ),
    (
        "cisa/licence",
        [
            Shared(&["/components/0/licenses"]),
            Shared(&[
                "/packages/1/licenseDeclared",
                "/packages/1/licenseConcluded",
            ]),
            Shared(&["/@graph/11/to", "/@graph/10/to"]),
        ],
    ),
    (
        "cisa/dependencies",
        [
            Without(&["/dependencies"]),
            Without(&["/relationships"]),
            Without(&["/@graph/12", "/@graph/12"]),
        ],
    ),
    (
        "bsi/format",
        [
            With("/specVersion", "\"1.5\""),
            Never,
            With(
                "/@context",
                "\"https://spdx.org/rdf/3.0.0/spdx-context.jsonld\"",
            ),
        ],
    ),
    (
        "bsi/components",
        [
            Shared(&["/metadata/component", "/components"]),
            Shared(&["/packages"]),
            Shared(&["/@graph/5", "/@graph/4"]),
        ],
    ),
    (
        "bsi/creator",
        [
            Without(&["/metadata/manufacturer/url", "/metadata/authors/0/email"]),
            With("/creationInfo/creators/0", "\"Organization: The Lab\""),
            Without(&["/@graph/1/externalIdentifier"]),
        ],
    ),
    (
        "bsi/timestamp",
        [
            Without(&["/metadata/timestamp"]),
            Without(&["/creationInfo/created"]),
            Without(&["/@graph/0/created"]),
        ],
    ),
    (
        "bsi/no-vulnerabilities",
        [
            With("/vulnerabilities", "[{\"id\": \"CVE-2099-1\"}]"),
            Shared(&[]),
            With("/@graph/3/type", "\"security_Vulnerability\""),
        ],
    ),
    (
        "bsi/component-creator",
        [
            Without(&["/components/0/manufacturer/url"]),
            With("/packages/1/originator", "\"Organization: Up\""),
            Without(&["/@graph/5/originatedBy"]),
        ],
    ),
    (
        "bsi/name",
        [
            Without(&["/components/0/name"]),
            Without(&["/packages/1/name"]),
            Without(&["/@graph/5/name"]),
        ],
    ),
    (
        "bsi/version",
        [
            Without(&["/components/0/version"]),
            Without(&["/packages/1/versionInfo"]),
            Without(&["/@graph/5/software_packageVersion"]),
        ],
    ),
    (
        "bsi/filename",
        [
            Without(&["/components/0/properties/0"]),
            Without(&["/packages/1/packageFileName"]),
            Without(&["/@graph/7/name"]),
        ],
    ),
    (
        "bsi/dependencies",
        [
            Without(&["/compositions"]),
            Never,
            Without(&["/@graph/13/completeness"]),
        ],
    ),
    (
        "bsi/distribution-licences",
        [
            Without(&["/components/0/licenses/1"]),
            Without(&["/packages/1/licenseConcluded"]),
            Without(&["/@graph/10"]),
        ],
    ),
    (
        "bsi/deployable-hash",
        [
            Without(&["/components/0/externalReferences/0/hashes"]),
            Without(&["/packages/1/checksums/0"]),
            Without(&["/@graph/7/verifiedUsing"]),
        ],
    ),
    (
        "bsi/executable",
        [
            Without(&["/components/0/properties/1"]),
            Never,
            Shared(&["/@graph/15"]),
        ],
    ),
    (
        "bsi/archive",
        [
            Without(&["/components/0/properties/2"]),
            Never,
            Shared(&["/@graph/15"]),
        ],
    ),
    (
        "bsi/structured",
        [
            Without(&["/components/0/properties/3"]),
            Never,
            Without(&["/@graph/7/software_additionalPurpose"]),
        ],
    ),
    (
        "bsi/sbom-uri",
        [
            Without(&["/serialNumber"]),
            Without(&["/documentNamespace"]),
            Without(&["/@graph/2/spdxId", "/@graph/3/spdxId"]),
        ],
    ),
    (
        "bsi/source-uri",
        [
            Without(&["/components/0/externalReferences/1"]),
            Without(&["/packages/1/externalRefs/1"]),
            Without(&["/@graph/5/software_sourceInfo"]),
        ],
    ),
    (
        "bsi/deployable-uri",
        [
            Without(&["/components/0/externalReferences/0/url"]),
            Without(&["/packages/1/downloadLocation"]),
            Without(&["/@graph/5/software_downloadLocation"]),
        ],
    ),
    (
        "bsi/identifier",
        [
            Without(&["/components/0/purl"]),
            Shared(&["/packages/1/externalRefs"]),
            Without(&["/@graph/5/software_packageUrl"]),
        ],
    ),
    (
        "bsi/original-licences",
        [
            Without(&["/components/0/licenses/0"]),
            Without(&["/packages/1/licenseDeclared"]),
            Without(&["/@graph/11"]),
        ],
    ),
];
