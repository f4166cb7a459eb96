//! Reports that every format's tests write down.

mod natives;

use std::path::Path;

use bartizan_model::{
    advisory::{Epss, KnownExploited},
    ecosystem::Package,
    finding::{
        DependencyPath, IgnoreReason, MatchRule, MatchedRecord, UnknownFinding, UnknownReason,
        VulnerabilityFinding,
    },
    hygiene::{HygieneFinding, HygieneSubject, HygieneUnknown},
    inventory::Component,
    problem::Problem,
    severity::{Severity, SeverityLevel},
};
use bartizan_vulnerability::{
    hygiene::Hygiene,
    ignore::{Ignore, IgnoreReport},
    remedy::Remedy,
};

use super::{Show, View};
use crate::{
    freshness::Freshness,
    report::{DatabaseFacts, ScanReport, SourceFacts, TargetFacts, VexFacts},
    risk::RiskFacts,
    term::Terminal,
};

pub(super) use natives::natives;

/// A view of 80 columns without colour.
pub(super) fn plain() -> View<'static> {
    View {
        terminal: Terminal {
            width: 80,
            has_color: false,
            has_unicode: true,
            is_interactive: false,
        },
        show: Show {
            unknown: false,
            ignored: false,
            hygiene: false,
            everything: false,
        },
        is_verbose: false,
        root: Path::new("/work"),
    }
}

/// Three components with findings of every kind, one ignored, one undecided, one problem.
pub(super) fn laboratory() -> ScanReport {
    let mut libwebp = finding(
        "CVE-2023-4863",
        "pillow",
        "10.0.0",
        Some((SeverityLevel::Critical, 9.8)),
    );
    libwebp.known_exploited = Some(KnownExploited {
        cve: "CVE-2023-4863".to_owned(),
        date_added: "2023-09-13".to_owned(),
        is_used_by_ransomware: false,
    });
    libwebp.epss = Some(Epss {
        probability: 0.944,
        percentile: 0.999,
    });
    libwebp.ids = strings(&["CVE-2023-4863", "PYSEC-2023-175"]);
    libwebp.fixed = strings(&["10.0.1"]);
    libwebp.paths = vec![
        path(&["scikit-image 0.21.0", "pillow 10.0.0"]),
        path(&["pillow 10.0.0"]),
    ];
    let mut redirect = finding(
        "CVE-2023-39968",
        "jupyter-server",
        "2.7.1",
        Some((SeverityLevel::Medium, 6.1)),
    );
    redirect.fixed = strings(&["2.7.2"]);
    let mut unstated = finding("PYSEC-2023-157", "jupyter-server", "2.7.1", None);
    unstated.summary = String::new();
    ScanReport {
        findings: vec![libwebp, unstated, redirect, ignored()],
        ..quiet()
    }
    .with(|report| {
        report.remedies = vec![Remedy {
            package: Package::pypi("pillow"),
            installed: "10.0.0".to_owned(),
            version: "10.2.0".to_owned(),
            removes: 1,
        }];
        report.unknown = vec![UnknownFinding {
            subject: "libwebp 1.3.1".to_owned(),
            reason: UnknownReason::CommitRangesOnly,
            message: "2 records with commit ranges only: not decidable by version".to_owned(),
            records: strings(&["OSV-2023-1", "OSV-2023-2"]),
        }];
        report.problems = vec![
            Problem::new("wheels/broken.whl", "not a zip archive").with_hint("download it again"),
        ];
        report.hygiene = hygiene();
        report.ignores.unused = vec![Ignore {
            id: "CVE-1999-1".to_owned(),
            package: Some(Package::pypi("scipy")),
            reason: "old".to_owned(),
            ..Ignore::default()
        }];
    })
}

/// Findings of hygiene of every level, one ignored, and a check that could not be answered.
fn hygiene() -> Hygiene {
    let about = |name: &str, version: &str| HygieneSubject::Package {
        package: Package::pypi(name),
        version: Some(version.to_owned()),
    };
    let finding = |check, severity, subject, message: &str| HygieneFinding {
        check,
        subject,
        severity,
        message: message.to_owned(),
        remedy: "Do what mends it.",
        evidence: strings(&["uv.lock:12", "uv.lock:40"]),
        ignored: None,
    };
    let like = "differs by one letter from the popular `numpy`";
    let ignored = IgnoreReason {
        id: "look-alike-name".to_owned(),
        reason: "our own package".to_owned(),
        ..IgnoreReason::default()
    };
    Hygiene {
        findings: vec![
            finding(
                "look-alike-name",
                SeverityLevel::Medium,
                about("nunpy", "1.0"),
                like,
            ),
            HygieneFinding {
                ignored: Some(ignored),
                ..finding(
                    "look-alike-name",
                    SeverityLevel::Medium,
                    about("ournumpy", "2.0"),
                    like,
                )
            },
            finding(
                "requirement-without-hash",
                SeverityLevel::Low,
                HygieneSubject::Target("requirements.txt".to_owned()),
                "states no hash for 2 requirements",
            ),
        ],
        unknown: vec![HygieneUnknown {
            check: "yanked-release",
            message: "the package index was not asked (`scan --index`)".to_owned(),
            subjects: vec![],
        }],
    }
}

