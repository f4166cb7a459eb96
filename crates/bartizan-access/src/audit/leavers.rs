//! What is left of those who left: packages and other things beyond the host, publishers, keys, tokens.

use std::collections::BTreeSet;

use super::{Audit, Finding, Question, Unjudged};
use crate::{
    checks,
    right::{Account, Right, Rights, of_snapshot::hosted},
    snapshot::{Entry, Part},
};

pub(super) fn put(audit: &mut Audit, question: &Question<'_>) {
    audit.unread(question, &checks::LEFT_WITH_KEYS, Part::Members);
    audit.unread(question, &checks::LEFT_WITH_KEYS, Part::IndexOwners);
    let there = there(&question.read.rights);
    let unread = &question.snapshot.unread;
    // Without members nothing is known of who left.
    if there.is_empty() || unread.iter().any(|it| it.part == Part::Members) {
        return;
    }
    for entry in &question.snapshot.entries {
        holders(audit, entry, &there);
        publishers(audit, question, entry);
    }
    credentials(audit, question, &there);
}

/// Accounts that hold something at the host.
fn there(rights: &Rights) -> BTreeSet<&Account> {
    let is_there = |right: &Right| {
        matches!(
            right,
            Right::Membership { .. } | Right::TeamMembership { .. } | Right::Collaboration { .. }
        )
    };
    let held = rights.all().filter(|(right, _)| is_there(right));
    held.filter_map(|(right, _)| right.holder()).collect()
}

fn put_one(audit: &mut Audit, place: &str, about: Option<Account>, detail: String) {
    audit.findings.push(Finding {
        check: &checks::LEFT_WITH_KEYS,
        place: place.to_owned(),
        about,
        detail,
    });
}

fn holders(audit: &mut Audit, entry: &Entry, there: &BTreeSet<&Account>) {
    let mut strangers = 0;
    for holder in &entry.holders {
        let Some(account) = holder.login.as_ref().and_then(hosted) else {
            strangers += 1;
            continue;
        };
        if !there.contains(&account) {
            let detail = format!(
                "{account}, as {} of the {}; trusted publishers to look at: {}",
                holder.level,
                entry.kind,
                entry.publishers.len()
            );
            put_one(audit, entry.name.as_str(), Some(account), detail);
        }
    }
    if strangers > 0 {
        audit.unjudged.push(Unjudged {
            check: checks::LEFT_WITH_KEYS.id,
            place: entry.name.to_string(),
            why: format!(
                "it is not told which accounts at the host {strangers} of its holders have"
            ),
        });
    }
}

/// A publisher that lies in none of the organisations: whoever registered it took it along.
fn publishers(audit: &mut Audit, question: &Question<'_>, entry: &Entry) {
    for publisher in &entry.publishers {
        let owner = publisher.repository.owner();
        if question.snapshot.organisation(owner).is_none() {
            let detail = format!(
                "the workflow {} of {} may publish the {}, and lies in none of the organisations",
                publisher.workflow, publisher.repository, entry.kind
            );
            put_one(audit, entry.name.as_str(), None, detail);
        }
    }
}

fn credentials(audit: &mut Audit, question: &Question<'_>, there: &BTreeSet<&Account>) {
    let keys = question.snapshot.deploy_keys.iter();
    for key in keys.filter(|it| it.is_enabled) {
        let by = key.by.as_ref().and_then(hosted);
        if let Some(account) = by.filter(|it| !there.contains(it)) {
            let detail = format!("they added the deploy key {} of {}", key.id, key.repository);
            put_one(audit, key.repository.as_str(), Some(account), detail);
        }
    }
    let tokens = question.snapshot.tokens.iter();
    for token in tokens.filter(|it| !it.is_expired) {
        let by = hosted(&token.person);
        if let Some(account) = by.filter(|it| !there.contains(it)) {
            let detail = format!("their token {} reaches {}", token.id, token.organisation);
            put_one(audit, token.organisation.as_str(), Some(account), detail);
        }
    }
}
