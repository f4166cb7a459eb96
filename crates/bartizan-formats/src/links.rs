//! What requires what among distributions that lie side by side.
//!
//! Installed packages and a folder of wheels state requirements by name only; which of the others is meant
//! is found here, with markers and extras.

use std::collections::{BTreeMap, BTreeSet};

use bartizan_model::{
    ecosystem::Package, inventory::ComponentIndex, marker::MarkerContext, requirement::Requirement,
};

use crate::python::Environment;

/// How many requirements are looked at, extras and all. An honest environment of 1,000 packages stays
/// below 100,000.
const MOST_STEPS: usize = 5_000_000;

/// A distribution, as far as others require it and it requires others.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Linked<'a> {
    pub(crate) package: &'a Package,
    pub(crate) requirements: &'a [Requirement],
}

/// The edges, and what is to be said when they are not complete.
///
/// Which extras were asked for is not recorded anywhere; those that other installed distributions ask for
/// are followed until nothing new is found.
pub(crate) fn connect(
    distributions: &[Linked<'_>],
    environment: &Environment,
) -> (BTreeSet<(ComponentIndex, ComponentIndex)>, Option<String>) {
    let mut by_package: BTreeMap<&Package, Vec<ComponentIndex>> = BTreeMap::new();
    for (index, distribution) in distributions.iter().enumerate() {
        by_package
            .entry(distribution.package)
            .or_default()
            .push(index);
    }
    let mut edges = BTreeSet::new();
    let mut extras: Vec<Vec<String>> = vec![Vec::new(); distributions.len()];
    let mut pending: BTreeSet<ComponentIndex> = (0..distributions.len()).collect();
    let mut steps = 0;
    while let Some(index) = pending.pop_first() {
        let requirements = distributions
            .get(index)
            .map(|distribution| distribution.requirements);
        let asked = extras.get(index).cloned().unwrap_or_default();
        let context = MarkerContext {
            extras: &asked,
            ..MarkerContext::default()
        };
        for requirement in requirements.into_iter().flatten() {
            steps += 1;
            let Some(required) = by_package.get(&requirement.package) else {
                continue;
            };
            if !environment.holds(requirement.marker.as_ref(), context) {
                continue;
            }
            for &to in required {
                edges.insert((index, to));
                let Some(known) = extras.get_mut(to) else {
                    continue;
                };
                let new: Vec<_> = requirement
                    .extras
                    .iter()
                    .filter(|extra| !known.contains(extra))
                    .cloned()
                    .collect();
                if !new.is_empty() {
                    known.extend(new);
                    pending.insert(to);
                }
            }
        }
        if steps > MOST_STEPS {
            let message = "the requirements are too many to follow; some paths are missing";
            return (edges, Some(message.to_owned()));
        }
    }
    (edges, None)
}
