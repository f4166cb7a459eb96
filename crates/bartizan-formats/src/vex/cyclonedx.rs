//! Analyses of vulnerabilities in [CycloneDX](https://cyclonedx.org/docs/1.6/json/) documents, beside an inventory or apart
//! from it.

use std::{collections::BTreeMap, sync::Arc};

use bartizan_model::vex::{
    VexDocument, VexIdentifier, VexJustification, VexProduct, VexStatement, VexStatus,
};
use serde_json::Value;

use super::{Gathered, VexFormat, VexReading, later, prose, unrepeated, word_at};
use crate::{
    advisory::field::{Object, Place, is_word},
    csaf::of_version,
};

/// The format.
pub(super) static ITEM: CycloneDx = CycloneDx;

/// Documents whose vulnerabilities have an analysis.
pub(super) struct CycloneDx;

impl VexFormat for CycloneDx {
    fn id(&self) -> &'static str {
        "cyclonedx"
    }

    fn title(&self) -> &'static str {
        "CycloneDX"
    }

    fn recognises(&self, document: &Object) -> bool {
        document.get("bomFormat").and_then(Value::as_str) == Some("CycloneDX")
    }

    fn read(&self, path: &str, document: &Object) -> VexReading {
        let mut gathered = Gathered::new(path);
        let authors = document
            .get("metadata")
            .and_then(|metadata| metadata.get("authors")?.get(0)?.as_object());
        let author = authors
            .and_then(|author| word_at(author, &["name"]))
            .or_else(|| word_at(document, &["metadata", "manufacturer", "name"]))
            .or_else(|| word_at(document, &["metadata", "supplier", "name"]));
        let metadata = document.get("metadata").and_then(Value::as_object);
        let at = Place::ROOT.field("metadata");
        let stated = metadata.and_then(|object| gathered.reader.timestamp(object, "timestamp", at));
        let facts = Arc::new(VexDocument {
            path: path.to_owned(),
            id: word_at(document, &["serialNumber"]),
            author,
            stated,
        });
        let known = known(document);
        let list = Place::ROOT.field("vulnerabilities");
        for (index, entry) in gathered
            .reader
            .objects(document, "vulnerabilities", Place::ROOT)
        {
            let place = list.item(index);
            if let Some(statement) = read_statement(&mut gathered, entry, place, (&facts, &known)) {
                gathered.push(statement);
            }
        }
        if !document.contains_key("vulnerabilities") {
            gathered.reader.note("it holds no vulnerabilities");
        }
        gathered.into_reading(&facts)
    }
}

/// What the document's own references stand for.
type Known = BTreeMap<String, VexIdentifier>;

/// The components of a document by their references; JSON is bounded in depth before.
fn known(document: &Object) -> Known {
    let mut known = Known::new();
    let root = document
        .get("metadata")
        .and_then(|metadata| metadata.get("component"));
    let mut left: Vec<&Value> = root.into_iter().collect();
    left.extend(
        document
            .get("components")
            .and_then(Value::as_array)
            .into_iter()
            .flatten(),
    );
    while let Some(component) = left.pop() {
        let text = |key: &str| {
            component
                .get(key)
                .and_then(Value::as_str)
                .filter(|text| is_word(text))
        };
        if let (Some(reference), Some(name)) = (text("bom-ref"), text("purl").or(text("name"))) {
            known.insert(reference.to_owned(), VexIdentifier::new(name));
        }
        left.extend(
            component
                .get("components")
                .and_then(Value::as_array)
                .into_iter()
                .flatten(),
        );
    }
    known
}

fn read_statement(
    gathered: &mut Gathered<'_>,
    entry: &Object,
    place: Place<'_>,
    (document, known): (&Arc<VexDocument>, &Known),
) -> Option<VexStatement> {
    let reader = &mut gathered.reader;
    // Without an analysis it is a finding, not a statement.
    let analysis = reader.object(entry, "analysis", place)?;
    let at = place.field("analysis");
    let status = match reader.word(analysis, "state", at)? {
        "resolved" | "resolved_with_pedigree" => VexStatus::Fixed,
        "exploitable" => VexStatus::Affected,
        "in_triage" => VexStatus::UnderInvestigation,
        "false_positive" | "not_affected" => VexStatus::NotAffected,
        _ => {
            reader.wrong(at.field("state"), "a state");
            return None;
        }
    };
    let word = reader.word(analysis, "justification", at);
    let justification = word.and_then(justification);
    if word.is_some() && justification.is_none() {
        reader.wrong(at.field("justification"), "a justification");
    }
    let first = reader.timestamp(analysis, "firstIssued", at);
    let last = reader.timestamp(analysis, "lastUpdated", at);
    Some(VexStatement {
        document: Arc::clone(document),
        stated: later(first, last).or(document.stated),
        ids: ids(entry),
        products: products(gathered, entry, place, document, known),
        status,
        justification,
        note: prose(analysis.get("detail")),
    })
}

/// The reason in the words that the other formats have; several of these are one there.
fn justification(word: &str) -> Option<VexJustification> {
    match word {
        "code_not_present" => Some(VexJustification::VulnerableCodeNotPresent),
        "code_not_reachable" => Some(VexJustification::VulnerableCodeNotInExecutePath),
        "requires_configuration" | "requires_dependency" | "requires_environment" => {
            Some(VexJustification::VulnerableCodeCannotBeControlledByAdversary)
        }
        "protected_by_compiler"
        | "protected_at_runtime"
        | "protected_at_perimeter"
        | "protected_by_mitigating_control" => {
            Some(VexJustification::InlineMitigationsAlreadyExist)
        }
        _ => None,
    }
}

