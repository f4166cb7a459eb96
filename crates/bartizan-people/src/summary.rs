//! A history in numbers.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use bartizan_model::Timestamp;

use crate::{
    history::{Commit, Credit, Hash, History, Lines, Merged, Signature},
    identity::{Persons, Reason},
    mailmap::Mailmap,
    object::Actor,
};

/// A history in numbers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Summary {
    /// Commits.
    pub commits: usize,
    /// Commits that bring together two histories.
    pub merges: usize,
    /// When the first and the last commit were put into the history, where a time stands in any.
    pub span: Option<(Timestamp, Timestamp)>,
    /// Persons who wrote a commit.
    pub authors: usize,
    /// Names with addresses that wrote one, in the words of `.mailmap`.
    pub author_names: usize,
    /// Persons who put a commit of somebody else into the history.
    pub integrators: usize,
    /// Everybody who is named anywhere.
    pub persons: usize,
    /// How often two were taken for one, by reason.
    pub merged: BTreeMap<Reason, usize>,
    /// Changes of files, merges left out.
    pub file_changes: usize,
    /// Of these, files that moved.
    pub renames: usize,
    /// Of these, files that were changed on the way.
    pub changed_renames: usize,
    /// Lines that came.
    pub lines_added: u64,
    /// Lines that went.
    pub lines_removed: u64,
    /// Changes of what is no text.
    pub binary: usize,
    /// Changes whose lines are not known.
    pub unknown: usize,
    /// Changes whose lines nobody counted.
    pub not_counted: usize,
    /// Commits that credit somebody, by how.
    pub credits: BTreeMap<Credit, usize>,
    /// Commits that claim to be signed by the code host.
    pub signed_by_host: usize,
    /// Commits that claim to be signed by a key of somebody's own.
    pub signed_by_own: usize,
    /// Tags with a message.
    pub tags: usize,
    /// Of these, those that claim to be signed.
    pub signed_tags: usize,
    /// Commits that name a pull request.
    pub naming_pulls: usize,
    /// Heads of pull requests that the repository keeps, by whether they are in.
    pub pulls: BTreeMap<Merged, usize>,
}

impl Summary {
    /// Counts.
    pub fn of(history: &History, persons: &Persons, mailmap: &Mailmap) -> Self {
        let mut summary = Self {
            commits: history.commits.len(),
            persons: persons.persons.len(),
            tags: history.tags.len(),
            ..Self::default()
        };
        summary.count_people(history, persons, mailmap);
        summary.count_commits(history);
        summary.count_lines(history);
        for merge in &persons.merges {
            *summary.merged.entry(merge.reason).or_default() += 1;
        }
        for pull in &history.pulls {
            *summary.pulls.entry(pull.merged).or_default() += 1;
        }
        let signed = history
            .tags
            .iter()
            .filter(|it| it.signature != Signature::None);
        summary.signed_tags = signed.count();
        summary
    }

    fn count_people(&mut self, history: &History, persons: &Persons, mailmap: &Mailmap) {
        let person = |actor: u32| persons.of_actor.get(actor as usize).copied();
        let (mut authors, mut integrators) = (BTreeSet::new(), BTreeSet::new());
        let mut wrote: BTreeSet<u32> = BTreeSet::new();
        for commit in &history.commits {
            let (author, committer) = (person(commit.author.0), person(commit.committer.0));
            authors.extend(author);
            wrote.insert(commit.author.0);
            // A commit of a browser is put in by the code host: by whom, it does not say.
            if author != committer && commit.signature != Signature::Host {
                integrators.extend(committer);
            }
        }
        let actors = wrote
            .iter()
            .filter_map(|it| history.actors.get(*it as usize));
        let names: BTreeSet<Actor> = actors.map(|it| mailmap.resolve(it)).collect();
        self.authors = authors.len();
        self.author_names = names.len();
        self.integrators = integrators.len();
    }

    fn count_commits(&mut self, history: &History) {
        for commit in &history.commits {
            self.count_renames(commit);
            self.merges += usize::from(commit.is_merge());
            self.naming_pulls += usize::from(commit.pull.is_some());
            match commit.signature {
                Signature::None => {}
                Signature::Host => self.signed_by_host += 1,
                Signature::Own(_) => self.signed_by_own += 1,
            }
            let credits: BTreeSet<Credit> = commit.credits.iter().map(|(it, _)| *it).collect();
            for credit in credits {
                *self.credits.entry(credit).or_default() += 1;
            }
        }
        let times = || history.commits.iter().filter_map(|it| it.committer.1);
        self.span = times().min().zip(times().max());
    }

    fn count_renames(&mut self, commit: &Commit) {
        let moved = || commit.changes.iter().filter(|it| it.renamed_from.is_some());
        if moved().next().is_none() {
            return;
        }
        let gone = commit.changes.iter().filter(|it| it.new.is_none());
        let gone: HashMap<u32, Option<Hash>> =
            gone.map(|it| (it.path, it.old.map(|it| it.id))).collect();
        for change in moved() {
            let from = change.renamed_from.and_then(|it| gone.get(&it)).copied();
            self.renames += 1;
            self.changed_renames += usize::from(from.flatten() != change.new.map(|it| it.id));
        }
    }

    fn count_lines(&mut self, history: &History) {
        for change in history.commits.iter().flat_map(|it| &it.changes) {
            self.file_changes += 1;
            match change.lines {
                Lines::NotCounted => self.not_counted += 1,
                Lines::Binary => self.binary += 1,
                Lines::Unknown => self.unknown += 1,
                Lines::Counted { added, removed } => {
                    self.lines_added += u64::from(added);
                    self.lines_removed += u64::from(removed);
                }
            }
        }
    }
}
