//! Figures of measures over projects, cohorts and the ecosystem, and how they were over time.
//!
//! A figure that nobody measured has no row. The history is appended to when an assessment is finished, and thinned: every
//! point for 90 days, then the last of each week for two years, then the last of each month. Age is counted from the assessment before: what a
//! clock that jumped ahead for once calls old is still whole when it is back.

use bartizan_model::assessment::{Figure, Unseen};
use jiff::Timestamp;

use crate::{
    Page, Paged, Store,
    engine::{Statement, Work},
    error::StoreError,
    record::{EvidenceRecord, SharesRecord, json},
    value::{Columns, Value, values},
};

/// What a figure is over.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// The whole ecosystem.
    Ecosystem,
    /// The cohort of this name.
    Cohort(String),
    /// The project of this name.
    Project(String),
}

impl Scope {
    fn values(&self) -> [Value<'_>; 2] {
        let (kind, name) = match self {
            Self::Ecosystem => ("ecosystem", ""),
            Self::Cohort(name) => ("cohort", name.as_str()),
            Self::Project(name) => ("project", name.as_str()),
        };
        [Value::from(kind), Value::from(name)]
    }

    fn with<'s, const N: usize>(&'s self, more: [Value<'s>; N]) -> Vec<Value<'s>> {
        self.values().into_iter().chain(more).collect()
    }
}

/// A figure as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct FigureRow {
    /// The figure.
    pub figure: Figure,
    /// When it was measured.
    pub measured: Timestamp,
    /// The assessment that measured it.
    pub assessment: i64,
}

/// The figure of one project, without what it is made of.
#[derive(Debug, Clone, PartialEq)]
pub struct ProjectFigure {
    /// The project.
    pub project: String,
    /// The value.
    pub value: f64,
    /// Out of how many.
    pub whole: Option<f64>,
    /// When it was measured.
    pub measured: Timestamp,
}

/// A figure at an earlier time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HistoryPoint {
    /// When.
    pub instant: Timestamp,
    /// The value.
    pub value: f64,
    /// Out of how many.
    pub whole: Option<f64>,
}

const PUT: &str = "keep figures";
const MEASURES: Statement = Statement::new(
    PUT,
    "SELECT measure FROM figure WHERE scope_kind = $1 AND scope = $2",
);
const FORGET: Statement = Statement::new(
    PUT,
    "DELETE FROM figure WHERE scope_kind = $1 AND scope = $2",
);
const FORGET_ONE: Statement = Statement::new(
    PUT,
    "DELETE FROM figure WHERE scope_kind = $1 AND scope = $2 AND measure = $3",
);
const INSERT: Statement = Statement::new(
    PUT,
    "INSERT INTO figure (scope_kind, scope, measure, value, whole, detail, measured, assessment)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
     ON CONFLICT (scope_kind, scope, measure) DO UPDATE SET value = excluded.value, whole = excluded.whole, detail = excluded.detail,
         measured = excluded.measured, assessment = excluded.assessment",
);
const REMEMBER: Statement = Statement::new(
    "append to the history",
    "INSERT INTO history (scope_kind, scope, measure, instant, value, whole)
     SELECT scope_kind, scope, measure, $2, value, whole FROM figure WHERE assessment = $1
     ON CONFLICT (scope_kind, scope, measure, instant) DO NOTHING",
);

/// Keeps the last point of each stretch of `$3` milliseconds, of those before `$1` and from `$2` on.
const THIN: Statement = Statement::new(
    "thin the history",
    "DELETE FROM history WHERE instant < $1 AND instant >= $2 AND EXISTS (
         SELECT 1 FROM history AS later
         WHERE later.scope_kind = history.scope_kind AND later.scope = history.scope AND later.measure = history.measure
           AND later.instant > history.instant AND later.instant < $1 AND later.instant / $3 = history.instant / $3)",
);

