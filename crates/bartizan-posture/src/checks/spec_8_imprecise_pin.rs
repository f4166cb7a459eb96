//! Whether the comment of a pin names the full tag.

use crate::check::{Check, Example, ssdf};
use crate::facts::Facts;
use crate::facts::tags::release_in;
use crate::judgement::{Judgement, Place, fail};
use bartizan_model::severity::SeverityLevel;

pub(super) static CHECK: Check = Check {
    id: "spec-8-imprecise-pin",
    title: "the comment of a pin names no full release",
    spec: Some("8.9"),
    severity: SeverityLevel::Low,
    what: "Behind a pinned commit stands the release that it belongs to, in full: `# v1.2.3`. `# v1` or nothing \
              cannot be reviewed, and is not updated by Dependabot. Whether the commit is that of the tag asks \
              `spec-8-mislabelled-pin`.",
    why: "Nobody reads 40 digits; a wrong comment, or one that says too little, hides what runs.",
    remedy: "Write the full release behind the commit.",
    example: Example {
        file: ".github/workflows/release.yml",
        passing: "pypa/gh-action-pypi-publish@6666666666666666666666666666666666666666 # v1.13.0",
        failing: "pypa/gh-action-pypi-publish@6666666666666666666666666666666666666666 # v1",
        overlaps: &[],
    },
    supports: &[ssdf("PO.3.2")],
    judge,
};

fn judge(facts: &Facts) -> Judgement {
    let mut seen = 0_usize;
    let mut statements = Vec::new();
    for (file, uses) in facts.uses() {
        if !uses.is_commit() {
            continue;
        }
        seen = seen.saturating_add(1);
        let message = match uses.comment.as_deref() {
            Some(comment) if release_in(comment).is_some() => continue,
            Some(comment) => {
                format!("the comment `{comment}` of a pinned action names no full release")
            }
            None => format!("no comment says which release `{}` is", uses.text),
        };
        statements.push(fail(message, vec![Place::line(file, uses.line)]));
    }
    if seen == 0 {
        return Judgement::not_applicable("no action is pinned to a commit");
    }
    Judgement::of(
        statements,
        format!("the comments of all {seen} pins name a full release"),
    )
}

#[cfg(test)]
mod tests {
    use crate::laboratory::of_workflow;

    #[test]
    fn comments_are_told_apart() {
        let check = |comment: &str| {
            let uses = format!(
                "on: push\njobs: {{a: {{steps: [uses: a/b@0123456789012345678901234567890123456789{comment}\n]}}}}\n"
            );
            of_workflow("spec-8-imprecise-pin", &uses)
        };
        insta::assert_snapshot!(check(" # v1.2.3"), @"pass: the comments of all 1 pins name a full release []");
        insta::assert_snapshot!(check(" # tag=codeql-bundle/v3.30.1 (stable)"), @"pass: the comments of all 1 pins name a full release []");
        insta::assert_snapshot!(check(" # v1"), @"fail: the comment `v1` of a pinned action names no full release [w.yml:2]");
        insta::assert_snapshot!(check(" # main"), @"fail: the comment `main` of a pinned action names no full release [w.yml:2]");
        insta::assert_snapshot!(check(""), @"fail: no comment says which release `a/b@0123456789012345678901234567890123456789` is [w.yml:2]");
    }
}
