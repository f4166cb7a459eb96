//! Everything that came or was settled in a quarter, page by page.

use bartizan_store::{Page as Rows, StoreError};

use super::{
    PageItem,
    quarters::Quarter,
    report::{self, Kind},
    rows,
};
use crate::{
    context::{Asked, Context, PageError},
    href::Place,
    page::{Block, Page, Section, Table},
    words,
};

pub(super) static PAGE: PageItem = PageItem {
    path: "/reports/{}/{}",
    title: "Changes of a quarter",
    purpose: "Everything that came, or that was settled, in a quarter",
    is_in_menu: false,
    asks: &["page"],
    render: |ctx, asked| Box::pin(render(ctx, asked)),
    feed: None,
    badge: None,
};

async fn render(ctx: &Context, asked: &Asked) -> Result<Option<Page>, PageError> {
    let (Some(quarter), Some(kind)) = (Quarter::parse(asked.part(0)), Kind::of(asked.part(1)))
    else {
        return Ok(None);
    };
    let Some(within) = report::begun(quarter, ctx.now) else {
        return Ok(None);
    };
    let page = Rows::new(asked.page(), rows::PAGE_SIZE);
    let found = match report::of(ctx, kind.change, within, page).await {
        Err(PageError::Store(StoreError::TooFar)) if asked.place.asked("format").is_none() => {
            return Ok(Some(rows::too_far(kind.title, asked, Vec::new())));
        }
        found => found?,
    };
    let table = Table {
        empty: rows::none_here(found.total, kind.empty).into(),
        pager: rows::pager(asked, found.total, rows::PAGE_SIZE),
        ..report::table(kind, &found.rows)
    };
    let count = words::sentence(&words::counted(found.total, "finding", "findings"));
    Ok(Some(Page {
        title: format!("{} in {}", kind.title, quarter.id()),
        headline: format!("{count} {} in {}", kind.verb(found.total), quarter.id()),
        lede: "The newest first. A finding stands here for each time that it came or was settled."
            .into(),
        above: vec![
            ("Reports".to_owned(), Place::new(["reports"])),
            (
                format!("Report {}", quarter.id()),
                Place::new(["reports".to_owned(), quarter.id()]),
            ),
        ],
        sections: vec![Section::new("list", kind.title).with(Block::Table(table))],
        ..Page::default()
    }))
}
