//! SPDX 3.0: a graph of elements in JSON-LD, in the one form that the specification allows to be read as plain JSON.

use std::borrow::Cow;

use crate::{
    json::{Document, Json},
    sbom::{Bill, Element},
};

/// Whether a context is that of SPDX 3.
pub(super) fn is_context(address: &str) -> bool {
    address.contains("spdx.org/rdf/3")
}

/// The version that the elements say they follow.
pub(super) fn version(root: Json<'_>) -> Option<String> {
    let stated = elements(root).into_iter().find_map(|element| {
        let [kind, version] = element.fields(["type", "specVersion"]);
        let is_creation = kind?.text()? == "CreationInfo";
        version?.text().filter(|_| is_creation)
    });
    let context = || {
        let address = root.field("@context")?.one_or_many().first()?.text()?;
        let (_, after) = address.split_once("/rdf/")?;
        Some(after.split('/').next()?.to_owned())
    };
    stated.map(Cow::into_owned).or_else(context)
}

fn elements(root: Json<'_>) -> Vec<Json<'_>> {
    match root.field("@graph") {
        Some(graph) => graph.entries().0,
        // A graph of one element may be that element.
        None => vec![root],
    }
}

/// Reads the elements of a graph.
pub(super) fn read<'a>(bill: &mut Bill<'a>, document: &Document<'a>, root: Json<'a>) {
    if let Some(graph) = root.field("@graph") {
        // For the notes about what is no list.
        bill.entries(graph, document.line(graph));
    }
    let (mut links, mut subjects) = (Vec::new(), Vec::new());
    let (mut packages, mut has_name) = (Vec::new(), false);
    for value in elements(root) {
        let [kind, other_kind] = value.fields(["type", "@type"]);
        let Some(kind) = kind.or(other_kind).and_then(Json::text) else {
            bill.notes
                .add(document.line(value), "an element without a type");
            continue;
        };
        match kind.as_ref() {
            "software_Package" => packages.push(package(document, value)),
            "SpdxDocument" | "software_Sbom" | "Bom" | "Bundle" => {
                let [name, roots] = value.fields(["name", "rootElement"]);
                if let Some(name) = name.and_then(Json::text).filter(|_| !has_name) {
                    has_name = true;
                    bill.set_label(&name);
                }
                let roots = roots.map(Json::one_or_many).unwrap_or_default();
                subjects.extend(roots.into_iter().filter_map(Json::text));
            }
            kind if kind.ends_with("Relationship") => {
                relationship(value, &mut links, &mut subjects);
            }
            _ => {}
        }
    }
    bill.add_described(packages, subjects);
    for (from, to) in links {
        bill.link(&from, &to);
    }
}

type Links<'a> = Vec<(Cow<'a, str>, Cow<'a, str>)>;

fn relationship<'a>(value: Json<'a>, links: &mut Links<'a>, subjects: &mut Vec<Cow<'a, str>>) {
    let [from, kind, to] = value.fields(["from", "relationshipType", "to"]);
    let (Some(from), Some(kind)) = (from.and_then(Json::text), kind.and_then(Json::text)) else {
        return;
    };
    let to = to.map(Json::one_or_many).unwrap_or_default();
    let to = to.into_iter().filter_map(Json::text);
    match kind.as_ref() {
        "dependsOn"
        | "contains"
        | "hasOptionalDependency"
        | "hasProvidedDependency"
        | "hasOptionalComponent"
        | "hasPrerequisite"
        | "hasStaticLink"
        | "hasDynamicLink" => {
            links.extend(to.map(|to| (from.clone(), to)));
        }
        "describes" => subjects.extend(to),
        _ => {}
    }
}

fn package<'a>(document: &Document<'a>, value: Json<'a>) -> Element<'a> {
    let [id, name, version, purl, identifiers] = value.fields([
        "spdxId",
        "name",
        "software_packageVersion",
        "software_packageUrl",
        "externalIdentifier",
    ]);
    let identified = || {
        let identifiers = identifiers.map(Json::one_or_many).unwrap_or_default();
        identifiers.into_iter().find_map(|identifier| {
            let [kind, value] = identifier.fields(["externalIdentifierType", "identifier"]);
            let is_purl = matches!(kind?.text()?.as_ref(), "packageUrl" | "purl");
            value?.text().filter(|_| is_purl)
        })
    };
    Element {
        id: id.and_then(Json::text),
        name: name.and_then(Json::text),
        version: version.and_then(Json::text),
        purl: purl.and_then(Json::text).or_else(identified),
        kind: None,
        line: document.line(value),
    }
}
