//! Whether commits and tags of releases are signed.

use crate::attestation::{attested, hidden, seen_or_attested};
use crate::check::{Check, Example, ssdf};
use crate::facts::Facts;
use crate::judgement::{Judgement, fail, unknown};
use bartizan_model::hosting::{ReleaseTag, TagSignature};
use bartizan_model::severity::SeverityLevel;

pub(super) static CHECK: Check = Check {
    id: "spec-8-unsigned-release",
    title: "commits or tags of releases are not signed",
    spec: Some("8.4"),
    severity: SeverityLevel::Low,
    what: "Release managers sign the tags that releases are made from. The newest one counts. In a checkout with tags it is \
              seen whether a signature stands there; `--online` asks the host whether it is a good one.",
    why: "A signature shows that the tag is by who it says, whoever controls the account that pushed it.",
    remedy: "Sign tags (`git tag --sign`), and require signed commits in the rules of the release branch.",
    example: Example {
        file: ".github/bartizan.toml",
        passing: "  { check = \"spec-8-unsigned-release\", by = \"ada\", on = 2026-05-02 },",
        failing: "  { check = \"spec-8-unsigned-release\", by = \"ada\", on = 2020-05-02 },",
        overlaps: &[],
    },
    supports: &[ssdf("PS.1.1")],
    judge,
};

fn judge(facts: &Facts) -> Judgement {
    let newest = match facts.hosted(|it| &it.releases) {
        Some(Ok(releases)) => releases.first(),
        Some(Err(unseen)) if facts.outside.tag.is_none() => {
            let statement = hidden("which releases there are", unseen, Vec::new());
            return seen_or_attested(facts, CHECK.id, vec![statement], "");
        }
        _ => None,
    };
    match newest {
        Some(release) => of_host(facts, release),
        None => of_checkout(facts),
    }
}

fn of_host(facts: &Facts, release: &ReleaseTag) -> Judgement {
    let name = &release.name;
    let statement = match &release.signature {
        Ok(TagSignature::Verified) => {
            let message = format!(
                "the tag `{name}` of the newest release has a signature that the host verified"
            );
            return Judgement::pass(message, Vec::new());
        }
        Ok(TagSignature::Unverified(reason)) => fail(
            format!(
                "the signature of the tag `{name}` could not be verified by the host: {reason}"
            ),
            Vec::new(),
        ),
        Ok(TagSignature::Unsigned) => fail(format!("the tag `{name}` is not signed"), Vec::new()),
        Ok(TagSignature::Lightweight) => fail(
            format!("the tag `{name}` is a mere name for a commit, which cannot be signed"),
            Vec::new(),
        ),
        Err(unseen) => hidden(
            &format!("the signature of the tag `{name}`"),
            unseen,
            Vec::new(),
        ),
    };
    seen_or_attested(facts, CHECK.id, vec![statement], "")
}

fn of_checkout(facts: &Facts) -> Judgement {
    let Some(tag) = &facts.outside.tag else {
        let needs = "a checkout with its tags, or the host (`--online`)";
        return attested(facts, CHECK.id, needs);
    };
    let name = &tag.name;
    let statement = match (tag.is_signed, tag.is_annotated) {
        (true, _) => unknown(
            format!("a signature stands in the tag `{name}`, and nobody here has verified it"),
            "the host, which knows the keys (`--online`)",
            Vec::new(),
        ),
        (false, true) => fail(format!("the tag `{name}` is not signed"), Vec::new()),
        (false, false) => fail(
            format!("the tag `{name}` is a mere name for a commit, which cannot be signed"),
            Vec::new(),
        ),
    };
    seen_or_attested(facts, CHECK.id, vec![statement], "")
}
