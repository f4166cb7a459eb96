//! Backup, restore and the check of a store. A SQLite file is copied while it is in use; PostgreSQL has `pg_dump`.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use crate::{
    Address, Schema, Store,
    engine::{Statement, open_copy, private},
    error::StoreError,
    value::values,
};

/// Why a backup or a restore could not be made.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// There is a file already, and nothing is written over.
    #[error("cannot write `{0}`: it exists")]
    Exists(PathBuf),
    /// There is none.
    #[error("cannot read the backup `{0}`: there is no such file")]
    Missing(PathBuf),
    /// The store is no SQLite file.
    #[error("cannot back up or restore `{0}`: it is no SQLite file")]
    NotAFile(String),
    /// The backup is not what was written.
    #[error("cannot restore `{backup}`: it is damaged ({what})")]
    Damaged {
        /// Its path.
        backup: PathBuf,
        /// What is wrong.
        what: String,
    },
    /// The file system refuses.
    #[error("cannot write `{path}`")]
    File {
        /// The path.
        path: PathBuf,
        /// Why.
        #[source]
        cause: io::Error,
    },
    /// The engine refuses.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl BackupError {
    /// What to do next, where something can be done.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Exists(_) => Some("name another file, or move this one away"),
            Self::NotAFile(_) => Some("use `pg_dump` and `pg_restore` for PostgreSQL"),
            Self::Damaged { .. } => Some("try an older backup"),
            Self::Store(cause) => cause.hint(),
            Self::Missing(_) | Self::File { .. } => None,
        }
    }
}

const COPY: Statement = Statement::new("copy the store", "VACUUM INTO $1");
const INTEGRITY: Statement = Statement::of_each(
    "check the store",
    "PRAGMA integrity_check(20)",
    "SELECT 'ok'",
);

/// Kept counts that do not agree with what they count.
const COUNTS: Statement = Statement::new(
    "check the counts of the store",
    "SELECT check_id, outcome, CAST(SUM(counted) AS BIGINT), CAST(SUM(kept) AS BIGINT), CAST(SUM(total) AS BIGINT) FROM (
        SELECT check_id, outcome, severity, visibility, is_open, 1 AS counted, 0 AS kept, 0 AS total FROM finding
        UNION ALL SELECT check_id, outcome, severity, visibility, is_open, 0, amount, 0 FROM finding_count
        UNION ALL SELECT check_id, outcome, severity, visibility, is_open, 0, 0, amount FROM finding_total WHERE cohort = '') AS everything
     GROUP BY check_id, outcome, severity, visibility, is_open
     HAVING SUM(counted) <> SUM(kept) OR SUM(counted) <> SUM(total) ORDER BY check_id, outcome LIMIT 20",
);

/// The same of what each project has in short.
const SHORT_COUNTS: Statement = Statement::new(
    "check the counts of the store",
    "SELECT project, CAST(SUM(kept) AS BIGINT), CAST(SUM(short) AS BIGINT) FROM (
        SELECT project, outcome, visibility, is_open, amount AS kept, 0 AS short FROM finding_count
        UNION ALL SELECT project, outcome, visibility, is_open, 0, amount FROM finding_short) AS everything
     GROUP BY project, outcome, visibility, is_open HAVING SUM(kept) <> SUM(short) ORDER BY project LIMIT 20",
);

/// The same of what the projects of each cohort have.
const COHORT_COUNTS: Statement = Statement::new(
    "check the counts of the store",
    "SELECT cohort, CAST(SUM(kept) AS BIGINT), CAST(SUM(total) AS BIGINT) FROM (
        SELECT cohort, check_id, outcome, severity, visibility, is_open, amount AS kept, 0 AS total
        FROM cohort_member JOIN finding_count ON finding_count.project = cohort_member.project
        UNION ALL SELECT cohort, check_id, outcome, severity, visibility, is_open, 0, amount FROM finding_total WHERE cohort <> '') AS everything
     GROUP BY cohort, check_id, outcome, severity, visibility, is_open
     HAVING SUM(kept) <> SUM(total) ORDER BY cohort LIMIT 20",
);

/// The same of the keys that are open, and of what came and was settled on each day; in stores that have them.
const BESIDE: [Statement; 2] = [
    Statement::new(
        "check the keys of the store",
        "SELECT finding_key, CAST(SUM(found) AS BIGINT), CAST(SUM(kept) AS BIGINT) FROM (
            SELECT check_id, finding_key, COUNT(*) AS found, 0 AS kept, COUNT(DISTINCT project) AS projects, 0 AS kept_projects,
                MAX(CASE severity WHEN 4 THEN 5 WHEN 3 THEN 4 WHEN -1 THEN 3 ELSE severity END) AS worst, 0 AS kept_worst
            FROM finding WHERE is_open = 1 AND outcome = 'fail' AND visibility = 0 AND finding_key <> '' GROUP BY check_id, finding_key
            UNION ALL SELECT check_id, finding_key, 0, critical + high + unstated + medium + low + zero, 0, projects, 0, worst FROM open_key) AS everything
         GROUP BY check_id, finding_key
         HAVING SUM(found) <> SUM(kept) OR SUM(projects) <> SUM(kept_projects) OR SUM(worst) <> SUM(kept_worst) ORDER BY finding_key LIMIT 20",
    ),
    Statement::new(
        "check the changes of the store",
        "SELECT CAST(day AS TEXT), CAST(SUM(found) AS BIGINT), CAST(SUM(kept) AS BIGINT) FROM (
            SELECT is_settled, instant / 86400000 AS day, finding.visibility AS visibility, 1 AS found, 0 AS kept
            FROM finding_change JOIN finding ON finding.id = finding_change.finding AND finding.visibility = finding_change.visibility
            UNION ALL SELECT is_settled, day, visibility, 0, amount FROM finding_change_count) AS everything
         GROUP BY is_settled, day, visibility HAVING SUM(found) <> SUM(kept) ORDER BY day LIMIT 20",
    ),
];

