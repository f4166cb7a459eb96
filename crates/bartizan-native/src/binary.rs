//! ELF, Mach-O and PE files as the facts that libraries are recognised by. No library is named here.
//!
//! Every number in such a file may be a lie: each offset, size and count is checked against the bytes that are there.

use bartizan_model::native::ObjectFormat;
use thiserror::Error;

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
    /// Its read-only data: where texts stand. Sorted by offset, never overlapping, without code.
    pub constants: Vec<Span<'d>>,
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

/// A function by its name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Function {
    /// Its name without the underscore that Mach-O puts before it.
    pub name: String,
    /// Where its code begins: bytes from the start of the file.
    pub offset: u64,
    /// Whether other files can call it.
    pub is_exported: bool,
}

/// What a function that does nothing else returns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Returned<'d> {
    /// A number.
    Integer(u64),
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
