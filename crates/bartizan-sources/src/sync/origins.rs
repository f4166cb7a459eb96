//! Which places the records of a new snapshot come from: those of the old one and those read now.

use std::collections::BTreeSet;

use bartizan_formats::snapshot::{Manifest, Origin};
use bartizan_model::Timestamp;

use super::gather::{Extent, Input};

/// The origins of the new snapshot, and where the old ones and the inputs are among them.
pub(crate) struct Origins {
    pub(crate) list: Vec<Origin>,
    /// The new number of each old origin; `None` of one that states nothing any more.
    of_old: Vec<Option<u32>>,
    /// The number of each input.
    of_input: Vec<u32>,
    /// Those that were read from end to end: what they stated before counts no more.
    whole: BTreeSet<u32>,
}

impl Origins {
    pub(crate) fn new(old: Option<&Manifest>, inputs: &[Input], now: Timestamp) -> Self {
        let mut origins = Self {
            list: Vec::new(),
            of_old: Vec::new(),
            of_input: Vec::new(),
            whole: BTreeSet::new(),
        };
        for origin in old.map_or(&[][..], |manifest| &manifest.origins) {
            let is_alive = origin.records > 0;
            let number = is_alive.then(|| origins.number_of(&origin.address, origin.imported));
            if let Some(kept) = number.and_then(|number| origins.list.get_mut(number as usize)) {
                kept.unread = origin.unread;
            }
            origins.of_old.push(number);
        }
        for input in inputs {
            let number = origins.number_of(&input.address, now);
            origins.of_input.push(number);
            // What could not be read may still be stated: nothing is taken for gone then.
            if input.extent == Extent::Whole && input.unread == 0 {
                origins.whole.insert(number);
            }
            if let Some(origin) = origins.list.get_mut(number as usize) {
                origin.imported = now;
                origin.unread = match input.extent {
                    Extent::Whole => input.unread,
                    Extent::Part | Extent::Unchanged => origin.unread + input.unread,
                };
            }
        }
        origins
    }

    /// The origins that still state a record of the old snapshot.
    pub(crate) fn remaining(&self, old: &[u32]) -> BTreeSet<u32> {
        let renumbered = old
            .iter()
            .filter_map(|number| *self.of_old.get(*number as usize)?);
        renumbered
            .filter(|number| !self.whole.contains(number))
            .collect()
    }

    /// The number of an origin by its address.
    pub(crate) fn by_address(&self, address: &str) -> Option<u32> {
        let place = self
            .list
            .iter()
            .position(|origin| origin.address == address)?;
        u32::try_from(place).ok()
    }

    pub(crate) fn of_input(&self, input: u32) -> Option<u32> {
        self.of_input.get(input as usize).copied()
    }

    /// The numbers of the inputs.
    pub(crate) fn refreshed(&self) -> BTreeSet<u32> {
        self.of_input.iter().copied().collect()
    }

    /// Counts a record for each origin that states it.
    pub(crate) fn count(&mut self, numbers: &BTreeSet<u32>, source: &str, records: u64) {
        for number in numbers {
            let Some(origin) = self.list.get_mut(*number as usize) else {
                continue;
            };
            origin.records += records;
            if let Err(place) = origin
                .sources
                .binary_search_by(|known| known.as_str().cmp(source))
            {
                origin.sources.insert(place, source.to_owned());
            }
        }
    }

    fn number_of(&mut self, address: &str, imported: Timestamp) -> u32 {
        if let Some(number) = self.by_address(address) {
            return number;
        }
        self.list.push(Origin {
            address: address.to_owned(),
            imported,
            records: 0,
            sources: Vec::new(),
            unread: 0,
        });
        u32::try_from(self.list.len() - 1).unwrap_or(u32::MAX)
    }
}
