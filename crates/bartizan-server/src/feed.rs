//! Atom feeds ([RFC 4287](https://www.rfc-editor.org/rfc/rfc4287)) of what is open: the newest first, each entry once.

use atom_syndication::{Content, Entry, Feed, FixedDateTime, Generator, Link, Person, Text};
use bartizan_model::Timestamp;
use bartizan_store::{FindingFilter, FindingRow, FindingSort, Page as Rows};

use crate::{
    context::{Context, PageError},
    href::Place,
    links::{Links, address_of},
    pages::FeedScope,
};

/// Entries of a feed.
const ENTRIES: u32 = 100;

/// How many checks one feed tells of: a standard has some tens of requirements.
const MOST_CHECKS: usize = 60;

/// The feed of a scope.
pub(crate) async fn document(
    ctx: &Context,
    scope: &FeedScope,
    place: &Place,
    links: &Links,
) -> Result<String, PageError> {
    let rows = newest(ctx, scope).await?;
    let site = ctx
        .profile()
        .await?
        .map(|profile| profile.name)
        .unwrap_or_default();
    let page = Place {
        query: Vec::new(),
        ..place.clone()
    };
    let newest = rows
        .iter()
        .map(|row| row.opened)
        .max()
        .unwrap_or(Timestamp::UNIX_EPOCH);
    let feed = Feed {
        title: Text::plain(format!("{}: what is new", scope.title)),
        id: format!("urn:bartizan:{site}:{}", address_of(&page)),
        updated: instant(newest),
        links: vec![
            link("self", links.to(&place.clone().into())),
            link("alternate", links.to(&page.into())),
        ],
        generator: Some(Generator {
            value: "Bartizan".to_owned(),
            uri: None,
            version: None,
        }),
        authors: vec![Person {
            name: "Bartizan".to_owned(),
            ..Person::default()
        }],
        entries: rows
            .iter()
            .map(|row| entry(ctx, &site, row, links))
            .collect(),
        ..Feed::default()
    };
    Ok(feed.to_string())
}

/// What is open in a scope, the newest first.
async fn newest(ctx: &Context, scope: &FeedScope) -> Result<Vec<FindingRow>, PageError> {
    let all = || FindingFilter {
        outcome: Some(bartizan_model::assessment::Outcome::Fail),
        is_open: Some(true),
        project: scope.project.clone(),
        text: scope.package.clone(),
        ..FindingFilter::default()
    };
    let filters: Vec<FindingFilter> = match scope.checks.as_slice() {
        [] => vec![all()],
        checks => {
            let of = |check: &String| FindingFilter {
                check: Some(check.clone()),
                ..all()
            };
            checks.iter().take(MOST_CHECKS).map(of).collect()
        }
    };
    let mut rows = Vec::new();
    for filter in &filters {
        let page = Rows::new(1, ENTRIES);
        let found = ctx
            .store
            .findings(&ctx.viewer, filter, FindingSort::Newest, page)
            .await?;
        rows.extend(found.rows);
    }
    rows.sort_by_key(|row| (std::cmp::Reverse(row.opened), std::cmp::Reverse(row.id)));
    rows.truncate(ENTRIES as usize);
    Ok(rows)
}

fn entry(ctx: &Context, site: &str, row: &FindingRow, links: &Links) -> Entry {
    let finding = &row.finding;
    let place = Place::new(["findings".to_owned(), row.id.to_string()]);
    let remedy = finding
        .remedy
        .as_deref()
        .map(|remedy| format!(" What to do: {remedy}."))
        .unwrap_or_default();
    let severity = finding
        .severity
        .map_or("not stated", |level| level.as_str());
    Entry {
        title: Text::plain(format!("{}: {}", row.project, plain(&finding.message))),
        // A finding that is closed and opened again is something new.
        id: format!(
            "urn:bartizan:{site}:finding:{}:{}",
            row.id,
            row.opened.as_millisecond()
        ),
        updated: instant(row.opened),
        links: vec![link("alternate", links.to(&place.into()))],
        content: Some(Content {
            value: Some(plain(&format!(
                "{}. {} about {}, severity {severity}.{remedy}",
                finding.message,
                ctx.check_title(&finding.check),
                finding.subject.name
            ))),
            content_type: Some("text".to_owned()),
            ..Content::default()
        }),
        ..Entry::default()
    }
}

/// XML has no place for control characters, however they are written.
fn plain(text: &str) -> String {
    text.chars()
        .filter(|character| {
            !character.is_control() && !matches!(character, '\u{fffe}' | '\u{ffff}')
        })
        .collect()
}

fn link(rel: &str, href: String) -> Link {
    Link {
        href,
        rel: rel.to_owned(),
        ..Link::default()
    }
}

fn instant(instant: Timestamp) -> FixedDateTime {
    instant.to_string().parse().unwrap_or_default()
}
