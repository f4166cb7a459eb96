use bartizan_formats::{
    digest::Digest,
    identities::PinnedIdentity,
    ledger::{Ledger, LedgerFile, RecordedAttestation, RecordedSigner, RecordedStep, Seen},
    profile::Publisher,
};
use bartizan_model::Timestamp;

use super::*;
use crate::{identity::GITHUB, step::Step};

const HERE: &str = "https://github.com/lab/lab";
const INDEX: &str = "https://index.example/simple/";

fn at(day: &str) -> Timestamp {
    format!("{day}T00:00:00Z").parse().unwrap()
}

/// Evidence as a ledger keeps it: by builds of a repository, with the step that failed where one did.
fn by(repository: &str, failed: Option<&str>) -> Seen {
    let step = |step: Step| {
        let id = step.id().to_owned();
        let (outcome, message) = match failed {
            Some(it) if it == id => ("failed", Some("no".to_owned())),
            _ if step == Step::Identity => ("not-applicable", Some("nobody".to_owned())),
            _ => ("done", None),
        };
        RecordedStep {
            step: id,
            outcome: outcome.to_owned(),
            code: None,
            message,
        }
    };
    let signer = RecordedSigner {
        identity: Some(format!("{repository}/w.yml@refs/tags/v1")),
        issuer: Some(GITHUB.to_owned()),
        repository: Some(repository.to_owned()),
        ..RecordedSigner::default()
    };
    let attestation = RecordedAttestation {
        kind: "provenance (PEP 740)".to_owned(),
        is_verified: failed.is_none(),
        steps: Step::ALL.into_iter().map(step).collect(),
        signer: failed.is_none().then_some(signer),
        ..RecordedAttestation::default()
    };
    Seen::Served {
        evidence: Digest::of(repository.as_bytes()),
        root: Digest::of(b"root"),
        attestations: vec![attestation],
    }
}

fn file(name: &str, version: &str, day: &str) -> LedgerFile {
    LedgerFile {
        name: name.to_owned(),
        sha256: Some(Digest::of(name.as_bytes())),
        version: version.to_owned(),
        uploaded: Some(at(day)),
        is_yanked: false,
        listed: at("2026-11-01"),
        sboms: None,
        sightings: Vec::new(),
    }
}

/// A ledger of releases: version, day and what the index says of each of its files, in turn.
fn ledger(rows: &[(&str, &str, &[Option<Seen>])]) -> Ledger {
    let mut ledger = Ledger {
        package: "lab".to_owned(),
        listed: Some(at("2026-11-01")),
        files: Vec::new(),
    };
    for (version, day, files) in rows {
        for (place, seen) in files.iter().enumerate() {
            let name = format!("lab-{version}-{place}-py3-none-any.whl");
            let entry = ledger.entry(file(&name, version, day)).unwrap();
            if let Some(seen) = seen {
                entry.see(INDEX, seen.clone(), at("2026-11-01"));
            }
        }
    }
    ledger
}

fn publisher(repository: &str) -> Publisher<'_> {
    Publisher {
        repository,
        workflow: None,
        environment: None,
    }
}

fn here() -> Expectation {
    Expectation::new(&[], &[publisher(HERE)])
}

fn span() -> Span {
    Span {
        since: at("2020-01-01"),
        most: 100,
    }
}

