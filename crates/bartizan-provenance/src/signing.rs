//! Making statements about artifacts and signing them: with a key that lies here, or with one that lives for a moment and
//! that an authority certifies to whoever shows an identity token ("keyless").
//!
//! No address of a service stands here: they come from a signing configuration. The network is a [`Courier`] of the
//! caller. Whatever the services answer is believed only when the evidence that comes of it verifies ([`confirm()`]), by the same
//! procedure and root of trust as everybody else's. Keys and tokens print as `***`.

mod claim;
mod confirm;
mod courier;
mod error;
mod evidence;
mod key;
mod keyless;
mod log;
mod pem;
mod services;
mod token;
mod workflow;

pub use claim::{Claim, ClaimError, statement};
pub use confirm::{Unconfirmed, confirm};
pub use courier::{Courier, Delivered, Parcel, Service, Undelivered};
pub use error::SigningError;
pub use evidence::SignedStatement;
pub use key::{KeyError, KeyKind, NewKey, Secret, SigningKey};
pub use keyless::{sign_keyless, sign_with_key};
pub use services::{Services, ServicesError, TrustConfig, Use};
pub use token::{IdentityToken, TokenError};
pub use workflow::build;

#[cfg(test)]
mod tests;
