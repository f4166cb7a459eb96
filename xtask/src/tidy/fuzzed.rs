//! Every format of advisories has a fuzz target, and first inputs belong to one.

use super::{Checkout, Rule};
use crate::seeds;

pub(crate) const RULE: Rule = Rule {
    title: "every format of advisories is fuzzed, and every seed has a target",
    check,
};

const FORMATS: &str = "crates/bartizan-formats/src/advisory/";
const TARGETS: &str = "fuzz/src/bin/";

fn check(checkout: &Checkout<'_>) -> Vec<String> {
    let targets: Vec<(&str, &str)> = checkout
        .rust()
        .filter_map(|(path, text)| Some((path.strip_prefix(TARGETS)?, text)))
        .collect();
    let formats = checkout
        .rust()
        .filter(|(path, _)| path.starts_with(FORMATS));
    let ids = formats.filter_map(|(path, text)| Some((path, id_in(text)?)));
    let is_driven = |id: &str| {
        targets
            .iter()
            .any(|(_, text)| text.contains(&format!("drive(\"{id}\"")))
    };
    let mut complaints: Vec<String> = ids
        .filter(|(_, id)| !is_driven(id))
        .map(|(path, id)| format!("{path}: no fuzz target drives `{id}`"))
        .collect();
    match seeds::targets() {
        Ok(seeded) => complaints.extend(
            seeded
                .into_iter()
                .filter(|name| {
                    targets
                        .iter()
                        .all(|(file, _)| file.strip_suffix(".rs") != Some(*name))
                })
                .map(|name| format!("xtask/src/seeds: seeds of `{name}`, which is no target")),
        ),
        Err(error) => complaints.push(format!("xtask/src/seeds: {error:#}")),
    }
    complaints
}

/// The id that a format in this text gives itself.
fn id_in(text: &str) -> Option<&str> {
    let (_, after) = text.split_once("fn id(&self) -> &'static str {")?;
    after.trim_start().strip_prefix('"')?.split('"').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_of_a_format_is_found() {
        let text = "impl X for Y {\n    fn id(&self) -> &'static str {\n        \"osv\"\n    }\n}";
        assert_eq!(id_in(text), Some("osv"));
        assert_eq!(id_in("fn other() {}"), None);
    }
}
