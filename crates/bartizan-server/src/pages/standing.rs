//! What the pages about how all releases stand have in common: figures of a choice of projects, what is wrong by check, a
//! table of projects, and the words that are used.

use bartizan_model::profile::Milestone;
use bartizan_store::{
    FigureRow, FindingFilter, FindingRow, FindingSort, Page as Rows, ProjectFilter, ProjectRow,
    Scope,
};

use super::{
    PageItem, milestones,
    projects::{cohort_field, title},
    rows,
};
use crate::{
    context::{Asked, Context, PageError},
    href::Place,
    page::{Block, Cell, Column, Filter, Page, Section, State, Table, Text},
    words,
};

/// Projects of one page of the table.
const ROWS: u32 = 40;

/// Findings of each check that are shown.
const SHOWN: u32 = 12;

/// A page of numbers about a choice of projects, or about all.
pub(super) struct Numbers {
    /// The page itself, of which the path is one part.
    pub(super) item: &'static PageItem,
    /// What it tells, under its heading.
    pub(super) lede: &'static str,
    /// The anchor of the numbers of now.
    pub(super) anchor: &'static str,
    /// What helps to read them.
    pub(super) note: &'static str,
    /// What is measured, as cards: name, title, measure, and what measuring it needs.
    pub(super) goals: &'static [[&'static str; 4]],
}

impl Numbers {
    /// The figures of the projects that are chosen.
    pub(super) async fn figures(
        &self,
        ctx: &Context,
        asked: &Asked,
    ) -> Result<Vec<FigureRow>, PageError> {
        let scope = asked.text("cohort").map_or(Scope::Ecosystem, Scope::Cohort);
        Ok(ctx.store.figures(&scope).await?)
    }

    /// How it stands now, with the choice of projects.
    pub(super) async fn now(&self, ctx: &Context, asked: &Asked) -> Result<Section, PageError> {
        let cohort = asked.text("cohort");
        let goals: Vec<Milestone> = self
            .goals
            .iter()
            .map(|goal| card(cohort.as_deref(), *goal))
            .collect();
        let filter = cohort_filter(ctx, asked).await?;
        Ok(Section::new(self.anchor, "Now")
            .note(self.note)
            .with_all(filter.map(Block::Filter).into_iter().collect())
            .with_all(milestones::blocks(ctx, &goals).await?))
    }

    /// The page of these sections; of a choice of projects, the page of all stands above it.
    pub(super) fn page(&self, asked: &Asked, headline: String, sections: Vec<Section>) -> Page {
        let title = self.item.title;
        let all = Place::new([self.item.path.trim_start_matches('/')]);
        let cohort = asked.text("cohort");
        Page {
            title: title.to_owned(),
            headline,
            lede: Text::default()
                .plain(format!("{} ", self.lede))
                .and_link("How it is counted", Place::new(["methods"]))
                .plain("."),
            above: cohort
                .map(|_| (title.to_owned(), all))
                .into_iter()
                .collect(),
            sections,
            ..Page::default()
        }
    }
}

/// A word that releases are described with.
pub(super) struct Word {
    pub(super) state: State,
    pub(super) meaning: &'static str,
    pub(super) is_counted: bool,
}

/// The figure of a measure, where it was taken.
pub(super) fn figure<'f>(figures: &'f [FigureRow], measure: &str) -> Option<&'f FigureRow> {
    figures.iter().find(|row| row.figure.measure == measure)
}

/// A figure as a part and its whole, in words.
pub(super) fn part_of_whole(figures: &[FigureRow], measure: &str) -> Option<(String, String)> {
    let figure = &figure(figures, measure)?.figure;
    Some((words::value(figure.value), words::value(figure.whole?)))
}

/// A measure as a card, without a target of its own.
fn card(cohort: Option<&str>, [name, title, measure, needs]: [&str; 4]) -> Milestone {
    Milestone {
        name: name.to_owned(),
        title: title.to_owned(),
        measure: measure.to_owned(),
        cohort: cohort.map(str::to_owned),
        targets: Vec::new(),
        needs: needs.to_owned(),
    }
}

/// The choice of projects, where the profile has cohorts.
pub(super) async fn cohort_filter(
    ctx: &Context,
    asked: &Asked,
) -> Result<Option<Filter>, PageError> {
    let cohort = cohort_field(ctx, asked).await?;
    Ok(cohort.map(|cohort| Filter {
        place: asked.bare(),
        fields: vec![cohort],
    }))
}

