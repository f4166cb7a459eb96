//! What is public of access: numbers of an organisation at one time. The one name in them is that of an owner who signed a
//! summary, which stays in the home and is shown nowhere.
//!
//! Second factors are counted here and nowhere else: a survey keeps the numbers, and owners who share no token hand in the same
//! numbers as a signed [`Summary`]. A number of very few people is a name: [`Counts::is_public`] says where that is so.

mod course;
mod summary;

use bartizan_formats::moment;
use bartizan_model::Timestamp;
use serde::{Deserialize, Serialize};

pub use self::{
    course::Course,
    summary::{LARGEST_SUMMARY, OfOrganisation, Summary, SummaryError},
};
use crate::{
    audit::Standing,
    ledger::Line,
    name::Login,
    right::{Account, Right, organisation},
    snapshot::{Holder, Level, Person, Resource, SecondFactor, Snapshot},
};

/// Of fewer people no number is shown: whoever knows the organisation would know who is meant.
pub const FEWEST: u64 = 5;

/// The largest number that is believed: no organisation has as many people or rights.
const MOST: u64 = 100_000_000;

/// How many people there are, and how many of them have no sound second factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Factors {
    /// All.
    pub all: u64,
    /// Without one.
    pub missing: u64,
    /// With one that can be taken over.
    pub insecure: u64,
    /// Of whom it is not told.
    pub unknown: u64,
}

/// Rights that people hold, by what the ledger says of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RightCounts {
    /// Used.
    pub used: u64,
    /// Not used, although everything was read that could have shown it.
    pub stale: u64,
    /// Not known.
    pub unknown: u64,
    /// Not judged: programs and exceptions.
    pub exempt: u64,
}

/// What is public of an organisation at one time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counts {
    /// The organisation.
    pub organisation: Login,
    /// When it was read.
    #[serde(with = "moment")]
    pub taken: Timestamp,
    /// Who says so; none where it was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stated_by: Option<Account>,
    /// Whether everybody needs a second factor; none where it is not told.
    pub required: Option<bool>,
    /// Members, owners among them.
    pub members: Factors,
    /// Owners.
    pub owners: Factors,
    /// Outside collaborators.
    pub outside: Factors,
    /// Rights; none where nobody judged them.
    pub rights: Option<RightCounts>,
}

impl Factors {
    /// Counts people.
    pub(crate) fn of<'a>(people: impl Iterator<Item = &'a Person>) -> Self {
        let mut factors = Self::default();
        for person in people {
            factors.all += 1;
            match person.second_factor {
                SecondFactor::Missing => factors.missing += 1,
                SecondFactor::Insecure => factors.insecure += 1,
                SecondFactor::Unknown => factors.unknown += 1,
                SecondFactor::Secure | SecondFactor::Enabled => {}
            }
        }
        factors
    }

    /// How many have one that nothing is said against.
    pub fn sound(self) -> u64 {
        self.all
            .saturating_sub(self.missing)
            .saturating_sub(self.insecure)
            .saturating_sub(self.unknown)
    }

    /// Both together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            all: self.all.saturating_add(other.all),
            missing: self.missing.saturating_add(other.missing),
            insecure: self.insecure.saturating_add(other.insecure),
            unknown: self.unknown.saturating_add(other.unknown),
        }
    }

    /// Whether its parts can be parts of it.
    fn is_sound(self) -> bool {
        let parts = self.missing.checked_add(self.insecure);
        let parts = parts.and_then(|it| it.checked_add(self.unknown));
        self.all <= MOST && parts.is_some_and(|it| it <= self.all)
    }
}

impl From<Standing> for RightCounts {
    fn from(standing: Standing) -> Self {
        let count = |it: usize| u64::try_from(it).unwrap_or(u64::MAX);
        Self {
            used: count(standing.active),
            stale: count(standing.inactive),
            unknown: count(standing.unknown),
            exempt: count(standing.exempt),
        }
    }
}

impl Counts {
    /// The numbers of each organisation of a snapshot that was judged, by name.
    ///
    /// Roles at a package index belong to no organisation of the host and are in none.
    pub fn of(snapshot: &Snapshot, ledger: &[Line]) -> Vec<Self> {
        let counted = |it: OfOrganisation| {
            let name = it.organisation.as_str();
            let is_in = |place: &str| organisation(place) == name;
            let lines = ledger.iter().filter(|it| {
                !matches!(it.right, Right::IndexRole { .. }) && is_in(it.right.place())
            });
            let lines: Vec<Line> = lines.cloned().collect();
            Self {
                rights: Some(Standing::of(&lines).into()),
                ..Self::stated(it, snapshot.taken, None)
            }
        };
        let summary = Summary::of(snapshot);
        summary.organisations.into_iter().map(counted).collect()
    }

    /// The numbers of a summary that somebody signed, by organisation.
    pub fn of_summary(summary: &Summary, by: &Account) -> Vec<Self> {
        let organisations = summary.organisations.iter().cloned();
        let by = Some(by.clone());
        organisations
            .map(|it| Self::stated(it, summary.taken, by.clone()))
            .collect()
    }

    fn stated(it: OfOrganisation, taken: Timestamp, by: Option<Account>) -> Self {
        Self {
            organisation: it.organisation,
            taken,
            stated_by: by,
            required: it.required,
            members: it.members,
            owners: it.owners,
            outside: it.outside,
            rights: None,
        }
    }

    /// Everybody: members and those from outside.
    pub fn everybody(&self) -> Factors {
        self.members.and(self.outside)
    }

    /// Whether a number of it may be shown: it is of more than a handful of people.
    pub fn is_public(&self) -> bool {
        self.everybody().all >= FEWEST
    }

    /// Reads a line; none where it is none, or says what no survey says.
    pub fn read(line: &[u8]) -> Option<Self> {
        let read: Self = serde_json::from_slice(line).ok()?;
        let factors = [read.members, read.owners, read.outside];
        let rights = read.rights.unwrap_or_default();
        let rights = [rights.used, rights.stale, rights.unknown, rights.exempt];
        let is_sound =
            factors.into_iter().all(Factors::is_sound) && rights.into_iter().all(|it| it <= MOST);
        is_sound.then_some(read)
    }

    /// Its line, without its end.
    pub fn line(&self) -> String {
        // Numbers and names can always be written.
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// Who belongs to an organisation, those of a level only where one is named.
fn members<'a>(
    snapshot: &'a Snapshot,
    name: &Login,
    level: Option<Level>,
) -> impl Iterator<Item = &'a Person> {
    let of_it = Resource::Organisation(name.clone());
    let given = snapshot.assignments.iter();
    let given = given.filter(move |it| it.resource == of_it && it.role.is_none());
    let given = given.filter(move |it| level.is_none_or(|level| it.level == level));
    given.filter_map(|it| match &it.holder {
        Holder::Person(login) => snapshot.person(login),
        Holder::Team(_) => None,
    })
}

#[cfg(test)]
mod tests;
