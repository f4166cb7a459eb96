//! Files or releases by the quarter of their upload and by class, drawn and as a table.

use bartizan_provenance::ledger::Class;
use bartizan_store::FigureRow;

use super::super::{
    by_quarter::{Parts, UNSEEN, first_of, is_there, share},
    facts,
};
use crate::page::Section;

/// What is drawn.
pub(super) struct Coverage {
    measure: &'static str,
    id: &'static str,
    title: &'static str,
    what: &'static str,
}

pub(super) const FILES: Coverage = Coverage {
    measure: facts::FILE_ATTESTATIONS,
    id: "files-by-quarter",
    title: "Files by the quarter of their upload",
    what: "files",
};

pub(super) const RELEASES: Coverage = Coverage {
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

/// How many are of classes that blame nobody.
pub(super) fn unsaid(shares: &[(String, f64)]) -> f64 {
    let silent = Class::ALL.into_iter().filter(|it| !it.is_counted());
    silent.map(|class| share(shares, class.title())).sum()
}

/// The drawing with its table; the table alone where there is one quarter.
pub(super) fn section(figures: &[FigureRow], of: &Coverage) -> Section {
    let used = Class::ALL.into_iter();
    let used = used.filter(|it| is_there(figures, of.measure, it.title()));
    let titles = |all: &[Class]| all.iter().map(|it| it.title()).collect();
    let parts = Parts {
        id: of.id,
        title: of.title,
        measure: of.measure,
        note: "A quarter's point stands at its end. What is not known is drawn as that: it may be signed, and nobody here can tell.",
        empty: UNSEEN.to_owned(),
        columns: used.map(|it| (it.id(), it.title())).collect(),
        drawn: PARTS.map(|(name, all)| (name, titles(all))).to_vec(),
    };
    let drawn = parts.drawn(figures, |first, last| {
        format!(
            "In the first quarter {} were verified and pinned, in the last {}.",
            first_of(first, of.what),
            first_of(last, of.what)
        )
    });
    drawn.section()
}

#[cfg(test)]
mod tests {
    use super::*;

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
