//! Bills of materials of releases: present, valid, true, and how much of the native code that is there they declare.
//! What nobody needs has a place of its own, and what nobody knows is never counted as wrong.

mod over_time;

use bartizan_sbom::standing::Standing;
use bartizan_store::{FigureRow, ProjectRow};

use super::{
    PageItem, facts,
    releases::releases_place,
    standing::{
        Failing, Numbers, Word, by_project, figure, meanings, part_cell, part_of_whole,
        project_cell,
    },
};
use crate::{
    context::{Asked, Context, PageError},
    page::{Cell, Column, Page, Sign, State},
};

pub(super) static PAGE: PageItem = PageItem {
    path: "/sboms",
    title: "Bills of materials",
    purpose: "Which releases carry bills of materials, whether they are valid and true, and how much of the native code they declare",
    is_in_menu: true,
    asks: &["cohort", "page"],
    render: |ctx, asked| Box::pin(render(ctx, asked)),
    feed: None,
    badge: None,
};

const WHEELS: &str = "wheels that can be looked into";

static NUMBERS: Numbers = Numbers {
    item: &PAGE,
    lede: "Three questions about each release, asked one by one: does its wheel carry a bill, is the bill valid by the official schema, and do bill and files agree.",
    anchor: "coverage",
    note: "One wheel stands for a release. What is there is read out of its files; what a bill says of itself counts nothing.",
    goals: &[
        [
            "declared",
            "Native components that bills declare",
            facts::DECLARED_COMPONENTS,
            WHEELS,
        ],
        [
            "sound",
            "Projects whose latest release has a valid and true bill",
            facts::SOUND_SBOM_LATEST,
            "the official schemas: `bartizan sbom schemas --fetch`",
        ],
        [
            "present",
            "Releases whose wheels carry a bill",
            facts::RELEASES_WITH_SBOM,
            WHEELS,
        ],
        [
            "valid",
            "Releases whose bills are valid",
            facts::RELEASES_WITH_VALID_SBOM,
            "bills, and the official schemas: `bartizan sbom schemas --fetch`",
        ],
        [
            "true",
            "Releases whose bills are true",
            facts::RELEASES_WITH_TRUE_SBOM,
            "wheels that carry bills",
        ],
    ],
};

async fn render(ctx: &Context, asked: &Asked) -> Result<Option<Page>, PageError> {
    let figures = NUMBERS.figures(ctx, asked).await?;
    let sections = vec![
        NUMBERS.now(ctx, asked).await?,
        over_time::declared(&figures),
        over_time::standings(&figures),
        WRONG.section(ctx).await?,
        by_project(ctx, asked, columns(), line).await?,
        meanings("standings", "standing", Standing::ALL.map(word)),
    ];
    Ok(Some(NUMBERS.page(asked, headline(&figures), sections)))
}

/// What the data say: how much is declared, else how many releases carry bills, else that nobody looked.
fn headline(figures: &[FigureRow]) -> String {
    let of = |measure| part_of_whole(figures, measure);
    match (
        of(facts::DECLARED_COMPONENTS),
        of(facts::RELEASES_WITH_SBOM),
    ) {
        (Some((part, whole)), _) => format!(
            "Bills of materials declare {part} of {whole} native components of the latest releases"
        ),
        (None, Some((part, whole))) => {
            format!("{part} of {whole} releases carry a bill of materials")
        }
        (None, None) => "No wheel was looked into yet".to_owned(),
    }
}

/// What the bills of latest releases say wrongly or leave out.
const WRONG: Failing = Failing {
    anchor: "mend",
    title: "What to mend",
    note: "Of latest releases only. The page of a release says what is lacking and where to add it.",
    table: "wrong",
    checks: &facts::SBOMS,
    empty: "No bill of a latest release is wrong, as far as wheels were looked into.",
};

fn columns() -> Vec<Column> {
    vec![
        Column::text("project", "Project"),
        Column::text("latest", "Latest release"),
        Column::number("declared", "Native components, declared"),
        Column::number("present", "Releases with a bill"),
        Column::number("valid", "Releases, valid"),
        Column::number("true", "Releases, true"),
    ]
}

fn line(row: &ProjectRow, figures: &[FigureRow]) -> Vec<Cell> {
    let list = releases_place(&row.project.name);
    let is_looked_at = figure(figures, facts::RELEASES_WITH_SBOM).is_some();
    let is_needed = figure(figures, facts::DECLARED_COMPONENTS).is_some();
    let latest = match figure(figures, facts::SOUND_SBOM_LATEST) {
        Some(row) if row.figure.value > 0.0 => State::new(Sign::Good, "valid and true"),
        Some(_) => State::new(Sign::Watch, "not yet"),
        None if !is_looked_at => State::new(Sign::Unknown, "not looked at"),
        None if is_needed => State::new(Sign::Unknown, "cannot be told"),
        None => State::new(Sign::Neutral, "nothing native in it"),
    };
    let of = |measure| part_cell(figures, measure, &list);
    vec![
        project_cell(row, &list, is_looked_at),
        Cell::State(latest),
        of(facts::DECLARED_COMPONENTS),
        of(facts::RELEASES_WITH_SBOM),
        of(facts::RELEASES_WITH_VALID_SBOM),
        of(facts::RELEASES_WITH_TRUE_SBOM),
    ]
}

/// A standing as a sign with words.
pub(super) fn standing_state(standing: Standing) -> State {
    let sign = match standing {
        Standing::Sound => Sign::Good,
        Standing::True | Standing::Present => Sign::Stated,
        Standing::Untrue | Standing::Invalid => Sign::Bad,
        Standing::Missing => Sign::Watch,
        Standing::Unneeded => Sign::Neutral,
        Standing::Absent | Standing::Unknown => Sign::Unknown,
    };
    State::new(sign, standing.title())
}

fn word(standing: Standing) -> Word {
    Word {
        state: standing_state(standing),
        meaning: standing.meaning(),
        is_counted: standing.is_counted(),
    }
}
