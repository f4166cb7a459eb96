//! Which commit a release of an action is: a table that a repository keeps, or that a user gives.
//!
//! A checkout cannot tell what a tag of another repository names. `.github/bartizan-tags.toml` writes it down, looked up once
//! and reviewed like any change:
//!
//! ```toml
//! [tags."actions/checkout"]
//! "v6.0.1" = "8e8c483db84b4bee98b60c0593521ed34d9990e8"
//! ```

use std::collections::BTreeMap;

use serde::Deserialize;

use super::Reader;

/// Where a repository keeps it.
pub const FILE: &str = ".github/bartizan-tags.toml";

/// How many tags are kept.
const MAX_TAGS: usize = 100_000;

/// Tags of other repositories with the commits that they name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KnownTags {
    /// By repository, in lower case: each tag with its commit, sorted by tag.
    repositories: BTreeMap<String, BTreeMap<String, String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    tags: BTreeMap<String, BTreeMap<String, String>>,
}

impl KnownTags {
    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.repositories.is_empty()
    }

    /// Adds a tag; one that is known already stays.
    pub fn add(&mut self, repository: &str, tag: &str, commit: &str) {
        let tags = self
            .repositories
            .entry(repository.to_lowercase())
            .or_default();
        tags.entry(tag.to_owned())
            .or_insert_with(|| commit.to_lowercase());
    }

    /// Adds what another table knows and this one does not.
    pub fn extend(&mut self, other: &Self) {
        for (repository, tags) in &other.repositories {
            for (tag, commit) in tags {
                self.add(repository, tag, commit);
            }
        }
    }

    /// Whether tags of a repository are known.
    pub fn knows(&self, repository: &str) -> bool {
        self.repositories.contains_key(&repository.to_lowercase())
    }

    /// The commit of a tag.
    pub fn commit(&self, repository: &str, tag: &str) -> Option<&str> {
        let tags = self.repositories.get(&repository.to_lowercase())?;
        tags.get(tag).map(String::as_str)
    }

    /// The newest full release that a reference stands for, with its commit: `v4` and `v4.2` stand for the newest of theirs,
    /// `release/v1` (PyPA's branch) for the newest `v1`.
    pub fn release(&self, repository: &str, reference: &str) -> Option<(&str, &str)> {
        let tags = self.repositories.get(&repository.to_lowercase())?;
        let wanted = numbers(reference.strip_prefix("release/").unwrap_or(reference))?;
        let standing = tags.iter().filter_map(|(tag, commit)| {
            let release = numbers(tag).filter(|it| it.len() >= 2)?;
            let is_exact = tag == reference;
            (is_exact
                || (wanted.len() < 3
                    && release.len() > wanted.len()
                    && release.starts_with(&wanted)))
            .then_some((is_exact, release, tag, commit))
        });
        let (.., tag, commit) = standing.max()?;
        Some((tag, commit))
    }

    /// The newest full release that is this commit.
    pub fn tag_of(&self, repository: &str, commit: &str) -> Option<&str> {
        let tags = self.repositories.get(&repository.to_lowercase())?;
        let releases = tags
            .iter()
            .filter(|(_, known)| known.eq_ignore_ascii_case(commit));
        let releases =
            releases.filter_map(|(tag, _)| Some((numbers(tag).filter(|it| it.len() >= 2)?, tag)));
        releases.max().map(|(_, tag)| tag.as_str())
    }

    /// The newest release of all.
    pub fn newest(&self, repository: &str) -> Option<(&str, &str)> {
        let tags = self.repositories.get(&repository.to_lowercase())?;
        let releases = tags.iter().filter_map(|(tag, commit)| {
            Some((numbers(tag).filter(|it| it.len() >= 2)?, tag, commit))
        });
        let (_, tag, commit) = releases.max()?;
        Some((tag, commit))
    }
}

/// The numbers of a release: `v1.2.3`, `1.2`. Anything behind them (a pre-release) makes it none.
fn numbers(tag: &str) -> Option<Vec<u64>> {
    let digits = tag.strip_prefix('v').unwrap_or(tag);
    digits.split('.').map(|part| part.parse().ok()).collect()
}

