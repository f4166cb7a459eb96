//! Why nothing was signed. No text here holds a token or a key.

use serde::Deserialize;
use thiserror::Error;

use super::{
    courier::{Delivered, Service},
    key::KeyError,
};

/// The most letters of an answer that are shown.
const SHOWN: usize = 240;

/// Why nothing was signed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SigningError {
    /// No key could be made, or the key does not sign.
    #[error("cannot sign: {0}")]
    Key(#[from] KeyError),
    /// A service did not answer.
    #[error("the {service} `{address}` does not answer: {why}")]
    Unreachable {
        /// Which.
        service: Service,
        /// Where.
        address: String,
        /// Why.
        why: String,
    },
    /// A service refused.
    #[error("the {service} `{address}` refused with status {status}: {said}")]
    Refused {
        /// Which.
        service: Service,
        /// Where.
        address: String,
        /// The status.
        status: u16,
        /// Its words, shortened, without the token.
        said: String,
    },
    /// A service answered with something else than was asked for.
    #[error("the {service} `{address}` answered with something else: {why}")]
    Malformed {
        /// Which.
        service: Service,
        /// Where.
        address: String,
        /// What is wrong.
        why: String,
    },
    /// The kind of key is none that the log takes.
    #[error("the log takes signatures by keys on the curve P-256 only")]
    KeyOfLog,
}

impl SigningError {
    /// What to do.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Key(error) => error.hint(),
            Self::Unreachable { .. } => {
                "look at the address in the signing configuration and at the network, and sign again"
            }
            Self::Refused {
                service: Service::Authority,
                status: 400..=403,
                ..
            } => {
                "the token is of an issuer that this authority does not know, has ended, or is made out for somebody else; the \
                 job needs `id-token: write` (GitHub) or `id_tokens` (GitLab)"
            }
            Self::Refused { status: 409, .. } => {
                "the same signature is in the log already; look for the evidence that came of it"
            }
            Self::Refused { status: 429, .. } | Self::Refused { status: 500.., .. } => {
                "the service is unwell; sign again later, nothing was written"
            }
            Self::Refused { .. } | Self::Malformed { .. } => {
                "look at the address in the signing configuration: it may be another service, or another version of it"
            }
            Self::KeyOfLog => "sign with a key on P-256, or without a log",
        }
    }

    /// A refusal, or nothing where the service answered well. What it says may repeat what it was sent, so a secret is struck out.
    pub(super) fn refused(
        (service, address): (Service, &str),
        delivered: &Delivered,
        secret: Option<&str>,
    ) -> Option<Self> {
        if matches!(delivered.status, 200 | 201) {
            return None;
        }
        let mut said = words(&delivered.body);
        if let Some(secret) = secret {
            // Each part alone too: a service may have taken the token apart.
            for part in std::iter::once(secret).chain(secret.split('.')) {
                if part.len() > 8 {
                    said = said.replace(part, "***");
                }
            }
        }
        let shown = said.trim().chars().take(SHOWN);
        Some(Self::Refused {
            service,
            address: address.to_owned(),
            status: delivered.status,
            said: shown.flat_map(char::escape_default).collect(),
        })
    }
}

/// The words of a refusal: services put them into an object of JSON.
fn words(body: &[u8]) -> String {
    #[derive(Deserialize)]
    struct Told {
        message: String,
    }
    let told: Result<Told, _> = serde_json::from_slice(body);
    told.map_or_else(
        |_other| String::from_utf8_lossy(body).into_owned(),
        |told| told.message,
    )
}
