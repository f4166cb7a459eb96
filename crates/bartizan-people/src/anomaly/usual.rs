//! What is usual for somebody: nothing but what they did themselves before.

use std::collections::{BTreeSet, VecDeque};

use bartizan_model::Timestamp;

use super::act::{Act, Right};
use crate::{review::Place, signature::KeyNumber};

/// What is usual for somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Usual {
    /// How often they did something.
    pub acts: usize,
    /// The first time.
    pub first: Timestamp,
    /// The last time.
    pub last: Timestamp,
    /// The most that they did in as many days as an [`super::Episode`] has.
    pub busiest: usize,
    /// The most weeks in which they did something, in as many days.
    pub longest: usize,
    /// The rights that they used.
    pub rights: BTreeSet<Right>,
    /// What the files that they touched are for.
    pub sensitive: BTreeSet<Place>,
    /// The keys that they signed with.
    pub keys: BTreeSet<KeyNumber>,
    /// The parts of the project that they wrote in.
    pub areas: BTreeSet<u32>,
}

impl Usual {
    /// What is usual by these acts, sorted by time; none where there are none.
    pub fn of(acts: &[Act]) -> Option<Self> {
        let (first, last) = (acts.first()?.time, acts.last()?.time);
        let (busiest, longest) = most(acts);
        let mut usual = Self {
            acts: acts.len(),
            first,
            last,
            busiest,
            longest,
            rights: BTreeSet::new(),
            sensitive: BTreeSet::new(),
            keys: BTreeSet::new(),
            areas: BTreeSet::new(),
        };
        for act in acts {
            usual.rights.extend(act.right);
            usual.sensitive.extend(&act.sensitive);
            usual.keys.extend(act.key);
            usual.areas.extend(&act.areas);
        }
        Some(usual)
    }
}

/// The most acts, and the most weeks with one, in any span of as many days as an episode has.
fn most(acts: &[Act]) -> (usize, usize) {
    let (mut first, mut most, mut longest) = (0, 0, 0);
    // How often each week of the span has an act; acts are sorted, so weeks come and go at the ends.
    let mut weeks: VecDeque<(i64, usize)> = VecDeque::new();
    for (last, act) in acts.iter().enumerate() {
        match weeks.back_mut() {
            Some((week, count)) if *week == super::week(act.time) => *count += 1,
            _ => weeks.push_back((super::week(act.time), 1)),
        }
        while let Some(early) = acts.get(first)
            && !super::is_within(early.time, act.time)
        {
            first += 1;
            if let Some((_, count)) = weeks.front_mut() {
                *count -= 1;
                if *count == 0 {
                    weeks.pop_front();
                }
            }
        }
        most = most.max(last + 1 - first);
        longest = longest.max(weeks.len());
    }
    (most, longest)
}
