//! Advisories written as CSAF documents of the profile "security advisory".

use bartizan_model::{
    advisory::{Advisory, Affected, Event, Range, RangeKind},
    purl::Purl,
    severity::{SeverityLevel, SeverityVector},
};
use serde_json::{Map, Value, json};

/// The version of the standard that is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CsafVersion {
    /// 2.0.
    V2_0,
    /// 2.1.
    V2_1,
}

/// Who publishes a document, and who scores its vectors.
#[derive(Clone, Copy)]
pub struct Publisher<'a> {
    /// The name.
    pub name: &'a str,
    /// An address that stands for it.
    pub namespace: &'a str,
    /// The base score and level of a vector; a vector without one is left out, because the standard asks for both.
    pub score: fn(&SeverityVector) -> Option<(f64, SeverityLevel)>,
}

/// The document of an advisory. Commit ranges, and the point at which a range stops to say anything, have no word in it.
pub fn to_csaf(advisory: &Advisory, publisher: Publisher<'_>, version: CsafVersion) -> Value {
    let mut products = Products::default();
    for part in &advisory.affected {
        products.add(part, version);
    }
    let about = about(advisory, publisher, version);
    let vulnerability = vulnerability(advisory, &products, (publisher, version));
    let mut document = json!({"document": about, "vulnerabilities": [vulnerability]});
    put(&mut document, "product_tree", products.tree());
    if version == CsafVersion::V2_1 {
        let schema = "https://docs.oasis-open.org/csaf/csaf/v2.1/schema/csaf.json";
        put(&mut document, "$schema", json!(schema));
    }
    document
}

/// What the document says of itself.
fn about(advisory: &Advisory, publisher: Publisher<'_>, version: CsafVersion) -> Value {
    let date = advisory
        .modified
        .or(advisory.published)
        .unwrap_or_default()
        .to_string();
    let first = advisory
        .published
        .map_or_else(|| date.clone(), |time| time.to_string());
    let category = if advisory.withdrawn.is_some() && version == CsafVersion::V2_1 {
        "csaf_withdrawn"
    } else {
        "csaf_security_advisory"
    };
    let title = if advisory.summary.is_empty() {
        &advisory.id
    } else {
        &advisory.summary
    };
    let mut about = json!({
        "category": category,
        "csaf_version": if version == CsafVersion::V2_0 { "2.0" } else { "2.1" },
        "title": title,
        "publisher": {"category": "other", "name": publisher.name, "namespace": publisher.namespace},
        "tracking": {
            "id": advisory.id,
            "status": "final",
            "version": "1",
            "initial_release_date": first,
            "current_release_date": date,
            "revision_history": [{"number": "1", "date": date, "summary": "as published"}],
        },
    });
    let references = advisory.references.iter();
    let references: Vec<Value> = references
        .map(|url| json!({"summary": url, "url": url}))
        .collect();
    put(&mut about, "references", Value::Array(references));
    if let Some(level) = advisory.stated_level {
        put(
            &mut about,
            "aggregate_severity",
            json!({"text": level.as_str()}),
        );
    }
    if version == CsafVersion::V2_1 {
        put(
            &mut about,
            "distribution",
            json!({"tlp": {"label": "CLEAR"}}),
        );
    }
    about
}

/// Puts a value that says something into an object.
fn put(object: &mut Value, key: &str, value: Value) {
    let is_empty =
        value.as_array().is_some_and(Vec::is_empty) || value.as_object().is_some_and(Map::is_empty);
    if let (false, Some(object)) = (is_empty, object.as_object_mut()) {
        object.insert(key.to_owned(), value);
    }
}

/// The products of a document: branches of versions, and the lists that they stand in.
#[derive(Default)]
struct Products {
    branches: Vec<Value>,
    affected: Vec<String>,
    fixed: Vec<String>,
}

impl Products {
    fn add(&mut self, part: &Affected, version: CsafVersion) {
        let Some(package) = &part.package else { return };
        let purl = |version: Option<&str>| Purl::of_package(package, version);
        let kind = purl(None).kind().to_owned();
        let mut versions = Vec::new();
        let mut branch = |(category, name): (&str, &str), purl: &Purl, id: String| {
            let helper = match version {
                CsafVersion::V2_0 => json!({"purl": purl.to_string()}),
                CsafVersion::V2_1 => json!({"purls": [purl.to_string()]}),
            };
            let product = json!({"product_id": id, "name": format!("{package} {name}"), "product_identification_helper": helper});
            versions.push(json!({"category": category, "name": name, "product": product}));
        };
        let mut next = self.affected.len() + self.fixed.len();
        let mut id = || {
            next += 1;
            format!("product-{next}")
        };
        for text in part.versions.iter() {
            let id = id();
            branch(("product_version", text), &purl(Some(text)), id.clone());
            self.affected.push(id);
        }
        for range in part
            .ranges
            .iter()
            .filter(|range| range.kind != RangeKind::Git)
        {
            let id = id();
            let text = format!("vers:{kind}/{}", constraints(range));
            branch(("product_version_range", &text), &purl(None), id.clone());
            self.affected.push(id);
        }
        let events = part
            .ranges
            .iter()
            .filter(|range| range.kind != RangeKind::Git);
        for event in events.flat_map(|range| &range.events) {
            if let Event::Fixed(text) = event {
                let id = id();
                branch(("product_version", text), &purl(Some(text)), id.clone());
                self.fixed.push(id);
            }
        }
        if !versions.is_empty() {
            let name = package.name();
            self.branches
                .push(json!({"category": "product_name", "name": name, "branches": versions}));
        }
    }

