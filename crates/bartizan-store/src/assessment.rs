//! Assessments: begun or resumed, one project after the other, finished. What is done of one that was interrupted stays done.

use bartizan_model::{
    assessment::{Figure, Unseen},
    problem::Problem,
};
use jiff::Timestamp;

use crate::{
    Page, Paged, Scope, Store,
    engine::{Statement, Work},
    error::StoreError,
    figure,
    profile::bump,
    record::{ProblemRecord, json},
    value::values,
};

/// What is to be assessed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAssessment {
    /// The digest of everything that it reads: profile, snapshots, settings.
    pub inputs_digest: String,
    /// When it begins.
    pub now: Timestamp,
}

/// An assessment that goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Begun {
    /// Its id.
    pub id: i64,
    /// Whether it was begun before and interrupted.
    pub is_resumed: bool,
    /// The projects that are done, sorted.
    pub done: Vec<String>,
}

/// An assessment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssessmentRow {
    /// Its id.
    pub id: i64,
    /// The digest of what it read.
    pub inputs_digest: String,
    /// When it began.
    pub started: Timestamp,
    /// When it was finished.
    pub finished: Option<Timestamp>,
    /// When it was given up for one of other inputs.
    pub given_up: Option<Timestamp>,
    /// How many projects it has done.
    pub done: u64,
    /// How many projects it could not do.
    pub failed: u64,
    /// How many problems it met.
    pub problems: u64,
}

/// A problem of an assessment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProblemRow {
    /// The project that it was met at.
    pub project: String,
    /// The problem.
    pub problem: Problem,
}

const BEGIN: &str = "begin an assessment";
const UNFINISHED: Statement = Statement::new(
    BEGIN,
    "SELECT id FROM assessment WHERE finished IS NULL AND given_up IS NULL AND inputs_digest = $1 ORDER BY id DESC",
);
const GIVE_UP: Statement = Statement::new(
    BEGIN,
    "UPDATE assessment SET given_up = $1 WHERE finished IS NULL AND given_up IS NULL",
);
const NEW: Statement = Statement::new(
    BEGIN,
    "INSERT INTO assessment (inputs_digest, started) VALUES ($1, $2) RETURNING id",
);
const DONE: Statement = Statement::new(
    BEGIN,
    "SELECT project FROM assessment_project WHERE assessment = $1 AND is_done = 1 ORDER BY project",
);

const FAIL: &str = "note that a project could not be assessed";
const FAILED: Statement = Statement::new(
    FAIL,
    "UPDATE project SET attempted = $2, failure = $3 WHERE name = $1",
);
pub(crate) const ATTEMPT: Statement = Statement::new(
    "note the attempt of a project",
    "INSERT INTO assessment_project (assessment, project, is_done, attempted) VALUES ($1, $2, $3, $4)
     ON CONFLICT (assessment, project) DO UPDATE SET is_done = excluded.is_done, attempted = excluded.attempted",
);
const FORGET_PROBLEMS: Statement = Statement::new(
    "keep problems",
    "DELETE FROM problem WHERE assessment = $1 AND project = $2",
);
const PUT_PROBLEM: Statement = Statement::new(
    "keep problems",
    "INSERT INTO problem (assessment, project, position, subject, message, hint) VALUES ($1, $2, $3, $4, $5, $6)",
);

macro_rules! projects_where {
    ($is_done:literal) => {
        concat!("(SELECT COUNT(*) FROM assessment_project WHERE assessment_project.assessment = assessment.id AND is_done = ", $is_done, ")")
    };
}
macro_rules! problems {
    () => {
        "(SELECT COUNT(*) FROM problem WHERE problem.assessment = assessment.id)"
    };
}
/// The numbers stay when what they count is forgotten.
const FINISH: Statement = Statement::new(
    "finish an assessment",
    concat!(
        "UPDATE assessment SET finished = $2, done = ",
        projects_where!("1"),
        ", failed = ",
        projects_where!("0"),
        ", problems = ",
        problems!(),
        " WHERE id = $1 AND finished IS NULL"
    ),
);

