//! A token of a code host, which is never printed.

use std::fmt;

use thiserror::Error;

use crate::http::Address;

/// The longest token that is sent; the host's have less than 300 letters.
const LONGEST: usize = 2_048;

/// A token.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

/// Why a token cannot be used. Its text never holds the token.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TokenError {
    /// It has signs that no token has, or is too long.
    #[error("the token is not a word of visible letters")]
    Malformed,
    /// It would be sent for everybody to read.
    #[error("a token is not sent to `{address}` without TLS")]
    Plain {
        /// Where it would be sent.
        address: Address,
    },
}

impl Token {
    /// Takes a text as a token.
    pub fn new(text: &str) -> Result<Self, TokenError> {
        let text = text.trim();
        let is_plain = text.bytes().all(|byte| byte.is_ascii_graphic());
        if text.is_empty() || text.len() > LONGEST || !is_plain {
            return Err(TokenError::Malformed);
        }
        Ok(Self(text.to_owned()))
    }

    /// The value of the header.
    pub(super) fn authorization(&self) -> String {
        format!("Bearer {}", self.0)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(***)")
    }
}
