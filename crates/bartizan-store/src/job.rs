//! Jobs: enqueued once, leased by one worker at a time, retried ever more slowly, kept as dead letters when nothing helps.
//!
//! A lease runs out: a worker that was killed costs an attempt and some time, and no lock. Whoever comes back after its
//! lease went to somebody else is refused ([`StoreError::LeaseLost`]) and changes nothing. What a job causes beyond the
//! store is a job of its own, enqueued in the transaction that completes it and named by [`NewJob::once`]: it is there once,
//! whenever a process is killed. Whoever carries out such an effect sees by [`Job::attempt`] whether somebody may have
//! begun it before, and gives the name to the receiver, so that a repeated effect is recognised there.
//!
//! A clock may jump ahead and back. What it wrote meanwhile lies in a future that nobody means: a lease longer than any, a
//! retry later than any, a job enqueued later than now. Each of them counts as due.

mod letters;

use std::time::Duration;

use jiff::Timestamp;

pub use self::letters::{DeadLetter, JobCount};
use crate::{
    Store,
    engine::{Statement, Work},
    error::StoreError,
    value::values,
};

/// A job to be enqueued.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NewJob {
    /// What kind of work it is.
    pub kind: String,
    /// What it is about, as its worker reads it.
    pub payload: String,
    /// Higher comes first; 0 is usual.
    pub priority: i32,
    /// While a job with this is waiting or at work, another one is not enqueued.
    pub deduplication: Option<String>,
    /// A job with this is enqueued once and never again while it is remembered, finished or not.
    pub once: Option<String>,
    /// When it may begin; `None` for now.
    pub run_at: Option<Timestamp>,
    /// How often it is tried; `None` for [`MOST_ATTEMPTS`].
    pub most_attempts: Option<u32>,
}

impl NewJob {
    /// A job that may begin now.
    pub fn new(kind: impl Into<String>, payload: impl Into<String>) -> Self {
        Self {
            kind: kind.into(),
            payload: payload.into(),
            ..Self::default()
        }
    }
}

/// How often a job is tried where it does not say: with the waits between, most of a day.
pub const MOST_ATTEMPTS: u32 = 10;

/// The wait after the first failure; each further one doubles it.
const FIRST_WAIT: Duration = Duration::from_secs(30);

/// Longest wait between two tries.
const LONGEST_WAIT: Duration = Duration::from_hours(6);

/// Longest lease; one that goes on is renewed.
const LONGEST_LEASE: Duration = Duration::from_hours(1);

/// A job that a worker has the lease of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Its id.
    pub id: i64,
    /// What kind of work it is.
    pub kind: String,
    /// What it is about.
    pub payload: String,
    /// Its name among what is done once.
    pub once: Option<String>,
    /// Which try this is, from 1. Above 1, an earlier one may have done some of it.
    pub attempt: u32,
    /// Until when the lease holds.
    pub lease_until: Timestamp,
    /// When it was enqueued.
    pub created: Timestamp,
    worker: String,
}

/// What became of a job that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failed {
    /// It will be tried again then.
    Retried(Timestamp),
    /// It is a dead letter.
    Dead,
}

const ENQUEUE: Statement = Statement::new(
    "enqueue a job",
    "INSERT INTO job (kind, payload, priority, deduplication, once, run_at, attempts, most_attempts, created)
     VALUES ($1, $2, $3, $4, $5, $6, 0, $7, $8) ON CONFLICT DO NOTHING RETURNING id",
);

const LEASE: &str = "lease a job";
/// A job whose every attempt ended with its worker would end workers for ever.
const BURY: Statement = Statement::new(
    LEASE,
    "UPDATE job SET died = $1, worker = NULL, lease_until = NULL, failure = 'its worker ended before it did'
     WHERE finished IS NULL AND died IS NULL AND (lease_until <= $1 OR lease_until > $2) AND attempts >= most_attempts",
);
macro_rules! take {
    ($lock:literal) => {
        concat!(
            "UPDATE job SET worker = $1, lease_until = $2, attempts = attempts + 1 WHERE id = (
                 SELECT id FROM job WHERE finished IS NULL AND died IS NULL
                    AND (run_at <= $3 OR (created > $3 AND run_at <= created) OR (attempts > 0 AND run_at > $6))
                    AND (lease_until IS NULL OR lease_until <= $3 OR lease_until > $5) AND REPLACE($4, '/' || kind || '/', '') <> $4
                 ORDER BY priority DESC, run_at, id LIMIT 1", $lock, ")
             RETURNING id, kind, payload, once, attempts, lease_until, created"
        )
    };
}
const TAKE: Statement = Statement::of_each(LEASE, take!(""), take!(" FOR UPDATE SKIP LOCKED"));

const RENEW: Statement = Statement::new(
    "renew a lease",
    "UPDATE job SET lease_until = $4 WHERE id = $1 AND attempts = $2 AND worker = $3 AND finished IS NULL AND died IS NULL",
);
const COMPLETE: Statement = Statement::new(
    "complete a job",
    "UPDATE job SET finished = $4, worker = NULL, lease_until = NULL, failure = NULL
     WHERE id = $1 AND attempts = $2 AND worker = $3 AND finished IS NULL AND died IS NULL",
);
const FAIL: Statement = Statement::new(
    "note that a job failed",
    "UPDATE job SET failure = $4, worker = NULL, lease_until = NULL,
        died = CASE WHEN attempts >= most_attempts THEN $5 ELSE NULL END, run_at = $6
     WHERE id = $1 AND attempts = $2 AND worker = $3 AND finished IS NULL AND died IS NULL RETURNING died",
);

