//! Artifacts made by hand beside what they were made of.

use bartizan_formats::contents::{FileFacts, Identity, Naming, is_binary};
use proptest::prelude::*;

use super::*;

/// A side: names with texts; `-> x` is a link, `!` before the name of a file that may be run.
pub(super) fn side(files: &[(&str, &str)]) -> (Contents, TextOf) {
    let naming: Naming<'_> = &|bytes| Some(format!("{bytes:?}"));
    let mut contents = Contents::default();
    let mut texts = TextOf::new();
    for (name, text) in files {
        let path = name.trim_start_matches('!').to_owned();
        let link = text.strip_prefix("-> ");
        let bytes = link.unwrap_or(text).as_bytes();
        contents.files.insert(
            path.clone(),
            FileFacts {
                size: Some(bytes.len() as u64),
                is_executable: Some(name.starts_with('!')),
                link: link.map(str::to_owned),
                identity: Identity::of(bytes, Some(naming)),
                is_binary: Some(is_binary(bytes)),
            },
        );
        texts.insert(path, Ok(bytes.to_vec()));
    }
    (contents, texts)
}

fn told(comparison: &Comparison) -> String {
    let mut told = format!(
        "{} same, {} left out\n",
        comparison.same, comparison.left_out
    );
    for it in &comparison.unexplained {
        told += &format!("{} {}: {}\n", it.rank.id(), it.path, it.message);
    }
    for it in &comparison.uncompared {
        let missing = if it.is_missing { " (missing)" } else { "" };
        told += &format!("? {}: {}{missing}\n", it.path, it.why);
    }
    for it in &comparison.explained {
        told += &format!("ok {}: {} ({})\n", it.path, it.how, it.rule);
    }
    told
}

fn ask(
    relation: Relation,
    artifact: &[(&str, &str)],
    source: &(Contents, TextOf),
    references: &References,
) -> String {
    let artifact = side(artifact);
    let release = ReleaseName {
        project: "lab".to_owned(),
        version: "1.0".to_owned(),
    };
    told(&compare(Question {
        relation,
        artifact: Side {
            contents: &artifact.0,
            texts: &artifact.1,
        },
        source: Side {
            contents: &source.0,
            texts: &source.1,
        },
        release: Some(&release),
        references,
    }))
}

fn wheel(artifact: &[(&str, &str)], source: &[(&str, &str)]) -> String {
    ask(
        Relation::Built,
        artifact,
        &side(source),
        &References::default(),
    )
}

fn packed(artifact: &[(&str, &str)], source: &[(&str, &str)]) -> String {
    ask(
        Relation::Packed,
        artifact,
        &side(source),
        &References::default(),
    )
}

