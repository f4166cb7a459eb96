use std::{
    io::{BufRead, BufReader, Write},
    net::TcpListener,
    path::Path,
    thread::JoinHandle,
};

use super::*;

/// A loopback server that gives each canned reply to one request, and returns the requests' heads.
fn serve(replies: Vec<Vec<u8>>) -> (Address, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap())
        .parse()
        .unwrap();
    let server = std::thread::spawn(move || {
        let mut heads = Vec::new();
        for reply in replies {
            let (stream, _) = listener.accept().unwrap();
            let mut reader = BufReader::new(stream);
            let mut head = String::new();
            while !head.ends_with("\r\n\r\n") && reader.read_line(&mut head).unwrap() > 0 {}
            heads.push(head.to_lowercase());
            reader.get_mut().write_all(&reply).unwrap();
        }
        heads
    });
    (address, server)
}

fn reply(status: &str, headers: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n{body}"
    )
    .into_bytes()
}

/// Fetches from a server of canned replies and says what came of it.
fn check(replies: Vec<Vec<u8>>, known: &Validators, limit: u64) -> (String, Vec<String>) {
    let (address, server) = serve(replies);
    let client = HttpClient::new(Duration::from_millis(1));
    let outcome = match client.bytes(&address.join(&["a b"]), known, limit) {
        Ok(Fetched::NotModified) => "not modified".to_owned(),
        Ok(Fetched::New { body, validators }) => {
            format!("{} {:?}", String::from_utf8(body).unwrap(), validators.etag)
        }
        Err(error) => error.to_string().replace(&address.to_string(), "SERVER"),
    };
    (outcome, server.join().unwrap())
}

#[test]
fn a_body_comes_with_what_to_send_next_time() {
    let (outcome, heads) = check(
        vec![reply("200 OK", "ETag: \"one\"\r\n", "hello")],
        &Validators::default(),
        100,
    );
    assert_eq!(outcome, "hello Some(\"\\\"one\\\"\")");
    assert!(heads[0].starts_with("get /a%20b http/1.1\r\n"), "{heads:?}");
    assert!(heads[0].contains("user-agent: bartizan/"), "{heads:?}");
    assert!(!heads[0].contains("if-none-match"), "{heads:?}");
}

#[test]
fn an_unchanged_body_is_not_sent_again() {
    let known = Validators {
        etag: Some("\"one\"".to_owned()),
        last_modified: Some("yesterday".to_owned()),
    };
    let (outcome, heads) = check(vec![reply("304 Not Modified", "", "")], &known, 100);
    assert_eq!(outcome, "not modified");
    assert!(heads[0].contains("if-none-match: \"one\""), "{heads:?}");
    assert!(
        heads[0].contains("if-modified-since: yesterday"),
        "{heads:?}"
    );
}

#[test]
fn faults_that_may_pass_are_tried_again() {
    let replies = vec![
        reply("503 Busy", "Retry-After: 0\r\n", ""),
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nbroken".to_vec(),
        reply("200 OK", "", "whole"),
    ];
    let (outcome, heads) = check(replies, &Validators::default(), 1000);
    assert_eq!((outcome.as_str(), heads.len()), ("whole None", 3));
}

#[test]
fn what_stays_wrong_is_said_without_a_further_request() {
    let (outcome, heads) = check(
        vec![reply("404 Not Found", "", "")],
        &Validators::default(),
        100,
    );
    assert_eq!(
        outcome,
        "cannot fetch `SERVER/a%20b`: the server answered 404"
    );
    assert_eq!(heads.len(), 1);
}

#[test]
fn attempts_are_counted() {
    let replies = (0..ATTEMPTS).map(|_| reply("500 Oh", "", "")).collect();
    let (outcome, heads) = check(replies, &Validators::default(), 100);
    assert_eq!(
        outcome,
        "cannot fetch `SERVER/a%20b`: the server answered 500"
    );
    assert_eq!(heads.len(), ATTEMPTS as usize);
}

#[test]
fn a_body_over_the_limit_is_refused() {
    let (outcome, _) = check(
        vec![reply("200 OK", "", "123456")],
        &Validators::default(),
        5,
    );
    assert_eq!(
        outcome,
        "cannot fetch `SERVER/a%20b`: the body is larger than 5 bytes"
    );
}

