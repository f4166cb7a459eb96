//! Content that nobody can read: what it is, by its first bytes, and how much it can hide.

use bartizan_formats::{contents::is_binary, digest::Digest};
use bartizan_model::severity::SeverityLevel::{self, High, Low, Medium};

use super::Subject;
use crate::{
    change::Content,
    kind::{Role, extension},
    sighting::{Opaque, Seen},
};

/// What some bytes are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A program, a library, machine code of a kind.
    Program,
    /// Packed.
    Archive,
    /// A picture, a font, a document, a sound.
    Picture,
    /// Objects of Python, which run code when they are read.
    Pickle,
    /// Numbers in a known form.
    Numbers,
    /// Nothing that is known.
    Unknown,
}

/// First bytes, and what has them.
const MAGIC: &[(&[u8], Kind, &str)] = &[
    (b"\x7fELF", Kind::Program, "a program or library (ELF)"),
    (b"MZ", Kind::Program, "a program or library (PE)"),
    (
        b"\xcf\xfa\xed\xfe",
        Kind::Program,
        "a program or library (Mach-O)",
    ),
    (
        b"\xce\xfa\xed\xfe",
        Kind::Program,
        "a program or library (Mach-O)",
    ),
    (
        b"\xca\xfe\xba\xbe",
        Kind::Program,
        "a program (Mach-O or Java)",
    ),
    (b"\0asm", Kind::Program, "a program (WebAssembly)"),
    (b"!<arch>\n", Kind::Program, "a library (ar)"),
    (b"PK\x03\x04", Kind::Archive, "an archive (zip)"),
    (b"PK\x05\x06", Kind::Archive, "an archive (zip)"),
    (b"\x1f\x8b", Kind::Archive, "packed (gzip)"),
    (b"BZh", Kind::Archive, "packed (bzip2)"),
    (b"\xfd7zXZ\0", Kind::Archive, "packed (xz)"),
    (b"\x28\xb5\x2f\xfd", Kind::Archive, "packed (zstd)"),
    (b"7z\xbc\xaf\x27\x1c", Kind::Archive, "an archive (7z)"),
    (b"Rar!", Kind::Archive, "an archive (rar)"),
    (b"LZIP", Kind::Archive, "packed (lzip)"),
    (b"\x5d\0\0", Kind::Archive, "packed (lzma)"),
    (b"\x04\x22\x4d\x18", Kind::Archive, "packed (lz4)"),
    (b"\x89PNG\r\n\x1a\n", Kind::Picture, "a picture"),
    (b"\xff\xd8\xff", Kind::Picture, "a picture"),
    (b"GIF8", Kind::Picture, "a picture"),
    (b"BM", Kind::Picture, "a picture"),
    (b"II*\0", Kind::Picture, "a picture"),
    (b"MM\0*", Kind::Picture, "a picture"),
    (b"RIFF", Kind::Picture, "a picture or sound"),
    (b"\0\0\x01\0", Kind::Picture, "a picture"),
    (b"%PDF-", Kind::Picture, "a document"),
    (b"wOFF", Kind::Picture, "a font"),
    (b"wOF2", Kind::Picture, "a font"),
    (b"\0\x01\0\0\0", Kind::Picture, "a font"),
    (b"OTTO", Kind::Picture, "a font"),
    (b"\x93NUMPY", Kind::Numbers, "an array of NumPy"),
    (b"\x89HDF\r\n\x1a\n", Kind::Numbers, "data (HDF5)"),
    (b"CDF\x01", Kind::Numbers, "data (NetCDF)"),
    (b"CDF\x02", Kind::Numbers, "data (NetCDF)"),
    (b"MATLAB 5.0", Kind::Numbers, "data (MATLAB)"),
    (b"SIMPLE  =", Kind::Numbers, "data (FITS)"),
    (b"PAR1", Kind::Numbers, "data (Parquet)"),
    (b"SQLite format 3\0", Kind::Numbers, "a database"),
];

/// What bytes are, by their begin; and the words for it.
pub(super) fn kind_of(bytes: &[u8]) -> (Kind, &'static str) {
    let known = MAGIC.iter().find(|(magic, ..)| bytes.starts_with(magic));
    if let Some((_, kind, words)) = known {
        return (*kind, words);
    }
    if bytes.get(257..262) == Some(b"ustar") {
        return (Kind::Archive, "an archive (tar)");
    }
    if matches!(bytes, [0x80, 2..=5, .., b'.']) {
        return (Kind::Pickle, "a pickle");
    }
    (Kind::Unknown, "of no known form")
}

