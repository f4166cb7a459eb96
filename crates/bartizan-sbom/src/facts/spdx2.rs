//! What a bill in [SPDX 2](https://spdx.github.io/spdx-spec/v2.3/) says.
//!
//! It has no field for when in the life of the software it was made; the comment of its creation is read for one of the
//! words that [CISA](https://www.cisa.gov/resources-tools/resources/types-software-bill-materials-sbom) has for it. It
//! cannot say whether dependencies are complete, nor where source and deployed file are apart.

use std::collections::BTreeSet;

use super::{Facts, Item, MOST_COMPONENTS, Nature, contact, list, said, text};
use crate::{document::Format, json::Json};

/// Words for when in the life of the software a bill was made.
const CONTEXTS: [&str; 8] = [
    "design",
    "source",
    "pre-build",
    "post-build",
    "build",
    "analyzed",
    "deployed",
    "runtime",
];

pub(super) fn read(json: &Json<'_>) -> Facts {
    let nothing = Json::Null;
    let creation = json.get("creationInfo").unwrap_or(&nothing);
    let creators = || list(creation, "creators").iter().filter_map(Json::as_str);
    let after = |kinds: &'static [&'static str]| {
        creators().filter_map(move |it| kinds.iter().find_map(|kind| said(it.strip_prefix(kind)?)))
    };
    let people: &[&str] = &["Person:", "Organization:"];
    let mut facts = Facts::empty(Format::Spdx2);
    facts.uri = text(json, "documentNamespace");
    facts.authors = after(&["Person:", "Organization:"])
        .filter_map(|it| name_of(&it))
        .collect();
    facts.author_contact = creators()
        .filter(|it| people.iter().any(|kind| it.starts_with(kind)))
        .find_map(contact_in);
    facts.tools = after(&["Tool:"]).collect();
    facts.timestamp = text(creation, "created");
    facts.context = text(creation, "comment").and_then(|comment| {
        let comment = comment.to_lowercase();
        let found = CONTEXTS.iter().find(|word| comment.contains(**word));
        found.map(|word| (*word).to_owned())
    });
    let linked = linked(json);
    let packages = list(json, "packages").iter().take(MOST_COMPONENTS + 1);
    facts.items = packages.map(|it| item(it, &linked)).collect();
    facts
}

/// What relationships lead from or to.
fn linked(json: &Json<'_>) -> BTreeSet<String> {
    let relationships = list(json, "relationships").iter();
    let ends =
        relationships.flat_map(|it| [text(it, "spdxElementId"), text(it, "relatedSpdxElement")]);
    let described = list(json, "documentDescribes")
        .iter()
        .map(|it| said(it.as_str()?));
    ends.chain(described).flatten().collect()
}

fn item(package: &Json<'_>, linked: &BTreeSet<String>) -> Item {
    let id = text(package, "SPDXID").unwrap_or_default();
    let supplier = text(package, "supplier");
    let originator = text(package, "originator");
    let references = list(package, "externalRefs");
    let kind = |it: &Json<'_>, kinds: &[&str]| {
        let kind = text(it, "referenceType")?;
        let kind = kind.rsplit('/').next().unwrap_or(&kind).to_owned();
        kinds
            .contains(&kind.as_str())
            .then(|| text(it, "referenceLocator"))
            .flatten()
    };
    let known = ["purl", "cpe22Type", "cpe23Type", "swid", "gitoid", "swh"];
    let hashes: Vec<(String, String)> = list(package, "checksums")
        .iter()
        .filter_map(|it| Some((text(it, "algorithm")?, text(it, "checksumValue")?)))
        .collect();
    let purpose = text(package, "primaryPackagePurpose");
    let is_purpose = |word: &str| purpose.as_deref() == Some(word);
    let name = |text: &Option<String>| text.as_deref().and_then(name_of);
    Item {
        name: text(package, "name"),
        version: text(package, "versionInfo"),
        supplier: name(&supplier),
        producer: name(&originator).or_else(|| name(&supplier)),
        producer_contact: originator.as_deref().and_then(contact_in),
        purl: references.iter().find_map(|it| kind(it, &["purl"])),
        identifiers: references
            .iter()
            .filter_map(|it| kind(it, &known))
            .collect(),
        deployed_hashes: hashes.clone(),
        hashes,
        declared: text(package, "licenseDeclared"),
        concluded: text(package, "licenseConcluded"),
        is_linked: linked.contains(&id),
        states_completeness: false,
        file_name: text(package, "packageFileName"),
        nature: Nature {
            executable: is_purpose("APPLICATION"),
            archive: is_purpose("ARCHIVE"),
            structured: is_purpose("CONTAINER") || is_purpose("FIRMWARE"),
        },
        source_uri: references
            .iter()
            .find_map(|it| kind(it, &["swh", "gitoid"])),
        deployable_uri: text(package, "downloadLocation"),
        id,
    }
}

/// `Organization: The Lab (lab@example.org)` → `The Lab`.
fn name_of(agent: &str) -> Option<String> {
    let name = agent
        .strip_prefix("Person:")
        .or_else(|| agent.strip_prefix("Organization:"))
        .unwrap_or(agent);
    said(name.split('(').next().unwrap_or(name))
}

/// The mail in brackets, or a URL that stands for a name.
fn contact_in(agent: &str) -> Option<String> {
    let inner = agent
        .rsplit_once('(')
        .and_then(|(_, rest)| rest.split(')').next());
    inner
        .and_then(contact)
        .or_else(|| contact(&name_of(agent)?))
}
