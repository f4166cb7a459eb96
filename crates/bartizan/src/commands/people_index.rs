//! `bartizan people index`: what the histories of repositories say of who did what, in numbers.

mod human;
mod json;
mod profile;
mod together;

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use bartizan_model::{Timestamp, problem::Problem};
use bartizan_people::{
    Key,
    corpus::{Corpus, Source},
    corrections::Corrections,
    history::{Gaps, History},
    identity,
    mailmap::Mailmap,
    summary::Summary,
    together::Together,
};
use bartizan_sources::{
    home::Home,
    past::{self, Kept, Stage, Wanted, Watcher},
};
use clap::{ArgMatches, Args, ValueEnum};

use super::{Command, read};
use crate::{
    arguments::time,
    context::Context,
    error::{Failure, chain},
    exit::Exit,
    output,
    people::corrections_of,
    progress::Line,
};

use self::profile::Named;

pub(super) static COMMAND: PeopleIndex = PeopleIndex;

pub(super) struct PeopleIndex;

#[derive(Debug, Args)]
struct Arguments {
    /// Git repositories: checkouts, bare ones, mirrors; or the profile of an ecosystem: one that Bartizan carries, or a TOML file
    #[arg(value_name = "REPOSITORY", required = true)]
    repositories: Vec<PathBuf>,

    /// Directory of the clones of a profile's projects, each named as its repository or its project
    #[arg(long = "repositories", value_name = "DIR")]
    clones: Option<PathBuf>,

    /// Read the projects of this cohort of the profile only
    #[arg(long, value_name = "NAME")]
    cohort: Option<String>,

    /// Do not count lines, which takes most of the time
    #[arg(long)]
    no_lines: bool,

    /// Who is one person and who is not, above what is guessed: a `people.toml`
    #[arg(long, value_name = "FILE")]
    people: Option<PathBuf>,

    /// The end of the two years that are told of an ecosystem, such as `2026-11-23`, for runs that repeat [default: now]
    #[arg(long, value_name = "TIME", value_parser = time)]
    as_of: Option<Timestamp>,

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
    /// For programs; see `bartizan schema people-index`
    Json,
}

const AFTER_HELP: &str = "\
Examples:
  bartizan people index numpy
  bartizan people index numpy scipy --no-lines --format json
  bartizan people index numpy --people people.toml
  bartizan people index scientific-python --cohort core --repositories clones --no-lines

The history behind `HEAD` is read, with what the clone has of it: nothing is fetched. What is the same for ever is kept in
the home, without names or addresses; addresses leave memory only as keyed hashes. Time zones, domains of addresses and
places are not looked at. Of an ecosystem it is told besides what its projects have in common: how many persons work in several
of them, and which stand on the same few; nobody is named.

Exit codes: 0 read, 2 wrong use or no repository, 3 a repository without a commit, 4 of a project of the profile there is no
clone.";

impl Command for PeopleIndex {
    fn path(&self) -> &'static [&'static str] {
        &["people", "index"]
    }

    fn arguments(&self) -> clap::Command {
        Arguments::augment_args(clap::Command::new("index"))
            .about("Read who did what in the histories of repositories, and count it")
            .after_help(AFTER_HELP)
    }

    fn run(&self, ctx: &Context, arguments: &ArgMatches) -> Result<Exit, Failure> {
        let arguments: Arguments = read(arguments)?;
        let home = Home::new(ctx.home()?);
        let named = profile::named(ctx, &home, &arguments)?;
        let key = past::key(&home).map_err(|error| {
            Failure::data(chain(&error)).hint("remove the file, or see who may read it")
        })?;
        let people = arguments.people.as_deref();
        let mut corrections = people.map(corrections_of).transpose()?.unwrap_or_default();
        let forgotten = past::forgotten(&home);
        corrections.forgotten = forgotten.map_err(|error| Failure::data(chain(&error)))?;
        let question = Question {
            corrections,
            counts_lines: !arguments.no_lines,
            home,
            key,
            until: arguments.as_of.unwrap_or_else(Timestamp::now),
        };
        let answer = answer(ctx, &question, named)?;
        let file = arguments.output.as_deref();
        let text = match arguments.format {
            Format::Human => human::text(ctx.terminal(file), ctx.is_verbose, &answer),
            Format::Json => json::text(&answer)?,
        };
        output::write(&text, file)?;
        Ok(answer.exit())
    }
}

/// What is asked of every repository.
struct Question {
    corrections: Corrections,
    counts_lines: bool,
    home: Home,
    key: Key,
    until: Timestamp,
}

/// What is said of all of them.
#[derive(Default)]
struct Answer {
    indexed: Vec<Indexed>,
    problems: Vec<Problem>,
    /// Of an ecosystem.
    together: Option<Together>,
}

/// What is said of one.
struct Indexed {
    project: Option<String>,
    repository: String,
    head: String,
    summary: Summary,
    gaps: Gaps,
    /// Commits that an earlier run kept.
    recalled: usize,
    counts_lines: bool,
    seconds: Seconds,
}

