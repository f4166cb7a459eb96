//! What a log makes of flags: how each stands now, and what may be done to it.

use std::collections::BTreeMap;

use bartizan_model::Timestamp;
use thiserror::Error;

use super::log::{Entry, Event};
use crate::keyed::Pseudonym;

/// After so many days a flag ends by itself.
pub const FLAG_DAYS: i64 = 90;

/// How many maintainers raise or lift one.
const MAINTAINERS: usize = 2;

/// A flag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flag {
    /// Its number: the number of the entry that raised it.
    pub number: u64,
    /// Whom it is about.
    pub person: Pseudonym,
    /// When it was raised.
    pub raised: Timestamp,
    /// When it ends.
    pub until: Timestamp,
    /// The maintainers who say so, in the order in which they said it.
    pub by: Vec<Pseudonym>,
    /// Those who would have it lifted.
    pub lifted_by: Vec<Pseudonym>,
    /// The numbers of the entries with words about it: of those who raised it, of whoever it is about, of those who lifted it.
    pub words: Vec<(u64, Event)>,
    /// How it stands.
    pub state: FlagState,
}

/// How a flag stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FlagState {
    /// One maintainer said it, which means nothing yet.
    Open,
    /// Two did.
    InForce,
    /// Two lifted it.
    Lifted,
    /// It ended by itself.
    Expired,
    /// Its words were removed with the person.
    Forgotten,
}

impl FlagState {
    /// Its stable name.
    pub fn id(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::InForce => "in-force",
            Self::Lifted => "lifted",
            Self::Expired => "expired",
            Self::Forgotten => "forgotten",
        }
    }
}

/// Why something cannot be done to a flag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum FlagError {
    /// There is none of that number.
    #[error("there is no flag {0}")]
    None(u64),
    /// It is over.
    #[error("flag {0} is over")]
    Over(u64),
    /// The same maintainer cannot be two.
    #[error("flag {0} needs the word of another maintainer")]
    Same(u64),
    /// It is about whoever would speak of it.
    #[error("nobody raises or lifts a flag about themselves: flag {0}")]
    Own(u64),
    /// Only whom it is about may answer.
    #[error("flag {0} is about somebody else")]
    NotTheirs(u64),
}

/// Every flag of a log, by number, as it stands at a time.
pub fn flags(entries: &[Entry], now: Timestamp) -> Vec<Flag> {
    let mut flags: BTreeMap<u64, Flag> = BTreeMap::new();
    for entry in entries {
        match (entry.event, entry.flag, entry.person) {
            (Event::Raised, _, Some(person)) => {
                flags.insert(entry.number, Flag::raised(entry, person));
            }
            (_, Some(flag), _) => {
                if let Some(flag) = flags.get_mut(&flag) {
                    flag.take(entry);
                }
            }
            _ => {}
        }
    }
    for flag in flags.values_mut() {
        flag.age(now);
    }
    flags.into_values().collect()
}

impl Flag {
    fn raised(entry: &Entry, person: Pseudonym) -> Self {
        let seconds = entry
            .at
            .as_second()
            .saturating_add(FLAG_DAYS * 24 * 60 * 60);
        Self {
            number: entry.number,
            person,
            raised: entry.at,
            until: Timestamp::from_second(seconds).unwrap_or(Timestamp::MAX),
            by: vec![entry.by],
            lifted_by: Vec::new(),
            words: vec![(entry.number, Event::Raised)],
            state: FlagState::Open,
        }
    }

    fn take(&mut self, entry: &Entry) {
        // What comes after its end changes nothing but that its words may be removed.
        self.age(entry.at);
        if self.may(entry.event, entry.by).is_err() {
            return;
        }
        match entry.event {
            Event::Seconded => {
                self.by.push(entry.by);
                if self.by.len() >= MAINTAINERS {
                    self.state = FlagState::InForce;
                }
            }
            Event::Lifted => {
                self.lifted_by.push(entry.by);
                if self.lifted_by.len() >= MAINTAINERS {
                    self.state = FlagState::Lifted;
                }
            }
            Event::Forgotten => {
                self.state = FlagState::Forgotten;
                self.words.clear();
                return;
            }
            Event::Appealed => {}
            Event::Raised | Event::Read => return,
        }
        self.words.push((entry.number, entry.event));
    }

    fn age(&mut self, now: Timestamp) {
        let is_alive = matches!(self.state, FlagState::Open | FlagState::InForce);
        if is_alive && now >= self.until {
            self.state = FlagState::Expired;
        }
    }