const GIVE_UP: Statement = Statement::new(
    "give a job up",
    "UPDATE job SET failure = $4, worker = NULL, lease_until = NULL, died = $5
     WHERE id = $1 AND attempts = $2 AND worker = $3 AND finished IS NULL AND died IS NULL",
);

impl Store {
    /// Enqueues a job; its id, or `None` where one like it is there.
    pub async fn enqueue(&self, job: &NewJob, now: Timestamp) -> Result<Option<i64>, StoreError> {
        let mut work = self.write(ENQUEUE.doing).await?;
        let id = enqueue(&mut work, job, now).await?;
        work.commit(ENQUEUE.doing).await?;
        Ok(id)
    }

    /// Gives a worker the lease of the next job of some kinds: the highest priority first, then what waits longest.
    pub async fn lease(
        &self,
        worker: &str,
        kinds: &[&str],
        lease_for: Duration,
        now: Timestamp,
    ) -> Result<Option<Job>, StoreError> {
        let until = later(now, lease_for.min(LONGEST_LEASE));
        let (any_lease, any_wait) = (later(now, LONGEST_LEASE), later(now, LONGEST_WAIT));
        // Each kind stands between slashes, so that one is never found in another.
        let kinds = kinds.iter().filter(|kind| !kind.contains('/'));
        let kinds = kinds.fold(String::new(), |text, kind| text + "/" + kind + "/");
        let mut work = self.write(LEASE).await?;
        work.execute(BURY, values![now, any_lease]).await?;
        let values = values![worker, until, now, kinds, any_lease, any_wait];
        let row = work.row(TAKE, values).await?;
        work.commit(LEASE).await?;
        let Some(row) = row else {
            return Ok(None);
        };
        let mut columns = row.columns(LEASE);
        Ok(Some(Job {
            id: columns.integer()?,
            kind: columns.text()?,
            payload: columns.text()?,
            once: columns.optional_text()?,
            attempt: u32::try_from(columns.integer()?).unwrap_or(u32::MAX),
            lease_until: columns.instant()?,
            created: columns.instant()?,
            worker: worker.to_owned(),
        }))
    }

    /// Keeps the lease of a job that takes longer.
    pub async fn renew(
        &self,
        job: &Job,
        lease_for: Duration,
        now: Timestamp,
    ) -> Result<Timestamp, StoreError> {
        let until = later(now, lease_for.min(LONGEST_LEASE));
        let mut work = self.write(RENEW.doing).await?;
        let changed = work
            .execute(RENEW, values![job.id, job.attempt, &job.worker, until])
            .await?;
        held(job, changed)?;
        work.commit(RENEW.doing).await?;
        Ok(until)
    }

    /// Completes a job, and enqueues what it causes in the same transaction.
    pub async fn complete(
        &self,
        job: &Job,
        caused: &[NewJob],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut work = self.write(COMPLETE.doing).await?;
        let changed = work
            .execute(COMPLETE, values![job.id, job.attempt, &job.worker, now])
            .await?;
        held(job, changed)?;
        for next in caused {
            enqueue(&mut work, next, now).await?;
        }
        work.commit(COMPLETE.doing).await
    }

    /// Notes that a job failed: it is tried again after a wait, or becomes a dead letter.
    pub async fn fail(&self, job: &Job, why: &str, now: Timestamp) -> Result<Failed, StoreError> {
        let again = later(now, wait(job.attempt));
        let mut work = self.write(FAIL.doing).await?;
        let values = values![job.id, job.attempt, &job.worker, why, now, again];
        let row = work.row(FAIL, values).await?;
        let row = row.ok_or(StoreError::LeaseLost { id: job.id })?;
        let died = row.columns(FAIL.doing).optional_instant()?;
        work.commit(FAIL.doing).await?;
        Ok(match died {
            Some(_) => Failed::Dead,
            None => Failed::Retried(again),
        })
    }

    /// Makes a job a dead letter at once: to try it again soon would not help.
    pub async fn give_up(&self, job: &Job, why: &str, now: Timestamp) -> Result<(), StoreError> {
        let mut work = self.write(GIVE_UP.doing).await?;
        let values = values![job.id, job.attempt, &job.worker, why, now];
        held(job, work.execute(GIVE_UP, values).await?)?;
        work.commit(GIVE_UP.doing).await
    }
}

/// Enqueues a job in a transaction of somebody else.
pub(crate) async fn enqueue(
    work: &mut Work,
    job: &NewJob,
    now: Timestamp,
) -> Result<Option<i64>, StoreError> {
    let values = values![
        &job.kind,
        &job.payload,
        i64::from(job.priority),
        job.deduplication.as_deref(),
        job.once.as_deref(),
        job.run_at.unwrap_or(now),
        job.most_attempts.unwrap_or(MOST_ATTEMPTS).max(1),
        now,
    ];
    let row = work.row(ENQUEUE, values).await?;
    row.map(|row| row.columns(ENQUEUE.doing).integer())
        .transpose()
}

fn held(job: &Job, changed: u64) -> Result<(), StoreError> {
    match changed {
        0 => Err(StoreError::LeaseLost { id: job.id }),
        _ => Ok(()),
    }
}

/// The wait after a failed attempt: it doubles.
fn wait(attempt: u32) -> Duration {
    let doublings = attempt.saturating_sub(1).min(20);
    FIRST_WAIT.saturating_mul(1 << doublings).min(LONGEST_WAIT)
}

fn later(now: Timestamp, duration: Duration) -> Timestamp {
    now.saturating_add(duration).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_and_end() {
        let waits = [1, 2, 3, 10, 11, u32::MAX].map(|attempt| wait(attempt).as_secs());
        assert_eq!(waits, [30, 60, 120, 15_360, 21_600, 21_600]);
    }
}
