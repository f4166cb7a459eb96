use std::{
    io::{BufRead, BufReader},
    net::TcpListener,
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

#[test]
fn a_file_holds_only_the_last_attempt() {
    let (address, server) = serve(vec![
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\na long body that breaks off".to_vec(),
        reply("200 OK", "", "short"),
    ]);
    let mut file = tempfile::tempfile().unwrap();
    let client = HttpClient::new(Duration::from_millis(1));
    client
        .file(&address, &Validators::default(), 1000, &mut file)
        .unwrap();
    server.join().unwrap();
    let mut text = String::new();
    file.rewind().unwrap();
    file.read_to_string(&mut text).unwrap();
    assert_eq!(text, "short");
}
