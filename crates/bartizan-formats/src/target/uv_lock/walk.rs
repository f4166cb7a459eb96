//! The walk from a project's members to everything that they need in one environment.

use std::collections::{BTreeMap, BTreeSet};

use bartizan_model::{
    ecosystem::Package,
    marker::{Marker, MarkerContext},
};

use super::packages::{Dependency, Lock, Locked};
use crate::python::Environment;

/// With more conflicting extras and groups than this, every dependency under one of them is followed.
const MOST_CONFLICTS: usize = 64;

/// What a walk found, by the packages' places in the lock.
#[derive(Debug, Default)]
pub(super) struct Walk<'a> {
    pub(super) reached: Vec<bool>,
    /// What the project itself asks for.
    pub(super) roots: BTreeSet<usize>,
    pub(super) edges: BTreeSet<(usize, usize)>,
    /// What is required and not locked.
    pub(super) missing: BTreeSet<&'a Package>,
}

impl<'a> Walk<'a> {
    pub(super) fn of(lock: &'a Lock, environment: &'a Environment) -> Self {
        let mut walker = Walker::new(lock, environment);
        walker.start();
        while let Some((index, part)) = walker.pending.pop() {
            walker.step(index, part);
        }
        walker.walk
    }
}

/// A part of a package that is needed by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Part<'a> {
    Base,
    Extra(&'a str),
    Group(&'a str),
}

struct Walker<'a> {
    lock: &'a Lock,
    environment: &'a Environment,
    by_name: BTreeMap<&'a Package, Vec<usize>>,
    /// Each way in which conflicting extras and groups can be asked for.
    choices: Vec<Vec<String>>,
    visited: BTreeSet<(usize, Part<'a>)>,
    pending: Vec<(usize, Part<'a>)>,
    walk: Walk<'a>,
}

impl<'a> Walker<'a> {
    fn new(lock: &'a Lock, environment: &'a Environment) -> Self {
        let mut by_name: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (index, locked) in lock.packages.iter().enumerate() {
            by_name.entry(&locked.package).or_default().push(index);
        }
        // Extras that exclude each other are asked for one at a time; what any of them needs counts.
        let mut choices = vec![Vec::new()];
        if !lock.conflicts.is_empty() {
            choices.push(lock.conflicts.iter().cloned().collect());
            choices.extend(lock.conflicts.iter().map(|choice| vec![choice.clone()]));
        }
        let walk = Walk {
            reached: vec![false; lock.packages.len()],
            ..Walk::default()
        };
        Self {
            lock,
            environment,
            by_name,
            choices,
            visited: BTreeSet::new(),
            pending: Vec::new(),
            walk,
        }
    }

    fn start(&mut self) {
        let lock = self.lock;
        let own: Vec<_> = (0..)
            .zip(&lock.packages)
            .filter(|(_, locked)| locked.is_own)
            .collect();
        for (index, locked) in &own {
            self.visit_whole(*index, locked);
        }
        for requirement in &lock.requirements {
            self.follow(None, requirement);
        }
        let has_start = !own.is_empty() || !lock.requirements.is_empty();
        if self.environment.is_any() || !has_start {
            for (index, locked) in (0..).zip(&lock.packages) {
                self.visit_whole(index, locked);
            }
        }
    }

    fn visit_whole(&mut self, index: usize, locked: &'a Locked) {
        self.visit(index, Part::Base);
        for extra in locked.extras.keys() {
            self.visit(index, Part::Extra(extra));
        }
        for group in locked.groups.keys() {
            self.visit(index, Part::Group(group));
        }
    }

    fn visit(&mut self, index: usize, part: Part<'a>) {
        if self.visited.insert((index, part)) {
            self.pending.push((index, part));
        }
        if let Some(reached) = self.walk.reached.get_mut(index) {
            *reached = true;
        }
    }

    fn step(&mut self, index: usize, part: Part<'a>) {
        let Some(locked) = self.lock.packages.get(index) else {
            return;
        };
        let dependencies = match part {
            Part::Base => Some(&locked.dependencies),
            Part::Extra(extra) => locked.extras.get(extra),
            Part::Group(group) => locked.groups.get(group),
        };
        let from = (!locked.is_own).then_some(index);
        for dependency in dependencies.into_iter().flatten() {
            self.follow(from, dependency);
        }
    }

    /// Follows a dependency of a package, or of the project itself.
    fn follow(&mut self, from: Option<usize>, dependency: &'a Dependency) {
        if !self.holds(dependency.marker.as_ref()) {
            return;
        }
        let meant = self.resolve(dependency);
        if meant.is_empty() {
            self.walk.missing.insert(&dependency.package);
        }
        for index in meant {
            match from {
                Some(from) => drop(self.walk.edges.insert((from, index))),
                None => drop(self.walk.roots.insert(index)),
            }
            self.visit(index, Part::Base);
            for extra in &dependency.extras {
                self.visit(index, Part::Extra(extra));
            }
        }
    }

    fn holds(&self, marker: Option<&Marker>) -> bool {
        if marker.is_none() || self.environment.is_any() || self.choices.len() > MOST_CONFLICTS {
            return true;
        }
        self.choices.iter().any(|extras| {
            let context = MarkerContext {
                extras,
                ..MarkerContext::default()
            };
            self.environment.holds(marker, context)
        })
    }

    /// The packages that a dependency means. One that names neither version nor source where there are
    /// several means those that were chosen for this environment.
    fn resolve(&self, dependency: &Dependency) -> Vec<usize> {
        let named = self
            .by_name
            .get(&dependency.package)
            .map(Vec::as_slice)
            .unwrap_or_default();
        let locked = |index: &usize| self.lock.packages.get(*index);
        let stated: Vec<_> = named
            .iter()
            .copied()
            .filter(|index| {
                locked(index).is_some_and(|locked| {
                    let has_version =
                        dependency.version.is_none() || dependency.version == locked.version;
                    let source = dependency.source_text.as_ref();
                    has_version && source.is_none_or(|source| *source == locked.source_text)
                })
            })
            .collect();
        if stated.len() < 2 {
            return stated;
        }
        let is_chosen = |index: &usize| {
            let markers = locked(index)
                .map(|locked| locked.markers.as_slice())
                .unwrap_or_default();
            markers.is_empty() || markers.iter().any(|marker| self.holds(Some(marker)))
        };
        let chosen: Vec<_> = stated.iter().copied().filter(is_chosen).collect();
        if chosen.is_empty() { stated } else { chosen }
    }
}
