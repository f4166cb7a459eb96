//! [CSAF](https://docs.oasis-open.org/csaf/csaf/v2.0/csaf-v2.0.html) 2.0 and 2.1 documents as advisories.
//!
//! A document is one record for each of its vulnerabilities that states which products are affected or fixed. A product
//! counts where a package URL says which package it is. Its versions are those of the package URL, of its branch, or a
//! `vers:` range; where only a fix is stated, everything before the fix is taken to be affected.

mod part;
mod versions;
mod write;

pub use write::{CsafVersion, Publisher, to_csaf};

use bartizan_model::{
    Timestamp,
    advisory::Advisory,
    severity::{SeverityLevel, SeverityVector},
};
use serde_json::Value;

use super::{
    AdvisoryError, AdvisoryFormat, Reading, Record, Statement,
    field::{self, Object, Place, Reader},
    json,
    source::{self, Schema},
};
use crate::csaf::ProductTree;

/// The format.
pub(super) static ITEM: Csaf = Csaf;

/// Security advisories and VEX documents of vendors.
pub(super) struct Csaf;

/// The most that the texts of the records of one document may take together.
const MOST_RAW: usize = 64 << 20;

impl AdvisoryFormat for Csaf {
    fn id(&self) -> &'static str {
        "csaf"
    }

    fn title(&self) -> &'static str {
        "CSAF 2.0 and 2.1"
    }

    fn recognises(&self, _name: &str, head: &[u8]) -> bool {
        json::head_keys(head).keys.contains(&"document")
            && json::head_text(head).contains("\"csaf_version\"")
    }

    fn read(&self, name: &str, bytes: &[u8]) -> Result<Reading, AdvisoryError> {
        let text = json::text(bytes)?;
        let value = json::parse(text)?;
        let document = value.as_object().ok_or(AdvisoryError::NotARecord {
            reason: "it is not an object",
        })?;
        let mut reader = Reader::new(name);
        let about = About::read(document, &mut reader)?;
        let tree = ProductTree::read(document, &mut reader);
        let vulnerabilities = reader.objects(document, "vulnerabilities", Place::ROOT);
        let is_alone = reader.list(document, "vulnerabilities", Place::ROOT).len() <= 1;
        let mut statements = Vec::new();
        let mut size = 0_usize;
        for (index, vulnerability) in vulnerabilities {
            if !vulnerability.contains_key("product_status") {
                continue;
            }
            let place = Place::ROOT.field("vulnerabilities");
            let place = place.item(index);
            let Some(id) = about.id_of(vulnerability, is_alone) else {
                reader.wrong(place, "a vulnerability with an id");
                continue;
            };
            let raw = if is_alone {
                json::minify(text)
            } else {
                part::of(document, vulnerability, &tree)
            };
            size = size.saturating_add(raw.len());
            if size > MOST_RAW {
                reader.note(format_args!("larger than {MOST_RAW} bytes when taken apart: `{id}` and what follows is left out"));
                break;
            }
            let advisory = about.advisory(id, vulnerability, place, (&tree, &mut reader));
            statements.push(Statement::Record(Box::new(Record { advisory, raw })));
        }
        if statements.is_empty() {
            reader.note("it says of no vulnerability which products are affected");
        }
        Ok(Reading {
            statements,
            problems: reader.into_problems(),
        })
    }
}

/// What a document says of itself.
struct About<'a> {
    id: &'a str,
    title: String,
    modified: Option<Timestamp>,
    published: Option<Timestamp>,
    is_withdrawn: bool,
    level: Option<SeverityLevel>,
    references: Vec<String>,
}

