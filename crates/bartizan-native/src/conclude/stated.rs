//! What bills of materials in the artifact state, laid over what its files show.
//!
//! A bill is believed over a file: who built it wrote it. What no file shows stays a component, marked so.

use std::collections::{BTreeMap, BTreeSet};

use bartizan_model::{
    native::{Confidence, EvidenceKind, Linkage, NativeEvidence, Origin},
    problem::Problem,
    purl::Purl,
};

use super::{
    Stated,
    draft::{Draft, agree},
};
use crate::knowledge::Knowledge;

/// Lays statements over drafts; what contradicts becomes a problem.
pub(super) fn apply(
    knowledge: &Knowledge,
    drafts: &mut Vec<Draft>,
    mut stated: Vec<Stated>,
) -> Vec<Problem> {
    stated.sort();
    stated.dedup_by(|later, first| {
        (&later.name, &later.version, &later.file) == (&first.name, &first.version, &first.file)
    });
    let mut problems = Vec::new();
    let mut places = Places::of(drafts);
    for statement in stated.into_iter().filter(|it| kind(it) != Some("pypi")) {
        let found = candidates(knowledge, drafts, &places, &statement);
        let found = of_its_builder(drafts, found, &statement);
        let chosen = choose(drafts, &found, &statement);
        for place in &chosen {
            let draft = drafts.get_mut(*place);
            problems.extend(draft.and_then(|draft| believe(draft, &statement)));
        }
        if chosen.is_empty() {
            let phantom = phantom(knowledge, &statement, !found.is_empty());
            places.add(drafts.len(), &phantom);
            drafts.push(phantom);
        }
    }
    problems.sort();
    problems
}

/// Where the drafts are that a statement may be about. A bill has hundreds of thousands of statements: none is held against
/// all that came before it.
#[derive(Default)]
struct Places {
    /// Crates by name and version.
    crates: BTreeMap<(String, Option<String>), Vec<usize>>,
    /// What a bill may call by the name of a library or of a file; all but what bills alone state.
    named: Vec<usize>,
}

impl Places {
    fn of(drafts: &[Draft]) -> Self {
        let mut places = Self::default();
        for (place, draft) in drafts.iter().enumerate() {
            places.add(place, draft);
        }
        places
    }

    fn add(&mut self, place: usize, draft: &Draft) {
        if is_crate(draft) {
            let key = (draft.name.clone(), draft.version.clone());
            self.crates.entry(key).or_default().push(place);
        }
        if draft.library.is_some() || draft.linkage == Linkage::Vendored {
            self.named.push(place);
        }
    }
}

fn is_crate(draft: &Draft) -> bool {
    let purl = draft.purl.as_ref();
    purl.is_some_and(|purl| purl.kind() == "cargo")
}

fn kind(statement: &Stated) -> Option<&str> {
    statement.purl.as_ref().map(Purl::kind)
}

/// Whether a statement is about a distribution's package.
fn is_distribution(statement: &Stated) -> bool {
    matches!(kind(statement), Some("rpm" | "deb" | "apk" | "alpm"))
}

/// The upstream part of the version that a distribution gave: `1:1.1.1k-15.el8_6` → `1.1.1k`.
pub fn upstream(statement: &Stated) -> Option<&str> {
    let version = statement.version.as_deref()?;
    if !is_distribution(statement) {
        return Some(version);
    }
    let without_epoch = version.split_once(':').map_or(version, |(_, rest)| rest);
    Some(
        without_epoch
            .rsplit_once('-')
            .map_or(without_epoch, |(before, _)| before),
    )
}

/// The drafts that may be what a statement is about.
fn candidates(
    knowledge: &Knowledge,
    drafts: &[Draft],
    places: &Places,
    statement: &Stated,
) -> Vec<usize> {
    if kind(statement) == Some("cargo") {
        let key = (statement.name.clone(), statement.version.clone());
        return places.crates.get(&key).cloned().unwrap_or_default();
    }
    let matching = |wanted: &dyn Fn(&Draft) -> bool| -> Vec<usize> {
        let all = places.named.iter().copied();
        all.filter(|place| drafts.get(*place).is_some_and(wanted))
            .collect()
    };
    let libraries = libraries(knowledge, statement);
    let is_package = |draft: &Draft| {
        let release = draft.release.as_ref().map(|release| &release.version);
        is_distribution(statement) && release.is_some() && release == statement.version.as_ref()
    };
    let found = matching(&|draft| match draft.library {
        Some(place) => libraries.contains(&place),
        None => {
            draft.linkage == Linkage::Vendored && (is_package(draft) || is_named(draft, statement))
        }
    });
    if !found.is_empty() {
        return found;
    }
    // A bill may call a fork by the name of what it replaces: zlib-ng where zlib is asked for.
    let forks = forks(knowledge, &libraries);
    let agrees = |draft: &Draft| {
        let versions = draft.version.as_deref().zip(upstream(statement));
        versions.is_none_or(|(shown, stated)| agree(shown, stated))
    };
    matching(&|draft| draft.library.is_some_and(|place| forks.contains(&place)) && agrees(draft))
}

