//! Makes the store.

use std::{collections::BTreeSet, time::Instant};

use bartizan_model::{
    assessment::{
        AssessedComponent, AssessedEdge, Document, Evidence, Figure, Finding, Outcome,
        ProjectAssessment, Subject, SubjectKind, Visibility,
    },
    profile::{Cohort, Profile, Project},
    severity::SeverityLevel,
};
use bartizan_store::{NewAssessment, Scope, Store};
use jiff::Timestamp;

use crate::{Failure, name, now};

pub(crate) async fn make(store: &Store, projects: usize, each: usize) -> Result<(), Failure> {
    let started = Instant::now();
    store
        .put_profile(&profile(projects), "digest", now(0)?)
        .await?;
    println!(
        "profile of {projects} projects: {:.1} s",
        started.elapsed().as_secs_f64()
    );
    let begun = store
        .begin_assessment(&NewAssessment {
            inputs_digest: "inputs".to_owned(),
            now: now(0)?,
        })
        .await?;
    let done: BTreeSet<String> = begun.done.into_iter().collect();
    for project in (0..projects).filter(|project| !done.contains(&name(*project))) {
        // Each has dice of its own, so that one that was interrupted comes out the same.
        let mut dice = Dice(88_172_645_463_325_252 + u64::try_from(project)? * 7_919);
        let day = i64::try_from(project % 300)?;
        let given = assessment(project, each, &mut dice, now(0)?)?;
        store.put_project(begun.id, &given, now(day)?).await?;
        if project % 1_000 == 999 {
            let seconds = started.elapsed().as_secs_f64();
            println!("{} projects: {seconds:.0} s", project + 1);
        }
    }
    let figures: Vec<Figure> = (0..20).map(|measure| figure(measure, 100.0)).collect();
    store
        .put_figures(begun.id, &Scope::Ecosystem, &figures, now(300)?)
        .await?;
    store.finish_assessment(begun.id, now(300)?).await?;
    println!("made in {:.0} s", started.elapsed().as_secs_f64());
    Ok(())
}

fn assessment(
    project: usize,
    each: usize,
    dice: &mut Dice,
    observed: Timestamp,
) -> Result<ProjectAssessment, Failure> {
    let evidence = Evidence {
        source: "advisories".to_owned(),
        snapshot: Some("sha256:0123456789abcdef".to_owned()),
        locator: "GHSA-aaaa-bbbb-cccc".to_owned(),
        observed,
    };
    let mut components = Vec::new();
    for _ in 0..20 {
        let number = dice.below(5_000);
        components.push(AssessedComponent {
            purl: format!("pkg:pypi/package-{number}@1.{}", dice.below(9)).parse()?,
            name: format!("package-{number}"),
            version: Some("1.0".to_owned()),
            is_native: number.is_multiple_of(7),
            is_direct: number.is_multiple_of(3),
            risk: Some(dice.below(100) as f64 / 100.0),
            shares: Vec::new(),
            evidence: vec![evidence.clone()],
        });
    }
    Ok(ProjectAssessment {
        project: name(project),
        findings: (0..each)
            .map(|number| finding(number, dice, &evidence))
            .collect(),
        figures: (0..10)
            .map(|measure| figure(measure, dice.below(100) as f64))
            .collect(),
        edges: components
            .windows(2)
            .filter_map(|pair| match pair {
                [from, to] => Some(AssessedEdge {
                    from: from.purl.to_string(),
                    to: to.purl.to_string(),
                    kind: "requires".to_owned(),
                }),
                _ => None,
            })
            .collect(),
        components,
        documents: vec![Document {
            kind: "releases".to_owned(),
            key: name(project),
            json: format!("{{\"releases\":\"{}\"}}", "1.0,".repeat(50)),
            evidence,
        }],
        ..ProjectAssessment::default()
    })
}

/// Checks are many, and some far more common than others; of ten findings one fails, one of a hundred is not public.
fn finding(number: usize, dice: &mut Dice, evidence: &Evidence) -> Finding {
    let check = if number.is_multiple_of(3) {
        0
    } else {
        dice.below(60)
    };
    let vulnerability = dice.below(30_000);
    let package = dice.below(5_000);
    Finding {
        check: format!("check-{check:02}"),
        subject: Subject {
            kind: SubjectKind::Component,
            name: format!("pkg:pypi/package-{package}@1.{}", dice.below(9)),
        },
        key: format!("CVE-2026-{vulnerability:05}/{number}"),
        outcome: match dice.below(10) {
            0 => Outcome::Fail,
            1 => Outcome::Unknown,
            _ => Outcome::Pass,
        },
        severity: SeverityLevel::ALL
            .get(usize::try_from(dice.below(6)).unwrap_or_default())
            .copied(),
        weight: Some(dice.below(1_000) as f64 / 1_000.0),
        message: format!(
            "package-{package} has CVE-2026-{vulnerability:05}: a short sentence that says what was found"
        ),
        remedy: Some("upgrade to the next version".to_owned()),
        facts: vec![("fixed in".to_owned(), "1.9".to_owned())],
        evidence: vec![evidence.clone()],
        visibility: match dice.below(100) {
            0 => Visibility::SecurityTeam,
            1 => Visibility::Maintainers,
            _ => Visibility::Public,
        },
    }
}

fn figure(measure: usize, value: f64) -> Figure {
    Figure {
        measure: format!("measure-{measure:02}"),
        value,
        whole: Some(100.0),
        shares: Vec::new(),
        evidence: Vec::new(),
    }
}

/// A small generator of numbers that look random.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }
}

fn profile(projects: usize) -> Profile {
    let cohort = |name: &str, every: usize| Cohort {
        name: name.to_owned(),
        title: name.to_owned(),
        projects: (0..projects).step_by(every).map(self::name).collect(),
        ..Cohort::default()
    };
    Profile {
        name: "large".to_owned(),
        title: "A large ecosystem".to_owned(),
        projects: (0..projects)
            .map(|project| Project {
                name: name(project),
                title: format!("Project {project}"),
                ..Project::default()
            })
            .collect(),
        cohorts: vec![cohort("core", 600), cohort("tenth", 10), cohort("half", 2)],
        ..Profile::default()
    }
}
