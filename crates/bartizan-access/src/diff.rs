//! Where a host has something else than is wanted: both ways, with what could not be compared.

mod places;

use std::collections::{BTreeMap, BTreeSet};

use bartizan_model::Timestamp;

use crate::{
    desired::{Desired, Wanted},
    name::{Login, TeamName, Text},
    snapshot::{Assignment, Holder, Level, Part, Resource, Snapshot, Unread},
};

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Difference {
    /// Which way.
    pub kind: Kind,
    /// What it is about.
    pub subject: String,
    /// What is wanted; empty where nothing is.
    pub wanted: String,
    /// What there is; empty where nothing is.
    pub found: String,
    /// Why it counts as no drift: an exception that holds.
    pub excused: Option<String>,
}

/// Which way something differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// It is wanted and is not there: to be given.
    Missing,
    /// It is there and is not wanted: to be taken away.
    Surplus,
    /// There is less of it than is wanted.
    Lower,
    /// There is more of it than is wanted.
    Higher,
    /// It is otherwise than is wanted.
    Other,
}

/// All differences.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Diff {
    /// The differences, sorted.
    pub differences: Vec<Difference>,
    /// What could not be compared, since it was not read.
    pub unread: Vec<Unread>,
    /// Exceptions that no longer hold.
    pub expired: Vec<String>,
}

impl Kind {
    /// The word that documents use.
    pub fn word(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Surplus => "surplus",
            Self::Lower => "lower",
            Self::Higher => "higher",
            Self::Other => "other",
        }
    }
}

impl Diff {
    /// The differences that no exception excuses.
    pub fn drift(&self) -> impl Iterator<Item = &Difference> {
        self.differences.iter().filter(|it| it.excused.is_none())
    }
}

/// Compares what there is with what is wanted.
pub fn diff(snapshot: &Snapshot, desired: &Desired, now: Timestamp) -> Diff {
    let wanted = desired.wanted(snapshot);
    let mut comparing = Comparing {
        snapshot,
        desired,
        now,
        diff: Diff::default(),
    };
    comparing.organisation();
    comparing.assignments(&wanted);
    comparing.teams(&wanted);
    comparing.reviewers(&wanted);
    comparing.code_owners(&wanted);
    for rules in &desired.rules {
        comparing.rules(rules);
    }
    let mut diff = comparing.diff;
    diff.differences.sort();
    diff.differences.dedup();
    let name = desired.organisation.as_str();
    let unread = snapshot.unread.iter();
    let is_of_it =
        |it: &&Unread| it.of.as_str().split('/').next() == Some(name) && is_compared(it.part);
    diff.unread = unread.filter(is_of_it).cloned().collect();
    let expired = desired.exceptions.iter().filter(|it| !it.holds(now));
    diff.expired = expired
        .map(|it| format!("{} until {}: {}", it.person, it.expires, it.reason))
        .collect();
    diff
}

/// Whether a part is compared at all.
fn is_compared(part: Part) -> bool {
    matches!(
        part,
        Part::Organisation
            | Part::Members
            | Part::Teams
            | Part::TeamMembers
            | Part::TeamRepositories
            | Part::Collaborators
            | Part::OrganisationRoles
            | Part::Environments
            | Part::CodeOwners
            | Part::Rules
            | Part::Bypass
    )
}

struct Comparing<'a> {
    snapshot: &'a Snapshot,
    desired: &'a Desired,
    now: Timestamp,
    diff: Diff,
}

