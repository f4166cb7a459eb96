//! What maintainers said of entries of reviews: appended to and never changed; of an entry the last word holds. Command line and
//! pages both keep verdicts here.

use std::collections::BTreeMap;

use bartizan_model::verdict::Verdict;
use jiff::Timestamp;

use crate::{Store, engine::Statement, error::StoreError, profile::bump, value::values};

/// An entry of a review of a project.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReviewEntry {
    /// The project.
    pub project: String,
    /// The rule.
    pub rule: String,
    /// What stands for the entry among those of the rule.
    pub entry: String,
}

/// A verdict as it was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenVerdict {
    /// Of what.
    pub of: ReviewEntry,
    /// What was said.
    pub verdict: Verdict,
    /// When.
    pub at: Timestamp,
    /// Why, where that was said. It is shown to nobody but who asks at the command line.
    pub reason: Option<String>,
}

/// Of how many entries of a rule in a project a verdict holds.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VerdictCount {
    /// The project.
    pub project: String,
    /// The rule.
    pub rule: String,
    /// The verdict.
    pub verdict: Verdict,
    /// How many entries.
    pub entries: u64,
}

/// The longest name that is kept.
const MOST_BYTES: usize = 500;

/// The longest reason.
pub const LONGEST_REASON: usize = 2_000;

const PUT: &str = "keep a verdict";
const APPEND: Statement = Statement::new(
    PUT,
    "INSERT INTO verdict (project, rule, entry, verdict, instant, reason) VALUES ($1, $2, $3, $4, $5, $6)",
);
const LAST: Statement = Statement::new(
    PUT,
    "SELECT verdict FROM verdict WHERE project = $1 AND rule = $2 AND entry = $3 ORDER BY id DESC LIMIT 1",
);
const COUNTS: Statement = Statement::new(
    "count verdicts",
    "SELECT project, rule, verdict, COUNT(*) FROM verdict AS given
     WHERE id = (SELECT MAX(id) FROM verdict AS other WHERE other.project = given.project AND other.rule = given.rule AND other.entry = given.entry)
     GROUP BY project, rule, verdict ORDER BY project, rule, verdict LIMIT 10000",
);
const GIVEN: Statement = Statement::new(
    "read verdicts",
    "SELECT project, rule, entry, verdict, instant, reason FROM verdict WHERE project = $1 OR $1 IS NULL ORDER BY id DESC LIMIT 10000",
);

impl Store {
    /// Keeps a verdict. What was said of an entry before and holds still is not kept a second time, unless it comes with a reason;
    /// says whether it is new.
    pub async fn put_verdict(&self, given: &GivenVerdict) -> Result<bool, StoreError> {
        let GivenVerdict {
            of,
            verdict,
            at,
            reason,
        } = given;
        let names = [&of.project, &of.rule, &of.entry];
        let is_name = |it: &&String| !it.is_empty() && it.len() <= MOST_BYTES;
        if !names.iter().all(is_name) {
            return Err(StoreError::row(PUT, "a name is empty or too long"));
        }
        if reason.as_ref().is_some_and(|it| it.len() > LONGEST_REASON) {
            return Err(StoreError::row(PUT, "the reason is too long"));
        }
        let mut work = self.write(PUT).await?;
        let last = work
            .row(LAST, values![&of.project, &of.rule, &of.entry])
            .await?;
        let last = last.map(|row| row.columns(PUT).word(word)).transpose()?;
        if last == Some(*verdict) && reason.is_none() {
            return Ok(false);
        }
        let (verdict, reason) = (verdict.as_str(), reason.as_deref());
        let values = values![&of.project, &of.rule, &of.entry, verdict, *at, reason];
        work.execute(APPEND, values).await?;
        bump(&mut work).await?;
        work.commit(PUT).await?;
        Ok(true)
    }

    /// Of how many entries which verdict holds, by project and rule.
    pub async fn verdict_counts(&self) -> Result<Vec<VerdictCount>, StoreError> {
        let mut counts = Vec::new();
        for row in self.rows(COUNTS, &[]).await? {
            let mut columns = row.columns(COUNTS.doing);
            counts.push(VerdictCount {
                project: columns.text()?,
                rule: columns.text()?,
                verdict: columns.word(word)?,
                entries: columns.count()?,
            });
        }
        Ok(counts)
    }

    /// The verdicts that were given, of a project or of all, the newest first; the last 10,000.
    pub async fn given_verdicts(
        &self,
        project: Option<&str>,
    ) -> Result<Vec<GivenVerdict>, StoreError> {
        let mut given = Vec::new();
        for row in self.rows(GIVEN, values![project]).await? {
            let mut columns = row.columns(GIVEN.doing);
            given.push(GivenVerdict {
                of: ReviewEntry {
                    project: columns.text()?,
                    rule: columns.text()?,
                    entry: columns.text()?,
                },
                verdict: columns.word(word)?,
                at: columns.instant()?,
                reason: columns.optional_text()?,
            });
        }
        Ok(given)
    }

    /// The verdicts that hold, of a project or of all, by entry; of the last 10,000 that were given.
    pub async fn verdicts(
        &self,
        project: Option<&str>,
    ) -> Result<BTreeMap<ReviewEntry, GivenVerdict>, StoreError> {
        let mut verdicts = BTreeMap::new();
        for given in self.given_verdicts(project).await? {
            // The newest comes first.
            verdicts.entry(given.of.clone()).or_insert(given);
        }
        Ok(verdicts)
    }
}

fn word(text: &str) -> Option<Verdict> {
    text.parse().ok()
}
