//! Package URLs by the [purl specification](https://github.com/package-url/purl-spec): one text that names a package of
//! any ecosystem.

mod distribution;
mod encoding;
mod kind;
mod parse;

use std::{collections::BTreeMap, fmt};

use crate::ecosystem::{Ecosystem, Package};

/// A package URL in canonical form: whatever the type's rule folds is folded.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Purl {
    kind: String,
    namespace: Vec<String>,
    name: String,
    version: Option<String>,
    qualifiers: BTreeMap<String, String>,
    subpath: Vec<String>,
}

/// The parts that a package URL is made of, none of them encoded.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PurlParts {
    /// The type: `pypi`, `generic`.
    pub kind: String,
    /// What stands before the name, one entry for each level: `["@scope"]`, `["github.com", "owner"]`.
    pub namespace: Vec<String>,
    /// The name.
    pub name: String,
    /// The version; an empty one is none.
    pub version: Option<String>,
    /// Further facts, each key once; those with an empty value are left out.
    pub qualifiers: Vec<(String, String)>,
    /// A path within the package; empty entries, `.` and `..` are left out.
    pub subpath: Vec<String>,
}

/// The text or the parts make no package URL.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PurlError {
    /// It does not start with `pkg:`.
    #[error("`{0}` does not start with `pkg:`")]
    NoScheme(String),
    /// The type is missing, or not one word of letters, digits, `.` and `-`.
    #[error("`{0}` is not a type of packages")]
    BadType(String),
    /// There is no name.
    #[error("a package URL of type `{0}` names no package")]
    NoName(String),
    /// A percent sign without two hexadecimal digits, or bytes that are not UTF-8.
    #[error("`{0}` is not percent-encoded text")]
    BadEncoding(String),
    /// A slash within one level of the namespace or subpath.
    #[error("`{0}` holds an encoded slash")]
    EncodedSlash(String),
    /// A key of other characters than letters, digits, `.`, `-` and `_`.
    #[error("`{0}` is not a qualifier's key")]
    BadQualifier(String),
    /// A key twice.
    #[error("the qualifier `{0}` is given twice")]
    RepeatedQualifier(String),
    /// The type has no namespaces.
    #[error("packages of type `{0}` have no namespace")]
    NamespaceNotAllowed(String),
    /// The type has no package without namespace.
    #[error("packages of type `{0}` need a namespace")]
    NamespaceMissing(String),
    /// Against a rule of the type.
    #[error("a package URL of type `{kind}` {rule}")]
    AgainstType {
        /// The type.
        kind: String,
        /// What the type asks for.
        rule: &'static str,
    },
    /// Nobody writes a package URL of this length.
    #[error("a package URL of {0} bytes is longer than the limit of {limit}", limit = Purl::MAX_LENGTH)]
    TooLong(usize),
}

impl Purl {
    /// Longer texts are refused.
    pub const MAX_LENGTH: usize = 1 << 16;

    /// Puts parts together and folds what the type's rule folds.
    pub fn new(parts: PurlParts) -> Result<Self, PurlError> {
        let kind = parse::check_kind(&parts.kind)?;
        let name = parts.name.trim_matches('/').to_owned();
        if name.is_empty() {
            return Err(PurlError::NoName(kind));
        }
        let mut purl = Self {
            kind,
            namespace: parse::check_segments(parts.namespace, |_| true)?,
            name,
            version: parts.version.filter(|version| !version.is_empty()),
            qualifiers: parse::check_qualifiers(parts.qualifiers)?,
            subpath: parse::check_segments(parts.subpath, |segment| {
                !matches!(segment, "." | "..")
            })?,
        };
        kind::apply_rule(&mut purl)?;
        Ok(purl)
    }

    /// The package URL of a package, with a version where one is given. Ecosystems without a type of their own
    /// get the type `generic`.
    pub fn of_package(package: &Package, version: Option<&str>) -> Self {
        let (kind, namespace, name) = kind::type_of(package);
        Self {
            kind: kind.to_owned(),
            namespace,
            name,
            version: version
                .filter(|version| !version.is_empty())
                .map(str::to_owned),
            qualifiers: BTreeMap::new(),
            subpath: Vec::new(),
        }
    }

    /// The package and version it names, where its type is an ecosystem that advisories use. Two packages of Julia with
    /// one name and different `uuid` are one here, as they are in advisories. A package of a Linux distribution needs
    /// the qualifier `distro`, and is the source package that `upstream` names where its advisories are about those.
    pub fn package(&self) -> Option<(Package, Option<String>)> {
        kind::package_of(self)
    }

    /// The library that a package URL of the type `generic` names. It is a package of no ecosystem that a source could
    /// cover as a whole, so [`Purl::package`] does not give it.
    pub fn library(&self) -> Option<Package> {
        let is_library = self.kind == "generic" && self.namespace.is_empty();
        is_library.then(|| Package::new(Ecosystem::generic(), &self.name))
    }

    /// Why a package of a Linux distribution is none that advisories name; `None` where it is, and for other types.
    pub fn why_without_advisories(&self) -> Option<&'static str> {
        distribution::why_not(self)
    }

    /// The type: `pypi`, `generic`.
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// The levels before the name.
    pub fn namespace(&self) -> &[String] {
        &self.namespace
    }

    /// The name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The version.
    pub fn version(&self) -> Option<&str> {
        self.version.as_deref()
    }

    /// The value of a qualifier.
    pub fn qualifier(&self, key: &str) -> Option<&str> {
        self.qualifiers.get(key).map(String::as_str)
    }

    /// The qualifiers, sorted by key.
    pub fn qualifiers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.qualifiers
            .iter()
            .map(|(key, value)| (key.as_str(), value.as_str()))
    }

    /// The path within the package, level by level.
    pub fn subpath(&self) -> &[String] {
        &self.subpath
    }
}

impl fmt::Display for Purl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "pkg:{}", self.kind)?;
        for segment in self.namespace.iter().chain([&self.name]) {
            f.write_str("/")?;
            encoding::write(f, segment)?;
        }
        if let Some(version) = &self.version {
            f.write_str("@")?;
            encoding::write(f, version)?;
        }
        for (index, (key, value)) in self.qualifiers.iter().enumerate() {
            write!(f, "{}{key}=", if index == 0 { '?' } else { '&' })?;
            encoding::write(f, value)?;
        }
        for (index, segment) in self.subpath.iter().enumerate() {
            f.write_str(if index == 0 { "#" } else { "/" })?;
            encoding::write(f, segment)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
