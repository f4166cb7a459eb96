//! Teams, who is in them, and what they have.

use bartizan_formats::hosting::graph::{GraphHost, Query};
use bartizan_model::hosting::{Seen, Unseen, UnseenKind};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};

use super::{
    MOST_QUERIES, Reading,
    answers::{Account, PageInfo, or_default},
};
use crate::{
    name::{Login, RepositoryName, TeamName},
    snapshot::{Holder, Level, Part, Resource, Team},
};

pub(super) const TEAMS: &str = include_str!("teams.graphql");
pub(super) const MEMBERS: &str = include_str!("team_members.graphql");
pub(super) const REPOSITORIES: &str = include_str!("team_repositories.graphql");

/// A list of a query.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", bound = "T: Deserialize<'de>")]
pub(super) struct Connection<T> {
    #[serde(default, deserialize_with = "or_default")]
    pub(super) page_info: PageInfo,
    #[serde(default = "Vec::new", alias = "edges", deserialize_with = "or_default")]
    pub(super) nodes: Vec<Option<T>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct TeamAnswer {
    database_id: Option<u64>,
    slug: String,
    #[serde(default)]
    privacy: Option<String>,
    #[serde(default)]
    parent_team: Option<Parent>,
    #[serde(default)]
    members: Option<Connection<MemberEdge>>,
    #[serde(default)]
    repositories: Option<Connection<RepositoryEdge>>,
}

#[derive(Deserialize)]
struct Parent {
    slug: String,
}

#[derive(Deserialize)]
struct MemberEdge {
    role: String,
    node: Option<Account>,
}

#[derive(Deserialize)]
struct RepositoryEdge {
    permission: String,
    node: Option<Named>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Named {
    name_with_owner: String,
}

/// The list at a place of a query's answer, `/` between the parts of the place.
pub(super) fn connection<T: DeserializeOwned>(
    host: &dyn GraphHost,
    query: &Query,
    place: &str,
) -> Seen<Connection<T>> {
    let mut graph = host.query(query)?;
    let at = graph
        .data
        .pointer_mut(&format!("/{place}"))
        .map(Value::take);
    let found = at.filter(|it| !it.is_null()).ok_or_else(|| {
        let nothing = || Unseen::new(UnseenKind::Absent, "the host shows no such list");
        let unseen = graph.why(place).unwrap_or_else(nothing);
        let permission = query.permission.map(|it| format!("`{it}`"));
        Unseen {
            permission,
            ..unseen
        }
    })?;
    serde_json::from_value(found).map_err(|error| bartizan_formats::hosting::unreadable(&error))
}

/// The first entry of a list that is picked, from its beginning to its end.
pub(super) fn first<T: DeserializeOwned, F>(
    host: &dyn GraphHost,
    (mut query, place): (Query, &str),
    pick: impl Fn(T) -> Seen<Option<F>>,
) -> Seen<Option<F>> {
    for _ in 0..MOST_QUERIES {
        let page: Connection<T> = connection(host, &query, place)?;
        for node in page.nodes.into_iter().flatten() {
            if let Some(found) = pick(node)? {
                return Ok(Some(found));
            }
        }
        let Some(after) = page.page_info.next() else {
            return Ok(None);
        };
        if let Some(variables) = query.variables.as_object_mut() {
            variables.insert("after".to_owned(), after.into());
        }
    }
    let why = "there are more entries than were asked for";
    Err(Unseen::new(UnseenKind::Unreadable, why))
}

/// What somebody is in a team itself. The other interface counts whoever is in a team within it as well, and calls owners
/// maintainers.
pub fn level_in_team(host: &dyn GraphHost, team: &TeamName, login: &Login) -> Seen<Option<Level>> {
    let query = Query {
        about: "people of a team",
        text: MEMBERS,
        variables: json!({"organisation": team.owner(), "team": team.name(), "after": null}),
        permission: Some("members=read"),
    };
    first(
        host,
        (query, "organization/team/members"),
        |edge: MemberEdge| {
            let account = edge.node.as_ref();
            let is_meant = account.is_some_and(|it| it.login.eq_ignore_ascii_case(login.as_str()));
            Ok(is_meant.then(|| edge.level()))
        },
    )
}

impl MemberEdge {
    fn level(&self) -> Level {
        match self.role.as_str() {
            "MAINTAINER" => Level::Maintainer,
            _ => Level::Member,
        }
    }
}

impl Reading<'_> {
    /// The list at a place of a query's answer, `/` between the parts of the place.
    pub(super) fn connection<T: DeserializeOwned>(
        &self,
        query: &Query,
        place: &str,
    ) -> Seen<Connection<T>> {
        connection(self.host, query, place)
    }

