//! Directories with source code that the user names: clones of upstream projects, which know what a commit changes, and
//! trees that copy their files, in which it is looked whether the change fits.
//!
//! Nothing in them is run or changed. Clones are asked by `git`, trees are read.

use std::{
    cell::OnceCell,
    path::{Path, PathBuf},
};

use bartizan_formats::tree::{EntryKind, Tree};
use bartizan_vulnerability::backport::{
    FileIndex, Fit, FixCommit, Reach, apply, is_copy, is_source, release_tag, source_patterns,
};
use thiserror::Error;

use crate::{
    disk::DiskTree,
    git::program::{self as git, GitError},
};

/// The most files of a tree: more than the largest source distributions have.
const MOST_FILES: usize = 400_000;

/// How deep folders are followed.
const DEEPEST: usize = 64;

/// The largest file that is compared.
const LARGEST: u64 = 16 << 20;

/// The most source files of one commit that are looked at. What changes more is no mere fix.
const MOST_TOUCHED: usize = 64;

/// The most commits of a span that are looked at one by one.
const MOST_BETWEEN: usize = 8;

/// Why a directory cannot be used.
#[derive(Debug, Error)]
pub enum SourceError {
    /// It is none.
    #[error("`{}` is no directory", path.display())]
    NoDirectory {
        /// The path.
        path: PathBuf,
    },
    /// There is no end to it.
    #[error("`{}` holds more than {MOST_FILES} files", path.display())]
    TooMany {
        /// The path.
        path: PathBuf,
    },
    /// Git gives no answer about it.
    #[error("cannot ask the repository `{}`", path.display())]
    Git {
        /// The path.
        path: PathBuf,
        /// Why.
        #[source]
        source: GitError,
    },
}

/// The directories that the user names.
#[derive(Debug, Default)]
pub struct SourceFolders {
    folders: Vec<Folder>,
}

#[derive(Debug)]
struct Folder {
    path: PathBuf,
    /// The tags, where it is a repository.
    tags: Option<Vec<String>>,
    /// Its files, once they are asked for.
    files: OnceCell<FileIndex>,
    is_bare: bool,
}

/// What became of looking for a commit.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LookedFor {
    /// The commits that were found: the one that was named, or those of the span that it ends.
    pub commits: Vec<FoundCommit>,
    /// How many commits with source code lie in the span, where they are too many to look at each; more than this.
    pub more_than: Option<usize>,
}

/// A commit with the source files that it touches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundCommit {
    /// Its whole hash.
    pub commit: String,
    /// The repository that has it.
    pub repository: PathBuf,
    /// The files in C, C++, Fortran or Cython.
    pub files: Vec<TouchedFile>,
    /// How many other files it touches.
    pub others: usize,
}

/// A file that a commit touches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TouchedFile {
    /// Its path in the project.
    pub path: String,
    /// How the change fits the copies that are at hand.
    pub copies: Vec<CopyFit>,
}

/// How a change fits one copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopyFit {
    /// What holds the copy: a directory, or a release's tag.
    pub of: String,
    /// The file there; none where no copy of it was found.
    pub file: Option<String>,
    /// How it fits; none where there is no copy.
    pub fit: Option<Fit>,
}

impl SourceFolders {
    /// Opens directories: repositories, bare or checked out, and trees without one.
    pub fn open(paths: &[PathBuf]) -> Result<Self, SourceError> {
        let open = |path: &PathBuf| {
            if !path.is_dir() {
                return Err(SourceError::NoDirectory { path: path.clone() });
            }
            let tags = git::is_repository(path)
                .then(|| git::tags(path))
                .transpose();
            let tags = tags.map_err(|source| SourceError::Git {
                path: path.clone(),
                source,
            })?;
            Ok(Folder {
                is_bare: tags.is_some() && !path.join(".git").exists(),
                path: path.clone(),
                tags,
                files: OnceCell::new(),
            })
        };
        let folders: Result<_, _> = paths.iter().map(open).collect();
        Ok(Self { folders: folders? })
    }

    /// Whether nothing is named.
    pub fn is_empty(&self) -> bool {
        self.folders.is_empty()
    }

    /// Looks for a commit, and whether what it changes fits the trees and upstream's release of a library.
    pub fn look(
        &self,
        fix: &FixCommit,
        library: &str,
        version: &str,
    ) -> Result<LookedFor, SourceError> {
        let mut repositories = self.folders.iter().filter_map(|folder| {
            let tags = folder.tags.as_ref()?;
            let commit = git::commit(&folder.path, &fix.commit).ok()?;
            Some((folder, tags, commit))
        });
        let Some((folder, tags, commit)) = repositories.next() else {
            return Ok(LookedFor::default());
        };
        let tag = release_tag(tags.iter().map(String::as_str), library, version);
        let trees = self.trees(&fix.commit)?;
        let (commits, more_than) = span(folder, &commit, &fix.reach)?;
        let found = commits
            .into_iter()
            .map(|commit| found(folder, commit, tag, &trees));
        Ok(LookedFor {
            commits: found.collect::<Result<_, _>>()?,
            more_than,
        })
    }

