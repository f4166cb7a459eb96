//! An environment of conda: a prefix with a `conda-meta` folder.
//!
//! Each package has a record there that lists its files. Where the metadata of a Python distribution are among
//! them, the package is that distribution and one component with it: no name is guessed. What else lies in
//! `site-packages` came from pip. Nothing of the environment is executed.

mod history;
mod record;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use bartizan_model::{
    ecosystem::Package,
    environment::Platform,
    inventory::{Component, Inventory},
    problem::Problem,
    requirement::Requirement,
};

use self::record::Record;
use super::{
    Candidate, PlatformChoice, TargetContext, TargetError, TargetFormat, entry_name,
    environment::{distribution, duplicates, layout},
};
use crate::{
    file_name,
    graph::Graph,
    links::{self, Linked},
    python::Environment,
    tree::{Entry, EntryKind},
};

/// The format.
pub(super) static FORMAT: CondaEnvironment = CondaEnvironment;

/// See the module.
pub(super) struct CondaEnvironment;

/// The folder of records.
const RECORDS: &str = "conda-meta";

/// The folder of other environments in the prefix of an installation.
const ENVIRONMENTS: &str = "envs";

impl TargetFormat for CondaEnvironment {
    fn id(&self) -> &'static str {
        "conda-environment"
    }

    fn title(&self) -> &'static str {
        "conda environments"
    }

    fn is_usual_name(&self, _candidate: &Candidate<'_>) -> bool {
        false
    }

    fn recognises(&self, candidate: &Candidate<'_>) -> bool {
        let is_folder =
            |entry: &Entry| entry.kind == EntryKind::Directory && entry_name(entry) == RECORDS;
        let children = candidate.children();
        children.is_ok_and(|children| children.iter().any(is_folder))
    }

    fn read(&self, ctx: &TargetContext<'_>, path: &Path) -> Result<Inventory, TargetError> {
        let fault = |cause| TargetError::Tree {
            path: path.to_owned(),
            cause,
        };
        let prefix = Candidate::new(ctx.tree, ctx.tree.entry(path).map_err(fault)?);
        let mut problems = Vec::new();
        let folder = path.join(RECORDS);
        let listed = ctx.tree.list(&folder).map_err(fault)?;
        let records = record::read_all(ctx.tree, &listed, &mut problems);
        let requested = history::requested(ctx.tree, &folder);
        let environment = environment(ctx, &records);
        let mut contents = Contents {
            problems,
            ..Contents::default()
        };
        for site in layout::sites(ctx.tree, &prefix) {
            contents.take_site(distribution::find(ctx.tree, &site));
        }
        contents.claim(path, &records);
        let inventory = Inventory {
            label: path.display().to_string(),
            format: self.id().to_owned(),
            path: path.display().to_string(),
            environment: Some(environment.describe()),
            markers: environment.single(),
            ..Inventory::default()
        };
        Ok(contents.inventory(inventory, &records, &requested, &environment))
    }

    fn holds_files(&self) -> bool {
        true
    }

    fn owns_what_is_below(&self) -> bool {
        true
    }

    fn leaves_open(&self, name: &str) -> bool {
        name == ENVIRONMENTS
    }
}

/// The environment of the interpreter that has a record.
fn environment(ctx: &TargetContext<'_>, records: &[Record]) -> Environment {
    let python = records
        .iter()
        .find(|record| record.package.name == "python");
    let subdir = python.and_then(|python| python.package.subdir.as_deref());
    let platform = match (&ctx.platform, subdir.and_then(platform_of)) {
        (PlatformChoice::Host(_), Some(platform)) => platform,
        (choice, _) => choice.platform(),
    };
    match python {
        Some(python) => ctx.environment_of(&python.package.version, &platform),
        None => ctx.environment(None),
    }
}

fn platform_of(subdir: &str) -> Option<Platform> {
    let name = match subdir {
        "linux-64" => "linux-x86_64",
        "linux-aarch64" => "linux-aarch64",
        "osx-64" => "macos-x86_64",
        "osx-arm64" => "macos-arm64",
        "win-64" => "windows-amd64",
        "win-arm64" => "windows-arm64",
        _ => return None,
    };
    Platform::parse(name)
}

/// Something that is installed.
#[derive(Debug)]
struct Installed {
    component: Component,
    requirements: Vec<Requirement>,
    /// The place of conda's record of it.
    record: Option<usize>,
    /// Whether pip was asked for it.
    is_requested: bool,
}

