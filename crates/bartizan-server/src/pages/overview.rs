//! The first page: what the data say, the goals, open advisories by age, and what would help most.

use std::collections::BTreeMap;

use bartizan_model::{Timestamp, assessment::Outcome, profile::Profile};
use bartizan_store::{CountBy, HistoryPoint, Page as Rows, ProjectFilter, Scope};

use super::{PageItem, facts, milestones, rows, steps};
use crate::{
    chart::{Area, Chart, Shares},
    context::{Asked, Context, PageError},
    href::Place,
    page::{Block, Card, Cell, Column, Page, Reading, Section, Table, Text},
    words,
};

pub(super) static PAGE: PageItem = PageItem {
    path: "/",
    title: "Overview",
    purpose: "What the data say today: goals, open advisories by age, what would help most",
    is_in_menu: true,
    asks: &[],
    render: |ctx, asked| Box::pin(render(ctx, asked)),
    feed: Some(|ctx, _| {
        Box::pin(async {
            let profile = ctx.profile().await?;
            Ok(profile.map(|profile| super::FeedScope {
                title: profile.title,
                project: None,
                package: None,
                checks: Vec::new(),
            }))
        })
    }),
    badge: None,
};

async fn render(ctx: &Context, _: &Asked) -> Result<Option<Page>, PageError> {
    let Some(profile) = ctx.profile().await? else {
        return Ok(Some(nothing()));
    };
    let mut sections = vec![
        Section::new("milestones", "Milestones")
            .note("Bar: now. Tick: target. Line: the past. Each figure opens the list behind it.")
            .with_all(milestones::blocks(ctx, &profile.milestones).await?),
        ages(ctx).await?,
        helpful(ctx).await?,
        counts(ctx).await?,
    ];
    sections.retain(|section| !section.blocks.is_empty());
    Ok(Some(Page {
        title: "Overview".to_owned(),
        headline: headline(ctx).await?,
        lede: lede(ctx, &profile).await?,
        sections,
        feed: Some(Place::default().with("format", "atom")),
        ..Page::default()
    }))
}

fn nothing() -> Page {
    Page {
        title: "Overview".to_owned(),
        headline: "Nothing was assessed yet".to_owned(),
        lede: Text::default()
            .plain("This store is empty. ")
            .code("bartizan assess")
            .plain(" fills it."),
        sections: vec![Section::new("begin", "How to begin").with(Block::Code(
            "bartizan db sync\nbartizan assess\nbartizan serve".to_owned(),
        ))],
        ..Page::default()
    }
}

/// How many of the projects that were looked at have nothing open: what is reached, rather than who is behind.
async fn headline(ctx: &Context) -> Result<String, PageError> {
    let measured = rows::measured_projects(ctx).await?;
    let concerned = ctx
        .store
        .projects_with(&ctx.viewer, facts::KNOWN_VULNERABILITY, Outcome::Fail)
        .await?;
    let all = words::number_word(measured);
    Ok(match (measured, measured.saturating_sub(concerned)) {
        (0, _) => "No project was assessed yet".to_owned(),
        (1, 1) => "No open advisory is known of the one project that was assessed".to_owned(),
        (_, clear) if clear == measured => {
            format!("No open advisory is known of the {all} projects that were assessed")
        }
        (_, 0) => format!(
            "Open advisories concern all {all} projects that were assessed; each has a way out below"
        ),
        (_, 1) => format!("One of {all} projects has no known open advisory"),
        (_, clear) => format!(
            "{} of {all} projects have no known open advisory",
            words::sentence(&words::number_word(clear))
        ),
    })
}

