//! The report as a page of its own, looking as the dashboard does.

mod holders;
mod peers;
pub(super) mod supported;

use bartizan_model::{assessment::Outcome, severity::SeverityLevel};
use bartizan_posture::{
    adoption::{self, Adoption},
    capabilities::holders,
    check::Check,
    facts::Facts,
    report::Answer,
};
use bartizan_server::{
    page::{
        Block, Cell, Column, Item, Page, Section, Sign, State, Table, Text,
        layout::{Alone, alone},
    },
    words,
};
use jiff::tz::TimeZone;

use super::report::{CheckReport, Told};

/// How many things to do first are named.
const MOST_STEPS: usize = 5;

pub(super) fn html(report: &CheckReport, facts: &Facts) -> String {
    let name = facts
        .project
        .name
        .clone()
        .unwrap_or_else(|| report.directory.clone());
    let commit = report
        .commit
        .as_deref()
        .unwrap_or("a commit that is not known");
    let moment = report.now.to_zoned(TimeZone::UTC);
    let about = Alone {
        subject: name.clone(),
        notes: vec![
            format!("Bartizan {}", env!("CARGO_PKG_VERSION")),
            format!("Looked at {}", words::clipped(commit, 24)),
            moment.strftime("%Y-%m-%d %H:%M UTC").to_string(),
        ],
    };
    alone(&page(report, facts, &name), &about)
}

fn page(report: &CheckReport, facts: &Facts, name: &str) -> Page {
    let live: Vec<&Told> = report.of(Outcome::Fail).filter(|it| it.is_live()).collect();
    let mut answers: Vec<Answer> = report.told.iter().map(|it| it.answer.clone()).collect();
    answers.sort_by_key(|answer| answer.check.id);
    let mut sections = found_out(report, facts, (&live, &answers));
    sections.extend(rest(report, &answers));
    sections
        .push(Section::new("made", "How this was made").with(Block::Facts(made(report, facts))));
    Page {
        title: format!("{name}: SPECs and continuous integration"),
        headline: headline(&live),
        lede: report.summary().into(),
        sections,
        ..Page::default()
    }
}

/// What a maintainer reads first.
fn found_out(
    report: &CheckReport,
    facts: &Facts,
    (live, answers): (&[&Told], &[Answer]),
) -> Vec<Section> {
    let adoptions = adoption::adoptions(facts, answers);
    let mut sections = Vec::new();
    if !live.is_empty() {
        sections.push(
            Section::new("first", "What to do first")
                .note("The worst first; each action mends what stands beside it.")
                .with(Block::List(steps(live))),
        );
    }
    sections.push(
        Section::new("specs", "SPECs")
            .note("Declared is a badge in the README. Measured is what checks found here; what a checkout cannot show never counts as holding.")
            .with(Block::Table(specs(&adoptions))),
    );
    sections.push(Section::new("to-mend", "To mend").with(Block::Table(failing(live))));
    if !report.imports.is_empty() {
        sections.push(peers::section(report));
    }
    sections.push(
        Section::new("rights", "Who may do what")
            .note("Which job of the workflows holds which write permission, secret and identity.")
            .with(Block::Chart(holders::map(&holders(facts)))),
    );
    sections.push(
        Section::new("unknown", "What could not be told").with(Block::Table(unknown(report))),
    );
    sections
}

/// What remains: what holds, what does not apply, what is ignored, and what of frameworks is supported.
fn rest(report: &CheckReport, answers: &[Answer]) -> Vec<Section> {
    let mut sections = vec![Section::new("holds", "What holds").with(Block::Table(plain(
        "holds-table",
        report.of(Outcome::Pass),
        "Nothing holds yet.",
    )))];
    sections.push(
        Section::new("not-applicable", "What does not apply").with(Block::Table(plain(
            "not-applicable-table",
            report.of(Outcome::NotApplicable),
            "Everything applies.",
        ))),
    );
    let ignored: Vec<&Told> = report
        .told
        .iter()
        .filter(|it| it.ignored.is_some())
        .collect();
    if !ignored.is_empty() {
        sections.push(
            Section::new("ignored", "Ignored by the settings")
                .with(Block::Table(plain_ignored(&ignored))),
        );
    }
    sections.push(
        Section::new("frameworks", "Frameworks")
            .note("Requirements that the checks support, with the worst outcome of those. None of them is met by checks alone.")
            .with(Block::Table(supported::supported(answers))),
    );
    sections
}

fn made(report: &CheckReport, facts: &Facts) -> Vec<(String, Text)> {
    let commit = report.commit.as_deref();
    let commit = commit.map_or_else(|| Text::from("not known"), |it| Text::default().code(it));
    vec![
        ("Commit".to_owned(), commit),
        ("As of".to_owned(), report.now.to_string().into()),
        (
            "Files in the checkout".to_owned(),
            words::count(facts.files.len() as u64).into(),
        ),
        (
            "What could not be read".to_owned(),
            words::count(facts.problems.len() as u64).into(),
        ),
        (
            "Program".to_owned(),
            format!("Bartizan {}", env!("CARGO_PKG_VERSION")).into(),
        ),
    ]
}

fn headline(live: &[&Told]) -> String {
    let worst = live.iter().map(|it| it.answer.severity()).max();
    match (live.len() as u64, worst) {
        (0, _) => "Nothing to mend was found".to_owned(),
        (1, Some(worst)) => format!("One thing to mend, of {worst} severity"),
        (many, worst) => {
            let many = words::sentence(&words::number_word(many));
            let worst = worst.unwrap_or(SeverityLevel::None);
            format!("{many} things to mend, the worst of {worst} severity")
        }
    }
}

