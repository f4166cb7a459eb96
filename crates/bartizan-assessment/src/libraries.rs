//! What the table of native libraries says, in the words of matching and weighing.

use bartizan_model::{
    ecosystem::{Ecosystem, Package},
    inventory::Component,
    native::{LibraryNames, NativeComponent},
    version,
};
use bartizan_native::knowledge::{self, Knowledge, Library, VersionOrder};
use bartizan_vulnerability::risk::Exposure;

/// The ecosystem in which each source names libraries, by the source's key in the table. Distributions are not here:
/// what they state is about what they built, which names itself.
const UPSTREAM: [(&str, &str); 5] = [
    ("bitnami", "Bitnami"),
    ("cve", "CVE"),
    ("git", "GIT"),
    ("julia", "Julia"),
    ("oss-fuzz", "OSS-Fuzz"),
];

/// How upstream's sources speak of a component; `None` where the table does not know it.
pub fn names_of(component: &NativeComponent) -> Option<LibraryNames> {
    let library = Knowledge::embedded().library(component.library.as_deref()?)?;
    Some(names(library))
}

/// How upstream's sources speak of a library of the table.
pub fn names(library: &Library) -> LibraryNames {
    let of_source = |(key, ecosystem): &(&str, &'static str)| {
        let names = library.advisories.get(*key).into_iter().flatten();
        let ecosystem = Ecosystem::new(*ecosystem);
        names.map(move |name| Package::new(ecosystem.clone(), name))
    };
    let mut packages: Vec<Package> = UPSTREAM.iter().flat_map(of_source).collect();
    packages.extend(library.purl.library());
    packages.sort();
    packages.dedup();
    let order = match library.order {
        VersionOrder::Numbers => version::VersionOrder::Numbers,
        VersionOrder::Openssl => version::VersionOrder::OpenSsl,
        VersionOrder::Semver => version::VersionOrder::SemVer,
    };
    LibraryNames { packages, order }
}

/// What the table of libraries says of a component. Of Python packages nobody says it.
pub fn exposure(component: &Component) -> Exposure {
    let native = component.native.as_ref();
    let key = native.and_then(|native| native.component.library.as_deref());
    let library = key.and_then(|key| Knowledge::embedded().library(key));
    library.map_or(Exposure::Unknown, |library| match library.exposure {
        knowledge::Exposure::ParsesFiles => Exposure::ParsesFiles,
        knowledge::Exposure::Network => Exposure::Network,
        knowledge::Exposure::Computes => Exposure::Computes,
        knowledge::Exposure::Build => Exposure::Build,
    })
}
