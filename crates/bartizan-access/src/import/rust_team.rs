//! The data of rust-lang/team: a file for each person, team and repository. A team is one of people; where it names an organisation
//! (`[[github]]`), it stands there under its name or another.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, de::DeserializeOwned};

use super::{Draft, ImportFile, slug};
use crate::{
    name::{Login, TeamName, Text},
    snapshot::{Holder, Level, Resource},
};

/// How deep teams include each other.
const DEEPEST: usize = 32;

#[derive(Deserialize)]
struct PersonFile {
    #[serde(default)]
    name: Option<String>,
    github: String,
    #[serde(default, rename = "github-id")]
    id: Option<u64>,
}

#[derive(Deserialize)]
struct TeamFile {
    name: String,
    #[serde(default)]
    people: PeopleTable,
    #[serde(default)]
    github: Vec<HostTable>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "kebab-case")]
#[expect(clippy::struct_excessive_bools, reason = "each is a key of the form")]
struct PeopleTable {
    #[serde(default)]
    leads: Vec<String>,
    #[serde(default)]
    members: Vec<Member>,
    #[serde(default)]
    alumni: Vec<Member>,
    #[serde(default)]
    included_teams: Vec<String>,
    #[serde(default)]
    include_team_leads: bool,
    #[serde(default)]
    include_wg_leads: bool,
    #[serde(default)]
    include_project_group_leads: bool,
    #[serde(default)]
    include_all_team_members: bool,
    #[serde(default)]
    include_all_alumni: bool,
}

/// Somebody, alone or with their roles.
#[derive(Deserialize)]
#[serde(untagged)]
enum Member {
    Name(String),
    Table { github: String },
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct HostTable {
    orgs: Vec<String>,
    #[serde(default)]
    team_name: Option<String>,
    #[serde(default)]
    extra_teams: Vec<String>,
}

#[derive(Deserialize)]
struct RepositoryFile {
    org: String,
    name: String,
    #[serde(default)]
    bots: Vec<String>,
    #[serde(default)]
    access: AccessTable,
}

#[derive(Deserialize, Default)]
struct AccessTable {
    #[serde(default)]
    teams: BTreeMap<String, String>,
    #[serde(default)]
    individuals: BTreeMap<String, String>,
}

impl Member {
    fn name(&self) -> &str {
        match self {
            Self::Name(name) | Self::Table { github: name } => name,
        }
    }
}

pub(super) fn read(draft: &mut Draft, files: &[&ImportFile]) {
    let mut teams: BTreeMap<String, (String, TeamFile)> = BTreeMap::new();
    for file in files {
        let folder = file.path.split('/').next().unwrap_or_default();
        if !file.path.ends_with(".toml") {
            continue;
        }
        match folder {
            "people" => person(draft, file),
            "teams" => {
                if let Some(team) = toml::<TeamFile>(draft, file) {
                    teams.insert(team.name.clone(), (file.path.clone(), team));
                }
            }
            _ => {}
        }
    }
    let all: BTreeMap<&str, &TeamFile> = teams
        .iter()
        .map(|(name, (_, it))| (name.as_str(), it))
        .collect();
    for (place, team) in teams.values() {
        for at in &team.github {
            put(draft, place, &all, (team, at));
        }
    }
    for file in files.iter().filter(|it| it.path.starts_with("repos/")) {
        if file.path.ends_with(".toml") && !file.path.contains("/archive/") {
            repository(draft, file, &all);
        }
    }
}

fn toml<T: DeserializeOwned>(draft: &mut Draft, file: &ImportFile) -> Option<T> {
    let text = draft.text(file)?;
    match ::toml::from_str(text) {
        Ok(value) => Some(value),
        Err(error) => {
            draft.complain(&file.path, error.message().to_owned());
            None
        }
    }
}

fn person(draft: &mut Draft, file: &ImportFile) {
    let Some(found) = toml::<PersonFile>(draft, file) else {
        return;
    };
    let Some(login) = draft.person(&file.path, &found.github) else {
        return;
    };
    if let Some(person) = draft.people.get_mut(&login) {
        person.name = found.name.as_deref().map(Text::new);
        person.id = found.id;
    }
}

/// Puts a team into the organisations that it names.
fn put(
    draft: &mut Draft,
    place: &str,
    all: &BTreeMap<&str, &TeamFile>,
    (team, at): (&TeamFile, &HostTable),
) {
    let mut members = BTreeMap::new();
    people(all, &team.name, (0, &mut BTreeSet::new()), &mut members);
    for other in &at.extra_teams {
        people(all, other, (0, &mut BTreeSet::new()), &mut members);
    }
    for organisation in &at.orgs {
        let Ok(organisation) = Login::new(organisation) else {
            draft.complain(
                place,
                format!("`{}` is no organisation", Text::new(organisation)),
            );
            continue;
        };
        let shown = at.team_name.as_deref().unwrap_or(&team.name);
        let Some(name) = draft.team(place, &organisation, shown) else {
            continue;
        };
        for (login, level) in &members {
            if let Some(login) = draft.person(place, login) {
                draft.give(Holder::Person(login), Resource::Team(name.clone()), *level);
            }
        }
        for former in &team.people.alumni {
            if let Some(login) = draft.person(place, former.name()) {
                draft.alumni.push((name.clone(), login));
            }
        }
    }
}

/// Everybody who is in a team, by themselves or by teams that it includes.
fn people<'a>(
    all: &BTreeMap<&str, &'a TeamFile>,
    name: &str,
    (depth, seen): (usize, &mut BTreeSet<String>),
    into: &mut BTreeMap<&'a str, Level>,
) {
    let Some(team) = all.get(name) else {
        return;
    };
    if depth > DEEPEST || !seen.insert(name.to_owned()) {
        return;
    }
    let table = &team.people;
    for member in &table.members {
        into.entry(member.name()).or_insert(Level::Member);
    }
    for other in &table.included_teams {
        people(all, other, (depth + 1, seen), into);
    }
    for other in all.values() {
        let leads =
            table.include_team_leads || table.include_wg_leads || table.include_project_group_leads;
        if leads {
            for lead in &other.people.leads {
                into.entry(lead).or_insert(Level::Member);
            }
        }
        if table.include_all_team_members && other.name != team.name {
            for member in &other.people.members {
                into.entry(member.name()).or_insert(Level::Member);
            }
        }
        if table.include_all_alumni {
            for former in &other.people.alumni {
                into.entry(former.name()).or_insert(Level::Member);
            }
        }
    }
}

