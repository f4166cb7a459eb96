//! Who did what in a history, and which names and addresses are one person.
//!
//! Pure: `bartizan-sources` reads repositories and hands over facts as plain values ([`history`]); here they are only
//! understood. What comes out tells about work, never about a person's worth. An address is an [`Address`], which cannot be
//! printed and leaves memory only as a keyed hash. Time zones are not even read, and no rule looks at the part of an address
//! that says where somebody works, but for the code host's own addresses, which carry its number for an account.
#![warn(
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::string_slice
)]

pub mod accounts;
pub mod anomaly;
pub mod carriers;
pub mod corpus;
pub mod corrections;
pub mod decay;
pub mod expertise;
pub mod export;
#[cfg(test)]
mod fairness;
pub mod flag;
pub mod forget;
pub mod history;
pub mod identity;
mod keyed;
pub mod lines;
pub mod mailmap;
pub mod network;
pub mod object;
pub mod review;
pub mod signature;
pub mod similarity;
pub mod structure;
pub mod subject;
pub mod summary;
pub mod together;
pub mod trailers;
pub mod trust;
pub mod vouch;

pub use keyed::{Address, Key, Pseudonym};
