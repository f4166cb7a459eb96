//! Finding targets: the one that is named, or those below a directory.

use std::path::Path;

use bartizan_model::{inventory::Inventory, problem::Problem};

use crate::{
    target::{ALL, Candidate, TargetContext, TargetError, TargetFormat, entry_name},
    tree::{Entry, EntryKind},
};

/// How many entries a search looks at before it stops.
const MOST_ENTRIES: usize = 1_000_000;

/// How deep a search goes.
const DEEPEST: usize = 64;

/// Directories that hold nobody's targets: stores of version control, caches, dependencies of other
/// languages.
const PASSED_OVER: [&str; 8] = [
    ".git",
    ".hg",
    ".svn",
    "node_modules",
    "__pycache__",
    ".mypy_cache",
    ".pytest_cache",
    ".ruff_cache",
];

/// The mark of a directory that a tool can make again, as compilers leave it in their output.
const CACHE_MARK: &str = "CACHEDIR.TAG";

/// What was found under a path.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Discovery {
    /// What the targets hold, in the order of their paths.
    pub inventories: Vec<Inventory>,
    /// What could not be read.
    pub problems: Vec<Problem>,
    /// How many files and directories were looked at.
    pub looked_at: usize,
}

impl Discovery {
    /// Whether there was nothing to look at: neither a target nor one that could not be read.
    pub fn is_empty(&self) -> bool {
        self.inventories.is_empty() && self.problems.is_empty()
    }
}

/// Reads the target at `path`, or those below it.
///
/// An error means that the path itself is wrong: it does not exist, or is a file in no known format.
pub fn discover(ctx: &TargetContext<'_>, path: &Path) -> Result<Discovery, TargetError> {
    let entry = ctx.tree.entry(path).map_err(|cause| TargetError::Tree {
        path: path.to_owned(),
        cause,
    })?;
    let mut search = Search {
        ctx,
        found: Discovery::default(),
    };
    match entry.kind {
        EntryKind::Directory => search.directories(entry),
        EntryKind::File | EntryKind::Other => search.named_file(entry)?,
    }
    Ok(search.found)
}

struct Search<'a> {
    ctx: &'a TargetContext<'a>,
    found: Discovery,
}

