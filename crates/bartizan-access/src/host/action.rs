//! The changes that a host can be asked for, as values. None of them deletes an account's own things where there is another way:
//! taking a collaborator's access away deletes their forks of what is private, so that lowering it comes first.

use bartizan_formats::hosting::act::{Action, Method};
use serde_json::{Value, json};

use crate::{
    name::{Login, RepositoryName, TeamName},
    snapshot::Level,
};

const MEMBERS: &str = "members=write";
const ADMINISTRATION: &str = "administration=write";

fn action(
    about: &'static str,
    (method, path): (Method, &[&str]),
    body: Option<Value>,
    permission: &'static str,
) -> Action {
    Action {
        about,
        method,
        path: path.iter().map(|it| (*it).to_owned()).collect(),
        body,
        permission,
    }
}

/// The word of the host for a level of a repository.
fn permission(level: Level) -> &'static str {
    match level {
        Level::Triage => "triage",
        Level::Write => "push",
        Level::Maintain => "maintain",
        Level::Admin => "admin",
        _ => "pull",
    }
}

/// Makes somebody an owner or a member of an organisation; whoever is neither is invited.
pub fn set_membership(organisation: &Login, login: &Login, level: Level) -> Action {
    let role = if level == Level::Owner {
        "admin"
    } else {
        "member"
    };
    let path = ["orgs", organisation.as_str(), "memberships", login.as_str()];
    let body = Some(json!({ "role": role }));
    action("set a membership", (Method::Put, &path), body, MEMBERS)
}

/// Takes somebody out of an organisation and all its teams, or takes an invitation back.
pub fn remove_membership(organisation: &Login, login: &Login) -> Action {
    let path = ["orgs", organisation.as_str(), "memberships", login.as_str()];
    action("end a membership", (Method::Delete, &path), None, MEMBERS)
}

/// Makes a member an outside collaborator, who keeps what was given by name.
pub fn convert_to_outside_collaborator(organisation: &Login, login: &Login) -> Action {
    let path = [
        "orgs",
        organisation.as_str(),
        "outside_collaborators",
        login.as_str(),
    ];
    let body = Some(json!({"async": false}));
    action(
        "make a member an outside collaborator",
        (Method::Put, &path),
        body,
        MEMBERS,
    )
}

/// Takes an outside collaborator's access to all repositories of an organisation away.
pub fn remove_outside_collaborator(organisation: &Login, login: &Login) -> Action {
    let path = [
        "orgs",
        organisation.as_str(),
        "outside_collaborators",
        login.as_str(),
    ];
    action(
        "end an outside collaboration",
        (Method::Delete, &path),
        None,
        MEMBERS,
    )
}

/// Makes somebody a member or a maintainer of a team.
pub fn set_team_membership(team: &TeamName, login: &Login, level: Level) -> Action {
    let role = if level == Level::Maintainer {
        "maintainer"
    } else {
        "member"
    };
    let path = [
        "orgs",
        team.owner(),
        "teams",
        team.name(),
        "memberships",
        login.as_str(),
    ];
    let body = Some(json!({ "role": role }));
    action(
        "set a membership of a team",
        (Method::Put, &path),
        body,
        MEMBERS,
    )
}

/// Takes somebody out of a team.
pub fn remove_team_membership(team: &TeamName, login: &Login) -> Action {
    let path = [
        "orgs",
        team.owner(),
        "teams",
        team.name(),
        "memberships",
        login.as_str(),
    ];
    action(
        "end a membership of a team",
        (Method::Delete, &path),
        None,
        MEMBERS,
    )
}

/// Makes a team, such as one of people who are emeriti.
pub fn create_team(team: &TeamName, parent: Option<u64>) -> Action {
    let path = ["orgs", team.owner(), "teams"];
    let mut body = json!({"name": team.name(), "privacy": "closed"});
    if let (Some(parent), Some(fields)) = (parent, body.as_object_mut()) {
        fields.insert("parent_team_id".to_owned(), parent.into());
    }
    action("make a team", (Method::Post, &path), Some(body), MEMBERS)
}

/// Sets what a team has to a repository; `role` is a role of the organisation's own.
pub fn set_team_repository(
    team: &TeamName,
    repository: &RepositoryName,
    (level, role): (Level, Option<&str>),
) -> Action {
    let path = team_repository(team, repository);
    let body = Some(json!({"permission": role.unwrap_or(permission(level))}));
    action(
        "set a team's access",
        (Method::Put, &path),
        body,
        ADMINISTRATION,
    )
}

