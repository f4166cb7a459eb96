//! The ledger as JSON; `bartizan schema ledger` publishes its schema.

use bartizan_assessment::ledger::{shown, tags::TagStanding};
use bartizan_provenance::ledger::{Class, Coverage};
use serde_json::{Value, json};

use super::{Answer, Row};
use crate::{error::Failure, provenance::told::RootJson};

const SCHEMA_VERSION: u32 = 1;

pub(super) fn text(answer: &Answer<'_>) -> Result<String, Failure> {
    let root = serde_json::to_value(RootJson::of(&answer.root))
        .map_err(|error| Failure::internal(format!("cannot write JSON: {error}")))?;
    let value = json!({
        "schema_version": SCHEMA_VERSION,
        "as_of": answer.now.to_string(),
        "since": answer.span.since.to_string(),
        "fail_on": answer.threshold.as_str(),
        "trust_root": root,
        "identities": answer.pins.display().to_string(),
        "classes": Class::ALL.map(class),
        "packages": answer.rows.iter().map(|it| package(answer, it)).collect::<Vec<_>>(),
        "failed": answer.failed.iter().map(|(name, why)| json!({
            "package": name,
            "message": why,
        })).collect::<Vec<_>>(),
    });
    let text = serde_json::to_string_pretty(&value);
    text.map(|text| text + "\n")
        .map_err(|error| Failure::internal(format!("cannot write JSON: {error}")))
}

fn class(class: Class) -> Value {
    json!({
        "class": class.id(),
        "title": class.title(),
        "meaning": class.meaning(),
        "is_counted": class.is_counted(),
    })
}

fn counted(coverage: &Coverage) -> Value {
    json!({
        "total": coverage.total(),
        "counted": coverage.counted(),
        "pinned": coverage.count(Class::Pinned),
        "verified": coverage.verified(),
        "attested": coverage.attested(),
        "classes": shown::coverage(coverage),
    })
}

fn package(answer: &Answer<'_>, row: &Row<'_>) -> Value {
    let tag = |it: &bartizan_provenance::ledger::ReleaseStanding<'_>| -> Option<TagStanding> {
        row.tags().map(|tags| tags.of(&it.order, it.uploaded))
    };
    let releases = row.releases.iter().map(|it| {
        let mut release = shown::release(it, tag(it));
        if let (Some(release), Value::Object(more)) = (release.as_object_mut(), shown::evidence(it))
        {
            release.extend(more);
        }
        release
    });
    let looked = row.looked;
    json!({
        "package": row.look.package.name(),
        "project": row.look.subject.name,
        "expected_from": row.look.expectation.source,
        "is_listed": looked.is_some_and(|it| it.is_listed),
        "listed": looked.and_then(|it| it.ledger.listed).map(|it| it.to_string()),
        "left_to_look_at": looked.map_or(0, |it| it.left),
        "files": counted(&row.files()),
        "releases_by_class": counted(&row.coverage()),
        "releases": releases.collect::<Vec<_>>(),
        "tags": row.look.tags.as_ref().map(|tags| match tags {
            Ok(tags) => json!({
                "head": tags.head(),
                "without_release": row.without_release(answer.span.since),
                "message": null,
            }),
            Err(why) => json!({ "head": null, "without_release": [], "message": why }),
        }),
        "problems": looked.map_or_else(Vec::new, |it| it.problems.iter().map(|it| json!({
            "subject": it.subject,
            "message": it.message,
        })).collect::<Vec<_>>()),
    })
}
