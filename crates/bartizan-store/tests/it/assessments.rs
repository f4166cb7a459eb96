//! From a profile to what pages read.

use bartizan_model::severity::SeverityLevel;
use bartizan_model::{
    assessment::{Document, Finding, Outcome, ProjectAssessment, Unseen, Visibility},
    problem::Problem,
};
use bartizan_store::{
    ChangeKind::{self, Came, Settled},
    ComponentFilter, CountBy, FindingFilter, FindingRow, FindingSort, KeyFilter, NewAssessment,
    Page, ProjectFilter, Scope, SeverityFilter, Store, StoreError, Viewer,
};

use crate::{
    engines::{Place, on_each_engine},
    sample::{assessment, at, begin, begun, evidence, figure, finding, profile},
};

on_each_engine![
    a_profile_comes_back,
    a_profile_of_another_ecosystem_is_refused,
    findings_come_back,
    figures_come_back,
    components_come_back,
    documents_and_problems_come_back,
    findings_are_opened_closed_and_opened_again,
    an_interrupted_assessment_is_resumed,
    a_failed_project_keeps_what_was_known,
    findings_are_filtered,
    findings_are_found_by_their_words,
    findings_are_sorted_and_paged,
    findings_are_counted,
    keys_are_listed,
    keys_of_some_are_not_those_of_all,
    changes_are_listed,
    what_nobody_looked_at_stays,
    what_nobody_measured_stays,
    hostile_text_and_numbers_are_kept_or_refused_as_problems,
];

#[expect(clippy::unnecessary_wraps, reason = "what a filter wants")]
fn text(text: &str) -> Option<String> {
    Some(text.to_owned())
}

/// A filter with some of it set.
fn of(change: impl Fn(&mut FindingFilter)) -> FindingFilter {
    let mut filter = FindingFilter::default();
    change(&mut filter);
    filter
}

async fn all(store: &Store, filter: &FindingFilter) -> Vec<FindingRow> {
    let found = store
        .findings(&Viewer::Public, filter, FindingSort::Project, Page::whole())
        .await
        .unwrap();
    assert_eq!(found.total, found.rows.len() as u64, "{filter:?}");
    found.rows
}

async fn a_profile_comes_back(place: Place) {
    let store = &place.store;
    assert_eq!(store.profile().await.unwrap(), None);
    store.put_profile(&profile(), "one", at(0)).await.unwrap();
    let expected = profile();
    let found = store.profile().await.unwrap().unwrap();
    assert_eq!((found.digest.as_str(), found.put), ("one", at(0)));
    assert_eq!(found.profile.milestones, expected.milestones);
    assert_eq!(found.profile.schedules, expected.schedules);
    let projects = store
        .projects(&ProjectFilter::default(), Page::whole())
        .await
        .unwrap();
    let names: Vec<_> = projects
        .rows
        .iter()
        .map(|row| row.project.name.as_str())
        .collect();
    assert_eq!(
        (names, projects.total),
        (vec!["alpha", "gamma", "beta"], 3),
        "by the bytes of the title"
    );
    assert_eq!(projects.rows[0].project, expected.projects[0]);
    assert_eq!(store.members("core").await.unwrap(), ["alpha", "beta"]);
    assert_eq!(store.cohorts_of("beta").await.unwrap(), ["core"]);
    let before = store.generation().await.unwrap();

    let mut fewer = profile();
    fewer.projects.remove(0);
    fewer.cohorts[0].projects.remove(0);
    store.put_profile(&fewer, "two", at(1)).await.unwrap();
    assert_eq!(
        store.project("alpha").await.unwrap().unwrap().gone,
        Some(at(1))
    );
    let filter = ProjectFilter {
        text: Some("ET".to_owned()),
        ..ProjectFilter::default()
    };
    assert_eq!(
        store.projects(&filter, Page::whole()).await.unwrap().rows[0]
            .project
            .name,
        "beta"
    );
    let filter = ProjectFilter {
        cohort: Some("core".to_owned()),
        ..ProjectFilter::default()
    };
    assert_eq!(
        store.projects(&filter, Page::whole()).await.unwrap().total,
        1
    );
    assert!(store.generation().await.unwrap() > before);
}

