//! The two engines behind one small layer: a statement, values, rows. Only this file knows which one it is.
//!
//! SQLite has one connection that writes and several that read, all over one write-ahead log; several processes may share
//! the file. PostgreSQL has one pool.

mod bounded;
mod immediate;
mod open;

use sqlx::{
    Connection, Postgres, SqlSafeStr, Sqlite, SqliteConnection, Transaction, postgres::PgPool,
    query::Query, sqlite::SqlitePool,
};

use self::immediate::Immediate;
pub(crate) use self::open::{open_copy, private};
use crate::{
    address::Address,
    error::StoreError,
    value::{Row, Value},
};

/// A store. Cheap to clone: clones share their connections.
#[derive(Clone)]
pub struct Store {
    pools: Pools,
}

#[derive(Clone)]
enum Pools {
    Sqlite {
        writer: SqlitePool,
        readers: SqlitePool,
    },
    Postgres(PgPool),
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self.pools {
            Pools::Sqlite { .. } => "Store(SQLite)",
            Pools::Postgres(_) => "Store(PostgreSQL)",
        })
    }
}

/// One statement: what it is for, as an error says it after "cannot", and its text for each engine.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Statement {
    pub(crate) doing: &'static str,
    sqlite: &'static str,
    postgres: &'static str,
}

impl Statement {
    /// One text for both engines.
    pub(crate) const fn new(doing: &'static str, text: &'static str) -> Self {
        Self {
            doing,
            sqlite: text,
            postgres: text,
        }
    }

    /// A text for each, where nothing else will do.
    pub(crate) const fn of_each(
        doing: &'static str,
        sqlite: &'static str,
        postgres: &'static str,
    ) -> Self {
        Self {
            doing,
            sqlite,
            postgres,
        }
    }
}

/// A transaction that writes. Dropped without [`Work::commit`], it never was.
pub(crate) enum Work {
    Sqlite(Immediate),
    Postgres(Transaction<'static, Postgres>),
}

impl Store {
    /// Opens the store at an address; a file is made where it is missing. Its schema is [`Store::migrate`]'s business.
    pub async fn open(address: &Address) -> Result<Self, StoreError> {
        let pools = match address {
            Address::Memory => open::memory().await,
            Address::File(path) => open::file(path).await,
            Address::Postgres(address) => open::server(address.0.clone()).await,
        };
        let pools = pools.map_err(|cause| StoreError::Open {
            store: address.to_string(),
            cause: Box::new(cause),
        })?;
        Ok(Self { pools })
    }

    /// Closes every connection; a SQLite file is left without its write-ahead log.
    pub async fn close(&self) {
        match &self.pools {
            Pools::Sqlite { writer, readers } => {
                readers.close().await;
                writer.close().await;
            }
            Pools::Postgres(pool) => pool.close().await,
        }
    }

    /// Begins a transaction that writes. On SQLite it has the only right to write from its beginning.
    pub(crate) async fn write(&self, doing: &'static str) -> Result<Work, StoreError> {
        match &self.pools {
            Pools::Sqlite { writer, .. } => Immediate::begin(writer).await.map(Work::Sqlite),
            Pools::Postgres(pool) => pool.begin().await.map(Work::Postgres),
        }
        .map_err(|cause| StoreError::of(doing, cause))
    }

    pub(crate) fn is_sqlite(&self) -> bool {
        matches!(self.pools, Pools::Sqlite { .. })
    }

