//! Organisations of a size, made up: equal numbers give equal organisations.

use bartizan_model::Timestamp;

use super::graph::level;
use crate::{
    name::{Login, NameError, RepositoryName, TeamName, Text},
    snapshot::{
        ActionsPolicy, Allowed, Assignment, CodeOwner, DeployKey, Environment, Holder, Level,
        Organisation, Origin, Person, Place, Repository, Resource, SecondFactor, Secret, Snapshot,
        Team, Visibility,
    },
};

/// How much there is of what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// People who are members.
    pub people: usize,
    /// Teams.
    pub teams: usize,
    /// Repositories.
    pub repositories: usize,
}

/// An organisation of a size, called `lab`.
pub fn large(size: Size) -> Result<Snapshot, NameError> {
    let origin = Origin {
        form: Text::new("host"),
        name: Text::new("host.example"),
        reader: Some(person(0)?),
    };
    let taken = Timestamp::from_second(1_790_000_000).unwrap_or_default();
    let mut made = Making {
        size,
        name: Login::new("lab")?,
        snapshot: Snapshot::empty(taken, origin),
        chance: 12_345,
    };
    made.people()?;
    made.teams()?;
    made.repositories()?;
    made.snapshot.sort();
    Ok(made.snapshot)
}

struct Making {
    size: Size,
    name: Login,
    snapshot: Snapshot,
    chance: u64,
}

fn person(number: usize) -> Result<Login, NameError> {
    Login::new(&format!("person-{number:05}"))
}

fn team(number: usize) -> Result<TeamName, NameError> {
    TeamName::new(&format!("lab/team-{number:04}"))
}

impl Making {
    /// A number below another, the same in every run.
    fn pick(&mut self, below: usize) -> usize {
        // The multiplier and increment of Knuth's MMIX.
        self.chance = self
            .chance
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let below = u64::try_from(below.max(1)).unwrap_or(1);
        usize::try_from((self.chance >> 33) % below).unwrap_or_default()
    }

    fn give(&mut self, holder: Holder, resource: Resource, level: Level) {
        self.snapshot.assignments.push(Assignment {
            resource,
            holder,
            level,
            role: None,
        });
    }

    fn people(&mut self) -> Result<(), NameError> {
        let mut organisation = Organisation::named(self.name.clone());
        organisation.id = Some(1);
        organisation.requires_second_factor = Some(false);
        organisation.base_level = Some(Level::Read);
        organisation.actions = Some(policy());
        for number in 0..self.size.people {
            let login = person(number)?;
            let second_factor = match self.pick(20) {
                0 => SecondFactor::Missing,
                1 => SecondFactor::Insecure,
                _ => SecondFactor::Secure,
            };
            self.snapshot.people.push(Person {
                id: u64::try_from(number).ok(),
                is_bot: number % 97 == 96,
                second_factor,
                ..Person::named(login.clone())
            });
            let level = if number < 5 {
                Level::Owner
            } else {
                Level::Member
            };
            self.give(
                Holder::Person(login),
                Resource::Organisation(self.name.clone()),
                level,
            );
        }
        self.snapshot.organisations.push(organisation);
        Ok(())
    }

    fn teams(&mut self) -> Result<(), NameError> {
        for number in 0..self.size.teams {
            let name = team(number)?;
            self.snapshot.teams.push(Team {
                name: name.clone(),
                id: u64::try_from(number).ok(),
                parent: (number % 4 == 3).then(|| team(number - 1)).transpose()?,
                is_secret: number % 50 == 49,
            });
            // One team in forty has more people than a page.
            let members = if number % 40 == 0 {
                150
            } else {
                5 + self.pick(20)
            };
            for _ in 0..members.min(self.size.people) {
                let login = person(self.pick(self.size.people))?;
                let level = if self.pick(8) == 0 {
                    Level::Maintainer
                } else {
                    Level::Member
                };
                let given = Assignment {
                    resource: Resource::Team(name.clone()),
                    holder: Holder::Person(login),
                    level,
                    role: None,
                };
                let mut others = self.snapshot.assignments.iter().rev().take(200);
                if !others.any(|it| it.resource == given.resource && it.holder == given.holder) {
                    self.snapshot.assignments.push(given);
                }
            }
        }
        Ok(())
    }

    fn repositories(&mut self) -> Result<(), NameError> {
        for number in 0..self.size.repositories {
            let name = RepositoryName::new(&format!("lab/repository-{number:04}"))?;
            let mut repository = Repository::named(name.clone());
            repository.id = u64::try_from(number).ok();
            repository.visibility = Visibility::Public;
            repository.is_archived = number % 10 == 9;
            repository.default_branch = Some(Text::new("main"));
            let own = team(self.pick(self.size.teams))?;
            repository.code_owners = vec![CodeOwner {
                pattern: Text::new("*"),
                owners: vec![Holder::Team(own.clone())],
            }];
            if !repository.is_archived {
                repository.actions = Some(policy());
                self.protected(&name, &own);
            }
            self.snapshot.repositories.push(repository);
            let resource = || Resource::Repository(name.clone());
            self.give(Holder::Team(own), resource(), level(number));
            for _ in 0..self.pick(4) {
                let login = person(self.pick(self.size.people))?;
                let level = level(self.pick(10));
                let given = Assignment {
                    resource: resource(),
                    holder: Holder::Person(login),
                    level,
                    role: None,
                };
                let mut others = self.snapshot.assignments.iter().rev().take(10);
                if !others.any(|it| it.resource == given.resource && it.holder == given.holder) {
                    self.snapshot.assignments.push(given);
                }
            }
        }
        Ok(())
    }

    fn protected(&mut self, name: &RepositoryName, reviewers: &TeamName) {
        self.snapshot.environments.push(Environment {
            repository: name.clone(),
            name: Text::new("release"),
            reviewers: vec![Holder::Team(reviewers.clone())],
            forbids_self_review: true,
            wait_minutes: 0,
            refs: Text::new("named"),
            can_be_bypassed: Some(false),
        });
        self.snapshot.secrets.push(Secret {
            place: Place::Repository(name.clone()),
            environment: Some(Text::new("release")),
            name: Text::new("TOKEN"),
            created: None,
            updated: Some(self.snapshot.taken),
        });
        self.snapshot.deploy_keys.push(DeployKey {
            repository: name.clone(),
            id: 1,
            title: Text::new("documentation"),
            algorithm: Text::new("ssh-ed25519"),
            can_write: true,
            is_enabled: true,
            by: None,
            created: None,
            used: Some(self.snapshot.taken),
        });
    }
}

fn policy() -> ActionsPolicy {
    ActionsPolicy {
        is_enabled: true,
        allowed: Allowed::Selected,
        has_verified: true,
        patterns: vec![Text::new("lab/*")],
        needs_pins: Some(true),
        token_can_write: Some(false),
        token_can_approve: Some(false),
    }
}
