//! What people have by what was given: derived from a snapshot, never stored.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::{
    name::{Login, RepositoryName, TeamName, Text},
    snapshot::{Holder, Level, Resource, Snapshot},
};

/// How deep teams may lie in teams. Hosts allow a dozen.
const DEEPEST: usize = 32;

/// What one person has to one thing, one way. Whoever has it in two ways has two of these.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grant {
    /// Who.
    pub person: Login,
    /// On what.
    pub resource: Resource,
    /// How much.
    pub level: Level,
    /// Which way.
    pub source: Source,
}

/// The way on which somebody has something.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// By being in an organisation: belonging to it, owning it, what all members may.
    Organisation,
    /// By being in a team: the team that was given it, which may be one above theirs.
    Team(TeamName),
    /// By name.
    Direct,
    /// By a role of the organisation.
    Role(Text),
}

/// Who is in which team and what teams reach, put together once for questions about people and repositories.
#[derive(Debug, Clone)]
pub struct Reach<'a> {
    snapshot: &'a Snapshot,
    /// The people of each team, by name, without those of teams within it.
    members: BTreeMap<&'a TeamName, BTreeSet<&'a Login>>,
    /// The repositories of each team, without those of teams above it.
    repositories: BTreeMap<&'a TeamName, BTreeMap<&'a RepositoryName, Level>>,
    /// The team that each lies in.
    parents: BTreeMap<&'a TeamName, &'a TeamName>,
    /// What each was given on its repository by name.
    direct: BTreeMap<&'a RepositoryName, BTreeMap<&'a Login, Level>>,
    /// Levels on all repositories of an organisation: owners, members, roles.
    overall: BTreeMap<&'a str, BTreeMap<&'a Login, Level>>,
    /// Teams with a role of an organisation, with its level on all repositories.
    team_roles: BTreeMap<&'a TeamName, Level>,
}

impl Snapshot {
    /// What everybody has, sorted.
    pub fn grants(&self) -> Vec<Grant> {
        let reach = Reach::of(self);
        let mut grants = Vec::new();
        for given in &self.assignments {
            reach.derive(given, &mut |it| grants.push(it));
        }
        for entry in &self.entries {
            for holder in &entry.holders {
                let Some(person) = holder.login.clone() else {
                    continue;
                };
                grants.push(Grant {
                    person,
                    resource: Resource::Entry(entry.kind, entry.name.clone()),
                    level: holder.level,
                    source: Source::Direct,
                });
            }
        }
        grants.sort();
        grants.dedup();
        grants
    }
}

impl<'a> Reach<'a> {
    /// Puts together what a snapshot says.
    pub fn of(snapshot: &'a Snapshot) -> Self {
        let parents = snapshot.teams.iter();
        let parents = parents.filter_map(|it| Some((&it.name, it.parent.as_ref()?)));
        let mut reach = Self {
            snapshot,
            members: BTreeMap::new(),
            repositories: BTreeMap::new(),
            parents: parents.collect(),
            direct: BTreeMap::new(),
            overall: BTreeMap::new(),
            team_roles: BTreeMap::new(),
        };
        for given in &snapshot.assignments {
            reach.add(given);
        }
        reach
    }

    fn add(&mut self, given: &'a crate::snapshot::Assignment) {
        match (&given.holder, &given.resource) {
            (Holder::Person(login), Resource::Team(team)) => {
                self.members.entry(team).or_default().insert(login);
            }
            (Holder::Team(team), Resource::Repository(repository)) => {
                let levels = self.repositories.entry(team).or_default();
                raise(levels.entry(repository).or_insert(given.level), given.level);
            }
            (Holder::Person(login), Resource::Repository(repository)) => {
                let levels = self.direct.entry(repository).or_default();
                raise(levels.entry(login).or_insert(given.level), given.level);
            }
            (Holder::Person(login), Resource::Organisation(name)) => {
                let level = self.on_repositories(given.level, name);
                let levels = self.overall.entry(name.as_str()).or_default();
                raise(levels.entry(login).or_insert(level), level);
            }
            (Holder::Team(team), Resource::Organisation(name)) => {
                let level = self.on_repositories(given.level, name);
                raise(self.team_roles.entry(team).or_insert(level), level);
            }
            _ => {}
        }
    }

