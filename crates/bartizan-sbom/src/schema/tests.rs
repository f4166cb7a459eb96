use super::*;
use crate::document;

/// A schema of the shape of the official ones; all of it is made up here.
const BOM: &str = r#"{"$schema": "http://json-schema.org/draft-07/schema#", "$id": "http://cyclonedx.org/schema/bom-1.2b.schema.json",
    "type": "object", "additionalProperties": false, "required": ["bomFormat", "specVersion"],
    "properties": {"bomFormat": {"enum": ["CycloneDX"]}, "specVersion": {"type": "string"},
    "at": {"type": "string", "format": "date-time"}, "licence": {"$ref": "spdx.schema.json"}}}"#;

const PART: &str = r#"{"$schema": "http://json-schema.org/draft-07/schema#", "$id": "http://cyclonedx.org/schema/spdx.schema.json",
    "enum": ["MIT"]}"#;

fn check(schemas: &[&str], text: &str) -> String {
    let mut shelf = Shelf::default();
    for schema in schemas {
        shelf.add(schema.as_bytes()).expect("a schema");
    }
    let document = document::read(text.as_bytes()).expect("a document");
    match shelf.errors(&document) {
        Ok(errors) => {
            let show = |it: &SchemaError| format!("{}: {}", it.place, it.message);
            errors.iter().map(show).collect::<Vec<_>>().join("\n")
        }
        Err(error) => format!("! {error}"),
    }
}

#[test]
fn what_a_schema_forbids_is_told_with_its_place() {
    let all = [BOM, PART];
    insta::assert_snapshot!(check(&all, r#"{"bomFormat": "CycloneDX", "specVersion": "1.2", "licence": "MIT"}"#), @"");
    insta::assert_snapshot!(check(&all, r#"{"bomFormat": "x", "specVersion": "1.2", "at": "then", "licence": "GPL", "more": 1}"#), @r#"
    : Additional properties are not allowed ('more' was unexpected)
    /at: "then" is not a "date-time"
    /bomFormat: "x" is not one of "CycloneDX"
    /licence: "GPL" is not one of "MIT"
    "#);
}

#[test]
fn without_a_schema_there_is_no_answer() {
    insta::assert_snapshot!(check(&[BOM, PART], r#"{"spdxVersion": "SPDX-2.3"}"#), @"! no schema of SPDX 2.3 is at hand");
    let alone = check(
        &[BOM],
        r#"{"bomFormat": "CycloneDX", "specVersion": "1.2"}"#,
    );
    assert!(
        alone.starts_with("! the schema of CycloneDX 1.2 cannot be used: "),
        "{alone}"
    );
}

#[test]
fn schemas_are_told_by_what_they_say_of_themselves() {
    let name = |text: &str| recognise(text.as_bytes()).map_or("-".to_owned(), |it| it.id());
    assert_eq!(name(BOM), "cyclonedx-1.2");
    assert_eq!(name(PART), "cyclonedx-part-spdx");
    assert_eq!(
        name(&BOM.replace("\"additionalProperties\": false,", "")),
        "-"
    );
    assert_eq!(
        name(r#"{"$schema": "x", "$id": "http://spdx.org/rdf/terms/2.3", "title": "SPDX 2.3"}"#),
        "spdx-2.3"
    );
    assert_eq!(
        name(
            r#"{"$schema": "x", "properties": {"@context": {"const": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld"}}}"#
        ),
        "spdx-3.0.1"
    );
    assert_eq!(name("{}"), "-");
    assert_eq!(
        name(r#"{"$schema": "x", "$id": "http://spdx.org/rdf/terms/", "title": "SPDX ../../x"}"#),
        "-"
    );
}
