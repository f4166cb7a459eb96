//! What a pipeline takes from elsewhere to run it, and whether that can change without a change here.

use super::System;
use crate::ci::Node;

/// Something that is taken from elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// What it is, as the file names it.
    pub text: String,
    /// The line.
    pub line: u32,
    /// Whether it is named so that it cannot change.
    pub is_pinned: bool,
}

pub(super) fn of(system: System, root: &Node) -> Vec<Taken> {
    match system {
        System::CircleCi => orbs(root),
        System::GitLab => includes(root),
        System::Azure => repositories(root),
        System::AppVeyor | System::Cirrus | System::Travis => Vec::new(),
    }
}

/// `orbs: {name: namespace/orb@1.2.3}`. A published version of three parts never changes; `1`, `1.2` and `volatile` move.
fn orbs(root: &Node) -> Vec<Taken> {
    let orbs = root.get("orbs").map(Node::entries).unwrap_or_default();
    let taken = orbs.iter().filter_map(|entry| {
        let text = entry.value.text()?;
        let version = text.rsplit_once('@').map_or("", |(_, version)| version);
        Some(Taken {
            text: text.to_owned(),
            line: entry.value.line,
            is_pinned: is_full(version),
        })
    });
    taken.collect()
}

/// `include`: files of other projects by `ref`, of anybody by address, components by version. Those of the same repository
/// and those that come with the host are not from elsewhere.
fn includes(root: &Node) -> Vec<Taken> {
    let Some(include) = root.get("include") else {
        return Vec::new();
    };
    let single = [include.clone()];
    let items = match include.items() {
        [] => &single,
        items => items,
    };
    items.iter().filter_map(included).collect()
}

fn included(item: &Node) -> Option<Taken> {
    let taken = |text: &str, is_pinned: bool| {
        Some(Taken {
            text: text.to_owned(),
            line: item.line,
            is_pinned,
        })
    };
    if let Some(text) = item.text() {
        return text.contains("://").then(|| taken(text, false)).flatten();
    }
    if let Some(project) = item.text_of("project") {
        let reference = item.text_of("ref").unwrap_or_default();
        return taken(&format!("{project}@{reference}"), is_commit(reference));
    }
    if let Some(remote) = item.text_of("remote") {
        return taken(remote, item.text_of("integrity").is_some());
    }
    let component = item.text_of("component")?;
    let version = component
        .rsplit_once('@')
        .map_or("", |(_, version)| version);
    taken(component, is_commit(version))
}

/// `resources.repositories`, whose templates run here.
fn repositories(root: &Node) -> Vec<Taken> {
    let all = root
        .get("resources")
        .and_then(|resources| resources.get("repositories"))
        .map(Node::items)
        .unwrap_or_default();
    let taken = all.iter().filter_map(|item| {
        let name = item.text_of("name").or(item.text_of("repository"))?;
        let reference = item.text_of("ref").unwrap_or_default();
        Some(Taken {
            text: format!("{name}@{reference}"),
            line: item.line,
            is_pinned: is_commit(reference),
        })
    });
    taken.collect()
}

fn is_full(version: &str) -> bool {
    let parts: Vec<&str> = version.split('.').collect();
    let is_number = |part: &&str| !part.is_empty() && part.bytes().all(|it| it.is_ascii_digit());
    parts.len() == 3 && parts.iter().all(is_number)
}

fn is_commit(reference: &str) -> bool {
    reference.len() == 40 && reference.bytes().all(|it| it.is_ascii_hexdigit())
}