async fn lede(ctx: &Context, profile: &Profile) -> Result<Text, PageError> {
    let newest = ctx.store.assessments(Rows::new(1, 1)).await?;
    let mut text = Text::default();
    let projects = ctx
        .store
        .projects(&ProjectFilter::default(), Rows::new(1, 1))
        .await?
        .total;
    let measured = rows::measured_projects(ctx).await?;
    if measured < projects {
        let rest = words::count(projects - measured);
        text = text.strong(format!(
            "{rest} of {} projects were not looked at yet. ",
            words::count(projects)
        ));
    }
    if let Some(row) = newest.rows.first() {
        let instant = row.finished.unwrap_or(row.started);
        text = text.plain(format!("Assessed {}", words::ago(instant, ctx.now)));
        if row.problems > 0 {
            text = text.plain(", with ").and_link(
                words::counted(row.problems, "problem", "problems"),
                Place::new(["data"]).at("problems"),
            );
        }
        text = text.plain(". ");
    }
    if let Some(database) = &ctx.database {
        let sources = &database.manifest().sources;
        let oldest = sources.iter().map(|source| source.imported).min();
        let age = oldest
            .map(|oldest| format!(", the oldest read {}", words::ago(oldest, ctx.now)))
            .unwrap_or_default();
        text = text.plain(format!(
            "Advisories of {}{age}. ",
            words::counted(sources.len() as u64, "source", "sources")
        ));
    }
    Ok(text.plain(profile.summary.clone()))
}

/// Open advisories by age: now, and over time where more than one assessment tells.
async fn ages(ctx: &Context) -> Result<Section, PageError> {
    let section = Section::new("ages", "Open advisories by age").narrow();
    let Some(row) = ctx.store.figure(&Scope::Ecosystem, facts::AGES).await? else {
        return Ok(section.with(Block::Cards(vec![Card {
            title: "Open advisories".to_owned(),
            reading: Reading::Missing {
                needs: "A first assessment with an advisory snapshot".to_owned(),
            },
            course: None,
            note: Text::default(),
        }])));
    };
    let figure = &row.figure;
    let list = rows::failing_place().with("check", facts::KNOWN_VULNERABILITY);
    let share = |(name, value): &(String, f64)| {
        vec![
            Cell::text(name.as_str()),
            Cell::Number {
                value: *value,
                shown: words::value(*value),
                list: None,
            },
        ]
    };
    let table = Table {
        id: "open-by-age".to_owned(),
        caption: "Open advisories by the time since they were published".into(),
        columns: vec![
            Column::text("age", "Age"),
            Column::number("advisories", "Advisories"),
        ],
        rows: figure.shares.iter().map(share).collect(),
        empty: "No advisory is open.".into(),
        ..Table::default()
    };
    let total = words::value(figure.value);
    let summary = Text::default().and_link(total, list).plain(
        " open in all projects together. Age counts from the day an advisory was published.",
    );
    let chart = Shares {
        id: "open-by-age-chart".to_owned(),
        title: "Open advisories by age".to_owned(),
        parts: figure.shares.clone(),
        table,
    };
    let section = section
        .with(Block::Prose(summary))
        .with(Block::Chart(Chart::Shares(chart)));
    Ok(match over_time(ctx).await? {
        Some(area) => section.with(Block::Chart(Chart::Area(area))),
        None => section,
    })
}

/// How many were old and how many younger at an instant.
type Point = (Timestamp, Vec<f64>);

/// How the old and the younger ones went.
async fn over_time(ctx: &Context) -> Result<Option<Area>, PageError> {
    let open = ctx.store.history(&Scope::Ecosystem, facts::OPEN, None);
    let open = open.await?;
    let old = ctx.store.history(&Scope::Ecosystem, facts::OLD, None);
    let old: BTreeMap<Timestamp, f64> = old
        .await?
        .iter()
        .map(|point| (point.instant, point.value))
        .collect();
    let point = |open: &HistoryPoint| {
        let older = *old.get(&open.instant)?;
        let younger = (open.value - older).max(0.0);
        Some((open.instant, vec![older, younger]))
    };
    let points: Vec<Point> = milestones::thinned(&open, 90)
        .into_iter()
        .filter_map(point)
        .collect();
    let (Some(first), Some(last)) = (points.first(), points.last()) else {
        return Ok(None);
    };
    let description = format!("From {}, to {}.", told(first), told(last));
    let table = over_time_table(&points);
    Ok((points.len() > 1).then(|| Area {
        id: "open-over-time-chart".to_owned(),
        title: "Open advisories over time".to_owned(),
        description,
        names: vec!["over 90 days".to_owned(), "younger".to_owned()],
        points,
        table,
    }))
}