fn ids(entry: &Object) -> Vec<String> {
    let own = entry.get("id").and_then(Value::as_str);
    let others = entry.get("references").and_then(Value::as_array);
    let others = others.into_iter().flatten();
    own.into_iter()
        .chain(others.filter_map(|reference| reference.get("id")?.as_str()))
        .filter(|id| is_word(id))
        .map(str::to_owned)
        .collect()
}

fn products(
    gathered: &mut Gathered<'_>,
    entry: &Object,
    place: Place<'_>,
    document: &VexDocument,
    known: &Known,
) -> Vec<VexProduct> {
    let reader = &mut gathered.reader;
    let mut products = Vec::new();
    let list = place.field("affects");
    for (index, affected) in reader.objects(entry, "affects", place) {
        let at = list.item(index);
        let Some(reference) = reader.word(affected, "ref", at) else {
            continue;
        };
        let product = resolve(reference, document, known);
        let versions = reader.objects(affected, "versions", at);
        if versions.is_empty() {
            products.push(product);
            continue;
        }
        for (_, version) in versions {
            let version = version.get("version").and_then(Value::as_str);
            let narrowed = match (&product, version) {
                (VexIdentifier::Purl(purl), Some(version)) => of_version(purl, version),
                _ => None,
            };
            // A range is not decided here; as a text it matches nothing.
            products.push(narrowed.map_or_else(
                || VexIdentifier::Text(format!("some versions of {reference}")),
                |purl| VexIdentifier::Purl(Box::new(purl)),
            ));
        }
    }
    let whole = |product| VexProduct {
        product,
        parts: Vec::new(),
    };
    unrepeated(products.into_iter().map(whole).collect())
}

/// A reference within the document, a link into another one (`urn:cdx:SERIAL/VERSION#REFERENCE`), or a package URL.
fn resolve(reference: &str, document: &VexDocument, known: &Known) -> VexIdentifier {
    if let Some(identifier) = known.get(reference) {
        return identifier.clone();
    }
    let linked = reference.strip_prefix("urn:cdx:").and_then(|link| {
        let (place, inner) = link.split_once('#')?;
        let own = document.id.as_deref()?.strip_prefix("urn:uuid:")?;
        let is_own = place.split('/').next() == Some(own);
        let found = known.get(inner).filter(|_| is_own).cloned();
        Some(found.unwrap_or_else(|| VexIdentifier::new(inner)))
    });
    linked.unwrap_or_else(|| VexIdentifier::new(reference))
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use crate::vex::describe::describe;

    #[test]
    fn references_are_followed() {
        assert_snapshot!(describe(r#"{"bomFormat": "CycloneDX", "specVersion": "1.6", "serialNumber": "urn:uuid:00",
            "metadata": {"timestamp": "2099-01-02T00:00:00Z", "authors": [{"name": "Lab"}],
              "component": {"bom-ref": "root", "name": "lab", "purl": "pkg:pypi/lab@1.0"}},
            "components": [{"bom-ref": "x-ref", "name": "x", "purl": "pkg:pypi/x@2.0", "components": [{"bom-ref": "y-ref", "name": "y"}]}],
            "vulnerabilities": [
              {"id": "CVE-2099-1", "references": [{"id": "GHSA-x"}], "affects": [{"ref": "x-ref"}, {"ref": "urn:cdx:00/1#root"}],
               "analysis": {"state": "not_affected", "justification": "code_not_reachable", "detail": "never\ncalled"}},
              {"id": "CVE-2099-2", "affects": [{"ref": "y-ref"}, {"ref": "pkg:pypi/z"}, {"ref": "urn:cdx:11/1#pkg:pypi/w@1"}],
               "analysis": {"state": "resolved", "lastUpdated": "2099-03-01T00:00:00Z"}},
              {"id": "CVE-2099-3", "affects": [{"ref": "x-ref", "versions": [{"version": "1.0"}, {"range": "vers:pypi/<1"}]}],
               "analysis": {"state": "exploitable"}},
              {"id": "CVE-2099-4", "affects": [{"ref": "x-ref"}], "analysis": {"state": "false_positive"}},
              {"id": "CVE-2099-5", "affects": [{"ref": "x-ref"}], "analysis": {"state": "odd"}},
              {"id": "CVE-2099-6", "affects": [{"ref": "x-ref"}]}]}"#), @r#"
        urn:uuid:00 | Lab | 2099-01-02T00:00:00Z
        CVE-2099-1 GHSA-x not_affected vulnerable_code_not_in_execute_path "never called"
          pkg:pypi/lab@1.0
          pkg:pypi/x@2.0
        CVE-2099-2 fixed  2099-03-01T00:00:00Z
          pkg:pypi/w@1
          pkg:pypi/z
          "y"
        CVE-2099-3 affected 
          pkg:pypi/x@1.0
          "some versions of x-ref"
        problem x.json: the statement about `CVE-2099-4` says `not_affected` without a reason, so it hides nothing
        problem x.json: `vulnerabilities[4].analysis.state` is not a state
        "#);
    }
}
