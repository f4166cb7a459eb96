//! Which actions may run, and what their token may do.

use bartizan_formats::hosting::{self, Whose};
use bartizan_model::hosting::{AllowedActions, DefaultToken, Seen};

use super::Reading;
use crate::{
    name::{Login, RepositoryName, Text},
    snapshot::{ActionsPolicy, Allowed, Part},
};

impl Reading<'_> {
    /// The policy of an organisation, which its repositories cannot widen.
    pub(super) fn organisation_policy(&mut self, name: &Login) -> Option<ActionsPolicy> {
        self.policy(name.as_str(), Whose::Organisation(name.as_str()))
    }

    /// The policy of a repository.
    pub(super) fn repository_policy(&mut self, name: &RepositoryName) -> Option<ActionsPolicy> {
        self.policy(name.as_str(), Whose::Repository(name.owner(), name.name()))
    }

    fn policy(&mut self, of: &str, whose: Whose<'_>) -> Option<ActionsPolicy> {
        let (actions, token) = hosting::actions_policy(self.host, whose);
        let found = self.seen(of, actions);
        let token: Option<DefaultToken> = self.seen(of, token);
        let found = found?;
        let (allowed, chosen) = match found.allowed {
            AllowedActions::All => (Allowed::All, None),
            AllowedActions::Own => (Allowed::Own, None),
            AllowedActions::Selected(chosen) => (Allowed::Selected, self.seen(of, chosen)),
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
