//! Packages of pure Python that were copied into another: `_vendor`, `externals`, `extern` and their like.
//!
//! The same in wheels, environments and source trees: whoever walks one hands over the files that
//! [`is_interesting`] names, one by one, and concludes at the end. Nothing is imported: a version is what stands in the
//! package's metadata, in a list of what was vendored, or in an assignment to `__version__`.

use std::collections::BTreeMap;

use bartizan_model::{
    ecosystem::Package,
    native::{EvidenceKind, Linkage, NativeComponent},
    purl::Purl,
};

use super::{
    clue::{Clue, Who},
    conclude,
    contents::is_version,
    layout, path, project,
    table::SourceTable,
};
use crate::knowledge::Knowledge;

/// Folders for packages of others; `dependencies` and the like are too common as names of modules.
const VENDORING: [&str; 16] = [
    "_vendor",
    "_vendored",
    "vendor",
    "vendored",
    "extern",
    "externs",
    "external",
    "externals",
    "third_party",
    "thirdparty",
    "_externals",
    "_external",
    "_extern",
    "_thirdparty",
    "_third_party",
    "_vendored_packages",
];

/// Modules that belong to the folder itself.
const OWN: [&str; 5] = ["__init__", "conftest", "setup", "__main__", "vendoring"];

/// Files of a package that speak for all of it.
const VERSION_FILES: [&str; 6] = [
    "__init__.py",
    "_version.py",
    "version.py",
    "__version__.py",
    "__about__.py",
    "about.py",
];

/// Folders that are no packages.
const NO_PACKAGES: [&str; 4] = ["tests", "test", "__pycache__", "bin"];

/// As much of a module as is looked at; `__version__` stands at its head.
const HEAD: usize = 32 << 10;

/// The most files that are kept in mind of one artifact.
const MOST: usize = 20_000;

/// Whether a file of an artifact or tree tells something of a vendored package. Its path has `/` between folders.
pub fn is_interesting(path: &str) -> bool {
    Located::of(path).is_some()
}

/// What was seen of vendored packages while the files of an artifact were walked.
#[derive(Debug, Default)]
pub struct Collector {
    seen: Vec<Seen>,
}

/// What one file shows.
#[derive(Debug)]
struct Seen {
    vendoring: String,
    name: String,
    kind: Kind,
    file: String,
    line: Option<u32>,
    version: Option<String>,
}

/// What shows it, the strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    /// A `.dist-info` beside it.
    Metadata,
    /// A list of what was vendored.
    List,
    /// A module of a package.
    Package,
    /// A single module.
    Module,
}

/// A file below a folder for code of others.
struct Located<'p> {
    vendoring: &'p str,
    name: &'p str,
    kind: Kind,
}

impl<'p> Located<'p> {
    fn of(file: &'p str) -> Option<Self> {
        let (vendoring, rest) = split(file)?;
        let (name, kind) = match rest.split_once('/') {
            None if rest == "vendor.txt" => ("", Kind::List),
            None => (rest.strip_suffix(".py")?, Kind::Module),
            Some((folder, "METADATA" | "PKG-INFO")) => {
                let end = folder
                    .strip_suffix(".dist-info")
                    .or_else(|| folder.strip_suffix(".egg-info"));
                (end?, Kind::Metadata)
            }
            Some((folder, inner)) => {
                let is_module = inner
                    .strip_suffix(".py")
                    .is_some_and(|it| !it.contains('/'));
                (is_module.then_some(folder)?, Kind::Package)
            }
        };
        let is_own = OWN.contains(&name) || NO_PACKAGES.contains(&name) || name.starts_with('.');
        (!is_own).then_some(Self {
            vendoring,
            name,
            kind,
        })
    }
}

