//! ELF, the format of Linux (System V ABI, chapters 4 and 5; GNU's symbol versions by the Linux Standard Base).
//!
//! What the loader reads is believed first: program headers and the dynamic table. Section headers, which many tools
//! strip or leave behind wrong, only add to it.

mod symbols;

use bartizan_model::{fingerprint::hexadecimal, native::ObjectFormat};
use object::{
    Endianness, elf, pod,
    read::elf::{Dyn as _, FileHeader, ProgramHeader as _, SectionHeader as _},
};

use super::{
    Architecture, Binary, BinaryError, Found, LIBRARIES,
    image::{Image, Pointers, RelocationTypes, Segment},
    malformed, name_at, text,
};

/// The most entries of a dynamic table, notes and versions that are looked at.
const ENTRIES: usize = 65_536;
/// The most versions of symbols; glibc has fifty.
const VERSIONS: usize = 4096;
/// The longest build id; GNU's are 20 bytes long.
const BUILD_ID: usize = 64;

/// Reads a file.
pub(super) fn read(data: &[u8]) -> Result<Binary<'_>, BinaryError> {
    match data.get(4) {
        Some(1) => of_class::<elf::FileHeader32<Endianness>>(data),
        _ => of_class::<elf::FileHeader64<Endianness>>(data),
    }
}

/// The functions and data that it defines.
pub(super) fn functions(found: &mut Found<'_, '_>) {
    match found.image.file.get(4) {
        Some(1) => symbols::collect::<elf::FileHeader32<Endianness>>(found),
        _ => symbols::collect::<elf::FileHeader64<Endianness>>(found),
    }
}

/// Reads a file of one class.
fn of_class<Elf: FileHeader<Endian = Endianness>>(data: &[u8]) -> Result<Binary<'_>, BinaryError> {
    let header = Elf::parse(data).map_err(malformed("ELF"))?;
    let endian = header.endian().map_err(malformed("ELF"))?;
    let programs = header.program_headers(endian, data).unwrap_or_default();
    let sections = header.section_headers(endian, data).unwrap_or_default();
    let architecture = architecture(header, endian);
    let mut image = Image::new(data, 0, segments::<Elf>(programs, endian), Pointers::Plain);
    let dynamic = Dynamic::read::<Elf>(programs, endian, &image);
    image.pointers = dynamic.pointers(&image, architecture);
    let parts = Parts::of::<Elf>(header, sections, programs, endian, data);
    Ok(Binary {
        format: ObjectFormat::Elf,
        architecture,
        soname: dynamic.soname.map(text),
        linux_name: None,
        needed: dynamic.needed.iter().map(|name| text(name)).collect(),
        build_id: build_id::<Elf>(programs, sections, endian, data),
        symbol_versions: dynamic.versions(&image, endian),
        constants: image.spans(parts.constants),
        producers: image.spans(parts.producers),
        debug_link: parts.debug_link,
        image,
    })
}

/// The machine.
fn architecture<Elf: FileHeader<Endian = Endianness>>(
    header: &Elf,
    endian: Endianness,
) -> Architecture {
    match header.e_machine(endian) {
        elf::EM_X86_64 if header.is_class_64() && header.is_little_endian() => Architecture::X86_64,
        elf::EM_AARCH64 if header.is_class_64() && header.is_little_endian() => {
            Architecture::Aarch64
        }
        _ => Architecture::Other,
    }
}

/// The parts that are loaded.
fn segments<Elf: FileHeader<Endian = Endianness>>(
    programs: &[Elf::ProgramHeader],
    endian: Endianness,
) -> impl Iterator<Item = Segment> {
    programs
        .iter()
        .filter(move |program| program.p_type(endian) == elf::PT_LOAD)
        .map(move |program| Segment {
            address: program.p_vaddr(endian).into(),
            offset: program.p_offset(endian).into(),
            size: program.p_filesz(endian).into(),
            is_code: program.p_flags(endian).contains(elf::PF_X),
            is_writable: program.p_flags(endian).contains(elf::PF_W),
        })
}

/// What the loader reads.
#[derive(Debug, Default)]
struct Dynamic<'d> {
    soname: Option<&'d [u8]>,
    needed: Vec<&'d [u8]>,
    strings: &'d [u8],
    entries: Vec<(u64, u64)>,
}

