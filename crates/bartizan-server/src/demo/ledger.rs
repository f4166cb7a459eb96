//! Ledgers of the invented projects: releases every sixty days, some signed and some not, with everything that may become of
//! signing among them. Nothing here was signed by anybody; what is said of it follows from it as it does from a real ledger.

use bartizan_assessment::ledger::told::{Ground, PackageLedger, tell};
use bartizan_formats::{
    digest::Digest,
    ledger::{
        Ledger, LedgerFile, RecordedAttestation, RecordedBuild, RecordedSigner, RecordedStep, Seen,
    },
    profile::Publisher,
};
use bartizan_model::{Timestamp, assessment::ProjectAssessment, ecosystem::Package};
use bartizan_provenance::{
    Step, builds,
    ledger::{Expectation, Span, attestations_began},
};

use super::{ecosystem::Sample, project::seed};

const INDEX: &str = "https://index.example.org/simple";
const DAY: i64 = 86_400;
/// So many days lie between two releases.
const PACE: i64 = 60;
/// So many releases are known of each project in the end.
const RELEASES: u32 = 11;

/// A release of an invented project.
pub(super) struct Release {
    pub(super) version: String,
    pub(super) uploaded: Timestamp,
    /// Its place among all, the newest the first.
    pub(super) index: u32,
}

/// The releases that were made by a moment, the newest first, of those there are in the end.
pub(super) fn releases(sample: &Sample, now: Timestamp, end: Timestamp) -> Vec<Release> {
    let shift = i64::from(seed(sample.name) % 17) * DAY;
    let at = |index: u32| {
        let second = end.as_second() - i64::from(index) * PACE * DAY - shift - DAY;
        Timestamp::from_second(second).unwrap_or(end)
    };
    (0..RELEASES)
        .map(|index| Release {
            version: format!("{}.{}.0", 2 + seed(sample.name) % 3, RELEASES - index),
            uploaded: at(index),
            index,
        })
        .filter(|it| it.uploaded <= now)
        .collect()
}

/// What may become of the signing of a project.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Course {
    /// It signs from the release of this place on.
    From(u32),
    /// Never.
    Never,
    /// Its host cannot attest.
    Unable,
    /// Its index says nothing.
    Silent,
}

fn course(sample: &Sample) -> Course {
    match sample.name {
        "reedline" => Course::Unable,
        "lanternfit" => Course::Silent,
        "mossbase" | "glasswork" | "tidewave" => Course::From(8),
        "kelpmodel" | "orbitkit" | "saltnotebook" => Course::Never,
        _ => Course::From(seed(sample.name) % 7 + 2),
    }
}

/// What the index says of a file of a release.
fn seen(sample: &Sample, release: &Release, file: &str) -> Seen {
    let repository = address(sample);
    match course(sample) {
        Course::Silent => Seen::NotServed,
        Course::Never | Course::Unable => Seen::None,
        Course::From(first) if release.index > first => Seen::None,
        // One release by hand, one by somebody else, one with a file that was left out, one that does not hold.
        Course::From(_) => match (sample.name, release.index) {
            ("mossbase", 3) => Seen::None,
            ("glasswork", 2) => signed(&format!("{repository}-mirror"), release, None),
            ("tidewave", 4) if file.ends_with(".tar.gz") => Seen::None,
            ("quillplot", 1) => signed(&repository, release, Some(Step::Artifact)),
            _ => signed(&repository, release, None),
        },
    }
}

fn address(sample: &Sample) -> String {
    format!("https://example.org/{}/{}", sample.name, sample.name)
}

/// Evidence by builds of a repository, with the step that does not hold where one does not.
fn signed(repository: &str, release: &Release, failed: Option<Step>) -> Seen {
    let outcome = |step: Step| match failed {
        Some(failed) if step == failed => ("failed", Some("the statement is about other bytes")),
        Some(failed) if step > failed => ("not-reached", None),
        _ if step == Step::Timestamp => {
            ("not-applicable", Some("there is none; the log says when"))
        }
        _ if step == Step::Identity => (
            "not-applicable",
            Some("nobody said who the signer should be"),
        ),
        _ => ("done", None),
    };
    let steps = Step::ALL.into_iter().map(|step| {
        let (outcome, message) = outcome(step);
        RecordedStep {
            step: step.id().to_owned(),
            outcome: outcome.to_owned(),
            code: (outcome == "failed").then(|| "digest-mismatch".to_owned()),
            message: message.map(str::to_owned),
        }
    });
    let attestation = RecordedAttestation {
        kind: "provenance (PEP 740)".to_owned(),
        steps: steps.collect(),
        unsigned_publisher: Some(format!("Example {repository} release.yml")),
        ..RecordedAttestation::default()
    };
    let attestation = match failed {
        Some(_) => attestation,
        None => verified(attestation, repository, release),
    };
    Seen::Served {
        evidence: Digest::of(format!("{repository} {}", release.version).as_bytes()),
        root: Digest::of(b"sample"),
        attestations: vec![attestation],
    }
}

