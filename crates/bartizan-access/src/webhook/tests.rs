mod again;

use proptest::prelude::*;

use super::*;

const BODY: &str = r#"{"action": "added", "member": {"login": "Dan"}, "sender": {"login": "ann"},
        "repository": {"full_name": "Lab/Array", "private": true}, "organization": {"login": "lab"}}"#;

fn secret() -> Secret {
    Secret::new(b"a secret of some bytes").unwrap()
}

fn sign(body: &[u8]) -> String {
    secret().signature(body)
}

fn taken(event: &str, number: &str, body: &str, signature: &str, log: &mut Log) -> String {
    let delivery = Delivery {
        event,
        number,
        signature,
        body: body.as_bytes(),
    };
    shown(take(&secret(), &delivery, log, Timestamp::UNIX_EPOCH), log)
}

/// Adds what belongs into the log, and says what became of a delivery.
fn shown(taken: Result<Taken, DeliveryError>, log: &mut Log) -> String {
    match taken {
        Ok(Taken::Forgotten) => "not logged".to_owned(),
        Ok(Taken::Logged(entry)) => log.add(entry).unwrap(),
        Ok(Taken::Refused { why, told }) => match told {
            Some(entry) => format!("{why}: {}", log.add(entry).unwrap()),
            None => why.to_string(),
        },
        Err(error) => error.to_string(),
    }
}

fn check(event: &str, body: &str) -> String {
    taken(
        event,
        "d-1",
        body,
        &sign(body.as_bytes()),
        &mut Log::default(),
    )
}

