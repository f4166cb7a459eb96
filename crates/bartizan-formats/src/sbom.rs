//! What bills of materials have in common: elements with package URLs, what depends on what, and a subject.
//!
//! An element is looked up where its package URL names a package of an ecosystem with advisories and a version.
//! Every other element is still listed, with the reason why it cannot be looked up.

mod statement;

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use bartizan_model::{
    ecosystem::{Ecosystem, Package},
    inventory::{Component, ComponentIndex, Inventory, Unpinned},
    problem::Problem,
    purl::Purl,
};

use self::statement::MOST_STATEMENTS;
pub use self::statement::{Statement, Statements, statements};
use crate::{
    graph::Graph,
    json::{Json, read_text},
    notes::Notes,
    target::{Candidate, component_of_conda},
};

/// The most links between elements. A bill of 10,000 packages states some 100,000.
const MOST_LINKS: usize = 5_000_000;

/// The most bytes of an element's name that are kept.
const LONGEST_NAME: usize = 512;

/// What a bill says about one thing.
#[derive(Debug, Default)]
pub(crate) struct Element<'a> {
    /// What links call it.
    pub(crate) id: Option<Cow<'a, str>>,
    pub(crate) name: Option<Cow<'a, str>>,
    pub(crate) version: Option<Cow<'a, str>>,
    pub(crate) purl: Option<Cow<'a, str>>,
    /// What it is where it is no software package: `operating-system`.
    pub(crate) kind: Option<Cow<'a, str>>,
    pub(crate) line: usize,
}

/// A bill while it is read.
pub(crate) struct Bill<'a> {
    path: &'a Path,
    pub(crate) notes: Notes,
    graph: Graph,
    inventory: Inventory,
    /// The place of each element that is a component.
    places: Vec<Option<ComponentIndex>>,
    /// The first element of each name, and its package URL.
    by_id: BTreeMap<Cow<'a, str>, (usize, Option<Cow<'a, str>>)>,
    links: BTreeSet<(usize, usize)>,
    subjects: BTreeSet<usize>,
    files: usize,
    /// Everything that the bill says is there.
    statements: Vec<Statement>,
    /// How many packages of distributions cannot be looked up, by the reason.
    without_advisories: BTreeMap<&'static str, usize>,
}

impl<'a> Bill<'a> {
    pub(crate) fn new(path: &'a Path, format: &str) -> Self {
        let shown = path.display().to_string();
        Self {
            path,
            notes: Notes::default(),
            graph: Graph::default(),
            inventory: Inventory {
                label: shown.clone(),
                format: format.to_owned(),
                path: shown,
                ..Inventory::default()
            },
            places: Vec::new(),
            by_id: BTreeMap::new(),
            links: BTreeSet::new(),
            subjects: BTreeSet::new(),
            files: 0,
            statements: Vec::new(),
            without_advisories: BTreeMap::new(),
        }
    }

    /// What paths begin with.
    pub(crate) fn set_label(&mut self, label: &str) {
        self.inventory.label = label.chars().take(LONGEST_NAME).collect();
    }

