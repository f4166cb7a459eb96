//! `bartizan people trust`: how well somebody is known to the people of several projects, and over whose hands.

mod human;
mod json;

use std::{collections::BTreeMap, path::PathBuf};

use bartizan_model::problem::Problem;
use bartizan_people::{
    trust::{self, Level, Seed, Trust},
    vouch::known,
};
use clap::{ArgMatches, Args, ValueEnum};

use super::{Command, read};
use crate::{
    context::Context,
    error::Failure,
    exit::Exit,
    output,
    people::{HistoryArguments, Names, histories, seeds},
    vouching::{self, SignerArguments},
};

pub(super) static COMMAND: PeopleTrust = PeopleTrust;

pub(super) struct PeopleTrust;

#[derive(Debug, Args)]
struct Arguments {
    /// Whom it is about: the name of an account, or a name as commits have it
    #[arg(value_name = "PERSON", required_unless_present = "levels")]
    person: Option<String>,

    /// A git repository, by its path or as `PROJECT=PATH`; several may be given
    #[arg(long, value_name = "DIR", required = true)]
    repository: Vec<PathBuf>,

    /// A published team that trust begins at, as `PROJECT=FILE`; of two projects at least, or nobody is known
    #[arg(long, value_name = "PROJECT=FILE", required = true)]
    team: Vec<String>,

    /// A list of whom a project vouches for, as `PROJECT=FILE`; what is signed there by one of `--signers` is an act too
    #[arg(long, value_name = "PROJECT=FILE")]
    vouched: Vec<String>,

    #[command(flatten)]
    signers: SignerArguments,

    /// Say how many persons have each level
    #[arg(long)]
    levels: bool,

    /// Write names even where the answer goes into a pipe
    #[arg(long)]
    names: bool,

    #[command(flatten)]
    histories: HistoryArguments,

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
    /// For programs; see `bartizan schema people-trust`
    Json,
}

const AFTER_HELP: &str = "\
Examples:
  bartizan people trust some-login --repository numpy=numpy --repository scipy=scipy \\
      --team numpy=maintainers.toml --team scipy=CODEOWNERS
  bartizan people trust --levels --repository numpy --repository scipy --team numpy=a.toml --team scipy=b.toml

Only what nobody does alone counts: that somebody else put in their work, or work that they are credited for, or vouched for
them with a signature (`--vouched`; see `bartizan people vouch verify`). From published teams trust flows along such acts, less at each hand, fading by half every two years. `core` and `known` hold only where that
comes from two projects and does not hang on any one person; `some` is everybody whose work was put in; `new` is everybody
else, and nothing bad. It says nothing about how good somebody's work is, or what they mean to do.

People are named on a terminal and in a file that you name; in a pipe pseudonyms stand for them.

Exit codes: 0 answered, 2 wrong use or no repository.";

impl Command for PeopleTrust {
    fn path(&self) -> &'static [&'static str] {
        &["people", "trust"]
    }

    fn arguments(&self) -> clap::Command {
        Arguments::augment_args(clap::Command::new("trust"))
            .about("Say how well somebody is known to several projects, and over whose hands")
            .after_help(AFTER_HELP)
    }

    fn run(&self, ctx: &Context, arguments: &ArgMatches) -> Result<Exit, Failure> {
        let arguments: Arguments = read(arguments)?;
        let output = arguments.output.as_deref();
        let histories = histories(ctx, &arguments.repository, &arguments.histories)?;
        let is_private = output.is_some() || ctx.stdout.is_interactive;
        let names = Names::of(&histories.corpus, is_private || arguments.names);
        let seeds = seeds(&names, &arguments.team)?;
        let now = histories.now;
        let vouches = vouching::counting(ctx, &arguments.vouched, &arguments.signers, now)?;
        let vouches = known(&vouches, names.accounts());
        let trust = Trust::of(&histories.corpus, &seeds, &vouches, now);
        let person = arguments.person.as_deref().map(|it| names.find(it));
        let answer = Answer {
            about: person.transpose()?.map(|it| trust.answer(it)),
            levels: arguments.levels.then(|| trust.levels()),
            trust: &trust,
            seeds: &seeds,
            problems: &histories.problems,
        };
        let text = match arguments.format {
            Format::Human => human::text(ctx.terminal(output), &names, &answer),
            Format::Json => json::text(&names, &answer)?,
        };
        output::write(&text, output)?;
        Ok(histories.exit())
    }
}

/// What is answered.
struct Answer<'a> {
    about: Option<trust::Answer>,
    levels: Option<BTreeMap<Level, usize>>,
    trust: &'a Trust<'a>,
    seeds: &'a [Seed],
    problems: &'a [Problem],
}

/// The word for a level.
fn word(level: Level) -> &'static str {
    match level {
        Level::Core => "core",
        Level::Known => "known",
        Level::Some => "some",
        Level::New => "new",
    }
}
