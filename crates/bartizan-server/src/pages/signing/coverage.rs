//! Files or releases by the quarter of their upload and by class, drawn and as a table.

use bartizan_model::Timestamp;
use bartizan_provenance::ledger::Class;
use bartizan_store::FigureRow;

use super::super::{facts, quarters::Quarter};
use crate::{
    chart::{Area, Chart},
    page::{Block, Cell, Column, Section, Table},
    words,
};

/// What is drawn.
pub(super) struct Drawn {
    measure: &'static str,
    id: &'static str,
    title: &'static str,
    what: &'static str,
}

pub(super) const FILES: Drawn = Drawn {
    measure: facts::FILE_ATTESTATIONS,
    id: "files-by-quarter",
    title: "Files by the quarter of their upload",
    what: "files",
};

pub(super) const RELEASES: Drawn = Drawn {
    measure: facts::RELEASE_ATTESTATIONS,
    id: "releases-by-quarter",
    title: "Releases by the quarter of their upload",
    what: "releases",
};

/// The parts of the drawing: more would not be told apart. The table has every class.
const PARTS: [(&str, &[Class]); 5] = [
    ("pinned", &[Class::Pinned]),
    ("verified", &[Class::Verified]),
    (
        "wrong",
        &[Class::Drifted, Class::Unverified, Class::Withdrawn],
    ),
    ("none", &[Class::Partial, Class::Missing]),
    (
        "not known",
        &[
            Class::BeforeAttestations,
            Class::HostCannotAttest,
            Class::NotServed,
            Class::Unknown,
        ],
    ),
];

/// How many are of a class, by the parts of a figure.
fn count(shares: &[(String, f64)], class: Class) -> f64 {
    let mut shares = shares.iter();
    let found = shares.find(|(name, _)| name == class.title());
    found.map_or(0.0, |(_, count)| *count)
}

/// How many are of classes that blame nobody.
pub(super) fn unsaid(shares: &[(String, f64)]) -> f64 {
    let silent = Class::ALL.into_iter().filter(|it| !it.is_counted());
    silent.map(|class| count(shares, class)).sum()
}

/// The end of a quarter (`2025-q1`), which is where its point is drawn.
fn end(quarter: &str) -> Option<Timestamp> {
    Quarter::parse(&quarter.to_uppercase())?.end()
}

/// The drawing with its table; the table alone where there is one quarter.
pub(super) fn section(figures: &[FigureRow], drawn: &Drawn) -> Section {
    let quarters: Vec<(&str, &[(String, f64)])> = figures
        .iter()
        .filter_map(|row| {
            let (measure, quarter) = row.figure.measure.split_once(':')?;
            (measure == drawn.measure).then_some((quarter, row.figure.shares.as_slice()))
        })
        .collect();
    let used: Vec<Class> = Class::ALL
        .into_iter()
        .filter(|class| {
            let mut shares = quarters.iter();
            shares.any(|(_, shares)| count(shares, *class) > 0.0)
        })
        .collect();
    let table = table(&quarters, &used, drawn);
    let points: Vec<(Timestamp, Vec<f64>)> = quarters
        .iter()
        .filter_map(|(quarter, shares)| {
            let part = |(_, classes): &(&str, &[Class])| {
                classes.iter().map(|class| count(shares, *class)).sum()
            };
            Some((end(quarter)?, PARTS.iter().map(part).collect()))
        })
        .collect();
    let note = "A quarter's point stands at its end. What is not known is drawn as that: it may be signed, and nobody here can tell.";
    let section = Section::new(format!("{}-section", drawn.id), drawn.title).note(note);
    if points.len() < 2 {
        return section.with(Block::Table(table));
    }
    section.with(Block::Chart(Chart::Area(Area {
        id: drawn.id.to_owned(),
        title: drawn.title.to_owned(),
        description: describe(&points, drawn),
        names: PARTS.iter().map(|(name, _)| (*name).to_owned()).collect(),
        points,
        table,
    })))
}

fn describe(points: &[(Timestamp, Vec<f64>)], drawn: &Drawn) -> String {
    let pinned = |point: Option<&(Timestamp, Vec<f64>)>| {
        let values = point.map_or(&[][..], |(_, values)| values.as_slice());
        let part = values.first().copied().unwrap_or_default();
        let whole: f64 = values.iter().sum();
        format!(
            "{} of {} {}",
            words::value(part),
            words::value(whole),
            drawn.what
        )
    };
    format!(
        "In the first quarter {} were verified and pinned, in the last {}.",
        pinned(points.first()),
        pinned(points.last())
    )
}

/// The classes as columns: their names live as long as the program.
fn table(quarters: &[(&str, &[(String, f64)])], used: &[Class], drawn: &Drawn) -> Table {
    let mut columns = vec![Column::text("quarter", "Quarter")];
    columns.extend(
        used.iter()
            .map(|class| Column::number(class.id(), words::sentence(class.title()))),
    );
    let row = |(quarter, shares): &(&str, &[(String, f64)])| {
        let name = quarter.replace('-', " ").to_uppercase();
        let counts = used.iter().map(|class| {
            let value = count(shares, *class);
            Cell::Number {
                value,
                shown: words::value(value),
                list: None,
            }
        });
        std::iter::once(Cell::text(name)).chain(counts).collect()
    };
    Table {
        id: format!("{}-table", drawn.id),
        columns,
        rows: quarters.iter().map(row).collect(),
        empty: "Not looked at yet: an assessment fills this table.".into(),
        ..Table::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quarter_ends_where_the_next_begins() {
        let check = |quarter: &str| end(quarter).map(words::day);
        assert_eq!(check("2025-q1").as_deref(), Some("2025-04-01"));
        assert_eq!(check("2025-q4").as_deref(), Some("2026-01-01"));
        assert_eq!(check("2025-q5"), None);
        assert_eq!(check("x"), None);
        assert_eq!(check("32767-q4"), None);
    }

    #[test]
    fn every_class_is_part_of_the_drawing_once() {
        let mut all: Vec<Class> = PARTS
            .iter()
            .flat_map(|(_, it)| it.iter().copied())
            .collect();
        all.sort_unstable();
        assert_eq!(all, Class::ALL);
    }
}
