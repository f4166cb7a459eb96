//! Software bills of materials in [SPDX](https://spdx.github.io/spdx-spec/) JSON: documents of 2.2 and 2.3 here, the graphs of 3.0
//! in the module below.
//!
//! Packages stand in one list, what depends on what in another. A package is looked up by its package URL; its name
//! alone says in no ecosystem. What a document says about licences, files and snippets is not read.

mod graph;

use std::path::Path;

use bartizan_model::inventory::Inventory;

use super::{Candidate, TargetContext, TargetError, TargetFormat};
use crate::{
    json::{Document, Json, read_text},
    sbom::{self, Bill, Element},
};

/// The format.
pub(super) static FORMAT: Spdx = Spdx;

/// See the module.
pub(super) struct Spdx;

/// The versions that are understood.
const KNOWN_VERSIONS: &str = "SPDX-2.2, SPDX-2.3, 3.0";

impl TargetFormat for Spdx {
    fn id(&self) -> &'static str {
        "spdx"
    }

    fn lies_beside_code(&self) -> bool {
        false
    }

    fn title(&self) -> &'static str {
        "SPDX SBOMs (JSON)"
    }

    fn is_usual_name(&self, candidate: &Candidate<'_>) -> bool {
        sbom::is_usual_name(candidate)
    }

    fn recognises(&self, candidate: &Candidate<'_>) -> bool {
        sbom::shows_early(candidate, &["\"spdxVersion\"", "\"SPDX-"])
            || sbom::shows_early(candidate, &["\"@context\"", "spdx.org/rdf/3"])
            || sbom::outermost(candidate, "spdxVersion").is_some()
            || sbom::outermost(candidate, "@context")
                .is_some_and(|context| graph::is_context(&context))
    }

    fn read(&self, ctx: &TargetContext<'_>, path: &Path) -> Result<Inventory, TargetError> {
        let text = read_text(ctx.tree, path)?;
        let document = Document::new(&text);
        let root = document.root().map_err(|cause| TargetError::Json {
            path: path.to_owned(),
            cause,
        })?;
        bill(path, &document, root).map(Bill::finish)
    }
}

/// Reads a bill.
pub(crate) fn bill<'a>(
    path: &'a Path,
    document: &Document<'a>,
    root: Json<'a>,
) -> Result<Bill<'a>, TargetError> {
    let mut bill = Bill::new(path, FORMAT.id());
    let version = root.field("spdxVersion").and_then(Json::text);
    match version.as_deref() {
        Some("SPDX-2.2" | "SPDX-2.3") => read(&mut bill, document, root),
        None if root.field("@context").is_some() => match graph::version(root) {
            Some(version) if version.starts_with("3.0") => graph::read(&mut bill, document, root),
            other => {
                let other = other.as_deref();
                return Err(TargetError::unknown_version(path, other, KNOWN_VERSIONS));
            }
        },
        other => return Err(TargetError::unknown_version(path, other, KNOWN_VERSIONS)),
    }
    Ok(bill)
}

/// Reads a document of version 2.
fn read<'a>(bill: &mut Bill<'a>, document: &Document<'a>, root: Json<'a>) {
    let [name, packages, relationships, describes] =
        root.fields(["name", "packages", "relationships", "documentDescribes"]);
    if let Some(name) = name.and_then(Json::text) {
        bill.set_label(&name);
    }
    let mut subjects: Vec<_> = describes
        .map(Json::one_or_many)
        .unwrap_or_default()
        .into_iter()
        .filter_map(Json::text)
        .collect();
    let mut links = Vec::new();
    for entry in list(bill, document, relationships) {
        let [from, kind, to] =
            entry.fields(["spdxElementId", "relationshipType", "relatedSpdxElement"]);
        let text = |value: Option<Json<'a>>| value.and_then(Json::text);
        let (Some(from), Some(kind), Some(to)) = (text(from), text(kind), text(to)) else {
            bill.notes
                .add(document.line(entry), "a relationship that is not complete");
            continue;
        };
        match Direction::of(&kind) {
            Some(Direction::Forward) => links.push((from, to)),
            Some(Direction::Backward) => links.push((to, from)),
            Some(Direction::Describes) => subjects.push(to),
            Some(Direction::DescribedBy) => subjects.push(from),
            None => {}
        }
    }
    let packages = list(bill, document, packages).into_iter();
    let packages = packages.map(|entry| package(document, entry)).collect();
    bill.add_described(packages, subjects);
    for (from, to) in links {
        bill.link(&from, &to);
    }
}

