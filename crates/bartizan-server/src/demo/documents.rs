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
        document("structure", "", structure(sample)),
    ]
}

/// How the invented project stands on invented people.
fn structure(sample: &Sample) -> serde_json::Value {
    let hands = seed(sample.name) % 7 + 1;
    let few = hands <= 2;
    json!({
        "level": if few { "raised" } else { "usual" },
        "contributors": 20 + hands * 31,
        "recent_authors": 3 + hands * 2,
        "recent_works": 60 * hands,
        "truck_factor": hands.div_ceil(2),
        "hands": hands,
        "shared_hands": hands / 3,
        "releasers": hands.min(2),
        "releases": 5,
        "signals": [{
            "state": if few { "holds" } else { "does-not" },
            "title": "At most two people bring work in",
            "because": format!("{hands} people bring work in"),
            "against": null,
            "remedy": "invite a further maintainer, and tell those who stand on the project that one is needed",
            "held": 1,
            "of": 4,
        }],
        "review": {
            "unseen": 12 * hands,
            "taken_in": 40 * hands,
            "of_each": 12.0,
            "waited_days_half": 3.5,
            "waited_days_nine_tenths": 41.0,
            "one_hand": 1.0 / f64::from(hands),
        },
    })
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
