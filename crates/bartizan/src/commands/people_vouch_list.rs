//! `bartizan people vouch list`: every vouch of a project, and how it stands.

use std::path::PathBuf;

use bartizan_model::Timestamp;
use clap::{ArgMatches, Args, ValueEnum};

use super::{Command, read};
use crate::{
    arguments,
    context::Context,
    error::Failure,
    exit::Exit,
    output,
    vouching::{self, Book, ListArguments, Prover, SignerArguments},
};

pub(super) static COMMAND: PeopleVouchList = PeopleVouchList;

pub(super) struct PeopleVouchList;

#[derive(Debug, Args)]
struct Arguments {
    #[command(flatten)]
    list: ListArguments,

    #[command(flatten)]
    signers: SignerArguments,

    /// How the answer is written
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Format,

    /// Write the answer to this file, whole or not at all
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// The moment that counts as now, such as `2026-11-26`
    #[arg(long, value_name = "TIME", value_parser = arguments::time)]
    as_of: Option<Timestamp>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people at a terminal
    Human,
    /// For programs; see `bartizan schema people-vouch-list`
    Json,
}

const AFTER_HELP: &str = "\
Examples:
  bartizan people vouch list --signers .github/allowed_signers
  bartizan people vouch list --format json

Each vouch with its giver, its time and its weight, or why it does not count. Nobody's signature counts unless `--signers` or
`--identities` names them.

Exit codes: 0 told, 2 wrong use, 3 there is no list.";

impl Command for PeopleVouchList {
    fn path(&self) -> &'static [&'static str] {
        &["people", "vouch", "list"]
    }

    fn arguments(&self) -> clap::Command {
        Arguments::augment_args(clap::Command::new("list"))
            .about("List the vouches of a project, and how each stands")
            .after_help(AFTER_HELP)
    }

    fn run(&self, ctx: &Context, arguments: &ArgMatches) -> Result<Exit, Failure> {
        let arguments: Arguments = read(arguments)?;
        let file = arguments.output.as_deref();
        let now = arguments.as_of.unwrap_or_else(Timestamp::now);
        let mut book = Book::open(ctx, &arguments.list)?;
        let prover = Prover::open(ctx, &arguments.signers, now)?;
        let vouches = book.weigh(&prover, now)?;
        let text = match arguments.format {
            Format::Human => vouching::human(ctx.terminal(file), &vouches, &book.problems),
            Format::Json => vouching::json(&vouches, &book.problems)?,
        };
        output::write(&text, file)?;
        if vouches.judged.is_empty() && vouches.denounced.is_empty() {
            ctx.note(&format!(
                "`{}` says nothing of anybody.",
                book.path.display()
            ));
            return Ok(Exit::NothingToLookAt);
        }
        Ok(Exit::Clean)
    }
}
