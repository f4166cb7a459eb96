//! The documents of an invented project: releases, endorsements, exposure of dependants.

use bartizan_model::{
    Timestamp,
    assessment::{Document, Evidence},
};
use serde_json::json;

use super::{
    ecosystem::{DRAFTS, ENDORSED, Sample},
    project::{endorses, evidence, seed},
};

pub(super) fn documents(
    sample: &Sample,
    (progress, now, end): (f64, Timestamp, Timestamp),
) -> Vec<Document> {
    let provenance = evidence("package-index", sample.name, now);
    let document = |kind: &str, key: &str, value: serde_json::Value| Document {
        kind: kind.to_owned(),
        key: key.to_owned(),
        json: value.to_string(),
        evidence: provenance.first().cloned().unwrap_or(Evidence {
            source: String::new(),
            snapshot: None,
            locator: String::new(),
            observed: now,
        }),
    };
    let releases: Vec<_> = super::ledger::releases(sample, now, end)
        .into_iter()
        .map(|it| json!({"version": it.version, "uploaded": it.uploaded.to_string(), "wheels": 3, "sources": 1, "attestations": "not served by the index", "is_yanked": false}))
        .collect();
    let endorsements: Vec<_> = ENDORSED
        .iter()
        .enumerate()
        .map(|(index, (_, standard, title))| json!({"id": standard.to_lowercase().replace(' ', "-"), "title": title, "is_draft": false, "is_endorsed": endorses(sample, index, progress)}))
        .chain(DRAFTS.iter().map(|(id, title)| json!({"id": id, "title": title, "is_draft": true, "is_endorsed": false})))
        .collect();
    vec![
        document("endorsements", "", json!({ "standards": endorsements })),
        document(
            "releases",
            sample.name,
            json!({ "environment": "CPython 3.12 on Linux", "releases": releases }),
        ),
        document("exposure", "CVE-2000-0001", exposure(sample)),
        document("structure", "", super::people::structure(sample)),
    ]
}

/// Who stood on the project's invented old release 30 and 90 days after an invented advisory.
fn exposure(sample: &Sample) -> serde_json::Value {
    let others = [
        "kelpmodel",
        "lanternfit",
        "orbitkit",
        "reedline",
        "tidewave",
    ];
    let exposed = usize::try_from(seed(sample.name) % 4).unwrap_or(0);
    let part = |count: usize| {
        (
            others.get(..count).unwrap_or_default(),
            others.get(count..).unwrap_or_default(),
        )
    };
    let (after_30, after_90) = (part(exposed + 1), part(exposed / 2));
    json!({
        "package": sample.name, "advisory": "CVE-2000-0001", "published": "2026-03-02T00:00:00Z",
        "days": [
            {"days": 30, "share": after_30.0.len() as f64 / 5.0, "exposed": after_30.0, "locked_in": 0, "safe": after_30.1.len(), "unknown": []},
            {"days": 90, "share": after_90.0.len() as f64 / 5.0, "exposed": after_90.0, "locked_in": after_90.0.len(), "safe": after_90.1.len(), "unknown": [{"name": "driftgrid", "needs": "releases"}]},
        ],
    })
}
