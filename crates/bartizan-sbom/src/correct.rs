//! A bill in `CycloneDX` with what it says wrongly set right, and all else left as it was.

use bartizan_model::purl::Purl;
use serde_json::{Value, json};

use crate::{
    create::{Part, component},
    document::Document,
};

/// Something to set right.
#[derive(Debug, Clone, PartialEq)]
pub struct Correction {
    /// What the bill calls it.
    pub name: String,
    /// The version that the bill states.
    pub version: Option<String>,
    /// What its links call it.
    pub id: Option<String>,
    /// What is wrong.
    pub lie: Lie,
}

/// What is wrong of a component.
#[derive(Debug, Clone, PartialEq)]
pub enum Lie {
    /// It is not in the bill, and this is it.
    Undeclared(Box<Part>),
    /// It is not there.
    Phantom,
    /// It is there in this version.
    WrongVersion(String),
    /// It has no package URL, and this is it.
    WithoutPurl(Purl),
}

impl Lie {
    /// When it is set right.
    fn rank(&self) -> u8 {
        match self {
            Self::WithoutPurl(_) => 0,
            Self::WrongVersion(_) => 1,
            Self::Phantom => 2,
            Self::Undeclared(_) => 3,
        }
    }
}

/// Sets a bill right. It becomes the next edition of itself.
pub fn correct(document: &mut Document<Value>, corrections: &[Correction]) {
    let version = document.version.clone();
    let edition = document
        .json
        .get("version")
        .and_then(Value::as_u64)
        .unwrap_or(1);
    let root = document
        .json
        .pointer("/metadata/component/bom-ref")
        .and_then(Value::as_str)
        .map(str::to_owned);
    // A version is what a component is found by: it changes after all else of it did.
    let mut ordered: Vec<&Correction> = corrections.iter().collect();
    ordered.sort_by_key(|it| it.lie.rank());
    for correction in ordered {
        match &correction.lie {
            Lie::Undeclared(part) => declare(&mut document.json, part, &version, root.as_deref()),
            Lie::Phantom => take_out(&mut document.json, correction),
            Lie::WrongVersion(right) => {
                for it in found(&mut document.json, correction) {
                    mend_version(it, right);
                }
            }
            Lie::WithoutPurl(purl) => {
                for it in found(&mut document.json, correction) {
                    it.insert("purl".to_owned(), json!(purl.to_string()));
                }
            }
        }
    }
    if !corrections.is_empty()
        && let Some(fields) = document.json.as_object_mut()
    {
        fields.insert("version".to_owned(), json!(edition.saturating_add(1)));
    }
}

type Fields = serde_json::Map<String, Value>;

/// The components of the bill, the parts of parts among them, that a correction is about.
fn found<'a>(json: &'a mut Value, correction: &Correction) -> Vec<&'a mut Fields> {
    let mut found = Vec::new();
    let mut pending: Vec<&mut Value> = json
        .get_mut("components")
        .and_then(Value::as_array_mut)
        .map(|all| all.iter_mut().collect())
        .unwrap_or_default();
    while let Some(Value::Object(fields)) = pending.pop() {
        if is_it(fields, correction) {
            found.push(fields);
        } else if let Some(Value::Array(inner)) = fields.get_mut("components") {
            pending.extend(inner);
        }
    }
    found
}

fn is_it(fields: &Fields, correction: &Correction) -> bool {
    let text = |key: &str| fields.get(key).and_then(Value::as_str);
    if text("name") != Some(&correction.name) {
        return false;
    }
    match (&correction.id, text("bom-ref")) {
        (Some(id), Some(reference)) => id == reference,
        // A version may stand in the package URL only.
        _ => text("version").is_none() || text("version") == correction.version.as_deref(),
    }
}

fn mend_version(fields: &mut Fields, right: &str) {
    fields.insert("version".to_owned(), json!(right));
    let purl = fields.get("purl").and_then(Value::as_str);
    let mended = purl.and_then(|text| {
        let purl: Purl = text.parse().ok()?;
        let (before, after) = text.split_once('@')?;
        let rest = after
            .find(['?', '#'])
            .and_then(|at| after.get(at..))
            .unwrap_or_default();
        purl.version()?;
        let mended = format!("{before}@{right}{rest}");
        mended.parse::<Purl>().ok().map(|it| it.to_string())
    });
    if let Some(purl) = mended {
        fields.insert("purl".to_owned(), json!(purl));
    }
}

fn declare(json: &mut Value, part: &Part, version: &str, root: Option<&str>) {
    let Some(fields) = json.as_object_mut() else {
        return;
    };
    let components = fields.entry("components").or_insert_with(|| json!([]));
    if let Some(all) = components.as_array_mut() {
        all.push(component(part, version));
    }
    let Some(root) = root else {
        return;
    };
    let dependencies = fields.entry("dependencies").or_insert_with(|| json!([]));
    let Some(all) = dependencies.as_array_mut() else {
        return;
    };
    let is_root = |it: &Value| it.get("ref").and_then(Value::as_str) == Some(root);
    if !all.iter().any(is_root) {
        all.push(json!({"ref": root, "dependsOn": []}));
    }
    let of_root = all
        .iter_mut()
        .find(|it| is_root(it))
        .and_then(Value::as_object_mut);
    if let Some(of_root) = of_root {
        let on = of_root.entry("dependsOn").or_insert_with(|| json!([]));
        if let Some(on) = on.as_array_mut() {
            on.push(json!(part.reference));
        }
    }
    all.push(json!({"ref": part.reference, "dependsOn": []}));
}

