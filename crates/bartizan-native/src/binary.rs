//! ELF, Mach-O and PE files as the facts that libraries are recognised by. No library is named here.
//!
//! Every number in such a file may be a lie: each offset, size and count is checked against the bytes that are there.
//! What is wrong with one part of a file costs that part; only a file without a usable header is refused.

mod decode;
mod elf;
#[cfg(test)]
pub(crate) mod forge;
mod image;
mod macho;
mod pe;

use std::{collections::BTreeMap, ffi::CStr};

use bartizan_model::native::ObjectFormat;
use thiserror::Error;

use self::image::Image;

/// One program or library for one machine. A universal Mach-O file holds several.
#[derive(Debug)]
pub struct Binary<'d> {
    /// Its format.
    pub format: ObjectFormat,
    /// The machine that it is for.
    pub architecture: Architecture,
    /// The name by which others ask for it.
    pub soname: Option<String>,
    /// The name that the same interface has on Linux, where libtool numbered it: `libfreetype.so.6.20.6` for the current
    /// version 27.6 of `libfreetype.6.dylib`. Only Mach-O has it.
    pub linux_name: Option<String>,
    /// The libraries that it asks for, in its order.
    pub needed: Vec<String>,
    /// `NT_GNU_BUILD_ID`, `LC_UUID` or the PDB's GUID and age, in lower-case hexadecimal digits.
    pub build_id: Option<String>,
    /// The names of the versions that its symbols have (`LIBTIFF_4.0`), sorted. Only ELF has them.
    pub symbol_versions: Vec<String>,
    /// Its data: where texts stand. Sorted by offset, never overlapping, without code.
    pub constants: Vec<Span<'d>>,
    /// What the compilers and linkers wrote about themselves. No version of a library stands there.
    pub producers: Vec<Span<'d>>,
    /// The file that the debugging symbols were moved to (`.gnu_debuglink`), as it is named. Only ELF has it.
    pub debug_link: Option<String>,
    /// What the decoders and the symbol readers need.
    image: Image<'d>,
}

/// Bytes, and where in the file they stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span<'d> {
    /// Bytes from the start of the file.
    pub offset: u64,
    /// The bytes.
    pub bytes: &'d [u8],
}

/// The machine that a binary is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Architecture {
    /// AMD64.
    X86_64,
    /// ARM64.
    Aarch64,
    /// Another: its functions are not decoded.
    Other,
}

/// A function, or a datum, by its name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Function {
    /// Its name without the underscore that Mach-O puts before it.
    pub name: String,
    /// Where its code begins: bytes from the start of the file.
    pub offset: u64,
    /// Whether other files can call it.
    pub is_exported: bool,
    /// Whether it is no code but a variable or constant.
    pub is_data: bool,
}

/// What a function that does nothing else returns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Returned<'d> {
    /// A number.
    Integer(u64),
    /// What it stores where its first three arguments point to.
    Integers([u64; 3]),
    /// The address of a text that ends with a zero byte.
    Text {
        /// The text.
        text: &'d str,
        /// Where it stands: bytes from the start of the file.
        offset: u64,
    },
}

/// Why a file was not read as machine code.
#[derive(Debug, Error)]
pub enum BinaryError {
    /// It is none, or it contradicts itself.
    #[error("not a whole {format} file: {what}")]
    Malformed {
        /// `ELF`, `Mach-O` or `PE`.
        format: &'static str,
        /// What is wrong.
        what: String,
    },
}

/// Whether a file that begins with these bytes may be machine code. Sixty-four bytes are enough.
pub fn is_binary(head: &[u8]) -> bool {
    format_of(head).is_some()
}

/// What stands in a file: one item, or one for each machine of a universal Mach-O file; none for what is no machine code.
pub fn read(data: &[u8]) -> Result<Vec<Binary<'_>>, BinaryError> {
    match format_of(data) {
        None => Ok(Vec::new()),
        Some(ObjectFormat::Elf) => elf::read(data).map(|binary| vec![binary]),
        Some(ObjectFormat::MachO) => macho::read(data),
        Some(ObjectFormat::Pe) => pe::read(data).map(|binary| vec![binary]),
    }
}

