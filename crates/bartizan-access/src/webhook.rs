//! What the hosting service delivers: a signed word that something happened, which becomes an entry of the log.
//!
//! A body is believed where its signature fits the secret, and once. What was said before is said again only where what it says
//! was undone since, and is marked then. Of the body the log keeps who did what where, and its digest; nothing else of it.

mod again;
mod body;
mod doubt;

use bartizan_formats::digest::Digest;
use bartizan_model::Timestamp;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use thiserror::Error;

use self::{again::Known, body::Body};
pub use self::{
    again::{MOST_OF_ONE, MOST_REFUSED, MOST_REPEATED, Refusal},
    doubt::{Doubt, Doubts, Standing},
};
use crate::log::{Entry, Event, Log};

/// The largest body. Those that matter here have some ten thousand bytes.
pub const LARGEST_BODY: usize = 1 << 20;

/// A shorter secret can be guessed.
pub const SHORTEST_SECRET: usize = 16;

/// The longest name of an event, an act or a delivery.
const LONGEST: usize = 100;

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

    /// The signature that the service sends with a body.
    pub fn signature(&self, body: &[u8]) -> String {
        let Ok(mut code) = Hmac::<Sha256>::new_from_slice(&self.0) else {
            // Every length of key is allowed.
            return String::new();
        };
        code.update(body);
        format!("sha256={}", Digest(code.finalize().into_bytes().into()))
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

/// What becomes of a delivery that is believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taken {
    /// Nothing: what it tells of is not logged.
    Forgotten,
    /// It belongs into the log.
    Logged(Entry),
    /// It came before. Nothing of it is taken.
    Refused {
        /// Why.
        why: Refusal,
        /// What tells the log's owner of it, which belongs into the log.
        told: Option<Entry>,
    },
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

/// What becomes of a delivery, for a log that nobody else adds to meanwhile.
pub fn take(
    secret: &Secret,
    delivery: &Delivery<'_>,
    log: &Log,
    now: Timestamp,
) -> Result<Taken, DeliveryError> {
    is_signed(secret, delivery)?;
    if !is_word(delivery.event) || !is_word(delivery.number) {
        return Err(DeliveryError::Headers);
    }
    if !body::is_logged(delivery.event) {
        return Ok(Taken::Forgotten);
    }
    let body = Body::read(delivery.event, delivery.body).ok_or(DeliveryError::Unreadable)?;
    let entry = Entry {
        number: 0,
        at: Timestamp::from_second(now.as_second()).unwrap_or(now),
        event: Event::Delivery,
        by: body.by.unwrap_or_else(|| "github".to_owned()),
        about: body.about,
        place: body.place,
        reference: Some(delivery.number.to_owned()),
        content: Some(Digest::of(delivery.body)),
        detail: format!("{} {}", delivery.event, body.action)
            .trim()
            .to_owned(),
    };
    Ok(match again::known(log, &entry) {
        Known::New => Taken::Logged(entry),
        Known::Undone => Taken::Logged(Entry {
            event: Event::Repeated,
            ..entry
        }),
        Known::Refused(why) => Taken::Refused {
            why,
            told: again::told(log, entry, why),
        },
    })
}

/// Whether a text is a name, and no more.
fn is_word(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.[]".contains(&byte);
    !text.is_empty() && text.len() <= LONGEST && text.bytes().all(is_plain)
}

#[cfg(test)]
mod tests;
