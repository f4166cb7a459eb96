//! Jobs with several workers at once, schedules with clocks that jump.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
    time::Duration,
};

use bartizan_model::profile::{Interval, Profile, Schedule};
use bartizan_store::{Failed, Job, JobCount, JobState, NewJob, Page, Store, StoreError};
use jiff::Timestamp;

use crate::{
    engines::{Place, on_each_engine},
    sample::{at, profile},
};

on_each_engine![
    jobs_come_by_priority_and_by_kind,
    a_job_is_not_enqueued_twice,
    a_lease_runs_out_and_its_late_owner_is_refused,
    failures_are_retried_ever_more_slowly_and_end_as_dead_letters,
    a_job_that_ends_its_workers_is_buried,
    what_a_job_causes_is_there_once,
    many_workers_never_share_a_job,
    schedules_fire_once_a_period_whatever_the_clock_does,
    two_servers_fire_a_schedule_once,
    what_a_quarter_needs_is_tried_again_each_day,
];

const MINUTE: Duration = Duration::from_mins(1);

async fn lease(store: &Store, kinds: &[&str], now: Timestamp) -> Option<Job> {
    store.lease("worker", kinds, MINUTE, now).await.unwrap()
}

async fn put(store: &Store, job: NewJob) -> Option<i64> {
    store.enqueue(&job, at(0)).await.unwrap()
}

fn after(now: Timestamp, seconds: u64) -> Timestamp {
    now.checked_add(Duration::from_secs(seconds)).unwrap()
}

async fn jobs_come_by_priority_and_by_kind(place: Place) {
    let store = &place.store;
    for (payload, priority, day) in [
        ("late", 9, 1),
        ("first", 0, 0),
        ("second", 0, 0),
        ("urgent", 5, 0),
    ] {
        let job = NewJob {
            priority,
            run_at: Some(at(day)),
            ..NewJob::new("sync", payload)
        };
        put(store, job).await;
    }
    put(store, NewJob::new("syncs", "another kind")).await;
    let mut order = Vec::new();
    while let Some(job) = lease(store, &["sync", "other"], at(0)).await {
        order.push(job.payload);
    }
    assert_eq!(order, ["urgent", "first", "second"]);
    assert_eq!(lease(store, &[], at(9)).await, None);
    assert_eq!(
        lease(store, &["s", "sync/", "/sync/syncs"], at(0)).await,
        None
    );
    assert_eq!(
        lease(store, &["syncs"], at(0)).await.unwrap().payload,
        "another kind"
    );
    let counts = store.job_counts(at(0)).await.unwrap();
    let sync = JobCount {
        kind: "sync".to_owned(),
        waiting: 1,
        leased: 3,
        dead: 0,
        oldest: Some(at(1)),
    };
    assert_eq!(counts[0], sync);
}

async fn a_job_is_not_enqueued_twice(place: Place) {
    let store = &place.store;
    let alike = || NewJob {
        deduplication: Some("sync".to_owned()),
        ..NewJob::new("sync", "")
    };
    let once = || NewJob {
        once: Some("mail 1".to_owned()),
        ..NewJob::new("mail", "")
    };
    assert!(put(store, alike()).await.is_some());
    assert!(put(store, once()).await.is_some());
    assert_eq!(put(store, alike()).await, None, "one waits");
    let job = lease(store, &["sync"], at(0)).await.unwrap();
    assert_eq!(put(store, alike()).await, None, "one is at work");
    store.complete(&job, &[], at(0)).await.unwrap();
    assert!(put(store, alike()).await.is_some(), "it is finished");

    let job = lease(store, &["mail"], at(0)).await.unwrap();
    store.complete(&job, &[], at(0)).await.unwrap();
    assert_eq!(put(store, once()).await, None, "it was done");
    assert_eq!(store.forget_jobs(at(1)).await.unwrap(), 2);
    assert!(put(store, once()).await.is_some(), "it is forgotten");
}

