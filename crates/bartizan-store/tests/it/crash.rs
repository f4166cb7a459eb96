//! Workers and servers that are killed in the middle of work: nothing is lost and nothing happens twice.

use std::{
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use bartizan_store::{
    Address, FindingFilter, FindingRow, FindingSort, NewJob, Page, Paged, Store, StoreError, Viewer,
};
use jiff::Timestamp;

use crate::{
    cluster::{self, Cluster},
    engines::{Place, on_each_engine, run},
    sample::{assessment, at, begun},
};

on_each_engine![killed_workers_lose_and_double_nothing];

/// Names the store to the other process.
const STORE: &str = "BARTIZAN_TEST_STORE";
const LEASE: Duration = Duration::from_millis(400);
const JOBS: usize = 40;

/// The worker that is killed: this test in a process of its own. By itself it has nothing to do.
#[test]
fn a_worker_of_its_own_process() {
    let Ok(address) = std::env::var(STORE) else {
        return;
    };
    run(async {
        let store = Store::open(&address.parse().unwrap()).await.unwrap();
        let name = format!("process {}", std::process::id());
        loop {
            let Some(job) = store
                .lease(&name, &["work"], LEASE, Timestamp::now())
                .await
                .unwrap()
            else {
                tokio::time::sleep(Duration::from_millis(10)).await;
                continue;
            };
            tokio::time::sleep(Duration::from_millis(5)).await;
            let effect = NewJob {
                once: Some(format!("effect of {}", job.payload)),
                ..NewJob::new("effect", job.payload.clone())
            };
            match store.complete(&job, &[effect], Timestamp::now()).await {
                Ok(()) | Err(StoreError::LeaseLost { .. }) => {}
                Err(error) => panic!("{error}"),
            }
        }
    });
}

fn worker(address: &str) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "crash::a_worker_of_its_own_process",
            "--nocapture",
        ])
        .env(STORE, address)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

async fn waiting(store: &Store, kind: &str) -> u64 {
    let counts = store.job_counts(Timestamp::now()).await.unwrap();
    counts
        .iter()
        .filter(|count| count.kind == kind)
        .map(|count| count.waiting + count.leased)
        .sum()
}

async fn killed_workers_lose_and_double_nothing(place: Place) {
    for number in 0..JOBS {
        let job = NewJob {
            most_attempts: Some(1_000),
            ..NewJob::new("work", number.to_string())
        };
        place.store.enqueue(&job, Timestamp::now()).await.unwrap();
    }
    let deadline = Instant::now() + Duration::from_mins(2);
    let mut kills = 0_u64;
    while waiting(&place.store, "work").await > 0 {
        assert!(
            Instant::now() < deadline,
            "the jobs are not done after {kills} kills"
        );
        let mut workers = [worker(&place.text), worker(&place.text)];
        // From before it is connected until in the middle of its work.
        tokio::time::sleep(Duration::from_millis(40 + kills * 37 % 160)).await;
        for worker in &mut workers {
            worker.kill().unwrap();
            worker.wait().unwrap();
            kills += 1;
        }
    }
    let mut effects = Vec::new();
    while let Some(job) = place
        .store
        .lease("receiver", &["effect"], LEASE, Timestamp::now())
        .await
        .unwrap()
    {
        place
            .store
            .complete(&job, &[], Timestamp::now())
            .await
            .unwrap();
        effects.push(job.payload.parse::<usize>().unwrap());
    }
    effects.sort_unstable();
    assert_eq!(
        effects,
        (0..JOBS).collect::<Vec<_>>(),
        "after {kills} kills"
    );
}

/// PostgreSQL is killed while projects are kept: what was said to be kept is, and counts agree with rows.
#[test]
fn a_killed_server_keeps_what_it_confirmed() {
    run(async {
        let cluster = match Cluster::start() {
            Ok(cluster) => cluster,
            Err(why) => return println!("skipped: {why}"),
        };
        let address: Address = cluster::new_database(&cluster).await.parse().unwrap();
        let store = Store::open(&address).await.unwrap();
        store.migrate(at(0)).await.unwrap();
        let id = begun(&store).await;
        for round in 1..=5_u64 {
            let stop = Arc::new(AtomicBool::new(false));
            let writing = tokio::spawn(write_until(store.clone(), id, round, Arc::clone(&stop)));
            tokio::time::sleep(Duration::from_millis(100 + round * 53)).await;
            cluster.kill();
            cluster.connect().await;
            stop.store(true, Ordering::Relaxed);
            let kept = writing.await.unwrap();
            let key = Some(format!("CVE-{round}-{kept}"));
            let filter = FindingFilter {
                key,
                ..FindingFilter::default()
            };
            assert_eq!(
                found(&store, &filter).await.total,
                1,
                "round {round}: {kept} was confirmed"
            );
            let all = found(&store, &FindingFilter::default()).await;
            assert_eq!(
                all.rows.len() as u64,
                all.total.min(1_000),
                "counts agree with rows"
            );
        }
    });
}

/// Keeps a project again and again until the server is gone or enough was done, and says which turn was confirmed last.
async fn write_until(store: Store, assessment_id: i64, round: u64, stop: Arc<AtomicBool>) -> u64 {
    let mut kept = 0;
    for turn in 1.. {
        let mut given = assessment("alpha");
        given.findings[0].key = format!("CVE-{round}-{turn}");
        let day = i64::try_from(round).unwrap();
        match store.put_project(assessment_id, &given, at(day)).await {
            Ok(()) => kept = turn,
            Err(error) => {
                assert!(error.is_transient(), "{error} {error:?}");
                break;
            }
        }
        if stop.load(Ordering::Relaxed) {
            break;
        }
    }
    kept
}

async fn found(store: &Store, filter: &FindingFilter) -> Paged<FindingRow> {
    store
        .findings(&Viewer::Public, filter, FindingSort::Newest, Page::whole())
        .await
        .unwrap()
}
