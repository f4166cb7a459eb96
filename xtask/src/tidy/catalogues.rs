//! A catalogue and its folder agree: what has a file is listed, so nothing is written and then forgotten.

use super::{Checkout, Rule};

pub(crate) const RULE: Rule = Rule {
    title: "every implementation is in its catalogue",
    check,
};

/// Each catalogue: its file (the folder has the same name) and what an implementation in the folder is called there.
const CATALOGUES: &[(&str, &str)] = &[
    ("crates/bartizan-formats/src/advisory.rs", "ITEM"),
    ("crates/bartizan-formats/src/peer.rs", "FORMAT"),
    ("crates/bartizan-formats/src/target.rs", "FORMAT"),
    ("crates/bartizan-posture/src/checks.rs", "CHECK"),
    ("crates/bartizan-vulnerability/src/checks.rs", "CHECK"),
    ("crates/bartizan-server/src/pages.rs", "PAGE"),
    ("crates/bartizan/src/commands.rs", "COMMAND"),
    ("crates/bartizan/src/render.rs", "FORMAT"),
    ("xtask/src/tidy.rs", "RULE"),
];

fn check(checkout: &Checkout<'_>) -> Vec<String> {
    let mut complaints = Vec::new();
    for (catalogue, item) in CATALOGUES {
        let list = checkout.text(catalogue);
        let folder = format!("{}/", catalogue.trim_end_matches(".rs"));
        let items = checkout.rust().filter_map(|(path, text)| {
            let name = path.strip_prefix(&folder)?.strip_suffix(".rs")?;
            (!name.contains('/') && holds(text, item)).then_some(name)
        });
        let names: Vec<&str> = items.collect();
        if names.is_empty() {
            complaints.push(format!(
                "{catalogue}: no file of its folder holds a `{item}`"
            ));
        }
        let unlisted = names.into_iter().filter(|name| !is_listed(list, name));
        complaints.extend(
            unlisted.map(|name| format!("{folder}{name}.rs: is not listed in `{catalogue}`")),
        );
    }
    complaints
}

/// Whether a file declares a constant or a static of a name.
fn holds(text: &str, item: &str) -> bool {
    ["const", "static"]
        .iter()
        .any(|word| text.contains(&format!("{word} {item}: ")))
}

/// Whether a parent lists an item: by path (`&name::ITEM`), besides declaring the module.
fn is_listed(list: &str, name: &str) -> bool {
    list.lines()
        .any(|line| line.contains(&format!("&{name}::")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_line_alone_is_no_entry() {
        let list = "mod wheel;\nmod sdist;\npub static ALL: &[&dyn T] = &[\n    &wheel::ITEM,\n];";
        assert!(is_listed(list, "wheel"));
        assert!(!is_listed(list, "sdist"));
    }
}