impl<'a> About<'a> {
    fn read(document: &'a Object, reader: &mut Reader<'_>) -> Result<Self, AdvisoryError> {
        let missing = |reason| AdvisoryError::NotARecord { reason };
        let place = Place::ROOT.field("document");
        let about = reader
            .object(document, "document", Place::ROOT)
            .ok_or(missing("`document` is missing"))?;
        let tracking = reader
            .object(about, "tracking", place)
            .ok_or(missing("`document.tracking` is missing"))?;
        let at = place.field("tracking");
        let id = reader
            .text(tracking, "id", at)
            .ok_or(missing("`document.tracking.id` is missing"))?;
        if !field::is_id(id) {
            return Err(AdvisoryError::bad_id(id));
        }
        let category = reader.text(about, "category", place).unwrap_or_default();
        let level = about.get("aggregate_severity");
        let level = level.and_then(|severity| severity.get("text")?.as_str());
        Ok(Self {
            id,
            title: field::one_line(reader.text(about, "title", place).unwrap_or_default()),
            modified: reader.timestamp(tracking, "current_release_date", at),
            published: reader.timestamp(tracking, "initial_release_date", at),
            is_withdrawn: category == "csaf_withdrawn" || category == "csaf_superseded",
            level: level.and_then(SeverityLevel::parse),
            references: references(about, place, reader),
        })
    }

    /// The document's id, and where it has several vulnerabilities, that of the one.
    fn id_of(&self, vulnerability: &Object, is_alone: bool) -> Option<String> {
        if is_alone {
            return Some(self.id.to_owned());
        }
        let first = ids(vulnerability).into_iter().next()?;
        Some(format!("{}:{first}", self.id)).filter(|id| field::is_id(id))
    }

