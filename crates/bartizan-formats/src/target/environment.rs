//! An installation of Python packages: a virtual environment, or a `site-packages` directory.
//!
//! What is installed is told by the metadata that installers leave beside the packages
//! ([recording installed projects](https://packaging.python.org/en/latest/specifications/recording-installed-packages/)).
//! No interpreter is started and nothing of the installation is executed.

pub(crate) mod distribution;
pub(crate) mod layout;

use std::{collections::BTreeMap, path::Path};

use bartizan_model::{
    ecosystem::{Ecosystem, Package},
    inventory::{Component, Inventory, Unpinned},
    problem::Problem,
};

use self::{
    distribution::{Distribution, Found},
    layout::{Interpreter, Layout},
};
use super::{Candidate, TargetContext, TargetError, TargetFormat};
use crate::{graph::Graph, links, tree::Tree};

/// The format.
pub(super) static FORMAT: InstalledEnvironment = InstalledEnvironment;

/// See the module.
pub(super) struct InstalledEnvironment;

impl TargetFormat for InstalledEnvironment {
    fn id(&self) -> &'static str {
        "environment"
    }

    fn title(&self) -> &'static str {
        "virtual environments and site-packages directories"
    }

    fn is_usual_name(&self, _candidate: &Candidate<'_>) -> bool {
        false
    }

    fn recognises(&self, candidate: &Candidate<'_>) -> bool {
        layout::is_environment(candidate) || layout::is_site(candidate)
    }

    fn read(&self, ctx: &TargetContext<'_>, path: &Path) -> Result<Inventory, TargetError> {
        let layout = Layout::find(ctx.tree, path).map_err(|cause| TargetError::Tree {
            path: path.to_owned(),
            cause,
        })?;
        let environment = layout.environment(ctx);
        let mut inventory = Inventory {
            label: path.display().to_string(),
            format: self.id().to_owned(),
            path: path.display().to_string(),
            environment: Some(environment.describe()),
            markers: environment.single(),
            problems: layout.problems.clone(),
            ..Inventory::default()
        };
        let mut distributions = Vec::new();
        for site in &layout.sites {
            let Found {
                distributions: found,
                unpinned,
                problems,
            } = distribution::find(ctx.tree, site);
            distributions.extend(found);
            inventory.unpinned.extend(unpinned);
            inventory.problems.extend(problems);
        }
        merge_same(&mut distributions);
        let mut graph = Graph::default();
        for distribution in &distributions {
            graph.add(distribution.component());
        }
        let linked: Vec<_> = distributions.iter().map(Distribution::linked).collect();
        let (edges, stopped) = links::connect(&linked, &environment);
        for (from, to) in edges {
            graph.require(from, to);
        }
        for (index, _) in (0..)
            .zip(&distributions)
            .filter(|(_, distribution)| distribution.is_requested)
        {
            graph.root(index);
        }
        inventory
            .problems
            .extend(stopped.map(|message| Problem::new(path.display().to_string(), message)));
        let components: Vec<_> = distributions.iter().map(Distribution::component).collect();
        inventory.problems.extend(duplicates(components.iter()));
        add_interpreter(&layout, &mut graph, &mut inventory);
        inventory.problems.sort();
        inventory.unpinned.sort();
        Ok(graph.finish(inventory))
    }

    fn holds_files(&self) -> bool {
        true
    }

    fn owns_what_is_below(&self) -> bool {
        true
    }
}

/// The version of Python of a virtual environment, or its series.
pub(super) fn python(tree: &dyn Tree, path: &Path) -> Option<String> {
    match Layout::find(tree, path).ok()?.interpreter {
        Interpreter::CPython { version, .. } => Some(version),
        Interpreter::Series { series, .. } => Some(series),
        Interpreter::Other { .. } | Interpreter::Unknown => None,
    }
}

/// The interpreter is a component as well: it has advisories of its own.
fn add_interpreter(layout: &Layout, graph: &mut Graph, inventory: &mut Inventory) {
    let package = Package::new(Ecosystem::new("CPython"), "cpython");
    match &layout.interpreter {
        Interpreter::CPython { version, locator } => {
            graph.add(Component::new(package, version.clone(), locator.clone()));
        }
        Interpreter::Series { series, locator } => {
            let reason = format!("only its series, {series}, is stated");
            inventory.unpinned.push(Unpinned {
                package,
                locator: locator.clone(),
                reason,
            });
        }
        Interpreter::Other { .. } | Interpreter::Unknown => {}
    }
}

