//! Two commits of a repository as a change: what differs between them goes into a review, file by file.

use std::path::Path;

use bartizan_formats::tree::MemoryTree;
use bartizan_model::problem::Problem;
use bartizan_posture::facts::{self, Facts};
use bartizan_review::{
    Review,
    change::{Content, File, FileChange},
    queue,
};
use bartizan_sources::{
    git::{CommitId, Lookup, Repository, RepositoryError},
    past::{Differing, Kinds, Standing, two_states},
};
use jiff::civil::Date;

use super::workflows;

/// The largest content that is read; of what is larger only the size is told.
const LARGEST: u64 = 64 << 20;

/// The longest target of a link.
const LONGEST_LINK: u64 = 4_096;

/// The largest file of workflows that is read of a commit.
const LARGEST_WORKFLOW: u64 = 1 << 20;

/// What is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// The repository.
    pub repository: &'a Path,
    /// Two commits, `BASE..HEAD` or `BASE...HEAD`, or one.
    pub range: &'a str,
    /// Whether all that the commit holds counts as new.
    pub is_all: bool,
    /// The day that counts as now.
    pub today: Date,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fed {
    /// What could not be read.
    pub problems: Vec<Problem>,
    /// How many lines of texts the change takes away and puts in.
    pub changed_lines: usize,
}

/// Hands what is asked for over to a review.
pub fn feed(asked: &Asked<'_>, review: &mut Review<'_>) -> Result<Fed, RepositoryError> {
    let repository = Repository::open(asked.repository)?;
    let (base, head) = ends(&repository, asked.range, asked.is_all)?;
    between(&repository, (base.as_ref(), &head), asked.today, review)
}

/// Hands over what differs between two commits of a repository, or all that is in the second.
pub fn between(
    repository: &Repository,
    (base, head): (Option<&CommitId>, &CommitId),
    today: Date,
    review: &mut Review<'_>,
) -> Result<Fed, RepositoryError> {
    let path = repository.path();
    let found = two_states(path, base, head)?;
    let mut fed = Fed::default();
    let gone: Vec<&str> = found
        .files
        .iter()
        .filter_map(|it| it.moved_from.as_deref())
        .collect();
    for file in &found.files {
        // Where it went to tells of it.
        if file.after.is_none() && gone.contains(&file.path.as_str()) {
            continue;
        }
        let change = read_both(repository, file);
        fed.changed_lines = fed.changed_lines.saturating_add(queue::changed_lines(&change));
        review.look(&change);
    }
    let problems = &mut fed.problems;
    if found.files.iter().any(|it| is_of_workflows(&it.path))
        && let Err(missing) = of_workflows(repository, (base, head), today, review)
    {
        let problem = Problem::new(
            missing,
            "is not in this clone, so that workflows are not compared",
        );
        problems.push(problem.with_hint("fetch what a shallow or partial clone leaves out"));
    }
    if found.unread > 0 {
        let what = format!(
            "{} folders of the change are not in this clone, or broken",
            found.unread
        );
        problems.push(
            Problem::new(path.display().to_string(), what)
                .with_hint("fetch what a shallow or partial clone leaves out"),
        );
    }
    if found.is_cut {
        problems.push(Problem::new(
            path.display().to_string(),
            "more files differ than are looked at",
        ));
    }
    Ok(fed)
}

/// The workflows and actions of a commit; the path of one that is not in the clone, where one is not.
pub fn workflows_at(
    repository: &Repository,
    commit: &CommitId,
    today: Date,
) -> Result<Facts, String> {
    let mut files = Vec::new();
    for entry in repository.files(commit).items {
        if entry.is_link || !is_of_workflows(&entry.path) {
            continue;
        }
        match repository.content(&entry.blob, LARGEST_WORKFLOW) {
            Lookup::Content(bytes) => files.push((entry.path, bytes)),
            Lookup::None | Lookup::TooLarge => {}
            Lookup::Missing | Lookup::Broken => return Err(entry.path),
        }
    }
    Ok(facts::read(&MemoryTree::new(files), today))
}

/// Whether workflows and actions are made of a file.
pub fn is_of_workflows(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    path.starts_with(".github/") || matches!(name, "action.yml" | "action.yaml")
}

/// Has the workflows of both commits compared; gives the path of a file that is not in the clone, where one is not.
fn of_workflows(
    repository: &Repository,
    (base, head): (Option<&CommitId>, &CommitId),
    today: Date,
    review: &mut Review<'_>,
) -> Result<(), String> {
    let before = match base {
        Some(base) => workflows_at(repository, base, today)?,
        None => facts::read(&MemoryTree::default(), today),
    };
    let after = workflows_at(repository, head, today)?;
    workflows::tell(&before, &after, review);
    Ok(())
}

/// What was there before, if anything was, and what is there now.
fn ends(
    repository: &Repository,
    range: &str,
    is_all: bool,
) -> Result<(Option<CommitId>, CommitId), RepositoryError> {
    let commit = |text: &str| repository.commit_of(if text.is_empty() { "HEAD" } else { text });
    if let Some((base, head)) = range.split_once("...") {
        let (base, head) = (commit(base)?, commit(head)?);
        let parted = repository.merge_base(&base, &head);
        return Ok((Some(parted.unwrap_or(base)).filter(|_| !is_all), head));
    }
    if let Some((base, head)) = range.split_once("..") {
        return Ok((Some(commit(base)?).filter(|_| !is_all), commit(head)?));
    }
    let head = commit(range)?;
    let parents = repository
        .commit(&head)
        .map(|it| it.parents)
        .unwrap_or_default();
    Ok((parents.into_iter().next().filter(|_| !is_all), head))
}

fn read_both(repository: &Repository, file: &Differing) -> FileChange {
    let side = |path: &str, standing: &Standing| read(repository, path, standing);
    let old = file.moved_from.as_deref().unwrap_or(&file.path);
    let after = file.after.as_ref().map(|it| side(&file.path, it));
    let before = match &file.moved_from {
        // It is the same content by its hash.
        Some(_) => after.clone().map(|it| File {
            path: old.to_owned(),
            ..it
        }),
        None => file.before.as_ref().map(|it| side(old, it)),
    };
    FileChange { before, after }
}

fn read(repository: &Repository, path: &str, standing: &Standing) -> File {
    let limit = if standing.kind == Kinds::Link {
        LONGEST_LINK
    } else {
        LARGEST
    };
    let content = match standing.kind {
        Kinds::Submodule => Content::Submodule(standing.blob.clone()),
        kind => match repository.content(&standing.blob, limit) {
            Lookup::Content(bytes) if kind == Kinds::Link => {
                Content::Link(String::from_utf8_lossy(&bytes).into_owned())
            }
            Lookup::Content(bytes) => Content::Bytes(bytes),
            Lookup::TooLarge => return File::unseen(path, "it is too large to be read", Some(LARGEST)),
            Lookup::Missing | Lookup::None => {
                return File::unseen(path, "its content is not in this clone", None);
            }
            Lookup::Broken => return File::unseen(path, "its content cannot be read", None),
        },
    };
    File {
        path: path.to_owned(),
        content,
        is_executable: standing.kind == Kinds::Program,
    }
}
