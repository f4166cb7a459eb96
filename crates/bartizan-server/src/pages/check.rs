//! A check: what it says, why it matters, what to do, and how it went.

use bartizan_model::assessment::{Outcome, Visibility};
use bartizan_store::{CountBy, FindingFilter, Page as Rows};

use super::{FeedScope, PageItem, facts, rows, spec::frameworks, standards};
use crate::{
    context::{Asked, CheckText, Context, PageError},
    href::Place,
    page::{Block, Cell, Column, Page, Section, Table, Text},
    words,
};

pub(super) static PAGE: PageItem = PageItem {
    path: "/checks/{}",
    title: "Check",
    purpose: "What a check says, why it matters, what to do, and how it went",
    is_in_menu: false,
    asks: &[],
    render: |ctx, asked| Box::pin(render(ctx, asked)),
    feed: Some(|ctx, asked| {
        Box::pin(async {
            let known = ctx.check(asked.part(0));
            Ok(known.map(|check| FeedScope {
                title: words::sentence(check.title),
                checks: vec![check.id.to_owned()],
                ..FeedScope::default()
            }))
        })
    }),
    badge: None,
};

#[expect(
    clippy::too_many_lines,
    reason = "a page is one value, and reads best as one"
)]
async fn render(ctx: &Context, asked: &Asked) -> Result<Option<Page>, PageError> {
    let id = asked.part(0);
    let filter = FindingFilter {
        check: Some(id.to_owned()),
        is_open: Some(true),
        ..FindingFilter::default()
    };
    let counts = ctx
        .store
        .finding_counts(&ctx.viewer, &filter, &[CountBy::Outcome])
        .await?;
    let known = ctx.check(id);
    if known.is_none() && counts.is_empty() {
        return Ok(None);
    }
    let number = |outcome: Outcome| {
        let count = counts
            .iter()
            .filter(|count| count.outcome == Some(outcome))
            .map(|count| count.count)
            .sum();
        vec![
            Cell::text(match outcome {
                Outcome::Pass => "holds",
                Outcome::Fail => "to mend",
                Outcome::Unknown => "unknown",
                Outcome::NotApplicable => "does not apply",
            }),
            Cell::count(
                count,
                rows::findings_place()
                    .with("check", id)
                    .with("outcome", outcome.as_str()),
            ),
        ]
    };
    let table = Table {
        id: "outcomes".to_owned(),
        columns: columns(),
        rows: [
            Outcome::Fail,
            Outcome::Unknown,
            Outcome::Pass,
            Outcome::NotApplicable,
        ]
        .map(number)
        .to_vec(),
        ..Table::default()
    };
    let mut sections = vec![Section::new("outcomes-of", "How it went").with(Block::Table(table))];
    if let Some(text) = known {
        let it = text.explanation;
        sections.extend(who(ctx, text).await?);
        sections
            .push(Section::new("why", "Why it matters").with(Block::Prose(Text::marked(it.why))));
        sections
            .push(Section::new("remedy", "What to do").with(Block::Prose(Text::marked(it.remedy))));
        sections.push(
            Section::new("examples", "Examples")
                .with(Block::Prose("With it:".into()))
                .with(Block::Code(it.failing.to_owned()))
                .with(Block::Prose("Without it:".into()))
                .with(Block::Code(it.passing.to_owned())),
        );
        if !text.supports.is_empty() {
            sections.push(
                Section::new("frameworks", "What else it helps with")
                    .note("A requirement is never met by one check alone.")
                    .with(Block::Table(frameworks("supports", &[text]))),
            );
        }
    }
    Ok(Some(Page {
        title: ctx.check_title(id),
        headline: words::sentence(&ctx.check_title(id)),
        lede: known
            .map(|text| Text::marked(text.explanation.what))
            .unwrap_or_default(),
        above: above(known),
        sections,
        feed: known.map(|check| Place::new(["checks", check.id]).with("format", "atom")),
    }))
}

fn above(known: Option<&CheckText>) -> Vec<(String, Place)> {
    let mut above = vec![("Checks".to_owned(), Place::new(["checks"]))];
    let standard = known.and_then(|check| check.standard.as_ref());
    above.extend(standard.map(|(id, requirement)| {
        let words = format!("{} ({requirement})", standards::number(id));
        (words, standards::place(id))
    }));
    above
}

/// In which projects it holds and in which it does not: of checks of a standard, which say one thing of a project as a whole.
async fn who(ctx: &Context, check: &CheckText) -> Result<Option<Section>, PageError> {
    if check.visibility != Visibility::Public {
        let text = "Whether strangers reach rights or machines of a project is shown to its maintainers only. `bartizan check` in a checkout tells it to whoever has one.";
        let section = Section::new("who", "Who sees it");
        return Ok(Some(section.with(Block::Prose(Text::marked(text)))));
    }
    let Some((standard, _)) = &check.standard else {
        return Ok(None);
    };
    let mut rows = Vec::new();
    let documents = ctx.store.documents(facts::ADOPTION, Rows::whole()).await?;
    for row in &documents.rows {
        let read: facts::Adoption = facts::read(&row.document);
        let mut all = read.standards.into_iter().flat_map(|it| it.requirements);
        let Some(it) = all.find(|it| it.check == check.id) else {
            continue;
        };
        let outcome = Outcome::parse(&it.outcome);
        let state =
            standards::outcome_state(outcome).to(standards::place_of(standard, &row.project));
        let project = Text::link(&row.project, Place::new(["projects", &row.project]));
        let found = Text::marked(&words::clipped(&words::sentence(&it.message), 160));
        let rank = [Outcome::Pass, Outcome::Fail, Outcome::Unknown]
            .iter()
            .position(|it| Some(*it) == outcome);
        rows.push((
            rank.unwrap_or(usize::MAX),
            vec![Cell::text(project), Cell::State(state), Cell::text(found)],
        ));
    }
    rows.sort_by_key(|(rank, _)| *rank);
    let more = rows.len().saturating_sub(MOST_PROJECTS);
    let rows: Vec<Vec<Cell>> = rows
        .into_iter()
        .map(|(_, row)| row)
        .take(MOST_PROJECTS)
        .collect();
    let note = match more {
        0 => String::new(),
        more => format!("{more} more are not listed here."),
    };
    let table = Table {
        id: "who-table".to_owned(),
        columns: vec![
            Column::text("project", "Project"),
            Column::text("state", "State"),
            Column::text("found", "What was found"),
        ],
        rows,
        empty: "No repository was looked at yet.".into(),
        ..Table::default()
    };
    Ok(Some(
        Section::new("who", "In which projects")
            .note(note)
            .with(Block::Table(table)),
    ))
}

/// Projects that one page lists.
const MOST_PROJECTS: usize = 80;

fn columns() -> Vec<Column> {
    vec![
        Column::text("outcome", "Outcome"),
        Column::number("findings", "Open findings"),
    ]
}
