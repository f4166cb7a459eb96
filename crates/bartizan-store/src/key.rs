//! The keys of open failures over all projects: what a page of advisories lists.
//!
//! What everybody may see is kept in the transaction that changes the findings; for other viewers it is gathered from the findings.

use std::collections::BTreeMap;

use bartizan_model::severity::SeverityLevel;
use jiff::Timestamp;

use crate::{
    FindingRow, Page, Paged, SeverityFilter, Store, Viewer,
    count::Alike,
    engine::{Statement, Work},
    error::StoreError,
    finding::{self, severity_of},
    value::{Value, values},
    viewer::may_see,
};

/// A key of one check, and how much of it is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRow {
    /// The check.
    pub check: String,
    /// The key.
    pub key: String,
    /// The worst severity of its findings; one that nobody states stands between high and medium.
    pub severity: Option<SeverityLevel>,
    /// How many projects have it.
    pub projects: u64,
    /// How many findings that are.
    pub findings: u64,
    /// Since when there is one.
    pub since: Timestamp,
}

/// Which keys. What is not said does not limit.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KeyFilter {
    /// Of this check.
    pub check: Option<String>,
    /// This one.
    pub key: Option<String>,
    /// That have a finding of such a severity.
    pub severity: SeverityFilter,
    /// That have a finding whose message, subject or key has words that begin like each of these. Of a text that more than
    /// 10,000 findings have, the newest 10,000 are looked at.
    pub text: Option<String>,
}

/// What `open_key` keeps for everybody, for who sees more than everybody. `$1`, `$2`: the viewer; `$3` check.
macro_rules! gathered {
    () => {
        concat!(
            "(SELECT check_id, finding_key,
                CAST(SUM(CASE severity WHEN 4 THEN 1 ELSE 0 END) AS BIGINT) AS critical, CAST(SUM(CASE severity WHEN 3 THEN 1 ELSE 0 END) AS BIGINT) AS high,
                CAST(SUM(CASE severity WHEN -1 THEN 1 ELSE 0 END) AS BIGINT) AS unstated, CAST(SUM(CASE severity WHEN 2 THEN 1 ELSE 0 END) AS BIGINT) AS medium,
                CAST(SUM(CASE severity WHEN 1 THEN 1 ELSE 0 END) AS BIGINT) AS low, CAST(SUM(CASE severity WHEN 0 THEN 1 ELSE 0 END) AS BIGINT) AS zero,
                COUNT(DISTINCT project) AS projects,
                MAX(CASE severity WHEN 4 THEN 5 WHEN 3 THEN 4 WHEN -1 THEN 3 ELSE severity END) AS worst, MIN(opened) AS since
             FROM finding WHERE is_open = 1 AND outcome = 'fail' AND finding_key <> '' AND ", may_see!(), " AND ($3 IS NULL OR check_id = $3) AND ($8 IS NULL OR finding_key = $8)
             GROUP BY check_id, finding_key) AS gathered"
        )
    };
}

/// The findings with `$7`, as each engine finds words.
macro_rules! with_words {
    (sqlite) => {
        concat!(
            "AND ($7 IS NULL OR finding_key IN (SELECT finding_key FROM finding
                WHERE id IN (SELECT rowid FROM finding_text WHERE finding_text MATCH $7 ORDER BY rowid DESC LIMIT 10000)
                  AND is_open = 1 AND outcome = 'fail' AND ($3 IS NULL OR check_id = $3) AND ", may_see!(), "))"
        )
    };
    (postgres) => {
        concat!(
            "AND ($7 IS NULL OR finding_key IN (SELECT finding_key FROM finding
                WHERE id IN (SELECT id FROM finding WHERE ", finding::word_vector!(), " @@ to_tsquery('simple', $7) ORDER BY id DESC LIMIT 10000)
                  AND is_open = 1 AND outcome = 'fail' AND ($3 IS NULL OR check_id = $3) AND ", may_see!(), "))"
        )
    };
}

