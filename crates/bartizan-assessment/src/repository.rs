//! Where the repositories of projects are: a directory of clones that the user names, or mirrors that are kept.

use std::path::{Path, PathBuf};

use bartizan_sources::git::{self, Repository};

/// Where repositories are looked for.
#[derive(Debug, Clone)]
pub struct Repositories {
    /// The user's clones, named as the repository or as the project.
    pub directory: Option<PathBuf>,
    /// Where mirrors are kept.
    pub mirrors: PathBuf,
    /// Whether no network may be asked.
    pub is_offline: bool,
}

impl Repositories {
    /// The repository of an address; `alias` is another name that its clone may have.
    pub fn open(&self, url: &str, alias: &str) -> Result<Repository, String> {
        if let Some(found) = self.local(url, alias) {
            return Repository::open(&found).map_err(|error| error.to_string());
        }
        let mirror = self.mirrors.join(mirror_name(url));
        if !self.is_offline {
            git::fetch(url, &mirror).map_err(|error| error.to_string())?;
        } else if !mirror.exists() {
            return Err("no clone of it is here, and `--offline` forbids cloning it".to_owned());
        }
        Repository::open(&mirror).map_err(|error| error.to_string())
    }

    fn local(&self, url: &str, alias: &str) -> Option<PathBuf> {
        let directory = self.directory.as_deref()?;
        let name = repository_name(url);
        let names = [name.to_owned(), format!("{name}.git"), alias.to_owned()];
        let mut places = names.iter().map(|name| directory.join(name));
        places.find(|place| is_safe(directory, place) && place.is_dir())
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
        'a'..='z' | 'A'..='Z' | '0'..='9' | '-' | '_' => c,
        '.' => c,
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
    fn nothing_is_cloned_offline() {
        let place = tempfile::tempdir().unwrap();
        let repositories = Repositories {
            directory: Some(place.path().to_owned()),
            mirrors: place.path().join("mirrors"),
            is_offline: true,
        };
        let refused = repositories
            .open("https://example.org/lab/tool", "..")
            .err()
            .unwrap();
        assert_eq!(
            refused,
            "no clone of it is here, and `--offline` forbids cloning it"
        );
    }
}