async fn a_profile_of_another_ecosystem_is_refused(place: Place) {
    place
        .store
        .put_profile(&profile(), "one", at(0))
        .await
        .unwrap();
    let other = bartizan_model::profile::Profile {
        name: "other".to_owned(),
        ..profile()
    };
    let error = place
        .store
        .put_profile(&other, "two", at(0))
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "the store keeps the ecosystem `sample`, not `other`"
    );
    assert_eq!(place.store.profile().await.unwrap().unwrap().digest, "one");
}

/// A store with one assessment of one project.
async fn assessed(store: &Store) -> (i64, ProjectAssessment) {
    let id = begun(store).await;
    let given = assessment("alpha");
    store.put_project(id, &given, at(1)).await.unwrap();
    for (scope, value) in [(Scope::Ecosystem, 3.0), (core(), 2.0)] {
        let figures = [figure("open-advisories", value)];
        store
            .put_figures(id, &scope, &figures, at(1))
            .await
            .unwrap();
    }
    store.finish_assessment(id, at(2)).await.unwrap();
    (id, given)
}

fn core() -> Scope {
    Scope::Cohort("core".to_owned())
}

async fn findings_come_back(place: Place) {
    let store = &place.store;
    let (_, given) = assessed(store).await;
    let rows = all(store, &of(|filter| filter.project = text("alpha"))).await;
    let findings: Vec<Finding> = rows.iter().map(|row| row.finding.clone()).collect();
    assert_eq!(findings, given.findings);
    let times = (rows[0].first_seen, rows[0].last_seen, rows[0].closed);
    assert_eq!(times, (at(1), at(1), None));
    let one = store.finding(&Viewer::Public, rows[0].id).await.unwrap();
    assert_eq!(one.as_ref(), Some(&rows[0]));
    assert_eq!(store.project("alpha").await.unwrap().unwrap().open, 1);
}

async fn figures_come_back(place: Place) {
    let store = &place.store;
    let (id, given) = assessed(store).await;
    let scope = Scope::Project("alpha".to_owned());
    let of_project = store.figures(&scope).await.unwrap();
    assert_eq!(of_project[0].figure, given.figures[0]);
    let measure = "open-advisories";
    let over_all = store.figure(&Scope::Ecosystem, measure).await.unwrap();
    let over_all = over_all.unwrap();
    assert_eq!(
        (
            over_all.figure.value,
            over_all.measured,
            over_all.assessment
        ),
        (3.0, at(1), id)
    );
    let never = store.figure(&Scope::Ecosystem, "never-measured").await;
    assert_eq!(never.unwrap(), None);
    let points = store.history(&core(), measure, None).await.unwrap();
    assert_eq!(
        (points[0].instant, points[0].value, points.len()),
        (at(2), 2.0, 1)
    );
    let each = store
        .project_figures(measure, None, Page::whole())
        .await
        .unwrap();
    assert_eq!(
        (
            each.rows[0].project.as_str(),
            each.rows[0].value,
            each.total
        ),
        ("alpha", 1.0, 1)
    );
    let of_core = store
        .project_figures(measure, Some("core"), Page::whole())
        .await;
    assert_eq!(of_core.unwrap(), each);
}

async fn components_come_back(place: Place) {
    let store = &place.store;
    let (_, given) = assessed(store).await;
    let filter = ComponentFilter::default();
    let found = store
        .components("alpha", &filter, Page::whole())
        .await
        .unwrap();
    let components: Vec<_> = found.rows.into_iter().map(|row| row.component).collect();
    assert_eq!(components, given.components);
    let native = ComponentFilter {
        is_native: Some(true),
        text: text("ZL"),
        ..ComponentFilter::default()
    };
    let found = store
        .components("alpha", &native, Page::whole())
        .await
        .unwrap();
    assert_eq!(found.total, 1);
    for name in ["pkg:pypi/zlib", "pkg:pypi/zlib@9", "zlib"] {
        let dependants = store.dependants_of(name, Page::whole()).await.unwrap();
        assert_eq!(
            (dependants.rows[0].project.as_str(), dependants.total),
            ("alpha", 1)
        );
    }
    assert_eq!(store.edges("alpha").await.unwrap(), given.edges);
}

