//! What other tools say of the same repository, laid beside the answers of the checks.
//!
//! Each thing keeps the id that its tool gave it. Where a rule of theirs asks what a check of ours asks, and both speak of
//! the same place, the two are one finding; [`SHARED`] is the only place that says which rules these are.

use bartizan_formats::peer::{PeerReport, PeerResult, PeerSpan};
use bartizan_model::assessment::Outcome;

use crate::{
    check::Check,
    checks,
    judgement::{Place, Statement},
    report::Answer,
};

/// A rule of another tool that asks what a check of ours asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shared {
    /// The tool.
    pub tool: &'static str,
    /// What it calls the rule.
    pub rule: &'static str,
    /// Our check.
    pub check: &'static str,
    /// How far apart the two may point and still mean one thing.
    pub extent: Extent,
}

/// How far apart two findings of one thing may stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// Ours stands within the lines of theirs.
    Lines,
    /// Both stand in the same file: theirs at the job, ours at the missing block.
    File,
    /// Theirs has no place.
    Repository,
}

/// Every rule that is shared, sorted by tool and rule. A rule of theirs that asks something else as well is not here.
pub const SHARED: &[Shared] = &[
    of_repository(
        "repo-review",
        "GH105",
        "spec-8-stored-publishing-credential",
    ),
    of_repository("repo-review", "GH200", "spec-8-unmaintained-pin"),
    of_repository("repo-review", "GH210", "spec-8-unmaintained-pin"),
    of_repository("repo-review", "GH212", "spec-8-unmaintained-pin"),
    of_lines("zizmor", "artipacked", "persisted-credentials"),
    of_lines("zizmor", "cache-poisoning", "poisoned-cache"),
    of_file(
        "zizmor",
        "dangerous-triggers",
        "privileged-untrusted-trigger",
    ),
    of_file(
        "zizmor",
        "excessive-permissions",
        "spec-8-broad-permissions",
    ),
    of_lines("zizmor", "ref-version-mismatch", "spec-8-mislabelled-pin"),
    of_lines("zizmor", "secrets-inherit", "inherited-secrets"),
    of_file(
        "zizmor",
        "secrets-outside-env",
        "secret-outside-environment",
    ),
    of_lines("zizmor", "self-hosted-runner", "fork-on-own-runner"),
    of_lines("zizmor", "template-injection", "template-injection"),
    of_lines("zizmor", "unpinned-images", "unpinned-image"),
    of_lines("zizmor", "unpinned-uses", "spec-8-unpinned-action"),
    of_lines(
        "zizmor",
        "use-trusted-publishing",
        "spec-8-stored-publishing-credential",
    ),
];

const fn of_lines(tool: &'static str, rule: &'static str, check: &'static str) -> Shared {
    Shared {
        tool,
        rule,
        check,
        extent: Extent::Lines,
    }
}

const fn of_file(tool: &'static str, rule: &'static str, check: &'static str) -> Shared {
    Shared {
        tool,
        rule,
        check,
        extent: Extent::File,
    }
}

const fn of_repository(tool: &'static str, rule: &'static str, check: &'static str) -> Shared {
    Shared {
        tool,
        rule,
        check,
        extent: Extent::Repository,
    }
}

/// The shared rules of a tool.
pub fn shared_with(tool: &str) -> impl Iterator<Item = &'static Shared> {
    SHARED.iter().filter(move |it| it.tool == tool)
}

/// What a rule of a tool shares with a check of ours.
fn shared(tool: &str, rule: &str) -> Option<Shared> {
    if let Some(shared) = shared_with(tool).find(|it| it.rule == rule) {
        return Some(*shared);
    }
    // Our own checks, which our plugin gave to repo-review, come back under their own ids.
    let own = checks::find(rule).filter(|_| tool == "repo-review")?;
    Some(of_repository("repo-review", own.id, own.id))
}

/// One thing that another tool says, beside our answers.
#[derive(Debug, Clone)]
pub struct Laid {
    /// The tool.
    pub tool: String,
    /// What it says; its files are those of this checkout, where they could be told.
    pub result: PeerResult,
    /// The check of ours that asks the same.
    pub check: Option<&'static Check>,
    /// Which of our answers is the same finding.
    pub same_as: Option<usize>,
}

/// Lays a report beside answers: the files of the checkout, sorted, tell what its paths mean.
pub fn lay_beside(report: &PeerReport, answers: &[&Answer], files: &[String]) -> Vec<Laid> {
    let laid = report.results.iter().map(|result| {
        let mut result = result.clone();
        for span in &mut result.spans {
            span.file = in_checkout(&span.file, files);
        }
        let shared = shared(&report.tool, &result.id);
        Laid {
            tool: report.tool.clone(),
            same_as: shared.and_then(|it| same_as(it, &result, answers)),
            check: shared.and_then(|it| checks::find(it.check)),
            result,
        }
    });
    laid.collect()
}

/// The path from the top of the checkout: the longest end of what is written that is one of its files.
fn in_checkout(written: &str, files: &[String]) -> String {
    let parts: Vec<&str> = written
        .split(['/', '\\'])
        .filter(|part| !matches!(*part, "" | "."))
        .collect();
    let ends = (0..parts.len()).filter_map(|at| Some(parts.get(at..)?.join("/")));
    let is_file = |path: &String| files.binary_search(path).is_ok();
    // What is no file of the checkout stays as it is written, and matches none of our places.
    ends.take(64)
        .find(is_file)
        .unwrap_or_else(|| parts.join("/"))
}

