//! Components and what requires what, while they are gathered.
//!
//! Formats meet components in the order of their files. An inventory is sorted and its roots are always
//! such that each component can be reached; both are made sure of here.

use std::collections::{BTreeMap, BTreeSet};

use bartizan_model::inventory::{Asked, Component, ComponentIndex, Edge, Inventory};

/// A graph that grows.
#[derive(Debug, Default)]
pub(crate) struct Graph {
    components: Vec<Component>,
    edges: BTreeSet<(ComponentIndex, ComponentIndex)>,
    roots: BTreeSet<ComponentIndex>,
    asked: BTreeMap<ComponentIndex, Asked>,
}

impl Graph {
    /// Adds a component, and says under which index.
    pub(crate) fn add(&mut self, component: Component) -> ComponentIndex {
        self.components.push(component);
        self.components.len() - 1
    }

    /// States that one requires another. A component that requires itself (by an extra) says nothing.
    pub(crate) fn require(&mut self, from: ComponentIndex, to: ComponentIndex) {
        let known = 0..self.components.len();
        if from != to && known.contains(&from) && known.contains(&to) {
            self.edges.insert((from, to));
        }
    }

    /// States that the target itself asks for a component.
    pub(crate) fn root(&mut self, index: ComponentIndex) {
        if index < self.components.len() {
            self.roots.insert(index);
        }
    }

    /// States that the target itself asks for a component, and why. The strongest reason holds.
    pub(crate) fn root_because(&mut self, index: ComponentIndex, asked: Asked) {
        self.root(index);
        self.because(index, asked);
    }

    /// States why a component would be asked for where the target itself does.
    pub(crate) fn because(&mut self, index: ComponentIndex, asked: Asked) {
        let known = self.asked.entry(index).or_insert(asked);
        *known = asked.max(*known);
    }

    /// Puts the components in order into an inventory. What no root leads to becomes reachable by new
    /// roots: what nobody requires, and the smallest of each cycle that nothing outside requires.
    pub(crate) fn finish(mut self, inventory: Inventory) -> Inventory {
        self.add_missing_roots();
        let mut order: Vec<_> = (0..self.components.len()).zip(self.components).collect();
        order.sort_by(|one, other| one.1.cmp(&other.1));
        let mut place = vec![0; order.len()];
        for (new, (old, _)) in order.iter().enumerate() {
            if let Some(place) = place.get_mut(*old) {
                *place = new;
            }
        }
        let at = |old: &ComponentIndex| place.get(*old).copied().unwrap_or_default();
        let mut edges: Vec<_> = self
            .edges
            .iter()
            .map(|(from, to)| Edge {
                from: at(from),
                to: at(to),
            })
            .collect();
        edges.sort_unstable();
        let mut roots: Vec<_> = self.roots.iter().map(at).collect();
        roots.sort_unstable();
        let asked = self.asked.iter();
        let asked = asked.filter(|(_, asked)| **asked != Asked::Direct);
        let asked = asked.map(|(old, asked)| (at(old), *asked)).collect();
        let components = order.into_iter().map(|(_, component)| component).collect();
        Inventory {
            components,
            roots,
            asked,
            edges,
            ..inventory
        }
    }

    fn add_missing_roots(&mut self) {
        let count = self.components.len();
        let forward = Neighbours::new(count, self.edges.iter().copied());
        let backward = Neighbours::new(count, self.edges.iter().map(|&(from, to)| (to, from)));
        let mut reached = vec![false; count];
        for index in 0..count {
            if backward.of(index).is_empty() {
                self.roots.insert(index);
            }
        }
        for root in &self.roots {
            forward.walk(*root, &mut reached);
        }
        // What is left is led to by cycles only. In the reverse of the order in which a depth-first
        // search leaves them, the first of each cycle comes before everything that the cycle leads to.
        let mut left = reached.clone();
        let mut outside = reached.clone();
        let mut finished = Vec::new();
        for index in 0..count {
            finished.extend(forward.walk(index, &mut left));
        }
        for index in finished.into_iter().rev() {
            if reached.get(index) != Some(&false) {
                continue;
            }
            let cycle = backward.walk(index, &mut outside);
            let smallest = cycle
                .into_iter()
                .min_by_key(|&index| self.components.get(index));
            let root = smallest.unwrap_or(index);
            self.roots.insert(root);
            for index in forward.walk(root, &mut reached) {
                if let Some(mark) = outside.get_mut(index) {
                    *mark = true;
                }
            }
        }
    }
}

/// The neighbours of each component, in one list.
struct Neighbours {
    begins: Vec<usize>,
    ends: Vec<ComponentIndex>,
}

impl Neighbours {
    fn new(count: usize, edges: impl Iterator<Item = (ComponentIndex, ComponentIndex)>) -> Self {
        let mut edges: Vec<_> = edges.collect();
        edges.sort_unstable();
        let begins = (0..=count)
            .map(|index| edges.partition_point(|edge| edge.0 < index))
            .collect();
        Self {
            begins,
            ends: edges.into_iter().map(|edge| edge.1).collect(),
        }
    }

