//! For people at a terminal.

use bartizan_people::review::{Advice, Standing, Survey};

use super::Answer;
use crate::{render::words::count, term::Terminal};

pub(super) fn text(terminal: Terminal, answer: &Answer) -> String {
    let mut lines = Vec::new();
    for (number, advice) in answer.advice.iter().enumerate() {
        let whose = if answer.advice.len() > 1 {
            format!("author {}", number + 1)
        } else {
            "the author".to_owned()
        };
        lines.extend(advice_lines(advice, &whose));
    }
    if answer.leaves_out > 0 {
        lines.push(format!(
            "{} of regular contributors: no advice without --everyone",
            count(answer.leaves_out, "part", "parts")
        ));
    }
    if answer.is_cut {
        lines.push("there is more of the change than was read".to_owned());
    }
    lines.extend(
        answer
            .survey
            .iter()
            .flat_map(|it| survey(&answer.project, it)),
    );
    for problem in &answer.problems {
        lines.push(format!(
            "not read: {}: {}",
            problem.subject, problem.message
        ));
    }
    let lines: Vec<String> = lines.iter().map(|it| terminal.clean(it)).collect();
    lines.join("\n") + "\n"
}

fn advice_lines(advice: &Advice, whose: &str) -> Vec<String> {
    let known = match advice.standing {
        Standing::FirstTime => "is here for the first time".to_owned(),
        Standing::Returning(days) => format!("comes back after {days} days"),
        Standing::Regular => "contributes regularly".to_owned(),
    };
    let mut lines = vec![format!(
        "{}: {whose} {known} and changes {}",
        advice.words(),
        count(advice.files, "file", "files")
    )];
    for point in &advice.points {
        lines.push(format!(
            "  +1 {}: {}",
            point.reason.as_str(),
            point.evidence
        ));
        lines.extend(point.against.iter().map(|it| format!("     but {it}")));
    }
    lines
}

fn survey(project: &str, survey: &Survey) -> Vec<String> {
    let mut lines = vec![format!(
        "{project}: pull requests by who leads them and by extra points (0, 1, 2, 3, 4)"
    )];
    for (row, points) in &survey.rows {
        let files = if row.is_ordinary {
            "ordinary files"
        } else {
            "files that act on others"
        };
        let numbers: Vec<String> = points.iter().map(ToString::to_string).collect();
        lines.push(format!(
            "  {:<11} {files:<25} {}",
            row.standing,
            numbers.join(" ")
        ));
    }
    for ((standing, reason), times) in &survey.reasons {
        lines.push(format!("  {standing:<11} {:<25} {times}", reason.as_str()));
    }
    lines
}
