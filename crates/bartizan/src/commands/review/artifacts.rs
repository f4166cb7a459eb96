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
    let (mut old_names, mut new_names) = (BTreeSet::new(), BTreeSet::new());
    let mut pairs: Vec<(Option<String>, Option<String>)> = Vec::new();
    for (name, facts) in &new.contents.files {
        let before = counterpart(name, &new, &old);
        let was = before.as_ref().and_then(|it| old.contents.files.get(it));
        if was.is_some_and(|was| is_same(was, facts)) {
            continue;
        }
        new_names.insert(name.clone());
        old_names.extend(before.clone());
        pairs.push((before, Some(name.clone())));
    }
    let is_kept = |name: &str| counterpart(name, &old, &new).is_some();
    for name in old.contents.files.keys().filter(|name| !is_kept(name)) {
        old_names.insert(name.clone());
        pairs.push((Some(name.clone()), None));
    }
    let old_bytes = bytes(&mut old, &old_names)?;
    let new_bytes = bytes(&mut new, &new_names)?;
    for (before, after) in pairs {
        let before = before.map(|it| side(&it, &old, &old_bytes));
        let after = after.map(|it| side(&it, &new, &new_bytes));
        review.look(&FileChange { before, after });
    }
    Ok(problems(&old).chain(problems(&new)).collect())
}

fn open<'a>(path: &Path) -> Result<Artifact<'a>, Failure> {
    let failed = |why: String| {
        Failure::usage(format!("cannot read `{}`: {why}", path.display()))
            .hint("name source distributions or wheels: zip or tar, packed or not")
    };
    let mut file = DiskTree.open(path).map_err(|error| failed(chain(&error)))?;
    let is_within_folder = path.extension().is_none_or(|it| it != "whl");
    let contents = contents::of_archive(&mut *file, is_within_folder, None);
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

fn side(name: &str, artifact: &Artifact<'_>, bytes: &TextOf) -> File {
    let facts = artifact.contents.files.get(name);
    let content = match (facts.and_then(|it| it.link.clone()), bytes.get(name)) {
        (Some(target), _) => Content::Link(target),
        (None, Some(Ok(bytes))) => Content::Bytes(bytes.clone()),
        (None, Some(Err(why))) => return File::unseen(name, why, facts.and_then(|it| it.size)),
        (None, None) => {
            return File::unseen(
                name,
                "it is not there a second time",
                facts.and_then(|it| it.size),
            );
        }
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