fn repository(draft: &mut Draft, file: &ImportFile, all: &BTreeMap<&str, &TeamFile>) {
    let Some(found) = toml::<RepositoryFile>(draft, file) else {
        return;
    };
    let Ok(owner) = Login::new(&found.org) else {
        draft.complain(&file.path, "its organisation is none");
        return;
    };
    draft.organisation(&owner);
    let Some(name) = draft.repository(&file.path, &owner, &found.name) else {
        return;
    };
    for (team, word) in &found.access.teams {
        let Some(level) = draft.level(&file.path, word) else {
            continue;
        };
        let Some(team) = standing(all, team, &owner) else {
            draft.complain(
                &file.path,
                format!("the team `{}` is not of {owner}", Text::new(team)),
            );
            continue;
        };
        draft.give(
            Holder::Team(team),
            Resource::Repository(name.clone()),
            level,
        );
    }
    let individuals = found.access.individuals.iter();
    let bots = found.bots.iter();
    for (person, word) in individuals {
        let level = draft.level(&file.path, word);
        let login = draft.person(&file.path, person);
        if let (Some(login), Some(level)) = (login, level) {
            draft.give(
                Holder::Person(login),
                Resource::Repository(name.clone()),
                level,
            );
        }
    }
    // Which level a bot has stands in the program that reads this form, not in the form: write.
    for bot in bots {
        if let Some(login) = draft.person(&file.path, bot) {
            if let Some(person) = draft.people.get_mut(&login) {
                person.is_bot = true;
            }
            let resource = Resource::Repository(name.clone());
            draft.give(Holder::Person(login), resource, Level::Write);
        }
    }
}

/// What a team is called in an organisation.
fn standing(all: &BTreeMap<&str, &TeamFile>, name: &str, owner: &Login) -> Option<TeamName> {
    let team = all.get(name)?;
    let is_there = |it: &&HostTable| {
        it.orgs
            .iter()
            .any(|org| org.eq_ignore_ascii_case(owner.as_str()))
    };
    let at = team.github.iter().find(is_there)?;
    let shown = at.team_name.as_deref().unwrap_or(name);
    TeamName::new(&format!("{owner}/{}", slug(shown))).ok()
}
