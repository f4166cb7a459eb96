//! What is known of a repository from elsewhere than its files: its tags, its code host, its package index.
//!
//! Each is `None` where nobody looked. What was looked for and stayed hidden says so by itself.

use std::collections::BTreeSet;

use bartizan_formats::{
    ci::uses::{Target, Uses},
    hosting::Wanted,
};
use bartizan_model::{
    Timestamp,
    hosting::{HostedRepository, PublishedProject, Seen},
};

use super::{Facts, tags::release_in};

/// What is known from elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Outside {
    /// The newest tag of a release in the history of the checkout.
    pub tag: Option<LocalTag>,
    /// What the code host says.
    pub hosted: Option<HostedRepository>,
    /// What the package index says.
    pub published: Option<PublishedProject>,
}

/// A tag in the history of a checkout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalTag {
    /// Its name.
    pub name: String,
    /// When it was made.
    pub made: Option<Timestamp>,
    /// Whether it has a message of its own.
    pub is_annotated: bool,
    /// Whether a signature stands in it. Nobody has verified it.
    pub is_signed: bool,
}

/// An action that is pinned to a commit, and the release that its comment names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedPin<'a> {
    /// The file.
    pub file: &'a str,
    /// The line.
    pub line: u32,
    /// The action's repository.
    pub repository: &'a str,
    /// The commit.
    pub commit: &'a str,
    /// The release, as the comment spells it.
    pub release: &'a str,
}

impl NamedPin<'_> {
    /// The tags that the release may have: some comments leave the `v` out.
    pub fn tags(&self) -> impl Iterator<Item = (String, String)> {
        let bare = self.release.starts_with(|it: char| it.is_ascii_digit());
        let other = bare.then(|| format!("v{}", self.release));
        let repository = self.repository.to_owned();
        let names = [Some(self.release.to_owned()), other].into_iter().flatten();
        names.map(move |tag| (repository.clone(), tag))
    }
}

impl Facts {
    /// The pinned actions whose comments name a release.
    pub fn named_pins(&self) -> Vec<NamedPin<'_>> {
        let pins = self.uses().into_iter().filter(|(_, uses)| uses.is_commit());
        pins.filter_map(|(file, uses)| named_pin(file, uses))
            .collect()
    }

    /// Which of the code host is asked about this repository.
    pub fn wanted(&self, repository: &str) -> Wanted {
        let publications = self.publications();
        let environments = publications.iter().filter_map(|it| {
            let name = &it.at.job.environment.as_ref()?.value;
            (!name.contains("${{")).then(|| name.clone())
        });
        Wanted {
            repository: repository.to_owned(),
            environments: environments.collect(),
            action_tags: self
                .named_pins()
                .iter()
                .flat_map(NamedPin::tags)
                .collect::<BTreeSet<_>>(),
        }
    }

    /// The actions of others that a tag or a branch names, with the name: what a pin would stand in the place of.
    pub fn unpinned(&self) -> BTreeSet<(String, String)> {
        let unpinned = self
            .uses()
            .into_iter()
            .filter(|(_, uses)| !uses.is_commit());
        let named = unpinned.filter_map(|(_, uses)| {
            let Target::Repository {
                reference: Some(reference),
                ..
            } = uses.target()
            else {
                return None;
            };
            Some((uses.repository()?.to_owned(), reference.to_owned()))
        });
        named.collect()
    }

    /// What the code host says of something, where it was asked.
    pub(crate) fn hosted<T>(&self, of: fn(&HostedRepository) -> &Seen<T>) -> Option<&Seen<T>> {
        self.outside.hosted.as_ref().map(of)
    }
}

fn named_pin<'a>(file: &'a str, uses: &'a Uses) -> Option<NamedPin<'a>> {
    Some(NamedPin {
        file,
        line: uses.line,
        repository: uses.repository()?,
        commit: uses.text.trim().rsplit('@').next()?,
        release: release_in(uses.comment.as_deref()?)?,
    })
}
