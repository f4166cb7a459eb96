//! Archives of others, read with bounds on everything an archive can lie about.
//!
//! An archive is visited member by member and a member is inflated only when the visitor asks for it, so
//! a feed of hundreds of thousands of files costs the memory of its directory and of one member. Nothing
//! is ever written to a disk, so a name that climbs out of its folder can do no harm; it is still told
//! apart ([`Member::has_plain_name`]), because an honest archive has none.

pub mod conda;
pub mod gzip;
mod kind;
pub(crate) mod packed;
pub mod tar;
pub mod zip;

use std::io;

pub use kind::ArchiveKind;
pub use packed::Packing;
use thiserror::Error;

/// How much an archive may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The most members.
    pub members: u64,
    /// The most bytes of one member, inflated.
    pub member_bytes: u64,
    /// The most bytes that are inflated in all.
    pub total_bytes: u64,
    /// The most bytes that one packed byte may become, once [`RATIO_FLOOR`] bytes came out.
    pub ratio: u64,
}

/// Up to this size a high compression ratio is nothing special: a page of blanks has it.
pub const RATIO_FLOOR: u64 = 16 << 20;

/// The longest name of a member, in bytes. No file system that Python runs on has longer paths.
pub const LONGEST_NAME: usize = 64 << 10;

impl Limits {
    /// For wheels and source distributions, of which only small metadata files are read. The largest
    /// wheels of the index inflate to about 4 GiB; their metadata is below 1 MiB.
    pub const ARTIFACT: Self = Self {
        members: 500_000,
        member_bytes: 16 << 20,
        total_bytes: 4 << 30,
        ratio: 200,
    };

    /// For artifacts whose machine code is read too. The largest libraries of the index have about 1 GiB; with their
    /// debug information they are packed eight times smaller at most.
    pub const NATIVE: Self = Self {
        members: 1_500_000,
        member_bytes: 2 << 30,
        total_bytes: 32 << 30,
        ratio: 200,
    };

    /// For advisory feeds: very many small records.
    pub const FEED: Self = Self {
        members: 4_000_000,
        member_bytes: 64 << 20,
        total_bytes: 32 << 30,
        ratio: 200,
    };
}

/// Why an archive, or one member of it, was not read.
#[derive(Debug, Error)]
pub enum ArchiveError {
    /// The bytes are no archive of this kind, or lost their end.
    #[error("not a complete {kind} archive")]
    NotAnArchive {
        /// `zip`, `tar`, `gzip`, `bzip2`, `xz` or `zstd`.
        kind: &'static str,
    },
    /// A part of it contradicts the format or another part.
    #[error("the archive contradicts itself: {what}")]
    Inconsistent {
        /// What does.
        what: &'static str,
    },
    /// It holds more members than allowed.
    #[error("more than {limit} members")]
    TooManyMembers {
        /// The limit.
        limit: u64,
    },
    /// A member is larger than allowed.
    #[error("larger than {limit} bytes when unpacked")]
    MemberTooLarge {
        /// The limit in bytes.
        limit: u64,
    },
    /// The members together are larger than allowed.
    #[error("the archive unpacks to more than {limit} bytes")]
    TotalTooLarge {
        /// The limit in bytes.
        limit: u64,
    },
    /// It grows as only a bomb does.
    #[error("unpacks to more than {limit} times its size, as only a decompression bomb does")]
    RatioTooHigh {
        /// The limit.
        limit: u64,
    },
    /// It uses a feature that packages and feeds do not use.
    #[error("uses {what}, which is not supported")]
    Unsupported {
        /// The feature.
        what: &'static str,
    },
    /// The bytes are not those that were packed.
    #[error("the checksum does not fit the content")]
    Checksum,
    /// The bytes could not be had.
    #[error("cannot be read")]
    Io(#[source] io::Error),
}

impl From<io::Error> for ArchiveError {
    /// An error of our own that travelled through a `Read` comes out as it went in.
    fn from(error: io::Error) -> Self {
        match error.downcast::<Self>() {
            Ok(own) => own,
            Err(error) => Self::Io(error),
        }
    }
}

/// One member of an archive, while it is visited.
pub struct Member<'a> {
    name: &'a str,
    size: u64,
    mode: Option<u32>,
    body: &'a mut dyn Body,
}

