//! A code host in memory that answers as one whose organisations are those of a snapshot, and that can be changed ([`Living`]): for
//! tests and examples, never for users.
//!
//! What is told stands in the state; whoever serves it on loopback passes addresses and bodies on. Answers have the shape that the
//! documentation of the host describes, not more than what is read of them.

mod answer;
mod change;
mod filled;
mod graph;
mod large;
mod living;
mod single;

use std::{collections::BTreeMap, sync::Mutex};

use serde_json::{Value, json};

use self::answer::{environment, page, policy, scope, time, word};
pub use self::{
    filled::filled,
    large::{Size, large},
    living::{Death, Living},
};
use crate::{
    host::QUERIES,
    name::{Login, TeamName, Text},
    snapshot::{Holder, Level, Place, Resource, SecondFactor, Snapshot},
};

/// A host in memory.
#[derive(Debug)]
pub struct Laboratory {
    /// What it tells.
    pub state: Snapshot,
    /// Teams that somebody is offered who does not belong to the organisation yet.
    offers: Vec<(TeamName, Login, Level)>,
    /// What it was asked, and how often.
    asked: Mutex<BTreeMap<String, usize>>,
    /// Parts of paths that it refuses to tell, as tokens without a permission are refused.
    pub hidden: Vec<String>,
}

/// An answer to a question.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The body.
    pub body: Value,
    /// What stands behind `?` in the address of the next page.
    pub next: Option<String>,
}

impl Laboratory {
    /// A host of these organisations.
    pub fn new(state: Snapshot) -> Self {
        Self {
            state,
            offers: Vec::new(),
            asked: Mutex::default(),
            hidden: Vec::new(),
        }
    }

    /// How often what kind of question was asked.
    pub fn asked(&self) -> BTreeMap<String, usize> {
        self.asked.lock().map(|it| it.clone()).unwrap_or_default()
    }

    fn count(&self, what: &str) {
        if let Ok(mut asked) = self.asked.lock() {
            *asked.entry(what.to_owned()).or_default() += 1;
        }
    }

    /// The answer to a question: the parts of its path, decoded, and what stands behind `?`.
    pub fn answer(&self, path: &[&str], query: &str) -> Answer {
        let kind = match path {
            ["orgs", _, rest @ ..] => format!("orgs/{}", rest.first().unwrap_or(&"")),
            ["repos", _, _, "keys", _] => "repos/keys/id".to_owned(),
            ["repos", _, _, rest @ ..] => format!("repos/{}", rest.join("/")),
            other => other.join("/"),
        };
        self.count(&kind);
        let shown = path.join("/");
        if self.hidden.iter().any(|it| shown.contains(it.as_str())) {
            return Answer {
                status: 403,
                body: json!({"message": "Resource not accessible by personal access token"}),
                next: None,
            };
        }
        match self.found(path, query) {
            Some(Found::One(body)) => Answer {
                status: 200,
                body,
                next: None,
            },
            Some(Found::List(key, all)) => page(key, &all, query),
            None => Answer {
                status: 404,
                body: json!({"message": "Not Found"}),
                next: None,
            },
        }
    }

    fn found(&self, path: &[&str], query: &str) -> Option<Found> {
        match path {
            ["user"] => {
                let reader = self.state.origin.reader.as_ref()?;
                Some(Found::One(json!({"login": reader, "id": 1})))
            }
            ["orgs", name, rest @ ..] => self.organisation(&Login::new(name).ok()?, rest, query),
            ["repos", owner, name, rest @ ..] => {
                self.repository(&format!("{owner}/{name}").to_ascii_lowercase(), rest)
            }
            _ => None,
        }
    }

    fn organisation(&self, name: &Login, path: &[&str], query: &str) -> Option<Found> {
        let organisation = self.state.organisation(name.as_str())?;
        let listed = |all| Some(Found::List(None, all));
        match path {
            [] => Some(Found::One(json!({
                "login": name, "id": organisation.id,
                "two_factor_requirement_enabled": organisation.requires_second_factor,
                "default_repository_permission": organisation.base_level.map(word),
            }))),
            ["members"] => listed(self.members(name, query)),
            ["memberships", login] => self.membership_of(name, login),
            ["teams", team, "memberships", login] => self.team_membership_of(name, team, login),
            ["outside_collaborators"] => {
                let people = organisation.outside_collaborators.iter();
                listed(people.filter_map(|it| self.filtered(it, query)).collect())
            }
            ["invitations"] => listed(self.invitations(name.as_str(), false)),
            ["failed_invitations"] => listed(self.invitations(name.as_str(), true)),
            ["organization-roles", rest @ ..] => self.roles(name, rest),
            ["installations"] => Some(Found::List(Some("installations"), self.apps(name))),
            ["personal-access-tokens"] => listed(self.tokens(name)),
            ["rulesets"] => {
                let rules = self.rules_of(name);
                listed(rules.iter().map(|(id, _)| json!({ "id": id })).collect())
            }
            ["rulesets", id] => {
                let mut rules = self.rules_of(name).into_iter();
                let found = rules.find(|(number, _)| number.to_string() == **id)?;
                Some(Found::One(found.1))
            }
            ["actions", "secrets"] => {
                let place = Place::Organisation(name.clone());
                Some(Found::List(Some("secrets"), self.secrets(&place, None)))
            }
            ["actions", "permissions", rest @ ..] => {
                policy(organisation.actions.as_ref()?, rest, "enabled_repositories")
            }
            _ => None,
        }
    }