/// What a prefix holds.
#[derive(Debug, Default)]
struct Contents {
    installed: Vec<Installed>,
    unpinned: Vec<bartizan_model::inventory::Unpinned>,
    problems: Vec<Problem>,
}

impl Contents {
    fn take_site(&mut self, found: distribution::Found) {
        for it in found.distributions {
            self.installed.push(Installed {
                component: it.component(),
                is_requested: it.is_requested,
                requirements: it.requirements,
                record: None,
            });
        }
        self.unpinned.extend(found.unpinned);
        self.problems.extend(found.problems);
    }

    /// Finds for each record what is installed of it.
    fn claim(&mut self, prefix: &Path, records: &[Record]) {
        let by_locator: BTreeMap<String, usize> = (0..)
            .zip(&self.installed)
            .map(|(index, it)| (it.component.locator.clone(), index))
            .collect();
        let names: BTreeSet<Package> = self
            .installed
            .iter()
            .map(|it| it.component.package.clone())
            .collect();
        let mut added = Vec::new();
        for (place, record) in (0..).zip(records) {
            let mut is_distribution = false;
            for metadata in &record.metadata {
                let folder = prefix.join(metadata);
                let candidates = [folder.join("METADATA"), folder.join("PKG-INFO"), folder];
                let found = candidates
                    .iter()
                    .find_map(|path| by_locator.get(&path.display().to_string()));
                if let Some(installed) = found.and_then(|&index| self.installed.get_mut(index)) {
                    is_distribution = true;
                    let Component {
                        package,
                        version,
                        locator,
                        ..
                    } = installed.component.clone();
                    installed.component = record.package.component_as(package, &version, &locator);
                    installed.record = Some(place);
                    continue;
                }
                // The files may have been left out of a copy; the name of the folder says as much.
                let Some((package, version)) = release(metadata) else {
                    continue;
                };
                is_distribution = true;
                if names.contains(&package) {
                    self.problems.push(replaced(record, &package));
                    continue;
                }
                let component = record
                    .package
                    .component_as(package, &version, &record.locator);
                added.push(of_record(component, place));
            }
            if !is_distribution {
                let component = if record.lists_files {
                    record.package.native_component(&record.locator)
                } else {
                    record.package.component(&record.locator)
                };
                added.push(of_record(component, place));
            }
        }
        self.installed.append(&mut added);
    }

    fn inventory(
        mut self,
        mut inventory: Inventory,
        records: &[Record],
        requested: &BTreeSet<String>,
        environment: &Environment,
    ) -> Inventory {
        merge_same(&mut self.installed);
        let mut graph = Graph::default();
        let mut by_name: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        let record = |it: &Installed| it.record.and_then(|place| records.get(place));
        for (index, it) in (0..).zip(&self.installed) {
            graph.add(it.component.clone());
            let record = record(it);
            if let Some(record) = record {
                by_name.entry(&record.package.name).or_default().push(index);
            }
            let is_requested = record.map_or(it.is_requested, |record| {
                record.is_requested || requested.contains(&record.package.name)
            });
            if is_requested {
                graph.root(index);
            }
        }
        for (index, it) in (0..).zip(&self.installed) {
            let depends = record(it).into_iter().flat_map(|it| &it.package.depends);
            for to in depends
                .filter_map(|name| by_name.get(name.as_str()))
                .flatten()
            {
                graph.require(index, *to);
            }
        }
        let linked: Vec<_> = self
            .installed
            .iter()
            .map(|it| Linked {
                package: &it.component.package,
                requirements: &it.requirements,
            })
            .collect();
        let (edges, stopped) = links::connect(&linked, environment);
        for (from, to) in edges {
            graph.require(from, to);
        }
        let subject = inventory.path.clone();
        let stopped = stopped.map(|message| Problem::new(subject, message));
        self.problems.extend(stopped);
        let components = self.installed.iter().map(|it| &it.component);
        self.problems.extend(duplicates(components));
        self.problems.sort();
        self.unpinned.sort();
        inventory.problems = self.problems;
        inventory.unpinned = self.unpinned;
        graph.finish(inventory)
    }
}

fn of_record(component: Component, place: usize) -> Installed {
    Installed {
        component,
        requirements: Vec::new(),
        record: Some(place),
        is_requested: false,
    }
}