fn same_as(shared: Shared, result: &PeerResult, answers: &[&Answer]) -> Option<usize> {
    if result.outcome != Outcome::Fail {
        return None;
    }
    let ours = answers.iter().enumerate().filter(|(_, answer)| {
        answer.check.id == shared.check && answer.statement.outcome == Outcome::Fail
    });
    let apart = ours.filter_map(|(at, answer)| {
        Some((
            distance(shared.extent, &result.spans, &answer.statement)?,
            at,
        ))
    });
    apart.min().map(|(_, at)| at)
}

/// How many lines lie between two findings, where they can be one.
fn distance(extent: Extent, spans: &[PeerSpan], ours: &Statement) -> Option<u32> {
    if extent == Extent::Repository {
        return Some(0);
    }
    let pairs = spans
        .iter()
        .flat_map(|span| ours.places.iter().map(move |place| (span, place)));
    let apart = pairs.filter_map(|(span, place)| apart(span, place));
    let nearest = apart.min()?;
    (extent == Extent::File || nearest == 0).then_some(nearest)
}

fn apart(span: &PeerSpan, place: &Place) -> Option<u32> {
    if span.file != place.file {
        return None;
    }
    let Some(line) = place.line else {
        return Some(0);
    };
    Some(
        span.first
            .saturating_sub(line)
            .max(line.saturating_sub(span.last)),
    )
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use bartizan_formats::peer;

    use super::*;
    use crate::{laboratory::only, report::answers};

    #[test]
    fn every_shared_rule_names_a_check_and_none_stands_twice() {
        let keys: Vec<(&str, &str)> = SHARED.iter().map(|it| (it.tool, it.rule)).collect();
        assert!(keys.is_sorted_by(|a, b| a < b));
        for shared in SHARED {
            assert!(checks::find(shared.check).is_some(), "{}", shared.check);
        }
    }

    const WORKFLOW: &str = "on: push
permissions: {contents: read}
jobs:
  a:
    runs-on: x
    steps:
      - uses: actions/checkout@v6
      - uses: o/r@v1
      - run: echo ${{ github.event.head_commit.message }}
";

    /// A finding of zizmor in the words of its report; rows are counted from zero.
    fn finding(id: &str, file: &str, first: u32, last: u32) -> String {
        format!(
            r#"{{"ident": "{id}", "desc": "d", "determinations": {{"severity": "High"}}, "locations": [
               {{"symbolic": {{"key": {{"Local": {{"verbatim_path": "{file}"}}}}, "kind": "Primary"}},
                 "concrete": {{"location": {{"start_point": {{"row": {first}}}, "end_point": {{"row": {last}}}}}}}}}]}}"#
        )
    }

    fn check(report: &str) -> String {
        let facts = only(&[(".github/workflows/w.yml", WORKFLOW)]);
        let answers = answers(&facts);
        let answers: Vec<&Answer> = answers.iter().collect();
        let report = peer::read("x.json", report.as_bytes()).unwrap();
        let mut out = String::new();
        for laid in lay_beside(&report, &answers, &facts.files) {
            let check = laid.check.map_or("-", |it| it.id);
            write!(out, "{}/{} ({check})", laid.tool, laid.result.id).unwrap();
            for span in &laid.result.spans {
                write!(out, " {}:{}", span.file, span.first).unwrap();
            }
            if let Some(at) = laid.same_as {
                write!(out, " = {}", answers[at].statement.message).unwrap();
            }
            out.push('\n');
        }
        out
    }

    #[test]
    fn what_means_the_same_is_one_finding() {
        let file = "/somewhere/clone/.github/workflows/w.yml";
        let report = [
            finding("artipacked", file, 6, 6),
            finding("unpinned-uses", "./.github/workflows/w.yml", 7, 7),
            finding("unpinned-uses", "w.yml", 7, 7),
            finding("template-injection", file, 8, 8),
            finding("template-injection", file, 7, 7),
            finding("excessive-permissions", file, 3, 3),
            finding("anonymous-definition", file, 3, 8),
        ];
        insta::assert_snapshot!(check(&format!("[{}]", report.join(","))), @"
        zizmor/artipacked (persisted-credentials) .github/workflows/w.yml:7 = the checkout of the job `a` leaves its token behind
        zizmor/unpinned-uses (spec-8-unpinned-action) .github/workflows/w.yml:8 = `o/r@v1` is not pinned to a full commit
        zizmor/unpinned-uses (spec-8-unpinned-action) w.yml:8
        zizmor/template-injection (template-injection) .github/workflows/w.yml:9 = a script holds `github.event.head_commit.message`, which a stranger writes
        zizmor/template-injection (template-injection) .github/workflows/w.yml:8
        zizmor/excessive-permissions (spec-8-broad-permissions) .github/workflows/w.yml:4
        zizmor/anonymous-definition (-) .github/workflows/w.yml:4
        ");
    }

    #[test]
    fn what_has_no_place_is_joined_by_its_rule() {
        insta::assert_snapshot!(check(r#"{"families": {}, "checks": {"GH200": {"result": false, "description": "d"}, "GH105": {"result": true}, "PY001": {"result": false}, "spec-8-unpinned-action": {"result": false}}}"#), @"
        repo-review/GH105 (spec-8-stored-publishing-credential)
        repo-review/GH200 (spec-8-unmaintained-pin) = nothing updates the pinned actions
        repo-review/PY001 (-)
        repo-review/spec-8-unpinned-action (spec-8-unpinned-action) = `actions/checkout@v6` is not pinned to a full commit
        ");
    }
}
