//! The tar archive around the members of a bundle.
//!
//! Only what a bundle needs: plain files whose names and sizes stand in their headers. Archives repacked by the
//! usual tools have that form too.

use std::io::{self, ErrorKind, Read, Write};

use ::tar::{EntryType, Header as TarHeader};
use bartizan_model::Timestamp;

use super::error::BundleError;

/// What everything in a tar archive is a multiple of.
pub(super) const BLOCK: usize = 512;

/// The most bytes after the last member: tools fill up to multiples of 10 KiB and more.
const LONGEST_END: u64 = 1 << 20;

/// Where a member begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) name: String,
    pub(super) size: u64,
}

impl Header {
    /// Reads a header; `None` where the archive ends.
    pub(super) fn read(bytes: &[u8]) -> Result<Option<Self>, BundleError> {
        let block: &[u8; BLOCK] = bytes.first_chunk().ok_or(BundleError::NotABundle)?;
        if block.iter().all(|byte| *byte == 0) {
            return Ok(None);
        }
        let header = TarHeader::from_byte_slice(block);
        let mut summed = header.clone();
        summed.set_cksum();
        let is_whole = header
            .cksum()
            .is_ok_and(|sum| summed.cksum().is_ok_and(|own| own == sum));
        if !is_whole {
            return Err(BundleError::NotABundle);
        }
        let name = String::from_utf8(header.path_bytes().into_owned());
        match (name, header.entry_size(), header.entry_type()) {
            (Ok(name), Ok(size), EntryType::Regular) => Ok(Some(Self { name, size })),
            _ => Err(BundleError::Inconsistent {
                what: "a member is not a plain file",
            }),
        }
    }
}

/// Reads the header of the next member; `None` where the archive ends.
pub(super) fn header(reader: &mut impl Read) -> Result<Option<Header>, BundleError> {
    let mut block = [0; BLOCK];
    read_exact(reader, &mut block)?;
    Header::read(&block)
}

/// Reads the body of a small member.
pub(super) fn member(
    reader: &mut impl Read,
    header: &Header,
    limit: u64,
) -> Result<Vec<u8>, BundleError> {
    if header.size > limit {
        let what = "a member before the content";
        return Err(BundleError::TooLarge { what, limit });
    }
    let mut bytes = Vec::new();
    copy(reader, &mut bytes, header.size)?;
    skip_padding(reader, header.size)?;
    Ok(bytes)
}

/// Copies exactly so many bytes.
pub(super) fn copy(
    reader: &mut impl Read,
    target: &mut impl Write,
    size: u64,
) -> Result<(), BundleError> {
    let mut buffer = vec![0; 64 << 10];
    let mut left = size;
    while left > 0 {
        let most = usize::try_from(left)
            .unwrap_or(usize::MAX)
            .min(buffer.len());
        let part = buffer.get_mut(..most).unwrap_or_default();
        read_exact(reader, part)?;
        target.write_all(part).map_err(BundleError::Write)?;
        left -= most as u64;
    }
    Ok(())
}

/// Reads the end of the archive after a content of this size, and sees that nothing else follows.
pub(super) fn end(reader: &mut (impl Read + ?Sized), size: u64) -> Result<(), BundleError> {
    skip_padding(reader, size)?;
    let mut rest = Vec::new();
    reader
        .take(LONGEST_END + 1)
        .read_to_end(&mut rest)
        .map_err(BundleError::Read)?;
    if rest.iter().any(|byte| *byte != 0) || rest.len() as u64 > LONGEST_END {
        let what = "something follows the content";
        return Err(BundleError::Inconsistent { what });
    }
    if rest.len() < 2 * BLOCK || rest.len() % BLOCK != 0 {
        return Err(BundleError::Torn);
    }
    Ok(())
}

fn padding(size: u64) -> usize {
    // The remainder is smaller than a block.
    let over = usize::try_from(size % BLOCK as u64).unwrap_or_default();
    (BLOCK - over) % BLOCK
}

fn skip_padding(reader: &mut (impl Read + ?Sized), size: u64) -> Result<(), BundleError> {
    let mut block = [0; BLOCK];
    let part = block.get_mut(..padding(size)).unwrap_or_default();
    read_exact(reader, part)?;
    if part.iter().any(|byte| *byte != 0) {
        let what = "bytes between two members are not empty";
        return Err(BundleError::Inconsistent { what });
    }
    Ok(())
}

fn read_exact(reader: &mut (impl Read + ?Sized), buffer: &mut [u8]) -> Result<(), BundleError> {
    reader
        .read_exact(buffer)
        .map_err(|error| match error.kind() {
            ErrorKind::UnexpectedEof => BundleError::Torn,
            _ => BundleError::Read(error),
        })
}

/// Writes a whole member.
pub(super) fn write_member(
    target: &mut impl Write,
    name: &str,
    bytes: &[u8],
    time: Timestamp,
) -> Result<(), BundleError> {
    let size = bytes.len() as u64;
    write_header(target, name, size, time)?;
    target.write_all(bytes).map_err(BundleError::Write)?;
    write_padding(target, size)
}

/// Writes the header of a member. Owner and rights say nothing, so that equal content gives equal bytes.
pub(super) fn write_header(
    target: &mut impl Write,
    name: &str,
    size: u64,
    time: Timestamp,
) -> Result<(), BundleError> {
    let mut header = TarHeader::new_ustar();
    header.set_path(name).map_err(BundleError::Write)?;
    header.set_size(size);
    header.set_mode(0o644);
    header.set_mtime(u64::try_from(time.as_second()).unwrap_or_default());
    header.set_entry_type(EntryType::Regular);
    header.set_cksum();
    target
        .write_all(header.as_bytes())
        .map_err(BundleError::Write)
}

/// Fills up to the next block after a member of this size.
pub(super) fn write_padding(target: &mut impl Write, size: u64) -> Result<(), BundleError> {
    let zeros = [0; BLOCK];
    let part = zeros.get(..padding(size)).unwrap_or_default();
    target.write_all(part).map_err(BundleError::Write)
}

/// Writes the end of the archive.
pub(super) fn write_end(target: &mut impl Write) -> Result<(), BundleError> {
    let written: io::Result<()> = target
        .write_all(&[0; 2 * BLOCK])
        .and_then(|()| target.flush());
    written.map_err(BundleError::Write)
}
