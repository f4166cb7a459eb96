use bartizan_formats::{
    ledger::{LedgerFile, RecordedAttestation, RecordedSigner, RecordedStep, Seen},
    profile::Publisher,
};
use bartizan_provenance::{Step, builds, ledger::attestations_began};

use super::*;

const HERE: &str = "https://example.org/lab/lab";

/// Evidence whose steps all hold, by builds of a repository; or with one that does not.
fn by(repository: &str, failed: Option<Step>) -> Seen {
    let step = |step: Step| RecordedStep {
        step: step.id().to_owned(),
        outcome: if failed == Some(step) {
            "failed"
        } else {
            "done"
        }
        .to_owned(),
        ..RecordedStep::default()
    };
    Seen::Served {
        evidence: Digest::of(repository.as_bytes()),
        root: Digest::of(b"root"),
        attestations: vec![RecordedAttestation {
            is_verified: failed.is_none(),
            steps: Step::ALL.into_iter().map(step).collect(),
            signer: failed.is_none().then(|| RecordedSigner {
                issuer: Some("https://example.org".to_owned()),
                repository: Some(repository.to_owned()),
                ..RecordedSigner::default()
            }),
            ..RecordedAttestation::default()
        }],
    }
}

/// What is said of releases, each with a day and what is known of its only file.
fn check(rows: &[(&str, &str, Option<Seen>)]) -> String {
    let observed: Timestamp = "2026-11-01T00:00:00Z".parse().unwrap();
    let mut ledger = Ledger {
        package: "lab".to_owned(),
        listed: Some(observed),
        files: Vec::new(),
    };
    for (version, day, seen) in rows {
        let name = format!("lab-{version}.tar.gz");
        let entry = ledger.entry(LedgerFile {
            sha256: Some(Digest::of(name.as_bytes())),
            name,
            version: (*version).to_owned(),
            uploaded: format!("{day}T00:00:00Z").parse().ok(),
            is_yanked: false,
            listed: observed,
            sboms: None,
            sightings: Vec::new(),
        });
        if let Some(seen) = seen {
            entry.unwrap().see("an index", seen.clone(), observed);
        }
    }
    let package = Package::pypi("lab");
    let publisher = Publisher {
        repository: HERE,
        workflow: None,
        environment: None,
    };
    let expectation = Expectation {
        identity: builds(&[publisher]),
        source: "the profile",
        can_attest: Some(true),
    };
    let packages = [PackageLedger {
        package: &package,
        ledger: &ledger,
        expectation: &expectation,
        latest: rows.last().map(|(version, ..)| *version),
        left: 0,
    }];
    let ground = Ground {
        tags: None,
        span: Span {
            since: attestations_began(),
            most: 10,
        },
        root: Digest::of(b"root"),
        observed,
    };
    let mut said = ProjectAssessment::default();
    tell(&packages, ground, &mut said);
    lines(&said)
}

fn lines(said: &ProjectAssessment) -> String {
    let figures = said.figures.iter().map(|it| {
        format!(
            "{} {} of {:?} {:?}",
            it.measure, it.value, it.whole, it.shares
        )
    });
    let findings = said.findings.iter();
    let findings = findings.map(|it| format!("{} {} {}", it.check, it.subject.name, it.message));
    let documents = said
        .documents
        .iter()
        .map(|it| format!("{} {}", it.kind, it.key));
    let all: Vec<String> = figures.chain(findings).chain(documents).collect();
    all.join("\n")
}

#[test]
fn only_what_is_verified_and_pinned_counts() {
    let latest = |seen: Option<Seen>| {
        let told = check(&[("1.0", "2026-01-01", seen)]);
        let figure = told.lines().find(|it| it.starts_with(PINNED_LATEST.id));
        figure.unwrap_or("not measured").to_owned()
    };
    assert_eq!(
        latest(Some(by(HERE, None))),
        "pinned-latest-release 1 of Some(1.0) []"
    );
    let zero = "pinned-latest-release 0 of Some(1.0) []";
    assert_eq!(latest(Some(by(HERE, Some(Step::Signature)))), zero);
    assert_eq!(
        latest(Some(by("https://example.org/other/lab", None))),
        zero
    );
    assert_eq!(latest(Some(Seen::None)), zero);
    for silent in [None, Some(Seen::NotServed)] {
        assert_eq!(latest(silent), "not measured");
    }
}

#[test]
fn a_ledger_becomes_figures_findings_and_documents() {
    let told = check(&[
        ("1.0", "2025-12-31", Some(by(HERE, None))),
        (
            "1.1",
            "2026-01-01",
            Some(by("https://example.org/other/lab", None)),
        ),
        ("1.2", "2026-02-01", Some(Seen::NotServed)),
        ("1.3", "2026-03-01", Some(Seen::None)),
    ]);
    for expect in [
        r#"file-attestations 4 of None [("verified and pinned", 1.0), ("signed by somebody else", 1.0), ("no attestation", 1.0), ("not served here", 1.0)]"#,
        "pinned-files 1 of Some(3.0) [",
        "pinned-releases 1 of Some(3.0) [",
        r#"file-attestations:2025-q4 1 of None [("verified and pinned", 1.0)]"#,
        "release-attestations:2026-q1 3 of None [",
        "pinned-latest-release 0 of Some(1.0) []",
        "unexpected-publisher pkg:pypi/lab@1.1 1.1: identity: ",
        "lapsed-attestation pkg:pypi/lab@1.3 1.3: 1 of 1 files",
        "missing-attestation pkg:pypi/lab@1.3 1.3: files of the latest release",
        "ledger lab",
        "release-evidence lab 1.0",
    ] {
        assert!(
            told.lines().any(|it| it.starts_with(expect)),
            "{expect}\n{told}"
        );
    }
}
