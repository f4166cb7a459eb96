//! Packed streams of several kinds that stop growing at a limit.

use std::{
    cell::Cell,
    io::{self, BufReader, Read},
    rc::Rc,
};

use bzip2::bufread::MultiBzDecoder;
use lzma_rust2::XzReader;

use super::{ArchiveError, Limits, gzip::Inflated, is_bomb};

/// The most memory that a stream of xz may ask for, in KiB. The strongest level of the tool asks for 65 MiB.
const LARGEST_XZ_MEMORY: u32 = 128 << 10;

/// The most memory that a stream of zstd may ask for, as a power of two: what the tool itself takes unasked.
const LARGEST_ZSTD_WINDOW: u32 = 27;

/// The largest content of a stream that is held in memory.
const LARGEST_CONTENT: u64 = 256 << 20;

/// How a stream is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Packing {
    /// By gzip.
    Gzip,
    /// By bzip2.
    Bzip2,
    /// By xz.
    Xz,
    /// By zstd.
    Zstd,
    /// Not at all.
    None,
}

impl Packing {
    /// By the first bytes.
    pub fn of_content(head: &[u8]) -> Self {
        match head {
            [0x1f, 0x8b, ..] => Self::Gzip,
            [b'B', b'Z', b'h', b'1'..=b'9', ..] => Self::Bzip2,
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Self::Xz,
            // Streams of zstd may begin with frames that say nothing.
            [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Self::Zstd,
            _ => Self::None,
        }
    }

    /// The content of a stream that is no archive, such as a manual page in gzip.
    pub fn content(self, packed: &[u8]) -> Result<Vec<u8>, ArchiveError> {
        let limits = Limits {
            total_bytes: LARGEST_CONTENT,
            ..Limits::ARTIFACT
        };
        let mut content = Vec::new();
        self.unpack(packed, &limits).read_to_end(&mut content)?;
        Ok(content)
    }

    /// The content of a stream, within `limits.total_bytes` and `limits.ratio`.
    pub fn unpack<'r>(self, packed: impl Read + 'r, limits: &Limits) -> Box<dyn Read + 'r> {
        let (counted, count) = Counted::new(packed);
        let counted = BufReader::with_capacity(64 << 10, counted);
        match self {
            Self::Gzip => Box::new(Inflated::new(counted, limits)),
            Self::Bzip2 => {
                let decoder = MultiBzDecoder::new(counted);
                Box::new(Bounded::new(decoder, "bzip2", count, limits))
            }
            Self::Xz => {
                let decoder = XzReader::new_mem_limit(counted, true, LARGEST_XZ_MEMORY);
                Box::new(Bounded::new(decoder, "xz", count, limits))
            }
            Self::Zstd => match zstd(counted) {
                Ok(decoder) => Box::new(Bounded::new(decoder, "zstd", count, limits)),
                Err(error) => Box::new(Failed(Some(error))),
            },
            Self::None => Box::new(counted),
        }
    }
}

/// The content of a stream of xz, with bounded memory and nothing else.
pub(crate) fn xz(packed: &[u8]) -> impl Read + '_ {
    XzReader::new_mem_limit(packed, false, LARGEST_XZ_MEMORY)
}

fn zstd<'r, R: Read>(
    packed: BufReader<R>,
) -> io::Result<::zstd::stream::read::Decoder<'r, BufReader<R>>> {
    let mut decoder = ::zstd::stream::read::Decoder::with_buffer(packed)?;
    decoder.window_log_max(LARGEST_ZSTD_WINDOW)?;
    Ok(decoder)
}

/// A stream that cannot even be begun.
struct Failed(Option<io::Error>);

impl Read for Failed {
    fn read(&mut self, _buffer: &mut [u8]) -> io::Result<usize> {
        Err(self
            .0
            .take()
            .unwrap_or_else(|| io::Error::other(ArchiveError::NotAnArchive { kind: "zstd" })))
    }
}

/// A decoder that fails when more comes out than its limits allow. The error that it gives is an [`ArchiveError`] inside
/// an [`io::Error`]; `ArchiveError::from` takes it out again.
pub(super) struct Bounded<D> {
    decoder: D,
    kind: &'static str,
    packed: Rc<Cell<u64>>,
    limits: Limits,
    total: u64,
}

impl<D> Bounded<D> {
    pub(super) fn new(
        decoder: D,
        kind: &'static str,
        packed: Rc<Cell<u64>>,
        limits: &Limits,
    ) -> Self {
        Self {
            decoder,
            kind,
            packed,
            limits: *limits,
            total: 0,
        }
    }
}

impl<D: Read> Read for Bounded<D> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let kind = self.kind;
        let count = self
            .decoder
            .read(buffer)
            .map_err(|error| match error.kind() {
                io::ErrorKind::InvalidInput
                | io::ErrorKind::InvalidData
                | io::ErrorKind::UnexpectedEof => {
                    io::Error::other(ArchiveError::NotAnArchive { kind })
                }
                // The decoder of zstd has one kind for everything.
                io::ErrorKind::Other if kind == "zstd" && !is_own(&error) => {
                    io::Error::other(ArchiveError::NotAnArchive { kind })
                }
                _ => error,
            })?;
        self.total += count as u64;
        let Limits {
            total_bytes, ratio, ..
        } = self.limits;
        if self.total > total_bytes {
            return Err(io::Error::other(ArchiveError::TotalTooLarge {
                limit: total_bytes,
            }));
        }
        if is_bomb(self.packed.get(), self.total, ratio) {
            return Err(io::Error::other(ArchiveError::RatioTooHigh {
                limit: ratio,
            }));
        }
        Ok(count)
    }
}

