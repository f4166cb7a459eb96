//! Findings, filtered, sorted and paged. Each combination of a way in and an order is a static text with an index of its own.

mod statements;
mod words;

pub(crate) use self::statements::{columns, word_vector};

use bartizan_model::{
    assessment::{Finding, Outcome, Subject, SubjectKind},
    severity::SeverityLevel,
};
use jiff::Timestamp;

use crate::{
    Page, Paged, Store, Viewer,
    error::StoreError,
    record::{EvidenceRecord, FindingRecord},
    value::{Columns, Value, values},
    viewer::visibility_of,
};

/// A finding as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct FindingRow {
    /// A number that stays with it.
    pub id: i64,
    /// The project.
    pub project: String,
    /// The finding.
    pub finding: Finding,
    /// When it was seen for the first time.
    pub first_seen: Timestamp,
    /// Since when it is open, the last time that it was opened.
    pub opened: Timestamp,
    /// When it was seen last: its project's last assessment for what is open.
    pub last_seen: Timestamp,
    /// When it was gone.
    pub closed: Option<Timestamp>,
}

/// Which findings. What is not said does not limit.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FindingFilter {
    /// Of this project.
    pub project: Option<String>,
    /// Of the projects of this cohort.
    pub cohort: Option<String>,
    /// Of this check.
    pub check: Option<String>,
    /// About what has this name.
    pub subject: Option<String>,
    /// Under this key.
    pub key: Option<String>,
    /// With this outcome.
    pub outcome: Option<Outcome>,
    /// With such a severity.
    pub severity: SeverityFilter,
    /// Open (`true`) or closed.
    pub is_open: Option<bool>,
    /// Whose message, subject or key has words that begin like each of these. Of a text that more than 10,000 findings have,
    /// the newest 10,000 are looked at; of those of a project, a subject or a key the newest 100,000.
    pub text: Option<String>,
}

/// Which severities.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SeverityFilter {
    /// All of them.
    #[default]
    Any,
    /// What nobody states.
    Unstated,
    /// This one.
    Exactly(SeverityLevel),
    /// This one and what is worse, and what nobody states: silence must not pass.
    AtLeast(SeverityLevel),
}

/// The order of findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FindingSort {
    /// Fails before unknowns before passes; then by severity, then by weight.
    #[default]
    Urgency,
    /// What was opened last comes first.
    Newest,
    /// By project and check, the oldest first.
    Project,
}

impl SeverityFilter {
    /// What lists the findings at a place.
    pub(crate) fn of_rank(rank: i64) -> Self {
        severity_of(rank).map_or(Self::Unstated, Self::Exactly)
    }

    /// Lowest and highest place, and whether what nobody states counts.
    pub(crate) fn bounds(self) -> (i64, i64, bool) {
        match self {
            Self::Any => (0, 4, true),
            Self::Unstated => (9, 9, true),
            Self::Exactly(level) => (
                severity_rank(Some(level)),
                severity_rank(Some(level)),
                false,
            ),
            Self::AtLeast(level) => (severity_rank(Some(level)), 4, true),
        }
    }
}

impl FindingFilter {
    /// Whether the counts that are kept answer how many there are.
    fn is_counted(&self) -> bool {
        self.subject.is_none() && self.key.is_none() && self.words().is_none()
    }

    /// What is to be looked for, where there is something.
    fn words(&self) -> Option<&str> {
        let text = self.text.as_deref()?;
        words::sqlite(text).map(|_words| text)
    }
}

impl Store {
    /// Findings that a viewer may see.
    pub async fn findings(
        &self,
        viewer: &Viewer,
        filter: &FindingFilter,
        sort: FindingSort,
        page: Page,
    ) -> Result<Paged<FindingRow>, StoreError> {
        let words = self.words_of(filter);
        let values = values_of(viewer, filter, words);
        let total = if filter.is_counted() {
            let counts = self.finding_counts(viewer, filter, &[]);
            counts.await?.iter().map(|count| count.count).sum()
        } else {
            let count = statements::of(filter, sort, false).count;
            self.how_many(count, &values).await?
        };
        // To look through an index for what is not there would take longest of all.
        if total <= page.offset().unsigned_abs() {
            return Ok(Paged {
                rows: Vec::new(),
                total,
            });
        }
        let cohort = filter.cohort.as_deref();
        let by_members = self.goes_by_members(cohort, page, total).await?;
        let statement = statements::of(filter, sort, by_members).list;
        let limits = [page.limit().into(), page.offset().into()];
        let limited: Vec<Value<'_>> = values.into_iter().chain(limits).collect();
        let rows = self.rows(statement, &limited).await?;
        Ok(Paged {
            rows: rows
                .iter()
                .map(|row| finding(&mut row.columns(statement.doing)))
                .collect::<Result<_, _>>()?,
            total,
        })
    }

    /// A text as the engine's search for words reads it.
    pub(crate) fn words(&self, text: &str) -> Option<String> {
        if self.is_sqlite() {
            words::sqlite(text)
        } else {
            words::postgres(text)
        }
    }

    /// The text of a filter, and for SQLite what narrows the search for it.
    fn words_of(&self, filter: &FindingFilter) -> Option<String> {
        let mut words = self.words(filter.text.as_deref()?)?;
        if self.is_sqlite() {
            let scopes = [
                ("project", &filter.project),
                ("text", &filter.subject),
                ("text", &filter.key),
            ];
            for (column, value) in scopes {
                let scope = value.as_deref().map(|it| words::sqlite_scope(column, it));
                words.push_str(&scope.flatten().unwrap_or_default());
            }
        }
        Some(words)
    }

