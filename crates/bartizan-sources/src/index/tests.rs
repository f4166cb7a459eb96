//! Indexes on a loopback server that serve made-up pages.

use std::{
    io::{BufRead, BufReader, Write},
    net::TcpListener,
    sync::{Arc, Mutex},
    time::Duration,
};

use super::*;

/// A server of `/NAME/` pages below `/simple`; it wants the right password, answers by `ETag`, and writes down what it
/// was asked.
struct Index {
    address: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Index {
    fn start(pages: &'static [(&'static str, &'static str)]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://me:secret@{}/simple", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&asked);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let mut head = String::new();
                let mut reader = BufReader::new(stream.try_clone().unwrap());
                while !head.ends_with("\r\n\r\n") && reader.read_line(&mut head).unwrap() > 0 {}
                let head = head.to_lowercase();
                let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
                let page = pages
                    .iter()
                    .find(|(name, _)| path == format!("/simple/{name}/"));
                let wants_json = head.contains("accept: application/vnd.pypi.simple.v1+json");
                let (status, body) = match page {
                    _ if !head.contains("authorization: basic bwu6c2vjcmv0") => ("401 No", ""),
                    _ if !wants_json => ("406 No", ""),
                    Some(("broken", _)) => ("500 No", ""),
                    Some(_) if head.contains("if-none-match: \"1\"") => ("304 Same", ""),
                    Some((_, body)) => ("200 OK", *body),
                    None => ("404 No", ""),
                };
                log.lock().unwrap().push(format!("{} {path}", &status[..3]));
                let length = body.len();
                let head = format!(
                    "HTTP/1.1 {status}\r\nConnection: close\r\nETag: \"1\"\r\nContent-Length: {length}\r\n\r\n{body}"
                );
                stream.write_all(head.as_bytes()).unwrap();
            }
        });
        Self { address, asked }
    }

    fn asked(&self) -> String {
        let mut asked = std::mem::take(&mut *self.asked.lock().unwrap());
        asked.sort();
        asked.dedup();
        asked.join("\n")
    }
}

const PAGES: &[(&str, &str)] = &[
    (
        "lab",
        r#"{"meta": {"api-version": "1.4"}, "files": [{"filename": "lab-1.0.tar.gz", "yanked": "bad"}]}"#,
    ),
    ("html", "<!DOCTYPE html>"),
    ("broken", ""),
];

fn check(client: &IndexClient, names: &[&str]) -> String {
    let packages: Vec<Package> = names.iter().map(|name| Package::pypi(name)).collect();
    let facts = client.facts(&packages.iter().collect::<Vec<_>>());
    let mut lines = vec![format!("{} indexes", facts.indexes)];
    for (package, projects) in &facts.projects {
        for project in projects {
            let status = project.status.as_ref().map(|status| status.word.as_str());
            let yanked = project.releases.values().map(|release| release.yanked);
            lines.push(format!(
                "{package}: {status:?} {:?}",
                yanked.collect::<Vec<_>>()
            ));
        }
    }
    let unanswered = facts.unanswered.iter();
    lines.extend(unanswered.map(|(package, reason)| format!("? {package}: {reason}")));
    let text = lines.join("\n");
    assert!(!text.contains("secret"), "{text}");
    text
}

fn client(indexes: &[&str], cache: &std::path::Path) -> IndexClient {
    let http = HttpClient::new(Duration::from_millis(1));
    let indexes = indexes.iter().map(|index| index.parse().unwrap());
    IndexClient::new(http, indexes, cache.join("index"))
}

fn without_port(text: &str) -> String {
    let parts = text.split("127.0.0.1:").enumerate();
    let bare = parts.map(|(i, part)| match i {
        0 => part.to_owned(),
        _ => format!(
            "HOST{}",
            part.trim_start_matches(|c: char| c.is_ascii_digit())
        ),
    });
    bare.collect()
}

#[test]
fn projects_are_asked_for_and_not_sent_twice() {
    let index = Index::start(PAGES);
    let cache = tempfile::tempdir().unwrap();
    let client = client(&[&index.address], cache.path());
    let expect = "1 indexes\nlab: Some(\"active\") [1]";
    assert_eq!(check(&client, &["lab", "absent"]), expect);
    assert_eq!(index.asked(), "200 /simple/lab/\n404 /simple/absent/");
    assert_eq!(check(&client, &["lab"]), expect);
    assert_eq!(index.asked(), "304 /simple/lab/");
    let kept = std::fs::read_dir(cache.path().join("index"))
        .unwrap()
        .next()
        .unwrap()
        .unwrap();
    let kept = std::fs::read_to_string(kept.path()).unwrap();
    assert!(
        kept.contains("/simple/lab/") && !kept.contains("secret"),
        "{kept}"
    );
}

#[test]
fn what_gives_no_answer_is_unanswered_and_not_absent() {
    let index = Index::start(PAGES);
    let cache = tempfile::tempdir().unwrap();
    let both = client(&[&index.address, "http://127.0.0.1:1/simple"], cache.path());
    insta::assert_snapshot!(without_port(&check(&both, &["lab"])), @r#"
    2 indexes
    lab: Some("active") [1]
    ? lab: cannot fetch `http://HOST/simple/lab/`
    "#);
    let one = client(&[&index.address], cache.path());
    insta::assert_snapshot!(without_port(&check(&one, &["broken", "html"])), @r#"
    1 indexes
    ? broken: cannot fetch `http://HOST/simple/broken/`: the server answered 500
    ? html: `http://HOST/simple`: the page is HTML and lists no file
    "#);
}

#[test]
fn an_index_that_is_down_is_not_asked_for_ever() {
    let cache = tempfile::tempdir().unwrap();
    let down = client(&["http://127.0.0.1:1/simple"], cache.path());
    let names: Vec<String> = (0..40).map(|i| format!("p{i}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let text = check(&down, &names);
    assert_eq!(text.lines().count(), 41, "{text}");
    assert!(text.contains("did not answer before"), "{text}");
}
