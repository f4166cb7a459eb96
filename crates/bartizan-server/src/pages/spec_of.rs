//! A standard in a project: what is endorsed, declared and measured, each with its evidence, and every requirement.

use bartizan_model::assessment::{Evidence, Outcome};

use super::{
    PageItem, facts, projects,
    spec::asked_for,
    standards::{self, Standard, outcome_state, source},
};
use crate::{
    context::{Asked, Context, PageError},
    href::Place,
    page::{Block, Cell, Column, Page, Section, Sign, State, Table, Text},
    words,
};

pub(super) static PAGE: PageItem = PageItem {
    path: "/specs/{}/{}",
    title: "SPEC of a project",
    purpose: "What a project endorsed, declared and meets of a standard, with the evidence of each requirement",
    is_in_menu: false,
    asks: &[],
    render: |ctx, asked| Box::pin(render(ctx, asked)),
    feed: None,
    badge: Some(|ctx, asked| Box::pin(badge(ctx, asked))),
};

/// What is known of a standard in a project.
struct Known {
    project: String,
    standard: Standard,
    /// Whether it is endorsed, and how that is known.
    endorsed: Option<(bool, Evidence)>,
    /// Whether the README could be read.
    has_readme: bool,
    measured: facts::MeasuredStandard,
    evidence: Evidence,
    /// The repository and the commit that badges were looked for in.
    looked: (String, String),
}

async fn find(ctx: &Context, asked: &Asked) -> Result<Option<Known>, PageError> {
    let (id, name) = (asked.part(0), asked.part(1));
    let Some(row) = ctx.store.project(name).await? else {
        return Ok(None);
    };
    let standards = standards::all(ctx).await?;
    let Some(standard) = standards.into_iter().find(|it| it.id == id) else {
        return Ok(None);
    };
    let Some(document) = ctx.store.document(name, facts::ADOPTION, "").await? else {
        return Ok(None);
    };
    let read: facts::Adoption = facts::read(&document.document);
    let Some(measured) = read.standards.into_iter().find(|it| it.id == id) else {
        return Ok(None);
    };
    let endorsements = ctx.store.document(name, facts::ENDORSEMENTS, "").await?;
    let endorsed = endorsements.and_then(|row| {
        let read: facts::Endorsements = facts::read(&row.document);
        let it = read.standards.into_iter().find(|it| it.id == id)?;
        Some((it.is_endorsed, row.document.evidence))
    });
    Ok(Some(Known {
        project: projects::title(&row),
        standard,
        endorsed,
        has_readme: read.has_readme,
        measured,
        evidence: document.document.evidence,
        looked: (read.repository, read.commit),
    }))
}

async fn render(ctx: &Context, asked: &Asked) -> Result<Option<Page>, PageError> {
    let Some(known) = find(ctx, asked).await? else {
        return Ok(None);
    };
    let name = asked.part(1);
    let mut sections = vec![
        Section::new("facts-of", "Three facts").with(Block::Table(three(&known))),
        Section::new("requirements", "Requirements")
            .note("What a check found of each, the worst of it. What could not be looked at is unknown and never counts as holding.")
            .with(Block::Table(requirements(ctx, &known))),
    ];
    if known.measured.outcome() == Some(Outcome::Pass) {
        let number = known.standard.number();
        sections.push(Section::new("badge", "Badge").with(Block::Badge {
            place: asked.bare().with("format", "svg"),
            text: format!("{number}: met"),
            page: asked.bare(),
        }));
    }
    let (title, number) = (&known.project, known.standard.number());
    Ok(Some(Page {
        title: format!("{number} of {title}"),
        headline: headline(&known),
        lede: format!("{}.", known.standard.name()).into(),
        above: vec![
            ("SPECs".to_owned(), Place::new(["specs"])),
            (number, standards::place(&known.standard.id)),
            (title.clone(), Place::new(["projects", name])),
        ],
        sections,
        ..Page::default()
    }))
}

fn headline(known: &Known) -> String {
    let it = &known.measured;
    let number = known.standard.number();
    let project = &known.project;
    match it.outcome() {
        Some(Outcome::Pass) => format!("{project} meets {number}"),
        Some(Outcome::NotApplicable) => format!("{number} does not arise for {project}"),
        Some(Outcome::Fail) => format!(
            "{} of {} requirements of {number} hold in {project}",
            words::sentence(&words::number_word(it.holds)),
            words::number_word(it.applicable)
        ),
        Some(Outcome::Unknown) | None => format!(
            "{} of {} requirements of {number} are known to hold in {project}",
            words::sentence(&words::number_word(it.holds)),
            words::number_word(it.applicable)
        ),
    }
}

