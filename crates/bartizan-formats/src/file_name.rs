//! What the file name of a wheel or a source distribution says.

use bartizan_model::{
    ecosystem::{Ecosystem, Package},
    version::VersionOrder,
};

/// Endings of source distributions, and of other archives that pip installs from.
const ARCHIVES: [&str; 8] = [
    ".tar.gz", ".zip", ".tar.bz2", ".tar.xz", ".tgz", ".tar", ".tbz", ".txz",
];

/// Package and version in the name of a wheel
/// ([binary distribution format](https://packaging.python.org/en/latest/specifications/binary-distribution-format/)).
pub fn wheel(name: &str) -> Option<(Package, String)> {
    let stem = name.strip_suffix(".whl")?;
    let parts: Vec<_> = stem.split('-').collect();
    match parts.as_slice() {
        [name, version, _, _, _] | [name, version, _, _, _, _] => release(name, version),
        _ => None,
    }
}

/// Package and version in the name of a source distribution.
pub fn source(name: &str) -> Option<(Package, String)> {
    let stem = ARCHIVES
        .iter()
        .find_map(|ending| name.strip_suffix(ending))?;
    // Old names have hyphens in the project's name too, so the longest version at the end is not the
    // first hyphen's: the leftmost split whose right part is a version wins, as pip decides it.
    let mut hyphens = stem.match_indices('-');
    hyphens.find_map(|(place, _)| {
        let (name, version) = stem.split_at_checked(place)?;
        release(name, version.strip_prefix('-')?)
    })
}

/// A package of conda, by the name that conda has for it.
pub fn conda_package(name: &str) -> Package {
    Package::new(Ecosystem::new("conda"), name)
}

/// Package and version in the name of a conda package: `NAME-VERSION-BUILD.conda`, or the same with `.tar.bz2`, as some source
/// distributions end too.
pub fn conda(name: &str) -> Option<(Package, String)> {
    let endings = [".conda", ".tar.bz2"];
    let stem = endings
        .iter()
        .find_map(|ending| name.strip_suffix(ending))?;
    let [_build, version, name] = stem.rsplitn(3, '-').collect::<Vec<_>>().try_into().ok()?;
    let is_package = !name.is_empty() && !version.is_empty();
    is_package.then(|| (conda_package(name), version.to_owned()))
}

/// Whether a folder of a channel of conda may be called so: `noarch`, or system and machine
/// ([CEP 26](https://github.com/conda/ceps/blob/main/cep-0026.md)).
pub fn is_conda_subdir(name: &str) -> bool {
    let is_word = |word: &str| {
        let is_of_it = |it: u8| it.is_ascii_lowercase() || it.is_ascii_digit();
        !word.is_empty() && word.bytes().all(is_of_it)
    };
    let parts = name.split_once('-');
    name == "noarch" || parts.is_some_and(|(system, machine)| is_word(system) && is_word(machine))
}

/// Whether a name ends as a wheel's does.
pub fn is_wheel(name: &str) -> bool {
    name.strip_suffix(".whl").is_some()
}

/// Whether a name ends as an archive does.
pub fn is_archive(name: &str) -> bool {
    is_wheel(name) || ARCHIVES.iter().any(|ending| name.ends_with(ending))
}

/// Whether a name ends as those of images do.
pub(crate) fn may_be_image(name: &str) -> bool {
    let endings = [".tar", ".tar.gz", ".tgz", ".tar.zst"];
    endings.iter().any(|ending| name.ends_with(ending))
}

/// Package and version in the name of a `.dist-info` or `.egg-info` directory, without that ending.
pub fn metadata_directory(stem: &str) -> Option<(Package, String)> {
    let (name, rest) = stem.split_once('-')?;
    release(
        name,
        rest.split_once("-py").map_or(rest, |(version, _)| version),
    )
}

fn release(name: &str, version: &str) -> Option<(Package, String)> {
    let is_name = name.starts_with(|first: char| first.is_ascii_alphanumeric())
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'));
    // A wheel writes the hyphen of a local or post release as `_`.
    let version = version.replace('_', "-");
    VersionOrder::Pep440.parse(&version).filter(|_| is_name)?;
    Some((Package::pypi(name), version))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files_say_package_and_version() {
        let show = |found: Option<(Package, String)>| {
            found.map_or("-".to_owned(), |(name, version)| {
                format!("{name} {version}")
            })
        };
        assert_eq!(show(wheel("Foo_Bar-1.0-py3-none-any.whl")), "foo-bar 1.0");
        assert_eq!(
            show(wheel("foo-1.0+cu12-1-cp312-cp312-linux_x86_64.whl")),
            "foo 1.0+cu12"
        );
        assert_eq!(show(wheel("foo-1.0.whl")), "-");
        assert_eq!(show(wheel("foo-latest-py3-none-any.whl")), "-");
        assert_eq!(show(source("foo-bar-1.0.tar.gz")), "foo-bar 1.0");
        assert_eq!(show(source("foo_bar-1.0rc1.zip")), "foo-bar 1.0rc1");
        assert_eq!(show(source("data.tar.gz")), "-");
        assert_eq!(show(source("report-final.zip")), "-");
        assert_eq!(show(metadata_directory("Foo-1.0-py3.11")), "foo 1.0");
        assert_eq!(show(metadata_directory("foo")), "-");
        assert_eq!(show(conda("foo-bar-1.0-h0_0.conda")), "foo-bar 1.0");
        assert_eq!(show(conda("foo-1.0-0.tar.bz2")), "foo 1.0");
        assert_eq!(show(conda("foo-1.0.conda")), "-");
        assert!(is_conda_subdir("noarch") && is_conda_subdir("linux-64"));
        assert!(!is_conda_subdir("src_cache") && !is_conda_subdir("a-b-c"));
    }
}
