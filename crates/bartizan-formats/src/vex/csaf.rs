//! [CSAF](https://docs.oasis-open.org/csaf/csaf/v2.0/csaf-v2.0.html) 2.0 and 2.1: the profile VEX, and what every other
//! profile states about products.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use bartizan_model::vex::{
    VexDocument, VexIdentifier, VexJustification, VexProduct, VexStatement, VexStatus,
};
use serde_json::Value;

use super::{Gathered, VexFormat, VexReading, prose, unrepeated, word_at};
use crate::{
    advisory::field::{Object, Place, is_word},
    csaf::ProductTree,
};

/// The format.
pub(super) static ITEM: Csaf = Csaf;

/// Documents with a product tree and the status of its products for each vulnerability.
pub(super) struct Csaf;

/// The lists of a product status, with what each says.
const STATUSES: [(&str, VexStatus); 8] = [
    ("known_affected", VexStatus::Affected),
    ("first_affected", VexStatus::Affected),
    ("last_affected", VexStatus::Affected),
    ("under_investigation", VexStatus::UnderInvestigation),
    ("unknown", VexStatus::UnderInvestigation),
    ("fixed", VexStatus::Fixed),
    ("first_fixed", VexStatus::Fixed),
    ("known_not_affected", VexStatus::NotAffected),
];

/// What statements that differ only in their products have in common.
type Common = (VexStatus, Option<VexJustification>, Option<String>);

impl VexFormat for Csaf {
    fn id(&self) -> &'static str {
        "csaf"
    }

    fn title(&self) -> &'static str {
        "CSAF 2.0 and 2.1"
    }

    fn recognises(&self, document: &Object) -> bool {
        document
            .get("document")
            .and_then(Value::as_object)
            .is_some_and(|about| about.contains_key("csaf_version"))
    }

    fn read(&self, path: &str, document: &Object) -> VexReading {
        let mut gathered = Gathered::new(path);
        let none = Object::new();
        let about = document.get("document").and_then(Value::as_object);
        let tracking = about.and_then(|about| about.get("tracking")?.as_object());
        let at = Place::ROOT.field("document");
        let at = at.field("tracking");
        let stated =
            gathered
                .reader
                .timestamp(tracking.unwrap_or(&none), "current_release_date", at);
        let facts = Arc::new(VexDocument {
            path: path.to_owned(),
            id: word_at(document, &["document", "tracking", "id"]),
            author: word_at(document, &["document", "publisher", "name"]),
            stated,
        });
        let tree = ProductTree::read(document, &mut gathered.reader);
        let list = Place::ROOT.field("vulnerabilities");
        for (index, vulnerability) in
            gathered
                .reader
                .objects(document, "vulnerabilities", Place::ROOT)
        {
            let place = list.item(index);
            for statement in statements(&mut gathered, vulnerability, place, &tree, &facts) {
                gathered.push(statement);
            }
        }
        gathered.into_reading(&facts)
    }
}

fn statements(
    gathered: &mut Gathered<'_>,
    vulnerability: &Object,
    place: Place<'_>,
    tree: &ProductTree,
    document: &Arc<VexDocument>,
) -> Vec<VexStatement> {
    let reader = &mut gathered.reader;
    let Some(lists) = reader.object(vulnerability, "product_status", place) else {
        return Vec::new();
    };
    let flags = said(tree, vulnerability, "flags", |flag| {
        VexJustification::parse(flag.get("label")?.as_str()?)
    });
    let impacts = said(tree, vulnerability, "threats", |threat| {
        let is_impact = threat.get("category")?.as_str()? == "impact";
        prose(threat.get("details")).filter(|_| is_impact)
    });
    let remedies = said(tree, vulnerability, "remediations", |remedy| {
        prose(remedy.get("details"))
    });
    let mut by_common: BTreeMap<Common, Vec<VexProduct>> = BTreeMap::new();
    let at = place.field("product_status");
    for (key, status) in STATUSES {
        for id in reader.words(lists, key, at) {
            let note = match status {
                VexStatus::NotAffected => impacts.of(&id),
                VexStatus::Affected => remedies.of(&id),
                _ => None,
            };
            let justification = flags.of(&id).copied();
            let justification = justification.filter(|_| status == VexStatus::NotAffected);
            let products = products(tree, &id);
            if products.is_empty() {
                reader.note(format_args!(
                    "the product `{id}` is not in the product tree"
                ));
            }
            by_common
                .entry((status, justification, note.cloned()))
                .or_default()
                .extend(products);
        }
    }
    let ids = ids(vulnerability);
    by_common
        .into_iter()
        .filter(|(_, products)| !products.is_empty())
        .map(|((status, justification, note), products)| VexStatement {
            document: Arc::clone(document),
            stated: document.stated,
            ids: ids.clone(),
            products: unrepeated(products),
            status,
            justification,
            note,
        })
        .collect()
}

/// What the entries of a list say about products: about some, or about all.
struct Said<'a, T> {
    of_some: HashMap<&'a str, T>,
    of_all: Option<T>,
}

impl<T> Said<'_, T> {
    fn of(&self, id: &str) -> Option<&T> {
        self.of_some.get(id).or(self.of_all.as_ref())
    }
}

