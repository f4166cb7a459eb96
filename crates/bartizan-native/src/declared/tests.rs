use std::sync::Arc;

use bartizan_formats::tree::MemoryTree;

use super::*;
use crate::{
    artifact,
    binary::forge::{Answer, Description, Target},
};

/// An environment of `lab` with libwebp 1.3.1 and a copied Python package.
fn environment() -> MemoryTree {
    let site = |file: &str| format!("env/lib/python3.12/site-packages/{file}");
    let library = Description {
        soname: Some("libwebp-1a2b3c4d.so.7".to_owned()),
        functions: vec![(
            "WebPGetDecoderVersion".to_owned(),
            Answer::Integer(0x01_03_01),
        )],
        ..Description::default()
    };
    let record = "lab.libs/libwebp-1a2b3c4d.so.7.1.7,,\nlab/_vendor/six.py,,\n";
    let files: Vec<(String, Vec<u8>)> = vec![
        ("env/pyvenv.cfg".to_owned(), Vec::new()),
        (
            site("lab.libs/libwebp-1a2b3c4d.so.7.1.7"),
            library.build(Target::ElfX86_64),
        ),
        (
            site("lab/_vendor/six.py"),
            b"__version__ = '1.16.0'\n".to_vec(),
        ),
        (
            site("lab-1.0.dist-info/METADATA"),
            b"Name: lab\nVersion: 1.0\n".to_vec(),
        ),
        (site("lab-1.0.dist-info/RECORD"), record.as_bytes().to_vec()),
    ];
    MemoryTree::new(files)
}

/// What is said of the environment and of a bill with these components.
fn check(components: &str) -> String {
    check_of(components, false)
}

fn check_of(components: &str, of_conda: bool) -> String {
    let bill = format!(
        r#"{{"bomFormat": "CycloneDX", "specVersion": "1.6", "metadata": {{"component": {{"name": "lab", "version": "1.0", "purl": "pkg:pypi/lab@1.0"}}}},
            "components": [{components}]}}"#
    );
    let tree = environment();
    let bills = vec![("bom.json".to_owned(), Arc::new(bill.into_bytes()))];
    let knowledge = Knowledge::embedded();
    let contents: Vec<Contents> = artifact::find(&tree, Path::new("env"))
        .expect("an environment")
        .into_iter()
        .flat_map(|it| {
            it.with_bills(artifact::Counted::Given(bills.clone()))
                .inspect(&tree, knowledge)
                .expect("contents")
        })
        .collect();
    let packages = Packages {
        installed: vec![(Package::pypi("lab"), "1.0".to_owned())],
        required: vec![Package::pypi("numpy")],
        of_conda,
    };
    shown(&compare(knowledge, &contents, &bills, &packages))
}

fn shown(comparison: &Comparison) -> String {
    let of = |it: &Option<String>| it.clone().unwrap_or("-".to_owned());
    let lines = comparison.differences.iter().map(|it| {
        let purl = it.purl.as_ref().map_or("-".to_owned(), ToString::to_string);
        format!(
            "{:?} {} {} {} {purl}",
            it.kind,
            it.name,
            of(&it.stated),
            of(&it.shown)
        )
    });
    let unconfirmed = comparison.unconfirmed.iter().map(|it| format!("? {it}"));
    let problems = comparison
        .problems
        .iter()
        .map(|it| format!("! {}", it.message));
    let head = format!(
        "{} of {} declared, {} of {} native",
        comparison.declared, comparison.shown, comparison.declared_native, comparison.shown_native
    );
    std::iter::once(head)
        .chain(lines)
        .chain(unconfirmed)
        .chain(problems)
        .collect::<Vec<_>>()
        .join("\n")
}

const WEBP: &str =
    r#"{"name": "libwebp", "version": "1.3.1", "purl": "pkg:generic/libwebp@1.3.1"}"#;
const SIX: &str = r#"{"name": "six", "version": "1.16.0", "purl": "pkg:pypi/six@1.16.0"}"#;

#[test]
fn a_true_bill_has_no_difference() {
    insta::assert_snapshot!(check(&format!("{WEBP}, {SIX}")), @"2 of 2 declared, 1 of 1 native");
}

