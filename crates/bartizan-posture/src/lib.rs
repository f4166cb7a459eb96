//! The posture of a repository: which requirements of the SPECs hold, and how its continuous integration is hardened.
//!
//! [`facts`] reads a checkout through a [`Tree`](bartizan_formats::tree::Tree) and judges nothing; each of [`checks`] asks
//! one question of the facts; [`capabilities`] says which job may do what. Nothing here knows a network, a clock or a disk.
#![warn(
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::string_slice
)]

pub mod adoption;
mod approval;
mod attestation;
pub mod capabilities;
pub mod check;
pub mod checks;
pub mod edits;
pub mod facts;
pub mod frameworks;
pub mod judgement;
pub mod peers;
pub mod release_workflow;
mod releases;
pub mod report;

#[cfg(test)]
mod attack;
#[cfg(test)]
mod laboratory;
