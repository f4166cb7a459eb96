//! All statements of a requirements file and of the files that it includes.

use std::{
    collections::BTreeSet,
    path::{Component, Path, PathBuf},
};

use bartizan_model::{
    ecosystem::Package, marker::Marker, problem::Problem, requirement::Requirement,
};

use super::{
    origin::{Origin, OriginReader},
    statement::{self, Statement},
    text::{self, Piece},
};
use crate::tree::{Tree, TreeError};

/// The largest requirements file. With hashes, a thousand pins take about 2 MiB.
pub(super) const LARGEST_FILE: u64 = 64 << 20;

/// How deep files include each other; honest ones stay below five.
const DEEPEST: usize = 32;

/// How many files are read in all.
const MOST_FILES: usize = 256;

/// How many statements are kept in all.
const MOST_STATEMENTS: usize = 200_000;

/// How many bad lines of a file are named one by one.
const MOST_BAD_LINES: usize = 20;

/// A requirement with its place.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) what: What,
    pub(super) file: PathBuf,
    pub(super) line: usize,
    pub(super) origins: Vec<Origin>,
}

impl Entry {
    pub(super) fn locator(&self) -> String {
        format!("{}:{}", self.file.display(), self.line)
    }
}

/// What a requirement is about.
#[derive(Debug)]
pub(super) enum What {
    Named(Box<Requirement>),
    Unresolved(Package),
    Location {
        text: String,
        is_editable: bool,
        marker: Option<Marker>,
    },
}

/// Everything that a requirements file leads to.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    pub(super) entries: Vec<Entry>,
    pub(super) constraints: Vec<Entry>,
    pub(super) problems: Vec<Problem>,
    visited: BTreeSet<(PathBuf, bool)>,
    count: usize,
}

/// Whether a file's requirements are asked for or only limit others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Requirements,
    Constraints,
}

/// Reads the file at `path` and all that it includes. An error means that this file itself cannot be had.
pub(super) fn gather(tree: &dyn Tree, path: &Path) -> Result<Gathered, TreeError> {
    let mut gathered = Gathered::default();
    let bytes = tree.read(path, LARGEST_FILE)?;
    gathered.visited.insert((plain(path), false));
    gathered.take_in(tree, &mut vec![path.to_owned()], &bytes, Role::Requirements);
    Ok(gathered)
}

impl Gathered {
    /// Reads one file; the last of `chain` is the file, those before it include one another.
    fn take_in(&mut self, tree: &dyn Tree, chain: &mut Vec<PathBuf>, bytes: &[u8], role: Role) {
        let Some(file) = chain.last().cloned() else {
            return;
        };
        let decoded = text::decode(bytes);
        if let Some(message) = decoded.problem {
            self.problems
                .push(Problem::new(file.display().to_string(), message));
        }
        let mut origins = OriginReader::default();
        let mut last: Option<usize> = None;
        let mut bad = BadLines::default();
        for piece in text::pieces(&decoded.text) {
            match piece {
                Piece::TooLong { line } => bad.add(line, "is too long to be read"),
                Piece::Comment(comment) => {
                    let found = origins.read(comment);
                    if let Some(entry) = last.and_then(|index| self.list(role).get_mut(index)) {
                        entry.origins.extend(found);
                    }
                }
                Piece::Statement { line, text } => {
                    origins.restart();
                    last = None;
                    // Bytes that could not be decoded; the file's problem is stated already.
                    if text.contains('\u{fffd}') {
                        continue;
                    }
                    match statement::parse(&text) {
                        None => bad.add(line, "is not a requirement"),
                        Some(Statement::Option) => {}
                        Some(Statement::Include(other)) => {
                            self.include(tree, chain, line, (&other, role));
                        }
                        Some(Statement::Constraint(other)) => {
                            self.include(tree, chain, line, (&other, Role::Constraints));
                        }
                        Some(statement) => last = self.keep(role, (&file, line), statement),
                    }
                }
            }
        }
        self.problems.extend(bad.into_problems(&file));
    }

