//! A standard: who endorsed, declared and meets it, what it asks for, and how to get there. Made from the catalogue of checks
//! and from what assessments say; no standard is named here.

use std::collections::BTreeMap;

use bartizan_model::assessment::Outcome;
use bartizan_store::{Page as Rows, Scope};

use super::{
    FeedScope, PageItem, facts,
    milestones::history_table,
    rows,
    standards::{self, Stand, Standard, stands},
};
use crate::{
    context::{Asked, CheckText, Context, PageError},
    href::Place,
    page::{Block, Cell, Column, Item, Page, Section, Sign, State, Table, Text},
    words,
};

pub(super) static PAGE: PageItem = PageItem {
    path: "/specs/{}",
    title: "SPEC",
    purpose: "Who endorsed, declared and meets a standard, what it asks for, and how to get there",
    is_in_menu: false,
    asks: &["page"],
    render: |ctx, asked| Box::pin(render(ctx, asked)),
    feed: Some(|ctx, asked| {
        Box::pin(async {
            let Some(standard) = find(ctx, asked.part(0)).await? else {
                return Ok(None);
            };
            let checks = ctx.checks_of(&standard.id).into_iter();
            let checks: Vec<String> = checks.map(|check| check.id.to_owned()).collect();
            Ok((!checks.is_empty()).then(|| FeedScope {
                title: standard.number(),
                checks,
                ..FeedScope::default()
            }))
        })
    }),
    badge: None,
};

/// Projects of one page.
const ROWS: u32 = 40;

/// Points of the past that are shown.
const POINTS: usize = 30;

async fn find(ctx: &Context, id: &str) -> Result<Option<Standard>, PageError> {
    let all = standards::all(ctx).await?;
    Ok(all.into_iter().find(|standard| standard.id == id))
}

async fn render(ctx: &Context, asked: &Asked) -> Result<Option<Page>, PageError> {
    let Some(standard) = find(ctx, asked.part(0)).await? else {
        return Ok(None);
    };
    let stands = stands(ctx, &standard.id).await?;
    let checks = ctx.checks_of(&standard.id);
    let mut sections = vec![
        Section::new("projects-of", "Projects")
            .note("Endorsed, declared and measured are three facts. The number of what holds leads to each requirement with its evidence.")
            .with(Block::Table(projects(asked, &standard, &stands))),
    ];
    if !checks.is_empty() {
        sections.push(
            Section::new("requirements", "What it asks for")
                .note("By how many projects each requirement is met, as far as a check can look. A number leads to the projects.")
                .with(Block::Table(requirements(ctx, &standard, &checks).await?)),
        );
        sections.push(Section::new("way", "How to get there").with(Block::List(
            checks.iter().map(|check| step(check)).collect(),
        )));
        sections.push(
            Section::new("frameworks", "What else it helps with")
                .note("Requirements of frameworks of supply-chain security that its checks support. None of them is met by a check alone.")
                .with(Block::Table(frameworks("supports", &checks))),
        );
    }
    let measure = format!("{}{}", facts::REQUIREMENTS, standard.id);
    let points = ctx.store.history(&Scope::Ecosystem, &measure, None).await?;
    if points.len() > 1 {
        sections.push(Section::new("past", "Over time").with(Block::Table(Table {
            caption: "Requirements that hold, over all projects".into(),
            ..history_table("requirements-over-time", &points, POINTS)
        })));
    }
    Ok(Some(Page {
        title: standard.name(),
        headline: headline(&standard, &stands),
        lede: lede(&standard),
        above: vec![("SPECs".to_owned(), Place::new(["specs"]))],
        sections,
        feed: (!checks.is_empty()).then(|| standards::place(&standard.id).with("format", "atom")),
    }))
}

fn headline(standard: &Standard, stands: &BTreeMap<String, Stand>) -> String {
    let count = |of: fn(&Stand) -> bool| stands.values().filter(|it| of(it)).count() as u64;
    let projects = |number: u64| match number {
        1 => "one project".to_owned(),
        number => format!("{} projects", words::number_word(number)),
    };
    let number = standard.number();
    if stands.is_empty() {
        return format!("Of {number} nothing is counted yet");
    }
    let endorsed = count(|it| it.is_endorsed == Some(true));
    let decided = count(|it| it.is_met.is_some());
    let met = count(|it| it.is_met == Some(true));
    let endorsed = format!("{number} is endorsed by {}", projects(endorsed));
    match decided {
        0 => format!("{endorsed}; of none is it known to be met"),
        decided => format!(
            "{endorsed} and met by {} of the {} of which it is known",
            match met {
                0 => "none".to_owned(),
                met => words::number_word(met),
            },
            words::number_word(decided)
        ),
    }
}

fn lede(standard: &Standard) -> Text {
    let title = match (standard.title.as_str(), standard.is_draft) {
        ("", false) => {
            "Its text was not read: the repository of the standards was not at hand.".to_owned()
        }
        ("", true) => "A draft.".to_owned(),
        (title, false) => format!("{title}."),
        (title, true) => format!("{title}. A draft: it is looked at, and not counted."),
    };
    title.into()
}

