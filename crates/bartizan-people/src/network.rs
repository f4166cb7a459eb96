//! Who works with whom, as a graph: whoever put in work of somebody, in which projects, how often and how lately.
//!
//! Only work that went through two persons' hands is in it. Who the nodes are is for the caller to tell, or not to tell: what is
//! published has pseudonyms.

use std::collections::{BTreeMap, BTreeSet};

use bartizan_model::Timestamp;

use crate::{
    corpus::{Corpus, PersonNumber},
    decay,
    trust::Acts,
};

/// Who works with whom.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Network {
    /// Everybody who works with somebody, by number.
    pub nodes: Vec<Node>,
    /// Who put in work of whom, sorted.
    pub links: Vec<Link>,
}

/// Somebody.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Who.
    pub person: PersonNumber,
    /// Works that they wrote, in all projects.
    pub works: u32,
    /// The same, faded.
    pub faded: f64,
    /// Decisions on the work of others.
    pub decisions: u32,
    /// The projects that they wrote something for or put something into, by their places in the corpus.
    pub projects: BTreeSet<usize>,
    /// When they last did either.
    pub last: Option<Timestamp>,
}

/// What one person put in of another's work.
#[derive(Debug, Clone, PartialEq)]
pub struct Link {
    /// Who put it in.
    pub by: PersonNumber,
    /// Whose work it was.
    pub of: PersonNumber,
    /// How often.
    pub times: u32,
    /// The same, faded, bounded, and less and less for more of the same.
    pub weight: f64,
    /// The names of the projects, sorted.
    pub projects: BTreeSet<String>,
    /// When last.
    pub last: Option<Timestamp>,
}

impl Network {
    /// The network of a corpus.
    pub fn of(corpus: &Corpus, now: Timestamp) -> Self {
        let acts = Acts::of(corpus, &[], now);
        let mut links: BTreeMap<(PersonNumber, PersonNumber), Link> = BTreeMap::new();
        for bond in acts.all() {
            let link = links.entry((bond.by, bond.of)).or_insert_with(|| Link {
                by: bond.by,
                of: bond.of,
                times: 0,
                weight: 0.0,
                projects: BTreeSet::new(),
                last: None,
            });
            link.times += bond.integrated + bond.credited;
            link.weight += bond.weight();
            link.projects.insert(bond.project.clone());
            link.last = link.last.max(bond.last);
        }
        let mut nodes: BTreeMap<PersonNumber, Node> = BTreeMap::new();
        for link in links.values() {
            node(&mut nodes, link.by).decisions += link.times;
            node(&mut nodes, link.of);
        }
        for (number, project) in corpus.projects.iter().enumerate() {
            for work in &project.works {
                if let Some(node) = nodes.get_mut(&work.author) {
                    node.works += 1;
                    node.faded += decay::weight(work.written, now);
                    node.last = node.last.max(work.written);
                    node.projects.insert(number);
                }
                let handler = work.by_another();
                if let Some(node) = handler.and_then(|it| nodes.get_mut(&it)) {
                    node.last = node.last.max(work.integrated);
                    node.projects.insert(number);
                }
            }
        }
        Self {
            nodes: nodes.into_values().collect(),
            links: links.into_values().collect(),
        }
    }

    /// The part among those who do the most, of so many persons: what can be drawn.
    #[must_use]
    pub fn core(&self, most: usize) -> Self {
        let mut carried: BTreeMap<PersonNumber, f64> = BTreeMap::new();
        for link in &self.links {
            *carried.entry(link.by).or_default() += link.weight;
            *carried.entry(link.of).or_default() += link.weight;
        }
        let mut order: Vec<(PersonNumber, f64)> = carried.into_iter().collect();
        order.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(&other.0)));
        let kept: BTreeSet<PersonNumber> = order.iter().take(most).map(|it| it.0).collect();
        let nodes = self.nodes.iter().filter(|it| kept.contains(&it.person));
        let links = self.links.iter();
        let links = links.filter(|it| kept.contains(&it.by) && kept.contains(&it.of));
        Self {
            nodes: nodes.cloned().collect(),
            links: links.cloned().collect(),
        }
    }

    /// The nodes in an order in which those stand beside each other who work with each other most.
    pub fn beside(&self) -> Vec<&Node> {
        let mut between: BTreeMap<(PersonNumber, PersonNumber), f64> = BTreeMap::new();
        for link in &self.links {
            let pair = (link.by.min(link.of), link.by.max(link.of));
            *between.entry(pair).or_default() += link.weight;
        }
        let weight = |one: PersonNumber, other: PersonNumber| {
            let pair = (one.min(other), one.max(other));
            between.get(&pair).copied().unwrap_or_default()
        };
        let mut left: Vec<&Node> = self.nodes.iter().collect();
        left.sort_by(|one, other| {
            let by_faded = other.faded.total_cmp(&one.faded);
            by_faded.then(one.person.cmp(&other.person))
        });
        let mut order: Vec<&Node> = Vec::new();
        while !left.is_empty() {
            let last = order.last().map(|it| it.person);
            let next = left.iter().enumerate().max_by(|(one, a), (other, b)| {
                let to_last = |it: &Node| last.map_or(0.0, |last| weight(last, it.person));
                // Of equal ones the first.
                to_last(a).total_cmp(&to_last(b)).then(other.cmp(one))
            });
            let next = next.map_or(0, |(place, _)| place);
            order.push(left.remove(next));
        }
        order
    }
}

fn node(nodes: &mut BTreeMap<PersonNumber, Node>, person: PersonNumber) -> &mut Node {
    nodes.entry(person).or_insert_with(|| Node {
        person,
        works: 0,
        faded: 0.0,
        decisions: 0,
        projects: BTreeSet::new(),
        last: None,
    })
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;
    use crate::corpus::sample::{self, day};

    const HISTORY: &str = "
        a ann 2023-01-01
        b cy>ann 2023-02-01
        c cy>ann 2023-03-01
        d dan>ben 2023-04-01
        e ben>ann 2023-05-01
        f eve 2023-05-01
    ";

    fn told(corpus: &Corpus, network: &Network) -> String {
        let name = |person: PersonNumber| corpus.person(person).unwrap().name.clone();
        let mut text = String::new();
        for node in &network.nodes {
            let (works, decisions) = (node.works, node.decisions);
            writeln!(text, "{} {works} {decisions}", name(node.person)).unwrap();
        }
        for link in &network.links {
            let (by, of) = (name(link.by), name(link.of));
            writeln!(text, "{by} > {of} {} {:.2}", link.times, link.weight).unwrap();
        }
        text
    }

    #[test]
    fn who_works_with_whom() {
        let corpus = sample::corpus(&[("p", HISTORY)]);
        let network = Network::of(&corpus, day("2023-06-01"));
        insta::assert_snapshot!(told(&corpus, &network), @r"
    ann 1 3
    ben 1 1
    cy 2 0
    dan 1 0
    ann > ben 1 0.68
    ann > cy 2 1.03
    ben > dan 1 0.66
    ");
        insta::assert_snapshot!(told(&corpus, &network.core(2)), @r"
    ann 1 3
    ben 1 1
    ann > ben 1 0.68
    ");
        let beside: Vec<PersonNumber> = network.beside().iter().map(|it| it.person).collect();
        assert_eq!(beside.len(), network.nodes.len());
    }
}
