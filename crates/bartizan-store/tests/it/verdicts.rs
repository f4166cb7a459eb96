//! Verdicts are added to; of each entry the last word holds.

use bartizan_model::verdict::Verdict::{self, Harmless, Right, Wrong};
use bartizan_store::{ReviewEntry, Store};

use crate::{
    engines::{Place, on_each_engine},
    sample::at,
};

on_each_engine![
    the_last_word_holds,
    what_is_said_again_is_no_news,
    names_are_bounded
];

fn entry(project: &str, rule: &str, entry: &str) -> ReviewEntry {
    ReviewEntry {
        project: project.to_owned(),
        rule: rule.to_owned(),
        entry: entry.to_owned(),
    }
}

async fn put(store: &Store, of: &ReviewEntry, verdict: Verdict) -> bool {
    // All at one time: the order is that in which they were put.
    store.put_verdict(of, verdict, at(1)).await.unwrap()
}

async fn counts(store: &Store) -> Vec<String> {
    let counts = store.verdict_counts().await.unwrap();
    let shown = counts
        .iter()
        .map(|it| format!("{} {} {} {}", it.project, it.rule, it.verdict, it.entries));
    shown.collect()
}

async fn the_last_word_holds(place: Place) {
    let store = &place.store;
    assert_eq!(counts(store).await, Vec::<String>::new());
    let generation = store.generation().await.unwrap();
    put(store, &entry("alpha", "a", "1"), Wrong).await;
    put(store, &entry("alpha", "a", "2"), Right).await;
    put(store, &entry("alpha", "b", "1"), Harmless).await;
    put(store, &entry("beta", "a", "1"), Right).await;
    put(store, &entry("alpha", "a", "1"), Right).await;
    assert_eq!(
        counts(store).await,
        ["alpha a right 2", "alpha b harmless 1", "beta a right 1"]
    );
    assert_ne!(
        store.generation().await.unwrap(),
        generation,
        "pages are made anew"
    );
    let verdicts = store.verdicts("alpha").await.unwrap();
    assert_eq!(verdicts.len(), 3);
    assert_eq!(verdicts.get(&entry("alpha", "a", "1")), Some(&Right));
    assert!(store.verdicts("gamma").await.unwrap().is_empty());
}

async fn what_is_said_again_is_no_news(place: Place) {
    let (store, of) = (&place.store, entry("alpha", "a", "1"));
    assert!(put(store, &of, Wrong).await);
    assert!(!put(store, &of, Wrong).await);
    assert!(put(store, &of, Right).await && put(store, &of, Wrong).await);
    assert_eq!(counts(store).await, ["alpha a wrong 1"]);
}

async fn names_are_bounded(place: Place) {
    let store = &place.store;
    for of in [entry("", "a", "1"), entry("alpha", &"a".repeat(501), "1")] {
        assert!(store.put_verdict(&of, Right, at(1)).await.is_err());
    }
    put(store, &entry("alpha' OR 1=1 --", "\0", "%"), Right).await;
    assert_eq!(counts(store).await, ["alpha' OR 1=1 -- \u{fffd} right 1"]);
}
