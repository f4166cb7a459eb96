//! What the token of a workflow or of a job may do.

use super::super::Node;
use crate::yaml_node::NodeValue;

/// What a `permissions` block says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Permissions {
    /// There is none: the default of the repository holds.
    Absent,
    /// Everything may be read.
    ReadAll(u32),
    /// Everything may be written.
    WriteAll(u32),
    /// What is named may be done, and nothing else; with the line of the block.
    Scopes(u32, Vec<Scope>),
    /// Something that is no block of permissions.
    Unreadable(u32),
}

/// One named permission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    /// Its name: `contents`, `id-token`, …
    pub name: String,
    /// How much of it.
    pub level: Level,
    /// Its line.
    pub line: u32,
}

/// How much of something may be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Nothing.
    None,
    /// It may be read.
    Read,
    /// It may be written.
    Write,
}

impl Permissions {
    /// Its line, where it is there.
    pub fn line(&self) -> Option<u32> {
        match self {
            Self::Absent => None,
            Self::ReadAll(line)
            | Self::WriteAll(line)
            | Self::Scopes(line, _)
            | Self::Unreadable(line) => Some(*line),
        }
    }

    /// This block, or the outer one where this one is not there.
    pub fn or<'a>(&'a self, outer: &'a Self) -> &'a Self {
        match self {
            Self::Absent => outer,
            own => own,
        }
    }

    /// The line that lets something be written; `None` where nothing does.
    pub fn writes(&self, name: &str) -> Option<u32> {
        match self {
            Self::WriteAll(line) => Some(*line),
            Self::Scopes(_, scopes) => {
                let writes = |it: &&Scope| it.name == name && it.level == Level::Write;
                scopes.iter().find(writes).map(|scope| scope.line)
            }
            _ => None,
        }
    }
}

pub(super) fn read(node: &Node) -> Permissions {
    let Some(found) = node.entry("permissions") else {
        return Permissions::Absent;
    };
    match &found.value.value {
        NodeValue::Text(text) if text == "read-all" => Permissions::ReadAll(found.line),
        NodeValue::Text(text) if text == "write-all" => Permissions::WriteAll(found.line),
        NodeValue::Map(entries) => {
            let scopes = entries.iter().map(|entry| Scope {
                name: entry.key.clone(),
                level: match entry.value.text() {
                    Some("write") => Level::Write,
                    Some("read") => Level::Read,
                    _ => Level::None,
                },
                line: entry.line,
            });
            Permissions::Scopes(found.line, scopes.collect())
        }
        NodeValue::Nothing => Permissions::Scopes(found.line, Vec::new()),
        _ => Permissions::Unreadable(found.line),
    }
}