/// The libraries that share their signs with some others.
fn forks(knowledge: &Knowledge, libraries: &[usize]) -> BTreeSet<usize> {
    let all = || knowledge.libraries().iter().enumerate();
    let keys: Vec<&str> = all()
        .filter(|(place, _)| libraries.contains(place))
        .map(|(_, it)| it.key.as_str())
        .collect();
    let named = all()
        .filter(|(place, _)| libraries.contains(place))
        .flat_map(|(_, library)| &library.yields_to);
    let named = named.filter_map(|key| knowledge.place(key));
    let naming = all().filter(|(_, library)| {
        library
            .yields_to
            .iter()
            .any(|key| keys.contains(&key.as_str()))
    });
    named.chain(naming.map(|(place, _)| place)).collect()
}

/// The libraries that a statement may name, the first word first: `libjpeg / libjpeg-turbo`.
fn libraries(knowledge: &Knowledge, statement: &Stated) -> Vec<usize> {
    let names = statement
        .name
        .split('/')
        .chain(statement.purl.as_ref().map(Purl::name));
    names
        .flat_map(|it| spellings(it, is_distribution(statement)))
        .filter_map(|name| knowledge.by_stated_name(&name))
        .collect()
}

/// A name in lower case, and without what distributions put behind the name of a library.
fn spellings(name: &str, is_distributions: bool) -> Vec<String> {
    let name = name.trim().to_lowercase();
    let ends = ["-libs", "-threads", "-openmp", "-serial", "-devel", "-dev"];
    let shorter = ends
        .iter()
        .find_map(|end| name.strip_suffix(end))
        .map(str::to_owned);
    let mut all: Vec<String> = [Some(name), shorter].into_iter().flatten().collect();
    if is_distributions {
        all.extend(without_interface(&all));
    }
    all
}

/// The names of packages that hold one shared library, without what Debian and others put behind them: the version of its
/// interface, the longest first. `libsqlite3-0` → `libsqlite3`, `libsqlite`.
pub(super) fn without_interface(names: &[String]) -> Vec<String> {
    let mut shorter = Vec::new();
    for name in names.iter().filter(|it| it.starts_with("lib")) {
        let mut rest = name.strip_suffix("t64").unwrap_or(name);
        loop {
            let cut = rest.trim_end_matches(|it: char| it.is_ascii_digit());
            if cut.len() == rest.len() || cut.len() <= "lib".len() {
                break;
            }
            rest = cut.trim_end_matches(['-', '.']);
            shorter.push(rest.to_owned());
        }
    }
    shorter
}

/// Whether a file of no known library has the name of a statement.
fn is_named(draft: &Draft, statement: &Stated) -> bool {
    let plain = |name: &str| name.strip_prefix("lib").unwrap_or(name).to_owned();
    spellings(&statement.name, is_distribution(statement))
        .iter()
        .any(|name| plain(name) == plain(&draft.name))
}

/// The candidates that a statement's kind of builder built, or all where there is none: a wheel may hold a distribution's
/// `libcom_err` and one that was built with another library.
fn of_its_builder(drafts: &[Draft], found: Vec<usize>, statement: &Stated) -> Vec<usize> {
    let other = if is_distribution(statement) {
        Origin::SelfBuilt
    } else {
        Origin::DistributionBuilt
    };
    let is_its = |place: &&usize| {
        drafts
            .get(**place)
            .is_some_and(|draft| draft.origin != other)
    };
    let its: Vec<usize> = found.iter().filter(is_its).copied().collect();
    if its.is_empty() { found } else { its }
}

