//! A bill put into a package of conda, into the folder where rattler-build has them: `info/sboms`.
//!
//! What is in `info` is installed by nobody and listed nowhere (`info/paths.json` must not,
//! [CEP 34](https://github.com/conda/ceps/blob/main/cep-0034.md)), so that no other file changes. The half with the files keeps
//! its bytes; that with the metadata is packed again, always in the same way.

mod tar;

use std::io::{self, Read, Seek, SeekFrom, Write};

use bartizan_formats::archive::{Limits, Packing, conda::is_half, is_plain_name, zip as members};
use bzip2::{Compression, write::BzEncoder};
use zip::{ZipArchive, ZipWriter, write::SimpleFileOptions};
use zstd::stream::write::Encoder;

use super::EmbedError;

/// The folder for bills in a package of conda.
const FOLDER: &str = "info/sboms";

/// How much the metadata of a package may unpack to; tests of packages lie there too.
const LIMITS: Limits = Limits {
    total_bytes: 4 << 30,
    ..Limits::NATIVE
};

/// How strongly the metadata are packed; conda's own tools do the same.
const LEVEL: i32 = 19;

/// Writes a package with a bill in it. `name` is the bill's name in the folder for bills; one of that name is replaced.
pub fn embed_conda<R: Read + Seek, W: Write + Seek>(
    mut package: R,
    name: &str,
    bill: &[u8],
    out: W,
) -> Result<W, EmbedError> {
    let mut head = Vec::new();
    package.seek(SeekFrom::Start(0))?;
    package.by_ref().take(8).read_to_end(&mut head)?;
    package.seek(SeekFrom::Start(0))?;
    let bill = tar::Bill {
        place: format!("{FOLDER}/{name}"),
        bytes: bill,
    };
    if head.starts_with(b"PK\x03\x04") {
        return in_halves(package, &bill, out);
    }
    if Packing::of_content(&head) != Packing::Bzip2 {
        return Err(EmbedError::NoPackage {
            why: "neither a zip archive nor a tar archive in bzip2",
        });
    }
    let source = Packing::Bzip2.unpack(package, &LIMITS);
    let mut encoder = BzEncoder::new(out, Compression::best());
    tar::put(source, &bill, &mut encoder)?;
    Ok(encoder.finish()?)
}

/// The newer form: one of the two halves is written anew, in its place.
fn in_halves<R: Read + Seek, W: Write + Seek>(
    mut package: R,
    bill: &tar::Bill<'_>,
    out: W,
) -> Result<W, EmbedError> {
    // The strict reader looks first: overlapping members, and directories that lie, come no further.
    let index = members::Index::read(&mut package, &Limits::NATIVE)?;
    let info = info_half(&index)?;
    package.rewind()?;
    let mut archive = ZipArchive::new(package)?;
    let mut writer = ZipWriter::new(out);
    for number in 0..archive.len() {
        // Read to its end, so that its checksum counts: a reader that is less strict may see other bytes here.
        let mut member = archive.by_index(number)?;
        let name = member.name()?.to_string();
        let mut options = SimpleFileOptions::default()
            .compression_method(member.compression())
            .large_file(member.size() >= u64::from(u32::MAX))
            .unix_permissions(member.unix_mode().map_or(0o644, |it| it & 0o777));
        if let Some(at) = member.last_modified() {
            options = options.last_modified_time(at);
        }
        writer.start_file(name.as_str(), options)?;
        if name == info {
            let source = Packing::Zstd.unpack(member, &LIMITS);
            let mut encoder = Encoder::new(&mut writer, LEVEL)?;
            tar::put(source, bill, &mut encoder)?;
            encoder.finish()?;
        } else {
            io::copy(&mut member, &mut writer)?;
        }
    }
    Ok(writer.finish()?)
}

/// The half with the metadata, of an archive in which nothing is odd.
fn info_half(index: &members::Index) -> Result<String, EmbedError> {
    let mut names: Vec<String> = Vec::new();
    for member in index.files() {
        let name = member.name().into_owned();
        if names.contains(&name) || !is_plain_name(&name) {
            return Err(EmbedError::Odd { name });
        }
        names.push(name);
        if names.len() > MOST_MEMBERS {
            break;
        }
    }
    let halves: Vec<&String> = names.iter().filter(|it| is_half(it)).collect();
    match halves.as_slice() {
        [one, two] if names.len() <= MOST_MEMBERS => {
            let info = [one, two].into_iter().find(|it| it.starts_with("info-"));
            let is_pair = [one, two].iter().any(|it| it.starts_with("pkg-"));
            info.filter(|_| is_pair).map(|it| (*it).clone())
        }
        _ => None,
    }
    .ok_or(EmbedError::NoPackage {
        why: "has not one half with metadata and one with files",
    })
}

/// The most members of the outer archive; there are three.
const MOST_MEMBERS: usize = 16;

#[cfg(test)]
mod tests;
