//! The steps of the procedure, and what became of each.
//!
//! An examination always tells all of them: done, failed with a code, not applicable with the reason, or not reached
//! because another failed before. None is ever left out.

/// A step, in the order in which they are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// The evidence can be read, and its version is known.
    Evidence,
    /// The root of trust can be used.
    TrustRoot,
    /// Nothing is counted twice.
    Distinct,
    /// What was signed is a statement of a known kind, or the artifact itself.
    Statement,
    /// It is about the artifact's bytes.
    Artifact,
    /// The log's promise is by the log.
    LogPromise,
    /// Each timestamp is over the signature, by an authority.
    Timestamp,
    /// At least one time of signing is known.
    SigningTime,
    /// The certificate comes from an authority, and was valid at every such time.
    CertificateChain,
    /// The certificate was published.
    CertificateLog,
    /// The entry is in the tree that its proof names.
    InclusionProof,
    /// The log signed that tree.
    Checkpoint,
    /// The signature fits the content and the certificate or key.
    Signature,
    /// The entry is about this signature.
    LogEntry,
    /// The name that was signed is the artifact's.
    SubjectName,
    /// The claim is of a kind that is asked for.
    Predicate,
    /// The signer is who it should be.
    Identity,
}

impl Step {
    /// All of them.
    pub const ALL: [Self; 17] = [
        Self::Evidence,
        Self::TrustRoot,
        Self::Distinct,
        Self::Statement,
        Self::Artifact,
        Self::LogPromise,
        Self::Timestamp,
        Self::SigningTime,
        Self::CertificateChain,
        Self::CertificateLog,
        Self::InclusionProof,
        Self::Checkpoint,
        Self::Signature,
        Self::LogEntry,
        Self::SubjectName,
        Self::Predicate,
        Self::Identity,
    ];

    /// Its stable name.
    pub fn id(self) -> &'static str {
        match self {
            Self::Evidence => "evidence",
            Self::TrustRoot => "trust-root",
            Self::Distinct => "distinct",
            Self::Statement => "statement",
            Self::Artifact => "artifact",
            Self::LogPromise => "log-promise",
            Self::Timestamp => "timestamp",
            Self::SigningTime => "signing-time",
            Self::CertificateChain => "certificate-chain",
            Self::CertificateLog => "certificate-log",
            Self::InclusionProof => "inclusion-proof",
            Self::Checkpoint => "checkpoint",
            Self::Signature => "signature",
            Self::LogEntry => "log-entry",
            Self::SubjectName => "subject-name",
            Self::Predicate => "predicate",
            Self::Identity => "identity",
        }
    }

    /// What it asks, as a statement that holds when it is done.
    pub fn title(self) -> &'static str {
        match self {
            Self::Evidence => "the evidence can be read, and its version is known",
            Self::TrustRoot => "the root of trust can be used",
            Self::Distinct => "no log entry and no timestamp is there twice",
            Self::Statement => "what was signed is of a known kind",
            Self::Artifact => "it is about the artifact's bytes",
            Self::LogPromise => "the log's promise is by the log",
            Self::Timestamp => "each timestamp is over the signature, by a trusted authority",
            Self::SigningTime => "at least one time of signing is known",
            Self::CertificateChain => {
                "the certificate comes from a trusted authority and was valid at every time of signing"
            }
            Self::CertificateLog => "the certificate was published in a trusted log",
            Self::InclusionProof => "the entry is in the tree that its proof names",
            Self::Checkpoint => "a trusted log signed that tree",
            Self::Signature => "the signature fits the content and the signer",
            Self::LogEntry => "the log's entry is about this signature",
            Self::SubjectName => "the name that was signed is the artifact's",
            Self::Predicate => "the claim is of a kind that is asked for",
            Self::Identity => "the signer is who it should be",
        }
    }
}

/// What became of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It was done, and what it states holds.
    Done,
    /// It does not hold.
    Failed {
        /// A stable word for why.
        code: &'static str,
        /// It in words.
        message: String,
    },
    /// It asks nothing of this evidence.
    NotApplicable {
        /// Why.
        why: &'static str,
    },
    /// Another failed before.
    NotReached,
}

impl Outcome {
    /// Its stable name.
    pub fn id(&self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Failed { .. } => "failed",
            Self::NotApplicable { .. } => "not-applicable",
            Self::NotReached => "not-reached",
        }
    }
}

/// Why something is not verified: the step that does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Refusal {
    /// The step.
    pub step: Step,
    /// A stable word for why.
    pub code: &'static str,
    /// It in words.
    pub message: String,
}

impl Refusal {
    /// A step does not hold.
    pub(crate) fn new(step: Step, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            step,
            code,
            message: message.into(),
        }
    }
}

/// What became of every step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Steps([Outcome; Step::ALL.len()]);

impl Default for Steps {
    fn default() -> Self {
        Self(std::array::from_fn(|_| Outcome::NotReached))
    }
}

impl Steps {
    /// Each step with its outcome, in order.
    pub fn iter(&self) -> impl Iterator<Item = (Step, &Outcome)> {
        Step::ALL.into_iter().zip(&self.0)
    }

    /// What became of one.
    pub fn of(&self, step: Step) -> &Outcome {
        self.0.get(step as usize).unwrap_or(&Outcome::NotReached)
    }

    /// The step that failed, where one did.
    pub fn failed(&self) -> Option<Step> {
        self.iter()
            .find(|(_, outcome)| matches!(outcome, Outcome::Failed { .. }))
            .map(|(step, _)| step)
    }

    pub(crate) fn done(&mut self, step: Step) {
        self.set(step, Outcome::Done);
    }

    pub(crate) fn not_applicable(&mut self, step: Step, why: &'static str) {
        self.set(step, Outcome::NotApplicable { why });
    }

    pub(crate) fn refused(&mut self, refusal: &Refusal) {
        self.set(
            refusal.step,
            Outcome::Failed {
                code: refusal.code,
                message: refusal.message.clone(),
            },
        );
    }

    fn set(&mut self, step: Step, outcome: Outcome) {
        if let Some(place) = self.0.get_mut(step as usize) {
            *place = outcome;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_is_told_in_order() {
        for (place, step) in Step::ALL.into_iter().enumerate() {
            assert_eq!(step as usize, place, "{}", step.id());
        }
        let mut steps = Steps::default();
        steps.done(Step::Evidence);
        steps.not_applicable(Step::Timestamp, "none");
        steps.refused(&Refusal::new(Step::Identity, "x", "y"));
        assert_eq!(steps.iter().count(), 17);
        assert_eq!(steps.failed(), Some(Step::Identity));
        assert_eq!(steps.of(Step::Signature), &Outcome::NotReached);
        assert_eq!(steps.of(Step::Evidence), &Outcome::Done);
    }

    #[test]
    fn names_are_distinct() {
        let mut names: Vec<_> = Step::ALL.map(Step::id).to_vec();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Step::ALL.len());
    }
}
