//! What runs by itself: the catalogue of jobs, and the loop that takes them.
//!
//! A job is this program itself with other arguments, as a process of its own: a job that is killed, that runs out of memory
//! or that hangs costs nobody else anything, and what it writes it writes as the command does.

use std::{
    process::{Child, Command, ExitStatus, Stdio},
    time::Duration,
};

use bartizan_model::Timestamp;
use bartizan_store::{Job, Store, StoreError};

use crate::{error::chain, exit::Exit};

/// A kind of job.
pub(crate) struct JobKind {
    /// Its id, as schedules name it.
    pub(crate) id: &'static str,
    /// The arguments of this program that do it.
    arguments: &'static [&'static str],
}

/// Every kind of job.
pub(crate) static ALL: &[JobKind] = &[
    JobKind {
        id: "sync",
        arguments: &["db", "sync"],
    },
    JobKind {
        id: "assess",
        arguments: &["assess"],
    },
    // A report is a page of what the store holds; what it needs is an assessment on the day on which a quarter begins.
    JobKind {
        id: "report",
        arguments: &["assess"],
    },
];

/// How long a job is somebody's before another worker may take it.
const LEASE: Duration = Duration::from_secs(120);
/// How often the lease is renewed while the job goes on.
const RENEWAL: Duration = Duration::from_secs(30);
/// How often schedules and jobs are looked for.
const PAUSE: Duration = Duration::from_secs(10);
/// How often a process is looked at.
const LOOK: Duration = Duration::from_millis(300);
/// Longer than this no job may take.
const LONGEST: Duration = Duration::from_secs(12 * 3_600);
/// Finished jobs are forgotten after so many days.
const REMEMBERED: i64 = 30 * 86_400;

/// What the processes of jobs are told beside their arguments.
#[derive(Debug, Clone)]
pub(crate) struct Surroundings {
    /// Bartizan's directory.
    pub(crate) home: std::path::PathBuf,
    /// The address of the store; by the environment, since command lines are read by everybody.
    pub(crate) database: Option<String>,
    /// Whether no network may be used.
    pub(crate) is_offline: bool,
}

/// What became of a job.
enum Ending {
    Done,
    Failed(String),
    /// Somebody else has it, or this worker was told to stop: it stays as it is until its lease ends.
    Left,
}

/// Takes jobs until `stop` says so; with `is_once`, until none is due.
pub(crate) async fn work(
    store: &Store,
    worker: &str,
    surroundings: &Surroundings,
    is_once: bool,
    stop: impl Fn() -> bool,
) -> Result<u64, StoreError> {
    let kinds: Vec<&str> = ALL.iter().map(|kind| kind.id).collect();
    let mut done = 0;
    while !stop() {
        for kind in store.fire_schedules(Timestamp::now()).await? {
            tracing::info!(job.kind = %kind, "a schedule fired");
        }
        match store.lease(worker, &kinds, LEASE, Timestamp::now()).await? {
            Some(job) => {
                finish(store, &job, run(store, &job, surroundings, &stop).await?).await?;
                done += 1;
            }
            None if is_once => break,
            None => {
                let before = Timestamp::from_second(Timestamp::now().as_second() - REMEMBERED)
                    .unwrap_or_default();
                store.forget_jobs(before).await?;
                pause(&stop).await;
            }
        }
    }
    Ok(done)
}

async fn pause(stop: &impl Fn() -> bool) {
    let mut waited = Duration::ZERO;
    while waited < PAUSE && !stop() {
        tokio::time::sleep(LOOK).await;
        waited += LOOK;
    }
}

async fn finish(store: &Store, job: &Job, ending: Ending) -> Result<(), StoreError> {
    let now = Timestamp::now();
    let ended = match ending {
        Ending::Done => {
            tracing::info!(job.kind = %job.kind, job.id = job.id, "a job is done");
            store.complete(job, &[], now).await
        }
        Ending::Failed(why) => {
            tracing::warn!(job.kind = %job.kind, job.id = job.id, job.attempt = job.attempt, why = %why, "a job failed");
            store.fail(job, &why, now).await.map(drop)
        }
        Ending::Left => Ok(()),
    };
    match ended {
        Err(StoreError::LeaseLost { .. }) => {
            tracing::warn!(job.id = job.id, "another worker has taken a job");
            Ok(())
        }
        other => other,
    }
}

/// Runs a job to its end, renewing its lease.
async fn run(
    store: &Store,
    job: &Job,
    surroundings: &Surroundings,
    stop: &impl Fn() -> bool,
) -> Result<Ending, StoreError> {
    let Some(kind) = ALL.iter().find(|kind| kind.id == job.kind) else {
        return Ok(Ending::Failed(format!("no job is called `{}`", job.kind)));
    };
    let mut child = match start(kind, surroundings) {
        Ok(child) => child,
        Err(error) => {
            return Ok(Ending::Failed(format!(
                "cannot start the process: {}",
                chain(&error)
            )));
        }
    };
    let mut renewed = Duration::ZERO;
    let mut took = Duration::ZERO;
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Ok(judged(status)),
            Ok(None) => {}
            Err(error) => return Ok(Ending::Failed(chain(&error))),
        }
        if stop() {
            end(&mut child);
            return Ok(Ending::Left);
        }
        if took > LONGEST {
            end(&mut child);
            return Ok(Ending::Failed("it took longer than any job may".to_owned()));
        }
        if renewed >= RENEWAL {
            renewed = Duration::ZERO;
            match store.renew(job, LEASE, Timestamp::now()).await {
                Ok(_) => {}
                Err(StoreError::LeaseLost { .. }) => {
                    end(&mut child);
                    return Ok(Ending::Left);
                }
                Err(error) => return Err(error),
            }
        }
        tokio::time::sleep(LOOK).await;
        renewed += LOOK;
        took += LOOK;
    }
}

fn start(kind: &JobKind, surroundings: &Surroundings) -> std::io::Result<Child> {
    let mut command = Command::new(std::env::current_exe()?);
    command
        .args(kind.arguments)
        .arg("--quiet")
        .arg("--home")
        .arg(&surroundings.home);
    if surroundings.is_offline {
        command.arg("--offline");
    }
    if let Some(database) = &surroundings.database {
        command.env("BARTIZAN_DATABASE", database);
    }
    command.stdin(Stdio::null()).stdout(Stdio::null()).spawn()
}

/// Findings and nothing to look at are answers; stale data, wrong use and faults are not.
fn judged(status: ExitStatus) -> Ending {
    let answers =
        [Exit::Clean, Exit::Findings, Exit::NothingToLookAt].map(|exit| i32::from(exit.code()));
    match status.code() {
        Some(code) if answers.contains(&code) => Ending::Done,
        Some(code) => Ending::Failed(format!("exit code {code}")),
        None => Ending::Failed("the process was killed".to_owned()),
    }
}

/// Ends a process of ours and waits for it, so that none is left behind.
fn end(child: &mut Child) {
    let _ = child.kill();
    let _ = child.wait();
}
