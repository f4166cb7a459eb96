//! Bare versions in a library's own file: lines that mean nothing in any other.
//!
//! Many libraries keep their release as a text of its own, `1.65.0`, which their version function finds by a way that
//! is not followed here. Such a line says nothing about what it belongs to, so it counts only in a file that is the
//! library by its name, and only where no other line of that form contradicts it.

use std::collections::BTreeMap;

use bartizan_model::native::EvidenceKind;

use super::{Mark, Notes};
use crate::{binary::Binary, knowledge::Knowledge};

/// The longest line that is looked at: no bare version is longer.
const LONGEST: usize = 64;

/// Notes the versions that stand alone in a line of a library's own file.
pub(super) fn search(knowledge: &Knowledge, own: usize, binary: &Binary<'_>, notes: &mut Notes) {
    let library = knowledge.libraries().get(own);
    for (place, signal) in library.into_iter().flat_map(|it| it.own.iter().enumerate()) {
        let mut told: BTreeMap<String, (u64, &str)> = BTreeMap::new();
        for (offset, line) in binary
            .constants
            .iter()
            .flat_map(|span| lines(span.bytes, span.offset))
        {
            if let Some(version) = signal.reading.of_text(line) {
                told.entry(version).or_insert((offset, line));
            }
            if told.len() > 1 {
                break;
            }
        }
        let mut told = told.into_iter();
        let (Some((version, (offset, line))), None) = (told.next(), told.next()) else {
            continue;
        };
        notes.add(Mark {
            library: own,
            kind: EvidenceKind::VersionText,
            rank: library.map_or(0, |it| it.texts.len()) + place,
            version: Some(version),
            offset: Some(offset),
            detail: format!("the text \"{line}\" in its own file"),
        });
    }
}

/// The short lines of printed letters, with their offsets. Before a line a number may stand that does not end with a
/// zero byte; the line begins behind it.
fn lines(bytes: &[u8], start: u64) -> impl Iterator<Item = (u64, &str)> {
    let is_end = |byte: &u8| matches!(byte, 0 | b'\n' | b'\r');
    let is_printed = |byte: &u8| matches!(byte, b' '..=b'~');
    let mut offset = start;
    bytes.split(is_end).filter_map(move |whole| {
        let at = offset;
        offset = offset.saturating_add(whole.len() as u64).saturating_add(1);
        let letters = whole.iter().rev().take(LONGEST + 1);
        let length = letters.take_while(|byte| is_printed(byte)).count();
        let before = whole.len() - length;
        let is_short = (1..=LONGEST).contains(&length);
        let line = std::str::from_utf8(whole.get(before..)?).ok();
        Some((at.saturating_add(before as u64), line.filter(|_| is_short)?))
    })
}

#[cfg(test)]
mod tests {
    use super::{LONGEST, lines};
    use crate::{
        binary::forge::{Description, Target},
        knowledge::Knowledge,
        sighting::look_at,
    };

    const TABLE: &str = r"[x]
title = 'x'
purl = 'pkg:generic/x'
order = 'numbers'
exposure = 'computes'
files = ['libx']
[[x.own]]
pattern = '^(1\.[0-9]+\.[0-9]+)$'
example = '1.2.3'
gives = '1.2.3'
";

    fn check(path: &str, texts: &[&str]) -> String {
        let texts = texts.iter().map(|&text| text.to_owned()).collect();
        let bytes = Description {
            texts,
            ..Description::default()
        }
        .build(Target::ElfX86_64);
        let knowledge = Knowledge::parse(TABLE).unwrap();
        let sighting = look_at(&knowledge, path, &bytes).unwrap().unwrap();
        let told = sighting.marks.into_iter().filter_map(|mark| mark.version);
        told.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_bare_version_counts_in_the_library_s_own_file_alone() {
        insta::assert_snapshot!(check("a.libs/libx.so.1", &["2.7.1", "1.2.3", "x 1.2.4"]), @"1.2.3");
        insta::assert_snapshot!(check("a.libs/libx.so.1", &["1.2.3", "1.2.3"]), @"1.2.3");
        insta::assert_snapshot!(check("a.libs/libx.so.1", &["1.2.3", "1.2.4"]), @"");
        insta::assert_snapshot!(check("a.libs/liby.so.1", &["1.2.3"]), @"");
    }

    #[test]
    fn a_line_begins_behind_a_number() {
        let found = |bytes| lines(bytes, 10).collect::<Vec<_>>();
        assert_eq!(found(b"\xff\xff1.2\0x\n\xfe\0"), [(12, "1.2"), (16, "x")]);
        assert_eq!(found(&[b'1'; LONGEST + 1]), []);
        assert_eq!(found(b""), []);
    }
}
