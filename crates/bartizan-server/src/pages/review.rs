//! How often the rules of reviews were right, by what maintainers said of their entries: counts, without anything that waits.

use bartizan_review::{rule::Rules, verdict::Tally};
use bartizan_store::Page as Rows;

use super::{PageItem, rows};
use crate::{
    context::{Asked, Context, PageError},
    field::{Field, LinesToRead},
    href::Place,
    page::{Block, Cell, Column, Page, Section, Table, Text},
    review, words,
};

pub(super) static PAGE: PageItem = PageItem {
    path: "/review",
    title: "Review",
    purpose: "How often each rule of reviews was right in each project, by maintainers' verdicts, and how much had to be read",
    is_in_menu: true,
    asks: &[],
    render: |ctx, asked| Box::pin(render(ctx, asked)),
    feed: None,
    badge: None,
};

/// The measures that are shown together with it.
const MEASURES: [&str; 2] = ["review-lines-to-read", "pull-requests-with-alarms"];

/// How many projects are listed.
const MOST_PROJECTS: u32 = 500;

async fn render(ctx: &Context, _asked: &Asked) -> Result<Option<Page>, PageError> {
    let field = Field::of(&ctx.store, None).await?;
    let mut sections = vec![
        Section::new("figures", "Over the ecosystem").with(Block::Cards(
            rows::cards(ctx, &MEASURES, "clones of repositories with the heads of pull requests")
                .await?,
        )),
        Section::new("precision", "Precision by rule and project")
            .note("Right: it mattered. Harmless: it is so, and does no harm. Wrong: it is not so. Of a rule without a verdict nothing is said.")
            .with(Block::Table(table(&field.tallies))),
        Section::new("to-read", "What had to be read")
            .note("Lines of entries with those around them, out of the lines that waiting pull requests change.")
            .with(Block::Table(lines_table(&field.lines))),
    ];
    sections.extend(desk(ctx).await?);
    sections.push(
        Section::new("methods-of", "What is measured, what is not, and why")
            .with(Block::Facts(methods())),
    );
    Ok(Some(Page {
        title: "Review".to_owned(),
        headline: headline(&field.tallies),
        lede: "A review tells what a change introduces that deserves an expert's eyes. Only its readers know whether it was worth theirs: this page counts what they said.".into(),
        sections,
        ..Page::default()
    }))
}

fn headline(tallies: &[Tally]) -> String {
    let right: u64 = tallies.iter().map(|it| it.right).sum();
    let of: u64 = tallies.iter().map(Tally::of).sum();
    match of {
        0 => "Nobody has said yet whether the rules of reviews are right".to_owned(),
        of => format!(
            "Maintainers looked at {} of reviews and found {} worth the look",
            words::counted(of, "entry", "entries"),
            words::number_word(right)
        ),
    }
}

fn table(tallies: &[Tally]) -> Table {
    Table {
        id: "precision-of-rules".to_owned(),
        columns: vec![
            Column::text("rule", "Rule"),
            Column::text("project", "Project"),
            Column::number("right", "Right"),
            Column::number("harmless", "Harmless"),
            Column::number("wrong", "Wrong"),
            Column::number("of", "Of"),
            Column::number("precision", "Precision"),
            Column::text("between", "95 of 100 times between"),
        ],
        rows: tallies.iter().filter_map(line).collect(),
        empty: "Not measured yet: this needs verdicts, by `bartizan verdict add` or on a project's review queue.".into(),
        ..Table::default()
    }
}

fn line(it: &Tally) -> Option<Vec<Cell>> {
    let (share, (low, high)) = (it.precision()?, it.interval()?);
    let title = Rules::built_in().find(&it.rule).map(|rule| &rule.title);
    let rule = Text::default().code(&it.rule);
    let rule = title.map_or(rule.clone(), |title| {
        rule.plain(": ").and_spans(Text::marked(title))
    });
    let count = |amount| Cell::count(amount, None);
    Some(vec![
        Cell::text(rule),
        Cell::text(Text::link(
            &it.project,
            Place::new(["projects", &it.project]),
        )),
        count(it.right),
        count(it.harmless),
        count(it.wrong),
        count(it.of()),
        Cell::Number {
            value: share,
            shown: format!("{share:.2}"),
            list: None,
        },
        Cell::text(format!("{low:.2} and {high:.2}")),
    ])
}

fn lines_table(lines: &[LinesToRead]) -> Table {
    let row = |it: &LinesToRead| {
        let share = it.share()?;
        Some(vec![
            Cell::text(Text::link(
                &it.project,
                Place::new(["projects", &it.project]),
            )),
            number(it.lines),
            number(it.of),
            Cell::Number {
                value: share,
                shown: format!("{:.1} %", 100.0 * share),
                list: None,
            },
            Cell::Time(it.measured),
        ])
    };
    Table {
        id: "lines-to-read".to_owned(),
        columns: vec![
            Column::text("project", "Project"),
            Column::number("lines", "Lines to read"),
            Column::number("of", "Changed lines"),
            Column::number("share", "Share"),
            Column::text("measured", "Measured"),
        ],
        rows: lines.iter().filter_map(row).collect(),
        empty: "Not measured yet: an assessment with clones that keep the heads of pull requests fills this table.".into(),
        ..Table::default()
    }
}

fn number(value: f64) -> Cell {
    Cell::Number {
        value,
        shown: words::value(value),
        list: None,
    }
}

/// The queues, for whoever sits at this machine.
async fn desk(ctx: &Context) -> Result<Option<Section>, PageError> {
    if ctx.desk.is_none() {
        return Ok(None);
    }
    let found = ctx
        .store
        .documents(review::QUEUE, Rows::new(1, MOST_PROJECTS))
        .await?;
    let line = |project: &str, queue: &review::Queue, observed| {
        vec![
            Cell::text(Text::link(project, review::place(project))),
            Cell::count(queue.of, None),
            Cell::count(queue.pulls.len() as u64, None),
            Cell::Time(observed),
        ]
    };
    let rows = found.rows.iter().map(|row| {
        let queue: review::Queue = crate::signing::read(&row.document.json);
        line(&row.project, &queue, row.document.evidence.observed)
    });
    let table = Table {
        id: "queues".to_owned(),
        columns: vec![
            Column::text("project", "Queue of"),
            Column::number("waiting", "Not known to be in"),
            Column::number("looked_at", "Looked at"),
            Column::text("read", "Read"),
        ],
        rows: rows.collect(),
        empty: "No queue is here: an assessment with clones that keep the heads of pull requests fills this table.".into(),
        ..Table::default()
    };
    Ok(Some(
        Section::new("desk", "Review queues")
            .note("Shown on this machine only.")
            .with(Block::Table(table)),
    ))
}

fn methods() -> Vec<(String, Text)> {
    [
        ("Precision", "The part of a rule's entries in a project that were right, out of those with a verdict; the last verdict of an entry counts. The bounds are Wilson's, of 95 %."),
        ("What it does not say", "Entries without a verdict are not in it, and people speak up more often about what annoys them. What a rule misses is not seen here at all."),
        ("Lines to read", "Lines of entries with those around them, each once, out of the lines that waiting pull requests take away or put in."),
        ("What a verdict does", "Nothing to any score, and it hides no entry. Rules are changed by those who write them."),
        ("Persons", "Neither who wrote a change nor who gave a verdict is kept. What waits, and in which order, is shown on the maintainers' own machine only."),
    ]
    .map(|(word, meaning)| (word.to_owned(), Text::from(meaning)))
    .to_vec()
}
