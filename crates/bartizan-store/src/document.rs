//! Facts that are kept whole, as JSON text that only their readers understand.

use bartizan_model::assessment::Document;
use jiff::Timestamp;

use crate::{
    Page, Paged, Store,
    engine::Statement,
    error::StoreError,
    record::EvidenceRecord,
    value::{Columns, values},
};

/// A document of a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentRow {
    /// The project.
    pub project: String,
    /// The document.
    pub document: Document,
    /// When it was put.
    pub put: Timestamp,
}

/// What a document is called.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DocumentName {
    /// The project.
    pub project: String,
    /// Its key among those of its kind.
    pub key: String,
}

const COLUMNS: &str = "read a document";
const DOCUMENT: Statement = Statement::new(
    COLUMNS,
    "SELECT project, kind, document_key, json, evidence, put FROM document WHERE project = $1 AND kind = $2 AND document_key = $3",
);
const OF_KIND: Statement = Statement::new(
    COLUMNS,
    "SELECT project, kind, document_key, json, evidence, put FROM document WHERE kind = $1 ORDER BY project, document_key LIMIT $2 OFFSET $3",
);
const OF_KEY: Statement = Statement::new(
    COLUMNS,
    "SELECT project, kind, document_key, json, evidence, put FROM document WHERE kind = $1 AND document_key = $2 ORDER BY project LIMIT $3",
);
const HOW_MANY: Statement = Statement::new(
    "count documents",
    "SELECT COUNT(*) FROM document WHERE kind = $1",
);
const NAMES: Statement = Statement::new(
    "list documents of a project",
    "SELECT project, document_key FROM document WHERE project = $1 AND kind = $2 ORDER BY document_key LIMIT 1000",
);

impl Store {
    /// One document of a project.
    pub async fn document(
        &self,
        project: &str,
        kind: &str,
        key: &str,
    ) -> Result<Option<DocumentRow>, StoreError> {
        let row = self.row(DOCUMENT, values![project, kind, key]).await?;
        row.map(|row| document(row.columns(COLUMNS))).transpose()
    }

    /// The documents of a kind over all projects, by project and key.
    pub async fn documents(
        &self,
        kind: &str,
        page: Page,
    ) -> Result<Paged<DocumentRow>, StoreError> {
        let values = values![kind, page.limit(), page.offset()];
        let rows = self.rows(OF_KIND, values).await?;
        let total = self.how_many(HOW_MANY, values![kind]).await?;
        Ok(Paged {
            rows: rows
                .iter()
                .map(|row| document(row.columns(COLUMNS)))
                .collect::<Result<_, _>>()?,
            total,
        })
    }

    /// The documents of a kind under a key, by project; no more than a page may have.
    pub async fn documents_of_key(
        &self,
        kind: &str,
        key: &str,
        most: u32,
    ) -> Result<Vec<DocumentRow>, StoreError> {
        let values = values![kind, key, Page::new(1, most).limit()];
        let rows = self.rows(OF_KEY, values).await?;
        rows.iter()
            .map(|row| document(row.columns(COLUMNS)))
            .collect()
    }

    /// The names of a project's documents of a kind; 1,000 at most.
    pub async fn document_names(
        &self,
        project: &str,
        kind: &str,
    ) -> Result<Vec<DocumentName>, StoreError> {
        let mut names = Vec::new();
        for row in self.rows(NAMES, values![project, kind]).await? {
            let mut columns = row.columns(NAMES.doing);
            names.push(DocumentName {
                project: columns.text()?,
                key: columns.text()?,
            });
        }
        Ok(names)
    }
}

fn document(mut columns: Columns<'_>) -> Result<DocumentRow, StoreError> {
    let (project, kind, key) = (columns.text()?, columns.text()?, columns.text()?);
    let json = columns.text()?;
    let evidence = columns
        .json::<EvidenceRecord>()?
        .evidence()
        .ok_or_else(|| StoreError::row(COLUMNS, "its evidence has no time"))?;
    Ok(DocumentRow {
        project,
        document: Document {
            kind,
            key,
            json,
            evidence,
        },
        put: columns.instant()?,
    })
}
