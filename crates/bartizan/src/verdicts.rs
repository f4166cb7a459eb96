//! The log of verdicts in Bartizan's home: what the commands about them have in common.
//!
//! It is only ever added to. It lies in the home and not in a repository, since what a change brings along must not speak for
//! the change.

use std::{
    fs::{File, OpenOptions},
    io::{Read as _, Seek as _, SeekFrom, Write as _},
    path::{Path, PathBuf},
};

use bartizan_review::verdict::{Given, LARGEST_LOG, Log};
use bartizan_sources::{disk, home::Home, past::NamedRepository};
use clap::Args;

use crate::{
    context::Context,
    error::{Failure, chain},
};

/// Which project is meant.
#[derive(Debug, Args)]
pub(crate) struct ProjectArguments {
    /// The project [default: the name of the repository]
    #[arg(long, value_name = "NAME")]
    pub(crate) project: Option<String>,

    /// The git repository whose name the project has
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub(crate) repository: PathBuf,
}

impl ProjectArguments {
    /// The name of the project.
    pub(crate) fn name(&self) -> String {
        match &self.project {
            Some(project) => project.clone(),
            None => NamedRepository::of(&self.repository).name,
        }
    }
}

fn path(ctx: &Context) -> Result<PathBuf, Failure> {
    Ok(Home::new(ctx.home()?).verdicts())
}

/// All verdicts that were given; what of the log is broken is told.
pub(crate) fn read(ctx: &Context) -> Result<Log, Failure> {
    let path = path(ctx)?;
    if !path.exists() {
        return Ok(Log::default());
    }
    let bytes = disk::read_small(&path, LARGEST_LOG).map_err(|error| {
        Failure::data(format!(
            "cannot read `{}`: {}",
            path.display(),
            chain(&error)
        ))
        .hint("see who may read it, or put it aside")
    })?;
    let log = Log::read(&path.display().to_string(), &bytes);
    for problem in &log.problems {
        let hint = problem.hint.as_deref().unwrap_or_default();
        ctx.warn(&format!("{}: {}", problem.subject, problem.message), hint);
    }
    Ok(log)
}

/// Adds a verdict.
pub(crate) fn add(ctx: &Context, given: &Given) -> Result<(), Failure> {
    let line = given
        .line()
        .map_err(|error| Failure::usage(error.to_string()).hint("shorten it"))?;
    let path = path(ctx)?;
    append(&path, &line).map_err(|error| {
        Failure::data(format!("cannot write `{}`: {error}", path.display()))
            .hint("check the permissions of the folder and the room on the disk")
    })
}

fn append(path: &Path, line: &str) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut options = OpenOptions::new();
    options.read(true).append(true).create(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let mut file = options.open(path)?;
    file.lock()?;
    let start = if ends_whole(&mut file)? { "" } else { "\n" };
    // One write: what is there is never left half-written behind something else.
    file.write_all(format!("{start}{line}\n").as_bytes())?;
    file.sync_data()
}

/// Whether the last line has its end: whoever was stopped while writing may have left a part of one.
fn ends_whole(file: &mut File) -> std::io::Result<bool> {
    if file.metadata()?.len() == 0 {
        return Ok(true);
    }
    file.seek(SeekFrom::End(-1))?;
    let mut last = [0];
    file.read_exact(&mut last)?;
    Ok(last == *b"\n")
}

#[cfg(test)]
mod tests {
    use super::append;

    #[test]
    fn a_line_that_was_cut_costs_only_itself() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("review").join("verdicts.jsonl");
        append(&path, "one").unwrap();
        std::fs::write(&path, "one\ntw").unwrap();
        append(&path, "three").unwrap();
        append(&path, "four").unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(text, "one\ntw\nthree\nfour\n");
    }
}
