//! What each person did in a project, in the order of time: what an account's past is made of.

use std::collections::{BTreeMap, HashMap};

use bartizan_model::Timestamp;

use crate::{
    corpus::{PersonNumber, Project, Way, Work},
    review::Place,
    signature::{KeyNumber, Signature},
};

/// Something that somebody did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Act {
    /// When.
    pub time: Timestamp,
    /// The right that it took, as far as a history shows one.
    pub right: Option<Right>,
    /// The key of their own that they signed with, where it has a number.
    pub key: Option<KeyNumber>,
    /// The parts of the project that they wrote in, sorted: numbers of [`Acts::areas`].
    pub areas: Vec<u32>,
    /// The kinds of sensitive files that they changed, sorted: only those of [`SENSITIVE`].
    pub sensitive: Vec<Place>,
}

/// The kinds of files by which all of a project can be reached: what builds it, tests it, releases it, or says how it is kept
/// safe. Copies of others' code and contents that are no text are touched by too many to mean anything here.
pub const SENSITIVE: [Place; 4] = [
    Place::Automation,
    Place::Release,
    Place::Security,
    Place::Build,
];

/// What not everybody may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Right {
    /// Put something into the main line by their own hand.
    Write,
    /// Make a tag with a message.
    Release,
}

/// What everybody did in one project.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Acts {
    /// The acts of each person, sorted by time; programs do nothing.
    pub of_person: BTreeMap<PersonNumber, Vec<Act>>,
    /// The parts of the project, by number: its folders, two deep.
    pub areas: Vec<String>,
}

impl Acts {
    /// What was done in a project. `is_program` says whom to leave out.
    pub fn of(project: &Project, is_program: &dyn Fn(PersonNumber) -> bool) -> Self {
        let mut reader = Reader::new(project);
        for work in &project.works {
            reader.work(work);
        }
        for merge in &project.merges {
            // A merge that brings nothing new is somebody's way to catch up.
            if let (Some(by), Some(time), false) = (merge.by, merge.time, merge.authors.is_empty())
            {
                let key = reader.key_of(merge.commit, by);
                reader.put(by, Act::of(time, Some(Right::Write), key));
            }
        }
        for release in &project.releases {
            if let Some(time) = release.time {
                let key = own_key(release.signature);
                reader.put(release.by, Act::of(time, Some(Right::Release), key));
            }
        }
        let mut acts = reader.acts;
        acts.of_person.retain(|person, _| !is_program(*person));
        for acts in acts.of_person.values_mut() {
            acts.sort_by_key(|it| it.time);
        }
        acts
    }
}

impl Act {
    fn of(time: Timestamp, right: Option<Right>, key: Option<KeyNumber>) -> Self {
        Self {
            time,
            right,
            key,
            areas: Vec::new(),
            sensitive: Vec::new(),
        }
    }
}

fn own_key(signature: Signature) -> Option<KeyNumber> {
    match signature {
        Signature::Own(number) => number,
        Signature::None | Signature::Host => None,
    }
}

struct Reader<'a> {
    project: &'a Project,
    acts: Acts,
    /// The area and the purpose of each path, where they were asked for already.
    paths: HashMap<u32, (u32, Option<Place>)>,
    numbers: HashMap<String, u32>,
}

impl<'a> Reader<'a> {
    fn new(project: &'a Project) -> Self {
        Self {
            project,
            acts: Acts::default(),
            paths: HashMap::new(),
            numbers: HashMap::new(),
        }
    }

    fn put(&mut self, person: PersonNumber, act: Act) {
        self.acts.of_person.entry(person).or_default().push(act);
    }

    /// The key of somebody's own that a commit is signed with, where they made the commit: whoever commits, signs.
    fn key_of(&self, commit: u32, person: PersonNumber) -> Option<KeyNumber> {
        let commit = self.project.history.commits.get(commit as usize)?;
        let committer = self.project.persons.get(commit.committer.0 as usize)?;
        own_key(commit.signature).filter(|_| *committer == person)
    }

    fn work(&mut self, work: &Work) {
        let is_direct = work.way == Way::Committed;
        if let Some(time) = work.written {
            let key = self.key_of(work.commit, work.author);
            let right = (is_direct && work.is_own()).then_some(Right::Write);
            let mut act = Act::of(time, right, key);
            for change in self.project.changes(work) {
                let (area, sensitive) = self.place(change.path);
                act.areas.push(area);
                act.sensitive.extend(sensitive);
            }
            act.areas.sort_unstable();
            act.areas.dedup();
            act.sensitive.sort_unstable();
            act.sensitive.dedup();
            self.put(work.author, act);
        }
        // What a merge brought is counted with the merge, once.
        if let (true, Some(by), Some(time)) = (is_direct, work.by_another(), work.integrated) {
            let key = self.key_of(work.commit, by);
            self.put(by, Act::of(time, Some(Right::Write), key));
        }
    }

    /// The part of the project that a path is in, and what the file is for.
    fn place(&mut self, number: u32) -> (u32, Option<Place>) {
        if let Some(known) = self.paths.get(&number) {
            return *known;
        }
        let path = self.project.path(number);
        let area = area(path);
        let area = if let Some(known) = self.numbers.get(area) {
            *known
        } else {
            let new = u32::try_from(self.acts.areas.len()).unwrap_or(u32::MAX);
            self.acts.areas.push(area.to_owned());
            self.numbers.insert(area.to_owned(), new);
            new
        };
        let sensitive = Place::of(path).filter(|it| SENSITIVE.contains(it));
        let place = (area, sensitive);
        self.paths.insert(number, place);
        place
    }
}

/// The folder of a path, two deep at most.
fn area(path: &str) -> &str {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let second = folder.match_indices('/').nth(1);
    second.map_or(folder, |(end, _)| folder.split_at(end).0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn areas_are_two_deep() {
        for (path, expect) in [
            ("a.txt", ""),
            ("lab/a.py", "lab"),
            ("lab/core/a.py", "lab/core"),
            ("lab/core/src/deep/a.c", "lab/core"),
            ("", ""),
            ("/", ""),
            ("//a/b/c", "/"),
        ] {
            assert_eq!(area(path), expect, "{path}");
        }
    }
}