/// Those of the candidates that a statement is about.
fn choose(drafts: &[Draft], found: &[usize], statement: &Stated) -> Vec<usize> {
    let Some(version) = upstream(statement) else {
        return found.to_vec();
    };
    let of = |wanted: &dyn Fn(&Draft) -> bool| -> Vec<usize> {
        let places = found.iter().copied();
        places
            .filter(|place| drafts.get(*place).is_some_and(wanted))
            .collect()
    };
    let agreeing = of(&|draft| {
        let shown = draft.version.as_deref();
        shown.is_some_and(|shown| {
            agree(shown, version) || Some(shown) == statement.version.as_deref()
        })
    });
    let open = of(&|draft| draft.version.is_none() && draft.linkage == Linkage::Vendored);
    if !agreeing.is_empty() {
        return [agreeing, open].concat();
    }
    let open = of(&|draft| draft.version.is_none());
    let vendored = of(&|draft| draft.linkage == Linkage::Vendored);
    match (open.is_empty(), found, vendored.as_slice()) {
        (false, ..) => open,
        (true, [only], _) | (true, _, [only]) => vec![*only],
        _ => Vec::new(),
    }
}

/// Takes a statement over; a version that it contradicts becomes a reason and a problem.
fn believe(draft: &mut Draft, statement: &Stated) -> Option<Problem> {
    let stated = upstream(statement);
    let shown = draft.version.clone();
    let is_other = match (stated, &shown) {
        (Some(stated), Some(shown)) => {
            !agree(stated, shown) && statement.version.as_ref() != Some(shown)
        }
        _ => false,
    };
    draft.evidence.insert(evidence(statement));
    if is_distribution(statement) {
        draft.origin = Origin::DistributionBuilt;
        draft.release = None;
        draft.purl.clone_from(&statement.purl);
        draft.version = statement.version.clone().or(shown.clone());
    } else {
        draft.origin = if draft.origin == Origin::DistributionBuilt {
            draft.origin
        } else {
            Origin::SelfBuilt
        };
        // The longer way to write it says more: `1.1.1k` where `1.1.1` is stated.
        let is_longer =
            !is_other && shown.as_deref().map_or(0, str::len) >= stated.map_or(0, str::len);
        draft.version = if is_longer {
            shown.clone()
        } else {
            statement.version.clone().or(shown.clone())
        };
        if draft.library.is_none() && draft.purl.is_none() {
            draft.purl.clone_from(&statement.purl);
        }
    }
    if draft.version.is_some() {
        draft.reasons.clear();
        draft.confidence = if is_other {
            Confidence::Low
        } else {
            Confidence::High
        };
        draft.is_contradictory = false;
    }
    let (stated, shown) = is_other.then_some((stated?, shown?))?;
    let message = format!(
        "states {} {stated}, but the file shows {shown}",
        statement.name
    );
    draft
        .reasons
        .insert(format!("{} {message}", statement.file));
    Some(Problem::new(statement.file.clone(), message))
}

/// A component that is stated and that no file shows.
fn phantom(knowledge: &Knowledge, statement: &Stated, is_contradicted: bool) -> Draft {
    let is_distribution = is_distribution(statement);
    let library = libraries(knowledge, statement).first().copied();
    let reason = if is_contradicted {
        "the files show other versions"
    } else {
        "stated; no file shows it"
    };
    Draft {
        name: statement.name.clone(),
        library,
        version: statement.version.clone(),
        reasons: BTreeSet::from([reason.to_owned()]),
        is_contradictory: false,
        purl: statement
            .purl
            .clone()
            .filter(|_| is_distribution || library.is_none()),
        confidence: Confidence::High,
        origin: if is_distribution {
            Origin::DistributionBuilt
        } else {
            Origin::SelfBuilt
        },
        linkage: Linkage::Stated,
        release: None,
        files: BTreeSet::new(),
        evidence: BTreeSet::from([evidence(statement)]),
    }
}

/// What evidence says of a statement.
fn detail(name: &str, version: &str) -> String {
    format!("states {name}{version}")
}

/// Whether a piece of evidence is a statement.
pub fn is_evidence(evidence: &NativeEvidence, statement: &Stated) -> bool {
    *evidence == self::evidence(statement)
}

fn evidence(statement: &Stated) -> NativeEvidence {
    let version = statement
        .version
        .as_deref()
        .map(|version| format!(" {version}"));
    NativeEvidence {
        kind: EvidenceKind::Sbom,
        file: statement.file.clone(),
        offset: None,
        line: None,
        detail: detail(&statement.name, version.as_deref().unwrap_or_default()),
        version: statement.version.clone(),
    }
}
