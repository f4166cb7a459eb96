//! What the hosting service delivers: a signed word that something happened, which becomes an entry of the log.
//!
//! A body is believed where its signature fits the secret, and once: its number is looked for in the log. Of the body the log
//! keeps who did what where, and its digest; nothing else of it.

use bartizan_formats::digest::Digest;
use bartizan_model::Timestamp;
use hmac::{Hmac, KeyInit, Mac};
use serde::Deserialize;
use sha2::Sha256;
use thiserror::Error;

use crate::{
    log::{Entry, Event, Log},
    right::Account,
};

/// The largest body. Those that matter here have some ten thousand bytes.
pub const LARGEST_BODY: usize = 1 << 20;

/// A shorter secret can be guessed.
pub const SHORTEST_SECRET: usize = 16;

/// The longest name of an event, an act or a delivery.
const LONGEST: usize = 100;

/// What is logged; everything else that is delivered is taken and forgotten.
const LOGGED: [&str; 16] = [
    "branch_protection_configuration",
    "branch_protection_rule",
    "deploy_key",
    "github_app_authorization",
    "installation",
    "installation_repositories",
    "member",
    "membership",
    "org_block",
    "organization",
    "personal_access_token_request",
    "public",
    "repository",
    "repository_ruleset",
    "team",
    "team_add",
];

/// A secret that the hosting service knows too. It cannot be printed.
#[derive(Clone)]
pub struct Secret(Vec<u8>);

/// One delivery, as it came.
#[derive(Debug, Clone, Copy)]
pub struct Delivery<'a> {
    /// `X-GitHub-Event`.
    pub event: &'a str,
    /// `X-GitHub-Delivery`.
    pub number: &'a str,
    /// `X-Hub-Signature-256`.
    pub signature: &'a str,
    /// The body.
    pub body: &'a [u8],
}

/// Why a delivery is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum DeliveryError {
    /// It is larger than any.
    #[error("the body is larger than {LARGEST_BODY} bytes")]
    TooLarge,
    /// The signature is none, or does not fit.
    #[error("the signature does not fit")]
    Forged,
    /// It came before.
    #[error("this delivery was taken before")]
    Replayed,
    /// The headers are none that the service sends.
    #[error("the headers name no event and no delivery")]
    Headers,
    /// The body is none that the service sends.
    #[error("the body is no delivery")]
    Unreadable,
}

/// A secret that is too short.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the secret has less than {SHORTEST_SECRET} bytes")]
pub struct ShortSecret;

impl Secret {
    /// A secret, as it was typed in at the service.
    pub fn new(bytes: &[u8]) -> Result<Self, ShortSecret> {
        if bytes.len() < SHORTEST_SECRET {
            return Err(ShortSecret);
        }
        Ok(Self(bytes.to_vec()))
    }

