//! [OpenVEX](https://github.com/openvex/spec/blob/main/OPENVEX-SPEC.md), versions 0.0.1 to 0.2.

use std::sync::Arc;

use bartizan_model::vex::{
    VexDocument, VexIdentifier, VexJustification, VexProduct, VexStatement, VexStatus,
};
use serde_json::Value;

use super::{Gathered, VexFormat, VexReading, later, prose, unrepeated, word_at};
use crate::advisory::field::{Object, Place, is_word};

/// The format.
pub(super) static ITEM: OpenVex = OpenVex;

/// Documents of statements, each about products by their package URL or another id.
pub(super) struct OpenVex;

impl VexFormat for OpenVex {
    fn id(&self) -> &'static str {
        "openvex"
    }

    fn title(&self) -> &'static str {
        "OpenVEX"
    }

    fn recognises(&self, document: &Object) -> bool {
        let is_context = |context: &str| context.contains("openvex");
        document.contains_key("statements")
            && document
                .get("@context")
                .and_then(Value::as_str)
                .is_none_or(is_context)
            && !document.contains_key("bomFormat")
    }

    fn read(&self, path: &str, document: &Object) -> VexReading {
        let mut gathered = Gathered::new(path);
        let root = Place::ROOT;
        let first = gathered.reader.timestamp(document, "timestamp", root);
        let last = gathered.reader.timestamp(document, "last_updated", root);
        let facts = Arc::new(VexDocument {
            path: path.to_owned(),
            id: word_at(document, &["@id"]),
            author: word_at(document, &["author"]),
            stated: later(first, last),
        });
        let all = root.field("statements");
        for (index, statement) in gathered.reader.objects(document, "statements", root) {
            let place = all.item(index);
            if let Some(statement) = read_statement(&mut gathered, statement, place, &facts) {
                gathered.push(statement);
            }
        }
        gathered.into_reading(&facts)
    }
}

fn read_statement(
    gathered: &mut Gathered<'_>,
    statement: &Object,
    place: Place<'_>,
    document: &Arc<VexDocument>,
) -> Option<VexStatement> {
    let reader = &mut gathered.reader;
    let status = reader.word(statement, "status", place)?;
    let Some(status) = VexStatus::parse(status) else {
        reader.wrong(place.field("status"), "a status");
        return None;
    };
    let justification = reader.word(statement, "justification", place);
    let known = justification.and_then(VexJustification::parse);
    if justification.is_some() && known.is_none() {
        reader.wrong(place.field("justification"), "a justification");
    }
    let first = reader.timestamp(statement, "timestamp", place);
    let last = reader.timestamp(statement, "last_updated", place);
    let note = ["impact_statement", "action_statement", "status_notes"]
        .iter()
        .find_map(|key| prose(statement.get(*key)));
    Some(VexStatement {
        document: Arc::clone(document),
        stated: later(first, last).or(document.stated),
        ids: ids(statement),
        products: products(gathered, statement, place),
        status,
        justification: known,
        note,
    })
}

/// The vulnerability is a text in version 0.0.1, later an object with its name and aliases.
fn ids(statement: &Object) -> Vec<String> {
    let Some(vulnerability) = statement.get("vulnerability") else {
        return Vec::new();
    };
    let mut ids: Vec<&str> = vulnerability.as_str().into_iter().collect();
    ids.extend(vulnerability.get("name").and_then(Value::as_str));
    let aliases = vulnerability.get("aliases").and_then(Value::as_array);
    ids.extend(aliases.into_iter().flatten().filter_map(Value::as_str));
    ids.retain(|id| is_word(id));
    ids.into_iter().map(str::to_owned).collect()
}

fn products(gathered: &mut Gathered<'_>, statement: &Object, place: Place<'_>) -> Vec<VexProduct> {
    // In version 0.0.1 the parts stand beside the products.
    let common = identifiers(statement.get("subcomponents"));
    if is_unreadable(statement.get("subcomponents"), &common) {
        gathered
            .reader
            .wrong(place.field("subcomponents"), "a list of parts");
        return Vec::new();
    }
    let mut products = Vec::new();
    let list = place.field("products");
    let items = gathered.reader.list(statement, "products", place);
    for (index, item) in items.iter().enumerate() {
        let named = identifiers_of(item);
        if named.is_empty() {
            gathered.reader.wrong(list.item(index), "a product");
        }
        let own = item.get("subcomponents");
        let parts = if own.is_some() {
            identifiers(own)
        } else {
            common.clone()
        };
        if is_unreadable(own, &parts) {
            gathered
                .reader
                .wrong(list.item(index).field("subcomponents"), "a list of parts");
            continue;
        }
        products.extend(named.into_iter().map(|product| VexProduct {
            product,
            parts: parts.clone(),
        }));
    }
    unrepeated(products)
}