    fn repository(&self, name: &str, path: &[&str]) -> Option<Found> {
        let repositories = &self.state.repositories;
        let repository = repositories.iter().find(|it| it.name.as_str() == name)?;
        let place = Place::Repository(repository.name.clone());
        match path {
            ["keys"] => Some(Found::List(None, self.keys(name))),
            ["keys", id] => {
                let mut keys = self.keys(name).into_iter();
                let id: u64 = id.parse().ok()?;
                let is_it = |it: &Value| it.get("id").and_then(Value::as_u64) == Some(id);
                keys.find(is_it).map(Found::One)
            }
            ["teams"] => Some(Found::List(None, self.teams_at(name))),
            // Nobody pushes in a laboratory.
            ["activity"] => Some(Found::List(None, Vec::new())),
            ["invitations"] => Some(Found::List(None, self.invitations(name, false))),
            ["environments"] => {
                let all = self.state.environments.iter();
                let all = all.filter(|it| it.repository.as_str() == name);
                Some(Found::List(
                    Some("environments"),
                    all.map(environment).collect(),
                ))
            }
            ["environments", within, "secrets"] => {
                let within = Text::new(within);
                let secrets = self.secrets(&place, Some(&within));
                Some(Found::List(Some("secrets"), secrets))
            }
            ["actions", "secrets"] => {
                Some(Found::List(Some("secrets"), self.secrets(&place, None)))
            }
            ["actions", "permissions", rest @ ..] => {
                policy(repository.actions.as_ref()?, rest, "enabled")
            }
            _ => None,
        }
    }

    fn members(&self, name: &Login, query: &str) -> Vec<Value> {
        let of_it = Resource::Organisation(name.clone());
        let wanted = match () {
            () if query.contains("role=admin") => Some(Level::Owner),
            () if query.contains("role=member") => Some(Level::Member),
            () => None,
        };
        let given = self.state.assignments.iter();
        let given = given.filter(|it| it.resource == of_it && it.role.is_none());
        let given = given.filter(|it| wanted.is_none_or(|wanted| it.level == wanted));
        let people = given.filter_map(|it| match &it.holder {
            Holder::Person(login) => self.filtered(login, query),
            Holder::Team(_) => None,
        });
        people.collect()
    }

    /// Somebody, where the filter of second factors lets them through.
    fn filtered(&self, login: &Login, query: &str) -> Option<Value> {
        let factor = self.state.person(login).map(|it| it.second_factor);
        let passes = match () {
            () if query.contains("2fa_disabled") => factor == Some(SecondFactor::Missing),
            () if query.contains("2fa_insecure") => factor == Some(SecondFactor::Insecure),
            () => true,
        };
        passes.then(|| self.account(login))
    }

    fn account(&self, login: &Login) -> Value {
        let person = self.state.person(login);
        let is_bot = person.is_some_and(|it| it.is_bot);
        let kind = if is_bot { "Bot" } else { "User" };
        json!({"login": login, "id": person.and_then(|it| it.id), "type": kind})
    }

    fn invitations(&self, of: &str, failed: bool) -> Vec<Value> {
        let all = self.state.invitations.iter();
        let all = all.filter(|it| it.resource.name() == of);
        let is_repository = of.contains('/');
        let all = all.filter(|it| is_repository || it.failed.is_some() == failed);
        let told = all.map(|it| {
            let login = match &it.invited {
                crate::snapshot::Invited::Login(login) => Some(login),
                crate::snapshot::Invited::Address => None,
            };
            let by = it.by.as_ref().map(|it| json!({"login": it}));
            if is_repository {
                json!({"id": it.id, "invitee": login.map(|it| json!({"login": it})), "inviter": by,
                    "permissions": it.level.word(), "created_at": time(it.created), "expired": it.failed.is_some()})
            } else {
                let role = if it.level == Level::Owner { "admin" } else { "direct_member" };
                json!({"id": it.id, "login": login, "role": role, "inviter": by,
                    "created_at": time(it.created), "failed_reason": it.failed})
            }
        });
        told.collect()
    }

