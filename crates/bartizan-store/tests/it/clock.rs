//! Clocks that jump ahead and back: nothing waits for a time that nobody means, nothing happens twice, nothing is forgotten.

use std::time::Duration;

use bartizan_model::profile::{Interval, Profile, Schedule};
use bartizan_store::{Failed, Job, NewJob, Page, Scope, Store, StoreError};
use jiff::Timestamp;

use crate::{
    engines::{Place, on_each_engine},
    sample::{at, begin, figure, profile},
};

on_each_engine![
    a_lease_of_a_clock_that_was_ahead_ends_when_it_is_back,
    a_job_of_a_clock_that_was_ahead_may_begin_when_it_is_back,
    a_retry_of_a_clock_that_was_ahead_is_made_when_it_is_back,
    a_lease_outlives_a_clock_that_goes_back,
    a_schedule_goes_on_when_the_clock_is_back,
    a_history_is_whole_after_a_clock_that_was_ahead,
];

const MINUTE: Duration = Duration::from_mins(1);
/// So many days a clock is ahead.
const AHEAD: i64 = 3_650;

async fn lease(store: &Store, now: Timestamp) -> Option<Job> {
    store
        .lease("worker", &["assess"], MINUTE, now)
        .await
        .unwrap()
}

fn later(now: Timestamp, seconds: u64) -> Timestamp {
    now.checked_add(Duration::from_secs(seconds)).unwrap()
}

async fn enqueue(store: &Store, job: NewJob, now: Timestamp) {
    assert!(store.enqueue(&job, now).await.unwrap().is_some());
}

/// The worker of the wrong clock is refused, so that its work is done once.
async fn a_lease_of_a_clock_that_was_ahead_ends_when_it_is_back(place: Place) {
    let store = &place.store;
    enqueue(store, NewJob::new("assess", ""), at(0)).await;
    let first = lease(store, at(AHEAD)).await.unwrap();
    let second = lease(store, at(1)).await.unwrap();
    assert_eq!((first.id, second.attempt), (second.id, 2));
    let error = store.complete(&first, &[], at(1)).await.unwrap_err();
    assert!(matches!(error, StoreError::LeaseLost { .. }), "{error}");
    assert_eq!(lease(store, later(at(1), 30)).await, None, "it is held now");
    store.complete(&second, &[], at(1)).await.unwrap();
    assert_eq!(lease(store, at(AHEAD)).await, None, "it is over");
}

async fn a_job_of_a_clock_that_was_ahead_may_begin_when_it_is_back(place: Place) {
    let store = &place.store;
    enqueue(store, NewJob::new("assess", "now"), at(AHEAD)).await;
    let planned = NewJob {
        run_at: Some(at(9)),
        ..NewJob::new("assess", "on day 9")
    };
    enqueue(store, planned, at(0)).await;
    let job = lease(store, at(1)).await.unwrap();
    assert_eq!(job.payload, "now");
    store.complete(&job, &[], at(1)).await.unwrap();
    assert_eq!(lease(store, at(8)).await, None, "what is planned waits");
    assert_eq!(lease(store, at(9)).await.unwrap().payload, "on day 9");
}

async fn a_retry_of_a_clock_that_was_ahead_is_made_when_it_is_back(place: Place) {
    let store = &place.store;
    enqueue(store, NewJob::new("assess", ""), at(0)).await;
    let job = lease(store, at(0)).await.unwrap();
    let failed = store.fail(&job, "no network", at(AHEAD)).await.unwrap();
    assert_eq!(failed, Failed::Retried(later(at(AHEAD), 30)));
    assert_eq!(lease(store, at(1)).await.unwrap().attempt, 2);
}

/// A clock that goes back makes a lease longer by as much, and by an hour at most.
async fn a_lease_outlives_a_clock_that_goes_back(place: Place) {
    let store = &place.store;
    enqueue(store, NewJob::new("assess", ""), at(0)).await;
    let first = lease(store, later(at(0), 1_800)).await.unwrap();
    assert_eq!(lease(store, at(0)).await, None, "its worker may be at work");
    let until = store.renew(&first, MINUTE, at(0)).await.unwrap();
    assert_eq!(until, later(at(0), 60), "the next renewal sets it right");
    assert!(lease(store, later(at(0), 60)).await.is_some());
}

async fn a_schedule_goes_on_when_the_clock_is_back(place: Place) {
    let store = &place.store;
    let daily = Profile {
        schedules: vec![Schedule {
            job: "assess".to_owned(),
            every: Interval::Daily,
        }],
        ..profile()
    };
    store.put_profile(&daily, "daily", at(0)).await.unwrap();
    let mut done = Vec::new();
    // It fires in the future, and before that job began the clock is back: once for each day that it shows, never twice.
    for day in [0, AHEAD, 1, 1, AHEAD, 2, 3] {
        store.fire_schedules(at(day)).await.unwrap();
        if day != AHEAD {
            while let Some(job) = lease(store, at(day)).await {
                store.complete(&job, &[], at(day)).await.unwrap();
                done.push((day, job.payload));
            }
        }
    }
    let days: Vec<i64> = done.iter().map(|(day, _)| *day).collect();
    assert_eq!(days, [0, 1, 2, 3], "{done:?}");
    assert_eq!(store.dead_letters(Page::whole()).await.unwrap().total, 0);
}

async fn a_history_is_whole_after_a_clock_that_was_ahead(place: Place) {
    let store = &place.store;
    store.put_profile(&profile(), "one", at(0)).await.unwrap();
    let assess = async |day: i64| {
        let id = begin(store, day).await;
        let figures = [figure("open", day as f64)];
        store
            .put_figures(id, &Scope::Ecosystem, &figures, at(day))
            .await
            .unwrap();
        store.finish_assessment(id, at(day)).await.unwrap();
    };
    let days = async || {
        let points = store
            .history(&Scope::Ecosystem, "open", None)
            .await
            .unwrap();
        let days = points
            .iter()
            .map(|point| point.instant.duration_since(at(0)).as_secs() / 86_400);
        days.collect::<Vec<i64>>()
    };
    for day in 0..60 {
        assess(day).await;
    }
    assess(AHEAD).await;
    for day in 60..80 {
        assess(day).await;
    }
    let expect: Vec<i64> = (0..80).chain([AHEAD]).collect();
    assert_eq!(days().await, expect, "nothing is thinned too early");
    for day in (80..240).step_by(10) {
        assess(day).await;
    }
    let old = days().await.into_iter().filter(|day| *day < 100).count();
    assert!((14..=20).contains(&old), "{old} points of 100 days");
}
