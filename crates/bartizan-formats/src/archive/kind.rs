//! What an archive is, by its first bytes.

use super::Packing;

/// How many bytes tell what an archive is: a plain tar has its mark at the end of the first header.
const HEAD: u64 = 512;

/// What an archive is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ArchiveKind {
    /// A zip archive: a wheel, a conda package.
    Zip,
    /// A tar archive, packed or not: what is packed in another way than by zip is taken to be one.
    Tar(Packing),
}

impl ArchiveKind {
    /// How many of the first bytes tell it.
    pub const HEAD: u64 = HEAD;

    /// By the first bytes.
    pub fn of_content(head: &[u8]) -> Option<Self> {
        match head {
            [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Some(Self::Zip),
            _ if head.get(257..262) == Some(b"ustar") => Some(Self::Tar(Packing::None)),
            _ => match Packing::of_content(head) {
                Packing::None => None,
                packing => Some(Self::Tar(packing)),
            },
        }
    }
}
