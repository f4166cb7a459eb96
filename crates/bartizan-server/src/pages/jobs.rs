//! What runs by itself: each schedule of the profile, when it fired last, and what became of that. What was not done is told, with why.

use bartizan_model::profile::Interval;
use bartizan_store::{JobState, ScheduleRow, ScheduledJob};

use super::PageItem;
use crate::{
    context::{Asked, Context, PageError},
    href::Place,
    page::{Block, Cell, Column, Page, Section, Sign, State, Table, Text},
    words,
};

pub(super) static PAGE: PageItem = PageItem {
    path: "/data/jobs",
    title: "Jobs",
    purpose: "What runs by itself, when it ran last, and what was not done",
    is_in_menu: false,
    asks: &[],
    render: |ctx, asked| Box::pin(render(ctx, asked)),
    feed: None,
    badge: None,
};

/// A link to it, for whoever sits at this machine; nothing for everybody else.
pub(super) fn link(ctx: &Context) -> Option<Section> {
    ctx.desk.as_ref()?;
    let text = Text::link(PAGE.purpose, Place::new(["data", "jobs"]));
    Some(Section::new("jobs", PAGE.title).with(Block::Prose(text)))
}

async fn render(ctx: &Context, _: &Asked) -> Result<Option<Page>, PageError> {
    if ctx.desk.is_none() {
        return Ok(None);
    }
    let schedules = ctx.store.schedules(ctx.now).await?;
    let given_up = schedules.iter().filter(|it| sign(it) == Sign::Bad);
    let headline = match given_up.count() as u64 {
        _ if schedules.is_empty() => "Nothing is scheduled yet".to_owned(),
        0 => "What runs by itself".to_owned(),
        some => format!("{} not done", words::counted(some, "job was", "jobs were")),
    };
    let table = Table {
        id: "schedules-table".to_owned(),
        columns: vec![
            Column::text("job", "Job"),
            Column::text("every", "How often"),
            Column::text("fired", "Fired last"),
            Column::text("state", "How it stands"),
            Column::text("when", "When"),
            Column::number("attempts", "Tries"),
            Column::text("why", "Why it failed last"),
        ],
        rows: schedules.iter().map(line).collect(),
        empty: "The first assessment takes the schedules from the profile.".into(),
        ..Table::default()
    };
    let note = "Periods begin by the calendar of UTC. A job that failed is tried again, ever more slowly; one that was given up is tried \
                again a day later, until its next period begins.";
    Ok(Some(Page {
        title: PAGE.title.to_owned(),
        headline,
        lede: "The schedules of the profile, and what became of each. Shown on this machine only."
            .into(),
        above: vec![("Data".to_owned(), Place::new(["data"]))],
        sections: vec![
            Section::new("schedules", "Schedules")
                .note(note)
                .with(Block::Table(table)),
        ],
        ..Page::default()
    }))
}

/// How it stands, as a sign.
fn sign(row: &ScheduleRow) -> Sign {
    match (row.fired, &row.newest) {
        (None, _) => Sign::Unknown,
        (_, None) => Sign::Good,
        (_, Some(job)) => match job.state {
            JobState::Done(_) => Sign::Good,
            JobState::GivenUp(_) => Sign::Bad,
            JobState::AtWork | JobState::Waits(_) => Sign::Watch,
        },
    }
}

fn line(row: &ScheduleRow) -> Vec<Cell> {
    let (state, when) = match (row.fired, &row.newest) {
        (None, _) => ("never ran", None),
        // Only what was done is forgotten.
        (_, None) => ("done", None),
        (_, Some(job)) => standing(job),
    };
    let job = row.newest.as_ref();
    let failure = job
        .map(|it| it.failure.as_str())
        .filter(|it| !it.is_empty());
    vec![
        Cell::text(row.job.as_str()),
        Cell::text(every(row.every)),
        row.fired.map_or(Cell::Empty, Cell::Time),
        Cell::State(State::new(sign(row), state)),
        when.map_or(Cell::Empty, Cell::Time),
        job.map_or(Cell::Empty, |it| Cell::count(it.attempts, None)),
        failure.map_or(Cell::Empty, |it| Cell::text(words::clipped(it, 300))),
    ]
}

fn standing(job: &ScheduledJob) -> (&'static str, Option<bartizan_model::Timestamp>) {
    match job.state {
        JobState::Waits(from) if job.failure.is_empty() => ("waits", Some(from)),
        JobState::Waits(from) => ("failed, and is tried again", Some(from)),
        JobState::AtWork => ("at work", None),
        JobState::Done(when) => ("done", Some(when)),
        JobState::GivenUp(when) => ("not done", Some(when)),
    }
}

fn every(interval: Interval) -> &'static str {
    match interval {
        Interval::Hourly => "each hour",
        Interval::Daily => "each day",
        Interval::Weekly => "each week",
        Interval::Quarterly => "each quarter",
    }
}
