//! How projects stand on their people: levels, how many know and how many bring in, how much review waits. No person is
//! named, and nothing here could name one: what is kept holds no names.

use bartizan_store::{DocumentRow, Page as Rows, Scope};

use super::{PageItem, facts, rows};
use crate::{
    context::{Asked, Context, PageError},
    href::Place,
    page::{Block, Card, Cell, Column, Page, Reading, Section, Sign, State, Table, Text},
    words,
};

pub(super) static PAGE: PageItem = PageItem {
    path: "/people",
    title: "People",
    purpose: "How projects stand on their people, without naming any, and how much review waits",
    is_in_menu: true,
    asks: &["page"],
    render: |ctx, asked| Box::pin(render(ctx, asked)),
    feed: None,
    badge: None,
};

async fn render(ctx: &Context, asked: &Asked) -> Result<Option<Page>, PageError> {
    let found = ctx
        .store
        .documents(facts::STRUCTURE, Rows::new(asked.page(), rows::PAGE_SIZE))
        .await?;
    let read: Vec<(&DocumentRow, facts::Structure)> = found
        .rows
        .iter()
        .map(|row| (row, facts::read(&row.document)))
        .collect();
    let table = Table {
        id: "people-projects".to_owned(),
        columns: columns(),
        rows: read.iter().map(|(row, it)| line(row, it)).collect(),
        empty: "Not measured yet: an assessment with clones of repositories fills this table."
            .into(),
        pager: rows::pager(asked, found.total, rows::PAGE_SIZE),
        ..Table::default()
    };
    let sections = vec![
        Section::new("figures", "Over the ecosystem").with(Block::Cards(cards(ctx).await?)),
        Section::new("projects", "By project")
            .note(
                "By name, never by rank. A level says how much a second pair of hands would help.",
            )
            .with(Block::Table(table)),
        Section::new("methods-of", "What is measured, what is not, and why")
            .with(Block::Facts(methods())),
    ];
    Ok(Some(Page {
        title: "People".to_owned(),
        headline: headline(&read, found.total),
        lede: "Maintainers carry more than anybody sees. These figures say where one more person would help most; they speak of projects, never of anybody's worth.".into(),
        sections,
        ..Page::default()
    }))
}

fn headline(read: &[(&DocumentRow, facts::Structure)], total: u64) -> String {
    let one = read
        .iter()
        .filter(|(_, it)| it.truck_factor == Some(1))
        .count() as u64;
    match (total, one) {
        (0, _) => "How projects stand on their people was not measured yet".to_owned(),
        (_, 0) => format!(
            "None of {} rests on one person alone",
            words::counted(total, "project", "projects")
        ),
        (_, one) => format!(
            "In {} of {}, one person alone knows most of the files",
            words::number_word(one),
            words::counted(read.len() as u64, "project", "projects")
        ),
    }
}

/// The figures over the ecosystem that are there.
async fn cards(ctx: &Context) -> Result<Vec<Card>, PageError> {
    let mut cards = Vec::new();
    for measure in &ctx.catalogues.measures {
        if !facts::OF_PEOPLE.contains(&measure.id) {
            continue;
        }
        let figure = ctx.store.figure(&Scope::Ecosystem, measure.id).await?;
        let reading = match figure {
            Some(row) => Reading::Measured {
                value: row.figure.value,
                shown: words::value(row.figure.value),
                unit: row.figure.whole.map_or_else(
                    || measure.unit.to_owned(),
                    |whole| format!("of {} {}", words::value(whole), measure.unit),
                ),
                list: None,
            },
            None => Reading::Missing {
                needs: "clones of the projects' repositories".to_owned(),
            },
        };
        cards.push(Card {
            title: measure.title.to_owned(),
            reading,
            course: None,
            note: Text::link("How it is computed", Place::new(["methods"]).at(measure.id)),
        });
    }
    Ok(cards)
}

fn columns() -> Vec<Column> {
    vec![
        Column::text("project", "Project"),
        Column::text("level", "Structural risk"),
        Column::number("truck_factor", "Would have to go"),
        Column::number("hands", "Bring work in"),
        Column::number("shared_hands", "Of these elsewhere too"),
        Column::number("releasers", "Release"),
        Column::number("of_each", "Reviews for each"),
        Column::text("read", "Read"),
    ]
}

