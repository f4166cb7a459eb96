//! Bills of materials that a user names: files, and those that a wheel carries (PEP 770).

pub(crate) mod lacks;
pub(crate) mod make;

use std::{io::Read, path::Path};

use bartizan_formats::{
    archive::{ArchiveError, Limits},
    tree::{Tree, TreeError},
    wheel_bills,
};
use bartizan_sbom::{document::LARGEST, lacking::Backend};
use bartizan_sources::disk::DiskTree;

use crate::error::Failure;

/// A bill as it was found.
pub(crate) struct NamedBill {
    /// The file, and the member where it is in a wheel.
    pub(crate) name: String,
    /// Its bytes, or why there are none.
    pub(crate) bytes: Result<Vec<u8>, String>,
    /// Who built the wheel that it is in.
    pub(crate) backend: Option<Backend>,
}

/// The bill that a file is, or those in a wheel.
pub(crate) fn read(path: &Path) -> Result<Vec<NamedBill>, Failure> {
    let shown = path.display().to_string();
    let failed = |why: &dyn std::fmt::Display| {
        Failure::usage(format!("cannot read `{shown}`: {why}"))
            .hint("name a bill of materials in JSON, or a wheel that carries some")
    };
    if is_zip(path).map_err(|error| failed(&error))? {
        return of_wheel(path).map_err(|error| failed(&error));
    }
    let bytes = match DiskTree.read(path, LARGEST as u64) {
        Ok(bytes) => Ok(bytes),
        Err(TreeError::TooLarge { limit }) => Err(format!("larger than {limit} bytes")),
        Err(error) => return Err(failed(&error)),
    };
    Ok(vec![NamedBill {
        name: shown,
        bytes,
        backend: None,
    }])
}

/// Whether a file begins as a zip archive does.
pub(crate) fn is_zip(path: &Path) -> Result<bool, TreeError> {
    let mut head = [0; 4];
    let count = DiskTree.open(path)?.read(&mut head)?;
    Ok(head
        .get(..count)
        .is_some_and(|it| it.starts_with(b"PK\x03\x04")))
}

/// The bills in a wheel, in its order.
fn of_wheel(path: &Path) -> Result<Vec<NamedBill>, ArchiveError> {
    let file = DiskTree.open(path).map_err(|error| match error {
        TreeError::Io(error) => ArchiveError::Io(error),
        other => ArchiveError::Io(std::io::Error::other(other)),
    })?;
    let read = wheel_bills::read(file, Limits::ARTIFACT.member_bytes)?;
    let backend = Backend::of(&read.build.unwrap_or_default());
    let bills = read.bills.into_iter().map(|it| NamedBill {
        name: format!("{}!{}", path.display(), it.name),
        bytes: it.bytes.map_err(|error| error.to_string()),
        backend: Some(backend),
    });
    Ok(bills.collect())
}