impl<'d> Dynamic<'d> {
    /// Reads the dynamic table.
    fn read<Elf: FileHeader<Endian = Endianness>>(
        programs: &'d [Elf::ProgramHeader],
        endian: Endianness,
        image: &Image<'d>,
    ) -> Self {
        let table = programs
            .iter()
            .find_map(|program| program.dynamic(endian, image.file).ok().flatten());
        let mut dynamic = Self::default();
        for entry in table.unwrap_or_default().iter().take(ENTRIES) {
            match (
                entry.d_tag(endian).0.cast_unsigned(),
                entry.d_val(endian).into(),
            ) {
                (0, _) => break,
                known => dynamic.entries.push(known),
            }
        }
        let strings = dynamic
            .get(elf::DT_STRTAB)
            .and_then(|address| image.bytes_at(address))
            .unwrap_or_default();
        let size = dynamic
            .get(elf::DT_STRSZ)
            .and_then(|size| usize::try_from(size).ok())
            .unwrap_or(usize::MAX);
        dynamic.strings = strings.get(..size).unwrap_or(strings);
        let named = |tag: elf::DynamicTag| {
            let strings = dynamic.strings;
            let entries = dynamic
                .entries
                .iter()
                .filter(move |(known, _)| *known == tag_number(tag));
            entries.filter_map(move |(_, offset)| name_at(strings, usize::try_from(*offset).ok()?))
        };
        let (soname, needed) = (
            named(elf::DT_SONAME).next(),
            named(elf::DT_NEEDED).take(LIBRARIES).collect(),
        );
        Self {
            soname,
            needed,
            ..dynamic
        }
    }

    /// The value of a tag.
    fn get(&self, tag: elf::DynamicTag) -> Option<u64> {
        self.entries
            .iter()
            .find(|(known, _)| *known == tag_number(tag))
            .map(|(_, value)| *value)
    }

