//! The lock file of [pixi](https://pixi.sh), versions 4 to 7.
//!
//! It holds several environments for several platforms, of conda and of PyPI packages. All environments count, on
//! one platform. A package is described once and named by its location wherever it is used.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use bartizan_model::{ecosystem::Package, inventory::Inventory, problem::chain};
use serde_json::Value;

use super::{
    Candidate, TargetContext, TargetError, TargetFormat,
    conda::{CondaPackage, Listing, What, choose_platforms, text, texts},
};
use crate::{
    document::{DocumentError, read_text},
    file_name,
    yaml::{self, Part},
};

/// The format.
pub(super) static FORMAT: PixiLock = PixiLock;

/// See the module.
pub(super) struct PixiLock;

/// The versions of the format that are understood. Those before were conda-lock's.
const KNOWN_VERSIONS: [&str; 4] = ["4", "5", "6", "7"];

impl TargetFormat for PixiLock {
    fn id(&self) -> &'static str {
        "pixi-lock"
    }

    fn title(&self) -> &'static str {
        "pixi.lock"
    }

    fn is_usual_name(&self, candidate: &Candidate<'_>) -> bool {
        candidate.name() == "pixi.lock"
    }

    fn recognises(&self, candidate: &Candidate<'_>) -> bool {
        let is_lock = |text: &str| {
            let has = |start| text.lines().any(|line: &str| line.starts_with(start));
            has("version:") && has("environments:") && text.contains("\n    packages:")
        };
        let is_named = || self.is_usual_name(candidate);
        candidate.is_file() && (is_named() || candidate.head_text().is_some_and(is_lock))
    }

    fn read(&self, ctx: &TargetContext<'_>, path: &Path) -> Result<Inventory, TargetError> {
        let source = read_text(ctx.tree, path)?;
        let mut file = PixiLockFile::default();
        yaml::gather(&source, &["packages"], &mut |part| file.take(part)).map_err(|cause| {
            TargetError::Document {
                path: path.to_owned(),
                cause: DocumentError::Yaml(cause),
            }
        })?;
        match file.version.as_deref() {
            Some(version) if KNOWN_VERSIONS.contains(&version) => {}
            found => return Err(TargetError::unknown_version(path, found, "4 to 7")),
        }
        let locked = file.platforms();
        let (chosen, problem) = choose_platforms(ctx, path, &locked);
        file.choose(&chosen);
        let mut inventory = file.listing.inventory(ctx, path, self.id());
        inventory.problems.extend(problem);
        Ok(inventory)
    }
}

/// How many packages one location may have; a repository of sources has a few.
const MOST_AT_LOCATION: usize = 256;

/// A lock file while it is read.
#[derive(Debug, Default)]
struct PixiLockFile {
    version: Option<String>,
    /// What stands under `environments`.
    environments: Value,
    environments_line: usize,
    listing: Listing,
    by_location: BTreeMap<String, Vec<usize>>,
}

/// The keys under which a package is named.
const KEYS: [&str; 3] = ["conda", "pypi", "conda_source"];

impl PixiLockFile {
    fn take(&mut self, part: Part<'_>) {
        match (part.key, part.value) {
            ("version", Value::String(version)) => self.version = Some(version),
            ("environments", environments) => {
                self.environments = environments;
                self.environments_line = part.line;
            }
            ("packages", package) => self.package(part.line, &package),
            _ => {}
        }
    }

    fn package(&mut self, line: usize, value: &Value) {
        // Before version 6 the kind was a value of its own.
        let kind = text(value, "kind").or(KEYS.into_iter().find(|key| value.get(key).is_some()));
        let location = kind.and_then(|kind| text(value, kind));
        let location = location.or(text(value, "url")).or(text(value, "path"));
        let (Some(kind), Some(location)) = (kind, location) else {
            let message = "a package without a location";
            self.listing.notes.add(line, message);
            return;
        };
        let what = if kind == "pypi" {
            self.pypi_package(line, value, location)
        } else {
            self.conda_package(line, value, location)
        };
        if let Some(place) = what.and_then(|what| self.listing.add(line, what)) {
            let places = self.by_location.entry(location.to_owned()).or_default();
            if places.len() < MOST_AT_LOCATION {
                places.push(place);
            } else {
                let message = "too many packages at one location; not read";
                self.listing.notes.add(line, message);
            }
        }
    }

    fn conda_package(&mut self, line: usize, value: &Value, location: &str) -> Option<What> {
        let mut package = CondaPackage::of_location(location).unwrap_or_default();
        // `name[hash] @ path`, as sources are named since version 7.
        let named = location.split(['[', ' ']).next().unwrap_or_default();
        let is_source = value.get("conda_source").is_some();
        let name = text(value, "name").or(is_source.then_some(named));
        let own = |key: &str, known: Option<String>| text(value, key).map(str::to_owned).or(known);
        package.name = name.map_or(package.name, str::to_owned);
        if package.name.is_empty() {
            self.listing.notes.add(line, "a package without a name");
            return None;
        }
        package.version = own("version", None).unwrap_or(package.version);
        package.build = own("build", package.build);
        package.subdir = own("subdir", package.subdir);
        package.depends_on(texts(value, "depends"));
        package.purls = value.get("purls").and_then(Value::as_array).map(|_| {
            let purls = texts(value, "purls");
            purls.map(str::to_owned).collect()
        });
        Some(What::Conda(package))
    }

