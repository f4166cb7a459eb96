//! What one file is concluded to hold: at most one version of each library.

use std::collections::{BTreeMap, BTreeSet};

use bartizan_model::{
    native::{Confidence, EvidenceKind, FileRole, Linkage, NativeEvidence, ObjectFormat, Origin},
    purl::{Purl, PurlParts},
};

use super::draft::{Draft, agree, confidence};
use crate::{
    knowledge::Knowledge,
    sighting::{Build, CrateMark, Mark, Sighting, name},
};

/// The libraries that the files of an artifact are, by the names that others ask for.
pub(super) type Carried = BTreeMap<String, usize>;

/// What a file holds.
pub(super) fn drafts(knowledge: &Knowledge, carried: &Carried, sighting: &Sighting) -> Vec<Draft> {
    let mut by_library: BTreeMap<usize, Vec<&Mark>> = BTreeMap::new();
    for mark in &sighting.marks {
        by_library.entry(mark.library).or_default().push(mark);
    }
    let seen: BTreeSet<usize> = by_library.keys().copied().collect();
    let yields = |place: usize| {
        let library = knowledge.libraries().get(place);
        let to = library.into_iter().flat_map(|library| &library.yields_to);
        to.filter_map(|key| knowledge.place(key))
            .any(|other| seen.contains(&other))
    };
    let linked = linked(knowledge, carried, sighting);
    let mut drafts = Vec::new();
    for (place, marks) in by_library.iter().filter(|(place, _)| !yields(**place)) {
        let is_client = linked.contains(place);
        let marks = marks
            .iter()
            .copied()
            .filter(|mark| !is_client || is_code(mark));
        let marks: Vec<&Mark> = marks.collect();
        if !marks.is_empty() {
            drafts.push(of_library(*place, &marks, sighting));
        }
    }
    if sighting.file.role == FileRole::Vendored && sighting.own.is_none() {
        drafts.push(unknown(sighting));
    }
    drafts.extend(sighting.crates.iter().map(|it| of_crate(it, sighting)));
    drafts
}

/// The libraries that a file asks the loader for, and their forks. Texts of theirs in it are what a client says of them:
/// compiled in from a header, told in a report of how it was built.
fn linked(knowledge: &Knowledge, carried: &Carried, sighting: &Sighting) -> BTreeSet<usize> {
    let library = |name: &str| {
        let by_name = || {
            name::library(
                knowledge,
                &name::upstream(knowledge, &sighting.file.path, name),
            )
        };
        carried.get(&name::key(name)).copied().or_else(by_name)
    };
    let needed = sighting.file.needed.iter();
    let linked: BTreeSet<usize> = needed.filter_map(|needed| library(&needed.name)).collect();
    let entries = linked
        .iter()
        .filter_map(|place| knowledge.libraries().get(*place));
    let forks = entries.flat_map(|library| &library.yields_to);
    let forks: Vec<usize> = forks.filter_map(|key| knowledge.place(key)).collect();
    let linked = linked.into_iter().chain(forks);
    linked
        .filter(|place| sighting.own != Some(*place))
        .collect()
}

/// Whether a mark is code of the library with its version in it, which no client has.
fn is_code(mark: &Mark) -> bool {
    mark.kind == EvidenceKind::VersionFunction
}

/// What the marks of one library tell.
fn of_library(place: usize, marks: &[&Mark], sighting: &Sighting) -> Draft {
    let is_own = sighting.own == Some(place);
    let linkage = if is_own {
        Linkage::Vendored
    } else {
        Linkage::Static
    };
    let mut draft = empty(sighting, linkage);
    draft.library = Some(place);
    draft
        .evidence
        .extend(marks.iter().map(|mark| evidence(mark, sighting)));
    // Marks are sorted by strength; the strongest that tells a version decides, with those like it.
    let strength = |mark: &Mark| (mark.kind, mark.rank);
    let telling: Vec<(&Mark, &str)> = marks
        .iter()
        .filter_map(|mark| Some((*mark, mark.version.as_deref()?)))
        .collect();
    if let Some((first, version)) = telling.first() {
        let others = telling.iter().filter(|(_, other)| !agree(version, other));
        let (equal, weaker): (Vec<_>, Vec<_>) =
            others.partition(|(mark, _)| strength(mark) == strength(first));
        draft.reasons.extend(
            weaker
                .iter()
                .map(|(mark, _)| format!("not believed: {}", mark.detail)),
        );
        draft.confidence = confidence(first.kind);
        if equal.is_empty() {
            draft.version = Some((*version).to_owned());
        } else {
            let versions: BTreeSet<&str> = equal
                .iter()
                .map(|(_, other)| *other)
                .chain([*version])
                .collect();
            let versions: Vec<&str> = versions.into_iter().collect();
            draft
                .reasons
                .insert(format!("the same sign tells {}", versions.join(" and ")));
            draft.is_contradictory = true;
            draft.confidence = Confidence::Low;
        }
    }
    believe_packager(&mut draft, sighting, is_own);
    if draft.version.is_none() && draft.reasons.is_empty() {
        draft.reasons.insert(NOTHING_TELLS.to_owned());
    }
    draft
}

