//! What a code host answers, as facts about a repository: the [REST API of GitHub](https://docs.github.com/en/rest), and
//! hosts that speak it.
//!
//! Nothing is asked here: a [`Host`] answers [`Question`]s, over a network or from memory. What it hides becomes
//! [`Unseen`] with the permission that would show it, and what one answer lacks costs that answer only.

mod access;
pub mod act;
mod advisories;
mod environments;
pub mod graph;
pub mod link;
pub mod pulls;
pub mod refusal;
pub mod remote;
mod rules;
mod settings;
mod tags;

use std::collections::{BTreeMap, BTreeSet};

use bartizan_model::hosting::{
    ActionsPolicy, DefaultToken, Environment, HostedRepository, Seen, Unseen, UnseenKind,
};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;

pub use rules::covers;
pub use tags::{ActionReleases, newest_releases};

/// The longest text of others that is kept.
const LONGEST_TEXT: usize = 300;

/// Something that a host is asked.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Question {
    /// What it is about, for people.
    pub about: &'static str,
    /// The parts of its path, not encoded.
    pub path: Vec<String>,
    /// What stands behind `?`; empty where nothing does.
    pub query: &'static str,
    /// How many pages of the answer are wanted at most.
    pub pages: usize,
    /// Whether those are enough where there are more.
    pub is_partial: bool,
    /// The permission that shows it, as the documentation of the host has it, where any is needed.
    pub permission: Option<&'static str>,
}

/// Answers questions about repositories.
pub trait Host: Sync {
    /// The pages of the answer, in their order.
    fn ask(&self, question: &Question) -> Seen<Vec<Value>>;
}

/// A host whose answers are in memory, by the path of the question without its query: for tests and fuzzing.
#[derive(Debug, Clone, Default)]
pub struct MemoryHost {
    /// The answers: a text of JSON for each path.
    pub answers: BTreeMap<String, String>,
}

/// Which of a repository is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Wanted {
    /// Owner and name.
    pub repository: String,
    /// The environments whose rules are looked at closely.
    pub environments: BTreeSet<String>,
    /// Tags of other repositories (`owner/name`) whose commits are wanted.
    pub action_tags: BTreeSet<(String, String)>,
}

/// How many tags of actions are asked for. The largest core project pins about 40.
pub const MOST_ACTION_TAGS: usize = 300;

impl Question {
    /// One about one document.
    pub fn new(about: &'static str, path: &[&str]) -> Self {
        Self {
            about,
            path: path.iter().map(|part| (*part).to_owned()).collect(),
            query: "",
            pages: 1,
            is_partial: true,
            permission: None,
        }
    }

    /// The same of a list: all of its pages, a hundred entries each.
    #[must_use]
    pub fn listed(self) -> Self {
        Self {
            query: "per_page=100",
            pages: MOST_PAGES,
            is_partial: false,
            ..self
        }
    }

    /// The same of a list of which the first pages are enough.
    #[must_use]
    pub fn first(self, pages: usize) -> Self {
        Self {
            pages: pages.clamp(1, MOST_PAGES),
            is_partial: true,
            ..self
        }
    }

    /// The same with words behind `?`.
    #[must_use]
    pub fn asking(self, query: &'static str) -> Self {
        Self { query, ..self }
    }

    /// The same, which needs a permission.
    #[must_use]
    pub fn with(self, permission: &'static str) -> Self {
        Self {
            permission: Some(permission),
            ..self
        }
    }

    /// The path with `/` between its parts, for people and for hosts in memory.
    pub fn shown(&self) -> String {
        self.path.join("/")
    }
}

/// How many pages of a list are asked for. No list of a core project has half of it.
pub const MOST_PAGES: usize = 20;

impl Host for MemoryHost {
    fn ask(&self, question: &Question) -> Seen<Vec<Value>> {
        let absent = || Unseen {
            permission: question.permission.map(|it| format!("`{it}`")),
            ..Unseen::new(UnseenKind::Absent, "there is no such thing")
        };
        let text = self.answers.get(&question.shown()).ok_or_else(absent)?;
        let value = serde_json::from_str(text).map_err(|error| unreadable(&error))?;
        Ok(vec![value])
    }
}

/// One repository on one host.
pub(crate) struct Asking<'a> {
    host: &'a dyn Host,
    owner: &'a str,
    name: &'a str,
}

impl Asking<'_> {
    /// A question about something of the repository.
    fn of(&self, about: &'static str, path: &[&str]) -> Question {
        let all: Vec<&str> = ["repos", self.owner, self.name]
            .into_iter()
            .chain(path.iter().copied())
            .collect();
        Question::new(about, &all)
    }

    /// The answer that is one document.
    fn one<T: DeserializeOwned>(&self, question: &Question) -> Seen<T> {
        one(self.host, question)
    }

    /// The answer that is a list over pages; under a key of each page where one is named.
    fn all<T: DeserializeOwned>(&self, question: &Question, key: Option<&str>) -> Seen<Vec<T>> {
        all(self.host, question, key)
    }
}

/// The answer that is one document.
pub fn one<T: DeserializeOwned>(host: &dyn Host, question: &Question) -> Seen<T> {
    let pages = host.ask(question)?;
    let page = pages.into_iter().next().unwrap_or_default();
    serde_json::from_value(page).map_err(|error| unreadable(&error))
}

