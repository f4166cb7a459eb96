//! Texts of libraries in read-only data: one pass for all of them, then a pattern over the line around each.

use bartizan_model::native::EvidenceKind;

use super::{Mark, Notes, crates};
use crate::{
    binary::{Binary, Span},
    knowledge::{Knowledge, TextSignal},
};

/// How far a line is followed each way.
const LONGEST_LINE: usize = 500;

/// The most places of one text that are looked at. Real files have a few; a hostile one may have millions.
const MOST_PLACES: u8 = 64;

/// The longest text that is shown as evidence.
const LONGEST_SHOWN: usize = 120;

/// Searches the read-only data of a file.
pub(super) fn search(knowledge: &Knowledge, binary: &Binary<'_>, notes: &mut Notes) {
    let Some(anchors) = knowledge.anchors() else {
        return;
    };
    let mut places = vec![0_u8; anchors.patterns_len()];
    for span in &binary.constants {
        for found in anchors.find_overlapping_iter(span.bytes) {
            let number = found.pattern().as_usize();
            let Some(count) = places.get_mut(number).filter(|count| **count < MOST_PLACES) else {
                continue;
            };
            *count += 1;
            match knowledge.text(number) {
                Some((library, rank, signal)) => {
                    note(library, rank, signal, span, found.range(), notes);
                }
                None => {}
            }
        }
    }
}
