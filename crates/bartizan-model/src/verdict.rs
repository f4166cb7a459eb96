//! What a maintainer says of something that a review told.

use std::{fmt, str::FromStr};

/// What a maintainer says of an entry of a review.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// It was worth the look: what it says is so, and it mattered.
    Right,
    /// What it says is not so.
    Wrong,
    /// What it says is so, and does no harm.
    Harmless,
}

/// A word that is no verdict.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`right`, `wrong` or `harmless` is expected")]
pub struct NoVerdict;

impl Verdict {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Right, Self::Wrong, Self::Harmless];

    /// The stable word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Right => "right",
            Self::Wrong => "wrong",
            Self::Harmless => "harmless",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Verdict {
    type Err = NoVerdict;

    fn from_str(text: &str) -> Result<Self, NoVerdict> {
        let mut all = Self::ALL.into_iter();
        all.find(|it| it.as_str() == text).ok_or(NoVerdict)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verdict_is_its_word() {
        for verdict in Verdict::ALL {
            assert_eq!(verdict.to_string().parse(), Ok(verdict));
        }
        assert_eq!("Right".parse::<Verdict>(), Err(NoVerdict));
    }
}
