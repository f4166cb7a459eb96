//! Bills that lack nothing which their format can express; made up here.

use serde_json::{Value, json};

/// In `CycloneDX` 1.6, SPDX 2.3 and SPDX 3.0.1.
pub(super) fn all() -> [Value; 3] {
    [cyclonedx(), spdx2(), spdx3()]
}

fn cyclonedx() -> Value {
    let component = |kind: &str, name: &str, version: &str| {
        json!({
            "type": kind, "bom-ref": name, "name": name, "version": version, "purl": format!("pkg:generic/{name}@{version}"),
            "supplier": {"name": "The Lab"},
            "manufacturer": {"name": "Up", "url": ["https://up.example"]},
            "hashes": [{"alg": "SHA-256", "content": "00"}],
            "licenses": [
                {"license": {"id": "MIT", "acknowledgement": "declared"}},
                {"license": {"id": "BSD-3-Clause", "acknowledgement": "concluded"}}],
            "externalReferences": [
                {"type": "distribution", "url": "https://up.example/a", "hashes": [{"alg": "SHA-512", "content": "00"}]},
                {"type": "vcs", "url": "https://up.example/a.git"}],
            "properties": [
                {"name": "bsi:component:filename", "value": "a.so"},
                {"name": "bsi:component:executable", "value": "executable"},
                {"name": "bsi:component:archive", "value": "no archive"},
                {"name": "bsi:component:structured", "value": "unstructured"}]
        })
    };
    json!({
        "bomFormat": "CycloneDX", "specVersion": "1.6", "serialNumber": "urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79",
        "metadata": {
            "timestamp": "2026-11-26T06:20:00Z",
            "lifecycles": [{"phase": "post-build"}],
            "tools": {"components": [{"type": "application", "name": "bartizan"}]},
            "authors": [{"name": "A", "email": "a@lab.example"}],
            "manufacturer": {"name": "The Lab", "url": ["https://lab.example"]},
            "component": component("application", "lab", "1.0")
        },
        "components": [component("library", "libwebp", "1.6.0")],
        "dependencies": [{"ref": "lab", "dependsOn": ["libwebp"]}, {"ref": "libwebp"}],
        "compositions": [{"aggregate": "complete", "dependencies": ["lab", "libwebp"]}]
    })
}

fn spdx2() -> Value {
    let package = |name: &str, version: &str| {
        json!({
            "SPDXID": format!("SPDXRef-{name}"), "name": name, "versionInfo": version,
            "supplier": "Organization: The Lab", "originator": "Organization: Up (up@up.example)",
            "downloadLocation": "https://up.example/a", "packageFileName": "a.so",
            "checksums": [{"algorithm": "SHA512", "checksumValue": "00"}, {"algorithm": "SHA1", "checksumValue": "00"}],
            "licenseDeclared": "MIT", "licenseConcluded": "BSD-3-Clause",
            "externalRefs": [
                {"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": format!("pkg:generic/{name}@{version}")},
                {"referenceCategory": "OTHER", "referenceType": "swh", "referenceLocator": "swh:1:cnt:00"}]
        })
    };
    json!({
        "spdxVersion": "SPDX-2.3", "SPDXID": "SPDXRef-DOCUMENT", "dataLicense": "CC0-1.0", "name": "lab",
        "documentNamespace": "https://lab.example/1",
        "creationInfo": {
            "created": "2026-11-26T06:20:00Z", "comment": "made after the build",
            "creators": ["Organization: The Lab (lab@lab.example)", "Tool: bartizan"]},
        "packages": [package("lab", "1.0"), package("libwebp", "1.6.0")],
        "relationships": [
            {"spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES", "relatedSpdxElement": "SPDXRef-lab"},
            {"spdxElementId": "SPDXRef-lab", "relationshipType": "CONTAINS", "relatedSpdxElement": "SPDXRef-libwebp"}]
    })
}

fn spdx3() -> Value {
    let package = |name: &str, version: &str| {
        json!({
            "type": "software_Package", "spdxId": format!("urn:{name}"), "creationInfo": "_:creation", "name": name,
            "software_packageVersion": version, "software_packageUrl": format!("pkg:generic/{name}@{version}"),
            "suppliedBy": "urn:lab-org", "originatedBy": ["urn:up"], "software_downloadLocation": "https://up.example/a",
            "software_sourceInfo": "https://up.example/a.git",
            "verifiedUsing": [{"type": "Hash", "algorithm": "sha256", "hashValue": "00"}]
        })
    };
    let file = |name: &str| {
        json!({
            "type": "software_File", "spdxId": format!("urn:{name}.file"), "creationInfo": "_:creation", "name": "a.so",
            "software_additionalPurpose": ["executable", "firmware"],
            "verifiedUsing": [{"type": "Hash", "algorithm": "sha512", "hashValue": "00"}]
        })
    };
    let link = |from: &str, kind: &str, to: &str| {
        json!({
            "type": "Relationship", "spdxId": format!("urn:{from}.{kind}"), "creationInfo": "_:creation",
            "from": from, "relationshipType": kind, "to": [to], "completeness": "complete"
        })
    };
    json!({"@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld", "@graph": [
        {"type": "CreationInfo", "@id": "_:creation", "specVersion": "3.0.1", "created": "2026-11-26T06:20:00Z",
            "createdBy": ["urn:lab-org"], "createdUsing": ["urn:tool"]},
        {"type": "Organization", "spdxId": "urn:lab-org", "name": "The Lab",
            "externalIdentifier": [{"type": "ExternalIdentifier", "externalIdentifierType": "email", "identifier": "lab@lab.example"}]},
        {"type": "SpdxDocument", "spdxId": "urn:doc", "creationInfo": "_:creation", "rootElement": ["urn:sbom"]},
        {"type": "software_Sbom", "spdxId": "urn:sbom", "software_sbomType": ["analyzed"], "rootElement": ["urn:lab"]},
        package("lab", "1.0"),
        package("libwebp", "1.6.0"),
        file("lab"),
        file("libwebp"),
        {"type": "Organization", "spdxId": "urn:up", "name": "Up",
            "externalIdentifier": [{"type": "ExternalIdentifier", "externalIdentifierType": "email", "identifier": "up@up.example"}]},
        {"type": "simplelicensing_LicenseExpression", "spdxId": "urn:mit", "simplelicensing_licenseExpression": "MIT"},
        link("urn:libwebp", "hasConcludedLicense", "urn:mit"),
        link("urn:libwebp", "hasDeclaredLicense", "urn:mit"),
        link("urn:lab", "contains", "urn:libwebp"),
        link("urn:libwebp", "dependsOn", "urn:lab"),
        link("urn:lab", "hasDistributionArtifact", "urn:lab.file"),
        link("urn:libwebp", "hasDistributionArtifact", "urn:libwebp.file"),
        {"type": "Tool", "spdxId": "urn:tool", "name": "bartizan"},
        link("urn:lab", "hasConcludedLicense", "urn:mit"),
        link("urn:lab", "hasDeclaredLicense", "urn:mit"),
    ]})
}
