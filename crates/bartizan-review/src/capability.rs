//! What a change lets a package newly do, function by function, and how each is reached.
//!
//! Use is a fact and no fault: a rule judges how a function is called, this module says that it is called at all where nothing
//! was before. What is compared are functions and capabilities; a function that moves, or is renamed with what it does, gains
//! nothing. Tests and documentation are no part of the package and are left out. In C and C++ everything reaches memory without
//! a check, so that this alone is told of Python and Cython only.

mod graph;
mod room;
mod table;
mod uses;

use std::collections::{BTreeMap, BTreeSet};

pub(crate) use self::uses::Outline;
use self::{graph::Graph, room::Room};
use crate::{detect::Subject, kind::Role, rule::Capability, sighting::Sighting};

/// How many functions with a new capability are told.
const MOST_GAINED: usize = 1_000;

/// How many files around a change are read, and how many bytes of them.
const MOST_FILES: usize = 50_000;
const MOST_BYTES: usize = 512 << 20;

/// How many files that may call what changed are looked at whole.
const MOST_CALLERS: usize = 300;

/// Something that a function may newly do.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gained {
    /// What it may do.
    pub capability: Capability,
    /// The file.
    pub file: String,
    /// The line of the first use.
    pub line: u32,
    /// The function and the classes around it, dotted; empty outside of all.
    pub function: String,
    /// What it calls or reads for that.
    pub what: String,
    /// Whether nothing of the package could do it before; nothing where nobody could look at all of it.
    pub is_new_for_package: Option<bool>,
    /// How it is reached, from outside inwards, the function itself last; empty where no way is known.
    pub path: Vec<String>,
    /// What the file is for.
    pub role: Role,
}

impl Capability {
    /// The word for it, as rules and reports have it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Exec => "exec",
            Self::DynamicCode => "dynamic-code",
            Self::Network => "network",
            Self::FileWrite => "file-write",
            Self::ExecutableFile => "executable-file",
            Self::Secrets => "secrets",
            Self::NativeLoad => "native-load",
            Self::RawSyscall => "raw-syscall",
            Self::Deserialise => "deserialise",
            Self::UnsafeMemory => "unsafe-memory",
            Self::GilRelease => "gil-release",
            Self::InstallTime => "install-time",
            Self::BuildTime => "build-time",
            Self::Automation => "automation",
            Self::Opaque => "opaque",
        }
    }
}

/// The files around a change, for whoever has a repository at hand.
pub trait Surroundings {
    /// The paths of all files before the change, sorted.
    fn paths_before(&self) -> Vec<String>;
    /// The paths of all files after it, sorted.
    fn paths_after(&self) -> Vec<String>;
    /// A file before the change, where it can be read.
    fn before(&self, path: &str) -> Option<Vec<u8>>;
    /// A file after it.
    fn after(&self, path: &str) -> Option<Vec<u8>>;
}

/// Nobody has a repository at hand.
struct Alone;

impl Surroundings for Alone {
    fn paths_before(&self) -> Vec<String> {
        Vec::new()
    }

    fn paths_after(&self) -> Vec<String> {
        Vec::new()
    }

    fn before(&self, _path: &str) -> Option<Vec<u8>> {
        None
    }

    fn after(&self, _path: &str) -> Option<Vec<u8>> {
        None
    }
}

/// What is remembered of the files of a change.
#[derive(Debug, Default)]
pub(crate) struct Abilities {
    before: Vec<Outline>,
    after: Vec<Outline>,
    rooms: (Room, Room),
    gained: Option<Vec<Gained>>,
    is_cut: bool,
}

/// Whether files for this are part of the package.
fn is_of_package(role: Role) -> bool {
    !matches!(role, Role::Test | Role::Documentation)
}

impl Abilities {
    /// Takes in one side of a file.
    pub(crate) fn take(&mut self, before: Option<&Subject<'_>>, after: Option<&Subject<'_>>) {
        let mut before = before.and_then(Outline::of);
        let mut after = after.and_then(Outline::of);
        if let (Some(before), Some(after)) = (&mut before, &mut after) {
            room::settle(before, after);
        }
        if let Some(mut before) = before {
            // Nobody asks any more who called whom.
            before.forget_calls();
            self.is_cut |= self.rooms.0.fit(&mut before);
            self.before.push(before);
        }
        if let Some(mut after) = after {
            self.is_cut |= self.rooms.1.fit(&mut after);
            self.after.push(after);
        }
    }