async fn documents_and_problems_come_back(place: Place) {
    let store = &place.store;
    let (id, given) = assessed(store).await;
    let document = store.document("alpha", "releases", "alpha").await.unwrap();
    assert_eq!(document.unwrap().document, given.documents[0]);
    let documents = store.documents("releases", Page::whole()).await.unwrap();
    assert_eq!(documents.total, 1);
    let names = store.document_names("alpha", "releases").await.unwrap();
    assert_eq!(names[0].key, "alpha");
    let row = &store.assessments(Page::whole()).await.unwrap().rows[0];
    assert_eq!(
        (row.done, row.failed, row.problems, row.finished),
        (1, 0, 1, Some(at(2)))
    );
    let problems = store
        .problems(id, text("alpha").as_deref(), Page::whole())
        .await
        .unwrap();
    assert_eq!(problems.rows[0].problem, given.problems[0]);
}

async fn findings_are_opened_closed_and_opened_again(place: Place) {
    let store = &place.store;
    let id = begun(store).await;
    let with = assessment("alpha");
    let mut without = with.clone();
    without.findings.remove(0);
    let filter = FindingFilter {
        key: Some("CVE-1".to_owned()),
        ..FindingFilter::default()
    };
    let open = FindingFilter {
        project: Some("alpha".to_owned()),
        outcome: Some(Outcome::Fail),
        is_open: Some(true),
        ..FindingFilter::default()
    };

    store.put_project(id, &with, at(1)).await.unwrap();
    store.put_project(id, &with, at(2)).await.unwrap();
    let row = &all(store, &filter).await[0];
    assert_eq!(
        (row.first_seen, row.opened, row.last_seen, row.closed),
        (at(1), at(1), at(2), None)
    );
    assert_eq!(all(store, &open).await.len(), 1);

    store.put_project(id, &without, at(3)).await.unwrap();
    let row = &all(store, &filter).await[0];
    assert_eq!(
        (row.first_seen, row.last_seen, row.closed),
        (at(1), at(3), Some(at(3)))
    );
    assert_eq!(all(store, &open).await.len(), 0);

    let mut worse = with.clone();
    worse.findings[0].severity = Some(SeverityLevel::Critical);
    store.put_project(id, &worse, at(4)).await.unwrap();
    let rows = all(store, &filter).await;
    assert_eq!(rows.len(), 1, "the same finding, not another one");
    assert_eq!(
        (rows[0].first_seen, rows[0].opened, rows[0].closed),
        (at(1), at(4), None)
    );
    assert_eq!(rows[0].finding.severity, Some(SeverityLevel::Critical));
}

async fn an_interrupted_assessment_is_resumed(place: Place) {
    let store = &place.store;
    let first = begun(store).await;
    store
        .put_project(first, &assessment("beta"), at(1))
        .await
        .unwrap();
    store
        .fail_project(first, "alpha", &Problem::new("alpha", "no network"), at(1))
        .await
        .unwrap();
    let other = place.again().await;
    let new = NewAssessment {
        inputs_digest: "inputs of day 0".to_owned(),
        now: at(2),
    };
    let resumed = other.begin_assessment(&new).await.unwrap();
    assert_eq!(
        (resumed.id, resumed.is_resumed, resumed.done),
        (first, true, vec!["beta".to_owned()])
    );
    let second = begin(store, 3).await;
    assert_ne!(first, second);
    let rows = store.assessments(Page::whole()).await.unwrap().rows;
    assert_eq!(
        rows.iter()
            .map(|row| (row.id, row.given_up))
            .collect::<Vec<_>>(),
        [(second, None), (first, Some(at(3)))]
    );
    store.finish_assessment(second, at(4)).await.unwrap();
    store.finish_assessment(second, at(5)).await.unwrap();
    let rows = store.assessments(Page::new(1, 1)).await.unwrap();
    assert_eq!(
        (rows.rows[0].finished, rows.total),
        (Some(at(4)), 2),
        "finished once"
    );
}

