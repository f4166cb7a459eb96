//! `bartizan review`: what a change introduces, ordered for expert eyes.

mod artifacts;
mod github;
mod human;
mod json;
mod range;
mod report;
mod sarif;
mod workflows;

use std::path::{Path, PathBuf};

use bartizan_model::{Timestamp, problem::Problem, severity::SeverityLevel};
use bartizan_review::{
    Review,
    change::{Content, File, FileChange},
    diff,
    rule::Rules,
};
use bartizan_sources::disk;
use clap::{ArgMatches, Args, ValueEnum};
use jiff::tz::TimeZone;

use super::{Command, read};
use crate::{
    arguments,
    context::Context,
    error::{Failure, chain},
    exit::Exit,
    output,
};
use report::ReviewReport;

pub(super) static COMMAND: ReviewCommand = ReviewCommand;

pub(super) struct ReviewCommand;

#[derive(Debug, Args)]
struct Arguments {
    /// Two commits, `BASE..HEAD`, or `BASE...HEAD` from where they parted; one commit for what it changes
    #[arg(value_name = "BASE..HEAD", default_value = "HEAD", conflicts_with_all = ["diff", "artifacts"])]
    range: String,

    /// The git repository; bare ones and mirrors too
    #[arg(long, value_name = "DIR", default_value = ".")]
    repository: PathBuf,

    /// A patch, as `git diff` writes it, in place of a repository
    #[arg(long, value_name = "FILE", conflicts_with_all = ["artifacts", "all"])]
    diff: Option<PathBuf>,

    /// Two source distributions or wheels, the older one first
    #[arg(long, num_args = 2, value_names = ["OLD", "NEW"], conflicts_with = "all")]
    artifacts: Option<Vec<PathBuf>>,

    /// All that a commit holds, as if it were new
    #[arg(long)]
    all: bool,

    /// Rules of your own beside those that Bartizan carries, in TOML; repeatable
    #[arg(long, value_name = "FILE")]
    rules: Vec<PathBuf>,

    /// Severity from which an entry leads to exit code 1 [default: high]
    #[arg(long, value_name = "LEVEL", value_parser = arguments::level())]
    fail_on: Option<SeverityLevel>,

    /// Exit with 0 where it would be 1; nothing else changes
    #[arg(long)]
    exit_zero: bool,

    /// How the report is written
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Format,

    /// Write the report to this file, whole or not at all
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// The moment that counts as now, such as `2026-11-23`, for runs that repeat
    #[arg(long, value_name = "TIME", value_parser = arguments::time)]
    as_of: Option<Timestamp>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people at a terminal; `--verbose` shows every entry
    Human,
    /// For programs; see `bartizan schema review`
    Json,
    /// For code scanning (SARIF 2.1.0)
    Sarif,
    /// Annotations of a GitHub workflow
    Github,
}

const AFTER_HELP: &str = "\
Examples:
  bartizan review main...HEAD            what a branch introduces
  bartizan review v1.0..v1.1 --repository lab.git
  bartizan review 1a2b3c4                what one commit introduces
  bartizan review --diff change.patch --format github
  bartizan review --artifacts lab-1.0.tar.gz lab-1.1.tar.gz
  bartizan review --all --rules our-rules.toml

Both sides are looked at, and what stood there before is not told: moved, renamed or laid out anew, it is the same. Nothing
is run and nothing is fetched. `bartizan explain RULE` tells more about each rule.

Exit codes: 0 nothing at or above --fail-on, 1 entries, 2 wrong use, 3 nothing differs, 4 a part of the change could not
be read.";

/// The largest patch and the largest file of rules.
const LARGEST_PATCH: usize = 256 << 20;
const LARGEST_RULES: usize = 4 << 20;