/// A finding that an ignore covers.
fn ignored() -> VulnerabilityFinding {
    let severity = Some((SeverityLevel::High, 7.5));
    let ignored = IgnoreReason {
        id: "CVE-2022-1".to_owned(),
        reason: "only with untrusted .npy files".to_owned(),
        expires: Some("2027-01-31".to_owned()),
        ..IgnoreReason::default()
    };
    VulnerabilityFinding {
        ignored: Some(ignored),
        ..finding("CVE-2022-1", "numpy", "1.21.0", severity)
    }
}

/// Nothing to complain about.
pub(super) fn quiet() -> ScanReport {
    ScanReport {
        database: DatabaseFacts {
            snapshot: "5f2c81d09a3b".to_owned(),
            sources: vec![
                source(
                    "pypa",
                    "PyPA Advisory Database",
                    2661,
                    "2026-11-23T10:00:00Z",
                ),
                source(
                    "julia",
                    "Julia Security Advisories",
                    1703,
                    "2026-11-22T10:00:00Z",
                ),
            ],
            freshness: Freshness::Fresh,
            as_of: "2026-11-23T12:00:00Z".parse().unwrap(),
        },
        targets: vec![TargetFacts {
            path: "uv.lock".to_owned(),
            format: "uv-lock".to_owned(),
            label: "lab".to_owned(),
            environment: Some("CPython 3.13.0 on linux x86_64".to_owned()),
            components: 84,
            excluded_by_markers: 3,
            unpinned: 0,
        }],
        empty_targets: 0,
        wrong_targets: 0,
        components: 84,
        natives: None,
        findings: vec![],
        remedies: vec![],
        unknown: vec![],
        problems: vec![],
        ignores: IgnoreReport::default(),
        hygiene: Hygiene::default(),
        risk: RiskFacts::default(),
        vex: VexFacts::default(),
        since: None,
        threshold: SeverityLevel::High,
        has_unanswered: false,
    }
}

/// Everything that others write is an attack on whoever prints it.
pub(super) fn hostile() -> ScanReport {
    const ATTACK: &str = "x\u{1b}]0;owned\u{7}\r\n::error::pwned, file=/etc/passwd|<script>alert(1)</script>`@all` \
                          [click](https://evil.example) %0A::stop-commands::t \u{202e}www.evil.example";
    let mut finding = finding(ATTACK, "x", ATTACK, Some((SeverityLevel::High, 7.0)));
    finding.component.package =
        Package::new(bartizan_model::ecosystem::Ecosystem::new("Other"), ATTACK);
    finding.component.locator = format!("{ATTACK}:3");
    finding.summary = ATTACK.to_owned();
    finding.fixed = vec![ATTACK.to_owned()];
    finding.paths = vec![DependencyPath {
        target: ATTACK.to_owned(),
        components: vec![ATTACK.to_owned()],
    }];
    ScanReport {
        findings: vec![finding],
        problems: vec![Problem::new(ATTACK, ATTACK).with_hint(ATTACK)],
        hygiene: Hygiene {
            findings: vec![HygieneFinding {
                check: "look-alike-name",
                subject: HygieneSubject::Target(ATTACK.to_owned()),
                severity: SeverityLevel::Medium,
                message: ATTACK.to_owned(),
                remedy: "Do what mends it.",
                evidence: vec![format!("{ATTACK}:3")],
                ignored: None,
            }],
            unknown: vec![],
        },
        ..quiet()
    }
}

impl ScanReport {
    fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }
}

fn finding(
    group: &str,
    package: &str,
    version: &str,
    severity: Option<(SeverityLevel, f64)>,
) -> VulnerabilityFinding {
    let component = format!("{package} {version}");
    VulnerabilityFinding {
        group: group.to_owned(),
        ids: vec![group.to_owned()],
        summary: format!(
            "what goes wrong in {package} when it is given a file by somebody who means harm"
        ),
        component: Component::new(Package::pypi(package), version.to_owned(), "uv.lock:12"),
        severity: Severity {
            level: severity.map(|(level, _)| level),
            score: severity.map(|(_, score)| score),
            vector: severity.map(|_| "CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H".to_owned()),
        },
        epss: None,
        known_exploited: None,
        fixed: vec![],
        paths: vec![path(&["jupyterlab 4.0.3", &component])],
        matched: vec![MatchedRecord {
            record: group.to_owned(),
            source: "pypa".to_owned(),
            rule: MatchRule::Range(format!(">=0, <{version}.1")),
        }],
        ignored: None,
        vex: None,
        see_also: vec![],
    }
}

fn path(components: &[&str]) -> DependencyPath {
    DependencyPath {
        target: "lab".to_owned(),
        components: strings(components),
    }
}

fn source(id: &str, title: &str, records: u64, imported: &str) -> SourceFacts {
    SourceFacts {
        id: id.to_owned(),
        title: title.to_owned(),
        licence: "CC-BY-4.0".to_owned(),
        records,
        withdrawn: 1,
        opinions: 0,
        imported: imported.parse().unwrap(),
        newest: Some("2026-11-21T08:00:00Z".parse().unwrap()),
        origin: "all.zip".to_owned(),
    }
}

fn strings(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}
