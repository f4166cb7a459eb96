//! What a bill in [`CycloneDX`](https://cyclonedx.org/docs/1.7/json/) says.
//!
//! What the standard has no field for stands in properties of the
//! [taxonomy of the BSI](https://github.com/BSI-Bund/tr-03183-cyclonedx-property-taxonomy).

use std::collections::BTreeSet;

use super::{Facts, Item, MOST_COMPONENTS, Nature, contact, list, said, text};
use crate::{document::Format, json::Json};

pub(super) fn read(json: &Json<'_>) -> Facts {
    let nothing = Json::Null;
    let metadata = json.get("metadata").unwrap_or(&nothing);
    let links = Links::of(json);
    let mut items = Vec::new();
    let subject = metadata.get("component").into_iter();
    for component in subject.chain(list(json, "components")) {
        add(component, &links, &mut items);
    }
    let people = list(metadata, "authors");
    let bodies = ["manufacturer", "manufacture", "supplier"];
    let bodies: Vec<&Json<'_>> = bodies.iter().filter_map(|key| metadata.get(key)).collect();
    let names = people.iter().chain(bodies.iter().copied());
    let mails = people
        .iter()
        .filter_map(|it| contact(it.get("email")?.as_str()?));
    Facts {
        uri: text(json, "serialNumber"),
        authors: names.filter_map(|it| text(it, "name")).collect(),
        author_contact: mails
            .chain(bodies.iter().filter_map(|it| contact_of(it)))
            .next(),
        tools: tools(metadata),
        timestamp: text(metadata, "timestamp"),
        context: list(metadata, "lifecycles")
            .iter()
            .find_map(|it| text(it, "phase").or_else(|| text(it, "name"))),
        tells_vulnerabilities: !list(json, "vulnerabilities").is_empty(),
        items,
        ..Facts::empty(Format::CycloneDx)
    }
}

/// Since 1.5 tools are components and services; before, a list of their own.
fn tools(metadata: &Json<'_>) -> Vec<String> {
    let Some(tools) = metadata.get("tools") else {
        return Vec::new();
    };
    let own = tools.as_array().unwrap_or_default().iter();
    let all = own
        .chain(list(tools, "components"))
        .chain(list(tools, "services"));
    all.filter_map(|it| text(it, "name")).collect()
}

/// What links say, by what they call components.
struct Links<'a> {
    linked: BTreeSet<&'a str>,
    /// Those of which it is said what they depend on.
    stated: BTreeSet<&'a str>,
    /// Those of which it is said whether that is all.
    complete: BTreeSet<&'a str>,
}

impl<'a> Links<'a> {
    fn of(json: &'a Json<'_>) -> Self {
        let mut links = Self {
            linked: BTreeSet::new(),
            stated: BTreeSet::new(),
            complete: BTreeSet::new(),
        };
        for dependency in list(json, "dependencies") {
            let from = dependency.get("ref").and_then(named);
            let on = ["dependsOn", "provides"]
                .into_iter()
                .flat_map(|key| list(dependency, key));
            links.linked.extend(on.filter_map(named));
            links.linked.extend(from);
            links.stated.extend(from);
        }
        for composition in list(json, "compositions") {
            let of = ["dependencies", "assemblies"].into_iter();
            let of = of.flat_map(|key| list(composition, key));
            if text(composition, "aggregate").is_some() {
                links.complete.extend(of.filter_map(named));
            }
        }
        links
    }
}

/// What a link calls a component.
fn named<'a>(json: &'a Json<'_>) -> Option<&'a str> {
    json.as_str().map(str::trim).filter(|it| !it.is_empty())
}

/// Adds a component and those that it is assembled from. The parser bounds how deep they are nested.
fn add(component: &Json<'_>, links: &Links<'_>, items: &mut Vec<Item>) {
    if items.len() > MOST_COMPONENTS {
        return;
    }
    let inner = list(component, "components");
    let is_file = text(component, "type").is_some_and(|kind| kind == "file");
    let place = items.len();
    if !is_file {
        items.push(item(component, links));
    }
    for it in inner {
        add(it, links, items);
    }
    let has_parts = items.len() > place + 1;
    for part in items.iter_mut().skip(place).filter(|_| has_parts) {
        part.is_linked = true;
    }
}

