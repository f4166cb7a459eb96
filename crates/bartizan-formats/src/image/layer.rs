//! One layer laid over those before it ([image layer filesystem changeset](https://github.com/opencontainers/image-spec/blob/main/layer.md)).
//!
//! A file `.wh.NAME` takes away what lower layers have under a name, `.wh..wh..opq` all that they have in a directory.

use std::{
    collections::BTreeMap,
    io::{self, BufReader, Read},
    ops::ControlFlow,
};

use sha2::{Digest, Sha256};

use super::{
    LIMITS,
    files::{Content, FileSystem, What},
    system,
};
use crate::{
    archive::{
        ArchiveError, Limits, Member, Packing,
        tar::{self, Kind},
    },
    file_name,
    target::{self, Candidate},
    tree::{Entry, EntryKind, MemoryTree},
};

const WHITEOUT: &str = ".wh.";
const OPAQUE: &str = ".wh..wh..opq";

/// The prefix of what a storage driver of old kept for itself.
const DRIVER: &str = ".wh..wh.";

/// Files that say what is installed, besides those that formats know by their names.
const KEPT_NAMES: [&str; 7] = [
    "METADATA",
    "PKG-INFO",
    "REQUESTED",
    "direct_url.json",
    "requires.txt",
    "pyvenv.cfg",
    "CACHEDIR.TAG",
];

/// What was seen of a layer.
#[derive(Debug)]
pub(crate) struct Applied {
    /// The SHA-256 of the layer as it is stored.
    pub(crate) stored: String,
    /// The SHA-256 of the archive in it.
    pub(crate) content: String,
    /// How many bytes the archive has.
    pub(crate) bytes: u64,
}

/// Lays a layer over the files, and reads it to its end.
pub(crate) fn apply(
    files: &mut FileSystem,
    stored: &mut dyn Read,
    layer: u32,
    limits: &Limits,
) -> Result<Applied, ArchiveError> {
    let mut stored = BufReader::new(Hashed::new(stored, u64::MAX));
    let head = io::BufRead::fill_buf(&mut stored)?;
    let content = Packing::of_content(head).unpack(&mut stored, limits);
    let mut content = Hashed::new(content, limits.total_bytes);
    tar::visit_all(&mut content, limits, &mut |kind, member| {
        entry(files, kind, member, layer).map(ControlFlow::Continue)
    })?;
    // The archive ends before its file does; the rest belongs to the digest.
    io::copy(&mut content, &mut io::sink())?;
    let (digest, bytes) = (content.digest(), content.count);
    drop(content);
    io::copy(&mut stored, &mut io::sink())?;
    Ok(Applied {
        stored: stored.get_ref().digest(),
        content: digest,
        bytes,
    })
}

fn entry(
    files: &mut FileSystem,
    kind: &Kind,
    member: &mut Member<'_>,
    layer: u32,
) -> Result<(), ArchiveError> {
    let path = member.name().to_owned();
    let Some((directory, name)) = files.place(&path, layer)? else {
        return Ok(());
    };
    if name == OPAQUE {
        return files.clear(directory, layer);
    }
    if name.starts_with(DRIVER) {
        return Ok(());
    }
    if let Some(hidden) = name.strip_prefix(WHITEOUT) {
        return files.remove(directory, hidden, Some(layer));
    }
    let what = match kind {
        // Writers of old marked a directory by its name alone.
        Kind::File if path.ends_with('/') => What::Directory(BTreeMap::new()),
        Kind::Directory => What::Directory(BTreeMap::new()),
        Kind::SymbolicLink(target) => {
            if is_kept(&path) {
                files.remember(&path);
            }
            What::Link(target.as_str().into())
        }
        Kind::HardLink(target) => {
            let behind = files.find_in_bounds(target, false)?;
            match behind.and_then(|id| files.what(id)) {
                Some(What::File(content)) => What::File(content.clone()),
                Some(What::Link(target)) => What::Link(target.clone()),
                // The other name is of no interest, and what is not kept has no size here.
                _ if is_kept(&path) => What::File(Content::Left(0)),
                _ => return files.remove(directory, name, None),
            }
        }
        Kind::File if is_kept(&path) => {
            let size = member.size();
            if size > LIMITS.member_bytes || size > files.room() {
                files.left += 1;
                What::File(Content::Left(size))
            } else {
                What::File(Content::Kept(member.read()?.into()))
            }
        }
        Kind::File | Kind::Other => return files.remove(directory, name, None),
    };
    files.put(directory, name, what, layer).map(drop)
}

