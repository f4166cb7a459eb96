//! A bill put into a wheel, as [PEP 770](https://peps.python.org/pep-0770/) has it, with the wheel's `RECORD` made to agree.
//!
//! Every other member keeps its bytes as they are packed, its time and its place. Equal wheels and bills give equal bytes. A wheel
//! with two members of one name, or with a signed `RECORD`, is refused: one could not be mended, the other would be broken.
//! Bills of others stay; one that this program put there before, in whichever format, is replaced.

mod conda;

pub use self::conda::embed_conda;

use std::{
    collections::BTreeSet,
    io::{self, Read, Seek, Write},
};

use bartizan_formats::{
    archive::{ArchiveError, Limits, is_plain_name, zip as members},
    digest::Digest,
    record, wheel_bills,
};
use thiserror::Error;
use zip::{CompressionMethod, ZipArchive, ZipWriter, result::ZipError, write::SimpleFileOptions};

use crate::{create::WRITTEN, document, facts, lacking::Maker};

/// The largest `RECORD` that is mended.
const LARGEST_RECORD: u64 = 64 << 20;

/// Why a bill was not put into a wheel or a package of conda.
#[derive(Debug, Error)]
pub enum EmbedError {
    /// It is no archive that can be read.
    #[error("not an archive that can be read")]
    Archive(#[from] ArchiveError),
    /// It is no archive that can be copied.
    #[error("cannot copy the archive")]
    Zip(#[from] ZipError),
    /// It cannot be read or written.
    #[error("cannot copy the archive")]
    Io(#[from] io::Error),
    /// It is no package of conda, or one that could not be changed truly.
    #[error("not a conda package that can be changed: {why}")]
    NoPackage {
        /// Why.
        why: &'static str,
    },
    /// There is not exactly one `RECORD`.
    #[error("has not exactly one `.dist-info/RECORD`")]
    NoRecord,
    /// Its `RECORD` is signed, and a signature does not outlive a change.
    #[error("its RECORD is signed (`{name}`); a changed one would not be")]
    Signed {
        /// The signature.
        name: String,
    },
    /// Two members have one name, or one leads out of the folder.
    #[error("`{name}` is in it twice, or leads out of its folder")]
    Odd {
        /// The member.
        name: String,
    },
}

/// What comes before the ending in the name of a bill that this program puts into a wheel.
pub const EMBEDDED: &str = "bartizan";

/// The bills in a wheel that one of a name takes the place of: that of the same name, and those in other formats that this
/// program put there. One that is called so and was made by somebody else stays.
pub fn replaced(wheel: impl Read + Seek, name: &str) -> Result<Vec<String>, EmbedError> {
    let read = wheel_bills::read(wheel, document::LARGEST as u64)?;
    let own = WRITTEN.map(|(_, ending, _)| format!("{EMBEDDED}{ending}"));
    let named = read.bills.into_iter().filter_map(|bill| {
        let (_, base) = bill.name.split_once(".dist-info/sboms/")?;
        let is_it = base == name || (own.iter().any(|it| it == base) && is_ours(&bill.bytes.ok()?));
        is_it.then(|| base.to_owned())
    });
    Ok(named.collect())
}

/// Whether a bill says that this program made it.
fn is_ours(bytes: &[u8]) -> bool {
    let document = document::read(bytes);
    let facts = document.and_then(|it| facts::read(&it));
    facts.is_ok_and(|it| Maker::of(&it.tools) == Maker::Bartizan)
}

/// Writes a wheel with a bill in it. `name` is the bill's name in the folder for bills; those of the names `instead` of which it
/// is are left out.
pub fn embed<R: Read + Seek, W: Write + Seek>(
    mut wheel: R,
    (name, instead): (&str, &[String]),
    bill: &[u8],
    out: W,
) -> Result<W, EmbedError> {
    // The strict reader looks first: overlapping members, and directories that lie, come no further.
    let index = members::Index::read(&mut wheel, &Limits::NATIVE)?;
    let record = check(&index)?;
    wheel.rewind()?;
    let mut archive = ZipArchive::new(wheel)?;
    let folder = record.trim_end_matches("RECORD").to_owned();
    let place = format!("{folder}sboms/{name}");
    let instead = instead.iter().map(|it| format!("{folder}sboms/{it}"));
    let gone: BTreeSet<String> = instead.chain([record.clone(), place.clone()]).collect();
    let mut old = Vec::new();
    let (at, mode) = {
        let member = archive.by_name(&record)?;
        let facts = (member.last_modified(), member.unix_mode());
        member.take(LARGEST_RECORD).read_to_end(&mut old)?;
        facts
    };
    let mut options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .unix_permissions(mode.map_or(0o644, |it| it & 0o777));
    if let Some(at) = at {
        options = options.last_modified_time(at);
    }
    let mut writer = ZipWriter::new(out);
    for number in 0..archive.len() {
        let member = archive.by_index_raw(number)?;
        if gone.contains(member.name()?.as_ref()) {
            continue;
        }
        writer.raw_copy_file(member)?;
    }
    writer.start_file(place.as_str(), options)?;
    writer.write_all(bill)?;
    // The last member, as PEP 427 recommends of the metadata.
    writer.start_file(record.as_str(), options)?;
    writer.write_all(&mended(&old, &gone, (&record, &place), bill))?;
    Ok(writer.finish()?)
}

/// The name of the one `RECORD`, of an archive in which nothing is odd.
fn check(index: &members::Index) -> Result<String, EmbedError> {
    let mut names = BTreeSet::new();
    let mut records = Vec::new();
    for member in index.files() {
        let name = member.name().into_owned();
        if !names.insert(name.clone()) || !is_plain_name(&name) {
            return Err(EmbedError::Odd { name });
        }
        if let Some((folder, rest)) = name.split_once('/')
            && folder.ends_with(".dist-info")
        {
            match rest {
                "RECORD" => records.push(name),
                "RECORD.jws" | "RECORD.p7s" => return Err(EmbedError::Signed { name }),
                _ => {}
            }
        }
    }
    match records.as_slice() {
        [only] => Ok(only.clone()),
        _ => Err(EmbedError::NoRecord),
    }
}

/// The lines of a `RECORD` but those of what is gone, with one for the bill before its own.
fn mended(
    old: &[u8],
    gone: &BTreeSet<String>,
    (record, place): (&str, &str),
    bill: &[u8],
) -> Vec<u8> {
    let mut new = Vec::with_capacity(old.len() + 200);
    for line in old.split_inclusive(|byte| *byte == b'\n') {
        let path = record::entries(line).next().map(|it| it.path);
        if path.is_some_and(|it| !gone.contains(it.as_str())) {
            new.extend_from_slice(line.trim_ascii_end());
            new.push(b'\n');
        }
    }
    let Digest(digest) = Digest::of(bill);
    let line = format!(
        "{place},sha256={},{}\n{record},,\n",
        base64(&digest),
        bill.len()
    );
    new.extend_from_slice(line.as_bytes());
    new
}

/// Base64 for URLs without padding, as `RECORD` has it.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let digit = |bits: u32| char::from(DIGITS.get(bits as usize & 63).copied().unwrap_or(b'A'));
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let bits = chunk
            .iter()
            .fold(0, |bits, byte| bits << 8 | u32::from(*byte))
            << (8 * (3 - chunk.len()));
        let digits = [bits >> 18, bits >> 12, bits >> 6, bits].map(digit);
        text.extend(digits.iter().take(chunk.len() + 1));
    }
    text
}

#[cfg(test)]
mod tests;
