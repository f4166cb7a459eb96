//! Artifacts in memory from bytes to contents.

mod hostile;

use std::io::{Cursor, Read, Write};

use ::zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};
use bartizan_formats::tree::MemoryTree;
use bartizan_model::native::NativeComponent;
use proptest::prelude::*;

use super::*;
use crate::binary::forge::{self, Answer, Description};

type Files<'a> = [(&'a str, &'a [u8])];

/// What is told of a path, a line each.
fn check(files: &Files<'_>, path: &str) -> String {
    let tree = MemoryTree::new(files.iter().map(|(name, bytes)| (*name, bytes.to_vec())));
    match inspect(&tree, Path::new(path), Knowledge::embedded()) {
        Ok(contents) => contents.iter().map(shown).collect::<Vec<_>>().join("\n"),
        Err(error) => format!("!! {}", error.describe()),
    }
}

fn shown(contents: &Contents) -> String {
    let carrier = contents.carrier.as_ref().map_or("-".to_owned(), |carrier| {
        let kind = carrier.package.ecosystem();
        format!("{kind} {} {}", carrier.package, carrier.version)
    });
    let natives = contents.natives.iter();
    let natives = natives.map(|file| format!("  file {} ({})", file.path, file.role.id()));
    let component = |it: &NativeComponent| {
        let version = it.version.as_deref().unwrap_or("?");
        format!(
            "  {} {version}, {}: {}",
            it.name,
            it.linkage.id(),
            it.files.join(" ")
        )
    };
    let problems = contents.problems.iter();
    let problems = problems.map(|it| format!("  ! {}: {}", it.subject, it.message));
    let lines = natives
        .chain(contents.components.iter().map(component))
        .chain(problems);
    let head = format!("{} [{carrier}]", contents.file);
    std::iter::once(head)
        .chain(lines)
        .collect::<Vec<_>>()
        .join("\n")
}

/// A library that tells its version.
fn webp() -> Vec<u8> {
    let functions = vec![(
        "WebPGetDecoderVersion".to_owned(),
        Answer::Integer(0x01_03_01),
    )];
    let description = Description {
        soname: Some("libwebp.so.7".to_owned()),
        functions,
        ..Description::default()
    };
    description.build(forge::Target::ElfX86_64)
}

/// A module of Python that asks for it.
fn module() -> Vec<u8> {
    let description = Description {
        needed: vec!["libwebp.so.7".to_owned(), "libc.so.6".to_owned()],
        functions: vec![("PyInit_x".to_owned(), Answer::Opaque)],
        ..Description::default()
    };
    description.build(forge::Target::ElfX86_64)
}

fn zip(members: &Files<'_>, method: CompressionMethod) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        let options = SimpleFileOptions::default().compression_method(method);
        writer.start_file(*name, options).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn tar(members: &Files<'_>) -> Vec<u8> {
    let mut builder = ::tar::Builder::new(Vec::new());
    for (name, bytes) in members {
        let mut header = ::tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        builder.append_data(&mut header, name, *bytes).unwrap();
    }
    builder.into_inner().unwrap()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn bzip2(bytes: &[u8]) -> Vec<u8> {
    let mut packed = Vec::new();
    let mut encoder = ::bzip2::read::BzEncoder::new(bytes, ::bzip2::Compression::fast());
    encoder.read_to_end(&mut packed).unwrap();
    packed
}

fn wheel(more: &Files<'_>) -> Vec<u8> {
    let (module, webp) = (module(), webp());
    let members: &Files<'_> = &[
        ("a/x.cpython-312-x86_64-linux-gnu.so", &module),
        ("a/__init__.py", b"\x7fELF is a format\n"),
        ("a.libs/libwebp-1a2b3c4d.so.7.1.7", &webp),
        ("a-1.0.dist-info/METADATA", METADATA),
    ];
    zip(&[members, more].concat(), CompressionMethod::Deflated)
}

const METADATA: &[u8] = b"Name: a\nVersion: 1.0\n";
const WHEEL: &str = "a-1.0-cp312-cp312-manylinux_2_28_x86_64.whl";

const BILL: &[u8] = br#"{"bomFormat": "CycloneDX", "specVersion": "1.7",
    "metadata": {"component": {"bom-ref": "pkg:pypi/a@1.0", "name": "a", "version": "1.0", "purl": "pkg:pypi/a@1.0"}},
    "components": [{"bom-ref": "pkg:pypi/a@1.0#c-ext/x", "name": "a.x", "version": "1.0", "purl": "pkg:pypi/a@1.0#c-ext/x"},
    {"bom-ref": "pkg:generic/libwebp", "name": "libwebp", "version": "1.3.1"},
    {"bom-ref": "pkg:pypi/a@1.0#thirdparty/raqm", "name": "raqm", "version": "0.11.0"}]}"#;

