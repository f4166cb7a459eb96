//! A transaction of SQLite that survives what the engine does by itself.

use sqlx::{
    Sqlite, SqliteConnection, error::DatabaseError, pool::PoolConnection, sqlite::SqlitePool,
};
use tokio::runtime::Handle;

/// A transaction of SQLite. It is not sqlx's own, since that loses count where the engine rolls back by itself, as it does
/// when a disk is full: the one connection that writes would then refuse for ever.
pub(crate) struct Immediate {
    /// There until the transaction is over.
    connection: Option<PoolConnection<Sqlite>>,
}

impl Immediate {
    pub(super) async fn begin(pool: &SqlitePool) -> Result<Self, sqlx::Error> {
        // Held before it begins: whoever is cancelled in between still rolls back.
        let mut work = Self {
            connection: Some(pool.acquire().await?),
        };
        sqlx::raw_sql("BEGIN IMMEDIATE")
            .execute(work.connection()?)
            .await?;
        Ok(work)
    }

    pub(super) fn connection(&mut self) -> Result<&mut SqliteConnection, sqlx::Error> {
        let connection = self.connection.as_deref_mut();
        connection.ok_or(sqlx::Error::PoolClosed)
    }

    pub(super) async fn commit(mut self) -> Result<(), sqlx::Error> {
        sqlx::raw_sql("COMMIT").execute(self.connection()?).await?;
        self.connection = None;
        Ok(())
    }
}

impl Drop for Immediate {
    /// Rolls back what was not committed. A connection that cannot even do that is closed, which does it too.
    fn drop(&mut self) {
        let Some(mut connection) = self.connection.take() else {
            return;
        };
        match Handle::try_current() {
            Ok(runtime) => drop(runtime.spawn(async move {
                match sqlx::raw_sql("ROLLBACK").execute(&mut *connection).await {
                    Err(cause) if !was_over(&cause) => connection.close_on_drop(),
                    _ => {}
                }
            })),
            Err(_outside) => connection.close_on_drop(),
        }
    }
}

/// Whether there was nothing to roll back: the engine's plain error, which it has for that here and nothing else.
fn was_over(cause: &sqlx::Error) -> bool {
    let code = cause.as_database_error().and_then(DatabaseError::code);
    code.is_some_and(|code| code == "1")
}
