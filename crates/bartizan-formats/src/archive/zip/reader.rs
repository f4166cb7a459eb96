//! The members of a zip archive, one at a time and in any order.

use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};

use flate2::bufread::DeflateDecoder;

use super::{
    LOCAL_HEADER, LOCAL_SIGNATURE,
    directory::{Directory, Located},
    read_exact,
};
use crate::archive::{ArchiveError, Fields, HEAD, Limits, is_bomb};

/// The directory of a zip archive, checked as a whole: no two members share bytes. What it lists can be read in any
/// order and by several [`MemberReader`]s at once.
pub struct Index(Directory);

impl Index {
    /// Reads the directory. The number of members is bounded by `limits`.
    pub fn read(reader: impl Read + Seek, limits: &Limits) -> Result<Self, ArchiveError> {
        Directory::read(&mut BufReader::new(reader), limits).map(Self)
    }

    /// The files, in the order of the directory. Folders are passed over.
    pub fn files(&self) -> impl Iterator<Item = Located> + '_ {
        // Every entry was read once when the directory was checked.
        let members = self.0.members().filter_map(Result::ok);
        members.filter(|member| !member.name.ends_with(b"/"))
    }
}

/// Reads members of an archive. Each reader needs the archive opened for itself.
pub struct MemberReader<R> {
    reader: BufReader<R>,
    limits: Limits,
    /// How many bytes its members claim that were read so far.
    inflated: u64,
}

impl<R: Read + Seek> MemberReader<R> {
    /// A reader with bounds; `limits.total_bytes` is that of one reader.
    pub fn new(reader: R, limits: &Limits) -> Self {
        Self {
            reader: BufReader::with_capacity(64 << 10, reader),
            limits: *limits,
            inflated: 0,
        }
    }

    pub(super) fn inner(&mut self) -> &mut BufReader<R> {
        &mut self.reader
    }

    /// Puts the whole content, checked against size and checksum, into the buffer if its first [`HEAD`] bytes are
    /// wanted; says whether they were.
    pub fn read_if(
        &mut self,
        member: &Located,
        buffer: &mut Vec<u8>,
        is_wanted: &mut dyn FnMut(&[u8]) -> bool,
    ) -> Result<bool, ArchiveError> {
        let mut content = self.content(member)?;
        let size = usize::try_from(member.size).unwrap_or(usize::MAX);
        buffer.resize(size.min(HEAD), 0);
        fill(&mut content, buffer)?;
        if !is_wanted(buffer) {
            return Ok(false);
        }
        // No more than the ratio allows for the packed bytes, which are really there.
        buffer.resize(size, 0);
        fill(
            &mut content,
            buffer.get_mut(size.min(HEAD)..).unwrap_or_default(),
        )?;
        // One byte more than stated is enough to see that the statement is wrong.
        if content.read(&mut [0]).map_err(damaged)? != 0 {
            return Err(OTHER_SIZE);
        }
        if crc32fast::hash(buffer) != member.checksum {
            return Err(ArchiveError::Checksum);
        }
        Ok(true)
    }

    /// The content as a stream, not longer than stated. Its checksum is not looked at.
    pub fn stream<'s>(
        &'s mut self,
        member: &Located,
    ) -> Result<impl Read + use<'s, R>, ArchiveError> {
        let size = member.size;
        Ok(self.content(member)?.take(size))
    }

    /// The content of a member that keeps its bounds, by what is stated of it.
    fn content<'s>(
        &'s mut self,
        member: &Located,
    ) -> Result<Content<impl BufRead + use<'s, R>>, ArchiveError> {
        let Limits {
            member_bytes: limit,
            total_bytes,
            ratio,
            ..
        } = self.limits;
        if member.is_encrypted {
            return Err(ArchiveError::Unsupported { what: "encryption" });
        }
        if member.size > limit {
            return Err(ArchiveError::MemberTooLarge { limit });
        }
        if is_bomb(member.packed, member.size, ratio) {
            return Err(ArchiveError::RatioTooHigh { limit: ratio });
        }
        self.inflated = self.inflated.saturating_add(member.size);
        if self.inflated > total_bytes {
            return Err(ArchiveError::TotalTooLarge { limit: total_bytes });
        }
        self.go_to_data(member)?;
        let data = (&mut self.reader).take(member.packed);
        match member.method {
            0 => Ok(Content::Stored(data)),
            8 => Ok(Content::Deflated(DeflateDecoder::new(data))),
            _ => Err(ArchiveError::Unsupported {
                what: "a compression other than deflate",
            }),
        }
    }

    /// Goes to the first packed byte and compares the member's own header with the directory.
    fn go_to_data(&mut self, member: &Located) -> Result<(), ArchiveError> {
        let wrong = |what| ArchiveError::Inconsistent { what };
        // `seek_relative` keeps the buffer, which makes a walk through small neighbours cheap.
        let position = self.reader.stream_position()?;
        match i64::try_from(i128::from(member.offset) - i128::from(position)) {
            Ok(distance) => self.reader.seek_relative(distance)?,
            Err(_) => drop(self.reader.seek(SeekFrom::Start(member.offset))?),
        }
        let mut header = [0; LOCAL_HEADER];
        read_exact(&mut self.reader, &mut header)?;
        let mut fields = Fields(&header);
        if fields.u32() != Some(LOCAL_SIGNATURE) {
            return Err(wrong("a member is not where the directory says"));
        }
        fields.take(22);
        let name_length = fields.u16().unwrap_or_default();
        let extra_length = fields.u16().unwrap_or_default();
        let mut name = vec![0; usize::from(name_length)];
        read_exact(&mut self.reader, &mut name)?;
        if name != member.name {
            return Err(wrong(
                "a member has another name than the directory gives it",
            ));
        }
        self.reader.seek_relative(i64::from(extra_length))?;
        Ok(())
    }
}

const OTHER_SIZE: ArchiveError = ArchiveError::Inconsistent {
    what: "a member has another size than the directory gives it",
};

enum Content<D> {
    Stored(D),
    Deflated(DeflateDecoder<D>),
}

impl<D: BufRead> Read for Content<D> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Stored(data) => data.read(buffer),
            Self::Deflated(decoder) => decoder.read(buffer),
        }
    }
}

fn fill(content: &mut impl Read, buffer: &mut [u8]) -> Result<(), ArchiveError> {
    let mut rest = buffer;
    while !rest.is_empty() {
        match content.read(rest) {
            Ok(0) => return Err(OTHER_SIZE),
            Ok(count) => rest = rest.get_mut(count..).unwrap_or_default(),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(damaged(error)),
        }
    }
    Ok(())
}

fn damaged(error: io::Error) -> ArchiveError {
    match error.kind() {
        io::ErrorKind::InvalidInput | io::ErrorKind::UnexpectedEof => ArchiveError::Inconsistent {
            what: "the packed bytes of a member are damaged",
        },
        _ => ArchiveError::from(error),
    }
}
