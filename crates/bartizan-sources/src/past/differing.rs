//! In which files two commits differ, without a walk through what lies states.

use std::path::Path;

use bartizan_people::{
    history::{Content, Hash},
    object,
};
use gix::objs::Kind;

use super::{
    changes::{Comparer, Pair},
    objects::{Lookup, Objects, object_id},
    walk::hash_of,
};
use crate::git::{CommitId, RepositoryError};

/// In which files two commits differ.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TwoStates {
    /// Sorted by path.
    pub files: Vec<Differing>,
    /// Whether there are more than are listed.
    pub is_cut: bool,
    /// How many folders could not be read: they are not in this clone, or broken.
    pub unread: u32,
}

/// A file that differs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Differing {
    /// Its path.
    pub path: String,
    /// Where the same content was before, if it moved without a change.
    pub moved_from: Option<String>,
    /// What it was; none where it came.
    pub before: Option<Standing>,
    /// What it is; none where it went.
    pub after: Option<Standing>,
}

/// What stands at a path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Standing {
    /// The hash of its content, as hexadecimal digits.
    pub blob: String,
    /// What it is.
    pub kind: Kinds,
}

/// What may stand at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kinds {
    /// A file.
    File,
    /// A file that may be run.
    Program,
    /// A symbolic link.
    Link,
    /// A commit of another repository.
    Submodule,
}

/// In which files the second commit differs from the first, or from nothing.
pub fn two_states(
    path: &Path,
    base: Option<&CommitId>,
    head: &CommitId,
) -> Result<TwoStates, RepositoryError> {
    let mut objects = Objects::open(path).ok_or_else(|| RepositoryError::Open {
        path: path.to_owned(),
        why: "it is gone".to_owned(),
    })?;
    let old = base
        .map(|base| tree_of(&mut objects, base, path))
        .transpose()?;
    let new = tree_of(&mut objects, head, path)?;
    let mut comparer = Comparer::new(objects);
    let answer = comparer.compare(&Pair {
        commit: 0,
        old,
        new,
    });
    let paths = comparer.new_paths();
    let name = |number: u32| paths.get(number as usize).cloned().unwrap_or_default();
    let files = answer.changes.iter().map(|change| Differing {
        path: name(change.path),
        moved_from: change.renamed_from.map(name),
        before: change.old.map(standing),
        after: change.new.map(standing),
    });
    let mut files: Vec<Differing> = files.collect();
    files.sort();
    Ok(TwoStates {
        files,
        is_cut: answer.is_cut,
        unread: answer.missing_trees.saturating_add(answer.broken_trees),
    })
}

fn tree_of(objects: &mut Objects, commit: &CommitId, path: &Path) -> Result<Hash, RepositoryError> {
    let none = || RepositoryError::NoCommit {
        path: path.to_owned(),
        revision: commit.to_string(),
    };
    let id = hash_of(commit.as_str().as_bytes()).ok_or_else(none)?;
    if objects.find(id, Kind::Commit) != Lookup::Found {
        return Err(none());
    }
    let text = object::read(&objects.data).ok_or_else(none)?;
    hash_of(text.target).ok_or_else(none)
}

fn standing(content: Content) -> Standing {
    use bartizan_people::history::ContentKind as Of;
    Standing {
        blob: object_id(content.id).to_string(),
        kind: match content.kind {
            Of::File => Kinds::File,
            Of::Program => Kinds::Program,
            Of::Link => Kinds::Link,
            Of::Submodule => Kinds::Submodule,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::git::{Repository, tests::git};

    fn check(root: &Path, base: Option<&str>, head: &str) -> String {
        let repository = Repository::open(root).unwrap();
        let base = base.map(|it| repository.commit_of(it).unwrap());
        let head = repository.commit_of(head).unwrap();
        let states = two_states(root, base.as_ref(), &head).unwrap();
        let word = |it: &Option<Standing>| {
            it.as_ref()
                .map_or("-".to_owned(), |it| format!("{:?}", it.kind))
        };
        let shown = states.files.iter().map(|it| {
            let from = it
                .moved_from
                .as_ref()
                .map(|it| format!(" from {it}"))
                .unwrap_or_default();
            format!(
                "{}{from}: {} => {}",
                it.path,
                word(&it.before),
                word(&it.after)
            )
        });
        shown.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn commits_differ_in_what_came_went_changed_and_moved() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path();
        std::fs::create_dir_all(root.join("a")).unwrap();
        for (path, text) in [("a/x", "x"), ("a/y", "y"), ("z", "z")] {
            std::fs::write(root.join(path), text).unwrap();
        }
        let is_there = git(root, &["init", "-q"])
            && git(root, &["add", "."])
            && git(root, &["commit", "-qm", "one"]);
        if !is_there {
            println!("skipped: git is not here");
            return;
        }
        std::fs::rename(root.join("a/x"), root.join("a/w")).unwrap();
        std::fs::write(root.join("a/y"), "other").unwrap();
        std::fs::write(root.join("n"), "new").unwrap();
        assert!(git(root, &["add", "-A"]) && git(root, &["commit", "-qm", "two"]));
        insta::assert_snapshot!(check(root, Some("HEAD~1"), "HEAD"), @"
        a/w from a/x: - => File
        a/x: File => -
        a/y: File => File
        n: - => File
        ");
        insta::assert_snapshot!(check(root, None, "HEAD^"), @"
        a/x: - => File
        a/y: - => File
        z: - => File
        ");
    }
}
