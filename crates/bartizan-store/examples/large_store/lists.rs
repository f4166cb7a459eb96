//! Lists of findings: every way in, every order, near and far pages, each viewer.

use bartizan_model::{
    assessment::{Finding, Outcome},
    severity::SeverityLevel,
};
use bartizan_store::{FindingFilter, FindingSort, Page, SeverityFilter, Store, Viewer};

use crate::{Clock, Failure, name};

pub(crate) async fn measure(store: &Store, clock: &mut Clock) -> Result<(), Failure> {
    let everything = FindingFilter::default();
    let page = Page::new(1, 1);
    let first = store
        .findings(&Viewer::Public, &everything, FindingSort::Urgency, page)
        .await?;
    let found = first
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
                    clock
                        .time(&title, || async move {
                            let found = store.findings(viewer, filter, sort, page).await?;
                            Ok(found.total)
                        })
                        .await?;
                }
            }
        }
    }
    Ok(())
}

type Way = (&'static str, fn(&mut FindingFilter, &Finding));

const WAYS: [Way; 20] = [
    ("all", |_, _| ()),
    ("open fails", |filter, _| fails(filter)),
    ("open, critical", |filter, _| {
        fails(filter);
        filter.severity = SeverityFilter::Exactly(SeverityLevel::Critical);
    }),
    ("closed (none)", |filter, _| filter.is_open = Some(false)),
    ("not applicable (few)", |filter, _| {
        filter.outcome = Some(Outcome::NotApplicable);
    }),
    ("common check", |filter, _| of_check(filter, "check-00")),
    ("usual check", |filter, _| of_check(filter, "check-07")),
    ("unknown check", |filter, _| of_check(filter, "no-such")),
    ("project", |filter, _| filter.project = Some(name(7))),
    ("core", |filter, _| of_cohort(filter, "core")),
    ("tenth of the projects", |filter, _| {
        of_cohort(filter, "tenth");
    }),
    ("half of the projects", |filter, _| {
        of_cohort(filter, "half");
    }),
    ("half, usual check", |filter, _| {
        of_check(filter, "check-07");
        of_cohort(filter, "half");
    }),
    ("half, closed (none)", |filter, _| {
        filter.cohort = Some("half".to_owned());
        filter.is_open = Some(false);
    }),
    ("key", |filter, found| filter.key = Some(found.key.clone())),
    ("subject", |filter, found| {
        filter.subject = Some(found.subject.name.clone());
    }),
    ("rare text", |filter, _| {
        filter.text = Some("cve-2026-00777".to_owned());
    }),
    ("text of a package", |filter, _| {
        fails(filter);
        filter.text = Some("package-123".to_owned());
    }),
    ("common text", |filter, _| {
        filter.text = Some("sentence".to_owned());
    }),
    ("absent text", |filter, _| {
        filter.text = Some("nowhere-at-all".to_owned());
    }),
];

fn ways(found: &Finding) -> Vec<(&'static str, FindingFilter)> {
    let ways = WAYS.into_iter();
    ways.map(|(title, change)| {
        let mut filter = FindingFilter::default();
        change(&mut filter, found);
        (title, filter)
    })
    .collect()
}

fn fails(filter: &mut FindingFilter) {
    filter.is_open = Some(true);
    filter.outcome = Some(Outcome::Fail);
}

fn of_check(filter: &mut FindingFilter, check: &str) {
    fails(filter);
    filter.check = Some(check.to_owned());
}

fn of_cohort(filter: &mut FindingFilter, cohort: &str) {
    fails(filter);
    filter.cohort = Some(cohort.to_owned());
}
