//! Wheels and source distributions, alone or as the content of a directory.
//!
//! Only their own metadata is read. What an artifact requires is an edge where that is at hand too; what it
//! would pull in is not known before somebody resolves it.

mod package;

use std::{collections::BTreeMap, path::Path};

use bartizan_model::{
    ecosystem::Package,
    inventory::{Component, Inventory},
    problem::Problem,
    requirement::Requirement,
};

use self::package::Artifact;
use super::{Candidate, TargetContext, TargetError, TargetFormat, entry_name};
use crate::{
    archive::ArchiveKind,
    file_name,
    graph::Graph,
    links::{self, Linked},
    tree::{Entry, EntryKind},
};

/// The format.
pub(super) static FORMAT: Artifacts = Artifacts;

/// See the module.
pub(super) struct Artifacts;

/// A larger archive in a directory is not opened only because its name looks like a source distribution's.
const LARGEST_GUESS: u64 = 512 << 20;

impl TargetFormat for Artifacts {
    fn id(&self) -> &'static str {
        "artifact"
    }

    fn title(&self) -> &'static str {
        "wheels and source distributions (also a directory of them)"
    }

    fn is_usual_name(&self, _candidate: &Candidate<'_>) -> bool {
        // A search reads all those of a directory at once.
        false
    }

    fn recognises(&self, candidate: &Candidate<'_>) -> bool {
        if candidate.is_file() {
            let name = candidate.name();
            let is_named = file_name::is_wheel(name);
            return is_named
                || match ArchiveKind::of_content(candidate.head()) {
                    Some(ArchiveKind::Zip) => {
                        package::is_artifact(candidate.tree(), candidate.path())
                    }
                    Some(ArchiveKind::Tar(_)) => file_name::is_archive(name),
                    None => false,
                };
        }
        let children = candidate.children().unwrap_or_default();
        children.iter().any(is_wheel)
            || children
                .iter()
                .any(|entry| is_guess(entry) && package::is_artifact(candidate.tree(), &entry.path))
    }

    fn read(&self, ctx: &TargetContext<'_>, path: &Path) -> Result<Inventory, TargetError> {
        let tree_error = |cause| TargetError::Tree {
            path: path.to_owned(),
            cause,
        };
        let entry = ctx.tree.entry(path).map_err(tree_error)?;
        let mut collection = Collection::default();
        if entry.kind == EntryKind::Directory {
            for entry in ctx.tree.list(path).map_err(tree_error)? {
                if is_wheel(&entry) || is_guess(&entry) {
                    collection.take(package::read(ctx.tree, &entry.path), is_wheel(&entry));
                }
            }
        } else {
            collection.take(Ok(package::read(ctx.tree, path)?), true);
        }
        let requires = match collection.artifacts.values().collect::<Vec<_>>().as_slice() {
            [one] => one
                .requires_python
                .as_ref()
                .and_then(|text| text.parse().ok()),
            _ => None,
        };
        let environment = ctx.environment(requires.as_ref());
        let mut inventory = Inventory {
            label: path.display().to_string(),
            format: self.id().to_owned(),
            path: path.display().to_string(),
            environment: Some(environment.describe()),
            markers: environment.single(),
            problems: collection.problems,
            ..Inventory::default()
        };
        let mut graph = Graph::default();
        for ((package, version), artifact) in &collection.artifacts {
            let locator = artifact.locator.clone();
            graph.add(Component::new(package.clone(), version.clone(), locator));
        }
        let linked = collection
            .artifacts
            .iter()
            .map(|((package, _), artifact)| Linked {
                package,
                requirements: &artifact.requirements,
            });
        let (edges, stopped) = links::connect(&linked.collect::<Vec<_>>(), &environment);
        for (from, to) in edges {
            graph.require(from, to);
        }
        inventory
            .problems
            .extend(stopped.map(|message| Problem::new(path.display().to_string(), message)));
        inventory.problems.sort();
        Ok(graph.finish(inventory))
    }

    fn holds_files(&self) -> bool {
        true
    }
}

fn is_wheel(entry: &Entry) -> bool {
    entry.kind == EntryKind::File && file_name::is_wheel(entry_name(entry))
}

/// Whether a file is named as a source distribution is.
fn is_guess(entry: &Entry) -> bool {
    let is_small = entry.kind == EntryKind::File && entry.size <= LARGEST_GUESS;
    is_small && file_name::source(entry_name(entry)).is_some()
}

/// What one release needs, from the first of its artifacts.
#[derive(Debug)]
struct Release {
    locator: String,
    requires_python: Option<String>,
    requirements: Vec<Requirement>,
}

#[derive(Debug, Default)]
struct Collection {
    artifacts: BTreeMap<(Package, String), Release>,
    problems: Vec<Problem>,
}

