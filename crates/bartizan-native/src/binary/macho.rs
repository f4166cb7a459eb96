//! Mach-O, the format of macOS (`mach-o/loader.h`, `mach-o/nlist.h`, `mach-o/fat.h`).

mod trie;

use bartizan_model::{fingerprint::hexadecimal, native::ObjectFormat};
use object::{
    Endianness, macho, pod,
    read::macho::{
        FatArch, LoadCommandVariant, MachHeader, MachOFatFile32, MachOFatFile64, Nlist as _,
        Section as _,
    },
};

use super::{
    Architecture, Binary, BinaryError, Found,
    image::{Image, Pointers, Segment},
    malformed, name_at, text,
};

/// The most machines of a universal file.
const MACHINES: usize = 44;
/// The most load commands and sections that are looked at.
const COMMANDS: usize = 8192;

/// Reads a file for one machine or for several.
pub(super) fn read(data: &[u8]) -> Result<Vec<Binary<'_>>, BinaryError> {
    match data.get(..4) {
        Some([0xca, 0xfe, 0xba, 0xbe]) => {
            let file = MachOFatFile32::parse(data).map_err(malformed("Mach-O"))?;
            Ok(machines(file.arches(), data))
        }
        Some([0xca, 0xfe, 0xba, 0xbf]) => {
            let file = MachOFatFile64::parse(data).map_err(malformed("Mach-O"))?;
            Ok(machines(file.arches(), data))
        }
        _ => thin(data, 0).map(|binary| vec![binary]),
    }
}

/// The machines of a universal file. Those that cannot be read, and those that overlap others, are left out.
fn machines<'d, Fat: FatArch>(arches: &[Fat], data: &'d [u8]) -> Vec<Binary<'d>> {
    let mut arches: Vec<_> = arches
        .iter()
        .take(MACHINES)
        .map(FatArch::file_range)
        .collect();
    arches.sort_unstable();
    let mut done = 0;
    let mut binaries = Vec::new();
    for (offset, size) in arches {
        let Some(end) = offset.checked_add(size).filter(|_| offset >= done) else {
            continue;
        };
        let range = usize::try_from(offset).ok().zip(usize::try_from(end).ok());
        let Some(part) = range.and_then(|(start, end)| data.get(start..end)) else {
            continue;
        };
        if let Ok(binary) = thin(part, offset) {
            done = end;
            binaries.push(binary);
        }
    }
    binaries
}

/// Reads a file for one machine that begins at an offset of the whole file.
fn thin(data: &[u8], base: u64) -> Result<Binary<'_>, BinaryError> {
    match data.get(..4) {
        Some([0xce, ..] | [.., 0xce]) => of_class::<macho::MachHeader32<Endianness>>(data, base),
        _ => of_class::<macho::MachHeader64<Endianness>>(data, base),
    }
}

/// The functions and data that it defines.
pub(super) fn functions(found: &mut Found<'_, '_>) {
    match found.image.file.get(..4) {
        Some([0xce, ..] | [.., 0xce]) => symbols::<macho::MachHeader32<Endianness>>(found),
        _ => symbols::<macho::MachHeader64<Endianness>>(found),
    }
}

/// What the load commands say.
#[derive(Debug, Default)]
struct Commands<'d> {
    soname: Option<&'d [u8]>,
    /// The current and the compatible version of its interface.
    interface: Option<(u32, u32)>,
    needed: Vec<&'d [u8]>,
    uuid: Option<[u8; 16]>,
    segments: Vec<Segment>,
    constants: Vec<(u64, u64)>,
    lowest: u64,
    is_chained: bool,
    symbols: Option<(u32, u32, u32, u32)>,
    exports: Option<(u32, u32)>,
}

/// Reads a file of one class.
fn of_class<Mach: MachHeader<Endian = Endianness>>(
    data: &[u8],
    base: u64,
) -> Result<Binary<'_>, BinaryError> {
    let header = Mach::parse(data, 0).map_err(malformed("Mach-O"))?;
    let endian = header.endian().map_err(malformed("Mach-O"))?;
    let commands = Commands::read(header, endian, data).map_err(malformed("Mach-O"))?;
    let architecture = match header.cputype(endian) {
        macho::CPU_TYPE_X86_64 => Architecture::X86_64,
        macho::CPU_TYPE_ARM64 => Architecture::Aarch64,
        _ => Architecture::Other,
    };
    let pointers = if commands.is_chained {
        Pointers::Chained {
            lowest: commands.lowest,
        }
    } else {
        Pointers::Plain
    };
    let image = Image::new(data, base, commands.segments.into_iter(), pointers);
    Ok(Binary {
        format: ObjectFormat::MachO,
        architecture,
        linux_name: commands
            .soname
            .and_then(|name| linux_name(&text(name), commands.interface?)),
        soname: commands.soname.map(text),
        needed: commands.needed.into_iter().map(text).collect(),
        build_id: commands.uuid.map(|uuid| hexadecimal(&uuid)),
        symbol_versions: Vec::new(),
        constants: image.spans(commands.constants),
        producers: Vec::new(),
        debug_link: None,
        image,
    })
}