    /// How pointers are made.
    fn pointers(&self, image: &Image<'d>, architecture: Architecture) -> Pointers<'d> {
        let types = match architecture {
            Architecture::X86_64 => RelocationTypes {
                relative: 8,
                symbolic: [1, 6, 7],
            },
            Architecture::Aarch64 => RelocationTypes {
                relative: 1027,
                symbolic: [257, 1025, 1026],
            },
            Architecture::Other => return Pointers::Plain,
        };
        let table = |address, size| {
            let bytes = image.bytes_at(self.get(address)?)?;
            bytes.get(..usize::try_from(self.get(size)?).ok()?)
        };
        let tables = [
            table(elf::DT_RELA, elf::DT_RELASZ),
            table(elf::DT_JMPREL, elf::DT_PLTRELSZ),
        ];
        let symbols = self
            .get(elf::DT_SYMTAB)
            .and_then(|address| image.bytes_at(address))
            .unwrap_or_default();
        Pointers::Relocated {
            tables: tables.into_iter().flatten().collect(),
            symbols,
            types,
        }
    }

    /// The names of the versions that its symbols have.
    fn versions(&self, image: &Image<'d>, endian: Endianness) -> Vec<String> {
        let mut rest = self
            .get(elf::DT_VERDEF)
            .and_then(|address| image.bytes_at(address))
            .unwrap_or_default();
        let count = self
            .get(elf::DT_VERDEFNUM)
            .and_then(|count| usize::try_from(count).ok())
            .unwrap_or(0);
        let mut names = Vec::new();
        for _ in 0..count.min(VERSIONS) {
            let Ok((definition, _)) = pod::from_bytes::<elf::Verdef<Endianness>>(rest) else {
                break;
            };
            if !definition.vd_flags.get(endian).contains(elf::VER_FLG_BASE) {
                names.extend(self.version(rest, definition.vd_aux.get(endian), endian));
            }
            match definition.vd_next.get(endian) as usize {
                0 => break,
                next => rest = rest.get(next..).unwrap_or_default(),
            }
        }
        names.sort_unstable();
        names.dedup();
        names
    }

    /// The name of the version whose definition these bytes begin with.
    fn version(&self, definition: &[u8], names: u32, endian: Endianness) -> Option<String> {
        let (first, _) =
            pod::from_bytes::<elf::Verdaux<Endianness>>(definition.get(names as usize..)?).ok()?;
        name_at(self.strings, first.vda_name.get(endian) as usize).map(text)
    }
}

/// The number of a tag.
fn tag_number(tag: elf::DynamicTag) -> u64 {
    tag.0.cast_unsigned()
}

/// The build id, from the loader's notes or else from the sections'.
fn build_id<Elf: FileHeader<Endian = Endianness>>(
    programs: &[Elf::ProgramHeader],
    sections: &[Elf::SectionHeader],
    endian: Endianness,
    data: &[u8],
) -> Option<String> {
    let loaded = programs
        .iter()
        .filter_map(|program| program.notes(endian, data).ok().flatten());
    let kept = sections
        .iter()
        .filter_map(|section| section.notes(endian, data).ok().flatten());
    let mut notes = loaded
        .chain(kept)
        .take(SECTIONS)
        .flat_map(|notes| notes.map_while(Result::ok))
        .take(ENTRIES);
    let note = notes
        .find(|note| note.name() == b"GNU" && note.n_type(endian).0 == elf::NT_GNU_BUILD_ID.0)?;
    Some(hexadecimal(
        note.desc().get(..BUILD_ID).unwrap_or(note.desc()),
    ))
    .filter(|id| !id.is_empty())
}

/// The most sections that are looked at.
const SECTIONS: usize = 4096;

/// Where data stands, by offset and size.
#[derive(Debug, Default)]
struct Parts {
    constants: Vec<(u64, u64)>,
    producers: Vec<(u64, u64)>,
    debug_link: Option<String>,
}

impl Parts {
    /// The parts by section headers, or where there are none, by program headers.
    fn of<Elf: FileHeader<Endian = Endianness>>(
        header: &Elf,
        sections: &[Elf::SectionHeader],
        programs: &[Elf::ProgramHeader],
        endian: Endianness,
        data: &[u8],
    ) -> Self {
        let names = header
            .section_strings_index(endian, data)
            .ok()
            .and_then(|index| sections.get(index.0));
        let names = names
            .and_then(|section| section.data(endian, data).ok())
            .unwrap_or_default();
        let mut parts = Self::default();
        for section in sections.iter().take(SECTIONS) {
            if section.sh_type(endian) != elf::SHT_PROGBITS {
                continue;
            }
            let part = (
                section.sh_offset(endian).into(),
                section.sh_size(endian).into(),
            );
            let name = name_at(names, section.sh_name(endian) as usize).unwrap_or_default();
            let flags = section.sh_flags(endian);
            if name == b".comment" {
                parts.producers.push(part);
            } else if name == b".gnu_debuglink" {
                let link = section.data(endian, data).ok();
                parts.debug_link = link.and_then(|bytes| name_at(bytes, 0)).map(text);
            } else if flags.contains(elf::SHF_ALLOC)
                && !flags.contains(elf::SHF_EXECINSTR)
                && holds_texts(name)
            {
                parts.constants.push(part);
            }
        }
        if parts.constants.is_empty() {
            parts.constants = unnamed::<Elf>(programs, endian);
        }
        parts
    }
}

/// Whether a section may hold texts; the others are tables of the compiler's and linker's.
fn holds_texts(name: &[u8]) -> bool {
    const TABLES: [&[u8]; 9] = [
        b".eh_frame",
        b".eh_frame_hdr",
        b".gcc_except_table",
        b".interp",
        b".got",
        b".got.plt",
        b".plt",
        b".tm_clone_table",
        b".relro_padding",
    ];
    !TABLES.contains(&name)
}

/// Data by program headers alone. Where constants were linked into the same part as code, that part is taken.
fn unnamed<Elf: FileHeader<Endian = Endianness>>(
    programs: &[Elf::ProgramHeader],
    endian: Endianness,
) -> Vec<(u64, u64)> {
    let loaded: Vec<Segment> = segments::<Elf>(programs, endian).take(SECTIONS).collect();
    let part = |segment: &Segment| (segment.offset, segment.size);
    let data: Vec<_> = loaded
        .iter()
        .filter(|segment| !segment.is_code)
        .map(part)
        .collect();
    let has_constants = loaded
        .iter()
        .any(|segment| !segment.is_code && !segment.is_writable);
    if has_constants {
        data
    } else {
        loaded.iter().map(part).collect()
    }
}
