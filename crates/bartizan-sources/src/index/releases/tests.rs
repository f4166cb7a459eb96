//! An index on a loopback server, with made-up wheels.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Cursor, Write},
    net::TcpListener,
    sync::{Arc, Mutex},
    time::Duration,
};

use bartizan_formats::digest::Digest;
use bartizan_model::environment::Platform;
use zip::{ZipWriter, write::SimpleFileOptions};

use super::*;
use crate::http::HttpClient;

/// Files by path; parts of them are sent where the server knows parts.
struct Server {
    address: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Server {
    fn start(files: BTreeMap<String, Vec<u8>>, knows_parts: bool) -> Self {
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
                let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
                let is_known = head
                    .to_lowercase()
                    .contains("authorization: basic bwu6c2vjcmv0");
                let file = files.get(&path).filter(|_| is_known);
                let range = head
                    .to_lowercase()
                    .split("range: bytes=")
                    .nth(1)
                    .map(|rest| {
                        let text = rest.lines().next().unwrap_or_default().to_owned();
                        let total = file.map_or(0, Vec::len);
                        match text.split_once('-').unwrap() {
                            ("", last) => (total.saturating_sub(last.parse().unwrap()), total),
                            (from, to) => (from.parse().unwrap(), to.parse::<usize>().unwrap() + 1),
                        }
                    });
                let (status, extra, body) = match (file, range) {
                    (None, _) => ("404 No", String::new(), &[][..]),
                    (Some(file), Some((from, to))) if knows_parts => {
                        let to = to.min(file.len());
                        let range =
                            format!("Content-Range: bytes {from}-{}/{}\r\n", to - 1, file.len());
                        ("206 Part", range, &file[from..to])
                    }
                    (Some(file), _) => ("200 OK", String::new(), file.as_slice()),
                };
                log.lock()
                    .unwrap()
                    .push(format!("{} {path} {}", &status[..3], body.len()));
                let length = body.len();
                let head = format!(
                    "HTTP/1.1 {status}\r\nConnection: close\r\n{extra}Content-Length: {length}\r\n\r\n"
                );
                stream.write_all(head.as_bytes()).unwrap();
                stream.write_all(body).unwrap();
            }
        });
        Self { address, asked }
    }

    fn asked(&self) -> String {
        std::mem::take(&mut *self.asked.lock().unwrap()).join("\n")
    }
}

/// A wheel with a large member first, as wheels of machine code have.
fn wheel(metadata: &str) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    writer.start_file("lab/big.so", stored).unwrap();
    writer.write_all(&vec![7; 300_000]).unwrap();
    writer
        .start_file("lab-1.0.dist-info/METADATA", stored)
        .unwrap();
    writer.write_all(metadata.as_bytes()).unwrap();
    writer.finish().unwrap().into_inner()
}

const METADATA: &str = "Metadata-Version: 2.1\nName: lab\nVersion: 1.0\nRequires-Dist: numpy<2\n\n";