const THINNED: Statement = Statement::new(
    "thin the history",
    "SELECT value FROM counter WHERE name = 'thinned'",
);
const LAST: Statement = Statement::new(
    "thin the history",
    "SELECT MAX(finished) FROM assessment WHERE id <> $1",
);
const THIN_FROM: Statement = Statement::new(
    "thin the history",
    "INSERT INTO counter (name, value) VALUES ('thinned', $1) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
);

const DAY: i64 = 24 * 60 * 60 * 1000;
/// Every point is kept for so long.
const WHOLE: i64 = 90 * DAY;
/// One point a week is kept for so long; after that one of each month.
const WEEKLY: i64 = 2 * 365 * DAY;
const WEEK: i64 = 7 * DAY;
/// A twelfth of a year: a month by the calendar is no division.
const MONTH: i64 = 365 * DAY / 12;

macro_rules! figure_columns {
    () => {
        "SELECT measure, value, whole, detail, measured, assessment FROM figure WHERE scope_kind = $1 AND scope = $2"
    };
}
const FIGURES: Statement = Statement::new(
    "list figures",
    concat!(figure_columns!(), " ORDER BY measure LIMIT 1000"),
);
const FIGURE: Statement = Statement::new(
    "read a figure",
    concat!(figure_columns!(), " AND measure = $3"),
);
macro_rules! by_project {
    ($from:literal) => {
        concat!(
            "FROM ",
            $from,
            " WHERE figure.scope_kind = 'project' AND figure.measure = $1 AND project.gone IS NULL"
        )
    };
}
macro_rules! by_project_statements {
    ($from:literal) => {
        [
            Statement::new(
                "list figures of projects",
                concat!(
                    "SELECT scope, value, whole, measured ",
                    by_project!($from),
                    " ORDER BY scope LIMIT $3 OFFSET $4"
                ),
            ),
            Statement::new(
                "count figures of projects",
                concat!("SELECT COUNT(*) ", by_project!($from)),
            ),
        ]
    };
}
const OF_ALL_PROJECTS: [Statement; 2] =
    by_project_statements!("figure JOIN project ON project.name = figure.scope AND $2 IS NULL");
const OF_MEMBERS: [Statement; 2] = by_project_statements!(
    "cohort_member JOIN figure ON figure.scope = cohort_member.project AND cohort_member.cohort = $2
     JOIN project ON project.name = figure.scope"
);
const HISTORY: Statement = Statement::new(
    "read the history",
    "SELECT instant, value, whole FROM history WHERE scope_kind = $1 AND scope = $2 AND measure = $3 AND instant >= $4
     ORDER BY instant DESC LIMIT 5000",
);

impl Store {
    /// The figures over something, by measure.
    pub async fn figures(&self, scope: &Scope) -> Result<Vec<FigureRow>, StoreError> {
        let rows = self.rows(FIGURES, &scope.values()).await?;
        rows.iter()
            .map(|row| figure(row.columns(FIGURES.doing)))
            .collect()
    }

    /// One figure; `None` where it was never measured.
    pub async fn figure(
        &self,
        scope: &Scope,
        measure: &str,
    ) -> Result<Option<FigureRow>, StoreError> {
        let row = self.row(FIGURE, &scope.with([measure.into()])).await?;
        row.map(|row| figure(row.columns(FIGURE.doing))).transpose()
    }

    /// The figures of one measure of every project, or of those of a cohort, by project.
    pub async fn project_figures(
        &self,
        measure: &str,
        cohort: Option<&str>,
        page: Page,
    ) -> Result<Paged<ProjectFigure>, StoreError> {
        let [list, count] = match cohort {
            Some(_) => OF_MEMBERS,
            None => OF_ALL_PROJECTS,
        };
        let values = values![measure, cohort, page.limit(), page.offset()];
        let mut rows = Vec::new();
        for row in self.rows(list, values).await? {
            let mut columns = row.columns(list.doing);
            rows.push(ProjectFigure {
                project: columns.text()?,
                value: columns.number()?,
                whole: columns.optional_number()?,
                measured: columns.instant()?,
            });
        }
        let total = self.how_many(count, values![measure, cohort]).await?;
        Ok(Paged { rows, total })
    }