    fn of(&self, index: ComponentIndex) -> &[ComponentIndex] {
        let bound = |index: usize| self.begins.get(index).copied().unwrap_or_default();
        self.ends
            .get(bound(index)..bound(index + 1))
            .unwrap_or_default()
    }

    /// Marks what can be reached from `start` and is not marked yet; gives it in the order in which a
    /// depth-first search leaves it.
    fn walk(&self, start: ComponentIndex, marked: &mut [bool]) -> Vec<ComponentIndex> {
        let mut left = Vec::new();
        let mut stack = Vec::new();
        if let Some(mark @ false) = marked.get_mut(start) {
            *mark = true;
            stack.push((start, 0));
        }
        while let Some((index, next)) = stack.pop() {
            let Some(&neighbour) = self.of(index).get(next) else {
                left.push(index);
                continue;
            };
            stack.push((index, next + 1));
            if let Some(mark @ false) = marked.get_mut(neighbour) {
                *mark = true;
                stack.push((neighbour, 0));
            }
        }
        left
    }
}

#[cfg(test)]
mod tests {
    use bartizan_model::ecosystem::Package;
    use proptest::prelude::*;

    use super::*;

    fn build(names: &[&str], edges: &[(&str, &str)], roots: &[&str]) -> Inventory {
        let mut graph = Graph::default();
        for name in names {
            let version = "1".to_owned();
            graph.add(Component::new(Package::pypi(name), version, ""));
        }
        let index = |name: &str| names.iter().position(|other| *other == name).unwrap();
        for (from, to) in edges {
            graph.require(index(from), index(to));
        }
        for root in roots {
            graph.root(index(root));
        }
        graph.finish(Inventory::default())
    }

    /// Roots and edges by name.
    fn check(names: &str, edges: &str, roots: &str, expect: &str) {
        let words = |text: &'static str| text.split_whitespace().collect::<Vec<_>>();
        let leak = |text: &str| words(Box::leak(text.to_owned().into_boxed_str()));
        let edges: Vec<_> = leak(edges)
            .into_iter()
            .map(|edge| edge.split_once('>').unwrap())
            .collect();
        let inventory = build(&leak(names), &edges, &leak(roots));
        let name = |index: usize| inventory.components[index].package.name().to_owned();
        let roots: Vec<_> = inventory.roots.iter().map(|&root| name(root)).collect();
        let edges: Vec<_> = inventory
            .edges
            .iter()
            .map(|edge| format!("{}>{}", name(edge.from), name(edge.to)))
            .collect();
        assert_eq!(format!("{} | {}", roots.join(" "), edges.join(" ")), expect);
    }

    #[test]
    fn what_nobody_requires_is_a_root() {
        check("c b a", "c>b b>a", "", "c | b>a c>b");
        check("c b a", "c>b b>a", "a", "a c | b>a c>b");
        check("a", "a>a", "", "a | ");
    }

    #[test]
    fn a_cycle_that_nothing_leads_to_has_its_smallest_member_as_root() {
        check("y z a", "y>z z>y z>a", "", "y | y>z z>a z>y");
        check("x y z a", "x>y y>z z>y z>a", "", "x | x>y y>z z>a z>y");
        check(
            "d c b a",
            "d>c c>d c>b b>a a>b",
            "",
            "c | a>b b>a c>b c>d d>c",
        );
        check("d c b a", "d>c c>d b>a a>b", "", "a c | a>b b>a c>d d>c");
    }

    #[test]
    fn a_long_chain_does_not_exhaust_the_stack() {
        let names: Vec<_> = (0..100_000).map(|index| format!("p{index:06}")).collect();
        let mut graph = Graph::default();
        for name in &names {
            graph.add(Component::new(Package::pypi(name), String::new(), ""));
        }
        for index in 0..names.len() {
            graph.require(index, (index + 1) % names.len());
        }
        assert_eq!(graph.finish(Inventory::default()).roots, [0]);
    }

    proptest! {
        #[test]
        fn everything_can_be_reached(edges in proptest::collection::vec((0_usize..12, 0_usize..12), 0..30)) {
            let names: Vec<_> = (0..12).map(|index| format!("p{index}")).collect();
            let names: Vec<_> = names.iter().map(String::as_str).collect();
            let edges: Vec<_> = edges.into_iter().map(|(from, to)| (names[from], names[to])).collect();
            let inventory = build(&names, &edges, &[]);
            let forward = Neighbours::new(12, inventory.edges.iter().map(|edge| (edge.from, edge.to)));
            let mut reached = vec![false; 12];
            for root in &inventory.roots {
                forward.walk(*root, &mut reached);
            }
            prop_assert_eq!(reached, vec![true; 12]);
        }
    }
}
