//! Keys, tokens and invitations that nothing uses.

use bartizan_model::Timestamp;

use super::{Audit, Finding, Question, date, unused};
use crate::{
    checks,
    right::{Right, of_snapshot::hosted},
    snapshot::{Invited, Part},
};

const DAY: i64 = 24 * 60 * 60;

/// After so many days an invitation is stale.
const INVITATION_DAYS: i64 = 30;

pub(super) fn put(audit: &mut Audit, question: &Question<'_>) {
    deploy_keys(audit, question);
    tokens(audit, question);
    invitations(audit, question);
    audit.unread(question, &checks::STALE_DEPLOY_KEY, Part::DeployKeys);
    audit.unread(question, &checks::STALE_TOKEN, Part::Tokens);
    audit.unread(question, &checks::STALE_INVITATION, Part::Invitations);
}

/// Whether something is older than some days.
pub(super) fn is_older(at: Timestamp, days: i64, now: Timestamp) -> bool {
    now.as_second().saturating_sub(at.as_second()) > days.saturating_mul(DAY)
}

/// When something was used last, or, where it never was, made; in words. None where that says nothing.
fn idle(
    used: Option<Timestamp>,
    created: Option<Timestamp>,
    question: &Question<'_>,
) -> Option<String> {
    let (at, word) = match (used, created) {
        (Some(used), _) => (used, "last used on"),
        (None, Some(created)) => (created, "never used since"),
        (None, None) => return None,
    };
    is_older(at, question.days, question.now).then(|| format!("{word} {}", date(at).0))
}

fn deploy_keys(audit: &mut Audit, question: &Question<'_>) {
    for key in question
        .snapshot
        .deploy_keys
        .iter()
        .filter(|it| it.is_enabled)
    {
        let right = Right::DeployKey {
            repository: key.repository.to_string(),
            key: key.id,
        };
        if let Some(detail) = idle(key.used, key.created, question) {
            unused(audit, &checks::STALE_DEPLOY_KEY, right, None, detail);
        }
    }
}

fn tokens(audit: &mut Audit, question: &Question<'_>) {
    for token in question.snapshot.tokens.iter().filter(|it| !it.is_expired) {
        let Some(account) = hosted(&token.person) else {
            continue;
        };
        let right = Right::Token {
            organisation: token.organisation.to_string(),
            token: token.id,
            account: account.clone(),
        };
        if let Some(detail) = idle(token.used, token.granted, question) {
            unused(audit, &checks::STALE_TOKEN, right, Some(account), detail);
        } else if token.expires.is_none()
            && question
                .snapshot
                .has_read(Part::Tokens, token.organisation.as_str())
        {
            audit.findings.push(Finding {
                check: &checks::STALE_TOKEN,
                place: token.organisation.to_string(),
                about: Some(account),
                detail: format!("{}: it has no end", right.words()),
            });
        }
    }
}

fn invitations(audit: &mut Audit, question: &Question<'_>) {
    for invitation in &question.snapshot.invitations {
        let created = invitation.created;
        let is_old = created.is_some_and(|it| is_older(it, INVITATION_DAYS, question.now));
        let detail = match (&invitation.failed, created) {
            (Some(_), _) => "it failed".to_owned(),
            (None, Some(created)) if is_old => format!("not answered since {}", date(created).0),
            _ => continue,
        };
        let account = match &invitation.invited {
            Invited::Login(login) => hosted(login),
            Invited::Address => None,
        };
        let Some(id) = invitation.id else {
            continue;
        };
        let right = Right::Invitation {
            place: invitation.resource.name().to_owned(),
            invitation: id,
            account: account.clone(),
        };
        unused(audit, &checks::STALE_INVITATION, right, account, detail);
    }
}
