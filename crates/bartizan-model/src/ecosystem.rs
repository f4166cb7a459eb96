//! Ecosystems and the names of packages in them.
//!
//! An ecosystem decides two things: when two spellings name one package, and in which order versions
//! stand. Both are decided here once, so that no other code compares raw names.

use std::{borrow::Cow, fmt, sync::Arc};

use crate::version::VersionOrder;

/// The name that nearly every component has, and that is copied with each of them.
const PYPI: &str = "PyPI";

/// An ecosystem by the name the OSV schema gives it, for example `PyPI`, `Julia` or `Debian:12`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ecosystem(Cow<'static, str>);

impl Ecosystem {
    /// The Python package index.
    pub fn pypi() -> Self {
        Self(Cow::Borrowed(PYPI))
    }

    /// The Julia General registry.
    pub fn julia() -> Self {
        Self(Cow::Borrowed("Julia"))
    }

    /// Libraries by the name of their project, as package URLs of the type `generic` have them. Advisories have no such
    /// ecosystem; each source names a library in its own.
    pub fn generic() -> Self {
        Self(Cow::Borrowed("generic"))
    }

    /// Takes the name as an advisory or a lock file gives it.
    pub fn new(name: impl Into<String>) -> Self {
        let name = name.into();
        Self(if name == PYPI {
            Cow::Borrowed(PYPI)
        } else {
            Cow::Owned(name)
        })
    }

    /// The name, with its suffix (`Debian:12`).
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name without its suffix: `Debian` of `Debian:12`.
    pub fn family(&self) -> &str {
        self.0.split(':').next().unwrap_or(&self.0)
    }

    /// The order in which versions of this ecosystem stand; `None` where Bartizan does not know it.
    pub fn version_order(&self) -> Option<VersionOrder> {
        match self.family() {
            "PyPI" => Some(VersionOrder::Pep440),
            "Julia" => Some(VersionOrder::Julia),
            "crates.io" | "npm" | "Go" | "Hex" | "SwiftURL" => Some(VersionOrder::SemVer),
            "Debian" | "Ubuntu" => Some(VersionOrder::Debian),
            "Alpine" | "Alpaquita" | "Chainguard" | "MinimOS" | "Wolfi" => {
                Some(VersionOrder::Alpine)
            }
            "AlmaLinux" | "Azure Linux" | "Mageia" | "Photon OS" | "Red Hat" | "Rocky Linux"
            | "SUSE" | "openEuler" | "openSUSE" => Some(VersionOrder::Rpm),
            "conda" => Some(VersionOrder::Conda),
            _ => None,
        }
    }
}

impl fmt::Display for Ecosystem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A package: an ecosystem and a name normalised by that ecosystem's rule.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Package {
    ecosystem: Ecosystem,
    /// Shared: every finding about a package and every edge to it holds its name.
    name: Arc<str>,
}

impl Package {
    /// Normalises `name` by the ecosystem's rule (PEP 503 for `PyPI`, as written elsewhere).
    pub fn new(ecosystem: Ecosystem, name: &str) -> Self {
        let name = match ecosystem.family() {
            PYPI => normalise_pypi(name).into(),
            _ => name.trim().into(),
        };
        Self { ecosystem, name }
    }

    /// A package of the Python package index.
    pub fn pypi(name: &str) -> Self {
        Self::new(Ecosystem::pypi(), name)
    }

    /// The ecosystem the package belongs to.
    pub fn ecosystem(&self) -> &Ecosystem {
        &self.ecosystem
    }

    /// The normalised name.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl fmt::Display for Package {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

/// The normal form of a Python project's name: lower case, runs of `-`, `_` and `.` become one `-`
/// ([PEP 503](https://peps.python.org/pep-0503/#normalized-names)).
pub fn normalise_pypi(name: &str) -> String {
    let mut normal = String::with_capacity(name.len());
    for character in name.trim().chars() {
        match character {
            '-' | '_' | '.' if normal.ends_with('-') => {}
            '-' | '_' | '.' => normal.push('-'),
            other => normal.extend(other.to_lowercase()),
        }
    }
    normal
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_differ_only_in_spelling_are_one_package() {
        for spelling in [
            "zope.interface",
            "Zope-Interface",
            "zope__interface",
            "ZOPE-_.interface",
        ] {
            assert_eq!(
                Package::pypi(spelling),
                Package::pypi("zope-interface"),
                "{spelling}"
            );
        }
    }

    #[test]
    fn other_ecosystems_keep_the_name_as_written() {
        assert_eq!(
            Package::new(Ecosystem::julia(), "OpenSSL_jll").name(),
            "OpenSSL_jll"
        );
    }

    #[test]
    fn an_ecosystem_with_a_suffix_has_the_order_of_its_family() {
        assert_eq!(
            Ecosystem::new("PyPI:x").version_order(),
            Some(VersionOrder::Pep440)
        );
        for (name, order) in [
            ("Debian:12", VersionOrder::Debian),
            ("Ubuntu:24.04:LTS", VersionOrder::Debian),
            ("Alpine:v3.20", VersionOrder::Alpine),
            ("Wolfi", VersionOrder::Alpine),
            ("Red Hat:enterprise_linux:9::appstream", VersionOrder::Rpm),
            ("Rocky Linux:9", VersionOrder::Rpm),
            ("openSUSE:Leap 15.6", VersionOrder::Rpm),
            ("conda", VersionOrder::Conda),
        ] {
            assert_eq!(Ecosystem::new(name).version_order(), Some(order), "{name}");
        }
        assert_eq!(Ecosystem::new("OSS-Fuzz").version_order(), None);
    }
}
