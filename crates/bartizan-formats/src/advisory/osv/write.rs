//! Advisories written in the [OSV schema](https://ossf.github.io/osv-schema/).

use bartizan_model::{
    advisory::{Advisory, Affected, Event, Range, RangeKind},
    purl::Purl,
    severity::SeverityVector,
};
use serde_json::{Map, Value, json};

/// The version of the schema that is written.
const SCHEMA_VERSION: &str = "1.7.0";

/// The record of an advisory. What the schema has no word for (a level without a vector) stands in `database_specific`, and
/// `further` is added there.
pub fn to_osv(advisory: &Advisory, further: &[(&str, Value)]) -> Value {
    let mut record = Map::new();
    let mut put = |key: &str, value: Value| {
        let is_empty = match &value {
            Value::Null => true,
            Value::String(text) => text.is_empty(),
            Value::Array(items) => items.is_empty(),
            Value::Object(fields) => fields.is_empty(),
            _ => false,
        };
        if !is_empty {
            record.insert(key.to_owned(), value);
        }
    };
    let modified = advisory.modified.or(advisory.published);
    put("schema_version", json!(SCHEMA_VERSION));
    put("id", json!(advisory.id));
    // The schema wants a time; a record that states none is as old as time.
    put("modified", json!(modified.unwrap_or_default().to_string()));
    put(
        "published",
        json!(advisory.published.map(|time| time.to_string())),
    );
    put(
        "withdrawn",
        json!(advisory.withdrawn.map(|time| time.to_string())),
    );
    put("aliases", json!(advisory.aliases));
    put("related", json!(advisory.related));
    put("upstream", json!(advisory.upstream));
    put("summary", json!(advisory.summary));
    put("details", json!(advisory.details));
    put("severity", severity(&advisory.severities));
    put("affected", advisory.affected.iter().map(affected).collect());
    let references = advisory.references.iter();
    let references: Value = references
        .map(|url| json!({"type": "WEB", "url": url}))
        .collect();
    put("references", references);
    let mut specific = Map::new();
    if let Some(level) = advisory.stated_level {
        specific.insert("severity".to_owned(), json!(level.as_str().to_uppercase()));
    }
    specific.extend(
        further
            .iter()
            .map(|(key, value)| ((*key).to_owned(), value.clone())),
    );
    put("database_specific", Value::Object(specific));
    Value::Object(record)
}

fn severity(vectors: &[SeverityVector]) -> Value {
    vectors
        .iter()
        .map(|vector| json!({"type": vector.scheme, "score": vector.vector}))
        .collect()
}

fn affected(part: &Affected) -> Value {
    let mut written = Map::new();
    if let Some(package) = &part.package {
        let named = json!({
            "ecosystem": package.ecosystem().as_str(),
            "name": package.name(),
            "purl": Purl::of_package(package, None).to_string(),
        });
        written.insert("package".to_owned(), named);
    }
    let lists = [
        ("severity", severity(&part.severities)),
        ("ranges", part.ranges.iter().map(range).collect()),
        (
            "versions",
            part.versions.iter().map(|version| json!(version)).collect(),
        ),
    ];
    for (key, list) in lists {
        if list.as_array().is_some_and(|list| !list.is_empty()) {
            written.insert(key.to_owned(), list);
        }
    }
    Value::Object(written)
}

fn range(range: &Range) -> Value {
    let kind = match range.kind {
        RangeKind::Ecosystem => "ECOSYSTEM",
        RangeKind::SemVer => "SEMVER",
        RangeKind::Git => "GIT",
    };
    let event = |event: &Event| match event {
        Event::Introduced(version) => json!({"introduced": version}),
        Event::Fixed(version) => json!({"fixed": version}),
        Event::LastAffected(version) => json!({"last_affected": version}),
        Event::Limit(version) => json!({"limit": version}),
    };
    let mut written = Map::new();
    written.insert("type".to_owned(), json!(kind));
    if let Some(repository) = &range.repository {
        written.insert("repo".to_owned(), json!(repository));
    }
    written.insert(
        "events".to_owned(),
        range.events.iter().map(event).collect(),
    );
    Value::Object(written)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::advisory::{Statement, describe, read};

    fn check(text: &str) -> Option<()> {
        let first = read("x", text.as_bytes()).statements.pop()?;
        let Statement::Record(first) = first else {
            return None;
        };
        let written = to_osv(&first.advisory, &[]).to_string();
        let again = read("x", written.as_bytes());
        let Some(Statement::Record(again)) = again.statements.first() else {
            panic!("{written}: {:?}", again.problems);
        };
        assert_eq!(
            again.advisory.affected, first.advisory.affected,
            "{written}"
        );
        assert_eq!(again.advisory.severities, first.advisory.severities);
        assert_eq!(again.advisory.aliases, first.advisory.aliases);
        assert_eq!(again.advisory.stated_level, first.advisory.stated_level);
        assert_eq!(again.advisory.withdrawn, first.advisory.withdrawn);
        Some(())
    }

    #[test]
    fn what_is_written_is_read_again() {
        let text = r#"{"id": "X-1", "modified": "2099-01-02T00:00:00Z", "withdrawn": "2099-01-03T00:00:00Z", "aliases": ["CVE-2099-1"],
            "severity": [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}],
            "affected": [{"package": {"ecosystem": "PyPI", "name": "Name"}, "versions": ["1.0"], "ranges": [
              {"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "1.2"}, {"introduced": "2"}, {"last_affected": "2.1"}, {"limit": "3"}]},
              {"type": "GIT", "repo": "https://code.example/x", "events": [{"introduced": "0"}]}]}],
            "references": [{"type": "FIX", "url": "https://x.example"}], "database_specific": {"severity": "MODERATE"}}"#;
        assert_eq!(check(text), Some(()));
    }

    proptest! {
        #[test]
        fn print_then_read_is_identity(value in describe::json()) {
            let _ = check(&json!({"id": "X-1", "details": "d", "affected": [{"package": {"ecosystem": "PyPI", "name": "x"}, "ranges": value}]}).to_string());
        }
    }
}
