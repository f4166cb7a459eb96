//! What is done near a place: in its function, or close to it outside of all. It is put together once for a file; to look for it at
//! each call would make a file of many calls cost its square.

use std::collections::BTreeMap;

use bartizan_formats::python_code::reach::Deed;

use super::{
    commands, is_any,
    vocabulary::{self, DECODED},
};

/// How many lines away something stands beside a place outside of all functions.
const NEAR: u32 = 15;

/// What is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Done {
    /// Something is written.
    pub(super) writes: bool,
    /// Decoded data is.
    pub(super) writes_decoded: bool,
    /// A connection is made.
    pub(super) connects: bool,
    /// How often a file is put in the place of another that is open.
    pub(super) duplicates: usize,
}

/// What is done in a file, by place.
#[derive(Debug, Default)]
pub(super) struct Near<'a> {
    functions: BTreeMap<&'a str, Done>,
    lines: BTreeMap<u32, Done>,
}

impl<'a> Near<'a> {
    pub(super) fn of(deeds: &'a [Deed]) -> Self {
        let mut near = Self::default();
        for deed in deeds {
            let place = if deed.within.is_empty() {
                near.lines.entry(deed.line).or_default()
            } else {
                near.functions.entry(&deed.within).or_default()
            };
            *place = place.and(Done::of(deed));
        }
        near
    }

    /// What is done in a function, or close to a line outside of all.
    pub(super) fn around(&self, line: u32, within: &str) -> Done {
        if !within.is_empty() {
            return self.functions.get(within).copied().unwrap_or_default();
        }
        let lines = line.saturating_sub(NEAR)..=line.saturating_add(NEAR);
        let lines = self.lines.range(lines);
        lines.fold(Done::default(), |sum, (_, it)| sum.and(*it))
    }
}

impl Done {
    fn of(deed: &Deed) -> Self {
        Self {
            writes: commands::is_writing(deed),
            writes_decoded: deed.reaches & DECODED != 0 && is_any(deed, &vocabulary::WRITES),
            connects: is_any(deed, &vocabulary::CONNECTS),
            duplicates: usize::from(deed.function == "os.dup2"),
        }
    }

    fn and(self, other: Self) -> Self {
        Self {
            writes: self.writes || other.writes,
            writes_decoded: self.writes_decoded || other.writes_decoded,
            connects: self.connects || other.connects,
            duplicates: self.duplicates + other.duplicates,
        }
    }
}