/// Whether a file may say what is installed.
pub(crate) fn is_kept(path: &str) -> bool {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let ends = |endings: &[&str]| endings.iter().any(|ending| name.ends_with(ending));
    if KEPT_NAMES.contains(&name)
        || ends(&[".egg-info", ".egg", ".egg-link"])
        || (folder.ends_with("conda-meta") && (name == "history" || ends(&[".json"])))
        || system::is_kept(path)
        || file_name::is_wheel(name)
        || file_name::source(name).is_some()
    {
        return true;
    }
    // An image in an image says nothing of what runs.
    if file_name::may_be_image(name) {
        return false;
    }
    let none = MemoryTree::default();
    let entry = Entry {
        path: path.into(),
        kind: EntryKind::File,
        size: 0,
    };
    let candidate = Candidate::new(&none, entry);
    target::ALL
        .iter()
        .any(|format| format.is_usual_name(&candidate))
}

/// A reader that knows the digest of what it gave, and gives no more than it may.
struct Hashed<R> {
    inner: R,
    digest: Sha256,
    count: u64,
    most: u64,
}

impl<R> Hashed<R> {
    fn new(inner: R, most: u64) -> Self {
        Self {
            inner,
            digest: Sha256::new(),
            count: 0,
            most,
        }
    }

    fn digest(&self) -> String {
        super::manifest::hexadecimal(&self.digest.clone().finalize())
    }
}

impl<R: Read> Read for Hashed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.digest.update(buffer.get(..count).unwrap_or_default());
        self.count += count as u64;
        if self.count > self.most {
            let error = ArchiveError::TotalTooLarge { limit: self.most };
            return Err(io::Error::other(error));
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::{gzip::tests::pack as gzip, tar::tests::pack as tar};

    fn check(stored: &[u8], limits: &Limits) -> String {
        let mut files = FileSystem::default();
        match apply(&mut files, &mut &*stored, 1, limits) {
            Ok(applied) => format!("{} entries in {} bytes", files.entries, applied.bytes),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn limits_hold_however_a_layer_is_packed() {
        let plain = tar(&[("zeros", &vec![0; 2 << 20]), ("requirements.txt", b"a==1")]);
        let zstd = zstd::encode_all(plain.as_slice(), 1).unwrap();
        for packed in [plain.clone(), gzip(&plain), zstd] {
            assert_eq!(check(&packed, &LIMITS), "2 entries in 2099712 bytes");
            let small = Limits {
                total_bytes: 1 << 20,
                ..LIMITS
            };
            assert_eq!(
                check(&packed, &small),
                "the archive unpacks to more than 1048576 bytes"
            );
            let few = Limits {
                members: 1,
                ..LIMITS
            };
            assert_eq!(check(&packed, &few), "more than 1 members");
            let cut = check(packed.get(..packed.len() / 2).unwrap(), &LIMITS);
            assert!(!cut.contains("entries"), "{cut}");
        }
    }

    #[test]
    fn a_stream_that_asks_for_much_memory_is_refused() {
        let mut encoder = zstd::stream::write::Encoder::new(Vec::new(), 1).unwrap();
        encoder.window_log(30).unwrap();
        encoder.long_distance_matching(true).unwrap();
        io::Write::write_all(&mut encoder, &tar(&[("a", b"b")])).unwrap();
        let packed = encoder.finish().unwrap();
        assert_ne!(check(&packed, &LIMITS), "1 entries in 2048 bytes");
    }
}
