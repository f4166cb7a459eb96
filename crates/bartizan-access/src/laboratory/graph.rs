//! Answers to queries.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::Laboratory;
use crate::{
    name::{Login, RepositoryName, TeamName},
    snapshot::{Bypass, BypassKind, Holder, Level, Place, Repository, Resource, Rules, Visibility},
};

/// How many teams or repositories one answer has, and how many entries a list within has.
const NODES: usize = 20;
const EDGES: usize = 100;

impl Laboratory {
    pub(super) fn queried(&self, name: &str, variables: &Value) -> Value {
        let text = |key: &str| {
            variables
                .get(key)
                .and_then(Value::as_str)
                .unwrap_or_default()
        };
        let after: usize = text("after").parse().unwrap_or(0);
        let organisation = text("organisation");
        match name {
            "teams" => {
                let teams = self.state.teams.iter();
                let teams: Vec<Value> = teams
                    .filter(|it| it.name.owner() == organisation)
                    .map(|it| {
                        let parent = it.parent.as_ref().map(|it| json!({"slug": it.name()}));
                        let privacy = if it.is_secret { "SECRET" } else { "VISIBLE" };
                        json!({"databaseId": it.id, "slug": it.name.name(), "privacy": privacy, "parentTeam": parent,
                            "members": connection("edges", self.members_of(&it.name), 0, EDGES),
                            "repositories": connection("edges", self.repositories_of(&it.name), 0, EDGES)})
                    })
                    .collect();
                json!({"organization": {"teams": connection("nodes", teams, after, NODES)}})
            }
            "team_members" | "team_repositories" => {
                let team = TeamName::new(&format!("{organisation}/{}", text("team")));
                let (key, edges) = match (team, name) {
                    (Ok(team), "team_members") => ("members", self.members_of(&team)),
                    (Ok(team), _) => ("repositories", self.repositories_of(&team)),
                    (Err(_), _) => return json!({"organization": {"team": null}}),
                };
                json!({"organization": {"team": {key: connection("edges", edges, after, EDGES)}}})
            }
            "repositories" => {
                let all: Vec<&Repository> = self
                    .state
                    .repositories
                    .iter()
                    .filter(|it| it.name.owner() == organisation)
                    .collect();
                // Only those of the page are worth the work.
                let told = all.iter().skip(after).take(NODES).map(|it| self.node(it));
                let end = after + NODES;
                json!({"organization": {"repositories": {"nodes": told.collect::<Vec<_>>(),
                    "pageInfo": {"hasNextPage": all.len() > end, "endCursor": end.to_string()}}}})
            }
            _ => {
                let repository =
                    RepositoryName::new(&format!("{}/{}", text("owner"), text("repository")));
                let edges = repository
                    .map(|it| self.collaborators(&it))
                    .unwrap_or_default();
                json!({"repository": {"collaborators": connection("edges", edges, after, EDGES)}})
            }
        }
    }

    fn user(&self, login: &Login) -> Value {
        let person = self.state.person(login);
        json!({"login": login, "databaseId": person.and_then(|it| it.id), "name": person.and_then(|it| it.name.clone())})
    }

    fn members_of(&self, team: &TeamName) -> Vec<Value> {
        let of_it = Resource::Team(team.clone());
        let given = self
            .state
            .assignments
            .iter()
            .filter(|it| it.resource == of_it);
        let told = given.filter_map(|it| match &it.holder {
            Holder::Person(login) => {
                Some(json!({"role": it.level.word().to_uppercase(), "node": self.user(login)}))
            }
            Holder::Team(_) => None,
        });
        told.collect()
    }

    fn repositories_of(&self, team: &TeamName) -> Vec<Value> {
        let holder = Holder::Team(team.clone());
        let given = self
            .state
            .assignments
            .iter()
            .filter(|it| it.holder == holder);
        let told = given.filter_map(|it| match &it.resource {
            Resource::Repository(name) => Some(
                json!({"permission": it.level.word().to_uppercase(), "node": {"nameWithOwner": name}}),
            ),
            _ => None,
        });
        told.collect()
    }

    fn collaborators(&self, repository: &RepositoryName) -> Vec<Value> {
        let of_it = Resource::Repository(repository.clone());
        let given = self
            .state
            .assignments
            .iter()
            .filter(|it| it.resource == of_it);
        let mut people: BTreeMap<&Login, Vec<Value>> = BTreeMap::new();
        for it in given {
            if let Holder::Person(login) = &it.holder {
                let role = it
                    .role
                    .as_ref()
                    .map_or(it.level.word(), |role| role.as_str());
                let source = json!({"permission": it.level.word().to_uppercase(), "roleName": role,
                    "source": {"__typename": "Repository"}});
                people.entry(login).or_default().push(source);
            }
        }
        let told = people.into_iter().map(|(login, mut sources)| {
            // What somebody has as a member is among the sources too, and must not be taken for a gift.
            sources.push(json!({"permission": "READ", "roleName": "read", "source": {"__typename": "Organization"}}));
            json!({"permissionSources": sources, "node": self.user(login)})
        });
        told.collect()
    }

