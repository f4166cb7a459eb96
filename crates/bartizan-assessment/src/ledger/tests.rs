//! Looks at a package of an index on loopback. What verifies is a real bundle that the sources of `sigstore-verify` carry,
//! where cargo keeps them.

use std::{
    collections::BTreeMap,
    io::{BufRead as _, BufReader, Cursor, Write as _},
    net::TcpListener,
    path::PathBuf,
    sync::{Arc, Mutex},
    time::Duration,
};

use bartizan_formats::digest::Digest;
use bartizan_model::environment::{MarkerEnvironment, Platform};
use bartizan_provenance::{
    Instance,
    ledger::{Span, releases},
};
use bartizan_sources::{http::HttpClient, index::IndexClient};
use zip::{ZipWriter, write::SimpleFileOptions};

use super::*;

/// Bodies by path, each with how often it was asked for.
type Bodies = BTreeMap<String, (Vec<u8>, usize)>;

/// What an index serves.
#[derive(Clone, Default)]
struct Served(Arc<Mutex<Bodies>>);

impl Served {
    fn put(&self, path: &str, body: impl Into<Vec<u8>>) {
        let mut all = self.0.lock().unwrap();
        let entry = all.entry(path.to_owned()).or_default();
        entry.0 = body.into();
    }

    fn asked(&self, path: &str) -> usize {
        self.0.lock().unwrap().get(path).map_or(0, |it| it.1)
    }

    fn start(&self) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let all = self.0.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut reader = BufReader::new(stream.unwrap());
                let mut head = String::new();
                while !head.ends_with("\r\n\r\n") && reader.read_line(&mut head).unwrap() > 0 {}
                let path = head.split(' ').nth(1).unwrap_or_default();
                let body = all.lock().unwrap().get_mut(path).map(|it| {
                    it.1 += 1;
                    it.0.clone()
                });
                let status = if body.is_some() { "200 OK" } else { "404 No" };
                let body = body.unwrap_or_default();
                let length = body.len();
                let head = format!(
                    "HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n"
                );
                let stream = reader.get_mut();
                stream.write_all(head.as_bytes()).unwrap();
                stream.write_all(&body).unwrap();
            }
        });
        base
    }
}

/// A wheel with so many bills of materials.
fn wheel(sboms: usize) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for name in (0..sboms).map(|it| format!("lab-1.1.dist-info/sboms/{it}.cdx.json")) {
        writer
            .start_file(name, SimpleFileOptions::default())
            .unwrap();
    }
    writer
        .start_file("lab.py", SimpleFileOptions::default())
        .unwrap();
    writer.finish().unwrap().into_inner()
}

/// A file of the page: its name, bytes, day and what is said of its provenance.
fn listed(name: &str, bytes: &[u8], day: &str, provenance: &str) -> String {
    let digest = Digest::of(bytes);
    format!(
        r#"{{"filename": "{name}", "url": "/files/{name}", "hashes": {{"sha256": "{digest}"}}, "upload-time": "{day}T00:00:00Z"{provenance}}}"#
    )
}

fn page(files: &[String]) -> String {
    let files = files.join(",");
    format!(r#"{{"meta": {{"api-version": "1.3"}}, "name": "lab", "files": [{files}]}}"#)
}

/// A file and a bundle of it that verifies; nothing where cargo keeps no sources of `sigstore-verify`.
fn real() -> Option<(Vec<u8>, Vec<u8>)> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cargo")))?;
    let mut registries = std::fs::read_dir(home.join("registry/src")).ok()?.flatten();
    let found = registries.find_map(|registry| {
        let folder = registry
            .path()
            .join("sigstore-verify-0.15.1/test_data/bundles");
        let file = std::fs::read(folder.join("cosign-v3-blob.txt")).ok()?;
        let bundle = std::fs::read(folder.join("cosign-v3-blob.sigstore.json")).ok()?;
        Some((file, bundle))
    });
    if found.is_none() {
        println!("skipped: cargo keeps no sources of `sigstore-verify` here");
    }
    found
}

/// What is kept between looks.
struct Laboratory {
    place: tempfile::TempDir,
    served: Served,
    base: String,
    day: u32,
}

