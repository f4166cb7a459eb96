//! How bad a vulnerability is, as somebody stated it.

use std::fmt;

/// A qualitative severity, ordered from none to critical (the CVSS rating scale).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SeverityLevel {
    /// A score of 0.
    None,
    /// 0.1 to 3.9.
    Low,
    /// 4.0 to 6.9.
    Medium,
    /// 7.0 to 8.9.
    High,
    /// 9.0 to 10.
    Critical,
}

impl SeverityLevel {
    /// Every level, lowest first.
    pub const ALL: [Self; 5] = [
        Self::None,
        Self::Low,
        Self::Medium,
        Self::High,
        Self::Critical,
    ];

    /// The level of a CVSS base score between 0 and 10, by the rating scale of CVSS 3 and 4.
    pub fn of_score(score: f64) -> Self {
        match score {
            s if s >= 9.0 => Self::Critical,
            s if s >= 7.0 => Self::High,
            s if s >= 4.0 => Self::Medium,
            s if s > 0.0 => Self::Low,
            _ => Self::None,
        }
    }

    /// The lower-case word for the level.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }

    /// Reads a level as advisories spell it: any case, `moderate`, `important` and `negligible` included.
    pub fn parse(word: &str) -> Option<Self> {
        match word.to_ascii_lowercase().as_str() {
            "none" => Some(Self::None),
            "low" | "negligible" => Some(Self::Low),
            "medium" | "moderate" => Some(Self::Medium),
            "high" | "important" => Some(Self::High),
            "critical" => Some(Self::Critical),
            _ => None,
        }
    }
}

impl fmt::Display for SeverityLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A vector as a record states it, not yet scored: `CVSS_V3` and `CVSS:3.1/AV:N/…`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SeverityVector {
    /// The scheme, spelled as in the OSV schema (`CVSS_V2`, `CVSS_V3`, `CVSS_V4`, …).
    pub scheme: String,
    /// The vector as written.
    pub vector: String,
}

/// The severity of a group of advisories, as far as anybody states it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Severity {
    /// The level; `None` when nobody states one, which never counts as harmless.
    pub level: Option<SeverityLevel>,
    /// The base score between 0 and 10 that Bartizan computed from `vector`.
    pub score: Option<f64>,
    /// The vector that gave the score.
    pub vector: Option<String>,
}

impl Severity {
    /// Whether the severity reaches `threshold`. A severity that nobody states does: silence must not pass.
    pub fn reaches(&self, threshold: SeverityLevel) -> bool {
        self.level.is_none_or(|level| level >= threshold)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unstated_severity_reaches_every_threshold() {
        assert!(
            SeverityLevel::ALL
                .iter()
                .all(|level| Severity::default().reaches(*level))
        );
    }

    #[test]
    fn levels_follow_the_rating_scale() {
        use SeverityLevel::{Critical, High, Low, Medium, None};
        let levels = [0.0, 0.1, 3.9, 4.0, 6.9, 7.0, 8.9, 9.0, 10.0].map(SeverityLevel::of_score);
        assert_eq!(
            levels,
            [
                None, Low, Low, Medium, Medium, High, High, Critical, Critical
            ]
        );
    }
}