impl<'d> Binary<'d> {
    /// The functions and data that the file defines and whose names are wanted, sorted. `wanted` is asked for every name.
    pub fn functions(&self, wanted: &mut dyn FnMut(&str) -> bool) -> Vec<Function> {
        let mut found = Found {
            functions: Vec::new(),
            image: &self.image,
            wanted,
        };
        match self.format {
            ObjectFormat::Elf => elf::functions(&mut found),
            ObjectFormat::MachO => macho::functions(&mut found),
            ObjectFormat::Pe => pe::functions(&mut found),
        }
        let mut functions = found.functions;
        functions.sort_by(|one, other| {
            (&one.name, one.offset, !one.is_exported).cmp(&(
                &other.name,
                other.offset,
                !other.is_exported,
            ))
        });
        functions.dedup_by(|later, first| later.name == first.name && later.offset == first.offset);
        functions
    }

    /// The texts of its version resource by their keys, such as `ProductVersion`. Only PE has them.
    pub fn version_strings(&self) -> BTreeMap<String, String> {
        match self.format {
            ObjectFormat::Pe => pe::version_strings(&self.image),
            ObjectFormat::Elf | ObjectFormat::MachO => BTreeMap::new(),
        }
    }

    /// What the function returns, or the text or number that the datum is, where that does not depend on anything.
    pub fn returned(&self, function: &Function) -> Option<Returned<'d>> {
        let address = self.image.address_of(function.offset)?;
        if function.is_data {
            let number = || self.image.number_at(address).map(Returned::Integer);
            return self.image.datum(address).or_else(number);
        }
        decode::returned(&self.image, self.architecture, self.format, address)
    }
}

/// The most functions that are handed out for one file; who wants more wants everything.
const FUNCTIONS: usize = 100_000;
/// The longest name of a symbol, and of a library, that is looked at. It bounds the time for a table of a million
/// symbols that all begin in one long text.
const NAME: usize = 1024;
/// The most libraries that a file may ask for.
const LIBRARIES: usize = 4096;

/// Functions as they are found.
struct Found<'f, 'd> {
    functions: Vec<Function>,
    image: &'f Image<'d>,
    wanted: &'f mut dyn FnMut(&str) -> bool,
}

impl Found<'_, '_> {
    /// Takes a symbol if it is wanted and its bytes are in the file.
    fn symbol(&mut self, name: &[u8], address: u64, is_exported: bool, is_data: Option<bool>) {
        let Ok(name) = str::from_utf8(name) else {
            return;
        };
        if name.is_empty() || self.functions.len() >= FUNCTIONS || !(self.wanted)(name) {
            return;
        }
        let Some((offset, is_code)) = self.image.place(address) else {
            return;
        };
        let is_data = is_data.unwrap_or(!is_code);
        self.functions.push(Function {
            name: name.to_owned(),
            offset,
            is_exported,
            is_data,
        });
    }
}

/// The format by the first bytes.
fn format_of(head: &[u8]) -> Option<ObjectFormat> {
    let magic: [u8; 4] = head.get(..4)?.try_into().ok()?;
    match magic {
        [0x7f, b'E', b'L', b'F'] => Some(ObjectFormat::Elf),
        [0xfe, 0xed, 0xfa, 0xce | 0xcf] | [0xce | 0xcf, 0xfa, 0xed, 0xfe] => {
            Some(ObjectFormat::MachO)
        }
        [0xca, 0xfe, 0xba, 0xbe | 0xbf] if is_universal(head) => Some(ObjectFormat::MachO),
        [b'M', b'Z', ..] => pe::has_header(head).then_some(ObjectFormat::Pe),
        _ => None,
    }
}