impl Search<'_> {
    fn named_file(&mut self, entry: Entry) -> Result<(), TargetError> {
        self.found.looked_at = 1;
        let candidate = Candidate::new(self.ctx.tree, entry);
        match ALL.iter().find(|format| format.recognises(&candidate)) {
            Some(format) => self.read(*format, candidate.path()),
            None => {
                return Err(TargetError::UnknownFormat {
                    path: candidate.path().to_owned(),
                });
            }
        }
        Ok(())
    }

    /// Walks from a directory downwards, each directory before what is in it.
    fn directories(&mut self, start: Entry) {
        let mut pending = vec![(start, 0)];
        while let Some((entry, depth)) = pending.pop() {
            let directory = Candidate::new(self.ctx.tree, entry);
            let below = self.directory(&directory);
            if self.found.looked_at > MOST_ENTRIES {
                let message =
                    format!("the search stopped after {MOST_ENTRIES} files and directories");
                let problem = Problem::new(directory.path().display().to_string(), message);
                self.found
                    .problems
                    .push(problem.with_hint("name the targets themselves"));
                return;
            }
            if depth >= DEEPEST && !below.is_empty() {
                self.problem(
                    directory.path(),
                    format!("not searched below {DEEPEST} directories"),
                );
                continue;
            }
            pending.extend(below.into_iter().rev().map(|entry| (entry, depth + 1)));
        }
    }

    /// Reads what is a target in a directory, and gives the directories that are to be searched.
    fn directory(&mut self, directory: &Candidate<'_>) -> Vec<Entry> {
        let children = match directory.children() {
            Ok(children) => children,
            Err(error) => {
                self.problem(directory.path(), format!("cannot be listed: {error}"));
                return Vec::new();
            }
        };
        self.found.looked_at += 1 + children.len();
        let own = ALL.iter().find(|format| format.recognises(directory));
        if let Some(format) = own {
            self.read(*format, directory.path());
        }
        let is_closed = own.is_some_and(|format| format.owns_what_is_below());
        if !is_closed && children.iter().any(|child| entry_name(child) == CACHE_MARK) {
            return Vec::new();
        }
        for child in children
            .iter()
            .filter(|child| child.kind == EntryKind::File)
        {
            self.file(child);
        }
        let is_searched = |child: &&Entry| {
            let is_directory = child.kind == EntryKind::Directory;
            let is_open = !is_closed || own.is_some_and(|own| own.leaves_open(entry_name(child)));
            is_directory && is_open && !PASSED_OVER.contains(&entry_name(child))
        };
        children.iter().filter(is_searched).cloned().collect()
    }

    fn file(&mut self, entry: &Entry) {
        let candidate = Candidate::new(self.ctx.tree, entry.clone());
        let mut usual = ALL.iter().filter(|format| format.is_usual_name(&candidate));
        if let Some(format) = usual.find(|format| format.recognises(&candidate)) {
            self.read(*format, &entry.path);
        }
    }

    fn read(&mut self, format: &dyn TargetFormat, path: &Path) {
        match format.read_all(self.ctx, path) {
            Ok(found) => {
                self.found.inventories.extend(found.inventories);
                self.found.problems.extend(found.problems);
            }
            Err(error) => {
                let problem = Problem::new(path.display().to_string(), error.describe());
                self.found.problems.push(Problem {
                    hint: error.hint(),
                    ..problem
                });
            }
        }
    }

    fn problem(&mut self, path: &Path, message: String) {
        self.found
            .problems
            .push(Problem::new(path.display().to_string(), message));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        target::tests::{context, found, show},
        tree::MemoryTree,
    };

    #[test]
    fn a_directory_is_searched_for_everything() {
        let lock = b"version = 1\n[[package]]\nname = \"a\"\nversion = \"1\"\nsource = { registry = \"r\" }\n";
        insta::assert_snapshot!(found(&[
            ("p/uv.lock", lock),
            ("p/sub/requirements-dev.txt", b"b==2"),
            ("p/sub/requirements/docs.txt", b"c==3"),
            ("p/.venv/pyvenv.cfg", b"version = 3.12.1\n"),
            ("p/.venv/CACHEDIR.TAG", b""),
            ("p/.venv/lib/python3.12/site-packages/d-4.dist-info/METADATA", b"Name: d\nVersion: 4\n"),
            ("p/.venv/lib/python3.12/site-packages/d/requirements.txt", b"not-this==1"),
            ("p/notes.txt", b"e==5\n"),
            ("p/node_modules/x/requirements.txt", b"not-this==1"),
            ("p/.git/requirements.txt", b"not-this==1"),
            ("p/target/CACHEDIR.TAG", b"Signature"),
            ("p/target/requirements.txt", b"not-this==1"),
            ("p/broken/uv.lock", b"version = \n"),
        ], "p"), @r"
        p/uv.lock [uv-lock] CPython 3.12.0 on linux x86_64 (as asked for), 0 excluded
        * a 1 (p/uv.lock:2)
        p/.venv [environment] CPython 3.12.1 on linux x86_64, 0 excluded
        * cpython 3.12.1 (p/.venv/pyvenv.cfg)
        * d 4 (p/.venv/lib/python3.12/site-packages/d-4.dist-info/METADATA)
        p/sub/requirements-dev.txt [requirements] CPython 3.12.0 on linux x86_64 (as asked for), 0 excluded
        * b 2 (p/sub/requirements-dev.txt:1)
        p/sub/requirements/docs.txt [requirements] CPython 3.12.0 on linux x86_64 (as asked for), 0 excluded
        * c 3 (p/sub/requirements/docs.txt:1)
        !! p/broken/uv.lock: cannot read `p/broken/uv.lock`: line 1 is not TOML: string values must be quoted, expected literal string
        ");
    }

    #[test]
    fn nothing_to_look_at_is_told_apart() {
        insta::assert_snapshot!(found(&[("p/readme.md", b"# p\n")], "p"), @r"nothing");
        insta::assert_snapshot!(found(&[("p/requirements.txt", b"")], "p"), @r"p/requirements.txt [requirements] CPython 3.12.0 on linux x86_64 (as asked for), 0 excluded");
    }

    #[test]
    fn depth_is_bounded() {
        let deep = "d/".repeat(80) + "requirements.txt";
        let tree = MemoryTree::new([(deep, "a==1")]);
        let text = show(discover(&context(&tree), Path::new("d")));
        assert!(
            text.ends_with(": not searched below 64 directories\n"),
            "{text}"
        );
    }
}
