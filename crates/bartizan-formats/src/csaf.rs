//! The product tree of CSAF documents, which advisories and VEX statements share
//! ([CSAF 2.0](https://docs.oasis-open.org/csaf/csaf/v2.0/csaf-v2.0.html), section 3.2.2; 2.1 has several package URLs for
//! one product, and paths in place of relationships).
//!
//! A product is named by an id that means nothing outside of its document; what it is, a package URL or a name says.

use std::collections::BTreeMap;

use bartizan_model::{
    purl::{Purl, PurlParts},
    vex::VexIdentifier,
};
use serde_json::Value;

use crate::advisory::field::{Object, Place, Reader, is_word};

/// Branches nest as product, version, architecture; deeper ones are not honest.
const DEEPEST_BRANCH: usize = 32;

/// A product.
#[derive(Debug, Clone, Default)]
pub(crate) struct Product {
    /// Its name.
    pub(crate) title: String,
    /// Its package URLs, with the version of its branch where they have none.
    pub(crate) purls: Vec<Purl>,
    /// Its name in the enumeration of platforms (`cpe:/a:redhat:enterprise_linux:9::appstream`).
    pub(crate) cpe: Option<String>,
    /// The range of versions that its branch stands for (`vers:…` or free text).
    pub(crate) range: Option<String>,
    /// The ids of the product it is part of and of the part itself, where it is one thing within another.
    pub(crate) relation: Option<(String, String)>,
}

/// The products and groups of a document.
#[derive(Debug, Default)]
pub(crate) struct ProductTree {
    products: BTreeMap<String, Product>,
    groups: BTreeMap<String, Vec<String>>,
}

/// What the branches on the way to a product say of its version.
#[derive(Clone, Copy, Default)]
struct Versions<'a> {
    version: Option<&'a str>,
    range: Option<&'a str>,
}

/// Where in the tree a branch stands.
#[derive(Clone, Copy)]
struct At<'a> {
    place: Place<'a>,
    depth: usize,
}

impl ProductTree {
    /// Reads the tree of a document.
    pub(crate) fn read(document: &Object, reader: &mut Reader<'_>) -> Self {
        let mut tree = Self::default();
        let place = Place::ROOT.field("product_tree");
        let Some(root) = reader.object(document, "product_tree", Place::ROOT) else {
            return tree;
        };
        let at = At { place, depth: 0 };
        tree.branches(root, at, Versions::default(), reader);
        for (_, product) in reader.objects(root, "full_product_names", place) {
            tree.product(product, Versions::default(), None);
        }
        for (_, relation) in reader.objects(root, "relationships", place) {
            let part = relation.get("product_reference").and_then(Value::as_str);
            let whole = relation
                .get("relates_to_product_reference")
                .and_then(Value::as_str);
            let named = relation.get("full_product_name").and_then(Value::as_object);
            if let (Some(part), Some(whole), Some(named)) = (part, whole, named) {
                let relation = Some((whole.to_owned(), part.to_owned()));
                tree.product(named, Versions::default(), relation);
            }
        }
        // What 2.0 calls relationships are paths in 2.1. One of several steps says less than that the part is in the
        // whole, so it is left a name.
        for (_, path) in reader.objects(root, "product_paths", place) {
            let part = path
                .get("beginning_product_reference")
                .and_then(Value::as_str);
            let steps = path.get("subpaths").and_then(Value::as_array);
            let whole = match steps.map(Vec::as_slice) {
                Some([only]) => only.get("next_product_reference").and_then(Value::as_str),
                _ => None,
            };
            if let Some(named) = path.get("full_product_name").and_then(Value::as_object) {
                let relation = whole.zip(part);
                let relation = relation.map(|(whole, part)| (whole.to_owned(), part.to_owned()));
                tree.product(named, Versions::default(), relation);
            }
        }
        let list = place.field("product_groups");
        for (index, group) in reader.objects(root, "product_groups", place) {
            let ids = reader.words(group, "product_ids", list.item(index));
            if let Some(id) = reader.word(group, "group_id", list.item(index)) {
                tree.groups.insert(id.to_owned(), ids);
            }
        }
        tree
    }

    /// The product of an id.
    pub(crate) fn get(&self, id: &str) -> Option<&Product> {
        self.products.get(id)
    }

