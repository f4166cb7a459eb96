//! ELF, Mach-O and PE files as the facts that libraries are recognised by. No library is named here.
//!
//! Every number in such a file may be a lie: each offset, size and count is checked against the bytes that are there.
//! What is wrong with one part of a file costs that part; only a file without a usable header is refused.

mod decode;
mod elf;
#[cfg(any(test, feature = "forge"))]
pub mod forge;
mod image;
mod macho;
mod pe;

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

    /// What the function returns, or the text that the datum is, where that does not depend on anything.
    pub fn returned(&self, function: &Function) -> Option<Returned<'d>> {
        let address = self.image.address_of(function.offset)?;
        if function.is_data {
            return self.image.datum(address);
        }
        decode::returned(&self.image, self.architecture, self.format, address)
    }
}

/// The most functions that are handed out for one file; who wants more wants everything.
const FUNCTIONS: usize = 100_000;
/// The longest name of a symbol, and of a library, that is looked at.
const NAME: usize = 4096;

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
    let end = memchr(rest)?;
    rest.get(..end)
}

/// Where the first zero is.
fn memchr(bytes: &[u8]) -> Option<usize> {
    bytes.iter().position(|byte| *byte == 0)
}

/// A name as text; foreign bytes are replaced.
fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Bytes as lower-case hexadecimal digits.
fn hexadecimal(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(
        String::with_capacity(bytes.len() * 2),
        |mut digits, byte| {
            let _ = write!(digits, "{byte:02x}");
            digits
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use forge::{Answer, Description, Target};

    pub(super) fn webp() -> Description {
        let functions = [
            ("WebPGetDecoderVersion", Answer::Integer(0x0001_0301)),
            ("hb_version_string", Answer::Text("8.2.1".into())),
            ("git_libgit2_version", Answer::Integers([1, 70_000, 2])),
            ("WebPDecode", Answer::Opaque),
        ];
        Description {
            soname: Some("libwebp.so.7".into()),
            needed: vec!["libm.so.6".into(), "libc.so.6".into()],
            functions: functions
                .into_iter()
                .map(|(name, answer)| (name.to_owned(), answer))
                .collect(),
            data: vec![(
                "deflate_copyright".into(),
                " deflate 1.2.13 Copyright".into(),
            )],
            texts: vec!["libpng version 1.6.39".into()],
            build_id: Some((1..=16).collect()),
            comment: Some("GCC: (GNU) 10.2.1".into()),
            symbol_versions: vec!["LIBTIFF_4.0".into(), "LIBTIFF_4.5".into()],
        }
    }

    /// Everything that is read of a file, as lines.
    pub(super) fn lines(data: &[u8]) -> String {
        let binaries = match read(data) {
            Ok(binaries) => binaries,
            Err(error) => return format!("{error}\n"),
        };
        let mut lines = String::new();
        for binary in &binaries {
            lines += &format!(
                "{:?} {:?} soname {:?}\n",
                binary.format, binary.architecture, binary.soname
            );
            lines += &format!("needed {:?} id {:?}\n", binary.needed, binary.build_id);
            lines += &format!("versions {:?}\n", binary.symbol_versions);
            for (kind, spans) in [
                ("constants", &binary.constants),
                ("producers", &binary.producers),
            ] {
                for span in spans {
                    lines += &format!(
                        "{kind} {:?}\n",
                        String::from_utf8_lossy(span.bytes).trim_matches('\0')
                    );
                }
            }
            for function in binary.functions(&mut |_| true) {
                let returned = match binary.returned(&function) {
                    Some(Returned::Text { text, .. }) => format!("{text:?}"),
                    other => format!("{other:?}"),
                };
                let kind = if function.is_data { "data" } else { "code" };
                lines += &format!(
                    "{kind} {} exported {}: {returned}\n",
                    function.name, function.is_exported
                );
            }
        }
        lines
    }

    #[test]
    fn forged_files_are_read() {
        for target in Target::ALL {
            println!("== {target:?}\n{}", lines(&webp().build(target)));
        }
        println!("== universal\n{}", lines(&webp().universal()));
    }
}
