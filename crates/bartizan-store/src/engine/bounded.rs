//! A bound on the time of a statement that reads SQLite. Whoever asked may be gone long before it ends: without a bound such
//! statements would hold every connection that reads. PostgreSQL has one by itself.

use std::time::{Duration, Instant};

use sqlx::{
    Sqlite,
    query::Query,
    sqlite::{SqliteArguments, SqlitePool, SqliteRow},
};

/// Longest time of a statement that reads.
pub(super) const LONGEST: Duration = Duration::from_mins(1);

/// So many steps of the engine are made between two looks at the time: about a millisecond.
const STEPS: i32 = 50_000;

pub(super) async fn read(
    readers: &SqlitePool,
    query: Query<'_, Sqlite, SqliteArguments>,
    longest: Duration,
) -> Result<Vec<SqliteRow>, sqlx::Error> {
    let mut connection = readers.acquire().await?;
    let end = Instant::now() + longest;
    connection
        .lock_handle()
        .await?
        .set_progress_handler(STEPS, move || Instant::now() < end);
    let rows = query.fetch_all(&mut *connection).await;
    // A store in memory writes on the same connection, and takes its time.
    connection.lock_handle().await?.remove_progress_handler();
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::StoreError;

    #[tokio::test]
    async fn a_statement_without_an_end_has_one() {
        let readers = SqlitePool::connect("sqlite::memory:").await.unwrap();
        let endless = "WITH RECURSIVE number(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM number) SELECT MAX(i) FROM number";
        let failed = read(&readers, sqlx::query(endless), Duration::from_millis(20)).await;
        let error = StoreError::of("count", failed.unwrap_err());
        assert_eq!(error.to_string(), "cannot count: the store is busy");
        let rows = read(&readers, sqlx::query("SELECT 1"), LONGEST).await;
        assert_eq!(rows.unwrap().len(), 1);
    }
}