/// The release that a folder or file of metadata is named after.
fn release(metadata: &Path) -> Option<(Package, String)> {
    let name = metadata.file_name()?.to_str()?;
    let (stem, _) = name.rsplit_once('.')?;
    file_name::metadata_directory(stem)
}

fn replaced(record: &Record, package: &Package) -> Problem {
    let version = &record.package.version;
    let message = format!(
        "`{package}` {version} of conda was replaced, by pip or by hand; what is installed now counts"
    );
    Problem::new(&record.locator, message)
        .with_hint("let one tool have it: remove it with pip, then install it with conda again")
}

/// Makes one of what tells of the same release: records of installers in two formats, or a package and a
/// collection that is named like it.
fn merge_same(installed: &mut Vec<Installed>) {
    let key = |it: &Installed| (it.component.package.clone(), it.component.version.clone());
    installed.sort_by_cached_key(|it| (key(it), it.record.is_none(), it.component.clone()));
    installed.dedup_by(|next, kept| {
        let is_same = key(next) == key(kept);
        if is_same {
            kept.requirements.append(&mut next.requirements);
            kept.is_requested |= next.is_requested;
        }
        is_same
    });
}

/// The folders and files of metadata that lie right among installed packages, as records list them.
fn metadata_place(file: &str) -> Option<PathBuf> {
    let parts: Vec<_> = file.split(['/', '\\']).collect();
    let place = parts
        .iter()
        .position(|part| matches!(*part, "site-packages" | "dist-packages"))?;
    let name = parts.get(place + 1)?;
    let is_metadata = name.ends_with(".dist-info") || name.ends_with(".egg-info");
    is_metadata.then(|| parts.iter().take(place + 2).collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::target::tests::found;

    const SITE: &str = "env/lib/python3.11/site-packages";

    fn record(name: &str, version: &str, build: &str, more: &str) -> (String, Vec<u8>) {
        let text = format!(
            r#"{{"name": "{name}", "version": "{version}", "build": "{build}", "build_number": 0,
            "channel": "https://host/conda-forge/linux-64", "subdir": "linux-64", {more}}}"#
        );
        (
            format!("env/conda-meta/{name}-{version}-{build}.json"),
            text.into_bytes(),
        )
    }

    fn distribution(name: &str, version: &str, more: &str) -> (String, Vec<u8>) {
        let text = format!("Name: {name}\nVersion: {version}\n{more}");
        (
            format!("{SITE}/{name}-{version}.dist-info/METADATA"),
            text.into_bytes(),
        )
    }

    fn check(files: &[(String, Vec<u8>)]) -> String {
        let files: Vec<_> = files
            .iter()
            .map(|(name, bytes)| (name.as_str(), bytes.as_slice()))
            .collect();
        found(&files, "env").replace(SITE, "SITE")
    }

    fn lists(place: &str) -> String {
        format!(
            r#""depends": ["python >=3.11"], "files": ["bin/x", "lib/python3.11/site-packages/{place}/METADATA",
            "lib/python3.11/site-packages/x/_vendor/inner-9.dist-info/METADATA"]"#
        )
    }

    #[test]
    fn a_package_is_the_distribution_among_its_files() {
        insta::assert_snapshot!(check(&[
            record("python", "3.11.9", "hb806964_0_cpython", r#""depends": ["openssl >=3", "__glibc"], "files": ["bin/python"]"#),
            record("openssl", "3.3.0", "h4ab18f5_2", r#""depends": [], "files": ["lib/libssl.so.3"]"#),
            record("pytorch", "2.1.0", "cpu_py311_0", &lists("torch-2.1.0.post1.dist-info")),
            record("numpy", "1.26.4", "py311h64a7726_0", &(lists("numpy-1.26.4.dist-info") + r#", "requested_spec": "numpy""#)),
            record("gone", "1.0", "pyhd_0", &lists("gone_away-1.0.dist-info")),
            record("graphviz", "9", "h0_0", r#""depends": ["python"], "files": []"#),
            ("env/conda-meta/history".to_owned(), b"==> 2099-01-01 00:00:00 <==\n# cmd: conda create\n# update specs: ['python=3.11', \"graphviz\"]\n# remove specs: ['graphviz']\n".to_vec()),
            distribution("torch", "2.1.0.post1", "Requires-Dist: numpy\n"),
            distribution("numpy", "1.26.4", ""),
            distribution("web", "2.1", "Requires-Dist: torch\nRequires-Dist: tool; sys_platform == 'win32'\n"),
            distribution("tool", "5", ""),
        ]), @r"
        env [conda-environment] CPython 3.11.9 on linux x86_64, 0 excluded
        * cpython 3.11.9 (env/conda-meta/python-3.11.9-hb806964_0_cpython.json) -> openssl
        * gone-away 1.0 (env/conda-meta/gone-1.0-pyhd_0.json) -> cpython
        * numpy 1.26.4 (SITE/numpy-1.26.4.dist-info/METADATA) -> cpython
        * tool 5 (SITE/tool-5.dist-info/METADATA)
          torch 2.1.0.post1 (SITE/torch-2.1.0.post1.dist-info/METADATA) -> cpython, numpy
        * web 2.1 (SITE/web-2.1.dist-info/METADATA) -> torch
        * graphviz 9 (env/conda-meta/graphviz-9-h0_0.json) -> cpython
          openssl 3.3.0 (env/conda-meta/openssl-3.3.0-h4ab18f5_2.json)
        ");
    }

    #[test]
    fn what_pip_replaced_is_not_there_twice() {
        insta::assert_snapshot!(check(&[
            record("numpy", "1.26.4", "py311h64a7726_0", &lists("numpy-1.26.4.dist-info")),
            distribution("numpy", "2.0.0", ""),
            distribution("Twice", "1", ""),
            distribution("twice", "2", ""),
        ]), @r"
        env [conda-environment] CPython 3.12.0 on linux x86_64 (as asked for), 0 excluded
        * numpy 2.0.0 (SITE/numpy-2.0.0.dist-info/METADATA)
        * twice 1 (SITE/Twice-1.dist-info/METADATA)
        * twice 2 (SITE/twice-2.dist-info/METADATA)
        ! 1 (SITE/Twice-1.dist-info/METADATA), 2 (SITE/twice-2.dist-info/METADATA): `twice` is installed more than once; each counts
        ! env/conda-meta/numpy-1.26.4-py311h64a7726_0.json: `numpy` 1.26.4 of conda was replaced, by pip or by hand; what is installed now counts
        ");
    }

    #[test]
    fn damaged_records_cost_only_themselves() {
        insta::assert_snapshot!(check(&[
            ("env/conda-meta/numpy-1.26.4-py311h64a7726_0.json".to_owned(), b"{".to_vec()),
            ("env/conda-meta/odd.json".to_owned(), b"[]".to_vec()),
            ("env/conda-meta/zlib-1.2.13-0.json".to_owned(), br#"{"files": 7, "version": 3}"#.to_vec()),
            ("env/conda-meta/notes.txt".to_owned(), b"x".to_vec()),
        ]), @r"
        env [conda-environment] CPython 3.12.0 on linux x86_64 (as asked for), 0 excluded
        * numpy 1.26.4 (env/conda-meta/numpy-1.26.4-py311h64a7726_0.json)
        * zlib 1.2.13 (env/conda-meta/zlib-1.2.13-0.json)
        ! env/conda-meta/numpy-1.26.4-py311h64a7726_0.json: not a record of conda: EOF while parsing an object at line 1 column 1
        ! env/conda-meta/odd.json: not a record of conda: invalid length 0, expected an object of the names that conda gives at line 1 column 2
        ! env/conda-meta/zlib-1.2.13-0.json: not a record of conda: invalid type: integer `7`, expected a list of files at line 1 column 11
        ");
    }

    #[test]
    fn environments_of_an_installation_are_found() {
        insta::assert_snapshot!(found(&[
            ("x/conda/conda-meta/a-1-0.json", b"{}"),
            ("x/conda/pkgs/b/requirements.txt", b"not-this==1"),
            ("x/conda/envs/one/conda-meta/b-1-0.json", b"{}"),
        ], "x"), @r"
        x/conda [conda-environment] CPython 3.12.0 on linux x86_64 (as asked for), 0 excluded
        * a 1 (x/conda/conda-meta/a-1-0.json)
        x/conda/envs/one [conda-environment] CPython 3.12.0 on linux x86_64 (as asked for), 0 excluded
        * b 1 (x/conda/envs/one/conda-meta/b-1-0.json)
        ");
    }

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200), text in "[{}\\[\\]\":,a-z0-9./-]{0,60}") {
            check(&[("env/conda-meta/a-1-0.json".to_owned(), bytes.clone()), ("env/conda-meta/history".to_owned(), bytes)]);
            check(&[("env/conda-meta/a-1-0.json".to_owned(), text.into_bytes())]);
        }
    }
}
