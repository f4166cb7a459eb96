//! Records in the OSV schema, as JSON: <https://ossf.github.io/osv-schema/>.

mod affected;
pub mod validate;
mod write;

pub use write::to_osv;

use bartizan_model::{
    advisory::Advisory,
    severity::{SeverityLevel, SeverityVector},
};
use serde_json::{Value, value::RawValue};

use super::{
    AdvisoryError, AdvisoryFormat, Reading, Record, Statement,
    field::{self, Object, Place, Reader},
    json::{self, HeadKeys},
    source::{self, Schema},
};

/// The format.
pub(super) static ITEM: Osv = Osv;

/// Keys that the schema defines for the outermost object.
const KEYS: [&str; 15] = [
    "schema_version",
    "id",
    "modified",
    "published",
    "withdrawn",
    "aliases",
    "related",
    "upstream",
    "summary",
    "details",
    "severity",
    "affected",
    "references",
    "credits",
    "database_specific",
];

/// OSV records: one, or a list of them.
pub(super) struct Osv;

impl AdvisoryFormat for Osv {
    fn id(&self) -> &'static str {
        "osv"
    }

    fn title(&self) -> &'static str {
        "OSV schema, JSON"
    }

    fn recognises(&self, _name: &str, head: &[u8]) -> bool {
        is_osv(&json::head_keys(head))
    }

    fn read(&self, name: &str, bytes: &[u8]) -> Result<Reading, AdvisoryError> {
        let text = json::text(bytes)?;
        if !text.trim_start().starts_with('[') {
            return record(name, &json::parse(text)?, || json::minify(text));
        }
        list(name, text)
    }
}

/// What is wrong with an object that is no record.
const LACKS_KEYS: &str = "it lacks the keys of one";

/// Reads a list of records, each by itself.
fn list(name: &str, text: &str) -> Result<Reading, AdvisoryError> {
    json::parse(text)?;
    let mut statements = Vec::new();
    let mut reader = Reader::new(name);
    for (index, raw) in serde_json::from_str::<Vec<&RawValue>>(text)?
        .into_iter()
        .enumerate()
    {
        let raw = raw.get();
        let is_record = is_osv(&json::head_keys(raw.as_bytes()));
        let one = if is_record {
            json::parse(raw).and_then(|value| record(name, &value, || json::minify(raw)))
        } else {
            Err(AdvisoryError::NotARecord { reason: LACKS_KEYS })
        };
        match one {
            Ok(one) => {
                statements.extend(one.statements);
                for problem in one.problems {
                    reader.note(format_args!("record {index}: {}", problem.message));
                }
            }
            Err(error) => reader.note(format_args!("record {index}: {}", error.in_full())),
        }
    }
    Ok(Reading {
        statements,
        problems: reader.into_problems(),
    })
}

/// Whether keys are those of a record. Where the head ends before the object does, all that were seen
/// must be; where all were seen, there must be an id and something said about it.
pub(super) fn is_osv(head: &HeadKeys<'_>) -> bool {
    let known = head.keys.iter().filter(|key| KEYS.contains(key)).count();
    if head.is_complete {
        known >= 2 && head.keys.contains(&"id")
    } else {
        known >= 2 || (known == 1 && head.keys.len() == 1)
    }
}

/// Reads one record. `raw` is asked for its text when there is a record. What is kept of it must be
/// recognised when it is read again, or the database would hold what nobody can show.
pub(super) fn record(
    name: &str,
    value: &Value,
    raw: impl FnOnce() -> String,
) -> Result<Reading, AdvisoryError> {
    let mut reader = Reader::new(name);
    let advisory = advisory(value, &mut reader)?;
    let raw = raw();
    if !is_osv(&json::head_keys(raw.as_bytes())) {
        return Err(AdvisoryError::NotARecord { reason: LACKS_KEYS });
    }
    let record = Statement::Record(Box::new(Record { advisory, raw }));
    Ok(Reading {
        statements: vec![record],
        problems: reader.into_problems(),
    })
}

