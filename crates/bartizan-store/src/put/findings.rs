//! The findings of a project: what differs from what is open is written, nothing else.

use std::collections::{BTreeMap, btree_map::Entry};

use bartizan_model::{assessment::Finding, problem::Problem};
use jiff::Timestamp;

use super::{DOING, fits};
use crate::{
    count::Alike,
    engine::{Statement, Work},
    error::StoreError,
    finding::{severity_rank, urgency},
    record::{EvidenceRecord, FindingRecord, json},
    value::{Columns, values},
    viewer::visibility_rank,
};

const KNOWN: Statement = Statement::new(
    DOING,
    "SELECT check_id, subject_kind, subject, finding_key, id, is_open, outcome, severity, visibility, urgency, weight, message, remedy, detail
     FROM finding WHERE project = $1",
);
const CLOSE: Statement = Statement::new(
    DOING,
    "UPDATE finding SET is_open = 0, closed = $2 WHERE id = $1",
);
const OPEN: Statement = Statement::new(
    DOING,
    "INSERT INTO finding (project, check_id, subject_kind, subject, finding_key, outcome, severity, visibility, urgency, weight,
         message, remedy, detail, is_open, first_seen, opened)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 1, $14, $14)",
);
const CHANGE: Statement = Statement::new(
    DOING,
    "UPDATE finding SET outcome = $2, severity = $3, visibility = $4, urgency = $5, weight = $6, message = $7, remedy = $8, detail = $9,
         is_open = 1, closed = NULL, opened = CASE WHEN is_open = 1 THEN opened ELSE $10 END
     WHERE id = $1",
);

/// Check, kind of subject, subject and key: what makes a finding the same one again.
type Identity = (String, String, String, String);

/// A row as it is, or as it should be.
#[derive(PartialEq)]
struct Content {
    alike: Alike,
    urgency: i64,
    weight: Option<f64>,
    message: String,
    remedy: Option<String>,
    detail: String,
}

struct Known {
    id: i64,
    content: Content,
}

/// Writes what differs, and says how the numbers of findings that are alike change.
pub(super) async fn put(
    work: &mut Work,
    project: &str,
    findings: &[Finding],
    problems: &mut Vec<Problem>,
    now: Timestamp,
) -> Result<BTreeMap<Alike, i64>, StoreError> {
    let mut known = known(work, project).await?;
    let mut changes = BTreeMap::new();
    let mut count = |alike: Alike, amount: i64| *changes.entry(alike).or_insert(0) += amount;
    for (identity, content) in wanted(findings, problems) {
        let before = known.remove(&identity);
        if before
            .as_ref()
            .is_some_and(|known| known.content == content)
        {
            continue;
        }
        match &before {
            Some(known) => change(work, known.id, &content, now).await?,
            None => open(work, project, &identity, &content, now).await?,
        }
        count(content.alike, 1);
        if let Some(known) = before {
            count(known.content.alike, -1);
        }
    }
    for gone in known
        .into_values()
        .filter(|gone| gone.content.alike.is_open)
    {
        work.execute(CLOSE, values![gone.id, now]).await?;
        let alike = gone.content.alike;
        count(alike.clone(), -1);
        let is_open = false;
        count(Alike { is_open, ..alike }, 1);
    }
    Ok(changes)
}

async fn known(work: &mut Work, project: &str) -> Result<BTreeMap<Identity, Known>, StoreError> {
    let mut known = BTreeMap::new();
    for row in work.rows(KNOWN, values![project]).await? {
        let mut columns = row.columns(DOING);
        let identity = (
            columns.text()?,
            columns.text()?,
            columns.text()?,
            columns.text()?,
        );
        let id = columns.integer()?;
        let content = content(&identity.0, &mut columns)?;
        known.insert(identity, Known { id, content });
    }
    Ok(known)
}

fn content(check: &str, columns: &mut Columns<'_>) -> Result<Content, StoreError> {
    let is_open = columns.holds()?;
    Ok(Content {
        alike: Alike {
            check: check.to_owned(),
            outcome: columns.text()?,
            severity: columns.integer()?,
            visibility: columns.integer()?,
            is_open,
        },
        urgency: columns.integer()?,
        weight: columns.optional_number()?,
        message: columns.text()?,
        remedy: columns.optional_text()?,
        detail: columns.text()?,
    })
}

/// What should be open, by identity. The first of two under one identity counts.
fn wanted(findings: &[Finding], problems: &mut Vec<Problem>) -> BTreeMap<Identity, Content> {
    let mut wanted = BTreeMap::new();
    for finding in findings {
        let (check, subject, key) = (&finding.check, &finding.subject.name, &finding.key);
        if !fits(&[check, subject, key], problems) {
            continue;
        }
        let identity = (
            clean(check),
            finding.subject.kind.as_str().to_owned(),
            clean(subject),
            clean(key),
        );
        match wanted.entry(identity) {
            Entry::Vacant(place) => {
                place.insert(content_of(finding));
            }
            Entry::Occupied(_) => problems.push(Problem::new(
                subject.clone(),
                format!(
                    "has a second finding of `{check}` under the key `{key}`, which was left out"
                ),
            )),
        }
    }
    wanted
}

fn content_of(finding: &Finding) -> Content {
    let alike = Alike {
        check: clean(&finding.check),
        outcome: finding.outcome.as_str().to_owned(),
        severity: severity_rank(finding.severity),
        visibility: visibility_rank(finding.visibility),
        is_open: true,
    };
    Content {
        alike,
        urgency: urgency(finding),
        weight: finding.weight.filter(|weight| weight.is_finite()),
        message: clean(&finding.message),
        remedy: finding.remedy.as_deref().map(clean),
        detail: json(&FindingRecord {
            facts: finding.facts.clone(),
            evidence: EvidenceRecord::of_all(&finding.evidence),
        }),
    }
}

/// The text as it is kept, so that what comes back compares equal.
fn clean(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

async fn open(
    work: &mut Work,
    project: &str,
    identity: &Identity,
    content: &Content,
    now: Timestamp,
) -> Result<(), StoreError> {
    let (check, kind, subject, key) = identity;
    let values = values![
        project,
        check,
        kind,
        subject,
        key,
        &content.alike.outcome,
        content.alike.severity,
        content.alike.visibility,
        content.urgency,
        content.weight,
        &content.message,
        content.remedy.as_deref(),
        &content.detail,
        now,
    ];
    work.execute(OPEN, values).await.map(drop)
}

async fn change(
    work: &mut Work,
    id: i64,
    content: &Content,
    now: Timestamp,
) -> Result<(), StoreError> {
    let values = values![
        id,
        &content.alike.outcome,
        content.alike.severity,
        content.alike.visibility,
        content.urgency,
        content.weight,
        &content.message,
        content.remedy.as_deref(),
        &content.detail,
        now,
    ];
    work.execute(CHANGE, values).await.map(drop)
}
