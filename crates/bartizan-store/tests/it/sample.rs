//! A small ecosystem, made by hand.

use bartizan_model::{
    assessment::{
        AssessedComponent, AssessedEdge, Document, Evidence, Figure, Finding, Outcome,
        ProjectAssessment, Subject, SubjectKind, Visibility,
    },
    ecosystem::Package,
    problem::Problem,
    profile::{Cohort, Interval, Milestone, Profile, Project, Repository, Schedule, Target},
    severity::SeverityLevel,
};
use bartizan_store::{NewAssessment, Store};
use jiff::Timestamp;

/// Some days after an arbitrary one.
pub(crate) fn at(day: i64) -> Timestamp {
    Timestamp::from_second(1_764_000_000 + day * 86_400).unwrap()
}

pub(crate) fn profile() -> Profile {
    let project = |name: &str, title: &str| Project {
        name: name.to_owned(),
        title: title.to_owned(),
        repositories: vec![Repository {
            url: format!("https://example.org/{name}.git"),
            is_release: false,
        }],
        packages: vec![Package::pypi(name)],
        conda: vec![name.to_owned()],
        teams: Some("https://example.org/teams".to_owned()),
        endorses_as: None,
    };
    Profile {
        name: "sample".to_owned(),
        title: "A sample".to_owned(),
        summary: "Three projects.".to_owned(),
        projects: vec![
            project("alpha", "Alpha"),
            project("beta", "beta"),
            project("gamma", "Gamma"),
        ],
        cohorts: vec![Cohort {
            name: "core".to_owned(),
            title: "Core".to_owned(),
            summary: "The core.".to_owned(),
            is_stack: false,
            projects: vec!["alpha".to_owned(), "beta".to_owned()],
        }],
        milestones: vec![Milestone {
            name: "signed".to_owned(),
            title: "Core projects sign".to_owned(),
            measure: "signing-projects".to_owned(),
            cohort: Some("core".to_owned()),
            targets: vec![Target {
                value: 2.0,
                shown: Some("all".to_owned()),
                by: "first year".to_owned(),
            }],
            needs: "provenance".to_owned(),
        }],
        schedules: vec![Schedule {
            job: "assess".to_owned(),
            every: Interval::Daily,
        }],
        standards: None,
    }
}

pub(crate) fn evidence() -> Evidence {
    Evidence {
        source: "advisories".to_owned(),
        snapshot: Some("sha256:00".to_owned()),
        locator: "GHSA-1".to_owned(),
        observed: at(0),
    }
}

pub(crate) fn finding(check: &str, subject: &str, key: &str) -> Finding {
    Finding {
        check: check.to_owned(),
        subject: Subject {
            kind: SubjectKind::Component,
            name: subject.to_owned(),
        },
        key: key.to_owned(),
        outcome: Outcome::Fail,
        severity: Some(SeverityLevel::High),
        weight: Some(0.5),
        message: format!("{subject} has {key}"),
        remedy: Some("upgrade".to_owned()),
        facts: vec![("fixed in".to_owned(), "2.0".to_owned())],
        evidence: vec![evidence()],
        visibility: Visibility::Public,
    }
}

pub(crate) fn figure(measure: &str, value: f64) -> Figure {
    Figure {
        measure: measure.to_owned(),
        value,
        whole: Some(10.0),
        shares: vec![("part".to_owned(), 0.25)],
        evidence: vec![evidence()],
    }
}

pub(crate) fn assessment(project: &str) -> ProjectAssessment {
    ProjectAssessment {
        project: project.to_owned(),
        findings: vec![
            finding("known-vulnerability", "pkg:pypi/zlib@1.0", "CVE-1"),
            Finding {
                outcome: Outcome::Pass,
                severity: None,
                ..finding("unsigned-release", "alpha 1.0", "")
            },
        ],
        figures: vec![figure("open-advisories", 1.0)],
        components: vec![
            component("pkg:pypi/zlib@1.0", "zlib", true),
            component("pkg:pypi/six@1.17", "six", false),
        ],
        edges: vec![AssessedEdge {
            from: format!("pkg:pypi/{project}"),
            to: "pkg:pypi/zlib@1.0".to_owned(),
            kind: "bundles".to_owned(),
        }],
        documents: vec![Document {
            kind: "releases".to_owned(),
            key: project.to_owned(),
            json: "{\"a\":[1]}".to_owned(),
            evidence: evidence(),
        }],
        problems: vec![Problem::new("x.whl", "is no archive").with_hint("look at it")],
        ..ProjectAssessment::default()
    }
}

pub(crate) fn component(purl: &str, name: &str, is_native: bool) -> AssessedComponent {
    AssessedComponent {
        purl: purl.parse().unwrap(),
        name: name.to_owned(),
        version: Some("1.0".to_owned()),
        is_native,
        is_direct: !is_native,
        risk: is_native.then_some(0.75),
        shares: vec![("severity".to_owned(), 0.5)],
        evidence: vec![evidence()],
    }
}

/// A store that knows the profile, with an assessment begun.
pub(crate) async fn begun(store: &Store) -> i64 {
    store
        .put_profile(&profile(), "digest", at(0))
        .await
        .unwrap();
    begin(store, 0).await
}

pub(crate) async fn begin(store: &Store, day: i64) -> i64 {
    let new = NewAssessment {
        inputs_digest: format!("inputs of day {day}"),
        now: at(day),
    };
    store.begin_assessment(&new).await.unwrap().id
}