    /// Whether somebody may do something to it as it stands.
    pub fn may(&self, event: Event, by: Pseudonym) -> Result<(), FlagError> {
        let number = self.number;
        match (event, self.state) {
            (Event::Read | Event::Forgotten, _) => return Ok(()),
            (_, FlagState::Open | FlagState::InForce) => {}
            _ => return Err(FlagError::Over(number)),
        }
        match event {
            Event::Appealed if by != self.person => Err(FlagError::NotTheirs(number)),
            Event::Seconded | Event::Lifted if by == self.person => Err(FlagError::Own(number)),
            Event::Seconded if self.by.contains(&by) => Err(FlagError::Same(number)),
            Event::Lifted if self.lifted_by.contains(&by) => Err(FlagError::Same(number)),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::log::tests::{log, somebody},
        *,
    };

    fn check(events: &[(Event, Option<u64>, &str, &str)], day: i64) -> String {
        let (log, _) = log(events);
        let now = Timestamp::from_second(day * 86_400).unwrap();
        let told = flags(log.entries(), now);
        let told = told.iter().map(|it| {
            format!(
                "{} {} by {} lifted by {} words {}",
                it.number,
                it.state.id(),
                it.by.len(),
                it.lifted_by.len(),
                it.words.len()
            )
        });
        told.collect::<Vec<_>>().join(", ")
    }

    #[test]
    #[expect(clippy::too_many_lines, reason = "a table of what happened")]
    fn two_raise_and_two_lift() {
        use Event::{Appealed, Forgotten, Lifted, Raised, Read, Seconded};
        let (raised, second) = (
            (Raised, None, "ann", "ben"),
            (Seconded, Some(1), "ann", "cy"),
        );
        let same = (Seconded, Some(1), "ann", "ben");
        let own = (Seconded, Some(1), "ann", "ann");
        let appeal = (Appealed, Some(1), "ann", "ann");
        let lift = |by: &'static str| (Lifted, Some(1), "ann", by);
        for (events, day, expect) in [
            (&[raised][..], 2, "1 open by 1 lifted by 0 words 1"),
            (&[raised, same, own], 5, "1 open by 1 lifted by 0 words 1"),
            (&[raised, second], 5, "1 in-force by 2 lifted by 0 words 2"),
            (&[raised, second], 90, "1 in-force by 2 lifted by 0 words 2"),
            (&[raised, second], 91, "1 expired by 2 lifted by 0 words 2"),
            (
                &[raised, (Read, Some(1), "ann", "dan")],
                5,
                "1 open by 1 lifted by 0 words 1",
            ),
            (
                &[raised, second, appeal],
                5,
                "1 in-force by 2 lifted by 0 words 3",
            ),
            (
                &[raised, second, (Appealed, Some(1), "ann", "dan")],
                5,
                "1 in-force by 2 lifted by 0 words 2",
            ),
            (
                &[raised, second, lift("ben")],
                5,
                "1 in-force by 2 lifted by 1 words 3",
            ),
            (
                &[raised, second, lift("ben"), lift("ben")],
                5,
                "1 in-force by 2 lifted by 1 words 3",
            ),
            (
                &[raised, second, lift("ben"), lift("ann")],
                5,
                "1 in-force by 2 lifted by 1 words 3",
            ),
            (
                &[raised, second, lift("ben"), lift("dan")],
                5,
                "1 lifted by 2 lifted by 2 words 4",
            ),
            (
                &[raised, second, (Forgotten, Some(1), "ann", "dan"), appeal],
                5,
                "1 forgotten by 2 lifted by 0 words 0",
            ),
            (
                &[raised, (Seconded, Some(7), "ann", "cy")],
                5,
                "1 open by 1 lifted by 0 words 1",
            ),
        ] {
            assert_eq!(check(events, day), expect, "{events:?}");
        }
    }

    #[test]
    fn what_may_be_done() {
        let (log, _) = log(&[(Event::Raised, None, "ann", "ben")]);
        let [flag] = &flags(log.entries(), Timestamp::UNIX_EPOCH)[..] else {
            panic!("one flag");
        };
        let may = |event, by| flag.may(event, somebody(by));
        assert_eq!(may(Event::Seconded, "ben"), Err(FlagError::Same(1)));
        assert_eq!(may(Event::Seconded, "ann"), Err(FlagError::Own(1)));
        assert_eq!(may(Event::Seconded, "cy"), Ok(()));
        assert_eq!(may(Event::Appealed, "cy"), Err(FlagError::NotTheirs(1)));
        assert_eq!(may(Event::Lifted, "ben"), Ok(()));
    }
}
