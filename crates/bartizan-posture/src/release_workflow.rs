//! A workflow of releases that meets SPEC 8 in full, with what stands beside it, as texts: for packages of Python alone, for those
//! that compile, and for those of Rust.
//!
//! What only people can set (reviewers, the trusted publisher, rules of tags) is listed, and never taken for done.

mod actions;
mod beside;
mod by_hand;
mod kind;
mod workflow;

use crate::facts::Facts;
pub use kind::{Kind, Unbuildable};

/// Where the workflow is written.
pub const FILE: &str = ".github/workflows/release.yml";

/// The environment whose reviewers approve a release.
pub const ENVIRONMENT: &str = "pypi";

/// What would be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReleasePlan {
    /// How the package is built, by which the workflow was chosen.
    pub kind: Kind,
    /// Why it was taken for that.
    pub because: String,
    /// The files, sorted by their paths.
    pub files: Vec<NewFile>,
    /// What is left for people, in the order in which it is to be done.
    pub by_hand: Vec<String>,
}

/// A file that would be written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct NewFile {
    /// Its path from the top of the repository.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// Plans what a repository needs to release as SPEC 8 describes it.
pub fn plan(facts: &Facts) -> Result<ReleasePlan, Unbuildable> {
    let (kind, because) = kind::of(facts)?;
    let known = actions::known(facts);
    let mut files = vec![NewFile {
        path: FILE.to_owned(),
        text: workflow::text(kind, &known),
    }];
    files.extend(beside::files(facts, kind));
    files.sort();
    Ok(ReleasePlan {
        kind,
        because,
        by_hand: by_hand::list(facts, kind),
        files,
    })
}

/// The workflow for packages of Python alone, with the actions that a table knows; `Err` names one that it does not know.
pub(crate) fn of_pure(known: &crate::facts::tags::KnownTags) -> Result<String, &'static str> {
    match actions::of(Kind::Pure).find(|action| !known.knows(action)) {
        Some(action) => Err(action),
        None => Ok(workflow::text(Kind::Pure, known)),
    }
}

/// Why nothing can be taken for pure; nothing where it is.
pub(crate) fn against_pure(facts: &Facts) -> Option<String> {
    match kind::of(facts) {
        Ok((Kind::Pure, _)) => None,
        Ok((_, because)) => Some(because),
        Err(error) => Some(error.to_string()),
    }
}

#[cfg(test)]
mod tests;
