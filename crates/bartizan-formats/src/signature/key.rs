//! Private keys in files, for signing.
//!
//! A key behind a passphrase, in hardware or in an agent is not for us to open: `ssh-keygen` asks for the
//! passphrase or the touch, and signs in the same format.

use std::fmt;

use ssh_key::{HashAlg, LineEnding, PrivateKey};
use thiserror::Error;

use super::{NAMESPACE, allowed_signers::is_accepted};

/// The largest private key that is read.
pub const LARGEST_KEY: usize = 64 << 10;

/// A private key. It is never printed.
pub struct SigningKey(PrivateKey);

/// Why a key cannot sign.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum KeyError {
    /// The bytes are no private key of OpenSSH.
    #[error("not a private key in OpenSSH's format")]
    NotAKey,
    /// It is behind a passphrase.
    #[error("the key is behind a passphrase")]
    Encrypted,
    /// It is of a kind that is not accepted, or in hardware.
    #[error("a key of the kind `{kind}` cannot sign here")]
    Kind {
        /// The kind.
        kind: String,
    },
    /// The signature could not be made.
    #[error("the key does not sign")]
    Failed,
}

impl KeyError {
    /// What to do next.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::NotAKey => {
                "`ssh-keygen -t ed25519 -f FILE` makes one; name the private file, not the `.pub`"
            }
            Self::Encrypted | Self::Kind { .. } | Self::Failed => {
                "leave out `--sign`, and sign with `ssh-keygen -Y sign -n bartizan -f KEY FILE`, which asks for the passphrase or the touch"
            }
        }
    }
}

impl SigningKey {
    /// Reads a private key.
    pub fn read(bytes: &[u8]) -> Result<Self, KeyError> {
        if bytes.len() > LARGEST_KEY {
            return Err(KeyError::NotAKey);
        }
        let key = PrivateKey::from_openssh(bytes).map_err(|_cause| KeyError::NotAKey)?;
        let kind = key.public_key().algorithm();
        if key.is_encrypted() {
            return Err(KeyError::Encrypted);
        }
        let is_hardware = kind.as_str().starts_with("sk-");
        if is_hardware || !is_accepted(&kind) {
            let kind = kind.as_str().to_owned();
            return Err(KeyError::Kind { kind });
        }
        Ok(Self(key))
    }

    /// The key, as `SHA256:…`.
    pub fn fingerprint(&self) -> String {
        self.0.fingerprint(HashAlg::Sha256).to_string()
    }

    /// Signs a message.
    pub fn sign(&self, message: &[u8]) -> Result<String, KeyError> {
        let signature = self.0.sign(NAMESPACE, HashAlg::Sha512, message);
        signature
            .and_then(|signature| signature.to_pem(LineEnding::LF))
            .map_err(|_cause| KeyError::Failed)
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey(***)")
    }
}