fn advisory(value: &Value, reader: &mut Reader<'_>) -> Result<Advisory, AdvisoryError> {
    let object = value.as_object().ok_or(AdvisoryError::NotARecord {
        reason: "it is not an object",
    })?;
    let root = Place::ROOT;
    let id = reader
        .text(object, "id", root)
        .ok_or(AdvisoryError::NotARecord {
            reason: "`id` is missing",
        })?;
    if !field::is_id(id) {
        return Err(AdvisoryError::bad_id(id));
    }
    let (affected, stated_of_parts) = affected::affected(object, id, reader);
    Ok(Advisory {
        id: id.to_owned(),
        source: source::of_record(id, Schema::Osv).into_owned(),
        modified: reader.timestamp(object, "modified", root),
        published: reader.timestamp(object, "published", root),
        withdrawn: withdrawn(object, reader),
        aliases: ids(object, "aliases", reader),
        related: ids(object, "related", reader),
        upstream: ids(object, "upstream", reader),
        summary: field::one_line(reader.text(object, "summary", root).unwrap_or_default()),
        details: reader
            .text(object, "details", root)
            .unwrap_or_default()
            .to_owned(),
        severities: severities(object, root, reader),
        stated_level: stated_level(object).max(stated_of_parts),
        affected,
        references: references(object, reader),
    })
}

/// When the record was withdrawn. A time that cannot be read still says that it was: the record's
/// last change then stands for it.
fn withdrawn(object: &Object, reader: &mut Reader<'_>) -> Option<jiff::Timestamp> {
    let is_stated = object
        .get("withdrawn")
        .is_some_and(|value| !value.is_null());
    let stated = reader.timestamp(object, "withdrawn", Place::ROOT);
    let fallback = || {
        let mut silent = Reader::new("");
        silent
            .timestamp(object, "modified", Place::ROOT)
            .unwrap_or(jiff::Timestamp::UNIX_EPOCH)
    };
    stated.or_else(|| is_stated.then(fallback))
}

/// The ids that a field lists. Punctuation around an id is a slip of the pen (`GHSA-…,` is real).
fn ids(object: &Object, key: &str, reader: &mut Reader<'_>) -> Vec<String> {
    let around = |character: char| character.is_whitespace() || matches!(character, ',' | ';');
    let words = reader.words(object, key, Place::ROOT);
    let mut ids: Vec<String> = words
        .iter()
        .map(|word| word.trim_matches(around).to_owned())
        .collect();
    ids.retain(|id| {
        let is_id = field::is_id(id);
        if !is_id {
            reader.note(format_args!(
                "`{key}` names `{}`, which cannot be an id",
                id.escape_default()
            ));
        }
        is_id
    });
    ids
}

fn references(object: &Object, reader: &mut Reader<'_>) -> Vec<String> {
    let place = Place::ROOT.field("references");
    let mut references = Vec::new();
    for (index, reference) in reader.objects(object, "references", Place::ROOT) {
        references.extend(
            reader
                .word(reference, "url", place.item(index))
                .map(str::to_owned),
        );
    }
    references
}

/// The vectors of a record or of one affected part.
fn severities(object: &Object, place: Place<'_>, reader: &mut Reader<'_>) -> Vec<SeverityVector> {
    let list = place.field("severity");
    let mut vectors = Vec::new();
    for (index, severity) in reader.objects(object, "severity", place) {
        let scheme = reader.word(severity, "type", list.item(index));
        let vector = reader.word(severity, "score", list.item(index));
        if let (Some(scheme), Some(vector)) = (scheme, vector) {
            vectors.push(SeverityVector {
                scheme: scheme.to_owned(),
                vector: vector.to_owned(),
            });
        }
    }
    vectors
}

