use std::fmt::Debug;

use bartizan_model::hosting::TagRules;
use proptest::prelude::*;

use super::*;

/// A repository of which only these answers are known; paths stand below `repos/lab/lab`, where they begin with no `/`.
fn host(answers: &[(&str, &str)]) -> HostedRepository {
    let own = r#"{"default_branch": "main", "owner": {"login": "lab", "type": "Organization"}}"#;
    let mut all = BTreeMap::from([("repos/lab/lab".to_owned(), own.to_owned())]);
    for (path, text) in answers {
        let full = match path.strip_prefix('/') {
            Some(path) => path.to_owned(),
            None => format!("repos/lab/lab/{path}"),
        };
        all.insert(full, (*text).to_owned());
    }
    let tag = |tag: &str| ("a/b".to_owned(), tag.to_owned());
    let wanted = Wanted {
        repository: "lab/lab".to_owned(),
        environments: BTreeSet::from(["Release".to_owned()]),
        action_tags: BTreeSet::from([tag("v1.0"), tag("v2.0")]),
    };
    read(&MemoryHost { answers: all }, &wanted)
}

/// What is known, or why it is not.
fn check<T: Debug>(seen: &Seen<T>) -> String {
    match seen {
        Ok(seen) => format!("{seen:?}"),
        Err(unseen) => format!("{:?}: {}; {}", unseen.kind, unseen.why, unseen.needs()),
    }
}

