//! Artifacts, installed environments and single files, walked through for machine code and for what they say of it.
//!
//! Nothing is run and nothing is unpacked to a disk. A file is inflated only where its first bytes are those of
//! machine code, into memory that is bounded; what cannot be read is a problem of its artifact, and the rest is
//! still looked at.

mod archive;
mod collection;
mod directory;
mod kind;
mod part;
mod stated;
mod workers;

use std::path::{Path, PathBuf};

use bartizan_formats::{
    archive::ArchiveError,
    tree::{Tree, TreeError},
};
use bartizan_model::{native::Contents, problem::Problem};
use thiserror::Error;

use self::kind::Kind;
use crate::knowledge::Knowledge;

/// One thing that can be looked into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    path: PathBuf,
    kind: Kind,
}

/// Why nothing could be looked into.
#[derive(Debug, Error)]
pub enum InspectError {
    /// The file or directory cannot be had.
    #[error("cannot read `{}`", path.display())]
    Tree {
        /// The file or directory.
        path: PathBuf,
        /// Why.
        #[source]
        cause: TreeError,
    },
    /// The archive cannot be read.
    #[error("cannot read `{}`", path.display())]
    Archive {
        /// The archive.
        path: PathBuf,
        /// Why.
        #[source]
        cause: ArchiveError,
    },
    /// It is nothing of what is known here.
    #[error("`{}` is no artifact, environment, directory or machine code", path.display())]
    Unknown {
        /// The file.
        path: PathBuf,
    },
}

/// What a file or directory holds: one entry for an artifact, one for each of a directory of them, and one for each
/// distribution of an environment that carries machine code. None for a directory in which nothing was found.
pub fn inspect(
    tree: &dyn Tree,
    path: &Path,
    knowledge: &Knowledge,
) -> Result<Vec<Contents>, InspectError> {
    match find(tree, path)?.as_slice() {
        [one] => one.inspect(tree, knowledge),
        several => {
            let told = several
                .iter()
                .map(|target| target.inspect_or_tell(tree, knowledge));
            Ok(told.flatten().collect())
        }
    }
}

/// What there is to look into at a path: the artifacts of a directory of them, else the one thing that it is.
pub fn find(tree: &dyn Tree, path: &Path) -> Result<Vec<Target>, InspectError> {
    kind::find(tree, path)
}

impl Target {
    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Looks into it. An artifact of a directory that cannot be read is an entry with a problem.
    pub fn inspect(
        &self,
        tree: &dyn Tree,
        knowledge: &Knowledge,
    ) -> Result<Vec<Contents>, InspectError> {
        let place = Place {
            tree,
            path: &self.path,
            knowledge,
        };
        let archive = |outcome: Result<Contents, InspectError>| outcome.map(|one| vec![one]);
        match &self.kind {
            Kind::Zip => archive(archive::zip(place)),
            Kind::Tar(packing) => archive(archive::tar(place, *packing)),
            Kind::Code => Ok(vec![archive::single(place)]),
            Kind::Installation(installation) => directory::installation(place, installation),
            Kind::Directory => directory::plain(place),
        }
    }

    /// The same, and where that fails an entry that says why.
    pub fn inspect_or_tell(&self, tree: &dyn Tree, knowledge: &Knowledge) -> Vec<Contents> {
        self.inspect(tree, knowledge).unwrap_or_else(|error| {
            let file = self.path.display().to_string();
            vec![Contents {
                problems: vec![Problem::new(file.clone(), error.describe())],
                file,
                ..Contents::default()
            }]
        })
    }
}

impl InspectError {
    /// What happened, with its cause, in one line.
    pub fn describe(&self) -> String {
        match self {
            Self::Tree { cause, .. } => format!("{self}: {cause}"),
            Self::Archive { cause, .. } => format!("{self}: {cause}"),
            Self::Unknown { .. } => self.to_string(),
        }
    }
}

/// What is looked into, and with what knowledge.
#[derive(Clone, Copy)]
struct Place<'a> {
    tree: &'a dyn Tree,
    path: &'a Path,
    knowledge: &'a Knowledge,
}

impl Place<'_> {
    fn shown(&self) -> String {
        self.path.display().to_string()
    }

    fn tree_error(&self, cause: TreeError) -> InspectError {
        InspectError::Tree {
            path: self.path.to_owned(),
            cause,
        }
    }

    fn archive_error(&self, cause: ArchiveError) -> InspectError {
        InspectError::Archive {
            path: self.path.to_owned(),
            cause,
        }
    }
}

#[cfg(test)]
mod tests;