fn item(component: &Json<'_>, links: &Links<'_>) -> Item {
    let supplier = component.get("supplier");
    let manufacturer = component.get("manufacturer");
    let authors = list(component, "authors");
    let name_of = |it: Option<&Json<'_>>| text(it?, "name");
    let publisher = text(component, "publisher");
    let producer = name_of(manufacturer)
        .or_else(|| authors.iter().find_map(|it| text(it, "name")))
        .or_else(|| text(component, "author"))
        .or_else(|| name_of(supplier))
        .or_else(|| publisher.clone());
    let mut mails = authors
        .iter()
        .filter_map(|it| contact(it.get("email")?.as_str()?));
    let id = text(component, "bom-ref").unwrap_or_default();
    let references = list(component, "externalReferences");
    let distributed = || references.iter().filter(|it| is_of(it, &["distribution"]));
    Item {
        name: text(component, "name"),
        version: text(component, "version"),
        supplier: name_of(supplier).or(publisher),
        producer,
        producer_contact: manufacturer.and_then(contact_of).or_else(|| mails.next()),
        purl: text(component, "purl"),
        identifiers: identifiers(component),
        hashes: hashes(component),
        deployed_hashes: distributed().flat_map(hashes).collect(),
        declared: licences(component, "declared"),
        concluded: licences(component, "concluded"),
        is_linked: links.linked.contains(id.as_str()),
        states_completeness: links.stated.contains(id.as_str())
            && links.complete.contains(id.as_str()),
        file_name: property(component, "bsi:component:filename"),
        nature: Nature {
            executable: property(component, "bsi:component:executable").is_some(),
            archive: property(component, "bsi:component:archive").is_some(),
            structured: property(component, "bsi:component:structured").is_some(),
        },
        source_uri: references
            .iter()
            .find(|it| is_of(it, &["source-distribution", "vcs"]))
            .and_then(|it| text(it, "url")),
        deployable_uri: distributed().find_map(|it| text(it, "url")),
        id,
    }
}

fn is_of(reference: &Json<'_>, kinds: &[&str]) -> bool {
    text(reference, "type").is_some_and(|kind| kinds.contains(&kind.as_str()))
}

/// A URL of an organisation, or the mail of a person of it.
fn contact_of(organisation: &Json<'_>) -> Option<String> {
    let urls = list(organisation, "url").iter().filter_map(Json::as_str);
    let people = list(organisation, "contact").iter();
    let mails = people.filter_map(|it| it.get("email")?.as_str());
    urls.chain(mails).find_map(contact)
}

fn identifiers(component: &Json<'_>) -> Vec<String> {
    let one = ["purl", "cpe"]
        .into_iter()
        .filter_map(|key| text(component, key));
    let swid = component.get("swid").and_then(|it| text(it, "tagId"));
    let several = ["swhid", "omniborId"].into_iter();
    let several = several.flat_map(|key| list(component, key));
    one.chain(swid)
        .chain(several.filter_map(|it| said(it.as_str()?)))
        .collect()
}

fn hashes(of: &Json<'_>) -> Vec<(String, String)> {
    let pair = |it: &Json<'_>| Some((text(it, "alg")?, text(it, "content")?));
    list(of, "hashes").iter().filter_map(pair).collect()
}

/// The licences that are acknowledged in a way. Where nothing says which way, they count as declared.
fn licences(component: &Json<'_>, way: &str) -> Option<String> {
    let stated = |it: &Json<'_>| {
        let inner = it.get("license").unwrap_or(it);
        let acknowledged = text(inner, "acknowledgement").or_else(|| text(it, "acknowledgement"));
        let is_it = acknowledged.as_deref().unwrap_or("declared") == way;
        let keys = ["expression", "id", "name"];
        is_it
            .then(|| keys.into_iter().find_map(|key| text(inner, key)))
            .flatten()
    };
    let all: Vec<String> = list(component, "licenses")
        .iter()
        .filter_map(stated)
        .collect();
    (!all.is_empty()).then(|| all.join(" AND "))
}

fn property(component: &Json<'_>, name: &str) -> Option<String> {
    let is_named = |it: &&Json<'_>| text(it, "name").as_deref() == Some(name);
    text(
        list(component, "properties").iter().find(is_named)?,
        "value",
    )
}
