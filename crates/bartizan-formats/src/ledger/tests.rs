use proptest::prelude::*;

use super::*;

fn at(day: &str) -> Timestamp {
    format!("2026-{day}T00:00:00Z").parse().unwrap()
}

fn served(digest: &str, outcome: &str, is_verified: bool) -> Seen {
    Seen::Served {
        evidence: Digest::of(digest.as_bytes()),
        root: Digest::of(b"root"),
        attestations: vec![RecordedAttestation {
            kind: "provenance".to_owned(),
            is_verified,
            steps: vec![RecordedStep {
                step: "evidence".to_owned(),
                outcome: outcome.to_owned(),
                ..RecordedStep::default()
            }],
            signer: Some(RecordedSigner::default()),
            times: vec![at("01-01")],
            ..RecordedAttestation::default()
        }],
    }
}

fn file(name: &str) -> LedgerFile {
    LedgerFile {
        name: name.to_owned(),
        sha256: None,
        version: "1.0".to_owned(),
        uploaded: Some(at("01-01")),
        is_yanked: false,
        listed: at("02-01"),
        sboms: None,
        sightings: Vec::new(),
    }
}

fn ledger(seen: Seen) -> Ledger {
    let mut ledger = Ledger {
        package: "lab".to_owned(),
        listed: Some(at("02-01")),
        files: Vec::new(),
    };
    let file = ledger.entry(file("lab-1.0.tar.gz")).unwrap();
    file.see("an index", seen, at("02-01"));
    ledger
}

fn check(from: &str, to: &str) -> String {
    let text = ledger(served("a", "done", true)).to_text();
    assert!(text.contains(from), "{text}");
    match read(text.replacen(from, to, 1).as_bytes()) {
        Ok(ledger) => format!("{} files", ledger.files.len()),
        Err(error) => error.to_string(),
    }
}

#[test]
fn what_is_written_is_read_again() {
    for seen in [Seen::NotServed, Seen::None, served("a", "done", true)] {
        let ledger = ledger(seen);
        assert_eq!(read(ledger.to_text().as_bytes()).unwrap(), ledger);
    }
    insta::assert_snapshot!(ledger(Seen::None).to_text(), @r#"
    {"version":1,"package":"lab","listed":"2026-02-01T00:00:00Z","files":[
    {"name":"lab-1.0.tar.gz","sha256":null,"version":"1.0","uploaded":"2026-01-01T00:00:00Z","is_yanked":false,"listed":"2026-02-01T00:00:00Z","sboms":null,"sightings":[{"place":"an index","first":"2026-02-01T00:00:00Z","last":"2026-02-01T00:00:00Z","seen":"none"}]}]}
    "#);
}

#[test]
fn what_is_no_ledger_is_refused() {
    insta::assert_snapshot!(check("lab", "lob"), @"1 files");
    insta::assert_snapshot!(check("\"version\":1", "\"version\":2"), @"ledgers of the version 2 are not known");
    insta::assert_snapshot!(check("\"place\"", "\"plice\""), @"not a ledger");
    insta::assert_snapshot!(check("2026-01-01T", "2026-01-0T"), @"not a ledger");
    insta::assert_snapshot!(check("\"outcome\":\"done\"", "\"outcome\":\"failed\""), @"the ledger contradicts itself about `lab-1.0.tar.gz`");
    insta::assert_snapshot!(check("\"outcome\":\"done\"", "\"outcome\":\"not-reached\""), @"the ledger contradicts itself about `lab-1.0.tar.gz`");
}

#[test]
fn nothing_that_was_seen_is_taken_away() {
    let mut ledger = ledger(served("a", "done", true));
    let file = ledger.files.first_mut().unwrap();
    file.see("an index", served("a", "done", true), at("02-05"));
    file.see("a mirror", Seen::NotServed, at("02-06"));
    file.see("an index", Seen::None, at("02-07"));
    file.see_again("an index", at("02-09"));
    file.see_again("an index", at("02-08"));
    let line = |it: &Sighting| {
        let day = |time: Timestamp| time.to_string().chars().take(10).collect::<String>();
        let kind = match it.seen {
            Seen::NotServed => "not served",
            Seen::None => "none",
            Seen::Served { .. } => "served",
        };
        format!("{} {kind} {} {}", it.place, day(it.first), day(it.last))
    };
    let lines: Vec<String> = file.sightings.iter().map(line).collect();
    insta::assert_snapshot!(lines.join("\n"), @"
    an index served 2026-02-01 2026-02-05
    a mirror not served 2026-02-06 2026-02-06
    an index none 2026-02-07 2026-02-09
    ");
}

#[test]
fn an_index_that_changes_its_mind_is_bounded() {
    let mut file = file("lab-1.0.tar.gz");
    for turn in 0..500 {
        let seen = if turn % 2 == 0 {
            served("a", "done", true)
        } else {
            Seen::None
        };
        file.see("an index", seen, at("03-01"));
    }
    assert_eq!(file.sightings.len(), MOST_SIGHTINGS);
    assert!(matches!(
        file.sightings.first().unwrap().seen,
        Seen::Served { .. }
    ));
}

#[test]
fn other_bytes_under_one_name_are_another_file() {
    let mut ledger = ledger(Seen::None);
    let other = LedgerFile {
        sha256: Some(Digest::of(b"x")),
        listed: at("03-01"),
        ..file("lab-1.0.tar.gz")
    };
    ledger.entry(other).unwrap();
    ledger.entry(file("lab-1.0.tar.gz")).unwrap();
    ledger.listed = Some(at("03-01"));
    let current: Vec<bool> = ledger
        .files
        .iter()
        .map(|it| ledger.is_current(it))
        .collect();
    assert_eq!(current, [false, true]);
}

proptest! {
    #[test]
    fn never_panics(place: proptest::sample::Index, letter in "[\\[\\]{}\":0-9a-z,-]") {
        let text = ledger(served("a", "done", true)).to_text();
        let place = place.index(text.len());
        let other = letter.chars().next().unwrap();
        let letters = text.char_indices();
        let text: String = letters.map(|(at, old)| if at == place { other } else { old }).collect();
        let _ = read(text.as_bytes());
    }
}
