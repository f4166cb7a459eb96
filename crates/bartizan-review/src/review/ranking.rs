//! Entries in their order, as many as a report has.

use std::cmp::Reverse;

use super::Entry;

/// How many entries a report has.
pub(super) const MOST_ENTRIES: usize = 10_000;

/// The most important of these. The others are dropped while they come: an entry is larger than what it is made of.
pub(super) fn most_important<'r>(of: impl Iterator<Item = Entry<'r>>) -> Vec<Entry<'r>> {
    let mut entries = Vec::new();
    for entry in of {
        entries.push(entry);
        if entries.len() >= 2 * MOST_ENTRIES {
            settle(&mut entries);
        }
    }
    settle(&mut entries);
    entries
}

fn settle(entries: &mut Vec<Entry<'_>>) {
    entries.sort_by(|one, other| order(one).cmp(&order(other)));
    entries.truncate(MOST_ENTRIES);
}

/// The most important first; then by place, so that equal changes give equal reports.
fn order<'a>(entry: &'a Entry<'_>) -> impl Ord + use<'a> {
    (
        Reverse(entry.score.value),
        Reverse(entry.severity),
        entry.file.as_str(),
        entry.line,
        entry.rule.id.as_str(),
        entry.identity.as_str(),
    )
}