impl Laboratory {
    fn new() -> Self {
        let served = Served::default();
        Self {
            place: tempfile::tempdir().unwrap(),
            base: served.start(),
            served,
            day: 1,
        }
    }

    /// A look, a day after the one before.
    fn look(&mut self, limits: impl FnOnce(Limits) -> Limits, is_offline: bool) -> String {
        self.day += 1;
        let path = |name: &str| self.place.path().join(name);
        let index = format!("{}/simple/", self.base).parse().unwrap();
        let http = HttpClient::new(Duration::from_millis(1));
        let client = IndexClient::new(http, [index], path("pages"));
        let client = if is_offline { client.offline() } else { client };
        let linux = MarkerEnvironment::cpython("3.13", &Platform::parse("linux").unwrap());
        let universe = IndexUniverse::new(&client, linux, path("files"));
        std::fs::create_dir_all(path("artifacts")).unwrap();
        let artifacts = Artifacts::new(&universe, Some(&path("artifacts")));
        let root = TrustRoot::embedded(Instance::PublicGood).unwrap();
        let since = "2024-11-14T00:00:00Z".parse().unwrap();
        let keeper = Keeper {
            universe: &universe,
            artifacts: &artifacts,
            book: Book::new(path("ledger")),
            root: &root,
            identities: &Identities::default(),
            limits: limits(Limits {
                since,
                releases: 10,
                requests: 10,
                at_a_time: 2,
                with_sboms: true,
                is_again: false,
            }),
            now: format!("2026-11-{:02}T00:00:00Z", self.day)
                .parse()
                .unwrap(),
        };
        let package = Package::pypi("lab");
        let looked = match keeper.look(&package) {
            Ok(looked) => looked,
            Err(why) => return why.replace(&self.base, "BASE"),
        };
        let expectation = keeper.expectation(&package, &[]);
        let span = Span { since, most: 10 };
        let mut lines = Vec::new();
        for release in releases(&looked.ledger, &expectation, span) {
            for (file, standing) in &release.files {
                let sboms = file.sboms.map_or("?".to_owned(), |it| it.to_string());
                let sightings = file.sightings.len();
                let class = standing.class.id();
                lines.push(format!(
                    "{} {class} sboms {sboms} sightings {sightings}",
                    file.name
                ));
            }
            lines.extend(shown::notes(&release).map(|it| format!("  {}", it.check.id)));
        }
        if looked.left > 0 {
            lines.push(format!("{} left", looked.left));
        }
        let problems = looked.problems.iter();
        lines.extend(problems.map(|it| format!("problem: {}: {}", it.subject, it.message)));
        lines.join("\n").replace(&self.base, "BASE")
    }
}

