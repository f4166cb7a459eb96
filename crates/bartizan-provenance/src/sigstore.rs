//! The only module that knows `sigstore-verify`: cryptography, and what follows from the root of trust.
//!
//! That crate reads the clock, to refuse times of signing in the future; nothing else here does. It is asked for
//! everything that it can check, and never told to skip a step, except those that a root of trust without logs has not
//! got; who signed and of what is judged elsewhere.

mod alone;
mod authenticate;
mod convert;
mod refusal;
mod root;

pub(crate) use authenticate::{Asked, Authentic, authenticate};
pub(crate) use root::signing_configuration;
pub use root::{Instance, PublicKey, TrustRoot, TrustRootError, WITHOUT_SERVICES};
