//! The weight of an entry: what the rule says × what the file is for, plus what the package may newly do, plus what the rest
//! of the change says. It orders and decides nothing. Numbers are thousandths, so that shares add up to the last digit.

use std::fmt;

use bartizan_model::severity::SeverityLevel;

use crate::{kind::Role, rule::Confidence, sighting::Sighting};

/// A number of thousandths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Thousandths(pub i32);

impl Thousandths {
    /// The number that it is.
    pub fn as_number(self) -> f64 {
        f64::from(self.0) / 1_000.0
    }
}

impl fmt::Display for Thousandths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.3}", self.as_number())
    }
}

/// A score and what it is made of.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Score {
    /// Between 0 and 1.
    pub value: Thousandths,
    /// What adds up to it, by name.
    pub shares: Vec<(&'static str, Thousandths)>,
}

/// The most that each part gives.
const MOST_EVIDENCE: i32 = 600;
const MOST_CAPABILITY: i32 = 150;
const MOST_CONTEXT: i32 = 250;

impl Score {
    /// Of a sighting; `novelty` says whether its capability is new to the file and to everything that changes.
    pub(crate) fn of(it: &Sighting<'_>, novelty: Novelty) -> Self {
        let evidence = MOST_EVIDENCE * of_severity(it.severity) / 1_000
            * of_confidence(it.rule.confidence)
            / 1_000;
        // What a harmless place takes away is a share of its own.
        let criticality = evidence * (of_role(it.role) - 1_000) / 1_000;
        let capability = match (it.rule.capability.is_some(), novelty) {
            (true, Novelty::Everywhere) => MOST_CAPABILITY,
            (true, Novelty::InFile) => MOST_CAPABILITY / 2,
            _ => 0,
        };
        let context = it
            .context
            .iter()
            .map(|(_, weight)| *weight)
            .sum::<i32>()
            .clamp(-MOST_CONTEXT, MOST_CONTEXT);
        let shares = [
            ("evidence", evidence),
            ("criticality", criticality),
            ("capability", capability),
            ("context", context),
        ];
        let sum: i32 = shares.iter().map(|(_, weight)| weight).sum();
        let mut shares: Vec<(&'static str, Thousandths)> = shares
            .into_iter()
            .map(|(name, weight)| (name, Thousandths(weight)))
            .collect();
        let value = sum.clamp(0, 1_000);
        // A context that speaks for it takes away no more than there is.
        if let Some((_, context)) = shares.last_mut() {
            context.0 += value - sum;
        }
        Self {
            value: Thousandths(value),
            shares,
        }
    }
}

/// How new a capability is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Novelty {
    /// The file had it.
    None,
    /// The file had it not, and another that changes had.
    InFile,
    /// Nothing that changes had it.
    Everywhere,
}

fn of_severity(severity: SeverityLevel) -> i32 {
    match severity {
        SeverityLevel::None => 50,
        SeverityLevel::Low => 250,
        SeverityLevel::Medium => 500,
        SeverityLevel::High => 800,
        SeverityLevel::Critical => 1_000,
    }
}

fn of_confidence(confidence: Confidence) -> i32 {
    match confidence {
        Confidence::Hint => 400,
        Confidence::Medium => 750,
        Confidence::High => 1_000,
    }
}

/// What acts on machines of users and maintainers counts most; what stays with readers least.
fn of_role(role: Role) -> i32 {
    match role {
        Role::Install | Role::Build | Role::Automation => 1_000,
        Role::Vendored => 900,
        Role::Code => 850,
        Role::Test => 700,
        Role::Documentation => 400,
    }
}
