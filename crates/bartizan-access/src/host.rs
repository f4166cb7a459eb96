//! What a code host says of organisations, as a snapshot: its [REST](https://docs.github.com/en/rest) and
//! [GraphQL](https://docs.github.com/en/graphql) interfaces.
//!
//! Nothing is sent from here: a [`GraphHost`] answers, over a network or from memory. What it hides becomes an
//! [`Unread`] with the permission that would show it, and costs that part only. Queries bring what is many
//! (teams, repositories with their collaborators and rules, twenty at a time); questions bring the rest.

mod action;
mod activity;
mod answers;
mod feedstock;
mod organisation;
mod policy;
mod pull_requests;
mod repositories;
mod repository;
mod rules;
mod teams;

use std::collections::BTreeMap;

use bartizan_formats::hosting::{self, Question, graph::GraphHost};
use bartizan_model::{
    Timestamp,
    hosting::{Seen, Unseen, UnseenKind},
};
use serde::de::DeserializeOwned;

use self::answers::Account;
pub use self::{
    action::*, activity::activity, feedstock::feedstock, pull_requests::pull_requests,
    repositories::level_by_name, teams::level_in_team,
};
use crate::{
    name::{Login, Text},
    snapshot::{
        Assignment, Holder, Level, Organisation, Origin, Part, Person, Resource, Snapshot, Unread,
    },
};

/// How many pages of a hundred are asked for at most: the largest organisations in the open have some ten thousand people.
const MOST_PAGES: usize = 300;

/// How many times a query is continued at most.
const MOST_QUERIES: usize = 1_000;

/// The queries that are sent, with their names, so that whoever has the host's schema can check them.
pub const QUERIES: &[(&str, &str)] = &[
    ("teams", teams::TEAMS),
    ("team_members", teams::MEMBERS),
    ("team_repositories", teams::REPOSITORIES),
    ("repositories", repositories::REPOSITORIES),
    ("collaborators", repositories::COLLABORATORS),
    ("feedstock", feedstock::FEEDSTOCK),
    ("pull_requests", pull_requests::PULL_REQUESTS),
];

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// The organisations.
    pub organisations: Vec<Login>,
    /// What time it is.
    pub now: Timestamp,
    /// What the host is called, for people.
    pub host: String,
}

/// Asks a host for all that it shows of organisations. `say` is told what is being read.
pub fn read(host: &dyn GraphHost, wanted: &Wanted, say: &dyn Fn(&str)) -> Snapshot {
    let origin = Origin {
        form: Text::new("host"),
        name: Text::new(&wanted.host),
        reader: None,
    };
    let mut reading = Reading {
        host,
        say,
        people: BTreeMap::new(),
        snapshot: Snapshot::empty(wanted.now, origin),
    };
    let reader: Seen<Account> = reading.one(&Question::new("whose token it is", &["user"]));
    // An app is no account; that is no lack.
    let reader = reader.ok().and_then(|it| Login::new(&it.login).ok());
    reading.snapshot.origin.reader = reader;
    for organisation in &wanted.organisations {
        reading.organisation(organisation);
    }
    reading.finish()
}

/// A snapshot that is being read.
struct Reading<'a> {
    host: &'a dyn GraphHost,
    say: &'a dyn Fn(&str),
    people: BTreeMap<Login, Person>,
    snapshot: Snapshot,
}

impl Reading<'_> {
    fn finish(mut self) -> Snapshot {
        self.snapshot.people = self.people.into_values().collect();
        self.snapshot.sort();
        self.snapshot
    }

    fn organisation(&mut self, name: &Login) {
        (self.say)(&format!("the organisation {name}"));
        let mut organisation = Organisation::named(name.clone());
        if let Err(unseen) = self.settings(&mut organisation) {
            // Of what cannot be seen nothing counts as empty.
            for part in Part::ALL {
                self.miss(*part, name.as_str(), &unseen);
            }
            self.snapshot.organisations.push(organisation);
            return;
        }
        self.members(name);
        self.outside_collaborators(&mut organisation);
        self.second_factors(&organisation);
        self.invitations(name);
        self.roles(name);
        self.apps(name);
        self.tokens(name);
        self.organisation_rules(name);
        self.organisation_secrets(name);
        organisation.actions = self.organisation_policy(name);
        self.snapshot.organisations.push(organisation);
        (self.say)(&format!("the teams of {name}"));
        self.teams(name);
        (self.say)(&format!("the repositories of {name}"));
        let before = self.snapshot.repositories.len();
        self.repositories(name);
        for at in before..self.snapshot.repositories.len() {
            self.repository(at);
        }
    }

    /// The answer that is one document.
    fn one<T: DeserializeOwned>(&self, question: &Question) -> Seen<T> {
        hosting::one(self.host, question)
    }

    /// The answer that is a list; under a key of each page where one is named.
    fn all<T: DeserializeOwned>(&self, question: Question, key: Option<&str>) -> Seen<Vec<T>> {
        let question = Question {
            pages: MOST_PAGES,
            is_partial: false,
            ..question
        };
        hosting::all(self.host, &question, key)
    }

    /// The list, or none and a line of what was not read.
    fn list<T: DeserializeOwned>(
        &mut self,
        (part, of): (Part, &str),
        question: Question,
        key: Option<&str>,
    ) -> Vec<T> {
        match self.all(question, key) {
            Ok(all) => all,
            Err(unseen) => {
                self.miss(part, of, &unseen);
                Vec::new()
            }
        }
    }

    /// Notes what was not read.
    fn miss(&mut self, part: Part, of: &str, unseen: &Unseen) {
        self.snapshot.unread.push(Unread::new(part, of, unseen));
    }

    /// Notes that there is more of something than was read.
    fn miss_more(&mut self, part: Part, of: &str, what: &str) {
        let why = format!("there are more {what} than were asked for");
        self.miss(part, of, &Unseen::new(UnseenKind::Unreadable, why));
    }

    /// Puts an account among the people, and says what it is called.
    fn meet(&mut self, part: Part, of: &str, account: &Account) -> Option<Login> {
        let Ok(login) = Login::new(&account.login) else {
            let why = "an account has a name that none can have";
            self.miss(part, of, &Unseen::new(UnseenKind::Unreadable, why));
            return None;
        };
        let person = self.people.entry(login.clone());
        let person = person.or_insert_with(|| Person::named(login.clone()));
        person.id = person.id.or(account.id);
        person.is_bot |= account.is_bot();
        if person.name.is_none() {
            person.name = account.name.as_deref().map(Text::new);
        }
        Some(login)
    }

    /// Notes that somebody was given something.
    fn give(&mut self, holder: Holder, resource: Resource, (level, role): (Level, Option<Text>)) {
        self.snapshot.assignments.push(Assignment {
            resource,
            holder,
            level,
            role,
        });
    }
}

/// A path below an organisation.
fn of_organisation(about: &'static str, name: &Login, path: &[&str]) -> Question {
    let mut all = vec!["orgs", name.as_str()];
    all.extend(path);
    Question::new(about, &all)
}

#[cfg(test)]
mod tests;
