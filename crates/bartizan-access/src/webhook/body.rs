//! What a body says, as far as the log keeps it.
//!
//! The name of the event is a header, and not part of what is signed: whoever captured a body of another event could send it as
//! one that is logged. So a body has to hold what the service puts into bodies of that event.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::is_word;
use crate::right::{Account, organisation};

/// What bodies of any event may hold.
const COMMON: [&str; 4] = ["enterprise", "installation", "organization", "sender"];

/// What the bodies of an event are like.
struct Shape {
    event: &'static str,
    /// What each of them holds.
    holds: &'static [&'static str],
    /// What they may hold beside that and what any may; none where that tells nothing.
    may: Option<&'static [&'static str]>,
    /// What may be done; everything where nothing else would tell them from bodies of others.
    actions: &'static [&'static str],
}

const fn shape(event: &'static str, holds: &'static [&'static str]) -> Shape {
    Shape {
        event,
        holds,
        may: None,
        actions: &[],
    }
}

impl Shape {
    /// With nothing else but this.
    const fn may(mut self, may: &'static [&'static str]) -> Self {
        self.may = Some(may);
        self
    }

    const fn does(mut self, actions: &'static [&'static str]) -> Self {
        self.actions = actions;
        self
    }

    fn fits(&self, held: &Map<String, Value>) -> bool {
        let is_allowed = |key: &str| {
            self.may.is_none_or(|may| {
                let known = [self.holds, may, &COMMON];
                known.iter().any(|it| it.contains(&key))
            })
        };
        let action = held.get("action").and_then(Value::as_str);
        self.holds.iter().all(|it| held.contains_key(*it))
            && held.keys().all(|it| is_allowed(it))
            && (self.actions.is_empty() || action.is_some_and(|it| self.actions.contains(&it)))
    }
}

/// What is logged; everything else that is delivered is taken and forgotten.
static LOGGED: [Shape; 16] = [
    shape("branch_protection_configuration", &["action", "repository"])
        .may(&[])
        .does(&["disabled", "enabled"]),
    shape("branch_protection_rule", &["action", "rule", "repository"]),
    shape("deploy_key", &["action", "key", "repository"]),
    shape("github_app_authorization", &["action", "sender"])
        .may(&[])
        .does(&["revoked"]),
    shape("installation", &["action", "installation"]).may(&["repositories", "requester"]),
    shape(
        "installation_repositories",
        &["action", "installation", "repositories_added"],
    ),
    shape("member", &["action", "member", "repository"]),
    shape("membership", &["action", "member", "team"]),
    shape("org_block", &["action", "blocked_user", "organization"]),
    shape("organization", &["action", "organization"]).may(&[
        "changes",
        "invitation",
        "membership",
        "user",
    ]),
    shape(
        "personal_access_token_request",
        &["action", "personal_access_token_request"],
    ),
    shape("public", &["repository"]).may(&[]),
    shape("repository", &["action", "repository"])
        .may(&["changes"])
        .does(&[
            "archived",
            "created",
            "deleted",
            "edited",
            "privatized",
            "publicized",
            "renamed",
            "transferred",
            "unarchived",
        ]),
    shape("repository_ruleset", &["action", "repository_ruleset"]),
    shape("team", &["action", "team"]).may(&["changes", "repository"]),
    shape("team_add", &["team", "repository"]).may(&[]),
];

/// What is kept of a body.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Body {
    /// What was done; empty where the event says it.
    pub(super) action: String,
    /// Who did it.
    pub(super) by: Option<String>,
    /// About whom: an account, or the team that a repository was given to.
    pub(super) about: Option<String>,
    /// Where: an organisation, a team, a repository.
    pub(super) place: Option<String>,
}

#[derive(Deserialize)]
struct Read {
    action: Option<String>,
    sender: Option<Login>,
    organization: Option<Login>,
    repository: Option<Repository>,
    member: Option<Login>,
    membership: Option<Membership>,
    team: Option<Team>,
    blocked_user: Option<Login>,
}

#[derive(Deserialize)]
struct Login {
    login: String,
}

#[derive(Deserialize)]
struct Membership {
    user: Option<Login>,
}

#[derive(Deserialize)]
struct Repository {
    full_name: String,
}

#[derive(Deserialize)]
struct Team {
    slug: String,
}

/// Whether the log keeps what is delivered of an event.
pub(super) fn is_logged(event: &str) -> bool {
    of(event).is_some()
}

fn of(event: &str) -> Option<&'static Shape> {
    LOGGED.iter().find(|it| it.event == event)
}

impl Body {
    /// Reads a body of an event; none where the service sends no such.
    pub(super) fn read(event: &str, bytes: &[u8]) -> Option<Self> {
        let held: Map<String, Value> = serde_json::from_slice(bytes).ok()?;
        if !of(event)?.fits(&held) {
            return None;
        }
        let read: Read = serde_json::from_value(Value::Object(held)).ok()?;
        let action = read.action.unwrap_or_default();
        if !action.is_empty() && !is_word(&action) {
            return None;
        }
        let repository = read.repository.map(|it| it.full_name);
        let owner = repository.as_deref().map(organisation).map(str::to_owned);
        let within = read.organization.map(|it| it.login).or(owner);
        let team = read.team.zip(within.as_ref());
        let team = team.map(|(team, within)| format!("{within}/{}", team.slug));
        let of_membership = read.membership.and_then(|it| it.user);
        let about = read.member.or(of_membership).or(read.blocked_user);
        let account = |login: Login| Account::hosted(&login.login).ok();
        let (about, place) = match (about, repository, team) {
            // A team in a repository.
            (None, Some(repository), Some(team)) => (lower(&team), lower(&repository)),
            (about, Some(place), _) | (about, None, Some(place)) => (named(about), lower(&place)),
            (about, None, None) => (named(about), within.as_deref().and_then(lower)),
        };
        Some(Self {
            action,
            by: read.sender.and_then(account).map(|it| it.to_string()),
            about,
            place,
        })
    }
}

fn named(login: Option<Login>) -> Option<String> {
    let account = Account::hosted(&login?.login).ok()?;
    Some(account.to_string())
}

/// Names as the log has them.
fn lower(name: &str) -> Option<String> {
    name.split('/').all(is_word).then(|| name.to_lowercase())
}