/// Fetches into a file and says what came of it, what is in the file and what was asked.
fn check_file(path: &Path, replies: Vec<Vec<u8>>, limit: u64) -> (String, String, Vec<String>) {
    let (address, server) = serve(replies);
    let mut part = PartFile::open(path).unwrap();
    let client = HttpClient::new(Duration::from_millis(1));
    let mut last = (0, None);
    let mut received = |done, of| last = (done, of);
    let known = Validators::default();
    let outcome = match client.file(&address, &known, limit, (&mut part, &mut received)) {
        Ok(_) => format!("{last:?}"),
        Err(error) => error.to_string().replace(&address.to_string(), "SERVER"),
    };
    let mut text = String::new();
    part.rewound().unwrap().read_to_string(&mut text).unwrap();
    (outcome, text, server.join().unwrap())
}

const TORN: &[u8] =
    b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 10\r\nETag: \"one\"\r\n\r\n01234";

#[test]
fn a_file_holds_only_the_last_attempt() {
    let directory = tempfile::tempdir().unwrap();
    let torn =
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\na long body that breaks off".to_vec();
    let replies = vec![torn, reply("200 OK", "", "short")];
    let (outcome, text, heads) = check_file(&directory.path().join("part"), replies, 1000);
    assert_eq!((outcome.as_str(), text.as_str()), ("(5, Some(5))", "short"));
    assert!(!heads[1].contains("range:"), "{heads:?}");
}

#[test]
fn a_body_that_broke_off_is_gone_on_with() {
    let directory = tempfile::tempdir().unwrap();
    let rest = reply(
        "206 Partial Content",
        "Content-Range: bytes 5-9/10\r\nETag: \"one\"\r\n",
        "56789",
    );
    let replies = vec![TORN.to_vec(), rest];
    let (outcome, text, heads) = check_file(&directory.path().join("part"), replies, 10);
    assert_eq!(
        (outcome.as_str(), text.as_str()),
        ("(10, Some(10))", "0123456789")
    );
    assert!(heads[1].contains("range: bytes=5-\r\n"), "{heads:?}");
    assert!(heads[1].contains("if-range: \"one\"\r\n"), "{heads:?}");
    assert!(
        heads[1].contains("accept-encoding: identity\r\n"),
        "{heads:?}"
    );
}

#[test]
fn a_later_run_goes_on_where_an_earlier_one_was_killed() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("part");
    let mut part = PartFile::open(&path).unwrap();
    part.restart(Some("\"one\"")).unwrap();
    part.write_all(b"01234").unwrap();
    drop(part);
    let changed = reply("200 OK", "ETag: \"two\"\r\n", "another body");
    let (_, text, heads) = check_file(&path, vec![changed], 100);
    assert_eq!(text, "another body");
    assert!(heads[0].contains("range: bytes=5-"), "{heads:?}");
}

#[test]
fn a_wrong_part_is_never_glued_on() {
    let directory = tempfile::tempdir().unwrap();
    let wrong = reply(
        "206 Partial Content",
        "Content-Range: bytes 0-4/10\r\n",
        "56789",
    );
    let replies = vec![TORN.to_vec(), wrong, reply("200 OK", "", "0123456789")];
    let (_, text, heads) = check_file(&directory.path().join("part"), replies, 10);
    assert_eq!(text, "0123456789");
    assert!(!heads[2].contains("range:"), "{heads:?}");
    let beyond = reply("416 Range Not Satisfiable", "", "");
    let replies = vec![TORN.to_vec(), beyond, reply("200 OK", "", "0123456789")];
    let (_, text, _) = check_file(&directory.path().join("other"), replies, 10);
    assert_eq!(text, "0123456789");
}

#[test]
fn the_limit_counts_what_was_here_before() {
    let directory = tempfile::tempdir().unwrap();
    let rest = reply(
        "206 Partial Content",
        "Content-Range: bytes 5-9/10\r\n",
        "56789",
    );
    let (outcome, _, _) = check_file(&directory.path().join("part"), vec![TORN.to_vec(), rest], 9);
    assert_eq!(
        outcome,
        "cannot fetch `SERVER`: the body is larger than 9 bytes"
    );
}

#[test]
fn a_password_is_sent_and_never_told() {
    let (address, server) = serve(vec![reply("403 Forbidden", "", "")]);
    let secret = address.target().replace("http://", "http://user:secret@");
    let address: Address = secret.parse().unwrap();
    let client = HttpClient::new(Duration::from_millis(1));
    let error = client
        .bytes(&address, &Validators::default(), 10)
        .unwrap_err();
    assert!(
        !format!("{error:?} {error}").contains("secret"),
        "{error:?}"
    );
    let heads = server.join().unwrap();
    assert!(
        heads[0].contains("authorization: basic dxnlcjpzzwnyzxq="),
        "{heads:?}"
    );
}
