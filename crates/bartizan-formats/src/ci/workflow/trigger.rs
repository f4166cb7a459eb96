//! What starts a workflow.

use super::super::Node;
use crate::yaml_node::{Entry, NodeValue};

/// An event that starts a workflow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trigger {
    /// The event: `push`, `pull_request_target`, `schedule`, …
    pub event: String,
    /// Its line.
    pub line: u32,
    /// The branches of it, where it names some.
    pub branches: Option<Filter>,
    /// The tags of it, where it names some.
    pub tags: Option<Filter>,
    /// The activities of it (`types`).
    pub types: Vec<String>,
    /// When it runs by itself, as lines of cron.
    pub crons: Vec<String>,
}

/// Names that are let in or kept out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    /// The patterns.
    pub patterns: Vec<String>,
    /// Whether the patterns name what is kept out.
    pub is_ignored: bool,
}

impl Trigger {
    /// Whether a push of a tag and of nothing else starts it.
    pub fn is_tag_only(&self) -> bool {
        self.event == "push" && self.tags.is_some() && self.branches.is_none()
    }
}

pub(super) fn read(entry: Option<&Entry>) -> Vec<Trigger> {
    let Some(entry) = entry else {
        return Vec::new();
    };
    match &entry.value.value {
        NodeValue::Text(event) => vec![plain(event, entry.value.line)],
        NodeValue::List(items) => {
            let named = items
                .iter()
                .filter_map(|item| Some((item.text()?, item.line)));
            named.map(|(event, line)| plain(event, line)).collect()
        }
        NodeValue::Map(entries) => entries.iter().map(detailed).collect(),
        NodeValue::Nothing => Vec::new(),
    }
}

fn plain(event: &str, line: u32) -> Trigger {
    Trigger {
        event: event.to_owned(),
        line,
        branches: None,
        tags: None,
        types: Vec::new(),
        crons: Vec::new(),
    }
}

fn detailed(entry: &Entry) -> Trigger {
    let node = &entry.value;
    let texts = |node: Option<&Node>| -> Vec<String> {
        let texts = node.map(Node::texts).unwrap_or_default();
        texts.into_iter().map(str::to_owned).collect()
    };
    Trigger {
        branches: filter(node, "branches"),
        tags: filter(node, "tags"),
        types: texts(node.get("types")),
        crons: node
            .items()
            .iter()
            .filter_map(|item| item.text_of("cron"))
            .map(str::to_owned)
            .collect(),
        ..plain(&entry.key, entry.line)
    }
}

fn filter(node: &Node, key: &str) -> Option<Filter> {
    let (found, is_ignored) = match node.get(key) {
        Some(found) => (found, false),
        None => (node.get(&format!("{key}-ignore"))?, true),
    };
    Some(Filter {
        patterns: found.texts().into_iter().map(str::to_owned).collect(),
        is_ignored,
    })
}
