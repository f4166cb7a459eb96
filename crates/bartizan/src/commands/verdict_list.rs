//! `bartizan verdict list`: what maintainers said of entries.

use std::path::PathBuf;

use bartizan_review::verdict::Given;
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

pub(super) static COMMAND: VerdictList = VerdictList;

pub(super) struct VerdictList;

#[derive(Debug, Args)]
struct Arguments {
    /// Of this project only
    #[arg(long, value_name = "NAME")]
    project: Option<String>,

    /// Those that were taken back by a later one too
    #[arg(long)]
    all: bool,

    /// How the list is written
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Format,

    /// Write the list to this file, whole or not at all
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people at a terminal
    Human,
    /// For programs; see `bartizan schema verdict-list`
    Json,
}

const AFTER_HELP: &str = "\
Examples:
  bartizan verdict list
  bartizan verdict list --project numpy --format json

Exit codes: 0 there are some, 2 wrong use, 3 there is none.";

impl Command for VerdictList {
    fn path(&self) -> &'static [&'static str] {
        &["verdict", "list"]
    }

    fn arguments(&self) -> clap::Command {
        Arguments::augment_args(clap::Command::new("list"))
            .about("Show the verdicts that were given of entries")
            .after_help(AFTER_HELP)
    }

    fn run(&self, ctx: &Context, arguments: &ArgMatches) -> Result<Exit, Failure> {
        let arguments: Arguments = read(arguments)?;
        let log = verdicts::read(ctx)?;
        let mut given: Vec<&Given> = if arguments.all {
            log.given.iter().collect()
        } else {
            log.now()
        };
        let is_of = |it: &&Given| {
            arguments
                .project
                .as_ref()
                .is_none_or(|name| it.project == *name)
        };
        given.retain(is_of);
        given.sort_by_key(|it| it.at);
        let file = arguments.output.as_deref();
        let text = match arguments.format {
            Format::Human => human(ctx.terminal(file), &given),
            Format::Json => json(&given)?,
        };
        output::write(&text, file)?;
        Ok(if given.is_empty() {
            Exit::NothingToLookAt
        } else {
            Exit::Clean
        })
    }
}

fn human(terminal: Terminal, given: &[&Given]) -> String {
    let mut sheet = Sheet::new(terminal);
    for it in given {
        let reason = it.reason.as_ref().map(|it| format!(": {it}"));
        let text = format!(
            "{} {} {} {}{}",
            it.at.strftime("%Y-%m-%d"),
            it.project,
            it.entry,
            it.verdict,
            reason.unwrap_or_default()
        );
        sheet.wrapped(0, &text);
    }
    if given.is_empty() {
        sheet.line("No verdict was given.");
    }
    sheet.text
}

fn json(given: &[&Given]) -> Result<String, Failure> {
    let verdicts = given.iter().map(|it| {
        json!({
            "at": it.at.to_string(),
            "project": it.project,
            "entry": it.entry.to_string(),
            "rule": it.entry.rule,
            "verdict": it.verdict.as_str(),
            "reason": it.reason,
        })
    });
    to_text(&json!({
        "schema_version": SCHEMA_VERSION,
        "verdicts": verdicts.collect::<Vec<_>>(),
    }))
}
