//! What a body says, as far as the log keeps it.
//!
//! The name of the event is a header, and not part of what is signed: whoever captured a body of another event could send it as
//! one that is logged. So a body has to hold what the service puts into bodies of that event.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::is_word;
use crate::right::{Account, organisation};

/// What is logged, with what its bodies hold; everything else that is delivered is taken and forgotten.
const LOGGED: [(&str, &[&str]); 16] = [
    ("branch_protection_configuration", &["repository"]),
    ("branch_protection_rule", &["rule", "repository"]),
    ("deploy_key", &["key", "repository"]),
    ("github_app_authorization", &["sender"]),
    ("installation", &["installation"]),
    ("installation_repositories", &["installation"]),
    ("member", &["member", "repository"]),
    ("membership", &["member", "team"]),
    ("org_block", &["blocked_user", "organization"]),
    ("organization", &["organization"]),
    (
        "personal_access_token_request",
        &["personal_access_token_request"],
    ),
    ("public", &["repository"]),
    ("repository", &["repository"]),
    ("repository_ruleset", &["repository_ruleset"]),
    ("team", &["team"]),
    ("team_add", &["team", "repository"]),
];

/// Bodies of these hold nothing of their own, so that nothing else may be in them either.
const PLAIN: [&str; 4] = [
    "branch_protection_configuration",
    "github_app_authorization",
    "public",
    "repository",
];

/// What bodies of any event hold.
const COMMON: [&str; 7] = [
    "action",
    "changes",
    "enterprise",
    "installation",
    "organization",
    "repository",
    "sender",
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
    holds(event).is_some()
}

fn holds(event: &str) -> Option<&'static [&'static str]> {
    let mut logged = LOGGED.iter();
    logged
        .find(|(name, _)| *name == event)
        .map(|(_, holds)| *holds)
}

impl Body {
    /// Reads a body of an event; none where the service sends no such.
    pub(super) fn read(event: &str, bytes: &[u8]) -> Option<Self> {
        let held: Map<String, Value> = serde_json::from_slice(bytes).ok()?;
        let is_whole = holds(event)?.iter().all(|it| held.contains_key(*it));
        let is_plain = || held.keys().all(|it| COMMON.contains(&it.as_str()));
        if !is_whole || (PLAIN.contains(&event) && !is_plain()) {
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
            (None, Some(repository), Some(team)) => (lower(team), lower(repository)),
            (about, Some(place), _) | (about, None, Some(place)) => (named(about), lower(place)),
            (about, None, None) => (named(about), within.and_then(lower)),
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
fn lower(name: String) -> Option<String> {
    name.split('/').all(is_word).then(|| name.to_lowercase())
}
