//! A file as it lies in memory: which address is which byte of the file, and where a pointer leads.

use super::{Returned, Span, before_zero};

/// The longest text that is looked at.
const TEXT: usize = 4096;
/// The most segments that are kept; real files have fewer than fifty.
const SEGMENTS: usize = 1024;

/// The bytes of one binary, and where they go.
#[derive(Debug)]
pub(super) struct Image<'d> {
    /// The bytes of this binary alone.
    pub(super) file: &'d [u8],
    /// Where these begin in the whole file.
    base: u64,
    /// The parts that are loaded.
    segments: Vec<Segment>,
    /// How pointers are written.
    pub(super) pointers: Pointers<'d>,
}

/// A part of the file that is loaded.
#[derive(Debug, Clone, Copy)]
pub(super) struct Segment {
    /// Where it is loaded.
    pub(super) address: u64,
    /// Where it is in the bytes of the binary.
    pub(super) offset: u64,
    /// How many bytes it has in the file.
    pub(super) size: u64,
    /// Whether it is executable.
    pub(super) is_code: bool,
    /// Whether the program can change it.
    pub(super) is_writable: bool,
}

/// How pointers are written in a file.
#[derive(Debug)]
pub(super) enum Pointers<'d> {
    /// As they are (PE, Mach-O with rebase operations, architectures that are not decoded).
    Plain,
    /// Mach-O's chained fixups: the upper bits are the chain's, the rest counts from the lowest address.
    Chained {
        /// The lowest address of the image.
        lowest: u64,
    },
    /// By relocations with addends, for 64-bit little-endian ELF files.
    Relocated {
        /// The tables of relocations.
        tables: Vec<&'d [u8]>,
        /// The dynamic symbols.
        symbols: &'d [u8],
        /// The types of relocation that matter for the machine.
        types: RelocationTypes,
    },
}

/// The numbers of the relocations by which pointers are made.
#[derive(Debug, Clone, Copy)]
pub(super) struct RelocationTypes {
    /// Base plus addend.
    pub(super) relative: u32,
    /// A symbol's address: anywhere, in the table of addresses, and in that of functions called.
    pub(super) symbolic: [u32; 3],
}

impl<'d> Image<'d> {
    /// An image; parts that are not in the file are left out.
    pub(super) fn new(
        file: &'d [u8],
        base: u64,
        segments: impl Iterator<Item = Segment>,
        pointers: Pointers<'d>,
    ) -> Self {
        let length = file.len() as u64;
        let segments = segments
            .filter(|segment| {
                segment.size > 0 && segment.address.checked_add(segment.size).is_some()
            })
            .filter(|segment| {
                segment
                    .offset
                    .checked_add(segment.size)
                    .is_some_and(|end| end <= length)
            })
            .take(SEGMENTS)
            .collect();
        Self {
            file,
            base,
            segments,
            pointers,
        }
    }

    /// Where in the whole file an address is, and whether it is code.
    pub(super) fn place(&self, address: u64) -> Option<(u64, bool)> {
        let segment = self.segment(address)?;
        Some((
            self.base + segment.offset + (address - segment.address),
            segment.is_code,
        ))
    }

    /// The address of a byte of the whole file.
    pub(super) fn address_of(&self, offset: u64) -> Option<u64> {
        let offset = offset.checked_sub(self.base)?;
        let inside =
            |segment: &&Segment| offset >= segment.offset && offset - segment.offset < segment.size;
        let segment = self.segments.iter().find(inside)?;
        Some(segment.address + (offset - segment.offset))
    }

