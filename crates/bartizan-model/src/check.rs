//! What every check tells its users, whatever it looks at.

/// What a user needs to understand and mend a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Explanation {
    /// What it says.
    pub what: &'static str,
    /// Why it matters.
    pub why: &'static str,
    /// An input that has it.
    pub failing: &'static str,
    /// The same input without it.
    pub passing: &'static str,
    /// What to do.
    pub remedy: &'static str,
}
