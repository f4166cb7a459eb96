//! The few questions that are asked of git, by the program `git`: for drafting a record, and for what a commit changes.
//!
//! No shell is involved, arguments are fixed but for names that are kept from being options, hooks, file system monitors
//! and checks of signatures by programs of the repository's choice are off, nothing is fetched, output and time are
//! bounded.

use std::{io::Read, path::Path, process::Stdio, thread, time::Duration};

use thiserror::Error;

use super::runner::{end, git};

/// The most bytes of an answer.
const LARGEST: u64 = 64 << 20;

/// How long an answer may take. Asking a large repository for the tags that hold a commit takes seconds.
const LONGEST: Duration = Duration::from_mins(2);

/// Why git gave no answer.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum GitError {
    /// It cannot be run.
    #[error("cannot run `git`: {why}")]
    NoGit {
        /// What the system said.
        why: String,
    },
    /// It refused.
    #[error("`git {what}` failed")]
    Failed {
        /// What was asked.
        what: String,
    },
    /// It took too long, or said too much.
    #[error("`git {what}` took too long or said too much")]
    TooMuch {
        /// What was asked.
        what: String,
    },
    /// A revision is none.
    #[error("there is no commit `{revision}`")]
    NoCommit {
        /// The revision.
        revision: String,
    },
}

/// The whole hash of the commit that a revision names.
pub(crate) fn commit(repository: &Path, revision: &str) -> Result<String, GitError> {
    let named = format!("{revision}^{{commit}}");
    let none = || GitError::NoCommit {
        revision: revision.to_owned(),
    };
    let arguments = [
        "rev-parse",
        "--verify",
        "--quiet",
        "--end-of-options",
        &named,
    ];
    let hash = match ask(repository, &arguments) {
        Err(GitError::Failed { .. }) => return Err(none()),
        other => other?,
    };
    let hash = hash.trim();
    let is_hash =
        matches!(hash.len(), 40 | 64) && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_hash {
        Ok(hash.to_owned())
    } else {
        Err(none())
    }
}

/// Every tag.
pub(crate) fn tags(repository: &Path) -> Result<Vec<String>, GitError> {
    lines(ask(repository, &["tag", "--list"]))
}

/// The tags whose history holds a commit, which is a whole hash.
pub(crate) fn tags_with(repository: &Path, commit: &str) -> Result<Vec<String>, GitError> {
    lines(ask(repository, &["tag", "--list", "--contains", commit]))
}

/// The address that the repository was cloned from, where anybody could clone it from there.
pub(crate) fn origin(repository: &Path) -> Option<String> {
    let address = ask(repository, &["config", "--get", "remote.origin.url"]).ok()?;
    let address = address.trim();
    let is_public = address.starts_with("https://") && !address.contains(['@', ' ']);
    is_public.then(|| address.to_owned())
}

/// The names of all files that any ref ever held and that start like this; none outside of a repository.
pub(crate) fn names_ever(directory: &Path, start: &str) -> Result<Vec<String>, GitError> {
    match ask(directory, &["rev-parse", "--is-inside-work-tree"]) {
        Err(GitError::Failed { .. }) => return Ok(Vec::new()),
        other => other?,
    };
    let pattern = format!(":(top,glob)**/{start}*");
    let log = ask(
        directory,
        &[
            "log",
            "--all",
            "-m",
            "--format=",
            "--name-only",
            "-z",
            "--",
            &pattern,
        ],
    );
    let paths = match log {
        // A repository without a single commit.
        Err(GitError::Failed { .. }) => String::new(),
        other => other?,
    };
    let names = paths
        .split(['\0', '\n'])
        .filter_map(|path| path.rsplit('/').next());
    Ok(names
        .filter(|name| name.starts_with(start))
        .map(str::to_owned)
        .collect())
}

/// Whether a directory is a repository itself, and not merely inside of one: a checkout or a bare one.
pub(crate) fn is_repository(directory: &Path) -> bool {
    directory.join(".git").exists()
        || (directory.join("HEAD").is_file() && directory.join("objects").is_dir())
}

/// The first parent of a commit, which is a whole hash; none of the first commit.
pub(crate) fn parent(repository: &Path, commit: &str) -> Option<String> {
    self::commit(repository, &format!("{commit}^1")).ok()
}