    /// The entries of a list that begins in a line.
    pub(crate) fn entries(&mut self, list: Json<'a>, line: usize) -> Vec<Json<'a>> {
        let (entries, is_cut) = list.entries();
        if is_cut {
            self.notes.add(line, "a list of more entries than are read");
        }
        if !list.is_list() {
            self.notes.add(line, "something else where a list belongs");
        }
        entries
    }

    /// A file of which the bill tells that it is there. Advisories name packages, not files.
    pub(crate) fn add_file(&mut self) {
        self.files += 1;
    }

    /// Adds an element that is there.
    pub(crate) fn add(&mut self, element: Element<'a>) -> usize {
        // One too many is enough to be refused.
        if self.statements.len() <= MOST_STATEMENTS {
            self.statements.extend(Statement::of(&element, false));
        }
        self.add_component(element)
    }

    fn add_component(&mut self, element: Element<'a>) -> usize {
        let locator = format!("{}:{}", self.path.display(), element.line);
        let place = match judge(&element) {
            Ok((package, version, purl)) => {
                if let Some(why) = purl.why_without_advisories() {
                    *self.without_advisories.entry(why).or_default() += 1;
                }
                let component = if purl.kind() == "conda" {
                    component_of_conda(&purl, &version, &locator)
                } else {
                    Component::new(package, version, locator)
                };
                let is_same = component.purl() == purl;
                let component = if is_same {
                    component
                } else {
                    component.stated_as(purl)
                };
                Some(self.graph.add(component))
            }
            Err((package, reason)) => {
                self.inventory.unpinned.push(Unpinned {
                    package,
                    locator,
                    reason,
                });
                None
            }
        };
        self.enlist(element, place)
    }

    /// Adds elements, some of which the bill says it is about. Where it is about several, none of them stands for all.
    pub(crate) fn add_described(
        &mut self,
        elements: Vec<Element<'a>>,
        mut subjects: Vec<Cow<'a, str>>,
    ) {
        subjects.sort_unstable();
        let is_subject = |element: &Element<'_>| {
            let id = element.id.as_ref();
            id.is_some_and(|id| subjects.binary_search(id).is_ok())
        };
        let is_one = elements
            .iter()
            .filter(|element| is_subject(element))
            .count()
            == 1;
        for element in elements {
            let is_subject = is_subject(&element);
            if element.name.is_none() && element.purl.is_none() {
                self.notes
                    .add(element.line, "a package without a name and a package URL");
            } else if is_subject && is_one {
                self.add_subject(element);
            } else {
                let index = self.add(element);
                self.subjects.extend(is_subject.then_some(index));
            }
        }
    }

    /// Adds what the bill is about. It is a component only where it is a package with advisories: a container or a
    /// folder that was scanned is not looked up.
    pub(crate) fn add_subject(&mut self, element: Element<'a>) -> usize {
        self.statements.extend(Statement::of(&element, true));
        let purl = element
            .purl
            .as_ref()
            .and_then(|purl| purl.parse::<Purl>().ok());
        let index = if purl.is_some_and(|purl| purl.package().is_some()) {
            self.add_component(element)
        } else {
            self.enlist(element, None)
        };
        self.subjects.insert(index);
        index
    }

    /// Takes an element up that links may name.
    fn enlist(&mut self, element: Element<'a>, place: Option<ComponentIndex>) -> usize {
        let index = self.places.len();
        self.places.push(place);
        if let Some(id) = element.id {
            if let Some((first, purl)) = self.by_id.get(&id) {
                // Generators repeat an element; a second one of the same name must not take its links.
                let is_same = purl.is_some() && *purl == element.purl;
                if !is_same && self.places.get(*first).copied().flatten() != place {
                    let id = shortened(&id);
                    self.notes
                        .add(element.line, format!("`{id}` is the name of two elements"));
                }
            } else {
                self.by_id.insert(id, (index, element.purl));
            }
        }
        index
    }

    /// States that one element depends on another or contains it.
    pub(crate) fn link(&mut self, from: &str, to: &str) {
        if let (Some(&(from, _)), Some(&(to, _))) = (self.by_id.get(from), self.by_id.get(to)) {
            self.link_places(from, to);
        }
    }

    /// The same for elements of these indices.
    pub(crate) fn link_places(&mut self, from: usize, to: usize) {
        if self.links.len() < MOST_LINKS {
            self.links.insert((from, to));
        }
    }

