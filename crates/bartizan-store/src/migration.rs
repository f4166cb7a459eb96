//! The schema, forward only: each migration runs once, in its own transaction, and is remembered with its digest.

use bartizan_model::fingerprint::hexadecimal;
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use crate::{
    Store,
    engine::{Statement, Work},
    error::StoreError,
    value::{Row, values},
};

struct Migration {
    version: i64,
    name: &'static str,
    source: &'static str,
    sqlite: &'static str,
    postgres: &'static str,
}

static MIGRATIONS: &[Migration] = include!(concat!(env!("OUT_DIR"), "/migrations.rs"));

/// The version of a store's schema, and the newest that this program knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Schema {
    /// The version found; 0 for an empty store.
    pub found: i64,
    /// The newest version known.
    pub known: i64,
}

impl Schema {
    /// Whether the store can be used as it is.
    pub fn is_current(self) -> bool {
        self.found == self.known
    }
}

const DOING: &str = "migrate the store";

const TABLE: Statement = Statement::new(
    DOING,
    "CREATE TABLE IF NOT EXISTS migration (version BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL, digest TEXT NOT NULL, applied BIGINT NOT NULL)",
);

/// Two programs that migrate at once do it one after the other: SQLite by its single writer, PostgreSQL by this lock.
const LOCK: Statement = Statement::of_each(
    DOING,
    "SELECT 1",
    "SELECT pg_advisory_xact_lock(4781230951)",
);

const HAS_TABLE: Statement = Statement::of_each(
    DOING,
    "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = 'migration'",
    "SELECT COUNT(*) FROM information_schema.tables WHERE table_name = 'migration' AND table_schema = ANY (current_schemas(false))",
);

const APPLIED: Statement = Statement::new(
    DOING,
    "SELECT version, digest FROM migration ORDER BY version",
);

const REMEMBER: Statement = Statement::new(
    DOING,
    "INSERT INTO migration (version, name, digest, applied) VALUES ($1, $2, $3, $4)",
);

impl Store {
    /// Brings the schema up to what this program knows. Refuses one that is newer, or that another program made.
    pub async fn migrate(&self, now: Timestamp) -> Result<Schema, StoreError> {
        self.migrate_to(known(), now).await
    }

    /// As [`Store::migrate`], up to a version: what an older program would have done.
    pub async fn migrate_to(&self, last: i64, now: Timestamp) -> Result<Schema, StoreError> {
        for migration in MIGRATIONS
            .iter()
            .filter(|migration| migration.version <= last)
        {
            let mut work = self.write(DOING).await?;
            work.execute(LOCK, &[]).await?;
            work.execute(TABLE, &[]).await?;
            if migration.version > version_of(&work.rows(APPLIED, &[]).await?)? {
                migration.apply(&mut work, now).await?;
            }
            work.commit(DOING).await?;
        }
        self.schema().await
    }

    /// What the schema is, without a change and without waiting for who writes.
    pub async fn schema(&self) -> Result<Schema, StoreError> {
        let rows = match self.how_many(HAS_TABLE, &[]).await? {
            0 => Vec::new(),
            _ => self.rows(APPLIED, &[]).await?,
        };
        let (found, known) = (version_of(&rows)?, known());
        Ok(Schema { found, known })
    }
}

fn known() -> i64 {
    MIGRATIONS.last().map_or(0, |migration| migration.version)
}

/// The version of the schema, after a look at everything that made it.
fn version_of(rows: &[Row]) -> Result<i64, StoreError> {
    let mut found = 0;
    for row in rows {
        let mut columns = row.columns(DOING);
        let (version, digest) = (columns.integer()?, columns.text()?);
        match MIGRATIONS
            .iter()
            .find(|migration| migration.version == version)
        {
            Some(migration) if migration.digest() == digest => found = version,
            Some(_) => return Err(StoreError::OtherMigration { version }),
            None => {
                return Err(StoreError::TooNew {
                    found: version,
                    known: known(),
                });
            }
        }
    }
    Ok(found)
}

impl Migration {
    async fn apply(&self, work: &mut Work, now: Timestamp) -> Result<(), StoreError> {
        work.script(Statement::of_each(DOING, self.sqlite, self.postgres))
            .await?;
        let values = values![self.version, self.name, self.digest(), now];
        work.execute(REMEMBER, values).await?;
        Ok(())
    }

    fn digest(&self) -> String {
        hexadecimal(&Sha256::digest(self.source))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What has been released never changes: stores remember its digest. A new migration is added here with its release.
    #[test]
    fn released_migrations_stay_as_they_are() {
        let digests: Vec<String> = MIGRATIONS
            .iter()
            .map(|migration| {
                format!(
                    "{} {} {}",
                    migration.version,
                    migration.name,
                    migration.digest()
                )
            })
            .collect();
        insta::assert_snapshot!(digests.join("\n"), @r"
        1 assessment 4e61d2653177d55e16ff2d38f199d650875d6baf077f25858aa6792dc935a1aa
        2 jobs 7208fe71fb77d738811a57b2df034808c778458059050a81cf4f9789a82458fc
        3 pages 0536bda8e47d63bcd2a363643e21d8f1012724b266e3257c9ca9c296c3086ad8
        4 changes 6d2b5c686dbd56faa08255647de26c922baab423cb23baeac0373bb8eda9b563
        5 verdicts 551bcee28708f6878d44ace548e26bc2f045e03d97f90fc3ab82660778ad5621
        ");
    }
}
