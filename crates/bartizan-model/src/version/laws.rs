//! What every scheme promises, for the tests of each.

use std::{
    fmt::{Debug, Display},
    str::FromStr,
};

use super::VersionError;

/// What the schemes' versions have in common.
pub(super) trait Version: FromStr<Err = VersionError> + Ord + Debug + Display {}

impl<T: FromStr<Err = VersionError> + Ord + Debug + Display> Version for T {}

fn parse<V: Version>(text: &str) -> V {
    text.parse().unwrap_or_else(|error| panic!("{error}"))
}

/// Each of the versions stands before those after it, and equals itself alone.
pub(super) fn ascends<V: Version>(texts: &[&str]) {
    let versions: Vec<V> = texts.iter().map(|text| parse(text)).collect();
    for (i, a) in versions.iter().enumerate() {
        for (j, b) in versions.iter().enumerate() {
            assert_eq!(a.cmp(b), i.cmp(&j), "{a} {b}");
        }
    }
}

/// Both texts of a pair are spellings of one version.
pub(super) fn are_equal<V: Version>(pairs: &[(&str, &str)]) {
    for (a, b) in pairs {
        assert_eq!(parse::<V>(a), parse::<V>(b), "{a} {b}");
    }
}

/// None of the texts is a version of the scheme, and the error says of which.
pub(super) fn refuses<V: Version>(texts: &[&str], scheme: &str) {
    for text in texts {
        let error = text.parse::<V>().unwrap_err().to_string();
        assert_eq!(error, format!("`{text}` is not {scheme}"));
    }
}

/// A version that is printed and read again is the same, and prints alike.
pub(super) fn survives_printing<V: Version>(version: &V) {
    let printed = version.to_string();
    let again: V = parse(&printed);
    assert_eq!(&again, version);
    assert_eq!(again.to_string(), printed);
}

/// The order is total over those of the texts that are versions.
pub(super) fn is_total<V: Version>(texts: &[String]) {
    let mut versions: Vec<V> = texts.iter().filter_map(|text| text.parse().ok()).collect();
    versions.sort();
    for (i, a) in versions.iter().enumerate() {
        for b in versions.iter().skip(i) {
            assert!(a <= b, "{a} {b}");
            assert_eq!(a.cmp(b), b.cmp(a).reverse(), "{a} {b}");
            assert_eq!(a == b, a.cmp(b).is_eq(), "{a} {b}");
        }
    }
}