#[test]
fn a_wheel_is_looked_into() {
    insta::assert_snapshot!(check(&[(WHEEL, &wheel(&[]))], WHEEL), @r"
    a-1.0-cp312-cp312-manylinux_2_28_x86_64.whl [PyPI a 1.0]
      file a.libs/libwebp-1a2b3c4d.so.7.1.7 (vendored)
      file a/x.cpython-312-x86_64-linux-gnu.so (module)
      libwebp 1.3.1, vendored: a.libs/libwebp-1a2b3c4d.so.7.1.7
    ");
    let more: &Files<'_> = &[
        ("a-1.0.dist-info/sboms/a.cdx.json", BILL),
        ("a-1.0.dist-info/sboms/torn.json", b"{"),
        ("a/_vendor/six.py", b"__version__ = \"1.16.0\"\n"),
    ];
    insta::assert_snapshot!(check(&[(WHEEL, &wheel(more))], WHEEL), @r"
    a-1.0-cp312-cp312-manylinux_2_28_x86_64.whl [PyPI a 1.0]
      file a.libs/libwebp-1a2b3c4d.so.7.1.7 (vendored)
      file a/x.cpython-312-x86_64-linux-gnu.so (module)
      libwebp 1.3.1, vendored: a.libs/libwebp-1a2b3c4d.so.7.1.7
      raqm 0.11.0, stated: 
      six 1.16.0, python: a/_vendor/six.py
      ! a-1.0.dist-info/sboms/torn.json: cannot read `a-1.0.dist-info/sboms/torn.json`: not valid JSON: EOF while parsing an object at line 1 column 1
    ");
}

#[test]
fn one_bad_member_is_one_problem() {
    let mut wheel = wheel(&[]);
    let place = (0..wheel.len())
        .find(|&at| wheel[at..].starts_with(b"METADATA"))
        .unwrap();
    wheel[place - 16] = b'b';
    insta::assert_snapshot!(check(&[(WHEEL, &wheel)], WHEEL), @r"
    a-1.0-cp312-cp312-manylinux_2_28_x86_64.whl [PyPI a 1.0]
      file a.libs/libwebp-1a2b3c4d.so.7.1.7 (vendored)
      file a/x.cpython-312-x86_64-linux-gnu.so (module)
      libwebp 1.3.1, vendored: a.libs/libwebp-1a2b3c4d.so.7.1.7
      ! a-1.0.dist-info/METADATA: the archive contradicts itself: a member has another name than the directory gives it
    ");
    let torn = [&webp()[..200], &[0xff; 50]].concat();
    let members: &Files<'_> = &[("a/torn.so", &torn), ("a/../../x.so", &webp())];
    let odd = zip(members, CompressionMethod::Stored);
    insta::assert_snapshot!(check(&[(WHEEL, &odd)], WHEEL), @r"
    a-1.0-cp312-cp312-manylinux_2_28_x86_64.whl [PyPI a 1.0]
      file a/../../x.so (module)
      file a/torn.so (module)
      libwebp 1.3.1, static: a/../../x.so
      ! a/../../x.so: would be unpacked outside of its folder
    ");
}

#[test]
fn conda_packages_are_looked_into() {
    let index =
        br#"{"name": "libwebp-base", "version": "1.3.1", "build": "h0_0", "subdir": "linux-64"}"#;
    let webp = webp();
    let (info, package): (&Files<'_>, &Files<'_>) = (
        &[("info/index.json", index)],
        &[("lib/libwebp.so.7.1.7", &webp)],
    );
    let old = bzip2(&tar(&[info, package].concat()));
    let name = "libwebp-base-1.3.1-h0_0.tar.bz2";
    insta::assert_snapshot!(check(&[(name, &old)], name), @r"
    libwebp-base-1.3.1-h0_0.tar.bz2 [conda libwebp-base 1.3.1]
      file lib/libwebp.so.7.1.7 (vendored)
      libwebp 1.3.1, vendored: lib/libwebp.so.7.1.7
    ");
    let zstd = |members| zstd::encode_all(tar(members).as_slice(), 1).unwrap();
    let (info, package) = (zstd(info), zstd(package));
    let members: &Files<'_> = &[
        ("metadata.json", b"{}"),
        ("info-libwebp-base-1.3.1-h0_0.tar.zst", &info),
        ("pkg-libwebp-base-1.3.1-h0_0.tar.zst", &package),
    ];
    let new = zip(members, CompressionMethod::Stored);
    let name = "libwebp-base-1.3.1-h0_0.conda";
    insta::assert_snapshot!(check(&[(name, &new)], name), @r"
    libwebp-base-1.3.1-h0_0.conda [conda libwebp-base 1.3.1]
      file lib/libwebp.so.7.1.7 (vendored)
      libwebp 1.3.1, vendored: lib/libwebp.so.7.1.7
    ");
}

#[test]
fn a_source_distribution_is_looked_into() {
    let webp = webp();
    let members: &Files<'_> = &[
        ("a-1.0/PKG-INFO", METADATA),
        ("a-1.0/tools/libwebp.so.7.1.7", &webp),
        (
            "a-1.0/subprojects/zlib.wrap",
            b"[wrap-file]\ndirectory = zlib-1.3.1\n",
        ),
    ];
    let name = "a-1.0.tar.gz";
    let expect = check(&[(name, &gzip(&tar(members)))], name);
    insta::assert_snapshot!(expect, @r"
    a-1.0.tar.gz [PyPI a 1.0]
      file tools/libwebp.so.7.1.7 (vendored)
      libwebp 1.3.1, vendored: tools/libwebp.so.7.1.7
      zlib 1.3.1, source: subprojects/zlib-1.3.1
    ");
    let zipped = zip(members, CompressionMethod::Deflated);
    assert_eq!(
        check(&[("a-1.0.zip", &zipped)], "a-1.0.zip"),
        expect.replace("tar.gz", "zip")
    );
}

#[test]
fn an_environment_has_an_entry_for_each_distribution() {
    let (webp, module) = (webp(), module());
    let site = |path: &str| format!("env/lib/python3.12/site-packages/{path}");
    let files = [
        ("env/pyvenv.cfg".to_owned(), b"home = /usr/bin\n".as_slice()),
        ("env/bin/python".to_owned(), &module),
        ("env/bin/tool".to_owned(), &module),
        (site("a/x.so"), &module),
        (site("a.libs/libwebp-1a2b3c4d.so.7.1.7"), &webp),
        (site("a-1.0.dist-info/METADATA"), METADATA),
        (site("a-1.0.dist-info/sboms/a.cdx.json"), BILL),
        (
            site("a-1.0.dist-info/RECORD"),
            b"a/x.so,,\na.libs/libwebp-1a2b3c4d.so.7.1.7,,\na-1.0.dist-info/sboms/a.cdx.json,,\n../../../bin/tool,,\n",
        ),
        (site("b/y.so"), &module),
        (site("pure-2.dist-info/METADATA"), b"Name: pure\nVersion: 2\n"),
        (site("pure-2.dist-info/RECORD"), b"pure.py,,\n"),
    ];
    let files: Vec<_> = files
        .iter()
        .map(|(name, bytes)| (name.as_str(), *bytes))
        .collect();
    insta::assert_snapshot!(check(&files, "env"), @r"
    env [-]
      file lib/python3.12/site-packages/b/y.so (module)
    env [PyPI a 1.0]
      file bin/tool (module)
      file lib/python3.12/site-packages/a.libs/libwebp-1a2b3c4d.so.7.1.7 (vendored)
      file lib/python3.12/site-packages/a/x.so (module)
      libwebp 1.3.1, vendored: lib/python3.12/site-packages/a.libs/libwebp-1a2b3c4d.so.7.1.7
      raqm 0.11.0, stated:
    ");
    let prefix: &Files<'_> = &[
        (
            "p/conda-meta/libwebp-base-1.3.1-0.json",
            br#"{"name":"libwebp-base","version":"1.3.1","files":["lib/libwebp.so.7.1.7"]}"#,
        ),
        ("p/lib/libwebp.so.7.1.7", &webp),
        ("p/lib/other.so", &module),
    ];
    insta::assert_snapshot!(check(prefix, "p"), @r"
    p [-]
      file lib/other.so (module)
    p [conda libwebp-base 1.3.1]
      file lib/libwebp.so.7.1.7 (vendored)
      libwebp 1.3.1, vendored: lib/libwebp.so.7.1.7
    ");
}

#[test]
fn directories_and_single_files_are_looked_into() {
    let (webp, wheel) = (webp(), wheel(&[]));
    let files: &Files<'_> = &[
        ("dist/libwebp.so.7.1.7", &webp),
        (&format!("dist/{WHEEL}"), &wheel),
        ("dist/b-1.0-py3-none-any.whl", b"PK\x03\x04 torn"),
        ("tree/pyproject.toml", b"[project]\nname = 'tree'\n"),
        ("tree/build/libwebp.so.7.1.7", &webp),
        ("notes/a.txt", b"text"),
    ];
    insta::assert_snapshot!(check(files, "dist"), @r"
    dist/a-1.0-cp312-cp312-manylinux_2_28_x86_64.whl [PyPI a 1.0]
      file a.libs/libwebp-1a2b3c4d.so.7.1.7 (vendored)
      file a/x.cpython-312-x86_64-linux-gnu.so (module)
      libwebp 1.3.1, vendored: a.libs/libwebp-1a2b3c4d.so.7.1.7
    dist/b-1.0-py3-none-any.whl [-]
      ! dist/b-1.0-py3-none-any.whl: cannot read `dist/b-1.0-py3-none-any.whl`: not a complete zip archive
    ");
    insta::assert_snapshot!(check(files, "dist/libwebp.so.7.1.7"), @r"
    dist/libwebp.so.7.1.7 [-]
      file libwebp.so.7.1.7 (vendored)
      libwebp 1.3.1, vendored: libwebp.so.7.1.7
    ");
    insta::assert_snapshot!(check(files, "tree"), @r"
    tree [-]
      file build/libwebp.so.7.1.7 (vendored)
      libwebp 1.3.1, vendored: build/libwebp.so.7.1.7
    ");
    insta::assert_snapshot!(check(files, "notes"), @"");
    insta::assert_snapshot!(check(files, "notes/a.txt"), @r"!! `notes/a.txt` is no artifact, environment, directory or machine code");
    insta::assert_snapshot!(check(files, "none"), @r"!! cannot read `none`: no such file or directory");
}

#[test]
fn archives_in_one_go_are_told_as_one_by_one() {
    let (wheel, webp) = (wheel(&[]), webp());
    let source = gzip(&tar(&[("b-1.0/PKG-INFO", b"Name: b\nVersion: 1.0\n")]));
    let lone = zip(&[("c/x.so", &webp)], CompressionMethod::Stored);
    let conda = zip(&[("pkg-d.tar.zst", b"torn")], CompressionMethod::Stored);
    let dist = |name: &str| format!("dist/{name}-1.0-cp312-cp312-linux_x86_64.whl");
    let names = ["a", "c", "e", "f"].map(dist);
    let files: &Files<'_> = &[
        (&names[0], &wheel),
        ("dist/b-1.0.tar.gz", &source),
        (&names[1], &lone),
        ("dist/d-1.0-0.conda", &conda),
        (&names[2], b"PK\x03\x04 torn"),
        (&names[3], &wheel),
    ];
    let together = check(files, "dist");
    let mut alone: Vec<_> = files.iter().map(|(name, _)| check(files, name)).collect();
    // Named alone it is an error; in a directory it is an entry.
    alone[4] = together
        .lines()
        .skip_while(|line| !line.starts_with(&names[2]))
        .take(2)
        .collect::<Vec<_>>()
        .join("\n");
    assert_eq!(together, alone.join("\n"));
    assert_eq!(together.matches("libwebp 1.3.1").count(), 3);
    insta::assert_snapshot!(alone[4], @r"
    dist/e-1.0-cp312-cp312-linux_x86_64.whl [-]
      ! dist/e-1.0-cp312-cp312-linux_x86_64.whl: cannot read `dist/e-1.0-cp312-cp312-linux_x86_64.whl`: not a complete zip archive
    ");
}

proptest! {
    // Each case reads three archives.
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn never_panics_on_damage(at in 0_usize..3000, byte: u8) {
        let index = br#"{"name": "n", "version": "1"}"#;
        let whole = tar(&[("info/index.json", index), ("lib/x.so", &webp())]);
        for (name, mut bytes) in [(WHEEL, wheel(&[])), ("n-1-0.tar.bz2", bzip2(&whole)), ("a-1.0.tar", whole)] {
            if let Some(place) = bytes.get_mut(at) {
                *place = byte;
            }
            check(&[(name, &bytes)], name);
        }
    }
}
