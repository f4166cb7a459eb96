//! Gzip streams that stop growing at a limit.

use std::io::{self, BufRead, BufReader, Read};

use flate2::bufread::MultiGzDecoder;

use super::{ArchiveError, Limits, is_bomb};

/// An inflating reader that fails when more comes out than its limits allow. The error that it gives is an
/// [`ArchiveError`] inside an [`io::Error`]; `ArchiveError::from` takes it out again.
pub struct Inflated<R> {
    decoder: MultiGzDecoder<Counted<BufReader<R>>>,
    limits: Limits,
    total: u64,
}

impl<R: Read> Inflated<R> {
    /// Inflates what `packed` gives, within `limits.total_bytes` and `limits.ratio`.
    pub fn new(packed: R, limits: &Limits) -> Self {
        let counted = Counted {
            inner: BufReader::with_capacity(64 << 10, packed),
            count: 0,
        };
        Self {
            decoder: MultiGzDecoder::new(counted),
            limits: *limits,
            total: 0,
        }
    }
}

impl<R: Read> Read for Inflated<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self
            .decoder
            .read(buffer)
            .map_err(|error| match error.kind() {
                io::ErrorKind::InvalidInput
                | io::ErrorKind::InvalidData
                | io::ErrorKind::UnexpectedEof => {
                    io::Error::other(ArchiveError::NotAnArchive { kind: "gzip" })
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
        if is_bomb(self.decoder.get_ref().count, self.total, ratio) {
            return Err(io::Error::other(ArchiveError::RatioTooHigh {
                limit: ratio,
            }));
        }
        Ok(count)
    }
}

/// The whole of a gzip stream.
pub fn inflate(packed: impl Read, limits: &Limits) -> Result<Vec<u8>, ArchiveError> {
    let mut bytes = Vec::new();
    Inflated::new(packed, limits).read_to_end(&mut bytes)?;
    Ok(bytes)
}

struct Counted<R> {
    inner: R,
    count: u64,
}

impl<R: BufRead> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.count += count as u64;
        Ok(count)
    }
}

impl<R: BufRead> BufRead for Counted<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.inner.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.count += amount as u64;
        self.inner.consume(amount);
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::io::Write;

    use flate2::{Compression, write::GzEncoder};

    use super::*;

    pub(crate) fn pack(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn check(packed: &[u8], total_bytes: u64) -> String {
        match inflate(
            packed,
            &Limits {
                total_bytes,
                ..Limits::ARTIFACT
            },
        ) {
            Ok(bytes) => format!("{} bytes", bytes.len()),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn streams_come_out_whole_or_with_a_reason() {
        assert_eq!(check(&pack(b"abc"), 100), "3 bytes");
        let two: Vec<u8> = [pack(b"abc"), pack(b"def")].concat();
        assert_eq!(check(&two, 100), "6 bytes");
        assert_eq!(
            check(&pack(&[7; 1000]), 999),
            "the archive unpacks to more than 999 bytes"
        );
        assert_eq!(check(b"abc", 100), "not a complete gzip archive");
        assert_eq!(
            check(&pack(b"abc")[..12], 100),
            "not a complete gzip archive"
        );
    }

    #[test]
    fn a_bomb_is_cut_short_by_its_ratio() {
        let bomb = pack(&vec![0; 40 << 20]);
        let text = check(&bomb, u64::MAX);
        assert_eq!(
            text,
            "unpacks to more than 200 times its size, as only a decompression bomb does"
        );
    }
}