macro_rules! key_columns {
    () => {
        "check_id, finding_key, CAST(CASE worst WHEN 5 THEN 4 WHEN 4 THEN 3 WHEN 3 THEN -1 ELSE worst END AS BIGINT) AS severity, projects,
             critical + high + unstated + medium + low + zero AS findings, since"
    };
}

/// One text for each source of keys and each engine. `$3` check, `$4` to `$6` severity, `$7` words, `$8` key; then limit and offset.
macro_rules! keys {
    ($select:expr, $from:expr, $engine:tt, $end:literal) => {
        concat!(
            "SELECT ", $select, " FROM ", $from, " WHERE ($3 IS NULL OR check_id = $3) AND ($8 IS NULL OR finding_key = $8)
               AND ((4 BETWEEN $4 AND $5 AND critical > 0) OR (3 BETWEEN $4 AND $5 AND high > 0) OR (2 BETWEEN $4 AND $5 AND medium > 0)
                 OR (1 BETWEEN $4 AND $5 AND low > 0) OR (0 BETWEEN $4 AND $5 AND zero > 0) OR ($6 = 1 AND unstated > 0)) ",
            with_words!($engine), $end
        )
    };
}
macro_rules! list {
    ($select:expr, $from:expr) => {
        Statement::of_each(
            "list keys of findings",
            keys!(
                $select,
                $from,
                sqlite,
                " ORDER BY worst DESC, projects DESC, finding_key, check_id LIMIT $9 OFFSET $10"
            ),
            keys!(
                $select,
                $from,
                postgres,
                " ORDER BY worst DESC, projects DESC, finding_key, check_id LIMIT $9 OFFSET $10"
            ),
        )
    };
}

/// How the keys of one source are read. To look for words takes longest, so that a list by words counts as it goes.
struct Statements {
    list: Statement,
    list_by_words: Statement,
    count: Statement,
}
macro_rules! statements {
    ($from:expr) => {
        Statements {
            list: list!(concat!(key_columns!(), ", CAST(0 AS BIGINT)"), $from),
            list_by_words: list!(concat!(key_columns!(), ", COUNT(*) OVER ()"), $from),
            count: Statement::of_each(
                "count keys of findings",
                keys!("COUNT(*)", $from, sqlite, ""),
                keys!("COUNT(*)", $from, postgres, ""),
            ),
        }
    };
}
const KEPT: Statements = statements!("open_key");
const GATHERED: Statements = statements!(gathered!());
const FINDINGS: Statement = Statement::new(
    "list findings of a key",
    concat!(
        finding::columns!(),
        " FROM finding WHERE is_open = 1 AND outcome = 'fail' AND finding_key <> '' AND check_id = $3 AND finding_key = $4 AND ",
        may_see!(),
        " ORDER BY urgency DESC, id DESC LIMIT $5"
    ),
);

const KEEP: &str = "keep keys of findings";
const CHANGE: Statement = Statement::new(
    KEEP,
    "INSERT INTO open_key (check_id, finding_key, critical, high, unstated, medium, low, zero, projects, worst, since)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9,
         CASE WHEN $3 > 0 THEN 5 WHEN $4 > 0 THEN 4 WHEN $5 > 0 THEN 3 WHEN $6 > 0 THEN 2 WHEN $7 > 0 THEN 1 ELSE 0 END, $10)
     ON CONFLICT (check_id, finding_key) DO UPDATE SET critical = open_key.critical + excluded.critical, high = open_key.high + excluded.high,
         unstated = open_key.unstated + excluded.unstated, medium = open_key.medium + excluded.medium, low = open_key.low + excluded.low,
         zero = open_key.zero + excluded.zero, projects = open_key.projects + excluded.projects,
         worst = CASE WHEN open_key.critical + excluded.critical > 0 THEN 5 WHEN open_key.high + excluded.high > 0 THEN 4
             WHEN open_key.unstated + excluded.unstated > 0 THEN 3 WHEN open_key.medium + excluded.medium > 0 THEN 2
             WHEN open_key.low + excluded.low > 0 THEN 1 ELSE 0 END",
);
const FORGET: Statement = Statement::new(
    KEEP,
    "DELETE FROM open_key WHERE check_id = $1 AND finding_key = $2 AND projects = 0",
);

