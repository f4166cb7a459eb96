//! Returns after a long silence, and what is done then.

use std::collections::BTreeSet;

use super::{
    FEWEST_ACTS, SILENCE_DAYS,
    act::{Act, Right},
    days, is_within,
    usual::Usual,
    week,
};
use crate::review::Place;

/// An account's first days after a long silence.
#[derive(Debug, Clone, PartialEq)]
pub struct Episode<'a> {
    /// What is usual for the person, by all that they did before.
    pub usual: Usual,
    /// What they did since, sorted by time.
    pub acts: &'a [Act],
    /// How many days they were silent.
    pub silence: i64,
}

/// What was done in an episode, or in the first part of it, that is new for the person.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Conduct {
    /// How often they did something.
    pub acts: usize,
    /// Rights that they used for the first time.
    pub rights: BTreeSet<Right>,
    /// Kinds of files that they touched for the first time.
    pub sensitive: BTreeSet<Place>,
    /// Whether they signed with a key that they never signed with.
    pub has_new_key: bool,
    /// Whether they signed with a key of their past.
    pub has_known_key: bool,
    /// Parts of the project in which they wrote for the first time: numbers of [`super::Acts::areas`].
    pub areas: BTreeSet<u32>,
    /// The weeks in which they did something.
    pub weeks: BTreeSet<i64>,
}

/// The returns of one account, the oldest first. Each is held against all that was before it.
pub fn episodes(acts: &[Act]) -> Vec<Episode<'_>> {
    let mut found = Vec::new();
    for (place, pair) in acts.windows(2).enumerate() {
        let [before, first] = pair else {
            continue;
        };
        let silence = days(before.time, first.time);
        let (past, since) = acts.split_at(place + 1);
        if silence < SILENCE_DAYS || past.len() < FEWEST_ACTS {
            continue;
        }
        let end = since.partition_point(|it| is_within(first.time, it.time));
        let (acts, _) = since.split_at(end);
        found.extend(Usual::of(past).map(|usual| Episode {
            usual,
            acts,
            silence,
        }));
    }
    found
}

impl Episode<'_> {
    /// What was new after each act, the last of them for the whole episode.
    pub fn conducts(&self) -> impl Iterator<Item = Conduct> + '_ {
        let mut conduct = Conduct::default();
        self.acts.iter().map(move |act| {
            conduct.take(act, &self.usual);
            conduct.clone()
        })
    }

    /// What was new in all of it.
    pub fn conduct(&self) -> Conduct {
        self.conducts().last().unwrap_or_default()
    }
}

impl Conduct {
    fn take(&mut self, act: &Act, usual: &Usual) {
        self.acts += 1;
        self.rights
            .extend(act.right.filter(|it| !usual.rights.contains(it)));
        let sensitive = act.sensitive.iter();
        self.sensitive
            .extend(sensitive.filter(|it| !usual.sensitive.contains(it)));
        if let Some(key) = act.key {
            let is_known = usual.keys.contains(&key);
            self.has_known_key |= is_known;
            self.has_new_key |= !is_known;
        }
        let areas = act.areas.iter();
        self.areas
            .extend(areas.filter(|it| !usual.areas.contains(it)));
        self.weeks.insert(week(act.time));
    }
}
