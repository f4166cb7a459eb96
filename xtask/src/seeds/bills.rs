//! Seeds of the targets about bills of materials. All of it is made up here.

use super::Seed;

/// Target and text.
const TEXTS: &[(&str, &str)] = &[
    (
        "sbom_document",
        r#"{"bomFormat": "CycloneDX", "specVersion": "1.6", "serialNumber": "urn:uuid:0", "metadata": {"timestamp": "2026-11-26T06:20:00Z", "lifecycles": [{"phase": "build"}], "tools": {"components": [{"name": "t"}]}, "authors": [{"name": "a", "email": "a@b.example"}], "component": {"name": "lab", "bom-ref": "lab"}}, "components": [{"type": "library", "bom-ref": "a", "name": "a", "version": "1", "purl": "pkg:generic/a@1?x=y#z", "licenses": [{"expression": "MIT", "acknowledgement": "concluded"}], "hashes": [{"alg": "SHA-512", "content": "00"}], "components": [{"type": "file", "name": "f"}]}], "dependencies": [{"ref": "lab", "dependsOn": ["a"]}], "compositions": [{"aggregate": "complete", "dependencies": ["a"]}]}"#,
    ),
    (
        "sbom_document",
        r#"{"spdxVersion": "SPDX-2.3", "documentNamespace": "urn:x", "creationInfo": {"created": "2026-11-26T06:20:00Z", "creators": ["Tool: t", "Organization: L (l@b.example)"], "comment": "build"}, "packages": [{"SPDXID": "SPDXRef-a", "name": "a", "versionInfo": "1", "supplier": "NOASSERTION", "checksums": [{"algorithm": "SHA512", "checksumValue": "00"}], "externalRefs": [{"referenceType": "purl", "referenceLocator": "pkg:generic/a@1"}]}], "relationships": [{"spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES", "relatedSpdxElement": "SPDXRef-a"}]}"#,
    ),
    (
        "sbom_document",
        r#"{"@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld", "@graph": [{"type": "CreationInfo", "@id": "_:c", "created": "2026-11-26T06:20:00Z", "createdBy": ["urn:p"]}, {"type": "Person", "spdxId": "urn:p", "name": "P"}, {"type": "software_Package", "spdxId": "urn:a", "name": "a", "suppliedBy": "urn:p", "verifiedUsing": [{"type": "Hash", "algorithm": "sha512", "hashValue": "00"}]}, {"type": "Relationship", "from": "urn:a", "to": ["urn:a"], "relationshipType": "contains", "completeness": "complete"}]}"#,
    ),
    (
        "sbom_schema",
        r#"{"$schema": "http://json-schema.org/draft-07/schema#", "$id": "http://cyclonedx.org/schema/bom-1.2b.schema.json", "additionalProperties": false}"#,
    ),
    (
        "sbom_schema",
        r#"{"$schema": "x", "properties": {"@context": {"const": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld"}}}"#,
    ),
];

/// Every seed.
pub(super) fn all() -> impl Iterator<Item = Seed> {
    TEXTS.iter().map(|(target, text)| Seed {
        target,
        bytes: text.as_bytes().to_vec(),
    })
}
