//! Names of files that code mentions: a binary that a script of the same change makes or reads is explained by it.

use std::collections::BTreeSet;

use crate::{kind::Role, lines::cut};

/// How many names are kept.
const MOST_NAMES: usize = 200_000;

/// The longest name.
const LONGEST: usize = 120;

/// Words of code that may be names of files.
#[derive(Debug, Default)]
pub(crate) struct Mentions {
    names: BTreeSet<String>,
    /// Those that something else than tests and documentation mentions.
    beyond_tests: BTreeSet<String>,
    /// How many files of code there are in the change.
    pub(crate) code_files: usize,
}

impl Mentions {
    /// Takes in the lines of a text that are new.
    pub(crate) fn read(&mut self, text: &str, before: Option<&str>, role: Role) {
        let is_beyond_tests = !matches!(role, Role::Test | Role::Documentation);
        let old: BTreeSet<&str> = before
            .map(|it| it.split('\n').collect())
            .unwrap_or_default();
        for line in text.split('\n').filter(|line| !old.contains(line)) {
            let is_part = |it: char| it.is_alphanumeric() || matches!(it, '.' | '_' | '-');
            for word in line.split(|it| !is_part(it)) {
                let is_name = word.len() > 3 && word.len() <= LONGEST && word.contains('.');
                if is_name && self.names.len() < MOST_NAMES && !self.names.contains(word) {
                    self.names.insert(cut(word, LONGEST).to_owned());
                }
                if is_name && is_beyond_tests && self.beyond_tests.len() < MOST_NAMES {
                    self.beyond_tests.insert(cut(word, LONGEST).to_owned());
                }
            }
        }
    }

    /// Whether somebody mentions a file.
    pub(crate) fn holds(&self, name: &str) -> bool {
        self.names.contains(name)
    }

    /// Whether something else than tests mentions a file.
    pub(crate) fn holds_beyond_tests(&self, name: &str) -> bool {
        self.beyond_tests.contains(name)
    }
}