fn verified(
    attestation: RecordedAttestation,
    repository: &str,
    release: &Release,
) -> RecordedAttestation {
    let reference = format!("refs/tags/v{}", release.version);
    let workflow = format!("{repository}//ci/release.yml@{reference}");
    let digest = Digest::of(reference.as_bytes()).to_string();
    let commit = digest.chars().take(40).collect::<String>();
    RecordedAttestation {
        predicate: Some("https://slsa.dev/provenance/v1".to_owned()),
        is_verified: true,
        signer: Some(RecordedSigner {
            identity: Some(workflow.clone()),
            issuer: Some("https://example.org".to_owned()),
            repository: Some(repository.to_owned()),
            workflow: Some(workflow.clone()),
            commit: Some(commit.clone()),
            reference: Some(reference),
            trigger: Some("push".to_owned()),
            environment: Some("release".to_owned()),
            ..RecordedSigner::default()
        }),
        times: vec![release.uploaded],
        build: Some(RecordedBuild {
            builder: "https://example.org/builder".to_owned(),
            kind: "https://example.org/build".to_owned(),
            source: Some(repository.to_owned()),
            commit: Some(commit),
        }),
        ..attestation
    }
}

/// Whether the wheels of a release carry a bill of materials.
pub(super) fn has_bill(sample: &Sample, release: &Release) -> bool {
    release.index < 3 && seed(sample.name).is_multiple_of(3)
}

fn ledger(sample: &Sample, releases: &[Release], now: Timestamp, progress: f64) -> Ledger {
    let mut ledger = Ledger {
        package: sample.name.to_owned(),
        listed: Some(now),
        files: Vec::new(),
    };
    for release in releases {
        let version = &release.version;
        let name = sample.name;
        let wheels = ["manylinux_2_28_x86_64", "macosx_14_0_arm64", "win_amd64"];
        let wheels = wheels.map(|it| format!("{name}-{version}-cp312-cp312-{it}.whl"));
        for (place, file) in wheels
            .into_iter()
            .chain([format!("{name}-{version}.tar.gz")])
            .enumerate()
        {
            let is_wheel = place < 3;
            let has_sbom = has_bill(sample, release);
            let entry = ledger.entry(LedgerFile {
                sha256: Some(Digest::of(file.as_bytes())),
                version: version.clone(),
                uploaded: Some(release.uploaded),
                is_yanked: release.index == 3 && seed(name).is_multiple_of(5),
                listed: now,
                sboms: is_wheel.then_some(u32::from(has_sbom)),
                sightings: Vec::new(),
                name: file,
            });
            let Some(entry) = entry else {
                continue;
            };
            let said = seen(sample, release, &entry.name);
            entry.see(INDEX, said, release.uploaded);
            entry.see_again(INDEX, now);
            // The index forgets the attestation of one file in the end.
            if name == "asterfield" && release.index == 2 && place == 0 && progress > 0.9 {
                entry.see(INDEX, Seen::None, now);
            }
        }
    }
    ledger
}

/// What is said of an invented project by its ledger.
pub(super) fn add(
    sample: &Sample,
    (progress, now, end): (f64, Timestamp, Timestamp),
    said: &mut ProjectAssessment,
) {
    let releases = releases(sample, now, end);
    let ledger = ledger(sample, &releases, now, progress);
    let package = Package::pypi(sample.name);
    let repository = address(sample);
    let expectation = Expectation {
        identity: builds(&[Publisher {
            repository: &repository,
            workflow: None,
            environment: None,
        }]),
        source: "the repositories of the profile",
        can_attest: Some(course(sample) != Course::Unable),
    };
    let packages = [PackageLedger {
        package: &package,
        ledger: &ledger,
        expectation: &expectation,
        latest: releases.first().map(|it| it.version.as_str()),
        left: 0,
    }];
    let ground = Ground {
        tags: None,
        span: Span {
            since: attestations_began(),
            most: 100,
        },
        root: Digest::of(b"sample"),
        observed: now,
    };
    tell(&packages, ground, said);
}
