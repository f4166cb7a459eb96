mod changes;

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpListener,
    path::Path,
    thread::JoinHandle,
};

use bartizan_formats::hosting::{
    MOST_PAGES, Wanted,
    act::{Action, Method},
    read,
};

use super::*;

/// The token that no test may find anywhere.
const SECRET: &str = "ghp_secret0123456789";

/// A loopback host that gives each canned reply to one request, and returns the requests' heads. `BASE` in a reply is where
/// it listens.
fn serve(replies: Vec<String>) -> (Address, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let address = base.parse().unwrap();
    let server = std::thread::spawn(move || {
        let mut heads = Vec::new();
        for reply in replies {
            let (stream, _) = listener.accept().unwrap();
            let mut reader = BufReader::new(stream);
            let mut head = String::new();
            while !head.ends_with("\r\n\r\n") && reader.read_line(&mut head).unwrap() > 0 {}
            let length = head.to_lowercase();
            let length = length.split("content-length: ").nth(1);
            let length = length.and_then(|it| it.lines().next()?.parse().ok());
            let mut body = vec![0; length.unwrap_or(0)];
            reader.read_exact(&mut body).unwrap();
            head += &String::from_utf8(body).unwrap();
            heads.push(head.to_lowercase());
            let reply = reply.replace("BASE", &base);
            reader.get_mut().write_all(reply.as_bytes()).unwrap();
        }
        heads
    });
    (address, server)
}

fn reply(status: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n{body}"
    )
}

fn client(base: &Address, cache: &Path) -> HostClient {
    let token = Some(Token::new(SECRET).unwrap());
    let patience = Patience {
        first_wait: Duration::from_millis(1),
        for_limits: Duration::from_secs(5),
        for_all: Duration::from_mins(5),
    };
    let cache = (cache.to_owned(), patience);
    HostClient::new(HttpClient::default(), base.clone(), token, cache).unwrap()
}

fn question(pages: usize) -> Question {
    Question {
        about: "keys",
        path: vec!["repos".to_owned(), "a b".to_owned(), "keys".to_owned()],
        query: "per_page=100",
        pages,
        permission: Some("administration=read"),
        is_partial: false,
    }
}

fn told(answer: &Seen<Vec<Value>>) -> String {
    match answer {
        Ok(pages) => serde_json::to_string(pages).unwrap(),
        Err(unseen) => format!("{:?}: {}; {}", unseen.kind, unseen.why, unseen.needs()),
    }
}

/// What comes of one question, and how many requests it took.
fn check(replies: Vec<String>) -> (String, Vec<String>) {
    let (base, server) = serve(replies);
    let cache = tempfile::tempdir().unwrap();
    let client = client(&base, cache.path());
    let told = told(&client.ask(&question(MOST_PAGES)));
    let heads = server.join().unwrap();
    assert_eq!(client.account().requests, heads.len());
    assert!(!told.contains(SECRET));
    (told, heads)
}

#[test]
fn a_question_goes_out_whole_and_comes_back_unchanged_the_next_time() {
    let (base, server) = serve(vec![
        reply(
            "200 OK",
            "ETag: W/\"one\"\r\nLink: <BASE/next>; rel=\"next\"\r\n",
            "[1]",
        ),
        reply("200 OK", "", "[2]"),
        reply("304 Not Modified", "", ""),
        reply("200 OK", "ETag: \"three\"\r\n", "[3]"),
    ]);
    let cache = tempfile::tempdir().unwrap();
    let first = client(&base, cache.path());
    assert_eq!(told(&first.ask(&question(9))), "[[1],[2]]");
    let second = client(&base, cache.path());
    assert_eq!(told(&second.ask(&question(9))), "[[1],[3]]");
    assert_eq!(
        (second.account().requests, second.account().unchanged),
        (2, 1)
    );
    let heads = server.join().unwrap();
    assert!(
        heads[0].starts_with("get /repos/a%20b/keys?per_page=100 http/1.1\r\n"),
        "{heads:?}"
    );
    for header in [
        "authorization: bearer ghp_secret",
        "x-github-api-version: 2022-11-28",
        "accept: application/vnd.github+json, ",
    ] {
        assert!(
            heads.iter().all(|head| head.contains(header)),
            "{header}: {heads:?}"
        );
    }
    assert!(heads[2].contains("if-none-match: w/\"one\""), "{heads:?}");
    // What lies on the disk holds no token, and nothing that prints does.
    let kept = std::fs::read_dir(cache.path()).unwrap();
    for entry in kept {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        assert!(!String::from_utf8_lossy(&bytes).contains("ghp_"));
    }
    assert_eq!(format!("{:?}", Token::new(SECRET).unwrap()), "Token(***)");
}

