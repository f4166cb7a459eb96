//! How deep the review of a change should be: up to four points, each with what it rests on and what speaks against it.

use std::collections::BTreeMap;

use bartizan_model::Timestamp;

use super::{
    acquaintance::{Acquaintance, Elsewhere, Record},
    place::Place,
    proposal::{Part, Proposal},
};
use crate::corpus::PersonNumber;

/// More points would say nothing more: whoever reads it does what can be done.
pub const MOST_POINTS: usize = 4;

/// Whoever had nothing taken in for a year and a half comes back.
pub(super) const RETURNING_DAYS: i64 = 548;

/// Something is rare for somebody where by all they did before it would come about less often than this.
pub(super) const RARE: f64 = 0.01;

/// Fewer changes of files by somebody say nothing of what is usual for them.
pub(super) const FEWEST_CHANGES: usize = 50;

const DAY: i64 = 86_400;

/// How long a project has known somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// Nothing of theirs was taken in here yet.
    FirstTime,
    /// Nothing was for so many days.
    Returning(i64),
    /// Something was lately.
    Regular,
}

/// Why a point is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// Nobody has taken in anything of the author yet, and the change touches what acts on others' machines.
    NewToAll,
    /// The author has not worked on such files here, and the change touches what acts on others' machines.
    Unfamiliar,
    /// The change is in, by the author's own hand alone, and touches what acts on others' machines.
    SelfIntegrated,
    /// Files of a kind that the author, who changed many files, practically never changes.
    Rare,
    /// The project itself stands on very few people, and the change touches what acts on others' machines.
    FragileProject,
}

/// One point.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Point {
    /// Why.
    pub reason: Reason,
    /// What it rests on.
    pub evidence: String,
    /// What speaks against it.
    pub against: Option<String>,
}

/// How deep the review of somebody's part of a change should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advice {
    /// Whose part.
    pub author: PersonNumber,
    /// How long the project has known them.
    pub standing: Standing,
    /// Files that they change.
    pub files: usize,
    /// Of these, files that act on others' machines, by kind, with an example.
    pub places: BTreeMap<Place, (usize, String)>,
    /// Why more than the usual review, at most four times. Empty is the rule.
    pub points: Vec<Point>,
}

/// What is known when advice is given.
struct Facts<'a> {
    acquaintance: &'a Acquaintance<'a>,
    here: Record,
    elsewhere: Elsewhere,
    places: &'a BTreeMap<Place, (usize, String)>,
    files: usize,
}

/// Says how deep the review of somebody's part of a proposal should be, by what was known at a time. The acquaintance must
/// have been read until then; `is_fragile` is whether the project's structural risk was high.
pub fn advise(
    acquaintance: &Acquaintance<'_>,
    (proposal, part): (&Proposal, &Part),
    is_fragile: bool,
    now: Timestamp,
) -> Advice {
    let mut places: BTreeMap<Place, (usize, String)> = BTreeMap::new();
    for path in &part.files {
        if let Some(place) = Place::of(path) {
            let entry = places.entry(place).or_insert_with(|| (0, path.clone()));
            entry.0 += 1;
        }
    }
    let here = acquaintance.here(part.author);
    let standing = standing(&here, now);
    let facts = Facts {
        acquaintance,
        here,
        elsewhere: acquaintance.elsewhere(part.author, now),
        places: &places,
        files: part.files.len(),
    };
    let mut points: Vec<Point> = Vec::new();
    points.extend(facts.unknown());
    if !facts.places.is_empty() {
        points.extend(self_integrated(proposal, part));
    }
    points.extend(facts.rare());
    points.extend(facts.fragile(is_fragile));
    points.truncate(MOST_POINTS);
    Advice {
        author: part.author,
        standing,
        files: part.files.len(),
        places,
        points,
    }
}

fn standing(here: &Record, now: Timestamp) -> Standing {
    match here.last {
        None => Standing::FirstTime,
        Some(last) => {
            let days = (now.as_second() - last) / DAY;
            if days > RETURNING_DAYS {
                Standing::Returning(days)
            } else {
                Standing::Regular
            }
        }
    }
}

