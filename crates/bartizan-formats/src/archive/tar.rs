//! Tar archives, plain or in gzip, read in one pass.
//!
//! A visitor is shown regular files only. Links are passed over: what they would stand for is not in the archive
//! or is a file of its own. The layers of images, where links have a meaning, are visited with everything in them.

use std::{
    collections::BTreeMap,
    io::{self, Read, Seek, SeekFrom},
    ops::ControlFlow,
};

use ::tar::{Archive, Entries, Entry, EntryType};

use super::{ArchiveError, Body, HEAD, LONGEST_NAME, Limits, Member, Packing, gzip::Inflated};

/// What a member is besides its name and content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    File,
    Directory,
    SymbolicLink(String),
    /// A second name of another member.
    HardLink(String),
    Other,
}

/// Visits the regular files of a tar archive until the visitor breaks off.
pub fn visit<R, E>(
    reader: R,
    limits: &Limits,
    visitor: &mut dyn FnMut(&mut Member<'_>) -> Result<ControlFlow<()>, E>,
) -> Result<(), E>
where
    R: Read,
    E: From<ArchiveError>,
{
    visit_all(reader, limits, &mut |kind, member| match kind {
        Kind::File => visitor(member),
        _ => Ok(ControlFlow::Continue(())),
    })
}

/// What is shown everything in an archive.
pub(crate) type AnyVisitor<'v, E> =
    dyn FnMut(&Kind, &mut Member<'_>) -> Result<ControlFlow<()>, E> + 'v;

/// Visits everything that a tar archive holds until the visitor breaks off.
pub(crate) fn visit_all<R, E>(
    reader: R,
    limits: &Limits,
    visitor: &mut AnyVisitor<'_, E>,
) -> Result<(), E>
where
    R: Read,
    E: From<ArchiveError>,
{
    let mut archive = Archive::new(reader.take(limits.total_bytes.saturating_add(1)));
    let entries = archive.entries().map_err(ArchiveError::from)?.raw(true);
    let mut pending = Pending::default();
    let mut seen_bytes = 0_u64;
    for (count, entry) in (1_u64..).zip(entries) {
        let mut entry = entry.map_err(damaged)?;
        check_count(count, limits)?;
        seen_bytes = seen_bytes.saturating_add(entry.size());
        if seen_bytes > limits.total_bytes {
            return Err(ArchiveError::TotalTooLarge {
                limit: limits.total_bytes,
            }
            .into());
        }
        if pending.take_in(&mut entry)? {
            continue;
        }
        let (name, kind) = pending.finish(&entry)?;
        let size = entry.size();
        let mode = entry.header().mode().ok();
        let mut body = TarBody {
            entry,
            limit: limits.member_bytes,
        };
        if visitor(&kind, &mut Member::new(&name, (size, mode), &mut body))?.is_break() {
            break;
        }
    }
    Ok(())
}

fn check_count(count: u64, limits: &Limits) -> Result<(), ArchiveError> {
    if count > limits.members {
        return Err(ArchiveError::TooManyMembers {
            limit: limits.members,
        });
    }
    Ok(())
}

/// The same of an archive in any packing.
pub(crate) fn visit_all_packed<R, E>(
    reader: R,
    packing: Packing,
    limits: &Limits,
    visitor: &mut AnyVisitor<'_, E>,
) -> Result<(), E>
where
    R: Read,
    E: From<ArchiveError>,
{
    visit_all(packing.unpack(reader, limits), limits, visitor)
}

/// Where a member of an archive lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    /// A regular file: where its content begins, and how long it is.
    File { begin: u64, size: u64 },
    /// A link to another member.
    Link(String),
}

/// Where the members of a plain tar archive lie, by name. Their content is passed over by seeking.
pub(crate) fn places(
    mut reader: impl Read + Seek,
    limits: &Limits,
) -> Result<BTreeMap<String, Place>, ArchiveError> {
    let length = reader.seek(SeekFrom::End(0))?;
    reader.rewind()?;
    let mut archive = Archive::new(reader);
    let entries = archive.entries_with_seek()?;
    gather(
        entries,
        length,
        limits,
        &mut |_name, _size, _content| Ok(()),
    )
}

/// Shown the name, size and content of each file.
type ContentVisitor<'v> = dyn FnMut(&str, u64, &mut dyn Read) -> Result<(), ArchiveError> + 'v;

/// The same for a stream, counted from its begin; the visitor may read each file on the way.
pub(crate) fn places_of_stream(
    reader: impl Read,
    limits: &Limits,
    visitor: &mut ContentVisitor<'_>,
) -> Result<BTreeMap<String, Place>, ArchiveError> {
    let mut archive = Archive::new(reader);
    gather(archive.entries()?, u64::MAX, limits, visitor)
}

fn gather<R: Read>(
    entries: Entries<'_, R>,
    length: u64,
    limits: &Limits,
    visitor: &mut ContentVisitor<'_>,
) -> Result<BTreeMap<String, Place>, ArchiveError> {
    let mut pending = Pending::default();
    let mut places = BTreeMap::new();
    for (count, entry) in (1_u64..).zip(entries.raw(true)) {
        let mut entry = entry.map_err(damaged)?;
        check_count(count, limits)?;
        if pending.take_in(&mut entry)? {
            continue;
        }
        let (name, kind) = pending.finish(&entry)?;
        let (begin, size) = (entry.raw_file_position(), entry.size());
        if begin.saturating_add(size) > length {
            return Err(ArchiveError::NotAnArchive { kind: "tar" });
        }
        let place = match kind {
            Kind::File => Place::File { begin, size },
            Kind::SymbolicLink(target) | Kind::HardLink(target) => Place::Link(target),
            Kind::Directory | Kind::Other => continue,
        };
        if matches!(place, Place::File { .. }) {
            visitor(&name, size, &mut entry)?;
        }
        places.insert(name, place);
    }
    Ok(places)
}

/// Visits the regular files of a tar archive in gzip until the visitor breaks off.
pub fn visit_gzip<R, E>(
    reader: R,
    limits: &Limits,
    visitor: &mut dyn FnMut(&mut Member<'_>) -> Result<ControlFlow<()>, E>,
) -> Result<(), E>
where
    R: Read,
    E: From<ArchiveError>,
{
    visit(Inflated::new(reader, limits), limits, visitor)
}

/// Visits the regular files of a tar archive in any packing until the visitor breaks off.
pub fn visit_packed<R, E>(
    reader: R,
    packing: Packing,
    limits: &Limits,
    visitor: &mut dyn FnMut(&mut Member<'_>) -> Result<ControlFlow<()>, E>,
) -> Result<(), E>
where
    R: Read,
    E: From<ArchiveError>,
{
    visit(packing.unpack(reader, limits), limits, visitor)
}

/// Everything but an error of our own means that the bytes are no tar archive, or no longer.
fn damaged(error: io::Error) -> ArchiveError {
    match ArchiveError::from(error) {
        ArchiveError::Io(error)
            if matches!(
                error.kind(),
                io::ErrorKind::Other | io::ErrorKind::UnexpectedEof
            ) =>
        {
            ArchiveError::NotAnArchive { kind: "tar" }
        }
        other => other,
    }
}

/// What header-only entries said about the entry that follows them.
#[derive(Default)]
struct Pending {
    name: Option<Vec<u8>>,
    link: Option<Vec<u8>>,
    size: Option<u64>,
}

impl Pending {
    /// Takes an entry that only describes the next one; says whether it was one.
    fn take_in(&mut self, entry: &mut Entry<'_, impl Read>) -> Result<bool, ArchiveError> {
        match entry.header().entry_type() {
            kind @ (EntryType::GNULongName | EntryType::GNULongLink) => {
                let mut name = short_content(entry)?;
                while name.last() == Some(&0) {
                    name.pop();
                }
                let is_link = kind == EntryType::GNULongLink;
                *(if is_link {
                    &mut self.link
                } else {
                    &mut self.name
                }) = Some(name);
                Ok(true)
            }
            EntryType::XHeader => {
                let content = short_content(entry)?;
                for (key, value) in pax_records(&content) {
                    match key {
                        b"path" => self.name = Some(value.to_vec()),
                        b"linkpath" => self.link = Some(value.to_vec()),
                        b"size" => {
                            let text = std::str::from_utf8(value).ok();
                            self.size = text.and_then(|text| text.parse().ok());
                        }
                        _ => {}
                    }
                }
                Ok(true)
            }
            EntryType::XGlobalHeader => Ok(true),
            _ => Ok(false),
        }
    }

    /// The name of the entry itself and what it is; forgets what was pending.
    fn finish(&mut self, entry: &Entry<'_, impl Read>) -> Result<(String, Kind), ArchiveError> {
        let Self { name, link, size } = std::mem::take(self);
        // A second size is how two readers are made to see two archives in one file.
        if size.is_some_and(|size| size != entry.size()) {
            return Err(ArchiveError::Inconsistent {
                what: "a member has two sizes",
            });
        }
        let header = entry.header();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let name = name.unwrap_or_else(|| header.path_bytes().into_owned());
        let link = || {
            let written = || header.link_name_bytes().unwrap_or_default();
            link.as_deref().map_or_else(|| text(&written()), text)
        };
        let kind = match header.entry_type() {
            EntryType::Regular | EntryType::Continuous => Kind::File,
            EntryType::Directory => Kind::Directory,
            EntryType::Symlink => Kind::SymbolicLink(link()),
            EntryType::Link => Kind::HardLink(link()),
            _ => Kind::Other,
        };
        Ok((text(&name), kind))
    }
}

fn short_content(entry: &mut Entry<'_, impl Read>) -> Result<Vec<u8>, ArchiveError> {
    if entry.size() > LONGEST_NAME as u64 {
        return Err(ArchiveError::Unsupported {
            what: "a name of more than 64 KiB",
        });
    }
    let mut content = Vec::new();
    entry.read_to_end(&mut content).map_err(damaged)?;
    Ok(content)
}

/// The records `LENGTH KEY=VALUE\n` of an extended header.
fn pax_records(mut content: &[u8]) -> Vec<(&[u8], &[u8])> {
    let mut records = Vec::new();
    while let Some(space) = content.iter().position(|&byte| byte == b' ') {
        let length = content
            .get(..space)
            .and_then(|digits| std::str::from_utf8(digits).ok()?.parse().ok());
        let Some((record, rest)) = length.and_then(|length| content.split_at_checked(length))
        else {
            break;
        };
        content = rest;
        let Some(record) = record
            .get(space + 1..)
            .and_then(|record| record.strip_suffix(b"\n"))
        else {
            break;
        };
        if let Some(equals) = record.iter().position(|&byte| byte == b'=')
            && let Some((key, [_, value @ ..])) = record.split_at_checked(equals)
        {
            records.push((key, value));
        }
    }
    records
}

struct TarBody<'a, R: Read> {
    entry: Entry<'a, R>,
    limit: u64,
}

impl<R: Read> Body for TarBody<'_, R> {
    fn read_if(
        &mut self,
        buffer: &mut Vec<u8>,
        is_wanted: &mut dyn FnMut(&[u8]) -> bool,
    ) -> Result<bool, ArchiveError> {
        let size = self.entry.size();
        if size > self.limit {
            return Err(ArchiveError::MemberTooLarge { limit: self.limit });
        }
        buffer.clear();
        let mut head = self.entry.by_ref().take(HEAD as u64);
        head.read_to_end(buffer).map_err(damaged)?;
        if !is_wanted(buffer) {
            return Ok(false);
        }
        self.entry.read_to_end(buffer).map_err(damaged)?;
        if buffer.len() as u64 != size {
            return Err(ArchiveError::NotAnArchive { kind: "tar" });
        }
        Ok(true)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use ::tar::{Builder, Header};
    use proptest::prelude::*;

    use super::*;
    use crate::archive::gzip::tests::pack as gzip;

    pub(crate) fn pack(members: &[(&str, &[u8])]) -> Vec<u8> {
        let mut builder = Builder::new(Vec::new());
        for (name, bytes) in members {
            let mut header = Header::new_gnu();
            header.set_size(bytes.len() as u64);
            builder.append_data(&mut header, name, *bytes).unwrap();
        }
        builder.into_inner().unwrap()
    }

    fn check_with(archive: &[u8], limits: &Limits) -> String {
        let mut seen = Vec::new();
        let mut visitor = |member: &mut Member<'_>| {
            let content = match member.read() {
                Ok(bytes) => String::from_utf8_lossy(&bytes[..bytes.len().min(9)]).into_owned(),
                Err(error) => error.to_string(),
            };
            seen.push(format!("{}: {content}", member.name()));
            Ok::<_, ArchiveError>(ControlFlow::Continue(()))
        };
        let outcome = if archive.starts_with(&[0x1f, 0x8b]) {
            visit_gzip(archive, limits, &mut visitor)
        } else {
            visit(archive, limits, &mut visitor)
        };
        if let Err(error) = outcome {
            seen.push(error.to_string());
        }
        seen.join("\n")
    }

    fn check(archive: &[u8]) -> String {
        check_with(archive, &Limits::ARTIFACT)
    }

    #[test]
    fn files_come_in_order_with_their_content() {
        let long = "d/".repeat(100) + "file";
        let archive = pack(&[("a/one", b"first"), (&long, b"second")]);
        let expect = format!("a/one: first\n{long}: second");
        assert_eq!(check(&archive), expect);
        assert_eq!(check(&gzip(&archive)), expect);
    }

    #[test]
    fn extended_headers_name_the_next_file() {
        let mut builder = Builder::new(Vec::new());
        builder
            .append_pax_extensions([("path", b"long/name".as_slice())])
            .unwrap();
        let mut header = Header::new_ustar();
        header.set_size(2);
        builder
            .append_data(&mut header, "short", b"ab".as_slice())
            .unwrap();
        assert_eq!(check(&builder.into_inner().unwrap()), "long/name: ab");
    }

    #[test]
    fn two_sizes_are_refused() {
        let mut builder = Builder::new(Vec::new());
        builder
            .append_pax_extensions([("size", b"1024".as_slice())])
            .unwrap();
        let mut header = Header::new_ustar();
        header.set_size(2);
        builder
            .append_data(&mut header, "x", b"ab".as_slice())
            .unwrap();
        let text = check(&builder.into_inner().unwrap());
        assert_eq!(
            text,
            "the archive contradicts itself: a member has two sizes"
        );
    }

    #[test]
    fn links_and_folders_are_passed_over() {
        let mut builder = Builder::new(Vec::new());
        for kind in [EntryType::Symlink, EntryType::Link] {
            let mut header = Header::new_gnu();
            header.set_entry_type(kind);
            header.set_size(0);
            builder
                .append_link(&mut header, "link", "/etc/passwd")
                .unwrap();
        }
        assert_eq!(check(&builder.into_inner().unwrap()), "");
    }

    #[test]
    fn limits_hold() {
        let archive = pack(&[("one", b"first"), ("two", b"second")]);
        let limits = Limits::ARTIFACT;
        assert_eq!(
            check_with(
                &archive,
                &Limits {
                    members: 1,
                    ..limits
                }
            ),
            "one: first\nmore than 1 members"
        );
        assert_eq!(
            check_with(
                &archive,
                &Limits {
                    member_bytes: 5,
                    ..limits
                }
            ),
            "one: first\ntwo: larger than 5 bytes when unpacked"
        );
        let bomb = gzip(&pack(&[("zeros", &vec![0; 40 << 20])]));
        assert_eq!(
            check_with(
                &bomb,
                &Limits {
                    member_bytes: u64::MAX,
                    ..limits
                }
            ),
            "zeros: unpacks to more than 200 times its size, as only a decompression bomb does\n\
             unpacks to more than 200 times its size, as only a decompression bomb does"
        );
    }

    #[test]
    fn bytes_that_are_no_archive_are_refused() {
        assert_eq!(check(&[b'x'; 600]), "not a complete tar archive");
        let whole = gzip(&pack(&[("one", &[7; 3000])]));
        assert_eq!(check(&whole[..60]), "not a complete gzip archive");
    }

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..1500)) {
            check(&bytes);
        }

        #[test]
        fn never_panics_on_damage(at in 0_usize..1600, byte: u8) {
            let mut whole = pack(&[("a/one", b"first"), ("two", b"second")]);
            if let Some(place) = whole.get_mut(at) {
                *place = byte;
            }
            check(&whole);
        }
    }
}
