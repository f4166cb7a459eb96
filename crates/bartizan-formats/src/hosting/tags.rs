//! Tags: who signed those of releases, and to which commits those of actions lead.

use std::collections::{BTreeMap, BTreeSet};

use bartizan_model::{
    hosting::{ReleaseTag, Seen, TagSignature, Unseen, UnseenKind},
    version::pep440::Version,
};
use serde::Deserialize;

use super::{Asking, Host, MOST_ACTION_TAGS, Wanted, cut, remote::is_repository};

/// How many releases are looked at.
const MOST_RELEASES: usize = 5;

/// A tag may name a tag. More than this many steps are nobody's.
const MOST_STEPS: usize = 5;

#[derive(Deserialize)]
struct Release {
    tag_name: String,
    #[serde(default)]
    draft: bool,
    #[serde(default)]
    immutable: bool,
}

#[derive(Deserialize)]
struct Reference {
    #[serde(rename = "ref")]
    name: String,
    object: Object,
}

#[derive(Deserialize, Clone)]
struct Object {
    sha: String,
    #[serde(rename = "type")]
    kind: String,
}

#[derive(Deserialize)]
struct Tag {
    object: Object,
    #[serde(default)]
    verification: Option<Verification>,
}

#[derive(Deserialize)]
struct Verification {
    verified: bool,
    #[serde(default)]
    reason: String,
}

/// The tags of the newest releases, with what the host says of their signatures.
pub(super) fn releases(asking: &Asking<'_>) -> Seen<Vec<ReleaseTag>> {
    let question = asking
        .of("releases", &["releases"])
        .asking("per_page=10")
        .with("contents=read");
    let found: Vec<Release> = asking.all(&question, None)?;
    let published = found.into_iter().filter(|release| !release.draft);
    let tags = published.take(MOST_RELEASES).map(|release| ReleaseTag {
        signature: signature(asking, &release.tag_name),
        is_immutable: release.immutable,
        name: cut(&release.tag_name),
    });
    Ok(tags.collect())
}

fn signature(asking: &Asking<'_>, name: &str) -> Seen<TagSignature> {
    let object = reference(asking, name)?;
    if object.kind != "tag" {
        return Ok(TagSignature::Lightweight);
    }
    let verification = tag(asking, &object.sha)?.verification;
    let Some(found) = verification else {
        let why = "the host does not say whether the tag is signed";
        return Err(Unseen::new(UnseenKind::Unreadable, why));
    };
    Ok(match found.reason.as_str() {
        _ if found.verified => TagSignature::Verified,
        "unsigned" => TagSignature::Unsigned,
        reason => TagSignature::Unverified(cut(reason)),
    })
}

fn reference(asking: &Asking<'_>, name: &str) -> Seen<Object> {
    let full = format!("tags/{name}");
    let question = asking
        .of("a tag", &["git", "ref", &full])
        .with("contents=read");
    let found: Reference = asking.one(&question)?;
    if found.name != format!("refs/{full}") {
        let why = format!("the host answered with `{}`", cut(&found.name));
        return Err(Unseen::new(UnseenKind::Unreadable, why));
    }
    Ok(found.object)
}

fn tag(asking: &Asking<'_>, sha: &str) -> Seen<Tag> {
    let question = asking
        .of("the object of a tag", &["git", "tags", sha])
        .with("contents=read");
    asking.one(&question)
}

/// The commits of the tags of other repositories.
pub(super) fn of_actions(
    host: &dyn Host,
    wanted: &Wanted,
) -> BTreeMap<(String, String), Seen<Option<String>>> {
    let mut all = BTreeMap::new();
    let mut repositories: BTreeMap<&str, Seen<()>> = BTreeMap::new();
    for key in wanted.action_tags.iter().take(MOST_ACTION_TAGS) {
        let (repository, tag) = key;
        // What a workflow writes there may be anything.
        let named = repository
            .split_once('/')
            .filter(|_| is_repository(repository));
        let Some((owner, name)) = named else {
            continue;
        };
        let asking = Asking { host, owner, name };
        let commit = commit(&asking, tag);
        let is_absent = matches!(&commit, Err(unseen) if unseen.kind == UnseenKind::Absent);
        let answer = if is_absent {
            // A host answers the same for a repository that it hides as for a tag that is not there.
            let question = asking.of("the repository of an action", &[]);
            let seen = repositories.entry(repository).or_insert_with(|| {
                let found: Seen<serde_json::Value> = asking.one(&question);
                found.map(drop)
            });
            seen.clone().map(|()| None)
        } else {
            commit.map(Some)
        };
        all.insert(key.clone(), answer);
    }
    all
}

/// By repository and reference: the tag of a release and its commit; `None` where no tag is one.
pub type ActionReleases = BTreeMap<(String, String), Seen<Option<(String, String)>>>;

/// The newest full release of actions that references such as `v4` or `release/v1` stand for, with its commit; `None` where
/// no tag is one.
pub fn newest_releases(host: &dyn Host, wanted: &BTreeSet<(String, String)>) -> ActionReleases {
    let wanted = wanted.iter().take(MOST_ACTION_TAGS);
    let wanted = wanted.filter(|(repository, _)| is_repository(repository));
    let found = wanted.filter_map(|key| {
        let (owner, name) = key.0.split_once('/')?;
        let asking = Asking { host, owner, name };
        Some((key.clone(), newest_release(&asking, &key.1)))
    });
    found.collect()
}

fn newest_release(asking: &Asking<'_>, reference: &str) -> Seen<Option<(String, String)>> {
    let prefix = reference.strip_prefix("release/").unwrap_or(reference);
    let question = asking
        .of(
            "tags of an action",
            &["git", "matching-refs", &format!("tags/{prefix}")],
        )
        .listed()
        .with("contents=read");
    let found: Vec<Reference> = asking.all(&question, None)?;
    let standing = found.into_iter().filter_map(|it| {
        let tag = it.name.strip_prefix("refs/tags/")?.to_owned();
        let rest = tag.strip_prefix(prefix)?;
        // `v4` stands for `v4.1`, not for `v40`.
        let is_standing = rest.is_empty() || rest.starts_with('.');
        let version: Version = tag.strip_prefix('v').unwrap_or(&tag).parse().ok()?;
        let is_full = tag.contains('.') && !version.is_prerelease();
        (is_standing && is_full).then_some((version, tag, it.object))
    });
    let Some((_, tag, object)) = standing.max_by(|a, b| a.0.cmp(&b.0)) else {
        return Ok(None);
    };
    peeled(asking, object).map(|commit| Some((cut(&tag), commit)))
}

fn commit(asking: &Asking<'_>, name: &str) -> Seen<String> {
    peeled(asking, reference(asking, name)?)
}

fn peeled(asking: &Asking<'_>, mut object: Object) -> Seen<String> {
    for _ in 0..MOST_STEPS {
        match object.kind.as_str() {
            "commit" => return Ok(object.sha.to_ascii_lowercase()),
            "tag" => object = tag(asking, &object.sha)?.object,
            _ => break,
        }
    }
    let why = "the tag leads to no commit";
    Err(Unseen::new(UnseenKind::Unreadable, why))
}
