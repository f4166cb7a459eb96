//! Comparisons as JSON.

use std::collections::BTreeMap;

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
    let mut json = ComparedJson {
        kind: "source",
        with: &compared.with,
        commit: None,
        commit_by: None,
        tag: None,
        is_complete: !compared.is_incomplete(),
        why: None,
        same: 0,
        left_out: 0,
        explained: Vec::new(),
        uncompared: Vec::new(),
        built: Vec::new(),
        unexplained: Vec::new(),
        is_identical: None,
        is_equal: None,
        normalised: BTreeMap::new(),
    };
    let comparison = match &compared.outcome {
        Outcome::Source(it) => it,
        Outcome::Commit(chosen, it) => {
            json.kind = "commit";
            json.commit = Some(chosen.commit.as_str());
            (json.commit_by, json.tag) = match &chosen.by {
                By::CommandLine => (Some("command-line"), None),
                By::Attestation => (Some("attestation"), None),
                By::Tag(tag) => (Some("tag"), Some(tag.as_str())),
            };
            it
        }
        Outcome::NoCommit(why) => {
            json.kind = "commit";
            json.why = Some(why);
            return json;
        }
        Outcome::Build(is_identical, it) => {
            json.kind = "build";
            json.same = it.same;
            json.is_identical = Some(*is_identical);
            json.is_equal = Some(it.differences.is_empty());
            json.normalised.clone_from(&it.normalised);
            let differences = it.differences.iter().take(MOST);
            json.unexplained = differences
                .map(|it| UnexplainedJson {
                    path: &it.path,
                    rank: it.rank.id(),
                    kind: it.kind,
                    message: &it.message,
                })
                .collect();
            return json;
        }
    };
    json.same = comparison.same;
    json.left_out = comparison.left_out;
    let explained = comparison.explained.iter().take(MOST);
    json.explained = explained
        .map(|it| FileJson {
            path: &it.path,
            rule: it.rule,
            message: &it.how,
        })
        .collect();
    for it in comparison.uncompared.iter().take(MOST) {
        let file = FileJson {
            path: &it.path,
            rule: it.rule,
            message: &it.why,
        };
        if it.is_built {
            json.built.push(file);
        } else {
            json.uncompared.push(file);
        }
    }
    let unexplained = comparison.unexplained.iter().take(MOST);
    json.unexplained = unexplained
        .map(|it| UnexplainedJson {
            path: &it.path,
            rank: it.rank.id(),
            kind: if it.is_extra { "extra" } else { "changed" },
            message: &it.message,
        })
        .collect();
    json
}
