//! What a package of conda says of itself ([CEP 34](https://github.com/conda/ceps/blob/main/cep-0034.md)): `info/index.json`,
//! `info/about.json`, and the metadata of the distributions of Python among its files.

use std::{
    collections::BTreeMap,
    io::{Read, Seek},
    ops::ControlFlow,
};

use bartizan_model::{ecosystem::Package, inventory::Component};
use serde_json::{Map, Value};

use crate::{
    archive::{ArchiveError, Limits, conda},
    core_metadata::{self, Description},
    file_name,
    target::conda::{CondaPackage, requirement_names},
};

/// The largest `index.json` or `about.json`.
const LARGEST_TEXT: u64 = 16 << 20;

/// The most distributions of Python of one package; packages of whole environments have some hundreds.
const MOST_DISTRIBUTIONS: usize = 2_000;

/// The most requirements that are read.
const MOST_REQUIREMENTS: usize = 10_000;

/// What a package of conda says of itself.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CondaPackageMetadata {
    /// All of `info/index.json`.
    pub index: Map<String, Value>,
    /// All of `info/about.json`.
    pub about: Map<String, Value>,
    /// The distributions of Python in it, by the path of their metadata.
    pub python: BTreeMap<String, PythonDistribution>,
}

/// A distribution of Python in a package of conda.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PythonDistribution {
    /// What it is.
    pub package: Package,
    /// Its version.
    pub version: String,
    /// What it says for people.
    pub description: Description,
}

/// Reads a package. What is no object of JSON is as if it were not there.
pub fn read(
    reader: impl Read + Seek,
    limits: &Limits,
) -> Result<CondaPackageMetadata, ArchiveError> {
    let mut metadata = CondaPackageMetadata::default();
    conda::visit(reader, limits, &mut |member| {
        let name = conda::plain(member.name()).to_owned();
        if member.size() <= LARGEST_TEXT {
            match name.as_str() {
                conda::INDEX => metadata.index = object(&member.read()?),
                "info/about.json" => metadata.about = object(&member.read()?),
                _ if is_metadata(&name) && metadata.python.len() < MOST_DISTRIBUTIONS => {
                    let found = PythonDistribution::read(&member.read()?);
                    metadata.python.extend(found.map(|it| (name, it)));
                }
                _ => {}
            }
        }
        Ok::<_, ArchiveError>(ControlFlow::Continue(()))
    })?;
    Ok(metadata)
}

/// Reads what a package says of itself to channels, `info/index.json`; empty where there is none that can be read.
pub fn read_index(
    reader: impl Read + Seek,
    limits: &Limits,
) -> Result<Map<String, Value>, ArchiveError> {
    let mut index = Map::new();
    conda::visit_info(reader, limits, &mut |member| {
        if conda::plain(member.name()) != conda::INDEX || member.size() > LARGEST_TEXT {
            return Ok(ControlFlow::Continue(()));
        }
        index = object(&member.read()?);
        Ok::<_, ArchiveError>(ControlFlow::Break(()))
    })?;
    Ok(index)
}

fn object(bytes: &[u8]) -> Map<String, Value> {
    serde_json::from_slice(bytes).unwrap_or_default()
}

/// Whether a file holds the metadata of a distribution that Python finds: `…/site-packages/NAME.dist-info/METADATA`.
fn is_metadata(path: &str) -> bool {
    let mut parts = path.rsplit('/');
    let (file, folder, site) = (parts.next(), parts.next(), parts.next());
    let ending = match file {
        Some("METADATA") => ".dist-info",
        Some("PKG-INFO") => ".egg-info",
        _ => return false,
    };
    folder.is_some_and(|it| it.ends_with(ending)) && site == Some("site-packages")
}

impl PythonDistribution {
    fn read(bytes: &[u8]) -> Option<Self> {
        let (package, version) = core_metadata::identity(bytes)?;
        Some(Self {
            package,
            version,
            description: core_metadata::describe(bytes),
        })
    }
}

impl CondaPackageMetadata {
    /// A text of `index.json`.
    pub fn text(&self, key: &str) -> Option<&str> {
        self.index.get(key)?.as_str().filter(|it| !it.is_empty())
    }

