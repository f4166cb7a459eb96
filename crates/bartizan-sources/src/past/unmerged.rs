//! Pull requests that did not come in, each as one change: from where it parted from what the project has, to its head.
//!
//! Git does not say what was merged. A head is taken for one that came in if it lies in the history or in that of a tag (what
//! went into an older line of releases), if a subject there names its number (squashed), or if a commit there has its author,
//! their time and its subject (rebased, or picked). Every commit is read once, however many heads stand on it.

use std::{
    collections::{HashMap, HashSet},
    hash::{DefaultHasher, Hash as _, Hasher as _},
    path::Path,
};

use bartizan_model::Timestamp;
use bartizan_people::{history::Hash, object, subject};
use bartizan_review::novelty::Proposal;
use gix::objs::Kind;

use super::{
    mainline::{Step, step},
    objects::{Lookup, Objects},
    references::{heads, list},
    walk::hash_of,
};
use crate::git::{Repository, RepositoryError};

/// How many commits of the history and of tags are read.
const MOST_COMMITS: usize = 3_000_000;

/// How many commits of one proposal are read: more are a branch of years, and nobody reviews them as one change.
const MOST_OWN: usize = 1_000;

/// How many commits of all proposals are read.
const MOST_IN_ALL: usize = 500_000;

/// How many tags may stand on each other.
const MOST_TAGS: usize = 8;

/// A pull request that did not come in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmerged {
    /// What is remembered of it.
    pub proposal: Proposal,
    /// What it changes.
    pub step: Step,
}

/// What became of the heads of pull requests that a repository keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Heads {
    /// How many there are.
    pub found: usize,
    /// Those that lie in the history.
    pub by_head: usize,
    /// Those whose number a subject of the history names.
    pub by_subject: usize,
    /// Those that lie in the history of a tag, or whose number a subject there names.
    pub by_tag: usize,
    /// Those whose author, time and subject a commit has.
    pub by_author: usize,
    /// Those that are the head of another pull request too.
    pub twice: usize,
    /// Those of which something is not in the clone or broken, that have nothing in common with the history, or are too long.
    pub unread: usize,
}

/// The pull requests that did not come in, by number. `steps` is the whole first-parent line.
pub fn unmerged(path: &Path, steps: &[Step]) -> Result<(Vec<Unmerged>, Heads), RepositoryError> {
    let repository = Repository::open(path)?;
    let mut pulls = heads(&repository, &mut false)?;
    let mut told = Heads {
        found: pulls.len(),
        ..Heads::default()
    };
    let objects = Objects::open(path).filter(|_| !pulls.is_empty());
    let Some(objects) = objects else {
        return Ok((Vec::new(), told));
    };
    pulls.sort_unstable();
    let tags = list(
        &repository,
        "refs/tags/",
        &mut false,
        |_, id, tags: &mut Vec<_>| tags.push(id),
    )?;
    let mut known = Known::new(objects);
    known.main_line(steps);
    known.tags(tags);
    // What came in under another number came in.
    let named = pulls.iter().filter_map(|(number, head)| {
        let by = known.numbers.get(number)?;
        Some((*head, *by))
    });
    let named: HashMap<Hash, Line> = named.collect();
    let mut seen = HashSet::new();
    let mut unmerged = Vec::new();
    for (number, head) in pulls {
        match known.became(head, named.get(&head)) {
            Became::In(count) => *count(&mut told) += 1,
            Became::Proposed if !seen.insert(head) => told.twice += 1,
            Became::Proposed => match known.proposed(number, head) {
                Some(it) => unmerged.push(it),
                None => told.unread += 1,
            },
        }
    }
    Ok((unmerged, told))
}

/// What became of a head: what counts it, where it came in.
enum Became {
    In(fn(&mut Heads) -> &mut usize),
    Proposed,
}

/// Where a commit lies, the nearest to a proposal last: what parts from a line of releases goes to it, and a change of the main
/// line stands on all that came in up to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Line {
    /// In the history: with which change of the main line, and whether it is that change.
    Main { came: u32, is_change: bool },
    /// In the history of a tag only.
    Release,
}

/// What a proposal is held against.
struct Known {
    objects: Objects,
    /// Every commit of the history and of tags, with its time.
    commits: HashMap<Hash, (Line, i64)>,
    /// Numbers that subjects name.
    numbers: HashMap<u32, Line>,
    /// Who wrote what, and when.
    written: HashSet<u64>,
    /// Commits of proposals that were read.
    read: usize,
}

