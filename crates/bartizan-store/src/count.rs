//! How many findings there are, from counts that are kept in the transaction that changes the findings.

use std::collections::BTreeMap;

use bartizan_model::assessment::Outcome;

use crate::{
    FindingFilter, SeverityFilter, Store, Viewer,
    engine::{Statement, Work},
    error::StoreError,
    value::{Value, values},
    viewer::may_see,
};

/// By what findings are counted. What is not asked for is added up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CountBy {
    /// Each project apart.
    Project,
    /// Each check apart.
    Check,
    /// Each outcome apart.
    Outcome,
    /// Each severity apart.
    Severity,
}

/// How many findings are alike in what was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindingCount {
    /// The project, where counted by it.
    pub project: Option<String>,
    /// The check, where counted by it.
    pub check: Option<String>,
    /// The outcome, where counted by it.
    pub outcome: Option<Outcome>,
    /// The severity, where counted by it, as the filter that lists what was counted.
    pub severity: Option<SeverityFilter>,
    /// How many.
    pub count: u64,
}

/// What findings that are counted together have in common.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Alike {
    pub(crate) check: String,
    pub(crate) outcome: String,
    pub(crate) severity: i64,
    pub(crate) visibility: i64,
    pub(crate) is_open: bool,
}

impl Alike {
    /// Whether they say that something is wrong.
    pub(crate) fn is_failure(&self) -> bool {
        self.outcome == Outcome::Fail.as_str()
    }

    /// Whether it cannot be told.
    pub(crate) fn is_unknown(&self) -> bool {
        self.outcome == Outcome::Unknown.as_str()
    }
}

const KEEP: &str = "count findings";
const CHANGE: [Statement; 2] = [
    Statement::new(
        KEEP,
        "INSERT INTO finding_count (project, check_id, outcome, severity, visibility, is_open, amount) VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (project, check_id, outcome, severity, visibility, is_open) DO UPDATE SET amount = finding_count.amount + excluded.amount",
    ),
    // In order, since two writers that lock the same rows in another order would wait for each other.
    Statement::new(
        KEEP,
        "INSERT INTO finding_total (cohort, check_id, outcome, severity, visibility, is_open, amount)
         SELECT cohort, $2, $3, $4, $5, $6, $7 FROM (
             SELECT '' AS cohort UNION ALL SELECT cohort FROM cohort_member WHERE project = $1) AS cohorts WHERE 1 = 1 ORDER BY cohort
         ON CONFLICT (cohort, check_id, outcome, severity, visibility, is_open) DO UPDATE SET amount = finding_total.amount + excluded.amount",
    ),
];
const CHANGE_IN_SHORT: Statement = Statement::new(
    KEEP,
    "INSERT INTO finding_short (project, outcome, visibility, is_open, amount) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (project, outcome, visibility, is_open) DO UPDATE SET amount = finding_short.amount + excluded.amount",
);
const RECOUNT: [Statement; 2] = [
    Statement::new(KEEP, "DELETE FROM finding_total WHERE cohort <> ''"),
    Statement::new(
        KEEP,
        "INSERT INTO finding_total (cohort, check_id, outcome, severity, visibility, is_open, amount)
         SELECT cohort, check_id, outcome, severity, visibility, is_open, CAST(SUM(amount) AS BIGINT)
         FROM cohort_member JOIN finding_count ON finding_count.project = cohort_member.project
         GROUP BY cohort, check_id, outcome, severity, visibility, is_open",
    ),
];
const EMPTY: Statement = Statement::new(
    KEEP,
    "DELETE FROM finding_count WHERE project = $1 AND amount = 0",
);

/// One text for each source of counts. `$1`, `$2`: the viewer; `$3` to `$8`: the filter; `$9` to `$12`: what is told apart.
macro_rules! counts {
    ($from:expr) => {
        concat!(
            "SELECT CASE WHEN $9 = 1 THEN project END AS by_project, CASE WHEN $10 = 1 THEN check_id END AS by_check,
                    CASE WHEN $11 = 1 THEN outcome END AS by_outcome, CASE WHEN $12 = 1 THEN severity END AS by_severity,
                    CAST(SUM(amount) AS BIGINT)
             FROM ", $from, "
             WHERE ", may_see!(), " AND amount > 0
               AND ($3 IS NULL OR check_id = $3) AND ($4 IS NULL OR outcome = $4) AND ($5 = -1 OR is_open = $5)
               AND (severity BETWEEN $6 AND $7 OR (severity = -1 AND $8 = 1))
             GROUP BY by_project, by_check, by_outcome, by_severity ORDER BY by_project, by_check, by_outcome, by_severity LIMIT 100000"
        )
    };
}

