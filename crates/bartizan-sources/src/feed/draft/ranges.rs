//! From the commits that fixed something to the versions that are affected, by the tags of the repository.

use std::{cmp::Ordering, collections::BTreeSet, path::Path};

use bartizan_model::version::{Version, VersionOrder};

use super::{
    DraftError, DraftRequest, FromCommits,
    record::{Event, Record},
};
use crate::git::program as git;

/// A release: its version as written, parsed, and whether it holds a fix.
struct Release {
    text: String,
    version: Version,
    is_fixed: bool,
}

/// Adds what the commits say to a record: a range of commits, one of versions, and the versions.
pub(super) fn from_commits(
    record: &mut Record,
    request: &DraftRequest,
    commits: &FromCommits,
    notes: &mut Vec<String>,
) -> Result<(), DraftError> {
    let repository = &commits.repository;
    let mut hashes = Vec::new();
    let mut with_fix = BTreeSet::new();
    for revision in &commits.revisions {
        let hash = git::commit(repository, revision)?;
        with_fix.extend(git::tags_with(repository, &hash)?);
        hashes.push(hash);
    }
    name_commits(record, repository, &hashes, notes);
    let package = super::package(request, super::manifest(&request.directory)?.as_ref())?;
    let Some(order) = package.ecosystem().version_order() else {
        notes.push(
            "the order of this ecosystem's versions is not known here: state the ranges by hand"
                .to_owned(),
        );
        return Ok(());
    };
    let mut releases = releases(repository, (package.name(), order), &with_fix, notes)?;
    let introduced = request.introduced.as_deref();
    if let Some(text) = introduced.filter(|text| *text != "0") {
        let Some(first) = order.parse(text) else {
            // The schema's rules say what is wrong with it.
            record.range(introduced, None);
            return Ok(());
        };
        releases.retain(|release| release.version.compare(&first) != Some(Ordering::Less));
    }
    releases.sort_by(|a, b| a.version.compare(&b.version).unwrap_or(Ordering::Equal));
    let events = events(&releases, introduced.unwrap_or("0"));
    if !events.iter().any(|(kind, _)| *kind == "fixed") {
        notes.push("no tag holds a fix yet: add `fixed` when it is released".to_owned());
    }
    record.add("ECOSYSTEM", None, events);
    let affected = releases.iter().filter(|release| !release.is_fixed);
    let affected: Vec<String> = affected.map(|release| release.text.clone()).collect();
    record.versions(&affected);
    Ok(())
}

/// Adds the commits themselves, and the pages that show them.
fn name_commits(
    record: &mut Record,
    repository: &Path,
    hashes: &[String],
    notes: &mut Vec<String>,
) {
    let Some(address) = git::origin(repository) else {
        notes.push(
            "the repository has no public address, so the record names no commits".to_owned(),
        );
        return;
    };
    let page = address
        .trim_end_matches('/')
        .trim_end_matches(".git")
        .to_owned();
    let introduced = ("introduced", "0".to_owned());
    let fixed = hashes.iter().map(|hash| ("fixed", hash.clone()));
    record.add("GIT", Some(address), [introduced].into_iter().chain(fixed));
    for hash in hashes {
        record.fix(format!("{page}/commit/{hash}"));
    }
}

/// The releases that tags name.
fn releases(
    repository: &Path,
    (package, order): (&str, VersionOrder),
    with_fix: &BTreeSet<String>,
    notes: &mut Vec<String>,
) -> Result<Vec<Release>, DraftError> {
    let mut releases = Vec::new();
    let mut passed = Vec::new();
    for tag in git::tags(repository)? {
        match version_of(&tag, package, order) {
            Some((text, version)) => releases.push(Release {
                is_fixed: with_fix.contains(&tag),
                text,
                version,
            }),
            None => passed.push(tag),
        }
    }
    if !passed.is_empty() {
        let shown = passed
            .iter()
            .take(3)
            .cloned()
            .collect::<Vec<_>>()
            .join(", ");
        notes.push(format!(
            "tags that name no version: {} ({shown})",
            passed.len()
        ));
    }
    Ok(releases)
}

/// Where releases in ascending order become affected, and where they cease to be. A release that came after a
/// fixed one and from an older branch begins a range of its own.
fn events(releases: &[Release], introduced: &str) -> Vec<Event> {
    let mut events = vec![("introduced", introduced.to_owned())];
    let mut is_affected = true;
    for release in releases {
        if release.is_fixed == is_affected {
            let kind = if release.is_fixed {
                "fixed"
            } else {
                "introduced"
            };
            events.push((kind, release.text.clone()));
            is_affected = !release.is_fixed;
        }
    }
    events
}

/// The version that a tag names, with what projects usually write before it taken off.
fn version_of(tag: &str, package: &str, order: VersionOrder) -> Option<(String, Version)> {
    let lower = tag.to_ascii_lowercase();
    let starts = [
        format!("{package}-v"),
        format!("{package}-"),
        "release-".to_owned(),
        "v".to_owned(),
        String::new(),
    ];
    starts.iter().find_map(|start| {
        let text = lower.strip_prefix(start.as_str())?;
        let text = tag.get(tag.len().checked_sub(text.len())?..)?;
        let starts_with_digit = text.starts_with(|first: char| first.is_ascii_digit());
        let version = order.parse(text).filter(|_| starts_with_digit)?;
        Some((text.to_owned(), version))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(releases: &[(&str, bool)], expect: &str) {
        let releases: Vec<Release> = releases
            .iter()
            .map(|(text, is_fixed)| Release {
                text: (*text).to_owned(),
                version: VersionOrder::Pep440.parse(text).unwrap(),
                is_fixed: *is_fixed,
            })
            .collect();
        let events = events(&releases, "0");
        let shown: Vec<String> = events
            .iter()
            .map(|(kind, version)| format!("{kind} {version}"))
            .collect();
        assert_eq!(shown.join(", "), expect);
    }

    #[test]
    fn ranges_follow_the_branches() {
        check(&[], "introduced 0");
        check(&[("1.0", false)], "introduced 0");
        check(
            &[("1.0", false), ("1.1", true), ("1.2", true)],
            "introduced 0, fixed 1.1",
        );
        check(
            &[("1.0", false), ("1.1", true), ("2.0", false), ("2.1", true)],
            "introduced 0, fixed 1.1, introduced 2.0, fixed 2.1",
        );
        check(&[("1.0", true)], "introduced 0, fixed 1.0");
    }

    #[test]
    fn tags_are_read_as_projects_write_them() {
        let check = |tag: &str, expect: Option<&str>| {
            let found = version_of(tag, "demo", VersionOrder::Pep440).map(|(text, _)| text);
            assert_eq!(found.as_deref(), expect, "{tag}");
        };
        check("v1.0", Some("1.0"));
        check("1.0rc1", Some("1.0rc1"));
        check("Demo-2.0", Some("2.0"));
        check("release-3.1", Some("3.1"));
        check("nightly", None);
        check("", None);
    }
}