#[test]
fn pages_end_and_lead_nowhere_else() {
    let next = |link: &str| reply("200 OK", &format!("Link: <{link}>; rel=\"next\"\r\n"), "[]");
    let (told, _) = check(vec![next("http://other.example/x")]);
    insta::assert_snapshot!(told, @"Refused: the host leads to another host, which is not asked; an answer of the host");
    let endless = (0..MOST_PAGES).map(|_| next("BASE/again")).collect();
    let (told, heads) = check(endless);
    insta::assert_snapshot!(told, @"Unreadable: the answer has more than 20 pages; an answer of the host");
    assert_eq!(heads.len(), MOST_PAGES);
}

#[test]
fn a_short_limit_is_waited_for() {
    let soon = now() + 1;
    let spent = format!("X-RateLimit-Remaining: 0\r\nX-RateLimit-Reset: {soon}\r\n");
    let (told, heads) = check(vec![
        reply(
            "403 Forbidden",
            &spent,
            r#"{"message": "API rate limit exceeded"}"#,
        ),
        reply("429 Too Many", "Retry-After: 0\r\n", "{}"),
        reply(
            "403 Forbidden",
            "Retry-After: 1\r\n",
            r#"{"message": "You have exceeded a secondary rate limit"}"#,
        ),
        reply("200 OK", "", "[1]"),
    ]);
    assert_eq!((told.as_str(), heads.len()), ("[[1]]", 4));
}

#[test]
fn a_long_limit_ends_all_questions_and_is_said() {
    let spent = "X-RateLimit-Remaining: 0\r\nX-RateLimit-Reset: 4102444800\r\n";
    let (base, server) = serve(vec![reply("403 Forbidden", spent, "{}")]);
    let cache = tempfile::tempdir().unwrap();
    let client = client(&base, cache.path());
    let first = told(&client.ask(&question(1)));
    assert!(
        first.starts_with("Limited: the host allows no further question until 20"),
        "{first}"
    );
    assert!(
        first.ends_with("; to ask again later, or with a token"),
        "{first}"
    );
    assert_eq!(told(&client.ask(&question(1))), first);
    assert_eq!(server.join().unwrap().len(), 1);
    assert_eq!(
        (client.account().requests, client.account().refused.len()),
        (1, 2)
    );
    // Of a limit without a number the host wants a minute at least.
    let (told, heads) = check(vec![reply(
        "403 No",
        "",
        r#"{"message": "You have exceeded a secondary rate limit."}"#,
    )]);
    assert!(told.starts_with("Limited: "), "{told}");
    assert_eq!(heads.len(), 1);
}

#[test]
fn a_token_that_is_not_accepted_is_not_sent_again() {
    let (base, server) = serve(vec![reply(
        "401 No",
        "",
        r#"{"message": "Bad credentials"}"#,
    )]);
    let cache = tempfile::tempdir().unwrap();
    let client = client(&base, cache.path());
    let first = told(&client.ask(&question(1)));
    insta::assert_snapshot!(first, @"Unauthenticated: the host answered 401: Bad credentials; the token is not accepted; a token that the host accepts");
    assert_eq!(told(&client.ask(&question(1))), first);
    assert_eq!(server.join().unwrap().len(), 1);
}

