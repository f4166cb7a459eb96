//! What runs by itself: the catalogue of jobs, and the loop that takes them.
//!
//! A job is this program itself with other arguments, as a process of its own: a job that is killed, that runs out of memory
//! or that hangs costs nobody else anything, and what it writes it writes as the command does. It ends with its worker,
//! however that ends, so that nobody does the work of the worker that comes next.

use std::{
    ffi::OsString,
    io::Read as _,
    process::{Child, Command, ExitStatus, Stdio},
    time::Duration,
};

use bartizan_model::Timestamp;
use bartizan_store::{Job, Page, Store, StoreError};

use crate::{
    environment::Environment,
    error::chain,
    exit::{self, Exit},
};

/// A kind of job.
pub(crate) struct JobKind {
    /// Its id, as schedules name it.
    pub(crate) id: &'static str,
    /// The arguments of this program that do it.
    arguments: &'static [&'static str],
    /// What it is told beside that.
    told: Told,
    /// What it means that it found nothing to look at, where that is no answer.
    nothing: Option<&'static str>,
}

/// What a job is told beside its arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Told {
    Nothing,
    /// What is assessed: it is an assessment.
    Assessment,
    /// Of which ecosystem, and where its clones are.
    Survey,
}

/// Every kind of job, in the order in which those that are due are done: what is assessed rests on what was synced.
pub(crate) static ALL: &[JobKind] = &[
    JobKind {
        id: "sync",
        arguments: &["db", "sync"],
        told: Told::Nothing,
        nothing: None,
    },
    // Its numbers are figures of the assessment behind it.
    JobKind {
        id: "access",
        arguments: &["access", "survey"],
        told: Told::Survey,
        nothing: Some("nothing was surveyed: there is no token, no network or no organisation"),
    },
    JobKind {
        id: "assess",
        arguments: &["assess"],
        told: Told::Assessment,
        nothing: None,
    },
    // A report is a page of what the store holds; what it needs is an assessment on the day on which a quarter begins.
    JobKind {
        id: "report",
        arguments: &["assess"],
        told: Told::Assessment,
        nothing: None,
    },
];

/// How long a job is somebody's before another worker may take it.
const LEASE: Duration = Duration::from_mins(2);
/// How often the lease is renewed while the job goes on.
const RENEWAL: Duration = Duration::from_secs(30);
/// How often schedules and jobs are looked for.
const PAUSE: Duration = Duration::from_secs(10);
/// How often a process is looked at.
const LOOK: Duration = Duration::from_millis(300);
/// Longer than this no job may take.
const LONGEST: Duration = Duration::from_hours(12);
/// Finished jobs are forgotten after so many days.
const REMEMBERED: i64 = 30 * 86_400;

/// What the processes of jobs are told beside their arguments.
#[derive(Debug, Clone)]
pub(crate) struct Surroundings {
    /// Bartizan's directory.
    pub(crate) home: std::path::PathBuf,
    /// The address of the store; by the environment, since command lines are read by everybody.
    pub(crate) database: Option<String>,
    /// What is assessed, and what is read in place of the network: arguments of `assess`.
    pub(crate) assessment: Vec<OsString>,
    /// Whose access is surveyed: arguments of `access survey`.
    pub(crate) survey: Vec<OsString>,
    /// Whether no network may be used.
    pub(crate) is_offline: bool,
}

/// Set for the process of a job: its input ends when its worker does.
const JOB: &str = "BARTIZAN_JOB";

