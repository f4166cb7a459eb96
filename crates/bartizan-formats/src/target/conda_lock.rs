//! The unified lock file of [conda-lock](https://conda.github.io/conda-lock/), `conda-lock.yml` version 1.
//!
//! It holds packages of conda and of pip for several platforms; those of one are read. All categories count.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use bartizan_model::{ecosystem::Package, inventory::Inventory};
use serde_json::Value;

use super::{
    Candidate, TargetContext, TargetError, TargetFormat,
    conda::{CondaPackage, Listing, What, choose_platforms, text},
};
use crate::{
    document::{DocumentError, read_text},
    yaml::{self, Part},
};

/// The format.
pub(super) static FORMAT: CondaLock = CondaLock;

/// See the module.
pub(super) struct CondaLock;

/// The version of the format that is understood.
const KNOWN_VERSION: &str = "1";

impl TargetFormat for CondaLock {
    fn id(&self) -> &'static str {
        "conda-lock"
    }

    fn title(&self) -> &'static str {
        "conda-lock.yml"
    }

    fn is_usual_name(&self, candidate: &Candidate<'_>) -> bool {
        let name = candidate.name();
        let stem = name.strip_suffix(".yml").or(name.strip_suffix(".yaml"));
        stem.is_some_and(|stem| stem.ends_with("conda-lock"))
    }

    fn recognises(&self, candidate: &Candidate<'_>) -> bool {
        let is_lock = |text: &str| {
            let has = |start| text.lines().any(|line: &str| line.starts_with(start));
            has("metadata:") && has("version:") && text.contains("\n  content_hash:")
        };
        let is_named = || self.is_usual_name(candidate);
        candidate.is_file() && (is_named() || candidate.head_text().is_some_and(is_lock))
    }

    fn read(&self, ctx: &TargetContext<'_>, path: &Path) -> Result<Inventory, TargetError> {
        let source = read_text(ctx.tree, path)?;
        let mut file = CondaLockFile::default();
        yaml::gather(&source, &["package"], &mut |part| file.take(&part)).map_err(|cause| {
            TargetError::Document {
                path: path.to_owned(),
                cause: DocumentError::Yaml(cause),
            }
        })?;
        match file.version.as_deref() {
            Some(KNOWN_VERSION) => {}
            found => return Err(TargetError::unknown_version(path, found, KNOWN_VERSION)),
        }
        let locked: Vec<_> = file.by_platform.keys().cloned().collect();
        let (chosen, problem) = choose_platforms(ctx, path, &locked);
        file.by_platform
            .retain(|platform, _| chosen.contains(platform));
        file.listing.together = file.by_platform.into_values().collect();
        let mut inventory = file.listing.inventory(ctx, path, self.id());
        inventory.problems.extend(problem);
        Ok(inventory)
    }
}

/// A lock file while it is read.
#[derive(Debug, Default)]
struct CondaLockFile {
    version: Option<String>,
    listing: Listing,
    by_platform: BTreeMap<String, Vec<usize>>,
    /// What was listed: platform, name, version, place. A package of several categories has an entry for each.
    seen: BTreeSet<[String; 4]>,
}

impl CondaLockFile {
    fn take(&mut self, part: &Part<'_>) {
        match (part.key, &part.value) {
            ("version", Value::String(version)) => self.version = Some(version.clone()),
            ("metadata", metadata) => {
                for platform in super::conda::texts(metadata, "platforms") {
                    self.by_platform.entry(platform.to_owned()).or_default();
                }
            }
            ("package", package) => self.package(part.line, package),
            _ => {}
        }
    }

