//! Whether a publishing token is kept beside a trusted publisher.

use crate::check::{Check, Example, ssdf};
use crate::facts::Facts;
use crate::facts::reach::secrets;
use crate::judgement::{Judgement, Statement, fail};
use crate::releases::{publications, stored_credential};
use bartizan_model::severity::SeverityLevel;

pub(super) static CHECK: Check = Check {
    id: "publishing-token-beside-trusted-publishing",
    title: "a publishing token is kept beside a trusted publisher",
    spec: None,
    severity: SeverityLevel::High,
    what: "Releases are published by a trusted publisher, and some workflow still reads a stored token of a package \
              index.",
    why: "The token still works, from anywhere: the second wave of the attack on Ultralytics used one that nobody \
              needed any more.",
    remedy: "Revoke the token at the package index, and delete the secret.",
    example: Example {
        file: ".github/workflows/nightly.yml",
        passing: "          anaconda_nightly_upload_token: ${{ secrets.NIGHTLY_TOKEN }}\n",
        failing: "          anaconda_nightly_upload_token: ${{ secrets.NIGHTLY_TOKEN }}${{ secrets.PYPI_API_TOKEN }}\n",
        overlaps: &["undesignated-capability"],
    },
    supports: &[ssdf("PO.5.1")],
    judge,
};

fn judge(facts: &Facts) -> Judgement {
    let publications = match publications(facts) {
        Ok(found) => found,
        Err(judgement) => return judgement,
    };
    let trusted = publications.iter().find(|it| it.has_identity());
    let Some(trusted) = trusted else {
        return Judgement::not_applicable("no release is published by a trusted publisher");
    };
    let mut statements: Vec<Statement> = Vec::new();
    for at in facts.jobs() {
        let tokens = secrets(&at)
            .into_iter()
            .filter(|(name, _)| is_publishing(name));
        statements.extend(tokens.map(|(name, line)| {
            let message = format!(
                "the job `{}` reads `{name}`, and a trusted publisher publishes",
                at.job.id
            );
            fail(message, vec![at.place(line), trusted.place()])
        }));
    }
    let given = publications
        .iter()
        .filter(|it| it.has_identity())
        .filter_map(stored_credential);
    for (what, place) in given {
        if !statements.iter().any(|it| it.places.contains(&place)) {
            statements.push(fail(
                format!("{what} is given to a trusted publisher"),
                vec![place],
            ));
        }
    }
    Judgement::of(
        statements,
        "no publishing token is kept beside the trusted publisher",
    )
}

fn is_publishing(name: &str) -> bool {
    let for_trial = name.contains("TEST");
    !for_trial
        && ["PYPI", "TWINE", "UV_PUBLISH", "FLIT"]
            .iter()
            .any(|part| name.contains(part))
}