    /// What a level on an organisation gives on each of its repositories.
    fn on_repositories(&self, level: Level, organisation: &Login) -> Level {
        match level {
            Level::Owner => Level::Admin,
            Level::Member => {
                let found = self.snapshot.organisation(organisation.as_str());
                found.and_then(|it| it.base_level).unwrap_or(Level::Nothing)
            }
            other => other,
        }
    }

    /// A team and those that it lies in.
    pub fn upward(&self, team: &TeamName) -> Vec<TeamName> {
        let mut teams = vec![team.clone()];
        let mut at = team;
        while let Some(parent) = self.parents.get(at) {
            if teams.len() >= DEEPEST || teams.contains(parent) {
                break;
            }
            teams.push((*parent).clone());
            at = parent;
        }
        teams
    }

    /// Everybody in a team, with those of the teams within it.
    pub fn members(&self, team: &TeamName) -> BTreeSet<&'a Login> {
        let mut everybody = BTreeSet::new();
        for (inner, members) in &self.members {
            if *inner == team || self.upward(inner).contains(team) {
                everybody.extend(members);
            }
        }
        everybody
    }

    /// The most that somebody can do to a repository, all ways taken together.
    pub fn level(&self, person: &Login, repository: &RepositoryName) -> Level {
        self.everybody(repository)
            .get(person)
            .copied()
            .unwrap_or(Level::Nothing)
    }

    /// Everybody who can do something to a repository, with the most that each can.
    pub fn everybody(&self, repository: &RepositoryName) -> BTreeMap<&'a Login, Level> {
        let mut all: BTreeMap<&'a Login, Level> = BTreeMap::new();
        let mut give = |login: &'a Login, level: Level| {
            raise(all.entry(login).or_insert(level), level);
        };
        for (login, level) in self.overall.get(repository.owner()).into_iter().flatten() {
            give(login, *level);
        }
        for (login, level) in self.direct.get(repository).into_iter().flatten() {
            give(login, *level);
        }
        for (team, members) in &self.members {
            let level = self.of_team(team, repository);
            if level > Level::Nothing {
                members.iter().for_each(|login| give(login, level));
            }
        }
        all.retain(|_, level| *level > Level::Nothing);
        all
    }

    /// What a team can do to a repository, by itself and by the teams that it lies in.
    pub fn of_team(&self, team: &TeamName, repository: &RepositoryName) -> Level {
        let levels = self.upward(team).into_iter().map(|it| {
            let own = self
                .repositories
                .get(&it)
                .and_then(|all| all.get(repository));
            let is_own = it.owner() == repository.owner();
            let role = self.team_roles.get(&it).filter(|_| is_own);
            own.copied().max(role.copied()).unwrap_or(Level::Nothing)
        });
        levels.max().unwrap_or(Level::Nothing)
    }

    /// The grants that follow from something that was given.
    fn derive(&self, given: &crate::snapshot::Assignment, put: &mut dyn FnMut(Grant)) {
        let role = || given.role.clone().unwrap_or_default();
        match (&given.holder, &given.resource) {
            (Holder::Person(login), resource) => {
                let source = match resource {
                    Resource::Organisation(_) if given.role.is_some() => Source::Role(role()),
                    Resource::Organisation(_) => Source::Organisation,
                    Resource::Team(team) => Source::Team(team.clone()),
                    _ => Source::Direct,
                };
                let grant = |level, source| Grant {
                    person: login.clone(),
                    resource: resource.clone(),
                    level,
                    source,
                };
                if let (Resource::Organisation(name), Level::Member) = (resource, given.level) {
                    let base = self.on_repositories(Level::Member, name);
                    // Everybody can read what is public; more than that is something.
                    if base > Level::Read {
                        put(grant(base, Source::Organisation));
                    }
                }
                put(grant(given.level, source));
            }
            (Holder::Team(team), resource) => {
                let source = match resource {
                    Resource::Organisation(_) => Source::Role(role()),
                    _ => Source::Team(team.clone()),
                };
                for login in self.members(team) {
                    put(Grant {
                        person: login.clone(),
                        resource: resource.clone(),
                        level: given.level,
                        source: source.clone(),
                    });
                }
            }
        }
    }
}

fn raise(level: &mut Level, to: Level) {
    *level = (*level).max(to);
}

#[cfg(test)]
mod tests;
