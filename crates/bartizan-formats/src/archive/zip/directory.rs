//! The central directory of a zip archive: where each member is, and that no two share bytes.

use std::{
    borrow::Cow,
    io::{Read, Seek, SeekFrom},
};

use super::{LOCAL_HEADER, read_exact};
use crate::archive::{ArchiveError, Fields, Limits};

const END: u32 = 0x0605_4b50;
const END_LENGTH: usize = 22;
const END_64: u32 = 0x0606_4b50;
const LOCATOR_64: u32 = 0x0706_4b50;
const LOCATOR_64_LENGTH: usize = 20;
const ENTRY: u32 = 0x0201_4b50;
const ENTRY_LENGTH: u64 = 46;
const IS_ENCRYPTED: u16 = 1;
const EXTRA_ZIP64: u16 = 1;
const MADE_ON_UNIX: u16 = 3;

/// The largest directory: a million members with names of 80 bytes.
const LARGEST_DIRECTORY: u64 = 128 << 20;

/// The end record may be followed by a comment of at most this many bytes.
const LONGEST_COMMENT: u64 = 0xffff;

/// A member, by the directory.
#[derive(Debug, Clone, Default)]
pub struct Located {
    pub(super) name: Vec<u8>,
    pub(super) offset: u64,
    pub(super) packed: u64,
    pub(super) size: u64,
    pub(super) method: u16,
    pub(super) checksum: u32,
    pub(super) is_encrypted: bool,
    /// What Unix permits, and of what kind it is, where it was packed on Unix.
    pub(super) mode: Option<u32>,
}

impl Located {
    /// The name as the archive writes it, with `/` between folders.
    pub fn name(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.name)
    }

    /// The size that the directory claims.
    pub fn size(&self) -> u64 {
        self.size
    }
}

/// The directory as bytes, checked as a whole.
pub(super) struct Directory {
    bytes: Vec<u8>,
    /// Bytes before the archive proper, as in a self-extracting one.
    prefix: u64,
}

struct End {
    members: u64,
    size: u64,
    offset: u64,
    /// Where the directory must end.
    position: u64,
}

impl Directory {
    pub(super) fn read(
        reader: &mut (impl Read + Seek),
        limits: &Limits,
    ) -> Result<Self, ArchiveError> {
        let misfit = ArchiveError::Inconsistent {
            what: "its directory does not fit its end",
        };
        let end = find_end(reader)?;
        if end.members > limits.members {
            return Err(ArchiveError::TooManyMembers {
                limit: limits.members,
            });
        }
        let begin = end.position.checked_sub(end.size);
        let Some((begin, prefix)) =
            begin.and_then(|begin| Some((begin, begin.checked_sub(end.offset)?)))
        else {
            return Err(misfit);
        };
        if end.size > LARGEST_DIRECTORY {
            return Err(ArchiveError::Unsupported {
                what: "a directory of more than 128 MiB",
            });
        }
        if end.members.saturating_mul(ENTRY_LENGTH) > end.size {
            return Err(misfit);
        }
        let mut bytes = vec![0; usize::try_from(end.size).unwrap_or(usize::MAX)];
        reader.seek(SeekFrom::Start(begin))?;
        read_exact(reader, &mut bytes)?;
        let directory = Self { bytes, prefix };
        directory.refuse_overlap(begin, end.members)?;
        Ok(directory)
    }

    pub(super) fn members(&self) -> Members<'_> {
        Members {
            fields: Fields(&self.bytes),
            prefix: self.prefix,
        }
    }

    /// Bytes that belong to two members are how a small archive becomes a huge one.
    fn refuse_overlap(&self, begin: u64, stated: u64) -> Result<(), ArchiveError> {
        let wrong = |what| ArchiveError::Inconsistent { what };
        let mut extents = Vec::new();
        for member in self.members() {
            let member = member?;
            let header = (LOCAL_HEADER + member.name.len()) as u64;
            let end = member
                .offset
                .checked_add(header)
                .and_then(|end| end.checked_add(member.packed));
            match end {
                Some(end) if end <= begin => extents.push((member.offset, end)),
                _ => return Err(wrong("a member does not end before the directory")),
            }
        }
        if extents.len() as u64 != stated {
            return Err(wrong("the directory has another length than its end says"));
        }
        extents.sort_unstable();
        if extents.array_windows().any(|[one, next]| one.1 > next.0) {
            return Err(wrong("members overlap"));
        }
        Ok(())
    }
}

/// The members one after another.
pub(super) struct Members<'a> {
    fields: Fields<'a>,
    prefix: u64,
}

impl Iterator for Members<'_> {
    type Item = Result<Located, ArchiveError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.fields.0.is_empty() {
            return None;
        }
        let member = entry(&mut self.fields, self.prefix);
        if member.is_none() {
            self.fields.0 = &[];
        }
        Some(member.ok_or(ArchiveError::Inconsistent {
            what: "an entry of its directory is damaged",
        }))
    }
}

