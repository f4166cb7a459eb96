//! An advisory: what it says, whom it reaches here, under which ids the sources state it, and where they differ.

mod records;

use bartizan_store::{FindingFilter, FindingRow, FindingSort, KeyFilter, Page as Rows, Paged};

use super::{PageItem, facts, rows};
use crate::{
    context::{Asked, Context, PageError},
    href::Place,
    page::{Block, Page, Section, Text},
    words,
};

pub(super) static PAGE: PageItem = PageItem {
    path: "/advisories/{}",
    title: "Advisory",
    purpose: "An advisory with whom it reaches, its ids and where its sources differ",
    is_in_menu: false,
    asks: &[],
    render: |ctx, asked| Box::pin(render(ctx, asked)),
    feed: None,
    badge: None,
};

/// So many findings are shown here; the rest is in their list.
const SHOWN: u32 = 100;

async fn render(ctx: &Context, asked: &Asked) -> Result<Option<Page>, PageError> {
    let id = asked.part(0);
    let groups = match &ctx.database {
        Some(database) if id.len() <= 256 => records::of(database, id)?,
        _ => Vec::new(),
    };
    let key = groups
        .first()
        .map_or_else(|| id.to_owned(), |known| known.group.key.clone());
    let found = findings(ctx, &key).await?;
    let exposure = super::exposure::of_advisory(ctx, &key).await?;
    if groups.is_empty() && found.rows.is_empty() && exposure.is_none() {
        return Ok(None);
    }
    let shown = groups
        .first()
        .map_or(key.as_str(), |known| known.group.shown_as.as_str());
    let mut sections = vec![reach(&key, &found)];
    if let Some(table) = exposure {
        sections.push(
            Section::new("exposure-of", "How long dependants stayed exposed")
                .with(Block::Table(table)),
        );
    }
    for known in &groups {
        sections.extend(records::sections(known, groups.len() > 1));
    }
    Ok(Some(Page {
        title: shown.to_owned(),
        headline: headline(shown, projects(ctx, &key).await?),
        lede: lede(&groups, &found.rows),
        above: vec![("Advisories".to_owned(), Place::new(["advisories"]))],
        sections,
        ..Page::default()
    }))
}

async fn findings(ctx: &Context, key: &str) -> Result<Paged<FindingRow>, PageError> {
    let filter = FindingFilter {
        check: Some(facts::KNOWN_VULNERABILITY.to_owned()),
        key: Some(key.to_owned()),
        ..FindingFilter::default()
    };
    let (sort, page) = (FindingSort::Urgency, Rows::new(1, SHOWN));
    Ok(ctx.store.findings(&ctx.viewer, &filter, sort, page).await?)
}

/// How many projects it reaches today.
async fn projects(ctx: &Context, key: &str) -> Result<u64, PageError> {
    let filter = KeyFilter {
        check: Some(facts::KNOWN_VULNERABILITY.to_owned()),
        key: Some(key.to_owned()),
        ..KeyFilter::default()
    };
    let found = ctx
        .store
        .keys(&ctx.viewer, &filter, Rows::new(1, 1))
        .await?;
    Ok(found.rows.first().map_or(0, |row| row.projects))
}

fn reach(key: &str, found: &Paged<FindingRow>) -> Section {
    let list = rows::findings_place().with("key", key).with("state", "all");
    let note = if found.total > u64::from(SHOWN) {
        format!("The {SHOWN} most urgent of {}. ", words::count(found.total))
    } else {
        "Every project here that stands on an affected version, with the way to it. ".to_owned()
    };
    Section::new("reach", "Whom it reaches")
        .note(
            Text::default()
                .plain(note)
                .and_link("As a list with filters", list),
        )
        .with(Block::Table(rows::table("findings", &found.rows, false)))
}

fn headline(shown: &str, open: u64) -> String {
    match open {
        0 => format!("{shown} reaches no project here today"),
        1 => format!("{shown} reaches one project here"),
        many => format!("{shown} reaches {} projects here", words::number_word(many)),
    }
}

fn lede(groups: &[records::Known], rows: &[FindingRow]) -> Text {
    let summaries = groups
        .iter()
        .flat_map(|known| &known.records)
        .map(|record| record.summary.as_str());
    let summary = summaries
        .chain(rows.iter().map(|row| row.finding.message.as_str()))
        .find(|summary| !summary.is_empty());
    summary
        .map(|summary| words::clipped(summary, 300))
        .unwrap_or_default()
        .into()
}
