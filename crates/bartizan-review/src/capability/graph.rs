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

/// A function in a file.
type Node = (String, String);

/// Functions and calls.
#[derive(Debug, Default)]
pub(super) struct Graph {
    /// Who calls something of a name.
    callers: BTreeMap<String, BTreeSet<Node>>,
    /// How a function is entered from outside.
    roots: BTreeMap<Node, String>,
    calls: usize,
}

impl Graph {
    pub(super) fn add(&mut self, outline: &Outline) {
        for (within, name) in &outline.calls {
            if self.calls >= MOST_CALLS {
                return;
            }
            self.calls += 1;
            let node = (outline.path.clone(), within.clone());
            self.callers.entry(name.clone()).or_default().insert(node);
        }
        let functions = outline.calls.iter().map(|(within, _)| within);
        let users = outline.uses.iter().map(|it| &it.within);
        for function in functions.chain(users) {
            let node = (outline.path.clone(), function.clone());
            if let Some(root) = root(outline, function) {
                self.roots.insert(node, root);
            }
        }
    }

    /// The shortest way to a function, from what enters it; empty where none is known.
    pub(super) fn path_to(&self, file: &str, function: &str) -> Vec<String> {
        let start: Node = (file.to_owned(), function.to_owned());
        let mut next: BTreeMap<Node, Option<Node>> = BTreeMap::from([(start.clone(), None)]);
        let mut waiting = VecDeque::from([start]);
        while let Some(node) = waiting.pop_front() {
            if let Some(root) = self.roots.get(&node) {
                return told(root, node, &next);
            }
            let Some(callers) = self.callers.get(last(&node.1)) else {
                continue;
            };
            for caller in callers.iter().take(MOST_NAMESAKES) {
                if next.len() < MOST_VISITED && !next.contains_key(caller) {
                    next.insert(caller.clone(), Some(node.clone()));
                    waiting.push_back(caller.clone());
                }
            }
        }
        Vec::new()
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
            waiting.extend(callers.map(|it| last(&it.1).to_owned()));
        }
        names
    }
}

/// The way from a root to where the search began.
fn told(root: &str, from: Node, next: &BTreeMap<Node, Option<Node>>) -> Vec<String> {
    let mut path = vec![root.to_owned()];
    let mut at = Some(from);
    while let Some(node) = at.filter(|_| path.len() < LONGEST_PATH) {
        if !node.1.is_empty() {
            path.push(format!("{}:{}", node.0, node.1));
        }
        at = next.get(&node).cloned().flatten();
    }
    path
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
    let is_public = |part: &str| {
        !part.starts_with('_') || (part.starts_with("__") && part.ends_with("__"))
    };
    let is_hidden = outline.hidden.contains(last(function));
    (function.split('.').all(is_public) && !is_hidden)
        .then(|| format!("public name `{function}`"))
}
