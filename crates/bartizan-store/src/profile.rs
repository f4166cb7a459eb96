//! The profile of the ecosystem: put as a whole, read as projects, cohorts and milestones.
//!
//! What a newer profile no longer names is marked as gone and kept, since its history and its findings are still true.

use std::collections::{BTreeMap, BTreeSet};

use bartizan_model::{
    problem::Problem,
    profile::{Cohort, Milestone, Profile, Project},
};
use jiff::Timestamp;

use crate::{
    Page, Paged, Store, count,
    engine::{Statement, Work},
    error::StoreError,
    record::{CohortRecord, MilestoneRecord, ProblemRecord, ProfileRecord, ProjectRecord, json},
    schedule,
    value::{Row, values},
};

/// The profile that a store keeps.
#[derive(Debug, Clone, PartialEq)]
pub struct ProfileRow {
    /// The profile without its projects and cohorts, which have reads of their own; with its milestones.
    pub profile: Profile,
    /// The digest that was put with it.
    pub digest: String,
    /// When it was put.
    pub put: Timestamp,
}

/// A project, and how its last assessments went.
#[derive(Debug, Clone, PartialEq)]
pub struct ProjectRow {
    /// The project.
    pub project: Project,
    /// When the store first heard of it.
    pub first_seen: Timestamp,
    /// Since when the profile no longer names it.
    pub gone: Option<Timestamp>,
    /// When it was assessed last; its findings and figures are of then.
    pub assessed: Option<Timestamp>,
    /// When that was tried last.
    pub attempted: Option<Timestamp>,
    /// Why the last try failed, where it did: then what is shown is old.
    pub failure: Option<Problem>,
    /// How many findings with the outcome `fail` are open and public.
    pub open: u64,
}

/// Which projects.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ProjectFilter {
    /// Only members of this cohort.
    pub cohort: Option<String>,
    /// Only those whose name or title contains this.
    pub text: Option<String>,
    /// Those that are gone too.
    pub with_gone: bool,
}

const DOING: &str = "keep the profile";

const OTHER: Statement = Statement::new(DOING, "SELECT name FROM profile WHERE name <> $1");
const PUT: Statement = Statement::new(
    DOING,
    "INSERT INTO profile (name, digest, detail, put) VALUES ($1, $2, $3, $4)
     ON CONFLICT (name) DO UPDATE SET digest = excluded.digest, detail = excluded.detail, put = excluded.put",
);
const PUT_PROJECT: Statement = Statement::new(
    DOING,
    "INSERT INTO project (name, title, position, detail, first_seen) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (name) DO UPDATE SET title = excluded.title, position = excluded.position, detail = excluded.detail, gone = NULL",
);
const PUT_COHORT: Statement = Statement::new(
    DOING,
    "INSERT INTO cohort (name, position, detail) VALUES ($1, $2, $3)
     ON CONFLICT (name) DO UPDATE SET position = excluded.position, detail = excluded.detail, gone = NULL",
);
const PUT_MILESTONE: Statement = Statement::new(
    DOING,
    "INSERT INTO milestone (name, position, detail) VALUES ($1, $2, $3)
     ON CONFLICT (name) DO UPDATE SET position = excluded.position, detail = excluded.detail, gone = NULL",
);
const GONE: [Statement; 3] = [
    // Every row is locked: whoever keeps a project waits, and cohorts can be counted again.
    Statement::new(DOING, "UPDATE project SET gone = COALESCE(gone, $1)"),
    Statement::new(DOING, "UPDATE cohort SET gone = $1 WHERE gone IS NULL"),
    Statement::new(DOING, "UPDATE milestone SET gone = $1 WHERE gone IS NULL"),
];
const MEMBERSHIPS: Statement = Statement::new(
    DOING,
    "SELECT cohort, project FROM cohort_member ORDER BY cohort, project",
);
const LEAVE: Statement = Statement::new(DOING, "DELETE FROM cohort_member");
const JOIN: Statement = Statement::new(
    DOING,
    "INSERT INTO cohort_member (cohort, project) VALUES ($1, $2) ON CONFLICT DO NOTHING",
);
const BUMP: Statement = Statement::new(
    "count a change",
    "UPDATE counter SET value = value + 1 WHERE name = 'generation'",
);
const GENERATION: Statement = Statement::new(
    "read the generation",
    "SELECT value FROM counter WHERE name = 'generation'",
);
const PROFILE: Statement = Statement::new(
    "read the profile",
    "SELECT name, digest, put, detail FROM profile",
);
const COHORTS: Statement = Statement::new(
    "list cohorts",
    "SELECT name, detail FROM cohort WHERE gone IS NULL ORDER BY position, name LIMIT 1000",
);
const MEMBERS: Statement = Statement::new(
    "list members of a cohort",
    "SELECT project FROM cohort_member WHERE cohort = $1 ORDER BY project",
);
const SIZES: Statement = Statement::new(
    "count members of cohorts",
    "SELECT cohort, COUNT(*) FROM cohort_member GROUP BY cohort ORDER BY cohort",
);
const CLEAR: Statement = Statement::new(
    "count projects with nothing to mend",
    "SELECT COUNT(*) FROM cohort_member JOIN project ON project.name = cohort_member.project
     WHERE cohort_member.cohort = $1 AND project.gone IS NULL AND project.assessed IS NOT NULL AND NOT EXISTS (
         SELECT 1 FROM finding_short WHERE finding_short.project = project.name AND outcome = 'fail' AND visibility = 0 AND is_open = 1 AND amount > 0)",
);
const COHORTS_OF: Statement = Statement::new(
    "list cohorts of a project",
    "SELECT cohort.name FROM cohort_member JOIN cohort ON cohort.name = cohort_member.cohort
     WHERE cohort_member.project = $1 AND cohort.gone IS NULL ORDER BY cohort.position, cohort.name",
);
const MILESTONES: Statement = Statement::new(
    "list milestones",
    "SELECT name, detail FROM milestone WHERE gone IS NULL ORDER BY position, name LIMIT 1000",
);