    fn package(&mut self, line: usize, value: &Value) {
        let (Some(name), Some(platform)) = (text(value, "name"), text(value, "platform")) else {
            let message = "a package without a name or a platform";
            self.listing.notes.add(line, message);
            return;
        };
        let key = [
            Some(platform),
            Some(name),
            text(value, "version"),
            text(value, "url"),
        ];
        if !self
            .seen
            .insert(key.map(|part| part.unwrap_or_default().to_owned()))
        {
            return;
        }
        let version = text(value, "version").map(str::to_owned);
        let dependencies = value.get("dependencies").and_then(Value::as_object);
        let required = dependencies
            .into_iter()
            .flatten()
            .map(|(name, _)| name.as_str());
        let what = if text(value, "manager") == Some("pip") {
            if version.is_none() {
                self.listing
                    .notes
                    .add(line, format!("`{name}` has no version"));
            }
            What::Python {
                package: Package::pypi(name),
                version,
                reason: "no version",
                requirements: required.filter_map(|name| name.parse().ok()).collect(),
            }
        } else {
            let location = text(value, "url").and_then(CondaPackage::of_location);
            let mut package = location.unwrap_or_default();
            name.clone_into(&mut package.name);
            // The version that is stated counts; the file name tells it where none is.
            package.version = version.unwrap_or(package.version);
            package.build = text(value, "build").map(str::to_owned).or(package.build);
            package.depends_on(required);
            What::Conda(package)
        };
        if let Some(place) = self.listing.add(line, what) {
            let platform = self.by_platform.entry(platform.to_owned()).or_default();
            platform.push(place);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use proptest::prelude::*;

    use crate::{
        target::{
            PlatformChoice, TargetContext, discover,
            tests::{context, found, show},
        },
        tree::MemoryTree,
    };

    fn check(text: &str) -> String {
        found(&[("conda-lock.yml", text.as_bytes())], "conda-lock.yml")
    }

    const LOCK: &str = r"# made by hand
version: 1
metadata:
  content_hash:
    linux-64: '00'
    osx-arm64: '00'
  channels:
  - url: conda-forge
    used_env_vars: []
  platforms:
  - linux-64
  - osx-arm64
  sources:
  - environment.yml
package:
- name: python
  version: 3.11.9
  manager: conda
  platform: linux-64
  dependencies:
    __glibc: '>=2.17'
    openssl: '>=3.2'
  url: https://host/conda-forge/linux-64/python-3.11.9-hb806964_0_cpython.conda
  hash:
    md5: '00'
  category: main
  optional: false
- name: openssl
  version: 3.3.0
  manager: conda
  platform: linux-64
  dependencies: {}
  url: https://host/conda-forge/linux-64/openssl-3.3.0-h4ab18f5_2.conda
  category: main
  optional: false
- name: pytorch
  version: '2.10'
  manager: conda
  platform: linux-64
  dependencies:
    python: '>=3.11,<3.12.0a0'
    numpy: ''
  url: https://host/conda-forge/linux-64/pytorch-2.10-cpu_py311_0.conda
  category: main
  optional: false
- name: numpy
  version: 1.26.4
  manager: conda
  platform: linux-64
  dependencies:
    python_abi: 3.11.*
  url: https://host/conda-forge/linux-64/numpy-1.26.4-py311h64a7726_0.conda
  category: dev
  optional: true
- name: numpy
  version: 1.26.3
  manager: conda
  platform: osx-arm64
  dependencies:
    python_abi: 3.11.*
  url: https://host/conda-forge/osx-arm64/numpy-1.26.3-py311h64a7726_0.conda
  category: dev
  optional: true
- name: numpy
  version: 1.26.4
  manager: conda
  platform: linux-64
  dependencies:
    python_abi: 3.11.*
  url: https://host/conda-forge/linux-64/numpy-1.26.4-py311h64a7726_0.conda
  category: main
  optional: false
- name: Wheel_only
  version: '1.0'
  manager: pip
  platform: linux-64
  dependencies:
    numpy: '>=1'
  url: https://host/wheel_only-1.0-py3-none-any.whl
  hash:
    sha256: '00'
  category: main
  optional: false
";

    #[test]
    fn one_platform_is_read() {
        insta::assert_snapshot!(check(LOCK), @r"
        conda-lock.yml [conda-lock] CPython 3.11.9 on linux x86_64, 1 excluded
          cpython 3.11.9 (conda-lock.yml:16) -> openssl
          numpy 1.26.4 (conda-lock.yml:46)
        * torch 2.10 (conda-lock.yml:36) -> cpython, numpy
        * wheel-only 1.0 (conda-lock.yml:73) -> numpy
          openssl 3.3.0 (conda-lock.yml:28)
        ");
        let tree = MemoryTree::new([("conda-lock.yml", LOCK)]);
        let ctx = TargetContext {
            platform: PlatformChoice::Any,
            ..context(&tree)
        };
        insta::assert_snapshot!(show(discover(&ctx, Path::new("conda-lock.yml"))), @r"
        conda-lock.yml [conda-lock] any platform and Python, markers not evaluated, 0 excluded
          cpython 3.11.9 (conda-lock.yml:16) -> openssl
        * numpy 1.26.3 (conda-lock.yml:55)
          numpy 1.26.4 (conda-lock.yml:46)
        * torch 2.10 (conda-lock.yml:36) -> cpython, numpy
        * wheel-only 1.0 (conda-lock.yml:73) -> numpy
          openssl 3.3.0 (conda-lock.yml:28)
        ");
    }

    #[test]
    fn a_platform_that_is_not_there_hides_nothing() {
        insta::assert_snapshot!(check(&LOCK.replace("linux-64", "win-64")), @r"
        conda-lock.yml [conda-lock] CPython 3.11.9 on linux x86_64, 0 excluded
          cpython 3.11.9 (conda-lock.yml:16) -> openssl
        * numpy 1.26.3 (conda-lock.yml:55)
          numpy 1.26.4 (conda-lock.yml:46)
        * torch 2.10 (conda-lock.yml:36) -> cpython, numpy
        * wheel-only 1.0 (conda-lock.yml:73) -> numpy
          openssl 3.3.0 (conda-lock.yml:28)
        ! conda-lock.yml: the file is not made for linux-64; what it holds for osx-arm64, win-64 was read
        ");
    }

    #[test]
    fn damaged_entries_cost_only_themselves() {
        insta::assert_snapshot!(check("version: 1\npackage:\n- name: a\n- 7\n- {name: b, platform: linux-64}\n- {name: c, platform: linux-64, manager: pip}\n- {name: d, version: 1.0, platform: linux-64, dependencies: [x], url: odd}\n"), @r"
        conda-lock.yml [conda-lock] CPython 3.12.0 on linux x86_64 (as asked for), 0 excluded
        * d 1.0 (conda-lock.yml:7)
        ? c: no version (conda-lock.yml:6)
        ? b: no version (conda-lock.yml:5)
        ! conda-lock.yml:3: a package without a name or a platform
        ! conda-lock.yml:4: a package without a name or a platform
        ! conda-lock.yml:6: `c` has no version
        ");
        insta::assert_snapshot!(check("version: 2\n"), @r"!! conda-lock.yml: `conda-lock.yml` states version `2` of its format; only 1 is known");
        insta::assert_snapshot!(check("- 1\n"), @r"!! conda-lock.yml: cannot read `conda-lock.yml`: line 1: not a mapping");
        insta::assert_snapshot!(check("version: 1\npackage:\n- &a {name: x}\n"), @r"!! conda-lock.yml: cannot read `conda-lock.yml`: line 3: anchors and aliases are not accepted");
        insta::assert_snapshot!(found(&[("env.lock", LOCK.as_bytes())], "env.lock").lines().next().unwrap_or_default(), @r"env.lock [conda-lock] CPython 3.11.9 on linux x86_64, 1 excluded");
    }

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            found(&[("conda-lock.yml", &bytes)], "conda-lock.yml");
        }

        #[test]
        fn never_panics_on_damage(from in 0_usize..1900, length in 0_usize..60, text in "[\\[\\]{}:\"'a-z ,\n-]{0,6}") {
            let end = (from + length).min(LOCK.len());
            let (head, tail) = (LOCK.get(..from.min(end)).unwrap_or_default(), LOCK.get(end..).unwrap_or_default());
            check(&format!("{head}{text}{tail}"));
        }
    }
}