async fn a_failed_project_keeps_what_was_known(place: Place) {
    let store = &place.store;
    let id = begun(store).await;
    store
        .put_project(id, &assessment("alpha"), at(1))
        .await
        .unwrap();
    let problem = Problem::new("alpha", "the index does not answer").with_hint("try again");
    let second = begin(store, 2).await;
    store
        .fail_project(second, "alpha", &problem, at(2))
        .await
        .unwrap();
    let row = store.project("alpha").await.unwrap().unwrap();
    assert_eq!(
        (row.assessed, row.attempted, row.failure),
        (Some(at(1)), Some(at(2)), Some(problem))
    );
    assert_eq!(all(store, &FindingFilter::default()).await.len(), 2);
    store
        .put_project(second, &assessment("alpha"), at(3))
        .await
        .unwrap();
    assert_eq!(store.project("alpha").await.unwrap().unwrap().failure, None);
    let error = store
        .fail_project(second, "omega", &Problem::new("", ""), at(2))
        .await
        .unwrap_err();
    assert!(matches!(error, StoreError::Missing { .. }), "{error}");
}

/// Five findings in each of three projects.
async fn fifteen(store: &Store) {
    let id = begun(store).await;
    let levels = [
        None,
        Some(SeverityLevel::Low),
        Some(SeverityLevel::High),
        Some(SeverityLevel::Critical),
    ];
    for (day, project) in (0_i64..).zip(["alpha", "beta", "gamma"]) {
        let mut given = assessment(project);
        let vulnerable = levels.into_iter().enumerate();
        given.findings = vulnerable
            .map(|(index, severity)| Finding {
                severity,
                ..finding("known-vulnerability", "pkg:pypi/x", &format!("CVE-{index}"))
            })
            .collect();
        given.findings.push(Finding {
            outcome: Outcome::Unknown,
            ..finding("unsigned-release", project, "")
        });
        store.put_project(id, &given, at(day)).await.unwrap();
    }
}

async fn findings_are_filtered(place: Place) {
    fifteen(&place.store).await;
    let count = async |change: fn(&mut FindingFilter)| all(&place.store, &of(change)).await.len();
    assert_eq!(count(|_| ()).await, 15);
    assert_eq!(count(|filter| filter.cohort = text("core")).await, 10);
    let elsewhere = |filter: &mut FindingFilter| {
        (filter.cohort, filter.project) = (text("core"), text("gamma"));
    };
    assert_eq!(count(elsewhere).await, 0);
    assert_eq!(
        count(|filter| filter.check = text("unsigned-release")).await,
        3
    );
    let unknown = |filter: &mut FindingFilter| {
        (filter.outcome, filter.cohort) = (Some(Outcome::Unknown), text("core"));
    };
    assert_eq!(count(unknown).await, 2);
    assert_eq!(count(|filter| filter.subject = text("beta")).await, 1);
    let key = |filter: &mut FindingFilter| {
        (filter.key, filter.check) = (text("CVE-3"), text("known-vulnerability"));
    };
    assert_eq!(count(key).await, 3);
    assert_eq!(
        count(|filter| filter.severity = SeverityFilter::Unstated).await,
        3
    );
    assert_eq!(
        count(|filter| filter.severity = SeverityFilter::Exactly(SeverityLevel::High)).await,
        6
    );
    assert_eq!(
        count(|filter| filter.severity = SeverityFilter::AtLeast(SeverityLevel::High)).await,
        12
    );
    assert_eq!(count(|filter| filter.is_open = Some(false)).await, 0);
}