macro_rules! project_columns {
    () => {
        "SELECT name, title, detail, first_seen, gone, assessed, attempted, failure,
                (SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) FROM finding_count
                 WHERE finding_count.project = project.name AND is_open = 1 AND outcome = 'fail' AND visibility = 0) FROM project "
    };
}
macro_rules! project_filter {
    () => {
        "WHERE ($1 IS NULL OR EXISTS (SELECT 1 FROM cohort_member WHERE cohort = $1 AND cohort_member.project = project.name))
           AND ($2 IS NULL OR REPLACE(LOWER(name), $2, '') <> LOWER(name) OR REPLACE(LOWER(title), $2, '') <> LOWER(title))
           AND ($3 = 1 OR gone IS NULL)"
    };
}
const PROJECTS: Statement = Statement::new(
    "list projects",
    concat!(
        project_columns!(),
        project_filter!(),
        " ORDER BY title, name LIMIT $4 OFFSET $5"
    ),
);
const HOW_MANY_PROJECTS: Statement = Statement::new(
    "count projects",
    concat!("SELECT COUNT(*) FROM project ", project_filter!()),
);
const PROJECT: Statement = Statement::new(
    "read a project",
    concat!(project_columns!(), "WHERE name = $1"),
);

impl Store {
    /// Keeps the profile, its projects, cohorts and milestones in place of what was there. `digest` tells whether it changed.
    pub async fn put_profile(
        &self,
        profile: &Profile,
        digest: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut work = self.write(DOING).await?;
        if let Some(other) = work.row(OTHER, values![&profile.name]).await? {
            return Err(StoreError::OtherProfile {
                found: other.columns(DOING).text()?,
                asked: profile.name.clone(),
            });
        }
        let detail = json(&ProfileRecord::from(profile));
        work.execute(PUT, values![&profile.name, digest, detail, now])
            .await?;
        for statement in GONE {
            work.execute(statement, values![now]).await?;
        }
        put_parts(&mut work, profile, now).await?;
        put_members(&mut work, profile).await?;
        schedule::put(&mut work, profile, now).await?;
        bump(&mut work).await?;
        work.commit(DOING).await
    }

    /// A number that grows with every change of what pages show: a page made at one generation is true until the next.
    pub async fn generation(&self) -> Result<i64, StoreError> {
        match self.row(GENERATION, &[]).await? {
            Some(row) => row.columns(GENERATION.doing).integer(),
            None => Ok(0),
        }
    }

    /// The profile that is kept, with its milestones; `None` before the first.
    pub async fn profile(&self) -> Result<Option<ProfileRow>, StoreError> {
        let Some(row) = self.row(PROFILE, &[]).await? else {
            return Ok(None);
        };
        let mut columns = row.columns(PROFILE.doing);
        let (name, digest, put) = (columns.text()?, columns.text()?, columns.instant()?);
        let mut profile = columns.json::<ProfileRecord>()?.profile(name);
        profile.milestones = self.milestones().await?;
        Ok(Some(ProfileRow {
            profile,
            digest,
            put,
        }))
    }

    /// Projects by title.
    pub async fn projects(
        &self,
        filter: &ProjectFilter,
        page: Page,
    ) -> Result<Paged<ProjectRow>, StoreError> {
        let text = filter.text.as_deref().map(str::to_ascii_lowercase);
        let text = text.filter(|text| !text.is_empty());
        let (cohort, with_gone) = (filter.cohort.as_deref(), filter.with_gone);
        let (limit, offset) = (page.limit(), page.offset());
        let rows = self
            .rows(
                PROJECTS,
                values![cohort, text.clone(), with_gone, limit, offset],
            )
            .await?;
        let total = self
            .how_many(HOW_MANY_PROJECTS, values![cohort, text, with_gone])
            .await?;
        Ok(Paged {
            rows: rows.iter().map(project).collect::<Result<_, _>>()?,
            total,
        })
    }

