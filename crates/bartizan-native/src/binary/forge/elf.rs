//! Shared objects of Linux.

use super::{Bytes, Description, ReadOnly, Target, Texts, code};

/// What lies between the addresses of two parts beyond their distance in the file, so that each has pages of its own.
const PAGE: usize = 0x1000;
/// The number of program headers.
const PROGRAMS: usize = 5;

/// A section as it will stand in the table.
struct Section {
    name: &'static str,
    kind: usize,
    flags: usize,
    address: usize,
    offset: usize,
    size: usize,
    link: usize,
    info: usize,
    entry: usize,
}

/// Builds a file.
pub(super) fn build(description: &Description, target: Target) -> Vec<u8> {
    let read_only = ReadOnly::of(description);
    let mut names = Texts::with_empty();
    let soname = description.soname.as_deref().map(|name| names.add(name));
    let needed: Vec<usize> = description
        .needed
        .iter()
        .map(|name| names.add(name))
        .collect();
    let versions: Vec<usize> = description
        .symbol_versions
        .iter()
        .map(|name| names.add(name))
        .collect();
    let symbols: Vec<usize> = exported(description).map(|name| names.add(name)).collect();
    let mut file = Bytes::default();
    file.up_to(64 + PROGRAMS * 56);
    let mut sections = Vec::new();
    let note = section(
        &mut file,
        &mut sections,
        (".note.gnu.build-id", 7, 2),
        &build_id(description),
    );
    let hash = section(
        &mut file,
        &mut sections,
        (".hash", 5, 2),
        &hash(symbols.len() + 1),
    );
    let table = section(
        &mut file,
        &mut sections,
        (".dynsym", 11, 2),
        &vec![0; (symbols.len() + 1) * 24],
    );
    let strings = section(&mut file, &mut sections, (".dynstr", 3, 2), &names.bytes);
    let version = section(
        &mut file,
        &mut sections,
        (".gnu.version", 0x6fff_ffff, 2),
        &versym(symbols.len()),
    );
    let defined = section(
        &mut file,
        &mut sections,
        (".gnu.version_d", 0x6fff_fffd, 2),
        &verdef(soname.unwrap_or(0), &versions),
    );
    let constants = section(
        &mut file,
        &mut sections,
        (".rodata", 1, 2),
        &read_only.texts.bytes,
    );
    let first_end = file.len();
    let text_at = file.align(16).len();
    let text_address = text_at + PAGE;
    let mut text = Bytes::default();
    for ((_, answer), at) in description.functions.iter().zip(&read_only.answers) {
        let address = text_address + text.len();
        text.bytes(&code::function(target, answer, address, constants + at));
    }
    section(&mut file, &mut sections, (".text", 1, 6), &text.0);
    let text_end = file.len();
    let mut dynamic = Bytes::default();
    for name in needed {
        dynamic.u64(1).u64(name);
    }
    if let Some(name) = soname {
        dynamic.u64(14).u64(name);
    }
    for (tag, value) in [
        (4, hash),
        (5, strings),
        (6, table),
        (10, names.bytes.len()),
        (11, 24),
    ] {
        dynamic.u64(tag).u64(value);
    }
    if !versions.is_empty() {
        for (tag, value) in [
            (0x6fff_fff0, version),
            (0x6fff_fffc, defined),
            (0x6fff_fffd, versions.len() + 1),
        ] {
            dynamic.u64(tag).u64(value);
        }
    }
    dynamic.u64(0).u64(0);
    let dynamic_at = section(&mut file, &mut sections, (".dynamic", 6, 3), &dynamic.0);
    let dynamic_end = file.len();
    let mut comment = Texts::default();
    comment.add(description.comment.as_deref().unwrap_or("forged"));
    section(&mut file, &mut sections, (".comment", 1, 0), &comment.bytes);
    let places = Places {
        text_address,
        constants,
    };
    let symbols = symbol_table(description, &read_only, &symbols, &places);
    overwrite(&mut file, table, &symbols);
    let programs = [
        (1, 4, 0, 0, first_end),
        (1, 5, text_at, text_address, text_end - text_at),
        (
            1,
            6,
            dynamic_at,
            dynamic_at + 2 * PAGE,
            dynamic_end - dynamic_at,
        ),
        (
            2,
            6,
            dynamic_at,
            dynamic_at + 2 * PAGE,
            dynamic_end - dynamic_at,
        ),
        (4, 4, note, note, build_id(description).len()),
    ];
    finish(file, sections, &programs, target)
}

/// The names that are exported, functions first.
fn exported(description: &Description) -> impl Iterator<Item = &str> {
    let functions = description.functions.iter().map(|(name, _)| name.as_str());
    functions.chain(description.data.iter().map(|(name, _)| name.as_str()))
}

