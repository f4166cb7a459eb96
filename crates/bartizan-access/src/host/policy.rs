//! Which actions may run, and what their token may do.

use bartizan_formats::hosting;
use bartizan_model::hosting::{AllowedActions, DefaultToken, Seen};
use serde::Deserialize;

use super::{Reading, of_organisation};
use crate::{
    name::{Login, RepositoryName, Text},
    snapshot::{ActionsPolicy, Allowed, Part},
};

const ADMINISTRATION: &str = "organization_administration=read";

#[derive(Deserialize)]
struct Permissions {
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

impl Reading<'_> {
    /// The policy of an organisation, which its repositories cannot widen.
    pub(super) fn organisation_policy(&mut self, name: &Login) -> Option<ActionsPolicy> {
        let path = ["actions", "permissions"];
        let question = of_organisation("the policy of Actions", name, &path).with(ADMINISTRATION);
        let found: Permissions = self.seen(name.as_str(), self.one(&question))?;
        let allowed = match found.allowed_actions.as_deref() {
            Some("all") => Allowed::All,
            Some("selected") => Allowed::Selected,
            _ => Allowed::Own,
        };
        let mut policy = ActionsPolicy {
            is_enabled: found.enabled_repositories.as_deref() != Some("none"),
            allowed,
            has_verified: false,
            patterns: Vec::new(),
            needs_pins: found.sha_pinning_required,
            token_can_write: None,
            token_can_approve: None,
        };
        if allowed == Allowed::Selected {
            let path = ["actions", "permissions", "selected-actions"];
            let question = of_organisation("the chosen actions", name, &path).with(ADMINISTRATION);
            if let Some(chosen) = self.seen::<Selected>(name.as_str(), self.one(&question)) {
                policy.has_verified = chosen.verified_allowed;
                policy.patterns = chosen
                    .patterns_allowed
                    .iter()
                    .map(|it| Text::new(it))
                    .collect();
            }
        }
        let path = ["actions", "permissions", "workflow"];
        let question = of_organisation("the default token", name, &path).with(ADMINISTRATION);
        if let Some(token) = self.seen::<Workflow>(name.as_str(), self.one(&question)) {
            policy.token_can_write = Some(token.default_workflow_permissions != "read");
            policy.token_can_approve = Some(token.can_approve_pull_request_reviews);
        }
        Some(policy)
    }

    /// The policy of a repository.
    pub(super) fn repository_policy(&mut self, name: &RepositoryName) -> Option<ActionsPolicy> {
        let (actions, token) = hosting::actions_policy(self.host, name.as_str());
        let found = self.seen(name.as_str(), actions);
        let token: Option<DefaultToken> = self.seen(name.as_str(), token);
        let found = found?;
        let (allowed, chosen) = match found.allowed {
            AllowedActions::All => (Allowed::All, None),
            AllowedActions::Own => (Allowed::Own, None),
            AllowedActions::Selected(chosen) => {
                (Allowed::Selected, self.seen(name.as_str(), chosen))
            }
        };
        let patterns = chosen.iter().flat_map(|it| &it.patterns);
        Some(ActionsPolicy {
            is_enabled: found.is_enabled,
            allowed,
            has_verified: chosen.as_ref().is_some_and(|it| it.has_verified),
            patterns: patterns.map(|it| Text::new(it)).collect(),
            needs_pins: found.needs_pins,
            token_can_write: token.map(|it| it.can_write),
            token_can_approve: token.map(|it| it.can_approve),
        })
    }

    /// An answer about Actions, or none and a line of what was not read.
    fn seen<T>(&mut self, of: &str, answer: Seen<T>) -> Option<T> {
        answer
            .map_err(|unseen| self.miss(Part::Actions, of, &unseen))
            .ok()
    }
}