#[test]
fn a_wheel_is_made_of_its_source() {
    let artifact = [
        ("lab/__init__.py", "x = 1\n"),
        ("lab/_version.py", "version = '1.0'\n"),
        ("lab/crlf.py", "y = 1\r\n"),
        ("lab-1.0.data/data/share/man/lab.1", "manual"),
        ("lab-1.0.data/scripts/run", "#!python\nx\n"),
        (
            "lab-1.0.dist-info/METADATA",
            "Metadata-Version: 2.4\nVersion: 1.0\nName: Lab\nRequires-Dist: a>=1\n\ntext\n",
        ),
        (
            "lab-1.0.dist-info/WHEEL",
            "Wheel-Version: 1.0\nGenerator: x\nTag: py3-none-any\n",
        ),
        ("lab-1.0.dist-info/RECORD", ""),
        ("lab-1.0.dist-info/top_level.txt", "lab\n"),
        (
            "lab-1.0.dist-info/entry_points.txt",
            "[console_scripts]\nlab = lab:main\n",
        ),
        ("lab-1.0.dist-info/licenses/LICENSE", "free"),
    ];
    let source = [
        (
            "pyproject.toml",
            "[project.scripts]\nlab = 'lab:main'\n[tool.setuptools_scm]\nversion_file = 'src/lab/_version.py'\n",
        ),
        ("src/lab/__init__.py", "x = 1\n"),
        ("src/lab/crlf.py", "y = 1\n"),
        ("docs/lab.1", "manual"),
        ("bin/run", "#!/usr/bin/env python\nx\n"),
        (
            "PKG-INFO",
            "Metadata-Version: 2.4\nName: lab\nVersion: 1.0\nRequires-Dist: a >= 1\n\ntext\n",
        ),
        ("LICENSE", "free"),
        ("tests/test_lab.py", "z"),
    ];
    insta::assert_snapshot!(wheel(&artifact, &source), @r"
    2 same, 4 left out
    ok lab-1.0.data/data/share/man/lab.1: `docs/lab.1` of the source (moved)
    ok lab-1.0.data/scripts/run: `bin/run` with another first line (script)
    ok lab-1.0.dist-info/METADATA: says the same as `PKG-INFO` (metadata)
    ok lab-1.0.dist-info/RECORD: lists the wheel (wheel-files)
    ok lab-1.0.dist-info/WHEEL: says what built the wheel, and for what (wheel-files)
    ok lab-1.0.dist-info/entry_points.txt: the entry points that the project states (entry-points)
    ok lab-1.0.dist-info/top_level.txt: names the packages (egg-info)
    ok lab/_version.py: holds the version and does nothing (version-file)
    ok lab/crlf.py: the same lines with other ends (line-ends)
    ");
}

#[test]
fn a_package_that_is_one_module_of_machine_code() {
    let init = "from .lab import *\n\n__doc__ = lab.__doc__\nif hasattr(lab, \"__all__\"):\n    __all__ = lab.__all__";
    let artifact = [
        ("lab/__init__.py", init),
        ("lab/__init__.pyi", "x: int\n"),
        ("lab/lab.so", "\x7fELF"),
        ("lab/sub/__init__.pyi", "y: int\n"),
    ];
    let source = [("lab.pyi", "x: int\n"), ("src/lib.rs", "fn")];
    insta::assert_snapshot!(wheel(&artifact, &source), @r"
    0 same, 2 left out
    data lab/sub/__init__.pyi: is not in the source
    ? lab/lab.so: is machine code that the build makes of its sources
    ok lab/__init__.py: gives on what `lab` beside it has (extension-module)
    ok lab/__init__.pyi: `lab.pyi` of the source (extension-module)
    ");
}

#[test]
fn what_a_wheel_has_beyond_its_source_is_ranked() {
    let artifact = [
        ("lab/__init__.py", "x = 1\nimport os\n"),
        ("lab/_version.py", "version = '1.0'\nimport os\n"),
        ("lab/evil.so", "\x7fELF"),
        ("lab/data.bin", "a\0b"),
        ("lab/notes.txt", "note"),
        (
            "lab-1.0.dist-info/METADATA",
            "Name: lab\nVersion: 1.0\nRequires-Dist: evil\n",
        ),
        (
            "lab-1.0.dist-info/entry_points.txt",
            "[console_scripts]\nlab = os:system\n",
        ),
        ("lab-1.0.dist-info/top_level.txt", "other\n"),
        ("lab-1.0.dist-info/WHEEL", "Tag: py3-none-any\nOdd: x\n"),
    ];
    let source = [
        ("lab/__init__.py", "x = 1\n"),
        ("lab/core.c", "c"),
        (
            "PKG-INFO",
            "Metadata-Version: 2.4\nName: lab\nVersion: 1.0\n",
        ),
        (
            "setup.cfg",
            "[versioneer]\nversionfile_source = lab/_version.py\n",
        ),
    ];
    insta::assert_snapshot!(wheel(&artifact, &source), @r"
    0 same, 3 left out
    code lab-1.0.dist-info/entry_points.txt: offers `lab = os:system` of `console_scripts`, which the project does not state
    code lab/__init__.py: differs from `lab/__init__.py` of the source from line 2 on, 1 lines are not in it
    code lab/_version.py: is a file with the version that the build writes, and does more than hold it
    code lab/evil.so: is machine code, and the wheel says that it is for any machine
    build-script lab-1.0.dist-info/METADATA: says something else than `PKG-INFO`: requires-dist
    binary lab/data.bin: is not in the source
    data lab/notes.txt: is not in the source
    metadata lab-1.0.dist-info/WHEEL: has a field `odd`
    metadata lab-1.0.dist-info/top_level.txt: names `other`, which is not there
    ");
}

#[test]
fn machine_code_of_a_wheel_for_machines_is_built() {
    let artifact = [
        ("lab/core.so", "\x7fELF"),
        ("lab.libs/libz.so.1", "\x7fELF"),
        (
            "lab-1.0.dist-info/WHEEL",
            "Tag: cp311-cp311-manylinux_2_28_x86_64\n",
        ),
    ];
    insta::assert_snapshot!(wheel(&artifact, &[("lab/core.c", "c")]), @r"
    0 same, 1 left out
    ? lab.libs/libz.so.1: a library that was put beside the code when the wheel was repaired; `bartizan inspect` tells what it is
    ? lab/core.so: is machine code that the build makes of its sources
    ok lab-1.0.dist-info/WHEEL: says what built the wheel, and for what (wheel-files)
    ");
    insta::assert_snapshot!(wheel(&artifact, &[("lab/core.py", "c")]), @r"
    0 same, 1 left out
    code lab.libs/libz.so.1: is machine code, and the source has nothing to make it of
    code lab/core.so: is machine code, and the source has nothing to make it of
    ok lab-1.0.dist-info/WHEEL: says what built the wheel, and for what (wheel-files)
    ");
}

#[test]
fn a_source_distribution_is_packed_of_its_commit() {
    let artifact = [
        (
            "PKG-INFO",
            "Metadata-Version: 2.4\nName: lab\nVersion: 1.0\nRequires-Dist: a\n",
        ),
        (
            "lab.egg-info/PKG-INFO",
            "Metadata-Version: 2.4\nName: lab\nVersion: 1.0\nRequires-Dist: a\n",
        ),
        ("lab.egg-info/dependency_links.txt", "\n"),
        ("lab.egg-info/requires.txt", "a\n"),
        ("setup.cfg", "[egg_info]\ntag_build = \ntag_date = 0\n\n"),
        ("lab/__init__.py", "x"),
        ("lab/_archive.txt", "node: abc\n"),
        ("lab/version.py", "version = '1.0'\n"),
        ("linked.py", "x"),
        ("link.py", "-> lab/__init__.py"),
        ("!run.sh", "r"),
        ("large.bin", "content"),
        ("sub/module.py", "m"),
    ];
    let pointer = format!(
        "version https://git-lfs.github.com/spec/v1\noid sha256:{}\nsize 7\n",
        bartizan_formats::digest::Digest::of(b"content")
    );
    let source = [
        (
            "pyproject.toml",
            "[project]\nname = 'lab'\ndynamic = ['version']\ndependencies = ['a']\n",
        ),
        (".gitattributes", "_archive.txt export-subst\n"),
        ("lab/__init__.py", "x"),
        ("lab/_archive.txt", "node: $Format:%H$\n"),
        ("lab/config.py.in", "a = @A@\n"),
        ("linked.py", "-> lab/__init__.py"),
        ("link.py", "-> lab/__init__.py"),
        ("run.sh", "r"),
        ("large.bin", &pointer),
    ];
    let mut source = side(&source);
    source
        .0
        .elsewhere
        .insert("sub".to_owned(), "abc".to_owned());
    let none = References::default();
    insta::assert_snapshot!(ask(Relation::Packed, &artifact, &source, &none), @r"
    4 same, 3 left out
    metadata run.sh: may be run, and may not in the source
    ? sub/module.py: is in the submodule `sub` at abc, which is not at hand (missing)
    ok PKG-INFO: says the same as what the project states (metadata)
    ok lab.egg-info/PKG-INFO: says the same as what the project states (metadata)
    ok lab.egg-info/dependency_links.txt: is empty (egg-info)
    ok lab.egg-info/requires.txt: the requirements of the metadata (egg-info)
    ok lab/_archive.txt: `_archive.txt` with what git fills in (archived)
    ok lab/version.py: holds the version and does nothing (version-file)
    ok large.bin: the content that the pointer in the source names (pointer)
    ok setup.cfg: the same settings, with the tags that setuptools adds (setup-cfg)
    ");
}

#[test]
fn planted_changes_are_found_and_ranked() {
    let source = [
        ("configure.ac", "AC_INIT"),
        ("Makefile.am", "x"),
        ("setup.py", "setup()\n"),
        ("lab/core.py", "x = 1\n"),
        ("tests/good.xz", "a\0"),
    ];
    let artifact = [
        ("configure.ac", "AC_INIT"),
        ("configure", "#! /bin/sh\n"),
        ("Makefile.in", "y"),
        ("setup.py", "setup()\nimport os\n"),
        ("lab/core.py", "x = 2\n"),
        ("m4/evil.m4", "AC_DEFUN([E], [eval $x])\n"),
        (
            "m4/gettext.m4",
            "# gettext.m4 serial 71\nAC_DEFUN([G], [eval $x])\n",
        ),
        ("build-aux/config.guess", "timestamp='2022-01-09'\n"),
        ("tests/good.xz", "a\0"),
        ("tests/bad-3.xz", "b\0"),
    ];
    insta::assert_snapshot!(packed(&artifact, &source), @r"
    2 same, 1 left out
    code lab/core.py: differs from `lab/core.py` of the source from line 1 on, 1 lines are not in it
    build-script m4/evil.m4: is not in the source
    build-script setup.py: differs from `setup.py` of the source from line 2 on, 1 lines are not in it
    binary tests/bad-3.xz: is not in the source
    ? Makefile.in: automake makes it of `Makefile.am` and macros, and nothing was run
    ? build-aux/config.guess: build tools ship a file of this name, and none is at hand to compare it with; `--toolchain` names a folder of them (missing)
    ? configure: autoconf makes it of `configure.ac` and macros, and nothing was run
    ? m4/gettext.m4: build tools ship a file of this name, and none is at hand to compare it with; `--toolchain` names a folder of them (missing)
    ");
    let reference = |name: &str, text: &str| {
        let file = Reference {
            origin: format!("/usr/share/{name}"),
            text: text.as_bytes().to_vec(),
        };
        (name.to_owned(), vec![file])
    };
    let references = References(BTreeMap::from([
        reference("gettext.m4", "# gettext.m4 serial 71\nAC_DEFUN([G], [x])\n"),
        reference("config.guess", "timestamp='2022-01-09'\n"),
    ]));
    insta::assert_snapshot!(ask(Relation::Packed, &artifact, &side(&source), &references), @r"
    2 same, 1 left out
    code lab/core.py: differs from `lab/core.py` of the source from line 1 on, 1 lines are not in it
    build-script m4/evil.m4: is not in the source, and no build tool at hand ships such a macro
    build-script m4/gettext.m4: build tools ship a file of this name; this one states serial 71 as one at hand does, and has 1 lines that none of 1 at hand has, the first `AC_DEFUN([G], [eval $x])`
    build-script setup.py: differs from `setup.py` of the source from line 2 on, 1 lines are not in it
    binary tests/bad-3.xz: is not in the source
    ? Makefile.in: automake makes it of `Makefile.am` and macros, and nothing was run
    ? configure: autoconf makes it of `configure.ac` and macros, and nothing was run
    ok build-aux/config.guess: as `/usr/share/config.guess` (autotools)
    ");
}

#[test]
fn a_content_that_is_not_at_hand_is_not_clean() {
    let mut source = side(&[("lab/core.py", "x = 1\n"), ("lab/same.py", "s")]);
    source.1 = BTreeMap::from([(
        "lab/core.py".to_owned(),
        Err("its content is not in this clone".to_owned()),
    )]);
    let artifact = [("lab/core.py", "x = 2\n"), ("lab/same.py", "s")];
    let none = References::default();
    insta::assert_snapshot!(ask(Relation::Packed, &artifact, &source, &none), @r"
    1 same, 0 left out
    ? lab/core.py: differs from `lab/core.py` of the source; its content is not in this clone (missing)
    ");
}

proptest! {
    #[test]
    fn never_panics(name in "(lab-1.data/|lab-1.dist-info/|m4/)?[a-zA-Z.@_]{1,14}", text in "[a-z@$:%#\\[\\]\n =]{0,60}", source in "[a-z@$:%#\\[\\]\n =]{0,60}") {
        wheel(&[(&name, &text)], &[(&name, &source), ("configure.ac", "")]);
        packed(&[(&name, &text)], &[(&name, &source), ("configure.ac", ""), (".gitattributes", &text)]);
    }

    #[test]
    fn the_same_is_never_unexplained(name in "[a-z]{1,8}(/[a-z]{1,8}){0,2}", text in "[a-z\n]{0,20}") {
        let told = packed(&[(&name, &text)], &[(&name, &text)]);
        prop_assert!(told.starts_with("1 same"), "{told}");
    }
}