fn page(files: &str) -> Vec<u8> {
    format!(r#"{{"meta": {{"api-version": "1.1"}}, "name": "lab", "files": [{files}]}}"#)
        .into_bytes()
}

fn check(files: &[(&str, Vec<u8>)], knows_parts: bool) -> String {
    let files = files
        .iter()
        .map(|(path, bytes)| ((*path).to_owned(), bytes.clone()))
        .collect();
    let server = Server::start(files, knows_parts);
    let cache = tempfile::tempdir().unwrap();
    let http = HttpClient::new(Duration::from_millis(1));
    let client = IndexClient::new(
        http,
        [server.address.parse().unwrap()],
        cache.path().join("pages"),
    );
    let mut lines = Vec::new();
    // The second time, what was kept is not asked for again.
    for _ in 0..2 {
        let linux = MarkerEnvironment::cpython("3.12", &Platform::parse("linux").unwrap());
        let universe = IndexUniverse::new(&client, linux, cache.path().join("files"));
        let lab = Package::pypi("lab");
        for release in universe.releases(&lab).unwrap().unwrap_or_default() {
            let told = match universe.metadata(&lab, &release.version).unwrap() {
                Metadata::Known(requirements) => requirements
                    .iter()
                    .map(ToString::to_string)
                    .collect::<Vec<_>>()
                    .join(" "),
                Metadata::Unknown(reason) => format!("? {reason}"),
            };
            lines.push(format!("{}: {told}", release.version));
        }
        lines.push(server.asked());
    }
    let text = lines.join("\n");
    assert!(!text.contains("secret"), "{text}");
    let port = server
        .address
        .rsplit(':')
        .next()
        .unwrap_or_default()
        .split('/')
        .next()
        .unwrap_or_default()
        .to_owned();
    text.replace(&port, "PORT")
}

#[test]
fn metadata_are_had_from_their_own_file_and_kept() {
    let files = format!(
        r#"{{"filename": "lab-1.0-py3-none-any.whl", "url": "../../files/lab-1.0-py3-none-any.whl", "hashes": {{"sha256": "{}"}}, "core-metadata": {{"sha256": "{}"}}}}"#,
        "ab".repeat(32),
        Digest::of(METADATA.as_bytes())
    );
    insta::assert_snapshot!(check(&[("/simple/lab/", page(&files)), ("/files/lab-1.0-py3-none-any.whl.metadata", METADATA.into())], true), @"
    1.0: numpy<2
    200 /simple/lab/ 334
    200 /files/lab-1.0-py3-none-any.whl.metadata 69
    1.0: numpy<2
    200 /simple/lab/ 334
    ");
}

#[test]
fn metadata_of_another_digest_are_refused() {
    let files = format!(
        r#"{{"filename": "lab-1.0-py3-none-any.whl", "url": "/files/lab-1.0-py3-none-any.whl", "core-metadata": {{"sha256": "{}"}}}}"#,
        "ab".repeat(32)
    );
    insta::assert_snapshot!(check(&[("/simple/lab/", page(&files)), ("/files/lab-1.0-py3-none-any.whl.metadata", METADATA.into())], true), @"
    1.0: ? `http://127.0.0.1:PORT/files/lab-1.0-py3-none-any.whl.metadata` is not what its digest says
    200 /simple/lab/ 239
    200 /files/lab-1.0-py3-none-any.whl.metadata 69
    1.0: ? `http://127.0.0.1:PORT/files/lab-1.0-py3-none-any.whl.metadata` is not what its digest says
    200 /simple/lab/ 239
    200 /files/lab-1.0-py3-none-any.whl.metadata 69
    ");
}

#[test]
fn metadata_are_had_out_of_the_wheel_by_parts_or_as_a_whole() {
    let wheel = wheel(METADATA);
    let files = format!(
        r#"{{"filename": "lab-1.0-py3-none-any.whl", "url": "/files/lab-1.0-py3-none-any.whl", "hashes": {{"sha256": "{}"}}}}"#,
        Digest::of(&wheel)
    );
    let files = [
        ("/simple/lab/", page(&files)),
        ("/files/lab-1.0-py3-none-any.whl", wheel),
    ];
    insta::assert_snapshot!(check(&files, true), @"
    1.0: numpy<2
    200 /simple/lab/ 232
    206 /files/lab-1.0-py3-none-any.whl 65536
    206 /files/lab-1.0-py3-none-any.whl 65536
    1.0: numpy<2
    200 /simple/lab/ 232
    ");
    insta::assert_snapshot!(check(&files, false), @"
    1.0: numpy<2
    200 /simple/lab/ 232
    200 /files/lab-1.0-py3-none-any.whl 300315
    1.0: numpy<2
    200 /simple/lab/ 232
    ");
}

#[test]
fn what_only_a_build_tells_is_unknown_and_a_torn_wheel_too() {
    let files = r#"{"filename": "lab-1.0.zip", "url": "/files/lab-1.0.zip", "size": 99999999},
        {"filename": "lab-2.0-py3-none-any.whl", "url": "/files/lab-2.0-py3-none-any.whl"},
        {"filename": "lab-3.0-py3-none-any.whl", "url": "https://127.0.0.1:1/lab-3.0-py3-none-any.whl"}"#;
    insta::assert_snapshot!(check(&[("/simple/lab/", page(files)), ("/files/lab-2.0-py3-none-any.whl", vec![0; 70_000])], true), @"
    1.0: ? it has no wheel, and its source is large
    2.0: ? `lab-2.0-py3-none-any.whl`: not a complete zip archive
    3.0: ? cannot fetch `https://127.0.0.1:1/lab-3.0-py3-none-any.whl`
    200 /simple/lab/ 331
    206 /files/lab-2.0-py3-none-any.whl 65536
    206 /files/lab-2.0-py3-none-any.whl 65536
    1.0: ? it has no wheel, and its source is large
    2.0: ? `lab-2.0-py3-none-any.whl`: not a complete zip archive
    3.0: ? cannot fetch `https://127.0.0.1:1/lab-3.0-py3-none-any.whl`
    200 /simple/lab/ 331
    206 /files/lab-2.0-py3-none-any.whl 65536
    206 /files/lab-2.0-py3-none-any.whl 65536
    ");
}
