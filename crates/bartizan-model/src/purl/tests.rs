use proptest::prelude::*;

use super::*;
use crate::ecosystem::Ecosystem;

fn check(text: &str, expect: &str) {
    let printed = text
        .parse::<Purl>()
        .map_or_else(|error| error.to_string(), |purl| purl.to_string());
    assert_eq!(printed, expect, "{text}");
}

fn check_package(text: &str, expect: &str) {
    let package = text.parse::<Purl>().unwrap().package();
    let shown = package.map_or_else(
        || "none".to_owned(),
        |(package, version)| {
            format!(
                "{} {package} {}",
                package.ecosystem(),
                version.unwrap_or_default()
            )
        },
    );
    assert_eq!(shown, expect, "{text}");
}

#[test]
fn every_text_has_one_canonical_form() {
    check(
        "PKG://PyPI/Zope.Interface_X@5.0",
        "pkg:pypi/zope.interface-x@5.0",
    );
    check("pkg:pypi/a@1.0RC1+x", "pkg:pypi/a@1.0RC1%2Bx");
    check("pkg:npm/@babel/core", "pkg:npm/%40babel/core");
    check(
        "pkg:npm/%40babel/core@7.0.0/",
        "pkg:npm/%40babel/core@7.0.0%2F",
    );
    check(
        "pkg:golang//a.b//C/d@v1#/./x//../y/",
        "pkg:golang/a.b/C/d@v1#x/y",
    );
    check(
        "pkg:deb/Debian/Curl@7?distro=x&arch=&b=a%20b/:",
        "pkg:deb/debian/curl@7?b=a%20b%2F:&distro=x",
    );
    check("pkg:rpm/Fedora/Curl", "pkg:rpm/fedora/Curl");
    check("pkg:generic/a%2Fb@%C3%A9", "pkg:generic/a%2Fb@%C3%A9");
    check("pkg:github/Foo/Bar@Head/x", "pkg:github/foo/bar@Head%2Fx");
    check(
        "pkg:julia/Dates@1.9.0?uuid=ade2ca70",
        "pkg:julia/Dates@1.9.0?uuid=ade2ca70",
    );
}

#[test]
fn errors_say_what_is_wrong() {
    check("pypi/a", "`pypi/a` does not start with `pkg:`");
    check("pkg:pypi", "`pypi` is not a type of packages");
    check("pkg:3a/b", "`3a` is not a type of packages");
    check(
        "pkg:pypi/@1",
        "a package URL of type `pypi` names no package",
    );
    check(
        "pkg:swift/x/y/@1",
        "a package URL of type `swift` names no package",
    );
    check("pkg:pypi/a%2", "`a%2` is not percent-encoded text");
    check("pkg:pypi/a%+1", "`a%+1` is not percent-encoded text");
    check("pkg:pypi/%FF", "`%FF` is not percent-encoded text");
    check("pkg:npm/a%2Fb/c", "`a/b` holds an encoded slash");
    check("pkg:npm/a?B%20=c", "`b%20` is not a qualifier's key");
    check("pkg:npm/a?b=c&B=d", "the qualifier `b` is given twice");
    check("pkg:pypi/a/b", "packages of type `pypi` have no namespace");
    check("pkg:deb/a", "packages of type `deb` need a namespace");
    check(
        "pkg:cpan/A::B",
        "a package URL of type `cpan` names a distribution, with `-` where its module has `::`",
    );
}

#[test]
fn packages_are_named_as_advisories_name_them() {
    check_package("pkg:pypi/zope.interface@5.0", "PyPI zope-interface 5.0");
    check_package(
        "pkg:julia/OpenSSL_jll@3.0.8%2B1?uuid=458c3c95",
        "Julia OpenSSL_jll 3.0.8+1",
    );
    check_package("pkg:npm/%40angular/core", "npm @angular/core ");
    check_package("pkg:maven/org.x/y@1", "Maven org.x:y 1");
    check_package("pkg:golang/github.com/a/b@v1", "Go github.com/a/b v1");
    check_package("pkg:cargo/serde@1.0.0", "crates.io serde 1.0.0");
    check_package("pkg:generic/openssl@3.0.0", "none");
}

#[test]
fn packages_of_distributions_are_named_by_release() {
    for (purl, expect) in [
        (
            "deb/debian/libssl3@3.0.11-1~deb12u2?arch=amd64&distro=debian-12&upstream=openssl",
            "Debian:12 openssl 3.0.11-1~deb12u2",
        ),
        (
            "deb/debian/libgcc-s1@12.2.0-14?distro=debian-12.5&upstream=gcc-12%4012.2.0-14",
            "Debian:12 gcc-12 12.2.0-14",
        ),
        ("deb/debian/curl@7?distro=bookworm", "Debian:12 curl 7"),
        (
            "deb/ubuntu/curl@7?distro=ubuntu-22.04",
            "Ubuntu:22.04:LTS curl 7",
        ),
        (
            "deb/ubuntu/curl@7?distro=ubuntu-23.10",
            "Ubuntu:23.10 curl 7",
        ),
        (
            "apk/alpine/libcrypto3@3.1.4-r1?distro=alpine-3.18.4&upstream=openssl",
            "Alpine:v3.18 openssl 3.1.4-r1",
        ),
        (
            "apk/wolfi/curl@8-r0?distro=wolfi-20230201",
            "Wolfi curl 8-r0",
        ),
        ("deb/debian/curl@7", "none"),
        ("deb/debian/curl@7?distro=ubuntu-22.04", "none"),
        ("deb/debian/curl@7?distro=debian-sid", "none"),
        (
            "rpm/almalinux/curl@7?distro=almalinux-8&epoch=x",
            "AlmaLinux:8 curl 7",
        ),
    ] {
        check_package(&format!("pkg:{purl}"), expect);
    }
}