    fn list(&mut self, role: Role) -> &mut Vec<Entry> {
        match role {
            Role::Requirements => &mut self.entries,
            Role::Constraints => &mut self.constraints,
        }
    }

    fn keep(
        &mut self,
        role: Role,
        (file, line): (&Path, usize),
        statement: Statement,
    ) -> Option<usize> {
        let what = match statement {
            Statement::Requirement(requirement) => What::Named(requirement),
            Statement::Unresolved(package) => What::Unresolved(package),
            Statement::Location {
                text,
                is_editable,
                marker,
            } => What::Location {
                text,
                is_editable,
                marker,
            },
            _ => return None,
        };
        self.count += 1;
        if self.count == MOST_STATEMENTS + 1 {
            let message =
                format!("not read from line {line} on: more than {MOST_STATEMENTS} requirements");
            self.problems
                .push(Problem::new(file.display().to_string(), message));
        }
        if self.count > MOST_STATEMENTS {
            return None;
        }
        let list = self.list(role);
        list.push(Entry {
            what,
            file: file.to_owned(),
            line,
            origins: Vec::new(),
        });
        Some(list.len() - 1)
    }

    fn include(
        &mut self,
        tree: &dyn Tree,
        chain: &mut Vec<PathBuf>,
        line: usize,
        (other, role): (&str, Role),
    ) {
        let Some(file) = chain.last() else {
            return;
        };
        let subject = format!("{}:{line}", file.display());
        let other = other.strip_prefix("file://").unwrap_or(other);
        if statement::is_address(other) {
            let message = format!("`{other}` is not on this machine and was not read");
            self.problems
                .push(Problem::new(subject, message).with_hint("fetch it and include the copy"));
            return;
        }
        let path = file.parent().unwrap_or(Path::new("")).join(other);
        let identity = plain(&path);
        if chain.iter().any(|includer| plain(includer) == identity) {
            self.problems
                .push(Problem::new(subject, format!("`{other}` includes itself")));
            return;
        }
        if chain.len() >= DEEPEST || self.visited.len() >= MOST_FILES {
            let message = format!(
                "`{other}` was not read: more than {DEEPEST} files deep or {MOST_FILES} in all"
            );
            self.problems.push(Problem::new(subject, message));
            return;
        }
        if !self.visited.insert((identity, role == Role::Constraints)) {
            return;
        }
        match tree.read(&path, LARGEST_FILE) {
            Ok(bytes) => {
                chain.push(path);
                self.take_in(tree, chain, &bytes, role);
                chain.pop();
            }
            Err(error) => self.problems.push(Problem::new(
                subject,
                format!("cannot read `{other}`: {error}"),
            )),
        }
    }
}

/// The path without `.` and `..`, as far as that can be told from the path alone.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir
                if matches!(plain.components().next_back(), Some(Component::Normal(_))) =>
            {
                plain.pop();
            }
            other => plain.push(other),
        }
    }
    plain
}

/// Lines that could not be read: the first are named, the rest are counted.
#[derive(Debug, Default)]
struct BadLines {
    first: Vec<(usize, &'static str)>,
    more: usize,
}

impl BadLines {
    fn add(&mut self, line: usize, message: &'static str) {
        if self.first.len() < MOST_BAD_LINES {
            self.first.push((line, message));
        } else {
            self.more += 1;
        }
    }

    fn into_problems(self, file: &Path) -> Vec<Problem> {
        let named = self.first.into_iter();
        // The line itself is not repeated: a file that is included may be one that nobody should print.
        let mut problems: Vec<_> = named
            .map(|(line, message)| {
                Problem::new(
                    format!("{}:{line}", file.display()),
                    format!("the line {message}"),
                )
            })
            .collect();
        if self.more > 0 {
            let message = format!("{} more lines are not requirements", self.more);
            problems.push(Problem::new(file.display().to_string(), message));
        }
        problems
    }
}
