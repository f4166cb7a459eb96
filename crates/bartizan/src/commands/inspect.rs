//! `bartizan inspect`: what artifacts and environments carry of others' native code, and how that is known.

mod human;
mod json;
mod summary;

use std::path::PathBuf;

use bartizan_model::{native::Contents, problem::Problem};
use bartizan_native::{
    artifact::{self, Target},
    knowledge::Knowledge,
};
use bartizan_sources::disk::DiskTree;
use clap::{ArgMatches, Args, ValueEnum};

use super::{Command, read};
use crate::{context::Context, error::Failure, exit::Exit, output, progress::Line};

pub(super) static COMMAND: Inspect = Inspect;

pub(super) struct Inspect;

#[derive(Debug, Args)]
struct Arguments {
    /// Wheels, source distributions, conda packages, environments, single native files, or directories of these
    #[arg(value_name = "ARTIFACT", required = true)]
    artifacts: Vec<PathBuf>,

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
    /// For programs; see `bartizan schema inspect`
    Json,
}

const AFTER_HELP: &str = "\
Examples:
  bartizan inspect pillow-10.0.0-cp311-cp311-manylinux_2_28_x86_64.whl
  bartizan inspect .venv                 each distribution that carries native code
  bartizan inspect dist/ --format json   every wheel and source distribution in a directory
  bartizan inspect libgdal.so.36 --verbose        with all evidence

Nothing is run, unpacked to disk or fetched. It is the contents that are told, not their vulnerabilities: see `bartizan scan`.

Exit codes: 0 looked at, 2 wrong use or no such file, 3 nothing to look at.";

impl Command for Inspect {
    fn path(&self) -> &'static [&'static str] {
        &["inspect"]
    }

    fn arguments(&self) -> clap::Command {
        Arguments::augment_args(clap::Command::new("inspect"))
            .about("Show what wheels, environments and source trees carry of others' native code")
            .after_help(AFTER_HELP)
    }

    fn run(&self, ctx: &Context, arguments: &ArgMatches) -> Result<Exit, Failure> {
        let Arguments {
            artifacts,
            format,
            output,
        } = read(arguments)?;
        let looked_at = look_into(ctx, &artifacts)?;
        let text = match format {
            Format::Human => {
                human::text(ctx.terminal(output.as_deref()), ctx.is_verbose, &looked_at)
            }
            Format::Json => json::text(&looked_at)?,
        };
        output::write(&text, output.as_deref())?;
        Ok(looked_at.exit())
    }
}

/// What was looked into.
#[derive(Debug, Default)]
struct LookedInto {
    contents: Vec<Contents>,
    /// Named paths that are wrong.
    problems: Vec<Problem>,
}

impl LookedInto {
    fn exit(&self) -> Exit {
        if !self.problems.is_empty() {
            return Exit::Usage;
        }
        let is_read = |it: &Contents| {
            it.problems.is_empty() || !it.natives.is_empty() || !it.components.is_empty()
        };
        if self.contents.iter().any(is_read) {
            Exit::Clean
        } else {
            Exit::NothingToLookAt
        }
    }
}

/// Looks into everything that is named. A path that is wrong does not keep the others from being looked into, unless
/// there are no others.
fn look_into(ctx: &Context, paths: &[PathBuf]) -> Result<LookedInto, Failure> {
    let mut looked_into = LookedInto::default();
    let mut targets: Vec<Target> = Vec::new();
    for path in paths {
        match artifact::find(&DiskTree, path) {
            Ok(found) => targets.extend(found),
            Err(error) => {
                let hint = "name a wheel, a source distribution, a conda package, an environment or a native file";
                if paths.len() == 1 {
                    return Err(Failure::usage(error.describe()).hint(hint));
                }
                let problem = Problem::new(path.display().to_string(), error.describe());
                looked_into.problems.push(problem.with_hint(hint));
            }
        }
    }
    let knowledge = Knowledge::embedded();
    let mut line = Line::new(ctx);
    let mut begin = |number: usize| {
        if let Some(target) = targets.get(number) {
            let path = target.path().display().to_string();
            line.looking_into(&path, number as u64, targets.len() as u64);
        }
    };
    looked_into.contents = artifact::inspect_all(&DiskTree, &targets, knowledge, &mut begin);
    Ok(looked_into)
}
