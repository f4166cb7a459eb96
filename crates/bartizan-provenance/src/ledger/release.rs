//! How releases stand, and what of it is a step back.

use std::collections::BTreeMap;

use bartizan_formats::ledger::{Ledger, LedgerFile, RecordedSigner, Sighting};
use bartizan_model::{Timestamp, version::pep440::Version};

use super::{Class, Coverage, Expectation, FileStanding, Note, file::standing};
use crate::checks::{LAPSED_ATTESTATION, REPLACED_ARTIFACT};

/// Which releases are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// Those of which a file was uploaded since, and those that nobody dates.
    pub since: Timestamp,
    /// So many of them, the newest.
    pub most: usize,
}

/// How a release stands.
#[derive(Debug, Clone, PartialEq)]
pub struct ReleaseStanding<'l> {
    /// Its version, as the index spells it.
    pub version: &'l str,
    /// Its version, in order.
    pub order: Version,
    /// When its first file was uploaded.
    pub uploaded: Option<Timestamp>,
    /// Whether all of it is yanked.
    pub is_yanked: bool,
    /// Its class by its files.
    pub class: Class,
    /// Its files by name.
    pub files: Vec<(&'l LedgerFile, FileStanding)>,
    /// What is wrong with it as a whole.
    pub notes: Vec<Note>,
}

impl ReleaseStanding<'_> {
    /// How its files stand.
    pub fn coverage(&self) -> Coverage {
        self.files.iter().map(|(_, it)| it.class).collect()
    }

    /// How many of its wheels were looked into, and how many of these carry a bill of materials.
    pub fn sboms(&self) -> (u64, u64) {
        let looked = self.files.iter().filter_map(|(file, _)| file.sboms);
        let (mut all, mut with) = (0, 0);
        for count in looked {
            all += 1;
            with += u64::from(count > 0);
        }
        (all, with)
    }
}

/// The releases of a ledger, the newest version first. Files that no index lists any more are left out, but for those whose
/// bytes were replaced.
pub fn releases<'l>(
    ledger: &'l Ledger,
    expectation: &Expectation,
    span: Span,
) -> Vec<ReleaseStanding<'l>> {
    let first = first_signer(ledger);
    let mut by_version: BTreeMap<Version, Vec<&LedgerFile>> = BTreeMap::new();
    for file in ledger.files.iter().filter(|it| ledger.is_current(it)) {
        if let Ok(version) = file.version.parse() {
            by_version.entry(version).or_default().push(file);
        }
    }
    let mut all: Vec<ReleaseStanding<'l>> = by_version
        .into_iter()
        .map(|(order, files)| {
            let files = files.into_iter();
            let files = files.map(|it| (it, standing(it, expectation, first)));
            release(order, files.collect())
        })
        .filter(|it| it.uploaded.is_none_or(|uploaded| uploaded >= span.since))
        .collect();
    all.reverse();
    lapses(&mut all);
    replaced(ledger, &mut all);
    all.truncate(span.most);
    all
}

/// Who signed the file that was uploaded first of those that are verified.
fn first_signer(ledger: &Ledger) -> Option<&RecordedSigner> {
    let signed = ledger.files.iter().filter_map(|file| {
        let attestations = file.sightings.iter().flat_map(Sighting::attestations);
        let mut signers = attestations.filter(|it| it.is_verified);
        let signer = signers.find_map(|it| it.signer.as_ref())?;
        Some((file.uploaded?, &file.name, signer))
    });
    let first = signed.min_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)));
    first.map(|(_, _, signer)| signer)
}

fn release(order: Version, files: Vec<(&LedgerFile, FileStanding)>) -> ReleaseStanding<'_> {
    ReleaseStanding {
        version: files.first().map_or("", |(file, _)| file.version.as_str()),
        order,
        uploaded: files.iter().filter_map(|(file, _)| file.uploaded).min(),
        is_yanked: !files.is_empty() && files.iter().all(|(file, _)| file.is_yanked),
        class: together(files.iter().map(|(_, it)| it.class)),
        files,
        notes: Vec::new(),
    }
}

/// The class of several files: what all of them reach; the worst where one is wrong; nothing good of what is known in part.
fn together(classes: impl Iterator<Item = Class>) -> Class {
    let coverage: Coverage = classes.collect();
    let has = |class: Class| coverage.count(class) > 0;
    let wrong = [Class::Withdrawn, Class::Drifted, Class::Unverified];
    if let Some(class) = wrong.into_iter().find(|class| has(*class)) {
        return class;
    }
    if has(Class::Missing) {
        return if coverage.attested() > 0 {
            Class::Partial
        } else {
            Class::Missing
        };
    }
    let silent = [
        Class::Unknown,
        Class::NotServed,
        Class::HostCannotAttest,
        Class::BeforeAttestations,
    ];
    let silent = silent.into_iter().find(|class| has(*class));
    match silent {
        Some(class) => class,
        None if has(Class::Verified) => Class::Verified,
        None if has(Class::Pinned) => Class::Pinned,
        None => Class::Unknown,
    }
}

/// A release without attestations after one that had them, by the time of the upload, is a step back.
fn lapses(all: &mut [ReleaseStanding<'_>]) {
    let attested: Vec<(Timestamp, String)> = all
        .iter()
        .filter(|it| it.coverage().attested() == it.files.len() as u64)
        .filter_map(|it| Some((it.uploaded?, it.version.to_owned())))
        .collect();
    for release in all
        .iter_mut()
        .filter(|it| matches!(it.class, Class::Missing | Class::Partial))
    {
        let Some(uploaded) = release.uploaded else {
            continue;
        };
        let before = attested.iter().filter(|(at, _)| *at < uploaded).max();
        if let Some((_, version)) = before {
            let without = release.coverage().count(Class::Missing);
            release.notes.push(Note {
                check: &LAPSED_ATTESTATION,
                message: format!(
                    "{without} of {} files have no attestation, and all of {version} before it have one",
                    release.files.len()
                ),
            });
        }
    }
}

/// A file that is not listed any more while another of its name is, was replaced.
fn replaced(ledger: &Ledger, all: &mut [ReleaseStanding<'_>]) {
    for release in all {
        let mut notes = Vec::new();
        for (file, _) in &release.files {
            let mut others = ledger.named(&file.name).iter();
            let was_other = others.any(|it| {
                let is_other = it.sha256 != file.sha256 && !ledger.is_current(it);
                is_other && it.sha256.is_some() && file.sha256.is_some()
            });
            if was_other {
                notes.push(Note {
                    check: &REPLACED_ARTIFACT,
                    message: format!("`{}` had other bytes before", file.name),
                });
            }
        }
        release.notes.extend(notes);
    }
}
