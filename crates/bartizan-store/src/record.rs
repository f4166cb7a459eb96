//! How words of the model are kept as JSON in a `detail` column. Names are short and never change; a new field has a default.

mod definition;

use bartizan_model::{assessment::Evidence, problem::Problem};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub(crate) use self::definition::{
    CohortRecord, MilestoneRecord, ProfileRecord, ProjectRecord, interval_of, interval_word,
};

/// Text as JSON. The records of this crate have no value that JSON cannot write.
pub(crate) fn json<T: Serialize>(record: &T) -> String {
    serde_json::to_string(record).unwrap_or_default()
}

#[derive(Serialize, Deserialize)]
pub(crate) struct EvidenceRecord {
    source: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    snapshot: Option<String>,
    locator: String,
    observed: String,
}

impl EvidenceRecord {
    pub(crate) fn of_all(evidence: &[Evidence]) -> Vec<Self> {
        evidence.iter().map(Self::from).collect()
    }

    pub(crate) fn all(records: Vec<Self>) -> Vec<Evidence> {
        records.into_iter().filter_map(Self::evidence).collect()
    }

    /// The evidence, unless its time is none, which this crate never writes.
    pub(crate) fn evidence(self) -> Option<Evidence> {
        let observed: Timestamp = self.observed.parse().ok()?;
        Some(Evidence {
            source: self.source,
            snapshot: self.snapshot,
            locator: self.locator,
            observed,
        })
    }
}

impl From<&Evidence> for EvidenceRecord {
    fn from(evidence: &Evidence) -> Self {
        Self {
            source: evidence.source.clone(),
            snapshot: evidence.snapshot.clone(),
            locator: evidence.locator.clone(),
            observed: evidence.observed.to_string(),
        }
    }
}

/// What a finding has beside its columns.
#[derive(Serialize, Deserialize, Default)]
pub(crate) struct FindingRecord {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) facts: Vec<(String, String)>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) evidence: Vec<EvidenceRecord>,
}

/// What a figure or a component has beside its columns.
#[derive(Serialize, Deserialize, Default)]
pub(crate) struct SharesRecord {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) shares: Vec<(String, f64)>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) evidence: Vec<EvidenceRecord>,
}

impl SharesRecord {
    /// JSON knows no infinity: a share that is not finite is left out.
    pub(crate) fn new(shares: &[(String, f64)], evidence: &[Evidence]) -> Self {
        let finite = shares.iter().filter(|(_, share)| share.is_finite());
        Self {
            shares: finite.cloned().collect(),
            evidence: EvidenceRecord::of_all(evidence),
        }
    }
}

#[derive(Serialize, Deserialize)]
pub(crate) struct ProblemRecord {
    subject: String,
    message: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
}

impl From<&Problem> for ProblemRecord {
    fn from(problem: &Problem) -> Self {
        Self {
            subject: problem.subject.clone(),
            message: problem.message.clone(),
            hint: problem.hint.clone(),
        }
    }
}

impl From<ProblemRecord> for Problem {
    fn from(record: ProblemRecord) -> Self {
        Self {
            subject: record.subject,
            message: record.message,
            hint: record.hint,
        }
    }
}
