//! `bartizan db new`: start a record in a feed, from what is known or from the commits that fixed it.

use std::path::PathBuf;

use bartizan_model::{Timestamp, ecosystem::Package};
use bartizan_sources::feed::{DraftError, DraftRequest, Drafted, FromCommits, draft};
use clap::{ArgMatches, Args};

use super::{
    Command,
    db_publish::{package, prefix},
    read,
};
use crate::{
    arguments,
    context::Context,
    error::{Failure, chain},
    exit::Exit,
    output,
};

pub(super) static COMMAND: DbNew = DbNew;

pub(super) struct DbNew;

#[derive(Debug, Args)]
struct Arguments {
    /// The feed's directory
    #[arg(long, value_name = "DIR", default_value = ".")]
    feed: PathBuf,

    /// The id, where it was given out elsewhere [default: the first number of the year that nobody ever had]
    #[arg(long)]
    id: Option<String>,

    /// The prefix of the id [default: the feed's first]
    #[arg(long, value_parser = prefix, conflicts_with = "id")]
    prefix: Option<String>,

    /// The package, as ECOSYSTEM/NAME [default: the feed's, where it is one]
    #[arg(long, value_parser = package)]
    package: Option<Package>,

    /// What it is, in one line
    #[arg(long, value_name = "TEXT")]
    summary: String,

    /// The first affected version [default: from the beginning]
    #[arg(long, value_name = "VERSION")]
    introduced: Option<String>,

    /// The first version that is no longer affected
    #[arg(long, value_name = "VERSION", conflicts_with = "from_commit")]
    fixed: Option<String>,

    /// An id that others gave it; may be given several times
    #[arg(long, value_name = "ID")]
    alias: Vec<String>,

    /// Commits that fixed it, each on the branches that hold it: the tags say which versions are affected
    #[arg(long, value_name = "REVISION", num_args = 1..)]
    from_commit: Vec<String>,

    /// The repository of the package, a clone with its tags
    #[arg(
        long,
        value_name = "DIR",
        default_value = ".",
        requires = "from_commit"
    )]
    repository: PathBuf,

    /// The moment that counts as now, for runs that repeat
    #[arg(long, value_name = "TIME", value_parser = arguments::time)]
    as_of: Option<Timestamp>,
}

const AFTER_HELP: &str = "\
Examples:
  bartizan db new --summary \"crafted files read out of bounds\" --fixed 1.4.2
  bartizan db new --feed ../advisories --package PyPI/numpy --summary \"…\" --from-commit 1a2b3c4 --repository .

The record is written where no file is yet, and nowhere else. Look through it, write the details, then run
`bartizan db publish`.";

impl Command for DbNew {
    fn path(&self) -> &'static [&'static str] {
        &["db", "new"]
    }

    fn arguments(&self) -> clap::Command {
        Arguments::augment_args(clap::Command::new("new"))
            .about("Start a record in a feed, from what is known or from the commits that fixed it")
            .after_help(AFTER_HELP)
    }

    fn run(&self, ctx: &Context, arguments: &ArgMatches) -> Result<Exit, Failure> {
        let arguments: Arguments = read(arguments)?;
        let commits = FromCommits {
            repository: arguments.repository,
            revisions: arguments.from_commit,
        };
        let drafted = draft(&DraftRequest {
            directory: arguments.feed,
            id: arguments.id,
            prefix: arguments.prefix,
            package: arguments.package,
            summary: arguments.summary,
            introduced: arguments.introduced,
            fixed: arguments.fixed,
            aliases: arguments.alias,
            commits: Some(commits).filter(|commits| !commits.revisions.is_empty()),
            now: arguments.as_of.unwrap_or_else(Timestamp::now),
        });
        let drafted = drafted.map_err(|error| failed(&error))?;
        tell(ctx, &drafted);
        let path = drafted.path.display().to_string();
        output::write(&(ctx.stdout.clean(&path) + "\n"), None)?;
        Ok(Exit::Clean)
    }
}

fn tell(ctx: &Context, drafted: &Drafted) {
    for note in &drafted.notes {
        ctx.note(&format!("note: {note}"));
    }
    for complaint in &drafted.complaints {
        ctx.note(&format!(
            "note: `{}`: {}",
            complaint.pointer, complaint.message
        ));
    }
}

fn failed(error: &DraftError) -> Failure {
    Failure::usage(chain(error)).hint(error.hint())
}