fn list<'a>(bill: &mut Bill<'a>, document: &Document<'a>, list: Option<Json<'a>>) -> Vec<Json<'a>> {
    list.map(|list| bill.entries(list, document.line(list)))
        .unwrap_or_default()
}

fn package<'a>(document: &Document<'a>, value: Json<'a>) -> Element<'a> {
    let [id, name, version, references] =
        value.fields(["SPDXID", "name", "versionInfo", "externalRefs"]);
    let purl = references
        .map(Json::one_or_many)
        .unwrap_or_default()
        .into_iter()
        .find_map(|reference| {
            let [kind, locator] = reference.fields(["referenceType", "referenceLocator"]);
            // The type may be written as an address that ends in the word.
            let kind = kind?.text()?;
            let is_purl = kind.rsplit('/').next() == Some("purl");
            locator?.text().filter(|_| is_purl)
        });
    Element {
        id: id.and_then(Json::text),
        name: name.and_then(Json::text),
        version: version
            .and_then(Json::text)
            .filter(|version| !matches!(version.as_ref(), "NOASSERTION" | "NONE")),
        purl,
        kind: None,
        line: document.line(value),
    }
}

/// What a relationship says about paths from what is asked for to what comes with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Direction {
    Forward,
    Backward,
    Describes,
    DescribedBy,
}

