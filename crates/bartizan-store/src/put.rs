//! What one assessment says of one project, kept in one transaction: either all of it is there or nothing.
//!
//! Findings are compared with those that are open: what is new is opened, what is there again is opened again, what is
//! gone is closed, and what is the same costs no write. Everything else is replaced, but for what nobody could look at: that
//! stays as it was known.

mod findings;

use bartizan_model::{
    assessment::{AssessedComponent, AssessedEdge, Evidence, ProjectAssessment},
    problem::Problem,
};
use jiff::Timestamp;

use crate::{
    Scope, Store,
    assessment::{ATTEMPT, missing, put_problems},
    engine::{Statement, Work},
    error::StoreError,
    figure,
    profile::bump,
    record::{EvidenceRecord, SharesRecord, json},
    value::values,
};

const DOING: &str = "keep what was assessed of a project";

/// Longest name that stands in an index. PostgreSQL refuses entries above 2,700 bytes, and an identity has several parts.
const MOST_BYTES: usize = 500;

/// Locks the project's row first, so that two writers of one project do it one after the other.
const ASSESSED: Statement = Statement::new(
    DOING,
    "UPDATE project SET assessed = $2, attempted = $2, assessment = $3, failure = NULL WHERE name = $1",
);
const FORGET: [Statement; 2] = [
    Statement::new(DOING, "DELETE FROM component WHERE project = $1"),
    Statement::new(DOING, "DELETE FROM edge WHERE project = $1"),
];
const DOCUMENT_KINDS: Statement = Statement::new(
    DOING,
    "SELECT DISTINCT kind FROM document WHERE project = $1",
);
const FORGET_DOCUMENTS: Statement = Statement::new(
    DOING,
    "DELETE FROM document WHERE project = $1 AND kind = $2",
);
const PUT_COMPONENT: Statement = Statement::new(
    DOING,
    "INSERT INTO component (project, purl, package, name, version, is_native, is_direct, risk, risk_order, detail)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (project, purl) DO NOTHING",
);
const PUT_EDGE: Statement = Statement::new(
    DOING,
    "INSERT INTO edge (project, from_purl, to_purl, kind) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
);
const PUT_DOCUMENT: Statement = Statement::new(
    DOING,
    "INSERT INTO document (project, kind, document_key, json, evidence, put) VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (project, kind, document_key) DO UPDATE SET json = excluded.json, evidence = excluded.evidence, put = excluded.put",
);

impl Store {
    /// Keeps what an assessment says of a project. What cannot be kept (a name that is too long, a second finding under one
    /// key) becomes a problem of the project.
    pub async fn put_project(
        &self,
        assessment: i64,
        project: &ProjectAssessment,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let name = project.project.as_str();
        let mut work = self.write(DOING).await?;
        let changed = work
            .execute(ASSESSED, values![name, now, assessment])
            .await?;
        if changed == 0 {
            return Err(missing(DOING, "project", name));
        }
        let mut problems = project.problems.clone();
        for statement in FORGET {
            work.execute(statement, values![name]).await?;
        }
        put_components(&mut work, name, &project.components, &mut problems).await?;
        put_edges(&mut work, name, &project.edges, &mut problems).await?;
        put_documents(&mut work, project, now).await?;
        let scope = Scope::Project(name.to_owned());
        figure::forget(&mut work, &scope, &project.unseen).await?;
        figure::put(&mut work, assessment, &scope, &project.figures, now).await?;
        work.execute(ATTEMPT, values![assessment, name, true, now])
            .await?;
        let beside = findings::put(&mut work, project, &mut problems, now).await?;
        put_problems(&mut work, assessment, name, &problems).await?;
        // Rows that every writer changes come last: whoever waits for them waits for a commit only.
        beside.keep(&mut work, name, now).await?;
        bump(&mut work).await?;
        work.commit(DOING).await
    }
}

/// Whether names fit into an index; a problem where one does not.
fn fits(names: &[&str], problems: &mut Vec<Problem>) -> bool {
    match names.iter().find(|name| name.len() > MOST_BYTES) {
        Some(name) => {
            let start: String = name.chars().take(60).collect();
            let message = format!("was left out, since its name has more than {MOST_BYTES} bytes");
            problems.push(Problem::new(format!("{start}…"), message));
            false
        }
        None => true,
    }
}

async fn put_components(
    work: &mut Work,
    project: &str,
    components: &[AssessedComponent],
    problems: &mut Vec<Problem>,
) -> Result<(), StoreError> {
    for component in components {
        let purl = component.purl.to_string();
        if !fits(&[&purl, &component.name], problems) {
            continue;
        }
        let risk = component.risk.filter(|risk| risk.is_finite());
        let values = values![
            project,
            &purl,
            package_of(&purl),
            &component.name,
            component.version.as_deref(),
            component.is_native,
            component.is_direct,
            risk,
            risk.unwrap_or(-1.0),
            json(&SharesRecord::new(&component.shares, &component.evidence)),
        ];
        work.execute(PUT_COMPONENT, values).await?;
    }
    Ok(())
}

/// A package URL without version, qualifiers and subpath: what all versions of a package share.
pub(crate) fn package_of(purl: &str) -> &str {
    let end = purl.find(['?', '#']).unwrap_or(purl.len());
    let purl = purl.get(..end).unwrap_or(purl);
    match purl.rsplit_once('@') {
        // An `@` before the last `/` belongs to a namespace.
        Some((package, version)) if !version.contains('/') => package,
        _ => purl,
    }
}

async fn put_edges(
    work: &mut Work,
    project: &str,
    edges: &[AssessedEdge],
    problems: &mut Vec<Problem>,
) -> Result<(), StoreError> {
    for edge in edges {
        if fits(&[&edge.from, &edge.to, &edge.kind], problems) {
            work.execute(PUT_EDGE, values![project, &edge.from, &edge.to, &edge.kind])
                .await?;
        }
    }
    Ok(())
}

async fn put_documents(
    work: &mut Work,
    said: &ProjectAssessment,
    now: Timestamp,
) -> Result<(), StoreError> {
    let project = said.project.as_str();
    for row in work.rows(DOCUMENT_KINDS, values![project]).await? {
        let kind = row.columns(DOING).text()?;
        if !said.unseen.documents.contains(&kind) {
            work.execute(FORGET_DOCUMENTS, values![project, &kind])
                .await?;
        }
    }
    for document in &said.documents {
        let evidence = json(&EvidenceRecord::from(&document.evidence as &Evidence));
        let values = values![
            project,
            &document.kind,
            &document.key,
            &document.json,
            evidence,
            now
        ];
        work.execute(PUT_DOCUMENT, values).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_a_package_share_a_name() {
        assert_eq!(
            package_of("pkg:pypi/numpy@2.1.0?file=a@b#c"),
            "pkg:pypi/numpy"
        );
        assert_eq!(package_of("pkg:npm/@scope/x"), "pkg:npm/@scope/x");
        assert_eq!(package_of("pkg:generic/zlib"), "pkg:generic/zlib");
    }
}
