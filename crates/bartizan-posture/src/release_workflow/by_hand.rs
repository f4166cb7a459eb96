//! What only people can set, in the order in which it is to be done.

use super::{ENVIRONMENT, Kind};
use crate::facts::Facts;

/// The list, for a repository.
pub(super) fn list(facts: &Facts, kind: Kind) -> Vec<String> {
    let name = facts.project.name.as_deref().unwrap_or("the project");
    let mut list = vec![
        format!(
            "Environment `{ENVIRONMENT}` of the repository: at least two required reviewers, \"prevent self-review\", no bypass for \
             administrators, and deployments from tags `v*` only."
        ),
        format!(
            "Trusted publisher of `{name}` on the package index: owner and name of this repository, workflow `release.yml`, \
             environment `{ENVIRONMENT}`. Then revoke every token of the index, and remove the secrets that held them."
        ),
        "Rule for tags `v*`: made by the release team alone, never updated, never deleted; signed."
            .to_owned(),
        "Rule for the default branch: changes only by reviewed pull requests, no force push, no deletion.".to_owned(),
        "Actions of the repository: only chosen actions may run, pinned to full commits; the default token can only read, and \
         workflows approve no pull requests."
            .to_owned(),
        "`.github/release-requirements.txt`: make it from `.github/release-requirements.in` by the command in that file, and commit both."
            .to_owned(),
        "Releases of this repository: make them immutable, where the host offers it.".to_owned(),
    ];
    match kind {
        Kind::Pure => {}
        Kind::Compiled => list.push(
            "`tool.cibuildwheel` in `pyproject.toml`: which Pythons and platforms, and the command that tries each wheel.".to_owned(),
        ),
        Kind::Rust => list.push(
            "`Cargo.lock`: it must be committed, as the wheels are built with `--locked`.".to_owned(),
        ),
    }
    if facts.updates.is_some() && facts.renovate.is_none() {
        list.push(
            "Dependabot: `.github/dependabot.yml` is there already; it must update `github-actions` in one group (`bartizan check --fix`)."
                .to_owned(),
        );
    }
    for publication in facts.publications() {
        let place = publication.place();
        let line = place
            .line
            .map(|line| format!(":{line}"))
            .unwrap_or_default();
        list.push(format!(
            "`{}{line}` publishes too: remove it, so that there is one way to release.",
            place.file
        ));
    }
    list
}
