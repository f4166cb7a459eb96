//! What was read of organisations at one time: people, teams, repositories, who was given what, and what opens them beside.
//!
//! # Shape
//!
//! A [`Snapshot`] is one immutable document: JSON in one order (`to_text`), named by the SHA-256 of that text (`digest`). Every list
//! is flat and sorted; its entries name each other by [`Login`], [`TeamName`] (`organisation/slug`) and [`RepositoryName`]
//! (`owner/name`), all in lower case.
//!
//! - **What the host keeps** is an [`Assignment`]: a holder (person or team), a resource, a level, and the name of a role where there
//!   is one. These are what a plan changes, one by one:
//!   membership of an organisation (`person, organisation, member|owner`), a role of an organisation (`person|team, organisation,
//!   level on all its repositories, role`), membership of a team (`person, team, member|maintainer`; those of child teams are not
//!   repeated), a team's access to a repository (`team, repository, read…admin`), a collaborator (`person, repository, read…admin`).
//! - **What a person has by that** is a [`Grant`](crate::grant::Grant): person, resource, level and source (organisation, team,
//!   direct, role). [`Snapshot::grants`] derives them; these are what an audit judges and what a summary counts. What owners and
//!   members have on all repositories is one grant on the organisation, not one on each; [`Reach`](crate::grant::Reach) says what
//!   somebody can do to a repository all in all.
//! - **What is not of people**: [`DeployKey`], [`App`], [`Token`], [`Secret`] (name and age), [`Environment`] with reviewers,
//!   [`Rules`] with whom they let pass, the [`ActionsPolicy`] of organisations and repositories.
//! - **Beyond the host**: an [`Entry`] is a project of an index, a feedstock, a channel, a domain and so on, with who holds it, and
//!   whether that was read or is attested, and when. Holders have the names of that service; `login` where it is known whose that is.
//! - **What could not be read** is an [`Unread`]: which [`Part`], of what, why, and the permission that would have shown it. A list
//!   that is empty means "none" only where no `Unread` of its part is about the same thing ([`Snapshot::has_read`]).
//!
//! What is wanted (roles, bots, exceptions, emeriti) is no part of a snapshot.

mod assignment;
mod credentials;
mod entry;
mod people;
mod places;
mod text;
mod unread;

use bartizan_formats::moment;
use bartizan_model::Timestamp;
use serde::{Deserialize, Serialize};

pub use self::{
    assignment::{Assignment, Holder, Level, Resource},
    credentials::{App, DeployKey, Scope, Token},
    entry::{Basis, Entry, EntryHolder, EntryKind, Publisher},
    people::{Invitation, Invited, Organisation, Person, SecondFactor, Team},
    places::{
        ActionsPolicy, Allowed, Bypass, BypassKind, CodeOwner, Environment, Place, Repository,
        Rules, Secret, Visibility,
    },
    text::{LARGEST, SnapshotError},
    unread::{Part, Unread, Why},
};
use crate::name::{Login, RepositoryName, TeamName, Text};

/// What was read of organisations at one time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Snapshot {
    /// The version of the form; 1.
    pub version: u32,
    /// When reading began, in whole seconds.
    #[serde(with = "moment")]
    pub taken: Timestamp,
    /// From where it was read.
    pub origin: Origin,
    /// The organisations, by name.
    #[serde(default)]
    pub organisations: Vec<Organisation>,
    /// Everybody who is named, by login.
    #[serde(default)]
    pub people: Vec<Person>,
    /// The teams, by name.
    #[serde(default)]
    pub teams: Vec<Team>,
    /// The repositories, by name.
    #[serde(default)]
    pub repositories: Vec<Repository>,
    /// What was given to whom, as the host keeps it.
    #[serde(default)]
    pub assignments: Vec<Assignment>,
    /// Invitations that nobody has accepted.
    #[serde(default)]
    pub invitations: Vec<Invitation>,
    /// Keys that open repositories.
    #[serde(default)]
    pub deploy_keys: Vec<DeployKey>,
    /// Installed apps.
    #[serde(default)]
    pub apps: Vec<App>,
    /// Tokens of people that reach organisations.
    #[serde(default)]
    pub tokens: Vec<Token>,
    /// Environments that jobs run in.
    #[serde(default)]
    pub environments: Vec<Environment>,
    /// Rules of branches and tags.
    #[serde(default)]
    pub rules: Vec<Rules>,
    /// Names and ages of secrets.
    #[serde(default)]
    pub secrets: Vec<Secret>,
    /// What lies beyond the host.
    #[serde(default)]
    pub entries: Vec<Entry>,
    /// What could not be read.
    #[serde(default)]
    pub unread: Vec<Unread>,
}

