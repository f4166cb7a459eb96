//! `bartizan people anomalies`: private hints about accounts that came back and are unlike their own past.

mod human;
mod json;

use std::path::PathBuf;

use bartizan_model::Timestamp;
use bartizan_people::anomaly::{Acts, EPISODE_DAYS, Hint, MEASURED, THRESHOLD, Told, hints};
use clap::{ArgMatches, Args, ValueEnum};

use super::{Command, read};
use crate::{
    context::Context,
    error::Failure,
    exit::Exit,
    output,
    people::{Histories, HistoryArguments, histories},
};

pub(super) static COMMAND: PeopleAnomalies = PeopleAnomalies;

pub(super) struct PeopleAnomalies;

#[derive(Debug, Args)]
struct Arguments {
    /// Git repositories: checkouts, bare ones, mirrors; `NAME=PATH` names a project
    #[arg(value_name = "REPOSITORY", required = true)]
    repositories: Vec<PathBuf>,

    /// Every hint of the whole history, in place of those of the last 90 days
    #[arg(long)]
    all: bool,

    /// Those, too, that are held back because another was told in the two years before
    #[arg(long)]
    over_budget: bool,

    #[command(flatten)]
    history: HistoryArguments,

    /// How the answer is written
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Format,

    /// Write the answer to this file, for its owner only
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people at a terminal
    Human,
    /// For programs; see `bartizan schema people-anomalies`
    Json,
}

const AFTER_HELP: &str = "\
Examples:
  bartizan people anomalies numpy
  bartizan people anomalies numpy scipy --all --format json --output hints.json

An account that was silent for eighteen months and comes back may have another owner. Nearly all that come back have not: a hint is
a question to be asked kindly, by another way than the account itself. Each says what is usual for this person, what is not, and
how many of all returns were alike. An account is held against its own past and against nobody else's; who is new has none.
A hint ends after 90 days. In a project one is told in two years. The answer goes to a terminal or to a file for its owner only.

Exit codes: 0 no hint, 1 hints, 2 wrong use or no repository.";

impl Command for PeopleAnomalies {
    fn path(&self) -> &'static [&'static str] {
        &["people", "anomalies"]
    }

    fn arguments(&self) -> clap::Command {
        Arguments::augment_args(clap::Command::new("anomalies"))
            .about("Tell a project's maintainers in private which accounts came back unlike their own past")
            .after_help(AFTER_HELP)
    }

    fn run(&self, ctx: &Context, arguments: &ArgMatches) -> Result<Exit, Failure> {
        let arguments: Arguments = read(arguments)?;
        let file = arguments.output.as_deref();
        output::can_be_private(ctx, file)?;
        let histories = histories(ctx, &arguments.repositories, &arguments.history)?;
        let acts: Vec<Acts> = histories
            .corpus
            .projects
            .iter()
            .map(|it| Acts::of(it, &|person| histories.corpus.is_program(person)))
            .collect();
        let answer = Answer::of(&arguments, &histories, &acts);
        let text = match arguments.format {
            Format::Human => human::text(ctx.terminal(file), &answer),
            Format::Json => json::text(&answer)?,
        };
        output::write_private(ctx, &text, file)?;
        let has_hints = answer.projects.iter().any(|it| !it.hints.is_empty());
        let exit = if has_hints {
            Exit::Findings
        } else {
            Exit::Clean
        };
        Ok(exit.and(histories.exit()))
    }
}

/// What is told.
struct Answer<'a> {
    histories: &'a Histories,
    projects: Vec<ProjectHints<'a>>,
}

/// What is told of one project.
struct ProjectHints<'a> {
    name: &'a str,
    acts: &'a Acts,
    /// All returns in its history.
    returns: usize,
    hints: Vec<Hint<'a>>,
    held_back: usize,
}

impl<'a> Answer<'a> {
    fn of(arguments: &Arguments, histories: &'a Histories, acts: &'a [Acts]) -> Self {
        let ends = |it: &Hint<'_>| it.at.as_second() + EPISODE_DAYS * 24 * 60 * 60;
        let now = histories.now.as_second();
        let projects = histories.corpus.projects.iter().zip(acts);
        let projects = projects.map(|(project, acts)| {
            let (mut hints, returns) = hints(acts, &MEASURED, THRESHOLD);
            hints.retain(|it| arguments.all || (ends(it) > now && it.at.as_second() <= now));
            let is_told = |it: &Hint<'_>| it.told == Told::Yes;
            let held_back = hints.iter().filter(|it| !is_told(it)).count();
            hints.retain(|it| arguments.over_budget || is_told(it));
            ProjectHints {
                name: &project.name,
                acts,
                returns,
                hints,
                held_back,
            }
        });
        Self {
            projects: projects.collect(),
            histories,
        }
    }
}

/// When a hint ends.
fn ends(hint: &Hint<'_>) -> Timestamp {
    let seconds = hint.at.as_second() + EPISODE_DAYS * 24 * 60 * 60;
    Timestamp::from_second(seconds).unwrap_or(Timestamp::MAX)
}
