//! A bill as [CycloneDX](https://cyclonedx.org/docs/1.7/json/) 1.6 and 1.7.

use bartizan_formats::file_name;
use bartizan_model::native::EvidenceKind;
use serde_json::{Map, Value, json};

use super::{Agent, Bill, Context, Hash, Licence, Part, PartFile, PartKind, identity};

/// The document. Its serial number follows from all else that it says.
pub(super) fn document(bill: &Bill, version: &str) -> Value {
    let mut document = json!({
        "$schema": format!("http://cyclonedx.org/schema/bom-{version}.schema.json"),
        "bomFormat": "CycloneDX",
        "specVersion": version,
        "version": 1,
        "metadata": metadata(bill),
        "components": bill.parts.iter().map(|it| component(it, version)).collect::<Vec<_>>(),
        "dependencies": dependencies(bill),
        // Whether something was overlooked nobody can say.
        "compositions": [{
            "aggregate": "unknown",
            "dependencies": bill.all().map(|it| it.reference.as_str()).collect::<Vec<_>>(),
        }],
    });
    let serial = identity::uuid(&document.to_string());
    put(
        &mut document,
        "serialNumber",
        Some(json!(format!("urn:uuid:{serial}"))),
    );
    document
}

fn metadata(bill: &Bill) -> Value {
    let phase = match bill.context {
        Context::PreBuild => "pre-build",
        Context::PostBuild => "post-build",
        Context::Installed => "operations",
    };
    let mut metadata = json!({
        "lifecycles": [{"phase": phase}],
        "tools": {"components": [{"type": "application", "name": "bartizan", "version": env!("CARGO_PKG_VERSION")}]},
        "component": component(&bill.subject, "1.6"),
    });
    put(
        &mut metadata,
        "timestamp",
        bill.timestamp.as_ref().map(|it| json!(it)),
    );
    put(
        &mut metadata,
        "authors",
        bill.author.as_ref().map(|it| json!([person(it)])),
    );
    metadata
}

fn dependencies(bill: &Bill) -> Vec<Value> {
    let one = |(place, part): (usize, &Part)| {
        let on: Vec<&str> = bill
            .linked_from(place)
            .map(|(_, it)| it.reference.as_str())
            .collect();
        json!({"ref": part.reference, "dependsOn": on})
    };
    bill.all().enumerate().map(one).collect()
}

/// A component for a document of a version: what is newer than that is left out.
pub fn component(part: &Part, version: &str) -> Value {
    let numbers: Vec<u32> = version.split('.').map_while(|it| it.parse().ok()).collect();
    let since = |minor: u32| numbers >= vec![1, minor];
    let kind = match part.kind {
        PartKind::Library => "library",
        PartKind::Application => "application",
    };
    let mut json = json!({"type": kind, "bom-ref": part.reference, "name": part.name});
    put(
        &mut json,
        "version",
        part.version.as_ref().map(|it| json!(it)),
    );
    if part.version.is_none() && !since(4) {
        put(&mut json, "version", Some(json!("")));
    }
    put(
        &mut json,
        "purl",
        part.purl.as_ref().map(|it| json!(it.to_string())),
    );
    put(&mut json, "cpe", part.cpe.as_ref().map(|it| json!(it)));
    put(
        &mut json,
        "description",
        part.summary.as_ref().map(|it| json!(it)),
    );
    put(
        &mut json,
        "licenses",
        part.licence.as_ref().map(|it| licences(it, since(6))),
    );
    if since(6) {
        put(
            &mut json,
            "authors",
            part.maker.as_ref().map(|it| json!([person(it)])),
        );
    } else {
        put(
            &mut json,
            "author",
            part.maker.as_ref().map(|it| json!(it.name)),
        );
    }
    put(
        &mut json,
        "supplier",
        part.supplier.as_ref().map(|it| json!({"name": it})),
    );
    put(&mut json, "hashes", hashes(&part.hashes));
    put(&mut json, "externalReferences", references(part));
    put(
        &mut json,
        "properties",
        properties(part).filter(|_| since(3)),
    );
    put(&mut json, "components", files(part));
    put(&mut json, "evidence", evidence(part).filter(|_| since(6)));
    json
}

fn put(json: &mut Value, key: &str, value: Option<Value>) {
    if let (Some(fields), Some(value)) = (json.as_object_mut(), value) {
        fields.insert(key.to_owned(), value);
    }
}

fn person(agent: &Agent) -> Value {
    let mut json = json!({"name": agent.name});
    put(&mut json, "email", agent.email.as_ref().map(|it| json!(it)));
    json
}

fn licences(licence: &Licence, says_how: bool) -> Value {
    let mut one = Map::new();
    if says_how {
        one.insert("acknowledgement".to_owned(), json!("declared"));
    }
    match licence {
        Licence::Expression(text) => {
            one.insert("expression".to_owned(), json!(text));
            json!([one])
        }
        Licence::Name(text) => {
            one.insert("name".to_owned(), json!(text));
            json!([{"license": one}])
        }
    }
}

