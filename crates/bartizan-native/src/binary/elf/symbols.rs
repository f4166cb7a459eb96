//! The tables of symbols of ELF files.

use object::{
    Endianness, elf, pod,
    read::elf::{
        Dyn as _, FileHeader, GnuHashTable, HashTable, ProgramHeader as _, SectionHeader as _,
        Sym as _,
    },
};

use super::{Found, SECTIONS, name_at};

/// Hands out the symbols of every table.
pub(super) fn collect<Elf: FileHeader<Endian = Endianness>>(found: &mut Found<'_, '_>) {
    let data = found.image.file;
    let Ok(header) = Elf::parse(data) else { return };
    let Ok(endian) = header.endian() else { return };
    let sections = header.section_headers(endian, data).unwrap_or_default();
    let mut has_dynamic = false;
    let mut left = 2;
    for section in sections.iter().take(SECTIONS) {
        let kind = section.sh_type(endian);
        if left == 0 || (kind != elf::SHT_DYNSYM && kind != elf::SHT_SYMTAB) {
            continue;
        }
        let strings = sections
            .get(section.sh_link(endian) as usize)
            .and_then(|strings| strings.data(endian, data).ok());
        let (Ok(symbols), Some(strings)) = (section.data_as_array(endian, data), strings) else {
            continue;
        };
        left -= 1;
        has_dynamic |= kind == elf::SHT_DYNSYM;
        table::<Elf>(found, symbols, strings, endian, kind == elf::SHT_DYNSYM);
    }
    if !has_dynamic {
        let programs = header.program_headers(endian, data).unwrap_or_default();
        loaded::<Elf>(found, programs, endian);
    }
}

/// Hands out the symbols of one table.
fn table<Elf: FileHeader<Endian = Endianness>>(
    found: &mut Found<'_, '_>,
    symbols: &[Elf::Sym],
    strings: &[u8],
    endian: Endianness,
    is_dynamic: bool,
) {
    for symbol in symbols {
        let is_data = match symbol.st_type() {
            elf::STT_FUNC | elf::STT_GNU_IFUNC => Some(false),
            elf::STT_OBJECT => Some(true),
            elf::STT_NOTYPE => None,
            _ => continue,
        };
        if symbol.is_undefined(endian) {
            continue;
        }
        let Some(name) = name_at(strings, symbol.st_name(endian) as usize) else {
            continue;
        };
        let is_visible = matches!(
            symbol.st_visibility(),
            elf::STV_DEFAULT | elf::STV_PROTECTED
        );
        let is_exported = is_dynamic && is_visible && !symbol.is_local();
        found.symbol(name, symbol.st_value(endian).into(), is_exported, is_data);
    }
}

/// Hands out what the loader sees where there are no section headers: their number is only in the tables of hashes.
fn loaded<Elf: FileHeader<Endian = Endianness>>(
    found: &mut Found<'_, '_>,
    programs: &[Elf::ProgramHeader],
    endian: Endianness,
) {
    let image = found.image;
    let table_of = programs
        .iter()
        .find_map(|program| program.dynamic(endian, image.file).ok().flatten());
    let entries = table_of.unwrap_or_default();
    let at = |tag: elf::DynamicTag| {
        let entry = entries.iter().find(|entry| entry.d_tag(endian) == tag)?;
        image.bytes_at(entry.d_val(endian).into())
    };
    let (Some(symbols), Some(strings)) = (at(elf::DT_SYMTAB), at(elf::DT_STRTAB)) else {
        return;
    };
    let by_hash = || {
        Some(
            HashTable::<Elf>::parse(endian, at(elf::DT_HASH)?)
                .ok()?
                .symbol_table_length(),
        )
    };
    let by_gnu_hash = || {
        GnuHashTable::<Elf>::parse(endian, at(elf::DT_GNU_HASH)?)
            .ok()?
            .symbol_table_length(endian)
    };
    let Some(count) = by_hash().or_else(by_gnu_hash) else {
        return;
    };
    let whole = symbols.len() / size_of::<Elf::Sym>();
    let Ok((symbols, _)) = pod::slice_from_bytes::<Elf::Sym>(symbols, whole.min(count as usize))
    else {
        return;
    };
    table::<Elf>(found, symbols, strings, endian, true);
}
