//! Makes the store: many projects alike, one far busier than all others, advisories that concern every project.

use std::{collections::BTreeSet, time::Instant};

use bartizan_model::{
    Timestamp,
    assessment::{
        AssessedComponent, AssessedEdge, Document, Evidence, Figure, Finding, Outcome,
        ProjectAssessment, Subject, SubjectKind, Visibility,
    },
    problem::Problem,
    severity::SeverityLevel,
};
use bartizan_store::{NewAssessment, Scope, Store};
use serde_json::json;

use crate::{Failure, ledger, profile};

/// What the last assessment read.
pub(crate) const INPUTS: &str = "the last";

/// The days over which projects were assessed.
pub(crate) const DAYS: i64 = 300;

/// The project that has far more of everything.
pub(crate) const BUSIEST: usize = 7;

/// Findings of a usual project and of the busiest one: a million for 10,000 projects.
const FINDINGS: [usize; 2] = [98, 20_000];

/// Advisories and packages that every project has.
const SHARED: usize = 10;

/// Earlier assessments, a week apart.
const WEEKS: i64 = 100;

/// The time so many days after an arbitrary one.
pub(crate) fn instant(day: i64) -> Result<Timestamp, Failure> {
    Ok(Timestamp::from_second(1_764_000_000 + day * 86_400)?)
}

pub(crate) fn name(project: usize) -> String {
    format!("project-{project:05}")
}

pub(crate) async fn make(store: &Store, projects: usize) -> Result<(), Failure> {
    let started = Instant::now();
    store
        .put_profile(&profile::profile(projects), "digest", instant(-7 * WEEKS)?)
        .await?;
    past(store).await?;
    let begun = begin(store, INPUTS, 0).await?;
    let done: BTreeSet<String> = begun.done.into_iter().collect();
    for project in (0..projects).filter(|project| !done.contains(&name(*project))) {
        // Each has dice of its own, so that one that was interrupted comes out the same.
        let mut dice = Dice(88_172_645_463_325_252 + u64::try_from(project)? * 7_919);
        // More than half of all came in the last fifty days.
        let spread = i64::try_from(project)?;
        let day = if project.is_multiple_of(2) {
            DAYS - 1 - spread % 50
        } else {
            spread % DAYS
        };
        let mut given = assessment(project, &mut dice)?;
        if project.is_multiple_of(10) {
            // Some of what was there is settled the next day.
            store.put_project(begun.id, &given, instant(day)?).await?;
            given.findings.truncate(FINDINGS[0] * 4 / 5);
        }
        store
            .put_project(begun.id, &given, instant(day + 1)?)
            .await?;
        if project % 1_000 == 999 {
            let seconds = started.elapsed().as_secs_f64();
            println!("{} projects: {seconds:.0} s", project + 1);
        }
    }
    put_figures(store, begun.id, DAYS).await?;
    store.finish_assessment(begun.id, instant(DAYS)?).await?;
    println!("made in {:.0} s", started.elapsed().as_secs_f64());
    Ok(())
}

async fn begin(store: &Store, inputs: &str, day: i64) -> Result<bartizan_store::Begun, Failure> {
    let new = NewAssessment {
        inputs_digest: inputs.to_owned(),
        now: instant(day)?,
    };
    Ok(store.begin_assessment(&new).await?)
}

/// Assessments of which only the figures are left.
async fn past(store: &Store) -> Result<(), Failure> {
    if store
        .assessments(bartizan_store::Page::new(1, 1))
        .await?
        .total
        >= u64::try_from(WEEKS)?
    {
        return Ok(());
    }
    for week in 0..WEEKS {
        let day = 7 * (week - WEEKS);
        let begun = begin(store, &format!("week {week}"), day).await?;
        put_figures(store, begun.id, day).await?;
        let busiest = Scope::Project(name(BUSIEST));
        let figures: Vec<Figure> = figures(week as f64);
        store
            .put_figures(begun.id, &busiest, &figures, instant(day)?)
            .await?;
        store.finish_assessment(begun.id, instant(day)?).await?;
    }
    Ok(())
}

