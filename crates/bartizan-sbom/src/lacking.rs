//! Which components of a bill have no package URL, licence, supplier or hash, what to write where, and whose file it is.
//!
//! No authority is asked: these four are what a component is looked up, used and recognised by. That something is lacking is
//! no fault of the artifact; the profiles say who asks for it.

mod upstream;

pub use self::upstream::{Backend, Maker, Origin};
use crate::{
    document::{Document, Format},
    facts::{Facts, Item},
    json::Json,
    profile::MOST_NAMED,
};

/// Something that a component has not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lack {
    /// What it is looked up by.
    Purl,
    /// What it may be used under.
    Licence,
    /// Who hands it out.
    Supplier,
    /// What its bytes are recognised by.
    Hash,
}

/// The components of a bill that lack something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lacking {
    /// What.
    pub lack: Lack,
    /// The components, as reports call them, sorted: all of them, or the first [`MOST_NAMED`] of the bill.
    pub components: Vec<String>,
    /// How many there are.
    pub lacking: usize,
    /// Of how many.
    pub total: usize,
    /// What to write, in the words of the bill's format.
    pub field: &'static str,
}

impl Lack {
    /// Every one, in the order of reports.
    pub const ALL: [Self; 4] = [Self::Purl, Self::Licence, Self::Supplier, Self::Hash];

    /// Its stable name.
    pub fn id(self) -> &'static str {
        match self {
            Self::Purl => "purl",
            Self::Licence => "licence",
            Self::Supplier => "supplier",
            Self::Hash => "hash",
        }
    }

    /// It in words.
    pub fn title(self) -> &'static str {
        match self {
            Self::Purl => "package URL",
            Self::Licence => "licence",
            Self::Supplier => "supplier",
            Self::Hash => "hash",
        }
    }

    /// What to write in a format.
    fn field(self, format: Format) -> &'static str {
        match (self, format) {
            (Self::Purl, Format::CycloneDx) => "`purl` of the component",
            (Self::Purl, Format::Spdx2) => "`externalRefs` of the package with the type `purl`",
            (Self::Purl, Format::Spdx3) => "`software_packageUrl` of the package",
            (Self::Licence, Format::CycloneDx) => {
                "`licenses` of the component, as an SPDX `expression`"
            }
            (Self::Licence, Format::Spdx2) => "`licenseDeclared` of the package",
            (Self::Licence, Format::Spdx3) => {
                "a relationship `hasDeclaredLicense` from the package"
            }
            (Self::Supplier, Format::CycloneDx) => "`supplier.name` of the component",
            (Self::Supplier, Format::Spdx2) => "`supplier` of the package",
            (Self::Supplier, Format::Spdx3) => "`suppliedBy` of the package",
            (Self::Hash, Format::CycloneDx) => {
                "`hashes` of the component: of its file, or of the source archive where it is linked into another"
            }
            (Self::Hash, Format::Spdx2) => {
                "`checksums` of the package: of its file, or of the source archive where it is linked into another"
            }
            (Self::Hash, Format::Spdx3) => {
                "`verifiedUsing` of the package: of its file, or of the source archive where it is linked into another"
            }
        }
    }

    fn is_there(self, item: &Item) -> bool {
        match self {
            Self::Purl => item.purl.is_some(),
            Self::Licence => item.declared.is_some() || item.concluded.is_some(),
            Self::Supplier => item.supplier.is_some(),
            Self::Hash => !item.hashes.is_empty() || !item.deployed_hashes.is_empty(),
        }
    }
}

/// What the components of a bill lack; nothing of what all of them have. What the bill is about is one of them, but for the
/// hash: a bill within an artifact cannot state that of the artifact.
pub fn of(document: &Document<Json<'_>>, facts: &Facts) -> Vec<Lacking> {
    let subject = subject(document);
    let all = Lack::ALL.into_iter().filter_map(|lack| {
        let asked = || {
            let items = facts.items.iter();
            items.filter(|it| lack != Lack::Hash || !subject.is(it))
        };
        let without = || asked().filter(|it| !lack.is_there(it));
        let mut components: Vec<String> = without().take(MOST_NAMED).map(Item::label).collect();
        components.sort();
        (!components.is_empty()).then(|| Lacking {
            lack,
            components,
            lacking: without().count(),
            total: asked().count(),
            field: lack.field(document.format),
        })
    });
    all.collect()
}

/// What a bill is about, by what its links call it, and by its name where nothing does.
#[derive(Default)]
struct Subject {
    ids: Vec<String>,
    name: Option<String>,
}

impl Subject {
    fn is(&self, item: &Item) -> bool {
        match item.id.as_str() {
            "" => self.name.is_some() && self.name == item.name,
            id => self.ids.iter().any(|it| it == id),
        }
    }
}