    /// The inventory.
    pub(crate) fn finish(mut self) -> Inventory {
        let place = |index: &usize| self.places.get(*index).copied().flatten();
        for (from, to) in &self.links {
            if let (Some(from), Some(to)) = (place(from), place(to)) {
                self.graph.require(from, to);
            }
        }
        // From the subject over what is no component (a folder, an application of one's own) to the first components.
        let mut pending: Vec<usize> = self.subjects.iter().copied().collect();
        let mut seen = self.subjects.clone();
        while let Some(index) = pending.pop() {
            if let Some(component) = place(&index) {
                self.graph.root(component);
                continue;
            }
            let below = self.links.range((index, 0)..=(index, usize::MAX));
            pending.extend(below.map(|(_, to)| *to).filter(|to| seen.insert(*to)));
        }
        let mut inventory = self.inventory;
        inventory.problems = self.notes.problems(self.path);
        let shown = self.path.display().to_string();
        let mut problem = |message| {
            inventory
                .problems
                .push(Problem::new(shown.clone(), message));
        };
        if self.links.len() >= MOST_LINKS {
            problem(format!(
                "more than {MOST_LINKS} dependencies; some paths are missing"
            ));
        }
        if self.files > 0 {
            problem(format!(
                "single files ({}) are listed; files name no package and were not looked up",
                self.files
            ));
        }
        for (why, count) in self.without_advisories {
            problem(format!(
                "system packages ({count}) were not looked up: {why}"
            ));
        }
        inventory.unpinned.sort();
        inventory.unpinned.dedup();
        self.graph.finish(inventory)
    }
}

/// The component that an element is, or why it cannot be looked up.
fn judge(element: &Element<'_>) -> Result<(Package, String, Purl), (Package, String)> {
    let name = element
        .name
        .as_deref()
        .unwrap_or("an element without a name");
    let unnamed = || Package::new(Ecosystem::new("generic"), &shortened(name));
    let Some(text) = &element.purl else {
        let what = element.kind.as_deref().map_or_else(String::new, |kind| {
            let kind = shortened(kind);
            format!(" ({kind})")
        });
        let version = element
            .version
            .as_deref()
            .map_or_else(String::new, |version| {
                let version = shortened(version);
                format!(", version {version}")
            });
        return Err((unnamed(), format!("no package URL{what}{version}")));
    };
    let purl: Purl = match text.parse() {
        Ok(purl) => purl,
        Err(error) => {
            let reason = format!("its package URL cannot be read: {error}");
            return Err((unnamed(), reason));
        }
    };
    let (package, version) = purl.package().unwrap_or_else(|| {
        let levels = purl.namespace().iter().map(String::as_str);
        let name: Vec<_> = levels.chain([purl.name()]).collect();
        let package = Package::new(Ecosystem::new(purl.kind()), &name.join("/"));
        (package, purl.version().map(str::to_owned))
    });
    match version.or_else(|| element.version.as_deref().map(str::to_owned)) {
        Some(version) => Ok((package, version, purl)),
        None => Err((package, "no version".to_owned())),
    }
}

/// A text of a stranger, short enough for a message.
pub(crate) fn shortened(text: &str) -> String {
    text.chars().take(LONGEST_NAME).collect()
}

/// Whether a search opens a file of this name: `bom.json`, `app.cdx.json`, `sbom-1.0.spdx.json`.
pub(crate) fn is_usual_name(candidate: &Candidate<'_>) -> bool {
    let name = candidate.name().to_ascii_lowercase();
    name.strip_suffix(".json").is_some_and(|stem| {
        stem.contains("sbom")
            || stem.contains("cyclonedx")
            || stem.contains("spdx")
            || stem.ends_with("bom")
            || stem.split('.').any(|part| part == "cdx")
    })
}

/// Whether an object has these words near its beginning, be the rest damaged or not.
pub(crate) fn shows_early(candidate: &Candidate<'_>, words: &[&str]) -> bool {
    is_object(candidate)
        && candidate
            .head_text()
            .is_some_and(|text| words.iter().all(|word| text.contains(word)))
}

/// The text under a key of the outermost object, wherever it stands, if the file is JSON at all: some generators sort
/// the keys, so that what tells the format comes after everything else.
pub(crate) fn outermost(candidate: &Candidate<'_>, key: &str) -> Option<String> {
    if !is_object(candidate) {
        return None;
    }
    let text = read_text(candidate.tree(), candidate.path()).ok()?;
    let value = Json::whole(&text).ok()?.field(key)?;
    Some(value.text()?.into_owned())
}

fn is_object(candidate: &Candidate<'_>) -> bool {
    let head = candidate.head();
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let first = head.iter().find(|byte| !byte.is_ascii_whitespace());
    candidate.is_file() && first == Some(&b'{')
}