    /// A text of `about.json`, or the first one of a list.
    pub fn about(&self, key: &str) -> Option<&str> {
        let value = self.about.get(key)?;
        let text = value
            .as_str()
            .or_else(|| value.as_array()?.first()?.as_str());
        text.map(str::trim).filter(|it| !it.is_empty())
    }

    /// The package itself, as conda calls it.
    pub fn component(&self, locator: &str) -> Option<Component> {
        let (name, version) = (self.text("name")?, self.text("version")?);
        let text = |key: &str| self.text(key).map(str::to_owned);
        let named = CondaPackage {
            name: name.to_owned(),
            version: version.to_owned(),
            build: text("build"),
            subdir: text("subdir"),
            ..CondaPackage::default()
        };
        let component = Component::new(file_name::conda_package(name), version, locator);
        Some(match named.purl() {
            Some(purl) => component.stated_as(purl),
            None => component,
        })
    }

    /// The names of what it asks for, and of what it must fit.
    pub fn required(&self) -> Vec<Package> {
        let keys = ["depends", "constrains"].into_iter();
        let lists = keys.filter_map(|key| self.index.get(key)?.as_array());
        let texts = lists.flatten().filter_map(Value::as_str);
        let names = requirement_names(texts);
        names
            .take(MOST_REQUIREMENTS)
            .map(file_name::conda_package)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use proptest::prelude::*;

    use super::*;
    use crate::archive::conda::tests::{newer, older};

    fn check(package: &[u8]) -> String {
        let metadata = match read(Cursor::new(package), &Limits::ARTIFACT) {
            Ok(metadata) => metadata,
            Err(error) => return format!("! {error}"),
        };
        let own = metadata
            .component("lab.conda")
            .map(|it| it.purl().to_string());
        let required = metadata.required();
        let required: Vec<&str> = required.iter().map(Package::name).collect();
        let python = metadata.python.iter().map(|(path, it)| {
            let summary = it.description.summary.as_deref().unwrap_or("-");
            format!("{path}: {} {} ({summary})", it.package, it.version)
        });
        let head = format!(
            "{} {} asks for {}",
            own.as_deref().unwrap_or("-"),
            metadata.about("home").unwrap_or("-"),
            required.join(", ")
        );
        std::iter::once(head)
            .chain(python)
            .collect::<Vec<_>>()
            .join("\n")
    }

    const INDEX: &[u8] = br#"{"name": "lab", "version": "1.0", "build": "h0_0", "subdir": "linux-64", "depends": ["zlib >=1.3,<2", "python=3.12", "__glibc"], "constrains": ["numpy <3"]}"#;
    const METADATA: &[u8] = b"Name: lab-core\nVersion: 1.1\nSummary: Does it\n";

    #[test]
    fn a_package_says_what_it_is_and_asks_for() {
        let info: &[(&str, &[u8])] = &[
            ("info/index.json", INDEX),
            ("info/about.json", br#"{"home": ["https://lab.example"]}"#),
        ];
        let site = "lib/python3.12/site-packages";
        let files = [
            (format!("{site}/lab_core-1.1.dist-info/METADATA"), METADATA),
            (
                format!("{site}/lab/_vendor/x-1.dist-info/METADATA"),
                METADATA,
            ),
        ];
        let files: Vec<(&str, &[u8])> = files
            .iter()
            .map(|(name, bytes)| (name.as_str(), *bytes))
            .collect();
        insta::assert_snapshot!(check(&newer(info, &files)), @r"
        pkg:conda/lab@1.0?build=h0_0&subdir=linux-64 https://lab.example asks for zlib, python, numpy
        lib/python3.12/site-packages/lab_core-1.1.dist-info/METADATA: lab-core 1.1 (Does it)
        ");
        insta::assert_snapshot!(check(&older(&[("info/index.json", b"[]")])), @"- - asks for");
    }

    proptest! {
        #[test]
        fn never_panics(index in "[\\[\\]{}\":a-z0-9,]{0,40}", metadata in ".{0,40}") {
            check(&older(&[("info/index.json", index.as_bytes()), ("site-packages/x.dist-info/METADATA", metadata.as_bytes())]));
        }
    }
}
