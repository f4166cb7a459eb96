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

/// A schema that asks what the official ones ask.
const ASKING: &str = r#"{"$schema": "http://json-schema.org/draft-07/schema#", "type": "object", "additionalProperties": false, "required": ["a"],
    "properties": {"a": {"enum": ["x", 1, [1]]}, "b": {"type": "array", "uniqueItems": true, "items": {"oneOf": [{"type": "string", "minLength": 2}, {"const": 1}]}},
    "c": {"type": "object", "propertyNames": {"pattern": "^[a-b]+$"}, "patternProperties": {"^a": {"type": "integer", "minimum": 2}}}}}"#;

fn said<'a, F: jsonschema::json::Json>(
    validator: &'a Validator<F>,
    json: F::Node<'a>,
) -> Vec<String> {
    let errors = validator.iter_errors(json);
    let mut said: Vec<String> = errors
        .map(|it| format!("{} {it}", it.instance_path().as_str()))
        .collect();
    said.sort();
    said
}

proptest::proptest! {
    #[test]
    fn documents_are_judged_as_values_of_serde_json_are(
        a in "\"x\"|1|1\\.0|\\[1\\]|\\[1\\.0\\]|null",
        b in "\\[(\"xy\"|1|1\\.0|\"x\"|\\{\\}|\\[2\\])(, (\"xy\"|1|\"x\"|\\{\\}|\\[2\\])){0,4}\\]|7",
        c in "\\{(\"[abc]{1,2}\": (1|2|2\\.0|2\\.5|\"x\"), )?\"[abc]\": (1|3)\\}|\\[\\]",
    ) {
        let text = format!(r#"{{"a": {a}, "b": {b}, "c": {c}, "d": 1}}"#);
        let schema: Value = serde_json::from_str(ASKING).expect("JSON");
        let value: Value = serde_json::from_str(&text).expect("JSON");
        let own: Json<'_> = serde_json::from_str(&text).expect("JSON");
        let plain = jsonschema::options().build(&schema).expect("a schema");
        let ours = jsonschema::options_for::<Validated>().build(&schema).expect("a schema");
        proptest::prop_assert_eq!(said(&ours, &own), said(&plain, &value));
    }
}
