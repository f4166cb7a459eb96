//! The words of Bartizan's field, as types that cannot hold a wrong value.
//!
//! Every other crate speaks in these words. This crate does no input or output, knows no file format
//! and no network, reads no clock: a caller passes what is needed. Types that cross a process boundary
//! (JSON, TOML, the snapshot file) live with their format, not here.
#![warn(clippy::disallowed_methods)]

pub mod advisory;
pub mod assessment;
pub mod check;
pub mod ecosystem;
pub mod environment;
pub mod finding;
pub mod fingerprint;
pub mod hosting;
pub mod hygiene;
pub mod index;
pub mod inventory;
pub mod marker;
pub mod native;
pub mod problem;
pub mod profile;
pub mod purl;
pub mod release;
pub mod requirement;
mod scanner;
pub mod severity;
pub mod team;
pub mod verdict;
pub mod version;
pub mod vex;

pub use jiff::Timestamp;
