//! The changes that a host can be asked for, as values. None of them deletes an account's own things where there is another way:
//! taking a collaborator's access away deletes their forks of what is private, so that lowering it comes first.

use bartizan_formats::hosting::act::{Action, Method};
use serde_json::{Value, json};

use crate::{
    name::{Login, RepositoryName, TeamName},
    snapshot::Level,
};

/// An action on members of an organisation.
fn on_members(about: &'static str, how: Method, path: &[&str], body: Option<Value>) -> Action {
    action(about, (how, path), body, "members=write")
}

/// An action on a repository.
fn on_repository(about: &'static str, how: Method, path: &[&str], body: Option<Value>) -> Action {
    action(about, (how, path), body, "administration=write")
}

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

/// What is sent to set a level of a repository.
fn permission(level: Level) -> Value {
    let word = match level {
        Level::Triage => "triage",
        Level::Write => "push",
        Level::Maintain => "maintain",
        Level::Admin => "admin",
        _ => "pull",
    };
    json!({ "permission": word })
}

/// What is sent to make somebody a member, or more than that.
fn role(is_more: bool, more: &str) -> Value {
    json!({ "role": if is_more { more } else { "member" } })
}

fn membership<'a>(organisation: &'a Login, login: &'a Login) -> [&'a str; 4] {
    ["orgs", organisation.as_str(), "memberships", login.as_str()]
}

/// Makes somebody an owner or a member of an organisation; whoever is neither is invited.
pub fn set_membership(organisation: &Login, login: &Login, level: Level) -> Action {
    let path = membership(organisation, login);
    let body = Some(role(level == Level::Owner, "admin"));
    on_members("set a membership", Method::Put, &path, body)
}

/// Takes somebody out of an organisation and all its teams, or takes an invitation back.
pub fn remove_membership(organisation: &Login, login: &Login) -> Action {
    let path = membership(organisation, login);
    on_members("end a membership", Method::Delete, &path, None)
}

fn team_membership<'a>(team: &'a TeamName, login: &'a Login) -> [&'a str; 6] {
    let (owner, name) = (team.owner(), team.name());
    ["orgs", owner, "teams", name, "memberships", login.as_str()]
}

/// Makes somebody a member or a maintainer of a team.
pub fn set_team_membership(team: &TeamName, login: &Login, level: Level) -> Action {
    let path = team_membership(team, login);
    let body = Some(role(level == Level::Maintainer, "maintainer"));
    on_members("set a membership of a team", Method::Put, &path, body)
}

/// Takes somebody out of a team.
pub fn remove_team_membership(team: &TeamName, login: &Login) -> Action {
    let path = team_membership(team, login);
    on_members("end a membership of a team", Method::Delete, &path, None)
}

fn team_repository<'a>(team: &'a TeamName, at: &'a RepositoryName) -> [&'a str; 7] {
    let (owner, name) = (team.owner(), team.name());
    ["orgs", owner, "teams", name, "repos", at.owner(), at.name()]
}

/// Sets what a team has to a repository.
pub fn set_team_repository(team: &TeamName, at: &RepositoryName, level: Level) -> Action {
    let path = team_repository(team, at);
    let body = Some(permission(level));
    on_repository("set a team's access", Method::Put, &path, body)
}

/// Takes a team's access to a repository away.
pub fn remove_team_repository(team: &TeamName, at: &RepositoryName) -> Action {
    let path = team_repository(team, at);
    on_repository("end a team's access", Method::Delete, &path, None)
}

fn collaborator<'a>(at: &'a RepositoryName, login: &'a Login) -> [&'a str; 5] {
    let (owner, name) = (at.owner(), at.name());
    ["repos", owner, name, "collaborators", login.as_str()]
}

/// Sets what somebody has to a repository by name: raises or lowers it, and invites whoever has nothing yet.
pub fn set_collaborator(at: &RepositoryName, login: &Login, level: Level) -> Action {
    let path = collaborator(at, login);
    let body = Some(permission(level));
    on_repository("set a collaborator's access", Method::Put, &path, body)
}

/// Takes away what somebody was given by name. Of what is private the host deletes their forks, so that no plan does it.
pub fn remove_collaborator(at: &RepositoryName, login: &Login) -> Action {
    let path = collaborator(at, login);
    on_repository("end a collaborator's access", Method::Delete, &path, None)
}

/// Takes a deploy key away.
pub fn remove_deploy_key(at: &RepositoryName, id: u64) -> Action {
    let path = ["repos", at.owner(), at.name(), "keys", &id.to_string()];
    on_repository("take a deploy key away", Method::Delete, &path, None)
}

/// Ends a fine-grained token's access to an organisation. Only apps may ask for it.
pub fn revoke_token(organisation: &Login, id: u64) -> Action {
    let (name, id) = (organisation.as_str(), id.to_string());
    let path = ["orgs", name, "personal-access-tokens", &id];
    let body = Some(json!({"action": "revoke"}));
    let needs = "organization_personal_access_tokens=write";
    action("end a token's access", (Method::Post, &path), body, needs)
}

/// Takes back an invitation to an organisation.
pub fn cancel_invitation(organisation: &Login, id: u64) -> Action {
    let (name, id) = (organisation.as_str(), id.to_string());
    let path = ["orgs", name, "invitations", &id];
    on_members("take an invitation back", Method::Delete, &path, None)
}

/// Takes back an invitation to a repository.
pub fn cancel_repository_invitation(at: &RepositoryName, id: u64) -> Action {
    let id = id.to_string();
    let path = ["repos", at.owner(), at.name(), "invitations", &id];
    on_repository("take an invitation back", Method::Delete, &path, None)
}
