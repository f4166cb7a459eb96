//! `bartizan db status`: what the database holds, from whom, and how old it is.

mod human;
mod json;

use bartizan_formats::snapshot::{Manifest, SnapshotError, Verified};
use bartizan_model::advisory::Standing;
use bartizan_vulnerability::disagreement::disagreements;
use clap::{ArgMatches, Args, ValueEnum};

use super::{Command, db_show::opinion, read};
use crate::{
    arguments::AnswerArguments,
    context::Context,
    database::{self, Opened},
    error::{Failure, chain},
    exit::Exit,
    output,
    report::DatabaseFacts,
};

pub(super) static COMMAND: DbStatus = DbStatus;

pub(super) struct DbStatus;

#[derive(Debug, Args)]
struct Arguments {
    /// Read the whole snapshot and check every part of it
    #[arg(long)]
    verify: bool,

    #[command(flatten)]
    answer: AnswerArguments<Format>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people at a terminal
    Human,
    /// For programs; see `bartizan schema db-status`
    Json,
}

/// What there is to say about the database.
struct Status<'a> {
    facts: &'a DatabaseFacts,
    manifest: &'a Manifest,
    /// How many groups hold records that differ.
    disagreements: usize,
    /// What a complete reading found, where one was asked for.
    verified: Option<Verified>,
}

const AFTER_HELP: &str = "\
Examples:
  bartizan db status
  bartizan db status --verify
  bartizan db status --format json --max-age 1

Exit codes: 0 everything is fresh, 4 there is no snapshot, a part of it is damaged, or a source is too old.";

impl Command for DbStatus {
    fn path(&self) -> &'static [&'static str] {
        &["db", "status"]
    }

    fn arguments(&self) -> clap::Command {
        Arguments::augment_args(clap::Command::new("status"))
            .about("Show what the database holds, from which sources, and how old it is")
            .after_help(AFTER_HELP)
    }

    fn run(&self, ctx: &Context, arguments: &ArgMatches) -> Result<Exit, Failure> {
        let Arguments { verify, answer } = read(arguments)?;
        let output = answer.output.as_deref();
        let opened = database::open(ctx, ctx.tolerance(&answer.freshness))?;
        let verified = if verify {
            Some(opened.database.verify().map_err(|error| damaged(&error))?)
        } else {
            None
        };
        let status = Status {
            facts: &opened.facts,
            manifest: opened.database.manifest(),
            disagreements: count_disagreements(&opened).map_err(|error| damaged(&error))?,
            verified,
        };
        let text = match answer.format {
            Format::Json => json::text(&status)?,
            Format::Human => human::text(ctx.terminal(output), &status),
        };
        output::write(&text, output)?;
        Ok(opened.exit(ctx))
    }
}

fn damaged(error: &SnapshotError) -> Failure {
    Failure::data(format!(
        "the advisory snapshot does not hold: {}",
        chain(error)
    ))
    .hint(error.hint())
}

/// How many groups of several records answer the same question differently.
fn count_disagreements(opened: &Opened) -> Result<usize, SnapshotError> {
    let mut number = 0;
    for group in opened.database.groups()? {
        let group = group?;
        if group.records.len() < 2 {
            continue;
        }
        let mut records = Vec::with_capacity(group.records.len());
        for key in &group.records {
            let stored = opened.database.record(key)?;
            let stored = stored.filter(|stored| stored.standing != Standing::Opinion);
            records.extend(stored.and_then(|stored| opinion::parsed(key, &stored.raw)));
        }
        number += usize::from(!disagreements(&records).is_empty());
    }
    Ok(number)
}
