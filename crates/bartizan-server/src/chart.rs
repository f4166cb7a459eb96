//! Drawings of our own: each answers one question, has a title, a description and the same as a table.
//!
//! Shapes stretch with the page; texts do not: they stand in parts of the drawing that keep their size, so that none is ever
//! smaller than it was set. Colours are variables of the style sheet, so that a drawing is light, dark or printed as the page is.

mod area;
mod course;
mod graph;
mod rights;
mod shares;

use maud::Markup;

pub use self::{
    area::Area,
    course::Course,
    graph::{Edge, Graph, Node},
    rights::{Job, rights},
    shares::{Shares, bar},
};
use crate::{links::Links, page::Table};

/// A drawing.
#[derive(Debug, Clone, PartialEq)]
pub enum Chart {
    /// How parts of a whole went over time.
    Area(Area),
    /// What something is made of now.
    Shares(Shares),
    /// What stands on what.
    Graph(Graph),
}

impl Chart {
    /// The same as a table.
    pub fn table(&self) -> &Table {
        match self {
            Self::Area(area) => &area.table,
            Self::Shares(shares) => &shares.table,
            Self::Graph(graph) => &graph.table,
        }
    }

    /// Its title.
    pub fn title(&self) -> &str {
        match self {
            Self::Area(area) => &area.title,
            Self::Shares(shares) => &shares.title,
            Self::Graph(graph) => &graph.title,
        }
    }

    /// The drawing, without its table.
    pub fn draw(&self, links: &Links) -> Markup {
        match self {
            Self::Area(area) => area.draw(),
            Self::Shares(shares) => shares.draw(),
            Self::Graph(graph) => graph.draw(links),
        }
    }
}

/// A number of a drawing, with a digit after the point at most.
fn number(value: f64) -> String {
    let rounded = (value * 10.0).round() / 10.0;
    if rounded.is_finite() {
        format!("{rounded}")
    } else {
        "0".to_owned()
    }
}

/// A part of a whole between 0 and 1; 0 where there is no whole.
fn part(value: f64, whole: f64) -> f64 {
    let part = if whole > 0.0 { value / whole } else { 0.0 };
    if part.is_finite() {
        part.clamp(0.0, 1.0)
    } else {
        0.0
    }
}

/// The smallest round number that is not below a value, for the end of an axis.
fn ceiling(value: f64) -> f64 {
    if !value.is_finite() || value <= 0.0 {
        return 1.0;
    }
    let magnitude = 10_f64.powf(value.log10().floor());
    let steps = [1.0, 2.0, 4.0, 5.0, 8.0, 10.0];
    let round = steps.into_iter().find(|step| step * magnitude >= value);
    round.unwrap_or(10.0) * magnitude
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_ends_at_a_round_number() {
        for (value, expect) in [
            (0.0, 1.0),
            (3.0, 4.0),
            (31.0, 40.0),
            (0.7, 0.8),
            (100.0, 100.0),
            (f64::NAN, 1.0),
        ] {
            assert!(
                (ceiling(value) - expect).abs() < 1e-9,
                "{value}: {}",
                ceiling(value)
            );
        }
        assert!(part(1.0, 0.0).abs() < f64::EPSILON);
    }
}
