//! What stands on what, in layers from left to right. Only neighbourhoods are drawn: a drawing of everything says nothing.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use maud::{Markup, html};

use super::number;
use crate::{
    href::Place,
    links::Links,
    page::{Sign, Table},
    words,
};

/// A neighbourhood of a graph.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Graph {
    /// Unique on the page.
    pub id: String,
    /// What it shows.
    pub title: String,
    /// What is in it, in a sentence.
    pub description: String,
    /// The nodes, by id; those that nothing stands on are at the left.
    pub nodes: Vec<Node>,
    /// The edges between them; others are not drawn.
    pub edges: Vec<Edge>,
    /// What its lines mean.
    pub legend: String,
    /// The same as a table.
    pub table: Table,
}

/// A node.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// What edges call it.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What else is known of it: a version, a risk.
    pub detail: String,
    /// How it stands.
    pub sign: Sign,
    /// The page about it.
    pub page: Option<Place>,
    /// The column that it stands in, where that is not told by the lines that lead to it.
    pub column: Option<usize>,
}

/// An edge.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edge {
    /// What depends or carries.
    pub from: String,
    /// What it depends on or carries.
    pub to: String,
    /// Whether `to` is carried within `from`, and not asked for.
    pub is_carried: bool,
}

const BOX_WIDTH: f64 = 208.0;
const BOX_HEIGHT: f64 = 44.0;
const COLUMN: f64 = 268.0;
const ROW: f64 = 58.0;

/// A node with its place.
struct Placed<'a> {
    node: &'a Node,
    x: f64,
    y: f64,
}

impl Graph {
    /// More nodes than this are not drawn; the table has them all.
    pub const MOST: usize = 60;

    /// The drawing. It keeps its size; where it is wider than the page it scrolls in its own region.
    pub fn draw(&self, links: &Links) -> Markup {
        let placed = self.placed();
        let end = |of: fn(&Placed<'_>) -> f64| placed.values().map(of).fold(0.0, f64::max);
        let (width, height) = (
            end(|it| it.x) + BOX_WIDTH + 8.0,
            end(|it| it.y) + BOX_HEIGHT + 8.0,
        );
        let (title, description) = (
            format!("{}-title", self.id),
            format!("{}-description", self.id),
        );
        html! {
            div.graph tabindex="0" role="region" aria-label=(format!("Drawing: {}", self.title)) {
                svg width=(number(width)) height=(number(height)) role="group" aria-labelledby=(format!("{title} {description}")) {
                    title id=(title) { (self.title) }
                    desc id=(description) { (self.description) }
                    @for edge in &self.edges {
                        @if let (Some(from), Some(to)) = (placed.get(edge.from.as_str()), placed.get(edge.to.as_str())) {
                            path class=(if edge.is_carried { "edge carried" } else { "edge" }) d=(curve(from, to)) {}
                        }
                    }
                    @for it in placed.values() {
                        @match &it.node.page {
                            Some(place) => a href=(links.to(&place.clone().into())) { (draw_node(it)) },
                            None => (draw_node(it)),
                        }
                    }
                }
            }
            p.note { (self.legend) }
        }
    }

    fn placed(&self) -> BTreeMap<&str, Placed<'_>> {
        let nodes: BTreeMap<&str, &Node> = self
            .nodes
            .iter()
            .take(Self::MOST)
            .map(|node| (node.id.as_str(), node))
            .collect();
        let mut rows: BTreeMap<usize, usize> = BTreeMap::new();
        let mut placed = BTreeMap::new();
        for (id, layer) in self.ordered(&nodes) {
            let fixed = nodes.get(id).and_then(|node| node.column);
            let layer = fixed.unwrap_or(layer);
            let row = rows.entry(layer).or_default();
            if let Some(node) = nodes.get(id) {
                let (x, y) = (4.0 + COLUMN * layer as f64, 4.0 + ROW * *row as f64);
                placed.insert(id, Placed { node, x, y });
            }
            *row += 1;
        }
        placed
    }

