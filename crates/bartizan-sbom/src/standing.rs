//! How the bills of a release stand: whether there are some, whether they are valid, and whether they are true.
//!
//! The three questions are asked one by one. What nobody looked at, and what there is no schema for, is never an answer.

use std::collections::BTreeMap;

/// What is known of the bills of a release.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Known {
    /// Whether there is one.
    pub is_present: Option<bool>,
    /// Whether all of them are valid by the official schemas.
    pub is_valid: Option<bool>,
    /// Whether they and the content agree; where there is no bill, whether there is nothing that one could declare.
    pub is_true: Option<bool>,
}

/// How the bills of a release stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// There, valid and true.
    Sound,
    /// There and true; nobody knows whether it is valid.
    True,
    /// There, and not true.
    Untrue,
    /// There, and not valid.
    Invalid,
    /// There; whether it is true was not looked at.
    Present,
    /// There is none, though others' code is there.
    Missing,
    /// There is none; whether one is needed was not looked at.
    Absent,
    /// There is none, and nothing that one could declare.
    Unneeded,
    /// Nobody has looked yet, or could.
    Unknown,
}

impl Standing {
    /// Every standing, the best first, those that blame nobody last.
    pub const ALL: [Self; 9] = [
        Self::Sound,
        Self::True,
        Self::Untrue,
        Self::Invalid,
        Self::Present,
        Self::Missing,
        Self::Absent,
        Self::Unneeded,
        Self::Unknown,
    ];

    /// The standing by what is known.
    pub fn of(known: Known) -> Self {
        let Known {
            is_present,
            is_valid,
            is_true,
        } = known;
        match (is_present, is_valid, is_true) {
            (None, ..) => Self::Unknown,
            (Some(true), Some(false), _) => Self::Invalid,
            (Some(true), _, Some(false)) => Self::Untrue,
            (Some(true), _, None) => Self::Present,
            (Some(true), Some(true), Some(true)) => Self::Sound,
            (Some(true), None, Some(true)) => Self::True,
            (Some(false), _, Some(false)) => Self::Missing,
            (Some(false), _, None) => Self::Absent,
            (Some(false), _, Some(true)) => Self::Unneeded,
        }
    }

    /// Its stable name.
    pub fn id(self) -> &'static str {
        match self {
            Self::Sound => "sound",
            Self::True => "true",
            Self::Untrue => "untrue",
            Self::Invalid => "invalid",
            Self::Present => "present",
            Self::Missing => "missing",
            Self::Absent => "absent",
            Self::Unneeded => "unneeded",
            Self::Unknown => "unknown",
        }
    }

    /// The standing of a stable name.
    pub fn parse(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|standing| standing.id() == id)
    }

    /// It in words.
    pub fn title(self) -> &'static str {
        match self {
            Self::Sound => "there, valid and true",
            Self::True => "true, validity not known",
            Self::Untrue => "not true",
            Self::Invalid => "not valid",
            Self::Present => "there, not compared",
            Self::Missing => "none",
            Self::Absent => "none, need not known",
            Self::Unneeded => "none needed",
            Self::Unknown => "not looked at yet",
        }
    }

    /// What it means, in a sentence.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Sound => {
                "The wheel carries a bill of materials, every bill in it is valid by the official schema of its format, and what they state and what the files show agree."
            }
            Self::True => {
                "What the bills state and what the files show agree. No official schema of their format was at hand, so nobody knows whether they are valid."
            }
            Self::Untrue => {
                "A bill leaves out what the files show, states what they do not show, or states another version."
            }
            Self::Invalid => "A bill cannot be read, or breaks the official schema of its format.",
            Self::Present => {
                "The wheel carries a bill. The rest of the wheel was not looked at, so nobody knows whether it is true."
            }
            Self::Missing => {
                "The wheel carries others' code, native libraries or copied Python packages, and no bill that says so."
            }
            Self::Absent => {
                "The wheel carries no bill. Whether there is anything that one could declare was not looked at."
            }
            Self::Unneeded => {
                "The wheel carries no bill, and no others' code was seen in it that one could declare."
            }
            Self::Unknown => "The wheel was not looked at yet, or could not be had.",
        }
    }

    /// Whether it says something for or against a project.
    pub fn is_counted(self) -> bool {
        !matches!(self, Self::Absent | Self::Unneeded | Self::Unknown)
    }
}

/// How many stand how.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Spread(BTreeMap<Standing, u64>);

impl Spread {
    /// How many are of a standing.
    pub fn count(&self, standing: Standing) -> u64 {
        self.0.get(&standing).copied().unwrap_or_default()
    }

    /// How many there are.
    pub fn total(&self) -> u64 {
        self.0.values().sum()
    }

    /// The standings that are there with their counts, the best first.
    pub fn all(&self) -> impl Iterator<Item = (Standing, u64)> + '_ {
        self.0.iter().map(|(standing, count)| (*standing, *count))
    }
}

impl FromIterator<Standing> for Spread {
    fn from_iter<I: IntoIterator<Item = Standing>>(all: I) -> Self {
        let mut spread = Self::default();
        for standing in all {
            *spread.0.entry(standing).or_default() += 1;
        }
        spread
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(present: &str, valid: &str, truth: &str) -> &'static str {
        let read = |text: &str| match text {
            "yes" => Some(true),
            "no" => Some(false),
            _ => None,
        };
        let known = Known {
            is_present: read(present),
            is_valid: read(valid),
            is_true: read(truth),
        };
        Standing::of(known).id()
    }

    #[test]
    fn what_nobody_knows_is_never_good() {
        assert_eq!(check("yes", "yes", "yes"), "sound");
        assert_eq!(check("yes", "?", "yes"), "true");
        assert_eq!(check("yes", "yes", "?"), "present");
        assert_eq!(check("yes", "?", "?"), "present");
        assert_eq!(check("yes", "no", "yes"), "invalid");
        assert_eq!(check("yes", "no", "?"), "invalid");
        assert_eq!(check("yes", "yes", "no"), "untrue");
        assert_eq!(check("yes", "?", "no"), "untrue");
        assert_eq!(check("no", "?", "no"), "missing");
        assert_eq!(check("no", "?", "yes"), "unneeded");
        assert_eq!(check("no", "?", "?"), "absent");
        assert_eq!(check("?", "yes", "yes"), "unknown");
    }

    #[test]
    fn standings_have_names_of_their_own() {
        for standing in Standing::ALL {
            assert_eq!(Standing::parse(standing.id()), Some(standing));
            assert!(standing.meaning().ends_with('.'));
        }
        assert_eq!(Standing::parse("x"), None);
        assert!(Standing::ALL.is_sorted());
        let spread: Spread = [Standing::Missing, Standing::Sound, Standing::Missing]
            .into_iter()
            .collect();
        assert_eq!((spread.total(), spread.count(Standing::Missing)), (3, 2));
        assert_eq!(spread.all().next(), Some((Standing::Sound, 1)));
    }
}