/// Why a library that is there has no version.
pub(super) const NOTHING_TELLS: &str = "nothing in the file tells its version";

/// What a distribution wrote into its file is its version, whatever the library says: it mends without changing that.
fn believe_packager(draft: &mut Draft, sighting: &Sighting, is_own: bool) {
    let Build::Distribution(Some(release)) = &sighting.build else {
        return;
    };
    if !is_own {
        return;
    }
    draft.version = Some(release.version.clone());
    draft.release = Some(release.clone());
    draft.reasons.clear();
    draft.confidence = Confidence::High;
    draft.evidence.insert(NativeEvidence {
        kind: EvidenceKind::PackagingNote,
        file: sighting.file.path.clone(),
        offset: None,
        line: None,
        detail: format!(
            "its debugging symbols are those of release {}",
            release.version
        ),
        version: Some(release.version.clone()),
    });
}

/// A file that somebody vendored and no entry of the table speaks about.
fn unknown(sighting: &Sighting) -> Draft {
    let plain = name::without_hash(&sighting.file.path);
    let mut draft = empty(sighting, Linkage::Vendored);
    draft.name = name::plain_name(&plain);
    draft.confidence = Confidence::Low;
    draft.version = name::linked_release(&plain);
    draft.evidence.insert(NativeEvidence {
        kind: EvidenceKind::FileName,
        file: sighting.file.path.clone(),
        offset: None,
        line: None,
        detail: format!("named {plain}"),
        version: draft.version.clone(),
    });
    draft
        .reasons
        .insert("not in the table of libraries".to_owned());
    believe_packager(&mut draft, sighting, true);
    draft
}

/// A crate of Rust.
fn of_crate(mark: &CrateMark, sighting: &Sighting) -> Draft {
    let mut draft = empty(sighting, Linkage::Static);
    draft.name.clone_from(&mark.name);
    draft.version = Some(mark.version.clone());
    draft.purl = cargo(&mark.name, &mark.version);
    draft.confidence = confidence(EvidenceKind::CratePath);
    // Cargo takes crates from a registry as their authors published them.
    draft.origin = Origin::SelfBuilt;
    draft.evidence.insert(NativeEvidence {
        kind: EvidenceKind::CratePath,
        file: sighting.file.path.clone(),
        offset: Some(mark.offset),
        line: None,
        detail: format!(
            "a path of {}-{} in a panic message",
            mark.name, mark.version
        ),
        version: Some(mark.version.clone()),
    });
    draft
}

fn cargo(name: &str, version: &str) -> Option<Purl> {
    let parts = PurlParts {
        kind: "cargo".to_owned(),
        namespace: Vec::new(),
        name: name.to_owned(),
        version: Some(version.to_owned()),
        qualifiers: Vec::new(),
        subpath: Vec::new(),
    };
    Purl::new(parts).ok()
}

fn empty(sighting: &Sighting, linkage: Linkage) -> Draft {
    Draft {
        name: String::new(),
        library: None,
        version: None,
        reasons: BTreeSet::new(),
        is_contradictory: false,
        purl: None,
        confidence: Confidence::Medium,
        origin: origin(sighting, linkage),
        linkage,
        release: None,
        files: BTreeSet::from([sighting.file.path.clone()]),
        evidence: BTreeSet::new(),
    }
}

/// Who built what is in a file. No distribution that mends without changing versions builds for macOS or Windows. What
/// is linked into a file may have come from a distribution's static library, which leaves no mark.
fn origin(sighting: &Sighting, linkage: Linkage) -> Origin {
    match (&sighting.build, sighting.file.format) {
        (Build::Distribution(_), _) => Origin::DistributionBuilt,
        (_, ObjectFormat::MachO | ObjectFormat::Pe) => Origin::SelfBuilt,
        (Build::Compiler, ObjectFormat::Elf) if linkage == Linkage::Vendored => Origin::SelfBuilt,
        (Build::Compiler | Build::Unsaid, ObjectFormat::Elf) => Origin::Unknown,
    }
}

fn evidence(mark: &Mark, sighting: &Sighting) -> NativeEvidence {
    NativeEvidence {
        kind: mark.kind,
        file: sighting.file.path.clone(),
        offset: mark.offset,
        line: None,
        detail: mark.detail.clone(),
        version: mark.version.clone(),
    }
}
