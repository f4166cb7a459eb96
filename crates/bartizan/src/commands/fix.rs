//! `bartizan fix`: the smallest upgrade that removes known vulnerabilities, and what cannot be removed, with the reason.
//!
//! A plan first: nothing is changed unless `--apply` is given.

mod answer;
mod apply;
mod human;
mod install;
mod instead;
mod json;
mod libraries;
mod look;
mod plan;
mod rounds;

use std::path::PathBuf;

use bartizan_model::{Timestamp, severity::SeverityLevel};
use clap::{ArgMatches, Args, ValueEnum};

use super::{Command, read};
use crate::{
    arguments::{self, AnswerArguments},
    context::Context,
    database,
    error::Failure,
    exit::Exit,
    output,
};

pub(super) static COMMAND: Fix = Fix;

pub(super) struct Fix;

#[derive(Debug, Args)]
struct Arguments {
    /// Environment, lock file, requirements file, or a directory that holds one of them
    #[arg(value_name = "TARGET", default_value = ".")]
    target: PathBuf,

    /// Version of Python that the plan is for, such as 3.13 [default: the environment's, else the newest that the target allows]
    #[arg(long, value_name = "VERSION", value_parser = arguments::python)]
    python: Option<String>,

    /// Platform that the plan is for: host, linux, macos, windows, linux-aarch64 … [default: host]
    #[arg(long, value_name = "PLATFORM", value_parser = arguments::platform)]
    platform: Option<String>,

    /// Severity from which a finding is to be removed; an unstated one counts as at it [default: high]
    #[arg(long, value_name = "LEVEL", value_parser = arguments::level())]
    fail_on: Option<SeverityLevel>,

    /// Remove only findings of this package; repeatable
    #[arg(long, value_name = "NAME")]
    package: Vec<String>,

    /// Keep the version of this package; repeatable
    #[arg(long, value_name = "NAME")]
    hold: Vec<String>,

    /// Take no release from this day or moment on, such as `2026-11-01`
    #[arg(long, value_name = "DATE", value_parser = arguments::time)]
    exclude_newer: Option<Timestamp>,

    /// Allow older versions than those that are there
    #[arg(long)]
    allow_downgrade: bool,

    /// Plan with the releases in this file in place of asking the package index
    #[arg(long, value_name = "FILE")]
    universe: Option<PathBuf>,

    /// Look for no native libraries in wheels and environments: only for packages
    #[arg(long)]
    no_native: bool,

    /// Clone of a library's project, or source tree that copies its files: which files the commits touch that mend a
    /// library of which no package carries a mended copy, and whether they apply; repeatable
    #[arg(long, value_name = "DIR")]
    source: Vec<PathBuf>,

    /// Write the versions of the plan to this file, as constraints for pip and uv
    #[arg(long, value_name = "FILE")]
    constraints: Option<PathBuf>,

    /// Write the versions of the plan into the requirements file, pyproject.toml, Pipfile or pylock.toml that states
    /// them; nothing else in it is changed
    #[arg(long)]
    apply: bool,

    #[command(flatten)]
    answer: AnswerArguments<Format>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people at a terminal
    Human,
    /// For programs; see `bartizan schema fix`
    Json,
}

const AFTER_HELP: &str = "\
Examples:
  bartizan fix .venv                     what to upgrade in an environment, and the commands that do it
  bartizan fix uv.lock --fail-on medium  lesser vulnerabilities too
  bartizan fix requirements.txt --exclude-newer 2026-11-01
  bartizan fix requirements.txt --apply  write the new pins, with their hashes, and nothing else
  bartizan fix .venv --package pillow    only what is wrong with one package
  bartizan fix .venv --universe releases.json --offline
  bartizan fix .venv --constraints fixed.txt --format json
  bartizan fix .venv --source libtiff.git --source our-sdist/   what to backport where no release is mended

The package index that pip or uv is configured with is asked about what is installed, and about what a plan may install:
what an upgrade by pip or uv asks it too. With --universe nobody is asked. Such a file has the releases that exist:
  {\"bartizan_universe\": 1, \"packages\": {\"numpy\": {\"1.26.4\": {\"requires_python\": \">=3.9\", \"requires\": [],
   \"yanked\": false, \"uploaded\": \"2024-02-05T23:00:00Z\", \"has_file\": true}}}}

Exit codes: 0 the plan leaves nothing at or above --fail-on, 1 something stays, 2 wrong use, 3 nothing to look at,
4 advisories or the index are missing or too old.";

impl Command for Fix {
    fn path(&self) -> &'static [&'static str] {
        &["fix"]
    }

    fn arguments(&self) -> clap::Command {
        Arguments::augment_args(clap::Command::new("fix"))
            .about("Plan the smallest upgrade that removes known vulnerabilities")
            .after_help(AFTER_HELP)
    }

    fn run(&self, ctx: &Context, arguments: &ArgMatches) -> Result<Exit, Failure> {
        let arguments: Arguments = read(arguments)?;
        let answer = plan::answer(ctx, &arguments)?;
        let AnswerArguments { format, output, .. } = &arguments.answer;
        let text = match format {
            Format::Human => human::text(ctx.terminal(output.as_deref()), ctx.is_verbose, &answer),
            Format::Json => json::text(&answer)?,
        };
        output::write(&text, output.as_deref())?;
        if let Some(file) = &arguments.constraints {
            output::write(&install::constraints(&answer), Some(file))?;
        }
        database::warn_when_stale(ctx, &answer.database);
        Ok(answer.exit())
    }
}
