//! The goals of the ecosystem as cards: target, now and trend; or what is needed where nobody measures it yet.

use bartizan_model::profile::Milestone;
use bartizan_store::{FigureRow, HistoryPoint, Scope};

use crate::{
    chart::Course,
    context::{Context, PageError},
    href::Place,
    page::{Block, Card, Cell, Column, Reading, Sign, State, Table, Text},
    words,
};

/// The goals that are measured as cards, and the others with what is needed.
pub(super) async fn blocks(
    ctx: &Context,
    milestones: &[Milestone],
) -> Result<Vec<Block>, PageError> {
    let mut cards = Vec::new();
    let mut missing = Vec::new();
    for milestone in milestones {
        let scope = match &milestone.cohort {
            Some(cohort) => Scope::Cohort(cohort.clone()),
            None => Scope::Ecosystem,
        };
        match ctx.store.figure(&scope, &milestone.measure).await? {
            Some(row) => {
                let history = ctx.store.history(&scope, &milestone.measure, None).await?;
                cards.push(measured(milestone, &row, &history));
            }
            None => missing.push(line(milestone)),
        }
    }
    let mut blocks = Vec::new();
    if !cards.is_empty() {
        blocks.push(Block::Cards(cards));
    }
    if !missing.is_empty() {
        blocks.push(Block::Table(Table {
            id: "not-measured-yet".to_owned(),
            caption: "Not measured yet, which is not the same as none".into(),
            columns: vec![
                Column::text("milestone", "Milestone"),
                Column::text("target", "Target"),
                Column::text("state", "Now"),
                Column::text("needs", "What it needs"),
            ],
            rows: missing,
            ..Table::default()
        }));
    }
    Ok(blocks)
}

fn line(milestone: &Milestone) -> Vec<Cell> {
    let needs = if milestone.needs.is_empty() {
        Cell::Empty
    } else {
        Cell::text(Text::marked(&words::sentence(&milestone.needs)))
    };
    vec![
        Cell::text(milestone.title.as_str()),
        Cell::text(targets(milestone)),
        Cell::State(State::new(Sign::Unknown, "not measured yet")),
        needs,
    ]
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
    let target = match targets(milestone) {
        none if none.is_empty() => none,
        targets => format!("Target {targets}"),
    };
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
    all.join(", ")
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
    let first = history.first().map_or(figure.value, |point| point.value);
    let targets: Vec<f64> = milestone
        .targets
        .iter()
        .map(|target| goal(target.value, first))
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
    // What should fall is drawn against what it once was.
    let largest = history
        .iter()
        .map(|point| point.value)
        .fold(largest, f64::max);
    let points: Vec<_> = thinned(history, POINTS)
        .into_iter()
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
        table: history_table(&format!("history-{}", milestone.name), history, 8),
        history: points,
    }
}

/// What should be reached: a target below zero is a change in hundredths of what there was at first.
fn goal(target: f64, first: f64) -> f64 {
    if target < 0.0 {
        (first * (1.0 + target / 100.0)).max(0.0)
    } else {
        target
    }
}

/// Points that a small drawing has at most.
const POINTS: usize = 60;

/// So many points of a history, spread evenly, the last one among them.
pub(super) fn thinned(history: &[HistoryPoint], most: usize) -> Vec<&HistoryPoint> {
    let step = history.len().div_ceil(most.max(1)).max(1);
    let mut points: Vec<&HistoryPoint> = history.iter().rev().step_by(step).collect();
    points.reverse();
    points
}

/// The changes of a history as a table, the newest first: a value that stayed is told once, at the day it came.
pub(super) fn history_table(id: &str, history: &[HistoryPoint], most: usize) -> Table {
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
    let mut changes: Vec<&HistoryPoint> = Vec::new();
    for point in history {
        if changes
            .last()
            .is_none_or(|last| (last.value, last.whole) != (point.value, point.whole))
        {
            changes.push(point);
        }
    }
    let caption = if changes.len() > most {
        format!("The newest {most} of {} changes", changes.len())
    } else {
        "Changes".to_owned()
    };
    Table {
        id: id.to_owned(),
        caption: caption.into(),
        columns: vec![
            Column::text("instant", "Since"),
            Column::number("value", "Value"),
            Column::number("whole", "Of"),
        ],
        rows: changes
            .iter()
            .rev()
            .take(most)
            .map(|point| row(point))
            .collect(),
        empty: "No assessment has been finished yet.".into(),
        ..Table::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_below_zero_is_a_change() {
        assert!((goal(7.0, 100.0) - 7.0).abs() < 1e-9);
        assert!((goal(-70.0, 200.0) - 60.0).abs() < 1e-9);
        assert!(goal(-700.0, 200.0).abs() < 1e-9);
    }
}
