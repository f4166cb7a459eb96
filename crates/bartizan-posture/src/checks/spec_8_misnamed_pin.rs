//! Whether a pinned commit is that of the release that its comment names.

use crate::attestation::{attested, seen_or_attested};
use crate::check::{Check, Example, osps, ssdf};
use crate::facts::{Facts, outside::NamedPin};
use crate::judgement::{Judgement, Place, Statement, fail, unknown};
use bartizan_model::{
    hosting::{HostedRepository, Unseen},
    severity::SeverityLevel,
};

pub(super) static CHECK: Check = Check {
    id: "spec-8-misnamed-pin",
    title: "a pinned commit is not that of the release that its comment names",
    spec: Some("8.9"),
    severity: SeverityLevel::Medium,
    what: "The commit that an action is pinned to is the one that the tag in the comment leads to. `--online` asks the code \
              host for the tags.",
    why: "Reviewers read the comment. The commit may be of another release, or of somebody's fork: a host shows commits of forks \
              under the name of the original.",
    remedy: "Look up the commit of the tag, and write that one.",
    example: Example {
        file: ".github/workflows/release.yml",
        passing: "pypa/gh-action-pypi-publish@6666666666666666666666666666666666666666 # v1.13.0",
        failing: "pypa/gh-action-pypi-publish@7777777777777777777777777777777777777777 # v1.13.0",
        overlaps: &[],
    },
    supports: &[osps("OSPS-BR-05.01"), ssdf("PW.4.1")],
    judge,
};

fn judge(facts: &Facts) -> Judgement {
    let pins = facts.named_pins();
    if pins.is_empty() {
        return Judgement::not_applicable("no pinned action names a release");
    }
    let Some(hosted) = &facts.outside.hosted else {
        let needs = "the tags of the actions, through the hosting API (`--online`)";
        return attested(facts, CHECK.id, needs);
    };
    let mut statements: Vec<Statement> = Vec::new();
    let mut hidden: Vec<(&NamedPin<'_>, Unseen)> = Vec::new();
    for pin in &pins {
        match of_pin(hosted, pin) {
            Ok(None) => {}
            Ok(Some(message)) => {
                statements.push(fail(message, vec![Place::line(pin.file, pin.line)]))
            }
            Err(unseen) => hidden.push((pin, unseen)),
        }
    }
    if let Some((pin, unseen)) = hidden.first() {
        let message = format!(
            "the tags of {} of {} pinned actions cannot be seen; of `{}`: {}",
            hidden.len(),
            pins.len(),
            pin.repository,
            unseen.why
        );
        let places = hidden
            .iter()
            .map(|(pin, _)| Place::line(pin.file, pin.line));
        statements.push(unknown(message, &unseen.needs(), places.collect()));
    }
    let pass = format!(
        "all {} pinned commits are those of the releases that are named",
        pins.len()
    );
    seen_or_attested(facts, CHECK.id, statements, pass)
}

/// What is wrong with a pin.
fn of_pin(hosted: &HostedRepository, pin: &NamedPin<'_>) -> Result<Option<String>, Unseen> {
    use bartizan_model::hosting::UnseenKind;
    let (mut found, mut hidden) = (None, None);
    for key in pin.tags() {
        match hosted.action_tags.get(&key) {
            Some(Ok(Some(commit))) if commit.eq_ignore_ascii_case(pin.commit) => return Ok(None),
            Some(Ok(Some(commit))) => found = Some((key.1, commit)),
            Some(Ok(None)) => {}
            Some(Err(unseen)) => hidden = Some(unseen.clone()),
            None => {
                hidden = Some(Unseen::new(
                    UnseenKind::NotAsked,
                    "nobody asked for the tag",
                ))
            }
        }
    }
    if let Some(unseen) = hidden {
        return Err(unseen);
    }
    let short = |commit: &str| commit.get(..12).unwrap_or(commit).to_owned();
    Ok(Some(match found {
        Some((tag, commit)) => format!(
            "`{}` is pinned to {}, and its tag `{tag}` is {}",
            pin.repository,
            short(pin.commit),
            short(commit)
        ),
        None => format!("`{}` has no tag `{}`", pin.repository, pin.release),
    }))
}
