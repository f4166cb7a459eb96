//! Entry points: they are commands and plugins, so they must be those that the project states.

use std::collections::BTreeSet;

use bartizan_formats::entry_points::{self, EntryPoint};

use super::{Case, Rule, Verdict};

pub(super) static RULE: Rule = Rule {
    id: "entry-points",
    title: "entry points, compared with those that the project states",
    judge,
};

fn judge(case: &Case<'_>) -> Option<Verdict> {
    let folder = case.path.rsplit('/').nth(1)?;
    let is_metadata = folder.ends_with(".dist-info") || folder.ends_with(".egg-info");
    if case.name() != "entry_points.txt" || !is_metadata {
        return None;
    }
    let own = set(entry_points::read(case.utf8()?));
    let source = &case.world.source;
    for path in source.named("entry_points.txt") {
        let text = source.text(path).map(String::from_utf8_lossy);
        if text.is_some_and(|text| set(entry_points::read(&text)) == own) {
            return Verdict::explained(format!("the entry points of `{path}`"));
        }
    }
    let stated: BTreeSet<EntryPoint> = set(case.world.config.entry_points.clone());
    if own.is_subset(&stated) {
        return Verdict::explained("the entry points that the project states");
    }
    let script = source.text(&source.at_top("setup.py"));
    let script = script.map(String::from_utf8_lossy).unwrap_or_default();
    let new = own.iter().filter(|it| !stated.contains(it));
    let unknown = new.clone().find(|it| {
        let (object, _) = it.object.split_once('[').unwrap_or((&it.object, ""));
        !(script.contains(object) && script.contains(&it.name))
    });
    match unknown {
        Some(it) => Verdict::unexplained(format!(
            "offers `{} = {}` of `{}`, which the project does not state",
            it.name, it.object, it.group
        )),
        None => Verdict::explained("each entry point is named in `setup.py`"),
    }
}

fn set(points: Vec<EntryPoint>) -> BTreeSet<EntryPoint> {
    let plain = |it: EntryPoint| EntryPoint {
        object: it.object.chars().filter(|c| !c.is_whitespace()).collect(),
        ..it
    };
    points.into_iter().map(plain).collect()
}
