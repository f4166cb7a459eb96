//! Changes that somebody proposes: pull requests whose heads the repository keeps, taken in or not, and ranges of commits.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use bartizan_model::Timestamp;

use crate::{
    corpus::{Corpus, PersonNumber, Project, Work},
    history::{Change, Commit, Hash, Merged},
};

/// The most files that are listed of one person's part.
const MOST_FILES: usize = 100_000;

/// A change that somebody proposes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// The pull request, where it is one.
    pub pull: Option<u32>,
    /// When its first and its last commit were made, as they say.
    pub first: Timestamp,
    /// When the last one was.
    pub last: Timestamp,
    /// When the first of it came in, where all of it did.
    pub taken_in: Option<Timestamp>,
    /// Who brought it in, where the history says so.
    pub by: Option<PersonNumber>,
    /// What each author has in it, the most files first.
    pub parts: Vec<Part>,
    /// Whether there is more of it than was read.
    pub is_cut: bool,
}

/// What one author has in a proposal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Who.
    pub author: PersonNumber,
    /// The files that they change, sorted.
    pub files: Vec<String>,
}

/// The pull requests of a project, in the order of their last commits. Those of programs, and those of which nothing was
/// read, are left out.
pub fn proposals(corpus: &Corpus, project: &Project) -> Vec<Proposal> {
    let mut taken: HashMap<u32, Vec<&Work>> = HashMap::new();
    for work in &project.works {
        if let Some(pull) = work.pull {
            taken.entry(pull).or_default().push(work);
        }
    }
    let proposed = project.history.proposed.iter();
    let proposed: HashMap<u32, _> = proposed.filter_map(|it| Some((it.pull?, it))).collect();
    let mut proposals: Vec<Proposal> = project
        .history
        .pulls
        .iter()
        .filter_map(|pull| {
            let works = taken.get(&pull.number).map_or(&[][..], Vec::as_slice);
            let commits = proposed.get(&pull.number);
            let own = commits.map_or(&[][..], |it| it.commits.as_slice());
            let mut draft = Draft::new(corpus, project);
            // A squashed pull request has its own commits and the one that they became: the own ones say who wrote what.
            if own.iter().any(|it| !it.is_merge()) {
                for commit in own {
                    draft.commit(commit);
                }
            } else {
                for work in works {
                    draft.work(work);
                }
            }
            let merged = (pull.merged != Merged::Unseen).then_some(works);
            let mut proposal = draft.finish(Some(pull.number))?;
            proposal.is_cut = commits.is_some_and(|it| it.is_cut);
            let first = merged.and_then(|it| it.first());
            proposal.taken_in = first.and_then(|it| it.integrated);
            proposal.by = first.and_then(|it| it.integrator);
            Some(proposal)
        })
        .collect();
    proposals.sort_by_key(|it| (it.last, it.pull));
    proposals
}

/// What stands behind a commit and not behind another one. Where all of it is in the history, it also says by whose hand.
pub fn change_of(corpus: &Corpus, project: &Project, base: Hash, head: Hash) -> Option<Proposal> {
    let history = &project.history;
    let proposed = history.proposed.iter().flat_map(|it| &it.commits);
    let commits: HashMap<Hash, &Commit> = history
        .commits
        .iter()
        .chain(proposed)
        .map(|it| (it.id, it))
        .collect();
    let behind = |from: Hash| {
        let (mut left, mut seen) = (vec![from], HashSet::new());
        while let Some(id) = left.pop() {
            if let Some(commit) = commits.get(&id)
                && seen.insert(id)
            {
                left.extend(&commit.parents);
            }
        }
        seen
    };
    let before = behind(base);
    let own: BTreeSet<Hash> = behind(head).difference(&before).copied().collect();
    let mut draft = Draft::new(corpus, project);
    for commit in own.iter().filter_map(|it| commits.get(it)) {
        draft.commit(commit);
    }
    let mut proposal = draft.finish(None)?;
    proposal.is_cut = history.proposed.iter().any(|it| it.is_cut);
    let is_own = |it: &&Work| project.commit(it).is_some_and(|it| own.contains(&it.id));
    let works: Vec<&Work> = project.works.iter().filter(is_own).collect();
    let changing = own.iter().filter_map(|it| commits.get(it));
    if works.len() == changing.filter(|it| !it.is_merge()).count() {
        proposal.taken_in = works.iter().filter_map(|it| it.integrated).min();
        let hands: BTreeSet<Option<PersonNumber>> = works.iter().map(|it| it.integrator).collect();
        proposal.by = match hands.into_iter().collect::<Vec<_>>().as_slice() {
            [one] => *one,
            _ => None,
        };
    }
    Some(proposal)
}

/// A proposal while its commits are gone through.
struct Draft<'a> {
    corpus: &'a Corpus,
    project: &'a Project,
    files: BTreeMap<PersonNumber, BTreeSet<u32>>,
    times: Vec<Timestamp>,
}

impl<'a> Draft<'a> {
    fn new(corpus: &'a Corpus, project: &'a Project) -> Self {
        Self {
            corpus,
            project,
            files: BTreeMap::new(),
            times: Vec::new(),
        }
    }

    fn commit(&mut self, commit: &Commit) {
        if !commit.is_merge()
            && let Some(author) = self.project.persons.get(commit.author.0 as usize)
        {
            self.put(
                *author,
                commit.committer.1.or(commit.author.1),
                &commit.changes,
            );
        }
    }

    fn work(&mut self, work: &Work) {
        self.put(work.author, work.written, self.project.changes(work));
    }

    fn put(&mut self, author: PersonNumber, time: Option<Timestamp>, changes: &[Change]) {
        if self.corpus.is_program(author) {
            return;
        }
        self.times.extend(time);
        let files = self.files.entry(author).or_default();
        let room = MOST_FILES.saturating_sub(files.len());
        files.extend(changes.iter().map(|it| it.path).take(room));
    }

    fn finish(self, pull: Option<u32>) -> Option<Proposal> {
        let parts = self.files.into_iter().map(|(author, files)| {
            let paths = files.iter().map(|it| self.project.path(*it).to_owned());
            let mut files: Vec<String> = paths.collect();
            files.sort();
            Part { author, files }
        });
        let mut parts: Vec<Part> = parts.collect();
        // By what each changed, never by who they are.
        parts.sort_by(|one, other| {
            let more = other.files.len().cmp(&one.files.len());
            more.then_with(|| one.files.cmp(&other.files))
        });
        if parts.is_empty() {
            return None;
        }
        Some(Proposal {
            pull,
            first: self.times.iter().min().copied()?,
            last: self.times.iter().max().copied()?,
            taken_in: None,
            by: None,
            parts,
            is_cut: false,
        })
    }
}