/// What fails of some checks, over all projects.
pub(super) struct Failing {
    /// The anchor of the section.
    pub(super) anchor: &'static str,
    pub(super) title: &'static str,
    /// What helps to read it, before the links to all of each check.
    pub(super) note: &'static str,
    pub(super) table: &'static str,
    /// The checks, the first of which comes first.
    pub(super) checks: &'static [&'static str],
    /// What is said where nothing fails.
    pub(super) empty: &'static str,
}

impl Failing {
    /// The section of them.
    pub(super) async fn section(&self, ctx: &Context) -> Result<Section, PageError> {
        let mut found: Vec<FindingRow> = Vec::new();
        let mut links = Text::default();
        for check in self.checks {
            let filter = FindingFilter {
                check: Some((*check).to_owned()),
                ..rows::failing()
            };
            let (viewer, first) = (&ctx.viewer, Rows::new(1, SHOWN));
            let some = ctx
                .store
                .findings(viewer, &filter, FindingSort::Urgency, first);
            let some = some.await?;
            if some.total > 0 {
                let words = format!("{}: {}", ctx.check_title(check), words::count(some.total));
                let list = rows::failing_place().with("check", *check);
                links = links.and_link(words, list).plain(". ");
            }
            found.extend(some.rows);
        }
        let table = Table {
            empty: self.empty.into(),
            ..rows::table(self.table, &found, false)
        };
        let note = Text::default().plain(format!("{} ", self.note));
        Ok(Section::new(self.anchor, self.title)
            .note(note.and_spans(links))
            .with(Block::Table(table)))
    }
}

/// Every project with its figures, by name.
pub(super) async fn by_project(
    ctx: &Context,
    asked: &Asked,
    columns: Vec<Column>,
    line: fn(&ProjectRow, &[FigureRow]) -> Vec<Cell>,
) -> Result<Section, PageError> {
    let filter = ProjectFilter {
        cohort: asked.text("cohort"),
        ..ProjectFilter::default()
    };
    let found = ctx
        .store
        .projects(&filter, Rows::new(asked.page(), ROWS))
        .await?;
    let mut lines = Vec::new();
    for row in &found.rows {
        let scope = Scope::Project(row.project.name.clone());
        lines.push(line(row, &ctx.store.figures(&scope).await?));
    }
    let table = Table {
        id: "projects".to_owned(),
        columns,
        rows: lines,
        empty: "No project is here.".into(),
        pager: rows::pager(asked, found.total, ROWS),
        ..Table::default()
    };
    Ok(Section::new("by-project", "By project")
        .note("By name, and not by merit. A project leads to its releases.")
        .with(Block::Table(table)))
}

/// The name of a project, which leads to its releases where they were looked at.
pub(super) fn project_cell(row: &ProjectRow, releases: &Place, is_looked_at: bool) -> Cell {
    let place = if is_looked_at {
        releases.clone()
    } else {
        Place::new(["projects", row.project.name.as_str()])
    };
    Cell::text(Text::link(title(row), place))
}

/// A figure as "3 of 7", which leads to a list.
pub(super) fn part_cell(figures: &[FigureRow], measure: &str, list: &Place) -> Cell {
    let Some(row) = figure(figures, measure) else {
        return Cell::Missing;
    };
    let whole = row.figure.whole.unwrap_or_default();
    Cell::Number {
        value: row.figure.value,
        shown: format!(
            "{} of {}",
            words::value(row.figure.value),
            words::value(whole)
        ),
        list: Some(list.clone()),
    }
}

/// What each word means, and which of them blame nobody.
pub(super) fn meanings(
    id: &str,
    key: &'static str,
    words: impl IntoIterator<Item = Word>,
) -> Section {
    let row = |word: Word| {
        vec![
            Cell::State(word.state),
            Cell::text(word.meaning),
            Cell::text(if word.is_counted {
                "counted"
            } else {
                "not counted: blames nobody"
            }),
        ]
    };
    Section::new("words", "What the words mean").with(Block::Table(Table {
        id: id.to_owned(),
        columns: vec![
            Column::text(key, "Word"),
            Column::text("meaning", "Meaning"),
            Column::text("counted", "Counted"),
        ],
        rows: words.into_iter().map(row).collect(),
        ..Table::default()
    }))
}
