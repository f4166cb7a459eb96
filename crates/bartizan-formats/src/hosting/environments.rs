//! Environments: who must approve a job, and which branches and tags may use them.

use std::collections::BTreeSet;

use bartizan_model::hosting::{DeploymentRefs, Environment, Reviewers, Seen, Unseen, UnseenKind};
use serde::Deserialize;
use serde_json::Value;

use super::{Asking, Question, Wanted, cut};

#[derive(Deserialize)]
struct Listed {
    name: String,
    #[serde(default)]
    protection_rules: Vec<Value>,
    #[serde(default)]
    deployment_branch_policy: Option<BranchPolicy>,
    #[serde(default)]
    can_admins_bypass: Option<bool>,
}

#[derive(Deserialize)]
struct BranchPolicy {
    #[serde(default)]
    protected_branches: bool,
}

#[derive(Deserialize)]
struct Rule {
    #[serde(default)]
    prevent_self_review: bool,
    #[serde(default)]
    reviewers: Vec<Reviewer>,
}

#[derive(Deserialize)]
struct Reviewer {
    #[serde(rename = "type")]
    kind: String,
    reviewer: Account,
}

#[derive(Deserialize)]
struct Account {
    #[serde(default)]
    login: Option<String>,
    #[serde(default)]
    slug: Option<String>,
    #[serde(default)]
    html_url: Option<String>,
}

#[derive(Deserialize)]
struct Member {
    login: String,
}

#[derive(Deserialize)]
struct Policy {
    name: String,
}

pub(super) fn read(asking: &Asking<'_>, wanted: &Wanted) -> Seen<Vec<Environment>> {
    let question = asking
        .of("environments", &["environments"])
        .listed()
        .with("actions=read");
    let listed: Vec<Listed> = asking.all(&question, Some("environments"))?;
    let is_wanted = |name: &str| {
        let mut names = wanted.environments.iter();
        names.any(|it| it.eq_ignore_ascii_case(name))
    };
    let read = listed.into_iter().map(|it| {
        let is_wanted = is_wanted(&it.name);
        Ok(Environment {
            reviewers: reviewers(asking, &it.protection_rules, is_wanted)?,
            refs: refs(asking, &it, is_wanted),
            can_be_bypassed: it.can_admins_bypass,
            name: cut(&it.name),
        })
    });
    read.collect()
}

fn reviewers(asking: &Asking<'_>, rules: &[Value], is_wanted: bool) -> Seen<Option<Reviewers>> {
    let mut found: Option<Reviewers> = None;
    let mut people: BTreeSet<String> = BTreeSet::new();
    for rule in rules {
        // Rules of other kinds have other shapes.
        if rule.get("type").and_then(Value::as_str) != Some("required_reviewers") {
            continue;
        }
        let rule: Rule =
            serde_json::from_value(rule.clone()).map_err(|error| super::unreadable(&error))?;
        let own = found.get_or_insert(Reviewers {
            eligible: 0,
            hidden: None,
            forbids_self_review: false,
        });
        own.forbids_self_review |= rule.prevent_self_review;
        for reviewer in rule.reviewers {
            match (reviewer.kind.as_str(), reviewer.reviewer) {
                (
                    "User",
                    Account {
                        login: Some(login), ..
                    },
                ) => {
                    people.insert(login.to_ascii_lowercase());
                }
                ("Team", team) if is_wanted => match members(asking, &team) {
                    Ok(logins) => people.extend(logins),
                    Err(unseen) => own.hidden = Some(unseen),
                },
                _ => {
                    let why = "members of teams were not asked for";
                    own.hidden = Some(Unseen::new(UnseenKind::NotAsked, why));
                }
            }
        }
    }
    if let Some(own) = &mut found {
        own.eligible = people.len();
    }
    Ok(found)
}

/// The members of a team that reviews. It may be one of another organisation than the repository's: its address tells.
fn members(asking: &Asking<'_>, team: &Account) -> Seen<BTreeSet<String>> {
    let slug = team.slug.as_deref().unwrap_or_default();
    let address = team.html_url.as_deref().unwrap_or_default();
    let named = address.split_once("/orgs/").map(|(_, rest)| rest);
    let organisation = named.and_then(|rest| rest.split('/').next());
    let organisation = organisation
        .filter(|it| !it.is_empty())
        .unwrap_or(asking.owner);
    let path = ["orgs", organisation, "teams", slug, "members"];
    let question = Question::new("members of a team that reviews", &path)
        .listed()
        .with("members=read");
    let members: Vec<Member> = asking.all(&question, None)?;
    let logins = members.into_iter().map(|it| it.login.to_ascii_lowercase());
    Ok(logins.collect())
}

fn refs(asking: &Asking<'_>, listed: &Listed, is_wanted: bool) -> DeploymentRefs {
    match &listed.deployment_branch_policy {
        None => DeploymentRefs::All,
        Some(policy) if policy.protected_branches => DeploymentRefs::Protected,
        Some(_) if !is_wanted => {
            let why = "the branches of this environment were not asked for";
            DeploymentRefs::Named(Err(Unseen::new(UnseenKind::NotAsked, why)))
        }
        Some(_) => {
            let path = ["environments", &listed.name, "deployment-branch-policies"];
            let question = asking.of("branches that may deploy", &path);
            let policies = asking.all(
                &question.listed().with("actions=read"),
                Some("branch_policies"),
            );
            let names = |all: Vec<Policy>| all.into_iter().map(|it| cut(&it.name)).collect();
            DeploymentRefs::Named(policies.map(names))
        }
    }
}
