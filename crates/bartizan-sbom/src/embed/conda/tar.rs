//! A file put into a tar archive: every other member is copied as it is, with the headers that describe it.

use std::{
    collections::BTreeSet,
    io::{self, Read, Write},
};

use bartizan_formats::archive::{conda::INDEX, is_plain_name};
use serde_json::Value;
use tar::{Archive, Entry, EntryType, Header, PaxExtensions};

use super::{super::EmbedError, FOLDER};

/// The longest header that describes a member: its name and a few facts.
const LONGEST_HEADER: u64 = 64 << 10;

/// The largest list of a package's files. With 100,000 of them it has some 40 MiB.
const LARGEST_LIST: u64 = 256 << 20;

/// The most names that are remembered; what is in `info` has some hundreds.
const MOST_NAMES: usize = 500_000;

/// What is put into the archive.
pub(super) struct Bill<'a> {
    pub(super) place: String,
    pub(super) bytes: &'a [u8],
}

/// Copies an archive with the bill behind the package's index, whose owner and time it takes.
pub(super) fn put(
    source: impl Read,
    bill: &Bill<'_>,
    out: &mut impl Write,
) -> Result<(), EmbedError> {
    let mut archive = Archive::new(source);
    let mut described = Described::default();
    let mut names = BTreeSet::new();
    let mut is_put = false;
    for entry in archive.entries()?.raw(true) {
        let mut entry = entry?;
        if described.take(&mut entry)? {
            continue;
        }
        let Described { shared, own, name } = std::mem::take(&mut described);
        let name = name.unwrap_or_else(|| entry.path_bytes().into_owned());
        let name = String::from_utf8_lossy(&name).into_owned();
        check(&name, &entry, &mut names)?;
        out.write_all(&shared)?;
        let plain = plain(&name);
        if plain == bill.place {
            continue;
        }
        out.write_all(&own)?;
        out.write_all(entry.header().as_bytes())?;
        let header = entry.header().clone();
        if plain == "info/paths.json" {
            let bytes = whole(&mut entry, LARGEST_LIST)?;
            is_unlisted(&bytes, &bill.place)?;
            out.write_all(&bytes)?;
        } else {
            io::copy(&mut entry, out)?;
        }
        pad(entry.size(), out)?;
        if plain == INDEX && !is_put {
            write_bill(header, bill, out)?;
            is_put = true;
        }
    }
    // Two empty blocks end an archive.
    out.write_all(&[0; 1024])?;
    if is_put {
        Ok(())
    } else {
        Err(EmbedError::NoPackage {
            why: "has no `info/index.json`",
        })
    }
}

/// Headers in front of a member that describe it, as they are, and the name that they give it.
#[derive(Default)]
struct Described {
    /// Those that hold for all members to come.
    shared: Vec<u8>,
    own: Vec<u8>,
    name: Option<Vec<u8>>,
}

impl Described {
    /// Takes an entry that only describes the next one; says whether it was one.
    fn take(&mut self, entry: &mut Entry<'_, impl Read>) -> Result<bool, EmbedError> {
        let kind = entry.header().entry_type();
        let is_described = matches!(
            kind,
            EntryType::GNULongName
                | EntryType::GNULongLink
                | EntryType::XHeader
                | EntryType::XGlobalHeader
        );
        if !is_described {
            return Ok(false);
        }
        let header = *entry.header().as_bytes();
        let content = whole(entry, LONGEST_HEADER)?;
        match kind {
            EntryType::GNULongName => {
                let end = content.iter().position(|byte| *byte == 0);
                let name = content.get(..end.unwrap_or(content.len()));
                self.name = name.map(<[u8]>::to_vec);
            }
            EntryType::XHeader => self.facts(&content)?,
            _ => {}
        }
        let into = if kind == EntryType::XGlobalHeader {
            &mut self.shared
        } else {
            &mut self.own
        };
        into.extend_from_slice(&header);
        into.extend_from_slice(&content);
        pad(content.len() as u64, into)?;
        Ok(true)
    }

    fn facts(&mut self, content: &[u8]) -> Result<(), EmbedError> {
        for fact in PaxExtensions::new(content) {
            let fact = fact?;
            match fact.key_bytes() {
                b"path" => self.name = Some(fact.value_bytes().to_vec()),
                // Then the header does not say how much is to be copied.
                b"size" => return Err(UNSUPPORTED),
                _ => {}
            }
        }
        Ok(())
    }
}

const UNSUPPORTED: EmbedError = EmbedError::NoPackage {
    why: "a member has two sizes, or holes",
};

/// Refuses what could not be copied truly, or would lead elsewhere.
fn check(
    name: &str,
    entry: &Entry<'_, impl Read>,
    names: &mut BTreeSet<String>,
) -> Result<(), EmbedError> {
    let plain = plain(name);
    let kind = entry.header().entry_type();
    if kind.is_gnu_sparse() {
        return Err(UNSUPPORTED);
    }
    let is_folder = kind.is_dir();
    let is_taken = names.len() < MOST_NAMES
        && !is_folder
        && plain.starts_with("info/")
        && !names.insert(plain.to_owned());
    let leads_elsewhere = ["info", FOLDER].contains(&plain) && !is_folder;
    if is_taken || leads_elsewhere || !is_plain_name(name) {
        return Err(EmbedError::Odd {
            name: name.to_owned(),
        });
    }
    Ok(())
}

/// The name without a folder that says nothing, and without the slash of a folder.
fn plain(name: &str) -> &str {
    bartizan_formats::archive::conda::plain(name).trim_end_matches('/')
}

fn whole(entry: &mut Entry<'_, impl Read>, limit: u64) -> Result<Vec<u8>, EmbedError> {
    if entry.size() > limit {
        return Err(EmbedError::NoPackage {
            why: "a header or list in it is larger than any is",
        });
    }
    let mut bytes = Vec::new();
    entry.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Refuses a package whose list of files names the bill: the digest there would be wrong.
fn is_unlisted(list: &[u8], place: &str) -> Result<(), EmbedError> {
    let list: Value = serde_json::from_slice(list).unwrap_or_default();
    let paths = list.get("paths").and_then(Value::as_array);
    let mut paths = paths.into_iter().flatten();
    let is_listed = paths.any(|it| it.get("_path").and_then(Value::as_str) == Some(place));
    if is_listed {
        return Err(EmbedError::NoPackage {
            why: "its `info/paths.json` lists what is in `info`",
        });
    }
    Ok(())
}

fn write_bill(mut header: Header, bill: &Bill<'_>, out: &mut impl Write) -> Result<(), EmbedError> {
    header.set_entry_type(EntryType::Regular);
    header.set_path(&bill.place)?;
    header.set_size(bill.bytes.len() as u64);
    header.set_mode(0o644);
    header.set_cksum();
    out.write_all(header.as_bytes())?;
    out.write_all(bill.bytes)?;
    pad(bill.bytes.len() as u64, out)
}

/// A block of nothing.
const ZEROS: [u8; 512] = [0; 512];

/// Fills the last block.
fn pad(size: u64, out: &mut impl Write) -> Result<(), EmbedError> {
    let rest = usize::try_from(size.next_multiple_of(512) - size).ok();
    let zeros = rest.and_then(|rest| ZEROS.get(..rest)).unwrap_or_default();
    out.write_all(zeros)?;
    Ok(())
}