/// Whether bytes are nothing to read: zeros among the first of them, or more than a third of them controls or no UTF-8.
pub(crate) fn is_opaque(bytes: &[u8]) -> bool {
    if is_binary(bytes) {
        return true;
    }
    let head = bytes.get(..8_000).unwrap_or(bytes);
    let is_odd = |byte: &&u8| {
        byte.is_ascii_control() && !matches!(byte, b'\n' | b'\r' | b'\t' | 0x0c | 0x1b)
    };
    let controls = head.iter().filter(is_odd).count();
    let is_text = match std::str::from_utf8(head) {
        Ok(_) => true,
        // The cut may go through a character.
        Err(error) => error.valid_up_to().saturating_add(4) > head.len(),
    };
    let high = if is_text {
        0
    } else {
        head.iter().filter(|byte| !byte.is_ascii()).count()
    };
    (controls + high).saturating_mul(3) > head.len()
}

/// Below this many bytes a file can hide little more than an order.
const SMALL: u64 = 128;

/// From this many bytes on it can hide a program.
const LARGE: u64 = 1_024;

pub(super) fn see(subject: &Subject<'_>, seen: &mut Vec<Seen>) {
    let (size, snippet, kind, words) = match &subject.file.content {
        Content::Bytes(bytes) if is_opaque(bytes) => {
            let (kind, words) = kind_of(bytes);
            (
                bytes.len() as u64,
                Digest::of(bytes).to_string(),
                kind,
                words,
            )
        }
        Content::Binary => (
            LARGE,
            subject.file.path.clone(),
            Kind::Unknown,
            "nothing that the patch shows",
        ),
        Content::Unseen { why, size } => {
            let message = format!("nobody could look into it: {why}");
            let unseen = Seen::new("unseen-content", None, subject.file.path.clone(), message);
            seen.push(Seen {
                opaque: Some(opaque(size.unwrap_or(LARGE))),
                ..unseen
            });
            return;
        }
        _ => return,
    };
    let rule = match kind {
        Kind::Program => "committed-program",
        Kind::Pickle => "committed-pickle",
        _ => "opaque-content",
    };
    let message = format!("{size} bytes that nobody can read, {words}");
    let mut it = Seen::new(rule, None, snippet, message);
    if rule == "opaque-content" {
        it = it.severity(severity(kind, subject, size));
    }
    seen.push(Seen {
        opaque: Some(opaque(size)),
        ..it
    });
}

fn opaque(size: u64) -> Opaque {
    Opaque {
        size,
        is_swapped: false,
    }
}

/// Pictures that are what their names say are everywhere; packed or unknown bytes are where programs hide.
fn severity(kind: Kind, subject: &Subject<'_>, size: u64) -> SeverityLevel {
    let is_named_so = matches!(
        extension(&subject.file.path.to_ascii_lowercase()),
        "png"
            | "jpg"
            | "jpeg"
            | "gif"
            | "bmp"
            | "tif"
            | "tiff"
            | "ico"
            | "webp"
            | "wav"
            | "avi"
            | "pdf"
            | "woff"
            | "woff2"
            | "ttf"
            | "otf"
            | "mo"
    );
    match kind {
        Kind::Picture if is_named_so => Low,
        _ if size < SMALL => Low,
        Kind::Numbers => Medium,
        // What is packed is made to be unpacked by something: one of the two of xz had less than half a kilobyte.
        Kind::Archive => High,
        _ if size < LARGE && subject.role == Role::Test => Medium,
        _ => High,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn texts_are_readable_and_noise_is_not() {
        for text in ["", "plain", "größe\n", "\u{feff}x", "caf\u{e9} \x1b[0m"] {
            assert!(!is_opaque(text.as_bytes()), "{text}");
        }
        // A text in an old encoding.
        assert!(!is_opaque(b"caf\xe9 with a long line of letters"));
        for bytes in [&b"\0"[..], b"\xff\xfe\xfd\xfc", b"\x01\x02\x03a"] {
            assert!(is_opaque(bytes), "{bytes:?}");
        }
        assert_eq!(kind_of(b"\x80\x04}q\0.").0, Kind::Pickle);
    }

    proptest! {
        #[test]
        fn never_panics(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
            is_opaque(&bytes);
            kind_of(&bytes);
        }
    }
}
