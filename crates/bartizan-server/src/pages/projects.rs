//! Every project, by name: what is open, its chain risk, when it was assessed. No order by merit.

use std::collections::BTreeMap;

use bartizan_store::{Page as Rows, ProjectFilter, ProjectRow};

use super::{PageItem, facts, rows};
use crate::{
    context::{Asked, Context, PageError},
    href::Place,
    page::{Block, Cell, Column, Field, Filter, Page, Section, Sign, State, Table, Text},
    words,
};

pub(super) static PAGE: PageItem = PageItem {
    path: "/projects",
    title: "Projects",
    purpose: "Every project with what is open and its chain risk, by name",
    is_in_menu: true,
    asks: &["text", "cohort", "page"],
    render: |ctx, asked| Box::pin(render(ctx, asked)),
    feed: None,
    badge: None,
};

async fn render(ctx: &Context, asked: &Asked) -> Result<Option<Page>, PageError> {
    let filter = ProjectFilter {
        cohort: asked.text("cohort"),
        text: asked.text("text"),
        with_gone: false,
    };
    let found = ctx
        .store
        .projects(&filter, Rows::new(asked.page(), rows::SIZE_WITH_BARS))
        .await?;
    let table = Table {
        pager: rows::pager(asked, found.total, rows::SIZE_WITH_BARS),
        ..table(ctx, &found.rows).await?
    };
    let section =
        Section::new("list", "By name").note("Projects stand by name. A count opens its list.");
    Ok(Some(Page {
        title: "Projects".to_owned(),
        headline: format!("{} {}", words::sentence(&words::number_word(found.total)), if found.total == 1 { "project" } else { "projects" }),
        lede: "Each has a page with what to do next, its releases, what it stands on, and its history.".into(),
        sections: vec![section.with(Block::Filter(form(ctx, asked).await?)).with(Block::Table(table))],
        ..Page::default()
    }))
}

async fn form(ctx: &Context, asked: &Asked) -> Result<Filter, PageError> {
    let text = Field {
        key: "text".to_owned(),
        label: "Name".to_owned(),
        choices: Vec::new(),
        value: asked.text("text").unwrap_or_default(),
    };
    let fields = [Some(text), cohort_field(ctx, asked).await?];
    Ok(Filter {
        place: asked.bare(),
        fields: fields.into_iter().flatten().collect(),
    })
}

/// The choice of a cohort; nothing where there are none.
pub(super) async fn cohort_field(ctx: &Context, asked: &Asked) -> Result<Option<Field>, PageError> {
    let cohorts = ctx.store.cohorts().await?.into_iter();
    let field = Field {
        key: "cohort".to_owned(),
        label: "Cohort".to_owned(),
        choices: cohorts.map(|it| (it.name, it.title)).collect(),
        value: asked.text("cohort").unwrap_or_default(),
    };
    Ok(Some(field).filter(|it| !it.choices.is_empty()))
}

/// Projects as a table.
pub(super) async fn table(ctx: &Context, projects: &[ProjectRow]) -> Result<Table, PageError> {
    let risks = risks(ctx, projects).await?;
    let row = |row: &ProjectRow| {
        let name = row.project.name.as_str();
        vec![
            Cell::text(Text::link(title(row), Place::new(["projects", name]))),
            Cell::count(
                row.open,
                rows::findings_place()
                    .with("project", name)
                    .with("outcome", "fail"),
            ),
            risks.get(name).cloned().unwrap_or(Cell::Missing),
            row.assessed.map_or(Cell::Missing, Cell::Time),
            Cell::State(state(row)),
        ]
    };
    Ok(Table {
        id: "projects".to_owned(),
        columns: vec![
            Column::text("project", "Project"),
            Column::number("open", "To mend"),
            Column::number("chain_risk", "Chain risk"),
            Column::text("assessed", "Assessed"),
            Column::text("state", "State"),
        ],
        rows: projects.iter().map(row).collect(),
        empty: "No project is called so.".into(),
        ..Table::default()
    })
}

/// The name of a project for people.
pub(super) fn title(row: &ProjectRow) -> String {
    if row.project.title.is_empty() {
        row.project.name.clone()
    } else {
        row.project.title.clone()
    }
}

fn state(row: &ProjectRow) -> State {
    match (&row.failure, row.assessed) {
        (Some(_), Some(_)) => State::new(Sign::Watch, "the last try failed; older data shown"),
        (Some(_), None) => State::new(Sign::Unknown, "could not be assessed"),
        (None, None) => State::new(Sign::Unknown, "not assessed yet"),
        (None, Some(_)) if row.open == 0 => State::new(Sign::Good, "nothing known to mend"),
        (None, Some(_)) => State::new(Sign::Watch, "has a next step"),
    }
}

async fn risks(
    ctx: &Context,
    projects: &[ProjectRow],
) -> Result<BTreeMap<String, Cell>, PageError> {
    let mut risks = BTreeMap::new();
    for row in projects {
        let name = row.project.name.clone();
        let figure = ctx
            .store
            .figure(&bartizan_store::Scope::Project(name.clone()), facts::CHAIN)
            .await?;
        let Some(figure) = figure.map(|row| row.figure) else {
            continue;
        };
        let list = Some(Place::new(["projects", &name]).at("components"));
        risks.insert(
            name,
            Cell::Shares {
                value: figure.value,
                parts: figure.shares,
                list,
            },
        );
    }
    Ok(risks)
}
