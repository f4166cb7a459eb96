//! Settings of a repository, some of which an organisation has for all of its own: which actions may run, what the default token may
//! do, whose pull requests wait.

use bartizan_model::hosting::{
    ActionsPolicy, AllowedActions, DefaultToken, ForkApproval, Seen, SelectedActions, Unseen,
    UnseenKind,
};
use serde::Deserialize;

use super::{Asking, Host, Question, cut, one};

#[derive(Deserialize)]
struct Permissions {
    /// Of a repository: whether any action runs.
    #[serde(default)]
    enabled: Option<bool>,
    /// Of an organisation: in which repositories.
    #[serde(default)]
    enabled_repositories: Option<String>,
    #[serde(default)]
    allowed_actions: Option<String>,
    #[serde(default)]
    sha_pinning_required: Option<bool>,
}

#[derive(Deserialize)]
struct Selected {
    #[serde(default)]
    verified_allowed: bool,
    #[serde(default)]
    patterns_allowed: Vec<String>,
}

#[derive(Deserialize)]
struct Workflow {
    default_workflow_permissions: String,
    #[serde(default)]
    can_approve_pull_request_reviews: bool,
}

#[derive(Deserialize)]
struct Approval {
    approval_policy: String,
}

#[derive(Deserialize)]
struct Enabled {
    enabled: bool,
}

/// What these settings need.
const ADMINISTRATION: &str = "administration=read";

/// Whose policy of Actions is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose<'a> {
    /// An organisation's, which its repositories cannot widen.
    Organisation(&'a str),
    /// A repository's, by owner and name.
    Repository(&'a str, &'a str),
}

impl Whose<'_> {
    fn question(self, about: &'static str, below: &[&str]) -> Question {
        let (path, needs) = match self {
            Self::Organisation(name) => (vec!["orgs", name], "organization_administration=read"),
            Self::Repository(owner, name) => (vec!["repos", owner, name], ADMINISTRATION),
        };
        let path: Vec<&str> = path.into_iter().chain(["actions", "permissions"]).collect();
        let path: Vec<&str> = path.into_iter().chain(below.iter().copied()).collect();
        Question::new(about, &path).with(needs)
    }
}

pub(super) fn actions(host: &dyn Host, whose: Whose<'_>) -> Seen<ActionsPolicy> {
    let found: Permissions = one(host, &whose.question("the policy of Actions", &[]))?;
    let is_enabled = match (found.enabled, found.enabled_repositories.as_deref()) {
        (Some(is_enabled), _) => is_enabled,
        (None, Some(which)) => which != "none",
        (None, None) => {
            let why = "the answer does not say whether any action runs";
            return Err(Unseen::new(UnseenKind::Unreadable, why));
        }
    };
    let allowed = match found.allowed_actions.as_deref() {
        Some("local_only") => AllowedActions::Own,
        Some("selected") => AllowedActions::Selected(selected(host, whose)),
        Some("all") => AllowedActions::All,
        // Where no action runs at all, the host leaves it out.
        None if !is_enabled => AllowedActions::Own,
        other => return Err(unknown_word(other.unwrap_or_default())),
    };
    Ok(ActionsPolicy {
        is_enabled,
        allowed,
        needs_pins: found.sha_pinning_required,
    })
}

fn selected(host: &dyn Host, whose: Whose<'_>) -> Seen<SelectedActions> {
    let question = whose.question("the chosen actions", &["selected-actions"]);
    let found: Selected = one(host, &question)?;
    Ok(SelectedActions {
        has_verified: found.verified_allowed,
        patterns: found.patterns_allowed.iter().map(|it| cut(it)).collect(),
    })
}

pub(super) fn token(host: &dyn Host, whose: Whose<'_>) -> Seen<DefaultToken> {
    let question = whose.question("the default token", &["workflow"]);
    let found: Workflow = one(host, &question)?;
    Ok(DefaultToken {
        can_write: match found.default_workflow_permissions.as_str() {
            "read" => false,
            "write" => true,
            other => return Err(unknown_word(other)),
        },
        can_approve: found.can_approve_pull_request_reviews,
    })
}

pub(super) fn fork_approval(asking: &Asking<'_>) -> Seen<ForkApproval> {
    let path = ["actions", "permissions", "fork-pr-contributor-approval"];
    let question = asking
        .of("approval of pull requests from forks", &path)
        .with(ADMINISTRATION);
    let found: Approval = asking.one(&question)?;
    match found.approval_policy.as_str() {
        "first_time_contributors_new_to_github" => Ok(ForkApproval::NewToHost),
        "first_time_contributors" => Ok(ForkApproval::FirstTime),
        "all_external_contributors" => Ok(ForkApproval::Everybody),
        other => Err(unknown_word(other)),
    }
}

pub(super) fn private_reporting(asking: &Asking<'_>) -> Seen<bool> {
    let question = asking.of("private reporting", &["private-vulnerability-reporting"]);
    let found: Enabled = asking.one(&question)?;
    Ok(found.enabled)
}

fn unknown_word(word: &str) -> Unseen {
    let why = format!("the answer says `{}`, which is not known here", cut(word));
    Unseen::new(UnseenKind::Unreadable, why)
}