/// Each release with the classes of its files and what is wrong, a line each.
fn check_of(ledger: &Ledger, expectation: &Expectation) -> String {
    let lines = releases(ledger, expectation, span()).into_iter().map(|it| {
        let files: Vec<&str> = it.files.iter().map(|(_, it)| it.class.id()).collect();
        let notes = it.notes.iter();
        let notes = notes.chain(it.files.iter().flat_map(|(_, it)| &it.notes));
        let notes: Vec<String> = notes
            .map(|it| format!("\n  {}: {}", it.check.id, it.message))
            .collect();
        format!(
            "{} {} {files:?}{}",
            it.version,
            it.class.id(),
            notes.concat()
        )
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn check(rows: &[(&str, &str, &[Option<Seen>])]) -> String {
    check_of(&ledger(rows), &here())
}

#[test]
fn a_release_reaches_what_all_of_its_files_reach() {
    let (good, none) = (Some(by(HERE, None)), Some(Seen::None));
    insta::assert_snapshot!(check(&[
        ("1.0", "2026-01-01", &[good.clone(), good.clone()]),
        ("1.1", "2026-01-02", &[good.clone(), None]),
        ("1.2", "2026-01-03", &[good.clone(), Some(by(HERE, Some("signature")))]),
        ("1.3", "2025-01-04", &[none.clone(), Some(by(HERE, None))]),
    ]), @"
    1.3 partial [\"missing\", \"pinned\"]
    1.2 unverified [\"pinned\", \"unverified\"]
      invalid-attestation: signature: no
    1.1 unknown [\"pinned\", \"unknown\"]
    1.0 pinned [\"pinned\", \"pinned\"]
    ");
}

#[test]
fn nobody_is_blamed_for_what_nobody_could_sign_or_see() {
    let (none, silent) = (Some(Seen::None), Some(Seen::NotServed));
    let rows: [(&str, &str, &[Option<Seen>]); 5] = [
        ("1.0", "2024-11-13", std::slice::from_ref(&none)),
        ("1.1", "2024-11-13", std::slice::from_ref(&silent)),
        ("1.2", "2026-01-01", std::slice::from_ref(&silent)),
        ("1.3", "2026-01-01", std::slice::from_ref(&none)),
        ("1.4", "2026-01-01", &[None]),
    ];
    insta::assert_snapshot!(check(&rows), @r#"
    1.4 unknown ["unknown"]
    1.3 missing ["missing"]
    1.2 not-served ["not-served"]
    1.1 before-attestations ["before-attestations"]
    1.0 before-attestations ["before-attestations"]
    "#);
    let elsewhere = Expectation::new(&[], &[publisher("https://git.example/lab/lab")]);
    let ledger = ledger(&rows);
    let told = check_of(&ledger, &elsewhere);
    assert!(told.contains("1.3 host-cannot-attest"), "{told}");
    let classes = releases(&ledger, &here(), span());
    let coverage: Coverage = classes.iter().map(|it| it.class).collect();
    assert_eq!((coverage.total(), coverage.counted()), (5, 1));
}

#[test]
fn whoever_signs_and_is_not_expected_is_told() {
    let other = "https://github.com/other/lab";
    let rows: [(&str, &str, &[Option<Seen>]); 2] = [
        ("1.0", "2026-01-01", &[Some(by(HERE, None))]),
        ("1.1", "2026-01-02", &[Some(by(other, None))]),
    ];
    insta::assert_snapshot!(check(&rows), @r#"
    1.1 drifted ["drifted"]
      unexpected-publisher: identity: the signer is none of those that are expected: the repository is `https://github.com/other/lab`, expected `https://github.com/lab/lab`
    1.0 pinned ["pinned"]
    "#);
    // Where nobody is expected, the first who signed is who later ones are held against.
    insta::assert_snapshot!(check_of(&ledger(&rows), &Expectation::new(&[], &[])), @r#"
    1.1 drifted ["drifted"]
      unexpected-publisher: signed by https://github.com/other/lab, the first release by https://github.com/lab/lab
    1.0 verified ["verified"]
    "#);
    // The lock of identities goes before the profile.
    let pin = PinnedIdentity {
        issuer: GITHUB.to_owned(),
        identity: None,
        repository: Some(other.to_owned()),
        repository_id: None,
        workflow: None,
        environment: None,
        seen: String::new(),
        since: at("2026-01-01"),
    };
    let pinned = Expectation::new(&[pin], &[publisher(HERE)]);
    let told = check_of(&ledger(&rows), &pinned);
    assert!(
        told.contains("1.1 pinned") && told.contains("1.0 drifted"),
        "{told}"
    );
}

#[test]
fn a_step_back_is_told() {
    let (good, none) = (Some(by(HERE, None)), Some(Seen::None));
    insta::assert_snapshot!(check(&[
        ("0.9", "2025-12-01", std::slice::from_ref(&none)),
        ("1.0", "2026-01-01", std::slice::from_ref(&good)),
        ("1.1", "2026-02-01", &[none.clone(), good.clone()]),
        ("1.2", "2026-03-01", &[Some(Seen::NotServed)]),
        ("0.9.1", "2026-04-01", std::slice::from_ref(&none)),
    ]), @r#"
    1.2 not-served ["not-served"]
    1.1 partial ["missing", "pinned"]
      lapsed-attestation: 1 of 2 files have no attestation, and all of 1.0 before it have one
    1.0 pinned ["pinned"]
    0.9.1 missing ["missing"]
      lapsed-attestation: 1 of 1 files have no attestation, and all of 1.0 before it have one
    0.9 missing ["missing"]
    "#);
}

#[test]
fn what_disappears_is_a_finding_and_silence_is_none() {
    let mut ledger = ledger(&[("1.0", "2026-01-01", &[Some(by(HERE, None))])]);
    let look = |ledger: &Ledger| check_of(ledger, &here());
    let see = |ledger: &mut Ledger, place: &str, seen: Seen, day: &str| {
        ledger.files[0].see(place, seen, at(day));
    };
    see(&mut ledger, INDEX, Seen::NotServed, "2026-11-02");
    assert_eq!(look(&ledger), r#"1.0 pinned ["pinned"]"#);
    see(
        &mut ledger,
        "https://mirror.example/",
        Seen::None,
        "2026-11-03",
    );
    assert_eq!(look(&ledger), r#"1.0 pinned ["pinned"]"#);
    see(&mut ledger, INDEX, Seen::None, "2026-11-04");
    insta::assert_snapshot!(look(&ledger), @r#"
    1.0 withdrawn ["withdrawn"]
      withdrawn-attestation: `lab-1.0-0-py3-none-any.whl` had an attestation at https://index.example/simple/ until 2026-11-04T00:00:00Z
    "#);
    see(&mut ledger, INDEX, by(HERE, None), "2026-11-05");
    assert_eq!(look(&ledger), r#"1.0 pinned ["pinned"]"#);
}

#[test]
fn a_file_that_was_replaced_is_told_and_counted_once() {
    let mut ledger = ledger(&[("1.0", "2026-01-01", &[Some(Seen::None)])]);
    let name = ledger.files[0].name.clone();
    let new = LedgerFile {
        sha256: Some(Digest::of(b"other")),
        listed: at("2026-11-02"),
        ..file(&name, "1.0", "2026-01-01")
    };
    ledger.entry(new).unwrap();
    ledger.listed = Some(at("2026-11-02"));
    insta::assert_snapshot!(check_of(&ledger, &here()), @r#"
    1.0 unknown ["unknown"]
      replaced-artifact: `lab-1.0-0-py3-none-any.whl` had other bytes before
    "#);
}

#[test]
fn the_span_bounds_what_is_told() {
    let none = Some(Seen::None);
    let ledger = ledger(&[
        ("1.0", "2025-01-01", std::slice::from_ref(&none)),
        ("1.1", "2026-01-01", std::slice::from_ref(&none)),
        ("1.10", "2026-02-01", std::slice::from_ref(&none)),
    ]);
    let told = |since: &str, most| {
        let span = Span {
            since: at(since),
            most,
        };
        let all = releases(&ledger, &here(), span);
        all.iter().map(|it| it.version).collect::<Vec<_>>()
    };
    assert_eq!(told("2025-06-01", 10), ["1.10", "1.1"]);
    assert_eq!(told("2025-01-01", 1), ["1.10"]);
}

#[test]
fn every_class_has_a_name_of_its_own() {
    let mut ids: Vec<&str> = Class::ALL.map(Class::id).to_vec();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), Class::ALL.len());
    for class in Class::ALL {
        assert_eq!(Class::parse(class.id()), Some(class));
        assert!(class.is_counted() || !class.is_attested());
    }
    assert!(Class::ALL.is_sorted());
}
