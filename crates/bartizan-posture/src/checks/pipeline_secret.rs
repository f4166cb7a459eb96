//! Whether secrets of other systems stand in files, and where they are used.

use crate::attestation::current;
use crate::check::{Check, Example, ssdf};
use crate::facts::Facts;
use crate::facts::pipelines::PipelineFile;
use crate::judgement::{Judgement, Place, Statement, fail_as, unknown};
use bartizan_model::severity::SeverityLevel;

pub(super) static CHECK: Check = Check {
    id: "pipeline-secret",
    title: "another system of continuous integration holds a secret that a checkout cannot account for",
    spec: None,
    severity: SeverityLevel::Low,
    what: "A variable whose name speaks of a secret has its value in the file of another system: that is a leaked secret, \
              and high. Where such a file names secrets of its system (contexts, groups, encrypted values, \
              variables), whether pull requests of forks get them is a setting, and can be attested.",
    why: "Who can open a pull request may read what its run is given.",
    remedy: "Take secrets out of files and revoke them; keep them from builds of forks; bind them to contexts or environments.",
    example: Example {
        file: ".circleci/config.yml",
        passing: "    environment: {TOKEN_FILE: docs.txt}\n",
        failing: "    environment: {DOCS_TOKEN: abc123abc123}\n",
        overlaps: &[],
    },
    supports: &[ssdf("PO.5.1")],
    judge,
};

fn judge(facts: &Facts) -> Judgement {
    let examined = facts
        .other_systems
        .iter()
        .filter(|it| it.pipeline.is_some());
    if examined.count() == 0 {
        return Judgement::not_applicable("no other system of continuous integration is used");
    }
    let exposed: Vec<Statement> = facts.other_systems.iter().flat_map(exposed).collect();
    if !exposed.is_empty() {
        return Judgement::of(exposed, "");
    }
    let held: Vec<Statement> = facts.other_systems.iter().filter_map(held).collect();
    if held.is_empty() {
        return Judgement::pass("no secret of another system is named", Vec::new());
    }
    current(facts, CHECK.id).unwrap_or_else(|| Judgement::of(held, ""))
}

fn exposed(file: &PipelineFile) -> Vec<Statement> {
    let named = file.pipeline.iter().flat_map(|it| &it.exposed);
    let statements = named.map(|it| {
        let message = format!(
            "the value of `{}` stands in a file of {}",
            it.value,
            file.title()
        );
        let place = vec![Place::line(&file.document.path, it.line)];
        fail_as(SeverityLevel::High, message, place)
    });
    statements.collect()
}

fn held(file: &PipelineFile) -> Option<Statement> {
    let secrets = &file.pipeline.as_ref()?.secrets;
    let names: Vec<String> = secrets.iter().map(|it| format!("`{}`", it.value)).collect();
    let places = secrets
        .iter()
        .map(|it| Place::line(&file.document.path, it.line));
    let message = format!(
        "{} holds {}; whether forks get them is not known",
        file.title(),
        names.join(", ")
    );
    let needs = "the settings of that system about pull requests of forks, or an attestation";
    (!names.is_empty()).then(|| unknown(message, needs, places.collect()))
}

#[cfg(test)]
mod tests {
    use crate::laboratory::{only, told};

    #[test]
    fn what_stands_in_a_file_is_told_from_what_is_named() {
        let check = |text: &str| told("pipeline-secret", &only(&[(".circleci/config.yml", text)]));
        insta::assert_snapshot!(check("jobs: {a: {environment: {A_TOKEN: abcd1234abcd}}}"), @"fail (high): the value of `A_TOKEN` stands in a file of CircleCI [.circleci/config.yml:1]");
        insta::assert_snapshot!(check("jobs: {a: {steps: [{run: 'x $A_TOKEN'}]}}"), @"unknown: CircleCI holds `A_TOKEN`; whether forks get them is not known [.circleci/config.yml:1]");
        insta::assert_snapshot!(check("jobs: {a: {steps: [{run: 'x'}]}}"), @"pass: no secret of another system is named []");
    }
}