fn steps(live: &[&Told]) -> Vec<Item> {
    let groups = live.chunk_by(|a, b| a.answer.check.id == b.answer.check.id);
    let item = |group: &[&Told]| {
        let first = group.first()?;
        let check = first.answer.check;
        let places = words::counted(group.len() as u64, "place", "places");
        Some(Item {
            title: Text::default()
                .plain(words::sentence(check.title))
                .plain(format!(" ({}, {places})", first.answer.severity())),
            detail: Text::marked(check.remedy),
        })
    };
    groups.filter_map(item).take(MOST_STEPS).collect()
}

fn specs(adoptions: &[Adoption]) -> Table {
    let row = |it: &Adoption| {
        let declared = match &it.declared {
            Some(place) => State::new(Sign::Stated, format!("declared in {place}")),
            None => State::new(Sign::Neutral, "not stated"),
        };
        let (holds, applies) = (it.count(Outcome::Pass), it.applicable());
        let measured = match it.outcome() {
            Outcome::Pass => State::new(Sign::Good, format!("met, {holds} of {applies} hold")),
            Outcome::Fail => State::new(Sign::Watch, format!("{holds} of {applies} hold")),
            Outcome::Unknown => {
                State::new(Sign::Unknown, format!("{holds} of {applies} known to hold"))
            }
            Outcome::NotApplicable => State::new(Sign::Neutral, "does not apply"),
        };
        vec![
            Cell::text(if it.is_draft() {
                format!("SPEC {} (draft)", it.number)
            } else {
                format!("SPEC {}", it.number)
            }),
            Cell::State(declared),
            Cell::State(measured),
        ]
    };
    Table {
        id: "specs-table".to_owned(),
        columns: vec![
            Column::text("standard", "SPEC"),
            Column::text("declared", "Declared"),
            Column::text("measured", "Measured"),
        ],
        rows: adoptions.iter().map(row).collect(),
        empty: "No check of a SPEC was asked.".into(),
        ..Table::default()
    }
}

fn failing(live: &[&Told]) -> Table {
    let row = |told: &&Told| {
        let severity = told.answer.severity();
        let sign = match severity {
            SeverityLevel::Critical | SeverityLevel::High => Sign::Bad,
            _ => Sign::Watch,
        };
        vec![
            Cell::text(named(told.answer.check)),
            Cell::State(State::new(sign, severity.as_str())),
            found(told),
            places(told),
        ]
    };
    Table {
        id: "to-mend-table".to_owned(),
        columns: vec![
            Column::text("check", "Check"),
            Column::text("severity", "Severity"),
            Column::text("found", "What was found"),
            Column::text("places", "Where"),
        ],
        rows: live.iter().map(row).collect(),
        empty: "Nothing.".into(),
        ..Table::default()
    }
}

fn named(check: &Check) -> Text {
    let text = Text::default().code(check.id);
    match check.spec {
        Some(spec) => text.plain(format!(" SPEC {spec}")),
        None => text,
    }
}

fn found(told: &Told) -> Cell {
    Cell::Text(Text::marked(&words::sentence(
        &told.answer.statement.message,
    )))
}

fn places(told: &Told) -> Cell {
    let places = &told.answer.statement.places;
    match places.as_slice() {
        [] => Cell::Empty,
        places => {
            let each = places.iter().map(ToString::to_string);
            let text = each.fold(Text::default(), |text, place| text.code(place).plain(" "));
            Cell::Text(text)
        }
    }
}

fn unknown(report: &CheckReport) -> Table {
    let row = |told: &Told| {
        let statement = &told.answer.statement;
        vec![
            Cell::text(named(told.answer.check)),
            found(told),
            statement.needs.as_deref().map_or(Cell::Empty, |needs| {
                Cell::Text(Text::marked(&words::sentence(needs)))
            }),
        ]
    };
    Table {
        id: "unknown-table".to_owned(),
        columns: vec![
            Column::text("check", "Check"),
            Column::text("found", "What stands in the way"),
            Column::text("needed", "What would tell"),
        ],
        rows: report.of(Outcome::Unknown).map(row).collect(),
        empty: "Everything could be told.".into(),
        ..Table::default()
    }
}

fn plain<'a>(id: &str, told: impl Iterator<Item = &'a Told>, empty: &str) -> Table {
    let row = |told: &Told| vec![Cell::text(named(told.answer.check)), found(told)];
    Table {
        id: id.to_owned(),
        columns: vec![
            Column::text("check", "Check"),
            Column::text("found", "What was found"),
        ],
        rows: told.map(row).collect(),
        empty: empty.into(),
        ..Table::default()
    }
}

fn plain_ignored(ignored: &[&Told]) -> Table {
    let row = |told: &&Told| {
        vec![
            Cell::text(named(told.answer.check)),
            found(told),
            Cell::text(told.ignored.clone().unwrap_or_default()),
        ]
    };
    Table {
        id: "ignored-table".to_owned(),
        columns: vec![
            Column::text("check", "Check"),
            Column::text("found", "What was found"),
            Column::text("reason", "Reason"),
        ],
        rows: ignored.iter().map(row).collect(),
        ..Table::default()
    }
}