/// What is kept of each project in an old assessment: findings and figures say by themselves when they were seen.
const FORGET_OLD: [Statement; 2] = [
    Statement::new(
        "forget an old assessment",
        "DELETE FROM problem WHERE assessment IN (SELECT id FROM assessment WHERE started < $1)",
    ),
    Statement::new(
        "forget an old assessment",
        "DELETE FROM assessment_project WHERE assessment IN (SELECT id FROM assessment WHERE started < $1)",
    ),
];

/// So many days the projects and problems of an assessment are kept.
const DAYS_KEPT: i64 = 90;

macro_rules! assessment_columns {
    () => {
        concat!(
            "SELECT id, inputs_digest, started, finished, given_up, COALESCE(done, ",
            projects_where!("1"),
            "), COALESCE(failed, ",
            projects_where!("0"),
            "), COALESCE(problems, ",
            problems!(),
            ") FROM assessment "
        )
    };
}
const ASSESSMENTS: Statement = Statement::new(
    "list assessments",
    concat!(assessment_columns!(), "ORDER BY id DESC LIMIT $1 OFFSET $2"),
);
const HOW_MANY: Statement = Statement::new("count assessments", "SELECT COUNT(*) FROM assessment");
const PROBLEMS: Statement = Statement::new(
    "list problems",
    "SELECT project, subject, message, hint FROM problem WHERE assessment = $1 AND ($2 IS NULL OR project = $2)
     ORDER BY project, position LIMIT $3 OFFSET $4",
);
const HOW_MANY_PROBLEMS: Statement = Statement::new(
    "count problems",
    "SELECT COUNT(*) FROM problem WHERE assessment = $1 AND ($2 IS NULL OR project = $2)",
);

/// Most problems that are kept of one project in one assessment; the last one kept says how many were left out.
const MOST_PROBLEMS: usize = 1_000;

impl Store {
    /// Begins an assessment, or goes on with the one of the same inputs that was interrupted. One of other inputs is given up.
    pub async fn begin_assessment(&self, new: &NewAssessment) -> Result<Begun, StoreError> {
        let mut work = self.write(BEGIN).await?;
        let found = work.row(UNFINISHED, values![&new.inputs_digest]).await?;
        let begun = match found {
            Some(row) => {
                let id = row.columns(BEGIN).integer()?;
                let rows = work.rows(DONE, values![id]).await?;
                let done = rows.iter().map(|row| row.columns(BEGIN).text());
                Begun {
                    id,
                    is_resumed: true,
                    done: done.collect::<Result<_, _>>()?,
                }
            }
            None => begin(&mut work, new).await?,
        };
        work.commit(BEGIN).await?;
        Ok(begun)
    }

    /// Notes that a project could not be assessed. What was known of it stays, and is shown as old.
    pub async fn fail_project(
        &self,
        assessment: i64,
        project: &str,
        problem: &Problem,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut work = self.write(FAIL).await?;
        let failure = json(&ProblemRecord::from(problem));
        let changed = work.execute(FAILED, values![project, now, failure]).await?;
        if changed == 0 {
            return Err(missing(FAIL, "project", project));
        }
        work.execute(ATTEMPT, values![assessment, project, false, now])
            .await?;
        put_problems(
            &mut work,
            assessment,
            project,
            std::slice::from_ref(problem),
        )
        .await?;
        bump(&mut work).await?;
        work.commit(FAIL).await
    }

    /// Keeps figures over a cohort or the whole ecosystem in place of those that were there.
    pub async fn put_figures(
        &self,
        assessment: i64,
        scope: &Scope,
        figures: &[Figure],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let unseen = Unseen::default();
        self.put_figures_but(assessment, scope, (figures, &unseen), now)
            .await
    }

    /// The same, but that figures of measures that nobody could take stay as they are.
    pub async fn put_figures_but(
        &self,
        assessment: i64,
        scope: &Scope,
        (figures, unseen): (&[Figure], &Unseen),
        now: Timestamp,
    ) -> Result<(), StoreError> {
        const DOING: &str = "keep figures";
        let mut work = self.write(DOING).await?;
        figure::forget(&mut work, scope, unseen).await?;
        figure::put(&mut work, assessment, scope, figures, now).await?;
        bump(&mut work).await?;
        work.commit(DOING).await
    }

