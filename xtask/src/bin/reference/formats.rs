//! The page of what can be read.

use bartizan_formats::{advisory, target};

use crate::table;

/// Targets, formats of advisories, and sources with their licences.
pub(super) fn body() -> String {
    let targets = target::ALL
        .iter()
        .map(|format| named(format.id(), format.title()));
    let advisories = advisory::ALL
        .iter()
        .map(|format| named(format.id(), format.title()));
    let sources = advisory::source::ALL.iter().map(|source| {
        let prefixes = source
            .prefixes
            .iter()
            .map(|prefix| format!("`{prefix}`"))
            .collect::<Vec<_>>()
            .join(", ");
        vec![
            format!("`{}`", source.id),
            source.title.to_owned(),
            source.licence.to_owned(),
            prefixes,
        ]
    });
    format!(
        "## What can be scanned\n\nRecognised by content.\n\n{}\n## Formats of advisories\n\nRecognised by content; any mix of \
         files, directories and zips.\n\n{}\n## Sources\n\nA record keeps its source, and the source its licence.\n\n{}",
        table(&["Format", "What it is"], targets),
        table(&["Format", "What it is"], advisories),
        table(&["Source", "Title", "Licence", "Ids"], sources),
    )
}

fn named(id: &str, title: &str) -> Vec<String> {
    vec![format!("`{id}`"), title.to_owned()]
}
