//! The report as a comment on a pull request: short, and nothing of the change is interpreted.

use bartizan_review::Entry;

use super::report::{ReviewReport, Told};
use crate::{
    render::markdown::{code, details, prose},
    term::cut,
};

/// How many entries are shown unfolded: a reviewer who is tired reads no more.
const SHOWN: usize = 5;

/// The longest message.
const LONGEST: usize = 240;

pub(super) fn text(report: &ReviewReport<'_>) -> String {
    let mut text = format!("### Bartizan review\n\n{}\n\n", prose(&report.summary()));
    let live: Vec<&Told<'_>> = report.live().collect();
    for (number, told) in (1..).zip(live.iter().take(SHOWN)) {
        text += &format!("{number}. {}\n", line(&told.entry));
    }
    if !live.is_empty() {
        text += "\n";
    }
    text += &newly(&live);
    let rest: Vec<String> = live.iter().skip(SHOWN).map(|it| line(&it.entry)).collect();
    text += &details("Further entries", &rest);
    let problems = report.problems.iter();
    let problems = problems.map(|it| format!("{}: {}", code(&it.subject), prose(&it.message)));
    text += &details("Could not be read", &problems.collect::<Vec<_>>());
    text.trim_end().to_owned() + "\n"
}

fn line(entry: &Entry<'_>) -> String {
    let place = match entry.line {
        Some(line) => format!("{}:{line}", entry.file),
        None => entry.file.clone(),
    };
    format!(
        "**{}** {} {}: {}",
        entry.severity,
        code(&entry.rule.id),
        code(&place),
        prose(&cut(&entry.message, LONGEST, "…"))
    )
}

/// What the change lets the package newly do, in one line.
fn newly(live: &[&Told<'_>]) -> String {
    let gains = live.iter().filter(|it| {
        let shares = it.entry.score.shares.iter();
        shares
            .clone()
            .any(|(name, share)| *name == "capability" && share.0 > 0)
    });
    let mut names: Vec<&str> = gains
        .filter_map(|it| it.entry.rule.capability)
        .map(|it| it.as_str())
        .collect();
    names.sort_unstable();
    names.dedup();
    if names.is_empty() {
        return String::new();
    }
    format!("What changes may newly: {}.\n\n", prose(&names.join(", ")))
}
