//! Where the parts of an image lie: in a directory, or in a tar archive of it.

use std::{
    collections::BTreeMap,
    io::{Read, SeekFrom},
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};

use super::{Blob, ImageError, manifest::hexadecimal};
use crate::{
    archive::{
        ArchiveError, Limits, is_plain_name,
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

/// The parts of an image.
pub(crate) struct Store<'a> {
    tree: &'a dyn Tree,
    path: PathBuf,
    /// The members of the archive; `None` for a directory.
    members: Option<BTreeMap<String, Place>>,
}

impl<'a> Store<'a> {
    /// A layout in a directory.
    pub(crate) fn directory(tree: &'a dyn Tree, path: &Path) -> Self {
        Self {
            tree,
            path: path.to_owned(),
            members: None,
        }
    }

    /// An archive.
    pub(crate) fn archive(tree: &'a dyn Tree, path: &Path) -> Result<Self, ImageError> {
        let places = tar::places(tree.open(path)?, &OUTER);
        let places = places.map_err(|cause| ImageError::Layer {
            name: path.display().to_string(),
            cause,
        })?;
        let plain = places.into_iter().map(|(name, place)| {
            let name = name.strip_prefix("./").map_or(name.clone(), str::to_owned);
            (name, place)
        });
        Ok(Self {
            tree,
            path: path.to_owned(),
            members: Some(plain.collect()),
        })
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
        file.seek(SeekFrom::Start(*begin))?;
        Ok((Box::new(file.take(*size)), *size))
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