/// What is read of a commit.
struct Note {
    parents: Vec<Hash>,
    time: i64,
    pull: Option<u32>,
    /// Author, their time and the subject, as one number for this run.
    written: u64,
}

impl Known {
    fn new(objects: Objects) -> Self {
        Self {
            objects,
            commits: HashMap::new(),
            numbers: HashMap::new(),
            written: HashSet::new(),
            read: 0,
        }
    }

    fn main_line(&mut self, steps: &[Step]) {
        for (came, step) in (0..).zip(steps) {
            let line = |is_change| Line::Main { came, is_change };
            self.history(step.id, line(true), line(false));
        }
    }

    fn tags(&mut self, tags: Vec<Hash>) {
        for tag in tags {
            if let Some(commit) = self.peeled(tag) {
                self.history(commit, Line::Release, Line::Release);
            }
        }
    }

    /// The commit that a tag names.
    fn peeled(&mut self, mut id: Hash) -> Option<Hash> {
        for _ in 0..MOST_TAGS {
            if self.objects.find(id, Kind::Tag) != Lookup::Found {
                return Some(id);
            }
            id = hash_of(object::read(&self.objects.data)?.target)?;
        }
        None
    }

    /// Takes up a commit and what it stands on, as far as that is not known.
    fn history(&mut self, first: Hash, line: Line, rest: Line) {
        let mut left = vec![(first, line)];
        while let Some((id, line)) = left.pop() {
            if self.commits.contains_key(&id) || self.commits.len() >= MOST_COMMITS {
                continue;
            }
            let Some(note) = self.note(id) else {
                continue;
            };
            if let Some(number) = note.pull {
                self.numbers.entry(number).or_insert(line);
            }
            self.written.insert(note.written);
            self.commits.insert(id, (line, note.time));
            left.extend(note.parents.into_iter().map(|it| (it, rest)));
        }
    }

    fn note(&mut self, id: Hash) -> Option<Note> {
        if self.objects.find(id, Kind::Commit) != Lookup::Found {
            return None;
        }
        let text = object::read(&self.objects.data)?;
        let author = text.author.unwrap_or_default();
        let subject = text.message.split(|byte| *byte == b'\n').next();
        let mut written = DefaultHasher::new();
        author.actor.hash(&mut written);
        (author.time, subject).hash(&mut written);
        let time = text.committer.and_then(|it| it.time);
        Some(Note {
            parents: text.parents.into_iter().filter_map(hash_of).collect(),
            time: time.map_or(0, Timestamp::as_second),
            pull: subject::pull(text.message).map(|it| it.number),
            written: written.finish(),
        })
    }

    /// Whether a head came in, and by which sign; `named` is where its number stands.
    fn became(&mut self, head: Hash, named: Option<&Line>) -> Became {
        let lies = self.commits.get(&head).map(|(line, _)| *line);
        match (lies, named) {
            (Some(Line::Main { .. }), _) => Became::In(|told| &mut told.by_head),
            (_, Some(Line::Main { .. })) => Became::In(|told| &mut told.by_subject),
            (Some(Line::Release), _) | (_, Some(Line::Release)) => {
                Became::In(|told| &mut told.by_tag)
            }
            (None, None) => match self.note(head) {
                Some(note) if self.written.contains(&note.written) => {
                    Became::In(|told| &mut told.by_author)
                }
                _ => Became::Proposed,
            },
        }
    }

    /// A proposal as a change from the nearest known commit that it stands on.
    fn proposed(&mut self, number: u32, head: Hash) -> Option<Unmerged> {
        let (mut left, mut own, mut bases) = (vec![head], HashSet::new(), Vec::new());
        while let Some(id) = left.pop() {
            if let Some((line, time)) = self.commits.get(&id) {
                bases.push((*line, *time, id));
                continue;
            }
            if !own.insert(id) {
                continue;
            }
            if own.len() > MOST_OWN || self.read >= MOST_IN_ALL {
                return None;
            }
            self.read += 1;
            left.extend(self.note(id)?.parents);
        }
        let (line, _, base) = bases.into_iter().max()?;
        let before = self.step(base)?;
        let mut step = self.step(head)?.onto(&before);
        step.pull = Some(number);
        Some(Unmerged {
            proposal: Proposal {
                time: step.time,
                number,
                head,
                base,
                parted: match line {
                    Line::Main { came, .. } => came + 1,
                    Line::Release => 0,
                },
            },
            step,
        })
    }

