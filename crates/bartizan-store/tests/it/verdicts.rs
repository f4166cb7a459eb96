//! Verdicts are added to; of each entry the last word holds.

use bartizan_model::verdict::Verdict::{self, Harmless, Right, Wrong};
use bartizan_store::{GivenVerdict, LONGEST_REASON, ReviewEntry, Store};

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

/// All at one time: the order is that in which they were put.
fn given(of: &ReviewEntry, verdict: Verdict, reason: Option<&str>) -> GivenVerdict {
    GivenVerdict {
        of: of.clone(),
        verdict,
        at: at(1),
        reason: reason.map(str::to_owned),
    }
}

async fn put(store: &Store, of: &ReviewEntry, verdict: Verdict) -> bool {
    let given = given(of, verdict, None);
    store.put_verdict(&given).await.unwrap()
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
    let verdicts = store.verdicts(Some("alpha")).await.unwrap();
    assert_eq!(verdicts.len(), 3);
    let last = verdicts.get(&entry("alpha", "a", "1")).unwrap();
    assert_eq!(last.verdict, Right);
    assert!(store.verdicts(Some("gamma")).await.unwrap().is_empty());
    assert_eq!(store.verdicts(None).await.unwrap().len(), 4);
    assert_eq!(store.given_verdicts(None).await.unwrap().len(), 5);
}

async fn what_is_said_again_is_no_news(place: Place) {
    let (store, of) = (&place.store, entry("alpha", "a", "1"));
    assert!(put(store, &of, Wrong).await);
    assert!(!put(store, &of, Wrong).await);
    assert!(put(store, &of, Right).await && put(store, &of, Wrong).await);
    assert_eq!(counts(store).await, ["alpha a wrong 1"]);
    // A reason is news.
    let with_reason = given(&of, Wrong, Some("on a second look"));
    assert!(store.put_verdict(&with_reason).await.unwrap());
    let all = store.given_verdicts(Some("alpha")).await.unwrap();
    assert_eq!((all.len(), all.first()), (4, Some(&with_reason)));
}

async fn names_are_bounded(place: Place) {
    let store = &place.store;
    for of in [entry("", "a", "1"), entry("alpha", &"a".repeat(501), "1")] {
        assert!(store.put_verdict(&given(&of, Right, None)).await.is_err());
    }
    let long = "x".repeat(LONGEST_REASON + 1);
    let of = entry("alpha", "a", "1");
    let long = given(&of, Right, Some(&long));
    assert!(store.put_verdict(&long).await.is_err());
    put(store, &entry("alpha' OR 1=1 --", "\0", "%"), Right).await;
    assert_eq!(counts(store).await, ["alpha' OR 1=1 -- \u{fffd} right 1"]);
}
