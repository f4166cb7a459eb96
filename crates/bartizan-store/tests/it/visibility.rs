//! Nobody sees what is not for them, whichever way they ask.

use std::collections::BTreeSet;

use bartizan_model::assessment::{Finding, Outcome, Visibility};
use bartizan_store::{CountBy, FindingFilter, FindingSort, Page, SeverityFilter, Store, Viewer};

use crate::{
    engines::{Place, on_each_engine},
    sample::{assessment, at, begun, finding},
};

on_each_engine![each_viewer_sees_what_is_theirs];

/// One finding of each visibility in each of two projects; messages name both.
async fn put(store: &Store) {
    let id = begun(store).await;
    for project in ["alpha", "beta"] {
        let mut given = assessment(project);
        given.findings = Visibility::ALL
            .into_iter()
            .map(|visibility| Finding {
                visibility,
                message: format!("{project}:{visibility:?}"),
                ..finding("check", "subject", &format!("{visibility:?}"))
            })
            .collect();
        // The same under one key and one check for all, so that no way in leads to one visibility only.
        let again = given.findings.clone().into_iter().enumerate();
        given.findings.extend(again.map(|(index, finding)| Finding {
            subject: bartizan_model::assessment::Subject {
                name: format!("subject {index}"),
                ..finding.subject
            },
            key: "key".to_owned(),
            ..finding
        }));
        store.put_project(id, &given, at(1)).await.unwrap();
    }
}

fn filters() -> Vec<FindingFilter> {
    let text = |text: &str| Some(text.to_owned());
    let none = FindingFilter::default;
    vec![
        none(),
        FindingFilter {
            project: text("alpha"),
            ..none()
        },
        FindingFilter {
            project: text("beta"),
            cohort: text("core"),
            ..none()
        },
        FindingFilter {
            cohort: text("core"),
            ..none()
        },
        FindingFilter {
            check: text("check"),
            ..none()
        },
        FindingFilter {
            subject: text("subject"),
            ..none()
        },
        FindingFilter {
            subject: text("subject 1"),
            ..none()
        },
        FindingFilter {
            key: text("key"),
            ..none()
        },
        FindingFilter {
            key: text("SecurityTeam"),
            ..none()
        },
        FindingFilter {
            text: text("a"),
            ..none()
        },
        FindingFilter {
            outcome: Some(Outcome::Fail),
            is_open: Some(true),
            severity: SeverityFilter::AtLeast(bartizan_model::severity::SeverityLevel::Low),
            ..none()
        },
    ]
}

async fn each_viewer_sees_what_is_theirs(place: Place) {
    let store = &place.store;
    put(store).await;
    let maintainer = |projects: &[&str]| {
        Viewer::Maintainer(projects.iter().map(|&name| name.to_owned()).collect())
    };
    check(store, &Viewer::Public, &["alpha:Public", "beta:Public"]).await;
    check(
        store,
        &maintainer(&["alpha"]),
        &["alpha:Public", "alpha:Maintainers", "beta:Public"],
    )
    .await;
    check(
        store,
        &maintainer(&["alpha", "beta"]),
        &[
            "alpha:Public",
            "alpha:Maintainers",
            "beta:Public",
            "beta:Maintainers",
        ],
    )
    .await;
    // No project is a part of another's name, and no name is a pattern.
    for nobody in [
        &[][..],
        &["alph", "lpha", "%", "alpha/beta", "/alpha/", "", "ALPHA"],
    ] {
        check(store, &maintainer(nobody), &["alpha:Public", "beta:Public"]).await;
    }
    let all = [
        "alpha:Public",
        "alpha:Maintainers",
        "alpha:SecurityTeam",
        "beta:Public",
        "beta:Maintainers",
        "beta:SecurityTeam",
    ];
    check(store, &Viewer::SecurityTeam, &all).await;
    assert_eq!(
        store.project("alpha").await.unwrap().unwrap().open,
        2,
        "the count beside a project is of what is public"
    );
}

async fn check(store: &Store, viewer: &Viewer, expect: &[&str]) {
    let expect: BTreeSet<&str> = expect.iter().copied().collect();
    let mut ids = BTreeSet::new();
    for filter in filters() {
        for sort in [
            FindingSort::Urgency,
            FindingSort::Newest,
            FindingSort::Project,
        ] {
            let found = store
                .findings(viewer, &filter, sort, Page::whole())
                .await
                .unwrap();
            assert_eq!(
                found.total,
                found.rows.len() as u64,
                "{viewer:?} {filter:?}"
            );
            for row in &found.rows {
                assert!(
                    expect.contains(row.finding.message.as_str()),
                    "{viewer:?} {filter:?} {}",
                    row.finding.message
                );
            }
            if filter == FindingFilter::default() {
                let seen: BTreeSet<&str> = found
                    .rows
                    .iter()
                    .map(|row| row.finding.message.as_str())
                    .collect();
                assert_eq!(seen, expect);
                assert_eq!(found.total, 2 * expect.len() as u64);
                ids.extend(found.rows.iter().map(|row| row.id));
            }
        }
        counts_agree(store, viewer, &filter).await;
    }
    for id in 1..=16 {
        let seen = store.finding(viewer, id).await.unwrap();
        assert_eq!(seen.is_some(), ids.contains(&id), "{viewer:?} {id}");
    }
}

async fn counts_agree(store: &Store, viewer: &Viewer, filter: &FindingFilter) {
    if filter.subject.is_some() || filter.key.is_some() || filter.text.is_some() {
        return;
    }
    let page = Page::new(1, 1);
    let found = store
        .findings(viewer, filter, FindingSort::Urgency, page)
        .await
        .unwrap();
    for by in [
        &[][..],
        &[CountBy::Project],
        &[CountBy::Check, CountBy::Severity, CountBy::Outcome],
    ] {
        let counts = store.finding_counts(viewer, filter, by).await.unwrap();
        let sum: u64 = counts.iter().map(|count| count.count).sum();
        assert_eq!(sum, found.total, "{viewer:?} {filter:?} {by:?}");
    }
}