    /// The bytes from an address to the end of its part.
    pub(super) fn bytes_at(&self, address: u64) -> Option<&'d [u8]> {
        let segment = self.segment(address)?;
        let start = segment.offset + (address - segment.address);
        let end = segment.offset + segment.size;
        self.file
            .get(usize::try_from(start).ok()?..usize::try_from(end).ok()?)
    }

    /// The bytes of code at an address.
    pub(super) fn code_at(&self, address: u64) -> Option<&'d [u8]> {
        self.segment(address)?
            .is_code
            .then(|| self.bytes_at(address))?
    }

    /// The number of four bytes at an address that the program cannot change.
    pub(super) fn constant_at(&self, address: u64) -> Option<u32> {
        if self.segment(address)?.is_writable {
            return None;
        }
        Some(u32::from_le_bytes(*self.bytes_at(address)?.first_chunk()?))
    }

    /// The text at an address, up to the zero byte that ends it.
    pub(super) fn text_at(&self, address: u64) -> Option<Returned<'d>> {
        let bytes = self.bytes_at(address)?;
        let bytes = bytes.get(..TEXT).unwrap_or(bytes);
        let text = str::from_utf8(before_zero(bytes)?).ok()?;
        if text.is_empty()
            || text
                .chars()
                .any(|letter| letter.is_control() && !letter.is_whitespace())
        {
            return None;
        }
        let (offset, _) = self.place(address)?;
        Some(Returned::Text { text, offset })
    }

    /// The text that a datum is or points to.
    pub(super) fn datum(&self, address: u64) -> Option<Returned<'d>> {
        if let Pointers::Relocated { .. } = self.pointers
            && let Some(target) = self.relocated(address)
        {
            return self.text_at(target);
        }
        let pointed = || self.text_at(self.pointer_at(address)?);
        // A pointer that waits for its relocation may look like a short text, but only such places can be changed.
        let is_relocatable = self.segment(address)?.is_writable && address.is_multiple_of(8);
        let pointed_first = if is_relocatable { pointed() } else { None };
        pointed_first
            .or_else(|| self.text_at(address))
            .or_else(pointed)
    }

    /// The number of four bytes that a datum is.
    pub(super) fn number_at(&self, address: u64) -> Option<u64> {
        let bytes = self.bytes_at(address)?.first_chunk()?;
        Some(u32::from_le_bytes(*bytes).into())
    }

    /// Where the pointer at an address leads.
    pub(super) fn pointer_at(&self, address: u64) -> Option<u64> {
        if let Some(target) = self.relocated(address) {
            return Some(target);
        }
        let value = u64::from_le_bytes(*self.bytes_at(address)?.first_chunk()?);
        let target = match self.pointers {
            Pointers::Plain | Pointers::Relocated { .. } => value,
            // Bit 63 says that another file defines it.
            Pointers::Chained { .. } if value >> 63 == 1 => return None,
            Pointers::Chained { lowest } => {
                let target = value & 0xf_ffff_ffff;
                if target < lowest {
                    target.checked_add(lowest)?
                } else {
                    target
                }
            }
        };
        (target != 0).then_some(target)
    }

    /// Where a relocation makes the pointer at an address lead.
    fn relocated(&self, address: u64) -> Option<u64> {
        let Pointers::Relocated {
            tables,
            symbols,
            types,
        } = &self.pointers
        else {
            return None;
        };
        let wanted = address.to_le_bytes();
        let entry = tables
            .iter()
            .flat_map(|table| table.as_chunks::<24>().0)
            .find(|entry| entry.starts_with(&wanted))?;
        let info = u64::from_le_bytes(*entry.get(8..)?.first_chunk()?);
        let addend = u64::from_le_bytes(*entry.get(16..)?.first_chunk()?);
        let kind = (info & 0xffff_ffff) as u32;
        if kind == types.relative {
            return Some(addend);
        }
        if !types.symbolic.contains(&kind) {
            return None;
        }
        let symbol = symbols
            .as_chunks::<24>()
            .0
            .get(usize::try_from(info >> 32).ok()?)?;
        let is_defined = symbol.get(6..8)? != [0, 0];
        let value = u64::from_le_bytes(*symbol.get(8..)?.first_chunk()?);
        is_defined.then(|| value.checked_add(addend))?
    }

    /// The part that holds an address.
    fn segment(&self, address: u64) -> Option<&Segment> {
        self.segments
            .iter()
            .find(|segment| address >= segment.address && address - segment.address < segment.size)
    }

    /// Parts of the file by offset and size as spans: sorted, cut to what is there, and without overlap.
    pub(super) fn spans(&self, mut parts: Vec<(u64, u64)>) -> Vec<Span<'d>> {
        parts.sort_unstable();
        let length = self.file.len() as u64;
        let mut spans = Vec::new();
        let mut done = 0;
        for (offset, size) in parts {
            let end = offset.saturating_add(size).min(length);
            let start = offset.max(done);
            if start >= end {
                continue;
            }
            done = end;
            let range = usize::try_from(start).ok().zip(usize::try_from(end).ok());
            let bytes = range.and_then(|(start, end)| self.file.get(start..end));
            spans.extend(bytes.map(|bytes| Span {
                offset: self.base + start,
                bytes,
            }));
        }
        spans
    }
}
