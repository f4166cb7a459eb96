//! How answers are written: pages, policies, environments; and the host as a value that is asked in memory.

use bartizan_formats::hosting::{
    Host, Question,
    graph::{Graph, GraphHost, Query},
};
use bartizan_model::{
    Timestamp,
    hosting::{Seen, Unseen, UnseenKind},
};
use serde_json::{Value, json};

use super::{Answer, Found, Laboratory};
use crate::snapshot::{ActionsPolicy, Allowed, Environment, Holder, Level, Scope};

/// How many entries a page has.
const PAGE: usize = 100;

/// One page of a list.
pub(super) fn page(key: Option<&str>, all: &[Value], query: &str) -> Answer {
    let parameters = query.split('&').filter_map(|it| it.split_once('='));
    let number = parameters.clone().find(|(name, _)| *name == "page");
    let number: usize = number.and_then(|(_, it)| it.parse().ok()).unwrap_or(1);
    let begin = PAGE.saturating_mul(number.saturating_sub(1));
    let entries: Vec<Value> = all.iter().skip(begin).take(PAGE).cloned().collect();
    let has_more = all.len() > begin.saturating_add(PAGE);
    let kept = parameters.filter(|(name, _)| *name != "page");
    let kept: Vec<String> = kept
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let body = match key {
        Some(key) => json!({"total_count": all.len(), key: entries}),
        None => Value::Array(entries),
    };
    Answer {
        status: 200,
        body,
        next: has_more.then(|| format!("{}&page={}", kept.join("&"), number + 1)),
    }
}

pub(super) fn policy(policy: &ActionsPolicy, path: &[&str], key: &str) -> Option<Found> {
    let allowed = match policy.allowed {
        Allowed::All => "all",
        Allowed::Own => "local_only",
        Allowed::Selected => "selected",
    };
    let enabled = match key {
        "enabled" => Value::Bool(policy.is_enabled),
        _ => json!(if policy.is_enabled { "all" } else { "none" }),
    };
    Some(Found::One(match path {
        [] => {
            json!({key: enabled, "allowed_actions": allowed, "sha_pinning_required": policy.needs_pins})
        }
        ["selected-actions"] => {
            json!({"verified_allowed": policy.has_verified, "patterns_allowed": policy.patterns})
        }
        ["workflow"] => {
            let word = if policy.token_can_write? {
                "write"
            } else {
                "read"
            };
            json!({"default_workflow_permissions": word, "can_approve_pull_request_reviews": policy.token_can_approve})
        }
        _ => return None,
    }))
}

pub(super) fn environment(it: &Environment) -> Value {
    let reviewers = it.reviewers.iter().map(|it| match it {
        Holder::Person(login) => json!({"type": "User", "reviewer": {"login": login}}),
        Holder::Team(team) => json!({"type": "Team", "reviewer": {"slug": team.name()}}),
    });
    let reviewers: Vec<Value> = reviewers.collect();
    let branches = match it.refs.as_str() {
        "all" => Value::Null,
        refs => {
            json!({"protected_branches": refs == "protected", "custom_branch_policies": refs == "named"})
        }
    };
    let mut rules = Vec::new();
    if it.wait_minutes > 0 {
        rules.push(json!({"type": "wait_timer", "wait_timer": it.wait_minutes}));
    }
    if !reviewers.is_empty() {
        rules.push(json!({"type": "required_reviewers", "reviewers": reviewers,
            "prevent_self_review": it.forbids_self_review}));
    }
    json!({"name": it.name, "can_admins_bypass": it.can_be_bypassed, "protection_rules": rules,
        "deployment_branch_policy": branches})
}

pub(super) fn word(level: Level) -> &'static str {
    match level {
        Level::Nothing => "none",
        other => other.word(),
    }
}

pub(super) fn scope(scope: Scope) -> &'static str {
    match scope {
        Scope::All => "all",
        Scope::None => "none",
        Scope::Selected => "selected",
    }
}

pub(super) fn time(time: Option<Timestamp>) -> Option<String> {
    time.map(|it| it.to_string())
}

impl Host for Laboratory {
    fn ask(&self, question: &Question) -> Seen<Vec<Value>> {
        let path: Vec<&str> = question.path.iter().map(String::as_str).collect();
        let mut pages = Vec::new();
        let mut query = Some(question.query.to_owned());
        while let Some(asked) = query.take() {
            let answer = self.answer(&path, &asked);
            let kind = match answer.status {
                200 => {
                    pages.push(answer.body);
                    query = answer.next;
                    continue;
                }
                403 => UnseenKind::Forbidden,
                _ => UnseenKind::Absent,
            };
            let permission = question.permission.map(|it| format!("`{it}`"));
            let why = format!("the host answered {}", answer.status);
            return Err(Unseen {
                permission,
                ..Unseen::new(kind, why)
            });
        }
        Ok(pages)
    }
}

impl GraphHost for Laboratory {
    fn query(&self, query: &Query) -> Seen<Graph> {
        Graph::read(
            self.graph(query.text, &query.variables)
                .to_string()
                .as_bytes(),
        )
    }
}