#[test]
fn each_refusal_is_told_with_what_would_help() {
    let told =
        |status: &str, headers: &str, body: &str| check(vec![reply(status, headers, body)]).0;
    insta::assert_snapshot!(told("403 No", "X-Accepted-GitHub-Permissions: deploy_keys=read\r\n", r#"{"message": "Resource not accessible"}"#), @"Forbidden: the host answered 403: Resource not accessible; a token with the permission `deploy_keys=read`");
    insta::assert_snapshot!(told("403 No", "X-GitHub-SSO: required; url=x\r\nX-Accepted-OAuth-Scopes: repo\r\n", "{}"), @"Forbidden: the host answered 403; the organisation wants the token to be authorised for single sign-on; a token with the permission `administration=read` (a classic token: the scope `repo`)");
    insta::assert_snapshot!(told("404 No", "", r#"{"message": "Not Found"}"#), @"Absent: the host answered 404: Not Found, which may mean that it may not be seen; a token with the permission `administration=read`");
    insta::assert_snapshot!(told("422 No", "", r#"{"message": "Validation Failed"}"#), @"Refused: the host answered 422: Validation Failed; an answer of the host");
    insta::assert_snapshot!(told("451 No", "", r#"{"message": "Blocked"}"#), @"Refused: the host answered 451: Blocked; it is withheld for legal reasons; an answer of the host");
    insta::assert_snapshot!(told("204 None", "", ""), @"Refused: the host answered 204; an answer of the host");
    insta::assert_snapshot!(told("200 OK", "", "<html>"), @"Unreadable: the host answered with no JSON; an answer of the host");
    insta::assert_snapshot!(told("304 Not Modified", "", ""), @"Unreadable: the host answered that nothing has changed, unasked; an answer of the host");
}

#[test]
fn a_fault_of_the_host_is_tried_again_but_not_for_ever() {
    let fault = || reply("502 Bad", "", r#"{"message": "Server Error"}"#);
    let (told, heads) = check(vec![fault(), fault(), reply("200 OK", "", "[]")]);
    assert_eq!((told.as_str(), heads.len()), ("[[]]", 3));
    let (told, heads) = check(vec![fault(), fault(), fault()]);
    insta::assert_snapshot!(told, @"Unreachable: the host answered 502: Server Error; to ask again when the host answers");
    assert_eq!(heads.len(), 3);
}

#[test]
fn a_token_follows_no_redirect_to_another_host() {
    let to = |place: &str| {
        reply(
            "301 Moved",
            &format!("Location: {place}\r\n"),
            r#"{"message": "Moved Permanently"}"#,
        )
    };
    let (told, heads) = check(vec![to("/repositories/1/keys"), reply("200 OK", "", "[1]")]);
    assert_eq!(told, "[[1]]");
    assert!(
        heads[1].starts_with("get /repositories/1/keys ") && heads[1].contains("bearer"),
        "{heads:?}"
    );
    let (told, heads) = check(vec![to("https://other.example/keys")]);
    insta::assert_snapshot!(told, @"Refused: the host leads to another host, which is not asked; an answer of the host");
    assert_eq!(heads.len(), 1);
    let (told, _) = check(vec![reply(
        "301 Moved",
        "",
        r#"{"message": "Moved Permanently"}"#,
    )]);
    insta::assert_snapshot!(told, @"Refused: the host answered 301: Moved Permanently; an answer of the host");
    let (_, heads) = check((0..4).map(|_| to("/again")).collect());
    assert_eq!(heads.len(), 4);
}

#[test]
fn no_name_leads_to_another_question() {
    let cache = tempfile::tempdir().unwrap();
    let client = client(&"http://127.0.0.1:1".parse().unwrap(), cache.path());
    for name in ["", ".", ".."] {
        let mut asked = question(1);
        asked.path.push(name.to_owned());
        assert_eq!(
            told(&client.ask(&asked)),
            "Refused: there can be no such name; an answer of the host"
        );
    }
    assert_eq!(client.account().requests, 0);
}

#[test]
fn a_token_is_not_sent_for_everybody_to_read() {
    let cache = tempfile::tempdir().unwrap();
    let token = Token::new(SECRET).unwrap();
    let new = |base: &str, token: Option<Token>| {
        let cache = (cache.path().to_owned(), Patience::default());
        let client = HostClient::new(HttpClient::default(), base.parse().unwrap(), token, cache);
        client.map(drop).map_err(|error| error.to_string())
    };
    assert_eq!(
        new("http://host.example/api", Some(token.clone())),
        Err("a token is not sent to `http://host.example/api` without TLS".to_owned())
    );
    assert_eq!(new("http://host.example/api", None), Ok(()));
    assert_eq!(new("https://host.example", Some(token)), Ok(()));
    for text in ["", " ", "a b", "a\nb", "é"] {
        assert_eq!(Token::new(text), Err(TokenError::Malformed), "{text}");
    }
}

#[test]
fn a_host_that_is_down_is_not_asked_for_ever() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base: Address = format!("http://{}", listener.local_addr().unwrap())
        .parse()
        .unwrap();
    drop(listener);
    let cache = tempfile::tempdir().unwrap();
    let client = client(&base, cache.path());
    let wanted = Wanted {
        repository: "lab/lab".to_owned(),
        ..Wanted::default()
    };
    let hosted = read(&client, &wanted);
    let unseen = hosted.environments.unwrap_err();
    assert_eq!(unseen.kind, UnseenKind::Unreachable);
    assert!(
        unseen.why.starts_with("cannot fetch `http://127.0.0.1:"),
        "{}",
        unseen.why
    );
    assert_eq!(client.account().requests, 3);
}

#[test]
fn what_would_be_there_twice_is_never_tried_again() {
    let (base, server) = serve(vec![
        reply("201 Created", "", r#"{"id": 5}"#),
        reply("502 Bad Gateway", "", ""),
    ]);
    let cache = tempfile::tempdir().unwrap();
    let client = client(&base, cache.path());
    let action = Action {
        about: "a comment",
        method: Method::Post,
        path: vec!["a b".to_owned()],
        body: Some(serde_json::json!({"body": "x"})),
        permission: "pull_requests=write",
    };
    assert_eq!(client.act_once(&action).unwrap().answer["id"], 5);
    let unseen = client.act_once(&action).unwrap_err();
    assert!(!format!("{unseen:?}").contains(SECRET));
    let heads = server.join().unwrap();
    assert!(heads[0].starts_with("post /a%20b ") && heads[0].contains(SECRET));
}
