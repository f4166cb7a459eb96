//! Bills by the quarter in which releases were uploaded, drawn and as tables.

use bartizan_model::Timestamp;
use bartizan_sbom::standing::Standing;
use bartizan_store::FigureRow;

use super::super::{
    by_quarter::{
        Drawn, OfQuarter, Parts, UNSEEN, end, first_of, is_there, number, percent, quarters, share,
        shown,
    },
    facts,
};
use crate::page::{Cell, Column, Section, Table};

/// The parts of the drawing of standings: more would not be told apart. The table has every one.
const PARTS: [(&str, &[Standing]); 5] = [
    ("true", &[Standing::Sound, Standing::True]),
    ("wrong", &[Standing::Untrue, Standing::Invalid]),
    ("missing", &[Standing::Missing]),
    ("none needed", &[Standing::Unneeded]),
    (
        "not known",
        &[Standing::Present, Standing::Absent, Standing::Unknown],
    ),
];

/// How many native components are declared, by the quarter of the upload.
pub(super) fn declared(figures: &[FigureRow]) -> Section {
    let quarters = quarters(figures, facts::DECLARED_COMPONENTS);
    let parts = ["declared", "undeclared"];
    let points: Vec<(Timestamp, Vec<f64>)> = quarters
        .iter()
        .filter_map(|(quarter, shares)| {
            let values = parts.iter().map(|part| share(shares, part));
            Some((end(quarter)?, values.collect()))
        })
        .collect();
    let row = |(quarter, shares): &OfQuarter<'_>| {
        let (yes, no) = (share(shares, "declared"), share(shares, "undeclared"));
        let part = if yes + no > 0.0 {
            yes / (yes + no)
        } else {
            0.0
        };
        vec![
            Cell::text(shown(quarter)),
            number(yes),
            number(no),
            Cell::text(format!("{:.0} %", part * 100.0)),
        ]
    };
    let first = points.first().map_or(0.0, |(_, values)| percent(values));
    let last = points.last().map_or(0.0, |(_, values)| percent(values));
    Drawn {
        id: "declared-by-quarter",
        title: "Native components by the quarter of their release",
        note: "Of each release one wheel, where it was looked into. Older releases are looked into a few at a time, so that this fills up with every assessment.",
        description: format!(
            "In the first quarter {first:.0} % of the native components were declared, in the last {last:.0} %."
        ),
        names: parts.map(str::to_owned).to_vec(),
        table: Table {
            id: "declared-by-quarter-table".to_owned(),
            columns: vec![
                Column::text("quarter", "Quarter"),
                Column::number("declared", "Declared"),
                Column::number("undeclared", "Undeclared"),
                Column::number("share", "Share"),
            ],
            rows: quarters.iter().map(row).collect(),
            empty: UNSEEN.into(),
            ..Table::default()
        },
        points,
    }
    .section()
}

/// How the bills of releases stand, by the quarter of the upload.
pub(super) fn standings(figures: &[FigureRow]) -> Section {
    let used = Standing::ALL.into_iter();
    let used = used.filter(|it| is_there(figures, facts::RELEASE_SBOMS, it.title()));
    let titles = |all: &[Standing]| all.iter().map(|it| it.title()).collect();
    let parts = Parts {
        id: "sboms-by-quarter",
        title: "Releases by the quarter of their upload",
        measure: facts::RELEASE_SBOMS,
        note: "A quarter's point stands at its end. What is not known is drawn as that: it may be true, and nobody here can tell.",
        empty: UNSEEN.to_owned(),
        columns: used.map(|it| (it.id(), it.title())).collect(),
        drawn: PARTS.map(|(name, all)| (name, titles(all))).to_vec(),
    };
    let drawn = parts.drawn(figures, |first, last| {
        format!(
            "In the first quarter {} carried a true bill, in the last {}.",
            first_of(first, "releases"),
            first_of(last, "releases")
        )
    });
    drawn.section()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_standing_is_part_of_the_drawing_once() {
        let all = PARTS.iter().flat_map(|(_, it)| it.iter().copied());
        let mut all: Vec<Standing> = all.collect();
        all.sort_unstable();
        assert_eq!(all, Standing::ALL);
    }
}
