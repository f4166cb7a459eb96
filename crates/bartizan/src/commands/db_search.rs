//! `bartizan db search`: which vulnerabilities the database holds about a package, in these words, of this severity.
//!
//! It says what is known, not what is affected: `scan` and `db match` answer that.

mod find;
mod human;
mod json;

use bartizan_formats::snapshot::SnapshotError;
use bartizan_model::severity::SeverityLevel;
use clap::{ArgMatches, Args, ValueEnum};

use super::{Command, read};
use crate::{
    arguments::{self, AnswerArguments},
    context::Context,
    database,
    error::{Failure, chain},
    exit::Exit,
    output,
};

pub(super) static COMMAND: DbSearch = DbSearch;

pub(super) struct DbSearch;

#[derive(Debug, Args)]
struct Arguments {
    /// Words that an id, a package's name or the text of a record must all hold, in any case
    words: Vec<String>,

    /// Only vulnerabilities of a package of this name
    #[arg(long, value_name = "NAME")]
    package: Option<String>,

    /// Only packages of this ecosystem, such as PyPI, Julia or Debian:12 (Debian: every release)
    #[arg(long, value_name = "ECOSYSTEM")]
    ecosystem: Option<String>,

    /// Only this severity and worse; what nobody rated is left out, and counted
    #[arg(long, value_name = "LEVEL", value_parser = arguments::level())]
    severity: Option<SeverityLevel>,

    /// The most vulnerabilities that are shown
    #[arg(long, value_name = "NUMBER", default_value_t = 50)]
    limit: usize,

    #[command(flatten)]
    answer: AnswerArguments<Format>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people at a terminal
    Human,
    /// For programs; see `bartizan schema db-search`
    Json,
}

/// What is searched for.
#[derive(Debug, Default)]
struct Query {
    words: Vec<String>,
    package: Option<String>,
    ecosystem: Option<String>,
    severity: Option<SeverityLevel>,
}

const AFTER_HELP: &str = "\
Examples:
  bartizan db search --package pillow
  bartizan db search heap overflow --severity high
  bartizan db search CVE-2023-48
  bartizan db search --package openssl --ecosystem Debian:12 --format json

Nothing found leads to exit code 3.";

impl Command for DbSearch {
    fn path(&self) -> &'static [&'static str] {
        &["db", "search"]
    }

    fn arguments(&self) -> clap::Command {
        Arguments::augment_args(clap::Command::new("search"))
            .about("Search the vulnerabilities by package, id, words and severity")
            .after_help(AFTER_HELP)
    }

    fn run(&self, ctx: &Context, arguments: &ArgMatches) -> Result<Exit, Failure> {
        let Arguments {
            words,
            package,
            ecosystem,
            severity,
            limit,
            answer,
        } = read(arguments)?;
        let words = words.iter().flat_map(|text| text.split_whitespace());
        let query = Query {
            words: words.map(str::to_lowercase).collect(),
            package,
            ecosystem,
            severity,
        };
        if query.words.is_empty() && query.package.is_none() && query.ecosystem.is_none() {
            return Err(Failure::usage("nothing to search for")
                .hint("give words, `--package` or `--ecosystem`; `bartizan db status` counts what there is"));
        }
        let output = answer.output.as_deref();
        let opened = database::open(ctx, ctx.tolerance(&answer.freshness))?;
        let found = find::find(&opened.database, &query).map_err(|error| damaged(&error))?;
        let text = match answer.format {
            Format::Json => json::text(&query, &opened.facts, &found, limit)?,
            Format::Human => human::text(ctx.terminal(output), &opened.facts, &found, limit),
        };
        output::write(&text, output)?;
        let exit = opened.exit(ctx);
        Ok(if found.hits.is_empty() {
            exit.and(Exit::NothingToLookAt)
        } else {
            exit
        })
    }
}

fn damaged(error: &SnapshotError) -> Failure {
    Failure::data(format!(
        "the advisory snapshot does not hold: {}",
        chain(error)
    ))
    .hint(error.hint())
}