/// Takes a team's access to a repository away.
pub fn remove_team_repository(team: &TeamName, repository: &RepositoryName) -> Action {
    let path = team_repository(team, repository);
    action(
        "end a team's access",
        (Method::Delete, &path),
        None,
        ADMINISTRATION,
    )
}

fn team_repository<'a>(team: &'a TeamName, repository: &'a RepositoryName) -> [&'a str; 7] {
    let (owner, name) = (repository.owner(), repository.name());
    [
        "orgs",
        team.owner(),
        "teams",
        team.name(),
        "repos",
        owner,
        name,
    ]
}

/// Sets what somebody has to a repository by name: raises or lowers it, and invites whoever has nothing yet.
pub fn set_collaborator(
    repository: &RepositoryName,
    login: &Login,
    (level, role): (Level, Option<&str>),
) -> Action {
    let path = collaborator(repository, login);
    let body = Some(json!({"permission": role.unwrap_or(permission(level))}));
    action(
        "set a collaborator's access",
        (Method::Put, &path),
        body,
        ADMINISTRATION,
    )
}

/// Takes away what somebody was given by name. Of what is private the host deletes their forks.
pub fn remove_collaborator(repository: &RepositoryName, login: &Login) -> Action {
    let path = collaborator(repository, login);
    action(
        "end a collaborator's access",
        (Method::Delete, &path),
        None,
        ADMINISTRATION,
    )
}

fn collaborator<'a>(repository: &'a RepositoryName, login: &'a Login) -> [&'a str; 5] {
    [
        "repos",
        repository.owner(),
        repository.name(),
        "collaborators",
        login.as_str(),
    ]
}

/// Takes a deploy key away.
pub fn remove_deploy_key(repository: &RepositoryName, id: u64) -> Action {
    let path = [
        "repos",
        repository.owner(),
        repository.name(),
        "keys",
        &id.to_string(),
    ];
    action(
        "take a deploy key away",
        (Method::Delete, &path),
        None,
        ADMINISTRATION,
    )
}

/// Adds a deploy key. What the key is, a snapshot does not hold: whoever puts one back must have it.
pub fn add_deploy_key(
    repository: &RepositoryName,
    (title, key): (&str, &str),
    can_write: bool,
) -> Action {
    let path = ["repos", repository.owner(), repository.name(), "keys"];
    let body = json!({"title": title, "key": key, "read_only": !can_write});
    action(
        "add a deploy key",
        (Method::Post, &path),
        Some(body),
        ADMINISTRATION,
    )
}

/// Ends a fine-grained token's access to an organisation. Only apps may ask for it.
pub fn revoke_token(organisation: &Login, id: u64) -> Action {
    let path = [
        "orgs",
        organisation.as_str(),
        "personal-access-tokens",
        &id.to_string(),
    ];
    let body = Some(json!({"action": "revoke"}));
    let needs = "organization_personal_access_tokens=write";
    action("end a token's access", (Method::Post, &path), body, needs)
}

/// Takes back an invitation to an organisation.
pub fn cancel_invitation(organisation: &Login, id: u64) -> Action {
    let path = [
        "orgs",
        organisation.as_str(),
        "invitations",
        &id.to_string(),
    ];
    action(
        "take an invitation back",
        (Method::Delete, &path),
        None,
        MEMBERS,
    )
}

/// Takes back an invitation to a repository.
pub fn cancel_repository_invitation(repository: &RepositoryName, id: u64) -> Action {
    let path = [
        "repos",
        repository.owner(),
        repository.name(),
        "invitations",
        &id.to_string(),
    ];
    action(
        "take an invitation back",
        (Method::Delete, &path),
        None,
        ADMINISTRATION,
    )
}

/// Gives somebody a role of an organisation.
pub fn give_role(organisation: &Login, login: &Login, role: u64) -> Action {
    let role = role.to_string();
    let path = [
        "orgs",
        organisation.as_str(),
        "organization-roles",
        "users",
        login.as_str(),
        &role,
    ];
    action("give a role", (Method::Put, &path), None, MEMBERS)
}

/// Takes a role of an organisation from somebody.
pub fn take_role(organisation: &Login, login: &Login, role: u64) -> Action {
    let role = role.to_string();
    let path = [
        "orgs",
        organisation.as_str(),
        "organization-roles",
        "users",
        login.as_str(),
        &role,
    ];
    action("take a role", (Method::Delete, &path), None, MEMBERS)
}
