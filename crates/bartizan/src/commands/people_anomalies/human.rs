//! For the project's maintainers, in whole sentences: what is usual for this person, what is not, and how rare that is.

use bartizan_people::{
    anomaly::{EPISODE_DAYS, Hint, MEASURED, Right, Signal, Told},
    review::Place,
};

use super::{Answer, ProjectHints, ends};
use crate::{
    render::words::{count, day},
    term::{Sheet, Terminal},
};

/// So many parts of a project are named.
const MOST_AREAS: usize = 5;

pub(super) fn text(terminal: Terminal, answer: &Answer<'_>) -> String {
    let mut sheet = Sheet::new(terminal);
    for project in &answer.projects {
        sheet.heading(&terminal.clean(project.name));
        let returns = count(project.returns, "account came back", "accounts came back");
        let hints = count(project.hints.len(), "hint", "hints");
        sheet.wrapped(
            2,
            &format!("{returns} after a long silence in all of its history; {hints}"),
        );
        if project.held_back > 0 {
            let held = count(project.held_back, "hint is", "hints are");
            sheet.wrapped(
                2,
                &format!("{held} over the budget of one in two years; `--over-budget` shows them"),
            );
        }
        for hint in &project.hints {
            tell(answer, project, hint, &mut sheet);
        }
    }
    for problem in &answer.histories.problems {
        sheet.gap();
        sheet.wrapped(
            0,
            &format!("not read: {}: {}", problem.subject, problem.message),
        );
    }
    sheet.text
}

fn tell(answer: &Answer<'_>, project: &ProjectHints<'_>, hint: &Hint<'_>, sheet: &mut Sheet) {
    let person = answer.histories.corpus.person(hint.person);
    let name = person.map_or("somebody", |it| it.name.as_str());
    let (usual, conduct) = (&hint.episode.usual, &hint.conduct);
    sheet.gap();
    let held = match hint.told {
        Told::Yes => "",
        Told::HeldBack => " (over the budget)",
    };
    sheet.wrapped(
        2,
        &format!(
            "{name}: silent for {:.1} years, then back; told since {}, ends on {}{held}",
            hint.episode.silence as f64 / 365.25,
            day(hint.at),
            day(ends(hint))
        ),
    );
    sheet.wrapped(4, &format!(
        "usual for them, from {} to {}: {}, at most {} in {EPISODE_DAYS} days and in {} of these",
        day(usual.first),
        day(usual.last),
        count(usual.acts, "act", "acts"),
        usual.busiest,
        count(usual.longest, "week", "weeks")
    ));
    sheet.wrapped(
        4,
        &format!(
            "since they came back, within {EPISODE_DAYS} days: {} in {}",
            count(conduct.acts, "act", "acts"),
            count(conduct.weeks.len(), "week", "weeks")
        ),
    );
    for signal in &hint.signals {
        sheet.wrapped(
            4,
            &format!(
                "- {}: so did {} of {} accounts that came back in 23 projects",
                words(project, hint, *signal),
                MEASURED.count(*signal),
                MEASURED.returns
            ),
        );
    }
    if conduct.has_known_key {
        sheet.wrapped(4, "against it: they also signed with a key of their past");
    }
    sheet.wrapped(
        4,
        "most likely they simply came back: ask them, by another way than this account",
    );
}

/// What is unlike the past.
fn words(project: &ProjectHints<'_>, hint: &Hint<'_>, signal: Signal) -> String {
    let (usual, conduct) = (&hint.episode.usual, &hint.conduct);
    match signal {
        Signal::More(_) => format!(
            "more than ever before: {} acts, where the most was {}",
            conduct.acts, usual.busiest
        ),
        Signal::Longer(_) => format!(
            "in more weeks than ever before: {}, where the most was {}",
            conduct.weeks.len(),
            usual.longest
        ),
        Signal::FirstRight => {
            let rights: Vec<&str> = conduct.rights.iter().map(|it| Right::title(*it)).collect();
            format!("for the first time {}", rights.join(" and "))
        }
        Signal::FirstFiles(_) => {
            let files: Vec<&str> = conduct
                .sensitive
                .iter()
                .map(|it| Place::title(*it))
                .collect();
            format!("for the first time changed {}", files.join(", "))
        }
        Signal::NewKey => "signed with a key that signed nothing of theirs before".to_owned(),
        Signal::NewPlaces(_) => {
            let areas = conduct.areas.iter();
            let named = areas.filter_map(|it| project.acts.areas.get(*it as usize));
            let named: Vec<String> = named
                .take(MOST_AREAS)
                .map(|it| {
                    if it.is_empty() {
                        "its top".to_owned()
                    } else {
                        format!("`{it}`")
                    }
                })
                .collect();
            let more = conduct.areas.len().saturating_sub(named.len());
            let more = if more > 0 {
                format!(" and {more} more")
            } else {
                String::new()
            };
            format!(
                "wrote for the first time in {}: {}{more}",
                count(conduct.areas.len(), "part", "parts"),
                named.join(", ")
            )
        }
    }
}
