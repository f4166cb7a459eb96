//! Where the repositories of projects are: a directory of clones that the user names, or mirrors that are kept.
//!
//! Mirrors come without the contents of files. What somebody reads of them is brought by name, and read again: a file
//! that is not here is never taken for one that the project does not have.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use bartizan_sources::git::{self, CommitTree, Repository};

/// Where repositories are looked for.
#[derive(Debug, Clone, Default)]
pub struct Repositories {
    /// The user's clones, named as the repository or as the project.
    pub directory: Option<PathBuf>,
    /// Where mirrors are kept.
    pub mirrors: PathBuf,
    /// Whether no network may be asked.
    pub is_offline: bool,
    /// The mirrors that were brought up to date: once is enough, and all that is said is of one state.
    pub fetched: Arc<Mutex<BTreeSet<PathBuf>>>,
}

impl Repositories {
    /// The repository of an address; `alias` is another name that its clone may have.
    pub fn open(&self, url: &str, alias: &str) -> Result<Repository, String> {
        if let Some(found) = self.local(url, alias) {
            return Repository::open(&found).map_err(|error| error.to_string());
        }
        let mirror = self.mirrors.join(mirror_name(url));
        if !self.is_offline {
            self.fetch(url, &mirror)?;
        } else if !mirror.exists() {
            return Err("no clone of it is here, and no network may be asked".to_owned());
        }
        Repository::open(&mirror).map_err(|error| error.to_string())
    }

    fn fetch(&self, url: &str, mirror: &Path) -> Result<(), String> {
        let fetched = || self.fetched.lock().unwrap_or_else(PoisonError::into_inner);
        if fetched().contains(mirror) {
            return Ok(());
        }
        git::fetch(url, mirror).map_err(|error| error.to_string())?;
        fetched().insert(mirror.to_owned());
        Ok(())
    }

    /// What is read of the newest files of a repository. `read` is asked again where contents had to be brought first.
    pub fn read<T>(
        &self,
        (url, alias): (&str, &str),
        read: impl Fn(&CommitTree) -> T,
    ) -> Result<T, String> {
        for _ in 0..MOST_ROUNDS {
            let repository = self.open(url, alias)?;
            let place = repository.path().to_owned();
            let tree = CommitTree::of_head(&repository).map_err(|error| error.to_string())?;
            let answer = read(&tree);
            let missing = tree.missing();
            if missing.is_empty() {
                return Ok(answer);
            }
            if self.is_offline || !place.starts_with(&self.mirrors) {
                return Err(not_here(missing.len()));
            }
            git::bring(&place, &missing).map_err(|error| error.to_string())?;
        }
        Err("what is read of it leads to more and more that is not here".to_owned())
    }

    fn local(&self, url: &str, alias: &str) -> Option<PathBuf> {
        let directory = self.directory.as_deref()?;
        let name = repository_name(url);
        let names = [name.to_owned(), format!("{name}.git"), alias.to_owned()];
        let mut places = names.iter().map(|name| directory.join(name));
        places.find(|place| is_safe(directory, place) && place.is_dir())
    }
}

/// How often contents are brought: files of workflows lead to files of actions, and those to others.
const MOST_ROUNDS: usize = 4;

fn not_here(count: usize) -> String {
    match count {
        1 => "the content of a file that counts is not in this clone".to_owned(),
        count => format!("the contents of {count} files that count are not in this clone"),
    }
}

/// The last part of an address.
fn repository_name(url: &str) -> &str {
    let path = url.trim_end_matches('/');
    let name = path.rsplit('/').next().unwrap_or(path);
    name.strip_suffix(".git").unwrap_or(name)
}

/// A name is one of the directory, and nothing above it.
fn is_safe(directory: &Path, place: &Path) -> bool {
    place.parent() == Some(directory) && place.file_name().is_some()
}

/// The address as the name of a directory.
fn mirror_name(url: &str) -> String {
    let bare = url.strip_prefix("https://").unwrap_or(url);
    let bare = bare.trim_end_matches('/').trim_end_matches(".git");
    let safe = bare.chars().map(|c| match c {
        'a'..='z' | 'A'..='Z' | '0'..='9' | '-' | '_' | '.' => c,
        _ => '+',
    });
    let name: String = safe.collect();
    format!("{}.git", name.trim_start_matches('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_become_names() {
        assert_eq!(repository_name("https://example.org/lab/tool.git/"), "tool");
        assert_eq!(
            mirror_name("https://example.org/lab/tool.git"),
            "example.org+lab+tool.git"
        );
        assert_eq!(mirror_name("https://../../etc"), "+..+etc.git");
    }

    #[test]
    fn nothing_is_told_of_a_clone_that_lacks_what_was_read() {
        let place = tempfile::tempdir().unwrap();
        let clone = place.path().join("tool");
        let run = |arguments: &[&str]| {
            let status = std::process::Command::new("git")
                .arg("-C")
                .arg(place.path())
                .args(arguments)
                .status();
            status.is_ok_and(|it| it.success())
        };
        let text = clone.display().to_string();
        let is_made = run(&["init", "-q", &text]) && std::fs::write(clone.join("a"), "a").is_ok();
        let of_lab = [
            "-C",
            &text,
            "-c",
            "user.name=Lab",
            "-c",
            "user.email=lab@example.org",
            "-c",
            "commit.gpgsign=false",
        ];
        let with = |more: &[&str]| run(&[&of_lab, more].concat());
        if !is_made || !with(&["add", "a"]) || !with(&["commit", "-qm", "x"]) {
            println!("skipped: git is not here");
            return;
        }
        let repositories = Repositories {
            directory: Some(place.path().to_owned()),
            mirrors: place.path().join("mirrors"),
            is_offline: true,
            ..Repositories::default()
        };
        let read = || {
            repositories.read(("https://example.org/lab/tool", "tool"), |tree| {
                tree.commit().as_str().len()
            })
        };
        assert_eq!(read(), Ok(40));
        let asks =
            |tree: &CommitTree| bartizan_formats::tree::Tree::read(tree, Path::new("a"), 9).is_ok();
        let of = |asks: &dyn Fn(&CommitTree) -> bool| {
            repositories.read(("https://example.org/lab/tool", "tool"), asks)
        };
        assert_eq!(of(&asks), Ok(true));
        // The object of the file's content, gone.
        std::fs::remove_dir_all(clone.join(".git/objects/2e")).unwrap();
        assert_eq!(
            of(&asks),
            Err("the content of a file that counts is not in this clone".to_owned())
        );
        assert_eq!(read(), Ok(40));
    }

    #[test]
    fn nothing_is_cloned_offline() {
        let place = tempfile::tempdir().unwrap();
        let repositories = Repositories {
            directory: Some(place.path().to_owned()),
            mirrors: place.path().join("mirrors"),
            is_offline: true,
            ..Repositories::default()
        };
        let refused = repositories
            .open("https://example.org/lab/tool", "..")
            .err()
            .unwrap();
        assert_eq!(
            refused,
            "no clone of it is here, and no network may be asked"
        );
    }
}
