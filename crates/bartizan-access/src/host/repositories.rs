//! Repositories as queries tell of them: what they are, who was given access by name, rules, and who owns which code.

use bartizan_formats::{
    code_owners::CodeOwners,
    hosting::graph::{GraphHost, Query},
};
use bartizan_model::{
    Timestamp,
    hosting::{Seen, Unseen, UnseenKind},
};
use serde::Deserialize;
use serde_json::json;

use super::{
    MOST_QUERIES, Reading,
    answers::{Account, moment},
    rules::{ProtectionAnswer, RulesetAnswer},
    teams::{Connection, first},
};
use crate::{
    name::{Login, RepositoryName, TeamName, Text},
    snapshot::{CodeOwner, Holder, Level, Part, Repository, Resource, Visibility},
};

pub(super) const REPOSITORIES: &str = include_str!("repositories.graphql");
pub(super) const COLLABORATORS: &str = include_str!("collaborators.graphql");

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RepositoryAnswer {
    database_id: Option<u64>,
    name_with_owner: String,
    #[serde(default)]
    visibility: String,
    #[serde(default)]
    is_archived: bool,
    #[serde(default)]
    is_fork: bool,
    #[serde(default, deserialize_with = "moment")]
    pushed_at: Option<Timestamp>,
    #[serde(default)]
    default_branch_ref: Option<Branch>,
    #[serde(default)]
    collaborators: Option<Connection<CollaboratorEdge>>,
    #[serde(default)]
    rulesets: Option<Connection<RulesetAnswer>>,
    #[serde(default)]
    branch_protection_rules: Option<Connection<ProtectionAnswer>>,
    #[serde(default)]
    github: Option<Blob>,
    #[serde(default)]
    root: Option<Blob>,
    #[serde(default)]
    docs: Option<Blob>,
}