#[test]
fn what_is_not_answered_is_hidden_with_its_permission() {
    let it = host(&[]);
    insta::assert_snapshot!(check(&it.default_branch), @r#""main""#);
    insta::assert_snapshot!(check(&it.environments), @"Absent: there is no such thing; a token with the permission `actions=read`");
    insta::assert_snapshot!(check(&it.secrets), @"Absent: there is no such thing; a token with the permission `actions=read`");
    insta::assert_snapshot!(check(&it.deploy_keys), @"Absent: there is no such thing; a token with the permission `administration=read`");
    insta::assert_snapshot!(check(&it.organisation), @r#"Some(Organisation { name: "lab", requires_second_factor: Err(Unseen { kind: Absent, why: "there is no such thing", permission: Some("`organization_administration=read`") }), owners: Err(Unseen { kind: Absent, why: "there is no such thing", permission: Some("`members=read`") }) })"#);
    insta::assert_snapshot!(format!("{:?}", it.action_tags.values().map(check).collect::<Vec<_>>()), @r#"["Absent: there is no such thing; an answer of the host", "Absent: there is no such thing; an answer of the host"]"#);
}

#[test]
fn environments_tell_who_may_approve() {
    let environment = |rules: &str, policy: &str| {
        let text = format!(
            r#"{{"environments": [{{"name": "release", "protection_rules": [{rules}], "deployment_branch_policy": {policy}}}]}}"#
        );
        check(
            &host(&[
                ("environments", &text),
                (
                    "/orgs/other/teams/t/members",
                    r#"[{"login": "B"}, {"login": "c"}]"#,
                ),
            ])
            .environments,
        )
    };
    insta::assert_snapshot!(environment("", "null"), @r#"[Environment { name: "release", reviewers: None, refs: All, can_be_bypassed: None }]"#);
    insta::assert_snapshot!(environment(r#"{"type": "required_reviewers", "prevent_self_review": true, "reviewers": [
        {"type": "User", "reviewer": {"login": "b"}}, {"type": "Team", "reviewer": {"slug": "t", "html_url": "https://host.example/orgs/other/teams/t"}}]}"#,
        r#"{"protected_branches": true, "custom_branch_policies": false}"#), @r#"[Environment { name: "release", reviewers: Some(Reviewers { eligible: 2, hidden: None, forbids_self_review: true }), refs: Protected, can_be_bypassed: None }]"#);
    insta::assert_snapshot!(environment(r#"{"type": "required_reviewers", "reviewers": [{"type": "Team", "reviewer": {"slug": "t"}}]}"#,
        r#"{"protected_branches": false, "custom_branch_policies": true}"#), @r#"[Environment { name: "release", reviewers: Some(Reviewers { eligible: 0, hidden: Some(Unseen { kind: Absent, why: "there is no such thing", permission: Some("`members=read`") }), forbids_self_review: false }), refs: Named(Err(Unseen { kind: Absent, why: "there is no such thing", permission: Some("`actions=read`") })), can_be_bypassed: None }]"#);
    insta::assert_snapshot!(environment(r#"{"type": "required_reviewers", "reviewers": 1}"#, "null"), @"Unreadable: the answer cannot be read: invalid type: integer `1`, expected a sequence; an answer of the host");
}

#[test]
fn rules_and_older_protection_of_a_branch_are_laid_together() {
    let branch = |rules: &str, protected: &str, protection: &str| {
        let mut answers = vec![("rules/branches/main", rules), ("branches/main", protected)];
        if !protection.is_empty() {
            answers.push(("branches/main/protection", protection));
        }
        check(&host(&answers).branch)
    };
    let (open, closed) = (r#"{"protected": false}"#, r#"{"protected": true}"#);
    insta::assert_snapshot!(branch("[]", open, ""), @"BranchRules { reviews: None, forbids_force: false, forbids_deletion: false, needs_signatures: false, hidden: None }");
    insta::assert_snapshot!(branch(r#"[{"type": "deletion"}]"#, closed, ""), @r#"BranchRules { reviews: None, forbids_force: false, forbids_deletion: true, needs_signatures: false, hidden: Some(Unseen { kind: Absent, why: "there is no such thing", permission: Some("`administration=read`") }) }"#);
    insta::assert_snapshot!(branch(r#"[{"type": "deletion"}]"#, closed, r#"{"required_pull_request_reviews": {"required_approving_review_count": 2}, "allow_force_pushes": {"enabled": true}}"#), @"BranchRules { reviews: Some(2), forbids_force: false, forbids_deletion: true, needs_signatures: false, hidden: None }");
    insta::assert_snapshot!(branch(r#"[{"type": "pull_request", "parameters": {"required_approving_review_count": 1}}, {"type": "non_fast_forward"}, {"type": "deletion"}, {"type": "required_signatures"}]"#, "", ""), @"BranchRules { reviews: Some(1), forbids_force: true, forbids_deletion: true, needs_signatures: true, hidden: None }");
    insta::assert_snapshot!(branch("{}", open, ""), @"Unreadable: the answer is no list; an answer of the host");
}

#[test]
fn rules_of_tags_hold_for_the_tags_that_they_name() {
    let ruleset = |text: &str| {
        let listed = r#"[{"id": 7, "name": "x"}]"#;
        host(&[("rulesets", listed), ("rulesets/7", text)]).tags
    };
    let tags = ruleset(
        r#"{"name": "x", "target": "tag", "enforcement": "active", "conditions": {"ref_name": {"include": ["refs/tags/v*"], "exclude": ["refs/tags/v0*"]}},
            "rules": [{"type": "deletion"}, {"type": "non_fast_forward"}, {"type": "new", "parameters": {"x": 1}}]}"#,
    );
    insta::assert_snapshot!(check(&tags), @r#"[TagRules { name: "x", include: ["refs/tags/v*"], exclude: ["refs/tags/v0*"], forbids_creation: false, forbids_update: true, forbids_deletion: true }]"#);
    let rules: Vec<TagRules> = tags.unwrap();
    assert!(covers(&rules[0], "v1.0") && !covers(&rules[0], "v0.1") && !covers(&rules[0], "1.0"));
    insta::assert_snapshot!(check(&ruleset(r#"{"name": "x", "target": "tag", "enforcement": "disabled"}"#)), @"[]");
    insta::assert_snapshot!(check(&ruleset(r#"{"name": "x", "target": "branch", "enforcement": "active"}"#)), @"[]");
}

#[test]
fn settings_with_words_of_tomorrow_are_not_guessed() {
    let it = host(&[
        (
            "actions/permissions",
            r#"{"enabled": true, "allowed_actions": "most"}"#,
        ),
        (
            "actions/permissions/workflow",
            r#"{"default_workflow_permissions": "some"}"#,
        ),
        (
            "actions/permissions/fork-pr-contributor-approval",
            r#"{"approval_policy": "x"}"#,
        ),
        ("private-vulnerability-reporting", r#"{"enabled": "yes"}"#),
    ]);
    insta::assert_snapshot!(check(&it.actions), @"Unreadable: the answer says `most`, which is not known here; an answer of the host");
    insta::assert_snapshot!(check(&it.token), @"Unreadable: the answer says `some`, which is not known here; an answer of the host");
    insta::assert_snapshot!(check(&it.fork_approval), @"Unreadable: the answer says `x`, which is not known here; an answer of the host");
    insta::assert_snapshot!(check(&it.has_private_reporting), @r#"Unreadable: the answer cannot be read: invalid type: string "yes", expected a boolean; an answer of the host"#);
    let off = host(&[("actions/permissions", r#"{"enabled": false}"#)]);
    insta::assert_snapshot!(check(&off.actions), @"ActionsPolicy { is_enabled: false, allowed: Own, needs_pins: None }");
}

#[test]
fn tags_are_followed_to_their_commits() {
    let signed = |tag: &str| {
        check(
            &host(&[
                (
                    "releases",
                    r#"[{"tag_name": "x", "draft": true}, {"tag_name": "v1"}]"#,
                ),
                (
                    "git/ref/tags/v1",
                    r#"{"ref": "refs/tags/v1", "object": {"sha": "aa", "type": "tag"}}"#,
                ),
                ("git/tags/aa", tag),
            ])
            .releases,
        )
    };
    insta::assert_snapshot!(signed(r#"{"object": {"sha": "cc", "type": "commit"}, "verification": {"verified": true, "reason": "valid"}}"#), @r#"[ReleaseTag { name: "v1", signature: Ok(Verified), is_immutable: false }]"#);
    insta::assert_snapshot!(signed(r#"{"object": {"sha": "cc", "type": "commit"}, "verification": {"verified": false, "reason": "unknown_key"}}"#), @r#"[ReleaseTag { name: "v1", signature: Ok(Unverified("unknown_key")), is_immutable: false }]"#);
    insta::assert_snapshot!(signed(r#"{"object": {"sha": "cc", "type": "commit"}}"#), @r#"[ReleaseTag { name: "v1", signature: Err(Unseen { kind: Unreadable, why: "the host does not say whether the tag is signed", permission: None }), is_immutable: false }]"#);
    let of_actions = |answers: &[(&str, &str)]| {
        let it = host(answers);
        it.action_tags
            .values()
            .map(check)
            .collect::<Vec<_>>()
            .join("\n")
    };
    let reference = (
        "/repos/a/b/git/ref/tags/v1.0",
        r#"{"ref": "refs/tags/v1.0", "object": {"sha": "t1", "type": "tag"}}"#,
    );
    insta::assert_snapshot!(of_actions(&[
        ("/repos/a/b", "{}"),
        reference,
        ("/repos/a/b/git/tags/t1", r#"{"object": {"sha": "t2", "type": "tag"}}"#),
        ("/repos/a/b/git/tags/t2", r#"{"object": {"sha": "ABCD", "type": "commit"}}"#),
    ]), @r#"
    Some("abcd")
    None
    "#);
    // A tag that names itself ends.
    insta::assert_snapshot!(of_actions(&[
        reference,
        ("/repos/a/b/git/tags/t1", r#"{"object": {"sha": "t1", "type": "tag"}}"#),
        ("/repos/a/b/git/ref/tags/v2.0", r#"{"ref": "refs/tags/v2.0.1", "object": {"sha": "aa", "type": "commit"}}"#),
    ]), @r#"
    Unreadable: the tag leads to no commit; an answer of the host
    Unreadable: the host answered with `refs/tags/v2.0.1`; an answer of the host
    "#);
}

#[test]
fn a_moving_tag_stands_for_the_newest_release_of_its_own() {
    let tag = |name: &str| {
        format!(r#"{{"ref": "refs/tags/{name}", "object": {{"sha": "{name}", "type": "commit"}}}}"#)
    };
    let of = |reference: &str, names: &[&str]| {
        let tags: Vec<String> = names.iter().map(|name| tag(name)).collect();
        let path = reference.trim_start_matches("release/");
        let answers = BTreeMap::from([(
            format!("repos/a/b/git/matching-refs/tags/{path}"),
            format!("[{}]", tags.join(",")),
        )]);
        let wanted = BTreeSet::from([
            ("a/b".to_owned(), reference.to_owned()),
            ("../b".to_owned(), "v1".to_owned()),
        ]);
        let found = newest_releases(&MemoryHost { answers }, &wanted);
        found.values().map(check).collect::<Vec<_>>().join("\n")
    };
    insta::assert_snapshot!(of("v4", &["v4", "v4.9.0", "v4.10.0", "v4.11.0rc1", "v40.0.0", "v4-old"]), @r#"Some(("v4.10.0", "v4.10.0"))"#);
    insta::assert_snapshot!(of("release/v1", &["v1.2", "v1"]), @r#"Some(("v1.2", "v1.2"))"#);
    insta::assert_snapshot!(of("main", &[]), @"None");
}

#[test]
fn advisories_and_keys_are_read_as_far_as_they_say_something() {
    let it = host(&[
        (
            "security-advisories",
            r#"[{"ghsa_id": "GHSA-1", "created_at": "2026-01-01T00:00:00Z", "published_at": "2026-02-01T00:00:00Z",
            "vulnerabilities": [{"patched_versions": "1.0"}, {"patched_versions": "none"}]}, {"ghsa_id": "GHSA-2", "published_at": "yesterday", "vulnerabilities": null}]"#,
        ),
        (
            "keys",
            r#"[{"key": "ssh-rsa AAAA", "title": "a\u001b[0m", "enabled": true, "last_used": null}, {"key": "", "enabled": false}]"#,
        ),
        ("collaborators", r#"[{"login": "a"}, {"login": "b"}]"#),
    ]);
    insta::assert_snapshot!(check(&it.advisories), @r#"[HostedAdvisory { id: "GHSA-1", created: Some(2026-01-01T00:00:00Z), published: Some(2026-02-01T00:00:00Z), is_withdrawn: false, is_fixed: false }, HostedAdvisory { id: "GHSA-2", created: None, published: None, is_withdrawn: false, is_fixed: false }]"#);
    insta::assert_snapshot!(check(&it.deploy_keys), @r#"[DeployKey { title: "a [0m", algorithm: "ssh-rsa", is_read_only: false, created: None, used: None }]"#);
    insta::assert_snapshot!(check(&it.administrators), @"2");
}

proptest! {
    #[test]
    fn never_panics(text in r#"(\[|\]|\{|\}|:|,|"name"|"type"|"enabled"|"environments"|"secrets"|"sha"|"object"|1|true|null|"x"){0,30}"#) {
        let paths = ["environments", "rules/branches/main", "rulesets", "actions/permissions", "releases", "keys", "security-advisories", "actions/secrets"];
        let answers: Vec<(&str, &str)> = paths.iter().map(|path| (*path, text.as_str())).collect();
        let it = host(&answers);
        check(&it.environments);
    }
}
