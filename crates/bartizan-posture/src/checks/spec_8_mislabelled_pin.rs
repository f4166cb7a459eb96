//! Whether a pinned commit is the release that its comment names.

use std::collections::BTreeMap;

use crate::check::{Check, Example, osps, ssdf};
use crate::facts::Facts;
use crate::facts::outside::NamedPin;
use crate::judgement::{Judgement, Place, Statement, fail, unknown};
use bartizan_model::hosting::{HostedRepository, Unseen};
use bartizan_model::severity::SeverityLevel;

pub(super) static CHECK: Check = Check {
    id: "spec-8-mislabelled-pin",
    title: "a pinned commit is not the release that its comment names",
    spec: Some("8.9"),
    severity: SeverityLevel::High,
    what: "The commit of a pin is the one that the tag in its comment names, by `.github/bartizan-tags.toml`, the \
              table of `--tags`, or the code host (`--online`). Without any, two pins of one release of one action that \
              name different commits are told: one of them is wrong.",
    why: "A reviewer reads the comment and the host runs the commit; a fork's commit looks like any other.",
    remedy: "Look the tag up in the action's own repository, and pin the commit that it names.",
    example: Example {
        file: ".github/workflows/release.yml",
        passing: "actions/setup-python@2222222222222222222222222222222222222222 # v6.1.0",
        failing: "actions/setup-python@2222222222222222222222222222222222222222 # v6.2.0",
        overlaps: &[],
    },
    supports: &[osps("OSPS-BR-05.01"), ssdf("PW.4.1")],
    judge,
};

/// What is known of the release that a pin names.
enum Told<'a> {
    /// The pinned commit.
    Same,
    /// Another commit, of this tag.
    Other(String, &'a str),
    /// There is no such tag.
    None,
    /// The host did not show it.
    Hidden(Unseen),
    /// Nobody looked.
    Nothing,
}

fn judge(facts: &Facts) -> Judgement {
    let pins = facts.named_pins();
    if pins.is_empty() {
        return Judgement::not_applicable("no comment of a pin names a full release");
    }
    let mut first: BTreeMap<(String, &str), &NamedPin<'_>> = BTreeMap::new();
    let mut statements = Vec::new();
    let mut untold: Vec<(&NamedPin<'_>, Option<Unseen>)> = Vec::new();
    for pin in &pins {
        let other = *first.entry((pin.repository.to_lowercase(), pin.release)).or_insert(pin);
        match told(facts, pin) {
            Told::Same => {}
            Told::Other(tag, commit) => statements.push(of_another(pin, &tag, commit)),
            Told::None => statements.push(of_none(pin)),
            Told::Nothing if !other.commit.eq_ignore_ascii_case(pin.commit) => {
                statements.push(of_two(pin, other));
            }
            Told::Nothing => untold.push((pin, None)),
            Told::Hidden(unseen) => untold.push((pin, Some(unseen))),
        }
    }
    if let Some((pin, unseen)) = untold.first() {
        let mut message = format!("whether {} of {} pins are what their comments say is not known", untold.len(), pins.len());
        let mut needs = "the commits of those tags: `.github/bartizan-tags.toml`, `--tags`, or the hosting API (`--online`)".to_owned();
        if let Some(unseen) = unseen {
            message = format!("{message}: {}", unseen.why);
            needs = unseen.needs();
        }
        statements.push(unknown(message, &needs, vec![Place::line(pin.file, pin.line)]));
    }
    Judgement::of(statements, format!("all {} pins are the releases that their comments name", pins.len()))
}

fn told<'a>(facts: &'a Facts, pin: &NamedPin<'_>) -> Told<'a> {
    for (repository, tag) in pin.tags() {
        if let Some(commit) = facts.tags.commit(&repository, &tag) {
            return of_commit(pin, tag, commit);
        }
    }
    match &facts.outside.hosted {
        Some(hosted) => of_host(hosted, pin),
        None => Told::Nothing,
    }
}

/// What the code host says. A tag that stayed hidden may be the one.
fn of_host<'a>(hosted: &'a HostedRepository, pin: &NamedPin<'_>) -> Told<'a> {
    let mut found = Told::None;
    for key in pin.tags() {
        match hosted.action_tags.get(&key) {
            Some(Ok(Some(commit))) => match of_commit(pin, key.1, commit) {
                Told::Same => return Told::Same,
                other if matches!(found, Told::None) => found = other,
                _ => {}
            },
            Some(Ok(None)) => {}
            Some(Err(unseen)) => found = Told::Hidden(unseen.clone()),
            None => return Told::Nothing,
        }
    }
    found
}

fn of_commit<'a>(pin: &NamedPin<'_>, tag: String, commit: &'a str) -> Told<'a> {
    if commit.eq_ignore_ascii_case(pin.commit) {
        Told::Same
    } else {
        Told::Other(tag, commit)
    }
}

fn of_another(pin: &NamedPin<'_>, tag: &str, commit: &str) -> Statement {
    let message = format!("`{}@{}` says {tag}, whose commit is `{commit}`", pin.repository, pin.commit);
    fail(message, vec![Place::line(pin.file, pin.line)])
}

fn of_none(pin: &NamedPin<'_>) -> Statement {
    let message = format!("`{}@{}` says {}, and there is no such tag", pin.repository, pin.commit, pin.release);
    fail(message, vec![Place::line(pin.file, pin.line)])
}

fn of_two(pin: &NamedPin<'_>, other: &NamedPin<'_>) -> Statement {
    let message = format!("two pins of {} {} name different commits", pin.repository, pin.release);
    let places = [pin, other].map(|it| Place::line(it.file, it.line));
    fail(message, places.to_vec())
}

#[cfg(test)]
mod tests {
    use crate::laboratory::of_workflow;

    #[test]
    fn without_a_table_only_contradictions_are_known() {
        let check = |a: &str, b: &str| {
            let [a, b] = [a, b].map(|it| it.repeat(40));
            of_workflow("spec-8-mislabelled-pin", &format!("on: push\njobs:\n  a:\n    steps:\n      - uses: x/y@{a} # v1.2.3\n      - uses: x/y@{b} # v1.2.3\n"))
        };
        insta::assert_snapshot!(check("1", "1"), @"unknown: whether 2 of 2 pins are what their comments say is not known [w.yml:5]");
        insta::assert_snapshot!(check("1", "2"), @"
        fail: two pins of x/y v1.2.3 name different commits [w.yml:6 w.yml:5]
        unknown: whether 1 of 2 pins are what their comments say is not known [w.yml:5]
        ");
    }
}
