//! `setup.cfg`, which setuptools writes again when it packs a source distribution.

use bartizan_formats::build_config::{Sections, sections};

use super::{Case, Rule, Verdict};

pub(super) static RULE: Rule = Rule {
    id: "setup-cfg",
    title: "`setup.cfg` with what setuptools adds to it",
    judge,
};

/// What setuptools adds, and the only values that it has there.
const ADDED: [&str; 3] = ["tag_build", "tag_date", "tag_svn_revision"];

fn judge(case: &Case<'_>) -> Option<Verdict> {
    if case.path != "setup.cfg" {
        return None;
    }
    let own = without_added(case.utf8()?);
    let theirs = match case.counterpart {
        None => Sections::new(),
        Some(_) => without_added(std::str::from_utf8(case.source_text()?).ok()?),
    };
    if own != theirs {
        return None;
    }
    Verdict::explained("the same settings, with the tags that setuptools adds")
}

fn without_added(text: &str) -> Sections {
    let mut sections = sections(text);
    if let Some(section) = sections.get_mut("egg_info") {
        section.retain(|key, value| {
            !(ADDED.contains(&key.as_str()) && matches!(value.as_str(), "" | "0"))
        });
        if section.is_empty() {
            sections.remove("egg_info");
        }
    }
    sections
}
