//! Bills of materials that a user names: files, and those that a wheel (PEP 770) or a package of conda carries.

pub(crate) mod conda;
pub(crate) mod lacks;
pub(crate) mod make;

use std::{
    io::{Read, Seek},
    ops::ControlFlow,
    path::Path,
};

use bartizan_formats::{
    archive::{ArchiveError, Limits, Member, conda as package},
    tree::{Tree, TreeError},
    wheel_bills,
};
use bartizan_sbom::{document::LARGEST, lacking::Backend};
use bartizan_sources::disk::DiskTree;

use crate::error::Failure;

/// The most bills of one package of conda that are read.
const MOST_BILLS: usize = 200;

/// A bill as it was found.
pub(crate) struct NamedBill {
    /// The file, and the member where it is in a wheel or package.
    pub(crate) name: String,
    /// Its bytes, or why there are none.
    pub(crate) bytes: Result<Vec<u8>, String>,
    /// Who built the wheel that it is in.
    pub(crate) backend: Option<Backend>,
}

/// The bill that a file is, or those in a wheel or package of conda.
pub(crate) fn read(path: &Path) -> Result<Vec<NamedBill>, Failure> {
    let shown = path.display().to_string();
    let failed = |why: &dyn std::fmt::Display| {
        Failure::usage(format!("cannot read `{shown}`: {why}"))
            .hint("name a bill of materials in JSON, or a wheel or conda package that carries some")
    };
    let is_zip = is_zip(path).map_err(|error| failed(&error))?;
    let is_conda = conda::is_package(path);
    if is_conda || is_zip {
        return carried(path, is_conda).map_err(|error| failed(&error));
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

/// Whether a file may carry bills: a wheel, or a package of conda.
pub(crate) fn is_carrier(path: &Path) -> bool {
    is_zip(path).unwrap_or_default() || conda::is_package(path)
}

/// Whether a file begins as a zip archive does.
fn is_zip(path: &Path) -> Result<bool, TreeError> {
    let mut head = [0; 4];
    let count = DiskTree.open(path)?.read(&mut head)?;
    Ok(head
        .get(..count)
        .is_some_and(|it| it.starts_with(b"PK\x03\x04")))
}

/// The bills in a wheel or package of conda, in its order.
fn carried(path: &Path, is_conda: bool) -> Result<Vec<NamedBill>, ArchiveError> {
    let file = DiskTree.open(path).map_err(|error| match error {
        TreeError::Io(error) => ArchiveError::Io(error),
        other => ArchiveError::Io(std::io::Error::other(other)),
    })?;
    if is_conda {
        return carried_by_conda(path, file);
    }
    let read = wheel_bills::read(file, Limits::ARTIFACT.member_bytes)?;
    let backend = Backend::of(&read.build.unwrap_or_default());
    let bills = read.bills.into_iter().map(|it| NamedBill {
        name: format!("{}!{}", path.display(), it.name),
        bytes: it.bytes.map_err(|error| error.to_string()),
        backend: Some(backend),
    });
    Ok(bills.collect())
}

/// The bills in a package of conda, in its order.
fn carried_by_conda(path: &Path, file: impl Read + Seek) -> Result<Vec<NamedBill>, ArchiveError> {
    let mut bills = Vec::new();
    let mut add = |member: &mut Member<'_>| {
        let name = package::plain(member.name());
        if is_bill(name) && bills.len() < MOST_BILLS {
            bills.push(NamedBill {
                name: format!("{}!{name}", path.display()),
                bytes: member.read().map_err(|error| error.to_string()),
                backend: None,
            });
        }
        Ok::<_, ArchiveError>(ControlFlow::Continue(()))
    };
    package::visit_info(file, &Limits::ARTIFACT, &mut add)?;
    Ok(bills)
}

/// Whether a member of a package of conda is one of its bills: in `info/sboms/`.
fn is_bill(member: &str) -> bool {
    let file = member.strip_prefix("info/sboms/");
    file.is_some_and(|file| !file.is_empty() && !file.ends_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bills_of_a_package_are_in_their_folder() {
        assert!(is_bill("info/sboms/a.json"));
        assert!(!is_bill("info/sboms/") && !is_bill("a/info/sboms/a.json"));
    }
}
