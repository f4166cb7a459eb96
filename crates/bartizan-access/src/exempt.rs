//! Who is not judged, and from whom nothing is taken: said by a profile and by what is wanted of an organisation, and looked up
//! here only.

use std::collections::{BTreeMap, BTreeSet};

use bartizan_model::Timestamp;

use crate::right::{Account, Held};

/// Programs, and whoever has an exception.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Exempt {
    /// Programs.
    pub bots: BTreeSet<Account>,
    /// Exceptions, by whom they are for.
    pub exceptions: BTreeMap<Account, Vec<Excuse>>,
}

/// Why and until when somebody keeps what they have.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Excuse {
    /// The last moment at which it holds.
    pub until: Timestamp,
    /// Why.
    pub reason: String,
    /// The repository that it is about, as `owner/name`; everything where there is none.
    pub place: Option<String>,
    /// How much they may have there; any level where there is none.
    pub most: Option<Held>,
}

impl Exempt {
    /// Gives somebody an exception.
    pub fn excuse(&mut self, account: Account, excuse: Excuse) {
        self.exceptions.entry(account).or_default().push(excuse);
    }

    /// Adds what somebody else says.
    pub fn extend(&mut self, other: Self) {
        self.bots.extend(other.bots);
        for (account, excuses) in other.exceptions {
            self.exceptions.entry(account).or_default().extend(excuses);
        }
    }

    /// The exception by which somebody keeps a level at a place now.
    pub fn excused(
        &self,
        account: &Account,
        (place, level): (&str, Option<Held>),
        now: Timestamp,
    ) -> Option<&Excuse> {
        let mut excuses = self.open(account, now);
        excuses.find(|it| match &it.place {
            None => true,
            Some(at) => at == place && it.most.is_none_or(|most| level <= Some(most)),
        })
    }

    /// What somebody may have at a place now by an exception that is about that place.
    pub fn allowed(&self, account: &Account, place: &str, now: Timestamp) -> Option<Held> {
        let excuses = self.open(account, now);
        let here = excuses.filter(|it| it.place.as_deref() == Some(place));
        here.filter_map(|it| it.most).max()
    }

    fn open(&self, account: &Account, now: Timestamp) -> impl Iterator<Item = &Excuse> {
        let excuses = self.exceptions.get(account).into_iter().flatten();
        excuses.filter(move |it| it.until >= now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::tests::{account, day};

    #[test]
    fn an_exception_is_of_a_place_a_level_and_a_time() {
        let mut exempt = Exempt::default();
        let at = |place: Option<&str>, most: Option<Held>| Excuse {
            until: day(10),
            reason: "moves the site".to_owned(),
            place: place.map(str::to_owned),
            most,
        };
        exempt.excuse(account("ann"), at(None, None));
        exempt.excuse(account("eve"), at(Some("lab/site"), Some(Held::Write)));
        let check = |login: &str, place: &str, level: Held, now: i64| {
            let excused = exempt.excused(&account(login), (place, Some(level)), day(now));
            excused.is_some()
        };
        assert!(check("ann", "lab", Held::Owner, 10));
        assert!(!check("ann", "lab", Held::Owner, 11));
        assert!(check("eve", "lab/site", Held::Write, 1));
        assert!(!check("eve", "lab/site", Held::Admin, 1));
        assert!(!check("eve", "lab/array", Held::Read, 1));
        assert!(!check("fay", "lab/site", Held::Read, 1));
        let allowed = |now| exempt.allowed(&account("eve"), "lab/site", day(now));
        assert_eq!((allowed(1), allowed(11)), (Some(Held::Write), None));
    }
}