    fn roles(&self, name: &Login, path: &[&str]) -> Option<Found> {
        let of_it = Resource::Organisation(name.clone());
        let given = self.state.assignments.iter();
        let given: Vec<_> = given.filter(|it| it.resource == of_it).collect();
        let mut roles: Vec<(&Text, Level)> = Vec::new();
        for (role, level) in given
            .iter()
            .filter_map(|it| Some((it.role.as_ref()?, it.level)))
        {
            if !roles.contains(&(role, level)) {
                roles.push((role, level));
            }
        }
        let [id, kind] = path else {
            let all = (1_u64..).zip(&roles).map(|(id, (role, level))| {
                let base = (*level > Level::Nothing).then(|| word(*level));
                json!({"id": id, "name": role, "base_role": base})
            });
            return Some(Found::List(Some("roles"), all.collect()));
        };
        let at: usize = id.parse().ok()?;
        let (role, _) = roles.get(at.checked_sub(1)?)?;
        let holders = given.iter().filter(|it| it.role.as_ref() == Some(*role));
        let told = holders.filter_map(|it| match (&it.holder, *kind) {
            (Holder::Person(login), "users") => {
                Some(json!({"login": login, "assignment": "direct"}))
            }
            (Holder::Team(team), "teams") => {
                Some(json!({"slug": team.name(), "assignment": "direct"}))
            }
            _ => None,
        });
        Some(Found::List(None, told.collect()))
    }

    fn apps(&self, name: &Login) -> Vec<Value> {
        let all = self.state.apps.iter().filter(|it| it.organisation == *name);
        let told = all.map(|it| {
            json!({"id": it.id, "app_slug": it.slug, "repository_selection": scope(it.scope),
                "permissions": it.permissions, "created_at": time(it.created),
                "updated_at": time(it.updated), "suspended_at": time(it.suspended)})
        });
        told.collect()
    }

    fn tokens(&self, name: &Login) -> Vec<Value> {
        let all = self
            .state
            .tokens
            .iter()
            .filter(|it| it.organisation == *name);
        let told = all.map(|it| {
            let mut permissions: BTreeMap<&str, BTreeMap<&str, &Text>> = BTreeMap::new();
            for (place, level) in &it.permissions {
                if let Some((group, name)) = place.as_str().split_once('/') {
                    permissions.entry(group).or_default().insert(name, level);
                }
            }
            json!({"id": it.id, "owner": self.account(&it.person), "token_name": it.name,
                "repository_selection": scope(it.scope), "permissions": permissions,
                "token_expired": it.is_expired, "access_granted_at": time(it.granted),
                "token_expires_at": time(it.expires), "token_last_used_at": time(it.used)})
        });
        told.collect()
    }

    fn secrets(&self, place: &Place, environment: Option<&Text>) -> Vec<Value> {
        let all = self.state.secrets.iter();
        let all = all.filter(|it| it.place == *place && it.environment.as_ref() == environment);
        let told = all.map(|it| {
            json!({"name": it.name, "created_at": time(it.created), "updated_at": time(it.updated)})
        });
        told.collect()
    }

    fn keys(&self, name: &str) -> Vec<Value> {
        let all = self.state.deploy_keys.iter();
        let all = all.filter(|it| it.repository.as_str() == name);
        let told = all.map(|it| {
            json!({"id": it.id, "key": format!("{} AAAA", it.algorithm), "title": it.title,
                "read_only": !it.can_write, "enabled": it.is_enabled, "added_by": it.by,
                "created_at": time(it.created), "last_used": time(it.used)})
        });
        told.collect()
    }

    fn rules_of(&self, name: &Login) -> Vec<(u64, Value)> {
        let place = Place::Organisation(name.clone());
        let all = self.state.rules.iter().filter(|it| it.place == place);
        let told = all.filter_map(|it| {
            let id = it.id?;
            let kinds = it.kinds.iter().map(|kind| {
                json!({"type": kind, "parameters": {"required_approving_review_count": it.reviews}})
            });
            let value = json!({"id": id, "name": it.name, "target": it.target,
                "enforcement": it.enforcement, "rules": kinds.collect::<Vec<_>>(),
                "conditions": {"ref_name": {"include": it.include, "exclude": it.exclude}},
                "bypass_actors": it.bypass.iter().map(graph::old_bypass).collect::<Vec<_>>()});
            Some((id, value))
        });
        told.collect()
    }

    /// The answer to a query, as the body of a reply.
    pub fn graph(&self, text: &str, variables: &Value) -> Value {
        let known = QUERIES.iter().find(|(_, query)| *query == text);
        let Some((name, _)) = known else {
            return json!({"data": null, "errors": [{"message": "unknown query"}]});
        };
        self.count(&format!("query {name}"));
        json!({"data": self.queried(name, variables)})
    }
}

/// What is found under a path.
enum Found {
    One(Value),
    List(Option<&'static str>, Vec<Value>),
}
