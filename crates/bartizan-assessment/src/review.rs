//! Changes of repositories under review: two commits, and the pull requests that wait.

pub mod pull;
pub mod queue;
pub mod range;
pub mod sides;
pub mod told;
pub mod workflows;

use bartizan_review::rule::{RuleError, Rules};

/// The rules that Bartizan carries, those of workflows, and others in TOML.
pub fn rules(texts: &[&str]) -> Result<Rules, RuleError> {
    Ok(Rules::with(texts)?.and(workflows::rules()))
}