async fn findings_are_found_by_their_words(place: Place) {
    fifteen(&place.store).await;
    let count = async |words: &str, change: fn(&mut FindingFilter)| {
        let mut filter = of(change);
        filter.text = text(words);
        all(&place.store, &filter).await.len()
    };
    for (words, expect) in [
        ("HAS cve-2", 3),
        ("cve", 12),
        ("pypi/x@9", 0),
        ("pypi/x", 12),
        ("cve-2 has", 3),
        ("gam", 1),
        ("amma", 0),
        ("gamma nothing", 0),
        ("\"", 15),
        ("' OR 1=1 --", 0),
    ] {
        assert_eq!(count(words, |_| ()).await, expect, "{words}");
    }
    assert_eq!(
        count("cve-2", |filter| filter.project = text("beta")).await,
        1
    );
    assert_eq!(
        count("cve-2", |filter| filter.cohort = text("core")).await,
        2
    );
    assert_eq!(count("cve", |filter| filter.key = text("CVE-1")).await, 3);
    assert_eq!(
        count("cve", |filter| filter.check = text("unsigned-release")).await,
        0
    );

    let id = begin(&place.store, 5).await;
    let mut given = assessment("alpha");
    given.findings = vec![Finding {
        message: "another sentence".to_owned(),
        ..finding("known-vulnerability", "pkg:pypi/x", "CVE-0")
    }];
    place.store.put_project(id, &given, at(5)).await.unwrap();
    assert_eq!(count("another", |_| ()).await, 1, "what was written again");
    assert_eq!(count("cve-0 has", |_| ()).await, 2, "what it was before");
}

async fn findings_are_sorted_and_paged(place: Place) {
    let store = &place.store;
    fifteen(store).await;
    let alpha = of(|filter| filter.project = text("alpha"));
    let keys = async |sort, size| {
        let page = Page::new(1, size);
        let found = store
            .findings(&Viewer::Public, &alpha, sort, page)
            .await
            .unwrap();
        assert_eq!(found.total, 5);
        found
            .rows
            .into_iter()
            .map(|row| row.finding.key)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        keys(FindingSort::Urgency, 5).await,
        ["CVE-3", "CVE-2", "CVE-0", "CVE-1", ""]
    );
    assert_eq!(keys(FindingSort::Project, 2).await, ["CVE-0", "CVE-1"]);
    let page = async |sort, page| {
        store
            .findings(&Viewer::Public, &of(|_| ()), sort, page)
            .await
            .unwrap()
    };
    assert_eq!(
        page(FindingSort::Newest, Page::new(1, 1)).await.rows[0].project,
        "gamma"
    );
    let last = page(FindingSort::Urgency, Page::new(4, 4)).await;
    assert_eq!((last.rows.len(), last.total), (3, 15));
    let beyond = page(FindingSort::Urgency, Page::new(u32::MAX, 1_000)).await;
    assert_eq!((beyond.rows.len(), beyond.total), (0, 15));
}

async fn findings_are_counted(place: Place) {
    let store = &place.store;
    fifteen(store).await;
    let by = &[CountBy::Check, CountBy::Outcome];
    let counts = store
        .finding_counts(&Viewer::Public, &of(|_| ()), by)
        .await
        .unwrap();
    let shown: Vec<_> = counts
        .iter()
        .map(|count| {
            (
                count.check.as_deref().unwrap(),
                count.outcome.unwrap(),
                count.count,
            )
        })
        .collect();
    assert_eq!(
        shown,
        [
            ("known-vulnerability", Outcome::Fail, 12),
            ("unsigned-release", Outcome::Unknown, 3)
        ]
    );
    let core = of(|filter| (filter.cohort, filter.outcome) = (text("core"), Some(Outcome::Fail)));
    let by = &[CountBy::Project, CountBy::Severity];
    let counts = store
        .finding_counts(&Viewer::Public, &core, by)
        .await
        .unwrap();
    assert_eq!(counts.len(), 8);
    let first = (
        counts[0].project.as_deref(),
        counts[0].severity,
        counts[0].count,
    );
    assert_eq!(first, (Some("alpha"), Some(SeverityFilter::Unstated), 1));
    assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
}

