//! How one file stands.

use bartizan_formats::ledger::{LedgerFile, RecordedAttestation, RecordedSigner, Seen, Sighting};

use super::{
    ATTESTATIONS_BEGAN, Class, Expectation,
    expectation::{named, who},
    record::levelled,
};
use crate::{
    checks::{Check, INVALID_ATTESTATION, UNEXPECTED_PUBLISHER, WITHDRAWN_ATTESTATION},
    step::Step,
    verified::Level,
};

/// How a file stands, and by what.
#[derive(Debug, Clone, PartialEq)]
pub struct FileStanding {
    /// Its class.
    pub class: Class,
    /// What was seen of its attestations, with the step of the identity as it is judged now.
    pub attestations: Vec<(RecordedAttestation, Level)>,
    /// What is wrong.
    pub notes: Vec<Note>,
}

/// Something that is wrong with a file or a release.
#[derive(Debug, Clone, PartialEq)]
pub struct Note {
    /// The check.
    pub check: &'static Check,
    /// It in words.
    pub message: String,
}

/// How a file stands. `first` is who signed the first file of the package that is verified: where nobody is expected, whoever
/// comes later and is somebody else is a change.
pub fn standing(
    file: &LedgerFile,
    expectation: &Expectation,
    first: Option<&RecordedSigner>,
) -> FileStanding {
    let nothing = |class| FileStanding {
        class,
        attestations: Vec::new(),
        notes: Vec::new(),
    };
    let Some(decisive) = decisive(file) else {
        return nothing(blameless(file));
    };
    match &decisive.seen {
        Seen::Served { attestations, .. } => attested(attestations, expectation, first),
        Seen::None if was_served(file, &decisive.place) => FileStanding {
            notes: vec![Note {
                check: &WITHDRAWN_ATTESTATION,
                message: format!(
                    "`{}` had an attestation at {} until {}",
                    file.name, decisive.place, decisive.first
                ),
            }],
            ..nothing(Class::Withdrawn)
        },
        Seen::None | Seen::NotServed if is_before(file) => nothing(Class::BeforeAttestations),
        Seen::None if expectation.can_attest == Some(false) => nothing(Class::HostCannotAttest),
        Seen::None => nothing(Class::Missing),
        Seen::NotServed => nothing(Class::NotServed),
    }
}

/// The sighting that decides: the newest that says something. Silence says nothing, and an index that has never heard of an
/// attestation that another serves does not take it away.
fn decisive(file: &LedgerFile) -> Option<&Sighting> {
    let newest = file
        .sightings
        .iter()
        .rfind(|it| it.seen != Seen::NotServed)
        .or(file.sightings.last())?;
    let is_taken_away = newest.seen == Seen::None && was_served(file, &newest.place);
    let served = file
        .sightings
        .iter()
        .rfind(|it| matches!(it.seen, Seen::Served { .. }));
    match served {
        Some(served) if newest.seen == Seen::None && !is_taken_away => Some(served),
        _ => Some(newest),
    }
}

fn was_served(file: &LedgerFile, place: &str) -> bool {
    let mut sightings = file.sightings.iter();
    sightings.any(|it| it.place == place && matches!(it.seen, Seen::Served { .. }))
}

fn is_before(file: &LedgerFile) -> bool {
    file.uploaded
        .is_some_and(|it| it.as_second() < ATTESTATIONS_BEGAN)
}

fn blameless(file: &LedgerFile) -> Class {
    if is_before(file) {
        Class::BeforeAttestations
    } else {
        Class::Unknown
    }
}

fn attested(
    kept: &[RecordedAttestation],
    expectation: &Expectation,
    first: Option<&RecordedSigner>,
) -> FileStanding {
    let expected = expectation.identity.as_ref();
    let mut attestations = Vec::new();
    let mut notes = Vec::new();
    let mut classes = Vec::new();
    for one in kept {
        let (shown, level) = levelled(one, expected);
        let (class, note) = judged(one, &shown, level, first);
        classes.push(class);
        notes.extend(note);
        attestations.push((shown, level));
    }
    let is_empty = kept.is_empty();
    if is_empty {
        notes.push(Note {
            check: &INVALID_ATTESTATION,
            message: "what is served as provenance holds no attestation".to_owned(),
        });
    }
    FileStanding {
        // The best of them says how far the file came; what is wrong with others is told.
        class: classes.into_iter().min().unwrap_or(Class::Unverified),
        attestations,
        notes,
    }
}

fn judged(
    kept: &RecordedAttestation,
    shown: &RecordedAttestation,
    level: Level,
    first: Option<&RecordedSigner>,
) -> (Class, Option<Note>) {
    let failed = shown.steps.iter().find(|it| it.outcome == "failed");
    let told = || {
        failed.map_or("a step was not reached".to_owned(), |step| {
            let message = step.message.as_deref().unwrap_or_default();
            format!("{}: {message}", step.step)
        })
    };
    let note = |check, message| Some(Note { check, message });
    if !kept.is_verified {
        return (Class::Unverified, note(&INVALID_ATTESTATION, told()));
    }
    if failed.is_some_and(|step| step.step == Step::Identity.id()) {
        return (Class::Drifted, note(&UNEXPECTED_PUBLISHER, told()));
    }
    match (level, &kept.signer, first) {
        (Level::Pinned, _, _) => (Class::Pinned, None),
        (_, Some(signer), Some(first)) if who(signer) != who(first) => {
            let message = format!(
                "signed by {}, the first release by {}",
                named(signer),
                named(first)
            );
            (Class::Drifted, note(&UNEXPECTED_PUBLISHER, message))
        }
        _ => (Class::Verified, None),
    }
}
