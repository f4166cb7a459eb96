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

/// The names that a file holds for the loader, and where in their table each begins.
struct Names {
    table: Texts,
    soname: Option<usize>,
    needed: Vec<usize>,
    versions: Vec<usize>,
    symbols: Vec<usize>,
}

impl Names {
    fn of(description: &Description) -> Self {
        let mut table = Texts::with_empty();
        let soname = description.soname.as_deref().map(|name| table.add(name));
        let mut all = |names: &[String]| names.iter().map(|name| table.add(name)).collect();
        let (needed, versions) = (all(&description.needed), all(&description.symbol_versions));
        let symbols = exported(description).map(|name| table.add(name)).collect();
        Self {
            table,
            soname,
            needed,
            versions,
            symbols,
        }
    }
}

/// Builds a file.
pub(super) fn build(description: &Description, target: Target) -> Vec<u8> {
    let read_only = ReadOnly::of(description);
    let names = Names::of(description);
    let note = build_id(description);
    let mut file = Bytes::default();
    file.up_to(64 + PROGRAMS * 56);
    let mut sections = Vec::new();
    let mut add = |file: &mut Bytes, kind, bytes: &[u8]| section(file, &mut sections, kind, bytes);
    let note_at = add(&mut file, (".note.gnu.build-id", 7, 2), &note);
    let symbols = vec![0; (names.symbols.len() + 1) * 24];
    let versions = verdef(names.soname.unwrap_or(0), &names.versions);
    let tables = Tables {
        hash: add(&mut file, (".hash", 5, 2), &hash(names.symbols.len() + 1)),
        symbols: add(&mut file, (".dynsym", 11, 2), &symbols),
        strings: add(&mut file, (".dynstr", 3, 2), &names.table.bytes),
        version: add(
            &mut file,
            (".gnu.version", 0x6fff_ffff, 2),
            &versym(names.symbols.len()),
        ),
        defined: add(&mut file, (".gnu.version_d", 0x6fff_fffd, 2), &versions),
    };
    let constants = add(&mut file, (".rodata", 1, 2), &read_only.texts.bytes);
    let first_end = file.len();
    let text_at = file.align(16).len();
    let text_address = text_at + PAGE;
    let code = text(description, &read_only, target, text_address, constants);
    add(&mut file, (".text", 1, 6), &code.0);
    let loader = dynamic(&names, &tables);
    let loader_at = add(&mut file, (".dynamic", 6, 3), &loader.0);
    let (name, words) = match &description.debug_link {
        Some(link) => (".gnu_debuglink", link.as_str()),
        None => (
            ".comment",
            description.comment.as_deref().unwrap_or("forged"),
        ),
    };
    let mut noted = Texts::default();
    noted.add(words);
    add(&mut file, (name, 1, 0), &noted.bytes);
    let places = Places {
        text_address,
        constants,
    };
    let symbols = symbol_table(description, &read_only, &names.symbols, &places);
    overwrite(&mut file, tables.symbols, &symbols);
    let loader_address = loader_at + 2 * PAGE;
    let programs = [
        (1, 4, 0, 0, first_end),
        (1, 5, text_at, text_address, code.len()),
        (1, 6, loader_at, loader_address, loader.len()),
        (2, 6, loader_at, loader_address, loader.len()),
        (4, 4, note_at, note_at, note.len()),
    ];
    finish(file, sections, &programs, target)
}

/// Where the tables are that the loader is told of.
struct Tables {
    hash: usize,
    symbols: usize,
    strings: usize,
    version: usize,
    defined: usize,
}

/// The table that the loader reads.
fn dynamic(names: &Names, tables: &Tables) -> Bytes {
    let mut entries: Vec<(usize, usize)> = names.needed.iter().map(|name| (1, *name)).collect();
    entries.extend(names.soname.map(|name| (14, name)));
    entries.extend([(4, tables.hash), (5, tables.strings), (6, tables.symbols)]);
    entries.extend([(10, names.table.bytes.len()), (11, 24)]);
    if !names.versions.is_empty() {
        entries.extend([(0x6fff_fff0, tables.version), (0x6fff_fffc, tables.defined)]);
        entries.push((0x6fff_fffd, names.versions.len() + 1));
    }
    let mut dynamic = Bytes::default();
    for (tag, value) in entries {
        dynamic.u64(tag).u64(value);
    }
    dynamic.u64(0).u64(0);
    dynamic
}

/// The code of all functions, which begins at an address.
fn text(
    description: &Description,
    read_only: &ReadOnly,
    target: Target,
    address: usize,
    constants: usize,
) -> Bytes {
    let mut text = Bytes::default();
    for ((_, answer), at) in description.functions.iter().zip(&read_only.answers) {
        let here = address + text.len();
        text.bytes(&code::function(target, answer, here, constants + at));
    }
    text
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
    table.u32(1).u32(count).u32(usize::from(count > 1)).u32(0);
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
