//! Releases in what pins one: a tag, a folder, the name of an archive, an address.

use bartizan_model::purl::{Purl, PurlParts};

use super::path;

/// The longest version that is believed.
const LONGEST: usize = 64;

/// The version that a tag, a folder's or an archive's name ends with: `v1.2`, `boost-1.89.0`, `zlib-1.3.1.tar.gz`.
///
/// A commit, a branch or a variable is none.
pub(super) fn of(name: &str) -> Option<String> {
    let name = without_suffix(path::base(name.trim().trim_end_matches('/')));
    if is_commit(name) || name.len() > LONGEST {
        return None;
    }
    let start = name
        .char_indices()
        .find(|(at, letter)| letter.is_ascii_digit() && begins_version(name, *at))?
        .0;
    let version = name.get(start..)?.replace('_', ".");
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || ".+-".contains(letter);
    let is_version = version.contains('.') && version.chars().all(is_plain);
    is_version.then(|| version.trim_end_matches('.').to_owned())
}

/// Whether what stands before is nothing, a separator, or a `v` after one.
fn begins_version(name: &str, at: usize) -> bool {
    let before = name.get(..at).unwrap_or_default();
    let before = before.strip_suffix(['v', 'V']).unwrap_or(before);
    before.is_empty() || before.ends_with(['-', '_', '/'])
}

/// What stands before the version in an archive's name.
pub(super) fn project(archive: &str) -> &str {
    let name = without_suffix(path::base(archive.trim()));
    let end = name
        .char_indices()
        .find(|(at, letter)| letter.is_ascii_digit() && begins_version(name, *at))
        .map_or(name.len(), |(at, _)| at);
    let head = name.get(..end).unwrap_or(name);
    head.trim_end_matches(['v', 'V'])
        .trim_end_matches(['-', '_', '.'])
}

fn without_suffix(name: &str) -> &str {
    const SUFFIXES: [&str; 9] = [
        ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz", ".tar.zst", ".zip", ".tar", ".git", ".patch",
    ];
    let suffix = SUFFIXES.iter().find_map(|suffix| name.strip_suffix(suffix));
    suffix.unwrap_or(name)
}

/// Whether it is the name of a commit.
pub(super) fn is_commit(text: &str) -> bool {
    [40, 64].contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// `OWNER` and `REPOSITORY` of an address at a host of repositories.
pub(super) fn repository(url: &str) -> Option<(&str, &str)> {
    let (_, rest) = url.split_once("://").or_else(|| url.split_once('@'))?;
    let (_, rest) = rest.split_once(['/', ':'])?;
    let mut parts = rest.trim_start_matches('/').split('/');
    let owner = parts.next().filter(|owner| is_name(owner))?;
    let name = without_suffix(parts.next()?);
    is_name(name).then_some((owner, name))
}

fn is_name(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    !text.is_empty() && text.len() <= 100 && text.bytes().all(plain)
}

/// The package URL of a repository on GitHub, the one host that has a type of its own.
pub(super) fn purl(url: &str) -> Option<Purl> {
    if !url.contains("github.com") {
        return None;
    }
    let (owner, name) = repository(url)?;
    Purl::new(PurlParts {
        kind: "github".to_owned(),
        namespace: vec![owner.to_owned()],
        name: name.to_owned(),
        ..PurlParts::default()
    })
    .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_of_pins() {
        let check = |text: &str| of(text).unwrap_or_else(|| "-".to_owned());
        let names = [
            "v1.2.3",
            "zlib-1.3.1.tar.gz",
            "boost-1.89.0",
            "https://example.org/a/v2.10.tgz",
            "VER-2-13-3",
            "main",
            "bbd2f4d32427e548797929af08cfe2a9cbb3cf12",
            "x86-simd-sort",
            "curl-8_14_1",
            "${VERSION}",
            "1",
        ];
        insta::assert_snapshot!(names.map(check).join(" "), @"1.2.3 1.3.1 1.89.0 2.10 - - - - 8.14.1 - -");
        assert_eq!(
            project("https://example.org/libwebp-1.6.0.tar.gz"),
            "libwebp"
        );
        assert_eq!(repository("https://github.com/a/b.git"), Some(("a", "b")));
        assert_eq!(repository("git@github.com:a/b"), Some(("a", "b")));
        assert_eq!(repository("../b.git"), None);
    }
}