    fn pypi_package(&mut self, line: usize, value: &Value, location: &str) -> Option<What> {
        let file = location.rsplit(['/', '\\']).next().unwrap_or(location);
        let file = file.split(['#', '?']).next().unwrap_or(file);
        let (named, told) = file_name::wheel(file).or(file_name::source(file)).unzip();
        let Some(package) = text(value, "name").map(Package::pypi).or(named) else {
            self.listing.notes.add(line, "a package without a name");
            return None;
        };
        let mut requirements = Vec::new();
        for requirement in texts(value, "requires_dist") {
            match requirement.parse() {
                Ok(requirement) => requirements.push(requirement),
                Err(error) => self.listing.notes.add(line, chain(&error)),
            }
        }
        let is_address = location.contains("://");
        Some(What::Python {
            package,
            version: text(value, "version").map(str::to_owned).or(told),
            reason: if is_address { "a URL" } else { "a path" },
            requirements,
        })
    }

    /// The lists of packages: environment, platform, list.
    fn lists(&self) -> impl Iterator<Item = (&str, &Vec<Value>)> {
        let environments = self.environments.as_object();
        let packages = environments
            .into_iter()
            .flatten()
            .filter_map(|(_, environment)| environment.get("packages")?.as_object());
        packages
            .flatten()
            .filter_map(|(platform, list)| Some((platform.as_str(), list.as_array()?)))
    }

    fn platforms(&self) -> Vec<String> {
        let names: BTreeSet<_> = self
            .lists()
            .map(|(platform, _)| platform.to_owned())
            .collect();
        names.into_iter().collect()
    }