    /// The trees that may copy a project: not the project's own checkout.
    fn trees(&self, commit: &str) -> Result<Vec<(&Path, &FileIndex)>, SourceError> {
        let mut trees = Vec::new();
        for folder in self.folders.iter().filter(|folder| !folder.is_bare) {
            if folder.tags.is_some() && git::commit(&folder.path, commit).is_ok() {
                continue;
            }
            let files = if let Some(files) = folder.files.get() {
                files
            } else {
                let files = files_of(&folder.path)?;
                folder.files.get_or_init(|| files)
            };
            trees.push((folder.path.as_path(), files));
        }
        Ok(trees)
    }
}

/// The commits to look at: the one itself, or those of the span that it ends, where they are few.
fn span(
    folder: &Folder,
    commit: &str,
    reach: &Reach,
) -> Result<(Vec<String>, Option<usize>), SourceError> {
    let alone = || (vec![commit.to_owned()], None);
    let Reach::Since(after) = reach else {
        return Ok(alone());
    };
    let Ok(after) = git::commit(&folder.path, after) else {
        return Ok(alone());
    };
    let between = git::commits_between(
        &folder.path,
        (&after, commit),
        &source_patterns(),
        MOST_BETWEEN,
    );
    let between = between.map_err(|source| SourceError::Git {
        path: folder.path.clone(),
        source,
    })?;
    Ok(match between.len() {
        0 => alone(),
        count if count > MOST_BETWEEN => (Vec::new(), Some(MOST_BETWEEN)),
        _ => (between, None),
    })
}

fn found(
    folder: &Folder,
    commit: String,
    tag: Option<&str>,
    trees: &[(&Path, &FileIndex)],
) -> Result<FoundCommit, SourceError> {
    let repository = &folder.path;
    let parent = git::parent(repository, &commit);
    // The first commit of a project mends nothing.
    let changed = parent.as_ref().map_or(Ok(Vec::new()), |parent| {
        git::changed_files(repository, parent, &commit)
    });
    let changed = changed.map_err(|source| SourceError::Git {
        path: repository.clone(),
        source,
    })?;
    let all = changed.len();
    let mut touched: Vec<String> = changed
        .into_iter()
        .map(|(_, path)| path)
        .filter(|path| is_source(path))
        .collect();
    let others = all - touched.len();
    touched.truncate(MOST_TOUCHED);
    let at = |revision: &str, path: &str| git::file_at(repository, revision, path);
    let mut files = Vec::new();
    for path in touched {
        let before = parent.as_deref().and_then(|parent| at(parent, &path));
        let after = at(&commit, &path);
        let change = (before.unwrap_or_default(), after.unwrap_or_default());
        let mut copies = Vec::new();
        if let Some(tag) = tag {
            let copy = at(&format!("refs/tags/{tag}"), &path);
            copies.push(CopyFit {
                of: tag.to_owned(),
                file: copy.is_some().then(|| path.clone()),
                fit: copy.map(|copy| apply(&change.0, &change.1, &copy).fit),
            });
        }
        copies.extend(trees.iter().flat_map(|tree| in_tree(tree, &path, &change)));
        files.push(TouchedFile { path, copies });
    }
    Ok(FoundCommit {
        commit,
        repository: repository.clone(),
        files,
        others,
    })
}

/// The copies of a file in a tree: there may be several, and not all of them mended.
fn in_tree(
    (root, files): &(&Path, &FileIndex),
    path: &str,
    (before, after): &(Vec<u8>, Vec<u8>),
) -> Vec<CopyFit> {
    let of = root.display().to_string();
    let copies = files.copies_of(path).into_iter().filter_map(|file| {
        let text = DiskTree.read(&root.join(file), LARGEST).ok()?;
        let is_it = is_copy(before, &text) || is_copy(after, &text);
        is_it.then(|| CopyFit {
            of: of.clone(),
            file: Some(file.to_owned()),
            fit: Some(apply(before, after, &text).fit),
        })
    });
    let copies: Vec<CopyFit> = copies.collect();
    if copies.is_empty() {
        return vec![CopyFit {
            of,
            file: None,
            fit: None,
        }];
    }
    copies
}

/// The source files below a directory. What cannot be listed has none.
fn files_of(root: &Path) -> Result<FileIndex, SourceError> {
    let mut index = FileIndex::default();
    let mut seen = 0_usize;
    let mut open = vec![(root.to_owned(), String::new(), 0_usize)];
    while let Some((folder, below, depth)) = open.pop() {
        for entry in DiskTree.list(&folder).unwrap_or_default() {
            seen += 1;
            if seen > MOST_FILES {
                return Err(SourceError::TooMany {
                    path: root.to_owned(),
                });
            }
            let Some(name) = entry.path.file_name().and_then(|name| name.to_str()) else {
                continue;
            };
            let path = format!("{below}{name}");
            match entry.kind {
                EntryKind::Directory if name != ".git" && depth < DEEPEST => {
                    open.push((folder.join(name), format!("{path}/"), depth + 1));
                }
                EntryKind::File if is_source(name) => index.add(&path),
                _ => {}
            }
        }
    }
    Ok(index)
}

#[cfg(test)]
mod tests;