impl Command for ReviewCommand {
    fn path(&self) -> &'static [&'static str] {
        &["review"]
    }

    fn arguments(&self) -> clap::Command {
        Arguments::augment_args(clap::Command::new("review"))
            .about("Tell what a change introduces that deserves an expert's eyes, the most important first")
            .after_help(AFTER_HELP)
    }

    fn run(&self, ctx: &Context, arguments: &ArgMatches) -> Result<Exit, Failure> {
        let arguments: Arguments = read(arguments)?;
        let now = arguments.as_of.unwrap_or_else(Timestamp::now);
        let rules = rules_of(&arguments.rules)?.and(workflows::rules());
        let mut review = Review::new(&rules);
        let problems = feed(&arguments, now, &mut review)?;
        let mut found = review.finish();
        found.problems = problems;
        if found.files == 0 && found.problems.is_empty() {
            ctx.note("nothing differs");
            return Ok(Exit::NothingToLookAt);
        }
        let report = ReviewReport::new(ctx, found, arguments.fail_on, now);
        for problem in &report.problems {
            let hint = problem
                .hint
                .as_deref()
                .unwrap_or("what was not looked at is not clean");
            ctx.warn(&format!("{}: {}", problem.subject, problem.message), hint);
        }
        let file = arguments.output.as_deref();
        let text = match arguments.format {
            Format::Human => human::text(ctx.terminal(file), ctx.is_verbose, &report),
            Format::Json => json::text(&report)?,
            Format::Sarif => sarif::text(&report)?,
            Format::Github => github::text(&report),
        };
        output::write(&text, file)?;
        Ok(match report.exit() {
            Exit::Findings if arguments.exit_zero => Exit::Clean,
            exit => exit,
        })
    }
}

/// Hands the change over, file by file; gives what of it could not be read.
fn feed(
    arguments: &Arguments,
    now: Timestamp,
    review: &mut Review<'_>,
) -> Result<Vec<Problem>, Failure> {
    if let Some(patch) = &arguments.diff {
        return of_patch(patch, review);
    }
    if let Some([old, new]) = arguments.artifacts.as_deref() {
        return artifacts::feed(old, new, review);
    }
    let asked = range::Asked {
        repository: &arguments.repository,
        range: &arguments.range,
        is_all: arguments.all,
        today: now.to_zoned(TimeZone::UTC).date(),
    };
    range::feed(&asked, review)
}

fn of_patch(file: &Path, review: &mut Review<'_>) -> Result<Vec<Problem>, Failure> {
    let name = file.display().to_string();
    let patch = diff::read(&small(file, LARGEST_PATCH)?);
    if patch.files.is_empty() && patch.problems.is_empty() {
        return Err(Failure::usage(format!("`{name}` is no patch"))
            .hint("write one with `git diff BASE HEAD`"));
    }
    patch.files.iter().for_each(|change| review.look(change));
    let told = patch.problems.into_iter().map(|it| Problem {
        subject: format!("{name}, {}", it.subject),
        ..it
    });
    Ok(told.collect())
}

fn rules_of(paths: &[PathBuf]) -> Result<Rules, Failure> {
    let mut texts = Vec::new();
    for path in paths {
        let text = String::from_utf8(small(path, LARGEST_RULES)?);
        let text =
            text.map_err(|_error| Failure::usage(format!("`{}` is no text", path.display())))?;
        texts.push(text);
    }
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    Rules::with(&texts).map_err(|error| {
        Failure::usage(chain(&error)).hint("CONTRIBUTING.md tells the form of rules")
    })
}

fn small(path: &Path, limit: usize) -> Result<Vec<u8>, Failure> {
    disk::read_small(path, limit).map_err(|error| {
        Failure::usage(format!(
            "cannot read `{}`: {}",
            path.display(),
            chain(&error)
        ))
    })
}

/// A side of a file that could not be read.
fn unseen(path: &str, why: &str, size: Option<u64>) -> File {
    File {
        path: path.to_owned(),
        content: Content::Unseen {
            why: why.to_owned(),
            size,
        },
        is_executable: false,
    }
}

/// A file that differs.
fn differing(before: Option<File>, after: Option<File>) -> FileChange {
    FileChange { before, after }
}
