//! For people at a terminal.

use bartizan_people::{history::Merged, summary::Summary};

use super::{Answer, Indexed, json::credit, json::reason, together};
use crate::{render::words::count, term::Terminal};

/// Of an ecosystem first what its projects have in common; each by itself only where more is asked for.
pub(super) fn text(terminal: Terminal, is_verbose: bool, answer: &Answer) -> String {
    let told = answer.indexed.iter().map(|it| told(terminal, it));
    let mut text = match &answer.together {
        Some(it) if is_verbose => told
            .chain([together::text(terminal, it)])
            .collect::<Vec<_>>()
            .join("\n"),
        Some(it) => together::text(terminal, it),
        None => told.collect::<Vec<_>>().join("\n"),
    };
    for problem in &answer.problems {
        let line = format!("not read: {}: {}", problem.subject, problem.message);
        text += &format!("\n{}\n", terminal.clean(&line));
    }
    text
}

fn told(terminal: Terminal, indexed: &Indexed) -> String {
    let summary = &indexed.summary;
    let days = summary.span.map(|(first, last)| {
        let day =
            |it: bartizan_model::Timestamp| it.to_string().chars().take(10).collect::<String>();
        format!(", {} to {}", day(first), day(last))
    });
    let mut lines = vec![
        format!(
            "{} at {}",
            terminal.clean(&indexed.repository),
            indexed.head
        ),
        format!(
            "  {}, of which {}{}",
            count(summary.commits, "commit", "commits"),
            count(summary.merges, "merge", "merges"),
            days.unwrap_or_default()
        ),
        people(indexed),
        changes(indexed),
    ];
    let credits = summary
        .credits
        .iter()
        .map(|(it, count)| format!("{} {count}", credit(*it)));
    let credits: Vec<String> = credits.collect();
    if !credits.is_empty() {
        lines.push(format!("  commits with credits: {}", credits.join(", ")));
    }
    lines.push(format!(
        "  signatures, none verified: {} by the code host, {} by keys of persons, {} of {}",
        summary.signed_by_host,
        summary.signed_by_own,
        summary.signed_tags,
        count(summary.tags, "tag with a message", "tags with a message"),
    ));
    let pulls = |merged: Merged| summary.pulls.get(&merged).copied().unwrap_or_default();
    lines.push(format!(
        "  pull requests: {} by their heads and {} by a subject in the history, {} in neither way",
        pulls(Merged::ByHead),
        pulls(Merged::BySubject),
        pulls(Merged::Unseen)
    ));
    lines.extend(gaps(indexed));
    lines.push(seconds(indexed));
    lines.join("\n") + "\n"
}

fn people(indexed: &Indexed) -> String {
    let summary = &indexed.summary;
    let merged = summary
        .merged
        .iter()
        .map(|(it, count)| format!("{} {count}", reason(*it)));
    let merged: Vec<String> = merged.collect();
    let how = if merged.is_empty() {
        String::new()
    } else {
        format!(" (taken for one by {})", merged.join(", "))
    };
    format!(
        "  {}, {} who put in the work of others; {} in all{how}",
        count(summary.authors, "author", "authors"),
        summary.integrators,
        count(summary.persons, "person", "persons"),
    )
}

fn changes(indexed: &Indexed) -> String {
    let summary = &indexed.summary;
    let changes = count(summary.file_changes, "change of a file", "changes of files");
    if !indexed.counts_lines {
        return format!("  {changes}, {}; lines not counted", moved(summary));
    }
    format!(
        "  {changes}, {}; {} lines added, {} removed, {} not text, {} unknown",
        moved(summary),
        summary.lines_added,
        summary.lines_removed,
        count(summary.binary, "change", "changes"),
        summary.unknown + summary.not_counted
    )
}

fn moved(summary: &Summary) -> String {
    match summary.changed_renames {
        0 => format!("{} moved", summary.renames),
        changed => format!("{} moved, {changed} of these changed", summary.renames),
    }
}

/// What could not be read, where there is something.
fn gaps(indexed: &Indexed) -> Option<String> {
    let gaps = &indexed.gaps;
    let counts = [
        (gaps.missing_commits, "commits missing"),
        (gaps.broken_commits, "commits broken"),
        (gaps.missing_trees, "trees missing"),
        (gaps.broken_trees, "trees broken"),
        (gaps.missing_blobs, "contents missing"),
        (gaps.broken_blobs, "contents broken"),
        (gaps.broken_times, "times that are none"),
        (gaps.broken_names, "names in a wrong encoding"),
        (gaps.replacements, "replacements not followed"),
        (gaps.cut_commits, "commits with too many changes"),
        (usize::from(gaps.is_cut_short), "bound of the whole reached"),
    ];
    let counts = counts.iter().filter(|(count, _)| *count > 0);
    let counts: Vec<String> = counts
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    (!counts.is_empty()).then(|| format!("  not there or not readable: {}", counts.join(", ")))
}

fn seconds(indexed: &Indexed) -> String {
    let seconds = &indexed.seconds;
    format!(
        "  {:.2} s: recalling {:.2} ({} commits), walking {:.2}, comparing {:.2}, counting {:.2}, keeping {:.2}, naming {:.2}",
        seconds.all.as_secs_f64(),
        seconds.recalling.as_secs_f64(),
        indexed.recalled,
        seconds.walking.as_secs_f64(),
        seconds.comparing.as_secs_f64(),
        seconds.counting.as_secs_f64(),
        seconds.keeping.as_secs_f64(),
        seconds.naming.as_secs_f64()
    )
}
