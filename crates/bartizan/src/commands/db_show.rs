//! `bartizan db show`: one vulnerability, what each source says about it, and where they differ.

mod human;
mod json;
mod merged;
pub(super) mod opinion;

use bartizan_formats::advisory::CsafVersion;
use clap::{ArgMatches, Args, ValueEnum};

use super::{Command, read};
use crate::{
    arguments::AnswerArguments, context::Context, database, error::Failure, exit::Exit, output,
};

pub(super) static COMMAND: DbShow = DbShow;

pub(super) struct DbShow;

#[derive(Debug, Args)]
struct Arguments {
    /// Any id of the vulnerability, in any case: CVE, PYSEC, GHSA, OSV, JLSEC …
    id: String,

    #[command(flatten)]
    answer: AnswerArguments<Format>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people at a terminal
    Human,
    /// For programs; see `bartizan schema db-show`
    Json,
    /// One record in the OSV schema, merged from all
    Osv,
    /// One CSAF 2.0 document, merged from all
    Csaf,
    /// One CSAF 2.1 document, merged from all
    #[value(name = "csaf-2.1")]
    Csaf21,
}

const AFTER_HELP: &str = "\
Examples:
  bartizan db show CVE-2023-4863
  bartizan db show PYSEC-2023-175 --format json
  bartizan db show CVE-2023-4863 --format osv
  bartizan db show ghsa-j7hp-h8jx-5ppr --verbose

An id that is not in the database leads to exit code 3.";

impl Command for DbShow {
    fn path(&self) -> &'static [&'static str] {
        &["db", "show"]
    }

    fn arguments(&self) -> clap::Command {
        Arguments::augment_args(clap::Command::new("show"))
            .about("Show a vulnerability: its records, their sources, and where they disagree")
            .after_help(AFTER_HELP)
    }

    fn run(&self, ctx: &Context, arguments: &ArgMatches) -> Result<Exit, Failure> {
        let Arguments { id, answer } = read(arguments)?;
        let output = answer.output.as_deref();
        let opened = database::open(ctx, ctx.tolerance(&answer.freshness))?;
        let groups = opinion::of(&opened.database, id.trim())?;
        let text = match answer.format {
            Format::Json => json::text(id.trim(), &opened.facts, &groups)?,
            Format::Osv => merged::osv(&groups)?,
            Format::Csaf => merged::csaf(&groups, CsafVersion::V2_0)?,
            Format::Csaf21 => merged::csaf(&groups, CsafVersion::V2_1)?,
            Format::Human => human::text(ctx, output, &opened.facts, &groups),
        };
        if answer.format == Format::Json || !groups.is_empty() {
            output::write(&text, output)?;
        }
        let exit = opened.exit(ctx);
        if groups.is_empty() {
            ctx.warn(
                &format!("no record of the database is called `{}`", id.trim()),
                "`bartizan db status` says which sources it holds",
            );
            return Ok(exit.and(Exit::NothingToLookAt));
        }
        Ok(exit)
    }
}