/// What became of a job.
enum Ending {
    Done,
    Failed(String),
    /// There was nothing to do it with, and in some minutes there will not be either.
    Undone(&'static str),
    /// Somebody else has it, or this worker was told to stop: it stays as it is until its lease ends.
    Left,
}

/// Takes jobs until `stop` says so. A store that does not answer for a while is waited for.
pub(crate) async fn keep_working(
    store: &Store,
    worker: &str,
    surroundings: &Surroundings,
    stop: impl Fn() -> bool,
) -> u64 {
    let mut done = 0;
    while !stop() {
        match work(store, worker, surroundings, false, &stop).await {
            Ok(more) => done += more,
            Err(error) => {
                tracing::error!(error = %chain(&error), "the worker waits for the store");
                pause(&stop).await;
            }
        }
    }
    done
}

/// Takes jobs until `stop` says so; with `is_once`, until none is due.
pub(crate) async fn work(
    store: &Store,
    worker: &str,
    surroundings: &Surroundings,
    is_once: bool,
    stop: impl Fn() -> bool,
) -> Result<u64, StoreError> {
    let mut done = 0;
    while !stop() {
        for kind in store.fire_schedules(Timestamp::now()).await? {
            tracing::info!(job.kind = %kind, "a schedule fired");
        }
        match next(store, worker).await? {
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

/// The lease of the next job: those of the first kind that has one due.
async fn next(store: &Store, worker: &str) -> Result<Option<Job>, StoreError> {
    for kind in ALL {
        let (kinds, now) = ([kind.id], Timestamp::now());
        if let Some(job) = store.lease(worker, &kinds, LEASE, now).await? {
            return Ok(Some(job));
        }
    }
    Ok(None)
}

/// Whether an earlier attempt did what the job is for, and was ended before it could say so: an assessment was finished since.
async fn was_done(store: &Store, job: &Job, kind: &JobKind) -> Result<bool, StoreError> {
    if kind.told != Told::Assessment || job.attempt < 2 {
        return Ok(false);
    }
    let newest = store.assessments(Page::new(1, 10)).await?;
    let mut finished = newest.rows.iter().filter_map(|row| row.finished);
    Ok(finished.any(|finished| finished >= job.created))
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
        Ending::Undone(why) => {
            tracing::warn!(job.kind = %job.kind, job.id = job.id, why = %why, "a job was not done");
            store.give_up(job, why, now).await
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

/// What became of the process of a job.
enum Followed {
    Ended(ExitStatus),
    /// It cannot be waited for any longer.
    Broken(String),
    /// It goes on, and is not ours any more.
    Left,
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
    if was_done(store, job, kind).await? {
        return Ok(Ending::Done);
    }
    match start(kind, surroundings) {
        Ok(mut child) => {
            let ending = follow(store, job, &mut child, stop).await;
            match ending {
                Ok(Followed::Ended(status)) => Ok(judged(kind, status)),
                Ok(Followed::Broken(why)) => Ok(Ending::Failed(why)),
                Ok(Followed::Left) => {
                    end(&mut child);
                    Ok(Ending::Left)
                }
                Err(error) => {
                    end(&mut child);
                    Err(error)
                }
            }
        }
        Err(error) => Ok(Ending::Failed(format!(
            "cannot start the process: {}",
            chain(&error)
        ))),
    }
}

/// Renews the lease of a job until its process ends. What the store does not answer is asked again while the lease holds.
async fn follow(
    store: &Store,
    job: &Job,
    child: &mut Child,
    stop: &impl Fn() -> bool,
) -> Result<Followed, StoreError> {
    let mut renewed = Duration::ZERO;
    let mut took = Duration::ZERO;
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Ok(Followed::Ended(status)),
            Ok(None) => {}
            Err(error) => return Ok(Followed::Broken(chain(&error))),
        }
        if stop() {
            return Ok(Followed::Left);
        }
        if took > LONGEST {
            end(child);
            return Ok(Followed::Broken(
                "it took longer than any job may".to_owned(),
            ));
        }
        if renewed >= RENEWAL {
            match store.renew(job, LEASE, Timestamp::now()).await {
                Ok(_) => renewed = Duration::ZERO,
                Err(StoreError::LeaseLost { .. }) => return Ok(Followed::Left),
                Err(error) if error.is_transient() && renewed < LEASE => {
                    tracing::warn!(job.id = job.id, error = %chain(&error), "a lease could not be renewed yet");
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
    match kind.told {
        Told::Nothing => {}
        Told::Assessment => {
            command.args(&surroundings.assessment);
        }
        Told::Survey => {
            command.args(&surroundings.survey);
        }
    }
    if surroundings.is_offline {
        command.arg("--offline");
    }
    if let Some(database) = &surroundings.database {
        command.env("BARTIZAN_DATABASE", database);
    }
    command.env(JOB, "1");
    command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn()
}

/// In the process of a job: ends it when its worker is gone, whose end of the pipe the system closes.
#[expect(
    clippy::exit,
    reason = "the work of a worker that is gone must not go on beside that of the next"
)]
pub(crate) fn end_with_worker(environment: &Environment) {
    if environment.text(JOB).is_none() {
        return;
    }
    std::thread::spawn(|| {
        // Nothing is ever written: it is either the end or a fault.
        let _ = std::io::stdin().read(&mut [0]);
        std::process::exit(i32::from(Exit::Internal.code()));
    });
}

/// Findings are an answer, and so is nothing to look at where the kind of job does not say otherwise; stale data, wrong use and faults
/// are not. What is said of them stands in the store, and names nobody.
fn judged(kind: &JobKind, status: ExitStatus) -> Ending {
    let Some(code) = status.code() else {
        return Ending::Failed("the process was killed".to_owned());
    };
    let meaning = exit::ALL
        .iter()
        .find(|it| i32::from(it.exit.code()) == code);
    match (meaning.map(|it| it.exit), kind.nothing) {
        (Some(Exit::NothingToLookAt), Some(why)) => Ending::Undone(why),
        (Some(Exit::Clean | Exit::Findings | Exit::NothingToLookAt), _) => Ending::Done,
        (Some(_), _) => {
            let title = meaning.map_or("", |it| it.title);
            Ending::Failed(format!("{title} (exit code {code})"))
        }
        (None, _) => Ending::Failed(format!("exit code {code}")),
    }
}

/// Ends a process of ours and waits for it, so that none is left behind.
fn end(child: &mut Child) {
    let _ = child.kill();
    let _ = child.wait();
}