/// From where a snapshot was read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Origin {
    /// The form: `host` for an interface, else the name of an imported form.
    pub form: Text,
    /// The host or the file, for people.
    pub name: Text,
    /// Under which account it was read, where that is known. A plan must not take its own access away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reader: Option<Login>,
}

impl Snapshot {
    /// One of nothing.
    pub fn empty(taken: Timestamp, origin: Origin) -> Self {
        let seconds = Timestamp::from_second(taken.as_second());
        Self {
            version: text::VERSION,
            taken: seconds.unwrap_or(taken),
            origin,
            organisations: Vec::new(),
            people: Vec::new(),
            teams: Vec::new(),
            repositories: Vec::new(),
            assignments: Vec::new(),
            invitations: Vec::new(),
            deploy_keys: Vec::new(),
            apps: Vec::new(),
            tokens: Vec::new(),
            environments: Vec::new(),
            rules: Vec::new(),
            secrets: Vec::new(),
            entries: Vec::new(),
            unread: Vec::new(),
        }
    }

    /// Sorts every list and leaves out what is there twice, so that equal facts give equal bytes.
    pub fn sort(&mut self) {
        tidy(&mut self.organisations);
        self.people.sort();
        self.people.dedup_by(|one, other| one.login == other.login);
        tidy(&mut self.teams);
        tidy(&mut self.repositories);
        tidy(&mut self.assignments);
        tidy(&mut self.invitations);
        tidy(&mut self.deploy_keys);
        tidy(&mut self.apps);
        tidy(&mut self.tokens);
        tidy(&mut self.environments);
        tidy(&mut self.rules);
        tidy(&mut self.secrets);
        tidy(&mut self.entries);
        tidy(&mut self.unread);
        self.organisations
            .iter_mut()
            .for_each(|it| tidy(&mut it.outside_collaborators));
        self.environments
            .iter_mut()
            .for_each(|it| tidy(&mut it.reviewers));
        self.rules.iter_mut().for_each(Rules::sort);
        self.entries.iter_mut().for_each(Entry::sort);
    }

    /// The organisation of a name.
    pub fn organisation(&self, name: &str) -> Option<&Organisation> {
        self.organisations
            .iter()
            .find(|it| it.name.as_str() == name)
    }

    /// The person of a name.
    pub fn person(&self, login: &Login) -> Option<&Person> {
        let at = self
            .people
            .binary_search_by(|it| it.login.cmp(login))
            .ok()?;
        self.people.get(at)
    }

    /// The team of a name.
    pub fn team(&self, name: &TeamName) -> Option<&Team> {
        let at = self.teams.binary_search_by(|it| it.name.cmp(name)).ok()?;
        self.teams.get(at)
    }

    /// The repository of a name.
    pub fn repository(&self, name: &RepositoryName) -> Option<&Repository> {
        let at = self
            .repositories
            .binary_search_by(|it| it.name.cmp(name))
            .ok()?;
        self.repositories.get(at)
    }

    /// Whether a part of something was read. What is said of an organisation holds for all that is in it.
    pub fn has_read(&self, part: Part, of: &str) -> bool {
        let owner = of.split_once('/').map_or(of, |it| it.0);
        let is_about = |it: &Unread| it.of.as_str() == of || it.of.as_str() == owner;
        !self.unread.iter().any(|it| it.part == part && is_about(it))
    }
}

/// Sorts a list and leaves out what is there twice.
fn tidy<T: Ord>(list: &mut Vec<T>) {
    list.sort();
    list.dedup();
}

#[cfg(test)]
pub(crate) mod tests;