/// Undoes what libtool does on macOS: of `-version-info C:R:A` it makes the name `lib.(C-A).dylib` with the current version
/// `(C+1).R` and the compatible version `(C+1).0`, where Linux has `lib.so.(C-A).A.R`.
fn linux_name(name: &str, (current, compatible): (u32, u32)) -> Option<String> {
    let name = name.rsplit('/').next()?.strip_suffix(".dylib")?;
    let (stem, major) = name.rsplit_once('.')?;
    let is_plain =
        !stem.contains('.') || (stem.ends_with("-2.0") && stem.matches('.').count() == 1);
    let of_libtool = current.trailing_zeros() >= 8 && compatible == current & 0xffff_0000;
    if !is_plain || !of_libtool {
        return None;
    }
    let major: u32 = major.parse().ok()?;
    let age = (current >> 16).checked_sub(1)?.checked_sub(major)?;
    Some(format!("{stem}.so.{major}.{age}.{}", (current >> 8) & 0xff))
}

impl<'d> Commands<'d> {
    /// Reads the load commands up to the first that is broken.
    fn read<Mach: MachHeader<Endian = Endianness>>(
        header: &Mach,
        endian: Endianness,
        data: &'d [u8],
    ) -> object::read::Result<Self> {
        let mut commands = Self {
            lowest: u64::MAX,
            ..Self::default()
        };
        for command in header
            .load_commands(endian, data, 0)?
            .map_while(Result::ok)
            .take(COMMANDS)
        {
            let Ok(variant) = command.variant() else {
                continue;
            };
            match variant {
                LoadCommandVariant::IdDylib(dylib) => {
                    commands.soname = command.string(endian, dylib.dylib.name).ok();
                    let dylib = &dylib.dylib;
                    commands.interface = Some((
                        dylib.current_version.get(endian).0,
                        dylib.compatibility_version.get(endian).0,
                    ));
                }
                LoadCommandVariant::Dylib(dylib) => {
                    commands
                        .needed
                        .extend(command.string(endian, dylib.dylib.name));
                }
                LoadCommandVariant::Uuid(uuid) => commands.uuid = Some(uuid.uuid),
                LoadCommandVariant::Segment32(segment, sections) => {
                    commands.segment(segment, sections, endian);
                }
                LoadCommandVariant::Segment64(segment, sections) => {
                    commands.segment(segment, sections, endian);
                }
                LoadCommandVariant::Symtab(table) => {
                    let (symbols, count) = (table.symoff.get(endian), table.nsyms.get(endian));
                    commands.symbols = Some((
                        symbols,
                        count,
                        table.stroff.get(endian),
                        table.strsize.get(endian),
                    ));
                }
                LoadCommandVariant::DyldInfo(info) => {
                    commands.exports =
                        Some((info.export_off.get(endian), info.export_size.get(endian)));
                }
                LoadCommandVariant::LinkeditData(part)
                    if command.cmd() == macho::LC_DYLD_EXPORTS_TRIE =>
                {
                    commands.exports = Some((part.dataoff.get(endian), part.datasize.get(endian)));
                }
                LoadCommandVariant::LinkeditData(_)
                    if command.cmd() == macho::LC_DYLD_CHAINED_FIXUPS =>
                {
                    commands.is_chained = true;
                }
                _ => {}
            }
        }
        Ok(commands)
    }

    /// Notes a segment and where texts may stand in it.
    fn segment<S: object::read::macho::Segment<Endian = Endianness>>(
        &mut self,
        segment: &'d S,
        sections: &'d [u8],
        endian: Endianness,
    ) {
        let offset: u64 = segment.fileoff(endian).into();
        let address: u64 = segment.vmaddr(endian).into();
        let size: u64 = segment.filesize(endian).into();
        if size > 0 && segment.name() != b"__PAGEZERO" {
            self.lowest = self.lowest.min(address);
        }
        if segment.name() == b"__LINKEDIT" {
            return;
        }
        let is_writable = segment.initprot(endian).contains(macho::VM_PROT_WRITE);
        for section in segment
            .sections(endian, sections)
            .unwrap_or_default()
            .iter()
            .take(COMMANDS)
        {
            let kind = section.flags(endian).0 & 0xff;
            if ZERO_FILLED.contains(&kind) {
                continue;
            }
            let is_code = section.flags(endian).0 & CODE != 0;
            let (offset, size) = (
                u64::from(section.offset(endian)),
                section.size(endian).into(),
            );
            if !is_code && holds_texts(section.name()) && self.constants.len() < COMMANDS {
                self.constants.push((offset, size));
            }
            self.segments.push(Segment {
                address: section.addr(endian).into(),
                offset,
                size,
                is_code,
                is_writable,
            });
        }
        // Sections come before their segment, so that code is told from the data that lies in the same segment.
        self.segments.push(Segment {
            address,
            offset,
            size,
            is_code: false,
            is_writable,
        });
    }
}