fn told((instant, values): &Point) -> String {
    let older = values.first().copied().unwrap_or_default();
    format!(
        "{} open on {}, {} of them older than 90 days",
        words::value(values.iter().sum()),
        words::day(*instant),
        words::value(older)
    )
}

fn over_time_table(points: &[Point]) -> Table {
    let number = |value: &f64| Cell::Number {
        value: *value,
        shown: words::value(*value),
        list: None,
    };
    let line = |(instant, values): &Point| {
        let numbers = values.iter().map(number);
        std::iter::once(Cell::Time(*instant))
            .chain(numbers)
            .collect()
    };
    Table {
        id: "open-over-time".to_owned(),
        columns: columns(),
        caption: "The newest of them; the rest is on the pages of the measures".into(),
        rows: points.iter().rev().take(26).map(line).collect(),
        ..Table::default()
    }
}

fn columns() -> Vec<Column> {
    vec![
        Column::text("instant", "Day"),
        Column::number("older", "Older than 90 days"),
        Column::number("younger", "Younger"),
    ]
}

async fn helpful(ctx: &Context) -> Result<Section, PageError> {
    let steps = steps::most_helpful(ctx, &rows::failing(), 3).await?;
    let section = Section::new("help", "What would help most").narrow();
    Ok(if steps.is_empty() {
        section.with(Block::Prose(
            "No open finding has a known remedy today.".into(),
        ))
    } else {
        section.with(Block::List(steps))
    })
}

/// What the checks say, by outcome. A check that could not look is seen here.
async fn counts(ctx: &Context) -> Result<Section, PageError> {
    let filter = bartizan_store::FindingFilter {
        is_open: Some(true),
        ..Default::default()
    };
    let counts = ctx
        .store
        .finding_counts(&ctx.viewer, &filter, &[CountBy::Check, CountBy::Outcome])
        .await?;
    let mut checks: Vec<&str> = counts
        .iter()
        .filter_map(|count| count.check.as_deref())
        .collect();
    checks.sort_unstable();
    checks.dedup();
    let number = |check: &str, outcome: Outcome| {
        let same = counts.iter().filter(|count| {
            count.check.as_deref() == Some(check) && count.outcome == Some(outcome)
        });
        let list = rows::findings_place()
            .with("check", check)
            .with("outcome", outcome.as_str());
        Cell::count(same.map(|count| count.count).sum(), list)
    };
    let row = |check: &&str| {
        let mut cells = vec![Cell::text(Text::link(
            ctx.check_title(check),
            Place::new(["checks", check]),
        ))];
        cells.extend(
            [
                Outcome::Fail,
                Outcome::Unknown,
                Outcome::Pass,
                Outcome::NotApplicable,
            ]
            .map(|outcome| number(check, outcome)),
        );
        cells
    };
    let table = Table {
        id: "checks".to_owned(),
        caption: "Open findings by check and outcome".into(),
        columns: vec![
            Column::text("check", "Check"),
            Column::number("fail", "To mend"),
            Column::number("unknown", "Unknown"),
            Column::number("pass", "Holds"),
            Column::number("not_applicable", "Does not apply"),
        ],
        rows: checks.iter().map(row).collect(),
        empty: "No check has run yet.".into(),
        ..Table::default()
    };
    Ok(Section::new("checks-by-outcome", "What the checks say")
        .note("What could not be looked at is counted as unknown, never as holding.")
        .with(Block::Table(table)))
}
