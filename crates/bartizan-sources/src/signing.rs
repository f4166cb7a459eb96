//! The way to the services that sign, and to the identity token of the job that runs.
//!
//! A token goes over TLS or to this machine alone, to the one address that it is for; no redirect is followed, and nothing of it is
//! printed or kept. Each answer is bounded. What may pass is tried again, a few times.

use std::time::Duration;

use serde::Deserialize;
use thiserror::Error;

use crate::http::{Address, AddressError, HttpClient, HttpError};

/// The largest answer that is read. Those of real services have less than 100 kilobytes.
const LARGEST_ANSWER: u64 = 1 << 20;

/// The largest answer with a token.
const LARGEST_TOKEN: u64 = 128 << 10;

/// How often a request is made when the fault may pass.
const ATTEMPTS: u32 = 3;

/// A way to services that sign.
pub struct SigningClient {
    http: HttpClient,
    first_wait: Duration,
}

/// A request with a body, whose kinds are media types.
#[derive(Clone, Copy)]
pub struct SigningRequest<'a> {
    /// Where it goes.
    pub address: &'a str,
    /// What it is.
    pub kind: &'static str,
    /// What is asked for.
    pub accept: &'static str,
    /// It.
    pub body: &'a [u8],
}

/// Why there is no answer. No text here holds a token.
#[derive(Debug, Error)]
pub enum SigningNetworkError {
    /// The address is none.
    #[error("{0}")]
    Address(#[from] AddressError),
    /// A token would be sent for everybody to read.
    #[error("a token is not sent to `{address}` without TLS")]
    Plain {
        /// Where it would be sent.
        address: Address,
    },
    /// The request failed.
    #[error(transparent)]
    Http(#[from] HttpError),
    /// The issuer refused.
    #[error("the issuer of tokens at `{address}` answered with status {status}")]
    Refused {
        /// Which.
        address: Address,
        /// The status.
        status: u16,
    },
    /// The issuer answered with something else.
    #[error("the issuer of tokens at `{address}` answered without a token")]
    NoToken {
        /// Which.
        address: Address,
    },
}

#[derive(Deserialize)]
struct Issued {
    value: String,
}

impl SigningClient {
    /// A client that waits `first_wait` before the second attempt, and twice as long before the third.
    pub fn new(first_wait: Duration) -> Self {
        Self {
            http: HttpClient::new(first_wait),
            first_wait,
        }
    }

    /// Sends a request and gives the answer as it is.
    pub fn post(&self, request: SigningRequest<'_>) -> Result<(u16, Vec<u8>), SigningNetworkError> {
        let address = private(request.address)?;
        let headers = [("content-type", request.kind), ("accept", request.accept)];
        self.patiently(|| {
            let body = request.body;
            Ok(self.http.post(&address, &headers, body, LARGEST_ANSWER)?)
        })
    }

    /// A token for an audience, from where the job that runs was told to ask with the secret that it was given.
    pub fn job_token(
        &self,
        (place, secret): (&str, &str),
        audience: &str,
    ) -> Result<String, SigningNetworkError> {
        let place: Address = with_audience(place, audience).parse()?;
        let place = if_private(place)?;
        let headers = [
            ("authorization", format!("bearer {secret}")),
            ("accept", "application/json; api-version=2.0".to_owned()),
        ];
        let (status, body) = self.patiently(|| {
            let reply = self.http.exchange(&place, &headers, LARGEST_TOKEN)?;
            Ok((reply.status, reply.body))
        })?;
        if status != 200 {
            return Err(SigningNetworkError::Refused {
                address: place,
                status,
            });
        }
        let issued: Result<Issued, _> = serde_json::from_slice(&body);
        match issued {
            Ok(issued) => Ok(issued.value),
            // What is wrong with it is not told: the text may be the token.
            Err(_) => Err(SigningNetworkError::NoToken { address: place }),
        }
    }

    fn patiently(
        &self,
        mut attempt: impl FnMut() -> Result<(u16, Vec<u8>), SigningNetworkError>,
    ) -> Result<(u16, Vec<u8>), SigningNetworkError> {
        let mut wait = self.first_wait;
        for _ in 1..ATTEMPTS {
            match attempt() {
                Ok((408 | 429 | 500.., _)) => {}
                Err(SigningNetworkError::Http(error)) if error.may_pass() => {}
                ended => return ended,
            }
            std::thread::sleep(wait);
            wait *= 2;
        }
        attempt()
    }
}

fn private(address: &str) -> Result<Address, SigningNetworkError> {
    if_private(address.parse()?)
}

fn if_private(address: Address) -> Result<Address, SigningNetworkError> {
    if address.is_encrypted() || address.is_loopback() {
        Ok(address)
    } else {
        Err(SigningNetworkError::Plain { address })
    }
}

/// The address with an audience among what is asked.
fn with_audience(place: &str, audience: &str) -> String {
    let sign = if place.contains('?') { '&' } else { '?' };
    let mut text = format!("{place}{sign}audience=");
    for byte in audience.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                text.push(byte.into());
            }
            other => text += &format!("%{other:02X}"),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use bartizan_sigstore_laboratory::{AUDIENCE, Fault, Instance};

    use super::*;

    const SECRET: &str = "request-secret";

    fn client() -> SigningClient {
        SigningClient::new(Duration::from_millis(1))
    }

    /// How asking for a token ends, and how often was asked.
    fn check(fault: Option<Fault>, secret: &str) -> String {
        let instance = Instance::serve();
        if let Some(fault) = fault {
            instance.fail(fault);
        }
        let place = format!("{}/issuer/token?api-version=2.0", instance.address);
        let told = match client().job_token((&place, secret), AUDIENCE) {
            Ok(token) => format!("a token of {} parts", token.split('.').count()),
            Err(error) => error.to_string(),
        };
        let told = told.replace(&instance.address, "http://HOST");
        format!("{told}; asked {}", instance.asked().len())
    }

    #[test]
    fn the_token_of_a_job_is_asked_for_with_its_secret() {
        insta::assert_snapshot!(check(None, SECRET), @"a token of 3 parts; asked 1");
        insta::assert_snapshot!(check(None, "other"), @"the issuer of tokens at `http://HOST/issuer/token` answered with status 401; asked 1");
        insta::assert_snapshot!(check(Some(Fault::Issuer(503)), SECRET), @"the issuer of tokens at `http://HOST/issuer/token` answered with status 503; asked 3");
        insta::assert_snapshot!(check(Some(Fault::Redirect), SECRET), @"the issuer of tokens at `http://HOST/issuer/token` answered with status 307; asked 1");
        insta::assert_snapshot!(check(Some(Fault::Nonsense), SECRET), @"the issuer of tokens at `http://HOST/issuer/token` answered without a token; asked 1");
        insta::assert_snapshot!(check(Some(Fault::Flood), SECRET), @"cannot fetch `http://HOST/issuer/token`: the body is larger than 131072 bytes; asked 1");
    }

    #[test]
    fn answers_are_bounded_and_nothing_goes_out_in_the_clear() {
        let instance = Instance::serve();
        let post = |address: &str| {
            let answer = client().post(SigningRequest {
                address,
                kind: "application/json",
                accept: "application/json",
                body: b"{}",
            });
            match answer {
                Ok((status, body)) => format!("{status} {}", String::from_utf8_lossy(&body)),
                Err(error) => error.to_string(),
            }
        };
        let place = format!("{}/fulcio/api/v2/signingCert", instance.address);
        insta::assert_snapshot!(post(&place), @r#"400 {"code":3,"message":"no token"}"#);
        instance.fail(Fault::Flood);
        assert!(post(&place).ends_with("the body is larger than 1048576 bytes"));
        insta::assert_snapshot!(post("http://ca.example/sign"), @"a token is not sent to `http://ca.example/sign` without TLS");
        insta::assert_snapshot!(post("ca.example"), @"not an `http://` or `https://` address");
    }

    #[test]
    fn an_audience_is_a_part_of_the_question() {
        assert_eq!(
            with_audience("https://a", "b c"),
            "https://a?audience=b%20c"
        );
        assert_eq!(
            with_audience("https://a?v=2", "b"),
            "https://a?v=2&audience=b"
        );
    }
}