/// Adds a section and its bytes; says where these are.
fn section(
    file: &mut Bytes,
    sections: &mut Vec<Section>,
    (name, kind, flags): (&'static str, usize, usize),
    bytes: &[u8],
) -> usize {
    let offset = file.align(16).len();
    let address = match flags {
        0 => 0,
        6 => offset + PAGE,
        3 => offset + 2 * PAGE,
        _ => offset,
    };
    let (link, info, entry) = match name {
        ".hash" => (3, 0, 4),
        ".dynsym" => (4, 1, 24),
        ".gnu.version" => (3, 0, 2),
        ".gnu.version_d" => (4, bytes.len() / 28, 0),
        ".dynamic" => (4, 0, 16),
        _ => (0, 0, 0),
    };
    sections.push(Section {
        name,
        kind,
        flags,
        address,
        offset,
        size: bytes.len(),
        link,
        info,
        entry,
    });
    file.bytes(bytes);
    offset
}

/// The note with the build id.
fn build_id(description: &Description) -> Vec<u8> {
    let id = description.build_id.as_deref().unwrap_or_default();
    if id.is_empty() {
        return Vec::new();
    }
    let mut note = Bytes::default();
    note.u32(4)
        .u32(id.len())
        .u32(3)
        .bytes(b"GNU\0")
        .bytes(id)
        .align(4);
    note.0
}

/// A table of hashes with one chain of all symbols.
fn hash(count: usize) -> Vec<u8> {
    let mut table = Bytes::default();
    table
        .u32(1)
        .u32(count)
        .u32(if count > 1 { 1 } else { 0 })
        .u32(0);
    for index in 1..count {
        table.u32(if index + 1 < count { index + 1 } else { 0 });
    }
    table.0
}

/// The versions of the symbols: all have the file's own.
fn versym(count: usize) -> Vec<u8> {
    let mut table = Bytes::default();
    table.u16(0);
    for _ in 0..count {
        table.u16(1);
    }
    table.0
}

/// The definitions of versions: the file's own, and those with names.
fn verdef(soname: usize, versions: &[usize]) -> Vec<u8> {
    let mut table = Bytes::default();
    for (index, name) in [soname].iter().chain(versions).enumerate() {
        let next = if index == versions.len() { 0 } else { 28 };
        table
            .u16(1)
            .u16(usize::from(index == 0))
            .u16(index + 1)
            .u16(1)
            .u32(0)
            .u32(20)
            .u32(next);
        table.u32(*name).u32(0);
    }
    table.0
}

/// Where parts are.
struct Places {
    text_address: usize,
    constants: usize,
}

/// The symbols.
fn symbol_table(
    description: &Description,
    read_only: &ReadOnly,
    names: &[usize],
    places: &Places,
) -> Vec<u8> {
    let mut table = Bytes::default();
    table.up_to(24);
    let functions = (0..description.functions.len()).map(|index| {
        (
            0x12,
            8,
            places.text_address + index * code::SIZE,
            code::SIZE,
        )
    });
    let data = read_only.data.iter().zip(&description.data);
    let data = data.map(|(at, (_, text))| (0x11, 7, places.constants + at, text.len() + 1));
    for (name, (info, section, value, size)) in names.iter().zip(functions.chain(data)) {
        table
            .u32(*name)
            .u8(info)
            .u8(0)
            .u16(section)
            .u64(value)
            .u64(size);
    }
    table.0
}

/// Puts bytes in the place of others.
fn overwrite(file: &mut Bytes, at: usize, bytes: &[u8]) {
    for (place, byte) in file.0.iter_mut().skip(at).zip(bytes) {
        *place = *byte;
    }
}

/// Adds the names and headers of sections, and the headers at the start.
fn finish(
    mut file: Bytes,
    mut sections: Vec<Section>,
    programs: &[(usize, usize, usize, usize, usize)],
    target: Target,
) -> Vec<u8> {
    let mut names = Texts::with_empty();
    let mut at: Vec<usize> = sections
        .iter()
        .map(|section| names.add(section.name))
        .collect();
    at.push(names.add(".shstrtab"));
    section(&mut file, &mut sections, (".shstrtab", 3, 0), &names.bytes);
    let table = file.align(8).len();
    let end = file.len() + 64;
    file.up_to(end);
    for (section, name) in sections.iter().zip(at) {
        file.u32(name)
            .u32(section.kind)
            .u64(section.flags)
            .u64(section.address)
            .u64(section.offset)
            .u64(section.size);
        let alignment = if section.kind == 7 { 4 } else { 1 };
        file.u32(section.link)
            .u32(section.info)
            .u64(alignment)
            .u64(section.entry);
    }
    let machine = if target == Target::ElfAarch64 {
        183
    } else {
        62
    };
    let mut header = Bytes::default();
    header
        .bytes(b"\x7fELF\x02\x01\x01")
        .up_to(16)
        .u16(3)
        .u16(machine)
        .u32(1)
        .u64(0)
        .u64(64)
        .u64(table)
        .u32(0);
    header
        .u16(64)
        .u16(56)
        .u16(programs.len())
        .u16(64)
        .u16(sections.len() + 1)
        .u16(sections.len());
    for (kind, flags, offset, address, size) in programs {
        let alignment = if *kind == 1 { PAGE } else { 4 };
        header
            .u32(*kind)
            .u32(*flags)
            .u64(*offset)
            .u64(*address)
            .u64(*address)
            .u64(*size)
            .u64(*size)
            .u64(alignment);
    }
    overwrite(&mut file, 0, &header.0);
    file.0
}
