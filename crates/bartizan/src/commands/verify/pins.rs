//! The lock of identities as a file.

use std::path::{Path, PathBuf};

use bartizan_formats::identities::{Identities, PinnedIdentity};
use bartizan_model::ecosystem::{Ecosystem, Package};

use crate::{context::Context, error::Failure, output, provenance::identities};

/// The lock, and where it lies.
pub(super) struct Pins {
    path: PathBuf,
    identities: Identities,
    is_changed: bool,
}

impl Pins {
    /// Reads the lock; one that is not there yet is empty, unless the user named it and pins nothing.
    pub(super) fn open(
        ctx: &Context,
        named: Option<&Path>,
        is_pinning: bool,
    ) -> Result<Self, Failure> {
        let may_be_absent = named.is_none() || is_pinning;
        let (path, identities) = identities::open(ctx, named, may_be_absent)?;
        Ok(Self {
            path,
            identities,
            is_changed: false,
        })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Who is pinned for a project.
    pub(super) fn of(&self, package: &Package) -> &[PinnedIdentity] {
        let pins = self.identities.projects.get(&key(package));
        pins.map_or(&[], Vec::as_slice)
    }

    /// Pins somebody for a project.
    pub(super) fn add(&mut self, package: &Package, pins: Vec<PinnedIdentity>) {
        self.identities.projects.insert(key(package), pins);
        self.is_changed = true;
    }

    /// Writes the lock where something was pinned.
    pub(super) fn write(&self) -> Result<(), Failure> {
        if !self.is_changed {
            return Ok(());
        }
        if let Some(directory) = self.path.parent() {
            std::fs::create_dir_all(directory).map_err(|error| {
                Failure::usage(format!("cannot make `{}`: {error}", directory.display()))
                    .hint("`--pins` names another file")
            })?;
        }
        output::write(&self.identities.to_text(), Some(&self.path))
    }
}

/// How a project is named in the lock: a project of the Python package index by its name, others as `ECOSYSTEM/NAME`.
fn key(package: &Package) -> String {
    if *package.ecosystem() == Ecosystem::pypi() {
        return package.name().to_owned();
    }
    format!("{}/{}", package.ecosystem(), package.name())
}