    /// The nodes with their layers, in the order in which a walk from the left meets them, so that neighbours stay near.
    fn ordered(&self, nodes: &BTreeMap<&str, &Node>) -> Vec<(&str, usize)> {
        let edges = self.edges.iter().filter(|edge| {
            nodes.contains_key(edge.from.as_str()) && nodes.contains_key(edge.to.as_str())
        });
        let mut next: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        let mut has_dependant = BTreeSet::new();
        for edge in edges.filter(|edge| edge.from != edge.to) {
            next.entry(&edge.from).or_default().insert(&edge.to);
            has_dependant.insert(edge.to.as_str());
        }
        let ids = || {
            self.nodes
                .iter()
                .take(Self::MOST)
                .map(|node| node.id.as_str())
        };
        let mut seen = BTreeSet::new();
        let mut order = Vec::new();
        // What is in a circle that nothing leads into starts a walk of its own, after all others.
        for start in ids().filter(|id| !has_dependant.contains(id)).chain(ids()) {
            let mut queue = VecDeque::from([(start, 0)]);
            while let Some((id, layer)) = queue.pop_front() {
                if seen.insert(id) {
                    order.push((id, layer));
                    queue.extend(
                        next.get(id)
                            .into_iter()
                            .flatten()
                            .map(|to| (*to, layer + 1)),
                    );
                }
            }
        }
        order
    }
}

fn curve(from: &Placed<'_>, to: &Placed<'_>) -> String {
    let (x1, y1) = (from.x + BOX_WIDTH, from.y + BOX_HEIGHT / 2.0);
    let (x2, y2) = (to.x, to.y + BOX_HEIGHT / 2.0);
    let bend = ((x2 - x1) / 2.0).abs().max(30.0);
    format!(
        "M{} {}C{} {} {} {} {} {}",
        number(x1),
        number(y1),
        number(x1 + bend),
        number(y1),
        number(x2 - bend),
        number(y2),
        number(x2),
        number(y2)
    )
}

fn draw_node(it: &Placed<'_>) -> Markup {
    html! {
        rect class=(format!("node {}", it.node.sign.as_str())) x=(number(it.x)) y=(number(it.y)) width=(number(BOX_WIDTH)) height=(number(BOX_HEIGHT)) rx="8" {}
        text.name x=(number(it.x + 12.0)) y=(number(it.y + 19.0)) { (words::clipped(&it.node.name, 20)) }
        text.detail x=(number(it.x + 12.0)) y=(number(it.y + 35.0)) { (words::clipped(&it.node.detail, 26)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(id: &str) -> Node {
        Node {
            id: id.to_owned(),
            name: id.to_owned(),
            detail: String::new(),
            sign: Sign::Neutral,
            page: None,
            column: None,
        }
    }

    fn edge(from: &str, to: &str) -> Edge {
        Edge {
            from: from.to_owned(),
            to: to.to_owned(),
            is_carried: false,
        }
    }

    fn check(nodes: &[&str], edges: &[(&str, &str)]) -> String {
        let graph = Graph {
            nodes: nodes.iter().map(|id| node(id)).collect(),
            edges: edges.iter().map(|(from, to)| edge(from, to)).collect(),
            ..Graph::default()
        };
        let placed = graph.placed();
        placed
            .iter()
            .map(|(id, it)| format!("{id} {},{}", number(it.x), number(it.y)))
            .collect::<Vec<_>>()
            .join("; ")
    }

    #[test]
    fn layers_follow_the_edges_and_circles_end() {
        assert_eq!(
            check(&["a", "b", "c"], &[("a", "b"), ("b", "c"), ("a", "c")]),
            "a 4,4; b 272,4; c 272,62"
        );
        assert_eq!(
            check(
                &["x", "y"],
                &[("x", "y"), ("y", "x"), ("x", "x"), ("x", "nowhere")]
            ),
            "x 4,4; y 272,4"
        );
        assert_eq!(check(&[], &[("x", "y")]), "");
    }
}
