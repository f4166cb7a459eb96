//! Makes a store of 10,000 projects and 1,000,000 findings, and measures every read that a page makes.
//!
//!     cargo run --release -p bartizan-store --example large_store -- sqlite:/tmp/large.db
//!
//! A store that is there already is measured as it is. Numbers after the address change how many projects there are, and
//! how many findings each has. Everything is made from a seed: equal calls make equal stores.

#![expect(
    clippy::print_stdout,
    reason = "a program that measures says what it measured"
)]

use std::{env, error::Error, future::Future, time::Instant};

use bartizan_model::{
    assessment::{
        AssessedComponent, AssessedEdge, Document, Evidence, Figure, Finding, Outcome,
        ProjectAssessment, Subject, SubjectKind, Visibility,
    },
    profile::{Cohort, Profile, Project},
    severity::SeverityLevel,
};
use bartizan_store::{
    ComponentFilter, CountBy, FindingFilter, FindingSort, NewAssessment, Page, ProjectFilter,
    Scope, SeverityFilter, Store, StoreError, Viewer,
};
use jiff::Timestamp;

type Failure = Box<dyn Error>;

/// How often each read is made; the slowest and the middle one are shown.
const TIMES: usize = 7;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let mut arguments = env::args().skip(1);
    let address = arguments
        .next()
        .ok_or("name a store: `sqlite:/tmp/large.db`")?;
    let projects = arguments.next().map_or(Ok(10_000), |word| word.parse())?;
    let each = arguments.next().map_or(Ok(100), |word| word.parse())?;
    let store = Store::open(&address.parse()?).await?;
    store.migrate(now(0)?).await?;
    if store.profile().await?.is_none() {
        make(&store, projects, each).await?;
    }
    measure(&store).await
}

