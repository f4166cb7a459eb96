//! Both sides of a change whose contents have hashes: out of a repository, out of what is staged, out of a code host.

use bartizan_formats::tree::MemoryTree;
use bartizan_model::problem::Problem;
use bartizan_posture::facts::{self, Facts};
use bartizan_review::{
    Review,
    change::{Content, File, FileChange},
    queue,
};
use bartizan_sources::{
    git::{CommitId, Lookup, Repository},
    past::{Differing, Kinds, Standing, TwoStates},
};
use jiff::civil::Date;

use super::workflows;

/// The largest content that is read; of what is larger only the size is told.
const LARGEST: u64 = 64 << 20;

/// The longest target of a link.
const LONGEST_LINK: u64 = 4_096;

/// The largest workflow.
const LARGEST_WORKFLOW: u64 = 1 << 20;

/// Where contents are, by their hashes.
pub trait Blobs {
    /// One of them, up to a size.
    fn content(&self, blob: &str, limit: u64) -> Lookup;
}

impl Blobs for Repository {
    fn content(&self, blob: &str, limit: u64) -> Lookup {
        Self::content(self, blob, limit)
    }
}

/// Workflows of one side: paths, and the hashes of contents.
pub type Workflows = Vec<(String, String)>;

/// What became of a change that was handed over.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fed {
    /// What could not be read.
    pub problems: Vec<Problem>,
    /// How many lines of texts the change takes away and puts in.
    pub changed_lines: usize,
}

/// A change.
pub struct Sides<'a> {
    /// What it is called when something of it is told.
    pub name: String,
    /// What differs.
    pub found: TwoStates,
    /// Where contents are.
    pub blobs: &'a dyn Blobs,
    /// All workflows before and after: one file says what another may do.
    pub workflows: (Workflows, Workflows),
}

impl Sides<'_> {
    /// Hands it over.
    pub fn feed(&self, today: Date, review: &mut Review<'_>) -> Fed {
        self.feed_and_give(today, review, &mut |_| ())
    }

    /// Hands it over, and gives each file to somebody else who wants it then.
    pub fn feed_and_give(
        &self,
        today: Date,
        review: &mut Review<'_>,
        wants: &mut dyn FnMut(FileChange),
    ) -> Fed {
        let mut fed = Fed::default();
        let files = &self.found.files;
        let mut gone: Vec<&str> = files
            .iter()
            .filter_map(|it| it.moved_from.as_deref())
            .collect();
        gone.sort_unstable();
        for file in files {
            // Where it went to tells of it.
            if file.after.is_none() && gone.binary_search(&file.path.as_str()).is_ok() {
                continue;
            }
            let change = self.change(file);
            let lines = queue::changed_lines(&change);
            fed.changed_lines = fed.changed_lines.saturating_add(lines);
            review.look(&change);
            wants(change);
        }
        fed.problems = self.gaps();
        if files.iter().any(|it| is_of_workflows(&it.path)) {
            fed.problems.extend(self.tell_workflows(today, review));
        }
        fed
    }

    fn tell_workflows(&self, today: Date, review: &mut Review<'_>) -> Option<Problem> {
        let (before, after) = &self.workflows;
        let of = |workflows| facts_of(self.blobs, workflows, today);
        let facts = of(before).and_then(|before| Ok((before, of(after)?)));
        match facts {
            Ok((before, after)) => {
                workflows::tell(&before, &after, review);
                None
            }
            Err(missing) => {
                let what = "is not at hand, so that workflows are not compared";
                let problem = Problem::new(missing, what);
                Some(problem.with_hint("fetch what a shallow or partial clone leaves out"))
            }
        }
    }

    fn gaps(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        if self.found.unread > 0 {
            let unread = self.found.unread;
            let what = format!("{unread} folders of the change are not at hand, or broken");
            problems.push(
                Problem::new(&self.name, what)
                    .with_hint("fetch what a shallow or partial clone leaves out"),
            );
        }
        if self.found.is_cut {
            let what = "more files differ than are looked at";
            problems.push(Problem::new(&self.name, what));
        }
        problems
    }

    fn change(&self, file: &Differing) -> FileChange {
        let old = file.moved_from.as_deref().unwrap_or(&file.path);
        let after = file.after.as_ref().map(|it| self.side(&file.path, it));
        let before = match &file.moved_from {
            // It is the same content by its hash.
            Some(_) => after.clone().map(|it| File {
                path: old.to_owned(),
                ..it
            }),
            None => file.before.as_ref().map(|it| self.side(old, it)),
        };
        FileChange { before, after }
    }

    fn side(&self, path: &str, standing: &Standing) -> File {
        let limit = if standing.kind == Kinds::Link {
            LONGEST_LINK
        } else {
            LARGEST
        };
        let content = match standing.kind {
            Kinds::Submodule => Content::Submodule(standing.blob.clone()),
            kind => match self.blobs.content(&standing.blob, limit) {
                Lookup::Content(bytes) if kind == Kinds::Link => {
                    Content::Link(String::from_utf8_lossy(&bytes).into_owned())
                }
                Lookup::Content(bytes) => Content::Bytes(bytes),
                Lookup::TooLarge => {
                    return File::unseen(path, "it is too large to be read", Some(limit));
                }
                Lookup::Missing | Lookup::None => {
                    return File::unseen(path, "its content is not at hand", None);
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
}

/// What the workflows of a side say; the path of one that is not at hand, where one is not.
fn facts_of(blobs: &dyn Blobs, workflows: &Workflows, today: Date) -> Result<Facts, String> {
    let mut files = Vec::new();
    for (path, blob) in workflows {
        match blobs.content(blob, LARGEST_WORKFLOW) {
            Lookup::Content(bytes) => files.push((path.clone(), bytes)),
            Lookup::None | Lookup::TooLarge => {}
            Lookup::Missing | Lookup::Broken => return Err(path.clone()),
        }
    }
    Ok(facts::read(&MemoryTree::new(files), today))
}

/// The workflows of a commit.
pub fn workflows_of(repository: &Repository, commit: Option<&CommitId>) -> Workflows {
    let files = commit.map(|it| repository.files(it).items);
    let files = files.unwrap_or_default().into_iter();
    let files = files.filter(|it| !it.is_link && is_of_workflows(&it.path));
    files.map(|it| (it.path, it.blob)).collect()
}

/// The workflows and actions of a commit; the path of one that is not in the clone, where one is not.
pub fn workflows_at(
    repository: &Repository,
    commit: &CommitId,
    today: Date,
) -> Result<Facts, String> {
    facts_of(repository, &workflows_of(repository, Some(commit)), today)
}

/// Whether workflows and actions are made of a file.
pub fn is_of_workflows(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    path.starts_with(".github/") || matches!(name, "action.yml" | "action.yaml")
}
