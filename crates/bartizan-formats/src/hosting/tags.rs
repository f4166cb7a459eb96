//! Tags: who signed those of releases, and to which commits those of actions lead.

use std::collections::BTreeMap;

use bartizan_model::hosting::{ReleaseTag, Seen, TagSignature, Unseen, UnseenKind};
use serde::Deserialize;

use super::{Asking, Host, MOST_ACTION_TAGS, Wanted, cut};

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
        let Some((owner, name)) = repository.split_once('/') else {
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

fn commit(asking: &Asking<'_>, name: &str) -> Seen<String> {
    let mut object = reference(asking, name)?;
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
