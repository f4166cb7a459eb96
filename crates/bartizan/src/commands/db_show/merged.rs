//! A group as one advisory, and that in the formats that others read.

use bartizan_formats::advisory::{CsafVersion, Publisher, to_csaf, to_osv};
use bartizan_model::advisory::Advisory;
use bartizan_vulnerability::severity;
use serde_json::{Value, json};

use super::opinion::Opinions;
use crate::{error::Failure, render::json::to_text};

/// The groups as OSV records: one, or a list where an id belongs to several.
pub(super) fn osv(groups: &[Opinions]) -> Result<String, Failure> {
    documents(groups, |group| {
        let records: Vec<Value> = group
            .records
            .iter()
            .map(|record| json!({"id": record.id, "source": record.source}))
            .collect();
        to_osv(&merged(group), &[("merged_from", Value::Array(records))])
    })
}

/// The groups as CSAF documents.
pub(super) fn csaf(groups: &[Opinions], version: CsafVersion) -> Result<String, Failure> {
    let publisher = Publisher {
        name: "Bartizan",
        namespace: env!("CARGO_PKG_REPOSITORY"),
        score: |vector| {
            let severity = severity::worst(std::slice::from_ref(vector), None);
            severity.score.zip(severity.level)
        },
    };
    documents(groups, |group| to_csaf(&merged(group), publisher, version))
}

fn documents(groups: &[Opinions], write: impl Fn(&Opinions) -> Value) -> Result<String, Failure> {
    match groups {
        [only] => to_text(&write(only)),
        several => to_text(&several.iter().map(write).collect::<Value>()),
    }
}

/// What the records that are not withdrawn state, each fact once; all of them where all are withdrawn.
fn merged(group: &Opinions) -> Advisory {
    let live: Vec<&Advisory> = group
        .records
        .iter()
        .filter(|record| record.withdrawn.is_none())
        .collect();
    let is_withdrawn = live.is_empty();
    let records = if is_withdrawn {
        group.records.iter().collect()
    } else {
        live
    };
    let first = |text: fn(&Advisory) -> &String| {
        let mut texts = records.iter().map(|record| text(record));
        texts
            .find(|text| !text.is_empty())
            .cloned()
            .unwrap_or_default()
    };
    let shown = &group.group.shown_as;
    let mut merged = Advisory {
        id: shown.clone(),
        source: "bartizan".to_owned(),
        modified: records.iter().filter_map(|record| record.modified).max(),
        published: records.iter().filter_map(|record| record.published).min(),
        withdrawn: records
            .iter()
            .filter_map(|record| record.withdrawn)
            .max()
            .filter(|_| is_withdrawn),
        aliases: group
            .group
            .ids
            .iter()
            .filter(|id| *id != shown)
            .cloned()
            .collect(),
        related: group.group.related.clone(),
        upstream: Vec::new(),
        summary: first(|record| &record.summary),
        details: first(|record| &record.details),
        severities: Vec::new(),
        stated_level: records
            .iter()
            .filter_map(|record| record.stated_level)
            .max(),
        affected: Vec::new(),
        references: Vec::new(),
    };
    for record in records {
        extend(&mut merged.severities, &record.severities);
        extend(&mut merged.affected, &record.affected);
        extend(&mut merged.references, &record.references);
        extend(&mut merged.upstream, &record.upstream);
    }
    merged
}

fn extend<T: Clone + PartialEq>(list: &mut Vec<T>, more: &[T]) {
    for item in more {
        if !list.contains(item) {
            list.push(item.clone());
        }
    }
}
