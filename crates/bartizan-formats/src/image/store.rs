//! Where the parts of an image lie: in a directory, or in a tar archive of it, plain or packed as a whole.
//!
//! A packed archive cannot be jumped in. Its short descriptions are kept while it is read for the first time; each layer
//! costs another reading up to its end, and all readings together are bounded.

use std::{
    cell::Cell,
    collections::BTreeMap,
    io::{self, Read, SeekFrom},
    ops::ControlFlow,
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};

use super::{Blob, ImageError, manifest::hexadecimal};
use crate::{
    archive::{
        ArchiveError, Limits, Packing, is_plain_name,
        tar::{self, Place},
    },
    json::JsonError,
    tree::{ReadSeek, Tree, TreeError},
};

/// The bounds of the outer archive, which holds a file for each layer and description.
const OUTER: Limits = Limits {
    members: 20_000,
    ..super::LIMITS
};

/// The file that marks a layout.
const MARK: &str = "oci-layout";

/// Links within an archive that are followed: `docker save` wrote equal layers as links once.
const MOST_LINKS: usize = 4;

/// The most bytes that come out of a packed archive in all its readings: thirty readings of an image of four gigabytes.
const MOST_UNPACKED: u64 = 128 << 30;

/// The largest member of a packed archive that is kept, and the most of them together.
const LARGEST_KEPT: u64 = 1 << 20;
const MOST_KEPT: u64 = 32 << 20;
const MOST_KEPT_MEMBERS: usize = 1_000;

/// How much of a packed archive is looked at to see whether it may be an image.
const GLANCE: u64 = 256 << 10;

/// The parts of an image.
pub(crate) struct Store<'a> {
    tree: &'a dyn Tree,
    path: PathBuf,
    /// The members of the archive; `None` for a directory.
    members: Option<BTreeMap<String, Place>>,
    packing: Packing,
    /// Short descriptions in a packed archive.
    kept: BTreeMap<String, Vec<u8>>,
    /// What may still come out of a packed archive.
    left: Cell<u64>,
}

impl<'a> Store<'a> {
    /// A layout in a directory.
    pub(crate) fn directory(tree: &'a dyn Tree, path: &Path) -> Self {
        Self {
            tree,
            path: path.to_owned(),
            members: None,
            packing: Packing::None,
            kept: BTreeMap::new(),
            left: Cell::new(MOST_UNPACKED),
        }
    }

    /// An archive.
    pub(crate) fn archive(tree: &'a dyn Tree, path: &Path) -> Result<Self, ImageError> {
        let mut store = Self::directory(tree, path);
        let mut head = Vec::new();
        tree.open(path)?.take(8).read_to_end(&mut head)?;
        store.packing = Packing::of_content(&head);
        let file = tree.open(path)?;
        let places = match store.packing {
            Packing::None => tar::places(file, &OUTER),
            packing => tar::places_of_stream(
                packing.unpack(file, &OUTER),
                &OUTER,
                &mut |name, size, content| keep(&mut store.kept, name, size, content),
            ),
        };
        let places = places.map_err(|cause| store.broken(cause))?;
        let plain = places
            .into_iter()
            .map(|(name, place)| (inner(&name), place));
        store.members = Some(plain.collect());
        Ok(store)
    }

    fn broken(&self, cause: ArchiveError) -> ImageError {
        ImageError::Layer {
            name: self.path.display().to_string(),
            cause,
        }
    }

    /// Whether it is an OCI layout.
    pub(crate) fn is_layout(&self) -> bool {
        self.has(MARK) && self.has("index.json")
    }

    /// Whether it is something that `docker save` wrote.
    pub(crate) fn is_saved(&self) -> bool {
        self.members.is_some() && self.has("manifest.json")
    }

    fn has(&self, name: &str) -> bool {
        match &self.members {
            Some(members) => members.contains_key(name),
            None => self.tree.entry(&self.path.join(name)).is_ok(),
        }
    }

    /// A part, opened, with its size.
    pub(crate) fn open(&self, name: &str) -> Result<(Box<dyn Read + '_>, u64), ImageError> {
        let missing = || ImageError::Missing {
            name: name.chars().take(200).collect(),
        };
        if !is_plain_name(name) {
            return Err(missing());
        }
        let Some(members) = &self.members else {
            let path = self.path.join(name);
            let not_found = |error| match error {
                TreeError::NotFound => missing(),
                other => ImageError::Tree(other),
            };
            let file = self.tree.open(&path).map_err(not_found)?;
            let size = self.tree.entry(&path).map_err(not_found)?.size;
            return Ok((Box::new(file.take(size)), size));
        };
        let mut place = members.get(name).ok_or_else(missing)?;
        let mut here = name.to_owned();
        for _ in 0..MOST_LINKS {
            let Place::Link(target) = place else {
                break;
            };
            here = beside(&here, target);
            place = members
                .get(&here)
                .or_else(|| members.get(target))
                .ok_or_else(missing)?;
        }
        let Place::File { begin, size } = place else {
            return Err(missing());
        };
        let mut file: Box<dyn ReadSeek + '_> = self.tree.open(&self.path)?;
        if self.packing == Packing::None {
            file.seek(SeekFrom::Start(*begin))?;
            return Ok((Box::new(file.take(*size)), *size));
        }
        if let Some(content) = self.kept.get(&here) {
            return Ok((Box::new(content.as_slice()), *size));
        }
        let left = self.left.get().checked_sub(begin.saturating_add(*size));
        self.left.set(left.ok_or_else(|| {
            self.broken(ArchiveError::TotalTooLarge {
                limit: MOST_UNPACKED,
            })
        })?);
        let mut content = self.packing.unpack(file, &OUTER);
        io::copy(&mut content.by_ref().take(*begin), &mut io::sink())
            .map_err(|error| self.broken(error.into()))?;
        Ok((Box::new(content.take(*size)), *size))
    }

