//! What is there: components, what requires what, and what could not be read.

use std::collections::BTreeMap;

use crate::{
    ecosystem::Package,
    environment::MarkerEnvironment,
    native::{LibraryNames, NativeLibrary, UnknownNative},
    problem::Problem,
    purl::Purl,
};

/// A component's place in its inventory.
pub type ComponentIndex = usize;

/// What a target holds.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Inventory {
    /// Where a path starts: a project, a requirements file, an environment.
    pub label: String,
    /// The id of the format that was read (`uv-lock`, `site-packages`).
    pub format: String,
    /// The file or directory, as the user wrote it.
    pub path: String,
    /// The environment that markers were evaluated for, in words; `None` where the target has no markers.
    pub environment: Option<String>,
    /// That environment, where it is one.
    pub markers: Option<MarkerEnvironment>,
    /// The components, sorted by package and version; the native ones that they carry come after all of them.
    pub components: Vec<Component>,
    /// What the target itself asks for: the first components of each path.
    pub roots: Vec<ComponentIndex>,
    /// Why the target asks for components that it asks for under a condition only, as far as its format tells.
    pub asked: BTreeMap<ComponentIndex, Asked>,
    /// What requires what.
    pub edges: Vec<Edge>,
    /// How many entries were left out because their markers do not hold in this environment.
    pub excluded_by_markers: usize,
    /// Components that are named but whose version cannot be known from the target.
    pub unpinned: Vec<Unpinned>,
    /// Native code of which no version is known, sorted.
    pub unknown_natives: Vec<UnknownNative>,
    /// What could not be read.
    pub problems: Vec<Problem>,
    /// What it says about how its packages are fetched.
    pub fetching: Fetching,
}

/// What a target says about how its packages are to be fetched.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fetching {
    /// The package indexes that it names, in its order.
    pub indexes: Vec<StatedIndex>,
    /// Where it names something to install without a hash. Empty too for formats that always have hashes.
    pub unhashed: Vec<String>,
    /// Whether it declares what a package works with, for which ranges are right, not what is installed.
    pub is_declaration: bool,
}

/// A package index that a target names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct StatedIndex {
    /// Its address without user, password and query.
    pub address: String,
    /// Whether it is asked besides others, not in place of the default.
    pub is_extra: bool,
    /// Where it is named.
    pub locator: String,
}

/// Something that is there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Component {
    /// The package.
    pub package: Package,
    /// The version as the target writes it.
    pub version: String,
    /// Where it is stated: a file, or a file and line.
    pub locator: String,
    /// What the target calls it, where that is not the package that it is looked up as: conda's numpy is
    /// `pkg:conda/numpy@1.26.4?build=…` and is looked up as the numpy of the Python package index.
    pub stated_as: Option<Purl>,
    /// What there is to know of it besides where it is native code in another component.
    pub native: Option<Box<NativeLibrary>>,
}

impl Component {
    /// A component that the target calls by the name under which it is looked up.
    pub fn new(package: Package, version: impl Into<String>, locator: impl Into<String>) -> Self {
        Self {
            package,
            version: version.into(),
            locator: locator.into(),
            stated_as: None,
            native: None,
        }
    }

    /// The same component under the name that the target has for it.
    #[must_use]
    pub fn stated_as(self, purl: Purl) -> Self {
        Self {
            stated_as: Some(purl),
            ..self
        }
    }

    /// How advisories speak of it, where that is not by its package.
    pub fn library_names(&self) -> Option<&LibraryNames> {
        self.native.as_ref()?.names.as_ref()
    }

    /// The package URL of the component, as the target calls it.
    pub fn purl(&self) -> Purl {
        let own = || Purl::of_package(&self.package, Some(&self.version));
        self.stated_as.clone().unwrap_or_else(own)
    }
}

/// Why a component is asked for, the weakest reason first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Asked {
    /// For development, tests, documentation or builds.
    Development,
    /// In an optional extra.
    Optional,
    /// Without a condition.
    #[default]
    Direct,
}

/// One component requires another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Edge {
    /// The component that requires.
    pub from: ComponentIndex,
    /// The component that is required.
    pub to: ComponentIndex,
}

/// A component that is named without a version that could be looked up.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unpinned {
    /// The package.
    pub package: Package,
    /// Where it is named.
    pub locator: String,
    /// Why its version is not known: `no version`, `a range (>=2)`, `a path`, `a URL`.
    pub reason: String,
}
