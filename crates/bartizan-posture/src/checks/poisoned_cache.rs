//! Whether a release is built with what another run left in a cache.

use crate::check::{Check, Example, osps, slsa, ssdf};
use crate::facts::Facts;
use crate::facts::reach::{foreign_in, keeps_forks_away};
use crate::facts::workflows::{JobAt, StepAt};
use crate::judgement::{Judgement, Statement, fail, fail_as};
use crate::releases::publications;
use bartizan_formats::ci::step::Step;
use bartizan_model::severity::SeverityLevel;

pub(super) static CHECK: Check = Check {
    id: "poisoned-cache",
    title: "a release is built with what another run left in a cache",
    spec: None,
    severity: SeverityLevel::Medium,
    what: "A job that publishes, or one that it waits for, restores a cache: `actions/cache`, or an action that \
              sets something up and caches. It is high where a workflow that strangers start can fill the same cache.",
    why: "Whoever runs code once in any workflow of the default branch leaves a changed cache behind, and the \
              release takes it in. This is how Ultralytics 8.3.41 was poisoned.",
    remedy: "Build releases without caches: no `actions/cache`, `cache:` left out, `enable-cache: false`.",
    example: Example {
        file: ".github/workflows/release.yml",
        passing: "        with: {python-version: \"3.14\"}\n",
        failing: "        with: {python-version: \"3.14\", cache: pip}\n",
        overlaps: &[],
    },
    supports: &[osps("OSPS-BR-01.03"), slsa("Build L3"), ssdf("PO.5.1")],
    judge,
};

fn judge(facts: &Facts) -> Judgement {
    let publications = match publications(facts) {
        Ok(found) => found,
        Err(judgement) => return judgement,
    };
    let poisoner = facts.jobs().find(|at| fills_for_strangers(facts, at));
    let mut statements: Vec<Statement> = Vec::new();
    for publication in &publications {
        for at in facts.upstream(&publication.at) {
            for step in facts.steps(&at) {
                let Some(what) = restores(facts, step.step) else {
                    continue;
                };
                let place = step.place(step.step.line);
                if statements
                    .iter()
                    .any(|it| it.places.first() == Some(&place))
                {
                    continue;
                }
                statements.push(match poisoner {
                    Some(other) => {
                        let message = format!("a release is built with a cache ({what}) that the job `{}`, which strangers start, can fill", other.job.id);
                        fail_as(SeverityLevel::High, message, vec![place, other.place(other.job.line)])
                    }
                    None => fail(format!("a release is built with a cache ({what})"), vec![place]),
                });
            }
        }
    }
    Judgement::of(statements, "releases are built without caches")
}

/// Whether strangers start a job in the scope of the default branch's caches, with code of theirs or a script that takes in
/// what they write.
fn fills_for_strangers(facts: &Facts, at: &JobAt<'_>) -> bool {
    if facts.privileged_starts(at.file).is_empty() || keeps_forks_away(at.condition()) {
        return false;
    }
    let by_script = |step: &StepAt<'_>| {
        let holds = foreign_in(step.step.script()).is_some();
        let by_input = step
            .caller
            .is_some_and(|(_, caller)| caller.with.iter().any(|it| foreign_in(&it.text).is_some()));
        holds || by_input
    };
    facts.foreign_step(at).is_some() || facts.steps(at).iter().any(by_script)
}

/// How a step restores a cache, if it does.
fn restores(facts: &Facts, step: &Step) -> Option<&'static str> {
    let is_on = |name: &str| {
        step.input(name)
            .is_some_and(|it| !matches!(it.text.as_str(), "" | "false"))
    };
    let is_off = |name: &str| step.input(name).is_some_and(|it| it.text == "false");
    if step.is("actions/cache") {
        let saves_only = step
            .uses
            .as_ref()
            .is_some_and(|uses| uses.text.contains("/save@"));
        return (!saves_only && !is_on("lookup-only")).then_some("`actions/cache`");
    }
    let by_input = [
        "actions/setup-python",
        "actions/setup-node",
        "actions/setup-java",
        "ruby/setup-ruby",
    ];
    if by_input.iter().any(|action| step.is(action)) {
        return (is_on("cache") || is_on("bundler-cache")).then_some("`cache`");
    }
    if step.is("actions/setup-go") {
        return (!is_off("cache")).then_some("on unless `cache: false`");
    }
    if step.is("prefix-dev/setup-pixi") {
        let has_lock = facts.files.iter().any(|path| path.ends_with("pixi.lock"));
        return (is_on("cache") || (has_lock && !is_off("cache")))
            .then_some("on beside a lock unless `cache: false`");
    }
    if step.is("astral-sh/setup-uv") {
        return (!is_off("enable-cache")).then_some("on unless `enable-cache: false`");
    }
    if step.is("mamba-org/setup-micromamba") {
        let inputs = ["cache-environment", "cache-downloads"];
        return inputs
            .iter()
            .any(|name| is_on(name))
            .then_some("`cache-environment`");
    }
    let always = [
        "Swatinem/rust-cache",
        "hendrikmuys/ccache-action",
        "mozilla-actions/sccache-action",
    ];
    always
        .iter()
        .any(|action| step.is(action))
        .then_some("an action that caches")
}