    /// The text of a description.
    pub(crate) fn text(&self, name: &str, limit: u64) -> Result<String, ImageError> {
        let (file, size) = self.open(name)?;
        let mut bytes = Vec::new();
        if size > limit {
            let name = name.to_owned();
            let cause = ArchiveError::MemberTooLarge { limit };
            return Err(ImageError::Layer { name, cause });
        }
        file.take(limit).read_to_end(&mut bytes)?;
        String::from_utf8(bytes).map_err(|_not_text| ImageError::Description {
            name: name.to_owned(),
            cause: JsonError::NotText,
        })
    }

    /// The same, held against its digest.
    pub(crate) fn checked_text(&self, blob: &Blob, limit: u64) -> Result<String, ImageError> {
        let text = self.text(&blob.name, limit)?;
        let found = hexadecimal(&Sha256::digest(text.as_bytes()));
        blob.check_size(text.len() as u64)?;
        blob.check(&found, None)?;
        Ok(text)
    }
}

/// Whether a packed archive may be that of an image, by the names at its begin. To know it, the whole would have to be
/// unpacked, which nobody wants of every archive that lies about.
pub(crate) fn may_be_packed_image(tree: &dyn Tree, path: &Path, packing: Packing) -> bool {
    let Ok(file) = tree.open(path) else {
        return false;
    };
    let mut content = packing.unpack(file, &OUTER).take(GLANCE);
    let mut is_part = false;
    let glance = tar::visit_all(&mut content, &OUTER, &mut |_kind, member| {
        is_part = is_part_name(&inner(member.name()));
        let next = if is_part {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        };
        Ok::<_, ArchiveError>(next)
    });
    // The glance ends within a member: that is no fault of the archive.
    drop(glance);
    is_part
}

/// Whether tools write a part of an image under such a name: under a digest, or as a description.
fn is_part_name(name: &str) -> bool {
    let is_digest = |part: &str| {
        let part = part.strip_prefix("sha256:").unwrap_or(part);
        let stem = part.split('.').next().unwrap_or_default();
        stem.len() == 64 && stem.bytes().all(|byte| byte.is_ascii_hexdigit())
    };
    let descriptions = [MARK, "index.json", "manifest.json", "repositories"];
    descriptions.contains(&name)
        || name.starts_with("blobs/")
        || name.split('/').take(4).any(is_digest)
}

fn inner(name: &str) -> String {
    name.strip_prefix("./").unwrap_or(name).to_owned()
}

/// Keeps a description.
fn keep(
    kept: &mut BTreeMap<String, Vec<u8>>,
    name: &str,
    size: u64,
    content: &mut dyn Read,
) -> Result<(), ArchiveError> {
    let all: u64 = kept.values().map(|bytes| bytes.len() as u64).sum();
    let is_full = kept.len() >= MOST_KEPT_MEMBERS || all.saturating_add(size) > MOST_KEPT;
    if size > LARGEST_KEPT || is_full {
        return Ok(());
    }
    let mut bytes = Vec::new();
    content.take(size).read_to_end(&mut bytes)?;
    let is_json = matches!(bytes.trim_ascii_start(), [b'{' | b'[', ..]);
    if is_json && bytes.len() as u64 == size {
        kept.insert(inner(name), bytes);
    }
    Ok(())
}

impl Blob {
    /// Whether the size is the one that was stated.
    pub(crate) fn check_size(&self, found: u64) -> Result<(), ImageError> {
        match self.size {
            Some(stated) if stated != found => Err(ImageError::Differs {
                name: self.name.clone(),
                found: format!("{found} bytes"),
                stated: stated.to_string(),
            }),
            _ => Ok(()),
        }
    }

    /// Whether the digests are those that were stated.
    pub(crate) fn check(&self, stored: &str, content: Option<&str>) -> Result<(), ImageError> {
        let differs = |found: &str, stated: &str| ImageError::Differs {
            name: self.name.clone(),
            found: format!("the SHA-256 {found}"),
            stated: stated.chars().take(100).collect(),
        };
        if let Some(stated) = self.sha256.as_deref().filter(|stated| *stated != stored) {
            return Err(differs(stored, stated));
        }
        match (content, self.content_sha256.as_deref()) {
            (Some(found), Some(stated)) if found != stated => Err(differs(found, stated)),
            _ => Ok(()),
        }
    }
}

/// The target of a link, from where the link lies.
fn beside(link: &str, target: &str) -> String {
    let mut parts: Vec<&str> = link.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            other => parts.push(other),
        }
    }
    parts.join("/")
}
