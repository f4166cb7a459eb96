//! How a bill is made: parts and links as values, from what was looked at, and one writer for each format.
//!
//! Equal input gives equal bytes: nothing is drawn by lot, ids follow from the content, and the time is the caller's. What is
//! not known is left out or said to be unknown; nothing is guessed so that a profile is met.

mod bill;
mod cyclonedx;
mod gather;
pub(crate) mod identity;
mod licence;
mod spdx2;
mod spdx3;

use serde_json::Value;

pub use self::{
    bill::{Agent, Bill, Context, Hash, Part, PartFile, PartKind, Proof},
    cyclonedx::component,
    gather::{Details, Gathered, LibraryDetails, PackageDetails, gather},
    licence::Licence,
};

/// A format that can be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// `CycloneDX` 1.6.
    CycloneDx16,
    /// `CycloneDX` 1.7.
    CycloneDx17,
    /// SPDX 2.3.
    Spdx23,
    /// SPDX 3.0.1.
    Spdx301,
}

/// Every format that can be written, with its name on the command line and the ending of its files.
pub const WRITTEN: [(&str, &str, Written); 4] = [
    ("cyclonedx-1.6", ".cdx.json", Written::CycloneDx16),
    ("cyclonedx-1.7", ".cdx.json", Written::CycloneDx17),
    ("spdx-2.3", ".spdx.json", Written::Spdx23),
    ("spdx-3.0", ".spdx3.json", Written::Spdx301),
];

impl Written {
    /// The format of a name on the command line.
    pub fn of_name(name: &str) -> Option<Self> {
        WRITTEN
            .iter()
            .find(|(it, ..)| *it == name)
            .map(|(.., it)| *it)
    }

    /// The ending of its files.
    pub fn ending(self) -> &'static str {
        let found = WRITTEN.iter().find(|(.., it)| *it == self);
        found.map_or(".json", |(_, ending, _)| ending)
    }

    /// Whether the format cannot do without a time.
    pub fn needs_time(self) -> bool {
        matches!(self, Self::Spdx23 | Self::Spdx301)
    }
}

/// The bill as text, with a line break at its end.
pub fn write(bill: &Bill, format: Written) -> String {
    let json = match format {
        Written::CycloneDx16 => cyclonedx::document(bill, "1.6"),
        Written::CycloneDx17 => cyclonedx::document(bill, "1.7"),
        Written::Spdx23 => spdx2::document(bill),
        Written::Spdx301 => spdx3::document(bill),
    };
    to_text(&json)
}

/// JSON for people and programs, with a line break at its end.
pub fn to_text(json: &Value) -> String {
    format!("{json:#}\n")
}

#[cfg(test)]
mod tests;
