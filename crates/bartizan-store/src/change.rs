//! What came and what was settled, day by day: a list that is appended to, which no later change of a finding makes untrue.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::{
    FindingRow, Page, Paged, Store, Viewer,
    count::Alike,
    engine::{Statement, Work},
    error::StoreError,
    finding,
    value::values,
    viewer::may_see,
};

/// What became of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChangeKind {
    /// It fails and did not before.
    Came,
    /// It failed, and holds now or is gone. What cannot be told any more is not settled.
    Settled,
}

/// What became of a finding, and when.
#[derive(Debug, Clone, PartialEq)]
pub struct ChangeRow {
    /// When.
    pub instant: Timestamp,
    /// The finding as it is now.
    pub row: FindingRow,
}

const DAY: i64 = 24 * 60 * 60 * 1_000;

const KEEP: &str = "keep what came and what was settled";
const APPEND: Statement = Statement::new(
    KEEP,
    "INSERT INTO finding_change (is_settled, instant, finding, visibility, project) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (is_settled, instant, finding) DO NOTHING",
);
const COUNT: Statement = Statement::new(
    KEEP,
    "INSERT INTO finding_change_count (is_settled, day, visibility, amount) VALUES ($1, $2, $3, $4)
     ON CONFLICT (is_settled, day, visibility) DO UPDATE SET amount = finding_change_count.amount + excluded.amount",
);
const OF_FINDING: Statement = Statement::new(
    KEEP,
    "UPDATE finding_change SET visibility = $2 WHERE finding = $1 RETURNING is_settled, instant",
);

macro_rules! within {
    () => {
        concat!(
            "FROM finding_change WHERE is_settled = $3 AND instant >= $4 AND instant < $5 AND ",
            may_see!()
        )
    };
}
const LIST: Statement = Statement::new(
    "list what came and what was settled",
    concat!(
        finding::columns!(),
        ", changed_at FROM (SELECT instant AS changed_at, finding AS changed ",
        within!(),
        " ORDER BY instant DESC, finding DESC LIMIT $6 OFFSET $7) AS changes JOIN finding ON finding.id = changes.changed
          ORDER BY changed_at DESC, id DESC"
    ),
);
/// What is kept for everybody of a kind, and what is one's own.
const HOW_MANY: Statement = Statement::new(
    "count what came and what was settled",
    "SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) FROM finding_change_count WHERE is_settled = $1 AND day >= $2 AND day < $3 AND visibility <= $4",
);
const HOW_MANY_OWN: Statement = Statement::new(
    "count what came and what was settled",
    concat!("SELECT COUNT(*) ", within!(), " AND visibility > $1"),
);

impl Store {
    /// What came or was settled from the day of an instant up to the day of another, in UTC; the newest first.
    pub async fn changes(
        &self,
        viewer: &Viewer,
        kind: ChangeKind,
        [from, to]: [Timestamp; 2],
        page: Page,
    ) -> Result<Paged<ChangeRow>, StoreError> {
        let (widest, own, is_settled) = (viewer.widest(), viewer.own(), kind.is_settled());
        let (first, end) = (day(from), day(to));
        let within = values![widest, own, is_settled, first * DAY, end * DAY];
        let mut total = self
            .how_many(HOW_MANY, values![is_settled, first, end, widest])
            .await?;
        if matches!(viewer, Viewer::Maintainer(_)) {
            total += self.how_many(HOW_MANY_OWN, within).await?;
        }
        if page.limit() == 0 && total > page.offset().unsigned_abs() {
            return Err(StoreError::TooFar);
        }
        let limits = [page.limit().into(), page.offset().into()];
        let limited: Vec<_> = within.iter().cloned().chain(limits).collect();
        let mut rows = Vec::new();
        for row in self.rows(LIST, &limited).await? {
            let mut columns = row.columns(LIST.doing);
            rows.push(ChangeRow {
                row: finding::finding(&mut columns)?,
                instant: columns.instant()?,
            });
        }
        Ok(Paged { rows, total })
    }
}

impl ChangeKind {
    /// What became of a finding: how it was, where it was there, and how it is.
    pub(crate) fn between(before: Option<&Alike>, after: Option<&Alike>) -> Option<Self> {
        let failed = before.is_some_and(|alike| alike.is_open && alike.is_failure());
        match (failed, after) {
            (false, Some(now)) if now.is_failure() => Some(Self::Came),
            (true, Some(now)) if now.is_failure() || now.is_unknown() => None,
            (true, _) => Some(Self::Settled),
            (false, _) => None,
        }
    }

    fn is_settled(self) -> bool {
        self == Self::Settled
    }
}

/// How many came and were settled, by visibility: what a writer adds at its end.
#[derive(Debug, Default)]
pub(crate) struct Changes(BTreeMap<(bool, i64, i64), i64>);

impl Changes {
    /// Notes what became of a finding.
    pub(crate) async fn append(
        &mut self,
        work: &mut Work,
        kind: ChangeKind,
        finding: (i64, &str, i64),
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let (id, project, visibility) = finding;
        let values = values![kind.is_settled(), now, id, visibility, project];
        if work.execute(APPEND, values).await? > 0 {
            self.count((kind.is_settled(), day(now), visibility), 1);
        }
        Ok(())
    }

    /// What became of a finding earlier is seen by who sees it now.
    pub(crate) async fn show(
        &mut self,
        work: &mut Work,
        finding: i64,
        [before, now]: [i64; 2],
    ) -> Result<(), StoreError> {
        for row in work.rows(OF_FINDING, values![finding, now]).await? {
            let mut columns = row.columns(KEEP);
            let (is_settled, day) = (columns.holds()?, day(columns.instant()?));
            self.count((is_settled, day, before), -1);
            self.count((is_settled, day, now), 1);
        }
        Ok(())
    }

    fn count(&mut self, place: (bool, i64, i64), amount: i64) {
        *self.0.entry(place).or_insert(0) += amount;
    }

    /// Adds the numbers, in one order for every writer.
    pub(crate) async fn keep(&self, work: &mut Work) -> Result<(), StoreError> {
        for ((is_settled, day, visibility), amount) in &self.0 {
            if *amount != 0 {
                let values = values![*is_settled, *day, *visibility, *amount];
                work.execute(COUNT, values).await?;
            }
        }
        Ok(())
    }
}

fn day(instant: Timestamp) -> i64 {
    instant.as_millisecond().div_euclid(DAY)
}
