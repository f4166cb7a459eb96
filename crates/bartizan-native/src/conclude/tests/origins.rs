//! Who built what, and what bills of materials add.

use super::*;

const RELEASED: &str = "libbz2.so.1.0.6-1.0.6-28.el8_10.x86_64.debug";

fn packaged(link: &str, description: Description) -> Vec<u8> {
    elf(&Description {
        comment: None,
        debug_link: Some(link.to_owned()),
        ..description
    })
}

#[test]
fn the_packager_s_note_makes_it_the_distribution_s() {
    let bzip2 = || {
        function(
            "BZ2_bzlibVersion",
            Answer::Text("1.0.6, 6-Sept-2010".to_owned()),
        )
    };
    let noted = [(
        "p.libs/libbz2-0123abcd.so.1.0.6",
        packaged(RELEASED, bzip2()),
    )];
    insta::assert_snapshot!(check(&noted, &[]), @"bzip2 1.0.6-28.el8_10 | vendored distribution-built high | libbz2-0123abcd.so.1.0.6 | packaging-note version-function version-text file-name | -");
    insta::assert_snapshot!(check(&noted, &["pkg:rpm/almalinux/bzip2-libs@1.0.6-28.el8_10"]), @"bzip2 1.0.6-28.el8_10 | vendored distribution-built high | libbz2-0123abcd.so.1.0.6 | sbom packaging-note version-function version-text file-name | -");
    let older = [(
        "p.libs/libbz2-0123abcd.so.1.0.6",
        packaged("libbz2.so.1.0.6.debug", bzip2()),
    )];
    insta::assert_snapshot!(check(&older, &[]), @"bzip2 1.0.6 | vendored distribution-built high | libbz2-0123abcd.so.1.0.6 | version-function version-text file-name | -");
    let own = [("p.libs/libbz2-0123abcd.so.1.0.6", elf(&bzip2()))];
    insta::assert_snapshot!(check(&own, &[]), @"bzip2 1.0.6 | vendored self-built high | libbz2-0123abcd.so.1.0.6 | version-function version-text file-name | -");
    let mac = [(
        "p/.dylibs/libbz2.1.0.6.dylib",
        bzip2().build(Target::MachOAarch64),
    )];
    insta::assert_snapshot!(check(&mac, &[]), @"bzip2 1.0.6 | vendored self-built high | libbz2.1.0.6.dylib | version-function version-text file-name | -");
    let components = conclusion(Knowledge::embedded(), &noted, &[]).components;
    assert_eq!(
        components[0].purl.as_ref().unwrap().to_string(),
        "pkg:rpm/almalinux/bzip2-libs@1.0.6-28.el8_10"
    );
}

