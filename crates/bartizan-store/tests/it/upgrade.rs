//! A store of each released schema comes forward with what it holds. `tests/schema/NNNN.sql` is what a store of that schema
//! held, as the inserts that make it; it is never changed after the release.

use bartizan_store::{
    Address, ChangeKind, FindingFilter, FindingSort, KeyFilter, NewAssessment, NewJob, Page, Scope,
    Store, StoreError, Viewer,
};
use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection};

use crate::{
    engines::{Place, on_each_engine},
    sample::at,
};

on_each_engine![
    a_store_of_schema_1_comes_forward,
    a_newer_or_another_schema_is_refused,
    many_programs_may_migrate_at_once,
];

const SCHEMA_1: &str = include_str!("../schema/0001.sql");

/// Carries out a text on the store as somebody else would.
async fn script(place: &Place, text: &str) {
    let text = AssertSqlSafe(text.to_owned());
    match &place.address {
        Address::File(path) => {
            let mut connection = SqliteConnection::connect(&path.display().to_string())
                .await
                .unwrap();
            sqlx::raw_sql(text).execute(&mut connection).await.unwrap();
        }
        Address::Postgres(_) => {
            let mut connection = PgConnection::connect(&place.text).await.unwrap();
            sqlx::raw_sql(text).execute(&mut connection).await.unwrap();
        }
        Address::Memory => unreachable!("a test has a place"),
    }
}

async fn a_store_of_schema_1_comes_forward(place: Place) {
    let place = place.emptied().await;
    let store = &place.store;
    assert_eq!(store.schema().await.unwrap().found, 0);
    store.migrate_to(1, at(0)).await.unwrap();
    script(&place, SCHEMA_1).await;
    let schema = store.migrate(at(1)).await.unwrap();
    assert!(schema.is_current(), "{schema:?}");
    assert_eq!(
        store.migrate(at(2)).await.unwrap(),
        schema,
        "a second time changes nothing"
    );

    holds_what_it_held(store).await;
}

async fn holds_what_it_held(store: &Store) {
    assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
    let found = async |words: &str| {
        let filter = FindingFilter {
            text: Some(words.to_owned()),
            ..FindingFilter::default()
        };
        let sort = FindingSort::Urgency;
        store
            .findings(&Viewer::Public, &filter, sort, Page::whole())
            .await
            .unwrap()
    };
    let everything = found("").await.rows;
    let shown: Vec<_> = everything
        .iter()
        .map(|row| (row.finding.message.as_str(), row.closed.is_some()))
        .collect();
    assert_eq!(
        shown,
        [("zlib 1.0 has CVE-1", false), ("six 1.0 has CVE-2", true)]
    );
    assert_eq!(found("cve-1").await.total, 1);
    let every_key = KeyFilter::default();
    let keys = store.keys(&Viewer::Public, &every_key, Page::whole());
    let keys = keys.await.unwrap().rows;
    assert_eq!(
        keys.iter().map(|row| row.key.as_str()).collect::<Vec<_>>(),
        ["CVE-1"]
    );
    for (kind, expect) in [(ChangeKind::Came, 2), (ChangeKind::Settled, 1)] {
        let changes = store.changes(&Viewer::Public, kind, [at(0), at(1)], Page::whole());
        assert_eq!(changes.await.unwrap().total, expect, "{kind:?}");
    }
    let points = store
        .history(&Scope::Ecosystem, "open-advisories", None)
        .await;
    assert_eq!(points.unwrap().len(), 2);
    let new = NewAssessment {
        inputs_digest: "new".to_owned(),
        now: at(1),
    };
    assert_eq!(
        store.begin_assessment(&new).await.unwrap().id,
        2,
        "numbers go on"
    );
    let job = store
        .enqueue(&NewJob::new("sync", ""), at(1))
        .await
        .unwrap();
    assert!(job.is_some());
}

async fn a_newer_or_another_schema_is_refused(place: Place) {
    let store = &place.store;
    let known = store.schema().await.unwrap().known;
    script(
        &place,
        "UPDATE migration SET digest = 'other' WHERE version = 1",
    )
    .await;
    let error = store.migrate(at(1)).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "migration 1 of the store is not the one of this program"
    );

    let place = place.emptied().await;
    place.store.migrate(at(0)).await.unwrap();
    script(
        &place,
        "INSERT INTO migration (version, name, digest, applied) VALUES (9999, 'later', '', 0)",
    )
    .await;
    for error in [
        place.store.migrate(at(1)).await.unwrap_err(),
        place.store.schema().await.unwrap_err(),
    ] {
        assert!(
            matches!(error, StoreError::TooNew { found: 9_999, known: ours } if ours == known),
            "{error}"
        );
    }
}

async fn many_programs_may_migrate_at_once(place: Place) {
    let place = place.emptied().await;
    let stores: [Store; 4] = [
        place.again().await,
        place.again().await,
        place.again().await,
        place.again().await,
    ];
    let [a, b, c, d] = &stores;
    let done = tokio::join!(
        a.migrate(at(0)),
        b.migrate(at(0)),
        c.migrate(at(0)),
        d.migrate(at(0))
    );
    for schema in [done.0, done.1, done.2, done.3] {
        assert!(schema.unwrap().is_current());
    }
}