/// Over all projects or a cohort: the totals hold what everybody of a kind may see, the counts of projects what is one's own.
const OVER_ALL: Statement = Statement::new(
    KEEP,
    counts!("(SELECT '' AS project, check_id, outcome, severity, visibility, is_open, amount FROM finding_total
              WHERE cohort = COALESCE($14, '') AND visibility <= $1 AND $13 IS NULL
              UNION ALL
              SELECT project, check_id, outcome, severity, visibility, is_open, amount FROM finding_count
              WHERE visibility = 1 AND $1 < 1 AND $2 <> ''
                AND ($14 IS NULL OR EXISTS (SELECT 1 FROM cohort_member WHERE cohort = $14 AND cohort_member.project = finding_count.project))) AS counted"),
);
const OVER_EACH: Statement = Statement::new(
    KEEP,
    counts!("(SELECT * FROM finding_count WHERE $13 IS NULL AND $14 IS NULL) AS counted"),
);
const OVER_EACH_OUTCOME: Statement = Statement::new(
    KEEP,
    counts!(
        "(SELECT * FROM finding_count WHERE outcome = $4 AND $13 IS NULL AND $14 IS NULL) AS counted"
    ),
);
const OVER_EACH_OF_CHECK: Statement = Statement::new(
    KEEP,
    counts!(
        "(SELECT * FROM finding_count WHERE check_id = $3 AND $13 IS NULL AND $14 IS NULL) AS counted"
    ),
);
const OVER_ONE: Statement = Statement::new(
    KEEP,
    counts!(
        "(SELECT * FROM finding_count WHERE project = $13 AND ($14 IS NULL OR EXISTS (SELECT 1 FROM cohort_member WHERE cohort = $14 AND cohort_member.project = $13))) AS counted"
    ),
);
const OVER_MEMBERS: Statement = Statement::new(
    KEEP,
    counts!("(SELECT finding_count.* FROM cohort_member JOIN finding_count ON finding_count.project = cohort_member.project
              WHERE cohort_member.cohort = $14 AND $13 IS NULL) AS counted"),
);

/// What has a row for each project, outcome and visibility only, as if it were of one check and of one severity.
macro_rules! in_short {
    () => {
        "SELECT finding_short.project AS project, '' AS check_id, outcome, 0 AS severity, visibility, is_open, amount"
    };
}
const OVER_EACH_IN_SHORT: Statement = Statement::new(
    KEEP,
    counts!(concat!(
        "(",
        in_short!(),
        " FROM finding_short WHERE $13 IS NULL AND $14 IS NULL) AS counted"
    )),
);
const OVER_MEMBERS_IN_SHORT: Statement = Statement::new(
    KEEP,
    counts!(concat!(
        "(",
        in_short!(),
        " FROM cohort_member JOIN finding_short ON finding_short.project = cohort_member.project
          WHERE cohort_member.cohort = $14 AND $13 IS NULL) AS counted"
    )),
);

/// How many projects, of those that are counted.
const PROJECTS: Statement = Statement::new(
    "count projects with findings",
    concat!(
        "SELECT COUNT(DISTINCT project) FROM finding_count WHERE ",
        may_see!(),
        " AND amount > 0 AND check_id = $3 AND outcome = $4 AND is_open = 1"
    ),
);

/// The source of counts that has the fewest rows.
fn statement_of(filter: &FindingFilter, by: &[CountBy]) -> Statement {
    let tells_checks = filter.check.is_some() || by.contains(&CountBy::Check);
    let tells_severities =
        filter.severity != SeverityFilter::Any || by.contains(&CountBy::Severity);
    let is_short = !tells_checks && !tells_severities;
    if filter.project.is_some() {
        OVER_ONE
    } else if !by.contains(&CountBy::Project) {
        OVER_ALL
    } else if is_short && filter.cohort.is_some() {
        OVER_MEMBERS_IN_SHORT
    } else if is_short {
        OVER_EACH_IN_SHORT
    } else if filter.cohort.is_some() {
        OVER_MEMBERS
    } else if filter.check.is_some() {
        OVER_EACH_OF_CHECK
    } else if filter.outcome.is_some() {
        OVER_EACH_OUTCOME
    } else {
        OVER_EACH
    }
}

