//! What projects stand on and carry, how that hangs together, and who stands on one thing.

use bartizan_model::{
    assessment::{AssessedComponent, AssessedEdge},
    purl::Purl,
};

use crate::{
    Page, Paged, Store,
    engine::Statement,
    error::StoreError,
    record::{EvidenceRecord, SharesRecord},
    value::{Columns, values},
};

/// A component of a project.
#[derive(Debug, Clone, PartialEq)]
pub struct ComponentRow {
    /// The project.
    pub project: String,
    /// The component.
    pub component: AssessedComponent,
}

/// Which components of a project.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ComponentFilter {
    /// Only native code, or only what is none.
    pub is_native: Option<bool>,
    /// Only what the project asks for itself, or only what comes with that.
    pub is_direct: Option<bool>,
    /// Only those whose name contains this.
    pub text: Option<String>,
}

/// A project that stands on a package or carries it.
#[derive(Debug, Clone, PartialEq)]
pub struct Dependant {
    /// The project.
    pub project: String,
    /// The package URL that it has it under.
    pub purl: String,
    /// The version, where known.
    pub version: Option<String>,
    /// Whether it is native code that the project's artifacts carry.
    pub is_native: bool,
    /// Whether the project asks for it itself.
    pub is_direct: bool,
}

macro_rules! component_filter {
    () => {
        "FROM component WHERE project = $1 AND ($2 = -1 OR is_native = $2) AND ($3 = -1 OR is_direct = $3)
           AND ($4 IS NULL OR REPLACE(LOWER(name), $4, '') <> LOWER(name))"
    };
}
const COMPONENTS: Statement = Statement::new(
    "list components",
    concat!(
        "SELECT project, purl, name, version, is_native, is_direct, risk, detail ",
        component_filter!(),
        " ORDER BY risk_order DESC, name, purl LIMIT $5 OFFSET $6"
    ),
);
const HOW_MANY: Statement = Statement::new(
    "count components",
    concat!("SELECT COUNT(*) ", component_filter!()),
);

macro_rules! dependants {
    ($select:literal, $way_in:literal, $end:literal) => {
        concat!(
            "SELECT ", $select, " FROM component WHERE ", $way_in,
            " AND EXISTS (SELECT 1 FROM project WHERE project.name = component.project AND gone IS NULL) ", $end
        )
    };
}
const DEPENDANTS: &str = "list dependants";
const BY_PACKAGE: [Statement; 2] = [
    Statement::new(
        DEPENDANTS,
        dependants!(
            "project, purl, version, is_native, is_direct",
            "package = $1",
            "ORDER BY project, purl LIMIT $2 OFFSET $3"
        ),
    ),
    Statement::new(
        "count dependants",
        dependants!("COUNT(*)", "package = $1", ""),
    ),
];
const BY_NAME: [Statement; 2] = [
    Statement::new(
        DEPENDANTS,
        dependants!(
            "project, purl, version, is_native, is_direct",
            "name = $1",
            "ORDER BY project, purl LIMIT $2 OFFSET $3"
        ),
    ),
    Statement::new("count dependants", dependants!("COUNT(*)", "name = $1", "")),
];
const EDGES: Statement = Statement::new(
    "list edges",
    "SELECT from_purl, to_purl, kind FROM edge WHERE project = $1 ORDER BY from_purl, to_purl, kind LIMIT 20000",
);

impl Store {
    /// The components of a project, the riskiest first, then by name.
    pub async fn components(
        &self,
        project: &str,
        filter: &ComponentFilter,
        page: Page,
    ) -> Result<Paged<ComponentRow>, StoreError> {
        let text = filter.text.as_deref().map(str::to_ascii_lowercase);
        let text = text.filter(|text| !text.is_empty());
        let is_native = filter.is_native.map_or(-1, i64::from);
        let is_direct = filter.is_direct.map_or(-1, i64::from);
        let (limit, offset) = (page.limit(), page.offset());
        let limited = values![project, is_native, is_direct, text.clone(), limit, offset];
        let rows = self.rows(COMPONENTS, limited).await?;
        let total = self
            .how_many(HOW_MANY, values![project, is_native, is_direct, text])
            .await?;
        Ok(Paged {
            rows: rows
                .iter()
                .map(|row| component(row.columns(COMPONENTS.doing)))
                .collect::<Result<_, _>>()?,
            total,
        })
    }

    /// The projects that stand on a package: by its package URL without a version (one with a version means the same), or
    /// by the name of the component. By project.
    pub async fn dependants_of(
        &self,
        package: &str,
        page: Page,
    ) -> Result<Paged<Dependant>, StoreError> {
        let [list, count] = if package.starts_with("pkg:") {
            BY_PACKAGE
        } else {
            BY_NAME
        };
        let package = crate::put::package_of(package);
        let mut rows = Vec::new();
        for row in self
            .rows(list, values![package, page.limit(), page.offset()])
            .await?
        {
            let mut columns = row.columns(list.doing);
            rows.push(Dependant {
                project: columns.text()?,
                purl: columns.text()?,
                version: columns.optional_text()?,
                is_native: columns.holds()?,
                is_direct: columns.holds()?,
            });
        }
        let total = self.how_many(count, values![package]).await?;
        Ok(Paged { rows, total })
    }

    /// The edges between the components of a project, sorted; 20,000 at most.
    pub async fn edges(&self, project: &str) -> Result<Vec<AssessedEdge>, StoreError> {
        let mut edges = Vec::new();
        for row in self.rows(EDGES, values![project]).await? {
            let mut columns = row.columns(EDGES.doing);
            edges.push(AssessedEdge {
                from: columns.text()?,
                to: columns.text()?,
                kind: columns.text()?,
            });
        }
        Ok(edges)
    }
}

fn component(mut columns: Columns<'_>) -> Result<ComponentRow, StoreError> {
    let (project, purl) = (columns.text()?, columns.text()?);
    let purl: Purl = purl.parse().map_err(|_wrong| {
        StoreError::row(COMPONENTS.doing, format!("`{purl}` is no package URL"))
    })?;
    let (name, version) = (columns.text()?, columns.optional_text()?);
    let (is_native, is_direct) = (columns.holds()?, columns.holds()?);
    let risk = columns.optional_number()?;
    let detail = columns.json::<SharesRecord>()?;
    Ok(ComponentRow {
        project,
        component: AssessedComponent {
            purl,
            name,
            version,
            is_native,
            is_direct,
            risk,
            shares: detail.shares,
            evidence: EvidenceRecord::all(detail.evidence),
        },
    })
}
