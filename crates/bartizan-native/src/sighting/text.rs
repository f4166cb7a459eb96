//! Texts of libraries in read-only data: one pass for all of them, then a pattern over the line around each.

use std::ops::Range;

use bartizan_model::native::EvidenceKind;
use memchr::memmem;

use super::{Mark, Notes, crates};
use crate::{
    binary::{Binary, Span},
    knowledge::{FoundText, Knowledge},
};

/// How far a line is followed each way.
const LONGEST_LINE: usize = 500;

/// The most places of one text that are looked at. Real files have a few; a hostile one may have millions.
const MOST_PLACES: u8 = 32;

/// The most crates of one file.
const MOST_CRATES: usize = 4096;

/// The longest text that is shown as evidence.
const LONGEST_SHOWN: usize = 120;

/// Searches the read-only data of a file.
pub(super) fn search(knowledge: &Knowledge, binary: &Binary<'_>, notes: &mut Notes) {
    for span in &binary.constants {
        search_crates(span, notes);
    }
    let anchors = knowledge.anchors();
    let mut places = vec![0_u8; anchors.len()];
    for span in &binary.constants {
        anchors.find(span.bytes, |number, range| {
            let Some(count) = places.get_mut(number).filter(|count| **count < MOST_PLACES) else {
                return;
            };
            *count += 1;
            if let Some(text) = knowledge.text(number) {
                note(&text, span, range, notes);
            }
        });
    }
}

/// Notes what the line around a text tells.
fn note(text: &FoundText<'_>, span: &Span<'_>, found: Range<usize>, notes: &mut Notes) {
    let line = line(span.bytes, found.clone());
    // The binding of a library in Rust has a version of its own: `…/registry/src/…/openssl-0.10.81/src/hash.rs`.
    if crates::ANCHORS
        .iter()
        .any(|anchor| memmem::find(line, anchor.as_bytes()).is_some())
    {
        return;
    }
    let line = String::from_utf8_lossy(line);
    let version = text
        .signal
        .reading
        .as_ref()
        .and_then(|reading| reading.of_text(&line));
    if text.signal.reading.is_some() && version.is_none() {
        return;
    }
    notes.add(Mark {
        library: text.library,
        kind: if version.is_some() {
            EvidenceKind::VersionText
        } else {
            EvidenceKind::Presence
        },
        rank: text.rank,
        version,
        offset: Some(span.offset.saturating_add(found.start as u64)),
        detail: format!("the text \"{}\"", shown(&line)),
    });
}

/// The line around a place, between zero bytes, line breaks and other controls; it begins behind what is no text, since a
/// number before it need not end with a zero byte.
fn line(bytes: &[u8], found: Range<usize>) -> &[u8] {
    let is_end = |byte: &u8| (*byte < b' ' && *byte != b'\t') || *byte == 0x7f;
    let start = found.start.saturating_sub(LONGEST_LINE);
    let end = found.end.saturating_add(LONGEST_LINE).min(bytes.len());
    let before = bytes.get(start..found.start).unwrap_or_default();
    let after = bytes.get(found.end..end).unwrap_or_default();
    let before = match before.iter().rposition(is_end) {
        Some(at) => before.get(at + 1..).unwrap_or_default(),
        None => before,
    };
    let start = found.start - text_at_end(before);
    let end = after
        .iter()
        .position(is_end)
        .map_or(end, |at| found.end + at);
    bytes.get(start..end).unwrap_or_default()
}

/// How many bytes at the end are whole letters.
fn text_at_end(bytes: &[u8]) -> usize {
    bytes.utf8_chunks().fold(0, |length, chunk| {
        if chunk.invalid().is_empty() {
            length + chunk.valid().len()
        } else {
            0
        }
    })
}

/// A text as evidence shows it: one line of bounded length.
pub(super) fn shown(text: &str) -> String {
    let plain = text.trim().chars().take(LONGEST_SHOWN);
    plain
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .collect()
}

/// Notes the crates of Rust whose paths stand in panic messages.
fn search_crates(span: &Span<'_>, notes: &mut Notes) {
    for anchor in crates::ANCHORS {
        for at in memmem::find_iter(span.bytes, anchor).take(MOST_CRATES) {
            let after = span.bytes.get(at + anchor.len()..).unwrap_or_default();
            let found = crates::read(after, span.offset.saturating_add(at as u64));
            let Some(found) = found.filter(|_| notes.crates.len() < MOST_CRATES) else {
                continue;
            };
            let place = (found.name, found.version);
            notes.crates.entry(place).or_insert(found.offset);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], expect: &str) {
        let at = memmem::find(bytes, b"lib 1").unwrap();
        let line = line(bytes, at..at + 5);
        assert_eq!(String::from_utf8_lossy(line), expect);
    }

    #[test]
    fn a_line_ends_at_controls_and_begins_behind_what_is_no_text() {
        check(b"x\0a lib 1.2 b\0y", "a lib 1.2 b");
        check(b"x\x01\x7f @\x80lib 1.2\n", "lib 1.2");
        check(
            "x\n\u{a9} lib 1.2\u{e9}\0".as_bytes(),
            "\u{a9} lib 1.2\u{e9}",
        );
        check(b"\xff\xa9\tlib 1\xff", "\tlib 1\u{fffd}");
        check(b"lib 1", "lib 1");
    }

    proptest::proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..40), at in 0_usize..40, length in 0_usize..9) {
            let _ = line(&bytes, at..at + length);
        }
    }
}