/// Makes one of the records that tell of the same release, as some distributions of Linux ship them.
fn merge_same(distributions: &mut Vec<Distribution>) {
    let key = |it: &Distribution| (it.package.clone(), it.version.clone());
    distributions.sort_by_cached_key(|it| (key(it), it.locator.clone()));
    distributions.dedup_by(|next, kept| {
        let is_same = key(next) == key(kept);
        if is_same {
            kept.is_requested |= next.is_requested;
            kept.requirements.append(&mut next.requirements);
        }
        is_same
    });
}

/// Two installations of one package: which of them is imported cannot be told, so both count.
pub(super) fn duplicates<'a>(components: impl Iterator<Item = &'a Component>) -> Vec<Problem> {
    let mut by_package: BTreeMap<&Package, Vec<&Component>> = BTreeMap::new();
    for component in components {
        by_package
            .entry(&component.package)
            .or_default()
            .push(component);
    }
    let several = by_package.into_iter().filter(|(_, found)| found.len() > 1);
    let problem = |(package, found): (&Package, Vec<&Component>)| {
        let mut places: Vec<_> = found
            .iter()
            .map(|found| format!("{} ({})", found.version, found.locator))
            .collect();
        places.sort();
        let subject = places.join(", ");
        let problem = Problem::new(
            subject,
            format!("`{package}` is installed more than once; each counts"),
        );
        problem.with_hint(format!(
            "remove what is left over, for example by reinstalling `{package}`"
        ))
    };
    several.map(problem).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::{archive::zip::tests::pack, target::tests::found};

    const SITE: &str = "env/lib/python3.11/site-packages/";

    /// An environment of CPython 3.11.7 with these files among its packages.
    fn check(files: &[(&str, &[u8])]) -> String {
        let paths: Vec<_> = files
            .iter()
            .map(|(name, _)| format!("{SITE}{name}"))
            .collect();
        let mut all: Vec<_> = paths
            .iter()
            .map(String::as_str)
            .zip(files.iter().map(|(_, bytes)| *bytes))
            .collect();
        all.push(("env/pyvenv.cfg", b"home = /usr/bin\nversion = 3.11.7\n"));
        found(&all, "env").replace(SITE, "")
    }

    #[test]
    fn requirements_are_edges_with_markers_and_extras() {
        insta::assert_snapshot!(check(&[
            ("app-1.0.dist-info/METADATA", b"Name: App\nVersion: 1.0\nRequires-Dist: web[fast]\nRequires-Dist: old; python_version < '3'\nRequires-Dist: lint; extra == 'dev'\n"),
            ("app-1.0.dist-info/REQUESTED", b""),
            ("web-2.0.dist-info/METADATA", b"Name: web\nVersion: 2.0\nProvides-Extra: fast\nRequires-Dist: loop; extra == 'fast'\nRequires-Dist: web[all]; extra == 'fast'\nRequires-Dist: speed; extra == 'all'\n"),
            ("web-2.0.dist-info/direct_url.json", br#"{"url": "file:///x", "dir_info": {"editable": true}}"#),
            ("loop-3.dist-info/METADATA", b"Name: loop\nVersion: 3\n"),
            ("speed-4.dist-info/METADATA", b"Name: speed\nVersion: 4\nRequires-Dist: missing\n"),
            ("old-5.dist-info/METADATA", b"Name: old\nVersion: 5\n"),
            ("lint-6.dist-info/METADATA", b"Name: lint\nVersion: 6\n"),
            ("y-1.dist-info/METADATA", b"Name: y\nVersion: 1\nRequires-Dist: z\n"),
            ("z-1.dist-info/METADATA", b"Name: z\nVersion: 1\nRequires-Dist: y\n"),
        ]), @r"
        env [environment] CPython 3.11.7 on linux x86_64, 0 excluded
        * cpython 3.11.7 (env/pyvenv.cfg)
        * app 1.0 (app-1.0.dist-info/METADATA) -> web
        * lint 6 (lint-6.dist-info/METADATA)
          loop 3 (loop-3.dist-info/METADATA)
        * old 5 (old-5.dist-info/METADATA)
          speed 4 (speed-4.dist-info/METADATA)
        * web 2.0 (web-2.0.dist-info/METADATA) -> loop, speed
        * y 1 (y-1.dist-info/METADATA) -> z
          z 1 (z-1.dist-info/METADATA) -> y
        ");
    }

    #[test]
    fn older_records_are_read() {
        let egg = pack(
            &[
                ("EGG-INFO/PKG-INFO", b"Name: zipped\nVersion: 4\n"),
                ("EGG-INFO/requires.txt", b"dir\n"),
            ],
            zip::CompressionMethod::Deflated,
        );
        insta::assert_snapshot!(check(&[
            ("dir-1.egg-info/PKG-INFO", b"Name: dir\nVersion: 1\n"),
            ("dir-1.egg-info/requires.txt", b"file\n[x]\nnever\n"),
            ("file-2-py3.11.egg-info", b"Name: file\nVersion: 2\n"),
            ("egg-3-py3.11.egg/EGG-INFO/PKG-INFO", b"Name: egg\nVersion: 3\n"),
            ("zipped-4-py3.11.egg", &egg),
            ("linked.egg-link", b"/home/me/linked\n.\n"),
            ("both-5.dist-info/METADATA", b"Name: both\nVersion: 5\n"),
            ("both.egg-info/PKG-INFO", b"Name: both\nVersion: 5\n"),
            ("both.egg-info/requires.txt", b"egg\n"),
        ]), @r"
        env [environment] CPython 3.11.7 on linux x86_64, 0 excluded
        * cpython 3.11.7 (env/pyvenv.cfg)
        * both 5 (both-5.dist-info/METADATA) -> egg
          dir 1 (dir-1.egg-info/PKG-INFO) -> file
          egg 3 (egg-3-py3.11.egg/EGG-INFO/PKG-INFO)
          file 2 (file-2-py3.11.egg-info)
        * zipped 4 (zipped-4-py3.11.egg) -> dir
        ? linked: an editable path (linked.egg-link)
        ");
    }

    #[test]
    fn broken_records_are_one_problem_each() {
        insta::assert_snapshot!(check(&[
            ("good-1.dist-info/METADATA", b"Name: good\nVersion: 1\n"),
            ("noversion-2.0.dist-info/METADATA", b"Name: noversion\n"),
            ("nothing-3.0.dist-info/METADATA", b"\0\0\0"),
            ("latin-4.0.dist-info/METADATA", b"Name: latin\nAuthor: Andr\xe9\nVersion: 4.0\nRequires-Dist: good\n"),
            ("missing-5.0.dist-info/RECORD", b""),
            ("~umpy-6.0.dist-info/METADATA", b"Name: numpy\nVersion: 6.0\n"),
            ("unnamed.dist-info/METADATA", b"Summary: nothing\n"),
            ("half.egg-info/PKG-INFO", b"Name: half\n"),
            ("twice-1.dist-info/METADATA", b"Name: twice\nVersion: 1\n"),
            ("Twice-2.dist-info/METADATA", b"Name: Twice\nVersion: 2\n"),
            ("torn-7-py3.11.egg", b"PK"),
        ]), @r"
        env [environment] CPython 3.11.7 on linux x86_64, 0 excluded
        * cpython 3.11.7 (env/pyvenv.cfg)
          good 1 (good-1.dist-info/METADATA)
        * latin 4.0 (latin-4.0.dist-info/METADATA) -> good
        * nothing 3.0 (nothing-3.0.dist-info/METADATA)
        * noversion 2.0 (noversion-2.0.dist-info/METADATA)
        * torn 7 (torn-7-py3.11.egg)
        * twice 1 (twice-1.dist-info/METADATA)
        * twice 2 (Twice-2.dist-info/METADATA)
        ? half: no version (half.egg-info/PKG-INFO)
        ! 1 (twice-1.dist-info/METADATA), 2 (Twice-2.dist-info/METADATA): `twice` is installed more than once; each counts
        ! half.egg-info/PKG-INFO: no version
        ! latin-4.0.dist-info/METADATA: a field is not UTF-8
        ! missing-5.0.dist-info/METADATA: missing; nothing says what is installed here
        ! nothing-3.0.dist-info/METADATA: neither name nor version
        ! noversion-2.0.dist-info/METADATA: no version
        ! torn-7-py3.11.egg: cannot be read: not a complete zip archive
        ! unnamed.dist-info/METADATA: neither name nor version
        ! ~umpy-6.0.dist-info: left over from an installation that was interrupted; not read
        ");
        let huge = vec![b' '; 17 << 20];
        insta::assert_snapshot!(check(&[("huge-8.dist-info/METADATA", &huge)]), @r"
        env [environment] CPython 3.11.7 on linux x86_64, 0 excluded
        * cpython 3.11.7 (env/pyvenv.cfg)
        * huge 8 (huge-8.dist-info/METADATA)
        ! huge-8.dist-info/METADATA: cannot be read: larger than 16777216 bytes
        ");
    }

    #[test]
    fn installations_of_all_kinds_are_recognised() {
        let metadata: &[u8] = b"Name: a\nVersion: 1\n";
        insta::assert_snapshot!(found(&[
            ("x/venv/pyvenv.cfg", b"version_info = 3.12.4.final.0\ninclude-system-site-packages = true\n"),
            ("x/win/pyvenv.cfg", b"version = 3.13.0\n"),
            ("x/win/Scripts/python.exe", b""),
            ("x/win/Lib/site-packages/a-1.dist-info/METADATA", b"Name: a\nVersion: 1\nRequires-Dist: b; os_name == 'nt'\n"),
            ("x/win/Lib/site-packages/b-1.dist-info/METADATA", b"Name: b\nVersion: 1\n"),
            ("x/pypy/pyvenv.cfg", b"implementation = PyPy\nversion_info = 3.10.14\n"),
            ("x/pypy/lib/pypy3.10/site-packages/a-1.dist-info/METADATA", metadata),
            ("x/conda/conda-meta/python-3.11.9-h955ad1f_0_cpython.json", b"{}"),
            ("x/conda/lib/python3.11/site-packages/a-1.dist-info/METADATA", metadata),
            ("x/usr/lib/python3/dist-packages/a-1.egg-info", metadata),
            ("x/usr/lib/python3.9/site-packages/a-1.dist-info/METADATA", metadata),
            ("x/bundle/a-1.dist-info/METADATA", metadata),
        ], "x"), @r"
        x/bundle [environment] CPython 3.12.0 on linux x86_64 (as asked for), 0 excluded
        * a 1 (x/bundle/a-1.dist-info/METADATA)
        x/conda [conda-environment] CPython 3.11.9 on linux x86_64, 0 excluded
        * cpython 3.11.9 (x/conda/conda-meta/python-3.11.9-h955ad1f_0_cpython.json)
        * a 1 (x/conda/lib/python3.11/site-packages/a-1.dist-info/METADATA)
        x/pypy [environment] PyPy 3.10.14 on linux x86_64, 0 excluded
        * a 1 (x/pypy/lib/pypy3.10/site-packages/a-1.dist-info/METADATA)
        x/usr/lib/python3/dist-packages [environment] CPython 3.12.0 on linux x86_64 (as asked for), 0 excluded
        * a 1 (x/usr/lib/python3/dist-packages/a-1.egg-info)
        x/usr/lib/python3.9/site-packages [environment] CPython 3.9.0 on linux x86_64, 0 excluded
        * a 1 (x/usr/lib/python3.9/site-packages/a-1.dist-info/METADATA)
        ? cpython: only its series, 3.9, is stated (x/usr/lib/python3.9/site-packages)
        x/venv [environment] CPython 3.12.4 on linux x86_64, 0 excluded
        * cpython 3.12.4 (x/venv/pyvenv.cfg)
        ! x/venv/pyvenv.cfg: the environment also sees the packages of its base installation, which were not read
        x/win [environment] CPython 3.13.0 on linux x86_64, 0 excluded
        * cpython 3.13.0 (x/win/pyvenv.cfg)
        * a 1 (x/win/Lib/site-packages/a-1.dist-info/METADATA)
        * b 1 (x/win/Lib/site-packages/b-1.dist-info/METADATA)
        ");
    }

    proptest! {
        #[test]
        fn never_panics(metadata in proptest::collection::vec(any::<u8>(), 0..200), name in "[a-z~.-]{0,6}(\\.dist-info/METADATA|\\.egg-info|\\.egg|\\.egg-info/PKG-INFO)") {
            check(&[(&name, &metadata)]);
        }

        #[test]
        fn never_panics_on_configurations(text in "((version|version_info|implementation|home)?[ =]{0,3}[0-9a-zA-Z.+]{0,12}\n){0,5}") {
            found(&[("env/pyvenv.cfg", text.as_bytes())], "env");
        }
    }
}