/// `S_ATTR_PURE_INSTRUCTIONS` and `S_ATTR_SOME_INSTRUCTIONS`.
const CODE: u32 = 0x8000_0400;
/// `S_ZEROFILL`, `S_GB_ZEROFILL`, `S_THREAD_LOCAL_ZEROFILL`: types of sections without bytes in the file.
const ZERO_FILLED: [u32; 3] = [1, 0xc, 0x12];

/// Whether a section may hold texts; the others are tables of the compiler's and linker's.
fn holds_texts(name: &[u8]) -> bool {
    const TABLES: [&[u8]; 8] = [
        b"__unwind_info",
        b"__eh_frame",
        b"__gcc_except_tab",
        b"__got",
        b"__la_symbol_ptr",
        b"__nl_symbol_ptr",
        b"__mod_init_func",
        b"__init_offsets",
    ];
    !TABLES.contains(&name)
}

/// Hands out the symbols of the table and, where it names no export, those of the trie that the loader reads.
fn symbols<Mach: MachHeader<Endian = Endianness>>(found: &mut Found<'_, '_>) {
    let data = found.image.file;
    let Ok(header) = Mach::parse(data, 0) else {
        return;
    };
    let Ok(endian) = header.endian() else { return };
    let Ok(commands) = Commands::read(header, endian, data) else {
        return;
    };
    let mut has_exports = false;
    if let Some(table) = commands.symbols {
        has_exports = table_of::<Mach>(found, table, endian).unwrap_or(false);
    }
    if !has_exports
        && let Some(trie) = commands
            .exports
            .and_then(|(offset, size)| part(data, offset, size))
    {
        trie::walk(trie, &mut |name, address| {
            let address = commands.lowest.wrapping_add(address);
            found.symbol(name.strip_prefix(b"_").unwrap_or(name), address, true, None);
        });
    }
}

/// Hands out the symbols of the table; says whether there were exported ones.
fn table_of<Mach: MachHeader<Endian = Endianness>>(
    found: &mut Found<'_, '_>,
    (symbols, count, strings, size): (u32, u32, u32, u32),
    endian: Endianness,
) -> Option<bool> {
    let data = found.image.file;
    let strings = part(data, strings, size)?;
    let bytes = data.get(symbols as usize..)?;
    let count = (bytes.len() / size_of::<Mach::Nlist>()).min(count as usize);
    let (symbols, _) = pod::slice_from_bytes::<Mach::Nlist>(bytes, count).ok()?;
    let mut has_exports = false;
    for symbol in symbols {
        if symbol.is_stab() || symbol.is_undefined() {
            continue;
        }
        let Some(name) = name_at(strings, symbol.n_strx(endian) as usize) else {
            continue;
        };
        let is_exported = symbol.n_type().0 & (EXTERNAL | PRIVATE) == EXTERNAL;
        has_exports |= is_exported;
        found.symbol(
            name.strip_prefix(b"_").unwrap_or(name),
            symbol.n_value(endian).into(),
            is_exported,
            None,
        );
    }
    Some(has_exports)
}

/// `N_EXT`.
const EXTERNAL: u8 = 1;
/// `N_PEXT`.
const PRIVATE: u8 = 0x10;

/// A part of the file.
fn part(data: &[u8], offset: u32, size: u32) -> Option<&[u8]> {
    let start = offset as usize;
    data.get(start..start.checked_add(size as usize)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, current: [u32; 3], compatible: [u32; 3]) -> String {
        let packed = |[major, minor, patch]: [u32; 3]| (major << 16) | (minor << 8) | patch;
        linux_name(name, (packed(current), packed(compatible))).unwrap_or_else(|| "-".to_owned())
    }

    #[test]
    fn interfaces_that_libtool_numbered_have_their_names_on_linux() {
        insta::assert_snapshot!(check("@rpath/libfreetype.6.dylib", [27, 6, 0], [27, 0, 0]), @"libfreetype.so.6.20.6");
        insta::assert_snapshot!(check("libglib-2.0.0.dylib", [8401, 3, 0], [8401, 0, 0]), @"libglib-2.0.so.0.8400.3");
        insta::assert_snapshot!(check("libz.1.dylib", [1, 2, 13], [1, 0, 0]), @"-");
        insta::assert_snapshot!(check("libdav1d.7.dylib", [7, 0, 0], [7, 0, 0]), @"-");
        insta::assert_snapshot!(check("libjpeg.62.3.0.dylib", [62, 3, 0], [62, 0, 0]), @"-");
        insta::assert_snapshot!(check("libx.99999999999.dylib", [u32::MAX >> 16, 255, 0], [0, 0, 0]), @"-");
    }
}
