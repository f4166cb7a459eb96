//! What a bill in [SPDX 3](https://spdx.github.io/spdx-spec/v3.0.1/) says.
//!
//! Elements refer to each other by id. No reference is followed further than one step, so that circles end nowhere.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{Facts, Item, Nature, contact, list, said, text};
use crate::document::Format;

pub(super) fn read(json: &Value) -> Facts {
    let graph = Graph::of(json);
    let nothing = Value::Null;
    let document = graph.of_kind(&["SpdxDocument"]).next().unwrap_or(&nothing);
    let creation = document
        .get("creationInfo")
        .and_then(|it| graph.element(it))
        .or_else(|| graph.of_kind(&["CreationInfo"]).next())
        .unwrap_or(&nothing);
    let agents: Vec<&Value> = graph.all(creation, "createdBy").collect();
    let bills = || graph.of_kind(&["software_Sbom"]);
    Facts {
        uri: text(document, "spdxId").or_else(|| bills().find_map(|it| text(it, "spdxId"))),
        authors: agents.iter().filter_map(|it| text(it, "name")).collect(),
        author_contact: agents.iter().find_map(|it| contact_of(it)),
        tools: graph
            .all(creation, "createdUsing")
            .filter_map(|it| text(it, "name"))
            .collect(),
        timestamp: text(creation, "created"),
        context: bills()
            .flat_map(|it| list(it, "software_sbomType"))
            .find_map(|it| said(it.as_str()?)),
        tells_vulnerabilities: graph.of_kind(&["security_Vulnerability"]).next().is_some(),
        items: graph
            .of_kind(&["software_Package", "ai_AIPackage", "dataset_DatasetPackage"])
            .map(|it| graph.item(it))
            .collect(),
        ..Facts::empty(Format::Spdx3)
    }
}

/// The elements of a document, and what relationships lead from each.
struct Graph<'a> {
    elements: Vec<&'a Value>,
    by_id: BTreeMap<&'a str, &'a Value>,
    /// By where they lead from.
    links: BTreeMap<&'a str, Vec<Link<'a>>>,
    linked: BTreeSet<&'a str>,
    /// Where licences and files that generate others lead.
    sources: BTreeMap<&'a str, &'a str>,
}

struct Link<'a> {
    kind: &'a str,
    to: Vec<&'a str>,
    completeness: Option<&'a str>,
}

impl<'a> Graph<'a> {
    fn of(json: &'a Value) -> Self {
        let elements: Vec<&Value> = match json.get("@graph").and_then(Value::as_array) {
            Some(all) => all.iter().collect(),
            None => vec![json],
        };
        let by_id = elements
            .iter()
            .filter_map(|it| Some((id(it)?, *it)))
            .collect();
        let mut graph = Self {
            elements,
            by_id,
            links: BTreeMap::new(),
            linked: BTreeSet::new(),
            sources: BTreeMap::new(),
        };
        for element in graph.elements.clone() {
            if kind(element).is_some_and(|it| it.ends_with("Relationship")) {
                graph.link(element);
            }
        }
        graph
    }

    fn link(&mut self, relationship: &'a Value) {
        let Some(from) = relationship.get("from").and_then(Value::as_str) else {
            return;
        };
        let kind = relationship.get("relationshipType").and_then(Value::as_str);
        let link = Link {
            kind: kind.unwrap_or_default(),
            to: list(relationship, "to")
                .iter()
                .filter_map(Value::as_str)
                .collect(),
            completeness: relationship.get("completeness").and_then(Value::as_str),
        };
        if is_of_contents(link.kind) {
            self.linked.insert(from);
            self.linked.extend(&link.to);
        }
        if link.kind == "generates" {
            self.sources.extend(link.to.iter().map(|to| (*to, from)));
        }
        self.links.entry(from).or_default().push(link);
    }

