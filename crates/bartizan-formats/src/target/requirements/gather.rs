//! All statements of a requirements file and of the files that it includes.

use std::{
    collections::BTreeSet,
    path::{Component, Path, PathBuf},
};

use bartizan_model::{
    ecosystem::Package,
    inventory::StatedIndex,
    marker::Marker,
    problem::Problem,
    requirement::{Requirement, RequirementSource},
};

use super::{
    file,
    origin::{Origin, OriginReader},
    statement::{self, Statement},
    text::{self, Piece},
};
use crate::{
    notes::Notes,
    tree::{Tree, TreeError},
};

/// How deep files include each other; honest ones stay below five.
const DEEPEST: usize = 32;

/// How many files are read in all.
const MOST_FILES: usize = 256;

/// How many statements are read in all.
const MOST_STATEMENTS: usize = 200_000;

/// How many statements and comments are read in all; each pin of pip-compile has some lines of comments.
const MOST_PIECES: usize = 2_000_000;

/// How many origins of one requirement are kept.
const MOST_ORIGINS: usize = 10_000;

/// How many indexes are kept; honest files name one or two.
const MOST_INDEXES: usize = 100;

/// A requirement with its place.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) what: What,
    pub(super) file: PathBuf,
    pub(super) line: usize,
    pub(super) origins: Vec<Origin>,
    /// Whether it states a hash of what is to be installed.
    pub(super) is_hashed: bool,
}

impl Entry {
    pub(super) fn locator(&self) -> String {
        format!("{}:{}", self.file.display(), self.line)
    }

    /// Whether pip could check a hash of it: of a file, but not of a folder or a repository.
    pub(super) fn can_be_hashed(&self) -> bool {
        match &self.what {
            What::Named(requirement) => match &requirement.source {
                RequirementSource::Specifiers(_) => true,
                RequirementSource::Url(url) => !statement::is_version_control(url),
            },
            What::Unresolved(_) => true,
            What::Location { .. } => false,
        }
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
    pub(super) indexes: Vec<StatedIndex>,
    visited: BTreeSet<(PathBuf, bool)>,
    statements: usize,
    pieces: usize,
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
    let bytes = file::read(tree, path)?;
    gathered.visited.insert((plain(path), false));
    gathered.take_in(tree, &mut vec![path.to_owned()], bytes, Role::Requirements);
    Ok(gathered)
}

impl Gathered {
    /// Reads one file; the last of `chain` is the file, those before it include one another.
    fn take_in(&mut self, tree: &dyn Tree, chain: &mut Vec<PathBuf>, bytes: Vec<u8>, role: Role) {
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
        // The lines are not repeated: an included file may be one that nobody should print.
        let mut bad = Notes::default();
        for piece in text::pieces(&decoded.text) {
            self.pieces += 1;
            self.statements += usize::from(matches!(piece, Piece::Statement { .. }));
            if self.pieces > MOST_PIECES || self.statements > MOST_STATEMENTS {
                let message = format!(
                    "not read to its end: more than {MOST_STATEMENTS} requirements or {MOST_PIECES} lines"
                );
                self.problems
                    .push(Problem::new(file.display().to_string(), message));
                break;
            }
            match piece {
                Piece::TooLong { line } => bad.add(line, "the line is too long to be read"),
                Piece::Comment(comment) => {
                    let found = origins.read(&comment);
                    let entry = last.and_then(|index| self.list(role).get_mut(index));
                    if let Some(entry) = entry.filter(|entry| entry.origins.len() < MOST_ORIGINS) {
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
                        None => bad.add(line, "the line is not a requirement"),
                        Some(statement) => {
                            last = self.statement(tree, chain, (role, line), statement);
                            let entry = last.and_then(|index| self.list(role).get_mut(index));
                            if let Some(entry) = entry {
                                entry.is_hashed = statement::is_hashed(&text);
                            }
                        }
                    }
                }
            }
        }
        self.problems.extend(bad.problems(&file));
    }

    /// Follows or keeps a statement; gives the place of what is kept.
    fn statement(
        &mut self,
        tree: &dyn Tree,
        chain: &mut Vec<PathBuf>,
        (role, line): (Role, usize),
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
            Statement::Include(other) => {
                self.include(tree, chain, line, (&other, role));
                return None;
            }
            Statement::Constraint(other) => {
                self.include(tree, chain, line, (&other, Role::Constraints));
                return None;
            }
            Statement::Index { address, is_extra } => {
                if self.indexes.len() < MOST_INDEXES {
                    let file = chain.last()?.display();
                    self.indexes.push(StatedIndex {
                        address,
                        is_extra,
                        locator: format!("{file}:{line}"),
                    });
                }
                return None;
            }
            Statement::Option => return None,
        };
        let file = chain.last()?.clone();
        let list = self.list(role);
        list.push(Entry {
            what,
            file,
            line,
            origins: Vec::new(),
            is_hashed: false,
        });
        Some(list.len() - 1)
    }

    fn list(&mut self, role: Role) -> &mut Vec<Entry> {
        match role {
            Role::Requirements => &mut self.entries,
            Role::Constraints => &mut self.constraints,
        }
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
        match file::read(tree, &path) {
            Ok(bytes) => {
                chain.push(path);
                self.take_in(tree, chain, bytes, role);
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