/// The release that a comment behind a pin names in full: its first word that is a version of at least two parts.
pub fn release_in(comment: &str) -> Option<&str> {
    let mut words = comment.split([' ', ',', '(', ')', '=', '@']);
    words.find(|word| {
        let last = word.rsplit('/').next().unwrap_or(word);
        let start = last.find(|it: char| it.is_ascii_digit());
        let number = start.and_then(|at| last.get(at..)).unwrap_or_default();
        let parts = number.split('.');
        parts
            .take_while(|part| part.starts_with(|it: char| it.is_ascii_digit()))
            .count()
            >= 2
    })
}

pub(super) fn read(reader: &mut Reader<'_>) -> KnownTags {
    let Some(document) = reader.document(FILE) else {
        return KnownTags::default();
    };
    parse(&document.text).unwrap_or_else(|why| {
        reader.problem(FILE, why);
        KnownTags::default()
    })
}

/// Reads the text of a table; the error says what is wrong with it.
pub fn parse(text: &str) -> Result<KnownTags, String> {
    let file: File = toml::from_str(text).map_err(|error| error.message().to_owned())?;
    let mut known = KnownTags::default();
    let all = file.tags.iter().flat_map(|(repository, tags)| {
        tags.iter()
            .map(move |(tag, commit)| (repository, tag, commit))
    });
    for (repository, tag, commit) in all.take(MAX_TAGS) {
        if !is_commit(commit) {
            return Err(format!(
                "`{repository}` {tag}: `{commit}` is not the 40 digits of a commit"
            ));
        }
        known.add(repository, tag, commit);
    }
    Ok(known)
}

/// Whether a comment is nothing but a tag that moves: `v4`, `releases/v4`.
pub(crate) fn is_moving_tag(comment: &str) -> bool {
    let last = comment.rsplit('/').next().unwrap_or(comment);
    !comment.contains(char::is_whitespace) && numbers(last).is_some()
}

/// Whether a text is the 40 digits of a commit.
pub fn is_commit(text: &str) -> bool {
    text.len() == 40 && text.bytes().all(|it| it.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const A: &str = "1111111111111111111111111111111111111111";
    const B: &str = "2222222222222222222222222222222222222222";

    fn check(text: &str) -> String {
        match parse(text) {
            Ok(known) => ["v4", "v4.1", "v4.1.0", "release/v4", "main", "v5", "4"]
                .map(|reference| {
                    format!(
                        "{reference}: {}",
                        known.release("A/B", reference).map_or("-", |(tag, _)| tag)
                    )
                })
                .join(", "),
            Err(error) => error,
        }
    }

    #[test]
    fn references_stand_for_the_newest_of_theirs() {
        insta::assert_snapshot!(check(&format!("[tags.'a/b']\n'v4.1.0' = '{A}'\n'v4.10.1' = '{B}'\n'v4' = '{B}'\n'v5.0.0-rc1' = '{A}'\n")), @"v4: v4.10.1, v4.1: v4.1.0, v4.1.0: v4.1.0, release/v4: v4.10.1, main: -, v5: -, 4: v4.10.1");
        insta::assert_snapshot!(check("[tags.'a/b']\nv4 = 'x'\n"), @"`a/b` v4: `x` is not the 40 digits of a commit");
        insta::assert_snapshot!(check("x = 1"), @"unknown field `x`, expected `tags`");
    }

    #[test]
    fn comments_name_releases_or_not() {
        let named = [
            "v1.2.3",
            "tag=codeql-bundle/v3.30.1 (stable)",
            "v1",
            "main",
            "pin to 2.0",
            "",
        ]
        .map(release_in);
        assert_eq!(
            named,
            [
                Some("v1.2.3"),
                Some("codeql-bundle/v3.30.1"),
                None,
                None,
                Some("2.0"),
                None
            ]
        );
    }

    proptest! {
        #[test]
        fn nothing_panics(text in r#"(tags|[=\n \[\]{}"',a./v1])*{0,30}"#, comment in "[v0-9. /@a]{0,20}") {
            check(&text);
            release_in(&comment);
        }
    }
}