    /// How a figure was, from an instant on, the oldest first; the newest 5,000 points at most.
    pub async fn history(
        &self,
        scope: &Scope,
        measure: &str,
        since: Option<Timestamp>,
    ) -> Result<Vec<HistoryPoint>, StoreError> {
        let since = since.map_or(i64::MIN, Timestamp::as_millisecond);
        let values = scope.with([measure.into(), since.into()]);
        let mut points = Vec::new();
        for row in self.rows(HISTORY, &values).await? {
            let mut columns = row.columns(HISTORY.doing);
            points.push(HistoryPoint {
                instant: columns.instant()?,
                value: columns.number()?,
                whole: columns.optional_number()?,
            });
        }
        points.reverse();
        Ok(points)
    }
}

/// Forgets the figures over something, but for those of measures that nobody could take.
pub(crate) async fn forget(
    work: &mut Work,
    scope: &Scope,
    unseen: &Unseen,
) -> Result<(), StoreError> {
    if unseen.measures.is_empty() {
        return work.execute(FORGET, &scope.values()).await.map(drop);
    }
    for row in work.rows(MEASURES, &scope.values()).await? {
        let measure = row.columns(PUT).text()?;
        if !unseen.holds_measure(&measure) {
            let values = scope.with([Value::from(&measure)]);
            work.execute(FORGET_ONE, &values).await?;
        }
    }
    Ok(())
}

/// Keeps the figures over something. What is not a number was not measured.
pub(crate) async fn put(
    work: &mut Work,
    assessment: i64,
    scope: &Scope,
    figures: &[Figure],
    now: Timestamp,
) -> Result<(), StoreError> {
    for figure in figures.iter().filter(|figure| figure.value.is_finite()) {
        let detail = json(&SharesRecord::new(&figure.shares, &figure.evidence));
        let values = scope.with([
            Value::from(&figure.measure),
            figure.value.into(),
            figure.whole.filter(|whole| whole.is_finite()).into(),
            detail.into(),
            now.into(),
            assessment.into(),
        ]);
        work.execute(INSERT, &values).await?;
    }
    Ok(())
}

/// Makes points of the history of the figures that an assessment measured.
pub(crate) async fn remember(
    work: &mut Work,
    assessment: i64,
    now: Timestamp,
) -> Result<(), StoreError> {
    work.execute(REMEMBER, values![assessment, now])
        .await
        .map(drop)
}

/// Thins the history as this module says, at the end of an assessment: of what is old, only what became so since it was thinned last.
pub(crate) async fn thin(
    work: &mut Work,
    assessment: i64,
    now: Timestamp,
) -> Result<(), StoreError> {
    let row = work.row(LAST, values![assessment]).await?;
    let last = row.map(|row| row.columns(LAST.doing).optional_instant());
    let Some(last) = last.transpose()?.flatten() else {
        return Ok(());
    };
    let now = now.min(last).as_millisecond();
    let before = match work.row(THINNED, &[]).await? {
        Some(row) => row.columns(THINNED.doing).integer()?,
        None => i64::MIN,
    };
    // What was thinned by a clock that was ahead is looked at again.
    let before = if before > now { i64::MIN } else { before };
    for (age, stretch) in [(WHOLE, WEEK), (WEEKLY, MONTH)] {
        // One stretch further back, since its last point is replaced by a later one of the same.
        let from = before.saturating_sub(age).saturating_sub(stretch);
        let to = now.saturating_sub(age);
        work.execute(THIN, values![to, from, stretch]).await?;
    }
    work.execute(THIN_FROM, values![now]).await.map(drop)
}

fn figure(mut columns: Columns<'_>) -> Result<FigureRow, StoreError> {
    let (measure, value, whole) = (
        columns.text()?,
        columns.number()?,
        columns.optional_number()?,
    );
    let detail = columns.json::<SharesRecord>()?;
    Ok(FigureRow {
        figure: Figure {
            measure,
            value,
            whole,
            shares: detail.shares,
            evidence: EvidenceRecord::all(detail.evidence),
        },
        measured: columns.instant()?,
        assessment: columns.integer()?,
    })
}
