//! Signatures of files, as `ssh-keygen -Y sign` makes them, and who may sign what.
//!
//! The format is SSHSIG: <https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.sshsig>. A signature
//! counts only in the namespace [`NAMESPACE`] and only by a key that the user lists in an `allowed_signers`
//! file; the key that a signature carries proves nothing. Reading and judging need neither clock nor disk.

mod allowed_signers;
mod key;
pub(crate) mod pattern;

use bartizan_model::Timestamp;
use ssh_key::{Algorithm, HashAlg, LineEnding, PublicKey, SshSig};
use thiserror::Error;

use self::allowed_signers::Refusal;
pub use self::{
    allowed_signers::{AllowedSigners, LARGEST_SIGNERS, SignersError},
    key::{KeyError, LARGEST_KEY, SigningKey},
};

/// What Bartizan's signatures are made for. One made for mails or commits is not one for a feed.
pub const NAMESPACE: &str = "bartizan";

/// The largest signature that is read. Those of the keys that are accepted have below 700 bytes.
pub const LARGEST_SIGNATURE: usize = 16 << 10;

/// The only version of the format there is.
const VERSION: u32 = 1;

/// Flag of a hardware key: somebody touched it for this signature.
const USER_PRESENT: u8 = 1;

/// Bytes after the signature proper of a hardware key: one of flags, four of a counter.
const HARDWARE_TRAILER: usize = 5;

/// Who signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signer {
    /// The principals of the line of the `allowed_signers` file that lists the key, as written there.
    pub principal: String,
    /// The key, as `SHA256:…`.
    pub fingerprint: String,
}

/// Why a signature does not count.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SignatureError {
    /// The file is larger than any signature.
    #[error("the signature is larger than {LARGEST_SIGNATURE} bytes")]
    TooLarge,
    /// The bytes are no signature of this format.
    #[error("not an SSH signature")]
    NotASignature,
    /// It was made for something else.
    #[error("the signature is for the namespace `{namespace}`, not for `{NAMESPACE}`")]
    Namespace {
        /// What it was made for, shortened and escaped.
        namespace: String,
    },
    /// The key is of a kind that is not accepted.
    #[error("the signature is by a key of the kind `{kind}`")]
    KeyKind {
        /// The kind, escaped.
        kind: String,
    },
    /// Nobody who may sign has this key.
    #[error("the key {fingerprint} is not one of the allowed signers")]
    Unknown {
        /// The key.
        fingerprint: String,
    },
    /// The key is listed for other purposes.
    #[error("{principal} may not sign in the namespace `{NAMESPACE}`")]
    NotForThis {
        /// Whose it is.
        principal: String,
    },
    /// The key may sign later.
    #[error("the key of {principal} counts from {after}")]
    NotYet {
        /// Whose it is.
        principal: String,
        /// When it starts to count.
        after: Timestamp,
    },
    /// The key could sign before.
    #[error("the key of {principal} counted until {before}")]
    Expired {
        /// Whose it is.
        principal: String,
        /// When it ceased to count.
        before: Timestamp,
    },
    /// A hardware key signed without being touched.
    #[error("the hardware key signed without anybody touching it")]
    NoTouch,
    /// The bytes are not those that were signed.
    #[error("the signature does not fit the content")]
    Mismatch,
}

impl SignatureError {
    /// What to do next.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::TooLarge | Self::NotASignature => {
                "it is made by `ssh-keygen -Y sign -n bartizan -f KEY FILE`"
            }
            Self::Namespace { .. } => "sign again with `-n bartizan`",
            Self::KeyKind { .. } => {
                "accepted are Ed25519 and ECDSA P-256 keys, in files and in hardware"
            }
            Self::Unknown { .. } => {
                "ask the publisher, by a way you trust, which key is theirs; then add it to the file of `--signers`"
            }
            Self::NotForThis { .. } => "the line's `namespaces` option leaves it out",
            Self::NotYet { .. } | Self::Expired { .. } => {
                "ask the publisher for the key that they use now"
            }
            Self::NoTouch => "the publisher's key must not be made with `no-touch-required`",
            Self::Mismatch => {
                "the file was changed after it was signed, or it is another; get it again"
            }
        }
    }
}

/// Checks that somebody who may sign did sign this message, at a time (`now`) at which their key counts.
pub fn verify(
    message: &[u8],
    armored: &[u8],
    signers: &AllowedSigners,
    now: Timestamp,
) -> Result<Signer, SignatureError> {
    if armored.len() > LARGEST_SIGNATURE {
        return Err(SignatureError::TooLarge);
    }
    let signature =
        SshSig::from_pem(armored.trim_ascii()).map_err(|_cause| SignatureError::NotASignature)?;
    // The version is not part of what is signed.
    if signature.version() != VERSION {
        return Err(SignatureError::NotASignature);
    }
    if signature.namespace() != NAMESPACE {
        let namespace = signature.namespace().chars().take(64);
        return Err(SignatureError::Namespace {
            namespace: namespace.flat_map(char::escape_default).collect(),
        });
    }
    check_kind(&signature)?;
    let key = PublicKey::from(signature.public_key().clone());
    let fingerprint = key.fingerprint(HashAlg::Sha256).to_string();
    let principal = signers
        .find(key.key_data(), now)
        .map_err(|refusal| refused(refusal, &fingerprint))?;
    key.verify(NAMESPACE, message, &signature)
        .map_err(|_cause| SignatureError::Mismatch)?;
    Ok(Signer {
        principal: principal.to_owned(),
        fingerprint,
    })
}

/// A signature in the one way in which it is written where every byte counts; none where it is no signature.
pub fn as_written(armored: &str) -> Option<String> {
    let signature = SshSig::from_pem(armored.trim().as_bytes()).ok()?;
    signature.to_pem(LineEnding::LF).ok()
}

/// Only kinds whose every signature we can check; and of hardware keys only signatures with a touch.
fn check_kind(signature: &SshSig) -> Result<(), SignatureError> {
    let kind = signature.public_key().algorithm();
    if !allowed_signers::is_accepted(&kind) || signature.algorithm() != kind {
        let kind = kind.as_str().chars().take(64);
        return Err(SignatureError::KeyKind {
            kind: kind.flat_map(char::escape_default).collect(),
        });
    }
    if matches!(kind, Algorithm::SkEd25519 | Algorithm::SkEcdsaSha2NistP256) {
        let trailer = signature.signature_bytes().last_chunk::<HARDWARE_TRAILER>();
        let is_touched = trailer.is_some_and(|[flags, ..]| flags & USER_PRESENT != 0);
        if !is_touched {
            return Err(SignatureError::NoTouch);
        }
    }
    Ok(())
}

fn refused(refusal: Refusal<'_>, fingerprint: &str) -> SignatureError {
    match refusal {
        Refusal::Unknown => SignatureError::Unknown {
            fingerprint: fingerprint.to_owned(),
        },
        Refusal::NotForThis(principal) => SignatureError::NotForThis {
            principal: principal.to_owned(),
        },
        Refusal::NotYet(principal, after) => SignatureError::NotYet {
            principal: principal.to_owned(),
            after,
        },
        Refusal::Expired(principal, before) => SignatureError::Expired {
            principal: principal.to_owned(),
            before,
        },
    }
}

#[cfg(test)]
pub(crate) mod tests;