    /// Finishes an assessment: its figures become points of the history, the history is thinned, and of assessments older than 90
    /// days only the summary is kept.
    pub async fn finish_assessment(&self, id: i64, now: Timestamp) -> Result<(), StoreError> {
        let mut work = self.write(FINISH.doing).await?;
        if work.execute(FINISH, values![id, now]).await? > 0 {
            figure::remember(&mut work, id, now).await?;
            figure::thin(&mut work, id, now).await?;
            let old = now.as_millisecond() - DAYS_KEPT * 24 * 60 * 60 * 1_000;
            for statement in FORGET_OLD {
                work.execute(statement, values![old]).await?;
            }
            bump(&mut work).await?;
        }
        work.commit(FINISH.doing).await
    }

    /// The assessments, the newest first.
    pub async fn assessments(&self, page: Page) -> Result<Paged<AssessmentRow>, StoreError> {
        let mut rows = Vec::new();
        for row in self
            .rows(ASSESSMENTS, values![page.limit(), page.offset()])
            .await?
        {
            let mut columns = row.columns(ASSESSMENTS.doing);
            rows.push(AssessmentRow {
                id: columns.integer()?,
                inputs_digest: columns.text()?,
                started: columns.instant()?,
                finished: columns.optional_instant()?,
                given_up: columns.optional_instant()?,
                done: columns.count()?,
                failed: columns.count()?,
                problems: columns.count()?,
            });
        }
        let total = self.how_many(HOW_MANY, &[]).await?;
        Ok(Paged { rows, total })
    }

    /// The problems of an assessment, of one project or of all.
    pub async fn problems(
        &self,
        assessment: i64,
        project: Option<&str>,
        page: Page,
    ) -> Result<Paged<ProblemRow>, StoreError> {
        let mut rows = Vec::new();
        let values = values![assessment, project, page.limit(), page.offset()];
        for row in self.rows(PROBLEMS, values).await? {
            let mut columns = row.columns(PROBLEMS.doing);
            rows.push(ProblemRow {
                project: columns.text()?,
                problem: Problem {
                    subject: columns.text()?,
                    message: columns.text()?,
                    hint: columns.optional_text()?,
                },
            });
        }
        let total = self
            .how_many(HOW_MANY_PROBLEMS, values![assessment, project])
            .await?;
        Ok(Paged { rows, total })
    }
}

async fn begin(work: &mut Work, new: &NewAssessment) -> Result<Begun, StoreError> {
    work.execute(GIVE_UP, values![new.now]).await?;
    let row = work
        .row(NEW, values![&new.inputs_digest, new.now])
        .await?
        .ok_or_else(|| StoreError::row(BEGIN, "it gave no id"))?;
    Ok(Begun {
        id: row.columns(BEGIN).integer()?,
        is_resumed: false,
        done: Vec::new(),
    })
}

pub(crate) fn missing(doing: &'static str, kind: &'static str, name: &str) -> StoreError {
    StoreError::Missing {
        doing,
        kind,
        name: name.to_owned(),
    }
}

/// Keeps the problems of a project in place of those of an earlier try.
pub(crate) async fn put_problems(
    work: &mut Work,
    assessment: i64,
    project: &str,
    problems: &[Problem],
) -> Result<(), StoreError> {
    work.execute(FORGET_PROBLEMS, values![assessment, project])
        .await?;
    let left_out = problems.len().saturating_sub(MOST_PROBLEMS);
    let rest = (left_out > 0)
        .then(|| Problem::new(project, format!("{left_out} more problems were left out")));
    for (position, problem) in problems.iter().take(MOST_PROBLEMS).chain(&rest).enumerate() {
        let values = values![
            assessment,
            project,
            position,
            &problem.subject,
            &problem.message,
            problem.hint.as_deref(),
        ];
        work.execute(PUT_PROBLEM, values).await?;
    }
    Ok(())
}