#[test]
fn rpm_packages_are_named_by_release() {
    for (purl, expect) in [
        (
            "rpm/almalinux/openssl-libs@1.1.1k-15.el8_6?epoch=1&distro=almalinux-8.10&upstream=openssl-1.1.1k-15.el8_6.src.rpm",
            "AlmaLinux:8 openssl-libs 1:1.1.1k-15.el8_6",
        ),
        (
            "rpm/rocky/curl@7-1.el9?epoch=0&distro=rocky-9.3",
            "Rocky Linux:9 curl 7-1.el9",
        ),
        (
            "rpm/rocky/openssl-libs@3.0.7-24.el9?epoch=1&distro=rocky-9.3&upstream=openssl-3.0.7-24.el9.src.rpm",
            "Rocky Linux:9 openssl 1:3.0.7-24.el9",
        ),
        (
            "rpm/opensuse/libcurl4@8.6.0-150600.2?distro=opensuse-leap-15.6&upstream=curl-8.6.0-150600.2.src.rpm",
            "openSUSE:Leap 15.6 curl 8.6.0-150600.2",
        ),
        (
            "rpm/opensuse/curl@8-1?distro=opensuse-tumbleweed-20260101",
            "openSUSE:Tumbleweed curl 8-1",
        ),
        (
            "rpm/openEuler/curl@8-1?distro=openEuler-22.03-LTS-SP3",
            "openEuler:22.03-LTS-SP3 curl 8-1",
        ),
        (
            "rpm/photon/curl@8-1?distro=photon-4.0",
            "Photon OS:4.0 curl 8-1",
        ),
        ("rpm/openeuler/curl@8-1?distro=openeuler-22.03", "none"),
        ("rpm/opensuse/curl@8-1?distro=opensuse-leap", "none"),
        ("rpm/redhat/curl@8-1?distro=rhel-9.4", "none"),
        ("rpm/suse/curl@8-1?distro=sles-15.5", "none"),
        ("rpm/x/curl@8-1?upstream=-.src.rpm&distro=x", "none"),
        (
            "rpm/rocky/curl@8-1?upstream=-.src.rpm&distro=rocky-9",
            "Rocky Linux:9 - 8-1",
        ),
    ] {
        check_package(&format!("pkg:{purl}"), expect);
    }
}

#[test]
fn packages_without_advisories_have_a_reason() {
    for (purl, expect) in [
        ("rpm/redhat/curl@8?distro=rhel-9.4", "name the stream"),
        ("rpm/suse/curl@8?distro=sles-15.5", "product or module"),
        ("deb/debian/curl@8", "do not state the release"),
        ("deb/debian/curl@8?distro=sid", "none that advisories name"),
        (
            "rpm/fedora/curl@8?distro=fedora-40",
            "no advisories of this distribution",
        ),
        ("deb/debian/curl@8?distro=debian-12", "-"),
        ("pypi/curl@8", "-"),
        ("generic/curl@8", "-"),
    ] {
        let purl: Purl = format!("pkg:{purl}").parse().unwrap();
        let why = purl.why_without_advisories().unwrap_or("-");
        assert!(why.contains(expect), "{purl}: {why}");
    }
}

#[test]
fn packages_have_a_package_url() {
    let print = |ecosystem: &str, name: &str| {
        Purl::of_package(&Package::new(Ecosystem::new(ecosystem), name), Some("1+x")).to_string()
    };
    assert_eq!(
        print("PyPI", "Zope.Interface"),
        "pkg:pypi/zope-interface@1%2Bx"
    );
    assert_eq!(print("Julia", "OpenSSL_jll"), "pkg:julia/OpenSSL_jll@1%2Bx");
    assert_eq!(
        print("npm", "@angular/core"),
        "pkg:npm/%40angular/core@1%2Bx"
    );
    assert_eq!(print("Maven", "org.x:y"), "pkg:maven/org.x/y@1%2Bx");
    assert_eq!(print("Debian:12", "curl"), "pkg:deb/debian/curl@1%2Bx");
    assert_eq!(print("OSS-Fuzz", "libpng"), "pkg:generic/libpng@1%2Bx");
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "(pkg:[a-z]{1,4}/)?.{0,40}") {
        let _ = text.parse::<Purl>();
    }

    #[test]
    fn print_then_parse_is_identity(
        kind in "(pypi|npm|generic|deb|github|pub|oci|julia|x[a-z.-]{0,3})",
        namespace in prop::collection::vec("[^/]{0,4}", 0..3),
        name in ".{1,6}",
        version in prop::option::of(".{0,6}"),
        qualifier in "[a-z]{1,3}",
        value in ".{0,6}",
        subpath in prop::collection::vec("[^/]{0,3}", 0..3),
    ) {
        let parts = PurlParts { kind, namespace, name, version, qualifiers: vec![(qualifier, value)], subpath };
        let Ok(purl) = Purl::new(parts) else { return Ok(()) };
        prop_assert_eq!(purl.to_string().parse::<Purl>(), Ok(purl));
    }

    #[test]
    fn a_package_keeps_its_name(ecosystem in "(PyPI|npm|Julia|Go)", name in "[a-z]{1,4}([/:._@-][a-z]{1,3}){0,3}") {
        let package = Package::new(Ecosystem::new(ecosystem), &name);
        let purl = Purl::of_package(&package, Some("1.0")).to_string().parse::<Purl>().unwrap();
        prop_assert_eq!(purl.package(), Some((package, Some("1.0".to_owned()))));
    }
}