#[derive(Deserialize)]
struct Branch {
    name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CollaboratorEdge {
    #[serde(default)]
    permission_sources: Option<Vec<PermissionSource>>,
    node: Option<Account>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PermissionSource {
    permission: String,
    #[serde(default)]
    role_name: Option<String>,
    source: Kind,
}

#[derive(Deserialize)]
struct Kind {
    #[serde(rename = "__typename")]
    name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Blob {
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    is_truncated: Option<bool>,
}

impl Reading<'_> {
    pub(super) fn repositories(&mut self, organisation: &Login) {
        let mut after = None;
        for _ in 0..MOST_QUERIES {
            let query = Query {
                about: "repositories",
                text: REPOSITORIES,
                variables: json!({"organisation": organisation, "after": after}),
                permission: Some("metadata=read"),
            };
            let place = "organization/repositories";
            let page: Connection<RepositoryAnswer> = match self.connection(&query, place) {
                Ok(page) => page,
                Err(unseen) => {
                    for part in [
                        Part::Repositories,
                        Part::Collaborators,
                        Part::Rules,
                        Part::CodeOwners,
                        Part::DeployKeys,
                        Part::Environments,
                        Part::Secrets,
                    ] {
                        self.miss(part, organisation.as_str(), &unseen);
                    }
                    return;
                }
            };
            for answer in page.nodes.into_iter().flatten() {
                self.answered(organisation, answer);
            }
            after = page.page_info.next();
            if after.is_none() {
                return;
            }
        }
        self.miss_more(Part::Repositories, organisation.as_str(), "repositories");
    }

    fn answered(&mut self, organisation: &Login, answer: RepositoryAnswer) {
        let Ok(name) = RepositoryName::new(&answer.name_with_owner) else {
            let why = "a repository has a name that none can have";
            let unseen = Unseen::new(UnseenKind::Unreadable, why);
            self.miss(Part::Repositories, organisation.as_str(), &unseen);
            return;
        };
        let mut repository = Repository::named(name.clone());
        repository.id = answer.database_id;
        repository.visibility = match answer.visibility.as_str() {
            "PUBLIC" => Visibility::Public,
            "PRIVATE" => Visibility::Private,
            "INTERNAL" => Visibility::Internal,
            _ => Visibility::Unknown,
        };
        repository.is_archived = answer.is_archived;
        repository.is_fork = answer.is_fork;
        repository.pushed = answer.pushed_at;
        let branch = answer.default_branch_ref;
        repository.default_branch = branch.map(|it| Text::new(&it.name));
        // The host takes the first of the three.
        let places = [answer.github, answer.root, answer.docs];
        if let Some(blob) = places.into_iter().flatten().next() {
            repository.code_owners = self.code_owners(&name, &blob);
        }
        self.snapshot.repositories.push(repository);
        self.collaborators(&name, answer.collaborators);
        self.repository_rules(&name, answer.rulesets, answer.branch_protection_rules);
    }

    fn code_owners(&mut self, name: &RepositoryName, blob: &Blob) -> Vec<CodeOwner> {
        if blob.is_truncated == Some(true) {
            self.miss_more(Part::CodeOwners, name.as_str(), "lines of `CODEOWNERS`");
            return Vec::new();
        }
        let text = blob.text.as_deref().unwrap_or_default();
        code_owners(text)
    }

    fn collaborators(
        &mut self,
        name: &RepositoryName,
        first: Option<Connection<CollaboratorEdge>>,
    ) {
        let Some(mut page) = first else {
            let unseen = Unseen {
                permission: Some("`metadata=read`, with push access".to_owned()),
                ..Unseen::new(UnseenKind::Forbidden, "the host shows no collaborators")
            };
            self.miss(Part::Collaborators, name.as_str(), &unseen);
            return;
        };
        for _ in 0..MOST_QUERIES {
            for edge in page.nodes.into_iter().flatten() {
                self.collaborator(name, edge);
            }
            let Some(after) = page.page_info.next() else {
                return;
            };
            let query = collaborators(name, Some(&after));
            page = match self.connection(&query, COLLABORATORS_AT) {
                Ok(page) => page,
                Err(unseen) => {
                    self.miss(Part::Collaborators, name.as_str(), &unseen);
                    return;
                }
            };
        }
        self.miss_more(Part::Collaborators, name.as_str(), "collaborators");
    }

    /// What somebody was given by name. What else makes them a collaborator is told elsewhere.
    fn collaborator(&mut self, name: &RepositoryName, edge: CollaboratorEdge) {
        let Some(account) = edge.node else {
            return;
        };
        let Some(login) = self.meet(Part::Collaborators, name.as_str(), &account) else {
            return;
        };
        let given = match by_name(edge.permission_sources.as_deref()) {
            Ok(given) => given,
            Err(unseen) => {
                self.miss(Part::Collaborators, name.as_str(), &unseen);
                return;
            }
        };
        for given in given {
            let resource = Resource::Repository(name.clone());
            self.give(Holder::Person(login.clone()), resource, given);
        }
    }
}

/// A level that was given by name, and the role where it is one of the owner's own.
type ByName = (Level, Option<Text>);

/// What was given by name among the ways in which somebody has access.
fn by_name(sources: Option<&[PermissionSource]>) -> Seen<Vec<ByName>> {
    let sources = sources.ok_or_else(|| Unseen {
        permission: Some("`metadata=read` of an owner".to_owned()),
        ..Unseen::new(
            UnseenKind::Forbidden,
            "the host does not tell what was given by name",
        )
    })?;
    let named = sources.iter().filter(|it| it.source.name == "Repository");
    let given = named.filter_map(|source| {
        let level = Level::of_repository(&source.permission)?;
        let role = source.role_name.as_deref();
        // Levels of the host itself are no roles of somebody's own.
        let role = role.filter(|it| Level::of_repository(it).is_none());
        Some((level, role.map(Text::new)))
    });
    Ok(given.collect())
}

/// What somebody was given by name in a repository. The other interface tells the highest level by all ways.
pub fn level_by_name(
    host: &dyn GraphHost,
    repository: &RepositoryName,
    login: &Login,
) -> Seen<Option<ByName>> {
    let query = collaborators(repository, None);
    let given = first(host, (query, COLLABORATORS_AT), |edge: CollaboratorEdge| {
        let account = edge.node.as_ref();
        let is_meant = account.is_some_and(|it| it.login.eq_ignore_ascii_case(login.as_str()));
        is_meant
            .then(|| by_name(edge.permission_sources.as_deref()))
            .transpose()
    })?;
    Ok(given.into_iter().flatten().max())
}

/// Where the answer to the query of collaborators has them.
const COLLABORATORS_AT: &str = "repository/collaborators";

fn collaborators(name: &RepositoryName, after: Option<&str>) -> Query {
    let (owner, repository) = (name.owner(), name.name());
    Query {
        about: "collaborators",
        text: COLLABORATORS,
        variables: json!({"owner": owner, "repository": repository, "after": after}),
        permission: Some("metadata=read"),
    }
}

/// Who is asked about which paths.
pub(crate) fn code_owners(text: &str) -> Vec<CodeOwner> {
    let rules = CodeOwners::read(text.as_bytes()).rules;
    let owned = rules.into_iter().map(|rule| {
        let people = rule.logins.iter().filter_map(|it| Login::new(it).ok());
        let teams = rule.teams.iter().filter_map(|it| TeamName::new(it).ok());
        let teams = teams.map(Holder::Team);
        CodeOwner {
            pattern: Text::new(&rule.pattern),
            owners: people.map(Holder::Person).chain(teams).collect(),
        }
    });
    owned.collect()
}