    /// Carries out what no transaction may hold, on the connection that writes.
    pub(crate) async fn outside(
        &self,
        statement: Statement,
        values: &[Value<'_>],
    ) -> Result<(), StoreError> {
        match &self.pools {
            Pools::Sqlite { writer, .. } => bind::<Sqlite>(statement.sqlite, values)
                .execute(writer)
                .await
                .map(drop),
            Pools::Postgres(pool) => bind::<Postgres>(statement.postgres, values)
                .execute(pool)
                .await
                .map(drop),
        }
        .map_err(|cause| StoreError::of(statement.doing, cause))
    }

    /// The rows of a statement that reads.
    pub(crate) async fn rows(
        &self,
        statement: Statement,
        values: &[Value<'_>],
    ) -> Result<Vec<Row>, StoreError> {
        match &self.pools {
            Pools::Sqlite { readers, .. } => {
                let query = bind::<Sqlite>(statement.sqlite, values);
                bounded::read(readers, query, bounded::LONGEST)
                    .await
                    .map(|rows| rows.into_iter().map(Row::Sqlite).collect())
            }
            Pools::Postgres(pool) => bind::<Postgres>(statement.postgres, values)
                .fetch_all(pool)
                .await
                .map(|rows| rows.into_iter().map(Row::Postgres).collect()),
        }
        .map_err(|cause| StoreError::of(statement.doing, cause))
    }

    /// The rows of a statement that reads, on a connection of SQLite that knows nothing yet. The full-text index looks at itself
    /// with what its connection remembers, and calls an index damaged that another process has changed since.
    pub(crate) async fn rows_afresh(&self, statement: Statement) -> Result<Vec<Row>, StoreError> {
        let Pools::Sqlite { readers, .. } = &self.pools else {
            return self.rows(statement, &[]).await;
        };
        let failed = |cause| StoreError::of(statement.doing, cause);
        let options = readers.connect_options();
        let mut connection = SqliteConnection::connect_with(&options)
            .await
            .map_err(failed)?;
        let rows = sqlx::query(statement.sqlite)
            .fetch_all(&mut connection)
            .await;
        // What was read is read, however the connection ends.
        connection.close().await.unwrap_or_default();
        Ok(rows.map_err(failed)?.into_iter().map(Row::Sqlite).collect())
    }

    /// The first row of a statement that reads.
    pub(crate) async fn row(
        &self,
        statement: Statement,
        values: &[Value<'_>],
    ) -> Result<Option<Row>, StoreError> {
        Ok(self.rows(statement, values).await?.into_iter().next())
    }

    /// The number that a statement counts.
    pub(crate) async fn how_many(
        &self,
        statement: Statement,
        values: &[Value<'_>],
    ) -> Result<u64, StoreError> {
        match self.row(statement, values).await? {
            Some(row) => row.columns(statement.doing).count(),
            None => Ok(0),
        }
    }
}

impl Work {
    /// Carries out a statement and says how many rows it changed.
    pub(crate) async fn execute(
        &mut self,
        statement: Statement,
        values: &[Value<'_>],
    ) -> Result<u64, StoreError> {
        self.try_execute(statement, values)
            .await
            .map_err(|cause| StoreError::of(statement.doing, cause))
    }

    async fn try_execute(
        &mut self,
        statement: Statement,
        values: &[Value<'_>],
    ) -> Result<u64, sqlx::Error> {
        match self {
            Self::Sqlite(work) => bind::<Sqlite>(statement.sqlite, values)
                .execute(work.connection()?)
                .await
                .map(|done| done.rows_affected()),
            Self::Postgres(work) => bind::<Postgres>(statement.postgres, values)
                .execute(&mut **work)
                .await
                .map(|done| done.rows_affected()),
        }
    }

    /// The rows of a statement, one that changes and returns among them.
    pub(crate) async fn rows(
        &mut self,
        statement: Statement,
        values: &[Value<'_>],
    ) -> Result<Vec<Row>, StoreError> {
        self.try_rows(statement, values)
            .await
            .map_err(|cause| StoreError::of(statement.doing, cause))
    }

    async fn try_rows(
        &mut self,
        statement: Statement,
        values: &[Value<'_>],
    ) -> Result<Vec<Row>, sqlx::Error> {
        Ok(match self {
            Self::Sqlite(work) => bind::<Sqlite>(statement.sqlite, values)
                .fetch_all(work.connection()?)
                .await?
                .into_iter()
                .map(Row::Sqlite)
                .collect(),
            Self::Postgres(work) => bind::<Postgres>(statement.postgres, values)
                .fetch_all(&mut **work)
                .await?
                .into_iter()
                .map(Row::Postgres)
                .collect(),
        })
    }

    /// The first row of a statement.
    pub(crate) async fn row(
        &mut self,
        statement: Statement,
        values: &[Value<'_>],
    ) -> Result<Option<Row>, StoreError> {
        Ok(self.rows(statement, values).await?.into_iter().next())
    }

    /// Carries out a text of several statements without values.
    pub(crate) async fn script(&mut self, statement: Statement) -> Result<(), StoreError> {
        self.try_script(statement)
            .await
            .map_err(|cause| StoreError::of(statement.doing, cause))
    }

    async fn try_script(&mut self, statement: Statement) -> Result<(), sqlx::Error> {
        match self {
            Self::Sqlite(work) => {
                let script = sqlx::raw_sql(statement.sqlite);
                script.execute(work.connection()?).await.map(drop)
            }
            Self::Postgres(work) => {
                let script = sqlx::raw_sql(statement.postgres);
                script.execute(&mut **work).await.map(drop)
            }
        }
    }

    /// Makes it last.
    pub(crate) async fn commit(self, doing: &'static str) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(work) => work.commit().await,
            Self::Postgres(work) => work.commit().await,
        }
        .map_err(|cause| StoreError::of(doing, cause))
    }
}

fn bind<'q, DB>(text: &'static str, values: &[Value<'_>]) -> Query<'q, DB, DB::Arguments>
where
    DB: sqlx::Database,
    for<'e> Option<i64>: sqlx::Encode<'e, DB> + sqlx::Type<DB>,
    for<'e> Option<f64>: sqlx::Encode<'e, DB> + sqlx::Type<DB>,
    for<'e> Option<String>: sqlx::Encode<'e, DB> + sqlx::Type<DB>,
{
    values.iter().fold(
        sqlx::query(text.into_sql_str()),
        |query, value| match value {
            Value::Integer(number) => query.bind(*number),
            Value::Number(number) => query.bind(*number),
            Value::Text(text) => query.bind(text.as_deref().map(str::to_owned)),
        },
    )
}
