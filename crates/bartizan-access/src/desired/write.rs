//! What is wanted, as a first draft made of what there is: so that a project that has only files of another tool, or no file at all,
//! begins with what holds today.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{Bot, Desired, Emeriti, Role, TeamWanted};
use crate::{
    name::{Login, TeamName, Text},
    snapshot::{Holder, Level, Resource, Snapshot, Team},
};

impl Desired {
    /// A draft that wants what a snapshot has of one organisation, as far as roles can say it. Each team gets a role that is nothing
    /// but a level, for each level that it has somewhere. `alumni` are those who are said to have left.
    pub fn draft(snapshot: &Snapshot, organisation: &Login, alumni: &[(TeamName, Login)]) -> Self {
        let of_it = Resource::Organisation(organisation.clone());
        let owners = people(snapshot, Level::Owner, &of_it);
        let (mut teams, mut roles) = (Vec::new(), Vec::new());
        let mut placed: BTreeSet<Login> = owners.clone();
        let members = people(snapshot, Level::Member, &of_it);
        for team in snapshot
            .teams
            .iter()
            .filter(|it| it.name.owner() == organisation.as_str())
        {
            let drafted = drafted(snapshot, team, &mut roles);
            for it in &drafted {
                placed.extend(it.people.iter().chain(&it.maintainers).cloned());
            }
            teams.extend(drafted);
        }
        // Whoever has left altogether is not invited again to be thanked.
        let former: BTreeSet<Login> = alumni.iter().map(|it| it.1.clone()).collect();
        let former = former.difference(&placed).filter(|it| members.contains(it));
        let former: Vec<Login> = former.cloned().collect();
        Self {
            organisation: organisation.clone(),
            base: snapshot
                .organisation(organisation.as_str())
                .and_then(|it| it.base_level),
            second_factor: None,
            members: members.difference(&placed).cloned().collect(),
            owners: owners.into_iter().collect(),
            emeriti: (!former.is_empty()).then(|| Emeriti {
                team: "emeriti".to_owned(),
                people: former,
            }),
            roles,
            teams,
            bots: bots(snapshot),
            exceptions: Vec::new(),
            rules: Vec::new(),
        }
    }

    /// The file that says so.
    pub fn to_text(&self) -> String {
        // Texts and lists can always be written.
        let value = serde_json::to_value(self).unwrap_or_default();
        let (mut text, mut tables) = (String::new(), String::new());
        for (key, value) in value.as_object().into_iter().flatten() {
            match value {
                Value::Array(entries) if entries.iter().any(Value::is_object) => {
                    for entry in entries.iter().filter_map(Value::as_object) {
                        tables += &format!("\n[[{key}]]\n");
                        for (key, value) in entry {
                            tables += &format!("{key} = {}\n", inline(value));
                        }
                    }
                }
                other => text += &format!("{key} = {}\n", inline(other)),
            }
        }
        text + &tables
    }
}

/// A value in one line. A text of JSON is one of TOML.
fn inline(value: &Value) -> String {
    match value {
        Value::Object(fields) => {
            let fields = fields
                .iter()
                .map(|(key, it)| format!("{key} = {}", inline(it)));
            format!("{{ {} }}", fields.collect::<Vec<_>>().join(", "))
        }
        Value::Array(entries) => {
            let entries: Vec<String> = entries.iter().map(inline).collect();
            format!("[{}]", entries.join(", "))
        }
        other => other.to_string(),
    }
}

/// Whoever is said to be a program; what for, only its people can say.
fn bots(snapshot: &Snapshot) -> Vec<Bot> {
    let bots = snapshot.people.iter().filter(|it| it.is_bot);
    let bots = bots.map(|it| Bot {
        login: it.login.clone(),
        repositories: Vec::new(),
        level: Level::Write,
        reason: Text::new("not said"),
    });
    bots.collect()
}

/// What is wanted of one team, and the roles that it takes.
fn drafted(snapshot: &Snapshot, team: &Team, roles: &mut Vec<Role>) -> Vec<TeamWanted> {
    let resource = Resource::Team(team.name.clone());
    let members = people(snapshot, Level::Member, &resource);
    let maintainers = people(snapshot, Level::Maintainer, &resource);
    let mut of_level = levels(snapshot, &team.name);
    let (level, repositories) = of_level.pop_last().unwrap_or((Level::Nothing, Vec::new()));
    let first = TeamWanted {
        name: team.name.name().to_owned(),
        role: role_of(level).id,
        parent: team.parent.as_ref().map(|it| it.name().to_owned()),
        people: members.into_iter().collect(),
        maintainers: maintainers.into_iter().collect(),
        repositories,
        paths: None,
        environments: None,
    };
    // A team has one role for one scope: what it has less of stands in entries of their own, which name nobody.
    let further = of_level
        .iter()
        .rev()
        .map(|(level, repositories)| TeamWanted {
            role: role_of(*level).id,
            people: Vec::new(),
            maintainers: Vec::new(),
            repositories: repositories.clone(),
            ..first.clone()
        });
    let further: Vec<TeamWanted> = further.collect();
    for level in [level].into_iter().chain(of_level.into_keys()) {
        if roles.iter().all(|it: &Role| it.level != level) {
            roles.push(role_of(level));
        }
    }
    let mut all = vec![first];
    all.extend(further);
    all
}

/// Everybody who was given a level of something by name.
fn people(snapshot: &Snapshot, level: Level, resource: &Resource) -> BTreeSet<Login> {
    let given = snapshot.assignments.iter();
    let given =
        given.filter(|it| it.level == level && it.resource == *resource && it.role.is_none());
    let people = given.filter_map(|it| match &it.holder {
        Holder::Person(login) => Some(login.clone()),
        Holder::Team(_) => None,
    });
    people.collect()
}

/// The repositories of a team, by the level that it has.
fn levels(snapshot: &Snapshot, team: &TeamName) -> BTreeMap<Level, Vec<String>> {
    let mut levels: BTreeMap<Level, Vec<String>> = BTreeMap::new();
    for given in &snapshot.assignments {
        match (&given.holder, &given.resource) {
            (Holder::Team(holder), Resource::Repository(name)) if holder == team => {
                levels
                    .entry(given.level)
                    .or_default()
                    .push(name.name().to_owned());
            }
            _ => {}
        }
    }
    levels
}

/// A role that is nothing but a level: which role of the catalogue a team holds, only its people can say.
fn role_of(level: Level) -> Role {
    Role {
        id: format!("has-{level}"),
        title: format!("Has {level}"),
        summary: "not said yet; a role of the catalogue may take its place".to_owned(),
        level,
        owns_code: false,
        paths: Vec::new(),
        environments: Vec::new(),
        organisation_role: None,
    }
}
