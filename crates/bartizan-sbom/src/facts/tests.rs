use proptest::prelude::*;

use super::*;
use crate::{document, profile};

fn check(text: &str) -> String {
    let document = document::read(text.as_bytes()).expect("a document");
    let facts = read(&document).expect("facts");
    let items = facts.items.iter().map(|it| {
        let of = |it: &Option<String>| it.clone().unwrap_or("-".to_owned());
        format!(
            "{} | {} | {} | {:?} | {} | {}",
            it.label(),
            of(&it.supplier),
            of(&it.producer_contact),
            it.identifiers,
            of(&it.declared),
            it.is_linked
        )
    });
    let head = format!(
        "{:?} {:?} {:?} {:?}",
        facts.authors, facts.author_contact, facts.tools, facts.context
    );
    std::iter::once(head)
        .chain(items)
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn old_and_new_ways_of_cyclonedx_say_the_same() {
    insta::assert_snapshot!(check(r#"{"bomFormat": "CycloneDX", "specVersion": "1.4", "metadata": {
        "tools": [{"vendor": "v", "name": "t"}], "manufacture": {"name": "M", "contact": [{"email": "m@m.example"}]}},
        "components": [{"name": "a", "publisher": "P", "author": "A", "cpe": "cpe:2.3:a:b:c", "licenses": [{"expression": "MIT OR X"}],
            "components": [{"name": "b", "version": "1"}, {"type": "file", "name": "c"}]}]}"#), @r#"
    ["M"] Some("m@m.example") ["t"] None
    a | P | - | ["cpe:2.3:a:b:c"] | MIT OR X | true
    b 1 | - | - | [] | - | true
    "#);
}

#[test]
fn what_is_of_another_type_is_not_said() {
    insta::assert_snapshot!(check(r#"{"bomFormat": [], "specVersion": "1.7", "metadata": 3, "components": [3, {"name": 4}], "dependencies": {"ref": 1}}"#), @r#"
    [] None [] None
    a component without a name | - | - | [] | - | false
    a component without a name | - | - | [] | - | false
    "#);
}

#[test]
fn circles_of_elements_end_nowhere() {
    insta::assert_snapshot!(check(r#"{"@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld", "@graph": [
        {"type": "software_Package", "spdxId": "a", "name": "a", "suppliedBy": "a", "originatedBy": ["a"]},
        {"type": "Relationship", "from": "a", "to": ["a", "b"], "relationshipType": "contains"},
        {"type": "software_Package", "spdxId": "b", "name": "b", "suppliedBy": {"type": "Person", "name": "B"}}]}"#), @r#"
    [] None [] None
    a | a | - | [] | - | true
    b | B | - | [] | - | true
    "#);
}

#[test]
fn more_components_than_are_read_are_refused() {
    let bill = |components: usize| {
        let components = vec!["{}"; components].join(",");
        format!(
            r#"{{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [{components}]}}"#
        )
    };
    let check = |text: &str| match read(&document::read(text.as_bytes()).expect("a document")) {
        Ok(facts) => facts.items.len().to_string(),
        Err(error) => error.to_string(),
    };
    assert_eq!(check(&bill(MOST_COMPONENTS)), "250000");
    assert_eq!(
        check(&bill(MOST_COMPONENTS + 1)),
        "more than 250000 components"
    );
}

#[test]
fn packages_of_one_id_do_not_each_follow_its_links() {
    let package = r#"{"type": "software_Package", "spdxId": "a", "name": "n"}"#;
    let link = r#"{"type": "Relationship", "spdxId": "r", "from": "a", "relationshipType": "hasDistributionArtifact", "to": ["f"]}"#;
    let file = r#"{"type": "software_File", "spdxId": "f", "name": "n.whl"}"#;
    let elements = [vec![package; 3], vec![link; 3], vec![file]]
        .concat()
        .join(",");
    let text = format!(r#"{{"@context": "https://spdx.org/rdf/3.0.1/c", "@graph": [{elements}]}}"#);
    let facts = read(&document::read(text.as_bytes()).expect("a document")).expect("facts");
    let files: Vec<bool> = facts
        .items
        .iter()
        .map(|it| it.file_name.is_some())
        .collect();
    assert_eq!(files, [false, false, true]);
}

proptest! {
    #[test]
    fn reading_and_judging_never_panic(text in r#"[\{\}\[\]":,a-e0-9@/ ]{0,60}"#, place in 0..3_usize) {
        let heads = [r#""bomFormat":"CycloneDX","specVersion":"1.6","#, r#""spdxVersion":"SPDX-2.3","#,
            r#""@context":"https://spdx.org/rdf/3.0.1/c","#];
        let bytes = format!("{{{}\"components\":{text},\"packages\":{text},\"@graph\":{text}}}", heads[place]);
        if let Ok(document) = document::read(bytes.as_bytes()) {
            let facts = read(&document).expect("facts");
            for profile in profile::ALL {
                drop(profile.gaps(&facts));
            }
        }
    }
}
