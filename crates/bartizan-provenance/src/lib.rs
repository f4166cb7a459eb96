//! Who built an artifact, from what, and whether its content agrees with what it claims.
//!
//! Pure: given bytes and a root of trust. What is verified is a [`Verified`] value, which only [`examine`] can make, after
//! every step of the procedure; a step that was not done is told, never silent. The cryptography is that of
//! `sigstore-verify`, behind one module; everything that says *of what* and *by whom* something was signed is ours.
#![warn(
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::string_slice
)]

mod artifact;
pub mod checks;
pub mod content;
pub mod divergence;
mod identity;
pub mod ledger;
mod pin;
pub mod policy;
mod procedure;
pub mod signing;
mod sigstore;
mod statement;
mod step;
mod verified;

pub use artifact::Artifact;
pub use identity::{ExpectedIdentity, ExpectedPublisher};
pub use pin::{builds, expected, pin};
pub use procedure::{Examination, Question, Rules, examine};
pub use sigstore::{Instance, PublicKey, TrustRoot, TrustRootError, WITHOUT_SERVICES, tuf};
pub use step::{Outcome, Refusal, Step, Steps};
pub use verified::{Attestation, Claims, Level, Signer, Verified};
