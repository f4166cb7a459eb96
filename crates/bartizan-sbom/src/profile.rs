//! What authorities ask of a bill, and what of it one lacks: the minimum elements of the NTIA (2021) and of the CISA (2025),
//! and BSI TR-03183-2 2.1.0. All of them for every format.
//!
//! An element is one row: what it is called, of what it is asked, how it is told, and what to write where it is missing.
//! A profile is a list of rows. Whether what is said is true, the schemas and the comparison with the artifact tell.

mod bsi;
mod cisa;
mod ntia;

use crate::{
    document::Format,
    facts::{Facts, Item},
};

/// A list of what is asked.
#[derive(Debug)]
pub struct Profile {
    /// The name on the command line.
    pub id: &'static str,
    /// What it is, with its edition.
    pub title: &'static str,
    /// What it asks for, in its order.
    pub elements: &'static [Element],
}

/// One thing that is asked.
#[derive(Debug)]
pub struct Element {
    /// The stable id within its profile.
    pub id: &'static str,
    /// What is asked.
    pub title: &'static str,
    /// Whether it must be there.
    pub level: Level,
    /// How it is told whether it is.
    pub about: About,
    /// Where it is written in `CycloneDX` and in SPDX.
    pub remedy: [&'static str; 2],
}

/// How much is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// It must be there.
    Required,
    /// It must be there where it exists; that nobody can tell from the bill.
    WhereItExists,
}

/// Of what it is asked.
#[derive(Debug, Clone, Copy)]
pub enum About {
    /// The bill as a whole.
    Bill(fn(&Facts) -> bool),
    /// Each component.
    Component(fn(&Item) -> bool),
}

/// Every profile.
pub static ALL: &[&Profile] = &[&ntia::PROFILE, &cisa::PROFILE, &bsi::PROFILE];

/// The profile of an id.
pub fn find(id: &str) -> Option<&'static Profile> {
    ALL.iter().find(|profile| profile.id == id).copied()
}

/// The most components of a gap that are named; the rest is counted.
pub const MOST_NAMED: usize = 5_000;

/// What a bill lacks of one element.
#[derive(Debug)]
pub struct Gap {
    /// What is asked.
    pub element: &'static Element,
    /// Components that lack it, as reports call them, sorted: all of them, or the first [`MOST_NAMED`] of the bill; empty
    /// where the bill as a whole does.
    pub components: Vec<String>,
    /// How many components lack it.
    pub lacking: usize,
    /// Of how many.
    pub total: usize,
    /// Where to write it.
    pub remedy: &'static str,
}

impl Profile {
    /// What a bill lacks, in the order of the profile.
    pub fn gaps(&self, facts: &Facts) -> Vec<Gap> {
        self.elements
            .iter()
            .filter_map(|element| element.gap(facts))
            .collect()
    }
}

impl Element {
    fn gap(&'static self, facts: &Facts) -> Option<Gap> {
        let [cyclonedx, spdx] = self.remedy;
        let remedy = match facts.format {
            Format::CycloneDx => cyclonedx,
            Format::Spdx2 | Format::Spdx3 => spdx,
        };
        let (components, lacking) = match self.about {
            About::Bill(is_there) if is_there(facts) => return None,
            About::Bill(_) => (Vec::new(), 0),
            About::Component(is_there) => {
                let lacking = || facts.items.iter().filter(|item| !is_there(item));
                let mut named: Vec<String> = lacking().take(MOST_NAMED).map(Item::label).collect();
                if named.is_empty() {
                    return None;
                }
                named.sort();
                (named, lacking().count())
            }
        };
        let total = match self.about {
            About::Bill(_) => 1,
            About::Component(_) => facts.items.len(),
        };
        Some(Gap {
            element: self,
            components,
            lacking,
            total,
            remedy,
        })
    }
}

/// A required row.
const fn required(
    id: &'static str,
    title: &'static str,
    about: About,
    remedy: [&'static str; 2],
) -> Element {
    Element {
        id,
        title,
        level: Level::Required,
        about,
        remedy,
    }
}

/// Something that is asked for where it exists.
const fn where_it_exists(
    id: &'static str,
    title: &'static str,
    about: About,
    remedy: [&'static str; 2],
) -> Element {
    Element {
        level: Level::WhereItExists,
        ..required(id, title, about, remedy)
    }
}

/// Whether a text is a moment as ISO 8601 writes it, with its offset.
fn is_moment(text: &str) -> bool {
    let Some((day, time)) = text.split_once('T') else {
        return false;
    };
    let is_shape = |text: &str, shape: &str| {
        text.len() == shape.len()
            && text
                .bytes()
                .zip(shape.bytes())
                .all(|(byte, wanted)| match wanted {
                    b'0' => byte.is_ascii_digit(),
                    _ => byte == wanted,
                })
    };
    let has_offset = time.ends_with('Z') || time.contains(['+', '-']);
    is_shape(day, "0000-00-00")
        && time.get(..8).is_some_and(|it| is_shape(it, "00:00:00"))
        && has_offset
}

/// Whether a bill has at least one component: one about nothing lists nothing that could lack anything.
fn has_components(facts: &Facts) -> bool {
    !facts.items.is_empty()
}

#[cfg(test)]
mod tests;
