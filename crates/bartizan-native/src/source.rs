//! What a source tree carries of others' code: a checkout, or a source distribution as its members stream by.
//!
//! Four things are looked at: what the tree pins (submodules, wraps, fetched archives, recipes), what its notices name,
//! what its folders and files are called, and what the heads of its files say. All knowledge of libraries is data; no
//! project and no path of one is named here. Nothing is run: neither `setup.py` nor a build file.

mod clue;
mod conclude;
mod contents;
mod index;
mod layout;
mod notice;
mod path;
mod pins;
mod project;
mod release;
mod sighting;
mod table;
pub mod vendored_python;
mod walk;

use std::path::Path;

use bartizan_formats::tree::Tree;
use bartizan_model::native::Contents;

pub use self::sighting::{HEAD, SourceSighting};
use crate::knowledge::Knowledge;

/// Describes a directory: walks it within bounds and says what it carries.
pub fn describe(tree: &dyn Tree, root: &Path, knowledge: &Knowledge) -> Contents {
    let mut sighting = SourceSighting::new(knowledge);
    let mut problems = walk::walk(tree, root, &mut sighting);
    let (components, found) = sighting.finish();
    problems.extend(found);
    problems.sort();
    Contents {
        file: root.display().to_string(),
        carrier: None,
        natives: Vec::new(),
        components,
        problems,
    }
}

#[cfg(test)]
mod tests {
    use bartizan_formats::tree::MemoryTree;
    use bartizan_model::native::NativeComponent;
    use proptest::prelude::*;

    use super::*;

    const TABLE: &str = r#"
        [zlib]
        title = "Compression"
        purl = "pkg:generic/zlib"
        order = "numbers"
        exposure = "parses-files"
        [zlib.source]
        headers = [{ file = "zlib.h", macro = "ZLIB_VERSION" }]
        [libsvm]
        title = "Support vector machines"
        purl = "pkg:generic/libsvm"
        order = "numbers"
        exposure = "computes"
        [libsvm.source]
        headers = [{ file = "svm.h", macro = "LIBSVM_VERSION", number = "digits:1.2" }]
        [lapack]
        title = "Linear algebra"
        purl = "pkg:generic/lapack"
        order = "numbers"
        exposure = "computes"
        [lapack.source]
        marks = [{ text = "-- LAPACK driver routine (version", pattern = 'version ([0-9.]+)' }]
        [arff]
        title = "ARFF files"
        purl = "pkg:pypi/liac-arff"
        order = "numbers"
        exposure = "parses-files"
        [arff.source]
        python = true
    "#;

    fn knowledge() -> Knowledge {
        Knowledge::parse(TABLE).unwrap_or_default()
    }

    fn shown(component: &NativeComponent) -> String {
        let version = component.version.as_deref().unwrap_or("-");
        let purl = component
            .purl
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default();
        let evidence = component.evidence.iter().map(|it| {
            let line = it.line.map(|line| format!(":{line}")).unwrap_or_default();
            format!("\n    {} {}{line} {}", it.kind.id(), it.file, it.detail)
        });
        let reason = component
            .reason
            .as_ref()
            .map(|it| format!("\n    because {it}"));
        format!(
            "{} {version} {} {} {purl} in {}{}{}",
            component.name,
            component.confidence.id(),
            component.linkage.id(),
            component.files.join(", "),
            reason.unwrap_or_default(),
            evidence.collect::<String>()
        )
    }

    fn check(files: &[(&str, &str)]) -> String {
        let tree = MemoryTree::new(
            files
                .iter()
                .map(|(path, text)| (format!("tree/{path}"), *text)),
        );
        let contents = describe(&tree, Path::new("tree"), &knowledge());
        let problems = contents
            .problems
            .iter()
            .map(|it| format!("! {}: {}", it.subject, it.message));
        contents
            .components
            .iter()
            .map(shown)
            .chain(problems)
            .collect::<Vec<_>>()
            .join("\n")
    }

