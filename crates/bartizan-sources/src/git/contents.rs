//! What a commit holds, as facts that artifacts are compared with.
//!
//! A commit is compared by git's names for contents, so that a partial clone, which has names and no contents, decides as
//! much as a whole one. Git counts collisions of SHA-1 out while it names bytes, and so does this.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

use bartizan_formats::contents::{Contents, FileFacts, Identity, TextOf};
use gix::objs::Kind;

use super::{CommitId, FileEntry, Lookup, Repository};

/// The largest file whose content is handed out.
const LARGEST_TEXT: u64 = 16 << 20;

/// The most bytes that are handed out at a time.
const MOST_TEXT: usize = 256 << 20;

/// The longest target of a link.
const LONGEST_LINK: u64 = 4_096;

/// The most submodules that are looked into.
const MOST_SUBMODULES: usize = 1_000;

impl Repository {
    /// The name that this repository has for a content.
    pub fn blob_name(&self, bytes: &[u8]) -> Option<String> {
        let hash = gix::objs::compute_hash(self.inner.object_hash(), Kind::Blob, bytes);
        hash.ok().map(|it| it.to_string())
    }

    /// What a commit holds, with the submodules that a checkout has beside it.
    pub fn contents(&self, commit: &CommitId) -> Contents {
        let (read, submodules) = self.files_and_submodules(commit);
        let mut contents = Contents::default();
        if read.missing + read.broken > 0 || read.is_cut_short {
            let why = "not every folder of the commit can be read in this clone".to_owned();
            contents.problems.insert(String::new(), why);
        }
        self.add_files(&mut contents, "", read.items);
        for (path, commit) in submodules {
            contents.elsewhere.insert(path, commit.as_str().to_owned());
        }
        let wanted: Vec<(String, String)> = contents
            .elsewhere
            .iter()
            .take(MOST_SUBMODULES)
            .map(|(path, commit)| (path.clone(), commit.clone()))
            .collect();
        for (path, commit) in wanted {
            if let Some((repository, commit)) = self.submodule(&path, &commit) {
                contents.elsewhere.remove(&path);
                let files = repository.files(&commit).items;
                repository.add_files(&mut contents, &format!("{path}/"), files);
            }
        }
        contents
    }

    /// Adds files below a folder, which is empty or ends with `/`.
    fn add_files(&self, contents: &mut Contents, folder: &str, files: Vec<FileEntry>) {
        for entry in files {
            let facts = FileFacts {
                is_executable: (!entry.is_link).then_some(entry.is_executable),
                link: entry.is_link.then(|| self.target(&entry.blob)),
                identity: Identity {
                    blob: Some(entry.blob),
                    ..Identity::default()
                },
                ..FileFacts::default()
            };
            contents
                .files
                .insert(format!("{folder}{}", entry.path), facts);
        }
    }

    /// The repository of a submodule, where a checkout has it and it has the commit.
    fn submodule(&self, path: &str, commit: &str) -> Option<(Self, CommitId)> {
        let folder: PathBuf = self.inner.workdir()?.join(path);
        if !folder.join(".git").exists() {
            return None;
        }
        let repository = Self::open(&folder).ok()?;
        let commit = repository.commit_of(commit).ok()?;
        Some((repository, commit))
    }

    /// Where a link leads; empty where its content is not in this clone.
    fn target(&self, blob: &str) -> String {
        match self.content(blob, LONGEST_LINK) {
            Lookup::Content(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            _ => String::new(),
        }
    }

    /// The bytes of some files of a commit.
    pub fn texts(&self, contents: &Contents, names: &BTreeSet<String>) -> TextOf {
        let mut total = 0;
        let mut kept = BTreeMap::new();
        for name in names {
            let Some(blob) = contents
                .files
                .get(name)
                .and_then(|it| it.identity.blob.as_ref())
            else {
                continue;
            };
            let text = if total > MOST_TEXT {
                Err("too much differs for all of it to be looked into".to_owned())
            } else {
                match self.content(blob, LARGEST_TEXT) {
                    Lookup::Content(bytes) => Ok(bytes),
                    Lookup::TooLarge => Err("it is too large to be looked into".to_owned()),
                    Lookup::Missing | Lookup::None => {
                        Err("its content is not in this clone".to_owned())
                    }
                    Lookup::Broken => Err("its content cannot be read".to_owned()),
                }
            };
            total += text.as_ref().map_or(0, Vec::len);
            kept.insert(name.clone(), text);
        }
        kept
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use bartizan_formats::contents::Sameness;

    use super::*;
    use crate::git::tests::git;

    fn laboratory(root: &Path) -> bool {
        std::fs::create_dir_all(root.join("lab")).unwrap();
        std::fs::write(root.join("lab/a.py"), "a\n").unwrap();
        std::fs::write(root.join("run.sh"), "r").unwrap();
        let is_here = git(root, &["init", "-q"]) && git(root, &["add", "."]);
        let submodule = "160000,0123456789012345678901234567890123456789,sub/other";
        is_here
            && git(root, &["update-index", "--chmod=+x", "run.sh"])
            && git(root, &["update-index", "--add", "--cacheinfo", submodule])
            && git(root, &["commit", "-qm", "x"])
    }

    #[test]
    fn a_commit_is_told_by_names_and_modes() {
        let place = tempfile::tempdir().unwrap();
        if !laboratory(place.path()) {
            println!("skipped: git is not here");
            return;
        }
        let repository = Repository::open(place.path()).unwrap();
        let contents = repository.contents(&repository.head().unwrap());
        let told: Vec<String> = contents
            .files
            .iter()
            .map(|(path, it)| format!("{path} {:?}", it.is_executable))
            .collect();
        assert_eq!(told, ["lab/a.py Some(false)", "run.sh Some(true)"]);
        let elsewhere: Vec<&String> = contents.elsewhere.keys().collect();
        assert_eq!(elsewhere, ["sub/other"]);
        let name = |bytes: &[u8]| repository.blob_name(bytes);
        let compare = |bytes: &[u8]| {
            let facts = contents.files.get("lab/a.py").unwrap();
            Identity::of(bytes, Some(&name)).compare(&facts.identity)
        };
        assert_eq!(compare(b"a\n"), Sameness::Same);
        assert_eq!(compare(b"a\r\n"), Sameness::LineEnds);
        assert_eq!(compare(b"b\n"), Sameness::Other);
        let names = BTreeSet::from(["run.sh".to_owned(), "none".to_owned()]);
        let texts = repository.texts(&contents, &names);
        assert_eq!(
            texts,
            TextOf::from([("run.sh".to_owned(), Ok(b"r".to_vec()))])
        );
    }
}