#[test]
fn what_a_package_of_conda_was_built_with_is_no_phantom() {
    let with = format!(
        r#"{WEBP}, {SIX}, {{"name": "tzdata", "version": "2025b", "purl": "pkg:conda/tzdata@2025b"}}"#
    );
    insta::assert_snapshot!(check_of(&with, true), @r"
    2 of 2 declared, 1 of 1 native
    ? tzdata 2025b
    ");
    insta::assert_snapshot!(check(&with), @r"
    2 of 2 declared, 1 of 1 native
    Phantom tzdata 2025b - -
    ");
}

#[test]
fn each_kind_of_lie_is_told() {
    insta::assert_snapshot!(check(""), @r"
    0 of 2 declared, 0 of 1 native
    Undeclared libwebp - 1.3.1 pkg:generic/libwebp@1.3.1
    Undeclared six - 1.16.0 pkg:pypi/six@1.16.0
    ");
    let wrong = WEBP.replace("1.3.1", "1.2.4");
    insta::assert_snapshot!(check(&format!("{wrong}, {}", SIX.replace("1.16.0", "1.15.0"))), @r"
    2 of 2 declared, 1 of 1 native
    WrongVersion libwebp 1.2.4 1.3.1 pkg:generic/libwebp@1.2.4
    WrongVersion six 1.15.0 1.16.0 pkg:pypi/six@1.16.0
    ");
    let without = r#"{"name": "libwebp", "version": "1.3.1"}"#;
    insta::assert_snapshot!(check(&format!("{without}, {SIX}")), @r"
    2 of 2 declared, 1 of 1 native
    WithoutPurl libwebp 1.3.1 1.3.1 pkg:generic/libwebp@1.3.1
    ");
    let phantoms = r#"{"name": "openssl", "version": "3.0.0", "purl": "pkg:generic/openssl@3.0.0"}, {"name": "tomli", "version": "2", "purl": "pkg:pypi/tomli@2"}"#;
    insta::assert_snapshot!(check(&format!("{WEBP}, {SIX}, {phantoms}")), @r"
    2 of 2 declared, 1 of 1 native
    Phantom openssl 3.0.0 - -
    Phantom tomli 2 - -
    ");
}

#[test]
fn what_leaves_no_trace_is_unconfirmed_and_no_fault() {
    let traceless = r#"{"name": "some-headers", "version": "1", "purl": "pkg:generic/some-headers@1"},
        {"name": "serde", "version": "1.0.1", "purl": "pkg:cargo/serde@1.0.1"}, {"name": "numpy", "purl": "pkg:pypi/numpy"}, {"name": "pybind11", "purl": "pkg:pypi/pybind11"}"#;
    insta::assert_snapshot!(check(&format!("{WEBP}, {SIX}, {traceless}")), @r"
    2 of 2 declared, 1 of 1 native
    ? numpy
    ? pybind11
    ? serde 1.0.1
    ? some-headers 1
    ");
}

#[test]
fn a_package_in_another_version_is_told() {
    insta::assert_snapshot!(check(&format!(r#"{WEBP}, {SIX}, {{"name": "lab", "version": "0.9", "purl": "pkg:pypi/lab@0.9"}}"#)), @r"
    2 of 2 declared, 1 of 1 native
    WrongVersion lab 0.9 1.0 pkg:pypi/lab@1.0
    ");
}

/// A source distribution with zlib 1.3.1 in a folder for code of others, held against a bill with these components.
fn check_source(components: &str) -> String {
    let header = b"/* zlib.h */\n#define ZLIB_VERSION \"1.3.1\"\n".to_vec();
    let tree = MemoryTree::new(vec![
        (
            "lab-1.0/PKG-INFO".to_owned(),
            b"Name: lab\nVersion: 1.0\n".to_vec(),
        ),
        ("lab-1.0/extern/zlib/zlib.h".to_owned(), header),
        (
            "lab-1.0/extern/zlib/inflate.c".to_owned(),
            b"int inflate(void);\n".to_vec(),
        ),
    ]);
    let bill = format!(
        r#"{{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [{components}]}}"#
    );
    let bills = vec![("bom.json".to_owned(), Arc::new(bill.into_bytes()))];
    let knowledge = Knowledge::embedded();
    let contents: Vec<Contents> = artifact::find(&tree, Path::new("lab-1.0"))
        .expect("a source tree")
        .into_iter()
        .flat_map(|it| {
            it.with_bills(artifact::Counted::Given(bills.clone()))
                .inspect(&tree, knowledge)
                .expect("contents")
        })
        .collect();
    shown(&compare(knowledge, &contents, &bills, &Packages::default()))
}

#[test]
fn source_code_is_held_against_bills_too() {
    let zlib = r#"{"name": "zlib", "version": "1.3.1", "purl": "pkg:generic/zlib@1.3.1"}"#;
    insta::assert_snapshot!(check_source(zlib), @"1 of 1 declared, 1 of 1 native");
    insta::assert_snapshot!(check_source(""), @"
    0 of 1 declared, 0 of 1 native
    Undeclared zlib - 1.3.1 pkg:generic/zlib@1.3.1
    ");
    insta::assert_snapshot!(check_source(&zlib.replace("1.3.1", "1.2.13")), @"
    1 of 1 declared, 1 of 1 native
    WrongVersion zlib 1.2.13 1.3.1 pkg:generic/zlib@1.3.1
    ");
    let openssl = r#"{"name": "openssl", "version": "3.0.0", "purl": "pkg:generic/openssl@3.0.0"}"#;
    insta::assert_snapshot!(check_source(&format!("{zlib}, {openssl}")), @"
    1 of 1 declared, 1 of 1 native
    Phantom openssl 3.0.0 - -
    ");
}