    /// What a reference leads to, or the element itself where it stands in place of one.
    fn element(&self, reference: &'a Value) -> Option<&'a Value> {
        match reference.as_str() {
            Some(id) => self.by_id.get(id).copied(),
            None => reference.is_object().then_some(reference),
        }
    }

    fn all(&self, of: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
        list(of, key).iter().filter_map(|it| self.element(it))
    }

    fn of_kind(&self, kinds: &'static [&'static str]) -> impl Iterator<Item = &'a Value> {
        let is_of = |it: &&Value| kind(it).is_some_and(|kind| kinds.contains(&kind));
        self.elements.iter().copied().filter(is_of)
    }

    fn links_of(&self, id: &str) -> &[Link<'a>] {
        self.links.get(id).map_or(&[], Vec::as_slice)
    }

    /// What links of a kind lead to from an element.
    fn led_to(&self, id: &str, kind: &str) -> impl Iterator<Item = &'a Value> {
        let links = self.links_of(id).iter();
        let to = links
            .filter(move |it| it.kind == kind)
            .flat_map(|it| &it.to);
        to.filter_map(|id| self.by_id.get(id).copied())
    }

    fn item(&self, package: &'a Value) -> Item {
        let id = id(package).unwrap_or_default();
        let one = |key: &str| package.get(key).and_then(|it| self.element(it));
        let supplier = one("suppliedBy");
        let makers: Vec<&Value> = self.all(package, "originatedBy").collect();
        let files: Vec<&Value> = self.led_to(id, "hasDistributionArtifact").collect();
        let licence = |kind: &str| self.led_to(id, kind).find_map(expression);
        let purl = text(package, "software_packageUrl")
            .or_else(|| identifiers(package, &["packageUrl"]).next());
        let known = ["packageUrl", "cpe22", "cpe23", "swid", "swhid", "gitoid"];
        let mut all: Vec<String> = identifiers(package, &known).chain(purl.clone()).collect();
        all.sort();
        all.dedup();
        let by_links = self
            .links_of(id)
            .iter()
            .filter(|it| is_of_contents(it.kind));
        Item {
            id: id.to_owned(),
            name: text(package, "name"),
            version: text(package, "software_packageVersion"),
            supplier: supplier.and_then(|it| text(it, "name")),
            producer: makers
                .iter()
                .copied()
                .chain(supplier)
                .find_map(|it| text(it, "name")),
            producer_contact: makers.iter().copied().find_map(contact_of),
            purl,
            identifiers: all,
            hashes: self.hashes(package),
            deployed_hashes: files.iter().flat_map(|it| self.hashes(it)).collect(),
            declared: licence("hasDeclaredLicense"),
            concluded: licence("hasConcludedLicense"),
            is_linked: self.linked.contains(id),
            states_completeness: by_links.clone().next().is_some()
                && by_links.clone().all(|it| it.completeness.is_some()),
            file_name: files.iter().find_map(|it| text(it, "name")),
            nature: nature(&files),
            source_uri: self
                .sources
                .get(id)
                .and_then(|id| reference(self.by_id.get(id)?, None))
                .or_else(|| text(package, "software_sourceInfo").and_then(|it| contact(&it))),
            deployable_uri: files
                .iter()
                .find_map(|it| reference(it, Some("binaryArtifact")))
                .or_else(|| text(package, "software_downloadLocation")),
        }
    }

    fn hashes(&self, of: &'a Value) -> Vec<(String, String)> {
        self.all(of, "verifiedUsing")
            .filter_map(|it| Some((text(it, "algorithm")?, text(it, "hashValue")?)))
            .collect()
    }
}

/// Whether a relationship says what is in something or what it needs.
fn is_of_contents(kind: &str) -> bool {
    [
        "contains",
        "dependsOn",
        "hasStaticLink",
        "hasDynamicLink",
        "hasProvidedDependency",
    ]
    .contains(&kind)
        || kind.starts_with("hasOptional")
        || kind.starts_with("hasPrerequisite")
        || kind == "describes"
}

/// Programs and archives are marked; what is not marked so is neither, once the file itself is described.
fn nature(files: &[&Value]) -> Nature {
    let purposes = files
        .iter()
        .flat_map(|it| list(it, "software_additionalPurpose"));
    let mut purposes = purposes.filter_map(Value::as_str);
    Nature {
        executable: !files.is_empty(),
        archive: !files.is_empty(),
        structured: purposes.any(|it| ["container", "firmware"].contains(&it)),
    }
}

fn kind(element: &Value) -> Option<&str> {
    element
        .get("type")
        .or_else(|| element.get("@type"))?
        .as_str()
}

fn id(element: &Value) -> Option<&str> {
    element
        .get("spdxId")
        .or_else(|| element.get("@id"))?
        .as_str()
}

fn expression(licence: &Value) -> Option<String> {
    text(licence, "simplelicensing_licenseExpression").or_else(|| text(licence, "name"))
}

fn identifiers(of: &Value, kinds: &[&str]) -> impl Iterator<Item = String> {
    list(of, "externalIdentifier").iter().filter_map(move |it| {
        let kind = text(it, "externalIdentifierType")?;
        kinds
            .contains(&kind.as_str())
            .then(|| text(it, "identifier"))
            .flatten()
    })
}

fn contact_of(agent: &Value) -> Option<String> {
    let mut by_identifier = identifiers(agent, &["email", "urlScheme", "other"]);
    by_identifier.find_map(|it| contact(&it))
}

/// The first place that an external reference of a kind names.
fn reference(of: &Value, wanted: Option<&str>) -> Option<String> {
    let all = list(of, "externalRef").iter();
    let mut wanted = all.filter(|it| {
        let kind = text(it, "externalRefType");
        wanted.is_none() || kind.as_deref() == wanted
    });
    wanted.find_map(|it| list(it, "locator").iter().find_map(|it| said(it.as_str()?)))
}
