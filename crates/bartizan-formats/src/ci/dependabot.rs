//! Which dependencies are kept up to date by pull requests (`dependabot.yml`).

use super::{Node, NodeError};
use crate::yaml_node;

/// One entry of `updates`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Update {
    /// The line in which it begins.
    pub line: u32,
    /// What it updates: `github-actions`, `pip`, …
    pub ecosystem: String,
    /// Where it looks.
    pub directories: Vec<String>,
    /// How often, where it says so.
    pub interval: Option<String>,
    /// Whether updates come in groups.
    pub is_grouped: bool,
    /// Whether a new release is left to rest before it is proposed.
    pub has_cooldown: bool,
}

/// Reads the text of a `dependabot.yml`.
pub fn read(text: &str) -> Result<Vec<Update>, NodeError> {
    let root = yaml_node::parse(text)?;
    let updates = root.get("updates").map(Node::items).unwrap_or_default();
    Ok(updates.iter().map(update).collect())
}

fn update(node: &Node) -> Update {
    let directories = ["directory", "directories"];
    let directories = directories.iter().filter_map(|key| node.get(key));
    Update {
        line: node.line,
        ecosystem: node
            .text_of("package-ecosystem")
            .unwrap_or_default()
            .to_owned(),
        directories: directories
            .flat_map(Node::texts)
            .map(str::to_owned)
            .collect(),
        interval: node
            .get("schedule")
            .and_then(|schedule| schedule.text_of("interval"))
            .map(str::to_owned),
        is_grouped: node
            .get("groups")
            .is_some_and(|groups| !groups.entries().is_empty())
            || node.get("multi-ecosystem-group").is_some(),
        has_cooldown: node.get("cooldown").is_some(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_update_is_read_with_its_line() {
        let text = "version: 2\nupdates:\n  - package-ecosystem: github-actions\n    directories: [/, /x]\n    schedule:\n      interval: weekly\n    groups:\n      all: {patterns: ['*']}\n";
        let update = Update {
            line: 3,
            ecosystem: "github-actions".to_owned(),
            directories: vec!["/".to_owned(), "/x".to_owned()],
            interval: Some("weekly".to_owned()),
            is_grouped: true,
            has_cooldown: false,
        };
        assert_eq!(read(text).unwrap(), [update]);
        assert_eq!(read("updates: 3").unwrap(), []);
    }

    proptest! {
        #[test]
        fn nothing_panics(text in r"(updates|groups|schedule|[-: \n{}\[\]a])*{0,40}") {
            drop(read(&text));
        }
    }
}
