//! What a search found, for people: one line of facts and one of words a vulnerability.

use bartizan_model::ecosystem::Package;

use super::find::{Found, Hit};
use crate::{
    render::words,
    report::DatabaseFacts,
    term::{Ink, Terminal, wrap},
};

/// How many packages of one vulnerability are named.
const PACKAGES: usize = 4;
/// How long a summary may be, in lines.
const LINES: usize = 2;

pub(super) fn text(
    terminal: Terminal,
    database: &DatabaseFacts,
    found: &Found,
    limit: usize,
) -> String {
    let mut text = String::new();
    for hit in found.hits.iter().take(limit) {
        text += &format!(
            "{}\n",
            terminal.paint(Ink::Strong, &terminal.clean(&head(hit)))
        );
        let summary = terminal.clean(&hit.summary);
        for line in wrap(&summary, terminal.width.saturating_sub(2))
            .iter()
            .take(LINES)
        {
            text += &format!("  {line}\n");
        }
    }
    if !text.is_empty() {
        text.push('\n');
    }
    for sentence in [counted(found, limit), words::database(database)] {
        for line in wrap(&sentence, terminal.width) {
            text += &format!("{line}\n");
        }
    }
    text
}

/// `CVE-2023-4863  high 8.8  pillow, libwebp-sys  exploited`.
fn head(hit: &Hit) -> String {
    let names: Vec<&str> = hit
        .packages
        .iter()
        .take(PACKAGES)
        .map(Package::name)
        .collect();
    let mut names = names.join(", ");
    if hit.packages.len() > PACKAGES {
        names += &format!(" and {} more", hit.packages.len() - PACKAGES);
    }
    let mut head = format!(
        "{}  {}  {names}",
        hit.group.shown_as,
        words::severity(&hit.severity)
    );
    if hit.is_known_exploited {
        head += "  exploited";
    }
    if hit.is_withdrawn {
        head += "  withdrawn";
    }
    head.trim_end().to_owned()
}

fn counted(found: &Found, limit: usize) -> String {
    let number = found.hits.len();
    let mut text = match (number, found.is_cut) {
        (0, _) => "Nothing of this is in the database".to_owned(),
        (_, true) => format!("More than {} vulnerabilities", words::amount(number as u64)),
        (_, false) => words::count(number, "vulnerability", "vulnerabilities"),
    };
    if number > limit {
        text += &format!(", {} shown (--limit)", words::amount(limit as u64));
    }
    text.push('.');
    if found.unrated > 0 {
        let unrated = words::count(found.unrated, "other is", "others are");
        text += &format!(" {unrated} of unstated severity.");
    }
    text
}