/// Where a fact is known from, at which commit, and when that was seen.
fn from(evidence: &Evidence, locator: Text) -> [Cell; 3] {
    let snapshot = evidence.snapshot.as_deref().unwrap_or_default();
    [
        Cell::text(locator),
        Cell::text(Text::default().code(words::clipped(snapshot, 14))),
        Cell::Time(evidence.observed),
    ]
}

fn endorsed(known: &Known) -> Vec<Cell> {
    let mut cells = vec![Cell::text("Endorsed")];
    match &known.endorsed {
        Some((is, evidence)) => {
            cells.push(Cell::State(if *is {
                State::new(Sign::Stated, "endorsed")
            } else {
                State::new(Sign::Neutral, "not stated")
            }));
            cells.extend(from(evidence, evidence.locator.as_str().into()));
        }
        None => cells.extend([Cell::Missing, Cell::Empty, Cell::Empty, Cell::Empty]),
    }
    cells
}

fn declared(known: &Known) -> Vec<Cell> {
    let (repository, commit) = &known.looked;
    let (state, locator) = match (&known.measured.declared_at, known.has_readme) {
        (Some(at), _) => {
            let text = match source(repository, commit, at) {
                Some(href) => Text::link(at, href),
                None => at.as_str().into(),
            };
            (State::new(Sign::Stated, "declared"), text)
        }
        (None, true) => (
            State::new(Sign::Neutral, "not stated"),
            "no badge in the README".into(),
        ),
        (None, false) => (
            State::new(Sign::Unknown, "unknown"),
            "no README was read".into(),
        ),
    };
    let mut cells = vec![Cell::text("Declared"), Cell::State(state)];
    cells.extend(from(&known.evidence, locator));
    cells
}

fn measured(known: &Known) -> Vec<Cell> {
    let it = &known.measured;
    let count = format!("{} of {} hold", it.holds, it.applicable);
    let state = match it.outcome() {
        Some(Outcome::Pass) => State::new(Sign::Good, format!("met, {count}")),
        Some(Outcome::Fail) => State::new(Sign::Watch, count),
        Some(Outcome::NotApplicable) => outcome_state(it.outcome()),
        Some(Outcome::Unknown) | None => State::new(
            Sign::Unknown,
            format!("{} of {} known to hold", it.holds, it.applicable),
        ),
    };
    let mut cells = vec![Cell::text("Measured"), Cell::State(state)];
    cells.extend(from(&known.evidence, "the requirements below".into()));
    cells
}

fn three(known: &Known) -> Table {
    Table {
        id: "three-facts".to_owned(),
        columns: vec![
            Column::text("fact", "Fact"),
            Column::text("state", "State"),
            Column::text("from", "Known from"),
            Column::text("commit", "Commit"),
            Column::text("observed", "Observed"),
        ],
        rows: vec![endorsed(known), declared(known), measured(known)],
        ..Table::default()
    }
}

fn requirements(ctx: &Context, known: &Known) -> Table {
    let row = |it: &facts::MeasuredRequirement| {
        let more = match it.statements {
            0 | 1 => String::new(),
            count => format!(", and {} more", count - 1),
        };
        let needs = it.needs.as_ref();
        let needs = needs.map_or_else(String::new, |needs| format!("; needed: {needs}"));
        let place = match &it.at {
            Some(at) => Cell::text(match source(&it.repository, &it.commit, at) {
                Some(href) => Text::link(at, href),
                None => at.as_str().into(),
            }),
            None => Cell::Empty,
        };
        vec![
            Cell::text(it.requirement.as_str()),
            Cell::text(Text::link(
                ctx.check(&it.check)
                    .map_or_else(|| ctx.check_title(&it.check), asked_for),
                Place::new(["checks", &it.check]),
            )),
            Cell::State(outcome_state(Outcome::parse(&it.outcome))),
            Cell::Text(Text::marked(&format!(
                "{}{more}{needs}",
                words::sentence(&it.message)
            ))),
            place,
        ]
    };
    Table {
        id: "requirements-table".to_owned(),
        columns: vec![
            Column::text("requirement", "Requirement"),
            Column::text("check", "What is asked for"),
            Column::text("state", "State"),
            Column::text("found", "What was found"),
            Column::text("place", "Where"),
        ],
        rows: known.measured.requirements.iter().map(row).collect(),
        ..Table::default()
    }
}

/// A badge says that a standard is met, and there is none where that is not so.
async fn badge(ctx: &Context, asked: &Asked) -> Result<Option<(String, String, Sign)>, PageError> {
    let Some(known) = find(ctx, asked).await? else {
        return Ok(None);
    };
    let is_met = known.measured.outcome() == Some(Outcome::Pass);
    Ok(is_met.then(|| (known.standard.number(), "met".to_owned(), Sign::Good)))
}
