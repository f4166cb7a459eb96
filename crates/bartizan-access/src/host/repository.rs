//! What questions tell of one repository: keys, invitations, environments, secrets, the policy of Actions.

use bartizan_formats::hosting::Question;
use bartizan_model::Timestamp;
use serde::Deserialize;

use super::{
    Reading,
    answers::{Account, moment},
    organisation::SecretAnswer,
};
use crate::{
    name::{Login, RepositoryName, TeamName, Text},
    snapshot::{DeployKey, Environment, Holder, Invitation, Invited, Level, Part, Place, Resource},
};

const ADMINISTRATION: &str = "administration=read";

/// How many environments of a repository are asked for their secrets.
const MOST_ENVIRONMENTS: usize = 50;

#[derive(Deserialize)]
struct KeyAnswer {
    id: u64,
    #[serde(default)]
    key: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    read_only: bool,
    #[serde(default = "yes")]
    enabled: bool,
    #[serde(default)]
    added_by: Option<String>,
    #[serde(default, deserialize_with = "moment")]
    created_at: Option<Timestamp>,
    #[serde(default, deserialize_with = "moment")]
    last_used: Option<Timestamp>,
}

fn yes() -> bool {
    true
}

#[derive(Deserialize)]
struct InvitationAnswer {
    id: u64,
    #[serde(default)]
    invitee: Option<Account>,
    #[serde(default)]
    inviter: Option<Account>,
    #[serde(default)]
    permissions: String,
    #[serde(default, deserialize_with = "moment")]
    created_at: Option<Timestamp>,
    #[serde(default)]
    expired: Option<bool>,
}

#[derive(Deserialize)]
struct EnvironmentAnswer {
    name: String,
    #[serde(default)]
    can_admins_bypass: Option<bool>,
    #[serde(default)]
    protection_rules: Vec<ProtectionRule>,
    #[serde(default)]
    deployment_branch_policy: Option<BranchPolicy>,
}

#[derive(Deserialize)]
struct ProtectionRule {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    wait_timer: Option<u64>,
    #[serde(default)]
    prevent_self_review: Option<bool>,
    #[serde(default)]
    reviewers: Vec<ReviewerAnswer>,
}

#[derive(Deserialize)]
struct ReviewerAnswer {
    reviewer: Reviewer,
}

#[derive(Deserialize)]
struct Reviewer {
    #[serde(default)]
    login: Option<String>,
    #[serde(default)]
    slug: Option<String>,
}

#[derive(Deserialize)]
struct BranchPolicy {
    #[serde(default)]
    protected_branches: bool,
}