    /// One project, gone or not.
    pub async fn project(&self, name: &str) -> Result<Option<ProjectRow>, StoreError> {
        let row = self.row(PROJECT, values![name]).await?;
        row.as_ref().map(project).transpose()
    }

    /// The cohorts in the order of the profile, without their projects.
    pub async fn cohorts(&self) -> Result<Vec<Cohort>, StoreError> {
        let mut cohorts = Vec::new();
        for row in self.rows(COHORTS, &[]).await? {
            let mut columns = row.columns(COHORTS.doing);
            let name = columns.text()?;
            cohorts.push(columns.json::<CohortRecord>()?.cohort(name, Vec::new()));
        }
        Ok(cohorts)
    }

    /// The names of a cohort's projects, sorted.
    pub async fn members(&self, cohort: &str) -> Result<Vec<String>, StoreError> {
        names(&self.rows(MEMBERS, values![cohort]).await?, MEMBERS)
    }

    /// How many projects each cohort has that has any.
    pub async fn cohort_sizes(&self) -> Result<BTreeMap<String, u64>, StoreError> {
        let mut sizes = BTreeMap::new();
        for row in self.rows(SIZES, &[]).await? {
            let mut columns = row.columns(SIZES.doing);
            sizes.insert(columns.text()?, columns.count()?);
        }
        Ok(sizes)
    }

    /// How many projects of a cohort were assessed and have no open failure that everybody may see.
    pub async fn clear_projects(&self, cohort: &str) -> Result<u64, StoreError> {
        self.how_many(CLEAR, values![cohort]).await
    }

    /// The names of the cohorts that a project is in, in the order of the profile.
    pub async fn cohorts_of(&self, project: &str) -> Result<Vec<String>, StoreError> {
        names(&self.rows(COHORTS_OF, values![project]).await?, COHORTS_OF)
    }

    /// The milestones in the order of the profile.
    pub async fn milestones(&self) -> Result<Vec<Milestone>, StoreError> {
        let mut milestones = Vec::new();
        for row in self.rows(MILESTONES, &[]).await? {
            let mut columns = row.columns(MILESTONES.doing);
            let name = columns.text()?;
            milestones.push(columns.json::<MilestoneRecord>()?.milestone(name));
        }
        Ok(milestones)
    }
}

/// Counts a change of what pages show; the last statement of a transaction, since its row is every writer's.
pub(crate) async fn bump(work: &mut Work) -> Result<(), StoreError> {
    work.execute(BUMP, &[]).await.map(drop)
}

async fn put_parts(work: &mut Work, profile: &Profile, now: Timestamp) -> Result<(), StoreError> {
    for (position, project) in profile.projects.iter().enumerate() {
        let detail = json(&ProjectRecord::from(project));
        let values = values![&project.name, &project.title, position, detail, now];
        work.execute(PUT_PROJECT, values).await?;
    }
    for (position, cohort) in profile.cohorts.iter().enumerate() {
        let detail = json(&CohortRecord::from(cohort));
        work.execute(PUT_COHORT, values![&cohort.name, position, detail])
            .await?;
    }
    for (position, milestone) in profile.milestones.iter().enumerate() {
        let detail = json(&MilestoneRecord::from(milestone));
        work.execute(PUT_MILESTONE, values![&milestone.name, position, detail])
            .await?;
    }
    Ok(())
}

/// Lets projects join and leave cohorts. Where nobody does, nothing is counted again.
async fn put_members(work: &mut Work, profile: &Profile) -> Result<(), StoreError> {
    let cohorts = profile.cohorts.iter();
    let wanted: BTreeSet<(&str, &str)> = cohorts
        .flat_map(|cohort| {
            let projects = cohort.projects.iter();
            projects.map(|project| (cohort.name.as_str(), project.as_str()))
        })
        .collect();
    let mut found = Vec::new();
    for row in work.rows(MEMBERSHIPS, &[]).await? {
        let mut columns = row.columns(DOING);
        found.push((columns.text()?, columns.text()?));
    }
    let found = found.iter();
    let found = found.map(|(cohort, project)| (cohort.as_str(), project.as_str()));
    if found.collect::<BTreeSet<_>>() == wanted {
        return Ok(());
    }
    work.execute(LEAVE, &[]).await?;
    for (cohort, project) in wanted {
        work.execute(JOIN, values![cohort, project]).await?;
    }
    count::recount(work).await
}

fn names(rows: &[Row], statement: Statement) -> Result<Vec<String>, StoreError> {
    rows.iter()
        .map(|row| row.columns(statement.doing).text())
        .collect()
}

fn project(row: &Row) -> Result<ProjectRow, StoreError> {
    let mut columns = row.columns(PROJECT.doing);
    let (name, title) = (columns.text()?, columns.text()?);
    Ok(ProjectRow {
        project: columns.json::<ProjectRecord>()?.project(name, title),
        first_seen: columns.instant()?,
        gone: columns.optional_instant()?,
        assessed: columns.optional_instant()?,
        attempted: columns.optional_instant()?,
        failure: columns.optional_json::<ProblemRecord>()?.map(Into::into),
        open: columns.count()?,
    })
}