impl Store {
    /// Counts findings by what is asked for, sorted by it. Of the filter, `subject`, `key` and `text` are not looked at: those
    /// are counted by [`Store::findings`]. At most 100,000 counts. By project and check at once, or by project and severity, over a great
    /// many projects, every count of theirs is read: ask for a cohort, a check or an outcome.
    pub async fn finding_counts(
        &self,
        viewer: &Viewer,
        filter: &FindingFilter,
        by: &[CountBy],
    ) -> Result<Vec<FindingCount>, StoreError> {
        let statement = statement_of(filter, by);
        let mut counts = Vec::new();
        for row in self.rows(statement, &values_of(viewer, filter, by)).await? {
            let mut columns = row.columns(KEEP);
            counts.push(FindingCount {
                project: columns.optional_text()?,
                check: columns.optional_text()?,
                outcome: columns
                    .optional_text()?
                    .and_then(|word| Outcome::parse(&word)),
                severity: columns.optional_integer()?.map(SeverityFilter::of_rank),
                count: columns.count()?,
            });
        }
        Ok(counts)
    }

    /// How many projects have findings of a check with an outcome that are open.
    pub async fn projects_with(
        &self,
        viewer: &Viewer,
        check: &str,
        outcome: Outcome,
    ) -> Result<u64, StoreError> {
        let values = values![viewer.widest(), viewer.own(), check, outcome.as_str()];
        self.how_many(PROJECTS, values).await
    }
}

fn values_of<'v>(viewer: &Viewer, filter: &'v FindingFilter, by: &[CountBy]) -> Vec<Value<'v>> {
    let (low, high, with_unstated) = filter.severity.bounds();
    let values: [Value<'v>; 14] = [
        viewer.widest().into(),
        viewer.own().into(),
        filter.check.as_deref().into(),
        filter.outcome.map(Outcome::as_str).into(),
        filter.is_open.map_or(-1, i64::from).into(),
        low.into(),
        high.into(),
        with_unstated.into(),
        by.contains(&CountBy::Project).into(),
        by.contains(&CountBy::Check).into(),
        by.contains(&CountBy::Outcome).into(),
        by.contains(&CountBy::Severity).into(),
        filter.project.as_deref().into(),
        filter.cohort.as_deref().into(),
    ];
    values.into()
}

/// Adds the changes of a project's findings to both kinds of counts, in one order for every writer.
pub(crate) async fn change(
    work: &mut Work,
    project: &str,
    changes: &BTreeMap<Alike, i64>,
) -> Result<(), StoreError> {
    for (alike, amount) in changes.iter().filter(|(_, amount)| **amount != 0) {
        let values = values![
            project,
            &alike.check,
            &alike.outcome,
            alike.severity,
            alike.visibility,
            alike.is_open,
            *amount,
        ];
        for statement in CHANGE {
            work.execute(statement, values).await?;
        }
    }
    for ((outcome, visibility, is_open), amount) in in_short(changes) {
        let values = values![project, outcome, visibility, is_open, amount];
        work.execute(CHANGE_IN_SHORT, values).await?;
    }
    work.execute(EMPTY, values![project]).await.map(drop)
}

/// Changes by outcome, visibility and whether it is open.
fn in_short(changes: &BTreeMap<Alike, i64>) -> BTreeMap<(&str, i64, bool), i64> {
    let mut sums = BTreeMap::new();
    for (alike, amount) in changes {
        let key = (alike.outcome.as_str(), alike.visibility, alike.is_open);
        *sums.entry(key).or_insert(0) += amount;
    }
    sums
}

/// Counts again what the projects of each cohort have, after projects joined or left. Whoever calls it holds the rows of all
/// projects, so that nobody changes counts meanwhile.
pub(crate) async fn recount(work: &mut Work) -> Result<(), StoreError> {
    for statement in RECOUNT {
        work.execute(statement, &[]).await?;
    }
    Ok(())
}
