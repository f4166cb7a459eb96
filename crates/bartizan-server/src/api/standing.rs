//! What the answers about how releases stand have in common: parts of a whole, shares by name, and kept documents.

use std::collections::BTreeMap;

use bartizan_store::FigureRow;
use serde::{Serialize, de::DeserializeOwned};
use utoipa::ToSchema;

use super::{
    figure::{ScopeQuery, scope},
    wire::text,
};
use crate::{
    http::{App, Problem},
    signing::read,
};

/// Some of a whole.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PartWire {
    /// How many.
    value: f64,
    /// Out of how many, those that blame nobody left out.
    whole: Option<f64>,
}

impl PartWire {
    pub(super) const fn of(row: &FigureRow) -> Self {
        Self {
            value: row.figure.value,
            whole: row.figure.whole,
        }
    }
}

/// The figures of the projects that are asked for.
pub(super) async fn figures(app: &App, asked: ScopeQuery) -> Result<Vec<FigureRow>, Problem> {
    let scope = scope(text(asked.cohort), text(asked.project));
    Ok(app.store().figures(&scope).await?)
}

/// The figures that two measures have of quarters, the earliest first.
pub(super) fn quarters<'f>(
    figures: &'f [FigureRow],
    measures: [&str; 2],
) -> BTreeMap<&'f str, [Option<&'f FigureRow>; 2]> {
    let mut quarters: BTreeMap<&str, [Option<&FigureRow>; 2]> = BTreeMap::new();
    for row in figures {
        let Some((of, quarter)) = row.figure.measure.split_once(':') else {
            continue;
        };
        if !measures.contains(&of) {
            continue;
        }
        let kept = quarters.entry(quarter).or_default();
        for (measure, kept) in measures.iter().zip(kept) {
            if *measure == of {
                *kept = Some(row);
            }
        }
    }
    quarters
}

/// The figure of a measure as a part, where it was taken.
pub(super) fn part(figures: &[FigureRow], measure: &str) -> Option<PartWire> {
    let row = figures.iter().find(|row| row.figure.measure == measure);
    row.map(PartWire::of)
}

/// The shares of a figure by the stable name of what the title is of; none where it was not taken.
pub(super) fn shares<S: Into<String>>(
    row: Option<&FigureRow>,
    id: impl Fn(&str) -> Option<S>,
) -> BTreeMap<String, f64> {
    let shares = row.iter().flat_map(|row| &row.figure.shares);
    shares
        .filter_map(|(title, count)| Some((id(title)?.into(), *count)))
        .collect()
}

/// Every document of a kind that is kept of a project.
pub(super) async fn documents<T: DeserializeOwned + Default>(
    app: &App,
    project: &str,
    kind: &str,
) -> Result<Vec<T>, Problem> {
    let store = app.store();
    if store.project(project).await?.is_none() {
        return Err(Problem::missing("project"));
    }
    let mut documents = Vec::new();
    for known in store.document_names(project, kind).await? {
        let row = store.document(project, kind, &known.key).await?;
        documents.extend(row.map(|row| read(&row.document.json)));
    }
    Ok(documents)
}

/// The document of a release.
pub(super) async fn document<T: DeserializeOwned + Default>(
    app: &App,
    project: &str,
    kind: &str,
    key: &str,
) -> Result<T, Problem> {
    let row = app.store().document(project, kind, key).await?;
    let row = row.ok_or_else(|| Problem::missing("release"))?;
    Ok(read(&row.document.json))
}