impl Answer {
    fn exit(&self) -> Exit {
        match (self.problems.is_empty(), &self.together) {
            (false, Some(_)) => Exit::Data,
            (false, None) => Exit::Usage,
            (true, _) if self.indexed.iter().any(|it| it.summary.commits == 0) => {
                Exit::NothingToLookAt
            }
            (true, _) => Exit::Clean,
        }
    }
}

/// Reads every repository. One that is wrong does not keep the others from being read, unless there are no others.
fn answer(ctx: &Context, question: &Question, named: Named) -> Result<Answer, Failure> {
    let hint = "name a git repository with at least one commit";
    let mut answer = Answer {
        problems: named.problems,
        ..Answer::default()
    };
    let is_only = named.repositories.len() == 1 && !named.is_ecosystem;
    let mut sources = Vec::new();
    for (project, path) in named.repositories {
        match index(ctx, question, (project, &path)) {
            Ok((indexed, history)) if named.is_ecosystem => {
                let name = indexed.project.clone().unwrap_or_default();
                sources.push(Source { name, history });
                answer.indexed.push(indexed);
            }
            Ok((indexed, _)) => answer.indexed.push(indexed),
            Err(error) if is_only => return Err(Failure::usage(chain(&error)).hint(hint)),
            Err(error) => {
                let problem = Problem::new(path.display().to_string(), chain(&error));
                answer.problems.push(problem.with_hint(hint));
            }
        }
    }
    answer.together = named.is_ecosystem.then(|| {
        let corpus = Corpus::of(sources, &question.corrections, &question.key);
        Together::of(&corpus, question.until)
    });
    Ok(answer)
}

fn index(
    ctx: &Context,
    question: &Question,
    (project, path): (Option<String>, &Path),
) -> Result<(Indexed, History), bartizan_sources::git::RepositoryError> {
    let mut watch = Watch {
        line: Line::new(ctx),
        name: project.clone().unwrap_or_else(|| name(path)),
        stage: None,
        seconds: Seconds::default(),
        begun: Instant::now(),
    };
    let wanted = Wanted {
        lines: question.counts_lines,
        kept: Some(Kept::new(&question.home, &question.key, path)),
        ..Wanted::default()
    };
    let reading = past::read(path, &wanted, &mut watch)?;
    watch.end_stage();
    let begun = Instant::now();
    let history = reading.history;
    let mailmap = Mailmap::read(history.mailmap.as_deref().unwrap_or_default());
    let persons = identity::persons(
        &history.actors,
        &mailmap,
        &question.corrections,
        &question.key,
    );
    let summary = Summary::of(&history, &persons, &mailmap);
    let mut seconds = watch.seconds;
    seconds.naming = begun.elapsed();
    seconds.all = watch.begun.elapsed();
    let indexed = Indexed {
        project,
        repository: path.display().to_string(),
        head: reading.head,
        summary,
        gaps: history.gaps,
        recalled: reading.recalled,
        counts_lines: question.counts_lines,
        seconds,
    };
    Ok((indexed, history))
}

/// What a repository is called in a line of progress: a mirror's directory says less than what holds it.
fn name(path: &Path) -> String {
    let whole = fs::canonicalize(path).unwrap_or_else(|_unknown| path.to_owned());
    whole
        .file_name()
        .map(|it| it.to_string_lossy().into_owned())
        .unwrap_or_default()
}

/// How long each stage took.
#[derive(Debug, Clone, Copy, Default)]
struct Seconds {
    recalling: Duration,
    walking: Duration,
    comparing: Duration,
    counting: Duration,
    keeping: Duration,
    naming: Duration,
    all: Duration,
}

/// Shows progress and takes times.
struct Watch {
    line: Line,
    name: String,
    stage: Option<(Stage, Instant)>,
    seconds: Seconds,
    begun: Instant,
}

impl Watch {
    fn end_stage(&mut self) {
        let Some((stage, begun)) = self.stage.take() else {
            return;
        };
        let seconds = &mut self.seconds;
        let of_stage = match stage {
            Stage::Recalling => &mut seconds.recalling,
            Stage::Walking => &mut seconds.walking,
            Stage::Comparing => &mut seconds.comparing,
            Stage::Counting => &mut seconds.counting,
            Stage::Keeping => &mut seconds.keeping,
        };
        *of_stage += begun.elapsed();
    }
}

impl Watcher for Watch {
    fn begin(&mut self, stage: Stage) {
        self.end_stage();
        self.stage = Some((stage, Instant::now()));
    }

    fn advance(&mut self, done: usize, of: Option<usize>) {
        let is_changes = self
            .stage
            .is_some_and(|(stage, _)| stage == Stage::Counting);
        self.line
            .indexing(&self.name, is_changes, done as u64, of.map(|it| it as u64));
    }
}
