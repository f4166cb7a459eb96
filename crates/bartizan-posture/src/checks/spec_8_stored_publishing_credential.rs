//! Whether releases are published by a trusted publisher.

use crate::check::{Check, Example, ssdf};
use crate::facts::Facts;
use crate::facts::publishing::Publication;
use crate::judgement::{Judgement, Statement, fail, unknown};
use crate::releases::{publications, stored_credential};
use bartizan_formats::ci::workflow::Permissions;
use bartizan_model::severity::SeverityLevel;

pub(super) static CHECK: Check = Check {
    id: "spec-8-stored-publishing-credential",
    title: "a release is published with a stored credential",
    spec: Some("8.10"),
    severity: SeverityLevel::High,
    what: "The job that publishes has `id-token: write` and is given neither a password nor a token: the package \
              index knows the workflow as its trusted publisher.",
    why: "A stored token works from anywhere until somebody notices; the identity of a run works for minutes, from \
              this workflow only.",
    remedy: "Register the workflow and its environment as a trusted publisher, give the job `id-token: write`, and \
              delete the token.",
    example: Example {
        file: ".github/workflows/release.yml",
        passing: "        with: {print-hash: true}\n",
        failing: "        with: {print-hash: true, password: \"${{ secrets.INDEX_TOKEN }}\"}\n",
        overlaps: &[
            "publishing-token-beside-trusted-publishing",
            "spec-6-publishing-password",
            "undesignated-capability",
        ],
    },
    supports: &[ssdf("PO.5.1")],
    judge,
};

fn judge(facts: &Facts) -> Judgement {
    match publications(facts) {
        Ok(found) => {
            let statements: Vec<Statement> = found.iter().filter_map(of_publication).collect();
            Judgement::of(
                statements,
                "every release is published by a trusted publisher",
            )
        }
        Err(judgement) => judgement,
    }
}

fn of_publication(publication: &Publication<'_>) -> Option<Statement> {
    if let Some((what, place)) = stored_credential(publication) {
        let message = format!(
            "the job `{}` publishes with a stored credential ({what})",
            publication.at.job.id
        );
        return Some(fail(message, vec![place]));
    }
    if publication.has_identity() {
        return None;
    }
    let place = vec![publication.place()];
    match publication.at.permissions() {
        Permissions::Absent | Permissions::Unreadable(_) => {
            let message =
                "publishes without a visible credential and without a block of permissions";
            Some(unknown(
                message,
                "how the package index knows who publishes",
                place,
            ))
        }
        _ => Some(fail(
            "the job that publishes lacks `id-token: write`, so that no trusted publisher is known",
            place,
        )),
    }
}

#[cfg(test)]
mod tests {
    use crate::laboratory::of_workflow;

    #[test]
    fn credentials_are_found_wherever_they_stand() {
        let check = |job: &str| {
            of_workflow(
                "spec-8-stored-publishing-credential",
                &format!("on: release\njobs:\n  p:\n    permissions: {{id-token: write}}\n{job}"),
            )
        };
        insta::assert_snapshot!(check("    steps: [{uses: pypa/gh-action-pypi-publish@v1}]\n"), @"pass: every release is published by a trusted publisher []");
        insta::assert_snapshot!(check("    env: {TWINE_PASSWORD: x}\n    steps: [{run: twine upload dist/*}]\n"), @"fail: the job `p` publishes with a stored credential (`TWINE_PASSWORD`) [w.yml:5]");
        insta::assert_snapshot!(check("    steps: [{run: 'uv publish --token ${{ secrets.T }}'}]\n"), @"fail: the job `p` publishes with a stored credential (secret `T` in a script) [w.yml:5]");
        insta::assert_snapshot!(of_workflow("spec-8-stored-publishing-credential", "on: release\njobs: {p: {steps: [{run: uv publish}]}}\n"), @"unknown: publishes without a visible credential and without a block of permissions [w.yml:2]");
    }
}