async fn keys_are_listed(place: Place) {
    let store = &place.store;
    fifteen(store).await;
    let found = store
        .keys(&Viewer::Public, &KeyFilter::default(), Page::new(1, 3))
        .await
        .unwrap();
    let shown: Vec<_> = found
        .rows
        .iter()
        .map(|row| (row.key.as_str(), row.severity, row.projects, row.findings))
        .collect();
    let expect = [
        ("CVE-3", Some(SeverityLevel::Critical), 3, 3),
        ("CVE-2", Some(SeverityLevel::High), 3, 3),
        ("CVE-0", None, 3, 3),
    ];
    assert_eq!((shown, found.total), (expect.to_vec(), 4));
    assert_eq!(found.rows[0].since, at(0));
    let keys = async |viewer: &Viewer, change: fn(&mut KeyFilter)| {
        let mut filter = KeyFilter::default();
        change(&mut filter);
        let found = store.keys(viewer, &filter, Page::whole()).await.unwrap();
        let keys: Vec<String> = found.rows.iter().map(|row| row.key.clone()).collect();
        assert_eq!(keys.len() as u64, found.total);
        keys.join(" ")
    };
    // What is kept for everybody, and what is gathered for who sees more, are the same where there is nothing more to see.
    for viewer in [&Viewer::Public, &Viewer::SecurityTeam] {
        let unsigned = keys(viewer, |filter| {
            filter.check = text("unsigned-release");
        });
        assert_eq!(
            unsigned.await,
            "",
            "what does not fail, and what has no key"
        );
        assert_eq!(keys(viewer, |_| ()).await, "CVE-3 CVE-2 CVE-0 CVE-1");
        let high = keys(viewer, |filter| {
            filter.severity = SeverityFilter::AtLeast(SeverityLevel::High);
        });
        assert_eq!(high.await, "CVE-3 CVE-2 CVE-0", "silence must not pass");
        let found = keys(viewer, |filter| filter.text = text("cve-2"));
        assert_eq!(found.await, "CVE-2");
        let found = keys(viewer, |filter| filter.key = text("CVE-0"));
        assert_eq!(found.await, "CVE-0");
    }
    let urgent = store.findings_of_key(&Viewer::Public, "known-vulnerability", "CVE-3", 2);
    let urgent = urgent.await.unwrap();
    assert!(urgent.len() == 2 && urgent.iter().all(|row| row.finding.key == "CVE-3"));
    let many = store.projects_with(&Viewer::Public, "known-vulnerability", Outcome::Fail);
    assert_eq!(many.await.unwrap(), 3);
}

async fn keys_of_some_are_not_those_of_all(place: Place) {
    let store = &place.store;
    fifteen(store).await;
    let id = begin(store, 5).await;
    let mut given = assessment("alpha");
    given.findings = vec![Finding {
        visibility: Visibility::Maintainers,
        ..finding("known-vulnerability", "x", "CVE-9")
    }];
    store.put_project(id, &given, at(5)).await.unwrap();
    let total = async |viewer| {
        store
            .keys(&viewer, &KeyFilter::default(), Page::whole())
            .await
            .unwrap()
            .total
    };
    assert_eq!(total(Viewer::Public).await, 4);
    assert_eq!(total(Viewer::Maintainer(vec!["alpha".to_owned()])).await, 5);
    assert_eq!(total(Viewer::Maintainer(vec!["beta".to_owned()])).await, 4);
    let found = store
        .keys(&Viewer::Public, &KeyFilter::default(), Page::whole())
        .await
        .unwrap();
    assert!(
        found.rows.iter().all(|row| row.projects == 2),
        "alpha has them no more"
    );
    for project in ["beta", "gamma"] {
        let nothing = ProjectAssessment {
            findings: Vec::new(),
            ..assessment(project)
        };
        store.put_project(id, &nothing, at(6)).await.unwrap();
    }
    assert_eq!(total(Viewer::Public).await, 0);
    assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
}

