//! Whether passwords are used where a trusted publisher could be.

use crate::check::{Check, Example, ssdf};
use crate::facts::Facts;
use crate::judgement::{Judgement, fail};
use crate::releases::{publications, stored_credential};
use bartizan_model::severity::SeverityLevel;

pub(super) static CHECK: Check = Check {
    id: "spec-6-publishing-password",
    title: "a password is used where a trusted publisher could be",
    spec: Some("6.8"),
    severity: SeverityLevel::High,
    what: "No job that publishes is given a stored password or token of a package index.",
    why: "See `spec-8-stored-publishing-credential`: SPEC 6 asks for the same from the side of those who keep the \
              keys.",
    remedy: "Register a trusted publisher, and delete the password.",
    example: Example {
        file: ".github/workflows/release.yml",
        passing: "        with: {print-hash: true}\n",
        failing: "        with: {print-hash: true, password: \"${{ secrets.INDEX_TOKEN }}\"}\n",
        overlaps: &[
            "publishing-token-beside-trusted-publishing",
            "spec-8-stored-publishing-credential",
            "undesignated-capability",
        ],
    },
    supports: &[ssdf("PO.5.1")],
    judge,
};

fn judge(facts: &Facts) -> Judgement {
    let publications = match publications(facts) {
        Ok(found) => found,
        Err(judgement) => return judgement,
    };
    let given = publications.iter().filter_map(stored_credential);
    let statements =
        given.map(|(what, place)| fail(format!("a release is published with {what}"), vec![place]));
    Judgement::of(
        statements.collect(),
        "no release is published with a password",
    )
}
