//! Zip archives, read by their central directory.
//!
//! The reader is our own because the usual ones keep several hundred bytes for each member and leave the
//! checks that matter here to the caller: members that overlap (the trick of the small bombs that inflate
//! to petabytes), names that differ between directory and member, sizes that lie.

mod directory;
mod reader;

use std::{
    io::{Read, Seek},
    ops::ControlFlow,
};

use self::directory::Directory;
pub use self::{
    directory::Located,
    reader::{Index, MemberReader},
};
use super::{ArchiveError, Body, Limits, Member};

const LOCAL_HEADER: usize = 30;
const LOCAL_SIGNATURE: u32 = 0x0403_4b50;

/// Visits the files of a zip archive in the order of its directory until the visitor breaks off. Folders
/// are passed over.
///
/// What is wrong with the archive as a whole is an error here; what is wrong with one member is the error
/// of its [`Member::read`], and the visitor decides whether to go on.
pub fn visit<R, E>(
    reader: R,
    limits: &Limits,
    visitor: &mut dyn FnMut(&mut Member<'_>) -> Result<ControlFlow<()>, E>,
) -> Result<(), E>
where
    R: Read + Seek,
    E: From<ArchiveError>,
{
    let mut reader = MemberReader::new(reader, limits);
    let directory = Directory::read(reader.inner(), limits)?;
    let mut body = ZipBody {
        reader,
        member: Located::default(),
    };
    for member in directory.members() {
        body.member = member?;
        if body.member.name.ends_with(b"/") {
            continue;
        }
        let name = body.member.name().into_owned();
        let facts = (body.member.size, body.member.mode);
        if visitor(&mut Member::new(&name, facts, &mut body))?.is_break() {
            break;
        }
    }
    Ok(())
}

struct ZipBody<R> {
    reader: MemberReader<R>,
    member: Located,
}

impl<R: Read + Seek> Body for ZipBody<R> {
    fn read_if(
        &mut self,
        buffer: &mut Vec<u8>,
        is_wanted: &mut dyn FnMut(&[u8]) -> bool,
    ) -> Result<bool, ArchiveError> {
        self.reader.read_if(&self.member, buffer, is_wanted)
    }
}

fn read_exact(reader: &mut impl Read, buffer: &mut [u8]) -> Result<(), ArchiveError> {
    reader
        .read_exact(buffer)
        .map_err(|error| match error.kind() {
            std::io::ErrorKind::UnexpectedEof => ArchiveError::NotAnArchive { kind: "zip" },
            _ => ArchiveError::from(error),
        })
}

#[cfg(test)]
pub(crate) mod tests {
    use std::io::{Cursor, Write};

    use ::zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};
    use proptest::prelude::*;

    use super::*;

    pub(crate) fn pack(members: &[(&str, &[u8])], method: CompressionMethod) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in members {
            writer
                .start_file(
                    *name,
                    SimpleFileOptions::default().compression_method(method),
                )
                .unwrap();
            writer.write_all(bytes).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    fn check_with(archive: &[u8], limits: &Limits) -> String {
        let mut seen = Vec::new();
        let outcome = visit(Cursor::new(archive), limits, &mut |member| {
            let content = match member.read() {
                Ok(bytes) => String::from_utf8_lossy(&bytes[..bytes.len().min(9)]).into_owned(),
                Err(error) => error.to_string(),
            };
            seen.push(format!("{}: {content}", member.name()));
            Ok::<_, ArchiveError>(ControlFlow::Continue(()))
        });
        if let Err(error) = outcome {
            seen.push(error.to_string());
        }
        seen.join("\n")
    }

    fn check(archive: &[u8]) -> String {
        check_with(archive, &Limits::ARTIFACT)
    }

    const TWO: &[(&str, &[u8])] = &[("a/one.txt", b"first"), ("two", b"second")];

    fn replace(bytes: &[u8], from: &[u8], to: &[u8], from_end: bool) -> Vec<u8> {
        let mut places = (0..bytes.len()).filter(|&i| bytes[i..].starts_with(from));
        let place = if from_end {
            places.next_back()
        } else {
            places.next()
        }
        .unwrap();
        [&bytes[..place], to, &bytes[place + from.len()..]].concat()
    }

    #[test]
    fn members_come_in_order_with_their_content() {
        for method in [CompressionMethod::Stored, CompressionMethod::Deflated] {
            assert_eq!(check(&pack(TWO, method)), "a/one.txt: first\ntwo: second");
        }
        let prefixed = [
            b"#!/bin/sh\n".as_slice(),
            &pack(TWO, CompressionMethod::Stored),
        ]
        .concat();
        assert_eq!(check(&prefixed), "a/one.txt: first\ntwo: second");
        assert_eq!(check(&pack(&[], CompressionMethod::Stored)), "");
    }

    #[test]
    fn a_visitor_can_break_off() {
        let mut count = 0;
        visit(
            Cursor::new(pack(TWO, CompressionMethod::Stored)),
            &Limits::FEED,
            &mut |_| {
                count += 1;
                Ok::<_, ArchiveError>(ControlFlow::Break(()))
            },
        )
        .unwrap();
        assert_eq!(count, 1);
    }

    #[test]
    fn a_torn_archive_is_none() {
        let whole = pack(TWO, CompressionMethod::Deflated);
        for length in 0..whole.len() {
            assert_eq!(
                check(&whole[..length]),
                "not a complete zip archive",
                "{length}"
            );
        }
    }

    #[test]
    fn lies_about_a_member_are_its_error_only() {
        let whole = pack(TWO, CompressionMethod::Stored);
        let content = replace(&whole, b"first", b"fIrst", false);
        assert_eq!(
            check(&content),
            "a/one.txt: the checksum does not fit the content\ntwo: second"
        );
        let renamed = replace(&whole, b"a/one.txt", b"a/two.txt", false);
        assert_eq!(
            check(&renamed),
            "a/one.txt: the archive contradicts itself: a member has another name than the directory gives it\ntwo: second"
        );
        let unpacked = pack(&[("x", &[b'x'; 400])], CompressionMethod::Deflated);
        let smaller = replace(
            &unpacked,
            &400_u32.to_le_bytes(),
            &5_u32.to_le_bytes(),
            true,
        );
        assert_eq!(
            check(&smaller),
            "x: the archive contradicts itself: a member has another size than the directory gives it"
        );
    }

    #[test]
    fn limits_hold() {
        let whole = pack(TWO, CompressionMethod::Deflated);
        let limits = Limits::ARTIFACT;
        assert_eq!(
            check_with(
                &whole,
                &Limits {
                    members: 1,
                    ..limits
                }
            ),
            "more than 1 members"
        );
        assert_eq!(
            check_with(
                &whole,
                &Limits {
                    member_bytes: 5,
                    ..limits
                }
            ),
            "a/one.txt: first\ntwo: larger than 5 bytes when unpacked"
        );
        assert_eq!(
            check_with(
                &whole,
                &Limits {
                    total_bytes: 7,
                    ..limits
                }
            ),
            "a/one.txt: first\ntwo: the archive unpacks to more than 7 bytes"
        );
    }

    #[test]
    fn a_bomb_is_not_inflated() {
        let zeros = vec![0; 32 << 20];
        let bomb = pack(&[("zeros", &zeros)], CompressionMethod::Deflated);
        let limits = Limits {
            member_bytes: u64::MAX,
            ..Limits::ARTIFACT
        };
        assert_eq!(
            check_with(&bomb, &limits),
            "zeros: unpacks to more than 200 times its size, as only a decompression bomb does"
        );
    }

    #[test]
    fn members_that_overlap_are_refused() {
        let whole = pack(
            &[("one", b"first"), ("two", b"other")],
            CompressionMethod::Stored,
        );
        // The directory entry of `two` is pointed at the place of `one`.
        let second = u32::try_from(
            (1..whole.len())
                .find(|&i| whole[i..].starts_with(b"PK\x03\x04"))
                .unwrap(),
        )
        .unwrap();
        let overlapping = replace(&whole, &second.to_le_bytes(), &0_u32.to_le_bytes(), true);
        assert_eq!(
            check(&overlapping),
            "the archive contradicts itself: members overlap"
        );
    }

    #[test]
    fn a_directory_that_claims_too_much_is_refused() {
        let mut whole = pack(TWO, CompressionMethod::Stored);
        let end = whole.len();
        whole[end - 14..end - 10].copy_from_slice(&[0xf0, 0xff, 0xf0, 0xff]);
        assert_eq!(
            check(&whole),
            "the archive contradicts itself: its directory does not fit its end"
        );
    }

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            check(&bytes);
        }

        #[test]
        fn never_panics_on_damage(at in 0_usize..250, byte: u8) {
            let mut whole = pack(TWO, CompressionMethod::Deflated);
            if let Some(place) = whole.get_mut(at) {
                *place = byte;
            }
            check(&whole);
        }
    }
}