    pub(super) fn teams(&mut self, organisation: &Login) {
        let mut after = None;
        for _ in 0..MOST_QUERIES {
            let query = Query {
                about: "teams",
                text: TEAMS,
                variables: json!({"organisation": organisation, "after": after}),
                permission: Some("members=read"),
            };
            let page: Connection<TeamAnswer> = match self.connection(&query, "organization/teams") {
                Ok(page) => page,
                Err(unseen) => {
                    for part in [Part::Teams, Part::TeamMembers, Part::TeamRepositories] {
                        self.miss(part, organisation.as_str(), &unseen);
                    }
                    return;
                }
            };
            for answer in page.nodes.into_iter().flatten() {
                self.team(organisation, answer);
            }
            after = page.page_info.next();
            if after.is_none() {
                return;
            }
        }
        self.miss_more(Part::Teams, organisation.as_str(), "teams");
    }

    fn team(&mut self, organisation: &Login, answer: TeamAnswer) {
        let named = |slug: &str| TeamName::new(&format!("{organisation}/{slug}"));
        let Ok(name) = named(&answer.slug) else {
            let why = "a team has a name that none can have";
            let unseen = Unseen::new(UnseenKind::Unreadable, why);
            self.miss(Part::Teams, organisation.as_str(), &unseen);
            return;
        };
        let parent = answer.parent_team.and_then(|it| named(&it.slug).ok());
        self.snapshot.teams.push(Team {
            name: name.clone(),
            id: answer.database_id,
            parent,
            is_secret: answer.privacy.as_deref() == Some("SECRET"),
        });
        self.team_members(&name, answer.members);
        self.team_repositories(&name, answer.repositories);
    }

    fn team_members(&mut self, team: &TeamName, first: Option<Connection<MemberEdge>>) {
        let about = ("people of a team", MEMBERS, "members");
        let edges = self.whole((Part::TeamMembers, team), about, first);
        for edge in edges {
            let level = edge.level();
            let Some(account) = edge.node else {
                continue;
            };
            let Some(login) = self.meet(Part::TeamMembers, team.as_str(), &account) else {
                continue;
            };
            let resource = Resource::Team(team.clone());
            self.give(Holder::Person(login), resource, (level, None));
        }
    }

    fn team_repositories(&mut self, team: &TeamName, first: Option<Connection<RepositoryEdge>>) {
        let about = ("repositories of a team", REPOSITORIES, "repositories");
        let part = Part::TeamRepositories;
        let edges = self.whole((part, team), about, first);
        for edge in edges {
            let name = edge.node.map(|it| RepositoryName::new(&it.name_with_owner));
            let level = Level::of_repository(&edge.permission);
            let (Some(Ok(name)), Some(level)) = (name, level) else {
                let why = "the host says something of a repository that cannot be";
                let unseen = Unseen::new(UnseenKind::Unreadable, why);
                self.miss(part, team.as_str(), &unseen);
                continue;
            };
            let resource = Resource::Repository(name);
            self.give(Holder::Team(team.clone()), resource, (level, None));
        }
    }

    /// A list of a team from its beginning to its end.
    fn whole<T: DeserializeOwned>(
        &mut self,
        (part, team): (Part, &TeamName),
        (about, text, key): (&'static str, &'static str, &str),
        first: Option<Connection<T>>,
    ) -> Vec<T> {
        let Some(first) = first else {
            let unseen = Unseen::new(UnseenKind::Absent, "the host shows no such list");
            self.miss(part, team.as_str(), &unseen);
            return Vec::new();
        };
        let mut all: Vec<T> = first.nodes.into_iter().flatten().collect();
        let mut after = first.page_info.next();
        for _ in 0..MOST_QUERIES {
            let Some(cursor) = after.take() else {
                return all;
            };
            let variables =
                json!({"organisation": team.owner(), "team": team.name(), "after": cursor});
            let query = Query {
                about,
                text,
                variables,
                permission: Some("members=read"),
            };
            let place = format!("organization/team/{key}");
            match self.connection(&query, &place) {
                Ok(page) => {
                    all.extend(page.nodes.into_iter().flatten());
                    after = page.page_info.next();
                }
                Err(unseen) => self.miss(part, team.as_str(), &unseen),
            }
        }
        self.miss_more(part, team.as_str(), "entries");
        all
    }
}
