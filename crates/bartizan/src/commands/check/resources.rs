//! The restricted resources of a project as a page.

use bartizan_posture::facts::{Facts, resources::markdown};

use crate::{context::Context, error::Failure, exit::Exit, output};

pub(super) fn run(
    ctx: &Context,
    facts: &Facts,
    file: Option<&std::path::Path>,
) -> Result<Exit, Failure> {
    let problems = facts
        .problems
        .iter()
        .filter(|it| it.subject.ends_with("RESOURCES.toml"));
    let problems: Vec<String> = problems
        .map(|it| format!("{}: {}", it.subject, it.message))
        .collect();
    if let Some(problem) = problems.first() {
        return Err(Failure::usage(problem.clone())
            .hint("`bartizan explain spec-6-undocumented-resource` tells its form"));
    }
    let Some(resources) = &facts.resources else {
        ctx.note("there is no `RESOURCES.toml`");
        return Ok(Exit::NothingToLookAt);
    };
    for (line, fault) in &resources.faults {
        ctx.note(&format!("{}:{line}: {fault}", resources.file));
    }
    output::write(&markdown(resources), file)?;
    if resources.faults.is_empty() {
        return Ok(Exit::Clean);
    }
    Ok(Exit::Findings)
}
