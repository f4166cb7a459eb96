//! The fixed parts of the file around its blocks: header, footer and trailer.
//!
//! The header never changes its form, so that every later program can tell its own snapshots, newer ones
//! and foreign files apart. The trailer repeats the length of the file: a copy that lost its end or got
//! another one is seen without reading the rest.

use super::{error::SnapshotError, footer::Footer, read_at::ReadAt};

/// The format that is written, and the only one that is read.
pub(super) const FORMAT: u32 = 2;

/// The first byte is not ASCII and the line ends are what careless copying changes.
const MAGIC: [u8; 8] = *b"\x89BTZ\r\n\x1a\n";
const END_MAGIC: [u8; 8] = *b"\x89ZTBend\n";

pub(super) const HEADER: usize = 16;
pub(super) const TRAILER: usize = 40;

/// The largest footer: the manifest of some ten thousand origins.
const LARGEST_FOOTER: u64 = 16 << 20;

/// The header: magic, format, checksum of both.
pub(super) fn header() -> Vec<u8> {
    let mut bytes = [MAGIC.as_slice(), &FORMAT.to_le_bytes()].concat();
    bytes.extend(crc32fast::hash(&bytes).to_le_bytes());
    bytes
}

/// The footer and the trailer that follow blocks which end at `offset`.
pub(super) fn ending(footer: &Footer, offset: u64) -> Result<Vec<u8>, postcard::Error> {
    let mut bytes = footer.encode()?;
    let length = bytes.len() as u64;
    let total = offset + length + TRAILER as u64;
    let mut trailer = Vec::with_capacity(TRAILER);
    trailer.extend(offset.to_le_bytes());
    trailer.extend(length.to_le_bytes());
    trailer.extend(total.to_le_bytes());
    trailer.extend(crc32fast::hash(&bytes).to_le_bytes());
    trailer.extend(crc32fast::hash(&trailer).to_le_bytes());
    trailer.extend(END_MAGIC);
    bytes.append(&mut trailer);
    Ok(bytes)
}

/// The footer, and the position where it starts.
pub(super) fn read(reader: &impl ReadAt) -> Result<(Footer, u64), SnapshotError> {
    let size = reader.size()?;
    check_header(reader, size)?;
    let body_limit = size
        .checked_sub((HEADER + TRAILER) as u64)
        .ok_or(SnapshotError::Torn)?;
    let mut trailer = [0; TRAILER];
    reader.read_exact_at(&mut trailer, size - TRAILER as u64)?;
    let Trailer {
        offset,
        length,
        total,
        footer_checksum,
    } = Trailer::read(&trailer)?;
    if total != size {
        return Err(SnapshotError::Torn);
    }
    if length > LARGEST_FOOTER {
        return Err(SnapshotError::TooLarge {
            part: "the footer",
            limit: LARGEST_FOOTER,
        });
    }
    if offset
        .checked_sub(HEADER as u64)
        .and_then(|blocks| blocks.checked_add(length))
        != Some(body_limit)
    {
        return Err(SnapshotError::damaged(
            "the footer is not before the trailer",
        ));
    }
    let mut bytes = vec![0; usize::try_from(length).unwrap_or_default()];
    reader.read_exact_at(&mut bytes, offset)?;
    if crc32fast::hash(&bytes) != footer_checksum {
        return Err(SnapshotError::damaged(
            "the footer does not fit its checksum",
        ));
    }
    match Footer::decode(&bytes) {
        Some(footer) => Ok((footer, offset)),
        None => Err(SnapshotError::damaged("the footer cannot be decoded")),
    }
}

fn check_header(reader: &impl ReadAt, size: u64) -> Result<(), SnapshotError> {
    let mut header = [0; HEADER];
    let present = usize::try_from(size).unwrap_or(HEADER).min(HEADER);
    let (start, _) = header.split_at_mut(present);
    reader.read_exact_at(start, 0)?;
    if !start.starts_with(&MAGIC) {
        let is_start_of_magic = !start.is_empty() && MAGIC.starts_with(start);
        return Err(if is_start_of_magic {
            SnapshotError::Torn
        } else {
            SnapshotError::Foreign
        });
    }
    if present < HEADER {
        return Err(SnapshotError::Torn);
    }
    let mut fields = Fields(&header);
    let _magic: Option<[u8; 8]> = fields.array();
    let format = fields.u32();
    let checksum = fields.u32();
    let (covered, _) = header.split_at(HEADER - 4);
    if checksum != Some(crc32fast::hash(covered)) {
        return Err(SnapshotError::damaged(
            "the header does not fit its checksum",
        ));
    }
    match format {
        Some(FORMAT) => Ok(()),
        Some(found) if found > FORMAT => Err(SnapshotError::Newer {
            found,
            supported: FORMAT,
        }),
        Some(found @ 1..) => Err(SnapshotError::Older {
            found,
            supported: FORMAT,
        }),
        _ => Err(SnapshotError::damaged("the header names no format")),
    }
}

struct Trailer {
    offset: u64,
    length: u64,
    total: u64,
    footer_checksum: u32,
}

impl Trailer {
    fn read(bytes: &[u8; TRAILER]) -> Result<Self, SnapshotError> {
        let mut fields = Fields(bytes);
        let read = |fields: &mut Fields<'_>| {
            Some(Self {
                offset: fields.u64()?,
                length: fields.u64()?,
                total: fields.u64()?,
                footer_checksum: fields.u32()?,
            })
        };
        let trailer = read(&mut fields).ok_or(SnapshotError::Torn)?;
        let (checksum, end) = (fields.u32(), fields.array::<8>());
        if end != Some(END_MAGIC) {
            return Err(SnapshotError::Torn);
        }
        let (covered, _) = bytes.split_at(TRAILER - 12);
        if checksum != Some(crc32fast::hash(covered)) {
            return Err(SnapshotError::damaged(
                "the trailer does not fit its checksum",
            ));
        }
        Ok(trailer)
    }
}

/// Reads fields from the front of a slice.
struct Fields<'a>(&'a [u8]);

impl Fields<'_> {
    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (head, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*head)
    }

    fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_le_bytes)
    }

    fn u64(&mut self) -> Option<u64> {
        self.array().map(u64::from_le_bytes)
    }
}
