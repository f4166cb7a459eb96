//! Pull requests as changes, out of the interface of a code host: both trees, and of them the contents that differ.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
};

use bartizan_assessment::review::sides::{Blobs, Fed, Sides, Workflows, is_of_workflows};
use bartizan_formats::hosting::pulls::{HostedFile, HostedTree, PullRequest, Pulls};
use bartizan_model::{
    hosting::{Seen, Unseen},
    problem::Problem,
};
use bartizan_review::{Review, change::FileChange};
use bartizan_sources::{
    git::{Lookup, Repository},
    hosting::HostClient,
    past::{Differing, Kinds, Portion, Standing, TwoStates, pair_moves},
};
use jiff::civil::Date;

use super::feed::{Handed, Hosted};
use crate::error::Failure;

/// The largest content that is asked for, and how much in all.
const LARGEST: u64 = 8 << 20;
const MOST_BYTES: u64 = 256 << 20;

/// A pull request as a change; gives what of it could not be read, and as much of its files as what it newly does is told by.
pub(super) fn feed(
    client: &HostClient,
    (repository, number): (&str, u32),
    today: Date,
    review: &mut Review<'_>,
) -> Result<Handed, Failure> {
    let asked = Asked {
        client,
        repository,
        local: None,
        today,
    };
    let mut portion = Portion::default();
    let fed = Pulls::of(client, repository).ends(number).and_then(|ends| {
        let parted = asked.parted(&ends)?;
        let span = (number, parted.as_str(), ends.head.as_str());
        let fed = asked.feed(span, review, &mut |file| portion.take(file))?;
        Ok((fed, parted, ends.head))
    });
    let (fed, parted, head) = fed.map_err(|unseen| {
        let what = format!("cannot read pull request {number} of `{repository}`");
        unread(&what, &unseen)
    })?;
    Ok(Handed {
        hosted: Some(Hosted {
            parted,
            head,
            files: portion.into_files(),
        }),
        ..Handed::of(fed.problems)
    })
}

/// Something that the host did not tell.
pub(super) fn unread(what: &str, unseen: &Unseen) -> Failure {
    Failure::data(format!("{what}: {}", unseen.why)).hint(needs(unseen))
}

/// What would show it.
fn needs(unseen: &Unseen) -> String {
    format!("this needs {}", unseen.needs())
}

/// Where pull requests are read from.
pub(super) struct Asked<'a> {
    /// The host.
    pub(super) client: &'a HostClient,
    /// Owner and name there.
    pub(super) repository: &'a str,
    /// A clone: what it has by the hash of its content need not be asked for.
    pub(super) local: Option<&'a Repository>,
    /// The day that counts as now.
    pub(super) today: Date,
}

impl Asked<'_> {
    /// Where a pull request parted from what it is to come into.
    pub(super) fn parted(&self, ends: &PullRequest) -> Seen<String> {
        Pulls::of(self.client, self.repository).merge_base(ends)
    }

    /// Hands over what a pull request changes, from where it parted to its head, and gives each file to whoever wants it.
    pub(super) fn feed(
        &self,
        (number, parted, head): (u32, &str, &str),
        review: &mut Review<'_>,
        wants: &mut dyn FnMut(FileChange),
    ) -> Seen<Fed> {
        let pulls = Pulls::of(self.client, self.repository);
        let (before, after) = (pulls.tree(parted)?, pulls.tree(head)?);
        let hosted = HostedBlobs {
            pulls,
            local: self.local,
            sizes: sizes(&before, &after),
            read: Cell::new(0),
            refused: RefCell::new(None),
        };
        let found = differing(&before, &after);
        let sides = Sides {
            name: format!("{}#{number}", self.repository),
            found,
            blobs: &hosted,
            workflows: (workflows(&before), workflows(&after)),
        };
        let mut fed = sides.feed_and_give(self.today, review, wants);
        if let Some(unseen) = hosted.refused.take() {
            let why = format!("contents cannot be read: {}", unseen.why);
            let problem = Problem::new(&sides.name, why);
            fed.problems.push(problem.with_hint(needs(&unseen)));
        }
        Ok(fed)
    }
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
    local: Option<&'a Repository>,
    sizes: BTreeMap<String, u64>,
    read: Cell<u64>,
    /// Why the first that could not be read could not.
    refused: RefCell<Option<Unseen>>,
}

impl Blobs for HostedBlobs<'_> {
    fn content(&self, blob: &str, limit: u64) -> Lookup {
        let limit = limit.min(LARGEST);
        let at_hand = self.local.map(|it| Repository::content(it, blob, limit));
        if let Some(content @ (Lookup::Content(_) | Lookup::TooLarge)) = at_hand {
            return content;
        }
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
