//! Identity tokens ([JSON web tokens](https://www.rfc-editor.org/rfc/rfc7519)), read as far as signing needs it.
//!
//! Whether a token is genuine is for the authority to say; here is only looked at whether it can be meant, so that a token
//! that is old or of another purpose is told as such. No text here holds a token, and it prints as `***`.

use std::fmt;

use bartizan_formats::attestation::decode_base64;
use bartizan_model::Timestamp;
use serde::Deserialize;
use thiserror::Error;

use super::key::Secret;

/// The longest token that is read. Those of continuous integration have two kilobytes.
const LONGEST: usize = 64 << 10;

/// By how many seconds the clock of an issuer may be ahead.
const SKEW: i64 = 60;

/// A token that says who asks.
#[derive(Clone)]
pub struct IdentityToken {
    secret: Secret,
    claims: Claims,
}

#[derive(Clone, Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    exp: i64,
    #[serde(default)]
    nbf: Option<i64>,
    #[serde(default)]
    aud: Audience,
    #[serde(default)]
    email: Option<String>,
}

#[derive(Clone, Default, Deserialize)]
#[serde(untagged)]
enum Audience {
    #[default]
    None,
    One(String),
    Several(Vec<String>),
}

/// Why a token cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TokenError {
    /// It is no token.
    #[error("it is no identity token")]
    NoToken,
    /// It has ended.
    #[error("the identity token ended {seconds} s ago")]
    Ended {
        /// How long ago.
        seconds: i64,
    },
    /// It does not count yet.
    #[error("the identity token counts only in {seconds} s")]
    NotYet {
        /// When.
        seconds: i64,
    },
    /// It is made out for somebody else.
    #[error("the identity token is made out for `{found}`, not for `{wanted}`")]
    Audience {
        /// For whom it is.
        found: String,
        /// For whom it should be.
        wanted: String,
    },
}

impl TokenError {
    /// What to do.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::NoToken => "it has three parts with points between them, as the issuer gives it",
            Self::Ended { .. } => {
                "ask for a new one right before signing; if it is new, look at this machine's clock"
            }
            Self::NotYet { .. } => "this machine's clock is behind, or the issuer's is ahead",
            Self::Audience { .. } => {
                "ask the issuer for a token with that audience (GitLab: `id_tokens`, `aud: sigstore`), or name the \
                 instance's own with `--audience`"
            }
        }
    }
}

impl IdentityToken {
    /// Reads a token.
    pub fn read(text: &str) -> Result<Self, TokenError> {
        let text = text.trim();
        let parts: Vec<&str> = text.split('.').collect();
        let (3, true, Some(payload)) = (parts.len(), text.len() <= LONGEST, parts.get(1)) else {
            return Err(TokenError::NoToken);
        };
        let is_plain = text.bytes().all(|byte| byte.is_ascii_graphic());
        let payload = decode_base64("payload", payload).ok().filter(|_| is_plain);
        let claims = payload.and_then(|payload| serde_json::from_slice(&payload).ok());
        Ok(Self {
            secret: Secret::new(text.to_owned()),
            claims: claims.ok_or(TokenError::NoToken)?,
        })
    }

    /// Whether it can be meant for this audience now.
    pub fn check(&self, audience: &str, now: Timestamp) -> Result<(), TokenError> {
        let is_meant = match &self.claims.aud {
            Audience::None => false,
            Audience::One(one) => one == audience,
            Audience::Several(several) => several.iter().any(|it| it == audience),
        };
        if !is_meant {
            return Err(TokenError::Audience {
                found: self.claims.aud.shown(),
                wanted: audience.to_owned(),
            });
        }
        let now = now.as_second();
        let seconds = now.saturating_sub(self.claims.exp);
        if seconds >= 0 {
            return Err(TokenError::Ended { seconds });
        }
        let seconds = self.claims.nbf.unwrap_or(now).saturating_sub(now);
        if seconds > SKEW {
            return Err(TokenError::NotYet { seconds });
        }
        Ok(())
    }

    /// Who issued it.
    pub fn issuer(&self) -> &str {
        &self.claims.iss
    }

    /// Who asks, as the authority wants it signed: an address of mail where the token has one.
    pub(super) fn identity(&self) -> &str {
        self.claims.email.as_deref().unwrap_or(&self.claims.sub)
    }

    /// The token itself, for the authority alone.
    pub(super) fn reveal(&self) -> &str {
        self.secret.reveal()
    }
}

impl Audience {
    fn shown(&self) -> String {
        let text = match self {
            Self::None => "nobody".to_owned(),
            Self::One(one) => one.clone(),
            Self::Several(several) => several.join(", "),
        };
        text.chars()
            .take(80)
            .flat_map(char::escape_default)
            .collect()
    }
}

impl fmt::Debug for IdentityToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IdentityToken(***)")
    }
}

#[cfg(test)]
mod tests {
    use bartizan_formats::attestation::encode_base64;
    use proptest::prelude::*;

    use super::*;

    fn check(claims: &str) -> String {
        let token = format!(
            "e30.{}.c2ln",
            encode_base64(claims.as_bytes()).replace('=', "")
        );
        let now = Timestamp::from_second(1_000).unwrap();
        let result = IdentityToken::read(&token).and_then(|token| {
            token.check("sigstore", now)?;
            Ok(format!("{} {token:?}", token.identity()))
        });
        result.unwrap_or_else(|error| error.to_string())
    }

    #[test]
    fn what_a_token_says_is_held_against_what_is_needed() {
        insta::assert_snapshot!(check(r#"{"iss": "i", "sub": "s", "aud": "sigstore", "exp": 1600}"#), @"s IdentityToken(***)");
        insta::assert_snapshot!(check(r#"{"iss": "i", "sub": "s", "aud": ["a", "sigstore"], "exp": 1600, "email": "e"}"#), @"e IdentityToken(***)");
        insta::assert_snapshot!(check(r#"{"iss": "i", "sub": "s", "aud": "index", "exp": 1600}"#), @"the identity token is made out for `index`, not for `sigstore`");
        insta::assert_snapshot!(check(r#"{"iss": "i", "sub": "s", "exp": 1600}"#), @"the identity token is made out for `nobody`, not for `sigstore`");
        insta::assert_snapshot!(check(r#"{"iss": "i", "sub": "s", "aud": "sigstore", "exp": 900}"#), @"the identity token ended 100 s ago");
        insta::assert_snapshot!(check(r#"{"iss": "i", "sub": "s", "aud": "sigstore", "exp": 9000, "nbf": 5000}"#), @"the identity token counts only in 4000 s");
        insta::assert_snapshot!(check(r#"{"iss": "i"}"#), @"it is no identity token");
    }

    proptest! {
        #[test]
        fn never_panics(text in "[a-zA-Z0-9_.{}\"-]{0,60}") {
            let _ = IdentityToken::read(&text);
        }
    }
}
