//! The histories of several projects with one set of persons over all of them: who wrote what, who put it in, who releases.
//!
//! Everything else in this crate that speaks of people stands on this, so that who somebody is, and whose hand a change went
//! through, is decided in one place. It is computed once. A person has a number, which means something in this corpus only.
//!
//! What a history does not say is none here. A code host that puts in a squashed pull request does not say who pressed the
//! button: then nobody integrated it, rather than its author.

mod arrival;
mod past;
mod reader;
#[cfg(test)]
pub(crate) mod sample;

use bartizan_model::Timestamp;

use crate::{
    corrections::Corrections,
    history::{Actor, Change, Commit, Credit, History, Signature, SignedTag},
    identity::{self, Named, Person, Persons, Reason},
    keyed::Key,
    mailmap::Mailmap,
};

use self::reader::Reader;

/// One of [`Corpus::persons`].
pub type PersonNumber = u32;

/// A project's history, not yet understood.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Source {
    /// What the project is called: different from every other in a corpus.
    pub name: String,
    /// What was read.
    pub history: History,
}

/// The histories of several projects, with one set of persons.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Corpus {
    /// Everybody, by number. [`Person::actors`] and [`Persons::of_actor`] count through: the actors of the second project
    /// follow those of the first.
    pub persons: Persons,
    /// The projects, in the order in which they were given.
    pub projects: Vec<Project>,
}

/// One project of a corpus.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Project {
    /// Its name.
    pub name: String,
    /// What was read. After [`Corpus::until`] its commits and tags are those of that time.
    pub history: History,
    /// Who each of the history's actors is.
    pub persons: Vec<PersonNumber>,
    /// What was written: every commit that brings no histories together, in the order of [`History::commits`].
    pub works: Vec<Work>,
    /// What was merged, in the order of [`History::commits`].
    pub merges: Vec<Merge>,
    /// What was released or otherwise tagged, in the order of [`History::tags`]; tags that do not say by whom are left out.
    pub releases: Vec<Release>,
}

/// A commit that changes something, by persons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Work {
    /// Its place in [`History::commits`].
    pub commit: u32,
    /// Who wrote it.
    pub author: PersonNumber,
    /// When it was written, as far as that is believable: not after it was put in.
    pub written: Option<Timestamp>,
    /// Who put it into the main line: whoever merged it, or committed it there. None where only the code host or a program is
    /// named.
    pub integrator: Option<PersonNumber>,
    /// When it came into the main line.
    pub integrated: Option<Timestamp>,
    /// How it came there.
    pub way: Way,
    /// The pull request that it came by, where that is known.
    pub pull: Option<u32>,
    /// Who else has a part in it, by its trailers, each once for each credit; never its author.
    pub credits: Vec<(Credit, PersonNumber)>,
    /// Who signed it.
    pub signature: Signature,
}

/// How something came into the main line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Way {
    /// Committed there.
    Committed,
    /// By a merge: its place in [`History::commits`].
    Merged(u32),
    /// By the code host, for somebody of whom it does not say who.
    Host,
}

/// A commit that brings histories together, by persons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merge {
    /// Its place in [`History::commits`].
    pub commit: u32,
    /// Who merged. None where only the code host or a program is named.
    pub by: Option<PersonNumber>,
    /// When.
    pub time: Option<Timestamp>,
    /// The pull request that its subject names.
    pub pull: Option<u32>,
    /// Whose work came in by it and by no other merge, sorted, each once. Empty where it brought nothing new.
    pub authors: Vec<PersonNumber>,
}

/// A tag with a message, by persons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    /// Its place in [`History::tags`].
    pub tag: u32,
    /// Who made it.
    pub by: PersonNumber,
    /// When.
    pub time: Option<Timestamp>,
    /// Who signed it.
    pub signature: Signature,
}

impl Corpus {
    /// Understands histories. Which are given is the caller's bound: all of them stay in memory.
    pub fn of(mut sources: Vec<Source>, corrections: &Corrections, key: &Key) -> Self {
        let mailmaps: Vec<Mailmap> = sources
            .iter()
            .map(|it| Mailmap::read(it.history.mailmap.as_deref().unwrap_or_default()))
            .collect();
        let named: Vec<Named<'_>> = sources
            .iter()
            .zip(&mailmaps)
            .map(|(source, mailmap)| Named {
                actors: &source.history.actors,
                mailmap,
            })
            .collect();
        let persons = identity::persons_across(&named, corrections, key);
        if !corrections.forgotten.is_empty() {
            forget(&mut sources, &persons);
        }
        let mut numbers = persons.of_actor.iter();
        let projects = sources.into_iter().map(|source| {
            let own = numbers.by_ref().take(source.history.actors.len());
            let own = own.map(|it| u32::try_from(*it).unwrap_or(u32::MAX));
            Project::of(source.name, source.history, own.collect(), &persons)
        });
        let projects = projects.collect();
        Self { persons, projects }
    }

