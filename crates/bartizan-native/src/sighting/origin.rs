//! What a file tells about who built it, independent of what it is.
//!
//! A distribution's packaging tools move debugging symbols into a file of their own, note its name (`.gnu_debuglink`)
//! and take out what compilers wrote about themselves (`.comment`). Since 2017 the note of RPM distributions names the
//! package's version and release. A build script that runs `make install` leaves the compilers' words in. Measured on
//! the vendored files of manylinux wheels: the two never meet.

use crate::binary::Binary;

/// What ends the name of a file of debugging symbols.
const ENDING: &str = ".debug";

/// What a file tells about its build.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Build {
    /// A distribution packaged it.
    Distribution(Option<DistributionRelease>),
    /// It is as the compiler made it.
    Compiler,
    /// It does not say.
    Unsaid,
}

/// The version that a distribution gave to what it built.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct DistributionRelease {
    /// The namespace in package URLs: `almalinux`.
    pub distribution: &'static str,
    /// The version and release: `1.0.6-28.el8_10`.
    pub version: String,
}

impl Build {
    /// What the binaries of one file tell.
    pub(super) fn of(binaries: &[Binary<'_>]) -> Self {
        let link = binaries
            .iter()
            .find_map(|binary| binary.debug_link.as_deref());
        let release = link.and_then(release);
        let is_untouched = binaries.iter().any(|binary| !binary.producers.is_empty());
        match (link, is_untouched) {
            (Some(_), _) if release.is_some() => Self::Distribution(release),
            (_, true) => Self::Compiler,
            (Some(link), false) if link.ends_with(ENDING) => Self::Distribution(None),
            _ => Self::Unsaid,
        }
    }
}

/// Reads `libbz2.so.1.0.6-1.0.6-28.el8_10.x86_64.debug`.
fn release(link: &str) -> Option<DistributionRelease> {
    let (name, _machine) = link.strip_suffix(ENDING)?.rsplit_once('.')?;
    let (before, release) = name.rsplit_once('-')?;
    let (_, version) = before.rsplit_once('-')?;
    let (_, platform) = release.rsplit_once(".el")?;
    let number: String = platform.chars().take_while(char::is_ascii_digit).collect();
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "._+~^".contains(letter);
    if number.is_empty()
        || version.is_empty()
        || !version.chars().chain(release.chars()).all(is_plain)
    {
        return None;
    }
    Some(DistributionRelease {
        distribution: distribution(&number),
        version: format!("{version}-{release}"),
    })
}

/// The distribution whose images manylinux wheels of this generation are built in.
fn distribution(number: &str) -> &'static str {
    match number {
        "5" | "6" | "7" => "centos",
        _ => "almalinux",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(link: &str) -> String {
        release(link).map_or("-".to_owned(), |it| {
            format!("{} {}", it.distribution, it.version)
        })
    }

    #[test]
    fn releases_are_read() {
        insta::assert_snapshot!(check("libbz2.so.1.0.6-1.0.6-28.el8_10.x86_64.debug"), @"almalinux 1.0.6-28.el8_10");
        insta::assert_snapshot!(check("libssl.so.1.1.1k-1.1.1k-9.el8_7.aarch64.debug"), @"almalinux 1.1.1k-9.el8_7");
        insta::assert_snapshot!(check("libx.so.1-2.5-15.el7.x86_64.debug"), @"centos 2.5-15.el7");
        insta::assert_snapshot!(check("libselinux.so.1.debug"), @"-");
        insta::assert_snapshot!(check("0d1e2f.debug"), @"-");
        insta::assert_snapshot!(check("a-b-c.el.x.debug"), @"-");
        insta::assert_snapshot!(check(""), @"-");
    }

    proptest::proptest! {
        #[test]
        fn never_panics(link in "\\PC{0,40}", near in "[a-z.0-9-]{0,30}(\\.el8)?[a-z._0-9]{0,8}\\.debug") {
            check(&link);
            check(&near);
        }
    }
}
