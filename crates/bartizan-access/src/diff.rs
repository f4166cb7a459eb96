//! Where a host has something else than is wanted: both ways, with what could not be compared.

use std::collections::{BTreeMap, BTreeSet};

use bartizan_model::Timestamp;

use crate::{
    desired::{Desired, RulesWanted, Wanted},
    name::{Login, RepositoryName, TeamName, Text},
    snapshot::{
        Assignment, BypassKind, Holder, Level, Part, Place, Repository, Resource, Rules, Snapshot,
        Unread,
    },
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

    fn reviewers(&mut self, wanted: &Wanted) {
        for ((repository, environment), teams) in &wanted.reviewers {
            if !self
                .snapshot
                .has_read(Part::Environments, repository.as_str())
            {
                continue;
            }
            let subject = format!("repository {repository}: environment {environment}: reviewers");
            let wanted: BTreeSet<String> = teams.iter().map(|it| format!("team {it}")).collect();
            let mut all = self.snapshot.environments.iter();
            let found = all.find(|it| it.repository == *repository && it.name == *environment);
            let Some(found) = found else {
                self.put(Kind::Missing, subject, (list(&wanted), String::new()));
                continue;
            };
            let found: BTreeSet<String> = found.reviewers.iter().map(ToString::to_string).collect();
            if found != wanted {
                self.put(Kind::Other, subject, (list(&wanted), list(&found)));
            }
        }
    }

    fn code_owners(&mut self, wanted: &Wanted) {
        for (repository, lines) in &wanted.code_owners {
            if !self
                .snapshot
                .has_read(Part::CodeOwners, repository.as_str())
            {
                continue;
            }
            let Some(found) = self.snapshot.repository(repository) else {
                continue;
            };
            let found: BTreeMap<&Text, BTreeSet<String>> = owners(&found.code_owners);
            let wanted = owners(lines);
            let patterns: BTreeSet<&Text> = found.keys().chain(wanted.keys()).copied().collect();
            for pattern in patterns {
                let (wanted, found) = (wanted.get(pattern), found.get(pattern));
                if wanted == found {
                    continue;
                }
                let kind = match (wanted, found) {
                    (Some(_), None) => Kind::Missing,
                    (None, _) => Kind::Surplus,
                    _ => Kind::Other,
                };
                let words = |it: Option<&BTreeSet<String>>| it.map(list).unwrap_or_default();
                let subject = format!("repository {repository}: CODEOWNERS of `{pattern}`");
                self.put(kind, subject, (words(wanted), words(found)));
            }
        }
    }

    /// Whether rules hold that are wanted. A set with less is another set; several may do together what one is wanted for.
    fn rules(&mut self, wanted: &RulesWanted) {
        let covered: Vec<RepositoryName> = self
            .desired
            .covered(&wanted.repositories, self.snapshot)
            .into_iter()
            .map(|it: &Repository| it.name.clone())
            .collect();
        for repository in covered {
            if !self.snapshot.has_read(Part::Rules, repository.as_str()) {
                continue;
            }
            for name in &wanted.names {
                self.rules_of(&repository, name, wanted);
            }
        }
    }

    fn rules_of(&mut self, repository: &RepositoryName, name: &str, wanted: &RulesWanted) {
        let found: Vec<&Rules> = self
            .snapshot
            .rules
            .iter()
            .filter(|it| is_for(it, repository, (name, wanted)))
            .collect();
        let subject = format!(
            "repository {repository}: rules of {} `{}`",
            wanted.target,
            Text::new(name)
        );
        if found.is_empty() {
            let words = wanted
                .reviews
                .map_or("rules".to_owned(), |it| format!("{it} reviews"));
            self.put(Kind::Missing, subject, (words, String::new()));
            return;
        }
        let most = found
            .iter()
            .filter_map(|it| it.reviews)
            .max()
            .unwrap_or_default();
        let kinds: BTreeSet<&str> = found
            .iter()
            .flat_map(|it| &it.kinds)
            .map(Text::as_str)
            .collect();
        let passing: BTreeSet<String> = found
            .iter()
            .flat_map(|it| &it.bypass)
            .filter(|it| !self.may_pass(it.kind, it.name.as_ref(), wanted))
            .map(|it| {
                it.name.as_ref().map_or_else(
                    || format!("{:?}", it.kind).to_lowercase(),
                    ToString::to_string,
                )
            })
            .collect();
        if let Some(reviews) = wanted.reviews.filter(|it| *it > most) {
            let words = (format!("{reviews} reviews"), format!("{most} reviews"));
            self.put(Kind::Lower, subject.clone(), words);
        }
        for kind in wanted
            .kinds
            .iter()
            .filter(|it| !kinds.contains(it.as_str()))
        {
            self.put(
                Kind::Missing,
                subject.clone(),
                (kind.clone(), String::new()),
            );
        }
        if !passing.is_empty() {
            self.put(
                Kind::Surplus,
                format!("{subject}: let pass"),
                (String::new(), list(&passing)),
            );
        }
    }

    fn may_pass(&self, kind: BypassKind, name: Option<&Text>, wanted: &RulesWanted) -> bool {
        let teams = wanted.pass.iter().filter_map(|it| self.desired.named(it));
        let mut teams = teams.filter(|_| kind == BypassKind::Team);
        teams.any(|it| name.is_some_and(|name| name.as_str() == it.as_str()))
    }
}

/// Whether rules hold for a name in a repository.
fn is_for(
    rules: &Rules,
    repository: &RepositoryName,
    (name, wanted): (&str, &RulesWanted),
) -> bool {
    let is_there = match &rules.place {
        Place::Organisation(owner) => owner.as_str() == repository.owner(),
        Place::Repository(it) => it == repository,
    };
    let whole = format!("refs/heads/{name}");
    let tag = format!("refs/tags/{name}");
    let names = [name, whole.as_str(), tag.as_str(), "~ALL"];
    is_there
        && rules.target.as_str() == wanted.target
        && rules.enforcement.as_str() == "active"
        && rules.include.iter().any(|it| names.contains(&it.as_str()))
}

fn list(words: &BTreeSet<String>) -> String {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    if words.is_empty() {
        "nobody".to_owned()
    } else {
        words.join(", ")
    }
}

fn owners(lines: &[crate::snapshot::CodeOwner]) -> BTreeMap<&Text, BTreeSet<String>> {
    let lines = lines.iter();
    lines
        .map(|it| {
            (
                &it.pattern,
                it.owners.iter().map(ToString::to_string).collect(),
            )
        })
        .collect()
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
