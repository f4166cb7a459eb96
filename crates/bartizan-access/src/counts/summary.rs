//! Second factors by number: what owners sign who share neither a token nor a name.

use bartizan_formats::moment;
use bartizan_model::Timestamp;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Factors, members};
use crate::{
    name::Login,
    snapshot::{Level, Snapshot},
};

/// The largest summary that is read, its signature not counted.
pub const LARGEST_SUMMARY: usize = 256 << 10;

/// The most organisations of one.
const MOST_ORGANISATIONS: usize = 500;

/// The name and version of the form.
const FORM: &str = "second-factors/1";

/// What owners state: no name of a person, and no digest that would tell which names were read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// When it was read.
    pub taken: Timestamp,
    /// By organisation.
    pub organisations: Vec<OfOrganisation>,
}

/// An organisation in numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfOrganisation {
    /// Its name.
    pub organisation: Login,
    /// Whether everybody needs a second factor; none where it is not told.
    pub required: Option<bool>,
    /// Members, owners among them.
    pub members: Factors,
    /// Owners.
    pub owners: Factors,
    /// Outside collaborators.
    pub outside: Factors,
}

/// Why a text is no summary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("this is no summary of second factors, or it was changed")]
pub struct SummaryError;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    bartizan: String,
    organisations: Vec<OfOrganisation>,
    #[serde(with = "moment")]
    taken: Timestamp,
}

impl Summary {
    /// The numbers of a snapshot.
    pub fn of(snapshot: &Snapshot) -> Self {
        let counted = snapshot.organisations.iter().map(|organisation| {
            let name = &organisation.name;
            let outside = organisation.outside_collaborators.iter();
            OfOrganisation {
                organisation: name.clone(),
                required: organisation.requires_second_factor,
                members: Factors::of(members(snapshot, name, None)),
                owners: Factors::of(members(snapshot, name, Some(Level::Owner))),
                outside: Factors::of(outside.filter_map(|it| snapshot.person(it))),
            }
        });
        Self {
            taken: snapshot.taken,
            organisations: counted.collect(),
        }
    }

    /// Its text: one line, without an end, which is what is signed.
    pub fn text(&self) -> String {
        let written = Written {
            bartizan: FORM.to_owned(),
            organisations: self.organisations.clone(),
            taken: self.taken,
        };
        // Numbers and names can always be written.
        serde_json::to_string(&written).unwrap_or_default()
    }

    /// Reads a text. The same summary has one text only, and its numbers can be numbers of people.
    pub fn read(text: &str) -> Result<Self, SummaryError> {
        if text.len() > LARGEST_SUMMARY {
            return Err(SummaryError);
        }
        let written: Written = serde_json::from_str(text).map_err(|_cause| SummaryError)?;
        let is_meant = written.bartizan == FORM
            && (1..=MOST_ORGANISATIONS).contains(&written.organisations.len())
            && written.organisations.iter().all(is_sound);
        let summary = Self {
            taken: written.taken,
            organisations: written.organisations,
        };
        if is_meant && summary.text() == text {
            Ok(summary)
        } else {
            Err(SummaryError)
        }
    }
}

fn is_sound(it: &OfOrganisation) -> bool {
    let factors = [it.members, it.owners, it.outside];
    factors.into_iter().all(Factors::is_sound) && it.owners.all <= it.members.all
}
