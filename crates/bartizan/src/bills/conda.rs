//! A package of conda as a target of bills: itself, and the distributions of Python in it.

use std::{collections::BTreeMap, path::Path};

use bartizan_formats::{
    archive::{Limits, conda},
    conda_package::{self, CondaPackageMetadata},
    tree::Tree,
};
use bartizan_model::{
    ecosystem::Package,
    inventory::{Component, Edge, Inventory},
};
use bartizan_native::declared::Packages;
use bartizan_sbom::create::{Licence, PackageDetails};
use bartizan_sources::disk::DiskTree;

use super::make::details_of;

/// A package of conda that was looked at.
pub(crate) struct CondaTarget {
    path: String,
    own: Component,
    metadata: CondaPackageMetadata,
}

/// Whether a file is a package of conda, by its content.
pub(crate) fn is_package(path: &Path) -> bool {
    path.is_file()
        && DiskTree
            .open(path)
            .is_ok_and(|file| conda::is_package(file, &Limits::NATIVE).unwrap_or_default())
}

impl CondaTarget {
    /// The package at a path; `None` for everything else, and for one that does not say what it is.
    pub(crate) fn at(path: &Path) -> Option<Self> {
        if !is_package(path) {
            return None;
        }
        let file = DiskTree.open(path).ok()?;
        let metadata = conda_package::read(file, &Limits::NATIVE).ok()?;
        let path = path.display().to_string();
        let own = metadata.component(&path)?;
        Some(Self {
            path,
            own,
            metadata,
        })
    }

    /// The package, and what is in it behind it.
    pub(crate) fn inventory(&self) -> Inventory {
        let python = self.metadata.python.iter();
        let python = python.map(|(path, it)| {
            Component::new(
                it.package.clone(),
                it.version.clone(),
                format!("{}!{path}", self.path),
            )
        });
        let components: Vec<Component> = std::iter::once(self.own.clone()).chain(python).collect();
        Inventory {
            label: self.path.clone(),
            path: self.path.clone(),
            format: "artifact".to_owned(),
            edges: (1..components.len())
                .map(|to| Edge { from: 0, to })
                .collect(),
            roots: vec![0],
            components,
            ..Inventory::default()
        }
    }

    /// What the package and the distributions in it say of themselves.
    pub(crate) fn details(&self) -> BTreeMap<(Package, String), PackageDetails> {
        let key = (self.own.package.clone(), self.own.version.clone());
        let python = self.metadata.python.values();
        let python = python.map(|it| {
            let key = (it.package.clone(), it.version.clone());
            (key, details_of(&it.description))
        });
        python.chain([(key, self.own_details())]).collect()
    }

    fn own_details(&self) -> PackageDetails {
        let about = |key: &str| self.metadata.about(key);
        let is_url = |it: &&str| it.starts_with("https://") || it.starts_with("http://");
        let url = |keys: &[&str]| {
            let found = keys.iter().find_map(|key| about(key).filter(is_url));
            found.map(str::to_owned)
        };
        let licence = about("license").or_else(|| self.metadata.text("license"));
        PackageDetails {
            licence: Licence::of_metadata(licence, None, &[]),
            maker: None,
            summary: about("summary").map(str::to_owned),
            homepage: url(&["home", "homepage", "url"]),
            source: url(&["dev_url", "repository", "source_url"]),
        }
    }

    /// What counts as being there when a bill is held against the package.
    pub(crate) fn packages(&self) -> Packages {
        let components = self.inventory().components.into_iter();
        Packages {
            installed: components.map(|it| (it.package, it.version)).collect(),
            required: self.metadata.required(),
            of_conda: true,
        }
    }
}
