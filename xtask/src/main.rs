//! Tasks of the project itself: `cargo xtask TASK`.
//!
//! They exist so that every rule of the project that a machine can check is checked the same way on a
//! laptop and in CI, without a shell and without tools that have to be built first. Nothing here is
//! part of what users run.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a task talks to the developer who runs it"
)]

mod docs;
mod fmt;
mod fuzz;
mod seeds;
mod test;
mod tidy;
mod workspace;

use std::process::ExitCode;

use anyhow::Result;

use crate::workspace::Workspace;

/// Something that `cargo xtask` can do.
struct Task {
    /// The word that asks for it, with its arguments.
    usage: &'static str,
    /// What it does, in one line.
    summary: &'static str,
    /// Does it.
    run: fn(&Workspace, &[&str]) -> Result<()>,
}

impl Task {
    fn name(&self) -> &'static str {
        self.usage.split(' ').next().unwrap_or(self.usage)
    }
}

/// Every task.
const TASKS: &[Task] = &[
    Task {
        usage: "test",
        summary: "run every test and count them",
        run: test::run,
    },
    Task {
        usage: "tidy",
        summary: "check layers, lengths, catalogues, paths in documents",
        run: tidy::run,
    },
    Task {
        usage: "docs [--check]",
        summary: "write the generated reference, or say whether it is stale",
        run: docs::run,
    },
    Task {
        usage: "fmt [--check]",
        summary: "run rustfmt over all tracked files",
        run: fmt::run,
    },
    Task {
        usage: "fuzz build|list|seeds|run TARGET SECONDS|all SECONDS",
        summary: "build or run the fuzz targets on the stable toolchain",
        run: fuzz::run,
    },
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let task = words
        .first()
        .and_then(|name| TASKS.iter().find(|task| task.name() == *name));
    let (Some(task), Some(rest)) = (task, words.get(1..)) else {
        eprintln!("{}", usage());
        return ExitCode::from(2);
    };
    match Workspace::find().and_then(|workspace| (task.run)(&workspace, rest)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.is::<test::Failed>() => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn usage() -> String {
    let lines = TASKS
        .iter()
        .map(|task| format!("    cargo xtask {}\n        {}", task.usage, task.summary));
    format!("usage:\n{}", lines.collect::<Vec<_>>().join("\n"))
}
