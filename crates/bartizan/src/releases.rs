//! Where releases are looked up: in a file that the user names, or on the configured package indexes.

use std::path::Path;

use bartizan_formats::{
    tree::Tree,
    universe::{self, MAX_BYTES},
};
use bartizan_model::{
    ecosystem::Package,
    environment::MarkerEnvironment,
    problem::Problem,
    release::{Metadata, Release, ReleaseTable},
};
use bartizan_sources::{
    disk::DiskTree,
    home::Home,
    http::HttpClient,
    index::{IndexClient, ServedProvenance, releases::IndexUniverse},
};
use bartizan_vulnerability::upgrade::{Universe, UniverseError};

use crate::{
    context::Context,
    error::{Failure, chain},
    indexes,
    render::words,
};

/// The clients of the configured indexes, and what they are called.
pub(crate) struct Indexes {
    client: IndexClient,
    home: Home,
    /// Their addresses, without secrets.
    pub(crate) names: String,
}

/// Either of the two.
pub(crate) enum Releases<'a> {
    File(ReleaseTable),
    Index(Box<IndexUniverse<'a>>),
}

impl Indexes {
    /// Those that the user's pip or uv is configured with.
    pub(crate) fn configured(ctx: &Context, purpose: &str) -> Result<Self, Failure> {
        if ctx.settings.is_offline {
            let message = format!("{purpose} asks the package index, and `--offline` forbids it");
            return Err(Failure::usage(message)
                .hint("name a file of releases by `--universe FILE`, or leave out `--offline`"));
        }
        let addresses = indexes::configured(&ctx.environment)?;
        let names: Vec<String> = addresses.iter().map(ToString::to_string).collect();
        let home = Home::new(ctx.home()?);
        Ok(Self {
            client: IndexClient::new(HttpClient::default(), addresses, home.index_cache()),
            home,
            names: names.join(", "),
        })
    }

    /// The provenance of a file by the first of them that lists it.
    pub(crate) fn provenance(&self, package: &Package, file: &str) -> ServedProvenance {
        self.client.provenance(package, file)
    }

    /// Their releases for an environment, with what is installed asked for at once.
    pub(crate) fn releases(
        &self,
        ctx: &Context,
        environment: &MarkerEnvironment,
        installed: &[(Package, String)],
    ) -> IndexUniverse<'_> {
        let universe = self.universe(ctx, environment, installed.len());
        universe.prepare(installed);
        universe
    }

    /// Their releases for an environment, with the pages of these packages asked for at once.
    pub(crate) fn pages(
        &self,
        ctx: &Context,
        environment: &MarkerEnvironment,
        packages: &[Package],
    ) -> IndexUniverse<'_> {
        let universe = self.universe(ctx, environment, packages.len());
        universe.prepare_pages(packages);
        universe
    }

    fn universe(
        &self,
        ctx: &Context,
        environment: &MarkerEnvironment,
        count: usize,
    ) -> IndexUniverse<'_> {
        let packages = words::count(count, "package", "packages");
        ctx.note(&format!("asking {} about {packages}", self.names));
        let files = self.home.index_files();
        IndexUniverse::new(&self.client, environment.clone(), files)
    }
}

/// The releases in a file.
pub(crate) fn of_file(file: &Path) -> Result<(ReleaseTable, Vec<Problem>), Failure> {
    let shown = file.display();
    let hint = "it begins with `{\"bartizan_universe\": 1, \"packages\": {`; `bartizan fix --help` shows one";
    let bytes = DiskTree.read(file, MAX_BYTES as u64).map_err(|error| {
        Failure::usage(format!("cannot read the releases in `{shown}`: {error}")).hint(hint)
    })?;
    let read = universe::read(&bytes).map_err(|error| {
        Failure::usage(format!(
            "cannot read the releases in `{shown}`: {}",
            chain(&error)
        ))
        .hint(hint)
    })?;
    Ok((read.table, read.problems))
}

impl Releases<'_> {
    /// The indexes, where they are asked.
    pub(crate) fn index(&self) -> Option<&IndexUniverse<'_>> {
        match self {
            Self::File(_) => None,
            Self::Index(universe) => Some(universe),
        }
    }

    /// Whether an index did not answer.
    pub(crate) fn has_unanswered(&self) -> bool {
        match self {
            Self::File(_) => false,
            Self::Index(universe) => universe.has_unanswered(),
        }
    }
}

impl Universe for Releases<'_> {
    fn releases(&self, package: &Package) -> Result<Option<Vec<Release>>, UniverseError> {
        match self {
            Self::File(table) => table.releases(package),
            Self::Index(universe) => universe.releases(package),
        }
    }

    fn metadata(&self, package: &Package, version: &str) -> Result<Metadata, UniverseError> {
        match self {
            Self::File(table) => table.metadata(package, version),
            Self::Index(universe) => universe.metadata(package, version),
        }
    }
}
