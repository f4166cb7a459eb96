//! For people at a terminal.

use bartizan_people::carriers::Carrier;

use super::Answer;
use crate::{
    people::Names,
    render::words::{count, day},
    term::Terminal,
};

/// How many files are named of each.
const MOST_FILES: usize = 3;

pub(super) fn text(terminal: Terminal, names: &Names<'_>, answer: &Answer<'_>) -> String {
    let lines = match answer {
        Answer::Experts { .. } => experts(terminal, names, answer),
        Answer::Reviewers { .. } => reviewers(terminal, names, answer),
        Answer::Carriers { carriers, of } => self::carriers(terminal, names, carriers, *of),
    };
    lines.join("\n") + "\n"
}

fn experts(terminal: Terminal, names: &Names<'_>, answer: &Answer<'_>) -> Vec<String> {
    let Answer::Experts {
        paths,
        files,
        experts,
        of,
    } = answer
    else {
        return Vec::new();
    };
    let what = if paths.is_empty() {
        "the whole project".to_owned()
    } else {
        terminal.clean(&paths.join(", "))
    };
    let mut lines = vec![format!(
        "{what}: {}, known to {}",
        count(*files, "file", "files"),
        count(*of, "person", "persons")
    )];
    for expert in experts {
        let last = expert.last.map(day).unwrap_or_default();
        lines.push(format!(
            "  {:>3.0} %  {}, author of {}, last on {last}",
            100.0 * expert.share,
            terminal.clean(&names.whole(expert.person)),
            count(expert.files.len(), "file", "files"),
        ));
        let most = expert.files.iter().take(MOST_FILES);
        let most: Vec<String> = most.map(|(path, _)| terminal.clean(path)).collect();
        if !most.is_empty() {
            lines.push(format!("         {}", most.join(", ")));
        }
    }
    lines
}

fn reviewers(terminal: Terminal, names: &Names<'_>, answer: &Answer<'_>) -> Vec<String> {
    let Answer::Reviewers {
        change,
        reviewers,
        of,
    } = answer
    else {
        return Vec::new();
    };
    let mut lines = vec![format!(
        "a change of {}: {} may be asked",
        count(change.paths.len(), "file", "files"),
        count(*of, "person", "persons")
    )];
    for it in reviewers {
        let last = it.last.map(day).unwrap_or_default();
        let load = match it.load {
            load if load >= 0.01 => format!(
                ", put in {:.0} % of the others' work of the last 90 days",
                100.0 * load
            ),
            _ => String::new(),
        };
        let files = match it.files.len() {
            0 => "knows what lies around it".to_owned(),
            number => format!("knows {} of it", count(number, "file", "files")),
        };
        lines.push(format!(
            "  {}: {files}, last active on {last}{load}",
            terminal.clean(&names.whole(it.person))
        ));
    }
    lines
}

fn carriers(terminal: Terminal, names: &Names<'_>, carriers: &[Carrier], of: usize) -> Vec<String> {
    let mut lines = vec![format!(
        "{} did something; those who carry most:",
        count(of, "person", "persons")
    )];
    for it in carriers {
        lines.push(format!(
            "  {}: {}, put in work of {}, credited {:.1} times lately, last active on {}",
            terminal.clean(&names.whole(it.person)),
            count(it.months, "month", "months"),
            count(it.people, "person", "persons"),
            it.credits,
            it.last.map(day).unwrap_or_default()
        ));
    }
    lines
}