impl Reading<'_> {
    /// Asks all that is asked about one repository that queries told of.
    pub(super) fn repository(&mut self, at: usize) {
        let Some(repository) = self.snapshot.repositories.get(at) else {
            return;
        };
        let name = repository.name.clone();
        // Nothing runs in an archived one, and nobody is invited to it; its keys still open it.
        let is_archived = repository.is_archived;
        self.deploy_keys(&name);
        if is_archived {
            return;
        }
        self.repository_invitations(&name);
        let environments = self.environments(&name);
        self.repository_secrets(&name, &environments);
        let policy = self.repository_policy(&name);
        if let Some(repository) = self.snapshot.repositories.get_mut(at) {
            repository.actions = policy;
        }
    }

    fn deploy_keys(&mut self, name: &RepositoryName) {
        let question = of_repository("deploy keys", name, &["keys"]).with(ADMINISTRATION);
        let found: Vec<KeyAnswer> = self.list((Part::DeployKeys, name.as_str()), question, None);
        let keys = found.into_iter().map(|it| DeployKey {
            repository: name.clone(),
            id: it.id,
            title: Text::new(&it.title),
            algorithm: Text::new(it.key.split_whitespace().next().unwrap_or_default()),
            can_write: !it.read_only,
            is_enabled: it.enabled,
            by: it.added_by.and_then(|it| Login::new(&it).ok()),
            created: it.created_at,
            used: it.last_used,
        });
        self.snapshot.deploy_keys.extend(keys);
    }

    fn repository_invitations(&mut self, name: &RepositoryName) {
        let question = of_repository("invitations", name, &["invitations"]).with(ADMINISTRATION);
        let part = Part::Invitations;
        let found: Vec<InvitationAnswer> = self.list((part, name.as_str()), question, None);
        let invitations = found.into_iter().map(|it| {
            let login = |it: Option<Account>| it.and_then(|it| Login::new(&it.login).ok());
            Invitation {
                resource: Resource::Repository(name.clone()),
                id: Some(it.id),
                invited: login(it.invitee).map_or(Invited::Address, Invited::Login),
                level: Level::of_repository(&it.permissions).unwrap_or(Level::Read),
                by: login(it.inviter),
                created: it.created_at,
                failed: (it.expired == Some(true)).then(|| Text::new("expired")),
            }
        });
        self.snapshot.invitations.extend(invitations);
    }

    fn environments(&mut self, name: &RepositoryName) -> Vec<String> {
        let question = of_repository("environments", name, &["environments"]).with("actions=read");
        let part = Part::Environments;
        let key = Some("environments");
        let found: Vec<EnvironmentAnswer> = self.list((part, name.as_str()), question, key);
        let names = found.iter().map(|it| it.name.clone()).collect();
        let environments = found.into_iter().map(|it| it.environment(name));
        self.snapshot.environments.extend(environments);
        names
    }

    fn repository_secrets(&mut self, name: &RepositoryName, environments: &[String]) {
        let of = (Part::Secrets, name.as_str());
        let place = || Place::Repository(name.clone());
        let question = of_repository("secrets", name, &["actions", "secrets"]).with("secrets=read");
        let found: Vec<SecretAnswer> = self.list(of, question, Some("secrets"));
        let secrets = found.into_iter().map(|it| it.at(place(), None));
        self.snapshot.secrets.extend(secrets);
        if environments.len() > MOST_ENVIRONMENTS {
            self.miss_more(Part::Secrets, name.as_str(), "environments");
        }
        for environment in environments.iter().take(MOST_ENVIRONMENTS) {
            let path = ["environments", environment, "secrets"];
            let question = of_repository("secrets of an environment", name, &path);
            let question = question.with("environments=read");
            let found: Vec<SecretAnswer> = self.list(of, question, Some("secrets"));
            let named = || Some(Text::new(environment));
            let secrets = found.into_iter().map(|it| it.at(place(), named()));
            self.snapshot.secrets.extend(secrets);
        }
    }
}

impl EnvironmentAnswer {
    fn environment(self, repository: &RepositoryName) -> Environment {
        let reviewers = self.protection_rules.iter().flat_map(|it| &it.reviewers);
        let holder = |it: &ReviewerAnswer| match (&it.reviewer.login, &it.reviewer.slug) {
            (Some(login), _) => Login::new(login).ok().map(Holder::Person),
            (None, Some(slug)) => {
                let team = TeamName::new(&format!("{}/{slug}", repository.owner()));
                team.ok().map(Holder::Team)
            }
            (None, None) => None,
        };
        let refs = match &self.deployment_branch_policy {
            None => "all",
            Some(policy) if policy.protected_branches => "protected",
            Some(_) => "named",
        };
        let rules = &self.protection_rules;
        let wait = rules.iter().find(|it| it.kind == "wait_timer");
        Environment {
            repository: repository.clone(),
            name: Text::new(&self.name),
            reviewers: reviewers.filter_map(holder).collect(),
            forbids_self_review: rules.iter().any(|it| it.prevent_self_review == Some(true)),
            wait_minutes: wait.and_then(|it| it.wait_timer).unwrap_or_default(),
            refs: Text::new(refs),
            can_be_bypassed: self.can_admins_bypass,
        }
    }
}

/// A list below a repository.
fn of_repository(about: &'static str, name: &RepositoryName, path: &[&str]) -> Question {
    let mut all = vec!["repos", name.owner(), name.name()];
    all.extend(path);
    Question::new(about, &all).asking("per_page=100")
}
