//! One step of a job or of a composite action.

use super::{
    Node,
    uses::{self, Uses},
};
use crate::yaml_node::NodeValue;

/// A value with its line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed<T> {
    /// The value.
    pub value: T,
    /// The line, from 1.
    pub line: u32,
}

/// A name and a text: an input, a variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// The name.
    pub name: String,
    /// The text; empty where there is none.
    pub text: String,
    /// The line of the text.
    pub line: u32,
}

/// A step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The line in which it begins.
    pub line: u32,
    /// Its id.
    pub id: Option<String>,
    /// Its name for people.
    pub name: Option<String>,
    /// The action that it runs.
    pub uses: Option<Uses>,
    /// The script that it runs.
    pub run: Option<Placed<String>>,
    /// The inputs of the action.
    pub with: Vec<Named>,
    /// Its variables.
    pub env: Vec<Named>,
    /// When it runs.
    pub condition: Option<Placed<String>>,
}

impl Step {
    /// An input of its action, by its name in letters of any case.
    pub fn input(&self, name: &str) -> Option<&Named> {
        find(&self.with, name)
    }

    /// Whether it runs an action of this repository.
    pub fn is(&self, repository: &str) -> bool {
        self.uses.as_ref().is_some_and(|uses| uses.is(repository))
    }

    /// Its script; empty where it has none.
    pub fn script(&self) -> &str {
        self.run.as_ref().map_or("", |run| &run.value)
    }

    pub(crate) fn read(node: &Node, text: &str) -> Self {
        Self {
            line: node.line,
            id: owned(node, "id"),
            name: owned(node, "name"),
            uses: uses_of(node, text),
            run: placed(node, "run"),
            with: named(node.get("with")),
            env: named(node.get("env")),
            condition: placed(node, "if"),
        }
    }
}

/// The one of a name, in letters of any case.
pub fn find<'a>(all: &'a [Named], name: &str) -> Option<&'a Named> {
    all.iter().find(|it| it.name.eq_ignore_ascii_case(name))
}

pub(crate) fn uses_of(node: &Node, text: &str) -> Option<Uses> {
    let found = node.get("uses")?;
    Some(Uses {
        text: found.text()?.to_owned(),
        line: found.line,
        comment: uses::comment(text, found.line),
    })
}

pub(crate) fn owned(node: &Node, key: &str) -> Option<String> {
    node.text_of(key).map(str::to_owned)
}

pub(crate) fn placed(node: &Node, key: &str) -> Option<Placed<String>> {
    let found = node.get(key)?;
    Some(Placed {
        value: found.text()?.to_owned(),
        line: found.line,
    })
}

/// The entries of a mapping from names to texts. Anything deeper is left out.
pub(crate) fn named(node: Option<&Node>) -> Vec<Named> {
    let entries = node.map(Node::entries).unwrap_or_default();
    let read = entries.iter().filter_map(|entry| {
        let text = match &entry.value.value {
            NodeValue::Nothing => "",
            NodeValue::Text(text) => text,
            _ => return None,
        };
        Some(Named {
            name: entry.key.clone(),
            text: text.to_owned(),
            line: if text.is_empty() {
                entry.line
            } else {
                entry.value.line
            },
        })
    });
    read.collect()
}
