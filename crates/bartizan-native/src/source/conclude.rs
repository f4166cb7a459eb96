//! From clues to components: whose they are, where they lie, which version is believed.

use std::collections::{BTreeMap, BTreeSet};

use bartizan_model::{
    native::{Confidence, EvidenceKind, Linkage, NativeComponent, NativeEvidence, Origin},
    purl::{Purl, PurlParts},
};

use super::{
    clue::{Clue, Weight, Who},
    path,
    table::SourceTable,
};

/// More files of one component in a folder than this are told as the folder.
const MOST_FILES_OF_A_FOLDER: usize = 3;

/// The most places of one component.
const MOST_PLACES: usize = 50;

/// The most pieces of evidence of one kind, and in all.
const MOST_OF_A_KIND: usize = 4;
const MOST_EVIDENCE: usize = 12;

/// Components by what they are called; those that nothing shows are left out.
pub(super) fn components(table: &SourceTable<'_>, clues: Vec<Clue>) -> Vec<NativeComponent> {
    let mut groups: BTreeMap<String, Vec<Clue>> = BTreeMap::new();
    for clue in clues {
        groups
            .entry(identity(table, &clue.who))
            .or_default()
            .push(clue);
    }
    let mut components = Vec::new();
    for mut clues in groups.into_values() {
        let is_carried =
            |clue: &Clue| clue.weight != Weight::Adds && clue.linkage != Linkage::Stated;
        if clues.iter().any(is_carried) {
            clues.retain(|clue| clue.linkage != Linkage::Stated);
        }
        if clues.iter().any(|clue| clue.weight != Weight::Adds) {
            components.extend(of_one(table, clues));
        }
    }
    components.sort();
    components
}

/// What clues of one component have in common.
pub(super) fn identity(table: &SourceTable<'_>, who: &Who) -> String {
    match who {
        Who::Known(place) => table
            .library(*place)
            .map(|it| path::fold(&it.key))
            .unwrap_or_default(),
        Who::Named(name) => path::fold(name),
    }
}

/// A component in one folder.
#[derive(Debug, Default)]
struct Copy {
    places: BTreeSet<String>,
    clues: Vec<Clue>,
}

/// One component for each version: copies in different places may differ.
fn of_one(table: &SourceTable<'_>, clues: Vec<Clue>) -> Vec<NativeComponent> {
    let places = places(&clues);
    let files: BTreeSet<String> = clues
        .iter()
        .map(|clue| clue.evidence.file.clone())
        .collect();
    let mut copies: BTreeMap<String, Copy> = BTreeMap::new();
    let mut of_all = Vec::new();
    for clue in clues {
        let Some(place) = places
            .iter()
            .find(|place| path::is_within(&clue.place, place))
        else {
            of_all.push(clue);
            continue;
        };
        let home = if files.contains(place) {
            path::folder(place)
        } else {
            place
        };
        let copy = copies.entry(home.to_owned()).or_default();
        copy.places.insert(place.clone());
        copy.clues.push(clue);
    }
    let mut by_version: BTreeMap<Option<String>, Vec<Copy>> = BTreeMap::new();
    for copy in copies.into_values() {
        by_version
            .entry(version(&copy.clues))
            .or_default()
            .push(copy);
    }
    if by_version.len() == 2
        && let Some(unknown) = by_version.remove(&None)
        && let Some(known) = by_version.values_mut().next()
    {
        known.extend(unknown);
    }
    let is_single = by_version.len() == 1;
    let mut components = Vec::new();
    for copies in by_version.into_values() {
        let places = copies.iter().flat_map(|copy| copy.places.clone()).collect();
        let mut clues: Vec<Clue> = copies.into_iter().flat_map(|copy| copy.clues).collect();
        if is_single {
            clues.append(&mut of_all);
        }
        components.extend(component(table, clues, places));
    }
    components
}

/// Files and folders of a component: those that lie in no other of them, many files of a folder as the folder.
fn places(clues: &[Clue]) -> BTreeSet<String> {
    let shows = clues.iter().filter(|clue| clue.weight != Weight::Adds);
    let all: BTreeSet<String> = shows.map(|clue| clue.place.clone()).collect();
    let mut files: BTreeMap<&str, usize> = BTreeMap::new();
    for place in &all {
        *files.entry(path::folder(place)).or_default() += 1;
    }
    let many = |folder: &str| {
        files
            .get(folder)
            .is_some_and(|count| *count > MOST_FILES_OF_A_FOLDER)
    };
    let gathered: BTreeSet<String> = all
        .iter()
        .map(|place| {
            let folder = path::folder(place);
            if !folder.is_empty() && many(folder) {
                folder.to_owned()
            } else {
                place.clone()
            }
        })
        .collect();
    let mut outermost: BTreeSet<String> = BTreeSet::new();
    for place in gathered {
        let mut above = std::iter::successors(Some(path::folder(&place)), |folder| {
            (!folder.is_empty()).then(|| path::folder(folder))
        });
        if !above.any(|folder| !folder.is_empty() && outermost.contains(folder)) {
            outermost.insert(place);
        }
    }
    outermost
}

