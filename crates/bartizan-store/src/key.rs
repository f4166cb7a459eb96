//! The keys of open failures over all projects: what a page of advisories lists.

use bartizan_model::severity::SeverityLevel;

use crate::{
    Page, Paged, Store, Viewer, engine::Statement, error::StoreError, finding::severity_of,
    value::values, viewer::may_see,
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
}

macro_rules! keys {
    () => {
        concat!(
            "SELECT check_id, finding_key, COUNT(DISTINCT project) AS projects, COUNT(*) AS findings,
                MAX(CASE severity WHEN 4 THEN 5 WHEN 3 THEN 4 WHEN -1 THEN 3 ELSE severity END) AS worst
             FROM finding WHERE is_open = 1 AND outcome = 'fail' AND finding_key <> ''
                AND ", may_see!(), " AND ($3 IS NULL OR check_id = $3)
             GROUP BY check_id, finding_key"
        )
    };
}

const KEYS: Statement = Statement::new(
    "list keys of findings",
    concat!(
        "SELECT check_id, finding_key, CAST(CASE worst WHEN 5 THEN 4 WHEN 4 THEN 3 WHEN 3 THEN -1 ELSE worst END AS BIGINT) AS severity, projects, findings
         FROM (", keys!(), ") AS keys
         ORDER BY worst DESC, projects DESC, finding_key, check_id LIMIT $4 OFFSET $5"
    ),
);
const HOW_MANY: Statement = Statement::new(
    "count keys of findings",
    concat!("SELECT COUNT(*) FROM (", keys!(), ") AS keys"),
);

impl Store {
    /// The keys under which findings are open and fail, of one check or of all: the worst severity first, then what most
    /// projects have.
    pub async fn keys(
        &self,
        viewer: &Viewer,
        check: Option<&str>,
        page: Page,
    ) -> Result<Paged<KeyRow>, StoreError> {
        let (widest, own) = (viewer.widest(), viewer.own());
        let (limit, offset) = (page.limit(), page.offset());
        let mut rows = Vec::new();
        for row in self
            .rows(KEYS, values![widest, own.clone(), check, limit, offset])
            .await?
        {
            let mut columns = row.columns(KEYS.doing);
            rows.push(KeyRow {
                check: columns.text()?,
                key: columns.text()?,
                severity: severity_of(columns.integer()?),
                projects: columns.count()?,
                findings: columns.count()?,
            });
        }
        let total = self.how_many(HOW_MANY, values![widest, own, check]).await?;
        Ok(Paged { rows, total })
    }
}
