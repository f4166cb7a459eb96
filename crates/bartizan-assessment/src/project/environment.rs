//! What comes along with the latest releases of a project: packages, and the native code in their files.

use bartizan_model::{
    assessment::ProjectAssessment,
    ecosystem::Package,
    inventory::Inventory,
    problem::Problem,
    release::{Metadata, Release},
};
use bartizan_sources::index::releases::{IndexUniverse, of_wheel_file};
use bartizan_vulnerability::{
    natives,
    upgrade::{Universe, UniverseError},
};

use super::{Inputs, releases::Published};
use crate::{artifact::Artifacts, closure::close, libraries};

/// The releases of the indexes, and where these give no answer those whose files lie in the user's directory.
pub(crate) struct Releases<'a> {
    pub(crate) universe: &'a IndexUniverse<'a>,
    pub(crate) artifacts: &'a Artifacts<'a>,
}

impl Universe for Releases<'_> {
    fn releases(&self, package: &Package) -> Result<Option<Vec<Release>>, UniverseError> {
        let listed = self.universe.releases(package);
        if matches!(listed, Ok(Some(_))) {
            return listed;
        }
        let local = self.artifacts.local_versions(package);
        if local.is_empty() {
            return listed;
        }
        Ok(Some(local.into_iter().map(Release::new).collect()))
    }

    fn metadata(&self, package: &Package, version: &str) -> Result<Metadata, UniverseError> {
        let listed = self.universe.metadata(package, version);
        if matches!(listed, Ok(Metadata::Known(_))) {
            return listed;
        }
        match self.artifacts.local_file(package, version) {
            Some(path) => Ok(of_wheel_file(path)),
            None => listed,
        }
    }
}

/// The latest releases with everything that comes along.
pub(super) fn look(
    inputs: &Inputs<'_>,
    releases: &Releases<'_>,
    published: &[Published],
    said: &mut ProjectAssessment,
) -> Inventory {
    let roots = published.iter().filter(|it| it.latest.is_some());
    let roots: Vec<Package> = roots.map(|it| it.package.clone()).collect();
    let environment = inputs.universe.environment();
    let mut inventory = close(releases, &roots, environment, &said.project);
    let packages: Vec<(Package, String)> = inventory
        .components
        .iter()
        .map(|component| (component.package.clone(), component.version.clone()))
        .collect();
    let mut contents = Vec::new();
    for (package, version) in packages {
        match inputs.artifacts.of_release(&package, &version) {
            Ok((_, found)) => contents.push(found),
            Err(why) => {
                let message = format!("its native code was not looked at: {why}");
                let subject = format!("{package} {version}");
                inventory.problems.push(Problem::new(subject, message));
            }
        }
    }
    natives::join(&mut inventory, contents, &libraries::names_of);
    said.problems.append(&mut inventory.problems);
    inventory
}