    fn node(&self, it: &Repository) -> Value {
        let visibility = match it.visibility {
            Visibility::Private => "PRIVATE",
            Visibility::Internal => "INTERNAL",
            _ => "PUBLIC",
        };
        let place = Place::Repository(it.name.clone());
        let rules = self.state.rules.iter().filter(|rules| rules.place == place);
        let sets = rules.filter(|it| it.id.is_some()).map(ruleset).collect();
        let lines = it.code_owners.iter().map(|line| {
            let owners = line.owners.iter().map(|it| match it {
                Holder::Person(login) => format!(" @{login}"),
                Holder::Team(team) => format!(" @{team}"),
            });
            format!("{}{}\n", line.pattern, owners.collect::<String>())
        });
        let owners: String = lines.collect();
        let blob = (!owners.is_empty()).then(|| json!({"text": owners, "isTruncated": false}));
        json!({"databaseId": it.id, "nameWithOwner": it.name, "visibility": visibility,
            "isArchived": it.is_archived, "isFork": it.is_fork, "pushedAt": super::time(it.pushed),
            "defaultBranchRef": it.default_branch.as_ref().map(|it| json!({"name": it})),
            "collaborators": connection("edges", self.collaborators(&it.name), 0, EDGES),
            "rulesets": connection("nodes", sets, 0, NODES),
            "branchProtectionRules": connection("nodes", Vec::new(), 0, NODES),
            "github": blob, "root": null, "docs": null})
    }
}

fn ruleset(it: &Rules) -> Value {
    let kinds = it.kinds.iter().map(|kind| {
        let parameters = (kind.as_str() == "pull_request")
            .then(|| json!({"requiredApprovingReviewCount": it.reviews}));
        json!({"type": kind.as_str().to_uppercase(), "parameters": parameters})
    });
    json!({"databaseId": it.id, "name": it.name, "target": it.target.as_str().to_uppercase(),
        "enforcement": it.enforcement.as_str().to_uppercase(),
        "conditions": {"refName": {"include": it.include, "exclude": it.exclude}},
        "rules": connection("nodes", kinds.collect(), 0, 30),
        "bypassActors": connection("nodes", it.bypass.iter().map(bypass).collect(), 0, NODES)})
}

fn bypass(it: &Bypass) -> Value {
    let mode = it.mode.as_str().to_uppercase();
    let actor = |kind: &str, key: &str| json!({"bypassMode": mode, "actor": {"__typename": kind, key: it.name, "databaseId": it.id}});
    match it.kind {
        BypassKind::Owners => json!({"bypassMode": mode, "organizationAdmin": true}),
        BypassKind::DeployKey => json!({"bypassMode": mode, "deployKey": true}),
        BypassKind::Role => json!({"bypassMode": mode, "repositoryRoleName": it.name,
            "repositoryRoleDatabaseId": it.id}),
        BypassKind::Team => actor("Team", "combinedSlug"),
        BypassKind::Person => actor("User", "login"),
        BypassKind::App | BypassKind::Other => actor("App", "slug"),
    }
}

/// Whom rules of an organisation let pass, as questions are answered.
pub(super) fn old_bypass(it: &Bypass) -> Value {
    let kind = match it.kind {
        BypassKind::Owners => "OrganizationAdmin",
        BypassKind::Role => "RepositoryRole",
        BypassKind::Team => "Team",
        BypassKind::Person => "User",
        BypassKind::App | BypassKind::Other => "Integration",
        BypassKind::DeployKey => "DeployKey",
    };
    json!({"actor_id": it.id, "actor_type": kind, "bypass_mode": it.mode})
}

fn connection(key: &str, all: Vec<Value>, after: usize, most: usize) -> Value {
    let end = after.saturating_add(most);
    let has_more = all.len() > end;
    let page: Vec<Value> = all.into_iter().skip(after).take(most).collect();
    json!({key: page, "pageInfo": {"hasNextPage": has_more, "endCursor": end.to_string()}})
}

/// The level of a repository that a member of a team has, for whoever makes organisations up.
pub(super) fn level(number: usize) -> Level {
    match number % 10 {
        0 => Level::Admin,
        1 | 2 => Level::Maintain,
        3..=6 => Level::Write,
        _ => Level::Triage,
    }
}
