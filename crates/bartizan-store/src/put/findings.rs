//! The findings of a project: what differs from what is open is written, nothing else.

use std::collections::{BTreeMap, btree_map::Entry};

use bartizan_model::{
    assessment::{Finding, ProjectAssessment},
    problem::Problem,
};
use jiff::Timestamp;

use super::{DOING, fits};
use crate::{
    change::{ChangeKind, Changes},
    count::Alike,
    engine::{Statement, Work},
    error::StoreError,
    finding::{severity_rank, urgency},
    key,
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
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 1, $14, $14) RETURNING id",
);
const CHANGE: Statement = Statement::new(
    DOING,
    "UPDATE finding SET outcome = $2, severity = $3, visibility = $4, urgency = $5, weight = $6, message = $7, remedy = $8, detail = $9,
         is_open = 1, closed = NULL, opened = CASE WHEN is_open = 1 AND outcome = $2 THEN opened ELSE $10 END
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

/// What is kept beside the findings, and is every writer's: it is written last.
#[derive(Default)]
pub(super) struct Beside {
    counts: BTreeMap<Alike, i64>,
    keys: BTreeMap<(String, String), key::Change>,
    changes: Changes,
}

/// Writes what differs, and says how what is kept beside the findings changes. What is known of a check that could not be
/// asked stays.
pub(super) async fn put(
    work: &mut Work,
    said: &ProjectAssessment,
    problems: &mut Vec<Problem>,
    now: Timestamp,
) -> Result<Beside, StoreError> {
    let project = said.project.as_str();
    let mut known = known(work, project).await?;
    let wanted = wanted(&said.findings, problems);
    known.retain(|identity, _| {
        !said.unseen.checks.contains(&identity.0) || wanted.contains_key(identity)
    });
    let mut beside = Beside::default();
    for (identity, known) in &known {
        beside.key(identity, &known.content.alike, key::Change::remove);
    }
    for (identity, content) in wanted {
        beside.key(&identity, &content.alike, key::Change::insert);
        let before = known.remove(&identity);
        if before
            .as_ref()
            .is_some_and(|known| known.content == content)
        {
            continue;
        }
        let id = match &before {
            Some(known) => change(work, known.id, &content, now).await?,
            None => open(work, project, &identity, &content, now).await?,
        };
        let before = before.map(|known| known.content.alike);
        beside
            .note(work, (id, project, now), before, Some(content.alike))
            .await?;
    }
    for gone in known
        .into_values()
        .filter(|gone| gone.content.alike.is_open)
    {
        work.execute(CLOSE, values![gone.id, now]).await?;
        let before = Some(gone.content.alike);
        beside
            .note(work, (gone.id, project, now), before, None)
            .await?;
    }
    Ok(beside)
}

impl Beside {
    fn key(&mut self, identity: &Identity, alike: &Alike, add: fn(&mut key::Change, &Alike)) {
        let (check, _, _, key) = identity;
        if key::Change::is_kept(alike, key) {
            let place = (check.clone(), key.clone());
            add(self.keys.entry(place).or_default(), alike);
        }
    }

    /// Notes how a finding was and how it is; without the latter it is closed.
    async fn note(
        &mut self,
        work: &mut Work,
        (id, project, now): (i64, &str, Timestamp),
        before: Option<Alike>,
        after: Option<Alike>,
    ) -> Result<(), StoreError> {
        let (was, is) = (before.as_ref(), after.as_ref());
        if let (Some(was), Some(is)) = (was, is)
            && was.visibility != is.visibility
        {
            let seen = [was.visibility, is.visibility];
            self.changes.show(work, id, seen).await?;
        }
        if let Some(kind) = ChangeKind::between(was, is)
            && let Some(alike) = is.or(was)
        {
            let finding = (id, project, alike.visibility);
            self.changes.append(work, kind, finding, now).await?;
        }
        let closed = was.filter(|_| is.is_none()).map(|was| Alike {
            is_open: false,
            ..was.clone()
        });
        if let Some(was) = before {
            *self.counts.entry(was).or_insert(0) -= 1;
        }
        if let Some(is) = after.or(closed) {
            *self.counts.entry(is).or_insert(0) += 1;
        }
        Ok(())
    }

    /// Writes what every writer writes to, in one order.
    pub(super) async fn keep(
        &self,
        work: &mut Work,
        project: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        key::change(work, &self.keys, now).await?;
        self.changes.keep(work).await?;
        crate::count::change(work, project, &self.counts).await
    }
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
) -> Result<i64, StoreError> {
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
    let row = work.row(OPEN, values).await?;
    let row = row.ok_or_else(|| StoreError::row(DOING, "it gave no id"))?;
    row.columns(DOING).integer()
}

async fn change(
    work: &mut Work,
    id: i64,
    content: &Content,
    now: Timestamp,
) -> Result<i64, StoreError> {
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
    work.execute(CHANGE, values).await?;
    Ok(id)
}