async fn put_figures(store: &Store, assessment: i64, day: i64) -> Result<(), Failure> {
    let scopes = ["core", "tenth", "half", "stack-00"].map(|name| Scope::Cohort(name.to_owned()));
    for scope in scopes.iter().chain([&Scope::Ecosystem]) {
        let figures = figures(day.rem_euclid(97) as f64);
        store
            .put_figures(assessment, scope, &figures, instant(day)?)
            .await?;
    }
    Ok(())
}

/// What every scope has.
fn figures(value: f64) -> Vec<Figure> {
    let shares: Vec<(String, f64)> = (0..30)
        .map(|part| {
            let name = format!("CVE-2026-{part:05} in package-{}", part % 10);
            (name, 0.01)
        })
        .collect();
    let figure = |measure: &str| Figure {
        measure: measure.to_owned(),
        value,
        whole: Some(100.0),
        shares: if measure == "chain-risk" {
            shares.clone()
        } else {
            Vec::new()
        },
        evidence: Vec::new(),
    };
    let mut figures: Vec<Figure> = [
        "open-advisories",
        "old-advisories",
        "chain-risk",
        "components",
    ]
    .into_iter()
    .map(figure)
    .collect();
    figures.extend((0..9).map(|number| Figure {
        value: f64::from(u8::from(value.rem_euclid(3.0) < 1.0)),
        ..figure(&format!("standard-endorsed:spec-{number}"))
    }));
    figures.push(Figure {
        shares: ["under 30 days", "30 to 90 days", "over 90 days"]
            .map(|part| (part.to_owned(), value))
            .to_vec(),
        ..figure("advisory-ages")
    });
    figures.extend(ledger::figures(value));
    figures
}

fn assessment(project: usize, dice: &mut Dice) -> Result<ProjectAssessment, Failure> {
    let is_busiest = project == BUSIEST;
    let evidence = Evidence {
        source: "advisories".to_owned(),
        snapshot: Some("sha256:0123456789abcdef".to_owned()),
        locator: "GHSA-aaaa-bbbb-cccc".to_owned(),
        observed: instant(0)?,
    };
    let components = components(if is_busiest { 3_000 } else { 20 }, dice, &evidence)?;
    let edges = edges(
        project,
        &components,
        if is_busiest { 20_000 } else { 30 },
        dice,
    );
    let findings = FINDINGS[usize::from(is_busiest)];
    Ok(ProjectAssessment {
        project: name(project),
        findings: (0..findings)
            .map(|number| finding(project, number, dice, &evidence))
            .collect(),
        figures: figures(dice.below(100) as f64),
        components,
        edges,
        documents: documents(project, if is_busiest { 40 } else { 1 }, &evidence),
        problems: vec![Problem::new(
            format!("{}-1.0.whl", name(project)),
            "is no archive that can be read",
        )],
        ..ProjectAssessment::default()
    })
}

fn components(
    count: usize,
    dice: &mut Dice,
    evidence: &Evidence,
) -> Result<Vec<AssessedComponent>, Failure> {
    let mut components = Vec::new();
    for place in 0..count {
        let number = if place < SHARED {
            u64::try_from(place)?
        } else {
            dice.below(5_000)
        };
        let risk = dice.below(100) as f64 / 100.0;
        components.push(AssessedComponent {
            purl: format!("pkg:pypi/package-{number}@1.{}", dice.below(9)).parse()?,
            name: format!("package-{number}"),
            version: Some("1.0".to_owned()),
            is_native: number.is_multiple_of(7),
            is_direct: number.is_multiple_of(3),
            risk: Some(risk),
            shares: vec![("CVE-2026-00001".to_owned(), risk)],
            evidence: vec![evidence.clone()],
        });
    }
    Ok(components)
}

/// A chain through everything, and more edges at random.
fn edges(
    project: usize,
    components: &[AssessedComponent],
    count: usize,
    dice: &mut Dice,
) -> Vec<AssessedEdge> {
    let edge = |from: String, to: &AssessedComponent| AssessedEdge {
        from,
        to: to.purl.to_string(),
        kind: "requires".to_owned(),
    };
    let root = format!("pkg:pypi/{}", name(project));
    let first = components.first().map(|to| edge(root, to));
    let chain = components.windows(2).filter_map(|pair| match pair {
        [from, to] => Some(edge(from.purl.to_string(), to)),
        _ => None,
    });
    let mut edges: Vec<AssessedEdge> = first.into_iter().chain(chain).collect();
    let mut any = || {
        let place = dice.below(components.len().max(1) as u64);
        components.get(usize::try_from(place).unwrap_or_default())
    };
    while edges.len() < count {
        if let (Some(from), Some(to)) = (any(), any()) {
            edges.push(edge(from.purl.to_string(), to));
        }
    }
    edges
}

