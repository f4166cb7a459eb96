//! What figures by quarter have in common: `MEASURE:2025-q1` as a point of a drawing and a row of its table.

use bartizan_model::Timestamp;
use bartizan_store::FigureRow;

use super::quarters::Quarter;
use crate::{
    chart::{Area, Chart},
    page::{Block, Cell, Section, Table},
    words,
};

/// A quarter's figures: its name, and its parts.
pub(super) type OfQuarter<'f> = (&'f str, &'f [(String, f64)]);

/// The quarters that a measure has figures of, the earliest first.
pub(super) fn quarters<'f>(figures: &'f [FigureRow], wanted: &str) -> Vec<OfQuarter<'f>> {
    let of_measure = figures.iter().filter_map(|row| {
        let (measure, quarter) = row.figure.measure.split_once(':')?;
        (measure == wanted).then_some((quarter, row.figure.shares.as_slice()))
    });
    of_measure.collect()
}

/// A part by its name.
pub(super) fn share(shares: &[(String, f64)], name: &str) -> f64 {
    let found = shares.iter().find(|(known, _)| known == name);
    found.map_or(0.0, |(_, count)| *count)
}

/// A quarter for people.
pub(super) fn shown(quarter: &str) -> String {
    quarter.replace('-', " ").to_uppercase()
}

/// A number without a list behind it.
pub(super) fn number(value: f64) -> Cell {
    Cell::Number {
        value,
        shown: words::value(value),
        list: None,
    }
}

/// The end of a quarter (`2025-q1`), which is where its point is drawn.
pub(super) fn end(quarter: &str) -> Option<Timestamp> {
    Quarter::parse(&quarter.to_uppercase())?.end()
}

/// What is drawn of quarters, over its table; the table alone where there is one quarter.
pub(super) struct Drawn {
    pub(super) id: &'static str,
    pub(super) title: &'static str,
    pub(super) note: &'static str,
    pub(super) description: String,
    pub(super) names: Vec<String>,
    pub(super) points: Vec<(Timestamp, Vec<f64>)>,
    pub(super) table: Table,
}

impl Drawn {
    /// The drawing with its table; the table alone where there is one quarter.
    pub(super) fn section(self) -> Section {
        let section = Section::new(format!("{}-section", self.id), self.title).note(self.note);
        if self.points.len() < 2 {
            return section.with(Block::Table(self.table));
        }
        section.with(Block::Chart(Chart::Area(Area {
            id: self.id.to_owned(),
            title: self.title.to_owned(),
            description: self.description,
            names: self.names,
            points: self.points,
            table: self.table,
        })))
    }
}

/// The first value of all, in hundredths.
pub(super) fn percent(values: &[f64]) -> f64 {
    let whole: f64 = values.iter().sum();
    let part = values.first().copied().unwrap_or_default();
    if whole > 0.0 {
        100.0 * part / whole
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quarters_are_read_and_shares_are_parts() {
        assert_eq!(end("2025-q4").unwrap().to_string(), "2026-01-01T00:00:00Z");
        assert_eq!(
            (shown("2025-q4").as_str(), end("2025-q5")),
            ("2025 Q4", None)
        );
        assert!((percent(&[1.0, 3.0]) - 25.0).abs() < 1e-9);
        assert!(percent(&[]).abs() < 1e-9);
    }
}
