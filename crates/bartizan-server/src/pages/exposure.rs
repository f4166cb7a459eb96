//! How long dependants of a package stayed exposed to an advisory after its fix was published.

use bartizan_store::Page as Rows;

use super::{PageItem, facts};
use crate::{
    context::{Asked, Context, PageError},
    href::Place,
    page::{Block, Cell, Column, Page, Section, Table, Text},
    words,
};

pub(super) static PAGE: PageItem = PageItem {
    path: "/exposure",
    title: "Exposure",
    purpose: "How many dependants were still exposed to an advisory 30 and 90 days after its fix",
    is_in_menu: true,
    asks: &[],
    render: |ctx, asked| Box::pin(render(ctx, asked)),
    feed: None,
    badge: None,
};

async fn render(ctx: &Context, _: &Asked) -> Result<Option<Page>, PageError> {
    let found = ctx.store.documents(facts::EXPOSURE, Rows::whole()).await?;
    let mut lines = Vec::new();
    let (mut open, mut all) = (0, 0);
    for row in &found.rows {
        for exposure in facts::read::<facts::Exposures>(&row.document).exposures {
            all += exposure.dependants;
            open += exposure.exposed_after_90.unwrap_or_default();
            lines.push(line(&row.project, &exposure));
        }
    }
    let headline = match (all, open) {
        (0, _) => "Exposure was not measured yet".to_owned(),
        (_, 0) => "No dependant that was looked at was still exposed after 90 days".to_owned(),
        (all, open) => format!(
            "{} of {} dependants were still exposed after 90 days",
            words::sentence(&words::number_word(open)),
            words::count(all)
        ),
    };
    let table = Table {
        id: "exposure".to_owned(),
        columns: vec![
            Column::text("advisory", "Advisory"),
            Column::text("package", "Package"),
            Column::text("project", "Project"),
            Column::text("fixed", "Fix published"),
            Column::number("dependants", "Dependants"),
            Column::number("after_30", "Exposed after 30 days"),
            Column::number("after_90", "Exposed after 90 days"),
        ],
        rows: lines,
        empty: "Not measured yet: it needs releases of dependants over time, which an assessment with the package index reads.".into(),
        ..Table::default()
    };
    Ok(Some(Page {
        title: "Exposure".to_owned(),
        headline,
        lede: Text::default()
            .plain("A dependant is exposed while its newest release admits no fixed version. Who has not had the time yet is not counted. ")
            .and_link("How it is computed", Place::new(["methods"])),
        sections: vec![Section::new("list", "By advisory").with(Block::Table(table))],
        ..Page::default()
    }))
}

fn line(project: &str, exposure: &facts::Exposure) -> Vec<Cell> {
    let fixed = exposure
        .fixed
        .as_deref()
        .and_then(|instant| instant.parse().ok());
    let number = |count: Option<u64>| count.map_or(Cell::Missing, |count| Cell::count(count, None));
    vec![
        Cell::text(Text::link(
            &exposure.advisory,
            Place::new(["advisories", &exposure.advisory]),
        )),
        Cell::text(exposure.package.as_str()),
        Cell::text(Text::link(project, Place::new(["projects", project]))),
        fixed.map_or(Cell::Empty, Cell::Time),
        Cell::count(exposure.dependants, None),
        number(exposure.exposed_after_30),
        number(exposure.exposed_after_90),
    ]
}
