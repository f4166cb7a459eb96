//! Answers of a code host and a package index: one strange text as every answer, and as headers.
#![no_main]

use std::collections::{BTreeMap, BTreeSet};

use bartizan_formats::{
    hosting::{MemoryHost, Question, Wanted, link, pulls::Pulls, read, refusal::Refusal, remote},
    index::{provenance, roles},
};
use libfuzzer_sys::fuzz_target;

const PATHS: [&str; 22] = [
    "pulls/7",
    "git/trees/a",
    "git/blobs/a",
    "issues/7/comments",
    "environments",
    "environments/e/deployment-branch-policies",
    "environments/e/secrets",
    "rules/branches/main",
    "branches/main",
    "branches/main/protection",
    "rulesets",
    "rulesets/1",
    "actions/permissions",
    "actions/permissions/workflow",
    "actions/permissions/fork-pr-contributor-approval",
    "private-vulnerability-reporting",
    "security-advisories",
    "releases",
    "git/ref/tags/v1",
    "git/tags/a",
    "keys",
    "actions/secrets",
];

fuzz_target!(|text: &str| {
    let own = r#"{"default_branch": "main", "owner": {"login": "a", "type": "Organization"}}"#;
    let mut answers: BTreeMap<String, String> = PATHS
        .iter()
        .map(|path| (format!("repos/a/b/{path}"), text.to_owned()))
        .collect();
    answers.insert("repos/a/b".to_owned(), own.to_owned());
    answers.insert("orgs/a".to_owned(), text.to_owned());
    let wanted = Wanted {
        repository: "a/b".to_owned(),
        environments: BTreeSet::from(["e".to_owned()]),
        action_tags: BTreeSet::from([("a/b".to_owned(), "v1".to_owned())]),
    };
    let host = MemoryHost { answers };
    let hosted = read(&host, &wanted);
    let pulls = Pulls::of(&host, "a/b");
    drop((pulls.ends(7), pulls.tree("a"), pulls.comments(7)));
    if let Ok(bytes) = pulls.blob("a", 100) {
        assert!(bytes.len() <= 200);
    }
    assert_eq!(hosted.name, "a/b");
    if let Some(next) = link::next(text) {
        assert!(text.contains(next));
    }
    if let Some(found) = remote::remote(text) {
        assert!(remote::is_repository(&found.repository));
    }
    let question = Question {
        about: "a",
        path: vec!["a".to_owned()],
        query: "",
        pages: 1,
        is_partial: false,
        permission: Some("a=read"),
    };
    let refusal = Refusal {
        status: 403,
        body: text.as_bytes(),
        permissions: Some(text),
        scopes: Some(text),
        wants_sign_on: false,
        has_token: true,
    };
    let unseen = refusal.unseen(&question);
    assert!(!unseen.why.chars().any(char::is_control));
    drop(provenance::publishers(text.as_bytes()));
    drop(roles::roles(text.as_bytes()));
});
