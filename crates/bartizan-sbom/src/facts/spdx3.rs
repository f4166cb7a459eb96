//! What a bill in [SPDX 3](https://spdx.github.io/spdx-spec/v3.0.1/) says.
//!
//! Elements refer to each other by id. No reference is followed further than one step, so that circles end nowhere.

use std::collections::{BTreeMap, BTreeSet};

use super::{Facts, Item, MOST_COMPONENTS, Nature, contact, list, said, text};
use crate::{document::Format, json::Json};

pub(super) fn read(json: &Json<'_>) -> Facts {
    let graph = Graph::of(json);
    let nothing = Json::Null;
    let document = graph.of_kind(&["SpdxDocument"]).next().unwrap_or(&nothing);
    let creation = document
        .get("creationInfo")
        .and_then(|it| graph.element(it))
        .or_else(|| graph.of_kind(&["CreationInfo"]).next())
        .unwrap_or(&nothing);
    let agents: Vec<&Json<'_>> = graph.all(creation, "createdBy").collect();
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
            .take(MOST_COMPONENTS + 1)
            .map(|it| graph.item(it))
            .collect(),
        ..Facts::empty(Format::Spdx3)
    }
}

/// The elements of a document, and what relationships lead from each.
struct Graph<'a> {
    elements: Vec<&'a Json<'a>>,
    by_id: BTreeMap<&'a str, &'a Json<'a>>,
    /// By where they lead from, sorted.
    links: Vec<Link<'a>>,
    linked: BTreeSet<&'a str>,
    /// Where licences and files that generate others lead.
    sources: BTreeMap<&'a str, &'a str>,
}

struct Link<'a> {
    from: &'a str,
    kind: &'a str,
    to: &'a [Json<'a>],
    completeness: Option<&'a str>,
}

impl<'a> Graph<'a> {
    fn of(json: &'a Json<'a>) -> Self {
        let elements: Vec<&Json<'_>> = match json.get("@graph").and_then(Json::as_array) {
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
            links: Vec::new(),
            linked: BTreeSet::new(),
            sources: BTreeMap::new(),
        };
        for element in graph.elements.clone() {
            if kind(element).is_some_and(|it| it.ends_with("Relationship")) {
                graph.link(element);
            }
        }
        graph.links.sort_by_key(|it| it.from);
        graph
    }

    fn link(&mut self, relationship: &'a Json<'a>) {
        let Some(from) = relationship.get("from").and_then(Json::as_str) else {
            return;
        };
        let kind = relationship.get("relationshipType").and_then(Json::as_str);
        let link = Link {
            from,
            kind: kind.unwrap_or_default(),
            to: list(relationship, "to"),
            completeness: relationship.get("completeness").and_then(Json::as_str),
        };
        if is_of_contents(link.kind) {
            self.linked.insert(from);
            self.linked.extend(link.to());
        }
        if link.kind == "generates" {
            self.sources.extend(link.to().map(|to| (to, from)));
        }
        self.links.push(link);
    }

    /// What a reference leads to, or the element itself where it stands in place of one.
    fn element(&self, reference: &'a Json<'a>) -> Option<&'a Json<'a>> {
        match reference.as_str() {
            Some(id) => self.by_id.get(id).copied(),
            None => reference.is_object().then_some(reference),
        }
    }

    fn all(&self, of: &'a Json<'a>, key: &str) -> impl Iterator<Item = &'a Json<'a>> {
        list(of, key).iter().filter_map(|it| self.element(it))
    }

    fn of_kind(&self, kinds: &'static [&'static str]) -> impl Iterator<Item = &'a Json<'a>> {
        let is_of = |it: &&Json<'_>| kind(it).is_some_and(|kind| kinds.contains(&kind));
        self.elements.iter().copied().filter(is_of)
    }

    /// What leads from an element. Where two are called the same, it leads from the one that is found by its id.
    fn links_of(&self, id: &str) -> &[Link<'a>] {
        let begin = self.links.partition_point(|it| it.from < id);
        let rest = self.links.get(begin..).unwrap_or_default();
        let count = rest.partition_point(|it| it.from == id);
        rest.get(..count).unwrap_or_default()
    }

    /// What links of a kind lead to from an element.
    fn led_to(&self, id: &str, kind: &str) -> impl Iterator<Item = &'a Json<'a>> {
        let links = self.links_of(id).iter();
        let to = links.filter(move |it| it.kind == kind).flat_map(Link::to);
        to.filter_map(|id| self.by_id.get(id).copied())
    }

    fn item(&self, package: &'a Json<'a>) -> Item {
        let own = id(package).unwrap_or_default();
        // A thousand packages of one id must not each follow the links of all.
        let is_found = self
            .by_id
            .get(own)
            .is_some_and(|it| std::ptr::eq(*it, package));
        let id = if is_found { own } else { "" };
        let one = |key: &str| package.get(key).and_then(|it| self.element(it));
        let supplier = one("suppliedBy");
        let makers: Vec<&Json<'_>> = self.all(package, "originatedBy").collect();
        let files: Vec<&Json<'_>> = self.led_to(id, "hasDistributionArtifact").collect();
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
            id: own.to_owned(),
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
            is_linked: self.linked.contains(own),
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

    fn hashes(&self, of: &'a Json<'a>) -> Vec<(String, String)> {
        self.all(of, "verifiedUsing")
            .filter_map(|it| Some((text(it, "algorithm")?, text(it, "hashValue")?)))
            .collect()
    }
}

impl<'a> Link<'a> {
    /// What it leads to.
    fn to(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.to.iter().filter_map(Json::as_str)
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
fn nature(files: &[&Json<'_>]) -> Nature {
    let purposes = files
        .iter()
        .flat_map(|it| list(it, "software_additionalPurpose"));
    let mut purposes = purposes.filter_map(Json::as_str);
    Nature {
        executable: !files.is_empty(),
        archive: !files.is_empty(),
        structured: purposes.any(|it| ["container", "firmware"].contains(&it)),
    }
}

fn kind<'a>(element: &'a Json<'_>) -> Option<&'a str> {
    element
        .get("type")
        .or_else(|| element.get("@type"))?
        .as_str()
}

fn id<'a>(element: &'a Json<'_>) -> Option<&'a str> {
    element
        .get("spdxId")
        .or_else(|| element.get("@id"))?
        .as_str()
}

fn expression(licence: &Json<'_>) -> Option<String> {
    text(licence, "simplelicensing_licenseExpression").or_else(|| text(licence, "name"))
}

fn identifiers(of: &Json<'_>, kinds: &[&str]) -> impl Iterator<Item = String> {
    list(of, "externalIdentifier").iter().filter_map(move |it| {
        let kind = text(it, "externalIdentifierType")?;
        kinds
            .contains(&kind.as_str())
            .then(|| text(it, "identifier"))
            .flatten()
    })
}

fn contact_of(agent: &Json<'_>) -> Option<String> {
    let mut by_identifier = identifiers(agent, &["email", "urlScheme", "other"]);
    by_identifier.find_map(|it| contact(&it))
}

/// The first place that an external reference of a kind names.
fn reference(of: &Json<'_>, wanted: Option<&str>) -> Option<String> {
    let all = list(of, "externalRef").iter();
    let mut wanted = all.filter(|it| {
        let kind = text(it, "externalRefType");
        wanted.is_none() || kind.as_deref() == wanted
    });
    wanted.find_map(|it| list(it, "locator").iter().find_map(|it| said(it.as_str()?)))
}