fn entry(fields: &mut Fields<'_>, prefix: u64) -> Option<Located> {
    if fields.u32()? != ENTRY {
        return None;
    }
    let made_by = fields.u16()?;
    fields.take(2)?;
    let flags = fields.u16()?;
    let method = fields.u16()?;
    fields.take(4)?;
    let checksum = fields.u32()?;
    let packed = fields.u32()?;
    let size = fields.u32()?;
    let [name_length, extra_length, comment_length] = [fields.u16()?, fields.u16()?, fields.u16()?];
    fields.take(4)?;
    let attributes = fields.u32()?;
    let offset = fields.u32()?;
    let name = fields.take(usize::from(name_length))?.to_vec();
    let mut wide = zip64_extra(fields.take(usize::from(extra_length))?);
    fields.take(usize::from(comment_length))?;
    // The wide fields stand in this order, and only those whose narrow field is full.
    let mut widen = |narrow: u32| {
        if narrow == u32::MAX {
            wide.u64()
        } else {
            Some(u64::from(narrow))
        }
    };
    let size = widen(size)?;
    let packed = widen(packed)?;
    let offset = widen(offset)?.checked_add(prefix)?;
    Some(Located {
        name,
        offset,
        packed,
        size,
        method,
        checksum,
        is_encrypted: flags & IS_ENCRYPTED != 0,
        mode: (made_by >> 8 == MADE_ON_UNIX).then_some(attributes >> 16),
    })
}

fn zip64_extra(extra: &[u8]) -> Fields<'_> {
    let mut fields = Fields(extra);
    while let (Some(kind), Some(length)) = (fields.u16(), fields.u16()) {
        match fields.take(usize::from(length)) {
            Some(content) if kind == EXTRA_ZIP64 => return Fields(content),
            Some(_) => {}
            None => break,
        }
    }
    Fields(&[])
}

/// Finds the last end record whose comment reaches exactly to the end of the file.
fn find_end(reader: &mut (impl Read + Seek)) -> Result<End, ArchiveError> {
    let none = ArchiveError::NotAnArchive { kind: "zip" };
    let length = reader.seek(SeekFrom::End(0))?;
    let window = length.min(LONGEST_COMMENT + END_LENGTH as u64);
    let begin = length - window;
    let mut tail = vec![0; usize::try_from(window).unwrap_or_default()];
    reader.seek(SeekFrom::Start(begin))?;
    read_exact(reader, &mut tail)?;
    let found = tail
        .windows(END_LENGTH)
        .enumerate()
        .rev()
        .find_map(|(place, window)| {
            let after = tail.len() - place - END_LENGTH;
            end_record(window, after).map(|end| (place, end))
        });
    let Some((place, mut end)) = found else {
        return Err(none);
    };
    end.position = begin + place as u64;
    match place
        .checked_sub(LOCATOR_64_LENGTH)
        .and_then(|start| tail.get(start..place))
    {
        Some(locator) => widen_end(reader, locator, end),
        None => Ok(end),
    }
}

fn end_record(bytes: &[u8], after: usize) -> Option<End> {
    let mut fields = Fields(bytes);
    if fields.u32()? != END {
        return None;
    }
    fields.take(6)?;
    let members = fields.u16()?;
    let size = fields.u32()?;
    let offset = fields.u32()?;
    let comment = fields.u16()?;
    let end = End {
        members: members.into(),
        size: size.into(),
        offset: offset.into(),
        position: 0,
    };
    (usize::from(comment) == after).then_some(end)
}

/// Takes the wide numbers of a Zip64 end record where one is announced right before the narrow one.
fn widen_end(
    reader: &mut (impl Read + Seek),
    locator: &[u8],
    narrow: End,
) -> Result<End, ArchiveError> {
    let mut fields = Fields(locator);
    if fields.u32() != Some(LOCATOR_64) {
        return Ok(narrow);
    }
    fields.take(4);
    let stated = fields.u64().unwrap_or_default();
    let mut record = [0; 56];
    // With bytes before the archive the stated place is too small; the record then ends where the locator begins.
    let before_locator = narrow
        .position
        .saturating_sub((LOCATOR_64_LENGTH + record.len()) as u64);
    for position in [stated, before_locator] {
        if position > before_locator {
            continue;
        }
        reader.seek(SeekFrom::Start(position))?;
        read_exact(reader, &mut record)?;
        let mut fields = Fields(&record);
        if fields.u32() != Some(END_64) {
            continue;
        }
        fields.take(28);
        if let (Some(members), Some(size), Some(offset)) =
            (fields.u64(), fields.u64(), fields.u64())
        {
            return Ok(End {
                members,
                size,
                offset,
                position,
            });
        }
    }
    Err(ArchiveError::Inconsistent {
        what: "its Zip64 end record is missing",
    })
}
