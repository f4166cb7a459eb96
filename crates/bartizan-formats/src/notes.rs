//! What is wrong with the lines of one file, in bounds.
//!
//! A file of a million bad lines is one bad file: the first lines are named, the rest is counted.

use std::path::Path;

use bartizan_model::problem::Problem;

/// How many lines are named.
const MOST_NAMED: usize = 20;

/// What was noted while a file was read.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    first: Vec<(usize, String)>,
    more: usize,
}

impl Notes {
    pub(crate) fn add(&mut self, line: usize, message: impl Into<String>) {
        if self.first.len() < MOST_NAMED {
            self.first.push((line, message.into()));
        } else {
            self.more += 1;
        }
    }

    pub(crate) fn problems(&self, file: &Path) -> Vec<Problem> {
        let file = file.display();
        let named = self.first.iter();
        let mut problems: Vec<_> = named
            .map(|(line, message)| Problem::new(format!("{file}:{line}"), message.as_str()))
            .collect();
        if self.more > 0 {
            let message = format!("{} more places cannot be read", self.more);
            problems.push(Problem::new(file.to_string(), message));
        }
        problems
    }
}
