//! `bartizan verdict precision`: how often each rule was right in each project, by the verdicts that were given, and how much of
//! what waits had to be read.

use bartizan_review::verdict::Tally;
use bartizan_server::field::{Field, LinesToRead};
use clap::{ArgMatches, Args};
use serde_json::{Value, json};

use super::{Command, read};
use crate::{
    context::Context,
    error::Failure,
    exit::Exit,
    render::{
        json::{SCHEMA_VERSION, to_text},
        words,
    },
    term::{Sheet, Terminal},
    verdicts::AskedArguments,
};

pub(super) static COMMAND: VerdictPrecision = VerdictPrecision;

pub(super) struct VerdictPrecision;

const AFTER_HELP: &str = "\
Examples:
  bartizan verdict precision
  bartizan verdict precision --project numpy --format json

Precision is the part of a rule's entries that were right, out of those that somebody gave a verdict of; between which bounds it
lies in 95 of 100 cases stands beside it. Whoever gives verdicts mostly of what annoys them measures that: it says nothing of
entries without one, and of a rule without a verdict nothing is said.
How many of the changed lines of waiting pull requests somebody reads who looks at every entry is what `bartizan assess` found
last in clones that keep the heads of pull requests.

Exit codes: 0 something is known, 2 wrong use, 3 nothing is, 4 the store does not answer.";

impl Command for VerdictPrecision {
    fn path(&self) -> &'static [&'static str] {
        &["verdict", "precision"]
    }

    fn arguments(&self) -> clap::Command {
        AskedArguments::augment_args(clap::Command::new("precision"))
            .about("Tell how often each rule was right, by the verdicts that were given, and how much had to be read")
            .after_help(AFTER_HELP)
    }

    fn run(&self, ctx: &Context, arguments: &ArgMatches) -> Result<Exit, Failure> {
        let arguments: AskedArguments = read(arguments)?;
        let field = arguments.ask(ctx, Field::of)?;
        let (human, json) = (|terminal| human(terminal, &field), || json(&field));
        arguments.answering.write(ctx, human, json)?;
        Ok(if field.is_empty() {
            Exit::NothingToLookAt
        } else {
            Exit::Clean
        })
    }
}

/// The columns of counts and the share with its bounds.
const NUMBERS: usize = 48;

fn human(terminal: Terminal, field: &Field) -> String {
    let mut sheet = Sheet::new(terminal);
    precision(&mut sheet, &field.tallies);
    if !field.lines.is_empty() {
        sheet.gap();
    }
    for it in &field.lines {
        sheet.wrapped(0, &sentence(it));
    }
    sheet.text
}

fn precision(sheet: &mut Sheet, tallies: &[Tally]) {
    let terminal = sheet.terminal;
    if tallies.is_empty() {
        sheet.line("No verdict was given: nothing is known of how often rules are right.");
        return;
    }
    let name = |it: &Tally| terminal.clean(&format!("{} {}", it.project, it.rule));
    let widest = tallies.iter().map(|it| name(it).chars().count()).max();
    let width = widest
        .unwrap_or_default()
        .min(terminal.width.saturating_sub(NUMBERS))
        .max(16);
    sheet.line(&format!(
        "{:width$} {:>5} {:>8} {:>5} {:>4}  precision",
        "project and rule", "right", "harmless", "wrong", "of"
    ));
    for it in tallies {
        let (Some(share), Some((low, high))) = (it.precision(), it.interval()) else {
            continue;
        };
        sheet.line(&format!(
            "{:width$} {:>5} {:>8} {:>5} {:>4}  {share:.2} ({low:.2} to {high:.2})",
            terminal.cut(&name(it), width),
            it.right,
            it.harmless,
            it.wrong,
            it.of(),
        ));
    }
}

fn sentence(it: &LinesToRead) -> String {
    let amount = |lines: f64| words::amount(lines.max(0.0) as u64);
    let mut text = format!(
        "{}: {} of {} changed lines of waiting pull requests to read",
        it.project,
        amount(it.lines),
        amount(it.of)
    );
    if let Some(share) = it.share() {
        text += &format!(" ({:.1} %)", 100.0 * share);
    }
    text + &format!(", as of {}.", it.measured.strftime("%Y-%m-%d"))
}

fn json(field: &Field) -> Result<String, Failure> {
    to_text(&json!({
        "schema_version": SCHEMA_VERSION,
        "precision": field.tallies.iter().map(of_rule).collect::<Vec<_>>(),
        "lines_to_read": field.lines.iter().map(of_project).collect::<Vec<_>>(),
    }))
}

fn of_rule(it: &Tally) -> Value {
    let (low, high) = it.interval().unzip();
    json!({
        "project": it.project,
        "rule": it.rule,
        "right": it.right,
        "harmless": it.harmless,
        "wrong": it.wrong,
        "n": it.of(),
        "precision": it.precision(),
        "low": low,
        "high": high,
    })
}

fn of_project(it: &LinesToRead) -> Value {
    json!({
        "project": it.project,
        "lines": it.lines,
        "of": it.of,
        "share": it.share(),
        "measured": it.measured.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_to_read_come_with_their_share() {
        let check = |lines, of| {
            sentence(&LinesToRead {
                project: "lab".to_owned(),
                lines,
                of,
                measured: "2026-11-26T10:00:00Z".parse().unwrap(),
            })
        };
        assert_eq!(
            check(120.0, 4_800.0),
            "lab: 120 of 4,800 changed lines of waiting pull requests to read (2.5 %), as of 2026-11-26."
        );
        assert_eq!(
            check(0.0, 0.0),
            "lab: 0 of 0 changed lines of waiting pull requests to read, as of 2026-11-26."
        );
    }
}
