//! A package: which projects stand on it, in which versions, and what is known of it.

use bartizan_store::{Dependant, FindingFilter, Page as Rows};

use super::{FeedScope, PageItem, rows};
use crate::{
    context::{Asked, Context, PageError, purl_of},
    href::Place,
    page::{Block, Cell, Column, Page, Section, Sign, State, Table, Text},
    words,
};

pub(super) static PAGE: PageItem = PageItem {
    path: "/packages/{}/{*}",
    title: "Package",
    purpose: "Which projects stand on a package, in which versions, and what is known of it",
    is_in_menu: false,
    asks: &["page"],
    render: |ctx, asked| Box::pin(render(ctx, asked)),
    feed: Some(|ctx, asked| {
        Box::pin(async {
            let name = asked.part(1).to_owned();
            let purl = purl_of(asked.part(0), &name);
            let known = ctx.store.dependants_of(&purl, Rows::new(1, 1)).await?;
            Ok((known.total > 0).then_some(FeedScope {
                title: name,
                project: None,
                package: Some(purl),
                checks: Vec::new(),
            }))
        })
    }),
    badge: None,
};

async fn render(ctx: &Context, asked: &Asked) -> Result<Option<Page>, PageError> {
    let (kind, name) = (asked.part(0), asked.part(1));
    let purl = purl_of(kind, name);
    let found = ctx
        .store
        .dependants_of(&purl, Rows::new(asked.page(), rows::PAGE_SIZE))
        .await?;
    let filter = FindingFilter {
        text: Some(purl.clone()),
        ..rows::failing()
    };
    let (findings, total) = rows::findings_table(ctx, "findings", &filter, 50).await?;
    if found.total == 0 && total == 0 && !was_found(ctx, &purl).await? {
        return Ok(None);
    }
    let table = Table {
        id: "dependants".to_owned(),
        columns: columns(),
        rows: found.rows.iter().map(line).collect(),
        empty: "No project here stands on it.".into(),
        pager: rows::pager(asked, found.total, rows::PAGE_SIZE),
        ..Table::default()
    };
    let place = asked.bare();
    Ok(Some(Page {
        title: name.to_owned(),
        headline: match found.total {
            1 => format!("One project stands on {name}"),
            many => format!(
                "{} projects stand on {name}",
                words::sentence(&words::number_word(many))
            ),
        },
        lede: Text::default().code(purl),
        above: vec![("Dependencies".to_owned(), Place::new(["dependencies"]))],
        sections: vec![
            Section::new("findings-of", "What is open").with(Block::Table(findings)),
            Section::new("dependants-of", "Who stands on it").with(Block::Table(table)),
        ],
        feed: (found.total > 0).then(|| place.with("format", "atom")),
    }))
}

/// Whether something was ever found of it: findings that were settled lead here too.
async fn was_found(ctx: &Context, purl: &str) -> Result<bool, PageError> {
    let filter = FindingFilter {
        text: Some(purl.to_owned()),
        ..FindingFilter::default()
    };
    let (_, total) = rows::findings_table(ctx, "findings", &filter, 1).await?;
    Ok(total > 0)
}

fn line(row: &Dependant) -> Vec<Cell> {
    let kind = match (row.is_native, row.is_direct) {
        (true, _) => State::new(Sign::Neutral, "carried in a file"),
        (false, true) => State::new(Sign::Stated, "asked for"),
        (false, false) => State::new(Sign::Neutral, "through another"),
    };
    let graph = Place::new(["dependencies", &row.project]).with("around", &row.purl);
    vec![
        Cell::text(Text::link(
            &row.project,
            Place::new(["projects", &row.project]),
        )),
        row.version.as_deref().map_or(
            Cell::State(State::new(Sign::Unknown, "unknown")),
            Cell::text,
        ),
        Cell::State(kind),
        Cell::text(Text::link("Where in the graph", graph)),
    ]
}

fn columns() -> Vec<Column> {
    vec![
        Column::text("project", "Project"),
        Column::text("version", "Version"),
        Column::text("kind", "How"),
        Column::text("graph", "Way"),
    ]
}
