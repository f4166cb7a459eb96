//! The report as a comment on a pull request: short, and nothing of the change is interpreted.

use bartizan_review::{Entry, rule::Capability};

use super::{
    assistant,
    newness::Newness,
    report::{ReviewReport, Told},
};
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
    text += &report
        .newness
        .as_ref()
        .map_or(String::new(), Newness::details);
    text += &words(report);
    let aside = report.told.iter().filter_map(|it| {
        let aside = it.aside.as_ref()?;
        let reason = prose(&cut(&aside.reason, LONGEST, "…"));
        let by = aside.by.as_str();
        Some(format!("{} (by {by}: {reason})", line(&it.entry)))
    });
    text += &details("Set aside", &aside.collect::<Vec<_>>());
    let idle = report.idle.iter().map(|it| match it.line {
        Some(number) => {
            let place = code(&format!("{}:{number}", it.file));
            format!("{place}: {}", prose(&it.sentence()))
        }
        None => prose(&it.sentence()),
    });
    text += &details("Sets nothing aside", &idle.collect::<Vec<_>>());
    let problems = report.problems.iter();
    let problems = problems.map(|it| format!("{}: {}", code(&it.subject), prose(&it.message)));
    text += &details("Could not be read", &problems.collect::<Vec<_>>());
    text.trim_end().to_owned() + "\n"
}

/// What an assistant says, folded and marked as its own.
fn words(report: &ReviewReport<'_>) -> String {
    let Some(words) = &report.words else {
        return String::new();
    };
    let entries = words.entries.iter();
    let entries = entries.map(|(number, text)| format!("On {number}: {}", prose(text)));
    let summary = words.summary.iter().map(|it| prose(it));
    details(
        assistant::TITLE,
        &summary.chain(entries).collect::<Vec<_>>(),
    )
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
        .map(Capability::as_str)
        .collect();
    names.sort_unstable();
    names.dedup();
    if names.is_empty() {
        return String::new();
    }
    format!("What changes may newly: {}.\n\n", prose(&names.join(", ")))
}
