//! `org.yaml` of peribolos: administrators, members and teams of one organisation, or of several below `orgs`. Teams may stand in
//! files of their own beside it, which are laid together.

use bartizan_formats::yaml_node::Node;

use super::{Draft, ImportError, ImportFile, Wish, is_of};
use crate::{
    name::{Login, TeamName},
    snapshot::{Holder, Level, Resource},
};

/// How deep teams may lie in teams.
const DEEPEST: usize = 16;

pub(super) fn read(
    draft: &mut Draft,
    files: &[&ImportFile],
    wish: &Wish,
) -> Result<(), ImportError> {
    for file in files {
        if !is_of(&file.path, &["yaml", "yml"]) {
            continue;
        }
        let Some(node) = draft.yaml(file) else {
            continue;
        };
        if let Some(organisations) = node.get("orgs") {
            for entry in organisations.entries() {
                if let Ok(name) = Login::new(&entry.key) {
                    organisation(draft, file, &name, &entry.value);
                } else {
                    draft.complain(format!("{}:{}", file.path, entry.line), "no organisation");
                }
            }
            continue;
        }
        // Beside the files of organisations there are others, such as of where they may grow.
        let says = |key: &&str| node.get(key).is_some();
        if !["admins", "members", "teams"].iter().any(says) {
            draft.complain(&file.path, "it says nothing of an organisation");
            continue;
        }
        let folder = file
            .path
            .split_once('/')
            .and_then(|it| Login::new(it.0).ok());
        let name = wish.organisation.clone().or(folder);
        organisation(draft, file, &name.ok_or(ImportError::Organisation)?, &node);
    }
    Ok(())
}

fn organisation(draft: &mut Draft, file: &ImportFile, name: &Login, node: &Node) {
    draft.organisation(name);
    if let Some(word) = node.text_of("default_repository_permission") {
        let level = Level::of_repository(word);
        let organisations = &mut draft.snapshot.organisations;
        if let Some(it) = organisations.iter_mut().find(|it| it.name == *name) {
            it.base_level = level;
        }
    }
    for (key, level) in [("admins", Level::Owner), ("members", Level::Member)] {
        for entry in node.get(key).into_iter().flat_map(Node::items) {
            let place = format!("{}:{}", file.path, entry.line);
            let Some(login) = draft.person(&place, entry.text().unwrap_or_default()) else {
                continue;
            };
            let resource = Resource::Organisation(name.clone());
            draft.give(Holder::Person(login), resource, level);
        }
    }
    teams(draft, (file, name), node, (None, 0));
}

fn teams(
    draft: &mut Draft,
    (file, organisation): (&ImportFile, &Login),
    node: &Node,
    (parent, depth): (Option<&TeamName>, usize),
) {
    let Some(listed) = node.get("teams") else {
        return;
    };
    if depth > DEEPEST {
        draft.complain(
            format!("{}:{}", file.path, listed.line),
            "teams nest too deep",
        );
        return;
    }
    for entry in listed.entries() {
        let place = format!("{}:{}", file.path, entry.line);
        let Some(team) = draft.team(&place, organisation, &entry.key) else {
            continue;
        };
        let mut known = draft.snapshot.teams.iter_mut();
        if let Some(it) = known.find(|it| it.name == team) {
            it.parent = parent.cloned();
            it.is_secret = entry.value.text_of("privacy") == Some("secret");
        }
        for (key, level) in [
            ("maintainers", Level::Maintainer),
            ("members", Level::Member),
        ] {
            for member in entry.value.get(key).into_iter().flat_map(Node::items) {
                let place = format!("{}:{}", file.path, member.line);
                let Some(login) = draft.person(&place, member.text().unwrap_or_default()) else {
                    continue;
                };
                draft.give(Holder::Person(login), Resource::Team(team.clone()), level);
            }
        }
        for granted in entry.value.get("repos").into_iter().flat_map(Node::entries) {
            let place = format!("{}:{}", file.path, granted.line);
            let name = draft.repository(&place, organisation, &granted.key);
            let level = draft.level(&place, granted.value.text().unwrap_or_default());
            if let (Some(name), Some(level)) = (name, level) {
                draft.give(
                    Holder::Team(team.clone()),
                    Resource::Repository(name),
                    level,
                );
            }
        }
        teams(
            draft,
            (file, organisation),
            &entry.value,
            (Some(&team), depth + 1),
        );
    }
}