impl Direction {
    fn of(kind: &str) -> Option<Self> {
        match kind {
            "DEPENDS_ON" | "CONTAINS" | "STATIC_LINK" | "DYNAMIC_LINK" | "HAS_PREREQUISITE" => {
                Some(Self::Forward)
            }
            "CONTAINED_BY" | "PACKAGE_OF" | "PREREQUISITE_FOR" | "OPTIONAL_COMPONENT_OF" => {
                Some(Self::Backward)
            }
            "DESCRIBES" => Some(Self::Describes),
            "DESCRIBED_BY" => Some(Self::DescribedBy),
            // DEPENDENCY_OF, and BUILD_, DEV_, OPTIONAL_, PROVIDED_, RUNTIME_, TEST_.
            other if other.ends_with("DEPENDENCY_OF") => Some(Self::Backward),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::target::tests::found;

    fn check(text: &str) -> String {
        found(&[("x.spdx.json", text.as_bytes())], "x.spdx.json")
    }

    const DOCUMENT: &str = r#"{
 "spdxVersion": "SPDX-2.3", "SPDXID": "SPDXRef-DOCUMENT", "name": "lab",
 "packages": [
  {"SPDXID": "SPDXRef-root", "name": "lab", "versionInfo": "1"},
  {"SPDXID": "SPDXRef-a", "name": "A", "versionInfo": "1.0", "externalRefs": [
   {"referenceCategory": "SECURITY", "referenceType": "cpe23Type", "referenceLocator": "cpe:2.3:a:x:a:1:*:*:*:*:*:*:*"},
   {"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": "pkg:pypi/a@1.0"}]},
  {"SPDXID": "SPDXRef-b", "name": "b", "versionInfo": "2", "externalRefs": [
   {"referenceCategory": "PACKAGE_MANAGER", "referenceType": "https://spdx.org/rdf/references/purl", "referenceLocator": "pkg:pypi/b"}]},
  {"SPDXID": "SPDXRef-c", "name": "c", "versionInfo": "NOASSERTION", "externalRefs": [
   {"referenceType": "purl", "referenceLocator": "pkg:pypi/c"}]},
  {"SPDXID": "SPDXRef-d", "name": "d", "versionInfo": "4"},
  {"versionInfo": "5"}
 ],
 "relationships": [
  {"spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES", "relatedSpdxElement": "SPDXRef-root"},
  {"spdxElementId": "SPDXRef-root", "relationshipType": "DEPENDS_ON", "relatedSpdxElement": "SPDXRef-a"},
  {"spdxElementId": "SPDXRef-b", "relationshipType": "RUNTIME_DEPENDENCY_OF", "relatedSpdxElement": "SPDXRef-a"},
  {"spdxElementId": "SPDXRef-b", "relationshipType": "DEPENDS_ON", "relatedSpdxElement": "NOASSERTION"},
  {"spdxElementId": "SPDXRef-b", "relationshipType": "GENERATED_FROM", "relatedSpdxElement": "SPDXRef-d"},
  {"spdxElementId": "SPDXRef-b"}
 ]
}"#;

    #[test]
    fn packages_are_read_with_their_relationships() {
        insta::assert_snapshot!(check(DOCUMENT), @r"
        lab [spdx] -, 0 excluded
        * a 1.0 (x.spdx.json:5) -> b
          b 2 (x.spdx.json:8)
        ? c: no version (x.spdx.json:10)
        ? d: no package URL, version 4 (x.spdx.json:12)
        ! x.spdx.json:21: a relationship that is not complete
        ! x.spdx.json:13: a package without a name and a package URL
        ");
        insta::assert_snapshot!(check(r#"{"spdxVersion": "SPDX-2.2", "documentDescribes": ["w"], "packages": [{"SPDXID": "w", "name": "w",
            "versionInfo": "1", "externalRefs": [{"referenceType": "purl", "referenceLocator": "pkg:pypi/w@1"}]}]}"#), @r"
        x.spdx.json [spdx] -, 0 excluded
        * w 1 (x.spdx.json:1)
        ");
    }

    const GRAPH: &str = r#"{"@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld", "@graph": [
 {"type": "CreationInfo", "@id": "_:c", "specVersion": "3.0.1"},
 {"type": "SpdxDocument", "spdxId": "urn:doc", "name": "lab", "rootElement": ["urn:sbom"]},
 {"type": "software_Sbom", "spdxId": "urn:sbom", "rootElement": ["urn:root"]},
 {"type": "software_Package", "spdxId": "urn:root", "name": "lab"},
 {"type": "software_Package", "spdxId": "urn:a", "name": "a", "software_packageVersion": "1.0", "software_packageUrl": "pkg:pypi/a@1.0"},
 {"type": "software_Package", "spdxId": "urn:b", "name": "b", "software_packageVersion": "2", "externalIdentifier": [
   {"type": "ExternalIdentifier", "externalIdentifierType": "packageUrl", "identifier": "pkg:pypi/b@2"}]},
 {"type": "software_Package", "spdxId": "urn:d", "name": "d"},
 {"type": "software_File", "spdxId": "urn:f", "name": "f.py"},
 {"type": "Relationship", "spdxId": "urn:r1", "from": "urn:root", "relationshipType": "dependsOn", "to": ["urn:a"]},
 {"type": "LifecycleScopedRelationship", "from": "urn:a", "relationshipType": "hasOptionalDependency", "to": ["urn:b", "urn:d"]}
]}"#;

    #[test]
    fn graphs_are_read_with_their_relationships() {
        insta::assert_snapshot!(check(GRAPH), @r"
        lab [spdx] -, 0 excluded
        * a 1.0 (x.spdx.json:6) -> b
          b 2 (x.spdx.json:7)
        ? d: no package URL (x.spdx.json:9)
        ");
        insta::assert_snapshot!(check(&GRAPH.replace("\"3.0.1\"", "\"4.0\"")), @r"!! x.spdx.json: `x.spdx.json` states version `4.0` of its format; only SPDX-2.2, SPDX-2.3, 3.0 is known");
    }

    #[test]
    fn other_versions_and_other_files_are_refused() {
        insta::assert_snapshot!(check(r#"{"spdxVersion": "SPDX-1.2"}"#), @r"!! x.spdx.json: `x.spdx.json` states version `SPDX-1.2` of its format; only SPDX-2.2, SPDX-2.3, 3.0 is known");
        insta::assert_snapshot!(check(r#"{"spdxVersion": "SPDX-2.3", "packages": {}, "relationships": [7]}"#), @r"
        x.spdx.json [spdx] -, 0 excluded
        ! x.spdx.json:1: a relationship that is not complete
        ! x.spdx.json:1: something else where a list belongs
        ");
        insta::assert_snapshot!(check(r#"{"spdxVersion": "SPDX-2.3", "#), @r"!! x.spdx.json: cannot read `x.spdx.json`: not valid JSON: EOF while parsing an object at line 1 column 28");
        assert!(
            check(r#"{"@context": "https://schema.org", "@graph": []}"#).contains("in no format")
        );
    }

    proptest! {
        #[test]
        fn never_panics_on_damage(from in 0_usize..1800, length in 0_usize..60, text in "[\\[\\]{}:\"a-z ,\n]{0,6}") {
            for whole in [DOCUMENT, GRAPH] {
                let end = (from + length).min(whole.len());
                let (head, tail) = (whole.get(..from.min(end)).unwrap_or_default(), whole.get(end..).unwrap_or_default());
                check(&format!("{head}{text}{tail}"));
            }
        }
    }
}