#[test]
fn bills_are_believed_over_files() {
    let webp = [(
        "p.libs/libwebp-0123abcd.so.7",
        elf(&function(
            "WebPGetDecoderVersion",
            Answer::Integer(0x01_0302),
        )),
    )];
    insta::assert_snapshot!(check(&webp, &["pkg:generic/libwebp@1.3.2"]), @"libwebp 1.3.2 | vendored self-built high | libwebp-0123abcd.so.7 | sbom version-function file-name | -");
    insta::assert_snapshot!(check(&webp, &["pkg:generic/libwebp@1.3.1"]), @r"
    libwebp 1.3.1 | vendored self-built low | libwebp-0123abcd.so.7 | sbom version-function file-name | sboms/a.json states libwebp 1.3.1, but the file shows 1.3.2
    problem: sboms/a.json: states libwebp 1.3.1, but the file shows 1.3.2
    ");
    insta::assert_snapshot!(check(&webp, &["pkg:rpm/centos/libwebp@0.3.0-10.el7_9"]), @r"
    libwebp 0.3.0-10.el7_9 | vendored distribution-built low | libwebp-0123abcd.so.7 | sbom version-function file-name | sboms/a.json states libwebp 0.3.0, but the file shows 1.3.2
    problem: sboms/a.json: states libwebp 0.3.0, but the file shows 1.3.2
    ");
    insta::assert_snapshot!(check(&webp, &["pkg:generic/libimagequant@4.4.1", "pkg:pypi/pillow@13.0.0"]), @r"
    libimagequant 4.4.1 | stated self-built high |  | sbom | stated; no file shows it
    libwebp 1.3.2 | vendored self-built high | libwebp-0123abcd.so.7 | version-function file-name | -
    ");
    let unknown = [("p.libs/libnever-0123abcd.so.5.0.0", elf(&texts(&[])))];
    insta::assert_snapshot!(check(&unknown, &["pkg:rpm/almalinux/never-libs@4.2-1.el9"]), @"libnever 4.2-1.el9 | vendored distribution-built high | libnever-0123abcd.so.5.0.0 | sbom file-name | -");
    let released = [(
        "p.libs/libsome-0123abcd.so.5",
        packaged("libsome.so.5-2.5-15.el8.x86_64.debug", texts(&[])),
    )];
    insta::assert_snapshot!(check(&released, &["pkg:rpm/almalinux/other-name@2.5-15.el8"]), @"libsome 2.5-15.el8 | vendored distribution-built high | libsome-0123abcd.so.5 | sbom packaging-note file-name | -");
}

#[test]
fn packages_of_one_library_are_called_by_the_version_of_its_interface_too() {
    let webp = [(
        "p.libs/libwebp-0123abcd.so.7",
        elf(&function(
            "WebPGetDecoderVersion",
            Answer::Integer(0x01_0302),
        )),
    )];
    insta::assert_snapshot!(check(&webp, &["pkg:deb/debian/libwebp7@1.3.2-1"]), @"libwebp 1.3.2-1 | vendored distribution-built high | libwebp-0123abcd.so.7 | sbom version-function file-name | -");
    // A name of another kind of bill is taken as it is.
    insta::assert_snapshot!(check(&webp, &["pkg:generic/libwebp7@1.3.2"]), @r"
    libwebp 1.3.2 | vendored self-built high | libwebp-0123abcd.so.7 | version-function file-name | -
    libwebp7 1.3.2 | stated self-built high |  | sbom | stated; no file shows it
    ");
    let unknown = [("p.libs/libnever-0-0123abcd.so.2.0.9", elf(&texts(&[])))];
    insta::assert_snapshot!(check(&unknown, &["pkg:deb/debian/libnever-0-2t64@1:4.2-1"]), @"libnever 1:4.2-1 | vendored distribution-built high | libnever-0-0123abcd.so.2.0.9 | sbom file-name | -");
    let shorter = |name: &str| stated::without_interface(&[name.to_owned()]).join(" ");
    assert_eq!(shorter("libsqlite3-0"), "libsqlite3 libsqlite");
    assert_eq!(shorter("libbz2-1.0"), "libbz2-1 libbz2 libbz");
    assert_eq!(shorter("libglib2.0-0t64"), "libglib2.0 libglib2 libglib");
    assert_eq!(shorter("lib32"), "");
    assert_eq!(shorter("zlib1g") + &shorter("7zip2"), "");
}

#[test]
fn a_distribution_s_bill_is_not_about_what_was_built_beside() {
    let files = [
        (
            "p.libs/libcom_err-0123abcd.so.2.1",
            packaged("libcom_err.so.2.1.debug", texts(&[])),
        ),
        ("p.libs/libcom_err-4567cdef.so.3.0", elf(&texts(&[]))),
    ];
    insta::assert_snapshot!(check(&files, &["pkg:rpm/centos/libcom_err@1.42.9-19.el7"]), @r"
    e2fsprogs 1.42.9-19.el7 | vendored distribution-built high | libcom_err-0123abcd.so.2.1 | sbom file-name | -
    krb5 ? | vendored self-built medium | libcom_err-4567cdef.so.3.0 | file-name | nothing in the file tells its version
    ");
}

#[test]
fn several_libraries_may_be_named_at_once() {
    let turbo = [(
        "p.libs/libjpeg-0123abcd.so.62.4.0",
        elf(&texts(&["libjpeg-turbo version 3.1.0 (build 20250101)"])),
    )];
    insta::assert_snapshot!(check(&turbo, &["pkg:generic/libjpeg@3.1.0"]), @"libjpeg-turbo 3.1.0 | vendored self-built high | libjpeg-0123abcd.so.62.4.0 | sbom version-text file-name | -");
}

#[test]
fn a_bill_may_call_a_fork_by_what_it_replaces() {
    let fork = [("p/_imaging.abi3.so", elf(&texts(&["1.3.1.zlib-ng"])))];
    insta::assert_snapshot!(check(&fork, &["pkg:generic/zlib@2.3.3"]), @"zlib-ng 2.3.3 | static self-built high | _imaging.abi3.so | sbom presence | -");
}
