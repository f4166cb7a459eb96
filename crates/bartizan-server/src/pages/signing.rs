//! How far signing has come: coverage by file, release and project, over time; drift and steps back; and what the words mean.
//! What blames nobody has a place of its own, and what nobody knows is never counted as none.

mod coverage;

use bartizan_provenance::ledger::Class;
use bartizan_store::{FigureRow, ProjectRow};

use super::{
    PageItem, facts,
    releases::{class_state, releases_place},
    standing::{
        Failing, Numbers, Word, by_project, figure, meanings, part_cell, part_of_whole,
        project_cell,
    },
};
use crate::{
    context::{Asked, Context, PageError},
    page::{Cell, Column, Page, Sign, State},
    words,
};

pub(super) static PAGE: PageItem = PageItem {
    path: "/signing",
    title: "Signing",
    purpose: "How far signing has come by file, release and project, over time; drift and steps back",
    is_in_menu: true,
    asks: &["cohort", "page"],
    render: |ctx, asked| Box::pin(render(ctx, asked)),
    feed: None,
    badge: None,
};

const INDEX: &str = "an index that serves provenance";

static NUMBERS: Numbers = Numbers {
    item: &PAGE,
    lede: "Every file of every release since attestations exist, verified by this program: who built it, from what, and whether that is who it should be.",
    anchor: "coverage",
    note: "Verified in every step, and signed by who should sign. What an index merely lists counts nothing.",
    goals: &[
        [
            "by-project",
            "Projects whose latest release is verified and pinned",
            facts::PINNED_LATEST,
            INDEX,
        ],
        [
            "by-release",
            "Releases that are verified and pinned",
            facts::PINNED_RELEASES,
            INDEX,
        ],
        [
            "by-file",
            "Files that are verified and pinned",
            facts::PINNED_FILES,
            INDEX,
        ],
        [
            "with-sbom",
            "Wheels that carry a bill of materials",
            facts::WHEELS_WITH_SBOM,
            INDEX,
        ],
    ],
};

async fn render(ctx: &Context, asked: &Asked) -> Result<Option<Page>, PageError> {
    let figures = NUMBERS.figures(ctx, asked).await?;
    let sections = vec![
        NUMBERS.now(ctx, asked).await?,
        coverage::section(&figures, &coverage::FILES),
        coverage::section(&figures, &coverage::RELEASES),
        STEPS_BACK.section(ctx).await?,
        by_project(ctx, asked, columns(), line).await?,
        meanings("classes", "class", Class::ALL.map(word)),
    ];
    Ok(Some(NUMBERS.page(asked, headline(&figures), sections)))
}

/// What the data say: how many projects sign, else how many files do, else that nobody can tell.
fn headline(figures: &[FigureRow]) -> String {
    let of = |measure| part_of_whole(figures, measure);
    match (
        of(facts::PINNED_LATEST),
        of(facts::PINNED_FILES),
        figure(figures, facts::FILE_ATTESTATIONS),
    ) {
        (Some((part, whole)), _, _) => {
            format!(
                "{part} of {whole} projects sign their latest release in a way that can be verified"
            )
        }
        (None, Some((part, whole)), _) => {
            format!("{part} of {whole} files are verified and pinned")
        }
        (None, None, Some(known)) => format!(
            "Whether the {} files that are known are signed cannot be told from here",
            words::value(known.figure.value)
        ),
        (None, None, None) => "No release was looked at yet".to_owned(),
    }
}

/// What is wrong or went back, the severest check first.
const STEPS_BACK: Failing = Failing {
    anchor: "drift",
    title: "Drift and steps back",
    note: "A signer who is not expected, evidence that does not hold, attestations that were there before, files that were replaced. A project that moves has such a finding once.",
    table: "steps-back",
    checks: &facts::SIGNING,
    empty: "Nothing went back, and nobody signed who should not, as far as it was looked at.",
};

fn columns() -> Vec<Column> {
    vec![
        Column::text("project", "Project"),
        Column::text("latest", "Latest release"),
        Column::number("releases", "Releases, pinned"),
        Column::number("files", "Files, pinned"),
        Column::number("unsaid", "Files nothing is known of"),
        Column::number("sbom", "Wheels with SBOM"),
    ]
}

fn line(row: &ProjectRow, figures: &[FigureRow]) -> Vec<Cell> {
    let list = releases_place(&row.project.name);
    let is_looked_at = figure(figures, facts::FILE_ATTESTATIONS).is_some();
    let latest = match figure(figures, facts::PINNED_LATEST) {
        Some(row) if row.figure.value > 0.0 => State::new(Sign::Good, "verified and pinned"),
        Some(_) => State::new(Sign::Watch, "not yet"),
        None if is_looked_at => State::new(Sign::Unknown, "cannot be told"),
        None => State::new(Sign::Unknown, "not looked at"),
    };
    let of = |measure| part_cell(figures, measure, &list);
    let unsaid = figure(figures, facts::FILE_ATTESTATIONS).map_or(Cell::Missing, |row| {
        let silent = coverage::unsaid(&row.figure.shares);
        Cell::Number {
            value: silent,
            shown: words::value(silent),
            list: Some(list.clone()),
        }
    });
    vec![
        project_cell(row, &list, is_looked_at),
        Cell::State(latest),
        of(facts::PINNED_RELEASES),
        of(facts::PINNED_FILES),
        unsaid,
        of(facts::WHEELS_WITH_SBOM),
    ]
}

fn word(class: Class) -> Word {
    Word {
        state: class_state(class),
        meaning: class.meaning(),
        is_counted: class.is_counted(),
    }
}
