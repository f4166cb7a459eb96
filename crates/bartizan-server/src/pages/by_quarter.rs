//! What figures by quarter have in common: `MEASURE:2025-q1` as a point of a drawing and a row of its table.

use bartizan_model::Timestamp;
use bartizan_store::FigureRow;

use super::quarters::Quarter;
use crate::{
    chart::{Area, Chart},
    page::{Block, Cell, Column, Section, Table},
    words,
};

/// What a table says of releases that no assessment looked at.
pub(super) const UNSEEN: &str = "Not looked at yet: an assessment fills this table.";

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

/// Whether any quarter has something of a part.
pub(super) fn is_there(figures: &[FigureRow], measure: &str, name: &str) -> bool {
    let quarters = quarters(figures, measure);
    quarters.iter().any(|(_, shares)| share(shares, name) > 0.0)
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

/// The parts of a measure over time: as they are drawn, and as columns of the table.
pub(super) struct Parts {
    pub(super) id: &'static str,
    pub(super) title: &'static str,
    pub(super) measure: &'static str,
    pub(super) note: &'static str,
    /// What the table says where nothing was measured.
    pub(super) empty: String,
    /// The columns of the table: id, and the name of the part.
    pub(super) columns: Vec<(&'static str, &'static str)>,
    /// The parts of the drawing with the names of what lies together in each. The first is the one that the title speaks of.
    pub(super) drawn: Vec<(&'static str, Vec<&'static str>)>,
}

impl Parts {
    /// What is drawn of them; `describe` takes the values of the first and of the last quarter.
    pub(super) fn drawn(
        self,
        figures: &[FigureRow],
        describe: impl Fn(&[f64], &[f64]) -> String,
    ) -> Drawn {
        let quarters = quarters(figures, self.measure);
        let sum = |shares: &[(String, f64)], names: &[&str]| -> f64 {
            names.iter().map(|name| share(shares, name)).sum()
        };
        let points: Vec<(Timestamp, Vec<f64>)> = quarters
            .iter()
            .filter_map(|(quarter, shares)| {
                let values = self.drawn.iter().map(|(_, names)| sum(shares, names));
                Some((end(quarter)?, values.collect()))
            })
            .collect();
        let values = |point: Option<&(Timestamp, Vec<f64>)>| {
            point.map_or(Vec::new(), |(_, values)| values.clone())
        };
        Drawn {
            id: self.id,
            title: self.title,
            note: self.note,
            description: describe(&values(points.first()), &values(points.last())),
            names: self
                .drawn
                .iter()
                .map(|(name, _)| (*name).to_owned())
                .collect(),
            table: self.table(&quarters),
            points,
        }
    }

    fn table(&self, quarters: &[OfQuarter<'_>]) -> Table {
        let parts = self.columns.iter();
        let parts = parts.map(|(id, name)| Column::number(id, words::sentence(name)));
        let quarter = Column::text("quarter", "Quarter");
        let row = |(quarter, shares): &OfQuarter<'_>| {
            let cells = self.columns.iter();
            let cells = cells.map(|(_, name)| number(share(shares, name)));
            std::iter::once(Cell::text(shown(quarter)))
                .chain(cells)
                .collect()
        };
        Table {
            id: format!("{}-table", self.id),
            columns: std::iter::once(quarter).chain(parts).collect(),
            rows: quarters.iter().map(row).collect(),
            empty: self.empty.as_str().into(),
            ..Table::default()
        }
    }
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
    /// The same without the parts that never were there: they take no room and no name.
    pub(super) fn of_what_is_there(mut self) -> Self {
        let is_there: Vec<bool> = (0..self.names.len())
            .map(|part| {
                let mut points = self.points.iter();
                points.any(|(_, values)| values.get(part).is_some_and(|value| *value > 0.0))
            })
            .collect();
        retain(&mut self.names, &is_there);
        for (_, values) in &mut self.points {
            retain(values, &is_there);
        }
        self
    }

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

/// The parts that are kept.
fn retain<T>(parts: &mut Vec<T>, is_kept: &[bool]) {
    let mut is_kept = is_kept.iter();
    parts.retain(|_| is_kept.next().is_some_and(|it| *it));
}

/// The first value and the sum of all, in words: `3 of 7 releases`.
pub(super) fn first_of(values: &[f64], what: &str) -> String {
    let first = values.first().copied().unwrap_or_default();
    let whole: f64 = values.iter().sum();
    format!("{} of {} {what}", words::value(first), words::value(whole))
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
    use bartizan_model::assessment::Figure;

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
        assert_eq!(first_of(&[1.0, 3.0], "files"), "1 of 4 files");
        assert_eq!(first_of(&[], "files"), "0 of 0 files");
        // Such a year has no end that a time could hold.
        assert_eq!((end("x"), end("32767-q4")), (None, None));
    }

    fn check(quarters: &[(&str, [f64; 3])]) -> String {
        let figure = |(quarter, [used, unused, unknown]): &(&str, [f64; 3])| FigureRow {
            figure: Figure {
                measure: format!("rights:{quarter}"),
                value: 0.0,
                whole: None,
                shares: vec![
                    ("used".to_owned(), *used),
                    ("not used".to_owned(), *unused),
                    ("not known".to_owned(), *unknown),
                ],
                evidence: Vec::new(),
            },
            measured: Timestamp::UNIX_EPOCH,
            assessment: 1,
        };
        let figures: Vec<FigureRow> = quarters.iter().map(figure).collect();
        let parts = Parts {
            id: "rights",
            title: "Rights",
            measure: "rights",
            note: "",
            empty: String::new(),
            columns: vec![("used", "used")],
            drawn: vec![
                ("not used", vec!["not used"]),
                ("rest", vec!["used", "not known"]),
            ],
        };
        let drawn = parts.drawn(&figures, |first, last| {
            format!(
                "{}, then {}",
                first_of(first, "rights"),
                first_of(last, "rights")
            )
        });
        let drawn = drawn.of_what_is_there();
        let values: Vec<&Vec<f64>> = drawn.points.iter().map(|(_, values)| values).collect();
        let rows = drawn.table.rows.len();
        format!(
            "{}: {:?} {values:?}, {rows} rows",
            drawn.description, drawn.names
        )
    }

    #[test]
    fn a_part_that_never_was_there_is_not_drawn_and_still_told() {
        let both = [("2025-q1", [1.0, 2.0, 3.0]), ("2025-q2", [4.0, 0.0, 0.0])];
        insta::assert_snapshot!(check(&both), @r#"2 of 6 rights, then 0 of 4 rights: ["not used", "rest"] [[2.0, 4.0], [0.0, 4.0]], 2 rows"#);
        insta::assert_snapshot!(check(&[("2025-q1", [1.0, 0.0, 3.0])]), @r#"0 of 4 rights, then 0 of 4 rights: ["rest"] [[4.0]], 1 rows"#);
        insta::assert_snapshot!(check(&[]), @r#"0 of 0 rights, then 0 of 0 rights: [] [], 0 rows"#);
    }
}
