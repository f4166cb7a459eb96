//! `bartizan verdict precision`: how often each rule was right in each project, by the verdicts that were given.

use std::path::PathBuf;

use bartizan_review::verdict::{Tally, tallies};
use clap::{ArgMatches, Args, ValueEnum};
use serde_json::json;

use super::{Command, read};
use crate::{
    context::Context,
    error::Failure,
    exit::Exit,
    output,
    render::json::{SCHEMA_VERSION, to_text},
    term::{Sheet, Terminal},
    verdicts,
};

pub(super) static COMMAND: VerdictPrecision = VerdictPrecision;

pub(super) struct VerdictPrecision;

#[derive(Debug, Args)]
struct Arguments {
    /// Of this project only
    #[arg(long, value_name = "NAME")]
    project: Option<String>,

    /// How the answer is written
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Format,

    /// Write the answer to this file, whole or not at all
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people at a terminal
    Human,
    /// For programs; see `bartizan schema verdict-precision`
    Json,
}

const AFTER_HELP: &str = "\
Examples:
  bartizan verdict precision
  bartizan verdict precision --project numpy --format json

Precision is the part of a rule's entries that were right, out of those that somebody gave a verdict of; between which bounds it
lies in 95 of 100 cases stands beside it. Whoever gives verdicts mostly of what annoys them measures that: it says nothing of
entries without one, and of a rule without a verdict nothing is said.

Exit codes: 0 there are some, 2 wrong use, 3 there is no verdict.";

impl Command for VerdictPrecision {
    fn path(&self) -> &'static [&'static str] {
        &["verdict", "precision"]
    }

    fn arguments(&self) -> clap::Command {
        Arguments::augment_args(clap::Command::new("precision"))
            .about("Tell how often each rule was right, by the verdicts that were given")
            .after_help(AFTER_HELP)
    }

    fn run(&self, ctx: &Context, arguments: &ArgMatches) -> Result<Exit, Failure> {
        let arguments: Arguments = read(arguments)?;
        let log = verdicts::read(ctx)?;
        let mut given = log.now();
        given.retain(|it| {
            arguments
                .project
                .as_ref()
                .is_none_or(|name| it.project == *name)
        });
        let counts = given
            .iter()
            .map(|it| (it.project.as_str(), it.entry.rule.as_str(), it.verdict, 1));
        let tallies = tallies(counts);
        let file = arguments.output.as_deref();
        let text = match arguments.format {
            Format::Human => human(ctx.terminal(file), &tallies),
            Format::Json => json(&tallies)?,
        };
        output::write(&text, file)?;
        Ok(if tallies.is_empty() {
            Exit::NothingToLookAt
        } else {
            Exit::Clean
        })
    }
}

/// The columns of counts and the share with its bounds.
const NUMBERS: usize = 48;

fn human(terminal: Terminal, tallies: &[Tally]) -> String {
    let mut sheet = Sheet::new(terminal);
    if tallies.is_empty() {
        sheet.line("No verdict was given: nothing is known of how often rules are right.");
        return sheet.text;
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
    sheet.text
}

fn json(tallies: &[Tally]) -> Result<String, Failure> {
    let precision = tallies.iter().map(|it| {
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
    });
    to_text(&json!({
        "schema_version": SCHEMA_VERSION,
        "precision": precision.collect::<Vec<_>>(),
    }))
}