async fn a_lease_runs_out_and_its_late_owner_is_refused(place: Place) {
    let store = &place.store;
    put(store, NewJob::new("sync", "")).await;
    let first = lease(store, &["sync"], at(0)).await.unwrap();
    assert_eq!(lease(store, &["sync"], after(at(0), 59)).await, None);
    let until = store.renew(&first, MINUTE, after(at(0), 50)).await.unwrap();
    assert_eq!(until, after(at(0), 110));
    assert_eq!(
        lease(store, &["sync"], after(at(0), 100)).await,
        None,
        "it was renewed"
    );
    let second = lease(store, &["sync"], after(at(0), 110)).await.unwrap();
    assert_eq!((first.id, first.attempt, second.attempt), (second.id, 1, 2));
    let now = after(at(0), 111);
    let caused = [NewJob::new("mail", "")];
    for error in [
        store.complete(&first, &caused, now).await.unwrap_err(),
        store.fail(&first, "late", now).await.unwrap_err(),
        store.renew(&first, MINUTE, now).await.unwrap_err(),
    ] {
        assert!(matches!(error, StoreError::LeaseLost { .. }), "{error}");
    }
    assert_eq!(
        lease(store, &["mail"], now).await,
        None,
        "what it caused never was"
    );
    store.complete(&second, &caused, now).await.unwrap();
    assert!(lease(store, &["mail"], now).await.is_some());
    let error = store.complete(&second, &caused, now).await.unwrap_err();
    assert!(matches!(error, StoreError::LeaseLost { .. }), "{error}");
}

async fn failures_are_retried_ever_more_slowly_and_end_as_dead_letters(place: Place) {
    let store = &place.store;
    let job = NewJob {
        most_attempts: Some(3),
        deduplication: Some("one".to_owned()),
        ..NewJob::new("sync", "x")
    };
    let id = put(store, job.clone()).await.unwrap();
    let mut now = at(0);
    let mut waits = Vec::new();
    loop {
        let leased = lease(store, &["sync"], now).await.unwrap();
        match store.fail(&leased, "no network", now).await.unwrap() {
            Failed::Retried(again) => {
                assert_eq!(lease(store, &["sync"], after(now, 1)).await, None);
                waits.push(again.duration_since(now).as_secs());
                now = again;
            }
            Failed::Dead => break,
        }
    }
    assert_eq!(waits, [30, 60]);
    assert_eq!(lease(store, &["sync"], at(9)).await, None);
    let letters = store.dead_letters(Page::whole()).await.unwrap();
    let letter = &letters.rows[0];
    assert_eq!(
        (
            letter.id,
            letter.attempts,
            letter.failure.as_str(),
            letters.total
        ),
        (id, 3, "no network", 1)
    );
    assert!(
        put(store, job).await.is_some(),
        "a dead letter is no double"
    );
    assert!(!store.requeue(id, now).await.unwrap(), "its double lives");
    let double = lease(store, &["sync"], now).await.unwrap();
    store.complete(&double, &[], now).await.unwrap();
    assert!(store.requeue(id, now).await.unwrap());
    assert_eq!(lease(store, &["sync"], now).await.unwrap().attempt, 1);
}

async fn a_job_that_ends_its_workers_is_buried(place: Place) {
    let store = &place.store;
    put(
        store,
        NewJob {
            most_attempts: Some(2),
            ..NewJob::new("sync", "poison")
        },
    )
    .await;
    let leases = [
        lease(store, &["sync"], at(0)).await,
        lease(store, &["sync"], at(1)).await,
    ];
    assert!(leases.iter().all(Option::is_some));
    assert_eq!(lease(store, &["sync"], at(2)).await, None);
    let letter = &store.dead_letters(Page::whole()).await.unwrap().rows[0];
    assert_eq!(
        (letter.died, letter.failure.as_str()),
        (at(2), "its worker ended before it did")
    );
}

async fn what_a_job_causes_is_there_once(place: Place) {
    let store = &place.store;
    let mail = NewJob {
        once: Some("regression of alpha on day 0".to_owned()),
        ..NewJob::new("mail", "text")
    };
    for _ in 0..2 {
        put(store, NewJob::new("assess", "")).await;
        let job = lease(store, &["assess"], at(0)).await.unwrap();
        store
            .complete(&job, std::slice::from_ref(&mail), at(0))
            .await
            .unwrap();
    }
    let job = lease(store, &["mail"], at(0)).await.unwrap();
    assert_eq!(
        (job.once, job.payload.as_str()),
        (mail.once.clone(), "text")
    );
    assert_eq!(lease(store, &["mail"], at(0)).await, None);
}

