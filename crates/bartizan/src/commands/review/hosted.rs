//! A pull request as a change, out of the interface of a code host: both trees, and of them the contents that differ.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
};

use bartizan_assessment::review::sides::{Blobs, Sides, Workflows, is_of_workflows};
use bartizan_formats::hosting::pulls::{HostedFile, HostedTree, PullRequest, Pulls};
use bartizan_model::{
    hosting::{Seen, Unseen},
    problem::Problem,
};
use bartizan_review::Review;
use bartizan_sources::{
    git::Lookup,
    hosting::HostClient,
    past::{Differing, Kinds, Standing, TwoStates, pair_moves},
};
use jiff::civil::Date;

use crate::error::Failure;

/// The largest content that is asked for, and how much in all.
const LARGEST: u64 = 8 << 20;
const MOST_BYTES: u64 = 256 << 20;

pub(super) fn feed(
    client: &HostClient,
    (repository, number): (&str, u32),
    today: Date,
    review: &mut Review<'_>,
) -> Result<Vec<Problem>, Failure> {
    let pulls = Pulls::of(client, repository);
    let (before, after) = states(&pulls, number).map_err(|unseen| {
        let what = format!(
            "cannot read pull request {number} of `{repository}`: {}",
            unseen.why
        );
        Failure::data(what).hint(format!("this needs {}", unseen.needs()))
    })?;
    let hosted = HostedBlobs {
        pulls,
        sizes: sizes(&before, &after),
        read: Cell::new(0),
        refused: RefCell::new(None),
    };
    let found = differing(&before, &after);
    let sides = Sides {
        name: format!("{repository}#{number}"),
        found,
        blobs: &hosted,
        workflows: (workflows(&before), workflows(&after)),
    };
    let mut problems = sides.feed(today, review).problems;
    if let Some(unseen) = hosted.refused.take() {
        let problem = Problem::new(
            &sides.name,
            format!("contents cannot be read: {}", unseen.why),
        );
        problems.push(problem.with_hint(format!("this needs {}", unseen.needs())));
    }
    Ok(problems)
}

/// Where it parted, and its tip.
fn states(pulls: &Pulls<'_>, number: u32) -> Seen<(HostedTree, HostedTree)> {
    let PullRequest { base, head } = pulls.ends(number)?;
    let parted = pulls.merge_base(&PullRequest {
        base,
        head: head.clone(),
    })?;
    Ok((pulls.tree(&parted)?, pulls.tree(&head)?))
}

fn differing(before: &HostedTree, after: &HostedTree) -> TwoStates {
    let mut files: BTreeMap<&str, (Option<Standing>, Option<Standing>)> = BTreeMap::new();
    for file in &before.files {
        files.entry(&file.path).or_default().0 = standing(file);
    }
    for file in &after.files {
        files.entry(&file.path).or_default().1 = standing(file);
    }
    let differing = files
        .into_iter()
        .filter(|(_, (before, after))| before != after);
    let mut files: Vec<Differing> = differing
        .map(|(path, (before, after))| Differing {
            path: path.to_owned(),
            moved_from: None,
            before,
            after,
        })
        .collect();
    pair_moves(&mut files);
    TwoStates {
        files,
        is_cut: before.is_cut || after.is_cut,
        unread: 0,
    }
}

fn standing(file: &HostedFile) -> Option<Standing> {
    Some(Standing {
        blob: file.sha.clone(),
        kind: match file.mode.as_str() {
            "100755" => Kinds::Program,
            "120000" => Kinds::Link,
            "160000" => Kinds::Submodule,
            "100644" | "100664" => Kinds::File,
            _ => return None,
        },
    })
}

fn workflows(tree: &HostedTree) -> Workflows {
    let files = tree.files.iter();
    let files = files.filter(|it| it.mode.starts_with("100") && is_of_workflows(&it.path));
    files.map(|it| (it.path.clone(), it.sha.clone())).collect()
}

fn sizes(before: &HostedTree, after: &HostedTree) -> BTreeMap<String, u64> {
    let files = before.files.iter().chain(&after.files);
    files
        .filter_map(|it| Some((it.sha.clone(), it.size?)))
        .collect()
}

/// Contents of a code host.
struct HostedBlobs<'a> {
    pulls: Pulls<'a>,
    sizes: BTreeMap<String, u64>,
    read: Cell<u64>,
    /// Why the first that could not be read could not.
    refused: RefCell<Option<Unseen>>,
}

impl Blobs for HostedBlobs<'_> {
    fn content(&self, blob: &str, limit: u64) -> Lookup {
        let limit = limit.min(LARGEST);
        let size = self.sizes.get(blob).copied().unwrap_or_default();
        if size > limit || self.read.get().saturating_add(size) > MOST_BYTES {
            return Lookup::TooLarge;
        }
        match self.pulls.blob(blob, limit) {
            Ok(bytes) if bytes.len() as u64 > limit => Lookup::TooLarge,
            Ok(bytes) => {
                self.read.set(self.read.get() + bytes.len() as u64);
                Lookup::Content(bytes)
            }
            Err(unseen) => {
                self.refused.borrow_mut().get_or_insert(unseen);
                Lookup::Missing
            }
        }
    }
}