#[test]
fn what_is_logged() {
    insta::assert_snapshot!(check("member", BODY), @r#"{"entry":{"number":1,"at":"1970-01-01T00:00:00Z","event":"delivery","by":"github:ann","about":"github:dan","place":"lab/array","reference":"d-1","content":"b506bdbe60d931275f8384f48b95143ba135ce8183aa20b35982791b0d32965a","detail":"member added"},"hash":"da8c669be27daf8b67f815409528ec390da0eb0f0e2622450f47597abca8f3d9"}"#);
    insta::assert_snapshot!(check("membership", r#"{"action": "removed", "member": {"login": "dan"}, "team": {"slug": "gpu"}, "organization": {"login": "lab"}}"#), @r#"{"entry":{"number":1,"at":"1970-01-01T00:00:00Z","event":"delivery","by":"github","about":"github:dan","place":"lab/gpu","reference":"d-1","content":"8a84e853795506389781e6bbdf8753d7c1ab6aa446a6d3503a0c5c7dd6240e29","detail":"membership removed"},"hash":"de1c316bb127a3972d4e03f385df71aaee3b8674f2bb09b2f9ae30ea423a5a19"}"#);
    insta::assert_snapshot!(check("push", BODY), @"not logged");
    insta::assert_snapshot!(check("member", "[]"), @"the body is no delivery");
    insta::assert_snapshot!(check("org_block", r#"{"action": "a b", "blocked_user": {"login": "dan"}, "organization": {"login": "lab"}}"#), @"the body is no delivery");
    insta::assert_snapshot!(check("member added", BODY), @"the headers name no event and no delivery");
}

#[test]
fn forgeries_replays_and_large_bodies() {
    let mut log = Log::default();
    let good = sign(BODY.as_bytes());
    for wrong in [
        "",
        "sha256=",
        "sha1=00",
        &good.replace("sha256=", ""),
        &good.to_uppercase(),
        &sign(b"{}"),
    ] {
        assert_eq!(
            taken("member", "d-1", BODY, wrong, &mut log),
            "the signature does not fit",
            "{wrong}"
        );
    }
    assert!(taken("member", "d-1", BODY, &good, &mut log).contains("github:dan"));
    // The same number, and the same body under another one.
    let other = BODY.replace("Dan", "Eve");
    let same_number = taken("member", "d-1", &other, &sign(other.as_bytes()), &mut log);
    assert!(same_number.starts_with("this was said before, and nothing undid it: {"));
    assert_eq!(
        taken("member", "d-1", BODY, &good, &mut log),
        "this delivery was taken before"
    );
    let told = taken("member", "d-2", BODY, &good, &mut log);
    assert!(
        told.starts_with("this was said before, and nothing undid it: {"),
        "{told}"
    );
    let detail = &log.entries().last().unwrap().detail;
    insta::assert_snapshot!(detail, @"member added; this was said before, and nothing undid it");
    // It was told, once.
    assert_eq!(
        taken("member", "d-3", BODY, &good, &mut log),
        "this was said before, and nothing undid it"
    );
    let large = " ".repeat(LARGEST_BODY + 1);
    assert_eq!(
        taken("member", "d-4", &large, &sign(large.as_bytes()), &mut log),
        "the body is larger than 1048576 bytes"
    );
    assert_eq!(log.entries().len(), 3);
    assert_eq!(format!("{:?}", secret()), "***");
    assert!(matches!(Secret::new(b"short"), Err(ShortSecret)));
}

#[test]
fn a_body_is_of_its_event() {
    let plain = r#""repository": {"full_name": "lab/array"}, "sender": {"login": "ann"}"#;
    let with = |more: &str| format!("{{{plain}{more}}}");
    for (event, body, is_one) in [
        ("public", with(""), true),
        ("public", with(r#", "ref": "refs/heads/main""#), false),
        ("public", with(r#", "action": "started""#), false),
        ("repository", with(r#", "action": "started""#), false),
        ("repository", with(r#", "action": "archived""#), true),
        (
            "github_app_authorization",
            with(r#", "action": "revoked""#),
            false,
        ),
        ("team", of_team("added_to_repository", "gpu", "array"), true),
        (
            "team_add",
            of_team("added_to_repository", "gpu", "array"),
            false,
        ),
        ("team", membership("added", "dan", "gpu"), false),
        ("organization", membership("added", "dan", "gpu"), false),
        ("organization", of_organisation("member_added", "dan"), true),
        (
            "repository",
            with(r#", "action": "created", "starred_at": "x""#),
            false,
        ),
        ("deploy_key", with(r#", "action": "created""#), false),
        (
            "deploy_key",
            with(r#", "action": "created", "key": {}"#),
            true,
        ),
        ("member", membership("added", "dan", "gpu"), false),
        ("membership", membership("added", "dan", "gpu"), true),
    ] {
        let said = check(event, &body);
        assert_eq!(said != "the body is no delivery", is_one, "{event} {said}");
    }
}

/// What the service says of somebody in a team: the same act has the same bytes.
fn membership(action: &str, who: &str, team: &str) -> String {
    format!(
        r#"{{"action": "{action}", "scope": "team", "member": {{"login": "{who}"}}, "sender": {{"login": "ann"}}, "team": {{"slug": "{team}"}}, "organization": {{"login": "lab"}}}}"#
    )
}

fn of_organisation(action: &str, who: &str) -> String {
    format!(
        r#"{{"action": "{action}", "membership": {{"user": {{"login": "{who}"}}}}, "sender": {{"login": "ann"}}, "organization": {{"login": "lab"}}}}"#
    )
}

fn of_team(action: &str, team: &str, repository: &str) -> String {
    format!(
        r#"{{"action": "{action}", "team": {{"slug": "{team}"}}, "repository": {{"full_name": "lab/{repository}"}}, "sender": {{"login": "ann"}}, "organization": {{"login": "lab"}}}}"#
    )
}

proptest! {
    #[test]
    fn never_panics(cut in 0..BODY.len(), put in "[\\PC\"{}\\[\\]:,]{0,8}") {
        let mut body = BODY.to_owned();
        if body.is_char_boundary(cut) {
            body.insert_str(cut, &put);
        }
        check("member", &body);
        check(&put, &body);
    }

    /// No byte can be another one under the same signature.
    #[test]
    fn every_byte_counts(place in 0..BODY.len(), byte in any::<u8>()) {
        let mut body = BODY.as_bytes().to_vec();
        if body[place] != byte {
            body[place] = byte;
            prop_assert!(!secret().fits(&body, &sign(BODY.as_bytes())));
        }
    }
}
