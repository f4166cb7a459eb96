//! Records of the CVE Program, JSON 5: <https://cveproject.github.io/cve-schema/schema/docs/>.
//!
//! A record has a container of the numbering authority (CNA), whose word counts, and containers of
//! others (ADP) that add to it. Severity is taken from all of them; what is affected from the authority,
//! and only where it names nothing, from the others.

mod affected;

use std::collections::BTreeSet;

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

/// The format.
pub(super) static ITEM: Cve5 = Cve5;

/// The keys under which a container gives CVSS vectors, with the schemes that the OSV schema has for them.
const METRICS: [(&str, &str); 4] = [
    ("cvssV2_0", "CVSS_V2"),
    ("cvssV3_0", "CVSS_V3"),
    ("cvssV3_1", "CVSS_V3"),
    ("cvssV4_0", "CVSS_V4"),
];

/// CVE records, versions 5.0 to 5.2.
pub(super) struct Cve5;

impl AdvisoryFormat for Cve5 {
    fn id(&self) -> &'static str {
        "cve-json-5"
    }

    fn title(&self) -> &'static str {
        "CVE record, JSON 5"
    }

    fn recognises(&self, _name: &str, head: &[u8]) -> bool {
        let head = json::head_keys(head);
        ["cveMetadata", "containers", "dataType"]
            .iter()
            .any(|key| head.keys.contains(key))
    }

    fn read(&self, name: &str, bytes: &[u8]) -> Result<Reading, AdvisoryError> {
        let text = json::text(bytes)?;
        let value = json::parse(text)?;
        let mut reader = Reader::new(name);
        let advisory = advisory(&value, &mut reader)?;
        let record = Record {
            advisory,
            raw: json::minify(text),
        };
        Ok(Reading {
            statements: vec![Statement::Record(Box::new(record))],
            problems: reader.into_problems(),
        })
    }
}

/// A container with its place in the record.
#[derive(Clone, Copy)]
struct Container<'a> {
    object: &'a Object,
    place: Place<'a>,
}

fn advisory(value: &Value, reader: &mut Reader<'_>) -> Result<Advisory, AdvisoryError> {
    let record = value.as_object().ok_or(AdvisoryError::NotARecord {
        reason: "it is not an object",
    })?;
    let root = Place::ROOT;
    let is_cve = reader.text(record, "dataType", root) == Some("CVE_RECORD");
    let version = reader.text(record, "dataVersion", root).unwrap_or_default();
    if !is_cve || !(version == "5" || version.starts_with("5.")) {
        return Err(AdvisoryError::NotARecord {
            reason: "it is not a CVE record of version 5",
        });
    }
    let metadata = reader.object(record, "cveMetadata", root);
    let metadata = metadata.ok_or(AdvisoryError::NotARecord {
        reason: "`cveMetadata` is missing",
    })?;
    let id = reader.text(metadata, "cveId", root.field("cveMetadata"));
    let id = id.ok_or(AdvisoryError::NotARecord {
        reason: "`cveMetadata.cveId` is missing",
    })?;
    if !field::is_id(id) {
        return Err(AdvisoryError::bad_id(id));
    }
    let all = root.field("containers");
    let (cna_place, adp_list) = (all.field("cna"), all.field("adp"));
    let none = Object::new();
    let containers = reader.object(record, "containers", root).unwrap_or(&none);
    let cna = reader.object(containers, "cna", all).unwrap_or(&none);
    let cna = Container {
        object: cna,
        place: cna_place,
    };
    let added = reader.objects(containers, "adp", all);
    let added: Vec<Container<'_>> = added
        .into_iter()
        .map(|(index, object)| Container {
            object,
            place: adp_list.item(index),
        })
        .collect();
    Ok(combine(id, metadata, cna, &added, reader))
}