/// The version of the strongest kind; of several of that kind, the highest: parts of a library keep older ones.
fn version(clues: &[Clue]) -> Option<String> {
    let told = |clue: &&Clue| clue.evidence.version.is_some();
    let strongest = clues
        .iter()
        .filter(told)
        .map(|clue| clue.evidence.kind)
        .min()?;
    let of_it = clues.iter().filter(|clue| clue.evidence.kind == strongest);
    of_it
        .filter_map(|clue| clue.evidence.version.clone())
        .max_by_key(|it| numbers(it))
}

fn numbers(version: &str) -> (Vec<u64>, String) {
    let parts = version.split(|letter: char| !letter.is_ascii_digit());
    let numbers = parts.filter_map(|part| part.parse().ok()).collect();
    (numbers, version.to_owned())
}

fn component(
    table: &SourceTable<'_>,
    clues: Vec<Clue>,
    places: BTreeSet<String>,
) -> Option<NativeComponent> {
    let first = clues.iter().min_by_key(|clue| clue.evidence.kind)?;
    let known = match &first.who {
        Who::Known(place) => Some(*place),
        Who::Named(_) => None,
    };
    let library = known.and_then(|place| table.library(place));
    let name = match &first.who {
        Who::Named(name) => name.clone(),
        Who::Known(_) => library?.key.clone(),
    };
    let version = version(&clues);
    let linkage = linkage(table, known, &clues);
    let base = match library {
        Some(library) => Some(library.purl.clone()),
        None => clues
            .iter()
            .find_map(|clue| clue.purl.clone())
            .or_else(|| generic(&name)),
    };
    Some(NativeComponent {
        library: library.map(|library| library.key.clone()),
        reason: version.is_none().then(|| reason(&clues)),
        purl: base.map(|base| with_version(base, version.as_deref())),
        cpe: library.and_then(|library| library.cpe.clone()),
        confidence: confidence(&clues, known.is_some()),
        origin: if linkage == Linkage::Stated {
            Origin::Unknown
        } else {
            Origin::SelfBuilt
        },
        files: places.into_iter().take(MOST_PLACES).collect(),
        evidence: evidence(clues),
        name,
        version,
        linkage,
    })
}

fn linkage(table: &SourceTable<'_>, known: Option<usize>, clues: &[Clue]) -> Linkage {
    let all = |linkage: Linkage| {
        let mut shown = clues.iter().filter(|clue| clue.weight != Weight::Adds);
        shown.all(|clue| clue.linkage == linkage)
    };
    let is_python = known.is_some_and(|place| table.is_python(place)) || all(Linkage::Python);
    match (is_python, all(Linkage::Stated)) {
        (_, true) => Linkage::Stated,
        (true, _) => Linkage::Python,
        _ => Linkage::Source,
    }
}

fn reason(clues: &[Clue]) -> String {
    let said = clues.iter().find_map(|clue| clue.reason.clone());
    said.unwrap_or_else(|| "no version stands in its files".to_owned())
}

fn confidence(clues: &[Clue], is_known: bool) -> Confidence {
    let told = clues.iter().filter(|clue| clue.evidence.version.is_some());
    let strongest = told.map(|clue| clue.evidence.kind).min();
    let seen = clues.iter().map(|clue| clue.evidence.kind).min();
    match (strongest, seen) {
        (Some(kind), _) if kind <= EvidenceKind::PackageMetadata => Confidence::High,
        (Some(_), _) | (None, Some(EvidenceKind::SourcePin)) => Confidence::Medium,
        (None, Some(kind)) if is_known && kind <= EvidenceKind::Presence => Confidence::Medium,
        _ => Confidence::Low,
    }
}

fn generic(name: &str) -> Option<Purl> {
    let parts = PurlParts {
        kind: "generic".to_owned(),
        name: name.to_owned(),
        ..PurlParts::default()
    };
    Purl::new(parts).ok()
}

fn with_version(base: Purl, version: Option<&str>) -> Purl {
    let parts = PurlParts {
        kind: base.kind().to_owned(),
        namespace: base.namespace().to_vec(),
        name: base.name().to_owned(),
        version: version.map(str::to_owned),
        qualifiers: base
            .qualifiers()
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .collect(),
        subpath: base.subpath().to_vec(),
    };
    Purl::new(parts).unwrap_or(base)
}

/// The strongest first, a few of each kind.
fn evidence(clues: Vec<Clue>) -> Vec<NativeEvidence> {
    let mut all: Vec<NativeEvidence> = clues.into_iter().map(|clue| clue.evidence).collect();
    all.sort();
    all.dedup();
    let mut of_kind: BTreeMap<EvidenceKind, usize> = BTreeMap::new();
    all.retain(|evidence| {
        let count = of_kind.entry(evidence.kind).or_default();
        *count += 1;
        *count <= MOST_OF_A_KIND
    });
    all.truncate(MOST_EVIDENCE);
    all
}