    fn tree(&self) -> Value {
        if self.branches.is_empty() {
            json!({})
        } else {
            json!({"branches": self.branches})
        }
    }
}

/// The events as constraints of a [`vers`](https://github.com/package-url/vers-spec) range.
fn constraints(range: &Range) -> String {
    let constraint = |event: &Event| match event {
        Event::Introduced(version) if version == "0" => None,
        Event::Introduced(version) => Some(format!(">={version}")),
        Event::Fixed(version) => Some(format!("<{version}")),
        Event::LastAffected(version) => Some(format!("<={version}")),
        Event::Limit(_) => None,
    };
    let constraints: Vec<String> = range.events.iter().filter_map(constraint).collect();
    if constraints.is_empty() {
        "*".to_owned()
    } else {
        constraints.join("|")
    }
}

fn vulnerability(
    advisory: &Advisory,
    products: &Products,
    (publisher, version): (Publisher<'_>, CsafVersion),
) -> Value {
    let mut written = json!({});
    let ids: Vec<&String> = std::iter::once(&advisory.id)
        .chain(&advisory.aliases)
        .collect();
    let cve = ids.iter().find(|id| id.starts_with("CVE-"));
    if let Some(cve) = cve {
        put(&mut written, "cve", json!(cve));
    }
    let others = ids.iter().filter(|id| Some(id) != cve.as_ref());
    let others: Vec<Value> = others
        .map(|id| json!({"system_name": id.split('-').next().unwrap_or(id), "text": id}))
        .collect();
    put(&mut written, "ids", Value::Array(others));
    let text = if advisory.details.is_empty() {
        &advisory.summary
    } else {
        &advisory.details
    };
    let text = if text.is_empty() { &advisory.id } else { text };
    put(
        &mut written,
        "notes",
        json!([{"category": "description", "text": text}]),
    );
    let mut status = json!({});
    put(&mut status, "known_affected", json!(products.affected));
    put(&mut status, "first_fixed", json!(products.fixed));
    put(&mut written, "product_status", status);
    if !products.affected.is_empty() {
        let scored: Vec<Value> = advisory
            .severities
            .iter()
            .filter_map(|vector| scored(vector, products, (publisher, version)))
            .collect();
        let key = if version == CsafVersion::V2_0 {
            "scores"
        } else {
            "metrics"
        };
        put(&mut written, key, Value::Array(scored));
    }
    written
}

/// A vector with the products that it is about. Version 2.0 of the standard knows neither CVSS 4 nor other schemes.
fn scored(
    vector: &SeverityVector,
    products: &Products,
    (publisher, version): (Publisher<'_>, CsafVersion),
) -> Option<Value> {
    let (key, number) = match vector.scheme.as_str() {
        "CVSS_V3" => ("cvss_v3", vector.vector.get(5..8)?),
        "CVSS_V4" if version == CsafVersion::V2_1 => ("cvss_v4", "4.0"),
        _ => return None,
    };
    let (score, level) = (publisher.score)(vector)?;
    let cvss = json!({"version": number, "vectorString": vector.vector, "baseScore": score,
        "baseSeverity": level.as_str().to_uppercase()});
    Some(match version {
        CsafVersion::V2_0 => json!({"products": products.affected, key: cvss}),
        CsafVersion::V2_1 => json!({"products": products.affected, "content": {key: cvss}}),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::advisory::{Statement, read};

    #[test]
    fn what_is_written_is_read_again() {
        let text = r#"{"id": "X-1", "modified": "2099-01-02T00:00:00Z", "aliases": ["CVE-2099-1"], "summary": "one line", "details": "text",
            "severity": [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}],
            "affected": [{"package": {"ecosystem": "PyPI", "name": "name"}, "versions": ["1.0"], "ranges": [
              {"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "1.2"}, {"introduced": "2"}, {"last_affected": "2.1"}]}]}],
            "references": [{"type": "WEB", "url": "https://x.example"}], "database_specific": {"severity": "MEDIUM"}}"#;
        let Some(Statement::Record(first)) = read("x", text.as_bytes()).statements.pop() else {
            panic!("no record");
        };
        let publisher = Publisher {
            name: "p",
            namespace: "https://p.example",
            score: |_| Some((9.8, SeverityLevel::Critical)),
        };
        for version in [CsafVersion::V2_0, CsafVersion::V2_1] {
            let written = to_csaf(&first.advisory, publisher, version).to_string();
            let again = read("x", written.as_bytes());
            assert_eq!(again.problems, []);
            let Some(Statement::Record(again)) = again.statements.first() else {
                panic!("{written}");
            };
            assert_eq!(
                again.advisory,
                Advisory {
                    published: again.advisory.published,
                    ..first.advisory.clone()
                },
                "{written}"
            );
        }
    }
}
