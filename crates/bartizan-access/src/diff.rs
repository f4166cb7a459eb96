//! Where a host has something else than is wanted: both ways, with what could not be compared.

mod places;

use std::collections::BTreeMap;

use bartizan_model::Timestamp;

use crate::{
    desired::{Desired, Wanted},
    exempt::Exempt,
    name::{TeamName, Text},
    right::{
        Account,
        of_snapshot::{held, hosted},
    },
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
    /// What it is about, for whoever makes a plan of it.
    pub about: About,
}

/// What a difference is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum About {
    /// Something that is given to somebody.
    Given {
        /// On what.
        resource: Resource,
        /// To whom.
        holder: Holder,
        /// A role of the organisation, where it is one.
        role: Option<Text>,
        /// How much they shall have, with what an exception allows.
        wanted: Option<Level>,
    },
    /// A team.
    Team(TeamName),
    /// Something that a person changes: settings, reviewers, rules, owners of code.
    Else,
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
        exempt: desired.exempt(),
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
    exempt: Exempt,
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
            about: About::Else,
        });
    }

    fn put_team(&mut self, kind: Kind, name: &TeamName, (wanted, found): (String, String)) {
        self.diff.differences.push(Difference {
            kind,
            subject: format!("team {name}"),
            wanted,
            found,
            excused: None,
            about: About::Team(name.clone()),
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
                Some(there) if there == *level || self.is_owner_of_team(at) => continue,
                Some(there) if there > *level => (Kind::Higher, there.to_string()),
                Some(there) => (Kind::Lower, there.to_string()),
            };
            self.diff.differences.push(Difference {
                kind: difference.0,
                subject,
                wanted: level.to_string(),
                excused: there.and_then(|there| self.excuse(at, there)),
                found: difference.1,
                about: self.about(at, Some(*level), there),
            });
        }
        for (at, level) in found {
            self.diff.differences.push(Difference {
                kind: Kind::Surplus,
                subject: subject(&at),
                wanted: String::new(),
                found: level.to_string(),
                excused: self.excuse(&at, level),
                about: self.about(&at, None, Some(level)),
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
        let account = person(holder)?;
        let at = (resource.name(), held(found));
        let excuse = self.exempt.excused(&account, at, self.now)?;
        let until = excuse.until.to_string();
        let day = until.split('T').next().unwrap_or_default();
        Some(format!("until {day}: {}", excuse.reason))
    }

    /// What it is about. Whom an exception allows some of what they have keeps that, and is given nothing by it.
    fn about(
        &self,
        (resource, holder, role): &Key<'_>,
        wanted: Option<Level>,
        found: Option<Level>,
    ) -> About {
        let account = person(holder);
        let allowed = account.and_then(|it| self.exempt.allowed(&it, resource.name(), self.now));
        let allowed = allowed.and_then(Level::of_held).min(found);
        About::Given {
            resource: (*resource).clone(),
            holder: (*holder).clone(),
            role: role.cloned(),
            wanted: wanted.max(allowed),
        }
    }

    /// Whether somebody owns the organisation of a team: the host calls them its maintainers, whatever they were made there.
    fn is_owner_of_team(&self, (resource, holder, _): &Key<'_>) -> bool {
        let Resource::Team(_) = resource else {
            return false;
        };
        let mut given = self.snapshot.assignments.iter();
        given.any(|it| {
            let is_owner = it.level == Level::Owner && it.role.is_none();
            is_owner && it.holder == **holder && it.resource.name() == owner_of(resource)
        })
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
                None => {
                    let words = (words(parent.as_ref()), String::new());
                    self.put_team(Kind::Missing, name, words);
                }
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
            let words = (String::new(), "a team".to_owned());
            self.put_team(Kind::Surplus, &name, words);
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

fn person(holder: &Holder) -> Option<Account> {
    match holder {
        Holder::Person(login) => hosted(login),
        Holder::Team(_) => None,
    }
}

#[cfg(test)]
mod tests;