/// The level that a database states in words in the part of the schema that is its own.
fn stated_level(object: &Object) -> Option<SeverityLevel> {
    let word = |key: &str| {
        object
            .get(key)?
            .get("severity")?
            .as_str()
            .and_then(SeverityLevel::parse)
    };
    word("database_specific").max(word("ecosystem_specific"))
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use proptest::prelude::*;

    use super::*;
    use crate::advisory::describe::describe;

    fn check(text: &str) -> String {
        describe(&ITEM.read("x.json", text.as_bytes()).unwrap())
    }

    fn refuse(text: &str) -> String {
        ITEM.read("x.json", text.as_bytes())
            .unwrap_err()
            .to_string()
    }

    #[test]
    fn a_record_is_understood_and_kept_whole() {
        let text = r#"{ "id": "PYSEC-2099-1", "modified": "2099-01-02T00:00:00Z", "aliases": ["CVE-2099-1"],
            "related": ["CVE-2099-2"], "upstream": ["CVE-2099-3"], "withdrawn": "2099-02-01T00:00:00Z",
            "summary": "two\nlines", "x_extra": [1.10], "details": "a\nb",
            "severity": [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}],
            "affected": [{"package": {"ecosystem": "PyPI", "name": "Lab_Tools"}, "versions": ["1.0"],
              "severity": [{"type": "CVSS_V2", "score": "AV:N/AC:L/Au:N/C:N/I:N/A:P"}],
              "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"limit": "3"}, {"fixed": "1.1"}]},
                         {"type": "SEMVER", "events": [{"introduced": "0"}, {"last_affected": "2"}]},
                         {"type": "GIT", "repo": "https://example.org/lab.git", "events": [{"introduced": "abc"}]}]}],
            "references": [{"type": "WEB", "url": "https://example.org/1"}] }"#;
        assert_snapshot!(check(text), @r#"
        PYSEC-2099-1 of pypa
          modified 2099-01-02T00:00:00Z
          withdrawn 2099-02-01T00:00:00Z
          aliases CVE-2099-1
          related CVE-2099-2
          upstream CVE-2099-3
          summary "two lines"
          details "a\nb"
          CVSS_V3 CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H
          affects PyPI lab-tools
            versions ["1.0"]
            Ecosystem  [Introduced("0"), Limit("3"), Fixed("1.1")]
            SemVer  [Introduced("0"), LastAffected("2")]
            Git https://example.org/lab.git [Introduced("abc")]
            CVSS_V2 AV:N/AC:L/Au:N/C:N/I:N/A:P
          see https://example.org/1
        "#);
        let reading = ITEM.read("x.json", text.as_bytes()).unwrap();
        let Statement::Record(record) = &reading.statements[0] else {
            panic!()
        };
        assert!(
            record
                .raw
                .contains(r#""x_extra":[1.10],"details":"a\nb","severity":[{"type""#),
            "{}",
            record.raw
        );
    }

    #[test]
    fn fields_of_a_wrong_type_cost_a_problem_each_and_not_the_record() {
        assert_snapshot!(check(r#"{"id": "GHSA-1", "modified": "soon", "aliases": ["CVE-1,", 7, "a b"], "summary": [],
            "severity": [{"type": "CVSS_V3"}, "x", {"type": 3, "score": "y"}], "references": {"url": "x"},
            "affected": [5, {"package": {"name": "x"}, "versions": "1.0", "ranges": [{"type": "ODD"},
              {"type": "ECOSYSTEM", "events": [{"introduced": null}, {"fixed": 1.1}, {"gone": "1"}, {"fixed": 2}]}]}]}"#),
            @r#"
        GHSA-1 of ghsa
          aliases CVE-1
          affects no package
            Ecosystem  [Introduced("0"), Fixed("2")]
        problem x.json: `affected[0]` is not an object
        problem x.json: `affected[1].package` is not a package with an ecosystem and a name
        problem x.json: `affected[1].versions` is not a list
        problem x.json: `affected[1].ranges[0].type` is not `ECOSYSTEM`, `SEMVER` or `GIT`
        problem x.json: `affected[1].ranges[1].events[0].introduced` is not a version
        problem x.json: `affected[1].ranges[1].events[1].fixed` is not a text
        problem x.json: `affected[1].ranges[1].events[2]` is not an event
        problem x.json: `modified` is not a time
        problem x.json: `aliases[1]` is not a plain word
        problem x.json: `aliases` names `a b`, which cannot be an id
        problem x.json: `summary` is not a text
        problem x.json: `severity[1]` is not an object
        problem x.json: `severity[2].type` is not a text
        problem x.json: `references` is not a list
        "#);
    }

    #[test]
    fn a_level_in_words_is_the_worst_that_is_stated() {
        assert_snapshot!(check(r#"{"id": "GHSA-1", "database_specific": {"severity": "MODERATE"},
            "affected": [{"ecosystem_specific": {"severity": "LOW"}}, {"database_specific": {"severity": "Important"}}]}"#),
            @"
        GHSA-1 of ghsa
          level high
          affects no package
          affects no package
        ");
    }

    #[test]
    fn a_record_about_the_interpreter_is_filed_under_cpython() {
        assert_snapshot!(check(r#"{"id": "PSF-2099-1", "affected": [{"ranges": [{"type": "GIT",
            "repo": "https://example.org/cpython", "events": [{"introduced": "0"}, {"fixed": "abc"}]}]}]}"#), @r#"
        PSF-2099-1 of psf
          affects CPython cpython
            Git https://example.org/cpython [Introduced("0"), Fixed("abc")]
        "#);
    }

    #[test]
    fn a_package_url_names_a_package_too() {
        assert_snapshot!(check(r#"{"id": "A-1", "affected": [{"package": {"purl": "pkg:pypi/Lab_Tools@1.0"}},
            {"package": {"purl": "nonsense"}}]}"#), @"
        A-1 of a
          affects PyPI lab-tools
          affects no package
        problem x.json: `affected[1].package` is not a package with an ecosystem and a name
        ");
    }

    #[test]
    fn a_list_of_records_is_read_one_by_one() {
        assert_snapshot!(check(r#"[{"id": "A-1", "details": "x"}, {"id": "A-2"}, 3,
            {"id": "A-3", "summary": 4}, {"id": "/", "details": ""}]"#), @r#"
        A-1 of a
          details "x"
        A-3 of a
        problem x.json: record 1: not a record: it lacks the keys of one
        problem x.json: record 2: not a record: it lacks the keys of one
        problem x.json: record 3: `summary` is not a text
        problem x.json: record 4: `/` cannot be the id of an advisory
        "#);
    }

    #[test]
    fn a_withdrawal_whose_time_cannot_be_read_is_one() {
        assert_snapshot!(
            check(r#"{"id": "A-1", "modified": "2099-01-01T00:00:00Z", "withdrawn": true}"#), @"
        A-1 of a
          modified 2099-01-01T00:00:00Z
          withdrawn 2099-01-01T00:00:00Z
        problem x.json: `withdrawn` is not a text
        ");
    }

    #[test]
    fn what_is_not_a_record_is_refused() {
        assert_snapshot!(refuse(r#"{"details": "x"}"#), @"not a record: `id` is missing");
        assert_snapshot!(refuse(r#"{"id": "../x\u001b"}"#), @r"`../x\u{1b}` cannot be the id of an advisory");
        assert_snapshot!(refuse(r#"{"id": "#), @"not valid JSON");
        assert_snapshot!(refuse(&"[".repeat(100_000)), @"not valid JSON");
    }

    #[test]
    fn a_record_is_recognised_by_its_keys() {
        for (head, expect) in [
            (r#"{"id": "X-1", "modified": "x"}"#, true),
            (r#"{"details": "long and cut"#, true),
            (r#"{"details": "x", "other": 1}"#, false),
            (r#"{"statements": [{"id": 1}], "disputed": []}"#, false),
            (r#"{"name": "lab", "version": "1"#, false),
            ("id: X-1", false),
        ] {
            assert_eq!(ITEM.recognises("x", head.as_bytes()), expect, "{head}");
        }
    }

    proptest! {
        #[test]
        fn nothing_panics(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            ITEM.recognises("x", &bytes);
            let _ = ITEM.read("x", &bytes);
        }

        #[test]
        fn no_json_panics(value in crate::advisory::describe::json()) {
            let mut record = serde_json::json!({"id": "X-1"});
            for key in KEYS.iter().filter(|key| **key != "id") {
                record[*key] = value.clone();
            }
            let _ = ITEM.read("x", record.to_string().as_bytes());
        }
    }
}