impl Store {
    /// The keys under which findings are open and fail: the worst severity first, then what most projects have.
    pub async fn keys(
        &self,
        viewer: &Viewer,
        filter: &KeyFilter,
        page: Page,
    ) -> Result<Paged<KeyRow>, StoreError> {
        let statements = if viewer.is_everybody() {
            KEPT
        } else {
            GATHERED
        };
        let (low, high, with_unstated) = filter.severity.bounds();
        let words = filter.text.as_deref().and_then(|text| self.words(text));
        let list = match words {
            Some(_) => statements.list_by_words,
            None => statements.list,
        };
        let values = values![
            viewer.widest(),
            viewer.own(),
            filter.check.as_deref(),
            low,
            high,
            with_unstated,
            words.clone(),
            filter.key.as_deref(),
        ];
        let limits = [page.limit().into(), page.offset().into()];
        let limited: Vec<Value<'_>> = values.iter().cloned().chain(limits).collect();
        let (mut rows, mut total) = (Vec::new(), 0);
        for row in self.rows(list, &limited).await? {
            let mut columns = row.columns(list.doing);
            rows.push(KeyRow {
                check: columns.text()?,
                key: columns.text()?,
                severity: severity_of(columns.integer()?),
                projects: columns.count()?,
                findings: columns.count()?,
                since: columns.instant()?,
            });
            total = columns.count()?;
        }
        if total == 0 && (words.is_none() || page.offset() > 0) {
            total = self.how_many(statements.count, values).await?;
        }
        Ok(Paged { rows, total })
    }

    /// The most urgent findings that are open and fail under a key of a check; no more than a page may have.
    pub async fn findings_of_key(
        &self,
        viewer: &Viewer,
        check: &str,
        key: &str,
        most: u32,
    ) -> Result<Vec<FindingRow>, StoreError> {
        let page = Page::new(1, most);
        let values = values![viewer.widest(), viewer.own(), check, key, page.limit()];
        let rows = self.rows(FINDINGS, values).await?;
        rows.iter()
            .map(|row| finding::finding(&mut row.columns(FINDINGS.doing)))
            .collect()
    }
}

/// How the findings of a project under one key of a check changed, of those that [`Change::is_kept`] names.
#[derive(Debug, Default)]
pub(crate) struct Change {
    /// By severity, from 0 to 4; the last one is what nobody states.
    amounts: [i64; 6],
    before: i64,
    after: i64,
}

impl Change {
    /// Whether a finding counts: one that is open, fails, has a key, and may be seen by everybody.
    pub(crate) fn is_kept(alike: &Alike, key: &str) -> bool {
        alike.is_open && alike.is_failure() && alike.visibility == 0 && !key.is_empty()
    }

    /// One that was there before.
    pub(crate) fn remove(&mut self, alike: &Alike) {
        self.before += 1;
        self.add(alike, -1);
    }

    /// One that is there now.
    pub(crate) fn insert(&mut self, alike: &Alike) {
        self.after += 1;
        self.add(alike, 1);
    }

    fn add(&mut self, alike: &Alike, amount: i64) {
        let place = usize::try_from(alike.severity).unwrap_or(5).min(5);
        if let Some(sum) = self.amounts.get_mut(place) {
            *sum += amount;
        }
    }

    fn projects(&self) -> i64 {
        i64::from(self.after > 0) - i64::from(self.before > 0)
    }
}

/// Adds the changes of a project, by check and key, in one order for every writer.
pub(crate) async fn change(
    work: &mut Work,
    changes: &BTreeMap<(String, String), Change>,
    now: Timestamp,
) -> Result<(), StoreError> {
    for ((check, key), change) in changes {
        let projects = change.projects();
        let [zero, low, medium, high, critical, unstated] = change.amounts;
        if projects == 0 && change.amounts == [0; 6] {
            continue;
        }
        let values = values![
            check, key, critical, high, unstated, medium, low, zero, projects, now
        ];
        work.execute(CHANGE, values).await?;
        if projects < 0 {
            work.execute(FORGET, values![check, key]).await?;
        }
    }
    Ok(())
}