/// The innermost folder for code of others, and what is below it.
fn split(file: &str) -> Option<(&str, &str)> {
    let ends = file.match_indices('/').map(|(at, _)| at);
    let mut folders = ends.filter_map(|at| Some((file.get(..at)?, file.get(at + 1..)?)));
    let is_vendoring = |(folder, _): &(&str, &str)| VENDORING.contains(&path::base(folder));
    folders.rfind(is_vendoring)
}

impl Collector {
    /// Notes what a file shows, while its bytes are at hand.
    pub fn file(&mut self, file: &str, bytes: &[u8]) {
        let Some(located) = Located::of(file).filter(|_| self.seen.len() < MOST) else {
            return;
        };
        let text = String::from_utf8_lossy(bytes.get(..HEAD).unwrap_or(bytes));
        let seen = |name: &str, line, version| Seen {
            vendoring: located.vendoring.to_owned(),
            name: name.to_owned(),
            kind: located.kind,
            file: file.to_owned(),
            line,
            version,
        };
        match located.kind {
            Kind::List => {
                let listed = listed(&text).into_iter();
                self.seen.extend(
                    listed.map(|(line, name, version)| seen(name, Some(line), Some(version))),
                );
            }
            Kind::Metadata => {
                let manifest = project::read("METADATA", &text);
                self.seen
                    .extend(manifest.map(|it| seen(&it.name, Some(it.line), it.version)));
            }
            Kind::Package | Kind::Module => {
                let is_own =
                    located.kind == Kind::Module || VERSION_FILES.contains(&path::base(file));
                let found = is_own.then(|| project::python_version(&text)).flatten();
                let (line, version) = found.unzip();
                self.seen.push(seen(located.name, line, version));
            }
        }
    }

    /// The packages that were seen, sorted by name.
    pub fn finish(self, knowledge: &Knowledge) -> Vec<NativeComponent> {
        if self.seen.is_empty() {
            return Vec::new();
        }
        let table = SourceTable::of(knowledge);
        conclude::components(&table, self.clues(&table))
    }

    /// What was seen, as clues. Where a folder lists what it holds, only that is in it.
    pub(super) fn clues(self, table: &SourceTable<'_>) -> Vec<Clue> {
        let mut strongest: BTreeMap<String, Kind> = BTreeMap::new();
        for seen in &self.seen {
            let kind = strongest.entry(seen.vendoring.clone()).or_insert(seen.kind);
            *kind = seen.kind.min(*kind);
        }
        let mut has_version: BTreeMap<(String, String), bool> = BTreeMap::new();
        for seen in &self.seen {
            let key = (seen.vendoring.clone(), seen.name.clone());
            *has_version.entry(key).or_default() |= seen.version.is_some();
        }
        let is_listed = |kind: Kind| kind <= Kind::List;
        let is_told = |seen: &&Seen| {
            let strongest = strongest.get(&seen.vendoring).copied().unwrap_or(seen.kind);
            let key = (seen.vendoring.clone(), seen.name.clone());
            let is_versioned = has_version.get(&key).copied().unwrap_or_default();
            let is_known = table.by_name(bare(&seen.name)).is_some();
            match seen.kind {
                _ if is_listed(strongest) => seen.kind == strongest,
                Kind::Module => is_versioned || is_known,
                _ => true,
            }
        };
        self.seen
            .iter()
            .filter(is_told)
            .map(|seen| seen.clue(table))
            .collect()
    }
}

impl Seen {
    fn clue(&self, table: &SourceTable<'_>) -> Clue {
        let who = layout::named(table, bare(&self.name));
        let is_sure = self.version.is_some();
        let kind = if is_sure {
            EvidenceKind::PackageMetadata
        } else {
            EvidenceKind::Presence
        };
        let detail = match (&self.version, self.kind) {
            (Some(version), Kind::List) => format!("lists {}=={version}", self.name),
            (Some(version), Kind::Metadata) => format!("metadata of {} {version}", self.name),
            (Some(version), _) => format!("`{}` says version {version}", self.name),
            (None, _) => format!("`{}` lies in a folder for code of others", self.name),
        };
        let place = match self.kind {
            Kind::Module => self.file.clone(),
            Kind::Package => path::join(&self.vendoring, &self.name),
            Kind::Metadata | Kind::List => self.place(),
        };
        let is_known = matches!(who, Who::Known(_));
        let mut clue = Clue::new(who, kind, &self.file, detail)
            .at(place)
            .version(self.version.clone())
            .linkage(Linkage::Python)
            .purl(
                (is_sure && !is_known)
                    .then(|| Purl::of_package(&Package::pypi(bare(&self.name)), None)),
            );
        clue.evidence.line = self.line;
        clue
    }

