//! What stands beside the commits: tags with a message, heads of pull requests, replacements, the project's `.mailmap`.

use std::collections::HashSet;

use bartizan_people::{
    history::{Hash, Merged, Pull, SignedTag},
    mailmap, object,
};
use gix::objs::Kind;

use super::{
    Place,
    draft::Draft,
    objects::{Lookup, Objects, hash},
    walk::hash_of,
};
use crate::git::{Lookup as FileLookup, Repository, RepositoryError};

/// How many references of a kind are read. The largest projects have a hundred thousand pull requests.
const MOST_REFERENCES: usize = 1_000_000;

/// Where code hosts keep the heads of pull requests.
const PULLS: [(&str, &str); 2] = [("refs/pull/", "/head"), ("refs/merge-requests/", "/head")];

/// Whether a repository keeps the head of any pull request.
pub fn keeps_pulls(repository: &Repository) -> bool {
    let Ok(platform) = repository.inner.references() else {
        return false;
    };
    PULLS.iter().any(|(prefix, _)| {
        let found = platform.prefixed(*prefix);
        found.is_ok_and(|mut it| it.next().is_some())
    })
}

/// Reads all of that into the draft, whose commits are complete.
pub(super) fn read(
    repository: &Repository,
    place: Place<'_>,
    draft: &mut Draft,
) -> Result<(), RepositoryError> {
    draft.gaps.is_shallow = repository.is_shallow();
    draft.gaps.replacements = list(
        repository,
        "refs/replace/",
        &mut draft.gaps.is_cut_short,
        |_, _, count: &mut usize| *count += 1,
    )?;
    read_pulls(repository, draft)?;
    read_tags(repository, place, draft)?;
    if let Ok(head) = repository.head()
        && let FileLookup::Content(bytes) =
            repository.file(&head, ".mailmap", mailmap::LARGEST as u64)
    {
        draft.mailmap = Some(bytes);
    }
    Ok(())
}

/// Goes through the references with a prefix; what is behind the prefix and the hash go into the result.
pub(super) fn list<T: Default>(
    repository: &Repository,
    prefix: &str,
    is_cut: &mut bool,
    mut put: impl FnMut(&str, Hash, &mut T),
) -> Result<T, RepositoryError> {
    let failed = |error: &dyn std::fmt::Display| RepositoryError::References {
        path: repository.path().to_owned(),
        why: error.to_string(),
    };
    let platform = repository
        .inner
        .references()
        .map_err(|error| failed(&error))?;
    let references = platform.prefixed(prefix).map_err(|error| failed(&error))?;
    let mut result = T::default();
    for (number, reference) in references.enumerate() {
        if number >= MOST_REFERENCES {
            *is_cut = true;
            break;
        }
        let Ok(reference) = reference else {
            continue;
        };
        let name = reference.name().as_bstr().to_string();
        let id = reference.try_id().and_then(|id| hash(&id));
        if let (Some(name), Some(id)) = (name.strip_prefix(prefix), id) {
            put(name, id, &mut result);
        }
    }
    Ok(result)
}

/// The number and the head of every pull request that a repository keeps.
pub(super) fn heads(
    repository: &Repository,
    is_cut: &mut bool,
) -> Result<Vec<(u32, Hash)>, RepositoryError> {
    let mut heads: Vec<(u32, Hash)> = Vec::new();
    for (prefix, end) in PULLS {
        let found = list(
            repository,
            prefix,
            is_cut,
            |name, id, heads: &mut Vec<_>| {
                if let Some(number) = name.strip_suffix(end).and_then(|it| it.parse().ok()) {
                    heads.push((number, id));
                }
            },
        )?;
        heads.extend(found);
    }
    Ok(heads)
}

fn read_pulls(repository: &Repository, draft: &mut Draft) -> Result<(), RepositoryError> {
    let heads = heads(repository, &mut draft.gaps.is_cut_short)?;
    let commits: HashSet<Hash> = draft.commits.iter().map(|it| it.id).collect();
    let named: HashSet<u32> = draft
        .commits
        .iter()
        .filter_map(|it| it.pull.as_ref())
        .map(|it| it.number)
        .collect();
    let pull = |(number, head): (u32, Hash)| Pull {
        number,
        head,
        merged: if commits.contains(&head) {
            Merged::ByHead
        } else if named.contains(&number) {
            Merged::BySubject
        } else {
            Merged::Unseen
        },
    };
    draft.pulls = heads.into_iter().map(pull).collect();
    Ok(())
}

fn read_tags(
    repository: &Repository,
    place: Place<'_>,
    draft: &mut Draft,
) -> Result<(), RepositoryError> {
    let tags = list(
        repository,
        "refs/tags/",
        &mut draft.gaps.is_cut_short,
        |name, id, tags: &mut Vec<_>| {
            tags.push((name.to_owned(), id));
        },
    )?;
    let Some(mut objects) = Objects::open(repository.path()) else {
        return Ok(());
    };
    for (name, id) in tags {
        if place.is_over() {
            draft.gaps.is_cut_short = true;
            break;
        }
        // A tag without a message is only a name for a commit: an object of another kind.
        if objects.find(id, Kind::Tag) != Lookup::Found {
            continue;
        }
        let Some(text) = object::read(&objects.data) else {
            continue;
        };
        let Some(target) = hash_of(text.target) else {
            continue;
        };
        let tagger = text.author.map(|it| (draft.actor(it.actor), it.time));
        draft.tags.push(SignedTag {
            name,
            target,
            tagger,
            signature: text.signature,
        });
    }
    Ok(())
}
