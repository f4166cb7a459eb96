//! The walk from a project's members to everything that they need in one environment.

use std::collections::{BTreeMap, BTreeSet};

use bartizan_model::{
    ecosystem::Package,
    marker::{Marker, MarkerContext},
};

use super::{Dependency, Lock, Locked};
use crate::python::Environment;

/// With more extras and groups to choose from than this, every dependency under one of them is followed.
const MOST_CHOICES: usize = 64;

/// How often a dependency is held against a package of its name. An honest lock has some 10,000 dependencies on
/// packages with one or two versions.
const MOST_LOOKS: usize = 2_000_000;

/// What a walk found, by the packages' places in the lock.
#[derive(Debug, Default)]
pub(super) struct Walk<'a> {
    pub(super) reached: Vec<bool>,
    /// What the project itself asks for.
    pub(super) roots: BTreeSet<usize>,
    pub(super) edges: BTreeSet<(usize, usize)>,
    /// What is required and not locked.
    pub(super) missing: BTreeSet<&'a Package>,
    /// Whether it was given up: everything counts then, and some paths are missing.
    pub(super) is_given_up: bool,
}

impl<'a> Walk<'a> {
    pub(super) fn of(lock: &'a Lock, environment: &'a Environment) -> Self {
        let mut walker = Walker::new(lock, environment);
        walker.start();
        walker.finish();
        if !lock.requirements.is_empty() && !lock.states_belonging {
            walker.add_what_nothing_leads_to();
        }
        walker.walk.is_given_up = walker.looks_left == 0;
        if walker.walk.is_given_up {
            walker.walk.reached.fill(true);
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
    /// Each way in which the extras and groups that markers ask about can be asked for.
    choices: Vec<Vec<String>>,
    ignores_markers: bool,
    looks_left: usize,
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
        if !lock.choices.is_empty() {
            choices.push(lock.choices.iter().cloned().collect());
            choices.extend(lock.choices.iter().map(|choice| vec![choice.clone()]));
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
            ignores_markers: false,
            looks_left: MOST_LOOKS,
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
            self.follow((None, Part::Base), requirement);
        }
        let has_start = !own.is_empty() || !lock.requirements.is_empty() || lock.states_belonging;
        if lock.states_belonging {
            for (index, locked) in (0..).zip(&lock.packages) {
                if self.is_chosen(locked) {
                    self.visit(index, Part::Base);
                }
            }
        }
        if self.environment.is_any() || !has_start {
            for (index, locked) in (0..).zip(&lock.packages) {
                self.visit_whole(index, locked);
            }
        }
    }

    fn finish(&mut self) {
        while let Some((index, part)) = self.pending.pop() {
            self.step(index, part);
        }
    }

    /// A package is there for some reason. One that the project does not lead to in any environment was asked
    /// for in a manner that is not known here, and counts.
    fn add_what_nothing_leads_to(&mut self) {
        let mut anywhere = Self::new(self.lock, self.environment);
        anywhere.ignores_markers = true;
        anywhere.start();
        anywhere.finish();
        let lock = self.lock;
        let reached = lock.packages.iter().zip(anywhere.walk.reached);
        for (index, (locked, _)) in (0..)
            .zip(reached)
            .filter(|(_, (_, is_reached))| !is_reached)
        {
            self.visit_whole(index, locked);
        }
        self.finish();
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
            self.follow((from, part), dependency);
        }
    }

    /// Follows a dependency of a package, or of the project itself.
    fn follow(&mut self, (from, part): (Option<usize>, Part<'a>), dependency: &'a Dependency) {
        if !self.holds(dependency.marker.as_ref(), part) {
            return;
        }
        let named = self.by_name.get(&dependency.package).map_or(0, Vec::len);
        self.looks_left = self.looks_left.saturating_sub(named + 1);
        if self.looks_left == 0 {
            self.pending.clear();
            return;
        }
        let meant = self.resolve(dependency);
        if meant.is_empty() && !self.by_name.contains_key(&dependency.package) {
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

    /// Whether a marker holds for a part of a package, whichever extras and groups of the project are chosen.
    fn holds(&self, marker: Option<&Marker>, part: Part<'_>) -> bool {
        let is_any = self.ignores_markers || self.environment.is_any();
        if marker.is_none() || is_any || self.choices.len() > MOST_CHOICES {
            return true;
        }
        let holds_with = |extras: &[String]| {
            let context = MarkerContext {
                extras,
                ..MarkerContext::default()
            };
            self.environment.holds(marker, context)
        };
        let of_part = match part {
            Part::Extra(extra) => holds_with(&[extra.to_owned()]),
            Part::Base | Part::Group(_) => false,
        };
        of_part || self.choices.iter().any(|choice| holds_with(choice))
    }

    /// Whether a package's own markers make it belong to the environment.
    fn is_chosen(&self, locked: &Locked) -> bool {
        let mut markers = locked.markers.iter();
        locked.markers.is_empty() || markers.any(|marker| self.holds(Some(marker), Part::Base))
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
        let has_stated = |index: &usize| {
            locked(index).is_some_and(|locked| {
                let has_version =
                    dependency.version.is_none() || dependency.version == locked.version;
                let source = dependency.source_text.as_ref();
                has_version && source.is_none_or(|source| *source == locked.source_text)
            })
        };
        let is_in_range = |index: &usize| {
            let version = locked(index).and_then(|locked| locked.version.as_ref());
            let range = dependency.range.as_ref();
            range.is_none_or(|range| version.is_some_and(|version| range.contains(version)))
        };
        let is_chosen = |index: &usize| locked(index).is_some_and(|locked| self.is_chosen(locked));
        let stated = named.iter().copied().filter(has_stated);
        if self.lock.states_belonging && !self.environment.is_any() {
            return narrowed(stated.filter(is_chosen).collect(), is_in_range);
        }
        narrowed(narrowed(stated.collect(), is_in_range), is_chosen)
    }
}

/// Those of several for which something holds; all of them where it holds for none.
fn narrowed(several: Vec<usize>, holds: impl Fn(&usize) -> bool) -> Vec<usize> {
    if several.len() < 2 {
        return several;
    }
    let narrow: Vec<_> = several.iter().copied().filter(holds).collect();
    if narrow.is_empty() { several } else { narrow }
}