    /// Where a listed package lies: its import name is often its own.
    fn place(&self) -> String {
        let import: String = self.name.to_ascii_lowercase().replace(['-', '.'], "_");
        path::join(&self.vendoring, &import)
    }
}

/// The name without the underscore that makes it private.
fn bare(name: &str) -> &str {
    name.trim_start_matches('_')
}

/// `NAME==VERSION` of each line.
fn listed(text: &str) -> Vec<(u32, &str, String)> {
    let mut listed = Vec::new();
    for (line, content) in (1_u32..).zip(text.lines()) {
        let code = content.split(['#', ';']).next().unwrap_or_default();
        if let Some((name, version)) = code
            .split_once("==")
            .filter(|(_, it)| is_version(it.trim()))
        {
            listed.push((line, name.trim(), version.trim().to_owned()));
        }
    }
    listed
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(files: &[(&str, &str)]) -> String {
        let mut collector = Collector::default();
        for (path, text) in files {
            if is_interesting(path) {
                collector.file(path, text.as_bytes());
            }
        }
        let components = collector.finish(&Knowledge::default());
        let shown = components.iter().map(|it| {
            let purl = it
                .purl
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default();
            format!(
                "{purl} {} {} in {}",
                it.confidence.id(),
                it.linkage.id(),
                it.files.join(", ")
            )
        });
        shown.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn a_list_says_what_a_folder_holds() {
        insta::assert_snapshot!(check(&[
            ("pip/_vendor/vendor.txt", "CacheControl==0.14.0\nrequests==2.32.3 # é\n    idna==3.7\nbroken\n"),
            ("pip/_vendor/requests/__version__.py", "__version__ = '9.9.9'"),
            ("pip/_vendor/glue.py", "__version__ = '1.0'"),
        ]), @"
        pkg:pypi/cachecontrol@0.14.0 high python in pip/_vendor/cachecontrol
        pkg:pypi/idna@3.7 high python in pip/_vendor/idna
        pkg:pypi/requests@2.32.3 high python in pip/_vendor/requests
        ");
        insta::assert_snapshot!(check(&[
            ("setuptools/_vendor/jaraco.text-3.12.1.dist-info/METADATA", "Metadata-Version: 2.1\nName: jaraco.text\nVersion: 3.12.1\n"),
            ("setuptools/_vendor/jaraco/text/__init__.py", ""),
            ("setuptools/_vendor/jaraco/context.py", "__version__ = '1'"),
        ]), @"pkg:pypi/jaraco-text@3.12.1 high python in setuptools/_vendor/jaraco_text");
    }

    #[test]
    fn modules_say_their_own_version() {
        insta::assert_snapshot!(check(&[
            ("a/extern/six.py", "# x\n__version__ = \"1.16.0\"\n"),
            ("a/extern/ply/__init__.py", "__version__ = '3.11'\n__all__ = []"),
            ("a/extern/ply/lex.py", ""),
            ("a/extern/other/core.py", ""),
            ("a/extern/tests/test_x.py", ""),
            ("a/inner/x.py", "__version__ = '1.0'"),
        ]), @"
        pkg:generic/other low python in a/extern/other
        pkg:pypi/ply@3.11 high python in a/extern/ply
        pkg:pypi/six@1.16.0 high python in a/extern/six.py
        ");
    }
}
