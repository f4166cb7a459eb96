//! The version resource of a file for Windows (Microsoft's "VERSIONINFO"): what its project says of it.
//!
//! It is a block of blocks: the whole holds a block of texts, that one a table for each language, and the table the texts by
//! their keys, `ProductVersion` among them. Numbers stand there too (`VS_FIXEDFILEINFO`), mostly of the interface;
//! they are not read.

use std::collections::BTreeMap;

use object::{
    LittleEndian as LE, pe,
    read::pe::{ImageNtHeaders, PeFile, ResourceDirectoryTable, ResourceNameOrId},
};

use crate::binary::image::Image;

/// The longest resource that is looked at; real ones have about one thousand bytes.
const LONGEST: usize = 1 << 16;
/// The most entries of one table, and blocks in one block, that are looked at.
const ENTRIES: usize = 256;
/// What stands before the key of a block: its length, that of its value, and whether the value is a text.
const HEAD: usize = 6;

/// The texts of the version resource by their keys, of several languages those of the first.
pub(super) fn strings<Pe: ImageNtHeaders>(
    file: &PeFile<'_, Pe>,
    image: &Image<'_>,
    base: u64,
) -> BTreeMap<String, String> {
    read_blocks(resource(file, image, base).unwrap_or_default())
}

/// The bytes of the resource: the first language of the first one of its kind.
fn resource<'d, Pe: ImageNtHeaders>(
    file: &PeFile<'d, Pe>,
    image: &Image<'d>,
    base: u64,
) -> Option<&'d [u8]> {
    let directories = file.data_directories();
    let resources = directories.resource_directory(file.data(), &file.section_table());
    let resources = resources.ok()??;
    let is_version = |name: ResourceNameOrId| name.id().is_some_and(|id| id == pe::RT_VERSION);
    let first = |table: ResourceDirectoryTable<'d>| table.entries.first();
    let root = resources.root().ok()?;
    let mut entries = root.entries.iter().take(ENTRIES);
    let kind = entries.find(|entry| is_version(entry.name_or_id()))?;
    let named = first(kind.data(resources).ok()?.table()?)?;
    let language = first(named.data(resources).ok()?.table()?)?;
    let place = language.data(resources).ok()?.data()?;
    let address = base.checked_add(place.offset_to_data.get(LE).into())?;
    let size = usize::try_from(place.size.get(LE)).ok()?;
    image.bytes_at(address)?.get(..size.min(LONGEST))
}

/// One block.
struct Block<'d> {
    key: String,
    value: &'d [u8],
    children: &'d [u8],
}

fn read_blocks(resource: &[u8]) -> BTreeMap<String, String> {
    let mut strings = BTreeMap::new();
    let whole = blocks(resource).next();
    let infos = whole.iter().flat_map(|whole| blocks(whole.children));
    let texts = infos.filter(|info| info.key == "StringFileInfo");
    for text in texts
        .flat_map(|info| blocks(info.children))
        .flat_map(|table| blocks(table.children))
    {
        let value = wide_text(text.value);
        strings.entry(text.key).or_insert(value);
    }
    strings
}

/// The blocks that stand one after the other.
fn blocks(mut bytes: &[u8]) -> impl Iterator<Item = Block<'_>> {
    let next = std::iter::from_fn(move || {
        let (block, rest) = block(bytes)?;
        bytes = rest;
        Some(block)
    });
    next.take(ENTRIES)
}

/// The first block, and what follows it.
fn block(bytes: &[u8]) -> Option<(Block<'_>, &[u8])> {
    let number = |at: usize| {
        let pair = bytes.get(at..at + 2)?;
        Some(usize::from(u16::from_le_bytes(pair.try_into().ok()?)))
    };
    let (length, value_length, is_text) = (number(0)?, number(2)?, number(4)? == 1);
    let whole = bytes.get(..length).filter(|whole| whole.len() > HEAD)?;
    let key = whole.get(HEAD..)?;
    let end = key.chunks_exact(2).position(|letter| letter == [0, 0])?;
    let key = wide_text(key.get(..2 * end)?);
    // Everything begins at a multiple of four bytes.
    let value_at = (HEAD + 2 * end + 2).next_multiple_of(4);
    let value_length = if is_text {
        2 * value_length
    } else {
        value_length
    };
    let rest = whole.get(value_at..).unwrap_or_default();
    let value = rest.get(..value_length).unwrap_or(rest);
    let children = rest.get(value_length.next_multiple_of(4)..);
    let block = Block {
        key,
        value,
        children: children.unwrap_or_default(),
    };
    let after = bytes.get(length.next_multiple_of(4)..);
    Some((block, after.unwrap_or_default()))
}

/// A text of two bytes a letter, up to its first zero.
fn wide_text(bytes: &[u8]) -> String {
    let letters = bytes
        .chunks_exact(2)
        .filter_map(|pair| Some(u16::from_le_bytes(pair.try_into().ok()?)))
        .take_while(|letter| *letter != 0);
    let text: String = char::decode_utf16(letters)
        .map(|letter| letter.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect();
    text.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::binary::{
        self,
        forge::{Description, Target},
    };

    fn check(strings: &[(&str, &str)], target: Target) -> String {
        let owned = |&(key, value): &(&str, &str)| (key.to_owned(), value.to_owned());
        let bytes = Description {
            resource: strings.iter().map(owned).collect(),
            texts: vec!["x".to_owned()],
            ..Description::default()
        }
        .build(target);
        let binaries = binary::read(&bytes).unwrap();
        let strings = binaries[0].version_strings().into_iter();
        let lines = strings.map(|(key, value)| format!("{key}={value}"));
        lines.collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn texts_are_read_by_their_keys() {
        let strings = [
            ("ProductName", "libx: an x"),
            ("ProductVersion", "1.2.3"),
            ("FileVersion", ""),
        ];
        insta::assert_snapshot!(check(&strings, Target::PeX86_64), @"FileVersion=; ProductName=libx: an x; ProductVersion=1.2.3");
        insta::assert_snapshot!(check(&[], Target::PeX86_64), @"");
        insta::assert_snapshot!(check(&strings, Target::ElfX86_64), @"");
    }

    #[test]
    fn what_is_cut_off_costs_what_is_missing() {
        let bytes = Description {
            resource: vec![("ProductVersion".to_owned(), "1.2.3".to_owned())],
            ..Description::default()
        }
        .build(Target::PeX86_64);
        for length in 0..bytes.len() {
            for binary in binary::read(&bytes[..length]).into_iter().flatten() {
                let strings = binary.version_strings();
                assert!(strings.values().all(|value| "1.2.3".starts_with(value)));
            }
        }
    }

    proptest::proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(0_u8..40, 0..200)) {
            let _ = read_blocks(&bytes);
        }
    }
}
