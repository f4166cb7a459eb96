//! The goals of the ecosystem as cards: target, now and trend; or what is needed where nobody measures it yet.

use bartizan_model::profile::Milestone;
use bartizan_store::{FigureRow, HistoryPoint, Scope};

use crate::{
    chart::Course,
    context::{Context, PageError},
    href::Place,
    page::{Card, Cell, Column, Reading, Table, Text},
    words,
};

/// A card for each goal.
pub(super) async fn cards(ctx: &Context, milestones: &[Milestone]) -> Result<Vec<Card>, PageError> {
    let mut cards = Vec::new();
    for milestone in milestones {
        let scope = match &milestone.cohort {
            Some(cohort) => Scope::Cohort(cohort.clone()),
            None => Scope::Ecosystem,
        };
        let figure = ctx.store.figure(&scope, &milestone.measure).await?;
        cards.push(match figure {
            Some(row) => {
                let history = ctx.store.history(&scope, &milestone.measure, None).await?;
                measured(milestone, &row, &history)
            }
            None => missing(ctx, milestone),
        });
    }
    Ok(cards)
}

/// The list behind a figure: how it is made of the projects' figures.
pub(super) fn measure_place(measure: &str, cohort: Option<&str>) -> Place {
    Place::new(["measures", measure]).with("cohort", cohort.unwrap_or_default())
}

fn measured(milestone: &Milestone, row: &FigureRow, history: &[HistoryPoint]) -> Card {
    let figure = &row.figure;
    let shown = words::value(figure.value);
    let unit = figure
        .whole
        .map_or_else(String::new, |whole| format!("of {}", words::value(whole)));
    let target = targets(milestone);
    let course = course(milestone, row, history, &target);
    let trend = trend(history);
    let note = [target, trend]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" · ");
    Card {
        title: milestone.title.clone(),
        reading: Reading::Measured {
            value: figure.value,
            shown,
            unit,
            list: Some(measure_place(
                &milestone.measure,
                milestone.cohort.as_deref(),
            )),
        },
        course: Some(course),
        note: note.into(),
    }
}

fn missing(ctx: &Context, milestone: &Milestone) -> Card {
    let needs = if milestone.needs.is_empty() {
        String::new()
    } else {
        words::sentence(&milestone.needs)
    };
    let method = ctx
        .measure(&milestone.measure)
        .map(|measure| Place::new(["methods"]).at(measure.id));
    let mut note = Text::from(targets(milestone));
    if let Some(method) = method {
        note = note.plain(" · ").and_link("How it will be counted", method);
    }
    Card {
        title: milestone.title.clone(),
        reading: Reading::Missing { needs },
        course: None,
        note,
    }
}

fn targets(milestone: &Milestone) -> String {
    let each = milestone.targets.iter().map(|target| {
        let value = target
            .shown
            .clone()
            .unwrap_or_else(|| words::value(target.value));
        if target.by.is_empty() {
            value
        } else {
            format!("{value} by the {}", target.by)
        }
    });
    let all: Vec<String> = each.collect();
    if all.is_empty() {
        String::new()
    } else {
        format!("Target {}", all.join(", "))
    }
}

fn trend(history: &[HistoryPoint]) -> String {
    let (Some(first), Some(last)) = (history.first(), history.last()) else {
        return String::new();
    };
    let change = last.value - first.value;
    let time = words::span((last.instant.as_second() - first.instant.as_second()).max(0));
    match change {
        _ if history.len() < 2 => String::new(),
        change if change > 0.0 => format!("up {} in {time}", words::value(change)),
        change if change < 0.0 => format!("down {} in {time}", words::value(-change)),
        _ => format!("the same for {time}"),
    }
}

fn course(
    milestone: &Milestone,
    row: &FigureRow,
    history: &[HistoryPoint],
    target: &str,
) -> Course {
    let figure = &row.figure;
    let targets: Vec<f64> = milestone
        .targets
        .iter()
        .map(|target| target.value)
        .collect();
    let largest = targets
        .iter()
        .copied()
        .chain([figure.value])
        .fold(0.0, f64::max);
    let whole = figure
        .whole
        .map(|whole| format!(" of {}", words::value(whole)))
        .unwrap_or_default();
    let points: Vec<_> = history
        .iter()
        .map(|point| (point.instant, point.value))
        .collect();
    Course {
        id: format!("course-{}", milestone.name),
        title: format!(
            "{}: {}{whole}. {target}",
            milestone.title,
            words::value(figure.value)
        ),
        value: figure.value,
        end: figure.whole.unwrap_or(largest).max(largest),
        targets,
        table: history_table(&format!("history-{}", milestone.name), history),
        history: points,
    }
}

/// A history as a table, the newest first.
pub(super) fn history_table(id: &str, history: &[HistoryPoint]) -> Table {
    let row = |point: &HistoryPoint| {
        let number = |value: f64| Cell::Number {
            value,
            shown: words::value(value),
            list: None,
        };
        vec![
            Cell::Time(point.instant),
            number(point.value),
            point.whole.map_or(Cell::Empty, number),
        ]
    };
    Table {
        id: id.to_owned(),
        columns: vec![
            Column::text("instant", "Day"),
            Column::number("value", "Value"),
            Column::number("whole", "Of"),
        ],
        rows: history.iter().rev().map(row).collect(),
        empty: "No assessment has been finished yet.".into(),
        ..Table::default()
    }
}
