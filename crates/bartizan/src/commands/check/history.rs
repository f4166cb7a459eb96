//! The history of a checkout, as far as checks ask for it: the newest tag of a release.

use bartizan_formats::tree::{EntryKind, Tree};
use bartizan_model::version::pep440::Version;
use bartizan_posture::facts::outside::LocalTag;
use bartizan_sources::{checkout::CheckoutTree, git::Repository};

/// The history of a checkout. One that lies elsewhere, as that of a work tree or a submodule, is not looked at: its place is
/// what a file of the repository says.
pub(super) fn open(tree: &CheckoutTree) -> Option<Repository> {
    let kind = |path: &str| tree.entry(path.as_ref()).map(|entry| entry.kind);
    let is_here = matches!(kind(".git"), Ok(EntryKind::Directory));
    let is_elsewhere = kind(".git/commondir").is_ok();
    if !is_here || is_elsewhere {
        return None;
    }
    Repository::open(tree.root()).ok()
}

/// The newest tag of a release: the highest version that is no pre-release, where tags name versions.
pub(super) fn newest(history: &Repository) -> Option<LocalTag> {
    let tags = history.tags().ok()?.items;
    let released = tags.into_iter().filter_map(|tag| {
        let version = version(&tag.name)?;
        (!version.is_prerelease()).then_some((version, tag))
    });
    let (_, tag) = released.max_by(|a, b| a.0.cmp(&b.0))?;
    Some(LocalTag {
        made: tag.tagged.or(tag.committed),
        is_annotated: tag.is_annotated,
        is_signed: tag.is_signed,
        name: tag.name,
    })
}

/// The version that a tag names: `v1.2.3`, `1.2.3`, `lab-1.2.3`, `lab/v1.2`. One part alone is a moving tag, or none.
fn version(tag: &str) -> Option<Version> {
    let start = tag.find(|it: char| it.is_ascii_digit())?;
    let (before, text) = tag.split_at_checked(start)?;
    let is_named = before.is_empty()
        || before == "v"
        || before.ends_with(['-', '_', '/'])
        || before.ends_with("-v")
        || before.ends_with("/v");
    let has_parts = text.contains('.');
    (is_named && has_parts).then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_of_releases_are_told_from_others() {
        for (tag, expect) in [
            ("v1.2.3", Some("1.2.3")),
            ("1.2", Some("1.2")),
            ("lab-2.0.1", Some("2.0.1")),
            ("lab/v2.0", Some("2.0")),
            ("v1", None),
            ("with_maskna", None),
            ("pre-removal-numpybook3", None),
            ("release1.0beta", None),
            ("", None),
        ] {
            let found = version(tag).map(|it| it.to_string());
            assert_eq!(found.as_deref(), expect, "{tag}");
        }
    }
}