impl Comparing<'_> {
    fn put(&mut self, kind: Kind, subject: String, (wanted, found): (String, String)) {
        self.diff.differences.push(Difference {
            kind,
            subject,
            wanted,
            found,
            excused: None,
        });
    }

    fn organisation(&mut self) {
        let name = self.desired.organisation.clone();
        let Some(found) = self.snapshot.organisation(name.as_str()) else {
            return;
        };
        let subject = |what: &str| format!("organisation {name}: {what}");
        if let (Some(wanted), Some(level)) = (self.desired.base, found.base_level)
            && wanted != level
        {
            let kind = if level > wanted {
                Kind::Higher
            } else {
                Kind::Lower
            };
            let words = (wanted.to_string(), level.to_string());
            self.put(kind, subject("what every member may do"), words);
        }
        if let (Some(wanted), Some(is)) = (self.desired.second_factor, found.requires_second_factor)
            && wanted != is
        {
            let words = (wanted.to_string(), is.to_string());
            self.put(Kind::Other, subject("a second factor is required"), words);
        }
    }

    /// Memberships, accesses and roles. What belongs to one holder and one resource is one thing with a level.
    fn assignments(&mut self, wanted: &Wanted) {
        let own = |it: &&Assignment| owner_of(&it.resource) == self.desired.organisation.as_str();
        let mut found = key(self.snapshot.assignments.iter().filter(own));
        let wanted = key(wanted.assignments.iter());
        for (at, level) in &wanted {
            let subject = subject(at);
            let there = found.remove(at);
            let difference = match there {
                // A holder is there with a surplus of the other kind or not at all.
                None if !self.was_read(at) => continue,
                None => (Kind::Missing, String::new()),
                Some(there) if there == *level => continue,
                Some(there) if there > *level => (Kind::Higher, there.to_string()),
                Some(there) => (Kind::Lower, there.to_string()),
            };
            self.diff.differences.push(Difference {
                kind: difference.0,
                subject,
                wanted: level.to_string(),
                excused: there.and_then(|there| self.excuse(at, there)),
                found: difference.1,
            });
        }
        for (at, level) in found {
            self.diff.differences.push(Difference {
                kind: Kind::Surplus,
                subject: subject(&at),
                wanted: String::new(),
                found: level.to_string(),
                excused: self.excuse(&at, level),
            });
        }
    }

    /// Whether that something is not there was read, and not just hidden.
    fn was_read(&self, (resource, holder, role): &Key<'_>) -> bool {
        let part = match (resource, holder) {
            (Resource::Organisation(_), _) if role.is_some() => Part::OrganisationRoles,
            (Resource::Organisation(_), _) => Part::Members,
            (Resource::Team(_), _) => Part::TeamMembers,
            (_, Holder::Team(team)) => {
                return self
                    .snapshot
                    .has_read(Part::TeamRepositories, team.as_str());
            }
            _ => Part::Collaborators,
        };
        self.snapshot.has_read(part, resource.name())
    }

    /// The exception by which somebody may have something.
    fn excuse(&self, (resource, holder, _): &Key<'_>, found: Level) -> Option<String> {
        let Holder::Person(login) = holder else {
            return None;
        };
        let exceptions = self
            .desired
            .exceptions
            .iter()
            .filter(|it| it.person == *login);
        let mut holding = exceptions.filter(|it| it.holds(self.now));
        let excuse = holding.find(|it| match (&it.repository, resource) {
            (None, _) => true,
            (Some(name), Resource::Repository(at)) => {
                name.eq_ignore_ascii_case(at.name()) && it.level.is_none_or(|it| found <= it)
            }
            _ => false,
        })?;
        Some(format!("until {}: {}", excuse.expires, excuse.reason))
    }

    fn teams(&mut self, wanted: &Wanted) {
        if !self
            .snapshot
            .has_read(Part::Teams, self.desired.organisation.as_str())
        {
            return;
        }
        for (name, parent) in &wanted.teams {
            let words =
                |it: Option<&TeamName>| it.map_or("no team".to_owned(), ToString::to_string);
            match self.snapshot.team(name) {
                None => self.put(
                    Kind::Missing,
                    format!("team {name}"),
                    (words(parent.as_ref()), String::new()),
                ),
                Some(team) if team.parent != *parent => {
                    let words = (words(parent.as_ref()), words(team.parent.as_ref()));
                    self.put(Kind::Other, format!("team {name}: is part of"), words);
                }
                Some(_) => {}
            }
        }
        let own = self.snapshot.teams.iter();
        let own = own.filter(|it| it.name.owner() == self.desired.organisation.as_str());
        let surplus: Vec<TeamName> = own
            .filter(|it| !wanted.teams.contains_key(&it.name))
            .map(|it| it.name.clone())
            .collect();
        for name in surplus {
            self.put(
                Kind::Surplus,
                format!("team {name}"),
                (String::new(), "a team".to_owned()),
            );
        }
    }
}

fn owner_of(resource: &Resource) -> &str {
    let name = resource.name();
    name.split_once('/').map_or(name, |it| it.0)
}

/// What makes two assignments one thing.
type Key<'a> = (&'a Resource, &'a Holder, Option<&'a Text>);

fn key<'a>(all: impl Iterator<Item = &'a Assignment>) -> BTreeMap<Key<'a>, Level> {
    let mut keyed = BTreeMap::new();
    for it in all {
        // A role of a repository is its level by another name; one of an organisation is a thing of its own.
        let role = it
            .role
            .as_ref()
            .filter(|_| matches!(it.resource, Resource::Organisation(_)));
        let level = keyed
            .entry((&it.resource, &it.holder, role))
            .or_insert(it.level);
        *level = (*level).max(it.level);
    }
    keyed
}

fn subject((resource, holder, role): &Key<'_>) -> String {
    match role {
        Some(role) => format!("{resource}: {holder}: role {role}"),
        None => format!("{resource}: {holder}"),
    }
}

/// Everybody whom somebody wants to be left alone: bots, and people with an exception for all that they have.
pub fn left_alone(desired: &Desired, now: Timestamp) -> BTreeSet<Login> {
    let bots = desired.bots.iter().map(|it| it.login.clone());
    let whole = desired.exceptions.iter();
    let whole = whole.filter(|it| it.repository.is_none() && it.holds(now));
    bots.chain(whole.map(|it| it.person.clone())).collect()
}

#[cfg(test)]
mod tests;