/// Takes a component out, with every link to it.
fn take_out(json: &mut Value, correction: &Correction) {
    let mut gone: Vec<String> = Vec::new();
    for fields in found(json, correction) {
        gone.extend(
            fields
                .get("bom-ref")
                .and_then(Value::as_str)
                .map(str::to_owned),
        );
        fields.insert("bartizan:gone".to_owned(), Value::Bool(true));
    }
    retain(json.get_mut("components"));
    let is_gone = |it: &Value| {
        it.as_str()
            .is_some_and(|id| gone.iter().any(|gone| gone == id))
    };
    let Some(all) = json.get_mut("dependencies").and_then(Value::as_array_mut) else {
        return;
    };
    all.retain(|it| !it.get("ref").is_some_and(is_gone));
    for it in all {
        for key in ["dependsOn", "provides"] {
            if let Some(on) = it.get_mut(key).and_then(Value::as_array_mut) {
                on.retain(|it| !is_gone(it));
            }
        }
    }
}

/// Leaves out what is marked as gone; the parser bounds how deep components are nested.
fn retain(components: Option<&mut Value>) {
    if let Some(all) = components.and_then(Value::as_array_mut) {
        all.retain(|it| it.get("bartizan:gone").is_none());
        for it in all {
            retain(it.get_mut("components"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document;

    #[test]
    fn two_lies_about_one_component_are_both_set_right() {
        let bill = r#"{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [{"name": "a", "version": "1"}]}"#;
        let mut document = document::read_changeable(bill.as_bytes()).expect("a bill");
        let purl = "pkg:generic/a@1".parse().expect("a purl");
        let lies = [Lie::WrongVersion("2".to_owned()), Lie::WithoutPurl(purl)];
        let corrections = lies.map(|lie| Correction {
            name: "a".to_owned(),
            version: Some("1".to_owned()),
            id: None,
            lie,
        });
        correct(&mut document, &corrections);
        let found = document.json["components"].to_string();
        assert_eq!(
            found,
            r#"[{"name":"a","purl":"pkg:generic/a@2","version":"2"}]"#
        );
    }

    fn check(lie: Lie, name: &str, version: &str) -> String {
        let bill = r#"{"bomFormat": "CycloneDX", "specVersion": "1.4", "version": 3, "metadata": {"component": {"bom-ref": "lab", "name": "lab"}},
            "components": [{"name": "a", "bom-ref": "a", "version": "1", "purl": "pkg:generic/a@1?x=y", "licenses": []},
                {"name": "b", "components": [{"name": "c", "version": "2"}]}],
            "dependencies": [{"ref": "lab", "dependsOn": ["a"]}, {"ref": "a"}]}"#;
        let mut document = document::read_changeable(bill.as_bytes()).expect("a bill");
        let correction = Correction {
            name: name.to_owned(),
            version: Some(version.to_owned()),
            id: None,
            lie,
        };
        correct(&mut document, &[correction]);
        let part = |key: &str| document.json[key].to_string();
        format!(
            "{}\n{}\n{}",
            part("version"),
            part("components"),
            part("dependencies")
        )
    }

    #[test]
    fn only_what_is_wrong_changes() {
        insta::assert_snapshot!(check(Lie::WrongVersion("1.1".to_owned()), "a", "1"), @r#"
        4
        [{"bom-ref":"a","licenses":[],"name":"a","purl":"pkg:generic/a@1.1?x=y","version":"1.1"},{"components":[{"name":"c","version":"2"}],"name":"b"}]
        [{"dependsOn":["a"],"ref":"lab"},{"ref":"a"}]
        "#);
        insta::assert_snapshot!(check(Lie::Phantom, "a", "1"), @r#"
        4
        [{"components":[{"name":"c","version":"2"}],"name":"b"}]
        [{"dependsOn":[],"ref":"lab"}]
        "#);
        insta::assert_snapshot!(check(Lie::WithoutPurl("pkg:generic/c@2".parse().expect("a purl")), "c", "2"), @r#"
        4
        [{"bom-ref":"a","licenses":[],"name":"a","purl":"pkg:generic/a@1?x=y","version":"1"},{"components":[{"name":"c","purl":"pkg:generic/c@2","version":"2"}],"name":"b"}]
        [{"dependsOn":["a"],"ref":"lab"},{"ref":"a"}]
        "#);
        let part = Part {
            reference: "z@9".to_owned(),
            name: "z".to_owned(),
            version: Some("9".to_owned()),
            ..Part::default()
        };
        insta::assert_snapshot!(check(Lie::Undeclared(Box::new(part)), "z", "9"), @r#"
        4
        [{"bom-ref":"a","licenses":[],"name":"a","purl":"pkg:generic/a@1?x=y","version":"1"},{"components":[{"name":"c","version":"2"}],"name":"b"},{"bom-ref":"z@9","name":"z","type":"library","version":"9"}]
        [{"dependsOn":["a","z@9"],"ref":"lab"},{"ref":"a"},{"dependsOn":[],"ref":"z@9"}]
        "#);
    }
}
