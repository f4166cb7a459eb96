//! Two artifacts as a change.

use std::{
    collections::BTreeSet,
    io::{Seek, SeekFrom},
    path::Path,
};

use bartizan_formats::{
    contents::{self, Contents, FileFacts, Sameness, TextOf},
    tree::{ReadSeek, Tree},
};
use bartizan_model::problem::Problem;
use bartizan_review::{
    Review,
    change::{Content, File, FileChange},
};
use bartizan_sources::disk::DiskTree;

use crate::error::{Failure, chain};

/// The largest member that is compared by its bytes.
const LARGEST_MEMBER: u64 = 256 << 20;

/// How many bytes are in memory at once, and how often as many are read: what differs beyond them is told as not looked at.
const LARGEST_BATCH: u64 = 64 << 20;
const MOST_BATCHES: usize = 16;

/// An artifact that is open.
struct Artifact<'a> {
    file: Box<dyn ReadSeek + 'a>,
    contents: Contents,
    name: String,
}

pub(super) fn feed(
    old: &Path,
    new: &Path,
    review: &mut Review<'_>,
) -> Result<Vec<Problem>, Failure> {
    let (mut old, mut new) = (open(old)?, open(new)?);
    let batches = batches(pairs(&old, &new), &old, &new);
    for (number, pairs) in batches.into_iter().enumerate() {
        let names = |is_old: bool| {
            let of = pairs
                .iter()
                .filter_map(|(old, new)| if is_old { old } else { new }.clone());
            of.collect::<BTreeSet<_>>()
        };
        let is_read = number < MOST_BATCHES;
        let mut of_old = is_read.then(|| bytes(&mut old, &names(true))).transpose()?;
        let mut of_new = is_read
            .then(|| bytes(&mut new, &names(false)))
            .transpose()?;
        for (before, after) in pairs {
            let before = before.map(|it| side(&it, &old, of_old.as_mut()));
            let after = after.map(|it| side(&it, &new, of_new.as_mut()));
            review.look(&FileChange { before, after });
        }
    }
    Ok(problems(&old).chain(problems(&new)).collect())
}

/// Names of a file that differs, before and after.
type Pair = (Option<String>, Option<String>);

/// What differs.
fn pairs(old: &Artifact<'_>, new: &Artifact<'_>) -> Vec<Pair> {
    let mut pairs: Vec<Pair> = Vec::new();
    for (name, facts) in &new.contents.files {
        let before = counterpart(name, new, old);
        let was = before.as_ref().and_then(|it| old.contents.files.get(it));
        if !was.is_some_and(|was| is_same(was, facts)) {
            pairs.push((before, Some(name.clone())));
        }
    }
    let is_kept = |name: &str| counterpart(name, old, new).is_some();
    let gone = old.contents.files.keys().filter(|name| !is_kept(name));
    pairs.extend(gone.map(|name| (Some(name.clone()), None)));
    pairs
}

/// Pairs whose bytes are in memory at once. Every batch reads both archives once more.
fn batches(pairs: Vec<Pair>, old: &Artifact<'_>, new: &Artifact<'_>) -> Vec<Vec<Pair>> {
    let size = |name: &Option<String>, of: &Artifact<'_>| {
        let facts = name.as_ref().and_then(|it| of.contents.files.get(it));
        facts.and_then(|it| it.size).unwrap_or_default()
    };
    let (mut batches, mut left) = (Vec::new(), 0);
    for pair in pairs {
        let own = size(&pair.0, old).saturating_add(size(&pair.1, new));
        if own > left || batches.is_empty() {
            batches.push(Vec::new());
            left = LARGEST_BATCH;
        }
        left = left.saturating_sub(own);
        if let Some(batch) = batches.last_mut() {
            batch.push(pair);
        }
    }
    batches
}

fn open<'a>(path: &Path) -> Result<Artifact<'a>, Failure> {
    let failed = |why: String| {
        Failure::usage(format!("cannot read `{}`: {why}", path.display()))
            .hint("name source distributions or wheels: zip or tar, packed or not")
    };
    let mut file = DiskTree.open(path).map_err(|error| failed(chain(&error)))?;
    let is_within_folder = path.extension().is_none_or(|it| it != "whl");
    let contents = contents::of_archive_up_to(&mut *file, is_within_folder, LARGEST_MEMBER);
    let contents = contents.map_err(|error| failed(chain(&error)))?;
    Ok(Artifact {
        file,
        contents,
        name: path.display().to_string(),
    })
}

/// What a file of one artifact is called in the other: the folder of a wheel's metadata has the version in its name.
fn counterpart(name: &str, of: &Artifact<'_>, other: &Artifact<'_>) -> Option<String> {
    if other.contents.files.contains_key(name) {
        return Some(name.to_owned());
    }
    let (folder, rest) = name.split_once('/')?;
    let end = [".dist-info", ".data"]
        .into_iter()
        .find(|end| folder.ends_with(end))?;
    let mut candidates = other.contents.files.keys().filter(|it| {
        it.split_once('/')
            .is_some_and(|(folder, other)| folder.ends_with(end) && other == rest)
    });
    let found = candidates.next()?;
    (candidates.next().is_none() && !of.contents.files.contains_key(found)).then(|| found.clone())
}

fn is_same(one: &FileFacts, other: &FileFacts) -> bool {
    one.identity.compare(&other.identity) == Sameness::Same
        && one.link == other.link
        && one.is_executable == other.is_executable
}

fn bytes(artifact: &mut Artifact<'_>, names: &BTreeSet<String>) -> Result<TextOf, Failure> {
    let failed = |why: String| Failure::usage(format!("cannot read `{}`: {why}", artifact.name));
    artifact
        .file
        .seek(SeekFrom::Start(0))
        .map_err(|error| failed(error.to_string()))?;
    contents::texts(
        &mut *artifact.file,
        artifact.contents.folder.as_deref(),
        names,
    )
    .map_err(|error| failed(chain(&error)))
}

fn side(name: &str, artifact: &Artifact<'_>, bytes: Option<&mut TextOf>) -> File {
    let facts = artifact.contents.files.get(name);
    let size = facts.and_then(|it| it.size);
    let bytes = match bytes {
        Some(bytes) => bytes
            .remove(name)
            .unwrap_or_else(|| Err("it is not there a second time".to_owned())),
        None => Err("too much differs for all of it to be looked into".to_owned()),
    };
    let content = match (facts.and_then(|it| it.link.clone()), bytes) {
        (Some(target), _) => Content::Link(target),
        (None, Ok(bytes)) => Content::Bytes(bytes),
        (None, Err(why)) => return File::unseen(name, why, size),
    };
    File {
        path: name.to_owned(),
        content,
        is_executable: facts.and_then(|it| it.is_executable).unwrap_or(false),
    }
}

fn problems<'a>(artifact: &'a Artifact<'_>) -> impl Iterator<Item = Problem> + use<'a> {
    let problems = artifact.contents.problems.iter();
    problems.map(|(name, why)| Problem::new(format!("{} in {}", name, artifact.name), why.clone()))
}
