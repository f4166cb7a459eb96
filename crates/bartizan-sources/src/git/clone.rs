//! Mirrors of remote repositories, by the user's own `git`: cloned once, then fetched.
//!
//! Only the history is brought: file contents stay with the server (`--filter=blob:none`) and are missing here until those
//! that somebody reads are brought by name. No hook runs, no prompt waits, no other protocol than that of the address is spoken.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use thiserror::Error;

use super::runner::{end, git};

/// How long one clone or fetch may take.
const LONGEST: Duration = Duration::from_mins(10);

/// Why there is no mirror.
#[derive(Debug, Error)]
pub enum CloneError {
    /// It is no address of a kind that is cloned.
    #[error("`{0}` is no `https://` address")]
    Address(String),
    /// The directory cannot be made.
    #[error("cannot write `{}`", path.display())]
    Write {
        /// The directory.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// Git cannot be run.
    #[error("cannot run `git`")]
    NoGit(#[source] std::io::Error),
    /// It refused.
    #[error("`git {what}` of `{url}` failed")]
    Failed {
        /// What was asked for.
        what: &'static str,
        /// The repository.
        url: String,
    },
    /// It took too long.
    #[error("`git {what}` of `{url}` took longer than {} minutes", LONGEST.as_secs() / 60)]
    TooLong {
        /// What was asked for.
        what: &'static str,
        /// The repository.
        url: String,
    },
}

/// Brings the mirror of a repository up to date in a directory, which is made where it is not there.
pub fn fetch(url: &str, directory: &Path) -> Result<(), CloneError> {
    if !url.starts_with("https://") {
        return Err(CloneError::Address(url.to_owned()));
    }
    if directory.join("HEAD").exists() {
        let arguments = ["fetch", "--quiet", "--prune", "--tags", "--force", "origin"];
        return run("fetch", url, Some(directory), &arguments);
    }
    let parent = directory.parent().unwrap_or(directory);
    let write = |source| CloneError::Write {
        path: parent.to_owned(),
        source,
    };
    fs::create_dir_all(parent).map_err(write)?;
    // A clone that was broken off leaves nothing that looks like a mirror.
    let place = tempfile::tempdir_in(parent).map_err(write)?;
    let clone = place.path().join("mirror");
    let target = clone.to_string_lossy();
    let arguments = [
        "clone",
        "--quiet",
        "--mirror",
        "--filter=blob:none",
        "--template=",
        "--",
        url,
        &target,
    ];
    run("clone", url, None, &arguments)?;
    fs::rename(&clone, directory).map_err(write)
}

/// How many contents are brought at a time.
const MOST_BROUGHT: usize = 20_000;

/// Brings contents, by their hashes, into a mirror that was cloned without them.
pub fn bring(directory: &Path, blobs: &[String]) -> Result<(), CloneError> {
    bring_by(directory, blobs, "https")
}

/// The same by a protocol, so that a test needs no server.
pub(super) fn bring_by(
    directory: &Path,
    blobs: &[String],
    protocol: &str,
) -> Result<(), CloneError> {
    let is_hash =
        |it: &str| matches!(it.len(), 40 | 64) && it.bytes().all(|b| b.is_ascii_hexdigit());
    let url = || directory.display().to_string();
    if blobs.len() > MOST_BROUGHT || !blobs.iter().all(|it| is_hash(it)) {
        let what = "fetch";
        return Err(CloneError::Failed { what, url: url() });
    }
    let allowed = format!("protocol.{protocol}.allow=always");
    for part in blobs.chunks(MOST_ARGUMENTS) {
        let mut arguments = vec![
            "-c",
            &allowed,
            "-c",
            "fetch.negotiationAlgorithm=noop",
            "fetch",
            "--quiet",
        ];
        arguments.extend([
            "--no-tags",
            "--no-write-fetch-head",
            "--filter=blob:none",
            "origin",
        ]);
        arguments.extend(part.iter().map(String::as_str));
        run("fetch", &url(), Some(directory), &arguments)?;
    }
    Ok(())
}

/// How many hashes stand on one command line, which no system holds too long.
const MOST_ARGUMENTS: usize = 500;

fn run(
    what: &'static str,
    url: &str,
    directory: Option<&Path>,
    arguments: &[&str],
) -> Result<(), CloneError> {
    let mut command = git();
    command.args(["-c", "protocol.https.allow=always"]);
    if let Some(directory) = directory {
        command.arg("--git-dir").arg(directory);
    }
    let child = command.args(arguments).stdout(Stdio::null()).spawn();
    let mut child = child.map_err(CloneError::NoGit)?;
    let url = url.to_owned();
    match end(&mut child, LONGEST).map_err(CloneError::NoGit)? {
        Some(status) if status.success() => Ok(()),
        Some(_) => Err(CloneError::Failed { what, url }),
        None => Err(CloneError::TooLong { what, url }),
    }
}
