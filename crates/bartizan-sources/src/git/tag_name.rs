//! What the names of tags say.

use bartizan_model::version::pep440::Version;

/// Words that stand before the version in the name of a tag.
const WORDS: [&str; 5] = ["v", "rel", "release", "version", "ver"];

/// The version that the name of a tag tells: `v1.2`, `1.2`, `release-1.2`, `numpy-1.2`. What names another package of the
/// same repository is none.
pub fn version_of(tag: &str, names: &[&str]) -> Option<Version> {
    let is_separator = |c: char| matches!(c, '-' | '_' | '/');
    let begins = tag.find(|c: char| c.is_ascii_digit())?;
    let starts = [Some(begins), tag.rfind(is_separator).map(|place| place + 1)];
    starts.into_iter().flatten().find_map(|begins| {
        let (word, version) = tag.split_at_checked(begins)?;
        let version = version.strip_prefix(['v', 'V']).unwrap_or(version);
        let word = word
            .trim_end_matches(['v', 'V'])
            .trim_end_matches(is_separator);
        let word = bartizan_model::ecosystem::normalise_pypi(word);
        let is_known =
            word.is_empty() || WORDS.contains(&word.as_str()) || names.contains(&word.as_str());
        version.parse().ok().filter(|_| is_known)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_tags_tell_versions() {
        let check = |tag: &str| version_of(tag, &["h5py", "scikit-hep"]).map(|it| it.to_string());
        assert_eq!(check("v1.26.4").as_deref(), Some("1.26.4"));
        assert_eq!(check("2024.1.0").as_deref(), Some("2024.1.0"));
        assert_eq!(check("networkx-3.4"), None);
        assert_eq!(check("h5py-3.1").as_deref(), Some("3.1"));
        assert_eq!(check("release/1.0rc1").as_deref(), Some("1.0rc1"));
        assert_eq!(check("REL-1.0").as_deref(), Some("1.0"));
        assert_eq!(check("scikit_hep-v0.2").as_deref(), Some("0.2"));
        assert_eq!(check("with_maskna"), None);
        assert_eq!(check("deps/2024-1-1-x"), None);
        assert_eq!(check(""), None);
    }
}
