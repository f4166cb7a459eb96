//! Artifacts, installed environments and single files, walked through for machine code and for what they say of it.
//!
//! Nothing is run and nothing is unpacked to a disk. A file is inflated only where its first bytes are those of
//! machine code, into memory that is bounded; what cannot be read is a problem of its artifact, and the rest is
//! still looked at.

mod archive;
mod collection;
mod directory;
mod kind;
mod members;
mod part;
pub(crate) mod stated;
mod workers;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use bartizan_formats::{
    archive::ArchiveError,
    tree::{Tree, TreeError},
};
use bartizan_model::{native::Contents, problem::Problem};
use thiserror::Error;

use self::{archive::Opened, kind::Kind, members::Unseen};
use crate::knowledge::Knowledge;

/// One thing that can be looked into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    path: PathBuf,
    kind: Kind,
    bills: Counted,
}

/// Bills of materials: what they are called, and their bytes, of which there may be many megabytes.
pub type Bills = Vec<(String, Arc<Vec<u8>>)>;

/// Which bills of materials count, of those that may be in an artifact.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Counted {
    /// All.
    #[default]
    All,
    /// All but those of these names in the folder for bills of a wheel or a package of conda, which are about to be replaced.
    Without(Vec<String>),
    /// None of them, but these.
    Given(Bills),
}

impl Counted {
    /// Those that count, of those that are in an artifact.
    fn of(self, found: Bills) -> Bills {
        match self {
            Self::All => found,
            Self::Without(names) => {
                let is_it = |file: &str| {
                    let parts = file.split_once(".dist-info/sboms/");
                    let is_named = |file: &str| names.iter().any(|it| it == file);
                    let of_wheel =
                        parts.is_some_and(|(folder, file)| !folder.contains('/') && is_named(file));
                    let of_conda = file.strip_prefix(part::BILLS_OF_CONDA);
                    of_wheel
                        || of_conda
                            .and_then(|it| it.strip_prefix('/'))
                            .is_some_and(is_named)
                };
                found.into_iter().filter(|(file, _)| !is_it(file)).collect()
            }
            Self::Given(bills) => bills,
        }
    }
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
        several => Ok(inspect_all(tree, several, knowledge, &mut |_| {})),
    }
}

/// What several targets hold, in their order; one that cannot be read is an entry with a problem. `begin` is called with
/// the place of each target before it is opened.
pub fn inspect_all(
    tree: &dyn Tree,
    targets: &[Target],
    knowledge: &Knowledge,
    begin: &mut dyn FnMut(usize),
) -> Vec<Contents> {
    let mut told = Told::default();
    for (number, target) in targets.iter().enumerate() {
        begin(number);
        if target.kind != Kind::Zip {
            let contents = target.inspect(tree, knowledge);
            told.done(contents.unwrap_or_else(|error| target.tell(&error)));
            continue;
        }
        match archive::open(target.place(tree, knowledge)) {
            Ok(Opened::Unseen(unseen)) => told.later(unseen),
            Ok(Opened::Done(contents)) => told.done(vec![contents]),
            Err(error) => told.done(target.tell(&error)),
        }
    }
    told.finish()
}

/// What is said of targets, and the archives whose members are still to be looked at.
#[derive(Default)]
struct Told<'a> {
    /// In the order of the targets; the archives' places are still empty.
    contents: Vec<Vec<Contents>>,
    unseen: Vec<(usize, Unseen<'a>)>,
    bytes: u64,
    members: usize,
}

impl<'a> Told<'a> {
    /// So many bytes of members are looked at in one go: enough that both threads are busy nearly to its end.
    const BYTES: u64 = 1 << 30;

    /// So many members wait at most.
    const MEMBERS: usize = 100_000;

    fn done(&mut self, contents: Vec<Contents>) {
        self.contents.push(contents);
    }

    fn later(&mut self, unseen: Unseen<'a>) {
        self.bytes = self.bytes.saturating_add(unseen.size());
        self.members += unseen.parts.len();
        self.unseen.push((self.contents.len(), unseen));
        self.contents.push(Vec::new());
        if self.bytes >= Self::BYTES || self.members >= Self::MEMBERS {
            self.look();
        }
    }

    fn look(&mut self) {
        (self.bytes, self.members) = (0, 0);
        let (places, unseen): (Vec<usize>, Vec<_>) = self.unseen.drain(..).unzip();
        for (place, contents) in places.into_iter().zip(members::look_into(unseen)) {
            if let Some(slot) = self.contents.get_mut(place) {
                slot.push(contents);
            }
        }
    }

    fn finish(mut self) -> Vec<Contents> {
        self.look();
        self.contents.into_iter().flatten().collect()
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

    /// The same, to be looked into with these bills of materials.
    #[must_use]
    pub fn with_bills(self, bills: Counted) -> Self {
        Self { bills, ..self }
    }

    /// Looks into it. An artifact of a directory that cannot be read is an entry with a problem.
    pub fn inspect(
        &self,
        tree: &dyn Tree,
        knowledge: &Knowledge,
    ) -> Result<Vec<Contents>, InspectError> {
        let place = self.place(tree, knowledge);
        let archive = |outcome: Result<Contents, InspectError>| outcome.map(|one| vec![one]);
        match &self.kind {
            Kind::Zip => match archive::open(place)? {
                Opened::Done(contents) => Ok(vec![contents]),
                Opened::Unseen(unseen) => Ok(members::look_into(vec![unseen])),
            },
            Kind::Tar(packing) => archive(archive::tar(place, *packing)),
            Kind::Code => Ok(vec![archive::single(place)]),
            Kind::Installation(installation) => directory::installation(place, installation),
            Kind::Directory => directory::plain(place),
        }
    }

    fn place<'a>(&'a self, tree: &'a dyn Tree, knowledge: &'a Knowledge) -> Place<'a> {
        Place {
            tree,
            path: &self.path,
            knowledge,
            bills: &self.bills,
        }
    }

    /// An entry that says why it could not be looked into.
    fn tell(&self, error: &InspectError) -> Vec<Contents> {
        let file = self.path.display().to_string();
        vec![Contents {
            problems: vec![Problem::new(file.clone(), error.describe())],
            file,
            ..Contents::default()
        }]
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
    bills: &'a Counted,
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