/// The schema that has what [`BESIDE`] looks at.
const WITH_BESIDE: i64 = 4;

impl Store {
    /// Copies a SQLite store to a new file while it is in use. The file appears when it is whole.
    pub async fn backup(&self, to: &Path) -> Result<(), BackupError> {
        if !self.is_sqlite() {
            return Err(BackupError::NotAFile("a PostgreSQL database".to_owned()));
        }
        copy(self, to).await
    }

    /// Looks whether the store is whole: the engine's own check, and whether the counts agree with what they count. Reads
    /// everything; what is wrong is a list of sentences, empty for a store that is whole.
    pub async fn check(&self) -> Result<Vec<String>, StoreError> {
        let mut wrong = Vec::new();
        for row in self.rows_afresh(INTEGRITY).await? {
            let said = row.columns(INTEGRITY.doing).text()?;
            if said != "ok" {
                wrong.push(said);
            }
        }
        for row in self.rows(COUNTS, &[]).await? {
            let mut columns = row.columns(COUNTS.doing);
            let (check, outcome) = (columns.text()?, columns.text()?);
            let (found, kept, total) = (columns.count()?, columns.count()?, columns.count()?);
            wrong.push(format!(
                "{found} findings of `{check}` with `{outcome}` are counted as {kept} by project and as {total} over all"
            ));
        }
        for (kind, statement) in [("project", SHORT_COUNTS), ("cohort", COHORT_COUNTS)] {
            for row in self.rows(statement, &[]).await? {
                let mut columns = row.columns(statement.doing);
                let (name, kept, sum) = (columns.text()?, columns.count()?, columns.count()?);
                wrong.push(format!(
                    "{kept} findings of the {kind} `{name}` are counted as {sum}"
                ));
            }
        }
        if self.schema().await?.found < WITH_BESIDE {
            return Ok(wrong);
        }
        for (kind, statement) in ["key", "day"].into_iter().zip(BESIDE) {
            for row in self.rows(statement, &[]).await? {
                let mut columns = row.columns(statement.doing);
                let (name, found, kept) = (columns.text()?, columns.count()?, columns.count()?);
                wrong.push(format!(
                    "{found} findings of the {kind} `{name}` are kept as {kept}"
                ));
            }
        }
        Ok(wrong)
    }
}

/// Makes a SQLite store out of a backup, which is checked first. Says which schema it has; it may have to be migrated.
pub async fn restore(backup: &Path, to: &Address) -> Result<Schema, BackupError> {
    let Address::File(path) = to else {
        return Err(BackupError::NotAFile(to.to_string()));
    };
    if !backup.is_file() {
        return Err(BackupError::Missing(backup.to_owned()));
    }
    let damaged = |what: String| BackupError::Damaged {
        backup: backup.to_owned(),
        what,
    };
    let source = open_copy(backup)
        .await
        .map_err(|cause| damaged(cause.to_string()))?;
    let checked = source
        .check()
        .await
        .map_err(|cause| damaged(cause.to_string()))?;
    if let Some(what) = checked.into_iter().next() {
        return Err(damaged(what));
    }
    copy(&source, path).await?;
    source.close().await;
    let store = Store::open(to).await?;
    let schema = store.schema().await;
    store.close().await;
    Ok(schema?)
}

async fn copy(store: &Store, to: &Path) -> Result<(), BackupError> {
    // What a log of an older file of this name holds would be laid over the new one.
    let log = beside(to, "-wal");
    for path in [to, &log] {
        if path.exists() {
            return Err(BackupError::Exists(path.to_owned()));
        }
    }
    let part = beside(to, ".part");
    let file = |cause| BackupError::File {
        path: part.clone(),
        cause,
    };
    match fs::remove_file(&part) {
        Err(cause) if cause.kind() != io::ErrorKind::NotFound => return Err(file(cause)),
        _ => {}
    }
    private(&part).map_err(file)?;
    let name = part.to_string_lossy().into_owned();
    if let Err(cause) = store.outside(COPY, values![name]).await {
        // Nothing half is left behind; if that fails too, the name says what it is.
        fs::remove_file(&part).unwrap_or_default();
        return Err(cause.into());
    }
    fs::rename(&part, to).map_err(file)
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}