/// The answer that is a list over pages; under a key of each page where one is named.
pub fn all<T: DeserializeOwned>(
    host: &dyn Host,
    question: &Question,
    key: Option<&str>,
) -> Seen<Vec<T>> {
    let mut all = Vec::new();
    for mut page in host.ask(question)? {
        let list = match key {
            Some(key) => page.get_mut(key).map(Value::take).unwrap_or_default(),
            None => page,
        };
        let Value::Array(entries) = list else {
            return Err(Unseen::new(UnseenKind::Unreadable, "the answer is no list"));
        };
        // An entry of another shape costs the answer: a rule that was overlooked would change what it says.
        for entry in entries {
            all.push(serde_json::from_value(entry).map_err(|error| unreadable(&error))?);
        }
    }
    Ok(all)
}

#[derive(Deserialize)]
struct Repository {
    default_branch: String,
    owner: Owner,
}

#[derive(Deserialize)]
struct Owner {
    login: String,
    #[serde(default, rename = "type")]
    kind: String,
}

/// Which actions may run in a repository, and what the token may do that asks for nothing.
pub fn actions_policy(
    host: &dyn Host,
    repository: &str,
) -> (Seen<ActionsPolicy>, Seen<DefaultToken>) {
    let (owner, name) = repository.split_once('/').unwrap_or_default();
    let asking = Asking { host, owner, name };
    (settings::actions(&asking), settings::token(&asking))
}

/// Asks a host for all that is wanted of a repository.
pub fn read(host: &dyn Host, wanted: &Wanted) -> HostedRepository {
    let (owner, name) = wanted.repository.split_once('/').unwrap_or_default();
    let asking = Asking { host, owner, name };
    let repository: Seen<Repository> = asking.one(&asking.of("the repository", &[]));
    if let Err(unseen) = &repository {
        return hidden(host, wanted, unseen);
    }
    let default_branch = repository
        .as_ref()
        .map(|it| it.default_branch.clone())
        .map_err(Clone::clone);
    let environments = environments::read(&asking, wanted);
    let secrets = match &environments {
        Ok(all) => access::secrets(&asking, &chosen(all, wanted)),
        Err(unseen) => Err(unseen.clone()),
    };
    HostedRepository {
        name: wanted.repository.clone(),
        environments,
        branch: default_branch
            .clone()
            .and_then(|branch| rules::of_branch(&asking, &branch)),
        tags: rules::of_tags(&asking),
        actions: settings::actions(&asking),
        token: settings::token(&asking),
        fork_approval: settings::fork_approval(&asking),
        has_private_reporting: settings::private_reporting(&asking),
        advisories: advisories::read(&asking),
        releases: tags::releases(&asking),
        deploy_keys: access::deploy_keys(&asking),
        secrets,
        administrators: access::administrators(&asking),
        organisation: repository.map(|it| {
            let is_one = it.owner.kind == "Organization";
            is_one.then(|| access::organisation(&asking, &it.owner.login))
        }),
        default_branch,
        action_tags: tags::of_actions(host, wanted),
    }
}

/// The environments whose rules are looked at closely.
fn chosen<'a>(all: &'a [Environment], wanted: &Wanted) -> Vec<&'a Environment> {
    let names = &wanted.environments;
    let is_wanted =
        |it: &&Environment| names.iter().any(|name| name.eq_ignore_ascii_case(&it.name));
    all.iter().filter(is_wanted).collect()
}

/// What is known of a repository that cannot be seen: why. Others may be seen nevertheless.
fn hidden(host: &dyn Host, wanted: &Wanted, unseen: &Unseen) -> HostedRepository {
    HostedRepository {
        action_tags: tags::of_actions(host, wanted),
        ..unseen_as_a_whole(&wanted.repository, unseen)
    }
}

/// A repository of which nothing can be seen, for one reason.
pub fn unseen_as_a_whole(name: &str, unseen: &Unseen) -> HostedRepository {
    let why = || unseen.clone();
    HostedRepository {
        name: name.to_owned(),
        default_branch: Err(why()),
        environments: Err(why()),
        branch: Err(why()),
        tags: Err(why()),
        actions: Err(why()),
        token: Err(why()),
        fork_approval: Err(why()),
        has_private_reporting: Err(why()),
        advisories: Err(why()),
        releases: Err(why()),
        deploy_keys: Err(why()),
        secrets: Err(why()),
        administrators: Err(why()),
        organisation: Err(why()),
        action_tags: BTreeMap::new(),
    }
}

/// Why an answer of another shape says nothing.
pub fn unreadable(error: &serde_json::Error) -> Unseen {
    let why = format!("the answer cannot be read: {}", cut(&error.to_string()));
    Unseen::new(UnseenKind::Unreadable, why)
}

/// A text of others, not too long and without signs that steer a terminal.
pub fn cut(text: &str) -> String {
    let plain = text
        .chars()
        .map(|it| if it.is_control() { ' ' } else { it });
    plain.take(LONGEST_TEXT).collect()
}

#[cfg(test)]
mod tests;
