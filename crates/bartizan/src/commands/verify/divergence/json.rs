//! Comparisons as JSON.

use std::collections::BTreeMap;

use bartizan_provenance::divergence::{BuildComparison, Comparison};
use serde::Serialize;

use super::{Compared, Outcome, commit::By};

/// The most files of one kind that are written.
const MOST: usize = 10_000;

#[derive(Serialize)]
pub(in super::super) struct ComparedJson<'a> {
    kind: &'static str,
    with: &'a str,
    commit: Option<&'a str>,
    commit_by: Option<&'static str>,
    tag: Option<&'a str>,
    is_complete: bool,
    why: Option<&'a str>,
    same: usize,
    left_out: usize,
    explained: Vec<FileJson<'a>>,
    uncompared: Vec<FileJson<'a>>,
    built: Vec<FileJson<'a>>,
    unexplained: Vec<UnexplainedJson<'a>>,
    is_identical: Option<bool>,
    is_equal: Option<bool>,
    normalised: BTreeMap<&'static str, usize>,
}

#[derive(Serialize)]
struct FileJson<'a> {
    path: &'a str,
    rule: &'static str,
    message: &'a str,
}

#[derive(Serialize)]
struct UnexplainedJson<'a> {
    path: &'a str,
    rank: &'static str,
    kind: &'static str,
    message: &'a str,
}

pub(in super::super) fn compared_json(compared: &Compared) -> ComparedJson<'_> {
    let (kind, comparison) = match &compared.outcome {
        Outcome::Source(it) => ("source", Some(it)),
        Outcome::Commit(_, it) => ("commit", Some(it)),
        Outcome::NoCommit(_) => ("commit", None),
        Outcome::Build(..) => ("build", None),
    };
    let mut json = ComparedJson {
        kind,
        with: &compared.with,
        commit: None,
        commit_by: None,
        tag: None,
        is_complete: !compared.is_incomplete(),
        why: None,
        same: comparison.map_or(0, |it| it.same),
        left_out: comparison.map_or(0, |it| it.left_out),
        explained: comparison.map(explained).unwrap_or_default(),
        uncompared: comparison
            .map(|it| uncompared(it, false))
            .unwrap_or_default(),
        built: comparison
            .map(|it| uncompared(it, true))
            .unwrap_or_default(),
        unexplained: comparison.map(unexplained).unwrap_or_default(),
        is_identical: None,
        is_equal: None,
        normalised: BTreeMap::new(),
    };
    match &compared.outcome {
        Outcome::Source(_) => {}
        Outcome::NoCommit(why) => json.why = Some(why),
        Outcome::Commit(chosen, _) => {
            json.commit = Some(chosen.commit.as_str());
            (json.commit_by, json.tag) = match &chosen.by {
                By::CommandLine => (Some("command-line"), None),
                By::Attestation => (Some("attestation"), None),
                By::Tag(tag) => (Some("tag"), Some(tag.as_str())),
            };
        }
        Outcome::Build(is_identical, it) => {
            json.same = it.same;
            json.is_identical = Some(*is_identical);
            json.is_equal = Some(it.differences.is_empty());
            json.normalised.clone_from(&it.normalised);
            json.unexplained = differences(it);
        }
    }
    json
}

fn explained(comparison: &Comparison) -> Vec<FileJson<'_>> {
    let files = comparison.explained.iter().take(MOST);
    files
        .map(|it| FileJson {
            path: &it.path,
            rule: it.rule,
            message: &it.how,
        })
        .collect()
}

fn uncompared(comparison: &Comparison, is_built: bool) -> Vec<FileJson<'_>> {
    let files = comparison.uncompared.iter();
    let files = files.filter(|it| it.is_built == is_built).take(MOST);
    files
        .map(|it| FileJson {
            path: &it.path,
            rule: it.rule,
            message: &it.why,
        })
        .collect()
}

fn unexplained(comparison: &Comparison) -> Vec<UnexplainedJson<'_>> {
    let files = comparison.unexplained.iter().take(MOST);
    files
        .map(|it| UnexplainedJson {
            path: &it.path,
            rank: it.rank.id(),
            kind: if it.is_extra { "extra" } else { "changed" },
            message: &it.message,
        })
        .collect()
}

fn differences(comparison: &BuildComparison) -> Vec<UnexplainedJson<'_>> {
    let files = comparison.differences.iter().take(MOST);
    files
        .map(|it| UnexplainedJson {
            path: &it.path,
            rank: it.rank.id(),
            kind: it.kind,
            message: &it.message,
        })
        .collect()
}