    /// Compares both sides, with the files around them.
    pub(crate) fn compare(&mut self, around: &dyn Surroundings) {
        let mut gained = gained(&self.before, &self.after);
        self.is_cut |= room::most_telling(&mut gained, MOST_GAINED);
        self.say_whether_new(&mut gained, around);
        self.say_paths(&mut gained, around);
        gained.sort_by(|one, other| order(one).cmp(&order(other)));
        self.gained = Some(gained);
    }

    /// What was gained, and whether that is not all; `sightings` are those that the change introduces, for files that have no
    /// functions.
    pub(crate) fn finish(mut self, sightings: &[Sighting<'_>]) -> (Vec<Gained>, bool) {
        if self.gained.is_none() {
            self.compare(&Alone);
        }
        let mut gained = self.gained.unwrap_or_default();
        let told: BTreeSet<(Capability, String)> = gained
            .iter()
            .map(|it| (it.capability, it.file.clone()))
            .collect();
        let more = sightings.iter().filter_map(of_sighting);
        gained.extend(more.filter(|it| !told.contains(&(it.capability, it.file.clone()))));
        gained.sort_by(|one, other| order(one).cmp(&order(other)));
        gained.dedup_by(|one, other| {
            (one.capability, &one.file, &one.function)
                == (other.capability, &other.file, &other.function)
        });
        if room::most_telling(&mut gained, MOST_GAINED) {
            self.is_cut = true;
            gained.sort_by(|one, other| order(one).cmp(&order(other)));
        }
        (gained, self.is_cut)
    }

    /// Looks whether anything of the package had the capability before.
    fn say_whether_new(&self, gained: &mut [Gained], around: &dyn Surroundings) {
        let held: BTreeSet<Capability> = self
            .before
            .iter()
            .flat_map(|it| it.uses.iter().map(|it| it.capability))
            .collect();
        let mut asked: BTreeSet<Capability> = gained.iter().map(|it| it.capability).collect();
        asked.retain(|it| !held.contains(it));
        let found = held_before(asked, around);
        for it in gained {
            it.is_new_for_package = if held.contains(&it.capability) {
                Some(false)
            } else {
                found.get(&it.capability).copied()
            };
        }
    }

    fn say_paths(&self, gained: &mut [Gained], around: &dyn Surroundings) {
        let mut graph = Graph::default();
        for outline in &self.after {
            graph.add(outline);
        }
        for it in gained.iter_mut() {
            it.path = graph.path_to(&it.file, &it.function);
        }
        if gained.iter().all(|it| !it.path.is_empty()) {
            return;
        }
        let known: BTreeSet<&str> = self.after.iter().map(|it| it.path.as_str()).collect();
        for outline in callers(&graph, gained, &known, around) {
            graph.add(&outline);
        }
        for it in gained.iter_mut().filter(|it| it.path.is_empty()) {
            it.path = graph.path_to(&it.file, &it.function);
        }
    }
}

/// Most telling first: what is new for the package, then by place.
fn order(it: &Gained) -> impl Ord + use<'_> {
    let novelty = match it.is_new_for_package {
        Some(true) => 0,
        None => 1,
        Some(false) => 2,
    };
    (
        novelty,
        it.capability,
        it.file.as_str(),
        it.line,
        it.function.as_str(),
    )
}

/// A function that uses something, by name.
type Holder<'a> = (Capability, &'a str, &'a str);