/// The files in which two commits differ, with `A` for added, `M` for modified, `D` for deleted and other letters for
/// what is stranger, in the order of their names. Names that are no text are left out.
pub(crate) fn changed_files(
    repository: &Path,
    before: &str,
    after: &str,
) -> Result<Vec<(char, String)>, GitError> {
    let arguments = [
        "diff-tree",
        "-r",
        "-z",
        "--no-renames",
        "--name-status",
        before,
        after,
    ];
    let bytes = ask_bytes(repository, &arguments)?;
    let mut fields = bytes.split(|byte| *byte == 0);
    let mut files = Vec::new();
    while let (Some(status), Some(path)) = (fields.next(), fields.next()) {
        let status = status.first().map_or('?', |letter| char::from(*letter));
        if let Ok(path) = std::str::from_utf8(path) {
            files.push((status, path.to_owned()));
        }
    }
    Ok(files)
}

/// In which files what is staged differs from a commit or tree, as git writes it raw: modes, hashes, a letter, the path. `index`
/// is the file that holds what is staged, where that is another one than usual.
pub(crate) fn staged(
    repository: &Path,
    index: Option<&Path>,
    against: &str,
) -> Result<Vec<u8>, GitError> {
    let mut arguments = vec!["diff-index", "--cached", "--raw", "-z", "--no-abbrev"];
    arguments.extend(["--no-renames", "--no-ext-diff", "--end-of-options", against]);
    let variable = index.map(|it| ("GIT_INDEX_FILE", it));
    ask_with(repository, &arguments, variable)
}

/// A file as it was in a commit or tag; none where it was not there.
pub(crate) fn file_at(repository: &Path, revision: &str, path: &str) -> Option<Vec<u8>> {
    ask_bytes(
        repository,
        &["cat-file", "blob", &format!("{revision}:{path}")],
    )
    .ok()
}

/// The commits after one and up to another that change files of these patterns, newest first, merges left out; at most
/// one more than `most`.
pub(crate) fn commits_between(
    repository: &Path,
    (after, until): (&str, &str),
    patterns: &[String],
    most: usize,
) -> Result<Vec<String>, GitError> {
    let span = format!("{after}..{until}");
    let count = format!("--max-count={}", most + 1);
    let mut arguments = vec!["rev-list", "--no-merges", &count, &span, "--"];
    arguments.extend(patterns.iter().map(String::as_str));
    lines(ask(repository, &arguments))
}

fn lines(text: Result<String, GitError>) -> Result<Vec<String>, GitError> {
    Ok(text?.lines().map(str::to_owned).collect())
}

fn ask(directory: &Path, arguments: &[&str]) -> Result<String, GitError> {
    let failed = |_not_text| GitError::Failed {
        what: arguments.first().copied().unwrap_or_default().to_owned(),
    };
    String::from_utf8(ask_bytes(directory, arguments)?).map_err(failed)
}

fn ask_bytes(directory: &Path, arguments: &[&str]) -> Result<Vec<u8>, GitError> {
    ask_with(directory, arguments, None)
}

fn ask_with(
    directory: &Path,
    arguments: &[&str],
    variable: Option<(&str, &Path)>,
) -> Result<Vec<u8>, GitError> {
    let what = || arguments.first().copied().unwrap_or_default().to_owned();
    let no_git = |error: std::io::Error| GitError::NoGit {
        why: error.to_string(),
    };
    let mut child = git()
        .args(["--no-pager", "--no-optional-locks"])
        // Where it is on, each commit that is listed runs the program that the repository names.
        .args(["-c", "log.showSignature=false", "-C"])
        .arg(directory)
        .args(arguments)
        // A clone that lacks objects would fetch them from wherever it likes.
        .env("GIT_NO_LAZY_FETCH", "1")
        .env("GIT_ALLOW_PROTOCOL", "")
        .env("LC_ALL", "C")
        .envs(variable)
        .stdout(Stdio::piped())
        .spawn()
        .map_err(no_git)?;
    let Some(stdout) = child.stdout.take() else {
        return Err(GitError::Failed { what: what() });
    };
    let reader = thread::spawn(move || {
        let mut bytes = Vec::new();
        stdout
            .take(LARGEST + 1)
            .read_to_end(&mut bytes)
            .map(|_length| bytes)
    });
    let status = end(&mut child, LONGEST)
        .map_err(no_git)?
        .ok_or_else(|| GitError::TooMuch { what: what() })?;
    let bytes = reader.join().ok().and_then(Result::ok);
    match bytes {
        Some(bytes) if bytes.len() as u64 > LARGEST => Err(GitError::TooMuch { what: what() }),
        Some(bytes) if status.success() => Ok(bytes),
        _ => Err(GitError::Failed { what: what() }),
    }
}