/// Whether what begins like a compiled Java class is a universal Mach-O file: where that has its few architectures, a
/// class has its version, which was never below 45.
fn is_universal(head: &[u8]) -> bool {
    let count = head
        .get(4..8)
        .and_then(|bytes| bytes.try_into().ok())
        .map_or(0, u32::from_be_bytes);
    (1..45).contains(&count)
}

/// The error for one format.
fn malformed(format: &'static str) -> impl Fn(object::read::Error) -> BinaryError {
    move |error| BinaryError::Malformed {
        format,
        what: error.to_string(),
    }
}

/// The bytes from an offset to the next zero, without it; nothing where there is none within [`NAME`].
fn name_at(bytes: &[u8], offset: usize) -> Option<&[u8]> {
    let rest = bytes.get(offset..)?;
    let rest = rest.get(..NAME).unwrap_or(rest);
    before_zero(rest)
}

/// The bytes before the first zero.
fn before_zero(bytes: &[u8]) -> Option<&[u8]> {
    CStr::from_bytes_until_nul(bytes).ok().map(CStr::to_bytes)
}

/// A name as text; foreign bytes are replaced.
fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use forge::{Answer, Description, Target};

    /// A library that has one of everything.
    fn library() -> Description {
        let functions = [
            ("number_version", Answer::Integer(0x0001_0301)),
            ("text_version", Answer::Text("8.2.1".into())),
            ("three_version", Answer::Integers([1, 70_000, 2])),
            ("work", Answer::Opaque),
        ];
        Description {
            soname: Some("libforged.so.7".into()),
            needed: vec!["libm.so.6".into(), "libc.so.6".into()],
            functions: functions
                .map(|(name, answer)| (name.to_owned(), answer))
                .into(),
            data: vec![("forged_copyright".into(), " forged 1.2.13 Copyright".into())],
            texts: vec!["forged version 1.6.39".into()],
            build_id: Some((1..=16).collect()),
            comment: Some("GCC: (GNU) 10.2.1".into()),
            debug_link: None,
            symbol_versions: vec!["FORGED_4.5".into(), "FORGED_4.0".into()],
            resource: vec![("ProductVersion".to_owned(), "1.2.3".to_owned())],
        }
    }

    /// The texts of a span that are longer than three letters.
    fn texts(span: &Span<'_>) -> Vec<String> {
        let texts = span.bytes.split(|byte| *byte == 0);
        let texts = texts
            .filter(|text| text.len() > 3 && text.iter().all(|byte| (b' '..=b'~').contains(byte)));
        texts.map(text).collect()
    }

    /// What is read of a file, as lines.
    pub(super) fn lines(data: &[u8]) -> String {
        let binaries = match read(data) {
            Ok(binaries) => binaries,
            Err(error) => return format!("{error}\n"),
        };
        let mut lines = String::new();
        for binary in &binaries {
            lines += &format!(
                "{:?} {:?} {:?}",
                binary.format, binary.architecture, binary.soname
            );
            lines += &format!(" needs {:?}, id {:?}\n", binary.needed, binary.build_id);
            for (kind, spans) in [
                ("constants", &binary.constants),
                ("producers", &binary.producers),
            ] {
                let texts: Vec<String> = spans.iter().flat_map(texts).collect();
                lines += &format!("{kind} {texts:?}\n");
            }
            lines += &format!("versions {:?}\n", binary.symbol_versions);
            lines += &functions(binary);
        }
        lines
    }

    /// The functions of a file and what they return, as lines.
    fn functions(binary: &Binary<'_>) -> String {
        let mut lines = String::new();
        for function in binary.functions(&mut |_| true) {
            let returned = match binary.returned(&function) {
                Some(Returned::Text { text, .. }) => format!("{text:?}"),
                Some(Returned::Integer(number)) => format!("{number:#x}"),
                Some(Returned::Integers(numbers)) => format!("{numbers:?}"),
                None => "unknown".to_owned(),
            };
            let kind = if function.is_data { "data" } else { "code" };
            let scope = if function.is_exported {
                "exported"
            } else {
                "local"
            };
            lines += &format!("{scope} {kind} {}: {returned}\n", function.name);
        }
        lines
    }

    fn check(data: &[u8], expect: &str) {
        assert_eq!(
            lines(data).trim_end(),
            expect.trim(),
            "the lines are:\n{}",
            lines(data)
        );
    }

    #[test]
    fn elf_is_read() {
        check(
            &library().build(Target::ElfX86_64),
            r#"
Elf X86_64 Some("libforged.so.7") needs ["libm.so.6", "libc.so.6"], id Some("0102030405060708090a0b0c0d0e0f10")
constants ["8.2.1", " forged 1.2.13 Copyright", "forged version 1.6.39"]
producers ["GCC: (GNU) 10.2.1"]
versions ["FORGED_4.0", "FORGED_4.5"]
exported data forged_copyright: " forged 1.2.13 Copyright"
exported code number_version: 0x10301
exported code text_version: "8.2.1"
exported code three_version: [1, 70000, 2]
exported code work: unknown
"#,
        );
    }

    #[test]
    fn a_universal_file_is_two() {
        check(
            &library().universal(),
            r#"
MachO X86_64 Some("libforged.so.7") needs ["libm.so.6", "libc.so.6"], id Some("0102030405060708090a0b0c0d0e0f10")
constants ["8.2.1", " forged 1.2.13 Copyright", "forged version 1.6.39"]
producers []
versions []
exported data forged_copyright: " forged 1.2.13 Copyright"
exported code number_version: 0x10301
exported code text_version: "8.2.1"
exported code three_version: [1, 70000, 2]
exported code work: unknown
MachO Aarch64 Some("libforged.so.7") needs ["libm.so.6", "libc.so.6"], id Some("0102030405060708090a0b0c0d0e0f10")
constants ["8.2.1", " forged 1.2.13 Copyright", "forged version 1.6.39"]
producers []
versions []
exported data forged_copyright: " forged 1.2.13 Copyright"
exported code number_version: 0x10301
exported code text_version: "8.2.1"
exported code three_version: [1, 70000, 2]
exported code work: unknown
"#,
        );
    }

    #[test]
    fn pe_is_read() {
        check(
            &library().build(Target::PeX86_64),
            r#"
Pe X86_64 Some("libforged.so.7") needs ["libm.so.6", "libc.so.6"], id Some("0403020106050807090a0b0c0d0e0f101")
constants ["8.2.1", " forged 1.2.13 Copyright", "forged version 1.6.39", "libforged.so.7", "forged_copyright", "number_version", "text_version", "three_version", "work", "libm.so.6", "libc.so.6", "forged.pdb"]
producers []
versions []
exported data forged_copyright: " forged 1.2.13 Copyright"
exported code number_version: 0x10301
exported code text_version: "8.2.1"
exported code three_version: [1, 70000, 2]
exported code work: unknown
"#,
        );
    }

    #[test]
    fn every_target_tells_the_same_of_functions() {
        let of = |target| functions(&read(&library().build(target)).unwrap()[0]);
        for target in Target::ALL {
            assert_eq!(of(target), of(Target::ElfX86_64), "{target:?}");
        }
    }

    #[test]
    fn without_section_headers_the_loader_s_view_is_enough() {
        let mut file = library().build(Target::ElfAarch64);
        file[0x28..0x30].fill(0);
        file[0x3c..0x40].fill(0);
        check(
            &file,
            r#"
Elf Aarch64 Some("libforged.so.7") needs ["libm.so.6", "libc.so.6"], id Some("0102030405060708090a0b0c0d0e0f10")
constants ["libforged.so.7", "libm.so.6", "libc.so.6", "FORGED_4.5", "FORGED_4.0", "number_version", "text_version", "three_version", "work", "forged_copyright", "8.2.1", " forged 1.2.13 Copyright", "forged version 1.6.39"]
producers []
versions ["FORGED_4.0", "FORGED_4.5"]
exported data forged_copyright: " forged 1.2.13 Copyright"
exported code number_version: 0x10301
exported code text_version: "8.2.1"
exported code three_version: [1, 70000, 2]
exported code work: unknown
"#,
        );
    }

    #[test]
    fn other_files_are_none() {
        for bytes in [
            &b""[..],
            b"\x7fEL",
            b"PK\x03\x04",
            b"\xca\xfe\xba\xbe\0\0\0\x34 a class",
            b"MZ\0\0 a program of DOS",
        ] {
            assert!(!is_binary(bytes), "{bytes:?}");
            assert_eq!(read(bytes).unwrap().len(), 0);
        }
        check(
            b"\x7fELF\x02\x01\x01 cut off",
            "not a whole ELF file: Invalid ELF header size or alignment",
        );
    }

    #[test]
    fn overlapping_sections_are_seen_once() {
        let file = library().build(Target::ElfX86_64);
        let table =
            usize::try_from(u64::from_le_bytes(file[0x28..0x30].try_into().unwrap())).unwrap();
        let mut hostile = file.clone();
        let sections = (file.len() - table) / 64;
        for number in 1..sections {
            let header = &mut hostile[table + number * 64..][..64];
            header[4..8].copy_from_slice(&1_u32.to_le_bytes());
            header[8..16].copy_from_slice(&2_u64.to_le_bytes());
            header[24..32].copy_from_slice(&(number as u64).to_le_bytes());
            header[32..40].copy_from_slice(&u64::MAX.to_le_bytes());
        }
        let binaries = read(&hostile).unwrap();
        let seen: usize = binaries[0]
            .constants
            .iter()
            .map(|span| span.bytes.len())
            .sum();
        assert!(seen <= hostile.len(), "{seen} of {}", hostile.len());
    }

    #[test]
    fn a_million_symbols_in_one_long_name_end() {
        let mut file = library().build(Target::ElfX86_64);
        let table =
            usize::try_from(u64::from_le_bytes(file[0x28..0x30].try_into().unwrap())).unwrap();
        let (start, size) = (file.len(), 24_000_000);
        let symbol = [[1, 0, 0, 0, 0x12, 0, 8, 0], [0; 8], [0; 8]].concat();
        file.extend(symbol.iter().copied().cycle().take(size));
        let names = file.len();
        file.extend(std::iter::repeat_n(b'x', 1 << 20));
        for (section, offset, size) in [(3, start, size), (4, names, 1 << 20)] {
            let header = &mut file[table + section * 64..][..64];
            header[24..32].copy_from_slice(&(offset as u64).to_le_bytes());
            header[32..40].copy_from_slice(&(size as u64).to_le_bytes());
        }
        let binaries = read(&file).unwrap();
        assert_eq!(binaries[0].functions(&mut |_| true).len(), 0);
    }

    /// Reads everything there is to read.
    fn exhaust(bytes: &[u8]) {
        for binary in &read(bytes).unwrap_or_default() {
            for function in binary.functions(&mut |_| true) {
                let _ = binary.returned(&function);
            }
        }
    }

    proptest! {
        #[test]
        fn never_panics_on_noise(magic in 0..6_usize, mut bytes in proptest::collection::vec(any::<u8>(), 4..2048)) {
            let magics = [*b"\x7fELF", [0xcf, 0xfa, 0xed, 0xfe], [0xce, 0xfa, 0xed, 0xfe], [0xca, 0xfe, 0xba, 0xbe], *b"MZ\0\0", [0; 4]];
            bytes[..4].copy_from_slice(&magics[magic]);
            exhaust(&bytes);
        }

        #[test]
        fn never_panics_on_changed_files(
            target in 0..6_usize,
            changes in proptest::collection::vec((any::<prop::sample::Index>(), prop_oneof![Just(0), Just(0xff), any::<u8>()]), 1..40),
        ) {
            let target = Target::ALL.get(target).copied();
            let mut file = target.map_or_else(|| library().universal(), |target| library().build(target));
            let length = file.len();
            for (place, byte) in changes {
                file[place.index(length)] = byte;
            }
            exhaust(&file);
        }
    }
}