    /// The corpus as it was at a time: of each project what its main line stood on then, with the tags made until then. Who is
    /// who is not forgotten.
    #[must_use]
    pub fn until(self, time: Timestamp) -> Self {
        let Self { persons, projects } = self;
        let projects = projects.into_iter().map(|it| {
            let history = past::until(it.history, time);
            Project::of(it.name, history, it.persons, &persons)
        });
        let projects = projects.collect();
        Self { persons, projects }
    }

    /// Somebody.
    pub fn person(&self, number: PersonNumber) -> Option<&Person> {
        self.persons.persons.get(number as usize)
    }

    /// Whether somebody says by themselves that they are a program.
    pub fn is_program(&self, number: PersonNumber) -> bool {
        self.person(number).is_some_and(|it| it.is_program)
    }

    /// A project by its name.
    pub fn project(&self, name: &str) -> Option<&Project> {
        self.projects.iter().find(|it| it.name == name)
    }

    /// How often two were taken for one, for a reason.
    pub fn merged_by(&self, reason: Reason) -> usize {
        let merges = self.persons.merges.iter();
        merges.filter(|it| it.reason == reason).count()
    }

    /// The last time at which anything was put into any of the projects.
    pub fn last(&self) -> Option<Timestamp> {
        self.projects.iter().filter_map(Project::last).max()
    }
}

impl Project {
    fn of(name: String, history: History, persons: Vec<PersonNumber>, all: &Persons) -> Self {
        let reader = Reader {
            history: &history,
            persons: &persons,
            all,
        };
        let (works, merges) = reader.works();
        let releases = reader.releases();
        Self {
            name,
            history,
            persons,
            works,
            merges,
            releases,
        }
    }

    /// The commit of some work.
    pub fn commit(&self, work: &Work) -> Option<&Commit> {
        self.history.commits.get(work.commit as usize)
    }

    /// The files that some work changes.
    pub fn changes(&self, work: &Work) -> &[Change] {
        self.commit(work).map_or(&[], |it| it.changes.as_slice())
    }

    /// The path of a number.
    pub fn path(&self, number: u32) -> &str {
        self.history
            .paths
            .get(number as usize)
            .map_or("", String::as_str)
    }

    /// The tag of a release.
    pub fn tag(&self, release: &Release) -> Option<&SignedTag> {
        self.history.tags.get(release.tag as usize)
    }

    /// The first time at which anything was put into it.
    pub fn first(&self) -> Option<Timestamp> {
        self.works.iter().filter_map(|it| it.integrated).min()
    }

    /// The last time at which anything was put into it.
    pub fn last(&self) -> Option<Timestamp> {
        self.works.iter().filter_map(|it| it.integrated).max()
    }
}

impl Work {
    /// Whoever put it in, where that is somebody else than whoever wrote it: two persons had a hand in it.
    pub fn by_another(&self) -> Option<PersonNumber> {
        self.integrator.filter(|it| *it != self.author)
    }

    /// Whether its author put it in alone.
    pub fn is_own(&self) -> bool {
        self.integrator == Some(self.author)
    }

    /// Those who are credited as authors beside its author.
    pub fn co_authors(&self) -> impl Iterator<Item = PersonNumber> + '_ {
        let credits = self.credits.iter();
        credits.filter_map(|(credit, person)| (*credit == Credit::CoAuthored).then_some(*person))
    }
}

/// Takes names and addresses of those who are to be forgotten out of the histories too: nobody can tell them by mistake.
fn forget(sources: &mut [Source], persons: &Persons) {
    let mut numbers = persons.of_actor.iter();
    for history in sources.iter_mut().map(|it| &mut it.history) {
        for (actor, number) in history.actors.iter_mut().zip(numbers.by_ref()) {
            if let Some(person) = persons.persons.get(*number).filter(|it| it.is_forgotten) {
                *actor = Actor {
                    name: person.name.clone(),
                    ..Actor::default()
                };
            }
        }
        history.mailmap = None;
    }
}

#[cfg(test)]
mod tests;
