//! By which parameter functions ask for randomness.

use crate::check::{Check, Example};
use crate::facts::Facts;
use crate::facts::python::SeedParameter;
use crate::judgement::{Judgement, Place};
use bartizan_model::severity::SeverityLevel;

pub(super) static CHECK: Check = Check {
    id: "spec-7-seed-parameter",
    title: "functions ask for randomness by another parameter than `rng`",
    spec: Some("7.1"),
    severity: SeverityLevel::Low,
    what: "Public functions that take randomness call the parameter `rng` and hand it to \
              `numpy.random.default_rng`. Those that take `random_state` or `seed` and no `rng` are counted, from the syntax \
              tree: functions and methods whose names are public, and that `__all__` lists where there is one.",
    why: "Two names and two meanings for one thing make results that cannot be repeated.",
    remedy: "Take `rng`, keep the old name for a while as SPEC 7 describes.",
    example: Example {
        file: "lab/numbers/__init__.py",
        passing: "def throw(sides, *, rng=None):",
        failing: "def throw(sides, *, random_state=None):",
        overlaps: &[],
    },
    supports: &[],
    judge,
};

/// How many places are shown.
const SHOWN: usize = 20;

fn judge(facts: &Facts) -> Judgement {
    let (ours, others): (Vec<&SeedParameter>, Vec<&SeedParameter>) =
        facts.sources.seeds.iter().partition(|it| it.name == "rng");
    let place = |it: &&SeedParameter| Place::line(&it.file, it.line);
    if facts.sources.packages.is_empty() {
        return Judgement::not_applicable("no Python package was found");
    }
    let shown = |all: &[&SeedParameter]| all.iter().take(SHOWN).map(place).collect();
    if !others.is_empty() {
        let (old, new) = (others.len(), ours.len());
        let message =
            format!("{old} public functions take `random_state` or `seed`, {new} take `rng`");
        return Judgement::fail(message, shown(&others));
    }
    if let Some((file, why)) = facts.sources.gaps.first() {
        let message = format!("not every file was looked into: `{file}`: {why}");
        return Judgement::unknown(message, "files that can be read and parsed");
    }
    match ours.len() {
        0 => Judgement::not_applicable("no public function asks for randomness"),
        count => Judgement::pass(
            format!("all {count} functions that ask for randomness take `rng`"),
            shown(&ours),
        ),
    }
}