impl Collection {
    /// Takes an artifact. One that only looked like it is passed over where nobody named it.
    fn take(&mut self, artifact: Result<Artifact, TargetError>, is_certain: bool) {
        match artifact {
            Ok(Artifact {
                package,
                version,
                locator,
                metadata,
                problems,
            }) => {
                let release = Release {
                    locator,
                    requires_python: metadata.requires_python,
                    requirements: metadata.requirements,
                };
                self.artifacts.entry((package, version)).or_insert(release);
                self.problems.extend(problems);
            }
            Err(TargetError::Metadata { .. }) if !is_certain => {}
            Err(error) => {
                let path = error.path().display().to_string();
                self.problems.push(Problem::new(path, error.describe()));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use zip::CompressionMethod::Deflated;

    use crate::{
        archive::{
            gzip::tests::pack as gzip,
            packed::tests::{bzip2, xz},
            tar::tests::pack as tar,
            zip::tests::pack as zip_of,
        },
        target::tests::found,
    };

    fn wheel(metadata: &[u8]) -> Vec<u8> {
        zip_of(
            &[
                ("a/__init__.py", b""),
                ("a-1.0.dist-info/METADATA", metadata),
                ("a/PKG-INFO", b"x"),
            ],
            Deflated,
        )
    }

    const METADATA: &[u8] = b"Name: A\nVersion: 1.0\nRequires-Python: <3.12\nRequires-Dist: b\n";

    #[test]
    fn one_artifact_is_its_own_root() {
        let name = "a-1.0-py3-none-any.whl";
        insta::assert_snapshot!(found(&[(name, &wheel(METADATA))], name), @r"
        a-1.0-py3-none-any.whl [artifact] CPython 3.12.0 on linux x86_64 (as asked for), 0 excluded
        * a 1.0 (a-1.0-py3-none-any.whl)
        ");
        insta::assert_snapshot!(found(&[("renamed", &wheel(METADATA))], "renamed"), @r"
        renamed [artifact] CPython 3.12.0 on linux x86_64 (as asked for), 0 excluded
        * a 1.0 (renamed)
        ");
        let source = gzip(&tar(&[
            ("./a-1.0/setup.py", b""),
            ("./a-1.0/PKG-INFO", METADATA),
            ("./a-1.0/a.egg-info/PKG-INFO", b""),
        ]));
        insta::assert_snapshot!(found(&[("a-1.0.tar.gz", &source)], "a-1.0.tar.gz"), @r"
        a-1.0.tar.gz [artifact] CPython 3.12.0 on linux x86_64 (as asked for), 0 excluded
        * a 1.0 (a-1.0.tar.gz)
        ");
        let plain = tar(&[("a-1.0/PKG-INFO", METADATA)]);
        let expect = found(&[("a-1.0.tar", &plain)], "a-1.0.tar");
        insta::assert_snapshot!(expect, @r"
        a-1.0.tar [artifact] CPython 3.12.0 on linux x86_64 (as asked for), 0 excluded
        * a 1.0 (a-1.0.tar)
        ");
        for (ending, packed) in [("tar.bz2", bzip2(&plain)), ("tar.xz", xz(&plain))] {
            let name = format!("a-1.0.{ending}");
            let seen = found(&[(&name, &packed)], &name);
            assert_eq!(seen.replace(ending, "tar"), expect);
            let cut = found(&[(&name, &packed[..packed.len() / 2])], &name);
            assert!(cut.starts_with("!!"), "{cut}");
        }
        let zipped = zip_of(&[("a-1.0/PKG-INFO", METADATA)], Deflated);
        insta::assert_snapshot!(found(&[("a-1.0.zip", &zipped)], "a-1.0.zip"), @r"
        a-1.0.zip [artifact] CPython 3.12.0 on linux x86_64 (as asked for), 0 excluded
        * a 1.0 (a-1.0.zip)
        ");
    }

    #[test]
    fn a_directory_of_artifacts_is_one_inventory() {
        let other = zip_of(
            &[("b-2.0.dist-info/METADATA", b"Name: b\nVersion: 2.0\n")],
            Deflated,
        );
        let source = gzip(&tar(&[(
            "c-3.0/PKG-INFO",
            b"Name: c\nVersion: 3.0\nRequires-Dist: a\n",
        )]));
        let data = gzip(&tar(&[("numbers.csv", b"1,2\n")]));
        insta::assert_snapshot!(found(&[
            ("dist/a-1.0-py3-none-any.whl", &wheel(METADATA)),
            ("dist/a-1.0-cp312-cp312-linux_x86_64.whl", &wheel(METADATA)),
            ("dist/b-2.0-py3-none-any.whl", &other),
            ("dist/c-3.0.tar.gz", &source),
            ("dist/data-2024.tar.gz", &data),
            ("dist/torn-4.0-py3-none-any.whl", &other[..40]),
            ("dist/more/requirements.txt", b"d==1"),
        ], "dist"), @r"
        dist [artifact] CPython 3.12.0 on linux x86_64 (as asked for), 0 excluded
          a 1.0 (dist/a-1.0-cp312-cp312-linux_x86_64.whl) -> b
          b 2.0 (dist/b-2.0-py3-none-any.whl)
        * c 3.0 (dist/c-3.0.tar.gz) -> a
        * torn 4.0 (dist/torn-4.0-py3-none-any.whl)
        ! dist/torn-4.0-py3-none-any.whl: cannot read `dist/torn-4.0-py3-none-any.whl`: not a complete zip archive
        dist/more/requirements.txt [requirements] CPython 3.12.0 on linux x86_64 (as asked for), 0 excluded
        * d 1 (dist/more/requirements.txt:1)
        ");
        insta::assert_snapshot!(found(&[("x/data-2024.tar.gz", &data), ("x/notes.zip", &other[..40])], "x"), @r"nothing");
    }

    #[test]
    fn odd_artifacts_are_told_of() {
        let name = "a-1.0-py3-none-any.whl";
        let climbing = zip_of(
            &[
                ("../../etc/cron.d/x", b""),
                ("a-1.0.dist-info/METADATA", METADATA),
            ],
            Deflated,
        );
        insta::assert_snapshot!(found(&[(name, &climbing)], name), @r"
        a-1.0-py3-none-any.whl [artifact] CPython 3.12.0 on linux x86_64 (as asked for), 0 excluded
        * a 1.0 (a-1.0-py3-none-any.whl)
        ! a-1.0-py3-none-any.whl: the member `../../etc/cron.d/x` would be unpacked outside of its folder
        ");
        insta::assert_snapshot!(found(&[(name, &wheel(b"Name: evil\nVersion: 1.0\n"))], name), @r"
        a-1.0-py3-none-any.whl [artifact] CPython 3.12.0 on linux x86_64 (as asked for), 0 excluded
        * evil 1.0 (a-1.0-py3-none-any.whl)
        ! a-1.0-py3-none-any.whl: the file is named as a 1.0, its metadata says evil 1.0
        ");
        insta::assert_snapshot!(found(&[(name, &wheel(b"Name: a\n"))], name), @r"
        a-1.0-py3-none-any.whl [artifact] CPython 3.12.0 on linux x86_64 (as asked for), 0 excluded
        * a 1.0 (a-1.0-py3-none-any.whl)
        ! a-1.0-py3-none-any.whl: the metadata lacks name or version
        ");
        let two = zip_of(
            &[
                ("z-9.dist-info/METADATA", b"Name: z\nVersion: 9\n"),
                ("a-1.0.dist-info/METADATA", METADATA),
            ],
            Deflated,
        );
        insta::assert_snapshot!(found(&[(name, &two)], name), @r"
        a-1.0-py3-none-any.whl [artifact] CPython 3.12.0 on linux x86_64 (as asked for), 0 excluded
        * a 1.0 (a-1.0-py3-none-any.whl)
        ! a-1.0-py3-none-any.whl: more than one metadata file; the one that the name of the file announces counts
        ");
        insta::assert_snapshot!(found(&[(name, &zip_of(&[("x", b"")], Deflated))], name), @r"!! a-1.0-py3-none-any.whl: `a-1.0-py3-none-any.whl` has no metadata of a wheel or source distribution");
        let bomb = gzip(&tar(&[("a-1.0/zeros", &vec![0; 40 << 20])]));
        insta::assert_snapshot!(found(&[("a-1.0.tar.gz", &bomb)], "a-1.0.tar.gz"), @r"!! a-1.0.tar.gz: cannot read `a-1.0.tar.gz`: unpacks to more than 200 times its size, as only a decompression bomb does");
        let huge = zip_of(
            &[("a-1.0.dist-info/METADATA", &vec![b' '; 17 << 20])],
            Deflated,
        );
        insta::assert_snapshot!(found(&[(name, &huge)], name), @r"
        a-1.0-py3-none-any.whl [artifact] CPython 3.12.0 on linux x86_64 (as asked for), 0 excluded
        * a 1.0 (a-1.0-py3-none-any.whl)
        ! a-1.0-py3-none-any.whl: cannot read `a-1.0-py3-none-any.whl`: larger than 16777216 bytes when unpacked
        ");
    }

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            found(&[("a-1.0-py3-none-any.whl", &bytes)], "a-1.0-py3-none-any.whl");
        }

        #[test]
        fn never_panics_on_damage(at in 0_usize..400, byte: u8) {
            let mut bytes = wheel(METADATA);
            if let Some(place) = bytes.get_mut(at) {
                *place = byte;
            }
            found(&[("a-1.0-py3-none-any.whl", &bytes)], "a-1.0-py3-none-any.whl");
        }
    }
}