fn list<'a, 'b>(value: Option<&'a Json<'b>>) -> &'a [Json<'b>] {
    value.and_then(Json::as_array).unwrap_or_default()
}

fn subject(document: &Document<Json<'_>>) -> Subject {
    let json = &document.json;
    let text = |value: Option<&Json<'_>>| value.and_then(Json::as_str).map(str::to_owned);
    let texts = |all: &[Json<'_>]| all.iter().filter_map(|it| text(Some(it))).collect();
    match document.format {
        Format::CycloneDx => {
            let component = json.get("metadata").and_then(|it| it.get("component"));
            let part = |key: &str| text(component.and_then(|it| it.get(key)));
            Subject {
                ids: part("bom-ref").into_iter().collect(),
                name: part("name").filter(|_| part("bom-ref").is_none()),
            }
        }
        Format::Spdx2 => {
            let mut ids: Vec<String> = texts(list(json.get("documentDescribes")));
            for it in list(json.get("relationships")) {
                if text(it.get("relationshipType")).as_deref() == Some("DESCRIBES") {
                    ids.extend(text(it.get("relatedSpdxElement")));
                }
            }
            Subject { ids, name: None }
        }
        Format::Spdx3 => {
            let elements = list(json.get("@graph")).iter();
            let bills = elements.filter(|it| {
                let kind = text(it.get("type"));
                matches!(kind.as_deref(), Some("software_Sbom" | "SpdxDocument"))
            });
            let roots = bills.flat_map(|it| list(it.get("rootElement")));
            Subject {
                ids: roots.filter_map(|it| text(Some(it))).collect(),
                name: None,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{document, facts};

    fn check(text: &str) -> String {
        let document = document::read(text.as_bytes()).expect("a document");
        let lines = of(&document, &facts::read(&document).expect("facts"))
            .into_iter()
            .map(|it| {
                format!(
                    "{} {} of {}: {} ({})",
                    it.lack.id(),
                    it.lacking,
                    it.total,
                    it.components.join(", "),
                    it.field
                )
            });
        lines.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn each_format_is_asked_the_same() {
        insta::assert_snapshot!(check(r#"{"bomFormat": "CycloneDX", "specVersion": "1.6", "metadata": {"component": {"bom-ref": "l", "name": "lab", "purl": "pkg:pypi/lab@1"}},
            "components": [{"name": "b", "version": "2", "supplier": {"name": "B"}}, {"name": "a", "bom-ref": "a", "purl": "pkg:generic/a@1", "licenses": [{"expression": "MIT"}], "hashes": [{"alg": "SHA-256", "content": "00"}]}]}"#), @"
        purl 1 of 3: b 2 (`purl` of the component)
        licence 2 of 3: b 2, lab (`licenses` of the component, as an SPDX `expression`)
        supplier 2 of 3: a, lab (`supplier.name` of the component)
        hash 1 of 2: b 2 (`hashes` of the component: of its file, or of the source archive where it is linked into another)
        ");
        insta::assert_snapshot!(check(r#"{"spdxVersion": "SPDX-2.3", "packages": [{"SPDXID": "l", "name": "lab", "supplier": "NOASSERTION"}, {"SPDXID": "a", "name": "a", "supplier": "Organization: A", "licenseDeclared": "MIT"}],
            "relationships": [{"spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES", "relatedSpdxElement": "l"}]}"#), @"
        purl 2 of 2: a, lab (`externalRefs` of the package with the type `purl`)
        licence 1 of 2: lab (`licenseDeclared` of the package)
        supplier 1 of 2: lab (`supplier` of the package)
        hash 1 of 1: a (`checksums` of the package: of its file, or of the source archive where it is linked into another)
        ");
        insta::assert_snapshot!(check(r#"{"@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld", "@graph": [{"type": "software_Sbom", "spdxId": "s", "rootElement": ["l"]},
            {"type": "software_Package", "spdxId": "l", "name": "lab", "software_packageUrl": "pkg:pypi/lab"}, {"type": "software_Package", "spdxId": "a", "name": "a", "software_packageUrl": "pkg:generic/a"}]}"#), @"
        licence 2 of 2: a, lab (a relationship `hasDeclaredLicense` from the package)
        supplier 2 of 2: a, lab (`suppliedBy` of the package)
        hash 1 of 1: a (`verifiedUsing` of the package: of its file, or of the source archive where it is linked into another)
        ");
        assert_eq!(
            check(r#"{"bomFormat": "CycloneDX", "specVersion": "1.6"}"#),
            ""
        );
    }
}
