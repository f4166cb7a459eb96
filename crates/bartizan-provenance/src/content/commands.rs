//! Commands that a wheel installs under the name of another's, and modules that Python imports by itself.

use std::collections::BTreeMap;

use bartizan_formats::entry_points;

use super::{Findings, is_at_top};
use crate::checks::{SHADOWING_SCRIPT, STARTUP_CODE};

/// Commands that nobody but their own project installs, with the project where it is a Python one.
const COMMANDS: &[(&str, &str)] = &[
    ("awk", ""),
    ("bash", ""),
    ("cargo", ""),
    ("cat", ""),
    ("cc", ""),
    ("chmod", ""),
    ("conda", "conda"),
    ("cp", ""),
    ("curl", ""),
    ("docker", ""),
    ("env", ""),
    ("gcc", ""),
    ("git", ""),
    ("gpg", ""),
    ("grep", ""),
    ("ls", ""),
    ("make", ""),
    ("mamba", "mamba"),
    ("mv", ""),
    ("node", ""),
    ("npm", ""),
    ("perl", ""),
    ("pip", "pip"),
    ("pip3", "pip"),
    ("pytest", "pytest"),
    ("python", ""),
    ("python3", ""),
    ("rm", ""),
    ("sed", ""),
    ("sh", ""),
    ("ssh", ""),
    ("sudo", ""),
    ("tar", ""),
    ("twine", "twine"),
    ("uv", "uv"),
    ("wget", ""),
    ("zsh", ""),
];

/// Modules that Python imports at every start, where they are there.
const HOOKS: [&str; 2] = ["sitecustomize", "usercustomize"];

/// Looks at entry points, scripts and modules at the top.
pub(super) fn shadowing(names: &[&str], kept: &BTreeMap<String, Vec<u8>>, findings: &mut Findings) {
    let project = names
        .iter()
        .find_map(|name| project(name))
        .unwrap_or_default();
    for (name, bytes) in kept {
        if name.ends_with(".dist-info/entry_points.txt") {
            for command in scripts(&String::from_utf8_lossy(bytes)) {
                check(name, &command, &project, findings);
            }
        }
    }
    for name in names {
        if let Some((data, script)) = name.split_once(".data/scripts/")
            && !data.contains('/')
        {
            check(name, script, &project, findings);
        }
        hook(name, findings);
    }
}

/// Looks whether Python imports a file by itself.
pub(super) fn hook(name: &str, findings: &mut Findings) {
    let module = name
        .strip_suffix("/__init__.py")
        .or_else(|| name.strip_suffix(".py"));
    let stem = module.and_then(|module| module.rsplit('/').next());
    let is_hook = stem.is_some_and(|stem| HOOKS.contains(&stem));
    let at_top = name.strip_suffix("/__init__.py").unwrap_or(name);
    if is_hook && is_at_top(at_top) {
        findings.add(&STARTUP_CODE, name, "is imported at every start of Python");
    }
}

/// Looks whether a command has the name of another project's.
pub(super) fn check(member: &str, command: &str, project: &str, findings: &mut Findings) {
    let bare = command.strip_suffix(".exe").unwrap_or(command);
    let known = COMMANDS.iter().find(|(name, _)| *name == bare);
    if known.is_some_and(|(_, owner)| *owner != project) {
        findings.add(
            &SHADOWING_SCRIPT,
            member,
            format!("installs `{bare}`, the name of another's command"),
        );
    }
}

/// The name of the project, by its folder of metadata.
fn project(name: &str) -> Option<String> {
    let folder = name.split_once('/')?.0.strip_suffix(".dist-info")?;
    Some(
        folder
            .split('-')
            .next()?
            .to_ascii_lowercase()
            .replace('_', "-"),
    )
}

/// The commands in a file of entry points.
fn scripts(text: &str) -> Vec<String> {
    let points = entry_points::read(text).into_iter();
    let scripts =
        points.filter(|it| matches!(it.group.as_str(), "console_scripts" | "gui_scripts"));
    scripts
        .map(|it| it.name.chars().take(100).collect())
        .collect()
}