fn hashes(hashes: &[Hash]) -> Option<Value> {
    let one = |it: &Hash| json!({"alg": it.algorithm, "content": it.digits});
    (!hashes.is_empty()).then(|| hashes.iter().map(one).collect())
}

fn references(part: &Part) -> Option<Value> {
    let all = [
        ("website", &part.homepage),
        ("vcs", &part.source),
        ("license", &part.licence_at),
    ];
    let all: Vec<Value> = all
        .into_iter()
        .filter_map(|(kind, url)| Some(json!({"type": kind, "url": url.as_ref()?})))
        .collect();
    (!all.is_empty()).then_some(Value::Array(all))
}

/// Words of the taxonomy of the BSI for a component that is a file, and ours for how it is in what carries it.
fn properties(part: &Part) -> Option<Value> {
    let mut all = Vec::new();
    let mut add = |name: &str, value: &str| all.push(json!({"name": name, "value": value}));
    if let Some(linkage) = part.linkage {
        add("bartizan:linkage", linkage.id());
    }
    if let Some(note) = &part.note {
        add("bartizan:note", note);
    }
    if let Some(name) = &part.file_name {
        // What is here is a distribution or a library; nobody runs an archive.
        let [executable, archive, structured] = if is_archive(name) {
            ["non-executable", "archive", "structured"]
        } else {
            ["executable", "no archive", "unstructured"]
        };
        add("bsi:component:filename", name);
        add("bsi:component:executable", executable);
        add("bsi:component:archive", archive);
        add("bsi:component:structured", structured);
    }
    (!all.is_empty()).then_some(Value::Array(all))
}

fn is_archive(name: &str) -> bool {
    file_name::is_archive(name) || file_name::conda(name).is_some()
}

/// The files that a component is in, where it is not one file as a whole.
fn files(part: &Part) -> Option<Value> {
    let is_listed = part.file_name.is_none() && part.files.iter().any(|it| !it.hashes.is_empty());
    let file = |it: &PartFile| {
        let mut json = json!({"type": "file", "name": it.path});
        put(&mut json, "hashes", hashes(&it.hashes));
        json
    };
    is_listed.then(|| part.files.iter().map(file).collect())
}

fn evidence(part: &Part) -> Option<Value> {
    if part.proofs.is_empty() {
        return None;
    }
    let fraction = |hundredths: u8| f64::from(hundredths) / 100.0;
    let field = if part.version.is_some() {
        "version"
    } else {
        "name"
    };
    let methods: Vec<Value> = part
        .proofs
        .iter()
        .map(|it| json!({"technique": technique(it.kind), "confidence": fraction(it.confidence), "value": it.detail}))
        .collect();
    let best = part
        .proofs
        .iter()
        .map(|it| it.confidence)
        .max()
        .unwrap_or_default();
    let places: Vec<Value> = part
        .files
        .iter()
        .map(|it| json!({"location": it.path}))
        .collect();
    let mut json =
        json!({"identity": [{"field": field, "confidence": fraction(best), "methods": methods}]});
    put(
        &mut json,
        "occurrences",
        (!places.is_empty()).then_some(Value::Array(places)),
    );
    Some(json)
}

fn technique(kind: EvidenceKind) -> &'static str {
    match kind {
        EvidenceKind::Sbom => "attestation",
        EvidenceKind::VersionMacro => "source-code-analysis",
        EvidenceKind::SourcePin | EvidenceKind::PackageMetadata => "manifest-analysis",
        EvidenceKind::FileName | EvidenceKind::SonameRelease => "filename",
        EvidenceKind::Sibling | EvidenceKind::Licence => "other",
        EvidenceKind::PackagingNote
        | EvidenceKind::VersionFunction
        | EvidenceKind::VersionText
        | EvidenceKind::CratePath
        | EvidenceKind::VersionResource
        | EvidenceKind::Presence => "binary-analysis",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distributions_are_archives_and_libraries_are_not() {
        let check = |name: &str| {
            let part = Part {
                file_name: Some(name.to_owned()),
                ..Part::default()
            };
            let properties = properties(&part).unwrap();
            let values = properties.as_array().unwrap().iter();
            let values = values.filter_map(|it| it["value"].as_str());
            values.skip(1).collect::<Vec<_>>().join(", ")
        };
        for name in [
            "lab-1.0-py3-none-any.whl",
            "lab-1.0.tar.gz",
            "lab-1.0-py_0.conda",
        ] {
            assert_eq!(check(name), "non-executable, archive, structured", "{name}");
        }
        assert_eq!(check("libz.so.1"), "executable, no archive, unstructured");
    }
}
