//! A history, read by persons.

use std::collections::BTreeSet;

use super::{Merge, PersonNumber, Release, Way, Work, arrival};
use crate::{
    history::{Commit, Credit, History},
    identity::{self, Persons},
};

/// Reads a history by persons.
pub(super) struct Reader<'a> {
    pub(super) history: &'a History,
    pub(super) persons: &'a [PersonNumber],
    pub(super) all: &'a Persons,
}

impl Reader<'_> {
    pub(super) fn works(&self) -> (Vec<Work>, Vec<Merge>) {
        let arrivals = arrival::arrivals(self.history);
        let (mut works, mut merges) = (Vec::new(), Vec::new());
        for (number, (commit, arrival)) in (0..).zip(self.history.commits.iter().zip(arrivals)) {
            if commit.is_merge() {
                merges.push(self.merge(number, commit));
            } else {
                works.push(self.work(number, commit, arrival));
            }
        }
        self.put_authors(&works, &mut merges);
        (works, merges)
    }

    fn work(&self, number: u32, commit: &Commit, arrival: Option<u32>) -> Work {
        let author = self.person(commit.author.0);
        let merge = arrival.and_then(|it| Some((it, self.history.commits.get(it as usize)?)));
        let (way, integrator, integrated) = match merge {
            Some((place, merge)) => (Way::Merged(place), self.hand(merge), merge.committer.1),
            None if self.is_host(commit.committer.0) => (Way::Host, None, commit.committer.1),
            None => (Way::Committed, self.hand(commit), commit.committer.1),
        };
        let written = commit.author.1.or(commit.committer.1);
        let mut credits: Vec<(Credit, PersonNumber)> = commit
            .credits
            .iter()
            .map(|(credit, actor)| (*credit, self.person(*actor)))
            .filter(|(_, person)| *person != author)
            .collect();
        credits.sort_unstable();
        credits.dedup();
        let pull = merge.and_then(|(_, merge)| merge.pull.as_ref());
        Work {
            commit: number,
            author,
            written: written.map(|it| integrated.map_or(it, |integrated| it.min(integrated))),
            integrator,
            integrated,
            way,
            pull: pull.or(commit.pull.as_ref()).map(|it| it.number),
            credits,
            signature: commit.signature,
        }
    }

    fn merge(&self, number: u32, commit: &Commit) -> Merge {
        Merge {
            commit: number,
            by: self.hand(commit),
            time: commit.committer.1,
            pull: commit.pull.as_ref().map(|it| it.number),
            authors: Vec::new(),
        }
    }

    fn put_authors(&self, works: &[Work], merges: &mut [Merge]) {
        let mut authors: Vec<BTreeSet<PersonNumber>> = Vec::new();
        authors.resize_with(self.history.commits.len(), BTreeSet::new);
        for work in works {
            if let Way::Merged(place) = work.way
                && let Some(authors) = authors.get_mut(place as usize)
            {
                authors.insert(work.author);
            }
        }
        for merge in merges {
            if let Some(authors) = authors.get_mut(merge.commit as usize) {
                merge.authors = std::mem::take(authors).into_iter().collect();
            }
        }
    }

    /// Whose hand a commit went through last. In a browser it is the author of a merge who pressed the button.
    fn hand(&self, commit: &Commit) -> Option<PersonNumber> {
        let is_hosted = self.is_host(commit.committer.0);
        let actor = match (is_hosted, commit.is_merge()) {
            (true, false) => return None,
            (true, true) => commit.author.0,
            (false, _) => commit.committer.0,
        };
        let person = self.person(actor);
        let is_program = self.all.persons.get(person as usize);
        let is_program = is_program.is_none_or(|it| it.is_program);
        (!is_program && !self.is_host(actor)).then_some(person)
    }

    pub(super) fn releases(&self) -> Vec<Release> {
        let tags = (0..).zip(&self.history.tags);
        let releases = tags.filter_map(|(number, tag)| {
            let (by, time) = tag.tagger?;
            Some(Release {
                tag: number,
                by: self.person(by),
                time,
                signature: tag.signature,
            })
        });
        releases.collect()
    }

    fn person(&self, actor: u32) -> PersonNumber {
        self.persons
            .get(actor as usize)
            .copied()
            .unwrap_or(u32::MAX)
    }

    fn is_host(&self, actor: u32) -> bool {
        let actor = self.history.actors.get(actor as usize);
        actor.is_some_and(|it| identity::is_host(it.address.text()))
    }
}
