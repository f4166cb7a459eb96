//! Signs that look like a version and are none: each one was seen in a real wheel.

use super::*;

fn module(description: &Description) -> Vec<(&'static str, Vec<u8>)> {
    vec![("package/_module.abi3.so", elf(description))]
}

#[test]
fn what_only_links_to_a_library_or_repeats_its_header_does_not_carry_it() {
    let client = Description {
        needed: vec!["libz.so.1".to_owned(), "libpng16-0123abcd.so.16".to_owned()],
        ..texts(&[
            " deflate 1.2.11 Copyright 1995-2017",
            "1.2.11",
            "1.6.37",
            "libpng version 1.6.37 - April 14, 2019",
        ])
    };
    insta::assert_snapshot!(check(&module(&client), &[]), @"");
    let plain = texts(&[
        "1.2.11",
        "zlib 1.2.11",
        "compiled against zlib 1.2.11",
        "HDF5 1.12.2",
        "OpenSSL",
        "1.6.37",
    ]);
    insta::assert_snapshot!(check(&module(&plain), &[]), @"");
}

#[test]
fn the_header_of_a_fork_is_not_the_fork() {
    let client = Description {
        needed: vec!["libz.so.1".to_owned()],
        ..texts(&["1.3.1.zlib-ng"])
    };
    insta::assert_snapshot!(check(&module(&client), &["pkg:generic/zlib@2.3.3"]), @"zlib 2.3.3 | stated self-built high |  | sbom | stated; no file shows it");
    let carried = Description {
        soname: Some("libz.so.1".to_owned()),
        ..texts(&[" zlib-ng 2.3.3 forked from zlib "])
    };
    let files = [
        ("p/_module.abi3.so", elf(&client)),
        ("p.libs/libz.so.1", elf(&carried)),
    ];
    insta::assert_snapshot!(check(&files, &[]), @"zlib-ng 2.3.3 | vendored self-built medium | libz.so.1 | version-text | -");
}

#[test]
fn neither_the_server_nor_the_compiler_nor_a_feature_is_a_library() {
    let texts = texts(&[
        "PostgreSQL 9.0",
        "GDAL 3.6.0",
        "arrow 7.0.0",
        "GCC: (GNU) 10.2.1 20210130 (Red Hat 10.2.1-11)",
        "clang version 15.0.7",
        "ijg libjpeg 6b",
    ]);
    insta::assert_snapshot!(check(&module(&texts), &[]), @"");
}

#[test]
fn a_fork_that_counts_in_its_own_way_tells_no_version() {
    let fork = function("cmsGetEncodedCMMversion", Answer::Integer(140));
    insta::assert_snapshot!(check(&module(&fork), &[]), @"lcms2 ? | static unknown medium | _module.abi3.so | presence | nothing in the file tells its version");
    let encoder = texts(&["    WEBP:                        build (ver encoder: 0x020f)"]);
    insta::assert_snapshot!(check(&module(&encoder), &[]), @"libwebp ? | static unknown medium | _module.abi3.so | presence | nothing in the file tells its version");
}

#[test]
fn a_fork_under_the_name_of_what_it_replaces_is_the_fork() {
    let fork = texts(&[
        " zlib-ng 2.0.7 forked from zlib ",
        " deflate 1.2.11.zlib-ng Copyright",
        "1.2.11.zlib-ng",
    ]);
    insta::assert_snapshot!(check(&[("package.libs/libz-0123abcd.so.1.2.11.zlib-ng", elf(&fork))], &[]), @"zlib-ng 2.0.7 | vendored self-built medium | libz-0123abcd.so.1.2.11.zlib-ng | version-text presence | -");
    let turbo = texts(&[
        "libjpeg-turbo version 2.1.5.1 (build 20230208)",
        "6b  27-Mar-1998",
    ]);
    insta::assert_snapshot!(check(&module(&turbo), &[]), @"libjpeg-turbo 2.1.5.1 | static unknown medium | _module.abi3.so | version-text | -");
}

#[test]
fn a_part_takes_the_version_of_its_whole() {
    let decoder = function("WebPGetDecoderVersion", Answer::Integer(0x01_0302));
    let own_numbers = function("SharpYuvGetVersion", Answer::Integer(0x00_0402));
    let files = [
        ("p.libs/libwebp-0123abcd.so.7.1.8", elf(&decoder)),
        ("p.libs/libsharpyuv-0123abcd.so.0.0.1", elf(&own_numbers)),
    ];
    insta::assert_snapshot!(check(&files, &[]), @"libwebp 1.3.2 | vendored self-built high | libsharpyuv-0123abcd.so.0.0.1 libwebp-0123abcd.so.7.1.8 | version-function soname-release file-name file-name sibling | -");
}

#[test]
fn what_contradicts_itself_has_no_version() {
    let both = texts(&[" inflate 1.2.11 Copyright", " inflate 1.2.13 Copyright"]);
    insta::assert_snapshot!(check(&module(&both), &[]), @"zlib ? | static unknown low | _module.abi3.so | version-text version-text | the same sign tells 1.2.11 and 1.2.13");
    let weaker = Description {
        texts: vec![" inflate 1.2.11 Copyright".to_owned()],
        ..function("zlibVersion", Answer::Text("1.3.1".to_owned()))
    };
    insta::assert_snapshot!(check(&module(&weaker), &[]), @r#"zlib 1.3.1 | static unknown high | _module.abi3.so | version-function version-text | not believed: the text "inflate 1.2.11 Copyright""#);
}

#[test]
fn a_module_of_python_is_not_the_library_of_its_name() {
    let plain = elf(&Description::default());
    insta::assert_snapshot!(check(&[("lib-dynload/zlib.cpython-311-x86_64-linux-gnu.so", plain)], &[]), @"");
}

#[test]
fn nothing_vendored_is_silent() {
    let files = [
        ("p.libs/libnever-0123abcd.so.5.0.0", elf(&texts(&[]))),
        (
            "p.libs/libheard-0123abcd.so",
            texts(&[]).build(Target::MachOAarch64),
        ),
        (
            "p.libs/libof-2-0123abcd.4.1.so",
            texts(&[]).build(Target::PeX86_64),
        ),
    ];
    insta::assert_snapshot!(check(&files, &[]), @r"
    libheard ? | vendored self-built low | libheard-0123abcd.so | file-name | not in the table of libraries
    libnever ? | vendored self-built low | libnever-0123abcd.so.5.0.0 | file-name | not in the table of libraries
    libof 2.4.1 | vendored self-built low | libof-2-0123abcd.4.1.so | file-name | not in the table of libraries
    ");
}

#[test]
fn crates_are_components() {
    let panics = texts(&[
        "/root/.cargo/registry/src/index.example-6f17d22bba15001f/pem-3.0.2/src/parser.rs",
    ]);
    insta::assert_snapshot!(check(&module(&panics), &[]), @"pem 3.0.2 | static self-built high | _module.abi3.so | crate-path | -");
    insta::assert_snapshot!(check(&module(&panics), &["pkg:cargo/pem@3.0.2", "pkg:cargo/asn1@0.15.5"]), @r"
    asn1 0.15.5 | stated self-built high |  | sbom | stated; no file shows it
    pem 3.0.2 | static self-built high | _module.abi3.so | sbom crate-path | -
    ");
}
