//! Whether a pinned commit is the release that its comment names.

use std::collections::BTreeMap;

use crate::check::{Check, Example, ssdf};
use crate::facts::Facts;
use crate::facts::tags::release_in;
use crate::judgement::{Judgement, Place, Statement, fail, unknown};
use bartizan_formats::ci::uses::{Target, Uses};
use bartizan_model::severity::SeverityLevel;

pub(super) static CHECK: Check = Check {
    id: "spec-8-mislabelled-pin",
    title: "a pinned commit is not the release that its comment names",
    spec: Some("8.9"),
    severity: SeverityLevel::High,
    what: "The commit of a pin is the one that the tag in its comment names, by `.github/bartizan-tags.toml` or the \
              table of `--tags`. Without a table, two pins of one release of one action that name different commits \
              are told: one of them is wrong.",
    why: "A reviewer reads the comment and the host runs the commit; a fork's commit looks like any other.",
    remedy: "Look the tag up in the action's own repository, and pin the commit that it names.",
    example: Example {
        file: ".github/workflows/release.yml",
        passing: "actions/setup-python@2222222222222222222222222222222222222222 # v6.1.0",
        failing: "actions/setup-python@2222222222222222222222222222222222222222 # v6.2.0",
        overlaps: &[],
    },
    supports: &[ssdf("PW.4.1")],
    judge,
};

/// A pin whose comment names a release.
struct Pin<'a> {
    file: &'a str,
    uses: &'a Uses,
    repository: String,
    tag: &'a str,
    commit: &'a str,
}

fn judge(facts: &Facts) -> Judgement {
    let pins: Vec<Pin<'_>> = facts
        .uses()
        .into_iter()
        .filter_map(|(file, uses)| pin(file, uses))
        .collect();
    if pins.is_empty() {
        return Judgement::not_applicable("no comment of a pin names a full release");
    }
    let mut first: BTreeMap<(&str, &str), &Pin<'_>> = BTreeMap::new();
    let mut statements = Vec::new();
    let mut untold = Vec::new();
    for pin in &pins {
        let other = *first.entry((&pin.repository, pin.tag)).or_insert(pin);
        match facts.tags.commit(&pin.repository, pin.tag) {
            Some(commit) if commit.eq_ignore_ascii_case(pin.commit) => {}
            Some(commit) => statements.push(of_table(pin, commit)),
            None if !other.commit.eq_ignore_ascii_case(pin.commit) => {
                statements.push(of_two(pin, other));
            }
            None => untold.push(pin),
        }
    }
    if let Some(pin) = untold.first() {
        let message = format!(
            "whether {} of {} pins are what their comments say is not known",
            untold.len(),
            pins.len()
        );
        let needs =
            "the commits of those tags: `.github/bartizan-tags.toml`, `--tags`, or the hosting API";
        statements.push(unknown(
            message,
            needs,
            vec![Place::line(pin.file, pin.uses.line)],
        ));
    }
    Judgement::of(
        statements,
        format!(
            "all {} pins are the releases that their comments name",
            pins.len()
        ),
    )
}

fn pin<'a>(file: &'a str, uses: &'a Uses) -> Option<Pin<'a>> {
    let Target::Repository {
        reference: Some(commit),
        ..
    } = uses.target()
    else {
        return None;
    };
    let tag = uses.comment.as_deref().and_then(release_in)?;
    let repository = uses.repository()?.to_lowercase();
    uses.is_commit().then_some(Pin {
        file,
        uses,
        repository,
        tag,
        commit,
    })
}

fn of_table(pin: &Pin<'_>, commit: &str) -> Statement {
    let message = format!(
        "`{}` says {}, whose commit is `{commit}`",
        pin.uses.text, pin.tag
    );
    fail(message, vec![Place::line(pin.file, pin.uses.line)])
}

fn of_two(pin: &Pin<'_>, other: &Pin<'_>) -> Statement {
    let message = format!(
        "two pins of {} {} name different commits",
        pin.repository, pin.tag
    );
    let places = [pin, other].map(|it| Place::line(it.file, it.uses.line));
    fail(message, places.to_vec())
}

#[cfg(test)]
mod tests {
    use crate::laboratory::of_workflow;

    #[test]
    fn without_a_table_only_contradictions_are_known() {
        let check = |a: &str, b: &str| {
            let [a, b] = [a, b].map(|it| it.repeat(40));
            of_workflow(
                "spec-8-mislabelled-pin",
                &format!(
                    "on: push\njobs:\n  a:\n    steps:\n      - uses: x/y@{a} # v1.2.3\n      - uses: x/y@{b} # v1.2.3\n"
                ),
            )
        };
        insta::assert_snapshot!(check("1", "1"), @"unknown: whether 2 of 2 pins are what their comments say is not known [w.yml:5]");
        insta::assert_snapshot!(check("1", "2"), @"
        fail: two pins of x/y v1.2.3 name different commits [w.yml:6 w.yml:5]
        unknown: whether 1 of 2 pins are what their comments say is not known [w.yml:5]
        ");
    }
}
