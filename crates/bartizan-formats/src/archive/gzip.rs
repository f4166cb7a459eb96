//! Gzip streams that stop growing at a limit.

use std::io::{self, BufReader, Read};

use flate2::bufread::MultiGzDecoder;

use super::{
    ArchiveError, Limits,
    packed::{Bounded, Counted},
};

/// An inflating reader that fails when more comes out than its limits allow. The error that it gives is an
/// [`ArchiveError`] inside an [`io::Error`]; `ArchiveError::from` takes it out again.
pub struct Inflated<R>(Bounded<MultiGzDecoder<BufReader<Counted<R>>>>);

impl<R: Read> Inflated<R> {
    /// Inflates what `packed` gives, within `limits.total_bytes` and `limits.ratio`.
    pub fn new(packed: R, limits: &Limits) -> Self {
        let (counted, count) = Counted::new(packed);
        let decoder = MultiGzDecoder::new(BufReader::with_capacity(64 << 10, counted));
        Self(Bounded::new(decoder, "gzip", count, limits))
    }
}

impl<R: Read> Read for Inflated<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer)
    }
}

/// The whole of a gzip stream.
pub fn inflate(packed: impl Read, limits: &Limits) -> Result<Vec<u8>, ArchiveError> {
    let mut bytes = Vec::new();
    Inflated::new(packed, limits).read_to_end(&mut bytes)?;
    Ok(bytes)
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
