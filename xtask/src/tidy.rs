//! Rules of the project that no compiler checks: one file a rule, one line in [`RULES`].
//!
//! A rule reads the checkout and says what is wrong, each with its place; it mends nothing.

mod catalogues;
mod documents;
mod fuzzed;
mod hosts;
mod layers;
mod length;
mod readme;
mod unfinished;

use std::path::Path;

use anyhow::{Result, bail};

use crate::workspace::Workspace;

/// One rule.
pub(crate) struct Rule {
    /// What holds when nothing is wrong, as a sentence.
    pub(crate) title: &'static str,
    /// Everything that is wrong, each as `place: what`.
    pub(crate) check: fn(&Checkout<'_>) -> Vec<String>,
}

/// Every rule.
const RULES: &[&Rule] = &[
    &layers::RULE,
    &length::RULE,
    &catalogues::RULE,
    &fuzzed::RULE,
    &hosts::RULE,
    &readme::RULE,
    &documents::RULE,
    &unfinished::RULE,
];

/// The checkout, its files read once.
pub(crate) struct Checkout<'a> {
    /// Where it lies.
    pub(crate) workspace: &'a Workspace,
    /// Paths of all files, text or not.
    pub(crate) paths: Vec<String>,
    /// Path and text of every file that is text.
    pub(crate) texts: Vec<(String, String)>,
}

impl Checkout<'_> {
    /// The text of one file; empty where there is none.
    pub(crate) fn text(&self, path: &str) -> &str {
        self.texts
            .iter()
            .find(|(known, _)| known == path)
            .map_or("", |(_, text)| text)
    }

    /// Whether there is a file or folder at a path.
    pub(crate) fn has(&self, path: &str) -> bool {
        let folder = format!("{}/", path.trim_end_matches('/'));
        self.paths
            .iter()
            .any(|known| known == path || known.starts_with(&folder))
    }

    /// Path and text of the Rust files.
    pub(crate) fn rust(&self) -> impl Iterator<Item = (&str, &str)> {
        self.ending_with("rs")
    }

    /// Path and text of the files whose name ends so.
    pub(crate) fn ending_with(&self, extension: &str) -> impl Iterator<Item = (&str, &str)> {
        let texts = self
            .texts
            .iter()
            .map(|(path, text)| (path.as_str(), text.as_str()));
        texts.filter(move |(path, _)| {
            Path::new(path)
                .extension()
                .is_some_and(|known| known == extension)
        })
    }
}

/// Checks every rule, says for each whether it holds, and fails when one does not.
pub(crate) fn run(workspace: &Workspace, arguments: &[&str]) -> Result<()> {
    if !arguments.is_empty() {
        bail!("`tidy` takes no arguments");
    }
    let paths = workspace.files()?;
    let mut texts = Vec::with_capacity(paths.len());
    for path in &paths {
        texts.extend(workspace.text(path)?.map(|text| (path.clone(), text)));
    }
    let checkout = Checkout {
        workspace,
        paths,
        texts,
    };
    let mut wrong = 0;
    for rule in RULES {
        let complaints = (rule.check)(&checkout);
        println!(
            "{} {}",
            if complaints.is_empty() {
                "holds  "
            } else {
                "broken "
            },
            rule.title
        );
        for complaint in &complaints {
            println!("        {complaint}");
        }
        wrong += complaints.len();
    }
    if wrong > 0 {
        bail!("{wrong} places are not tidy")
    }
    Ok(())
}