const JOBS: usize = 120;

/// A worker with connections of its own; every fifth time it drops what it has, as if it were killed. The jobs that it
/// completed. All workers share a clock, and know which attempt of each job somebody was given: in which order two of
/// them come to say so does not matter, since the clock goes on in between.
async fn work(
    store: Store,
    number: u64,
    held: Arc<Mutex<BTreeSet<(i64, u32)>>>,
    clock: Arc<Mutex<Timestamp>>,
) -> Vec<i64> {
    let name = format!("worker {number}");
    let (mut done, mut turn, mut idle) = (Vec::new(), number, 0);
    while idle < 3 {
        let now = *clock.lock().unwrap();
        let Some(job) = store.lease(&name, &["sync"], MINUTE, now).await.unwrap() else {
            // Nothing is left but what was dropped: its leases run out.
            let mut clock = clock.lock().unwrap();
            *clock = after(*clock, 61);
            idle += 1;
            continue;
        };
        idle = 0;
        let is_first = held.lock().unwrap().insert((job.id, job.attempt));
        assert!(is_first, "two leases of one attempt");
        turn += 1;
        if turn % 5 == 0 {
            continue;
        }
        let effect = NewJob {
            once: Some(job.payload.clone()),
            ..NewJob::new("effect", "")
        };
        match store.complete(&job, &[effect], now).await {
            Ok(()) => done.push(job.id),
            Err(StoreError::LeaseLost { .. }) => {}
            Err(error) => panic!("{error}"),
        }
    }
    done
}

async fn many_workers_never_share_a_job(place: Place) {
    for number in 0..JOBS {
        put(&place.store, NewJob::new("sync", number.to_string())).await;
    }
    let held = Arc::new(Mutex::new(BTreeSet::new()));
    let clock = Arc::new(Mutex::new(at(0)));
    let mut workers = Vec::new();
    for number in 0..6 {
        let (held, clock) = (Arc::clone(&held), Arc::clone(&clock));
        workers.push(tokio::spawn(work(place.again().await, number, held, clock)));
    }
    let mut done = Vec::new();
    for worker in workers {
        done.extend(worker.await.unwrap());
    }
    done.sort_unstable();
    let before = done.len();
    done.dedup();
    assert_eq!((before, done.len()), (JOBS, JOBS), "each is completed once");
    let counts = place.store.job_counts(at(99)).await.unwrap();
    let shown: Vec<_> = counts
        .iter()
        .map(|count| (count.kind.as_str(), count.waiting))
        .collect();
    assert_eq!(shown, [("effect", JOBS as u64)]);
}

/// A profile with a daily and a quarterly schedule.
fn scheduled() -> Profile {
    let every = |job: &str, every| Schedule {
        job: job.to_owned(),
        every,
    };
    Profile {
        schedules: vec![
            every("assess", Interval::Daily),
            every("audit", Interval::Quarterly),
        ],
        ..profile()
    }
}

async fn schedules_fire_once_a_period_whatever_the_clock_does(place: Place) {
    let store = &place.store;
    store.put_profile(&scheduled(), "one", at(0)).await.unwrap();
    for (now, expect, why) in [
        ("2026-11-26T10:00:00Z", "assess audit", "the first look"),
        ("2026-11-26T23:59:59Z", "", "the same day"),
        ("2026-11-27T00:00:00Z", "assess", "the next day"),
        ("2026-11-26T23:59:59Z", "", "the clock went back"),
        ("2026-12-09T12:00:00Z", "assess", "it was off for days"),
        (
            "2031-01-01T00:00:00Z",
            "assess audit",
            "the clock jumped by years",
        ),
        ("2026-12-09T13:00:00Z", "", "and back"),
        (
            "2026-12-10T00:00:01Z",
            "assess",
            "which does not silence it",
        ),
        ("2027-01-01T00:00:00Z", "assess audit", "a new quarter"),
    ] {
        let fired = store.fire_schedules(now.parse().unwrap()).await.unwrap();
        assert_eq!(fired.join(" "), expect, "{why}");
    }
    let counts = store.job_counts(at(0)).await.unwrap();
    let shown: Vec<_> = counts
        .iter()
        .map(|count| (count.kind.as_str(), count.waiting))
        .collect();
    assert_eq!(
        shown,
        [("assess", 1), ("audit", 1)],
        "what waits is not enqueued again"
    );

    let mut fewer = scheduled();
    fewer.schedules.pop();
    store.put_profile(&fewer, "two", at(1)).await.unwrap();
    let fired = store
        .fire_schedules("2027-04-01T00:00:00Z".parse().unwrap())
        .await;
    assert_eq!(fired.unwrap(), ["assess"]);
}