/// What functions of the second do that no such function of the first did.
fn gained(before: &[Outline], after: &[Outline]) -> Vec<Gained> {
    let holders = |outlines: &[Outline]| -> BTreeSet<(Capability, String, String)> {
        let all = outlines.iter().flat_map(|outline| {
            let of = outline.uses.iter();
            of.map(|it| (it.capability, outline.path.clone(), it.within.clone()))
        });
        all.collect()
    };
    let (old, new) = (holders(before), holders(after));
    let anywhere: BTreeSet<Holder<'_>> = old.iter().map(|it| (it.0, "", it.2.as_str())).collect();
    // What a function did that is gone is what one of another name may do without gaining it.
    let mut open: BTreeMap<(Capability, &str), usize> = BTreeMap::new();
    for outline in before {
        for it in &outline.uses {
            let holder = (it.capability, outline.path.clone(), it.within.clone());
            if !it.stays && !new.contains(&holder) {
                *open.entry((it.capability, it.text.as_str())).or_default() += 1;
            }
        }
    }
    let mut gained: BTreeMap<(Capability, &str, &str), Gained> = BTreeMap::new();
    for outline in after {
        for it in &outline.uses {
            let holder = (it.capability, outline.path.clone(), it.within.clone());
            let is_moved = !it.within.is_empty()
                && anywhere.contains(&(it.capability, "", it.within.as_str()));
            if old.contains(&holder) || is_moved {
                continue;
            }
            if let Some(count) = open.get_mut(&(it.capability, it.text.as_str()))
                && *count > 0
            {
                *count -= 1;
                continue;
            }
            gained
                .entry((it.capability, &outline.path, &it.within))
                .or_insert_with(|| Gained {
                    capability: it.capability,
                    file: outline.path.clone(),
                    line: it.line,
                    function: it.within.clone(),
                    what: it.what.clone(),
                    is_new_for_package: None,
                    path: Vec::new(),
                    role: outline.role,
                });
        }
    }
    gained.into_values().collect()
}

/// Which of these capabilities are new: none of the files before the change has them. Those that nobody could tell are left out.
fn held_before(
    mut asked: BTreeSet<Capability>,
    around: &dyn Surroundings,
) -> BTreeMap<Capability, bool> {
    let mut told = BTreeMap::new();
    if asked.is_empty() {
        return told;
    }
    let paths = around.paths_before();
    if paths.is_empty() {
        return told;
    }
    let (mut bytes, mut is_whole) = (0_usize, paths.len() <= MOST_FILES);
    for path in paths.into_iter().take(MOST_FILES) {
        if !uses::is_looked_at(&path) {
            continue;
        }
        if asked.is_empty() || bytes > MOST_BYTES {
            is_whole &= bytes <= MOST_BYTES;
            break;
        }
        let Some(content) = around.before(&path) else {
            is_whole = false;
            continue;
        };
        bytes = bytes.saturating_add(content.len());
        for capability in uses::held_by(&path, content, &asked) {
            asked.remove(&capability);
            told.insert(capability, false);
        }
    }
    if is_whole {
        told.extend(asked.into_iter().map(|it| (it, true)));
    }
    told
}

/// The outlines of files that may call functions that no way is known to.
fn callers(
    graph: &Graph,
    gained: &[Gained],
    known: &BTreeSet<&str>,
    around: &dyn Surroundings,
) -> Vec<Outline> {
    let mut outlines = Vec::new();
    let lost = gained.iter().filter(|it| it.path.is_empty());
    let names = graph.names_before(lost.map(|it| (it.file.as_str(), it.function.as_str())));
    if names.is_empty() {
        return outlines;
    }
    let mut bytes = 0_usize;
    for path in around.paths_after().into_iter().take(MOST_FILES) {
        if known.contains(path.as_str()) || !uses::is_looked_at(&path) {
            continue;
        }
        if outlines.len() >= MOST_CALLERS || bytes > MOST_BYTES {
            break;
        }
        let Some(content) = around.after(&path) else {
            continue;
        };
        bytes = bytes.saturating_add(content.len());
        let calls = |name: &String| memchr::memmem::find(&content, name.as_bytes()).is_some();
        if names.iter().any(calls) {
            let file = crate::change::File::new(path, content);
            outlines.extend(Outline::of(&Subject::of(&file)));
        }
    }
    outlines
}

/// What a rule saw in a file that runs at installation, at the build or on machines of the project.
fn of_sighting(it: &Sighting<'_>) -> Option<Gained> {
    let capability = it.rule.capability?;
    let root = root_of(it.role, &it.path)?;
    Some(Gained {
        capability,
        file: it.path.clone(),
        line: it.line.unwrap_or(1),
        function: it.within.clone(),
        what: it.rule.id.clone(),
        is_new_for_package: None,
        path: vec![root],
        role: it.role,
    })
}

/// Who runs a file as a whole.
fn root_of(role: Role, path: &str) -> Option<String> {
    match role {
        Role::Install => Some(format!("installation runs {path}")),
        Role::Build => Some(format!("the build runs {path}")),
        Role::Automation => Some(format!("a machine of the project runs {path}")),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
