//! Whether a pinned commit is the release that its comment names.

use std::collections::BTreeMap;

use crate::check::{Check, Example, cisa, ssdf};
use crate::facts::{Facts, outside::NamedPin};
use crate::judgement::{Judgement, Place, Statement, fail, unknown};
use bartizan_model::hosting::{Seen, Unseen};
use bartizan_model::severity::SeverityLevel;

pub(super) static CHECK: Check = Check {
    id: "spec-8-mislabelled-pin",
    title: "a pinned commit is not the release that its comment names",
    spec: Some("8.9"),
    severity: SeverityLevel::High,
    what: "The commit of a pin is the one that the tag in its comment names, by the code host with `--online`, by \
              `.github/bartizan-tags.toml` or the table of `--tags`. Without any of them, two pins of one release of one action that name different commits \
              are told: one of them is wrong.",
    why: "A reviewer reads the comment and the host runs the commit; a fork's commit looks like any other.",
    remedy: "Look the tag up in the action's own repository, and pin the commit that it names.",
    example: Example {
        file: ".github/workflows/release.yml",
        passing: "actions/setup-python@2222222222222222222222222222222222222222 # v6.1.0",
        failing: "actions/setup-python@2222222222222222222222222222222222222222 # v6.2.0",
        overlaps: &[],
    },
    supports: &[ssdf("PO.3.2"), cisa("2")],
    judge,
};

fn judge(facts: &Facts) -> Judgement {
    let pins = facts.named_pins();
    if pins.is_empty() {
        return Judgement::not_applicable("no comment of a pin names a full release");
    }
    let mut first: BTreeMap<(String, &str), &NamedPin<'_>> = BTreeMap::new();
    let (mut statements, mut untold) = (Vec::new(), Vec::new());
    for pin in &pins {
        let key = (pin.repository.to_lowercase(), pin.release);
        let other = *first.entry(key).or_insert(pin);
        match known(facts, pin) {
            Known::Commits(all) if all.iter().any(|it| it.eq_ignore_ascii_case(pin.commit)) => {}
            Known::Commits(all) => statements.push(of_commit(pin, all.first().copied())),
            Known::Nothing(_) if !other.commit.eq_ignore_ascii_case(pin.commit) => {
                statements.push(of_two(pin, other));
            }
            Known::Nothing(unseen) => untold.push((pin, unseen)),
        }
    }
    statements.extend(untold_in_one(&untold, pins.len()));
    let pass = format!(
        "all {} pins are the releases that their comments name",
        pins.len()
    );
    Judgement::of(statements, pass)
}

/// What is known of the release that a comment names.
enum Known<'a> {
    /// Its commits by the tags that it may have, where there are any.
    Commits(Vec<&'a str>),
    /// Nothing, with the reason where the code host was asked.
    Nothing(Option<&'a Unseen>),
}

/// What the code host says counts before what a table says.
fn known<'a>(facts: &'a Facts, pin: &NamedPin<'_>) -> Known<'a> {
    let hosted = facts.outside.hosted.as_ref();
    let answers = hosted.map(|it| &it.action_tags);
    let answers: Vec<&Seen<Option<String>>> =
        pin.tags().filter_map(|key| answers?.get(&key)).collect();
    let hidden = answers.iter().find_map(|it| it.as_ref().err());
    let commits = answers.iter().filter_map(|it| it.as_ref().ok()?.as_deref());
    let commits: Vec<&str> = commits.collect();
    let is_answered = !answers.is_empty() && hidden.is_none();
    if is_answered || !commits.is_empty() {
        return Known::Commits(commits);
    }
    let of_table = pin
        .tags()
        .find_map(|(repository, tag)| facts.tags.commit(&repository, &tag));
    match of_table {
        Some(commit) => Known::Commits(vec![commit]),
        None => Known::Nothing(hidden),
    }
}

fn of_commit(pin: &NamedPin<'_>, commit: Option<&str>) -> Statement {
    let NamedPin {
        repository,
        commit: pinned,
        release,
        ..
    } = pin;
    let message = match commit {
        Some(commit) => {
            format!("`{repository}@{pinned}` says {release}, whose commit is `{commit}`")
        }
        None => format!("`{repository}@{pinned}` says {release}, and there is no such tag"),
    };
    fail(message, vec![Place::line(pin.file, pin.line)])
}

fn of_two(pin: &NamedPin<'_>, other: &NamedPin<'_>) -> Statement {
    let message = format!(
        "two pins of {} {} name different commits",
        pin.repository.to_lowercase(),
        pin.release
    );
    let places = [pin, other].map(|it| Place::line(it.file, it.line));
    fail(message, places.to_vec())
}

/// One statement for all whose release is not known.
fn untold_in_one(untold: &[(&NamedPin<'_>, Option<&Unseen>)], of: usize) -> Option<Statement> {
    let (pin, unseen) = untold.first()?;
    let reason = unseen.map(|it| format!(": {}", it.why)).unwrap_or_default();
    let message = format!(
        "whether {} of {of} pins are what their comments say is not known{reason}",
        untold.len()
    );
    let needs = match unseen {
        Some(unseen) => unseen.needs(),
        None => "the commits of those tags: `.github/bartizan-tags.toml`, `--tags`, or the hosting API (`--online`)".to_owned(),
    };
    Some(unknown(
        message,
        &needs,
        vec![Place::line(pin.file, pin.line)],
    ))
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
