//! The same as JSON. Seconds differ from run to run; everything else is the same for the same repository.

use std::{collections::BTreeMap, time::Duration};

use bartizan_people::{
    history::{Credit, Gaps, Merged},
    identity::Reason,
    summary::Summary,
};
use serde::Serialize;

use super::{Answer, Indexed, Seconds, together::TogetherJson};
use crate::{
    error::Failure,
    render::json::{SCHEMA_VERSION, to_text},
};

#[derive(Serialize)]
struct Document<'a> {
    schema_version: u32,
    repositories: Vec<IndexedJson>,
    ecosystem: Option<TogetherJson<'a>>,
    problems: Vec<Problem>,
}

#[derive(Serialize)]
struct IndexedJson {
    project: Option<String>,
    repository: String,
    head: String,
    commits: usize,
    recalled_commits: usize,
    merges: usize,
    first: Option<String>,
    last: Option<String>,
    authors: usize,
    author_names: usize,
    integrators: usize,
    persons: usize,
    identities_merged_by: BTreeMap<&'static str, usize>,
    file_changes: usize,
    renames: usize,
    changed_renames: usize,
    lines: Option<Lines>,
    blobs_missing: usize,
    credits: BTreeMap<&'static str, usize>,
    signed_by_host: usize,
    signed_by_own_key: usize,
    tags: usize,
    signed_tags: usize,
    commits_naming_pulls: usize,
    pulls: Pulls,
    gaps: GapCounts,
    seconds: SecondsOf,
}

#[derive(Serialize)]
struct Lines {
    added: u64,
    removed: u64,
    binary_changes: usize,
    unknown_changes: usize,
}

#[derive(Serialize)]
struct Pulls {
    merged_by_head: usize,
    merged_by_subject: usize,
    unseen: usize,
}

#[derive(Serialize)]
struct GapCounts {
    missing_commits: usize,
    broken_commits: usize,
    missing_trees: usize,
    broken_trees: usize,
    broken_blobs: usize,
    broken_times: usize,
    broken_names: usize,
    replacements: usize,
    cut_commits: usize,
    is_cut_short: bool,
    is_shallow: bool,
}

#[derive(Serialize)]
struct SecondsOf {
    recalling: f64,
    walking: f64,
    comparing: f64,
    counting: f64,
    keeping: f64,
    naming: f64,
    all: f64,
}

#[derive(Serialize)]
struct Problem {
    subject: String,
    message: String,
    hint: Option<String>,
}

pub(super) fn text(answer: &Answer) -> Result<String, Failure> {
    let document = Document {
        schema_version: SCHEMA_VERSION,
        repositories: answer.indexed.iter().map(IndexedJson::of).collect(),
        ecosystem: answer.together.as_ref().map(TogetherJson::of),
        problems: answer
            .problems
            .iter()
            .map(|it| Problem {
                subject: it.subject.clone(),
                message: it.message.clone(),
                hint: it.hint.clone(),
            })
            .collect(),
    };
    to_text(&document)
}

impl IndexedJson {
    fn of(indexed: &Indexed) -> Self {
        let summary = &indexed.summary;
        Self {
            project: indexed.project.clone(),
            repository: indexed.repository.clone(),
            head: indexed.head.clone(),
            commits: summary.commits,
            recalled_commits: indexed.recalled,
            merges: summary.merges,
            first: summary.span.map(|(first, _)| first.to_string()),
            last: summary.span.map(|(_, last)| last.to_string()),
            authors: summary.authors,
            author_names: summary.author_names,
            integrators: summary.integrators,
            persons: summary.persons,
            identities_merged_by: summary
                .merged
                .iter()
                .map(|(it, count)| (reason(*it), *count))
                .collect(),
            file_changes: summary.file_changes,
            renames: summary.renames,
            changed_renames: summary.changed_renames,
            lines: indexed.counts_lines.then(|| Lines::of(summary)),
            blobs_missing: indexed.gaps.missing_blobs,
            credits: summary
                .credits
                .iter()
                .map(|(it, count)| (credit(*it), *count))
                .collect(),
            signed_by_host: summary.signed_by_host,
            signed_by_own_key: summary.signed_by_own,
            tags: summary.tags,
            signed_tags: summary.signed_tags,
            commits_naming_pulls: summary.naming_pulls,
            pulls: Pulls::of(summary),
            gaps: GapCounts::of(&indexed.gaps),
            seconds: SecondsOf::of(&indexed.seconds),
        }
    }
}

impl Lines {
    fn of(summary: &Summary) -> Self {
        Self {
            added: summary.lines_added,
            removed: summary.lines_removed,
            binary_changes: summary.binary,
            unknown_changes: summary.unknown + summary.not_counted,
        }
    }
}

impl Pulls {
    fn of(summary: &Summary) -> Self {
        let of = |merged: Merged| summary.pulls.get(&merged).copied().unwrap_or_default();
        Self {
            merged_by_head: of(Merged::ByHead),
            merged_by_subject: of(Merged::BySubject),
            unseen: of(Merged::Unseen),
        }
    }
}

impl GapCounts {
    fn of(gaps: &Gaps) -> Self {
        Self {
            missing_commits: gaps.missing_commits,
            broken_commits: gaps.broken_commits,
            missing_trees: gaps.missing_trees,
            broken_trees: gaps.broken_trees,
            broken_blobs: gaps.broken_blobs,
            broken_times: gaps.broken_times,
            broken_names: gaps.broken_names,
            replacements: gaps.replacements,
            cut_commits: gaps.cut_commits,
            is_cut_short: gaps.is_cut_short,
            is_shallow: gaps.is_shallow,
        }
    }
}

impl SecondsOf {
    fn of(seconds: &Seconds) -> Self {
        // Milliseconds are all that a clock is good for here.
        let of = |duration: Duration| (duration.as_secs_f64() * 1e3).round() / 1e3;
        Self {
            recalling: of(seconds.recalling),
            walking: of(seconds.walking),
            comparing: of(seconds.comparing),
            counting: of(seconds.counting),
            keeping: of(seconds.keeping),
            naming: of(seconds.naming),
            all: of(seconds.all),
        }
    }
}

/// The word for a reason.
pub(super) fn reason(reason: Reason) -> &'static str {
    match reason {
        Reason::Joined => "joined",
        Reason::Mailmap => "mailmap",
        Reason::HostNumber => "host-number",
        Reason::HostLogin => "host-login",
        Reason::Address => "address",
        Reason::Name => "name",
    }
}

/// The word for a credit.
pub(super) fn credit(credit: Credit) -> &'static str {
    match credit {
        Credit::CoAuthored => "co-authored",
        Credit::SignedOff => "signed-off",
        Credit::Reviewed => "reviewed",
        Credit::Acked => "acked",
        Credit::Approved => "approved",
        Credit::Tested => "tested",
        Credit::Reported => "reported",
        Credit::Suggested => "suggested",
        Credit::Helped => "helped",
    }
}
