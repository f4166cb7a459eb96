//! What a code host and a package index answer about the repository without fault, and one text of an answer changed at a
//! time. The answers are made up here in the shape that the host documents.

mod mutations;

use std::collections::BTreeMap;

use bartizan_formats::{
    hosting::{self, MemoryHost},
    index::{provenance, roles},
};
use bartizan_model::{
    assessment::Outcome,
    hosting::{PublishedProject, PublishedRelease, Seen, Unseen, UnseenKind},
};

use super::{FILES, outcomes, told};
use crate::facts::Facts;
use mutations::MUTATIONS;

macro_rules! answers {
    ($($file:literal: $path:literal),* $(,)?) => {
        &[$((concat!("online/", $file), $path, include_str!(concat!("online/", $file)))),*]
    };
}

/// The file, the question, the answer. What the index answers has no question of the host.
pub(super) const ANSWERS: &[(&str, &str, &str)] = answers![
    "repository.json": "repos/lab/lab",
    "environments.json": "repos/lab/lab/environments",
    "team.json": "orgs/lab/teams/makers/members",
    "deployment-branches.json": "repos/lab/lab/environments/release/deployment-branch-policies",
    "environment-secrets.json": "repos/lab/lab/environments/release/secrets",
    "branch-rules.json": "repos/lab/lab/rules/branches/main",
    "branch.json": "repos/lab/lab/branches/main",
    "rulesets.json": "repos/lab/lab/rulesets",
    "ruleset.json": "repos/lab/lab/rulesets/7",
    "actions.json": "repos/lab/lab/actions/permissions",
    "selected-actions.json": "repos/lab/lab/actions/permissions/selected-actions",
    "default-token.json": "repos/lab/lab/actions/permissions/workflow",
    "fork-approval.json": "repos/lab/lab/actions/permissions/fork-pr-contributor-approval",
    "private-reporting.json": "repos/lab/lab/private-vulnerability-reporting",
    "advisories.json": "repos/lab/lab/security-advisories",
    "releases.json": "repos/lab/lab/releases",
    "release-ref.json": "repos/lab/lab/git/ref/tags/v2.0.0",
    "release-tag.json": "repos/lab/lab/git/tags/8888888888888888888888888888888888888888",
    "keys.json": "repos/lab/lab/keys",
    "secrets.json": "repos/lab/lab/actions/secrets",
    "organisation-secrets.json": "repos/lab/lab/actions/organization-secrets",
    "administrators.json": "repos/lab/lab/collaborators",
    "organisation.json": "orgs/lab",
    "owners.json": "orgs/lab/members",
    "provenance.json": "",
    "roles.json": "",
];

/// The tags of the actions that the workflows pin: commits of one digit, forty times.
const ACTIONS: &[(&str, &str, char)] = &[
    ("actions/checkout", "v6.0.1", '1'),
    ("actions/setup-python", "v6.1.0", '2'),
    ("actions/upload-artifact", "v5.0.0", '3'),
    ("actions/download-artifact", "v6.0.0", '4'),
    ("actions/attest-build-provenance", "v3.0.0", '5'),
    ("pypa/gh-action-pypi-publish", "v1.13.0", '6'),
    ("scientific-python/upload-nightly-action", "v0.6.2", '8'),
];

/// The facts of files, with what host and index answer; one answer may be another, or gone where it is empty.
pub(super) fn looked_up(mut facts: Facts, changed: Option<(&str, &str)>) -> Facts {
    let text = |file: &str| {
        let own = ANSWERS.iter().find(|it| it.0 == file);
        let own = own.map_or("", |it| it.2);
        changed
            .filter(|it| it.0 == file)
            .map_or(own, |it| it.1)
            .to_owned()
    };
    let mut answers: BTreeMap<String, String> = ANSWERS
        .iter()
        .map(|(file, path, _)| ((*path).to_owned(), text(file)))
        .filter(|(_, text)| !text.is_empty())
        .collect();
    for (repository, tag, digit) in ACTIONS {
        let commit = digit.to_string().repeat(40);
        let answer = format!(
            r#"{{"ref": "refs/tags/{tag}", "object": {{"type": "commit", "sha": "{commit}"}}}}"#
        );
        answers.insert(format!("repos/{repository}/git/ref/tags/{tag}"), answer);
        answers.insert(format!("repos/{repository}"), "{}".to_owned());
    }
    let wanted = facts.wanted("lab/lab");
    facts.outside.hosted = Some(hosting::read(&MemoryHost { answers }, &wanted));
    let publishers = provenance::publishers(text("online/provenance.json").as_bytes());
    let unseen = |why: String| Unseen::new(UnseenKind::Unreadable, why);
    let release = publishers
        .map_err(unseen)
        .map(|publishers| PublishedRelease {
            version: "2.0.0".to_owned(),
            files: 2,
            without: 0,
            publishers,
        });
    let roles = roles::roles(text("online/roles.json").as_bytes()).map_err(unseen);
    facts.outside.published = Some(PublishedProject {
        name: "lab".to_owned(),
        roles: roles.and_then(|it| it.ok_or_else(|| unseen("not told".to_owned()))),
        release,
    });
    facts
}

