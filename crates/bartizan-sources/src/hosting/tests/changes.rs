use bartizan_access::host as change;
use bartizan_formats::hosting::{
    act::{ActingHost, Action},
    graph::{GraphHost, Query},
};

use super::*;

/// What comes of one query.
fn queried(replies: Vec<String>) -> (String, Vec<String>) {
    let (base, server) = serve(replies);
    let cache = tempfile::tempdir().unwrap();
    let client = client(&base, cache.path());
    let query = Query {
        about: "teams",
        text: "query { viewer }",
        variables: serde_json::json!({"after": null}),
        permission: Some("members=read"),
    };
    let told = match client.query(&query) {
        Ok(graph) => format!("{} {:?}", graph.data, graph.faults),
        Err(unseen) => format!("{:?}: {}; {}", unseen.kind, unseen.why, unseen.needs()),
    };
    (told, server.join().unwrap())
}

#[test]
fn queries_are_sent_as_they_are_and_wait_for_limits() {
    let limited = r#"{"errors": [{"type": "RATE_LIMITED", "message": "API rate limit exceeded"}]}"#;
    let (told, heads) = queried(vec![
        reply("200 OK", "Retry-After: 1\r\n", limited),
        reply("200 OK", "", r#"{"data": {"viewer": null}}"#),
    ]);
    assert_eq!(told, r#"{"viewer":null} []"#);
    assert_eq!(heads.len(), 2);
    assert!(
        heads[0].starts_with("post /graphql http/1.1\r\n"),
        "{heads:?}"
    );
    let body = r#"{"query":"query { viewer }","variables":{"after":null}}"#;
    assert!(heads[0].ends_with(body), "{heads:?}");
    let hidden = r#"{"data": null, "errors": [{"type": "FORBIDDEN", "message": "Resource not accessible"}]}"#;
    let (told, _) = queried(vec![reply("200 OK", "", hidden)]);
    insta::assert_snapshot!(told, @"Forbidden: the host answered the query: Resource not accessible; a token with the permission `members=read`");
    let (told, _) = queried(vec![reply(
        "401 No",
        "",
        r#"{"message": "Bad credentials"}"#,
    )]);
    insta::assert_snapshot!(told, @"Unauthenticated: the host answered 401: Bad credentials; the token is not accepted; a token that the host accepts");
    let (told, _) = queried(vec![reply("200 OK", "", "{}")]);
    insta::assert_snapshot!(told, @"Unreadable: the query has no answer; an answer of the host");
}

/// What comes of one change.
fn changed(action: &Action, replies: Vec<String>) -> (String, Vec<String>) {
    let (base, server) = serve(replies);
    let cache = tempfile::tempdir().unwrap();
    let client = client(&base, cache.path());
    let told = match client.act(action) {
        Ok(done) => format!("{} {}", done.status, done.answer),
        Err(unseen) => format!("{:?}: {}; {}", unseen.kind, unseen.why, unseen.needs()),
    };
    (told, server.join().unwrap())
}

#[test]
fn changes_are_sent_and_told() {
    use bartizan_access::{
        name::{Login, RepositoryName},
        snapshot::Level,
    };
    let login = Login::new("Ann").unwrap();
    let repository = RepositoryName::new("lab/array").unwrap();
    let lower = change::set_collaborator(&repository, &login, Level::Triage);
    let (told, heads) = changed(
        &lower,
        vec![reply("502 Bad", "", ""), reply("204 None", "", "")],
    );
    assert_eq!(told, "204 null");
    assert!(
        heads[1].starts_with("put /repos/lab/array/collaborators/ann http/1.1\r\n"),
        "{heads:?}"
    );
    assert!(
        heads[1].ends_with(r#"{"permission":"triage"}"#),
        "{heads:?}"
    );
    let end = change::remove_collaborator(&repository, &login);
    let (told, heads) = changed(
        &end,
        vec![reply("404 No", "", r#"{"message": "Not Found"}"#)],
    );
    insta::assert_snapshot!(told, @"Absent: the host answered 404: Not Found, which may mean that it may not be seen; a token with the permission `administration=write`");
    assert!(
        heads[0].starts_with("delete /repos/lab/array/collaborators/ann "),
        "{heads:?}"
    );
    // What has another name by now must be looked at again before anything of it is changed.
    let (told, heads) = changed(
        &end,
        vec![reply("301 Moved", "Location: /repositories/1/x\r\n", "{}")],
    );
    insta::assert_snapshot!(told, @"Refused: the host answered 301; an answer of the host");
    assert_eq!(heads.len(), 1);
}