    fn advisory(
        &self,
        id: String,
        vulnerability: &Object,
        place: Place<'_>,
        (tree, reader): (&ProductTree, &mut Reader<'_>),
    ) -> Advisory {
        let source = if id.starts_with("CVE-") {
            "csaf".into()
        } else {
            source::of_record(&id, Schema::Osv)
        };
        let title = reader.text(vulnerability, "title", place);
        let title = title.map(field::one_line).filter(|title| !title.is_empty());
        let mut aliases = ids(vulnerability);
        aliases.retain(|alias| *alias != id);
        let withdrawn = self.modified.unwrap_or(Timestamp::UNIX_EPOCH);
        let mut references = self.references.clone();
        references.extend(self::references(vulnerability, place, reader));
        references.dedup();
        Advisory {
            source: source.into_owned(),
            modified: self.modified,
            published: self.published,
            withdrawn: self.is_withdrawn.then_some(withdrawn),
            related: (id != self.id)
                .then(|| self.id.to_owned())
                .into_iter()
                .collect(),
            id,
            aliases,
            upstream: Vec::new(),
            summary: title.unwrap_or_else(|| self.title.clone()),
            details: details(vulnerability, place, reader),
            severities: severities(vulnerability),
            stated_level: self.level,
            affected: versions::affected(vulnerability, place, tree, reader),
            references,
        }
    }
}

/// The CVE, then the other ids that can be one of an advisory.
fn ids(vulnerability: &Object) -> Vec<String> {
    let cve = vulnerability.get("cve").and_then(Value::as_str);
    let others = vulnerability.get("ids").and_then(Value::as_array);
    let others = others.into_iter().flatten();
    let ids = cve
        .into_iter()
        .chain(others.filter_map(|id| id.get("text")?.as_str()));
    let mut unrepeated: Vec<String> = Vec::new();
    for id in ids.filter(|id| field::is_id(id)) {
        if !unrepeated.iter().any(|known| known == id) {
            unrepeated.push(id.to_owned());
        }
    }
    unrepeated
}

fn details(vulnerability: &Object, place: Place<'_>, reader: &mut Reader<'_>) -> String {
    let notes = reader.objects(vulnerability, "notes", place);
    let of = |category: &str| {
        notes.iter().find_map(|(_, note)| {
            let is_wanted = note.get("category").and_then(Value::as_str) == Some(category);
            note.get("text")
                .and_then(Value::as_str)
                .filter(|_| is_wanted)
        })
    };
    let text = of("description").or_else(|| of("summary"));
    text.unwrap_or_default().to_owned()
}

/// Vectors of 2.0 (`scores`) and 2.1 (`metrics`), each once.
fn severities(vulnerability: &Object) -> Vec<SeverityVector> {
    let list = |key: &str| {
        vulnerability
            .get(key)
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
    };
    let contents = list("metrics").filter_map(|metric| metric.get("content"));
    let mut vectors = Vec::new();
    for scored in list("scores").chain(contents) {
        for (key, scheme) in [
            ("cvss_v2", "CVSS_V2"),
            ("cvss_v3", "CVSS_V3"),
            ("cvss_v4", "CVSS_V4"),
        ] {
            let vector = scored
                .get(key)
                .and_then(|cvss| cvss.get("vectorString")?.as_str());
            let Some(vector) = vector.filter(|vector| field::is_word(vector)) else {
                continue;
            };
            let vector = SeverityVector {
                scheme: scheme.to_owned(),
                vector: vector.to_owned(),
            };
            if !vectors.contains(&vector) {
                vectors.push(vector);
            }
        }
    }
    vectors
}

fn references(of: &Object, place: Place<'_>, reader: &mut Reader<'_>) -> Vec<String> {
    let list = place.field("references");
    let mut addresses = Vec::new();
    for (index, reference) in reader.objects(of, "references", place) {
        let address = reader.word(reference, "url", list.item(index));
        addresses.extend(address.map(str::to_owned));
    }
    addresses
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::advisory::{describe, read};

    /// A document of these vulnerabilities about the products `before` (a range), `one` (a version), `all` and `fix`.
    fn document(vulnerabilities: &str) -> String {
        let product = |id: &str, purl: &str| {
            format!(
                r#"{{"name": "n {id}", "product_id": "{id}", "product_identification_helper": {{"purl": "{purl}"}}}}"#
            )
        };
        let branch = |category: &str, name: &str, id: &str| {
            let product = product(id, "pkg:pypi/Name");
            format!(r#"{{"category": "{category}", "name": "{name}", "product": {product}}}"#)
        };
        let (before, one) = (
            branch(
                "product_version_range",
                "vers:pypi/>=1.0|<1.5|>2.0|<=2.2|3.0",
                "before",
            ),
            branch("product_version", "1.7", "one"),
        );
        let (all, fix) = (
            product("all", "pkg:pypi/other"),
            product("fix", "pkg:pypi/other@4.0"),
        );
        format!(
            r#"{{"document": {{"category": "csaf_security_advisory", "csaf_version": "2.0", "title": "a title",
            "aggregate_severity": {{"text": "Important"}}, "publisher": {{"name": "P"}},
            "references": [{{"url": "https://x.example"}}],
            "tracking": {{"id": "LAB-2099:1", "current_release_date": "2099-01-02T00:00:00Z", "initial_release_date": "2099-01-01T00:00:00Z"}}}},
            "product_tree": {{"branches": [{{"category": "product_name", "name": "x", "branches": [{before}, {one}]}}],
            "full_product_names": [{all}, {fix}, {{"name": "no purl", "product_id": "none"}}]}}, "vulnerabilities": [{vulnerabilities}]}}"#
        )
    }

    fn check(vulnerabilities: &str) -> String {
        let text = document(vulnerabilities);
        assert!(ITEM.recognises("x", text.as_bytes()));
        let reading = ITEM.read("x.json", text.as_bytes()).unwrap();
        for statement in &reading.statements {
            let Statement::Record(record) = statement else {
                continue;
            };
            let again = read("x.json", record.raw.as_bytes());
            assert_eq!(
                again.statements,
                std::slice::from_ref(statement),
                "{}",
                record.raw
            );
        }
        describe::describe(&reading)
    }

    #[test]
    fn ranges_versions_and_fixes_say_what_is_affected() {
        assert_snapshot!(check(r#"{"cve": "CVE-2099-1", "ids": [{"system_name": "s", "text": "GHSA-x"}], "title": "one\nline",
            "notes": [{"category": "description", "text": "text"}],
            "product_status": {"known_affected": ["before", "one", "all", "none"], "fixed": ["fix"]},
            "scores": [{"products": ["all"], "cvss_v3": {"vectorString": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}}]}"#), @r#"
        LAB-2099:1 of lab
          modified 2099-01-02T00:00:00Z
          published 2099-01-01T00:00:00Z
          aliases CVE-2099-1 GHSA-x
          summary "one line"
          details "text"
          level high
          CVSS_V3 CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H
          affects PyPI name
            versions ["1.7", "3.0"]
            Ecosystem  [Introduced("1.0"), Fixed("1.5"), Introduced("2.0"), LastAffected("2.2")]
          affects PyPI other
            Ecosystem  [Introduced("0"), Fixed("4.0")]
          see https://x.example
        problem x.json: products without a package URL of an ecosystem that is known here: 1
        "#);
    }

    #[test]
    fn packages_of_red_hat_have_the_stream_that_they_are_in() {
        let product = |id: &str, helper: &str| {
            format!(
                r#"{{"name": "{id}", "product_id": "{id}", "product_identification_helper": {{{helper}}}}}"#
            )
        };
        let relation = |id: &str, part: &str, whole: &str| {
            format!(
                r#"{{"category": "default_component_of", "product_reference": "{part}", "relates_to_product_reference": "{whole}", "full_product_name": {{"name": "{id}", "product_id": "{id}"}}}}"#
            )
        };
        let text = format!(
            r#"{{"document": {{"csaf_version": "2.0", "tracking": {{"id": "LAB-2099:2", "current_release_date": "2099-01-02T00:00:00Z"}}}},
            "product_tree": {{"full_product_names": [{}, {}, {}, {}], "relationships": [{}, {}]}},
            "vulnerabilities": [{{"cve": "CVE-2099-1", "product_status": {{"fixed": ["in", "lost"], "known_affected": ["bare", "tool"]}}}}]}}"#,
            product(
                "stream",
                r#""cpe": "cpe:/a:redhat:enterprise_linux:9::appstream""#
            ),
            product(
                "rpm",
                r#""purl": "pkg:rpm/redhat/curl@7.76-29.el9?arch=src&epoch=1""#
            ),
            product("bare", r#""purl": "pkg:rpm/redhat/curl@7""#),
            product("tool", r#""purl": "pkg:generic/lab/tool@1.2""#),
            relation("in", "rpm", "stream"),
            relation("lost", "rpm", "nowhere"),
        );
        let reading = ITEM.read("x.json", text.as_bytes()).unwrap();
        assert_snapshot!(describe::describe(&reading), @r#"
        LAB-2099:2 of lab
          modified 2099-01-02T00:00:00Z
          aliases CVE-2099-1
          affects Red Hat:enterprise_linux:9::appstream curl
            Ecosystem  [Introduced("0"), Fixed("1:7.76-29.el9")]
          affects generic lab/tool
            versions ["1.2"]
        problem x.json: products without a package URL of an ecosystem that is known here: 2
        "#);
    }

    #[test]
    fn several_vulnerabilities_are_several_records() {
        assert_snapshot!(check(r#"{"cve": "CVE-2099-1", "product_status": {"fixed": ["fix"]}},
            {"cve": "CVE-2099-2", "product_status": {"known_affected": ["one"]}}, {"cve": "CVE-2099-3"}, {"product_status": {}}, 7"#), @r#"
        LAB-2099:1:CVE-2099-1 of lab
          modified 2099-01-02T00:00:00Z
          published 2099-01-01T00:00:00Z
          aliases CVE-2099-1
          related LAB-2099:1
          summary "a title"
          level high
          affects PyPI other
            Ecosystem  [Introduced("0"), Fixed("4.0")]
          see https://x.example
        LAB-2099:1:CVE-2099-2 of lab
          modified 2099-01-02T00:00:00Z
          published 2099-01-01T00:00:00Z
          aliases CVE-2099-2
          related LAB-2099:1
          summary "a title"
          level high
          affects PyPI name
            versions ["1.7"]
          see https://x.example
        problem x.json: `vulnerabilities[4]` is not an object
        problem x.json: `vulnerabilities[3]` is not a vulnerability with an id
        "#);
    }

    #[test]
    fn a_document_without_an_id_is_no_record() {
        assert!(
            ITEM.read("x", br#"{"document": {"csaf_version": "2.0"}}"#)
                .is_err()
        );
        assert!(
            ITEM.read(
                "x",
                br#"{"document": {"csaf_version": "2.0", "tracking": {"id": "a b"}}}"#
            )
            .is_err()
        );
    }

    proptest! {
        #[test]
        fn nothing_panics(value in describe::json()) {
            let text = document(&json!({"cve": "CVE-1-1", "product_status": value.clone(), "scores": value.clone()}).to_string());
            let _ = ITEM.read("x", text.as_bytes());
            let text = json!({"document": {"csaf_version": "2.0", "tracking": {"id": "X-1"}}, "product_tree": value.clone(), "vulnerabilities": value});
            let _ = ITEM.read("x", text.to_string().as_bytes());
        }
    }
}