/// The advisory that the containers of a record make together.
fn combine(
    id: &str,
    metadata: &Object,
    cna: Container<'_>,
    added: &[Container<'_>],
    reader: &mut Reader<'_>,
) -> Advisory {
    let times = times(metadata, cna, reader);
    let mut advisory = Advisory {
        id: id.to_owned(),
        source: source::of_record(id, Schema::Cve).into_owned(),
        modified: times.modified,
        published: times.published,
        withdrawn: times.withdrawn,
        aliases: aliases(cna),
        related: Vec::new(),
        upstream: Vec::new(),
        summary: field::one_line(
            reader
                .text(cna.object, "title", cna.place)
                .unwrap_or_default(),
        ),
        details: in_english(cna, "descriptions", reader)
            .or_else(|| in_english(cna, "rejectedReasons", reader))
            .unwrap_or_default(),
        severities: Vec::new(),
        stated_level: None,
        affected: affected::affected(cna, reader),
        references: Vec::new(),
    };
    let is_unnamed = advisory.affected.iter().all(|part| part.package.is_none());
    for container in added.iter().filter(|_| is_unnamed) {
        advisory
            .affected
            .extend(affected::affected(*container, reader));
    }
    for container in [cna].iter().chain(added) {
        metrics(*container, &mut advisory, reader);
        references(*container, &mut advisory, reader);
    }
    unrepeated(&mut advisory.severities);
    unrepeated(&mut advisory.references);
    advisory
}

/// When things happened to a record.
struct Times {
    modified: Option<Timestamp>,
    published: Option<Timestamp>,
    withdrawn: Option<Timestamp>,
}

/// The record's own times; an authority's own file (as OpenSSL publishes them) has only the day on which
/// the vulnerability became public.
fn times(metadata: &Object, cna: Container<'_>, reader: &mut Reader<'_>) -> Times {
    let place = Place::ROOT.field("cveMetadata");
    let public = reader.timestamp(cna.object, "datePublic", cna.place);
    let published = reader
        .timestamp(metadata, "datePublished", place)
        .or(public);
    let modified = reader
        .timestamp(metadata, "dateUpdated", place)
        .or(published);
    let rejected = reader.timestamp(metadata, "dateRejected", place);
    let is_rejected = reader.text(metadata, "state", place) == Some("REJECTED");
    let withdrawn = rejected.or(modified).unwrap_or(Timestamp::UNIX_EPOCH);
    Times {
        modified,
        published,
        withdrawn: is_rejected.then_some(withdrawn),
    }
}

/// The advisory that the authority itself published about it, where it says so by an id.
fn aliases(cna: Container<'_>) -> Vec<String> {
    // `source` is free-form: what is not the id of an advisory on the hosting service is no problem.
    let advisory = cna
        .object
        .get("source")
        .and_then(|source| source.get("advisory"));
    let id = advisory
        .and_then(Value::as_str)
        .filter(|id| id.starts_with("GHSA-") && field::is_id(id));
    id.map(str::to_owned).into_iter().collect()
}

/// The first English text of a list of texts in several languages, or the first at all.
fn in_english(container: Container<'_>, key: &str, reader: &mut Reader<'_>) -> Option<String> {
    let place = container.place.field(key);
    let mut first = None;
    for (index, text) in reader.objects(container.object, key, container.place) {
        let language = reader
            .text(text, "lang", place.item(index))
            .unwrap_or_default();
        let Some(value) = reader.text(text, "value", place.item(index)) else {
            continue;
        };
        if language.is_empty() || language.to_ascii_lowercase().starts_with("en") {
            return Some(value.to_owned());
        }
        first = first.or_else(|| Some(value.to_owned()));
    }
    first
}

fn metrics(container: Container<'_>, advisory: &mut Advisory, reader: &mut Reader<'_>) {
    let list = container.place.field("metrics");
    for (index, metric) in reader.objects(container.object, "metrics", container.place) {
        let place = list.item(index);
        for (key, scheme) in METRICS {
            let Some(score) = reader.object(metric, key, place) else {
                continue;
            };
            if let Some(vector) = reader.word(score, "vectorString", place.field(key)) {
                let (scheme, vector) = (scheme.to_owned(), vector.to_owned());
                advisory.severities.push(SeverityVector { scheme, vector });
            } else {
                state(advisory, score.get("baseSeverity"));
            }
        }
        state(
            advisory,
            metric
                .get("other")
                .and_then(|other| other.get("content")?.get("text")),
        );
    }
}

/// Takes a level in words, if it is one, where it is the worst so far.
fn state(advisory: &mut Advisory, word: Option<&Value>) {
    let level = word.and_then(Value::as_str).and_then(SeverityLevel::parse);
    advisory.stated_level = advisory.stated_level.max(level);
}

fn references(container: Container<'_>, advisory: &mut Advisory, reader: &mut Reader<'_>) {
    let list = container.place.field("references");
    for (index, reference) in reader.objects(container.object, "references", container.place) {
        let url = reader.word(reference, "url", list.item(index));
        advisory.references.extend(url.map(str::to_owned));
    }
}

/// Removes what was there before; containers repeat one another.
fn unrepeated<T: Clone + Ord>(items: &mut Vec<T>) {
    let mut seen = BTreeSet::new();
    items.retain(|item| seen.insert(item.clone()));
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::advisory::describe::{self, describe};

    fn record(state: &str, containers: &Value) -> String {
        json!({
            "dataType": "CVE_RECORD", "dataVersion": "5.1", "containers": containers,
            "cveMetadata": {"cveId": "CVE-2099-1", "state": state, "datePublished": "2099-01-01T00:00:00"},
        })
        .to_string()
    }

    fn check(containers: &Value) -> String {
        describe(
            &ITEM
                .read("x.json", record("PUBLISHED", containers).as_bytes())
                .unwrap(),
        )
    }

    fn refuse(text: &str) -> String {
        ITEM.read("x.json", text.as_bytes())
            .unwrap_err()
            .to_string()
    }

    #[test]
    fn a_record_is_understood() {
        assert_snapshot!(check(&json!({
            "cna": {
                "title": "Overflow in\nsomething", "source": {"advisory": "GHSA-aaaa-bbbb-cccc"},
                "datePublic": "2098-12-31", "descriptions": [
                    {"lang": "fr", "value": "Bonjour"}, {"lang": "en-US", "value": "Good day"}],
                "affected": [{"vendor": "OpenSSL", "product": "OpenSSL", "defaultStatus": "unaffected", "versions": [
                    {"version": "1.0.2", "lessThan": "1.0.2i", "status": "affected", "versionType": "custom"},
                    {"version": "3.0.0", "lessThanOrEqual": "3.0.7", "status": "affected", "versionType": "semver"},
                    {"version": "1.1.0", "status": "unaffected"}, {"version": "1.0.1", "status": "affected"}]}],
                "metrics": [{"format": "other", "other": {"type": "policy", "content": {"text": "Moderate"}}},
                    {"format": "CVSS", "cvssV3_1": {"vectorString": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}}],
                "references": [{"url": "https://example.org/1"}],
            },
            "adp": [{"metrics": [{"cvssV2_0": {"vectorString": "AV:N/AC:L/Au:N/C:N/I:N/A:P"}},
                    {"cvssV4_0": {"baseSeverity": "HIGH"}}],
                "affected": [{"vendor": "other", "product": "other", "versions": []}],
                "references": [{"url": "https://example.org/1"}, {"url": "https://example.org/2"}]}],
        })), @r#"
        CVE-2099-1 of cve
          modified 2099-01-01T00:00:00Z
          published 2099-01-01T00:00:00Z
          aliases GHSA-aaaa-bbbb-cccc
          summary "Overflow in something"
          details "Good day"
          level high
          CVSS_V3 CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H
          CVSS_V2 AV:N/AC:L/Au:N/C:N/I:N/A:P
          affects CVE openssl/openssl
            versions ["1.0.1"]
            Ecosystem  [Introduced("1.0.2"), Fixed("1.0.2i")]
            SemVer  [Introduced("3.0.0"), LastAffected("3.0.7")]
          see https://example.org/1
          see https://example.org/2
        "#);
    }

    #[test]
    fn where_the_authority_names_nothing_the_others_do() {
        assert_snapshot!(check(&json!({
            "cna": {"affected": [{"vendor": "n/a", "product": "n/a", "versions": [{"version": "n/a", "status": "affected"}]}]},
            "adp": [{"affected": [{"vendor": "Lab", "product": "Tool Kit", "versions": [
                {"version": "0", "lessThan": "2", "status": "affected"}]}]}],
        })), @r#"
        CVE-2099-1 of cve
          modified 2099-01-01T00:00:00Z
          published 2099-01-01T00:00:00Z
          affects no package
            Ecosystem  [Introduced("0")]
          affects CVE lab/tool kit
            Ecosystem  [Introduced("0"), Fixed("2")]
        "#);
    }

    #[test]
    fn a_package_url_names_a_package() {
        assert_snapshot!(check(&json!({"cna": {"affected": [
            {"packageURL": "pkg:pypi/Lab_Tools", "vendor": "Lab", "product": "Tools", "versions": []},
            {"packageURL": "nonsense", "vendor": "Lab", "product": "Tools", "versions": []}]}})), @"
        CVE-2099-1 of cve
          modified 2099-01-01T00:00:00Z
          published 2099-01-01T00:00:00Z
          affects PyPI lab-tools
          affects CVE lab/tools
        ");
    }

    #[test]
    fn a_rejected_record_is_withdrawn() {
        let cna = json!({"cna": {"rejectedReasons": [{"lang": "en", "value": "Not one."}]}});
        assert_snapshot!(describe(&ITEM.read("x", record("REJECTED", &cna).as_bytes()).unwrap()), @r#"
        CVE-2099-1 of cve
          modified 2099-01-01T00:00:00Z
          published 2099-01-01T00:00:00Z
          withdrawn 2099-01-01T00:00:00Z
          details "Not one."
        "#);
    }

    #[test]
    fn fields_of_a_wrong_type_cost_a_problem_each() {
        assert_snapshot!(check(&json!({
            "cna": {"title": 1, "affected": [{"vendor": [], "product": "x", "versions": [{"version": "1"},
                {"status": "affected"}, {"version": "1", "status": "affected", "changes": [{"at": 1, "status": "odd"}]}]}],
                "metrics": [{"cvssV3_1": 7}, {"cvssV3_0": {"vectorString": []}}]},
            "adp": {},
        })), @r#"
        CVE-2099-1 of cve
          modified 2099-01-01T00:00:00Z
          published 2099-01-01T00:00:00Z
          affects no package
            versions ["1"]
        problem x.json: `containers.adp` is not a list
        problem x.json: `containers.cna.title` is not a text
        problem x.json: `containers.cna.affected[0].vendor` is not a text
        problem x.json: `containers.cna.affected[0].versions[0].status` is not `affected`, `unaffected` or `unknown`
        problem x.json: `containers.cna.affected[0].versions[1].version` is not a version
        problem x.json: `containers.cna.affected[0].versions[2].changes[0].at` is not a text
        problem x.json: `containers.cna.affected[0].versions[2].changes[0].status` is not `affected`, `unaffected` or `unknown`
        problem x.json: `containers.cna.metrics[0].cvssV3_1` is not an object
        problem x.json: `containers.cna.metrics[1].cvssV3_0.vectorString` is not a text
        "#);
    }

    #[test]
    fn what_is_not_a_record_is_refused() {
        assert_snapshot!(refuse(r#"{"statements": [{"base": "none", "text": "x"}], "disputed": []}"#), @"not a record: it is not a CVE record of version 5");
        assert_snapshot!(refuse(r#"{"dataType": "CVE_RECORD", "dataVersion": "4.0"}"#), @"not a record: it is not a CVE record of version 5");
        assert_snapshot!(refuse(r#"{"dataType": "CVE_RECORD", "dataVersion": "5.2"}"#), @"not a record: `cveMetadata` is missing");
        assert_snapshot!(refuse(r#"{"dataType": "CVE_RECORD", "dataVersion": "5.2", "cveMetadata": {}}"#), @"not a record: `cveMetadata.cveId` is missing");
    }

    #[test]
    fn a_record_is_recognised_by_its_keys() {
        for (head, expect) in [
            (r#"{"dataType": "CVE_RECORD", "dataVers"#, true),
            (r#"{"containers": {"cna": {"affected": [{"id": 1"#, true),
            (r#"{"statements": [], "disputed": []}"#, false),
            (r#"{"id": "X-1", "details": "cveMetadata"}"#, false),
        ] {
            assert_eq!(ITEM.recognises("x", head.as_bytes()), expect, "{head}");
        }
    }

    proptest! {
        #[test]
        fn no_containers_panic(containers in describe::json()) {
            let _ = ITEM.read("x", record("PUBLISHED", &containers).as_bytes());
            let containers = json!({"cna": {"affected": [{"versions": [containers.clone()]}], "metrics": [containers]}});
            let _ = ITEM.read("x", record("PUBLISHED", &containers).as_bytes());
        }
    }
}
