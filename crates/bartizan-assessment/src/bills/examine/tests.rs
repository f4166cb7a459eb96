//! Wheels at hand, looked into without a network.

use std::io::{Cursor, Write as _};

use bartizan_formats::ledger::{Ledger, LedgerFile};
use bartizan_model::environment::{MarkerEnvironment, Platform};
use bartizan_provenance::ledger::{Expectation, Span, releases};
use bartizan_sbom::schema::Shelf;
use bartizan_sources::{http::HttpClient, index::IndexClient};
use zip::{ZipWriter, write::SimpleFileOptions};

use super::*;

/// A schema of the shape of the official one of `CycloneDX` 1.6, which asks for little.
const SCHEMA: &str = r#"{"$schema": "http://json-schema.org/draft-07/schema#", "$id": "http://cyclonedx.org/schema/bom-1.6.schema.json",
    "type": "object", "additionalProperties": false, "properties": {"bomFormat": {}, "specVersion": {}, "components": {"type": "array"}}}"#;

const SIX: &str = r#"{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [{"type": "library", "name": "six", "version": "1.16.0", "purl": "pkg:pypi/six@1.16.0"}]}"#;

/// A wheel with a copied package where it carries one, and with a bill where one is given.
fn wheel(version: &str, carries: bool, bill: Option<&str>) -> Vec<u8> {
    let folder = format!("lab-{version}.dist-info");
    let metadata =
        format!("Metadata-Version: 2.4\nName: lab\nVersion: {version}\nRequires-Dist: numpy\n");
    let mut members = vec![
        ("lab/__init__.py".to_owned(), "x = 1\n"),
        (format!("{folder}/METADATA"), metadata.as_str()),
        (format!("{folder}/WHEEL"), "Generator: meson\n"),
    ];
    if carries {
        let six = "__version__ = '1.16.0'\n";
        members.push(("lab/_vendor/six.py".to_owned(), six));
    }
    members.extend(bill.map(|it| (format!("{folder}/sboms/lab.cdx.json"), it)));
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in &members {
        let options = SimpleFileOptions::default();
        writer.start_file(name.as_str(), options).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// A ledger that knows of one wheel.
fn ledger(name: &str) -> Ledger {
    let mut ledger = Ledger {
        package: "lab".to_owned(),
        ..Ledger::default()
    };
    ledger.entry(LedgerFile {
        name: name.to_owned(),
        sha256: None,
        version: "1.0".to_owned(),
        uploaded: "2026-01-02T00:00:00Z".parse().ok(),
        is_yanked: false,
        listed: Timestamp::UNIX_EPOCH,
        sboms: None,
        sightings: Vec::new(),
    });
    ledger
}

/// How a release stands whose wheel carries a copied package or not, and a bill or not; with or without schemas.
fn check(carries: bool, bill: Option<&str>, has_schemas: bool) -> String {
    let place = tempfile::tempdir().unwrap();
    let name = "lab-1.0-py3-none-any.whl";
    std::fs::write(place.path().join(name), wheel("1.0", carries, bill)).unwrap();
    let client = IndexClient::new(HttpClient::default(), [], place.path().join("pages")).offline();
    let linux = MarkerEnvironment::cpython("3.13", &Platform::parse("linux").unwrap());
    let universe = IndexUniverse::new(&client, linux, place.path().join("files"));
    let mut shelf = Shelf::default();
    if has_schemas {
        shelf.add(SCHEMA.as_bytes()).unwrap();
    }
    let schemas = Schemas::new(shelf, &std::collections::BTreeMap::new());
    let package = Package::pypi("lab");
    let ledger = ledger(name);
    let span = Span {
        since: Timestamp::UNIX_EPOCH,
        most: 10,
    };
    let expectation = Expectation::new(&[], &[]);
    let standings = releases(&ledger, &expectation, span);
    let look = || {
        // What was looked at is kept by the digest, and gives the same again.
        let artifacts = Artifacts::new(&universe, Some(place.path()));
        let ground = Ground {
            artifacts: &artifacts,
            universe: &universe,
            schemas: &schemas,
            limits: Limits {
                wheels: 0,
                bytes: 0,
            },
        };
        look(ground, &package, Some("1.0"), &standings)
    };
    let looked = look();
    assert_eq!(looked.releases, look().releases);
    assert_eq!((looked.latest, looked.left), (Ok(()), 0));
    let release = &looked.releases[0];
    let known = release.known();
    let examined = release.examined.as_ref().unwrap();
    let differences = examined.comparison.differences.iter();
    let differences: Vec<String> = differences
        .map(|it| format!("{:?} {}", it.kind, it.name))
        .collect();
    format!(
        "{} {:?} {:?} {:?} {differences:?}",
        release.standing().id(),
        known.is_present,
        known.is_valid,
        known.is_true,
    )
}

#[test]
fn a_release_is_asked_whether_its_bill_is_there_valid_and_true() {
    insta::assert_snapshot!(check(true, Some(SIX), true), @"sound Some(true) Some(true) Some(true) []");
    insta::assert_snapshot!(check(false, None, true), @"unneeded Some(false) None Some(true) []");
    insta::assert_snapshot!(check(true, None, true), @r#"missing Some(false) None Some(false) ["Undeclared six"]"#);
    let short = SIX.replace("six", "tomli");
    insta::assert_snapshot!(check(true, Some(&short), true), @r#"untrue Some(true) Some(true) Some(false) ["Undeclared six", "Phantom tomli"]"#);
    let odd = SIX.replace("\"components\"", "\"odd\": 1, \"components\"");
    insta::assert_snapshot!(check(true, Some(&odd), true), @"invalid Some(true) Some(false) Some(true) []");
    insta::assert_snapshot!(check(true, Some("no JSON"), true), @r#"invalid Some(true) Some(false) Some(false) ["Undeclared six"]"#);
}

#[test]
fn without_a_schema_nothing_is_called_valid() {
    insta::assert_snapshot!(check(true, Some(SIX), false), @"true Some(true) None Some(true) []");
    let odd = SIX.replace("\"components\"", "\"odd\": 1, \"components\"");
    insta::assert_snapshot!(check(true, Some(&odd), false), @"true Some(true) None Some(true) []");
}
