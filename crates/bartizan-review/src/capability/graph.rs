//! Who calls whom, by name alone: a call of `x.load` may reach every function that is called `load`. What is told is a way that
//! there may be, never that there is none.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::{root_of, uses::Outline};

/// How many calls are kept.
const MOST_CALLS: usize = 1_000_000;

/// How many functions a search visits, and how long a way is told.
const MOST_VISITED: usize = 20_000;
const LONGEST_PATH: usize = 12;

/// How many functions of one name are followed: what is called `run` everywhere leads nowhere.
const MOST_NAMESAKES: usize = 50;

/// A function: its file and its dotted name.
#[derive(Debug)]
struct Function {
    file: String,
    name: String,
    /// How it is entered from outside.
    root: Option<String>,
}

/// Functions and calls.
#[derive(Debug, Default)]
pub(super) struct Graph {
    functions: Vec<Function>,
    /// The places of functions by file and name.
    places: BTreeMap<(String, String), usize>,
    /// Who calls something of a name.
    callers: BTreeMap<String, Vec<usize>>,
    calls: usize,
}

impl Graph {
    pub(super) fn add(&mut self, outline: &Outline) {
        for (within, names) in &outline.calls {
            let place = self.place(outline, within);
            for name in names {
                if self.calls >= MOST_CALLS {
                    return;
                }
                self.calls += 1;
                match self.callers.get_mut(name) {
                    Some(callers) => callers.push(place),
                    None => drop(self.callers.insert(name.clone(), vec![place])),
                }
            }
        }
        for it in &outline.uses {
            self.place(outline, &it.within);
        }
    }

    fn place(&mut self, outline: &Outline, name: &str) -> usize {
        let key = (outline.path.clone(), name.to_owned());
        if let Some(place) = self.places.get(&key) {
            return *place;
        }
        let place = self.functions.len();
        self.functions.push(Function {
            file: outline.path.clone(),
            name: name.to_owned(),
            root: root(outline, name),
        });
        self.places.insert(key, place);
        place
    }

    /// The shortest way to a function, from what enters it; empty where none is known.
    pub(super) fn path_to(&self, file: &str, function: &str) -> Vec<String> {
        let key = (file.to_owned(), function.to_owned());
        let Some(start) = self.places.get(&key).copied() else {
            return Vec::new();
        };
        // For each function that was reached, the next one on the way to where the search began.
        let mut next: BTreeMap<usize, Option<usize>> = BTreeMap::from([(start, None)]);
        let mut waiting = VecDeque::from([start]);
        while let Some(place) = waiting.pop_front() {
            let Some(at) = self.functions.get(place) else {
                continue;
            };
            if let Some(root) = &at.root {
                return self.told(root, place, &next);
            }
            let callers = self.callers.get(last(&at.name)).into_iter().flatten();
            for caller in callers.take(MOST_NAMESAKES) {
                if next.len() < MOST_VISITED && !next.contains_key(caller) {
                    next.insert(*caller, Some(place));
                    waiting.push_back(*caller);
                }
            }
        }
        Vec::new()
    }

    /// The way from a root to where the search began.
    fn told(&self, root: &str, from: usize, next: &BTreeMap<usize, Option<usize>>) -> Vec<String> {
        let mut path = vec![root.to_owned()];
        let mut at = Some(from);
        while let Some(place) = at.filter(|_| path.len() < LONGEST_PATH) {
            let function = self.functions.get(place);
            if let Some(it) = function.filter(|it| !it.name.is_empty()) {
                path.push(format!("{}:{}", it.file, it.name));
            }
            at = next.get(&place).copied().flatten();
        }
        path
    }

    /// The names of these functions and of all that leads to them.
    pub(super) fn names_before<'a>(
        &self,
        functions: impl Iterator<Item = (&'a str, &'a str)>,
    ) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        let mut waiting: Vec<String> = functions.map(|it| last(it.1).to_owned()).collect();
        while let Some(name) = waiting.pop() {
            if name.is_empty() || names.len() >= MOST_NAMESAKES || !names.insert(name.clone()) {
                continue;
            }
            let callers = self.callers.get(&name).into_iter().flatten();
            let callers = callers.filter_map(|it| self.functions.get(*it));
            waiting.extend(callers.map(|it| last(&it.name).to_owned()));
        }
        names
    }
}

/// The last part of a dotted name.
fn last(function: &str) -> &str {
    function.rsplit('.').next().unwrap_or(function)
}

/// How a function is entered from outside, if it is.
fn root(outline: &Outline, function: &str) -> Option<String> {
    if let Some(root) = root_of(outline.role, &outline.path) {
        return Some(root);
    }
    if outline.is_c {
        let method = outline.methods.get(function)?;
        return Some(format!("method `{method}` of an extension"));
    }
    if function.is_empty() {
        return Some(format!("import of {}", outline.path));
    }
    let is_public =
        |part: &str| !part.starts_with('_') || (part.starts_with("__") && part.ends_with("__"));
    let is_hidden = outline.hidden.contains(last(function));
    (function.split('.').all(is_public) && !is_hidden).then(|| format!("public name `{function}`"))
}
