//! `bartizan verdict list`: what maintainers said of entries.

use bartizan_store::GivenVerdict;
use clap::{ArgMatches, Args};
use serde_json::json;

use super::{Command, read};
use crate::{
    context::Context,
    error::Failure,
    exit::Exit,
    render::json::{SCHEMA_VERSION, to_text},
    term::{Sheet, Terminal},
    verdicts::AskedArguments,
};

pub(super) static COMMAND: VerdictList = VerdictList;

pub(super) struct VerdictList;

#[derive(Debug, Args)]
struct Arguments {
    /// Those that were taken back by a later one too
    #[arg(long)]
    all: bool,

    #[command(flatten)]
    asked: AskedArguments,
}

const AFTER_HELP: &str = "\
Examples:
  bartizan verdict list
  bartizan verdict list --project numpy --format json

The last 10,000 that were given are looked at.

Exit codes: 0 there are some, 2 wrong use, 3 there is none, 4 the store does not answer.";

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
        let mut given = arguments.asked.ask(ctx, async |store, project| {
            if arguments.all {
                return store.given_verdicts(project).await;
            }
            let verdicts = store.verdicts(project).await?;
            Ok(verdicts.into_values().collect())
        })?;
        given.sort_by(|one, other| (one.at, &one.of).cmp(&(other.at, &other.of)));
        let (human, json) = (|terminal| human(terminal, &given), || json(&given));
        arguments.asked.answering.write(ctx, human, json)?;
        Ok(if given.is_empty() {
            Exit::NothingToLookAt
        } else {
            Exit::Clean
        })
    }
}

fn human(terminal: Terminal, given: &[GivenVerdict]) -> String {
    let mut sheet = Sheet::new(terminal);
    for it in given {
        let reason = it.reason.as_ref().map(|it| format!(": {it}"));
        let text = format!(
            "{} {} {}/{} {}{}",
            it.at.strftime("%Y-%m-%d"),
            it.of.project,
            it.of.rule,
            it.of.entry,
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

fn json(given: &[GivenVerdict]) -> Result<String, Failure> {
    let verdicts = given.iter().map(|it| {
        json!({
            "at": it.at.to_string(),
            "project": it.of.project,
            "entry": format!("{}/{}", it.of.rule, it.of.entry),
            "rule": it.of.rule,
            "verdict": it.verdict.as_str(),
            "reason": it.reason,
        })
    });
    to_text(&json!({
        "schema_version": SCHEMA_VERSION,
        "verdicts": verdicts.collect::<Vec<_>>(),
    }))
}
