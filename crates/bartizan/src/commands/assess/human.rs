//! The summary of an assessment for people.

use bartizan_assessment::measures;
use bartizan_model::assessment::Figure;

use super::Summary;
use crate::{
    render::words,
    term::{Ink, Terminal},
};

/// How many projects that failed are named.
const MOST_FAILED: usize = 20;

/// How many parts of a figure are named.
const MOST_SHARES: usize = 5;

pub(super) fn text(terminal: Terminal, is_verbose: bool, summary: &Summary<'_>) -> String {
    let outcome = summary.outcome;
    let profile = &summary.ecosystem.file.profile;
    let mut text = format!("{}\n", terminal.paint(Ink::Strong, &profile.title));
    let looked = words::count(outcome.done.len(), "project", "projects");
    let before = match outcome.done_before {
        0 => String::new(),
        count => format!(
            ", {} before the interruption",
            words::count(count, "project", "projects")
        ),
    };
    text += &format!("{looked} assessed{before}\n\n");
    let figures = outcome.figures.iter();
    for figure in figures.filter(|it| is_told(it, &outcome.figures)) {
        text += &line(terminal, figure);
    }
    for (name, problem) in outcome.failed.iter().take(MOST_FAILED) {
        let word = terminal.paint(Ink::High, "not assessed:");
        text += &format!("\n{word} {name}: {}", terminal.clean(&problem.message));
    }
    if !outcome.failed.is_empty() {
        text.push('\n');
    }
    for problem in summary.problems {
        let message = terminal.clean(&problem.message);
        text += &format!("\n{}: {message}\n", terminal.clean(&problem.subject));
    }
    if is_verbose {
        text.push('\n');
        for (name, took) in &outcome.done {
            text += &format!("{name}: {:.1} s\n", took.as_secs_f64());
        }
    }
    let problems = words::count(outcome.problems, "problem", "problems");
    text += &format!("\n{problems} within projects\n");
    text += &format!("{}\n", words::database(summary.database));
    text += &format!("written to {}\n", terminal.clean(&summary.store));
    if let Some((folder, written)) = summary.site {
        let files = words::count(written.files, "file", "files");
        let folder = folder.display().to_string();
        text += &format!("the dashboard is in {}: {files}\n", terminal.clean(&folder));
    }
    text
}

/// What there is a whole of is not told part by part too.
fn is_told(figure: &Figure, all: &[Figure]) -> bool {
    let part = figure.measure.split_once(':');
    part.is_none_or(|(measure, _)| all.iter().all(|it| it.measure != measure))
}

fn line(terminal: Terminal, figure: &Figure) -> String {
    let part = figure.measure.split_once(':').map(|(_, part)| part);
    let title = measures::find(&figure.measure).map_or(figure.measure.as_str(), |it| it.title);
    let title = match part {
        Some(part) => format!("{title} ({part})"),
        None => title.to_owned(),
    };
    let of = figure.whole.map(|whole| format!(" of {}", number(whole)));
    let shares = figure.shares.iter().take(MOST_SHARES);
    let shares: Vec<String> = shares
        .map(|(name, part)| format!("{} {}", terminal.clean(name), number(*part)))
        .collect();
    let shares = if shares.is_empty() {
        String::new()
    } else {
        let more = if figure.shares.len() > MOST_SHARES {
            ", …"
        } else {
            ""
        };
        format!("  ({}{more})", shares.join(", "))
    };
    let value = number(figure.value);
    format!("{title}: {value}{}{shares}\n", of.unwrap_or_default())
}

/// Whole numbers as such, others with three digits.
fn number(value: f64) -> String {
    if value.fract() == 0.0 {
        format!("{value:.0}")
    } else {
        format!("{value:.3}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_stands_for_its_parts_and_parts_alone_for_themselves() {
        let measures = [
            "files",
            "files:2025-q1",
            "endorsed:spec-0",
            "endorsed:spec-1",
        ];
        let all = measures.map(|measure| Figure {
            measure: measure.to_owned(),
            value: 1.0,
            whole: None,
            shares: Vec::new(),
            evidence: Vec::new(),
        });
        let told = all.iter().filter(|it| is_told(it, &all));
        let told: Vec<&str> = told.map(|it| it.measure.as_str()).collect();
        assert_eq!(told, ["files", "endorsed:spec-0", "endorsed:spec-1"]);
    }
}
