//! Releases of a ledger as JSON, for the command, the documents of an assessment and the pages.

use std::collections::BTreeMap;

use bartizan_formats::ledger::{LedgerFile, RecordedAttestation, RecordedSigner, Seen, Sighting};
use bartizan_model::Timestamp;
use bartizan_provenance::{
    Level,
    ledger::{Coverage, FileStanding, Note, ReleaseStanding},
};
use serde_json::{Value, json};

use super::tags::TagStanding;

/// How many files of a release are shown, and how many different attestations.
const MOST_FILES: usize = 600;
const MOST_EVIDENCE: usize = 60;

/// How many sightings of a file are shown, the newest.
const MOST_SIGHTINGS: usize = 10;

/// A release in short.
pub fn release(release: &ReleaseStanding<'_>, tag: Option<TagStanding>) -> Value {
    let (looked, with) = release.sboms();
    json!({
        "version": release.version,
        "uploaded": release.uploaded.map(|it| it.to_string()),
        "is_yanked": release.is_yanked,
        "class": release.class.id(),
        "files": release.files.len(),
        "classes": coverage(&release.coverage()),
        "wheels_looked_into": looked,
        "wheels_with_sbom": with,
        "tag": tag.map(TagStanding::id),
        "findings": notes(release).map(note).collect::<Vec<_>>(),
    })
}

/// How many stand how, by class.
pub fn coverage(coverage: &Coverage) -> Value {
    let classes: BTreeMap<&str, u64> = coverage
        .classes()
        .map(|(class, count)| (class.id(), count))
        .collect();
    json!(classes)
}

/// A release with its evidence: attestations that differ in nothing but the time of the signature stand there once.
pub fn evidence(release: &ReleaseStanding<'_>) -> Value {
    let mut distinct: Vec<(RecordedAttestation, Level)> = Vec::new();
    let shown = release.files.iter().take(MOST_FILES);
    let files: Vec<Value> = shown
        .map(|(file, standing)| one_file(file, standing, &mut distinct))
        .collect();
    json!({
        "files": files,
        "files_left_out": release.files.len().saturating_sub(MOST_FILES),
        "evidence": distinct.iter().map(attestation).collect::<Vec<_>>(),
    })
}

fn one_file(
    file: &LedgerFile,
    standing: &FileStanding,
    distinct: &mut Vec<(RecordedAttestation, Level)>,
) -> Value {
    let attestations: Vec<Value> = standing
        .attestations
        .iter()
        .map(|(shown, level)| {
            let timeless = RecordedAttestation {
                times: Vec::new(),
                ..shown.clone()
            };
            let found = distinct.iter().position(|(it, _)| *it == timeless);
            let place = found.or_else(|| {
                let is_room = distinct.len() < MOST_EVIDENCE;
                is_room.then(|| {
                    distinct.push((timeless, *level));
                    distinct.len() - 1
                })
            });
            json!({ "evidence": place, "times": times(&shown.times) })
        })
        .collect();
    let newest = file.sightings.len().saturating_sub(MOST_SIGHTINGS);
    json!({
        "name": file.name,
        "sha256": file.sha256.map(|it| it.to_string()),
        "uploaded": file.uploaded.map(|it| it.to_string()),
        "is_yanked": file.is_yanked,
        "class": standing.class.id(),
        "sboms": file.sboms,
        "attestations": attestations,
        "sightings": file.sightings.iter().skip(newest).map(sighting).collect::<Vec<_>>(),
        "findings": standing.notes.iter().map(note).collect::<Vec<_>>(),
    })
}

fn sighting(sighting: &Sighting) -> Value {
    json!({
        "place": sighting.place,
        "seen": match &sighting.seen {
            Seen::NotServed => "not-served",
            Seen::None => "none",
            Seen::Served { .. } => "served",
        },
        "first": sighting.first.to_string(),
        "last": sighting.last.to_string(),
    })
}

fn attestation((shown, level): &(RecordedAttestation, Level)) -> Value {
    let steps = shown.steps.iter().map(|it| {
        json!({
            "step": it.step,
            "outcome": it.outcome,
            "code": it.code,
            "message": it.message,
        })
    });
    json!({
        "kind": shown.kind,
        "predicate": shown.predicate,
        "is_verified": shown.is_verified,
        "level": level.id(),
        "steps": steps.collect::<Vec<_>>(),
        "signer": shown.signer.as_ref().map(signer),
        "build": shown.build.as_ref().map(|it| json!({
            "builder": it.builder,
            "kind": it.kind,
            "source": it.source,
            "commit": it.commit,
        })),
        "unsigned_publisher": shown.unsigned_publisher,
    })
}

fn signer(it: &RecordedSigner) -> Value {
    json!({
        "identity": it.identity,
        "issuer": it.issuer,
        "repository": it.repository,
        "repository_id": it.repository_id,
        "workflow": it.workflow,
        "commit": it.commit,
        "reference": it.reference,
        "trigger": it.trigger,
        "runner": it.runner,
        "environment": it.environment,
        "run": it.run,
        "key_sha256": it.key_sha256.map(|it| it.to_string()),
    })
}

/// What is wrong with a release and with its files.
pub fn notes<'r>(release: &'r ReleaseStanding<'_>) -> impl Iterator<Item = &'r Note> {
    let of_files = release.files.iter().flat_map(|(_, it)| &it.notes);
    release.notes.iter().chain(of_files)
}

fn note(note: &Note) -> Value {
    json!({ "check": note.check.id, "message": note.message })
}

fn times(times: &[Timestamp]) -> Vec<String> {
    times.iter().map(ToString::to_string).collect()
}