    /// The ids of products that an entry names, by themselves or as groups; `None` where it names none at all and so
    /// speaks of every product.
    pub(crate) fn named<'t>(&'t self, entry: &'t Object) -> Option<Vec<&'t str>> {
        let has = |key: &str| entry.get(key).is_some_and(|list| !list.is_null());
        if !has("product_ids") && !has("group_ids") {
            return None;
        }
        let list = |key: &str| {
            entry
                .get(key)
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
        };
        let groups = list("group_ids").filter_map(Value::as_str);
        let grouped = groups.filter_map(|id| self.groups.get(id)).flatten();
        let own = list("product_ids").filter_map(Value::as_str);
        Some(own.chain(grouped.map(String::as_str)).collect())
    }

    fn branches<'v>(
        &mut self,
        of: &'v Object,
        at: At<'_>,
        versions: Versions<'v>,
        reader: &mut Reader<'_>,
    ) {
        if at.depth > DEEPEST_BRANCH {
            reader.note("branches nest too deep");
            return;
        }
        let list = at.place.field("branches");
        for (index, branch) in reader.objects(of, "branches", at.place) {
            let name = branch.get("name").and_then(Value::as_str);
            let versions = match branch.get("category").and_then(Value::as_str) {
                Some("product_version") => Versions {
                    version: name,
                    range: None,
                },
                Some("product_version_range") => Versions {
                    version: None,
                    range: name,
                },
                _ => versions,
            };
            if let Some(product) = branch.get("product").and_then(Value::as_object) {
                self.product(product, versions, None);
            }
            let below = At {
                place: list.item(index),
                depth: at.depth + 1,
            };
            self.branches(branch, below, versions, reader);
        }
    }

    fn product(
        &mut self,
        product: &Object,
        versions: Versions<'_>,
        relation: Option<(String, String)>,
    ) {
        let text = |key: &str| product.get(key).and_then(Value::as_str);
        let Some(id) = text("product_id").filter(|id| is_word(id)) else {
            return;
        };
        let helper = product
            .get("product_identification_helper")
            .and_then(Value::as_object);
        let one = helper.and_then(|helper| helper.get("purl"));
        let several = helper.and_then(|helper| helper.get("purls")?.as_array());
        let purls = one
            .into_iter()
            .chain(several.into_iter().flatten())
            .filter_map(|purl| purl.as_str()?.parse().ok())
            .map(|purl| in_version(purl, versions.version))
            .collect();
        let read = Product {
            title: text("name")
                .filter(|name| is_word(name))
                .unwrap_or(id)
                .to_owned(),
            purls,
            cpe: helper
                .and_then(|helper| helper.get("cpe")?.as_str())
                .filter(|cpe| is_word(cpe))
                .map(str::to_owned),
            range: versions.range.map(str::to_owned),
            relation,
        };
        self.products.insert(id.to_owned(), read);
    }
}

impl Product {
    /// What names it to others. A range of versions that no package URL can say leaves a text, which matches nothing.
    pub(crate) fn identifiers(&self) -> Vec<VexIdentifier> {
        let has_all_versions = |purl: &Purl| purl.version().is_none() && self.range.is_some();
        if self.purls.is_empty() || self.purls.iter().any(has_all_versions) {
            return vec![VexIdentifier::Text(self.title.clone())];
        }
        let purls = self.purls.iter().cloned();
        purls
            .map(|purl| VexIdentifier::Purl(Box::new(purl)))
            .collect()
    }
}

/// The package URL with a version, where it has none of its own.
pub(crate) fn in_version(purl: Purl, version: Option<&str>) -> Purl {
    match version {
        Some(version) if purl.version().is_none() => of_version(&purl, version).unwrap_or(purl),
        _ => purl,
    }
}

/// The package URL with another version.
pub(crate) fn of_version(purl: &Purl, version: &str) -> Option<Purl> {
    let pairs = purl.qualifiers();
    let parts = PurlParts {
        kind: purl.kind().to_owned(),
        namespace: purl.namespace().to_vec(),
        name: purl.name().to_owned(),
        version: Some(version.to_owned()),
        qualifiers: pairs
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .collect(),
        subpath: purl.subpath().to_vec(),
    };
    Purl::new(parts).ok()
}
