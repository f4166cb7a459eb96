//! What somebody asked conda for, by the history that it keeps.

use std::{collections::BTreeSet, path::Path};

use crate::tree::Tree;

/// The largest history that is read; years of use make some hundred kilobytes.
const LARGEST_HISTORY: u64 = 16 << 20;

/// The names of the packages that were asked for and not removed since. Without a history there are none.
pub(super) fn requested(tree: &dyn Tree, folder: &Path) -> BTreeSet<String> {
    let bytes = tree
        .read(&folder.join("history"), LARGEST_HISTORY)
        .unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    let mut requested = BTreeSet::new();
    for line in text.lines() {
        let stated = line
            .strip_prefix('#')
            .and_then(|line| line.split_once("specs:"));
        let Some((action, specs)) = stated else {
            continue;
        };
        let names = names(specs);
        match action.trim() {
            "update" | "install" | "create" => requested.extend(names),
            "remove" | "uninstall" => names.iter().for_each(|name| {
                requested.remove(name);
            }),
            _ => {}
        }
    }
    requested
}

/// The names in a list as Python prints it: `['python=3.11', "channel::name[version='>=1']"]`.
fn names(specs: &str) -> Vec<String> {
    let inside = specs.trim().trim_start_matches('[').trim_end_matches(']');
    let specs = inside
        .split(", ")
        .map(|spec| spec.trim_matches(['\'', '"', ' ']));
    let is_end = |c: char| c.is_whitespace() || matches!(c, '<' | '>' | '=' | '!' | '~' | '[');
    let names = specs.filter_map(|spec| {
        let spec = spec.rsplit_once("::").map_or(spec, |(_, spec)| spec);
        spec.split(is_end).next()
    });
    let names = names.filter(|name| !name.is_empty());
    names.map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_taken_from_specifications() {
        let found = names("['python=3.11', \"c::numpy[version='>=1']\", 'a >=2', b]");
        assert_eq!(found.join(" "), "python numpy a b");
    }
}