#[test]
fn a_look_adds_what_is_new_and_forgets_nothing() {
    let Some((file, bundle)) = real() else {
        return;
    };
    let mut lab = Laboratory::new();
    let wheel = wheel(2);
    let put = |lab: &Laboratory, provenance: &str| {
        let sdist = listed("lab-1.0.tar.gz", &file, "2026-01-01", provenance);
        let old = listed("lab-0.1.tar.gz", b"old", "2024-01-01", "");
        let none = r#", "provenance": null"#;
        let wheel = listed("lab-1.1-py3-none-any.whl", &wheel, "2026-02-01", none);
        lab.served.put("/simple/lab/", page(&[sdist, old, wheel]));
    };
    let same = |limits| limits;
    put(&lab, r#", "provenance": "/p/1.0""#);
    lab.served.put("/p/1.0", bundle.clone());
    lab.served
        .put("/files/lab-1.1-py3-none-any.whl", wheel.clone());
    let first = "\
lab-1.1-py3-none-any.whl missing sboms 2 sightings 1
  lapsed-attestation
lab-1.0.tar.gz verified sboms ? sightings 1";
    assert_eq!(lab.look(same, false), first);
    assert_eq!(lab.look(same, false), first);
    assert_eq!(lab.served.asked("/p/1.0"), 1, "verified once");
    assert_eq!(lab.served.asked("/files/lab-1.1-py3-none-any.whl"), 1);
    // Silence takes nothing away, and without a network what was kept stands.
    put(&lab, "");
    assert_eq!(
        lab.look(same, false),
        first.replace("sboms ? sightings 1", "sboms ? sightings 2")
    );
    assert_eq!(
        lab.look(same, true),
        first.replace("sboms ? sightings 1", "sboms ? sightings 2")
    );
    put(&lab, r#", "provenance": null"#);
    insta::assert_snapshot!(lab.look(same, false), @"
    lab-1.1-py3-none-any.whl missing sboms 2 sightings 1
    lab-1.0.tar.gz withdrawn sboms ? sightings 3
      withdrawn-attestation
    ");
    put(&lab, r#", "provenance": "/p/1.0""#);
    let again = |limits| Limits {
        is_again: true,
        ..limits
    };
    lab.look(again, false);
    lab.look(again, false);
    assert_eq!(lab.served.asked("/p/1.0"), 3);
    // Evidence that holds no more is told, and asked for again at every look.
    lab.served.put("/p/1.0", "{}");
    assert!(lab.look(again, false).contains("lab-1.0.tar.gz unverified"));
    lab.look(same, false);
    assert_eq!(lab.served.asked("/p/1.0"), 5);
}

#[test]
fn what_the_index_does_not_serve_is_never_none() {
    let mut lab = Laboratory::new();
    let silent = listed("lab-1.0.tar.gz", b"x", "2026-01-01", "");
    lab.served.put("/simple/lab/", page(&[silent]));
    let told = lab.look(|limits| limits, false);
    assert_eq!(told, "lab-1.0.tar.gz not-served sboms ? sightings 1");
}

#[test]
fn a_look_is_bounded_and_the_next_goes_on() {
    let mut lab = Laboratory::new();
    let files: Vec<String> = (0..4)
        .map(|it| {
            let name = format!("lab-1.{it}.tar.gz");
            let provenance = format!(r#", "provenance": "/p/{it}""#);
            lab.served.put(&format!("/p/{it}"), "{}");
            listed(&name, name.as_bytes(), "2026-01-01", &provenance)
        })
        .collect();
    lab.served.put("/simple/lab/", page(&files));
    let bounded = |limits| Limits {
        requests: 1,
        releases: 3,
        at_a_time: 1,
        ..limits
    };
    insta::assert_snapshot!(lab.look(bounded, false), @"
    lab-1.3.tar.gz unverified sboms ? sightings 1
      invalid-attestation
    lab-1.2.tar.gz unknown sboms ? sightings 0
    lab-1.1.tar.gz unknown sboms ? sightings 0
    2 left
    ");
    lab.served.put("/p/2", "gone");
    assert!(
        lab.look(|limits| limits, true)
            .contains("problem: lab: 4 files: ")
    );
    assert_eq!(
        Laboratory::new().look(|limits| limits, false),
        "no index has it"
    );
}

#[test]
fn what_lies_beside_a_file_speaks_for_it() {
    let Some((file, bundle)) = real() else {
        return;
    };
    let mut lab = Laboratory::new();
    let folder = lab.place.path().join("artifacts");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("lab-1.0.tar.gz"), &file).unwrap();
    std::fs::write(folder.join("lab-1.0.tar.gz.sigstore.json"), &bundle).unwrap();
    std::fs::write(folder.join("lab-1.1-py3-none-any.whl"), wheel(1)).unwrap();
    std::fs::write(folder.join("other-1.0.tar.gz"), "x").unwrap();
    let told = lab.look(|limits| limits, true);
    insta::assert_snapshot!(told, @"
    lab-1.1-py3-none-any.whl unknown sboms 1 sightings 0
    lab-1.0.tar.gz verified sboms ? sightings 1
    problem: lab: no page of `lab` is kept, and `--offline` forbids asking for it
    ");
    std::fs::write(folder.join("lab-1.0.tar.gz"), "other bytes").unwrap();
    let changed = lab.look(|limits| limits, true);
    assert!(changed.contains("lab-1.0.tar.gz unverified"), "{changed}");
}