/// The repository without fault, with one text of an answer in place of another.
pub(super) fn mutated(file: &str, passing: &str, failing: &str) -> Facts {
    let facts = super::with(&[]);
    let own = ANSWERS.iter().find(|it| it.0 == file);
    let (_, _, own) = own.unwrap_or_else(|| panic!("no answer {file}"));
    if passing.is_empty() {
        return looked_up(facts, Some((file, failing)));
    }
    let found = own.matches(passing).count();
    assert_eq!(found, 1, "`{passing}` stands {found} times in {file}");
    looked_up(facts, Some((file, &own.replace(passing, failing))))
}

/// The answer of a check when one text of an answer is another.
fn check(id: &str, file: &str, passing: &str, failing: &str) -> String {
    told(id, &mutated(&format!("online/{file}"), passing, failing))
}

#[test]
fn every_check_passes_with_answers() {
    let facts = looked_up(super::with(&[]), None);
    for (id, judgement) in outcomes(&facts) {
        assert!(
            matches!(judgement.outcome(), Outcome::Pass | Outcome::NotApplicable),
            "{id}: {}",
            told(id, &facts)
        );
    }
}

#[test]
fn each_changed_answer_fails_what_it_should_and_nothing_else() {
    let mut faults = Vec::new();
    for (file, passing, failing, wanted) in MUTATIONS {
        let facts = mutated(&format!("online/{file}"), passing, failing);
        let failing: Vec<&str> = super::failing(&facts);
        if failing != *wanted {
            faults.push(format!("{file}: {passing}: {failing:?}, not {wanted:?}"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn what_is_seen_counts_before_what_is_attested_and_what_is_hidden_does_not() {
    let attested = check("spec-8-unsigned-release", "release-tag.json", "", "");
    insta::assert_snapshot!(attested, @"pass: attested by ada on 2026-05-02, until 2027-05-02 [.github/bartizan.toml:9]");
    let seen = check(
        "spec-8-unsigned-release",
        "release-tag.json",
        "true",
        "false",
    );
    insta::assert_snapshot!(seen, @"fail: the signature of the tag `v2.0.0` could not be verified by the host: valid []");
}

/// The same without attestations.
fn unattested(id: &str, file: &str) -> String {
    let policy = FILES
        .iter()
        .find(|it| it.0 == ".github/bartizan.toml")
        .unwrap()
        .1;
    let lines = policy.lines().filter(|line| !line.contains("{ check = "));
    let text = lines.collect::<Vec<_>>().join("\n");
    let facts = looked_up(
        super::with(&[(".github/bartizan.toml", &text)]),
        Some((&format!("online/{file}"), "")),
    );
    let check = crate::checks::find(id).unwrap();
    let judgement = (check.judge)(&facts);
    let lines = judgement.statements().iter();
    let lines = lines.map(|it| {
        format!(
            "{}: {} ({})",
            it.outcome,
            it.message,
            it.needs.as_deref().unwrap_or("-")
        )
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn what_a_missing_permission_hides_is_unknown_and_names_the_permission() {
    for (id, file) in [
        ("spec-8-single-approval-release", "environments.json"),
        ("spec-8-single-approval-release", "team.json"),
        ("spec-8-unprotected-release-branch", "branch-rules.json"),
        ("spec-8-unprotected-release-branch", "rulesets.json"),
        ("spec-8-unprotected-release-branch", "ruleset.json"),
        ("spec-8-unrestricted-actions", "actions.json"),
        ("spec-8-unrestricted-actions", "selected-actions.json"),
        ("spec-8-unrestricted-actions", "default-token.json"),
        ("spec-8-unsigned-release", "releases.json"),
        ("spec-8-unsigned-release", "release-ref.json"),
        ("spec-8-unsigned-release", "release-tag.json"),
        ("spec-6-unrotated-token", "secrets.json"),
        ("spec-6-unrotated-token", "organisation-secrets.json"),
        ("spec-6-unrotated-token", "environment-secrets.json"),
        ("spec-6-unrotated-token", "keys.json"),
        ("spec-6-login-without-second-factor", "organisation.json"),
        ("slow-advisory-fix", "advisories.json"),
        ("unenforced-pin", "actions.json"),
        ("unapproved-fork-run", "fork-approval.json"),
    ] {
        let told = unattested(id, file);
        assert!(
            told.starts_with("unknown: ") && told.contains("permission `"),
            "{id} {file}: {told}"
        );
    }
    insta::assert_snapshot!(unattested("spec-8-single-approval-release", "environments.json"), @"unknown: the environment `release` cannot be seen: there is no such thing (a token with the permission `actions=read`)");
    insta::assert_snapshot!(unattested("disabled-private-reporting", "private-reporting.json"), @"unknown: whether private reporting is on cannot be seen: there is no such thing (an answer of the host)");
    insta::assert_snapshot!(unattested("undesignated-publisher", "provenance.json"), @"unknown: who published `lab` cannot be seen: the provenance is not of the form of PEP 740 (an answer of the host)");
}

#[test]
fn a_repository_that_cannot_be_seen_leaves_everything_unknown() {
    let facts = looked_up(super::with(&[]), Some(("online/repository.json", "")));
    let hosted: &Seen<_> = &facts.outside.hosted.as_ref().unwrap().environments;
    assert_eq!(hosted.as_ref().unwrap_err().kind, UnseenKind::Absent);
    assert_eq!(super::failing(&facts), Vec::<&str>::new());
}
