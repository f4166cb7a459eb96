//! What several pages show in the same way: findings as rows, outcomes and severities as signs.

use bartizan_model::{assessment::Outcome, severity::SeverityLevel};
use bartizan_store::{FindingFilter, FindingRow, FindingSort, Page as Rows, Paged, Scope};

use crate::{
    context::{Asked, Context, PageError, package_text},
    href::Place,
    page::{Block, Card, Cell, Column, Page, Pager, Reading, Section, Sign, State, Table, Text},
    words,
};

/// Rows of a page of a list.
pub(super) const PAGE_SIZE: u32 = 100;

/// Rows of a page of a list whose rows have drawings: the page stays below 100 kB.
pub(super) const SIZE_WITH_BARS: u32 = 60;

/// The list of findings of a filter.
pub(super) fn findings_place() -> Place {
    Place::new(["findings"])
}

/// The open findings that say that something is wrong.
pub(super) fn failing() -> FindingFilter {
    FindingFilter {
        outcome: Some(Outcome::Fail),
        is_open: Some(true),
        ..FindingFilter::default()
    }
}

/// The place of the open findings that say that something is wrong.
pub(super) fn failing_place() -> Place {
    findings_place().with("outcome", Outcome::Fail.as_str())
}

/// An outcome with its severity, as a sign with words.
pub(super) fn state_of(row: &FindingRow) -> State {
    if row.closed.is_some() {
        return State::new(Sign::Neutral, "closed");
    }
    match (row.finding.outcome, row.finding.severity) {
        (Outcome::Pass, _) => State::new(Sign::Good, "holds"),
        (Outcome::Unknown, _) => State::new(Sign::Unknown, "unknown"),
        (Outcome::NotApplicable, _) => State::new(Sign::Neutral, "does not apply"),
        (Outcome::Fail, severity) => severity_state(severity),
    }
}

/// A severity as a sign with words. What nobody states deserves a look: silence is no pass.
pub(super) fn severity_state(severity: Option<SeverityLevel>) -> State {
    match severity {
        Some(level @ (SeverityLevel::Critical | SeverityLevel::High)) => {
            State::new(Sign::Bad, level.as_str())
        }
        Some(level) => State::new(Sign::Watch, level.as_str()),
        None => State::new(Sign::Watch, "severity not stated"),
    }
}

/// Figures over the ecosystem of some measures; of those that are not there, what is needed.
pub(super) async fn cards(
    ctx: &Context,
    measures: &[&str],
    needs: &str,
) -> Result<Vec<Card>, PageError> {
    let mut cards = Vec::new();
    for measure in &ctx.catalogues.measures {
        if !measures.contains(&measure.id) {
            continue;
        }
        let figure = ctx.store.figure(&Scope::Ecosystem, measure.id).await?;
        let reading = match figure {
            Some(row) => Reading::Measured {
                value: row.figure.value,
                shown: words::value(row.figure.value),
                unit: row.figure.whole.map_or_else(
                    || measure.unit.to_owned(),
                    |whole| format!("of {} {}", words::value(whole), measure.unit),
                ),
                list: None,
            },
            None => Reading::Missing {
                needs: needs.to_owned(),
            },
        };
        cards.push(Card {
            title: measure.title.to_owned(),
            reading,
            course: None,
            note: Text::link("How it is computed", Place::new(["methods"]).at(measure.id)),
        });
    }
    Ok(cards)
}

/// Findings of a filter, the most urgent first, as a table with its pages.
pub(super) async fn findings_table(
    ctx: &Context,
    id: &str,
    filter: &FindingFilter,
    size: u32,
) -> Result<(Table, u64), PageError> {
    let Paged { rows, total } = ctx
        .store
        .findings(
            &ctx.viewer,
            filter,
            FindingSort::Urgency,
            Rows::new(1, size),
        )
        .await?;
    let is_of_project = filter.project.is_some();
    Ok((table(id, &rows, is_of_project), total))
}

/// Findings as a table.
pub(super) fn table(id: &str, rows: &[FindingRow], is_of_project: bool) -> Table {
    let mut columns = vec![Column::text("finding", "Finding")];
    if !is_of_project {
        columns.push(Column::text("project", "Project"));
    }
    columns.extend([
        Column::text("subject", "About"),
        Column::text("state", "State"),
        Column::text("opened", "Since"),
        Column::text("remedy", "What to do"),
    ]);
    Table {
        id: id.to_owned(),
        columns,
        rows: rows.iter().map(|row| cells(row, is_of_project)).collect(),
        empty: "Nothing here.".into(),
        ..Table::default()
    }
}

fn cells(row: &FindingRow, is_of_project: bool) -> Vec<Cell> {
    let finding = &row.finding;
    let mut cells = vec![Cell::text(Text::link(
        words::clipped(&finding.message, 160),
        finding_place(row),
    ))];
    if !is_of_project {
        cells.push(Cell::text(Text::link(
            &row.project,
            Place::new(["projects", &row.project]),
        )));
    }
    let remedy = finding
        .remedy
        .as_deref()
        .map(|remedy| words::clipped(remedy, 200));
    cells.extend([
        Cell::text(package_text(
            &finding.subject.name,
            &words::clipped(&finding.subject.name, 80),
        )),
        Cell::State(state_of(row)),
        Cell::Time(row.opened),
        remedy.map_or(Cell::Empty, Cell::text),
    ]);
    cells
}

/// The page of a finding.
pub(super) fn finding_place(row: &FindingRow) -> Place {
    Place::new(["findings".to_owned(), row.id.to_string()])
}

/// How many projects were looked at for open advisories. Of the others nothing is said, least of all that they have none.
pub(super) async fn measured_projects(ctx: &Context) -> Result<u64, PageError> {
    let figures = ctx
        .store
        .project_figures(super::facts::OPEN, None, Rows::new(1, 1))
        .await?;
    Ok(figures.total)
}

/// What stands in the place of a list without rows: a page may lie beyond the end of one that has some.
pub(super) fn none_here(total: u64, none: &'static str) -> &'static str {
    if total == 0 {
        none
    } else {
        "The list ends before this page."
    }
}

/// What is shown in place of a page of a list that lies too far behind; programs get a refusal.
pub(super) fn too_far(title: &str, asked: &Asked, blocks: Vec<Block>) -> Page {
    let first = asked.place.clone().with("page", "");
    Page {
        title: title.to_owned(),
        headline: "This page of the list lies too far behind".to_owned(),
        lede: Text::default()
            .plain("A list is looked through from its beginning, and this one is long. A filter that leaves less of it leads to the same rows sooner. ")
            .and_link("The first page", first),
        sections: vec![Section::new("list", "List").with_all(blocks)],
        ..Page::default()
    }
}

/// Which page of a list is shown.
pub(super) fn pager(asked: &Asked, total: u64, size: u32) -> Option<Pager> {
    (total > u64::from(size)).then(|| Pager {
        place: asked
            .place
            .clone()
            .with("page", "")
            .with("format", "")
            .with("part", ""),
        number: asked.page(),
        size,
        total,
    })
}
