//! Every read but lists of findings.

use bartizan_model::assessment::Outcome;
use bartizan_store::{
    ChangeKind, ComponentFilter, CountBy, FindingFilter, KeyFilter, Page, ProjectFilter, Scope,
    Store, Viewer,
};

use crate::{Clock, Failure};

/// Makes one read under a title.
macro_rules! timed {
    ($clock:ident, $title:expr, $read:expr) => {
        $clock.time($title, || async { Ok(number($read)) }).await?
    };
}

fn number<T: TryInto<u64>>(number: T) -> u64 {
    number.try_into().unwrap_or(u64::MAX)
}

pub(crate) async fn measure(store: &Store, clock: &mut Clock) -> Result<(), Failure> {
    profile(store, clock).await?;
    counts(store, clock).await?;
    figures(store, clock).await?;
    rest(store, clock).await
}

async fn profile(store: &Store, clock: &mut Clock) -> Result<(), Failure> {
    timed!(clock, "generation", store.generation().await?);
    timed!(
        clock,
        "profile",
        u64::from(store.profile().await?.is_some())
    );
    timed!(clock, "cohorts", store.cohorts().await?.len());
    timed!(
        clock,
        "members of half of the projects",
        store.members("half").await?.len()
    );
    let all = &ProjectFilter::default();
    timed!(
        clock,
        "projects, first page",
        store.projects(all, Page::new(1, 100)).await?.total
    );
    timed!(
        clock,
        "projects, last page",
        store.projects(all, Page::new(100, 100)).await?.total
    );
    let half = &ProjectFilter {
        cohort: Some("half".to_owned()),
        ..ProjectFilter::default()
    };
    timed!(
        clock,
        "projects of half",
        store.projects(half, Page::new(3, 100)).await?.total
    );
    let text = &ProjectFilter {
        text: Some("777".to_owned()),
        ..ProjectFilter::default()
    };
    timed!(
        clock,
        "projects by text",
        store.projects(text, Page::new(1, 100)).await?.total
    );
    timed!(
        clock,
        "project",
        u64::from(store.project("project-00007").await?.is_some())
    );
    Ok(())
}

async fn counts(store: &Store, clock: &mut Clock) -> Result<(), Failure> {
    let viewer = &Viewer::Public;
    for (title, by) in [
        ("counts", &[][..]),
        ("counts by check", &[CountBy::Check]),
        (
            "counts by outcome and severity",
            &[CountBy::Outcome, CountBy::Severity],
        ),
        ("counts by project", &[CountBy::Project]),
        (
            "counts by project and check",
            &[CountBy::Project, CountBy::Check],
        ),
    ] {
        for outcome in [Some(Outcome::Fail), None] {
            for (of, cohort, project) in [
                ("all", None, None),
                ("core", Some("core"), None),
                ("tenth", Some("tenth"), None),
                ("half", Some("half"), None),
                ("project", None, Some("project-00007")),
            ] {
                // Nobody shows a row for each of so many.
                if by.len() == 2 && by.contains(&CountBy::Project) && matches!(of, "all" | "half") {
                    continue;
                }
                let filter = &FindingFilter {
                    cohort: cohort.map(str::to_owned),
                    project: project.map(str::to_owned),
                    is_open: Some(true),
                    outcome,
                    ..FindingFilter::default()
                };
                let shown = outcome.map_or("any outcome", Outcome::as_str);
                let title = format!("{title} of {of}, {shown}");
                timed!(
                    clock,
                    &title,
                    store.finding_counts(viewer, filter, by).await?.len()
                );
            }
        }
    }
    counts_of_a_check(store, clock).await
}

async fn counts_of_a_check(store: &Store, clock: &mut Clock) -> Result<(), Failure> {
    let viewer = &Viewer::Public;
    let page = Page::new(3, 50);
    let of = |check: Option<&str>, text: Option<&str>| KeyFilter {
        check: check.map(str::to_owned),
        text: text.map(str::to_owned),
        ..KeyFilter::default()
    };
    for (title, filter) in [
        ("keys", of(None, None)),
        ("keys of a check", of(Some("check-07"), None)),
        ("keys with common words", of(None, Some("sentence"))),
    ] {
        let filter = &filter;
        timed!(clock, title, store.keys(viewer, filter, page).await?.total);
    }
    let within = [crate::now(0)?, crate::now(90)?];
    timed!(
        clock,
        "what came in a quarter",
        store
            .changes(viewer, ChangeKind::Came, within, page)
            .await?
            .total
    );
    let check = &FindingFilter {
        check: Some("check-07".to_owned()),
        outcome: Some(Outcome::Fail),
        is_open: Some(true),
        ..FindingFilter::default()
    };
    let by = &[CountBy::Project];
    timed!(
        clock,
        "counts by project of a check",
        store.finding_counts(viewer, check, by).await?.len()
    );
    Ok(())
}

async fn figures(store: &Store, clock: &mut Clock) -> Result<(), Failure> {
    let scope = &Scope::Ecosystem;
    timed!(clock, "figures", store.figures(scope).await?.len());
    timed!(
        clock,
        "history",
        store.history(scope, "measure-01", None).await?.len()
    );
    let page = Page::new(1, 100);
    timed!(
        clock,
        "figures of projects",
        store.project_figures("measure-03", None, page).await?.total
    );
    let page = Page::whole();
    timed!(
        clock,
        "figures of half of the projects",
        store
            .project_figures("measure-03", Some("half"), page)
            .await?
            .total
    );
    Ok(())
}

async fn rest(store: &Store, clock: &mut Clock) -> Result<(), Failure> {
    let (project, all, page) = ("project-00007", &ComponentFilter::default(), Page::whole());
    timed!(
        clock,
        "components",
        store.components(project, all, page).await?.total
    );
    timed!(clock, "edges", store.edges(project).await?.len());
    timed!(
        clock,
        "dependants by package",
        store.dependants_of("pkg:pypi/package-7", page).await?.total
    );
    timed!(
        clock,
        "dependants by name",
        store.dependants_of("package-7", page).await?.total
    );
    timed!(
        clock,
        "document",
        u64::from(
            store
                .document(project, "releases", project)
                .await?
                .is_some()
        )
    );
    timed!(
        clock,
        "documents",
        store.documents("releases", Page::new(5, 100)).await?.total
    );
    timed!(
        clock,
        "assessments",
        store.assessments(Page::new(1, 50)).await?.total
    );
    Ok(())
}
