//! How the parts of a whole went over time, one upon the other, each named where it ends.

use bartizan_model::Timestamp;
use maud::{Markup, html};

use super::{ceiling, number, part};
use crate::{page::Table, words};

/// Parts of a whole over time.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Area {
    /// Unique on the page.
    pub id: String,
    /// What it shows.
    pub title: String,
    /// How it went, in a sentence.
    pub description: String,
    /// The names of the parts, the lowest first.
    pub names: Vec<String>,
    /// The values of the parts at each instant, the earliest first.
    pub points: Vec<(Timestamp, Vec<f64>)>,
    /// The same as a table.
    pub table: Table,
}

/// Height of the drawing; it does not stretch, so that texts beside it stand where they belong.
const HEIGHT: f64 = 200.0;
/// Room above and below for half a text.
const MARGIN: f64 = 10.0;
/// Least distance between two names.
const LEADING: f64 = 18.0;
/// Width that shapes are drawn for, before they stretch.
const WIDTH: f64 = 1_000.0;

impl Area {
    /// The drawing: an axis, the areas, their names; and the names once more as a list for narrow pages.
    pub fn draw(&self) -> Markup {
        if self.points.len() < 2 {
            return html! { p.missing { "There is one assessment so far: a course needs two." } };
        }
        let end = ceiling(
            self.points
                .iter()
                .map(|(_, values)| values.iter().sum())
                .fold(0.0, f64::max),
        );
        let (title, description) = (
            format!("{}-title", self.id),
            format!("{}-description", self.id),
        );
        html! {
            div.area {
                svg.axis width="44" height="200" aria-hidden="true" {
                    @for share in [0.0, 0.5, 1.0] {
                        text x="38" y=(number(y(share) + 4.0)) text-anchor="end" { (words::value(end * share)) }
                    }
                }
                svg.plot viewBox="0 0 1000 200" preserveAspectRatio="none" role="img" aria-labelledby=(format!("{title} {description}")) {
                    title id=(title) { (self.title) }
                    desc id=(description) { (self.description) }
                    @for share in [0.0, 0.5, 1.0] {
                        path.grid d=(format!("M0 {0}H1000", number(y(share)))) {}
                    }
                    @for index in (0..self.names.len()).rev() {
                        path class=(format!("part-{}", index % 6)) d=(self.outline(index, end)) {}
                    }
                }
                svg.names width="132" height="200" aria-hidden="true" {
                    @for (index, at) in self.name_heights(end) {
                        rect class=(format!("part-{}", index % 6)) x="6" y=(number(at - 5.0)) width="10" height="10" rx="2" {}
                        text x="22" y=(number(at + 4.5)) { (self.names.get(index).map_or("", String::as_str)) }
                    }
                }
                p.ticks aria-hidden="true" {
                    @for instant in self.ticks() { span { (words::day(instant)) } }
                }
                ul.legend aria-hidden="true" {
                    @for (index, name) in self.names.iter().enumerate() {
                        li { svg width="10" height="10" { rect class=(format!("part-{}", index % 6)) width="10" height="10" rx="2" {} } (name) }
                    }
                }
            }
        }
    }

    fn ticks(&self) -> Vec<Timestamp> {
        let first = self.points.first();
        let middle = self
            .points
            .get(self.points.len() / 2)
            .filter(|_| self.points.len() > 2);
        let last = self.points.last();
        [first, middle, last]
            .into_iter()
            .flatten()
            .map(|(instant, _)| *instant)
            .collect()
    }

    fn x(&self, instant: Timestamp) -> f64 {
        let start = self
            .points
            .first()
            .map_or(0, |(instant, _)| instant.as_second());
        let end = self
            .points
            .last()
            .map_or(0, |(instant, _)| instant.as_second());
        WIDTH * part((instant.as_second() - start) as f64, (end - start) as f64)
    }

    /// The area between a part's lower and upper edge.
    fn outline(&self, index: usize, end: f64) -> String {
        let edge = |parts: usize| {
            let point = move |(instant, values): &(Timestamp, Vec<f64>)| {
                let sum: f64 = values.iter().take(parts).sum();
                format!("{} {}", number(self.x(*instant)), number(y(part(sum, end))))
            };
            self.points.iter().map(point)
        };
        let upper: Vec<String> = edge(index + 1).collect();
        let lower: Vec<String> = edge(index).rev().collect();
        format!("M{}L{}Z", upper.join("L"), lower.join("L"))
    }

    /// Where the names stand: at the middle of the part's end, moved apart where parts are thin.
    fn name_heights(&self, end: f64) -> Vec<(usize, f64)> {
        let Some((_, values)) = self.points.last() else {
            return Vec::new();
        };
        let mut below = 0.0;
        let mut ceiling = HEIGHT - MARGIN + LEADING;
        let mut heights = Vec::new();
        for index in 0..self.names.len() {
            let value = values.get(index).copied().unwrap_or_default();
            let middle = y(part(below + value / 2.0, end));
            below += value;
            ceiling = middle.min(ceiling - LEADING).max(MARGIN);
            heights.push((index, ceiling));
        }
        heights
    }
}

fn y(share: f64) -> f64 {
    MARGIN + (HEIGHT - 2.0 * MARGIN) * (1.0 - share)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_apart_and_shapes_are_closed() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let area = Area {
            id: "ages".to_owned(),
            names: vec!["older".to_owned(), "younger".to_owned(), "new".to_owned()],
            points: vec![
                (at(0), vec![18.0, 13.0, 0.0]),
                (at(100), vec![1.0, 0.0, 0.0]),
            ],
            ..Area::default()
        };
        let heights = area.name_heights(40.0);
        assert!(
            heights
                .windows(2)
                .all(|pair| pair[0].1 - pair[1].1 >= LEADING - 0.01),
            "{heights:?}"
        );
        assert_eq!(area.outline(0, 40.0), "M0 109L1000 185.5L1000 190L0 190Z");
        assert!(area.draw().into_string().contains("role=\"img\""));
    }
}