fn line(row: &DocumentRow, it: &facts::Structure) -> Vec<Cell> {
    let count = |value: Option<u64>| value.map_or(Cell::Missing, |it| Cell::count(it, None));
    let project = Place::new(["projects", &row.project]).at("people-of");
    let of_each = it.review.as_ref().and_then(|it| it.of_each);
    vec![
        Cell::text(Text::link(&row.project, project)),
        Cell::State(level(it)),
        count(it.truck_factor),
        count(it.hands),
        count(it.shared_hands),
        count(it.releasers.filter(|_| it.releases > 0)),
        of_each.map_or(Cell::Missing, |value| Cell::Number {
            value,
            shown: words::value(value),
            list: None,
        }),
        Cell::Time(row.document.evidence.observed),
    ]
}

/// A level is no grade: high asks for a second pair of hands.
pub(super) fn level(it: &facts::Structure) -> State {
    match it.level.as_str() {
        "high" => State::new(Sign::Watch, "high: needs a second pair of hands"),
        "raised" => State::new(Sign::Watch, "raised: several things are fragile"),
        "usual" => State::new(Sign::Neutral, "usual"),
        _ => State::new(Sign::Unknown, "not known"),
    }
}

/// What holds of a project, what does not and what is unknown, each with what it rests on.
pub(super) fn signals(it: &facts::Structure) -> Table {
    let row = |it: &facts::Signal| {
        let state = match it.state.as_str() {
            "holds" => State::new(Sign::Watch, "holds"),
            "does-not" => State::new(Sign::Good, "does not hold"),
            _ => State::new(Sign::Unknown, "not known"),
        };
        let mut because = it.because.clone();
        if let Some(against) = &it.against {
            because += &format!("; but {against}");
        }
        let helps = if it.state == "holds" {
            it.remedy.as_str()
        } else {
            ""
        };
        vec![
            Cell::text(it.title.as_str()),
            Cell::State(state),
            Cell::text(because),
            Cell::text(usual(it)),
            Cell::text(helps),
        ]
    };
    Table {
        id: "signals".to_owned(),
        columns: vec![
            Column::text("signal", "Question"),
            Column::text("state", "Answer"),
            Column::text("because", "What it rests on"),
            Column::text("usual", "How usual"),
            Column::text("helps", "What helps"),
        ],
        rows: it.signals.iter().map(row).collect(),
        empty: "Not measured yet: this needs a clone of the project's repository.".into(),
        ..Table::default()
    }
}

fn usual(it: &facts::Signal) -> String {
    let share = 100.0 * it.held as f64 / it.of.max(1) as f64;
    format!("{share:.1} % of quarters of fourteen projects")
}

fn methods() -> Vec<(String, Text)> {
    [
        ("Read", "The history of each leading repository that is here as a clone: who wrote what, by whose hand it came in, who made tags. All of them as one corpus, so that whoever is known to one project is not new to another."),
        ("Measured", "How many would have to go before most files have nobody who knows them; how many bring work in and release; whether authority has gathered in somebody new; how many pull requests may wait for each. Thresholds were fixed before they were measured, and each answer stands with how often it is true of projects at large."),
        ("High is no accusation", "Nearly everybody who comes to lead a project is what they seem: of all the times that the rules spoke over the histories of fourteen projects, nobody was known to have done wrong. One attack in another project is the case for which they are there, and one case proves little."),
        ("Not measured", "How good, honest, senior or active anybody is. No score of persons exists here, public or private."),
        ("Not looked at", "Names, addresses, time zones, places, employers, gender. Time zones would have fitted the one known attack; they would fit a great many innocent people as well."),
        ("Not seen", "Who pressed the button where pull requests are squashed, reviews and talk on the code host, work that is in no commit, knowledge of people who never write code. Where the history does not say it, the answer is not known."),
        ("Persons", "Nobody is named on any page, feed or file. A project's own maintainers can ask their own clone: bartizan people risk --private."),
    ]
    .map(|(word, meaning)| (word.to_owned(), Text::from(meaning)))
    .to_vec()
}
