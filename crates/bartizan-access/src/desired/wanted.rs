//! What follows from roles: what a host should keep.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Desired, TeamWanted};
use crate::{
    import::slug,
    name::{Login, RepositoryName, TeamName, Text},
    snapshot::{Assignment, CodeOwner, Holder, Level, Repository, Resource, Snapshot},
};

/// Rules that shall hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RulesWanted {
    /// Patterns of repositories.
    pub repositories: Vec<String>,
    /// `branch` or `tag`.
    pub target: String,
    /// The names that they hold for, as the host writes patterns.
    pub names: Vec<String>,
    /// Kinds of rules that there must be: `deletion`, `non_fast_forward`, …
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<String>,
    /// How many reviews a change needs at least.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reviews: Option<u64>,
    /// Teams that they may let pass; nobody else.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pass: Vec<String>,
}

/// What a host should keep.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Wanted {
    /// Memberships, accesses and roles.
    pub assignments: BTreeSet<Assignment>,
    /// Teams, with the team that each is a part of.
    pub teams: BTreeMap<TeamName, Option<TeamName>>,
    /// Who approves jobs, by repository and environment.
    pub reviewers: BTreeMap<(RepositoryName, Text), BTreeSet<TeamName>>,
    /// Lines of `CODEOWNERS`, the last one for a path counting, by repository.
    pub code_owners: BTreeMap<RepositoryName, Vec<CodeOwner>>,
}

impl Desired {
    /// What follows for the repositories that a snapshot knows.
    pub fn wanted(&self, snapshot: &Snapshot) -> Wanted {
        let mut wanted = Wanted::default();
        let organisation = Resource::Organisation(self.organisation.clone());
        let mut members: BTreeSet<&Login> = self.members.iter().collect();
        let emeriti = self.emeriti.iter().flat_map(|it| &it.people);
        members.extend(emeriti);
        for team in &self.teams {
            members.extend(team.people.iter().chain(&team.maintainers));
        }
        for login in &members {
            if !self.owners.contains(login) {
                wanted.give(
                    Holder::Person((*login).clone()),
                    organisation.clone(),
                    Level::Member,
                );
            }
        }
        for login in &self.owners {
            wanted.give(
                Holder::Person(login.clone()),
                organisation.clone(),
                Level::Owner,
            );
        }
        for team in &self.teams {
            self.team(team, snapshot, &mut wanted);
        }
        if let Some(emeriti) = &self.emeriti
            && let Some(name) = self.named(&emeriti.team)
        {
            for login in &emeriti.people {
                let resource = Resource::Team(name.clone());
                wanted.give(Holder::Person(login.clone()), resource, Level::Member);
            }
            wanted.teams.insert(name, None);
        }
        for bot in &self.bots {
            for repository in self.covered(&bot.repositories, snapshot) {
                let resource = Resource::Repository(repository.name.clone());
                wanted.give(Holder::Person(bot.login.clone()), resource, bot.level);
            }
        }
        wanted
    }

    fn team(&self, team: &TeamWanted, snapshot: &Snapshot, wanted: &mut Wanted) {
        let (Some(name), Some(role)) = (self.named(&team.name), self.role(&team.role)) else {
            return;
        };
        let parent = team.parent.as_ref().and_then(|it| self.named(it));
        wanted.teams.insert(name.clone(), parent);
        for login in team.people.iter().chain(&team.maintainers) {
            let is_more = team.maintainers.contains(login);
            let level = if is_more {
                Level::Maintainer
            } else {
                Level::Member
            };
            let resource = Resource::Team(name.clone());
            wanted.give(Holder::Person(login.clone()), resource, level);
        }
        if let Some(organisation_role) = &role.organisation_role {
            wanted.assignments.insert(Assignment {
                resource: Resource::Organisation(self.organisation.clone()),
                holder: Holder::Team(name.clone()),
                level: Level::Nothing,
                role: Some(Text::new(organisation_role)),
            });
        }
        let paths = team.paths.as_ref().unwrap_or(&role.paths);
        let environments = team.environments.as_ref().unwrap_or(&role.environments);
        for repository in self.covered(&team.repositories, snapshot) {
            let place = &repository.name;
            if role.level > Level::Nothing {
                let resource = Resource::Repository(place.clone());
                wanted.give(Holder::Team(name.clone()), resource, role.level);
            }
            for environment in environments {
                let key = (place.clone(), Text::new(environment));
                wanted
                    .reviewers
                    .entry(key)
                    .or_default()
                    .insert(name.clone());
            }
            if role.owns_code {
                wanted.own(place, paths, &name);
            }
        }
    }

    /// The name of a team at the host.
    pub fn named(&self, team: &str) -> Option<TeamName> {
        TeamName::new(&format!("{}/{}", self.organisation, slug(team))).ok()
    }

    /// The repositories that patterns mean.
    pub fn covered<'a>(&self, patterns: &[String], snapshot: &'a Snapshot) -> Vec<&'a Repository> {
        let all = snapshot.repositories.iter();
        let own = all.filter(|it| it.name.owner() == self.organisation.as_str() && !it.is_archived);
        let is_meant = |it: &&Repository| {
            patterns
                .iter()
                .any(|pattern| matches(&pattern.to_ascii_lowercase(), it.name.name()))
        };
        own.filter(is_meant).collect()
    }
}

impl Wanted {
    fn give(&mut self, holder: Holder, resource: Resource, level: Level) {
        self.assignments.insert(Assignment {
            resource,
            holder,
            level,
            role: None,
        });
    }

    /// Puts a team to the owners of paths; all paths come first, since the last line counts.
    fn own(&mut self, repository: &RepositoryName, paths: &[String], team: &TeamName) {
        let lines = self.code_owners.entry(repository.clone()).or_default();
        let everything = [String::from("*")];
        let paths = if paths.is_empty() { &everything } else { paths };
        for path in paths {
            let pattern = Text::new(path);
            let holder = Holder::Team(team.clone());
            match lines.iter_mut().find(|it| it.pattern == pattern) {
                Some(line) => line.owners.push(holder),
                None if path == "*" => lines.insert(
                    0,
                    CodeOwner {
                        pattern,
                        owners: vec![holder],
                    },
                ),
                None => lines.push(CodeOwner {
                    pattern,
                    owners: vec![holder],
                }),
            }
        }
        lines.iter_mut().for_each(|it| it.owners.sort());
    }

    /// The text of `CODEOWNERS` of a repository.
    pub fn code_owners_text(&self, repository: &RepositoryName) -> String {
        let lines = self.code_owners.get(repository).into_iter().flatten();
        let lines = lines.map(|line| {
            let owners = line.owners.iter().map(|it| match it {
                Holder::Person(login) => format!(" @{login}"),
                Holder::Team(team) => format!(" @{team}"),
            });
            format!("{}{}\n", line.pattern, owners.collect::<String>())
        });
        lines.collect()
    }
}

/// Whether a name has the form of a pattern, where `*` stands for anything.
pub(crate) fn matches(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = name.strip_prefix(first) else {
        return false;
    };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else {
        return rest.is_empty();
    };
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = rest.get(at + part.len()..).unwrap_or_default(),
            None => return false,
        }
    }
    rest.ends_with(last)
}
