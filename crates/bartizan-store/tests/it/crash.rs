//! Workers and servers that are killed in the middle of work: nothing is lost and nothing happens twice.

use std::{
    collections::BTreeSet,
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
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
    sample::{assessment, at, begun, finding},
};

on_each_engine![
    killed_workers_lose_and_double_nothing,
    killed_writers_leave_whole_projects,
];

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

/// How often the tests of this file kill something; more where somebody has the time.
fn rounds() -> u64 {
    let asked = std::env::var("BARTIZAN_TEST_ROUNDS");
    asked
        .ok()
        .and_then(|rounds| rounds.parse().ok())
        .unwrap_or(5)
}

fn process(test: &str, address: &str) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture"])
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
        let mut workers =
            ["crash::a_worker_of_its_own_process"; 2].map(|test| process(test, &place.text));
        // From before it is connected until in the middle of its work.
        tokio::time::sleep(Duration::from_millis(40 + kills * 37 % 160 + kills * 4)).await;
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

/// The writer that is killed: it keeps one project again and again, each time with other findings.
#[test]
fn a_writer_of_its_own_process() {
    let Ok(address) = std::env::var(STORE) else {
        return;
    };
    run(async {
        let store = Store::open(&address.parse().unwrap()).await.unwrap();
        for turn in 0_u64.. {
            let key = format!("{}-{turn}", std::process::id());
            let subjects =
                (0..20).map(|number| finding("check", &format!("subject {number}"), &key));
            let mut given = assessment("alpha");
            given.findings = subjects.collect();
            store.put_project(1, &given, at(1)).await.unwrap();
        }
    });
}

async fn killed_writers_leave_whole_projects(place: Place) {
    let store = &place.store;
    begun(store).await;
    let mut keys = BTreeSet::new();
    for round in 0..rounds() {
        let mut writer = process("crash::a_writer_of_its_own_process", &place.text);
        // It has begun when something is there that no earlier one wrote.
        let id = format!("{}-", writer.id());
        let wrote = async || {
            found(
                store,
                &FindingFilter {
                    text: Some(id.clone()),
                    ..FindingFilter::default()
                },
            )
            .await
            .total
        };
        while wrote().await == 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        tokio::time::sleep(Duration::from_millis(round * 41 % 200)).await;
        writer.kill().unwrap();
        writer.wait().unwrap();
        let open = FindingFilter {
            is_open: Some(true),
            ..FindingFilter::default()
        };
        let rows = found(store, &open).await.rows;
        let first = rows.first().map(|row| row.finding.key.clone());
        assert!(
            [0, 20].contains(&rows.len()),
            "{} findings are open",
            rows.len()
        );
        assert!(
            rows.iter()
                .all(|row| Some(&row.finding.key) == first.as_ref()),
            "of two turns"
        );
        keys.extend(first);
        assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
    }
    assert_eq!(keys.len() as u64, rounds(), "each writer wrote");
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
        for round in 1..=rounds() {
            let stop = Arc::new(AtomicBool::new(false));
            let kept = Arc::new(AtomicU64::new(0));
            let (store_of_writer, also_kept) = (store.clone(), Arc::clone(&kept));
            let also_stop = Arc::clone(&stop);
            let writing = tokio::spawn(async move {
                write_until(&store_of_writer, id, round, &also_kept, &also_stop).await;
            });
            while kept.load(Ordering::Relaxed) == 0 {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            tokio::time::sleep(Duration::from_millis(round * 53 % 400)).await;
            cluster.kill();
            cluster.connect().await;
            stop.store(true, Ordering::Relaxed);
            writing.await.unwrap();
            let kept = kept.load(Ordering::Relaxed);
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

/// Keeps a project again and again until the server is gone or enough was done; `kept` is the turn that was confirmed last.
async fn write_until(store: &Store, id: i64, round: u64, kept: &AtomicU64, stop: &AtomicBool) {
    for turn in 1.. {
        let mut given = assessment("alpha");
        given.findings[0].key = format!("CVE-{round}-{turn}");
        match store.put_project(id, &given, at(1)).await {
            Ok(()) => kept.store(turn, Ordering::Relaxed),
            Err(error) => {
                assert!(error.is_transient(), "{error} {error:?}");
                return;
            }
        }
        if stop.load(Ordering::Relaxed) {
            return;
        }
    }
}

async fn found(store: &Store, filter: &FindingFilter) -> Paged<FindingRow> {
    store
        .findings(&Viewer::Public, filter, FindingSort::Newest, Page::whole())
        .await
        .unwrap()
}