fn documents(project: usize, packages: usize, evidence: &Evidence) -> Vec<Document> {
    let document = |kind: &str, key: String, json: serde_json::Value| Document {
        kind: kind.to_owned(),
        key,
        json: json.to_string(),
        evidence: evidence.clone(),
    };
    let standards: Vec<_> = (0..9)
        .map(|number| json!({"id": format!("spec-{number}"), "title": format!("SPEC {number}"), "is_draft": false, "is_endorsed": project.is_multiple_of(3)}))
        .collect();
    let releases: Vec<_> = (0..40)
        .map(|number| json!({"version": format!("1.{number}"), "uploaded": "2026-01-02T03:04:05Z", "wheels": 12, "sources": 1, "attestations": "none", "is_yanked": false}))
        .collect();
    let exposed: Vec<String> = (0..30).map(name).collect();
    let days = |days: u32| json!({"days": days, "share": 0.5, "exposed": exposed, "locked_in": 3, "safe": 30, "unknown": []});
    let mut documents = vec![
        document(
            "endorsements",
            String::new(),
            json!({"standards": standards}),
        ),
        document(
            "exposure",
            format!("CVE-2026-{:05}", project % 30_000),
            json!({"package": name(project), "advisory": format!("CVE-2026-{:05}", project % 30_000), "published": "2026-03-02T00:00:00Z", "days": [days(30), days(90)]}),
        ),
    ];
    documents.extend((0..packages).map(|package| {
        let key = format!("{}-{package}", name(project));
        document(
            "releases",
            key,
            json!({"environment": "CPython 3.13 on Linux", "releases": releases}),
        )
    }));
    let size = if packages > 1 {
        [packages, 300, 600]
    } else {
        [1, 30, 10]
    };
    documents.extend(ledger::documents(&name(project), size, evidence));
    documents
}

/// Every third one is an advisory, the first of which every project has. One of a hundred is not public.
fn finding(project: usize, number: usize, dice: &mut Dice, evidence: &Evidence) -> Finding {
    let is_advisory = number.is_multiple_of(3);
    let shared = Some(number / 3).filter(|shared| is_advisory && *shared < SHARED);
    let drawn = [dice.below(30_000), dice.below(5_000)];
    let [vulnerability, package] = shared.map_or(drawn, |shared| [shared as u64; 2]);
    let check = if is_advisory {
        "known-vulnerability".to_owned()
    } else {
        format!("check-{:02}", dice.below(60))
    };
    let outcome = match (is_advisory, dice.below(10)) {
        (true, _) | (false, 0) => Outcome::Fail,
        (false, 1) => Outcome::Unknown,
        _ => Outcome::Pass,
    };
    let key = if is_advisory {
        format!("CVE-2026-{vulnerability:05}")
    } else {
        format!("{number}")
    };
    Finding {
        check,
        subject: Subject {
            kind: SubjectKind::Component,
            name: format!("pkg:pypi/package-{package}@1.{}", dice.below(9)),
        },
        key,
        outcome,
        severity: SeverityLevel::ALL
            .get(usize::try_from(dice.below(6)).unwrap_or_default())
            .copied(),
        weight: Some(dice.below(1_000) as f64 / 1_000.0),
        message: format!(
            "package-{package} has CVE-2026-{vulnerability:05}: a short sentence that says what was found in project {project}"
        ),
        remedy: Some(format!(
            "upgrade package-{package} to 1.{}",
            9 + package % 3
        )),
        facts: vec![("fixed in".to_owned(), "1.9".to_owned())],
        evidence: vec![evidence.clone()],
        visibility: match dice.below(100) {
            0 => Visibility::SecurityTeam,
            1 => Visibility::Maintainers,
            _ => Visibility::Public,
        },
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