    /// Whether the findings of a cohort's members are sorted, and not met on the way through the index of all. The way through
    /// the index is the longer the further the page is; sorting costs some times as much a row. A page that is too far
    /// either way is refused.
    async fn goes_by_members(
        &self,
        cohort: Option<&str>,
        page: Page,
        total: u64,
    ) -> Result<bool, StoreError> {
        const TIMES: u64 = 5;
        const MOST_MET: u64 = 400_000;
        if page.limit() == 0 {
            return Err(StoreError::TooFar);
        }
        let Some(cohort) = cohort else {
            return Ok(false);
        };
        let members = self.how_many(statements::MEMBERS, values![cohort]).await?;
        let projects = self.how_many(statements::PROJECTS, &[]).await?;
        let reached = page.offset().saturating_add(page.limit()).unsigned_abs();
        let met = reached.saturating_mul(projects) / members.max(1);
        let sorted = TIMES.saturating_mul(total);
        if met.min(sorted) > MOST_MET {
            return Err(StoreError::TooFar);
        }
        Ok(sorted < met)
    }

    /// One finding, where the viewer may see it.
    pub async fn finding(
        &self,
        viewer: &Viewer,
        id: i64,
    ) -> Result<Option<FindingRow>, StoreError> {
        let values = values![viewer.widest(), viewer.own(), id];
        let row = self.row(statements::ONE, values).await?;
        row.map(|row| finding(&mut row.columns(statements::ONE.doing)))
            .transpose()
    }
}

fn values_of<'v>(
    viewer: &Viewer,
    filter: &'v FindingFilter,
    words: Option<String>,
) -> Vec<Value<'v>> {
    let (low, high, with_unstated) = filter.severity.bounds();
    vec![
        viewer.widest().into(),
        viewer.own().into(),
        filter.check.as_deref().into(),
        filter.outcome.map(Outcome::as_str).into(),
        filter.is_open.map_or(-1, i64::from).into(),
        low.into(),
        high.into(),
        with_unstated.into(),
        filter.project.as_deref().into(),
        filter.cohort.as_deref().into(),
        filter.subject.as_deref().into(),
        filter.key.as_deref().into(),
        words.into(),
    ]
}

/// A finding, from the columns that [`columns`] names.
pub(crate) fn finding(columns: &mut Columns<'_>) -> Result<FindingRow, StoreError> {
    let (id, project, check) = (columns.integer()?, columns.text()?, columns.text()?);
    let subject = Subject {
        kind: columns.word(SubjectKind::parse)?,
        name: columns.text()?,
    };
    let key = columns.text()?;
    let outcome = columns.word(Outcome::parse)?;
    let severity = severity_of(columns.integer()?);
    let weight = columns.optional_number()?;
    let rank = columns.integer()?;
    let visibility = visibility_of(rank).ok_or_else(|| {
        StoreError::row(statements::ONE.doing, format!("{rank} is no visibility"))
    })?;
    let (message, remedy) = (columns.text()?, columns.optional_text()?);
    let detail = columns.json::<FindingRecord>()?;
    let finding = Finding {
        check,
        subject,
        key,
        outcome,
        severity,
        weight,
        message,
        remedy,
        facts: detail.facts,
        evidence: EvidenceRecord::all(detail.evidence),
        visibility,
    };
    Ok(FindingRow {
        id,
        project,
        finding,
        first_seen: columns.instant()?,
        opened: columns.instant()?,
        last_seen: columns.instant()?,
        closed: columns.optional_instant()?,
    })
}

/// The place of a severity; -1 where nobody states one.
pub(crate) fn severity_rank(severity: Option<SeverityLevel>) -> i64 {
    match severity {
        None => -1,
        Some(SeverityLevel::None) => 0,
        Some(SeverityLevel::Low) => 1,
        Some(SeverityLevel::Medium) => 2,
        Some(SeverityLevel::High) => 3,
        Some(SeverityLevel::Critical) => 4,
    }
}

/// The severity at a place.
pub(crate) fn severity_of(rank: i64) -> Option<SeverityLevel> {
    SeverityLevel::ALL
        .into_iter()
        .find(|level| severity_rank(Some(*level)) == rank)
}

/// What orders findings: the outcome, then the severity (what nobody states stands between high and medium, since silence
/// must not hide anything), then the weight.
pub(crate) fn urgency(finding: &Finding) -> i64 {
    let outcome = match finding.outcome {
        Outcome::Fail => 3,
        Outcome::Unknown => 2,
        Outcome::Pass => 1,
        Outcome::NotApplicable => 0,
    };
    let severity = match finding.severity {
        Some(SeverityLevel::Critical) => 5,
        Some(SeverityLevel::High) => 4,
        None => 3,
        Some(SeverityLevel::Medium) => 2,
        Some(SeverityLevel::Low) => 1,
        Some(SeverityLevel::None) => 0,
    };
    let weight = finding.weight.filter(|weight| weight.is_finite());
    (outcome * 10 + severity) * 1_000_000 + thousandths(weight.unwrap_or_default())
}

/// A weight between 0 and 1 in parts of 999,999.
#[expect(
    clippy::cast_possible_truncation,
    reason = "a number between 0 and 999,999 fits"
)]
fn thousandths(weight: f64) -> i64 {
    (weight.clamp(0.0, 1.0) * 999_999.0) as i64
}