/// Whether parts are meant and none can be named: without them the statement would be about the whole product.
fn is_unreadable(list: Option<&Value>, parts: &[VexIdentifier]) -> bool {
    let is_none = |list: &Value| list.is_null() || list.as_array().is_some_and(Vec::is_empty);
    parts.is_empty() && !list.is_none_or(is_none)
}

fn identifiers(list: Option<&Value>) -> Vec<VexIdentifier> {
    let items = list.and_then(Value::as_array).into_iter().flatten();
    items.flat_map(identifiers_of).collect()
}

/// What a product is called: a text, or an object with an id and identifiers. Package URLs win over other names.
fn identifiers_of(item: &Value) -> Vec<VexIdentifier> {
    let purl = item.get("identifiers").and_then(|all| all.get("purl"));
    let candidates = [Some(item), item.get("@id"), purl];
    let words = candidates
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .filter(|text| is_word(text));
    let named: Vec<VexIdentifier> = words.map(VexIdentifier::new).collect();
    let is_purl = |name: &VexIdentifier| matches!(name, VexIdentifier::Purl(_));
    if named.iter().any(is_purl) {
        named.into_iter().filter(is_purl).collect()
    } else {
        named
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use crate::vex::describe::describe;

    #[test]
    fn statements_have_a_product_a_status_and_a_reason() {
        assert_snapshot!(describe(r#"{"@context": "https://openvex.dev/ns/v0.2.0", "@id": "https://lab.example/vex/1", "author": "Lab",
            "timestamp": "2099-01-02T00:00:00Z", "version": 1, "statements": [
            {"vulnerability": {"name": "CVE-2099-1", "aliases": ["GHSA-x"]}, "status": "not_affected",
             "justification": "vulnerable_code_not_in_execute_path",
             "products": [{"@id": "pkg:pypi/lab@1.0", "subcomponents": [{"@id": "pkg:pypi/Pillow"}]}]},
            {"vulnerability": "CVE-2099-2", "status": "fixed", "timestamp": "2099-02-01T00:00:00Z",
             "products": ["pkg:pypi/lab", {"identifiers": {"purl": "pkg:pypi/other"}, "@id": "urn:x"}]},
            {"vulnerability": {"name": "CVE-2099-3"}, "status": "affected", "action_statement": "upgrade\nsoon",
             "products": [{"@id": "the lab"}]}]}"#), @r#"
        https://lab.example/vex/1 | Lab | 2099-01-02T00:00:00Z
        CVE-2099-1 GHSA-x not_affected vulnerable_code_not_in_execute_path
          pkg:pypi/lab@1.0 parts pkg:pypi/pillow
        CVE-2099-2 fixed  2099-02-01T00:00:00Z
          pkg:pypi/lab
          pkg:pypi/other
        CVE-2099-3 affected  "upgrade soon"
          "the lab"
        "#);
    }

    #[test]
    fn what_could_hide_too_much_is_a_problem() {
        assert_snapshot!(describe(r#"{"@context": "https://openvex.dev/ns", "statements": [
            {"vulnerability": {"name": "CVE-2099-1"}, "status": "not_affected", "products": ["pkg:pypi/x"]},
            {"vulnerability": {"name": "CVE-2099-2"}, "status": "harmless", "products": ["pkg:pypi/x"]},
            {"vulnerability": {"name": "CVE-2099-3"}, "status": "fixed", "products": [{"@id": "pkg:pypi/x", "subcomponents": [7]}]},
            {"vulnerability": {}, "status": "fixed", "products": ["pkg:pypi/x"]},
            {"vulnerability": "CVE-2099-4", "status": "fixed", "products": []},
            {"vulnerability": "CVE-2099-5", "status": "not_affected", "justification": "because", "products": ["pkg:pypi/x"]}, 7]}"#), @"
        - | - | -
        problem x.json: `statements[6]` is not an object
        problem x.json: the statement about `CVE-2099-1` says `not_affected` without a reason, so it hides nothing
        problem x.json: `statements[1].status` is not a status
        problem x.json: `statements[2].products[0].subcomponents` is not a list of parts
        problem x.json: the statement about `CVE-2099-3` names no product
        problem x.json: a statement names no vulnerability
        problem x.json: the statement about `CVE-2099-4` names no product
        problem x.json: `statements[5].justification` is not a justification
        problem x.json: the statement about `CVE-2099-5` says `not_affected` without a reason, so it hides nothing
        ");
    }
}
