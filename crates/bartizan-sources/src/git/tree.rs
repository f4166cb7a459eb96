//! The files of a commit as a tree that formats and facts read from, without a checkout on disk.
//!
//! Links are followed within the commit and never out of it. What a partial clone does not have is noted, so that whoever
//! may ask a network brings it and reads again, and nobody takes a missing file for one that is not there.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{self, Cursor},
    path::{Component, Path, PathBuf},
    sync::{Mutex, PoisonError, mpsc},
    thread,
};

use bartizan_formats::tree::{Entry, EntryKind, ReadSeek, Tree, TreeError};

use super::{CommitId, FileEntry, Lookup, Repository, RepositoryError};

/// How many links one path leads over.
const MOST_LINKS: usize = 8;

/// The longest target of a link.
const LONGEST_LINK: u64 = 4_096;

/// A content that is asked for, its limit, and where the answer goes.
type Asked = (String, u64, mpsc::Sender<Lookup>);

/// The files of one commit, by their paths from its top.
pub struct CommitTree {
    /// An open repository stays on the thread that opened it, and a tree is read from any: a thread of its own reads for all.
    asks: mpsc::Sender<Asked>,
    commit: CommitId,
    files: BTreeMap<PathBuf, FileEntry>,
    missing: Mutex<BTreeSet<String>>,
}

impl CommitTree {
    /// The files of the commit that a repository's `HEAD` names.
    pub fn of_head(repository: &Repository) -> Result<Self, RepositoryError> {
        let commit = repository.head()?;
        let files = repository.files(&commit).items.into_iter();
        let files = files.map(|entry| (PathBuf::from(&entry.path), entry));
        Ok(Self {
            files: files.collect(),
            commit,
            asks: reader(repository.path().to_owned()),
            missing: Mutex::default(),
        })
    }

    /// The commit.
    pub fn commit(&self) -> &CommitId {
        &self.commit
    }

    /// The contents that were asked for and are not in this clone, sorted.
    pub fn missing(&self) -> Vec<String> {
        let missing = self.missing.lock();
        let missing = missing.unwrap_or_else(PoisonError::into_inner);
        missing.iter().cloned().collect()
    }

    /// The file at a path, links followed.
    fn file(&self, path: &Path) -> Result<&FileEntry, TreeError> {
        let mut path = inside(path)?;
        for _ in 0..=MOST_LINKS {
            let entry = self.files.get(&path).ok_or(TreeError::NotFound)?;
            if !entry.is_link {
                return Ok(entry);
            }
            let target = self.content(entry, LONGEST_LINK)?;
            let target =
                String::from_utf8(target).map_err(|_error| refused("its link is no text"))?;
            let folder = path.parent().unwrap_or(Path::new(""));
            path = inside(&folder.join(target.trim_end_matches('/')))?;
        }
        Err(refused("its links go in a circle"))
    }

    fn content(&self, entry: &FileEntry, limit: u64) -> Result<Vec<u8>, TreeError> {
        let (answers, answer) = mpsc::channel();
        let asked = self.asks.send((entry.blob.clone(), limit, answers));
        let answer = asked.ok().and_then(|()| answer.recv().ok());
        match answer.unwrap_or(Lookup::Broken) {
            Lookup::Content(bytes) => Ok(bytes),
            Lookup::TooLarge => Err(TreeError::TooLarge { limit }),
            Lookup::Missing => {
                let missing = self.missing.lock();
                let mut missing = missing.unwrap_or_else(PoisonError::into_inner);
                missing.insert(entry.blob.clone());
                Err(refused("its content is not in this clone"))
            }
            Lookup::None | Lookup::Broken => Err(refused("its content cannot be read")),
        }
    }

    fn is_folder(&self, path: &Path) -> bool {
        let mut below = self.files.range(path.to_path_buf()..);
        path.as_os_str().is_empty()
            || below
                .find(|(file, _)| file.as_path() != path)
                .is_some_and(|(file, _)| file.starts_with(path))
    }

    /// What a path is; the size of a file is not looked for.
    fn kind(&self, path: &Path) -> Option<EntryKind> {
        match self.files.get(path) {
            Some(entry) if entry.is_link => Some(match self.file(path) {
                Ok(_) => EntryKind::File,
                Err(_) => EntryKind::Other,
            }),
            Some(_) => Some(EntryKind::File),
            None => self.is_folder(path).then_some(EntryKind::Directory),
        }
    }
}

/// Answers from a repository until nobody is left who asks.
fn reader(repository: PathBuf) -> mpsc::Sender<Asked> {
    let (asks, asked) = mpsc::channel::<Asked>();
    thread::spawn(move || {
        let Ok(repository) = Repository::open(&repository) else {
            return;
        };
        for (blob, limit, answers) in asked {
            // Whoever asked may be gone.
            drop(answers.send(repository.content(&blob, limit)));
        }
    });
    asks
}

/// A path from the top of the commit; one that leads out of it is refused.
fn inside(path: &Path) -> Result<PathBuf, TreeError> {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::Normal(name) => plain.push(name),
            Component::ParentDir if plain.pop() => {}
            _ => return Err(refused("it leads out of the repository")),
        }
    }
    Ok(plain)
}

fn refused(why: &str) -> TreeError {
    TreeError::Io(io::Error::new(io::ErrorKind::PermissionDenied, why))
}

impl Tree for CommitTree {
    fn entry(&self, path: &Path) -> Result<Entry, TreeError> {
        let kind = self.kind(&inside(path)?).ok_or(TreeError::NotFound)?;
        Ok(Entry {
            path: path.to_owned(),
            kind,
            size: 0,
        })
    }

