//! What may be asked of `bartizan review`.

use std::path::PathBuf;

use bartizan_model::{Timestamp, severity::SeverityLevel};
use clap::{Args, ValueEnum};

use super::{aside::AsideArguments, order::OrderArguments, queue::QueueArguments};
use crate::{arguments, code_host};

#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of its own on the command line"
)]
pub(super) struct Arguments {
    /// Rules of your own beside those that Bartizan carries, in TOML; repeatable
    #[arg(long, value_name = "FILE")]
    pub(super) rules: Vec<PathBuf>,

    /// Severity from which an entry leads to exit code 1 [default: high]
    #[arg(long, value_name = "LEVEL", value_parser = arguments::level())]
    pub(super) fail_on: Option<SeverityLevel>,

    /// Exit with 0 where it would be 1; nothing else changes
    #[arg(long)]
    pub(super) exit_zero: bool,

    /// Put the report as a comment on the pull request, or in place of the one that is there. A token is taken from
    /// `BARTIZAN_GITHUB_TOKEN`, `GH_TOKEN` or `GITHUB_TOKEN`
    #[arg(long, requires = "pull")]
    pub(super) post: bool,

    /// With `--post`: write the comment to the output instead, and say what would become of it
    #[arg(long, requires = "post")]
    pub(super) dry_run: bool,

    /// Say of the people around the change what the history says: how long its authors are known here, who knows the files, how deep
    /// a review should be. Shown to people only, without a name in other formats; it changes no severity
    #[arg(long, conflicts_with_all = ["diff", "artifacts", "staged", "all"])]
    pub(super) with_people: bool,

    /// A program that gets the report as JSON and answers with words as JSON, such as a language model. They are marked as its own, and
    /// change nothing
    #[arg(long, value_name = "COMMAND")]
    pub(super) assistant: Option<String>,

    /// How the report is written
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub(super) format: Format,

    /// Write the report to this file, whole or not at all
    #[arg(short, long, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,

    /// The moment that counts as now, such as `2026-11-23`, for runs that repeat
    #[arg(long, value_name = "TIME", value_parser = arguments::time)]
    pub(super) as_of: Option<Timestamp>,

    // What has a heading of its own comes last: what follows it would stand under it.
    #[command(flatten)]
    pub(super) change: ChangeArguments,

    #[command(flatten)]
    pub(super) aside: AsideArguments,

    #[command(flatten)]
    pub(super) queue: QueueArguments,

    #[command(flatten)]
    pub(super) order: OrderArguments,
}

/// Which change is looked at.
#[derive(Debug, Args)]
#[command(next_help_heading = "Change")]
pub(super) struct ChangeArguments {
    /// Two commits, `BASE..HEAD`, or `BASE...HEAD` from where they parted; one commit for what it changes
    #[arg(value_name = "BASE..HEAD", default_value = "HEAD", conflicts_with_all = ["diff", "artifacts", "pull", "staged"])]
    pub(super) range: String,

    /// The git repository; bare ones and mirrors too
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub(super) repository: PathBuf,

    /// A pull request: out of the repository, where it keeps `refs/pull`, else from the code host
    #[arg(long = "pr", id = "pull", group = "of_pulls", value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..), conflicts_with_all = ["diff", "artifacts", "staged", "all"])]
    pub(super) pull: Option<u32>,

    /// The repository on the code host that is asked about pull requests, where it was not cloned from it
    #[arg(long, value_name = "OWNER/NAME", requires = "of_pulls", value_parser = code_host::repository)]
    pub(super) hosted_at: Option<String>,

    /// What is staged for the next commit; in a hook that pre-commit was given two commits for, what lies between them
    #[arg(long, conflicts_with_all = ["diff", "artifacts", "all"])]
    pub(super) staged: bool,

    /// A patch, as `git diff` writes it, in place of a repository
    #[arg(long, value_name = "FILE", conflicts_with_all = ["artifacts", "all"])]
    pub(super) diff: Option<PathBuf>,

    /// Two source distributions or wheels, the older one first
    #[arg(long, num_args = 2, value_names = ["OLD", "NEW"], conflicts_with = "all")]
    pub(super) artifacts: Option<Vec<PathBuf>>,

    /// All that a commit holds, as if it were new
    #[arg(long)]
    pub(super) all: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people at a terminal; `--verbose` shows every entry
    Human,
    /// For programs; see `bartizan schema review`
    Json,
    /// For code scanning (SARIF 2.1.0)
    Sarif,
    /// Annotations of a GitHub workflow
    Github,
    /// For step summaries and comments on pull requests
    Markdown,
}

pub(super) const AFTER_HELP: &str = "\
Examples:
  bartizan review main...HEAD            what a branch introduces
  bartizan review v1.0..v1.1 --repository lab.git
  bartizan review 1a2b3c4                what one commit introduces
  bartizan review --pr 123 --format markdown
  bartizan review --queue --repository mirrors/numpy.git
  bartizan review --queue --hosted-at numpy/numpy --newest 30
  bartizan review --staged               what the next commit would introduce
  bartizan review --diff change.patch --format github
  bartizan review --artifacts lab-1.0.tar.gz lab-1.1.tar.gz
  bartizan review --all --rules our-rules.toml
  bartizan review --all --write-baseline baseline.toml --reason 'looked at in November'
  bartizan review --learn --repository lab.git

Both sides are looked at, and what stood there before is not told: moved, renamed or laid out anew, it is the same. Nothing
is run, and nothing is fetched but pull requests that are not in the repository. `bartizan explain RULE` tells more about
each rule.

A comment sets an entry of its own line or, where it stands alone, of the next one aside:

  # bartizan: ignore[run-through-shell] fixed words only, until 2027-06-30

A comment, a line of a baseline or an `[[ignore]]` that comes with the change sets nothing aside in it; that is told, and so
is what has ended or is about nothing.

Exit codes: 0 nothing at or above --fail-on, 1 entries, 2 wrong use, 3 nothing differs (0 with
--staged), 4 a part of the change could not be read.";
