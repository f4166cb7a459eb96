//! Which jobs may need a token that writes.

use bartizan_formats::ci::{step::Step, workflow::Job};

/// Actions that need no more than to read.
const READING: [&str; 17] = [
    "actions/cache",
    "actions/checkout",
    "actions/download-artifact",
    "actions/setup-go",
    "actions/setup-java",
    "actions/setup-node",
    "actions/setup-python",
    "actions/upload-artifact",
    "astral-sh/setup-uv",
    "codecov/codecov-action",
    "conda-incubator/setup-miniconda",
    "hendrikmuys/ccache-action",
    "mamba-org/setup-micromamba",
    "prefix-dev/setup-pixi",
    "pre-commit/action",
    "pypa/cibuildwheel",
    "pypa/hatch",
];

/// What in a script speaks of the token.
const WRITES: [&str; 6] = [
    "git push",
    "gh ",
    "GITHUB_TOKEN",
    "GH_TOKEN",
    "github.token",
    "secrets.",
];

/// Why a job may need to write, with the line; `None` where nothing in it can.
pub(super) fn may_write(job: &Job) -> Option<(u32, String)> {
    if let Some(uses) = &job.uses {
        return Some((
            uses.line,
            format!("the called workflow `{}` may write", uses.text),
        ));
    }
    job.steps.iter().find_map(of_step)
}

fn of_step(step: &Step) -> Option<(u32, String)> {
    if let Some(uses) = step
        .uses
        .as_ref()
        .filter(|uses| !READING.iter().any(|action| uses.is(action)))
    {
        return Some((uses.line, format!("`{}` may write", uses.text)));
    }
    let texts = step.with.iter().chain(&step.env).map(|it| it.text.as_str());
    let word = texts
        .chain([step.script()])
        .find_map(|text| WRITES.iter().find(|word| text.contains(*word)));
    word.map(|word| {
        (
            step.line,
            format!("a step has to do with `{}`", word.trim()),
        )
    })
}