    fn list(&self, directory: &Path) -> Result<Vec<Entry>, TreeError> {
        let folder = inside(directory)?;
        if !self.is_folder(&folder) {
            return Err(TreeError::NotFound);
        }
        let mut names: Vec<&std::ffi::OsStr> = Vec::new();
        let below = self.files.range(folder.clone()..);
        let below = below.map(|(file, _)| file.strip_prefix(&folder));
        for rest in below.map_while(Result::ok) {
            let first = rest.components().next();
            let name = first.map(Component::as_os_str).unwrap_or_default();
            if !name.is_empty() && names.last() != Some(&name) {
                names.push(name);
            }
        }
        let entry = |name: &std::ffi::OsStr| {
            let kind = self.kind(&folder.join(name))?;
            (kind != EntryKind::Other).then(|| Entry {
                path: directory.join(name),
                kind,
                size: 0,
            })
        };
        let mut entries: Vec<Entry> = names.into_iter().filter_map(entry).collect();
        entries.sort();
        entries.dedup();
        Ok(entries)
    }

    fn read(&self, path: &Path, limit: u64) -> Result<Vec<u8>, TreeError> {
        self.content(self.file(path)?, limit)
    }

    fn open(&self, path: &Path) -> Result<Box<dyn ReadSeek + '_>, TreeError> {
        let bytes = self.read(path, super::LARGEST_OBJECT)?;
        Ok(Box::new(Cursor::new(bytes)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::git::{clone::bring_by, tests::git};

    fn laboratory(root: &Path) -> bool {
        std::fs::create_dir_all(root.join("docs/deep")).unwrap();
        for (file, text) in [
            ("docs/a.md", "a"),
            ("docs/deep/b.md", "b"),
            ("docs.txt", "c"),
        ] {
            std::fs::write(root.join(file), text).unwrap();
        }
        #[cfg(unix)]
        for (target, link) in [
            ("docs/a.md", "in.md"),
            ("../../secret", "docs/out.md"),
            ("me", "me"),
            ("docs", "folder"),
        ] {
            std::os::unix::fs::symlink(target, root.join(link)).unwrap();
        }
        git(root, &["init", "-q"]) && git(root, &["add", "."]) && git(root, &["commit", "-qm", "x"])
    }

    fn told(tree: &CommitTree, path: &str) -> String {
        match tree.read(Path::new(path), 9) {
            Ok(bytes) => String::from_utf8(bytes).unwrap(),
            Err(TreeError::Io(cause)) => cause.to_string(),
            Err(error) => error.to_string(),
        }
    }

    #[cfg(unix)]
    #[test]
    fn files_links_and_folders_of_a_commit() {
        let place = tempfile::tempdir().unwrap();
        if !laboratory(place.path()) {
            println!("skipped: git is not here");
            return;
        }
        let tree = CommitTree::of_head(&Repository::open(place.path()).unwrap()).unwrap();
        let read = |path: &str| told(&tree, path);
        assert_eq!(
            (read("docs/a.md"), read("in.md"), read("./docs/../docs.txt")),
            ("a".into(), "a".into(), "c".into())
        );
        for path in ["docs/out.md", "../secret", "/etc/passwd"] {
            assert_eq!(read(path), "it leads out of the repository", "{path}");
        }
        assert_eq!(read("me"), "its links go in a circle");
        assert_eq!(read("none"), "no such file or directory");
        assert_eq!(read("docs"), "no such file or directory");
        let list = |path: &str| {
            let all = tree.list(Path::new(path)).unwrap();
            all.iter()
                .map(|it| format!("{} {:?}", it.path.display(), it.kind))
                .collect::<Vec<_>>()
                .join(", ")
        };
        insta::assert_snapshot!(list(""), @"docs Directory, docs.txt File, in.md File");
        insta::assert_snapshot!(list("docs"), @"docs/a.md File, docs/deep Directory");
        assert!(tree.list(Path::new("docs.txt")).is_err());
        assert!(tree.missing().is_empty());
    }

    #[test]
    fn what_a_partial_clone_lacks_is_told_and_brought() {
        let place = tempfile::tempdir().unwrap();
        let (root, mirror) = (place.path().join("root"), place.path().join("mirror"));
        let is_here = laboratory(&root)
            && git(&root, &["config", "uploadpack.allowFilter", "true"])
            && git(&root, &["config", "uploadpack.allowAnySHA1InWant", "true"]);
        let address = format!("file://{}", root.display());
        let target = mirror.display().to_string();
        if !is_here
            || !git(
                place.path(),
                &[
                    "clone",
                    "-q",
                    "--mirror",
                    "--filter=blob:none",
                    &address,
                    &target,
                ],
            )
        {
            println!("skipped: git is not here, or clones nothing in parts");
            return;
        }
        let read = || {
            let tree = CommitTree::of_head(&Repository::open(&mirror).unwrap()).unwrap();
            (
                told(&tree, "docs/a.md"),
                told(&tree, "docs/deep/b.md"),
                tree.missing(),
            )
        };
        let (first, _, missing) = read();
        assert_eq!(first, "its content is not in this clone");
        assert_eq!(missing.len(), 2);
        bring_by(&mirror, &missing, "file").unwrap();
        assert_eq!(read(), ("a".to_owned(), "b".to_owned(), Vec::new()));
        // What is no name of an object is never given to git.
        assert!(bring_by(&mirror, &["--upload-pack=x".to_owned()], "file").is_err());
    }
}
