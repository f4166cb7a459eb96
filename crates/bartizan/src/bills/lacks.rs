//! What the components of bills lack and where to add it, for people and for programs: the same for every command that reads
//! bills.

use bartizan_sbom::{
    document::Document,
    facts::Facts,
    json::Json,
    lacking::{self, Backend, Lacking, Maker, Origin},
};
use serde::Serialize;

use crate::{render::words, term::Sheet};

/// How many components are named unless all are asked for.
const LISTED: usize = 8;

/// What the components of a bill lack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Lacks {
    all: Vec<Lacking>,
    place: &'static str,
}

impl Lacks {
    /// Of a bill, in a wheel that somebody built where it is in one.
    pub(crate) fn of(
        document: &Document<Json<'_>>,
        facts: &Facts,
        backend: Option<Backend>,
    ) -> Self {
        let origin = Origin {
            maker: Maker::of(&facts.tools),
            backend,
        };
        Self {
            all: lacking::of(document, facts),
            place: origin.place(),
        }
    }

    /// Whether nothing is lacking.
    pub(crate) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// A few lines, set in by so many columns; none where nothing is lacking.
    pub(crate) fn tell(&self, sheet: &mut Sheet, indent: usize, is_verbose: bool) {
        if self.all.is_empty() {
            return;
        }
        sheet.wrapped(indent, "components lack, whoever asks for it:");
        for lacks in &self.all {
            let of = words::count(lacks.total, "component", "components");
            let line = format!("{} {} of {of}", lacks.lack.title(), lacks.lacking);
            sheet.wrapped(indent + 2, &format!("{line}: {}", names(lacks, is_verbose)));
            sheet.wrapped(indent + 4, &format!("write {}", lacks.field));
        }
        sheet.wrapped(indent + 2, self.place);
        sheet.wrapped(
            indent + 2,
            "hint: `bartizan explain sbom-upstream` says which file of which project",
        );
    }

    /// The same for programs.
    pub(crate) fn json(&self) -> LacksJson<'_> {
        LacksJson {
            components: self.all.iter().map(LackingJson::of).collect(),
            add_it: (!self.all.is_empty()).then_some(self.place),
        }
    }
}

fn names(lacks: &Lacking, is_verbose: bool) -> String {
    let shown = if is_verbose { usize::MAX } else { LISTED };
    let mut names: Vec<&str> = lacks.components.iter().map(String::as_str).collect();
    names.truncate(shown);
    let more = lacks.lacking.saturating_sub(names.len());
    let rest = format!("and {more} more (--verbose lists them)");
    if more > 0 {
        names.push(&rest);
    }
    names.join(", ")
}

/// What components of a bill lack.
#[derive(Debug, Default, Serialize)]
pub(crate) struct LacksJson<'a> {
    components: Vec<LackingJson<'a>>,
    add_it: Option<&'static str>,
}

#[derive(Debug, Serialize)]
struct LackingJson<'a> {
    what: &'static str,
    names: &'a [String],
    lacking: usize,
    total: usize,
    field: &'static str,
}

impl<'a> LackingJson<'a> {
    fn of(lacks: &'a Lacking) -> Self {
        Self {
            what: lacks.lack.id(),
            names: &lacks.components,
            lacking: lacks.lacking,
            total: lacks.total,
            field: lacks.field,
        }
    }
}