    fn step(&mut self, id: Hash) -> Option<Step> {
        let is_found = self.objects.find(id, Kind::Commit) == Lookup::Found;
        let step = is_found.then(|| step(id, &self.objects.data))?;
        step.map(|(step, _)| step)
    }
}

#[cfg(test)]
mod tests {
    use std::{fmt::Write as _, fs};

    use super::*;
    use crate::{
        git::tests::git,
        past::{Sides, mainline},
    };

    /// A main line, a line of releases, and nine pull requests; false where git is not here.
    fn laboratory(root: &Path) -> bool {
        if !git(root, &["init", "-q", "-b", "main"]) {
            println!("skipped: git is not here");
            return false;
        }
        let ask = |arguments: &[&str]| assert!(git(root, arguments), "{arguments:?}");
        let put = |name: &str, text: &str, subject: &str| {
            fs::write(root.join(name), text).unwrap();
            ask(&["add", "."]);
            ask(&["commit", "-qm", subject]);
        };
        let topic = |from: &str, name: &str| {
            ask(&["checkout", "-q", "-b", name, from]);
            put(name, name, name);
            ask(&["checkout", "-q", from]);
        };
        let merge =
            |name: &str, subject: &str| ask(&["merge", "-q", "--no-ff", "-m", subject, name]);
        put("a", "1", "first");
        ask(&["branch", "release"]);
        put("b", "1", "second");
        topic("main", "one");
        merge("one", "Merge branch one");
        topic("main", "two");
        put("two", "two", "Squashed (#2)");
        topic("main", "three");
        topic("main", "four");
        put("c", "1", "third");
        ask(&["cherry-pick", "three"]);
        ask(&["checkout", "-q", "four"]);
        merge("main", "Merge branch main into four");
        put("four", "again", "again");
        ask(&["checkout", "-q", "main"]);
        put("d", "1", "fourth");
        topic("main", "nine");
        ask(&["checkout", "-q", "release"]);
        topic("release", "five");
        merge("five", "Merge branch five");
        ask(&["tag", "-m", "a release", "v1.1"]);
        topic("release", "six");
        ask(&["checkout", "-q", "--orphan", "eight"]);
        put("eight", "eight", "eight");
        ask(&["checkout", "-q", "main"]);
        let heads = [
            "one", "two", "three", "four", "five", "six", "four", "eight", "nine",
        ];
        for (number, name) in (1..).zip(heads) {
            ask(&["update-ref", &format!("refs/pull/{number}/head"), name]);
        }
        let nine = fs::read_to_string(root.join(".git/refs/heads/nine")).unwrap();
        let (folder, name) = nine.trim().split_at(2);
        fs::remove_file(root.join(".git/objects").join(folder).join(name)).unwrap();
        true
    }

    fn check(root: &Path) -> String {
        let head = Repository::open(root).unwrap().head().unwrap();
        let steps = mainline(root, &head, None).unwrap();
        let (unmerged, heads) = unmerged(root, &steps).unwrap();
        let mut sides = Sides::open(root).unwrap();
        let mut told = format!("{heads:?}\n");
        for Unmerged { proposal, step } in &unmerged {
            assert_eq!((step.id, step.pull), (proposal.head, Some(proposal.number)));
            let changes = sides.of(step);
            let paths: Vec<&str> = changes
                .iter()
                .map(bartizan_review::change::FileChange::path)
                .collect();
            writeln!(
                told,
                "{} {} {}",
                proposal.number,
                proposal.parted,
                paths.join(" ")
            )
            .unwrap();
        }
        told
    }

    #[test]
    fn what_did_not_come_in_is_told_from_what_did() {
        let root = tempfile::tempdir().unwrap();
        if !laboratory(root.path()) {
            return;
        }
        insta::assert_snapshot!(check(root.path()), @"
        Heads { found: 9, by_head: 1, by_subject: 1, by_tag: 1, by_author: 1, twice: 1, unread: 2 }
        4 6 four
        6 0 six
        ");
    }

    #[test]
    fn nothing_is_proposed_where_no_head_is_kept() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path();
        if !git(root, &["init", "-q", "-b", "main"]) {
            println!("skipped: git is not here");
            return;
        }
        fs::write(root.join("a"), "1").unwrap();
        assert!(git(root, &["add", "."]) && git(root, &["commit", "-qm", "a"]));
        assert_eq!(unmerged(root, &[]).unwrap(), (Vec::new(), Heads::default()));
    }
}
