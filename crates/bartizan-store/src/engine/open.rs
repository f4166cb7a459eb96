//! How the connections of each engine are made.

use std::{path::Path, time::Duration};

use sqlx::{
    pool::PoolOptions,
    postgres::PgConnectOptions,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};

use super::{Pools, Store};

/// How long a statement waits for another process that writes to the file.
const BUSY: Duration = Duration::from_secs(15);

/// How long a caller waits for a connection. Longer than [`BUSY`], so that the engine's own answer comes first.
const ACQUIRE: Duration = Duration::from_secs(30);

/// Connections that read a SQLite file.
const READERS: u32 = 4;

/// Connections to PostgreSQL from one process.
const CONNECTIONS: u32 = 8;

/// A file that is only read, and never changed by being opened.
pub(crate) async fn open_copy(path: &Path) -> Result<Store, sqlx::Error> {
    let options = common(SqliteConnectOptions::new().filename(path)).read_only(true);
    let pool = PoolOptions::new()
        .max_connections(1)
        .acquire_timeout(ACQUIRE)
        .connect_with(options)
        .await?;
    let (writer, readers) = (pool.clone(), pool);
    Ok(Store {
        pools: Pools::Sqlite { writer, readers },
    })
}

/// One connection that both reads and writes, since each connection to memory would see a database of its own.
pub(super) async fn memory() -> Result<Pools, sqlx::Error> {
    let options = common(SqliteConnectOptions::new().in_memory(true));
    let pool = PoolOptions::new()
        .min_connections(1)
        .max_connections(1)
        .idle_timeout(None)
        .max_lifetime(None)
        .acquire_timeout(ACQUIRE)
        .connect_with(options)
        .await?;
    Ok(Pools::Sqlite {
        writer: pool.clone(),
        readers: pool,
    })
}

pub(super) async fn file(path: &Path) -> Result<Pools, sqlx::Error> {
    // FULL: what was committed lasts a power cut, which the effects of the outbox need.
    let options = common(SqliteConnectOptions::new().filename(path))
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        // A page that several transactions change is written back once: 64 MB of log at most wait for that.
        .pragma("wal_autocheckpoint", "16000");
    let pool = || PoolOptions::new().acquire_timeout(ACQUIRE);
    let writer = pool()
        .min_connections(1)
        .max_connections(1)
        .connect_with(options.clone())
        .await?;
    let readers = pool()
        .max_connections(READERS)
        .connect_with(options.pragma("query_only", "1"))
        .await?;
    Ok(Pools::Sqlite { writer, readers })
}

fn common(options: SqliteConnectOptions) -> SqliteConnectOptions {
    options
        .busy_timeout(BUSY)
        .foreign_keys(true)
        .statement_cache_capacity(256)
        .pragma("cache_size", "-32768")
        .pragma("temp_store", "MEMORY")
        .pragma("trusted_schema", "0")
}

pub(super) async fn server(options: PgConnectOptions) -> Result<Pools, sqlx::Error> {
    let options = options
        .application_name("bartizan")
        .statement_cache_capacity(256)
        .options([("statement_timeout", "120s"), ("lock_timeout", "30s")]);
    PoolOptions::new()
        .max_connections(CONNECTIONS)
        .acquire_timeout(ACQUIRE)
        .connect_with(options)
        .await
        .map(Pools::Postgres)
}
