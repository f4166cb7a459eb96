//! One vulnerability of a document that has several, as a document of its own: what is kept of the record.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::Object;
use crate::csaf::ProductTree;

/// The document with this vulnerability alone and the products that it names. An empty vulnerability beside it says that
/// there were others, which is part of the record's id.
pub(super) fn of(document: &Object, vulnerability: &Object, tree: &ProductTree) -> String {
    let mut named = BTreeSet::new();
    let status = vulnerability
        .get("product_status")
        .and_then(Value::as_object);
    let lists = status
        .into_iter()
        .flat_map(Object::values)
        .filter_map(Value::as_array);
    for id in lists.flatten().filter_map(Value::as_str) {
        named.insert(id);
        let relation = tree.get(id).and_then(|product| product.relation.as_ref());
        named.extend(
            relation
                .into_iter()
                .flat_map(|(whole, part)| [whole.as_str(), part.as_str()]),
        );
    }
    let products = match document.get("product_tree").and_then(Value::as_object) {
        Some(products) => products
            .iter()
            .map(|(key, value)| (key.clone(), pruned(value, &named)))
            .collect(),
        None => Object::new(),
    };
    let about = document.get("document").cloned().unwrap_or_default();
    json!({"document": about, "product_tree": products, "vulnerabilities": [vulnerability, {}]})
        .to_string()
}

/// A list without the entries that are about other products. JSON is bounded in depth before.
fn pruned(list: &Value, named: &BTreeSet<&str>) -> Value {
    let Some(entries) = list.as_array() else {
        return list.clone();
    };
    Value::Array(
        entries
            .iter()
            .filter_map(|entry| kept(entry, named))
            .collect(),
    )
}

fn kept(entry: &Value, named: &BTreeSet<&str>) -> Option<Value> {
    let Some(object) = entry.as_object() else {
        return Some(entry.clone());
    };
    let is_named = |product: Option<&Value>| {
        let id = product.and_then(|product| product.get("product_id")?.as_str());
        id.is_some_and(|id| named.contains(id))
    };
    let mut entry = object.clone();
    if let Some(branches) = object.get("branches") {
        let branches = pruned(branches, named);
        let is_empty = branches.as_array().is_some_and(Vec::is_empty);
        entry.insert("branches".to_owned(), branches);
        return (!is_empty || is_named(object.get("product"))).then_some(Value::Object(entry));
    }
    let is_group = object.contains_key("group_id");
    let product = object
        .get("product")
        .or_else(|| object.get("full_product_name"));
    let is_kept = is_group || is_named(product) || is_named(Some(&Value::Object(entry.clone())));
    is_kept.then_some(Value::Object(entry))
}
