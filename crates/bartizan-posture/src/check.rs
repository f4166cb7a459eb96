//! What a check is: an id, an explanation, and a pure function over facts.

use bartizan_model::{assessment::Visibility, check::Explanation, severity::SeverityLevel};

use crate::{facts::Facts, judgement::Judgement};

/// A question about a repository.
#[derive(Debug)]
pub struct Check {
    /// The stable id, in kebab case: a noun of the bad thing.
    pub id: &'static str,
    /// One line that says what is wrong.
    pub title: &'static str,
    /// The requirement of a SPEC that it asks for: `8.2` is the second of SPEC 8.
    pub spec: Option<&'static str>,
    /// How bad it is when it fails, unless a statement says otherwise.
    pub severity: SeverityLevel,
    /// What it says.
    pub what: &'static str,
    /// Why it matters.
    pub why: &'static str,
    /// What to do.
    pub remedy: &'static str,
    /// What passes, and what fails in its place.
    pub example: Example,
    /// Which requirements of frameworks of supply-chain security it supports.
    pub supports: &'static [Support],
    /// The question.
    pub judge: fn(&Facts) -> Judgement,
}

/// A text of a repository that passes, and what fails when it stands there instead. The tests put both into a repository
/// that is otherwise without fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Example {
    /// The file that it stands in.
    pub file: &'static str,
    /// What passes.
    pub passing: &'static str,
    /// What fails; empty where nothing stands there.
    pub failing: &'static str,
    /// The other checks that fail by the same change.
    pub overlaps: &'static [&'static str],
}

/// A requirement of a framework.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Support {
    /// The framework.
    pub framework: Framework,
    /// The requirement, as the framework names it.
    pub requirement: &'static str,
}

/// A framework of supply-chain security.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Framework {
    /// The Open Source Project Security Baseline of the `OpenSSF`.
    OspsBaseline,
    /// Supply-chain Levels for Software Artifacts.
    Slsa,
    /// The Secure Software Development Framework, NIST SP 800-218.
    Ssdf,
    /// CISA's Secure Software Development Attestation Form.
    Cisa,
}

impl Framework {
    /// Its name.
    pub fn title(self) -> &'static str {
        match self {
            Self::OspsBaseline => "OSPS Baseline",
            Self::Slsa => "SLSA",
            Self::Ssdf => "NIST SSDF",
            Self::Cisa => "CISA attestation form",
        }
    }
}

/// A requirement of the OSPS Baseline.
pub(crate) const fn osps(requirement: &'static str) -> Support {
    Support {
        framework: Framework::OspsBaseline,
        requirement,
    }
}

/// A requirement of SLSA.
pub(crate) const fn slsa(requirement: &'static str) -> Support {
    Support {
        framework: Framework::Slsa,
        requirement,
    }
}

/// A practice of the SSDF.
pub(crate) const fn ssdf(requirement: &'static str) -> Support {
    Support {
        framework: Framework::Ssdf,
        requirement,
    }
}

/// An item of CISA's form.
pub(crate) const fn cisa(requirement: &'static str) -> Support {
    Support {
        framework: Framework::Cisa,
        requirement,
    }
}

/// What of the OSPS Baseline is about strangers who reach into a pipeline begins with this.
const OF_STRANGERS: &str = "OSPS-BR-01.";

impl Check {
    /// Who may see what it says. Whether strangers reach rights or machines of a project is for its maintainers: a public list
    /// of them over an ecosystem would be a list of where to begin. That holds for each outcome, since what is missing
    /// among the passing ones would tell the same.
    pub fn visibility(&self) -> Visibility {
        let is_of_strangers = |it: &Support| {
            it.framework == Framework::OspsBaseline && it.requirement.starts_with(OF_STRANGERS)
        };
        if self.supports.iter().any(is_of_strangers) {
            return Visibility::Maintainers;
        }
        Visibility::Public
    }

    /// What a user needs to understand and mend it.
    pub fn explanation(&self) -> Explanation {
        let failing = match self.example.failing {
            "" => "(nothing stands there)",
            text => text,
        };
        Explanation {
            what: self.what,
            why: self.why,
            failing,
            passing: self.example.passing,
            remedy: self.remedy,
        }
    }
}
