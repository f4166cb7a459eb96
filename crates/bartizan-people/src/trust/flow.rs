//! Trust from several teams over one graph.

use std::collections::BTreeMap;

use super::{
    Graph, Level, Seed, Standing,
    level::{self, FROM_KNOWN},
    path::{self, Path},
};
use crate::corpus::PersonNumber;

/// Trust from several teams over one graph.
#[derive(Debug, Clone)]
pub struct Flow<'a> {
    graph: Graph,
    seeds: &'a [Seed],
    /// For each seed what reaches everybody; to be a member is 1.
    reached: Vec<Vec<f64>>,
}

impl<'a> Flow<'a> {
    /// Lets it flow.
    pub fn of(graph: Graph, seeds: &'a [Seed]) -> Self {
        let reached = seeds.iter().map(|it| graph.flow(&it.members));
        Self {
            reached: reached.collect(),
            graph,
            seeds,
        }
    }

    /// The graph that it flows over.
    pub fn graph(&self) -> &Graph {
        &self.graph
    }

    /// The seeds, by their places.
    pub fn seeds(&self) -> &'a [Seed] {
        self.seeds
    }

    /// What reaches somebody from a seed.
    pub fn reached(&self, seed: usize, person: PersonNumber) -> f64 {
        let reached = self.reached.get(seed);
        let reached = reached.and_then(|it| it.get(person as usize));
        reached.copied().unwrap_or_default()
    }

    /// How well somebody is known.
    pub fn level(&self, person: PersonNumber) -> Level {
        level::level(&self.standings(person)).0
    }

    /// What reaches somebody from each seed, and how much of it through the hands of each person.
    pub fn standings(&self, person: PersonNumber) -> Vec<Standing> {
        let enough = (0..self.seeds.len()).filter(|it| self.reached(*it, person) >= FROM_KNOWN);
        // What is too little from two projects anyhow need not be looked at more closely.
        let influence = match enough.count() {
            0 | 1 => BTreeMap::new(),
            _ => self.graph.influence(person),
        };
        let standings = self.seeds.iter().enumerate().map(|(seed, it)| {
            let through = influence.iter().filter(|(other, _)| **other != person);
            let through =
                through.map(|(other, share)| (*other, share * self.reached(seed, *other)));
            Standing {
                seed,
                reached: self.reached(seed, person),
                is_member: it.members.contains(&person),
                through: through.filter(|(_, it)| *it > 0.0).collect(),
            }
        });
        standings.collect()
    }

    /// The way from a member of a seed to somebody over which most comes.
    pub fn strongest(&self, seed: usize, person: PersonNumber) -> Option<Path> {
        let members = &self.seeds.get(seed)?.members;
        path::strongest(&self.graph, seed, members, person)
    }
}
