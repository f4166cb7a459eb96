//! Whether the advisories are new enough to answer from. Old ones never say "clean".

use bartizan_model::Timestamp;

use crate::report::{SourceFacts, days_between};

/// What the caller accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tolerance {
    /// The clock, or the moment that the user pins.
    pub(crate) now: Timestamp,
    /// In days, since the last import of each source.
    pub(crate) max_age: u32,
    pub(crate) allow_starter: bool,
}

/// How new the advisories are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Freshness {
    /// Every source was imported within the limit.
    Fresh,
    /// The sources that were not.
    Stale {
        /// Their ids, sorted.
        sources: Vec<String>,
        /// The limit in days.
        max_age: u32,
    },
    /// There is no snapshot: the embedded sample answers.
    Starter {
        /// The day it was put together.
        date: String,
        /// Whether the user accepts it.
        is_allowed: bool,
    },
}

impl Freshness {
    /// Judges the sources of a snapshot. One without any source knows nothing and is stale.
    pub(crate) fn of_snapshot(sources: &[SourceFacts], tolerance: Tolerance) -> Self {
        let is_old = |source: &&SourceFacts| {
            days_between(source.imported, tolerance.now) > f64::from(tolerance.max_age)
        };
        let mut old: Vec<String> = sources
            .iter()
            .filter(is_old)
            .map(|source| source.id.clone())
            .collect();
        old.sort();
        if old.is_empty() && !sources.is_empty() {
            Self::Fresh
        } else {
            Self::Stale {
                sources: old,
                max_age: tolerance.max_age,
            }
        }
    }

    /// Whether an answer may count as one.
    pub(crate) fn is_accepted(&self) -> bool {
        match self {
            Self::Fresh => true,
            Self::Stale { .. } => false,
            Self::Starter { is_allowed, .. } => *is_allowed,
        }
    }

    /// Whether the embedded sample answers.
    pub(crate) fn is_starter(&self) -> bool {
        matches!(self, Self::Starter { .. })
    }

    /// Why it is not accepted, and what to do.
    pub(crate) fn complaint(&self) -> Option<(String, String)> {
        match self {
            Self::Fresh
            | Self::Starter {
                is_allowed: true, ..
            } => None,
            Self::Stale { sources, .. } if sources.is_empty() => Some((
                "the advisory snapshot holds no source".to_owned(),
                "`bartizan db sync` fetches advisories".to_owned(),
            )),
            Self::Stale { sources, max_age } => Some((
                format!(
                    "advisories are older than {max_age} days: {}",
                    sources.join(", ")
                ),
                "`bartizan db sync` brings them up to date; `--max-age DAYS` accepts older ones"
                    .to_owned(),
            )),
            Self::Starter { date, .. } => Some((
                format!(
                    "there is no advisory snapshot; the answer comes from a small sample of {date}"
                ),
                "`bartizan db sync` fetches advisories; `--allow-starter` accepts the sample"
                    .to_owned(),
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(id: &str, imported: &str) -> SourceFacts {
        SourceFacts {
            id: id.to_owned(),
            title: String::new(),
            licence: String::new(),
            records: 1,
            withdrawn: 0,
            opinions: 0,
            imported: imported.parse().unwrap(),
            newest: None,
            origin: String::new(),
        }
    }

    fn check(imported: &[&str], max_age: u32) -> Freshness {
        let sources: Vec<SourceFacts> = imported
            .iter()
            .enumerate()
            .map(|(i, time)| source(&format!("s{i}"), time))
            .collect();
        let now = "2026-11-23T12:00:00Z".parse().unwrap();
        Freshness::of_snapshot(
            &sources,
            Tolerance {
                now,
                max_age,
                allow_starter: false,
            },
        )
    }

    #[test]
    fn one_old_source_makes_the_answer_stale() {
        assert_eq!(
            check(&["2026-11-16T12:00:00Z", "2026-11-23T11:00:00Z"], 7),
            Freshness::Fresh
        );
        let stale = Freshness::Stale {
            sources: vec!["s0".to_owned()],
            max_age: 7,
        };
        assert_eq!(
            check(&["2026-11-16T11:59:59Z", "2026-11-23T11:00:00Z"], 7),
            stale
        );
    }

    #[test]
    fn an_import_in_the_future_is_not_old() {
        assert_eq!(check(&["2027-01-01T00:00:00Z"], 0), Freshness::Fresh);
    }

    #[test]
    fn a_snapshot_without_sources_knows_nothing() {
        assert!(!check(&[], 7).is_accepted());
    }
}