    fn fits(&self, body: &[u8], signature: &str) -> bool {
        let said = signature.strip_prefix("sha256=").and_then(Digest::parse);
        let (Some(said), Ok(mut code)) = (said, Hmac::<Sha256>::new_from_slice(&self.0)) else {
            return false;
        };
        code.update(body);
        // Compared in a time that does not tell how much of it fits.
        code.verify_slice(&said.0).is_ok()
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

#[derive(Deserialize)]
struct Body {
    action: Option<String>,
    sender: Option<Login>,
    organization: Option<Login>,
    repository: Option<Repository>,
    member: Option<Login>,
    membership: Option<Membership>,
    team: Option<Team>,
    blocked_user: Option<Login>,
}

#[derive(Deserialize)]
struct Login {
    login: String,
}

#[derive(Deserialize)]
struct Membership {
    user: Option<Login>,
}

#[derive(Deserialize)]
struct Repository {
    full_name: String,
}

#[derive(Deserialize)]
struct Team {
    slug: String,
}

/// Whether a delivery is of the hosting service: nothing of it is read before that is known.
pub fn is_signed(secret: &Secret, delivery: &Delivery<'_>) -> Result<(), DeliveryError> {
    if delivery.body.len() > LARGEST_BODY {
        return Err(DeliveryError::TooLarge);
    }
    if secret.fits(delivery.body, delivery.signature) {
        Ok(())
    } else {
        Err(DeliveryError::Forged)
    }
}

/// What a delivery adds to the log; none where it is believed and nothing that is logged.
pub fn take(
    secret: &Secret,
    delivery: &Delivery<'_>,
    log: &Log,
    now: Timestamp,
) -> Result<Option<Entry>, DeliveryError> {
    is_signed(secret, delivery)?;
    if !is_word(delivery.event) || !is_word(delivery.number) {
        return Err(DeliveryError::Headers);
    }
    if !LOGGED.contains(&delivery.event) {
        return Ok(None);
    }
    // The number of a delivery is not signed: who replays a body gives it another one.
    let content = Digest::of(delivery.body);
    let mut entries = log
        .entries()
        .iter()
        .filter(|it| it.event == Event::Delivery);
    let is_known = |it: &Entry| {
        it.content == Some(content) || it.reference.as_deref() == Some(delivery.number)
    };
    if entries.any(is_known) {
        return Err(DeliveryError::Replayed);
    }
    let body: Body =
        serde_json::from_slice(delivery.body).map_err(|_cause| DeliveryError::Unreadable)?;
    let action = body.action.unwrap_or_default();
    if !action.is_empty() && !is_word(&action) {
        return Err(DeliveryError::Unreadable);
    }
    let organisation = body.organization.map(|it| it.login);
    let place = match (body.repository, body.team, organisation) {
        (Some(repository), ..) => Some(repository.full_name),
        (None, Some(team), Some(organisation)) => Some(format!("{organisation}/{}", team.slug)),
        (None, _, organisation) => organisation,
    };
    let of_membership = body.membership.and_then(|it| it.user);
    let about = body.member.or(of_membership).or(body.blocked_user);
    let account = |login: Login| Account::hosted(&login.login).ok();
    let place = place.filter(|it| it.split('/').all(is_word));
    Ok(Some(Entry {
        number: 0,
        at: Timestamp::from_second(now.as_second()).unwrap_or(now),
        event: Event::Delivery,
        by: body
            .sender
            .and_then(account)
            .map_or_else(|| "github".to_owned(), |it| it.to_string()),
        about: about.and_then(account).map(|it| it.to_string()),
        place: place.map(|it| it.to_lowercase()),
        reference: Some(delivery.number.to_owned()),
        content: Some(content),
        detail: format!("{} {action}", delivery.event).trim().to_owned(),
    }))
}

fn is_word(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.[]".contains(&byte);
    !text.is_empty() && text.len() <= LONGEST && text.bytes().all(is_plain)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const BODY: &str = r#"{"action": "added", "member": {"login": "Dan"}, "sender": {"login": "ann"},
        "repository": {"full_name": "Lab/Array", "private": true}, "organization": {"login": "lab"}}"#;

    fn secret() -> Secret {
        Secret::new(b"a secret of some bytes").unwrap()
    }

    fn sign(body: &[u8]) -> String {
        let mut code = Hmac::<Sha256>::new_from_slice(&secret().0).unwrap();
        code.update(body);
        format!("sha256={}", Digest(code.finalize().into_bytes().into()))
    }

    fn taken(event: &str, number: &str, body: &str, signature: &str, log: &mut Log) -> String {
        let delivery = Delivery {
            event,
            number,
            signature,
            body: body.as_bytes(),
        };
        match take(&secret(), &delivery, log, Timestamp::UNIX_EPOCH) {
            Ok(None) => "not logged".to_owned(),
            Ok(Some(entry)) => log.add(entry).unwrap(),
            Err(error) => error.to_string(),
        }
    }

    fn check(event: &str, body: &str) -> String {
        taken(
            event,
            "d-1",
            body,
            &sign(body.as_bytes()),
            &mut Log::default(),
        )
    }

    #[test]
    fn what_is_logged() {
        insta::assert_snapshot!(check("member", BODY), @"");
        insta::assert_snapshot!(check("membership", r#"{"action": "removed", "member": {"login": "dan"}, "team": {"slug": "gpu"}, "organization": {"login": "lab"}}"#), @"");
        insta::assert_snapshot!(check("push", BODY), @"");
        insta::assert_snapshot!(check("member", "{}"), @"");
        insta::assert_snapshot!(check("member", "[]"), @"");
        insta::assert_snapshot!(check("member", r#"{"action": "a b"}"#), @"");
        insta::assert_snapshot!(check("member added", BODY), @"");
    }

    #[test]
    fn forgeries_replays_and_large_bodies() {
        let mut log = Log::default();
        let good = sign(BODY.as_bytes());
        for wrong in [
            "",
            "sha256=",
            "sha1=00",
            &good.replace("sha256=", ""),
            &good.to_uppercase(),
            &sign(b"{}"),
        ] {
            assert_eq!(
                taken("member", "d-1", BODY, wrong, &mut log),
                "the signature does not fit",
                "{wrong}"
            );
        }
        assert!(taken("member", "d-1", BODY, &good, &mut log).contains("github:dan"));
        // The same number, and the same body under another one.
        let other = BODY.replace("Dan", "Eve");
        assert_eq!(
            taken("member", "d-1", &other, &sign(other.as_bytes()), &mut log),
            "this delivery was taken before"
        );
        assert_eq!(
            taken("member", "d-2", BODY, &good, &mut log),
            "this delivery was taken before"
        );
        let large = " ".repeat(LARGEST_BODY + 1);
        assert_eq!(
            taken("member", "d-3", &large, &sign(large.as_bytes()), &mut log),
            "the body is larger than 1048576 bytes"
        );
        assert_eq!(log.entries().len(), 1);
        assert_eq!(format!("{:?}", secret()), "***");
        assert!(matches!(Secret::new(b"short"), Err(ShortSecret)));
    }

    proptest! {
        #[test]
        fn never_panics(cut in 0..BODY.len(), put in "[\\PC\"{}\\[\\]:,]{0,8}") {
            let mut body = BODY.to_owned();
            if body.is_char_boundary(cut) {
                body.insert_str(cut, &put);
            }
            check("member", &body);
            check(&put, &body);
        }

        /// No byte can be another one under the same signature.
        #[test]
        fn every_byte_counts(place in 0..BODY.len(), byte in any::<u8>()) {
            let mut body = BODY.as_bytes().to_vec();
            if body[place] != byte {
                body[place] = byte;
                prop_assert!(!secret().fits(&body, &sign(BODY.as_bytes())));
            }
        }
    }
}