/// What can produce the bytes of the member that is being visited.
pub(crate) trait Body {
    /// Puts the whole content into the buffer, which is emptied before, if its beginning is wanted; says whether it was.
    fn read_if(
        &mut self,
        buffer: &mut Vec<u8>,
        is_wanted: &mut dyn FnMut(&[u8]) -> bool,
    ) -> Result<bool, ArchiveError>;
}

/// How many bytes of a member are shown before it is read, if it has as many.
pub const HEAD: usize = 64;

impl<'a> Member<'a> {
    pub(crate) fn new(
        name: &'a str,
        (size, mode): (u64, Option<u32>),
        body: &'a mut dyn Body,
    ) -> Self {
        Self {
            name,
            size,
            mode,
            body,
        }
    }

    /// The permissions that the archive states, as Unix writes them; nothing where it was not made on Unix.
    pub fn mode(&self) -> Option<u32> {
        self.mode
    }

    /// The name as the archive writes it, with `/` between folders.
    pub fn name(&self) -> &str {
        self.name
    }

    /// The size that the archive claims. [`Member::read`] does not trust it.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Whether the name stays inside its folder: neither absolute nor with `..`, a drive or a NUL.
    pub fn has_plain_name(&self) -> bool {
        is_plain_name(self.name)
    }

    /// The whole content, checked against size and checksum where the archive has them.
    pub fn read(&mut self) -> Result<Vec<u8>, ArchiveError> {
        let mut bytes = Vec::new();
        self.body.read_if(&mut bytes, &mut |_| true)?;
        Ok(bytes)
    }

    /// Puts the whole content, checked as by [`Member::read`], into a buffer that is used again and again, if its first
    /// [`HEAD`] bytes are wanted; says whether they were. What is not wanted is not inflated further.
    pub fn read_if(
        &mut self,
        buffer: &mut Vec<u8>,
        is_wanted: &mut dyn FnMut(&[u8]) -> bool,
    ) -> Result<bool, ArchiveError> {
        self.body.read_if(buffer, is_wanted)
    }
}

/// Whether a name stays inside its folder.
pub fn is_plain_name(name: &str) -> bool {
    let absolute = name.starts_with(['/', '\\']) || name.as_bytes().get(1) == Some(&b':');
    !absolute && !name.contains('\0') && name.split(['/', '\\']).all(|part| part != "..")
}

/// Whether `inflated` bytes out of `packed` are more than honest data gives.
fn is_bomb(packed: u64, inflated: u64, ratio: u64) -> bool {
    inflated > RATIO_FLOOR && inflated / ratio > packed
}

/// Reads fields from the front of a slice, and nothing beyond its end.
pub(crate) struct Fields<'a>(pub(crate) &'a [u8]);

impl<'a> Fields<'a> {
    pub(crate) fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (head, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(head)
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (head, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*head)
    }

    pub(crate) fn u16(&mut self) -> Option<u16> {
        self.array().map(u16::from_le_bytes)
    }

    pub(crate) fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_le_bytes)
    }

    pub(crate) fn u64(&mut self) -> Option<u64> {
        self.array().map(u64::from_le_bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_leave_their_folder_are_told_apart() {
        for plain in ["a", "a/b.txt", "a/..b/c", "demo-1.0/PKG-INFO"] {
            assert!(is_plain_name(plain), "{plain}");
        }
        for other in [
            "/etc/passwd",
            "../a",
            "a/../../b",
            "a\\..\\b",
            "C:/x",
            "\\\\host\\x",
            "a\0b",
            "..",
        ] {
            assert!(!is_plain_name(other), "{other}");
        }
    }
}
