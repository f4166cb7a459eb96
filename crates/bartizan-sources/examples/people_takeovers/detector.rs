//! The detector, and the simple ones that it is held against: each gives a return a number, and tells the highest.

use std::collections::BTreeMap;

use bartizan_people::anomaly::{Conduct, Episode, Rates, episodes, signals};

use super::Subject;

/// The returns of one project, by when they begin.
pub(crate) struct Returns<'a> {
    pub(crate) all: Vec<Episode<'a>>,
}

impl<'a> Returns<'a> {
    pub(crate) fn of(subject: &'a Subject) -> Self {
        let people = subject.acts.of_person.values();
        Self {
            all: people.flat_map(|it| episodes(it)).collect(),
        }
    }
}

/// Base rates of several projects.
pub(crate) fn measure<'a>(returns: impl Iterator<Item = &'a Returns<'a>>) -> Rates {
    Rates::measure(returns.flat_map(|it| &it.all))
}

/// A kind of detector.
#[derive(Clone, Copy)]
pub(crate) enum Detectors {
    Signals,
    Volume,
    Ratio,
    Silence,
    NewKey,
    FirstRight,
}

/// A detector that knows what it needs to know.
#[derive(Clone)]
pub(crate) enum Detector {
    Signals(Rates),
    Simple(Detectors),
}

/// A return that is told, or would be.
pub(crate) struct Alarm {
    pub(crate) at: i64,
    pub(crate) is_told: bool,
}

impl Detectors {
    pub(crate) const ALL: [Self; 6] = [
        Self::Signals,
        Self::Volume,
        Self::Ratio,
        Self::Silence,
        Self::NewKey,
        Self::FirstRight,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Signals => "the detector",
            Self::Volume => "baseline: acts since the return",
            Self::Ratio => "baseline: acts against the busiest quarter before",
            Self::Silence => "baseline: length of the silence",
            Self::NewKey => "baseline: a new signing key",
            Self::FirstRight => "baseline: first use of a right",
        }
    }

    pub(crate) fn trained<'a>(self, returns: impl Iterator<Item = &'a Returns<'a>>) -> Detector {
        match self {
            Self::Signals => Detector::Signals(measure(returns)),
            simple => Detector::Simple(simple),
        }
    }
}

impl Detector {
    fn score(&self, episode: &Episode<'_>, conduct: &Conduct) -> f64 {
        match self {
            Self::Signals(rates) => rates.score(&signals(conduct, &episode.usual)),
            Self::Simple(Detectors::Silence) => episode.silence as f64,
            Self::Simple(Detectors::NewKey) => f64::from(u8::from(conduct.has_new_key)),
            Self::Simple(Detectors::FirstRight) => f64::from(u8::from(!conduct.rights.is_empty())),
            Self::Simple(Detectors::Ratio) => {
                conduct.acts as f64 / episode.usual.busiest.max(1) as f64
            }
            Self::Simple(Detectors::Volume | Detectors::Signals) => conduct.acts as f64,
        }
    }

    /// When a return reaches the threshold.
    pub(crate) fn at(&self, episode: &Episode<'_>, threshold: f64) -> Option<i64> {
        let mut conducts = episode.conducts();
        let place = conducts.position(|it| self.score(episode, &it) >= threshold)?;
        episode.acts.get(place).map(|it| it.time.as_second())
    }

    /// The returns of a project that reach the threshold; of those within two years the first is told.
    pub(crate) fn alarms(&self, returns: &Returns<'_>, threshold: f64) -> Vec<Alarm> {
        let reach = returns.all.iter().filter_map(|it| self.at(it, threshold));
        let mut times: Vec<i64> = reach.collect();
        times.sort_unstable();
        let mut last = i64::MIN;
        let alarm = |at: i64| {
            let is_told = at.saturating_sub(last) >= 730 * 86_400;
            if is_told {
                last = at;
            }
            Alarm { at, is_told }
        };
        times.into_iter().map(alarm).collect()
    }

    /// The lowest threshold at which no more than `budget` are told.
    pub(crate) fn threshold<'a>(
        &self,
        returns: impl Iterator<Item = &'a Returns<'a>> + Clone,
        budget: usize,
    ) -> f64 {
        let scores = returns.clone().flat_map(|it| &it.all);
        // By bits: all are positive, and sort as their bits do.
        let scores: BTreeMap<u64, f64> = scores
            .map(|it| self.score(it, &it.conduct()))
            .filter(|it| *it > 0.0)
            .map(|it| (it.to_bits(), it))
            .collect();
        let mut lowest = f64::INFINITY;
        for threshold in scores.into_values().rev() {
            let told = returns.clone().flat_map(|it| self.alarms(it, threshold));
            if told.filter(|it| it.is_told).count() > budget {
                break;
            }
            lowest = threshold;
        }
        // What lies above all that was seen is told too.
        if lowest.is_finite() { lowest } else { f64::MAX }
    }
}