fn said<'a, T: Clone>(
    tree: &'a ProductTree,
    vulnerability: &'a Object,
    key: &str,
    what: impl Fn(&Object) -> Option<T>,
) -> Said<'a, T> {
    let mut said = Said {
        of_some: HashMap::new(),
        of_all: None,
    };
    let entries = vulnerability.get(key).and_then(Value::as_array);
    for entry in entries.into_iter().flatten().filter_map(Value::as_object) {
        let Some(what) = what(entry) else { continue };
        match tree.named(entry) {
            Some(ids) => said
                .of_some
                .extend(ids.into_iter().map(|id| (id, what.clone()))),
            None => said.of_all = said.of_all.or(Some(what)),
        }
    }
    said
}

/// The CVE, and the ids that others gave it.
fn ids(vulnerability: &Object) -> Vec<String> {
    let cve = vulnerability.get("cve").and_then(Value::as_str);
    let others = vulnerability.get("ids").and_then(Value::as_array);
    let others = others.into_iter().flatten();
    cve.into_iter()
        .chain(others.filter_map(|id| id.get("text")?.as_str()))
        .filter(|id| is_word(id))
        .map(str::to_owned)
        .collect()
}

/// A product, or a part within a product; a product that has package URLs of its own is named by these.
fn products(tree: &ProductTree, id: &str) -> Vec<VexProduct> {
    let Some(product) = tree.get(id) else {
        return Vec::new();
    };
    let whole = |identifiers: Vec<VexIdentifier>| {
        identifiers.into_iter().map(|product| VexProduct {
            product,
            parts: Vec::new(),
        })
    };
    let related = product
        .relation
        .as_ref()
        .filter(|_| product.purls.is_empty());
    let related = related.and_then(|(whole, part)| Some((tree.get(whole)?, tree.get(part)?)));
    match related {
        Some((outer, part)) => outer
            .identifiers()
            .into_iter()
            .map(|product| VexProduct {
                product,
                parts: part.identifiers(),
            })
            .collect(),
        None => whole(product.identifiers()).collect(),
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use crate::vex::describe::describe;

    #[test]
    fn a_path_of_one_step_is_a_part_within_a_product() {
        assert_snapshot!(describe(r#"{"document": {"csaf_version": "2.1", "tracking": {"id": "L"}}, "product_tree": {
            "full_product_names": [{"name": "lab", "product_id": "C"}, {"name": "x", "product_id": "A",
              "product_identification_helper": {"purls": ["pkg:pypi/x"]}}],
            "product_paths": [
              {"beginning_product_reference": "A", "full_product_name": {"name": "x in lab", "product_id": "D"},
               "subpaths": [{"category": "default_component_of", "next_product_reference": "C"}]},
              {"beginning_product_reference": "A", "full_product_name": {"name": "x in y in lab", "product_id": "E"},
               "subpaths": [{"next_product_reference": "Y"}, {"next_product_reference": "C"}]}]},
            "vulnerabilities": [{"cve": "CVE-2099-1", "product_status": {"fixed": ["D", "E"]}}]}"#), @r#"
        L | - | -
        CVE-2099-1 fixed 
          "lab" parts pkg:pypi/x
          "x in y in lab"
        "#);
    }

    #[test]
    fn the_product_tree_says_what_is_meant() {
        assert_snapshot!(describe(r#"{"document": {"category": "csaf_vex", "csaf_version": "2.0", "publisher": {"name": "Lab"},
            "tracking": {"id": "LAB-1", "current_release_date": "2099-01-02T00:00:00Z"}},
            "product_tree": {
              "branches": [{"category": "vendor", "name": "V", "branches": [{"category": "product_name", "name": "x", "branches": [
                {"category": "product_version", "name": "1.0", "product": {"name": "x 1.0", "product_id": "A",
                 "product_identification_helper": {"purl": "pkg:pypi/x"}}},
                {"category": "product_version_range", "name": "vers:pypi/<1.0", "product": {"name": "x before 1.0", "product_id": "B",
                 "product_identification_helper": {"purls": ["pkg:pypi/x"]}}}]}]}],
              "full_product_names": [{"name": "lab", "product_id": "C"}],
              "relationships": [{"category": "default_component_of", "product_reference": "A", "relates_to_product_reference": "C",
                "full_product_name": {"name": "x in lab", "product_id": "D"}}],
              "product_groups": [{"group_id": "G", "product_ids": ["B", "D"]}]},
            "vulnerabilities": [{"cve": "CVE-2099-1", "ids": [{"system_name": "s", "text": "GHSA-x"}],
              "product_status": {"known_not_affected": ["A", "D", "B"], "fixed": ["C"], "known_affected": ["Z"]},
              "flags": [{"label": "component_not_present", "product_ids": ["A"]}, {"label": "vulnerable_code_not_present", "group_ids": ["G"]}],
              "remediations": [{"category": "none_available", "details": "wait"}]},
             {"cve": "CVE-2099-2", "product_status": {"known_not_affected": ["C"]},
              "threats": [{"category": "impact", "details": "nobody calls it"}]},
             {"cve": "CVE-2099-3", "product_status": {"known_not_affected": ["C"]}}]}"#), @r#"
        LAB-1 | Lab | 2099-01-02T00:00:00Z
        CVE-2099-1 GHSA-x not_affected component_not_present
          pkg:pypi/x@1.0
        CVE-2099-1 GHSA-x not_affected vulnerable_code_not_present
          "lab" parts pkg:pypi/x@1.0
          "x before 1.0"
        CVE-2099-1 GHSA-x fixed 
          "lab"
        CVE-2099-2 not_affected  "nobody calls it"
          "lab"
        problem x.json: the product `Z` is not in the product tree
        problem x.json: the statement about `CVE-2099-3` says `not_affected` without a reason, so it hides nothing
        "#);
    }
}
