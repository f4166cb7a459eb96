//! What maintainers said of entries of reviews: appended to and never changed; of an entry the last word holds.

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

const PUT: &str = "keep a verdict";
const APPEND: Statement = Statement::new(
    PUT,
    "INSERT INTO verdict (project, rule, entry, verdict, instant) VALUES ($1, $2, $3, $4, $5)",
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
const OF_PROJECT: Statement = Statement::new(
    "read verdicts",
    "SELECT rule, entry, verdict FROM verdict WHERE project = $1 ORDER BY id DESC LIMIT 10000",
);

impl Store {
    /// Keeps a verdict. What was said of an entry before and holds still is not kept a second time; says whether it is new.
    pub async fn put_verdict(
        &self,
        of: &ReviewEntry,
        verdict: Verdict,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let names = [&of.project, &of.rule, &of.entry];
        if names
            .iter()
            .any(|it| it.is_empty() || it.len() > MOST_BYTES)
        {
            return Err(StoreError::row(PUT, "a name is empty or too long"));
        }
        let mut work = self.write(PUT).await?;
        let last = work
            .row(LAST, values![&of.project, &of.rule, &of.entry])
            .await?;
        let last = last.map(|row| row.columns(PUT).word(word)).transpose()?;
        if last == Some(verdict) {
            return Ok(false);
        }
        let values = values![&of.project, &of.rule, &of.entry, verdict.as_str(), now];
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

    /// The verdicts that hold in a project, by entry; of the last 10,000 that were given.
    pub async fn verdicts(
        &self,
        project: &str,
    ) -> Result<BTreeMap<ReviewEntry, Verdict>, StoreError> {
        let mut verdicts = BTreeMap::new();
        for row in self.rows(OF_PROJECT, values![project]).await? {
            let mut columns = row.columns(OF_PROJECT.doing);
            let entry = ReviewEntry {
                project: project.to_owned(),
                rule: columns.text()?,
                entry: columns.text()?,
            };
            let verdict = columns.word(word)?;
            // The newest comes first.
            verdicts.entry(entry).or_insert(verdict);
        }
        Ok(verdicts)
    }
}

fn word(text: &str) -> Option<Verdict> {
    text.parse().ok()
}
