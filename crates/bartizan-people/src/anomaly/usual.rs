//! What is usual for somebody: nothing but what they did themselves before.

use std::collections::BTreeSet;

use bartizan_model::Timestamp;

use super::act::{Act, Right};
use crate::{sensitive::Sensitive, signature::KeyNumber};

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
    /// The rights that they used.
    pub rights: BTreeSet<Right>,
    /// What the files that they touched are for.
    pub sensitive: BTreeSet<Sensitive>,
    /// The keys that they signed with.
    pub keys: BTreeSet<KeyNumber>,
    /// The parts of the project that they wrote in.
    pub areas: BTreeSet<u32>,
}

impl Usual {
    /// What is usual by these acts, sorted by time; none where there are none.
    pub fn of(acts: &[Act]) -> Option<Self> {
        let (first, last) = (acts.first()?.time, acts.last()?.time);
        let mut usual = Self {
            acts: acts.len(),
            first,
            last,
            busiest: busiest(acts),
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

/// The most acts in any span of as many days as an episode has.
fn busiest(acts: &[Act]) -> usize {
    let (mut first, mut most) = (0, 0);
    for (last, act) in acts.iter().enumerate() {
        while acts
            .get(first)
            .is_some_and(|it| !super::is_within(it.time, act.time))
        {
            first += 1;
        }
        most = most.max(last + 1 - first);
    }
    most
}
