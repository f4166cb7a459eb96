//! A checkout of a repository on disk: its files, and nothing outside it.
//!
//! A repository is made by others. A link in it may lead anywhere on this machine; what it leads to outside is refused, so
//! that no report tells what lies there.

use std::{
    fs, io,
    path::{Component, Path, PathBuf},
};

use bartizan_formats::tree::{Entry, ReadSeek, Tree, TreeError};

use crate::disk::DiskTree;

/// The files below one directory, by their paths from there.
#[derive(Debug, Clone)]
pub struct CheckoutTree {
    root: PathBuf,
}

impl CheckoutTree {
    /// The checkout in a directory.
    pub fn open(directory: &Path) -> Result<Self, TreeError> {
        let root = fs::canonicalize(directory).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => TreeError::NotFound,
            _ => TreeError::Io(error),
        })?;
        if !root.is_dir() {
            let message = "not a directory";
            return Err(TreeError::Io(io::Error::new(
                io::ErrorKind::NotADirectory,
                message,
            )));
        }
        Ok(Self { root })
    }

    /// Where it lies.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The commit that is checked out, where that can be read without running git.
    pub fn commit(&self) -> Option<String> {
        let text = |path: &str| {
            let bytes = self.read(Path::new(path), 1 << 20).ok()?;
            String::from_utf8(bytes).ok()
        };
        let head = text(".git/HEAD")?;
        let name = match head.trim().strip_prefix("ref: ") {
            None => return commit(head.trim()),
            Some(name) => name.to_owned(),
        };
        let loose = text(&format!(".git/{name}")).and_then(|it| commit(it.trim()));
        loose.or_else(|| {
            let packed = text(".git/packed-refs")?;
            let mut lines = packed.lines();
            lines.find_map(|line| commit(line.strip_suffix(name.as_str())?.trim_end()))
        })
    }

    fn inside(&self, path: &Path) -> Result<PathBuf, TreeError> {
        let is_plain = path
            .components()
            .all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
        let full = self.root.join(path);
        let real = fs::canonicalize(&full).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => TreeError::NotFound,
            _ => TreeError::Io(error),
        })?;
        if is_plain && real.starts_with(&self.root) {
            return Ok(full);
        }
        let message = "it leads out of the repository";
        Err(TreeError::Io(io::Error::new(
            io::ErrorKind::PermissionDenied,
            message,
        )))
    }
}

fn commit(text: &str) -> Option<String> {
    let is_digest = matches!(text.len(), 40 | 64) && text.bytes().all(|it| it.is_ascii_hexdigit());
    is_digest.then(|| text.to_owned())
}

impl Tree for CheckoutTree {
    fn entry(&self, path: &Path) -> Result<Entry, TreeError> {
        let entry = DiskTree.entry(&self.inside(path)?)?;
        Ok(Entry {
            path: path.to_owned(),
            ..entry
        })
    }

    fn list(&self, directory: &Path) -> Result<Vec<Entry>, TreeError> {
        let mut entries = DiskTree.list(&self.inside(directory)?)?;
        for entry in &mut entries {
            let name = entry
                .path
                .file_name()
                .map(PathBuf::from)
                .unwrap_or_default();
            entry.path = directory.join(name);
        }
        entries.sort();
        Ok(entries)
    }

    fn read(&self, path: &Path, limit: u64) -> Result<Vec<u8>, TreeError> {
        DiskTree.read(&self.inside(path)?, limit)
    }

    fn open(&self, path: &Path) -> Result<Box<dyn ReadSeek + '_>, TreeError> {
        DiskTree.open(&self.inside(path)?)
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::symlink;

    use bartizan_formats::tree::EntryKind;

    use super::*;

    #[test]
    fn nothing_outside_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("repository");
        fs::create_dir_all(root.join("docs")).unwrap();
        fs::write(folder.path().join("secret"), "s").unwrap();
        fs::write(root.join("docs/a.md"), "a").unwrap();
        symlink("../../secret", root.join("docs/out.md")).unwrap();
        symlink("docs/a.md", root.join("in.md")).unwrap();
        symlink("..", root.join("up")).unwrap();
        let tree = CheckoutTree::open(&root).unwrap();
        let read = |path: &str| {
            let read = tree.read(Path::new(path), 9);
            read.map_err(|error| match error {
                TreeError::Io(cause) => cause.to_string(),
                other => other.to_string(),
            })
        };
        assert_eq!(read("docs/a.md").unwrap(), b"a");
        assert_eq!(read("in.md").unwrap(), b"a");
        for path in ["docs/out.md", "up/secret", "../secret", "docs/../../secret"] {
            assert_eq!(
                read(path),
                Err("it leads out of the repository".to_owned()),
                "{path}"
            );
        }
        assert_eq!(read("none"), Err("no such file or directory".to_owned()));
        let names: Vec<String> = tree
            .list(Path::new(""))
            .unwrap()
            .iter()
            .map(|it| it.path.display().to_string())
            .collect();
        assert_eq!(names, ["docs", "in.md", "up"]);
        let up = tree.list(Path::new("")).unwrap();
        assert_eq!(up[2].kind, EntryKind::Other);
        assert!(CheckoutTree::open(&root.join("in.md")).is_err());
    }

    #[test]
    fn the_commit_is_read_from_its_files() {
        let folder = tempfile::tempdir().unwrap();
        let git = folder.path().join(".git");
        fs::create_dir_all(git.join("refs/heads")).unwrap();
        let tree = CheckoutTree::open(folder.path()).unwrap();
        let digest = "0123456789012345678901234567890123456789";
        assert_eq!(tree.commit(), None);
        fs::write(git.join("HEAD"), "ref: refs/heads/main\n").unwrap();
        fs::write(
            git.join("packed-refs"),
            format!("# pack-refs\n{digest} refs/heads/main\n"),
        )
        .unwrap();
        assert_eq!(tree.commit().as_deref(), Some(digest));
        fs::write(git.join("refs/heads/main"), digest.replace('0', "1")).unwrap();
        assert_eq!(tree.commit(), Some(digest.replace('0', "1")));
    }
}