/// What could not be asked settles nothing, and is settled once it was.
async fn what_nobody_looked_at_stays(place: Place) {
    let store = &place.store;
    let id = begun(store).await;
    let put = async |on: i64, findings: &[&str], unseen: &[&str]| {
        let checks = unseen.iter().map(|check| (*check).to_owned());
        let given = ProjectAssessment {
            findings: findings
                .iter()
                .map(|check| finding(check, "alpha", ""))
                .collect(),
            unseen: Unseen {
                checks: checks.collect(),
                ..Unseen::default()
            },
            ..assessment("alpha")
        };
        store.put_project(id, &given, at(on)).await.unwrap();
        assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
    };
    let open = async || {
        let filter = FindingFilter {
            is_open: Some(true),
            ..FindingFilter::default()
        };
        let found = store
            .findings(
                &Viewer::Public,
                &filter,
                FindingSort::Project,
                Page::whole(),
            )
            .await
            .unwrap();
        let mut checks: Vec<String> = found
            .rows
            .into_iter()
            .map(|row| row.finding.check)
            .collect();
        checks.sort();
        checks.join(" ")
    };
    put(1, &["a-check", "b-check"], &[]).await;
    put(2, &["b-check"], &["a-check"]).await;
    assert_eq!(open().await, "a-check b-check");
    // What was seen of it all the same is written.
    put(3, &["a-check"], &["a-check"]).await;
    assert_eq!(open().await, "a-check");
    put(4, &[], &[]).await;
    assert_eq!(open().await, "");
}

/// What could not be measured again stays with the day on which it was, and is no point of the history of another.
async fn what_nobody_measured_stays(place: Place) {
    let store = &place.store;
    let project = Scope::Project("alpha".to_owned());
    let put = async |on: i64, value: Option<f64>, is_unseen: bool| {
        let id = begun(store).await;
        let figures = value.map(|value| figure("open-cves:high", value));
        let documents = value.map(|value| Document {
            kind: "tags".to_owned(),
            key: String::new(),
            json: format!("[{value}]"),
            evidence: evidence(),
        });
        let names = |name: &str| is_unseen.then(|| name.to_owned()).into_iter().collect();
        let given = ProjectAssessment {
            figures: figures.into_iter().chain([figure("risk", 1.0)]).collect(),
            documents: documents.into_iter().collect(),
            unseen: Unseen {
                measures: names("open-cves"),
                documents: names("tags"),
                ..Unseen::default()
            },
            ..assessment("alpha")
        };
        store.put_project(id, &given, at(on)).await.unwrap();
        store.finish_assessment(id, at(on)).await.unwrap();
        let figure = store.figure(&project, "open-cves:high").await.unwrap();
        let document = store.document("alpha", "tags", "").await.unwrap();
        let history = store.history(&project, "open-cves:high", None).await;
        format!(
            "{:?} {:?} {}",
            figure.map(|row| (row.figure.value, row.measured == at(on))),
            document.map(|row| (row.document.json, row.put == at(on))),
            history.unwrap().len()
        )
    };
    let measured = r#"Some((3.0, true)) Some(("[3]", true)) 1"#;
    assert_eq!(put(1, Some(3.0), false).await, measured);
    let kept = r#"Some((3.0, false)) Some(("[3]", false)) 1"#;
    assert_eq!(put(2, None, true).await, kept);
    // What was measured all the same is written.
    let again = r#"Some((4.0, true)) Some(("[4]", true)) 2"#;
    assert_eq!(put(3, Some(4.0), true).await, again);
    assert_eq!(put(4, None, false).await, "None None 2");
}

