//! Whether releases are published from another system of continuous integration.

use crate::check::{Check, Example, ssdf};
use crate::facts::Facts;
use crate::facts::pipelines::PipelineFile;
use crate::judgement::{Judgement, Place, Statement, fail, unknown};
use bartizan_model::severity::SeverityLevel;

pub(super) static CHECK: Check = Check {
    id: "release-from-other-ci-system",
    title: "another system of continuous integration publishes releases with a stored credential",
    spec: None,
    severity: SeverityLevel::High,
    what: "A script of AppVeyor, Azure Pipelines, CircleCI, Cirrus, GitLab or Travis publishes on a package index, or a \
              deployment of the system does. A job of GitLab that asks for an identity (`id_tokens`) may be a trusted \
              publisher.",
    why: "The checks of releases look at the workflows of this host; a second way to publish has none of their locks, and \
              its token works from anywhere.",
    remedy: "Publish from one place, by a trusted publisher, and revoke the token of the other.",
    example: Example {
        file: ".circleci/config.yml",
        passing: "      - run: make html\n",
        failing: "      - run: twine upload dist/*\n",
        overlaps: &[],
    },
    supports: &[ssdf("PO.5.2")],
    judge,
};

fn judge(facts: &Facts) -> Judgement {
    let examined: Vec<&PipelineFile> = facts
        .other_systems
        .iter()
        .filter(|it| it.pipeline.is_some())
        .collect();
    if examined.is_empty() {
        return Judgement::not_applicable("no other system of continuous integration is used");
    }
    let statements = examined.iter().flat_map(|file| of_file(file));
    Judgement::of(
        statements.collect(),
        "no other system of continuous integration publishes releases",
    )
}

fn of_file(file: &PipelineFile) -> Vec<Statement> {
    let has_identity = file.pipeline.as_ref().is_some_and(|it| it.has_identity);
    let of_publication = |(what, line): (String, u32)| {
        let place = vec![Place::line(&file.document.path, line)];
        let title = file.title();
        if has_identity {
            let message = format!("{title} publishes by {what}; a job of it asks for an identity");
            return unknown(
                message,
                "whether the package index knows it as a trusted publisher",
                place,
            );
        }
        fail(
            format!("{title} publishes by {what} with a stored credential"),
            place,
        )
    };
    file.publications()
        .into_iter()
        .map(of_publication)
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::laboratory::{only, told};

    #[test]
    fn each_system_is_looked_at() {
        let check =
            |file: &str, text: &str| told("release-from-other-ci-system", &only(&[(file, text)]));
        insta::assert_snapshot!(check(".circleci/config.yml", "jobs: {a: {steps: [{run: 'twine upload dist/*'}]}}"), @"fail: CircleCI publishes by `twine upload` with a stored credential [.circleci/config.yml:1]");
        insta::assert_snapshot!(check(".gitlab-ci.yml", "a:\n  id_tokens: {X: {aud: pypi}}\n  script: |\n    make\n    uv publish\n"), @"unknown: GitLab CI publishes by `uv publish`; a job of it asks for an identity [.gitlab-ci.yml:5]");
        insta::assert_snapshot!(check(".travis.yml", "deploy:\n  provider: pypi\n"), @"fail: Travis CI publishes by a deployment of the system with a stored credential [.travis.yml:2]");
        insta::assert_snapshot!(check("azure-pipelines.yml", "steps: [{script: 'twine upload -r testpypi x'}]"), @"pass: no other system of continuous integration publishes releases []");
        insta::assert_snapshot!(check("Jenkinsfile", "twine upload"), @"not_applicable: no other system of continuous integration is used []");
    }
}