async fn two_servers_fire_a_schedule_once(place: Place) {
    place
        .store
        .put_profile(&profile(), "one", at(0))
        .await
        .unwrap();
    let others = [
        place.again().await,
        place.again().await,
        place.again().await,
    ];
    for day in 0..8 {
        let fired = tokio::join!(
            others[0].fire_schedules(at(day)),
            others[1].fire_schedules(at(day)),
            others[2].fire_schedules(at(day)),
        );
        let fired = [fired.0, fired.1, fired.2].map(|fired| fired.unwrap().len());
        assert_eq!(fired.iter().sum::<usize>(), 1, "{fired:?}");
    }
}

/// How the schedules stand, in words.
async fn standing(store: &Store, now: Timestamp) -> String {
    let rows = store.schedules(now).await.unwrap();
    let rows = rows.iter().map(|row| {
        let newest = row.newest.as_ref();
        let state = newest.map_or("none".to_owned(), |it| match it.state {
            JobState::Waits(from) => format!("waits from {from}"),
            JobState::AtWork => "at work".to_owned(),
            JobState::Done(when) => format!("done {when}"),
            JobState::GivenUp(when) => format!("given up {when}"),
        });
        let why = newest.map_or("", |it| it.failure.as_str());
        format!("{} {:?} {state} {why}", row.job, row.every)
    });
    rows.collect::<Vec<_>>().join("; ")
}

async fn what_a_quarter_needs_is_tried_again_each_day(place: Place) {
    let store = &place.store;
    store.put_profile(&scheduled(), "one", at(0)).await.unwrap();
    let day: Timestamp = "2026-10-01T10:00:00Z".parse().unwrap();
    let audit = ["audit"];
    assert_eq!(
        standing(store, day).await,
        "assess Daily none ; audit Quarterly none "
    );
    store.fire_schedules(day).await.unwrap();
    assert_eq!(
        standing(store, day).await,
        "assess Daily waits from 2026-10-01T10:00:00Z ; audit Quarterly waits from 2026-10-01T10:00:00Z "
    );
    let job = lease(store, &audit, day).await.unwrap();
    assert!(
        standing(store, day)
            .await
            .contains("audit Quarterly at work")
    );
    store.give_up(&job, "there is no token", day).await.unwrap();
    let late = store.give_up(&job, "again", day).await;
    assert!(
        matches!(late, Err(StoreError::LeaseLost { .. })),
        "{late:?}"
    );
    assert!(
        standing(store, day)
            .await
            .ends_with("audit Quarterly given up 2026-10-01T10:00:00Z there is no token")
    );
    let soon = after(day, 23 * 3_600);
    store.fire_schedules(soon).await.unwrap();
    assert_eq!(lease(store, &audit, soon).await, None);
    let next = after(day, 24 * 3_600);
    store.fire_schedules(next).await.unwrap();
    store.fire_schedules(next).await.unwrap();
    let job = lease(store, &audit, next).await.unwrap();
    assert_eq!(job.attempt, 1);
    assert_eq!(lease(store, &audit, next).await, None, "there is one");
    store.complete(&job, &[], next).await.unwrap();
    assert!(
        standing(store, next)
            .await
            .ends_with("audit Quarterly done 2026-10-02T10:00:00Z ")
    );
    // What was done is not done again, and what is newer stands in its place.
    let later = after(day, 20 * 24 * 3_600);
    store.fire_schedules(later).await.unwrap();
    assert_eq!(lease(store, &audit, later).await, None);
    store.forget_jobs(later).await.unwrap();
    assert!(
        standing(store, later)
            .await
            .ends_with("audit Quarterly none ")
    );
}