/// A finding fails, holds, fails again, cannot be told, is gone: what came and what was settled is told day by day.
async fn changes_are_listed(place: Place) {
    let store = &place.store;
    let id = begun(store).await;
    let put = async |on: i64, outcome: Option<Outcome>, visibility: Visibility| {
        let found = outcome.map(|outcome| Finding {
            outcome,
            visibility,
            ..finding("signed-tag", "alpha", "")
        });
        let given = ProjectAssessment {
            findings: found.into_iter().collect(),
            ..assessment("alpha")
        };
        store.put_project(id, &given, at(on)).await.unwrap();
        assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
    };
    let told = async |viewer: &Viewer, kind: ChangeKind, from: i64, to: i64| {
        let within = [at(from), at(to)];
        let found = store
            .changes(viewer, kind, within, Page::whole())
            .await
            .unwrap();
        let instants: Vec<_> = found.rows.iter().map(|row| row.instant).collect();
        assert_eq!(instants.len() as u64, found.total);
        instants
    };
    let everybody = &Viewer::Public;
    put(1, Some(Outcome::Fail), Visibility::Public).await;
    put(2, Some(Outcome::Fail), Visibility::Public).await;
    put(3, Some(Outcome::Pass), Visibility::Public).await;
    put(5, Some(Outcome::Fail), Visibility::Public).await;
    put(6, Some(Outcome::Unknown), Visibility::Public).await;
    put(7, Some(Outcome::Fail), Visibility::Public).await;
    put(8, None, Visibility::Public).await;
    assert_eq!(told(everybody, Came, 0, 9).await, [at(7), at(5), at(1)]);
    assert_eq!(told(everybody, Settled, 0, 9).await, [at(8), at(3)]);
    assert_eq!(told(everybody, Came, 2, 6).await, [at(5)]);
    put(9, Some(Outcome::Fail), Visibility::Maintainers).await;
    assert_eq!(
        told(everybody, Came, 0, 10).await,
        [],
        "what nobody may see now"
    );
    let own = Viewer::Maintainer(vec!["alpha".to_owned()]);
    assert_eq!(told(&own, Came, 0, 10).await.len(), 4);
    assert_eq!(told(&Viewer::SecurityTeam, Settled, 0, 10).await.len(), 2);
    let other = Viewer::Maintainer(vec!["beta".to_owned()]);
    assert_eq!(told(&other, Settled, 0, 10).await, []);
}

async fn hostile_text_and_numbers_are_kept_or_refused_as_problems(place: Place) {
    let store = &place.store;
    let id = begun(store).await;
    let mut given = assessment("alpha");
    given.findings = vec![
        Finding {
            weight: Some(f64::NAN),
            message: "'; DROP TABLE finding; --".to_owned(),
            ..finding("a", "b", "c'\"%_")
        },
        finding("a", "zero\0here", ""),
        finding("a", "b", "c'\"%_"),
        finding("a", &"x".repeat(100_000), ""),
    ];
    given.figures = vec![
        figure("good", 1.0),
        figure("none", f64::NAN),
        figure("endless", f64::INFINITY),
    ];
    given.components.clear();
    store.put_project(id, &given, at(1)).await.unwrap();
    store.put_project(id, &given, at(2)).await.unwrap();
    let rows = all(store, &FindingFilter::default()).await;
    let shown: Vec<_> = rows
        .iter()
        .map(|row| {
            (
                row.finding.subject.name.as_str(),
                row.finding.key.as_str(),
                row.finding.weight,
            )
        })
        .collect();
    assert_eq!(
        shown,
        [("b", "c'\"%_", None), ("zero\u{fffd}here", "", Some(0.5))]
    );
    assert_eq!(
        rows[1].opened,
        at(1),
        "what is the same is not written again"
    );
    let problems = store.problems(id, None, Page::whole()).await.unwrap();
    assert_eq!(problems.total, 3);
    assert_eq!(
        store
            .figures(&Scope::Project("alpha".to_owned()))
            .await
            .unwrap()
            .len(),
        1
    );
}