impl Facts<'_> {
    /// Somebody whom no project knows, or who has not worked on such files here. Each fact counts once: whoever is new
    /// is unfamiliar with everything, and that is the same fact.
    fn unknown(&self) -> Option<Point> {
        let (place, (count, example)) = self.most_unfamiliar()?;
        let touches = touches(place, *count, example);
        let usual = self.usual(place);
        if self.here.works == 0 && self.elsewhere.works == 0 {
            return Some(Point {
                reason: Reason::NewToAll,
                evidence: format!(
                    "no work of the author has been taken in yet, and the change touches {touches}"
                ),
                against: Some(usual),
            });
        }
        let known = if self.here.works == 0 {
            "no work of the author has been taken in here yet".to_owned()
        } else {
            format!(
                "none of {} files that the author changed here was of that kind",
                self.here.changes
            )
        };
        Some(Point {
            reason: Reason::Unfamiliar,
            evidence: format!("{known}, and the change touches {touches}"),
            against: Some(self.known().unwrap_or(usual)),
        })
    }

    /// The kind of file that the author has not worked on here, the first of several.
    fn most_unfamiliar(&self) -> Option<(Place, &(usize, String))> {
        let mut places = self.places.iter();
        let found = places.find(|(place, _)| !self.here.places.contains_key(place));
        found.map(|(place, it)| (*place, it))
    }

    /// Files of a kind that the author could have changed often and did not.
    fn rare(&self) -> Option<Point> {
        if self.here.changes < FEWEST_CHANGES {
            return None;
        }
        let before = |place: &Place| self.here.places.get(place).copied().unwrap_or_default();
        let rarest = self.places.iter().map(|(place, (count, _))| {
            let rate = (before(place) as f64 + 0.5) / (self.here.changes as f64 + 1.0);
            (place, *count, at_least(*count, rate * self.files as f64))
        });
        let (place, count, chance) = rarest.min_by(|one, other| one.2.total_cmp(&other.2))?;
        (chance < RARE).then(|| Point {
            reason: Reason::Rare,
            evidence: format!(
                "{count} of {} files are {}; before, {} of {} that the author changed here were",
                self.files,
                place.title(),
                before(place),
                self.here.changes
            ),
            against: self.known(),
        })
    }

    fn fragile(&self, is_fragile: bool) -> Option<Point> {
        let (place, (count, example)) = self.places.iter().next()?;
        is_fragile.then(|| Point {
            reason: Reason::FragileProject,
            evidence: format!(
                "the project's structural risk is high, and the change touches {}",
                touches(*place, *count, example)
            ),
            against: Some(self.usual(*place)),
        })
    }

    /// How usual it is here that such files change, and that somebody new changes them.
    fn usual(&self, place: Place) -> String {
        let (all, by_new) = self.acquaintance.usual(place);
        format!(
            "such files were changed here {all} times, {by_new} of them by somebody whose first work that was"
        )
    }

    /// Who has taken in the author's work.
    fn known(&self) -> Option<String> {
        let (here, there) = (&self.here, &self.elsewhere);
        let mut parts = Vec::new();
        if here.works > 0 {
            parts.push(format!(
                "{} taken in here, by {}",
                works(here.works),
                by(here.backers.len())
            ));
        }
        if there.works > 0 {
            let projects = if there.projects == 1 {
                "another project".to_owned()
            } else {
                format!("{} other projects", there.projects)
            };
            parts.push(format!(
                "{} taken in by {projects}, by {}",
                works(there.works),
                by(there.backers)
            ));
        }
        (!parts.is_empty()).then(|| parts.join("; "))
    }
}

fn self_integrated(proposal: &Proposal, part: &Part) -> Option<Point> {
    (proposal.taken_in.is_some() && proposal.by == Some(part.author)).then(|| Point {
        reason: Reason::SelfIntegrated,
        evidence: "it is in already, by the author's own hand".to_owned(),
        against: Some("a review that a history does not show may have happened".to_owned()),
    })
}

fn touches(place: Place, count: usize, example: &str) -> String {
    let more = if count > 1 {
        format!(" and {} more", count - 1)
    } else {
        String::new()
    };
    format!("{} (`{example}`{more})", place.title())
}

fn works(count: usize) -> String {
    format!("{count} {}", if count == 1 { "work" } else { "works" })
}

fn by(people: usize) -> String {
    match people {
        0 => "somebody whom the history does not name".to_owned(),
        1 => "one person".to_owned(),
        people => format!("{people} people"),
    }
}

/// The chance of at least so many where so many are expected (Poisson).
fn at_least(count: usize, expected: f64) -> f64 {
    let (mut term, mut below) = ((-expected).exp(), 0.0);
    for number in 0..count {
        below += term;
        term *= expected / (number + 1) as f64;
        if below >= 1.0 {
            break;
        }
    }
    (1.0_f64 - below).max(0.0)
}

impl Advice {
    /// What to do, in words.
    pub fn words(&self) -> &'static str {
        match self.points.len() {
            0 => "the usual review",
            1 => "one more person, who knows such files",
            2 => {
                "one more person, who knows such files and looks at what they do when built, tested or run"
            }
            _ => {
                "two people besides the author, one of whom releases; look at generated and binary contents, and at what they do when built"
            }
        }
    }
}

impl Reason {
    /// Its word, which stays.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NewToAll => "new-to-all",
            Self::Unfamiliar => "unfamiliar-files",
            Self::SelfIntegrated => "self-integrated",
            Self::Rare => "rare-for-author",
            Self::FragileProject => "fragile-project",
        }
    }
}

impl Standing {
    /// Its word, which stays.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::FirstTime => "first-time",
            Self::Returning(_) => "returning",
            Self::Regular => "regular",
        }
    }
}

#[cfg(test)]
mod tests;