    #[test]
    fn copied_code_is_known_by_its_own_words() {
        insta::assert_snapshot!(check(&[
            ("src/zlib/zlib.h", "/* */\n#define ZLIB_VERSION \"1.3.1\"\n"),
            ("svm/svm.h", "#define LIBSVM_VERSION 310"),
            ("lite/a.c", "/*\n  -- LAPACK driver routine (version 3.2) --"),
            ("lite/b.f", "*  -- LAPACK driver routine (version 3.2.2) --"),
            ("tests/zlib.h", "#define ZLIB_VERSION \"1.0.0\""),
        ]), @"
        lapack 3.2.2 medium source pkg:generic/lapack@3.2.2 in lite/a.c, lite/b.f
            version-text lite/a.c:2 -- LAPACK driver routine (version 3.2) --
            version-text lite/b.f:1 *  -- LAPACK driver routine (version 3.2.2) --
        libsvm 3.10 high source pkg:generic/libsvm@3.10 in svm/svm.h
            version-macro svm/svm.h:1 LIBSVM_VERSION 310
        zlib 1.3.1 high source pkg:generic/zlib@1.3.1 in src/zlib/zlib.h
            version-macro src/zlib/zlib.h:2 ZLIB_VERSION 1.3.1
        ");
    }

    #[test]
    fn another_librarys_number_is_no_version() {
        insta::assert_snapshot!(check(&[("x/zlib.h", "#define ZLIB_VERSION \"1.3.1.zlib-ng\"")]), @"
        zlib - medium source pkg:generic/zlib in x/zlib.h
            because `ZLIB_VERSION 1.3.1.zlib-ng` is no version of it
            version-macro x/zlib.h:1 ZLIB_VERSION 1.3.1.zlib-ng
        ");
    }

    #[test]
    fn layout_and_notices_show_who_is_not_in_the_table() {
        insta::assert_snapshot!(check(&[
            ("pyproject.toml", "[project]\nname = \"own\""),
            ("LICENSE", "ours"),
            ("third_party/robin/a.cpp", ""),
            ("src/lib/own_part/LICENSE", "ours"),
            ("src/lib/own_part/meson.build", "project('own-part')"),
            ("src/lib/fast/LICENSE", "theirs"),
            ("src/lib/fast/CMakeLists.txt", "project(faster VERSION 2.1.0)"),
            ("src/lib/fast/x.c", ""),
            ("LICENSES_bundled.txt", "Name: Tern\nFiles: src/tern/*\nName: gone\nFiles: src/gone/*\n"),
            ("src/tern/t.f90", ""),
            ("a/b.h", "// Taken from:\n// https://github.com/o/r/blob/v1.4/b.h\n"),
            ("a/c.h", "// You may obtain a copy of the License at https://example.org/o/r\n"),
        ]), @"
        Tern - low source pkg:generic/Tern in src/tern
            because no version stands in its files
            licence LICENSES_bundled.txt:1 names `Tern` as bundled in `src/tern`
        faster 2.1.0 high source pkg:generic/faster@2.1.0 in src/lib/fast
            package-metadata src/lib/fast/CMakeLists.txt:1 project `faster` of version 2.1.0
            presence src/lib/fast/CMakeLists.txt:1 project `faster` with a licence of its own, `LICENSE`
        r 1.4 high source pkg:github/o/r@1.4 in a/b.h
            source-pin a/b.h:1 copied from https://github.com/o/r/blob/v1.4/b.h
        robin - low source pkg:generic/robin in third_party/robin
            because no version stands in its files
            presence third_party/robin/a.cpp `robin` lies in a folder for code of others
        ! LICENSES_bundled.txt:3: names `gone` as bundled, but none of its files is here
        ");
    }

    #[test]
    fn pins_of_the_tree_count_and_those_of_others_do_not() {
        insta::assert_snapshot!(check(&[
            (".gitmodules", "[submodule \"z\"]\npath = deps/z\nurl = https://github.com/madler/zlib\n"),
            ("subprojects/fmt.wrap", "[wrap-file]\ndirectory = fmt-10.2.1\nsource_url = https://example.org/fmt-10.2.1.tar.gz\n"),
            ("third_party/robin/a.cpp", ""),
            ("third_party/robin/subprojects/gtest.wrap", "[wrap-git]\nurl = https://github.com/google/googletest\nrevision = v1.15\n"),
            ("conda/meta.yaml", "requirements:\n  host:\n    - zlib\n    - unknown\n"),
        ]), @"
        fmt 10.2.1 high source pkg:generic/fmt@10.2.1 in subprojects/fmt-10.2.1
            source-pin subprojects/fmt.wrap:3 wrap `fmt` of https://example.org/fmt-10.2.1.tar.gz at fmt-10.2.1
        robin - low source pkg:generic/robin in third_party/robin
            because no version stands in its files
            presence third_party/robin/a.cpp `robin` lies in a folder for code of others
        zlib - medium source pkg:generic/zlib in deps/z
            because the submodule is not checked out, and the commit that it is pinned to is not among the files
            source-pin .gitmodules:1 submodule `z` of https://github.com/madler/zlib
        ");
    }

    #[test]
    fn the_tree_itself_is_no_component() {
        insta::assert_snapshot!(check(&[("meson.build", "project('zlib')"), ("zlib.h", "#define ZLIB_VERSION \"1.3.1\"")]), @"");
    }

    #[test]
    fn copied_python_is_told_apart() {
        insta::assert_snapshot!(check(&[
            ("pkg/externals/__init__.py", ""),
            ("pkg/externals/_arff.py", "__version__ = '2.4.0'"),
            ("pkg/externals/glue.py", "x = 1"),
            ("pkg/externals/loky/__init__.py", "__version__ = \"3.4.1\"\n"),
            ("pkg/externals/loky/backend/x.py", ""),
        ]), @"
        arff 2.4.0 high python pkg:pypi/liac-arff@2.4.0 in pkg/externals/_arff.py
            package-metadata pkg/externals/_arff.py:1 `_arff` says version 2.4.0
        loky 3.4.1 high python pkg:pypi/loky@3.4.1 in pkg/externals/loky
            package-metadata pkg/externals/loky/__init__.py:1 `loky` says version 3.4.1
        ");
    }

    /// Files as hostile trees have them, made of parts that the readers look for.
    fn files() -> impl Strategy<Value = Vec<(String, String)>> {
        let path = "(third_party/|subprojects/|_vendor/|a/|é/|\\.\\./){0,4}(zlib\\.h|x\\.wrap|\\.gitmodules|CMakeLists\\.txt|meta\\.yaml|meson\\.build|LICENSES_bundled\\.txt|a\\.f|x\\.py|vendor\\.txt|METADATA|vcpkg\\.json)";
        let part = prop_oneof![
            Just("#define ZLIB_VERSION \"".to_owned()),
            Just("project(".to_owned()),
            Just("FetchContent_Declare(x GIT_REPOSITORY https://github.com/".to_owned()),
            Just("Name: é\nFiles: [".to_owned()),
            Just("path = \nurl = https://github.com/a/b\n[submodule \"".to_owned()),
            Just("requirements:\n  host:\n  - zlib\nsource:\n  url: ${{ é".to_owned()),
            Just("copied from https://".to_owned()),
            Just("__version__ = '".to_owned()),
            Just("zlib==1.2.3 # é\n".to_owned()),
            "\\PC{0,12}",
            "[\n\\(\\)\\[\\]'\"=:#,0-9.]{0,6}",
        ];
        let text = proptest::collection::vec(part, 0..8).prop_map(|parts| parts.concat());
        proptest::collection::vec((path, text), 0..6)
    }

    proptest! {
        #[test]
        fn no_tree_panics(files in files()) {
            let knowledge = knowledge();
            let mut sighting = SourceSighting::new(&knowledge);
            let mut collector = vendored_python::Collector::default();
            for (path, text) in &files {
                if sighting.wants(path, text.len() as u64) {
                    sighting.file(path, text.as_bytes());
                }
                collector.file(path, text.as_bytes());
            }
            let (components, problems) = sighting.finish();
            prop_assert!(components.is_sorted() && problems.is_sorted());
            prop_assert!(components.iter().all(|it| it.version.is_some() != it.reason.is_some()));
            prop_assert!(collector.finish(&knowledge).is_sorted());
        }
    }
}