fn is_own(error: &io::Error) -> bool {
    let inner = error.get_ref();
    inner
        .and_then(|inner| inner.downcast_ref::<ArchiveError>())
        .is_some()
}

/// A reader whose bytes are counted.
pub(super) struct Counted<R> {
    inner: R,
    count: Rc<Cell<u64>>,
}

impl<R> Counted<R> {
    pub(super) fn new(inner: R) -> (Self, Rc<Cell<u64>>) {
        let count = Rc::new(Cell::new(0));
        let counted = Self {
            inner,
            count: Rc::clone(&count),
        };
        (counted, count)
    }
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.count.set(self.count.get() + count as u64);
        Ok(count)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::archive::gzip::tests::pack as gzip;

    pub(crate) fn bzip2(bytes: &[u8]) -> Vec<u8> {
        let mut packed = Vec::new();
        ::bzip2::read::BzEncoder::new(bytes, ::bzip2::Compression::best())
            .read_to_end(&mut packed)
            .unwrap();
        packed
    }

    /// A stream of xz that stores its bytes as they are, so that no encoder is needed.
    pub(crate) fn xz(bytes: &[u8]) -> Vec<u8> {
        let mut flags = vec![0, 0];
        let mut stream = b"\xfd7zXZ\0\0\0".to_vec();
        stream.extend(crc32fast::hash(&flags).to_le_bytes());
        // One block, one filter: LZMA2 with the smallest dictionary; no check.
        let header = [2, 0, 0x21, 1, 0, 0, 0, 0];
        stream.extend(header);
        stream.extend(crc32fast::hash(&header).to_le_bytes());
        let begin = stream.len();
        for (number, chunk) in bytes.chunks(1 << 12).enumerate() {
            let size = u16::try_from(chunk.len() - 1).unwrap();
            stream.push(if number == 0 { 1 } else { 2 });
            stream.extend(size.to_be_bytes());
            stream.extend(chunk);
        }
        stream.push(0);
        let unpadded = 12 + stream.len() - begin;
        stream.resize(stream.len().next_multiple_of(4), 0);
        let mut index = vec![0, 1];
        for number in [unpadded, bytes.len()] {
            let mut left = number;
            while left >= 0x80 {
                index.push(u8::try_from(left & 0x7f).unwrap() | 0x80);
                left >>= 7;
            }
            index.push(u8::try_from(left).unwrap());
        }
        index.resize(index.len().next_multiple_of(4), 0);
        index.extend(crc32fast::hash(&index).to_le_bytes());
        let backward = u32::try_from(index.len() / 4 - 1).unwrap();
        stream.extend(index);
        let mut footer = backward.to_le_bytes().to_vec();
        footer.append(&mut flags);
        stream.extend(crc32fast::hash(&footer).to_le_bytes());
        stream.extend(footer);
        stream.extend(b"YZ");
        stream
    }

    pub(crate) fn zstd(bytes: &[u8]) -> Vec<u8> {
        ::zstd::encode_all(bytes, 1).unwrap()
    }

    fn check(packed: &[u8], total_bytes: u64) -> String {
        let limits = Limits {
            total_bytes,
            ..Limits::ARTIFACT
        };
        let mut bytes = Vec::new();
        let packing = Packing::of_content(packed);
        match packing.unpack(packed, &limits).read_to_end(&mut bytes) {
            Ok(count) => format!("{packing:?}: {count} bytes"),
            Err(error) => format!("{packing:?}: {}", ArchiveError::from(error)),
        }
    }

    #[test]
    fn streams_come_out_whole_or_with_a_reason() {
        for (kind, pack) in [
            ("Gzip", gzip as fn(&[u8]) -> Vec<u8>),
            ("Bzip2", bzip2),
            ("Xz", xz),
            ("Zstd", zstd),
        ] {
            let packed = pack(&[7; 10_000]);
            assert_eq!(check(&packed, 10_000), format!("{kind}: 10000 bytes"));
            let too_large = "the archive unpacks to more than 9999 bytes";
            assert_eq!(check(&packed, 9_999), format!("{kind}: {too_large}"));
            let cut = check(&packed[..packed.len() - 9], 10_000);
            assert!(cut.contains("not a complete"), "{cut}");
            let two = [packed.clone(), packed].concat();
            assert_eq!(check(&two, 20_000), format!("{kind}: 20000 bytes"));
        }
        assert_eq!(check(b"abc", 100), "None: 3 bytes");
    }

    #[test]
    fn a_bomb_is_cut_short_by_its_ratio() {
        let text = check(&bzip2(&vec![0; 40 << 20]), u64::MAX);
        assert!(
            text.ends_with("as only a decompression bomb does"),
            "{text}"
        );
    }

    #[test]
    fn a_stream_that_asks_for_much_memory_is_refused() {
        let mut packed = xz(b"abc");
        // A dictionary of 1 GiB.
        packed[16] = 36;
        let header = crc32fast::hash(&packed[12..20]).to_le_bytes();
        packed[20..24].copy_from_slice(&header);
        assert_ne!(check(&packed, 100), "Xz: 3 bytes");
    }

    proptest! {
        #[test]
        fn never_panics_on_damage(at in 0_usize..200, byte: u8) {
            for mut packed in [bzip2(b"some text, some text"), xz(b"some text"), zstd(b"some text")] {
                if let Some(place) = packed.get_mut(at) {
                    *place = byte;
                }
                check(&packed, 1 << 20);
            }
        }
    }
}
