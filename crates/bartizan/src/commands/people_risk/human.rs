//! For people at a terminal: what is fragile first, with how usual it is, what speaks against it and what helps.

use bartizan_people::{
    review::Pressure,
    structure::{ALL_SIGNALS, BaseRate, Level, Signal, State, Structure},
};

use super::{Answer, Told};
use crate::{
    render::words::{count, day},
    term::{Ink, Terminal},
};

pub(super) fn text(terminal: Terminal, answer: &Answer) -> String {
    let projects = answer.projects.iter().map(|it| told(terminal, answer, it));
    let mut text = projects.collect::<Vec<_>>().join("\n");
    for problem in &answer.problems {
        let line = format!("not read: {}: {}", problem.subject, problem.message);
        text += &format!("\n{}\n", terminal.clean(&line));
    }
    text
}

fn told(terminal: Terminal, answer: &Answer, told: &Told) -> String {
    let structure = &told.structure;
    let level = structure.level();
    let word = match level {
        Level::High => terminal.paint(Ink::High, "high"),
        Level::Raised => terminal.paint(Ink::Medium, "raised"),
        Level::Usual => "usual".to_owned(),
    };
    let mut lines = vec![format!(
        "{}: structural risk {word} as of {}",
        terminal.clean(&told.name),
        day(answer.as_of)
    )];
    let with = |state: State| {
        let all = ALL_SIGNALS.into_iter();
        all.filter(move |it| structure.state(*it) == state)
    };
    for signal in with(State::Holds) {
        lines.extend(signal_lines(structure, signal));
    }
    for signal in with(State::DoesNot) {
        lines.push(format!(
            "  no   {}: {}",
            signal.as_str(),
            structure.because(signal)
        ));
    }
    for signal in with(State::Unknown) {
        lines.push(format!(
            "  ?    {}: {}",
            signal.as_str(),
            structure.because(signal)
        ));
    }
    lines.push(size(structure));
    lines.extend(told.pressure.as_ref().map(pressure));
    lines.extend(who(terminal, answer, structure));
    lines.extend(history(told));
    lines.join("\n") + "\n"
}

fn signal_lines(structure: &Structure, signal: Signal) -> Vec<String> {
    let mark = if signal.is_alarm() { "!!" } else { "! " };
    let mut lines = vec![
        format!("  {mark}   {}", signal.title()),
        format!("       {}", structure.because(signal)),
    ];
    lines.extend(
        structure
            .against(signal)
            .map(|it| format!("       but {it}")),
    );
    lines.push(format!("       {}", usual(signal)));
    lines.push(format!("       what helps: {}", signal.remedy()));
    lines
}

/// How usual that is.
fn usual(signal: Signal) -> String {
    let BaseRate { held, of, .. } = signal.base_rate();
    format!(
        "in fourteen projects of scientific Python it held in {held} of {of} quarters ({:.1} %)",
        100.0 * f64::from(held) / f64::from(of.max(1))
    )
}

fn size(structure: &Structure) -> String {
    format!(
        "  {} in all; within a year {} by {}",
        count(structure.contributors, "contributor", "contributors"),
        count(structure.recent.all, "work", "works"),
        count(structure.recent.by.len(), "person", "people"),
    )
}

fn pressure(pressure: &Pressure) -> String {
    let mut parts = vec![format!(
        "{} of the last year came in, {} wait, were refused or went to another branch",
        count(pressure.taken_in, "pull request", "pull requests"),
        pressure.unseen
    )];
    parts.extend(
        pressure
            .of_each()
            .map(|it| format!("{it:.1} of these for each who brings work in")),
    );
    parts.extend(pressure.waited.map(|(half, most)| {
        format!("half waited under {half:.1} days, nine tenths under {most:.0}")
    }));
    parts.extend(
        pressure
            .one_hand
            .map(|it| format!("{:.0} % by one hand", (it * 100.0).floor())),
    );
    format!("  review: {}", parts.join("; "))
}

/// Who is meant, for the project's own maintainers.
fn who(terminal: Terminal, answer: &Answer, structure: &Structure) -> Vec<String> {
    if !answer.is_private {
        return Vec::new();
    }
    let name = |person| terminal.clean(answer.name(person).unwrap_or("?"));
    let mut lines = vec![
        "  private, for the project's own maintainers; none of it says that anybody did wrong:"
            .to_owned(),
    ];
    let mut line = |what: &str, people: Vec<String>| {
        if !people.is_empty() {
            lines.push(format!("    {what}: {}", people.join(", ")));
        }
    };
    let newcomer = structure.window.newcomer.iter().chain(&structure.revival);
    line(
        "newcomer who leads",
        newcomer.map(|it| name(it.person)).collect(),
    );
    let backed = structure.backing.iter().filter(|it| it.rests_on_one());
    line("backed by one", backed.map(|it| name(it.person)).collect());
    line(
        "would be missed most",
        structure
            .truck
            .people
            .iter()
            .take(5)
            .map(|it| name(*it))
            .collect(),
    );
    let hands = structure.hands.of_all.by.iter().take(10);
    line(
        "bring work in",
        hands
            .map(|(it, count)| format!("{} {count}", name(*it)))
            .collect(),
    );
    let releases = structure.releases.by.by.iter().take(10);
    line(
        "release",
        releases
            .map(|(it, count)| format!("{} {count}", name(*it)))
            .collect(),
    );
    lines
}

/// The quarters in which the risk was high, where anybody asked.
fn history(told: &Told) -> Vec<String> {
    if told.history.is_empty() {
        return Vec::new();
    }
    let high: Vec<&Structure> = told
        .history
        .iter()
        .filter(|it| it.level() == Level::High)
        .collect();
    let mut lines = vec![format!(
        "  high in {} of {} quarters",
        high.len(),
        told.history.len()
    )];
    for structure in high {
        let held = ALL_SIGNALS.into_iter();
        let held = held.filter(|it| it.is_alarm() && structure.state(*it) == State::Holds);
        let words: Vec<String> = held
            .map(|it| format!("{} ({})", it.as_str(), structure.because(it)))
            .collect();
        lines.push(format!("    {} {}", day(structure.as_of), words.join("; ")));
    }
    lines
}
