//! A page in one of its formats: what the server sends and what a static site has as a file.

use crate::{
    badge,
    context::{Context, PageError},
    feed,
    href::Place,
    links::Links,
    page::{csv, json, layout},
    pages,
};

/// A page in one of its formats.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// Its media type.
    pub media: &'static str,
    /// Its content.
    pub body: String,
    /// The path of the page in the catalogue, for counting.
    pub page: &'static str,
}

/// The page at a place in the format that is asked for; `None` where there is no such thing.
pub async fn make(
    ctx: &Context,
    place: &Place,
    links: &Links,
) -> Result<Option<Output>, PageError> {
    let found = match ctx.desk {
        Some(_) => pages::find_near(place),
        None => pages::find(place),
    };
    let Some((page, asked)) = found else {
        return Ok(None);
    };
    let format = asked.place.asked("format");
    let part = asked.place.asked("part");
    let made = match format {
        Some("atom") => match page.feed {
            Some(scope) => match scope(ctx, &asked).await? {
                Some(scope) => Some((
                    "application/atom+xml; charset=utf-8",
                    feed::document(ctx, &scope, &asked.place, links).await?,
                )),
                None => None,
            },
            None => None,
        },
        Some("svg") => match page.badge {
            Some(make) => make(ctx, &asked)
                .await?
                .map(|(label, word, sign)| ("image/svg+xml", badge::draw(&label, &word, sign))),
            None => None,
        },
        None | Some("json" | "csv") => {
            let Some(made) = (page.render)(ctx, &asked).await? else {
                return Ok(None);
            };
            match format {
                Some("json") => Some((
                    "application/json",
                    json::document(&made, &asked.place, links),
                )),
                Some(_) => csv::document(&made, part).map(|text| ("text/csv; charset=utf-8", text)),
                None => Some((
                    "text/html; charset=utf-8",
                    layout::document(&made, &asked.place, &ctx.frame().await?, links),
                )),
            }
        }
        Some(_) => None,
    };
    Ok(made.map(|(media, body)| Output {
        media,
        body,
        page: page.path,
    }))
}
