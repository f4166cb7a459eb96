//! Settings of a repository: which actions may run, what the default token may do, whose pull requests wait.

use bartizan_model::hosting::{
    ActionsPolicy, AllowedActions, DefaultToken, ForkApproval, Seen, SelectedActions, Unseen,
    UnseenKind,
};
use serde::Deserialize;

use super::{Asking, cut};

#[derive(Deserialize)]
struct Permissions {
    enabled: bool,
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

pub(super) fn actions(asking: &Asking<'_>) -> Seen<ActionsPolicy> {
    let question = asking
        .of("the policy of Actions", &["actions", "permissions"])
        .with(ADMINISTRATION);
    let found: Permissions = asking.one(&question)?;
    let allowed = match found.allowed_actions.as_deref() {
        Some("local_only") => AllowedActions::Own,
        Some("selected") => AllowedActions::Selected(selected(asking)),
        Some("all") => AllowedActions::All,
        // Where no action runs at all, the host leaves it out.
        None if !found.enabled => AllowedActions::Own,
        other => return Err(unknown_word(other.unwrap_or_default())),
    };
    Ok(ActionsPolicy {
        is_enabled: found.enabled,
        allowed,
        needs_pins: found.sha_pinning_required,
    })
}

fn selected(asking: &Asking<'_>) -> Seen<SelectedActions> {
    let path = ["actions", "permissions", "selected-actions"];
    let question = asking.of("the chosen actions", &path).with(ADMINISTRATION);
    let found: Selected = asking.one(&question)?;
    Ok(SelectedActions {
        has_verified: found.verified_allowed,
        patterns: found.patterns_allowed.iter().map(|it| cut(it)).collect(),
    })
}

pub(super) fn token(asking: &Asking<'_>) -> Seen<DefaultToken> {
    let path = ["actions", "permissions", "workflow"];
    let question = asking.of("the default token", &path).with(ADMINISTRATION);
    let found: Workflow = asking.one(&question)?;
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
