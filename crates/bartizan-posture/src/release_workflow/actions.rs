//! Which actions a workflow of releases runs, and which releases of them are known.

use super::Kind;
use crate::facts::{
    Facts,
    publishing::PUBLISH_ACTION,
    tags::{self, KnownTags},
};

/// What this program knows of releases; a test reads it.
const KNOWN: &str = include_str!("actions.toml");

/// The actions that every workflow runs.
const ALWAYS: [&str; 7] = [
    "actions/checkout",
    "actions/setup-python",
    "actions/upload-artifact",
    "actions/download-artifact",
    "actions/attest-build-provenance",
    "actions/attest",
    PUBLISH_ACTION,
];

/// The actions that a workflow of a kind runs.
pub(super) fn of(kind: Kind) -> impl Iterator<Item = &'static str> {
    let builder = match kind {
        Kind::Pure => None,
        Kind::Compiled => Some("pypa/cibuildwheel"),
        Kind::Rust => Some("PyO3/maturin-action"),
    };
    ALWAYS.into_iter().chain(builder)
}

/// What is known of releases: here, and in the repository, which counts before.
pub(super) fn known(facts: &Facts) -> KnownTags {
    let mut known = tags::parse(KNOWN).unwrap_or_default();
    known.extend(&crate::edits::known_tags(facts));
    known
}
