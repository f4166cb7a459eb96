//! The only module that knows `sigstore-verify` and `sigstore-tuf`: cryptography, and what follows from the root of trust.
//!
//! `sigstore-verify` reads the clock, to refuse times of signing in the future; nothing else here does. It is asked for
//! everything that it can check, and never told to skip a step, except those that a root of trust without logs has not
//! got; who signed and of what is judged elsewhere.

mod alone;
mod authenticate;
mod convert;
mod refusal;
mod root;
pub mod tuf;

pub(crate) use authenticate::{Asked, Authentic, authenticate};
pub(crate) use root::signing_configuration;
pub use root::{Instance, PublicKey, TrustRoot, TrustRootError, WITHOUT_SERVICES};