fn now(day: i64) -> Result<Timestamp, Failure> {
    Ok(Timestamp::from_second(1_764_000_000 + day * 86_400)?)
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

fn name(project: usize) -> String {
    format!("project-{project:05}")
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

async fn make(store: &Store, projects: usize, each: usize) -> Result<(), Failure> {
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
    let mut dice = Dice(88_172_645_463_325_252);
    for project in 0..projects {
        let day = i64::try_from(project % 300)?;
        let given = assessment(project, each, &mut dice, now(0)?)?;
        store.put_project(begun.id, &given, now(day)?).await?;
        if project % 1_000 == 999 {
            println!(
                "{} projects: {:.0} s",
                project + 1,
                started.elapsed().as_secs_f64()
            );
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
        problems: Vec::new(),
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

/// Makes a read several times, and says how long it took and how many rows there were.
async fn time<F: Future<Output = Result<u64, StoreError>>>(
    title: &str,
    read: impl Fn() -> F,
) -> Result<f64, Failure> {
    let mut took = Vec::new();
    let mut rows = 0;
    for _ in 0..TIMES {
        let started = Instant::now();
        rows = read().await?;
        took.push(started.elapsed().as_secs_f64() * 1_000.0);
    }
    let first = took.first().copied().unwrap_or_default();
    took.sort_by(f64::total_cmp);
    let middle = took.get(TIMES / 2).copied().unwrap_or_default();
    let slowest = took.last().copied().unwrap_or_default();
    let mark = if slowest > 200.0 { "  TOO SLOW" } else { "" };
    println!(
        "{title:<58} {rows:>9}  first {first:>7.1}  middle {middle:>7.1}  slowest {slowest:>7.1} ms{mark}"
    );
    Ok(slowest)
}

async fn measure(store: &Store) -> Result<(), Failure> {
    let mut slowest = small(store).await?;
    let key = store
        .findings(
            &Viewer::Public,
            &FindingFilter::default(),
            FindingSort::Urgency,
            Page::new(1, 1),
        )
        .await?;
    let found = key
        .rows
        .into_iter()
        .next()
        .ok_or("the store is empty")?
        .finding;
    let maintainer = Viewer::Maintainer(vec![name(0), name(7)]);
    for (viewer, title) in [
        (Viewer::Public, "public"),
        (maintainer, "maintainer"),
        (Viewer::SecurityTeam, "security team"),
    ] {
        for (way, filter) in ways(&found) {
            for sort in [
                FindingSort::Urgency,
                FindingSort::Newest,
                FindingSort::Project,
            ] {
                for (number, place) in [(1, "first page"), (200, "page 200")] {
                    let title = format!("{title}: {way}, {sort:?}, {place}");
                    let page = Page::new(number, 50);
                    let (viewer, filter) = (&viewer, &filter);
                    let took = time(&title, || async move {
                        let found = store.findings(viewer, filter, sort, page).await?;
                        Ok(found.total)
                    });
                    slowest = slowest.max(took.await?);
                }
            }
        }
    }
    println!("the slowest read took {slowest:.1} ms");
    Ok(())
}

fn ways(found: &Finding) -> Vec<(&'static str, FindingFilter)> {
    let text = |text: &str| Some(text.to_owned());
    let none = FindingFilter::default;
    let open = || FindingFilter {
        is_open: Some(true),
        outcome: Some(Outcome::Fail),
        ..none()
    };
    vec![
        ("all", none()),
        ("open fails", open()),
        (
            "open, critical",
            FindingFilter {
                severity: SeverityFilter::Exactly(SeverityLevel::Critical),
                ..open()
            },
        ),
        (
            "closed (none)",
            FindingFilter {
                is_open: Some(false),
                ..none()
            },
        ),
        (
            "not applicable (none)",
            FindingFilter {
                outcome: Some(Outcome::NotApplicable),
                ..none()
            },
        ),
        (
            "common check",
            FindingFilter {
                check: text("check-00"),
                ..open()
            },
        ),
        (
            "usual check",
            FindingFilter {
                check: text("check-07"),
                ..open()
            },
        ),
        (
            "unknown check",
            FindingFilter {
                check: text("no-such"),
                ..none()
            },
        ),
        (
            "project",
            FindingFilter {
                project: text("project-00007"),
                ..none()
            },
        ),
        (
            "core",
            FindingFilter {
                cohort: text("core"),
                ..open()
            },
        ),
        (
            "tenth of the projects",
            FindingFilter {
                cohort: text("tenth"),
                ..open()
            },
        ),
        (
            "half of the projects",
            FindingFilter {
                cohort: text("half"),
                ..open()
            },
        ),
        (
            "half, usual check",
            FindingFilter {
                cohort: text("half"),
                check: text("check-07"),
                ..open()
            },
        ),
        (
            "half, closed (none)",
            FindingFilter {
                cohort: text("half"),
                is_open: Some(false),
                ..none()
            },
        ),
        (
            "key",
            FindingFilter {
                key: Some(found.key.clone()),
                ..none()
            },
        ),
        (
            "subject",
            FindingFilter {
                subject: Some(found.subject.name.clone()),
                ..none()
            },
        ),
        (
            "rare text",
            FindingFilter {
                text: text("cve-2026-00777"),
                ..none()
            },
        ),
        (
            "text of a package",
            FindingFilter {
                text: text("package-123"),
                ..open()
            },
        ),
        (
            "common text",
            FindingFilter {
                text: text("sentence"),
                ..none()
            },
        ),
        (
            "absent text",
            FindingFilter {
                text: text("nowhere-at-all"),
                ..none()
            },
        ),
    ]
}

/// Everything but lists of findings.
async fn small(store: &Store) -> Result<f64, Failure> {
    let mut slowest = 0_f64;
    macro_rules! timed {
        ($title:literal, $read:expr) => {
            slowest = slowest.max(time($title, || async { $read }).await?);
        };
    }
    let count = |length: usize| u64::try_from(length).unwrap_or(u64::MAX);
    let viewer = &Viewer::Public;
    timed!(
        "generation",
        Ok(count(
            usize::try_from(store.generation().await?).unwrap_or(0)
        ))
    );
    timed!(
        "profile",
        Ok(count(usize::from(store.profile().await?.is_some())))
    );
    timed!("cohorts", Ok(count(store.cohorts().await?.len())));
    timed!(
        "members of half of the projects",
        Ok(count(store.members("half").await?.len()))
    );
    let filter = &ProjectFilter::default();
    timed!(
        "projects, first page",
        Ok(store.projects(filter, Page::new(1, 100)).await?.total)
    );
    timed!(
        "projects, last page",
        Ok(store.projects(filter, Page::new(100, 100)).await?.total)
    );
    let filter = &ProjectFilter {
        cohort: Some("half".to_owned()),
        ..ProjectFilter::default()
    };
    timed!(
        "projects of half",
        Ok(store.projects(filter, Page::new(3, 100)).await?.total)
    );
    let filter = &ProjectFilter {
        text: Some("777".to_owned()),
        ..ProjectFilter::default()
    };
    timed!(
        "projects by text",
        Ok(store.projects(filter, Page::new(1, 100)).await?.total)
    );
    timed!(
        "project",
        Ok(count(usize::from(
            store.project("project-00007").await?.is_some()
        )))
    );
    for (title, by) in [
        ("counts", &[][..]),
        ("counts by check", &[CountBy::Check]),
        (
            "counts by outcome and severity",
            &[CountBy::Outcome, CountBy::Severity],
        ),
        ("counts by project", &[CountBy::Project]),
    ] {
        for (of, cohort, project) in [
            ("all", None, None),
            ("core", Some("core"), None),
            ("tenth", Some("tenth"), None),
            ("half", Some("half"), None),
            ("project", None, Some("project-00007")),
        ] {
            let filter = &FindingFilter {
                cohort: cohort.map(str::to_owned),
                project: project.map(str::to_owned),
                is_open: Some(true),
                outcome: Some(Outcome::Fail),
                ..FindingFilter::default()
            };
            let title = format!("{title} of {of}");
            let took = time(&title, || async {
                Ok(count(store.finding_counts(viewer, filter, by).await?.len()))
            });
            slowest = slowest.max(took.await?);
        }
    }
    let check = &FindingFilter {
        check: Some("check-07".to_owned()),
        outcome: Some(Outcome::Fail),
        is_open: Some(true),
        ..FindingFilter::default()
    };
    timed!(
        "counts by project of a check",
        Ok(count(
            store
                .finding_counts(viewer, check, &[CountBy::Project])
                .await?
                .len()
        ))
    );
    let scope = &Scope::Ecosystem;
    timed!("figures", Ok(count(store.figures(scope).await?.len())));
    timed!(
        "history",
        Ok(count(store.history(scope, "measure-01", None).await?.len()))
    );
    timed!(
        "figures of projects",
        Ok(store
            .project_figures("measure-03", None, Page::new(1, 100))
            .await?
            .total)
    );
    timed!(
        "figures of half of the projects",
        Ok(store
            .project_figures("measure-03", Some("half"), Page::new(1, 1000))
            .await?
            .total)
    );
    let filter = &ComponentFilter::default();
    timed!(
        "components",
        Ok(store
            .components("project-00007", filter, Page::whole())
            .await?
            .total)
    );
    timed!(
        "edges",
        Ok(count(store.edges("project-00007").await?.len()))
    );
    timed!(
        "dependants by package",
        Ok(store
            .dependants_of("pkg:pypi/package-7", Page::whole())
            .await?
            .total)
    );
    timed!(
        "dependants by name",
        Ok(store.dependants_of("package-7", Page::whole()).await?.total)
    );
    timed!(
        "document",
        Ok(count(usize::from(
            store
                .document("project-00007", "releases", "project-00007")
                .await?
                .is_some()
        )))
    );
    timed!(
        "documents",
        Ok(store.documents("releases", Page::new(5, 100)).await?.total)
    );
    timed!(
        "assessments",
        Ok(store.assessments(Page::new(1, 50)).await?.total)
    );
    Ok(slowest)
}
