//! The history is appended to and thinned.

use bartizan_store::{HistoryPoint, Page, Scope, Store};

use crate::{
    engines::{Place, on_each_engine},
    sample::{assessment, at, begin, figure, profile},
};

on_each_engine![
    old_assessments_keep_their_summary,
    the_history_is_thinned_by_age,
    a_figure_not_measured_again_gets_no_point
];

async fn assess(store: &Store, day: i64, value: f64) {
    let id = begin(store, day).await;
    store
        .put_figures(id, &Scope::Ecosystem, &[figure("open", value)], at(day))
        .await
        .unwrap();
    store.finish_assessment(id, at(day)).await.unwrap();
}

async fn points(store: &Store) -> Vec<HistoryPoint> {
    store
        .history(&Scope::Ecosystem, "open", None)
        .await
        .unwrap()
}

/// Three and a half years, an assessment every third day.
async fn the_history_is_thinned_by_age(place: Place) {
    const LAST: i64 = 1_278;
    let store = &place.store;
    store.put_profile(&profile(), "one", at(0)).await.unwrap();
    for day in (0..=LAST).step_by(3) {
        assess(store, day, day as f64).await;
    }
    let points = points(store).await;
    let days: Vec<i64> = points
        .iter()
        .map(|point| point.instant.duration_since(at(0)).as_secs() / 86_400)
        .collect();
    assert!(days.is_sorted(), "nothing is out of order");
    let within = |from: i64, to: i64| days.iter().filter(|day| (from..to).contains(*day)).count();
    assert_eq!(within(LAST - 90, LAST + 1), 31, "every point of 90 days");
    let weekly = within(LAST - 730, LAST - 90);
    assert!((90..=94).contains(&weekly), "{weekly} points for 91 weeks");
    let monthly = within(0, LAST - 730);
    assert!(
        (18..=21).contains(&monthly),
        "{monthly} points for 18 months"
    );
    let since = store
        .history(&Scope::Ecosystem, "open", Some(at(LAST - 9)))
        .await
        .unwrap();
    assert_eq!(since.len(), 4);
}

async fn a_figure_not_measured_again_gets_no_point(place: Place) {
    let store = &place.store;
    store.put_profile(&profile(), "one", at(0)).await.unwrap();
    assess(store, 0, 1.0).await;
    let id = begin(store, 1).await;
    store.finish_assessment(id, at(1)).await.unwrap();
    assess(store, 2, 3.0).await;
    let shown: Vec<_> = points(store)
        .await
        .iter()
        .map(|point| (point.instant, point.value, point.whole))
        .collect();
    assert_eq!(shown, [(at(0), 1.0, Some(10.0)), (at(2), 3.0, Some(10.0))]);
}

async fn old_assessments_keep_their_summary(place: Place) {
    let store = &place.store;
    store.put_profile(&profile(), "one", at(0)).await.unwrap();
    let first = begin(store, 0).await;
    store
        .put_project(first, &assessment("alpha"), at(0))
        .await
        .unwrap();
    store.finish_assessment(first, at(0)).await.unwrap();
    let second = begin(store, 91).await;
    store
        .put_project(second, &assessment("alpha"), at(91))
        .await
        .unwrap();
    store.finish_assessment(second, at(91)).await.unwrap();
    let rows = store.assessments(Page::whole()).await.unwrap().rows;
    let shown: Vec<_> = rows
        .iter()
        .map(|row| (row.id, row.done, row.problems))
        .collect();
    let kept = async |id| store.problems(id, None, Page::whole()).await.unwrap().total;
    assert_eq!((kept(first).await, kept(second).await), (0, 1));
    assert_eq!(shown, [(second, 1, 1), (first, 1, 1)]);
}
