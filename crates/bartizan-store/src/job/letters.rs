//! Jobs as their keeper sees them: how many wait, which are dead, and how those are tried again.

use jiff::Timestamp;

use crate::{Page, Paged, Store, engine::Statement, error::StoreError, value::values};

/// How many jobs of a kind there are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobCount {
    /// The kind.
    pub kind: String,
    /// How many wait or may begin.
    pub waiting: u64,
    /// How many are leased.
    pub leased: u64,
    /// How many are dead letters.
    pub dead: u64,
    /// Since when the longest waiting one could have begun.
    pub oldest: Option<Timestamp>,
}

/// A job that was tried as often as it may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadLetter {
    /// Its id.
    pub id: i64,
    /// Its kind.
    pub kind: String,
    /// What it was about.
    pub payload: String,
    /// How often it was tried.
    pub attempts: u64,
    /// Why it failed the last time.
    pub failure: String,
    /// When it was enqueued.
    pub created: Timestamp,
    /// When it was given up.
    pub died: Timestamp,
}

const COUNTS: Statement = Statement::new(
    "count jobs",
    "SELECT kind,
        CAST(SUM(CASE WHEN died IS NULL AND (lease_until IS NULL OR lease_until <= $1) THEN 1 ELSE 0 END) AS BIGINT),
        CAST(SUM(CASE WHEN died IS NULL AND lease_until > $1 THEN 1 ELSE 0 END) AS BIGINT),
        CAST(SUM(CASE WHEN died IS NULL THEN 0 ELSE 1 END) AS BIGINT),
        MIN(CASE WHEN died IS NULL AND (lease_until IS NULL OR lease_until <= $1) THEN run_at END)
     FROM job WHERE finished IS NULL GROUP BY kind ORDER BY kind",
);
const DEAD: Statement = Statement::new(
    "list dead letters",
    "SELECT id, kind, payload, attempts, COALESCE(failure, ''), created, died FROM job WHERE died IS NOT NULL
     ORDER BY died DESC, id DESC LIMIT $1 OFFSET $2",
);
const HOW_MANY_DEAD: Statement = Statement::new(
    "count dead letters",
    "SELECT COUNT(*) FROM job WHERE died IS NOT NULL",
);

/// One with a live double stays dead: the double does its work.
const REQUEUE: Statement = Statement::new(
    "requeue a dead letter",
    "UPDATE job SET died = NULL, attempts = 0, run_at = $2 WHERE id = $1 AND died IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM job AS alive WHERE alive.deduplication = job.deduplication AND alive.finished IS NULL AND alive.died IS NULL)",
);
const FORGET: Statement = Statement::new(
    "forget finished jobs",
    "DELETE FROM job WHERE finished < $1",
);

impl Store {
    /// How many jobs of each kind are not finished.
    pub async fn job_counts(&self, now: Timestamp) -> Result<Vec<JobCount>, StoreError> {
        let mut counts = Vec::new();
        for row in self.rows(COUNTS, values![now]).await? {
            let mut columns = row.columns(COUNTS.doing);
            counts.push(JobCount {
                kind: columns.text()?,
                waiting: columns.count()?,
                leased: columns.count()?,
                dead: columns.count()?,
                oldest: columns.optional_instant()?,
            });
        }
        Ok(counts)
    }

    /// The dead letters, the newest first.
    pub async fn dead_letters(&self, page: Page) -> Result<Paged<DeadLetter>, StoreError> {
        let mut rows = Vec::new();
        for row in self
            .rows(DEAD, values![page.limit(), page.offset()])
            .await?
        {
            let mut columns = row.columns(DEAD.doing);
            rows.push(DeadLetter {
                id: columns.integer()?,
                kind: columns.text()?,
                payload: columns.text()?,
                attempts: columns.count()?,
                failure: columns.text()?,
                created: columns.instant()?,
                died: columns.instant()?,
            });
        }
        let total = self.how_many(HOW_MANY_DEAD, &[]).await?;
        Ok(Paged { rows, total })
    }

    /// Has a dead letter tried again from the start. Says whether it was one, and had no living double.
    pub async fn requeue(&self, id: i64, now: Timestamp) -> Result<bool, StoreError> {
        let mut work = self.write(REQUEUE.doing).await?;
        let changed = work.execute(REQUEUE, values![id, now]).await?;
        work.commit(REQUEUE.doing).await?;
        Ok(changed > 0)
    }

    /// Forgets jobs that were finished before an instant, and with them that they are not to be done twice.
    pub async fn forget_jobs(&self, before: Timestamp) -> Result<u64, StoreError> {
        let mut work = self.write(FORGET.doing).await?;
        let forgotten = work.execute(FORGET, values![before]).await?;
        work.commit(FORGET.doing).await?;
        Ok(forgotten)
    }
}
