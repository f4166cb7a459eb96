//! The files around a change, out of the repository in which both of its commits are.

use std::collections::BTreeMap;

use bartizan_review::capability::Surroundings;
use bartizan_sources::git::{CommitId, Lookup, Repository};

/// The largest file that is looked at: sources that people write end far below.
const LARGEST: u64 = 2 << 20;

/// Both commits, whose files are listed when somebody asks.
pub(super) struct Around<'a> {
    repository: &'a Repository,
    before: Side<'a>,
    after: Side<'a>,
}

/// A commit and its files: paths, and the hashes of contents.
struct Side<'a> {
    commit: Option<&'a CommitId>,
    files: std::cell::OnceCell<BTreeMap<String, String>>,
}

impl<'a> Around<'a> {
    pub(super) fn new(
        repository: &'a Repository,
        (base, head): (Option<&'a CommitId>, &'a CommitId),
    ) -> Self {
        let side = |commit| Side {
            commit,
            files: std::cell::OnceCell::new(),
        };
        Self {
            repository,
            before: side(base),
            after: side(Some(head)),
        }
    }

    fn files<'s>(&self, side: &'s Side<'_>) -> &'s BTreeMap<String, String> {
        side.files.get_or_init(|| {
            let listed = side.commit.map(|it| self.repository.files(it).items);
            let files = listed.unwrap_or_default().into_iter();
            let files = files.filter(|it| !it.is_link);
            files.map(|it| (it.path, it.blob)).collect()
        })
    }

    fn content(&self, side: &Side<'_>, path: &str) -> Option<Vec<u8>> {
        let blob = self.files(side).get(path)?;
        match self.repository.content(blob, LARGEST) {
            Lookup::Content(bytes) => Some(bytes),
            // What nobody would read has no function that anybody wrote.
            Lookup::TooLarge => Some(Vec::new()),
            _ => None,
        }
    }
}

impl Surroundings for Around<'_> {
    fn paths_before(&self) -> Vec<String> {
        self.files(&self.before).keys().cloned().collect()
    }

    fn paths_after(&self) -> Vec<String> {
        self.files(&self.after).keys().cloned().collect()
    }

    fn before(&self, path: &str) -> Option<Vec<u8>> {
        self.content(&self.before, path)
    }

    fn after(&self, path: &str) -> Option<Vec<u8>> {
        self.content(&self.after, path)
    }
}
