//! Who and what opens a repository: keys, secrets by name, administrators and owners by number.

use bartizan_model::hosting::{
    DeployKey, Environment, Organisation, Seen, StoredSecret, Unseen, UnseenKind,
};
use serde::Deserialize;

use super::{Asking, Question, advisories::moment, cut};

#[derive(Deserialize)]
struct Key {
    #[serde(default, rename = "key")]
    text: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    read_only: bool,
    #[serde(default)]
    created_at: Option<String>,
    #[serde(default)]
    last_used: Option<String>,
    #[serde(default = "yes")]
    enabled: bool,
}

#[derive(Deserialize)]
struct Secret {
    name: String,
    #[serde(default)]
    updated_at: Option<String>,
}

/// Of people only that they are there is read.
#[derive(Deserialize)]
struct Person {}

#[derive(Deserialize)]
struct Settings {
    #[serde(default)]
    two_factor_requirement_enabled: Option<bool>,
}

fn yes() -> bool {
    true
}

/// The keys that open the repository and are switched on.
pub(super) fn deploy_keys(asking: &Asking<'_>) -> Seen<Vec<DeployKey>> {
    let question = asking
        .of("deploy keys", &["keys"])
        .listed()
        .with("administration=read");
    let found: Vec<Key> = asking.all(&question, None)?;
    let keys = found.into_iter().filter(|key| key.enabled).map(|key| {
        let algorithm = key.text.split_whitespace().next().unwrap_or_default();
        DeployKey {
            algorithm: cut(algorithm),
            title: cut(&key.title),
            is_read_only: key.read_only,
            created: key.created_at.and_then(|it| moment(&it)),
            used: key.last_used.and_then(|it| moment(&it)),
        }
    });
    Ok(keys.collect())
}

/// The names of the secrets of the repository, of its organisation and of these environments.
pub(super) fn secrets(
    asking: &Asking<'_>,
    environments: &[&Environment],
) -> Seen<Vec<StoredSecret>> {
    let own = asking
        .of("secrets of the repository", &["actions", "secrets"])
        .with("secrets=read");
    let mut all = listed(asking, own, "repository")?;
    let path = ["actions", "organization-secrets"];
    let shared = asking
        .of("secrets of the organisation", &path)
        .with("secrets=read");
    all.extend(listed(asking, shared, "organisation")?);
    for environment in environments {
        let path = ["environments", &environment.name, "secrets"];
        let question = asking
            .of("secrets of an environment", &path)
            .with("environments=read");
        let place = format!("environment {}", environment.name);
        all.extend(listed(asking, question, &place)?);
    }
    all.sort();
    Ok(all)
}

fn listed(asking: &Asking<'_>, question: Question, place: &str) -> Seen<Vec<StoredSecret>> {
    let found: Vec<Secret> = asking.all(&question.listed(), Some("secrets"))?;
    let secrets = found.into_iter().map(|it| StoredSecret {
        place: place.to_owned(),
        name: cut(&it.name),
        updated: it.updated_at.and_then(|text| moment(&text)),
    });
    Ok(secrets.collect())
}

/// How many people administer the repository.
pub(super) fn administrators(asking: &Asking<'_>) -> Seen<usize> {
    let question = asking
        .of("administrators", &["collaborators"])
        .listed()
        .asking("affiliation=all&permission=admin&per_page=100")
        .with("metadata=read");
    let found: Vec<Person> = asking.all(&question, None)?;
    Ok(found.len())
}

/// The organisation that the repository belongs to.
pub(super) fn organisation(asking: &Asking<'_>, name: &str) -> Organisation {
    let question =
        Question::new("the organisation", &["orgs", name]).with("organization_administration=read");
    let settings: Seen<Settings> = asking.one(&question);
    let hidden = || Unseen {
        permission: Some("`organization_administration=read` of an owner".to_owned()),
        ..Unseen::new(
            UnseenKind::Forbidden,
            "the host tells owners of the organisation only",
        )
    };
    let requires_second_factor =
        settings.and_then(|it| it.two_factor_requirement_enabled.ok_or_else(hidden));
    let question = Question::new("owners of the organisation", &["orgs", name, "members"])
        .listed()
        .asking("role=admin&per_page=100")
        .with("members=read");
    let owners: Seen<Vec<Person>> = asking.all(&question, None);
    Organisation {
        name: cut(name),
        requires_second_factor,
        owners: owners.map(|it| it.len()),
    }
}
