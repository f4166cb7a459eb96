//! A bill as [SPDX 2.3](https://spdx.github.io/spdx-spec/v2.3/).
//!
//! Files are told in words: an element of a file needs a SHA-1 there, which proves nothing any more.

use bartizan_model::native::Linkage;
use serde_json::{Value, json};

use super::{Bill, Context, Hash, Licence, Part, PartKind, identity};

const NOTHING: &str = "NOASSERTION";

/// The document. Its namespace follows from all else that it says.
pub(super) fn document(bill: &Bill) -> Value {
    let ids: Vec<String> = bill
        .all()
        .enumerate()
        .map(|(place, it)| id(place, it))
        .collect();
    let packages: Vec<Value> = bill
        .all()
        .zip(&ids)
        .map(|(it, id)| package(it, id))
        .collect();
    let mut creators = vec![format!("Tool: bartizan-{}", env!("CARGO_PKG_VERSION"))];
    if let Some(author) = &bill.author {
        let mail = author.email.as_deref().map(|it| format!(" ({it})"));
        creators.push(format!(
            "Organization: {}{}",
            author.name,
            mail.unwrap_or_default()
        ));
    }
    let comment = match bill.context {
        Context::PreBuild => "made pre-build, from what is to be installed",
        Context::PostBuild => "made post-build, from the artifact",
        Context::Installed => "made of what is deployed",
    };
    let mut document = json!({
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": "SPDXRef-DOCUMENT",
        "name": bill.subject.name,
        "creationInfo": {"created": bill.timestamp, "creators": creators, "comment": comment},
        "packages": packages,
        "relationships": relationships(bill, &ids),
    });
    let namespace = format!("urn:uuid:{}", identity::uuid(&document.to_string()));
    put(&mut document, "documentNamespace", Some(json!(namespace)));
    document
}

/// Only letters, digits, points and hyphens are allowed; the number keeps ids apart.
fn id(place: usize, part: &Part) -> String {
    let is_plain = |it: char| it.is_ascii_alphanumeric() || it == '.' || it == '-';
    let name: String = part
        .name
        .chars()
        .map(|it| if is_plain(it) { it } else { '-' })
        .take(80)
        .collect();
    format!("SPDXRef-{place}-{name}")
}

fn package(part: &Part, id: &str) -> Value {
    let (declared, comment) = match &part.licence {
        Some(Licence::Expression(text)) => (text.as_str(), None),
        Some(Licence::Name(text)) => (NOTHING, Some(format!("stated as: {text}"))),
        None => (NOTHING, None),
    };
    let purpose = match part.kind {
        PartKind::Library => "LIBRARY",
        PartKind::Application => "APPLICATION",
    };
    let mut json = json!({
        "SPDXID": id,
        "name": part.name,
        "downloadLocation": NOTHING,
        "filesAnalyzed": false,
        "licenseConcluded": NOTHING,
        "licenseDeclared": declared,
        "copyrightText": NOTHING,
        "primaryPackagePurpose": purpose,
    });
    let comment = comment.or_else(|| {
        let at = part.licence_at.as_ref()?;
        Some(format!("read at {at}"))
    });
    put(&mut json, "licenseComments", comment.map(|it| json!(it)));
    put(
        &mut json,
        "versionInfo",
        part.version.as_ref().map(|it| json!(it)),
    );
    put(
        &mut json,
        "summary",
        part.summary.as_ref().map(|it| json!(it)),
    );
    put(
        &mut json,
        "homepage",
        part.homepage.as_ref().map(|it| json!(it)),
    );
    put(
        &mut json,
        "packageFileName",
        part.file_name.as_ref().map(|it| json!(it)),
    );
    put(&mut json, "checksums", checksums(&part.hashes));
    agents(&mut json, part);
    put(&mut json, "externalRefs", references(part));
    put(&mut json, "sourceInfo", told(part).map(|it| json!(it)));
    json
}

/// Who made it, and who hands it out.
fn agents(json: &mut Value, part: &Part) {
    put(
        json,
        "supplier",
        part.supplier
            .as_ref()
            .map(|it| json!(format!("Organization: {}", it.replace(['(', ')'], "")))),
    );
    put(
        json,
        "originator",
        part.maker.as_ref().map(|it| {
            let mail = it.email.as_deref().map(|it| format!(" ({it})"));
            json!(format!(
                "Person: {}{}",
                it.name.replace(['(', ')'], ""),
                mail.unwrap_or_default()
            ))
        }),
    );
}

fn put(json: &mut Value, key: &str, value: Option<Value>) {
    if let (Some(fields), Some(value)) = (json.as_object_mut(), value) {
        fields.insert(key.to_owned(), value);
    }
}

fn checksums(hashes: &[Hash]) -> Option<Value> {
    let one =
        |it: &Hash| json!({"algorithm": it.algorithm.replace('-', ""), "checksumValue": it.digits});
    (!hashes.is_empty()).then(|| hashes.iter().map(one).collect())
}

fn references(part: &Part) -> Option<Value> {
    let purl = part.purl.as_ref().map(|it| {
        json!({"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": it.to_string()})
    });
    let cpe = part.cpe.as_ref().map(|it| {
        json!({"referenceCategory": "SECURITY", "referenceType": "cpe23Type", "referenceLocator": it})
    });
    let all: Vec<Value> = purl.into_iter().chain(cpe).collect();
    (!all.is_empty()).then_some(Value::Array(all))
}

/// What a package is known from and where it is, in words.
fn told(part: &Part) -> Option<String> {
    let mut lines: Vec<String> = Vec::new();
    lines.extend(part.linkage.map(|it| format!("linkage: {}", it.id())));
    lines.extend(part.note.clone());
    lines.extend(
        part.proofs
            .iter()
            .map(|it| format!("{}: {}", it.kind.id(), it.detail)),
    );
    for file in &part.files {
        let hash = file
            .hashes
            .first()
            .map(|it| format!(" ({} {})", it.algorithm, it.digits));
        lines.push(format!("in {}{}", file.path, hash.unwrap_or_default()));
    }
    (!lines.is_empty()).then(|| lines.join("\n"))
}

fn relationships(bill: &Bill, ids: &[String]) -> Vec<Value> {
    let link = |from: &str, kind: &str, to: &str| json!({"spdxElementId": from, "relationshipType": kind, "relatedSpdxElement": to});
    let id = |place: usize| ids.get(place).map_or("", String::as_str);
    let describes = link("SPDXRef-DOCUMENT", "DESCRIBES", id(0));
    let links = (0..ids.len()).flat_map(|from| {
        bill.linked_from(from)
            .map(move |(to, part)| (from, to, part.linkage))
    });
    let links = links.map(|(from, to, linkage)| {
        let kind = match linkage {
            None => "DEPENDS_ON",
            Some(Linkage::Static) => "STATIC_LINK",
            Some(_) => "CONTAINS",
        };
        link(id(from), kind, id(to))
    });
    std::iter::once(describes).chain(links).collect()
}