    /// Looks up what the environments list for these platforms.
    fn choose(&mut self, platforms: &[String]) {
        let mut together = Vec::new();
        let mut missing = BTreeSet::new();
        for (_, list) in self
            .lists()
            .filter(|(name, _)| platforms.iter().any(|it| it == name))
        {
            let mut places = BTreeSet::new();
            for entry in list {
                let location = KEYS.into_iter().find_map(|key| text(entry, key));
                let known = location.and_then(|location| self.by_location.get(location));
                if known.is_none() {
                    missing.insert(location.unwrap_or_default().to_owned());
                }
                // Several sources may share a location; what else is stated tells them apart.
                let name = text(entry, "name");
                let is_meant = |place: &usize| {
                    let item = self.listing.items.get(*place);
                    let stated = item.and_then(|item| match &item.what {
                        What::Conda(package) => Some(package.name.as_str()),
                        What::Python { .. } => None,
                    });
                    name.is_none() || stated.is_none() || name == stated
                };
                places.extend(known.into_iter().flatten().copied().filter(is_meant));
            }
            together.push(places.into_iter().collect());
        }
        for location in missing {
            let message = format!("`{location}` is listed in an environment and not described");
            self.listing.notes.add(self.environments_line, message);
        }
        self.listing.together = together;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::target::tests::found;

    fn check(text: &str) -> String {
        found(&[("pixi.lock", text.as_bytes())], "pixi.lock")
    }

    const LOCK: &str = r"version: 6
environments:
  default:
    channels:
    - url: https://host/conda-forge/
    indexes:
    - https://host/simple
    packages:
      linux-64:
      - conda: https://host/conda-forge/linux-64/python-3.11.9-hb806964_0_cpython.conda
      - conda: https://host/conda-forge/linux-64/openssl-3.3.0-h4ab18f5_2.conda
      - conda: https://host/conda-forge/linux-64/numpy-1.26.4-py311h64a7726_0.conda
      - pypi: https://host/web-2.1-py3-none-any.whl
      - pypi: ./
      win-64:
      - conda: https://host/conda-forge/win-64/numpy-1.26.3-py311h64a7726_0.conda
  test:
    channels:
    - url: https://host/conda-forge/
    packages:
      linux-64:
      - conda: https://host/conda-forge/linux-64/python-3.11.9-hb806964_0_cpython.conda
      - conda: https://host/conda-forge/noarch/odd-name-8.1-pyhd8ed1ab_0.conda
      - conda: monorepo
        name: tool
      - conda: https://host/conda-forge/linux-64/gone-1-0.conda
packages:
- conda: https://host/conda-forge/linux-64/python-3.11.9-hb806964_0_cpython.conda
  sha256: '00'
  depends:
  - __glibc >=2.17,<3.0.a0
  - openssl >=3.2.1,<4.0a0
  purls: []
- conda: https://host/conda-forge/linux-64/openssl-3.3.0-h4ab18f5_2.conda
  purls: []
- conda: https://host/conda-forge/linux-64/numpy-1.26.4-py311h64a7726_0.conda
  depends:
  - python >=3.11,<3.12.0a0
  purls:
  - pkg:pypi/numpy?source=hash-mapping
- conda: https://host/conda-forge/win-64/numpy-1.26.3-py311h64a7726_0.conda
- conda: https://host/conda-forge/noarch/odd-name-8.1-pyhd8ed1ab_0.conda
  depends:
  - python
  purls:
  - pkg:pypi/tester?source=hash-mapping
- conda: monorepo
  name: other
  version: '1'
- conda: monorepo
  name: tool
  version: '1'
  build: pyh00_0
  subdir: noarch
- pypi: https://host/web-2.1-py3-none-any.whl
  name: web
  version: '2.1'
  requires_dist:
  - numpy>=1
  - win ; sys_platform == 'win32'
  - odd >
- pypi: ./
  name: lab
  requires_dist: []
";

    #[test]
    fn environments_are_read_for_one_platform() {
        insta::assert_snapshot!(check(LOCK), @r"
        pixi.lock [pixi-lock] CPython 3.11.9 on linux x86_64, 2 excluded
          cpython 3.11.9 (pixi.lock:28) -> openssl
          numpy 1.26.4 (pixi.lock:36) -> cpython
        * tester 8.1 (pixi.lock:42) -> cpython
        * tool 1 (pixi.lock:50)
        * web 2.1 (pixi.lock:55) -> numpy
          openssl 3.3.0 (pixi.lock:34)
        ? lab: a path (pixi.lock:62)
        ! pixi.lock:55: requirement `odd >` has a bad version specifier: `>` names no valid version
        ! pixi.lock:3: `https://host/conda-forge/linux-64/gone-1-0.conda` is listed in an environment and not described
        ");
    }

    #[test]
    fn other_versions_spell_it_otherwise() {
        insta::assert_snapshot!(check("version: 5\nenvironments:\n  default:\n    channels: []\n    packages:\n      linux-64:\n      - conda: https://host/c/noarch/a-1.0-pyhd_0.conda\n      - pypi: https://host/b-2.0.tar.gz\npackages:\n\
            - kind: conda\n  name: a\n  version: 1.10\n  build: pyhd_0\n  subdir: noarch\n  url: https://host/c/noarch/a-1.0-pyhd_0.conda\n- kind: pypi\n  name: b\n  version: '2.0'\n  url: https://host/b-2.0.tar.gz\n  requires_dist:\n  - a\n"), @r"
        pixi.lock [pixi-lock] CPython 3.12.0 on linux x86_64 (as asked for), 0 excluded
          a 1.10 (pixi.lock:10)
        * b 2.0 (pixi.lock:16) -> a
        ");
        insta::assert_snapshot!(check("version: 7\nplatforms:\n- name: linux-64\nenvironments:\n  default:\n    channels: []\n    packages:\n      linux-64:\n      - conda_source: tool[00ff] @ ./tool\npackages:\n- conda_source: tool[00ff] @ ./tool\n  version: '1'\n  build: pyh_0\n  depends:\n  - python\n"), @r"
        pixi.lock [pixi-lock] CPython 3.12.0 on linux x86_64 (as asked for), 0 excluded
        * tool 1 (pixi.lock:11)
        ");
        insta::assert_snapshot!(check("version: 3\n"), @r"!! pixi.lock: `pixi.lock` states version `3` of its format; only 4 to 7 is known");
    }

    #[test]
    fn damaged_entries_cost_only_themselves() {
        insta::assert_snapshot!(check("version: 6\nenvironments: 7\npackages:\n- 1\n- {conda: 7}\n- {pypi: odd}\n- {conda: https://host/linux-64/a-1-0.conda}\n"), @r"
        pixi.lock [pixi-lock] CPython 3.12.0 on linux x86_64 (as asked for), 1 excluded
        ! pixi.lock:4: a package without a location
        ! pixi.lock:5: a package without a name
        ! pixi.lock:6: a package without a name
        ");
        insta::assert_snapshot!(check("version: 6\nenvironments: [\n"), @r"!! pixi.lock: cannot read `pixi.lock`: line 3: while parsing a node, did not find expected node content");
        insta::assert_snapshot!(found(&[("x.yml", LOCK.as_bytes())], "x.yml").lines().next().unwrap_or_default(), @r"x.yml [pixi-lock] CPython 3.11.9 on linux x86_64, 2 excluded");
    }

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            found(&[("pixi.lock", &bytes)], "pixi.lock");
        }

        #[test]
        fn never_panics_on_damage(from in 0_usize..2300, length in 0_usize..60, text in "[\\[\\]{}:\"'a-z ,\n-]{0,6}") {
            let end = (from + length).min(LOCK.len());
            let (head, tail) = (LOCK.get(..from.min(end)).unwrap_or_default(), LOCK.get(end..).unwrap_or_default());
            check(&format!("{head}{text}{tail}"));
        }
    }
}
