//! How a plan is carried out by others' hands: the commands of uv and pip, and a file of constraints.

use std::path::Path;

use bartizan_model::inventory::Inventory;
use bartizan_vulnerability::upgrade::{Change, UpgradePlan};

use super::{answer::Answer, look};

/// Commands, in the order in which they are to be run; none where nothing changes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Commands {
    pub(super) uv: Vec<String>,
    pub(super) pip: Vec<String>,
}

/// The commands for a plan.
pub(super) fn commands(inventory: &Inventory, plan: &UpgradePlan) -> Commands {
    let pins: Vec<String> = plan
        .changes
        .iter()
        .filter_map(pin)
        .map(|pin| quoted(&pin))
        .collect();
    let removed = plan.changes.iter().filter(|change| change.to.is_none());
    let removed: Vec<String> = removed
        .map(|change| quoted(change.package.name()))
        .collect();
    let mut commands = Commands::default();
    if inventory.format == "uv-lock" && !pins.is_empty() {
        let upgrades: Vec<String> = pins
            .iter()
            .map(|pin| format!("--upgrade-package {pin}"))
            .collect();
        let folder = Path::new(&inventory.path)
            .parent()
            .filter(|path| !path.as_os_str().is_empty());
        let project =
            folder.map(|path| format!("--project {} ", quoted(&path.display().to_string())));
        commands.uv.push(format!(
            "uv lock {}{}",
            project.unwrap_or_default(),
            upgrades.join(" ")
        ));
    }
    let (of_uv, of_pip) = place(inventory);
    if !pins.is_empty() {
        if commands.uv.is_empty() {
            commands
                .uv
                .push(format!("uv pip install {of_uv}{}", pins.join(" ")));
        }
        commands
            .pip
            .push(format!("{of_pip} install {}", pins.join(" ")));
    }
    if !removed.is_empty() {
        if inventory.format != "uv-lock" {
            commands
                .uv
                .push(format!("uv pip uninstall {of_uv}{}", removed.join(" ")));
        }
        commands
            .pip
            .push(format!("{of_pip} uninstall --yes {}", removed.join(" ")));
    }
    commands
}

/// What tells uv and pip which environment is meant.
fn place(inventory: &Inventory) -> (String, String) {
    let path = Path::new(&inventory.path);
    let python = ["bin/python", "Scripts/python.exe"].map(|python| path.join(python));
    match python
        .iter()
        .find(|python| look::is_environment(inventory) && python.exists())
    {
        Some(python) => {
            let python = quoted(&python.display().to_string());
            (format!("--python {python} "), format!("{python} -m pip"))
        }
        None => (String::new(), "python -m pip".to_owned()),
    }
}

fn pin(change: &Change) -> Option<String> {
    Some(format!(
        "{}=={}",
        change.package.name(),
        change.to.as_ref()?
    ))
}

/// The versions of a plan as constraints.
pub(super) fn constraints(answer: &Answer) -> String {
    let pins = answer.plan.changes.iter().filter_map(pin);
    let lines = pins.map(|pin| pin + "\n");
    std::iter::once("# made by `bartizan fix`\n".to_owned())
        .chain(lines)
        .collect()
}

/// A word as a shell reads it back.
fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./=+:,@%".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_where_a_shell_would_read_more_into_them() {
        assert_eq!(quoted("a==1.0+cu118"), "a==1.0+cu118");
        assert_eq!(quoted("my dir"), "'my dir'");
        assert_eq!(quoted("a'; rm b"), "'a'\\''; rm b'");
        assert_eq!(quoted("1!2.0"), "'1!2.0'");
    }
}
