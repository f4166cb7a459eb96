//! What the log alone does not prove of deliveries, and what a snapshot says of it.
//!
//! A delivery that was repeated may be a replay, and one that was refused may have been meant. A snapshot that is newer settles it:
//! it agrees with the last word that was taken, or it does not.

use std::collections::{BTreeMap, BTreeSet};

use bartizan_model::Timestamp;

use super::again::{is_of_same, is_taken, word};
use crate::{
    log::{Entry, Event, Log},
    right::{Account, Right, of_snapshot::Read, organisation},
    snapshot::{Part, Snapshot, Unread},
};

/// How something in doubt stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// The newest snapshot does not say what the log says.
    Contradicted,
    /// No newer snapshot shows it.
    Waits,
}

impl Standing {
    /// It in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Contradicted => "the newest snapshot says otherwise",
            Self::Waits => "no newer snapshot shows it",
        }
    }
}

/// Something that was repeated or refused, and is not settled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doubt {
    /// The newest entry about it that was repeated or refused.
    pub entry: Entry,
    /// How it stands.
    pub standing: Standing,
}

/// The words of a log that are in doubt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doubts<'a> {
    log: &'a Log,
    /// The newest doubtful entry of each thing, by what it is about.
    newest: Vec<&'a Entry>,
}

impl<'a> Doubts<'a> {
    /// Those of a log.
    pub fn of(log: &'a Log) -> Self {
        let mut newest: BTreeMap<_, &Entry> = BTreeMap::new();
        let doubtful = |it: &&Entry| matches!(it.event, Event::Repeated | Event::Refused);
        for entry in log.entries().iter().filter(doubtful) {
            newest.insert((word(entry).0, &entry.about, &entry.place), entry);
        }
        let mut newest: Vec<&Entry> = newest.into_values().collect();
        newest.sort_by_key(|it| it.number);
        Self { log, newest }
    }

    /// The organisations whose newest snapshots settle them.
    pub fn organisations(&self) -> BTreeSet<&'a str> {
        let places = self.newest.iter().filter_map(|it| it.place.as_deref());
        places.map(organisation).collect()
    }

    /// What is left of them beside the newest snapshot of each organisation, by number.
    pub fn beside(&self, snapshots: &BTreeMap<String, Snapshot>) -> Vec<Doubt> {
        let read = snapshots
            .iter()
            .map(|(name, it)| (name.as_str(), Seen::of(name, it)));
        let read: BTreeMap<&str, Seen> = read.collect();
        let left = self.newest.iter().filter_map(|entry| {
            let within = organisation(entry.place.as_deref().unwrap_or_default());
            let seen = read.get(within).filter(|it| it.taken > entry.at);
            let standing = match seen.and_then(|seen| self.agrees(entry, seen)) {
                Some(true) => return None,
                Some(false) => Standing::Contradicted,
                None => Standing::Waits,
            };
            Some(Doubt {
                entry: (*entry).clone(),
                standing,
            })
        });
        left.collect()
    }

    /// Whether what a snapshot says agrees with the last word that was taken before it; none where it cannot show that.
    fn agrees(&self, entry: &Entry, seen: &Seen) -> Option<bool> {
        let right = right(entry)?;
        let mut before = self.log.entries().iter().filter(|it| it.at < seen.taken);
        let last = before.rfind(|it| {
            is_taken(it) && is_of_same(it, entry) && self::right(it).as_ref() == Some(&right)
        })?;
        let is_meant = !word(last).1.contains("removed");
        let is_held = seen.read.rights.level(&right).is_some();
        // What was not read is not known to be gone.
        (is_held || seen.is_whole).then_some(is_held == is_meant)
    }
}

/// What a snapshot shows of an organisation.
struct Seen {
    taken: Timestamp,
    read: Read,
    /// Whether everything was read that shows a right of somebody.
    is_whole: bool,
}

impl Seen {
    fn of(name: &str, snapshot: &Snapshot) -> Self {
        let mut unread = snapshot.unread.iter();
        let is_gap = |it: &Unread| {
            let is_shown = matches!(
                it.part,
                Part::Members
                    | Part::Teams
                    | Part::TeamMembers
                    | Part::TeamRepositories
                    | Part::Repositories
                    | Part::Collaborators
            );
            is_shown && organisation(it.of.as_str()) == name
        };
        Self {
            taken: snapshot.taken,
            read: Read::of(snapshot),
            is_whole: !unread.any(is_gap),
        }
    }
}

/// The right that an entry gives or takes, where snapshots show it.
fn right(entry: &Entry) -> Option<Right> {
    let (about, place) = (entry.about.as_deref()?, entry.place.clone()?);
    let account = || about.parse::<Account>().ok();
    Some(match word(entry) {
        ("member", _) => Right::Collaboration {
            repository: place,
            account: account()?,
        },
        ("membership", _) => Right::TeamMembership {
            team: place,
            account: account()?,
        },
        ("organization", "member_added" | "member_removed") => Right::Membership {
            organisation: place,
            account: account()?,
        },
        ("team" | "team_add", _) if about.contains('/') => Right::TeamAccess {
            team: about.to_owned(),
            repository: place,
        },
        _ => return None,
    })
}
