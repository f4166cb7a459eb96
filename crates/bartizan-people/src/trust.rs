//! Whom the people of several projects have worked with, and over how many hands that leads to somebody.
//!
//! This ranks nobody: it tells whether somebody is known, by whom and from what, in words. It is built so that nobody can make
//! themselves known. What somebody does alone counts for nothing: only that another put in their work, that a third put in
//! what they are credited for, or that somebody vouched with a signature. From the published teams of several projects trust
//! flows along such acts, a share of it being lost at each hand, and a level holds only where it comes from two projects and
//! does not hang on any one person.
//!
//! Not to be known is nothing bad. Everybody begins so.

mod acts;
mod flow;
mod graph;
mod level;
mod path;

use std::collections::{BTreeMap, BTreeSet};

use bartizan_model::Timestamp;

use crate::corpus::{Corpus, PersonNumber};

pub use self::{
    acts::{Acts, Bond, MOST_OF_A_PAIR, Vouch},
    flow::Flow,
    graph::{Edge, Graph, LOST_AT_EACH_HAND},
    level::{FROM_CORE, FROM_KNOWN, Level, Limit, Standing},
    path::Path,
};

/// A project whose published team is a seed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Seed {
    /// The project.
    pub project: String,
    /// Its team.
    pub members: BTreeSet<PersonNumber>,
}

/// Trust from each of several projects to everybody, over the acts of a corpus.
#[derive(Debug, Clone)]
pub struct Trust<'a> {
    corpus: &'a Corpus,
    acts: Acts,
    flow: Flow<'a>,
}

/// What is said of somebody.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// Who.
    pub person: PersonNumber,
    /// How well they are known.
    pub level: Level,
    /// Why it is no higher one.
    pub limit: Option<Limit>,
    /// What reaches them from each seed project, the most first.
    pub standings: Vec<Standing>,
    /// Whose acts it stands on, those that count most first.
    pub bonds: Vec<Bond>,
    /// From a member of another team to them over the strongest way, where there is one.
    pub path: Option<Path>,
}

impl<'a> Trust<'a> {
    /// Lets trust flow.
    pub fn of(corpus: &'a Corpus, seeds: &'a [Seed], vouches: &[Vouch], now: Timestamp) -> Self {
        let acts = Acts::of(corpus, vouches, now);
        let graph = Graph::of(corpus.persons.persons.len(), &acts.edges());
        let flow = Flow::of(graph, seeds);
        Self { corpus, acts, flow }
    }

    /// What is said of somebody.
    pub fn answer(&self, person: PersonNumber) -> Answer {
        let mut standings = self.flow.standings(person);
        let (level, limit) = level::level(&standings);
        standings.sort_by(|one, other| {
            let by_reached = other.reached.total_cmp(&one.reached);
            by_reached.then(one.seed.cmp(&other.seed))
        });
        // Whoever is in a team needs no way from there.
        let mut others = standings.iter().filter(|it| !it.is_member);
        let first = others.next().filter(|it| it.reached > 0.0);
        let path = first.and_then(|it| self.flow.strongest(it.seed, person));
        Answer {
            person,
            level,
            limit,
            bonds: self.acts.towards(person),
            standings,
            path,
        }
    }

    /// How many persons have each level; programs are left out.
    pub fn levels(&self) -> BTreeMap<Level, usize> {
        let mut levels = BTreeMap::new();
        for (number, person) in (0..).zip(&self.corpus.persons.persons) {
            if !person.is_program {
                *levels.entry(self.flow.level(number)).or_default() += 1;
            }
        }
        levels
    }

    /// The acts that all of this stands on.
    pub fn acts(&self) -> &Acts {
        &self.acts
    }

    /// How trust flows over them.
    pub fn flow(&self) -> &Flow<'a> {
        &self.flow
    }
}

#[cfg(test)]
mod tests;