fn projects(asked: &Asked, standard: &Standard, stands: &BTreeMap<String, Stand>) -> Table {
    let fact = |is: Option<bool>, yes: &str| match is {
        Some(true) => Cell::State(State::new(Sign::Stated, yes)),
        Some(false) => Cell::State(State::new(Sign::Neutral, "not stated")),
        None => Cell::Missing,
    };
    let row = |(project, stand): (&String, &Stand)| {
        let measured = match stand.holds {
            Some(_) => stand
                .measured()
                .to(standards::place_of(&standard.id, project)),
            None => stand.measured(),
        };
        vec![
            Cell::text(Text::link(project, Place::new(["projects", project]))),
            fact(stand.is_endorsed, "endorsed"),
            fact(stand.is_declared, "declared"),
            Cell::State(measured),
        ]
    };
    let first = (asked.page().saturating_sub(1) as usize).saturating_mul(ROWS as usize);
    let shown = stands.iter().skip(first).take(ROWS as usize);
    Table {
        id: "projects".to_owned(),
        columns: vec![
            Column::text("project", "Project"),
            Column::text("endorsed", "Endorsed"),
            Column::text("declared", "Declared"),
            Column::text("measured", "Measured"),
        ],
        rows: shown.map(row).collect(),
        empty: "Not measured yet.".into(),
        pager: rows::pager(asked, stands.len() as u64, ROWS),
        ..Table::default()
    }
}

/// By how many projects each requirement is met: counted from what assessments keep of each project.
async fn requirements(
    ctx: &Context,
    standard: &Standard,
    checks: &[&CheckText],
) -> Result<Table, PageError> {
    let documents = ctx.store.documents(facts::ADOPTION, Rows::whole()).await?;
    let mut counts: BTreeMap<(String, Outcome), u64> = BTreeMap::new();
    for row in &documents.rows {
        let read: facts::Adoption = facts::read(&row.document);
        let of_standard = read.standards.into_iter().filter(|it| it.id == standard.id);
        for it in of_standard.flat_map(|it| it.requirements) {
            let outcome = Outcome::parse(&it.outcome).unwrap_or(Outcome::Unknown);
            *counts.entry((it.check, outcome)).or_default() += 1;
        }
    }
    let row = |check: &&CheckText| {
        let place = Place::new(["checks", check.id]);
        let mut cells = vec![
            Cell::text(check.standard.as_ref().map_or("", |(_, it)| *it)),
            Cell::text(Text::link(asked_for(check), place.clone())),
        ];
        let outcomes = [
            Outcome::Pass,
            Outcome::Fail,
            Outcome::Unknown,
            Outcome::NotApplicable,
        ];
        cells.extend(outcomes.map(|outcome| {
            let count = counts.get(&(check.id.to_owned(), outcome)).copied();
            Cell::count(count.unwrap_or_default(), place.clone().at("who"))
        }));
        cells
    };
    Ok(Table {
        id: "requirements-table".to_owned(),
        columns: vec![
            Column::text("requirement", "Requirement"),
            Column::text("check", "What is asked for"),
            Column::number("holds", "Holds in"),
            Column::number("to_mend", "To mend"),
            Column::number("unknown", "Unknown"),
            Column::number("not_applicable", "Does not apply"),
        ],
        rows: checks.iter().map(row).collect(),
        ..Table::default()
    })
}

/// What a check wants, in its first sentence.
pub(super) fn asked_for(check: &CheckText) -> String {
    words::clipped(
        &words::first_sentence(check.explanation.what).replace('`', ""),
        150,
    )
}

fn step(check: &CheckText) -> Item {
    Item {
        title: Text::link(
            words::sentence(check.title),
            Place::new(["checks", check.id]),
        ),
        detail: Text::marked(check.explanation.remedy),
    }
}

/// The requirements of frameworks that checks support, each once.
pub(super) fn frameworks(id: &str, checks: &[&CheckText]) -> Table {
    let mut rows: BTreeMap<(&str, &str, &str, &str), Vec<&CheckText>> = BTreeMap::new();
    for check in checks {
        for it in &check.supports {
            let key = (it.framework, it.version, it.requirement, it.meaning);
            rows.entry(key).or_default().push(check);
        }
    }
    let row = |((framework, version, requirement, meaning), by): (
        &(&str, &str, &str, &str),
        &Vec<&CheckText>,
    )| {
        let mut text = Text::default();
        for (index, check) in by.iter().enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            text = text
                .plain(comma)
                .and_link(check.id, Place::new(["checks", check.id]));
        }
        vec![
            Cell::text(format!("{framework} {requirement}")),
            Cell::text(words::sentence(meaning)),
            Cell::text(*version),
            Cell::text(text),
        ]
    };
    Table {
        id: id.to_owned(),
        columns: vec![
            Column::text("requirement", "Requirement"),
            Column::text("meaning", "What it asks for"),
            Column::text("version", "Version"),
            Column::text("checks", "Supported by"),
        ],
        rows: rows.iter().map(row).collect(),
        empty: "It supports no requirement of the frameworks that are looked at.".into(),
        ..Table::default()
    }
}
