//! Ledgers: figures of every scope, and for each project releases with their evidence; of the busiest one more than any has.

use bartizan_model::assessment::{Document, Evidence, Figure};
use serde_json::{Value, json};

/// The classes with their words, as an assessment writes them.
const CLASSES: [(&str, &str); 4] = [
    ("pinned", "verified and pinned"),
    ("missing", "no attestation"),
    ("before-attestations", "before attestations"),
    ("not-served", "not served here"),
];

/// How far signing has come, in total and by quarter.
pub(crate) fn figures(value: f64) -> Vec<Figure> {
    let figure = |measure: String, whole: Option<f64>| Figure {
        measure,
        value,
        whole,
        shares: CLASSES.map(|(_, title)| (title.to_owned(), value)).to_vec(),
        evidence: Vec::new(),
    };
    let mut figures = Vec::new();
    for measure in [
        "pinned-files",
        "pinned-releases",
        "pinned-latest-release",
        "wheels-with-sbom",
        "declared-components",
        "sound-sbom-latest-release",
        "releases-with-sbom",
        "releases-with-valid-sbom",
        "releases-with-true-sbom",
    ] {
        figures.push(figure(measure.to_owned(), Some(100.0)));
    }
    for measure in [
        "file-attestations",
        "release-attestations",
        "release-sboms",
        "declared-components",
    ] {
        figures.push(figure(measure.to_owned(), None));
        let quarters = (2024..2027).flat_map(|year| (1..5).map(move |it| (year, it)));
        for (year, quarter) in quarters {
            figures.push(figure(format!("{measure}:{year}-q{quarter}"), None));
        }
    }
    figures
}

/// The ledgers of so many packages with so many releases each; the newest of the first has so many files.
pub(crate) fn documents(
    project: &str,
    [packages, releases, files]: [usize; 3],
    evidence: &Evidence,
) -> Vec<Document> {
    let document = |kind: &str, key: String, json: Value| Document {
        kind: kind.to_owned(),
        key,
        json: json.to_string(),
        evidence: evidence.clone(),
    };
    let release = |number: usize| {
        json!({
            "version": format!("1.{number}.0"), "uploaded": "2026-01-02T03:04:05Z", "is_yanked": false, "class": "pinned",
            "files": 70, "classes": {"pinned": 70}, "wheels_looked_into": 69, "wheels_with_sbom": 69, "tag": "signed", "findings": [],
        })
    };
    let mut documents: Vec<Document> = (0..packages)
        .map(|package| {
            let name = format!("{project}-{package}");
            let releases: Vec<Value> = (0..releases).rev().map(release).collect();
            let whole = json!({"package": name, "since": "2024-11-14T00:00:00Z", "expected_from": "the lock of identities", "releases": releases});
            document("ledger", name, whole)
        })
        .collect();
    let steps: Vec<Value> = (0..17)
        .map(|number| json!({"step": format!("step-{number}"), "outcome": "done", "message": "a sentence that says what became of this step, and what it was about"}))
        .collect();
    let address =
        "https://example.org/project/repository/.github/workflows/release.yml@refs/tags/v1.0.0";
    let attestation = json!({
        "kind": "provenance (PEP 740)", "predicate": "https://slsa.dev/provenance/v1", "is_verified": true, "level": "pinned", "steps": steps,
        "signer": {"identity": address, "issuer": address, "repository": address, "workflow": address, "commit": "0123456789abcdef0123456789abcdef01234567"},
        "build": {"builder": address, "kind": address, "source": address}, "unsigned_publisher": address,
    });
    let files: Vec<Value> = (0..files)
        .map(|number| {
            json!({
                "name": format!("{project}_0-1.0.0-cp3{number}-cp3{number}-manylinux_2_17_x86_64.manylinux2014_x86_64.whl"),
                "sha256": "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", "class": "pinned", "sboms": 2,
                "attestations": [{"evidence": number % 6, "times": ["2026-01-02T03:04:05Z"]}],
                "sightings": [{"place": "https://index.example.org/simple", "seen": "none", "first": "2026-01-02T03:04:05Z", "last": "2026-01-02T03:04:05Z"},
                    {"place": "https://index.example.org/simple", "seen": "served", "first": "2026-01-02T03:04:05Z", "last": "2026-01-02T03:04:05Z"}],
            })
        })
        .collect();
    let name = format!("{project}-0");
    let whole = json!({
        "package": name, "version": "1.0.0", "uploaded": "2026-01-02T03:04:05Z", "class": "pinned", "tag": "signed",
        "expected_from": "the lock of identities", "files": files, "evidence": vec![attestation; 6],
    });
    documents.push(document("release-evidence", format!("{name} 1.0.0"), whole));
    documents.extend((0..packages).map(|package| {
        let name = format!("{project}-{package}");
        let standing = |number: usize| json!({"version": format!("1.{number}.0"), "standing": "untrue", "is_present": true, "wheels_looked_into": 69, "wheels_with_sbom": 69});
        let releases: Vec<Value> = (0..releases).rev().map(standing).collect();
        document("sboms", name.clone(), json!({"package": name, "releases": releases}))
    }));
    documents.push(document(
        "release-sbom",
        format!("{name} 1.0.0"),
        bills(&name),
    ));
    documents
}

/// The bills of a release that says more wrongly than any.
fn bills(name: &str) -> Value {
    let named = |number: usize| format!("a-library-of-the-wheel-{number} 1.{number}.0");
    let components: Vec<String> = (0..40).map(named).collect();
    let lacking = |what: &str| json!({"what": what, "components": components, "lacking": 900, "total": 1000, "field": "`licenses` of the component, as an SPDX `expression`"});
    let lacking: Vec<Value> = ["purl", "licence", "supplier", "hash"]
        .map(lacking)
        .to_vec();
    let bill = json!({
        "name": format!("{name}-1.0.0.dist-info/sboms/lab.cdx.json"), "format": "CycloneDX 1.6", "components": 1000, "validity": "invalid",
        "errors": vec!["components/17/type: something is none of the kinds that the schema names"; 8], "error_count": 300,
        "lacking": lacking, "add_it": "Write it into the file of the project that its build copies to the folder of bills.",
    });
    let difference = |number: usize| {
        json!({
            "check": "undeclared-component", "kind": "undeclared", "name": named(number), "shown": format!("1.{number}.0"),
            "files": vec![format!("{name}.libs/a-library-of-the-wheel-{number}-0123abcd.so.1.{number}.0"); 10],
        })
    };
    let differences: Vec<Value> = (0..300).map(difference).collect();
    json!({
        "package": name, "version": "1.0.0", "standing": "invalid", "is_present": true, "is_valid": false, "is_true": false,
        "examined": {
            "file": format!("{name}-1.0.0-cp312-cp312-manylinux_2_28_x86_64.whl"), "sha256": "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
            "shown": 1000, "declared": 700, "shown_native": 900, "declared_native": 650, "bills": vec![bill; 10], "differences": differences,
            "differences_left_out": 100, "unconfirmed": components,
        },
    })
}
