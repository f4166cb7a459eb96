//! The metadata of one file of an index: as a file of their own, or out of the wheel.

use std::{
    io::{Cursor, Read as _},
    ops::ControlFlow,
    path::Path,
};

use bartizan_formats::{
    archive::{
        ArchiveError, Limits, Member, Packing, tar,
        zip::{Index, MemberReader},
    },
    core_metadata,
    digest::Digest,
    index::ListedFile,
    tree::Tree,
};
use bartizan_model::release::Metadata;

use super::IndexUniverse;
use crate::{
    disk::DiskTree,
    http::{Fetched, Validators},
    index::remote::{Pace, RemoteFile},
};

/// The largest metadata. They hold a description, which is rarely above 1 MiB.
const LARGEST: usize = 16 << 20;

/// Metadata stand near the end of most wheels, beside the directory.
const WHEEL: Pace = Pace {
    block: 64 << 10,
    limit: 64 << 20,
    requests: 20,
};

/// A source distribution is only had as a whole; a larger one is not fetched for its metadata.
const LARGEST_SOURCE: u64 = 8 << 20;

impl IndexUniverse<'_> {
    pub(super) fn metadata_of(&self, file: &ListedFile) -> Metadata {
        let bytes = match self.kept_metadata(file) {
            Some(bytes) => Ok(bytes),
            None => self
                .fetch(file)
                .inspect(|bytes| self.keep(file, "metadata", bytes)),
        };
        match bytes {
            Ok(bytes) if file.is_wheel() || file.metadata.is_some() => {
                core_metadata::of_wheel(&bytes)
            }
            Ok(bytes) => core_metadata::of_source(&bytes),
            Err(reason) => Metadata::Unknown(reason),
        }
    }

    fn kept_metadata(&self, file: &ListedFile) -> Option<Vec<u8>> {
        let bytes = self.store.get(file.sha256.as_ref()?, "metadata", LARGEST)?;
        let stated = file.metadata.flatten();
        stated
            .is_none_or(|stated| stated == Digest::of(&bytes))
            .then_some(bytes)
    }

    fn fetch(&self, file: &ListedFile) -> Result<Vec<u8>, String> {
        match file.metadata {
            Some(digest) => self.served(file, digest),
            None if file.is_wheel() => self.of_wheel(file),
            None => self.of_source(file),
        }
    }

    fn served(&self, file: &ListedFile, digest: Option<Digest>) -> Result<Vec<u8>, String> {
        self.count()?;
        let address = self.address(file)?.with_ending(".metadata");
        let fetched = self
            .client
            .files
            .bytes(&address, &Validators::default(), LARGEST as u64);
        let bytes = match fetched {
            Ok(Fetched::New { body, .. }) => body,
            Ok(Fetched::NotModified) => return Err(format!("`{address}` sent nothing")),
            Err(error) if error.is_not_found() && file.is_wheel() => return self.of_wheel(file),
            Err(error) => return Err(error.to_string()),
        };
        if digest.is_some_and(|digest| digest != Digest::of(&bytes)) {
            return Err(format!("`{address}` is not what its digest says"));
        }
        Ok(bytes)
    }

    fn of_wheel(&self, file: &ListedFile) -> Result<Vec<u8>, String> {
        self.count()?;
        let remote = RemoteFile::open(self.client.files.clone(), self.address(file)?, WHEEL);
        let remote = remote.map_err(|error| error.to_string())?;
        if let (Some(whole), Some(digest)) = (remote.whole(), file.sha256)
            && Digest::of(&whole) != digest
        {
            return Err(format!("`{}` is not what its digest says", file.name));
        }
        metadata_in(remote).map_err(|reason| format!("`{}`: {reason}", file.name))
    }

    fn of_source(&self, file: &ListedFile) -> Result<Vec<u8>, String> {
        if file.size.is_some_and(|size| size > LARGEST_SOURCE) {
            return Err("it has no wheel, and its source is large".to_owned());
        }
        self.count()?;
        let address = self.address(file)?;
        let fetched = self
            .client
            .files
            .bytes(&address, &Validators::default(), LARGEST_SOURCE);
        let Fetched::New { body, .. } = fetched.map_err(|error| error.to_string())? else {
            return Err(format!("`{address}` sent nothing"));
        };
        if file
            .sha256
            .is_some_and(|digest| digest != Digest::of(&body))
        {
            return Err(format!("`{}` is not what its digest says", file.name));
        }
        package_info(&body)
            .ok_or_else(|| "it has no wheel, and its source states no metadata".to_owned())
    }
}

/// The `PKG-INFO` in the first folder of a source distribution, a tar archive packed by gzip.
fn package_info(archive: &[u8]) -> Option<Vec<u8>> {
    let mut found = None;
    let mut visitor = |member: &mut Member<'_>| {
        let inside = member.name().split_once('/').map(|(_, inside)| inside);
        if inside != Some("PKG-INFO") {
            return Ok(ControlFlow::Continue(()));
        }
        found = member.read().ok();
        Ok::<_, ArchiveError>(ControlFlow::Break(()))
    };
    // What comes before the damage counts.
    drop(tar::visit_packed(
        Cursor::new(archive),
        Packing::Gzip,
        &Limits::ARTIFACT,
        &mut visitor,
    ));
    found.filter(|bytes| bytes.len() <= LARGEST)
}

/// What the release of a wheel on disk asks for.
pub fn of_wheel_file(path: &Path) -> Metadata {
    let opened = DiskTree.open(path).map_err(|error| error.to_string());
    match opened.and_then(metadata_in) {
        Ok(bytes) => core_metadata::of_wheel(&bytes),
        Err(reason) => Metadata::Unknown(reason),
    }
}

/// The `METADATA` of a wheel.
fn metadata_in(mut wheel: impl std::io::Read + std::io::Seek) -> Result<Vec<u8>, String> {
    let index = Index::read(&mut wheel, &Limits::ARTIFACT).map_err(|error| error.to_string())?;
    let is_metadata = |name: &str| {
        let folder = name.strip_suffix("/METADATA");
        folder.is_some_and(|folder| folder.ends_with(".dist-info") && !folder.contains('/'))
    };
    let mut members = index.files().filter(|member| is_metadata(&member.name()));
    let member = members.next().ok_or("it has no metadata")?;
    if member.size() > LARGEST as u64 {
        return Err("its metadata are too large".to_owned());
    }
    wheel.rewind().map_err(|error| error.to_string())?;
    let mut reader = MemberReader::new(wheel, &Limits::ARTIFACT);
    let mut bytes = Vec::new();
    let stream = reader.stream(&member).map_err(|error| error.to_string())?;
    stream
        .take(LARGEST as u64)
        .read_to_end(&mut bytes)
        .map_err(|error| error.to_string())?;
    Ok(bytes)
}
