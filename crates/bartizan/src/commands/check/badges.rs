//! Badges of the SPECs that a repository meets as a whole. There is none for what is not met or a draft, and one that no
//! longer holds goes.

use std::{fs, path::Path};

use bartizan_model::assessment::Outcome;
use bartizan_posture::{
    adoption::{Adoption, adoptions},
    facts::Facts,
    report::Answer,
};
use bartizan_server::{badge, page::Sign};

use super::report::CheckReport;
use crate::{context::Context, error::Failure, output, render::words};

/// The file with the Markdown.
const MARKDOWN: &str = "badges.md";

/// Where the texts of SPECs are.
const TEXTS: &str = "https://scientific-python.org/specs";

pub(super) fn write(
    ctx: &Context,
    directory: &Path,
    report: &CheckReport,
    facts: &Facts,
) -> Result<(), Failure> {
    let answers: Vec<Answer> = report.told.iter().map(|it| it.answer.clone()).collect();
    let all = adopted(facts, answers);
    fs::create_dir_all(directory).map_err(|error| {
        Failure::usage(format!("cannot make `{}`: {error}", directory.display()))
            .hint("name a directory that may be written to")
    })?;
    let mut met = Vec::new();
    for adoption in &all {
        let file = directory.join(format!("{}.svg", adoption.id()));
        let picture = badge::draw(&name(adoption), "met", Sign::Good);
        if adoption.outcome() == Outcome::Pass && !adoption.is_draft() {
            output::write(&picture, Some(&file))?;
            met.push(adoption);
        } else if fs::read_to_string(&file).is_ok_and(|text| text == picture) {
            fs::remove_file(&file).map_err(|error| {
                Failure::usage(format!("cannot remove `{}`: {error}", file.display()))
                    .hint("the SPEC is no longer met; remove the badge by hand")
            })?;
        }
    }
    output::write(&markdown(&met), Some(&directory.join(MARKDOWN)))?;
    let count = words::count(met.len(), "badge", "badges");
    ctx.note(&format!("wrote {count} into `{}`", directory.display()));
    Ok(())
}

/// Answers stand by check there, however the report sorts them.
fn adopted(facts: &Facts, mut answers: Vec<Answer>) -> Vec<Adoption> {
    answers.sort_by_key(|answer| answer.check.id);
    adoptions(facts, &answers)
}

fn name(adoption: &Adoption) -> String {
    format!("SPEC {}", adoption.number)
}

fn markdown(met: &[&Adoption]) -> String {
    if met.is_empty() {
        return "No SPEC is met as a whole, as far as a checkout shows.\n".to_owned();
    }
    let lines = met.iter().map(|adoption| {
        let (id, number) = (adoption.id(), adoption.number);
        format!("[![SPEC {number}: met]({id}.svg)]({TEXTS}/spec-{number:04}/)\n")
    });
    lines.collect()
}
