//! Who can do what in the organisations of a project.
//!
//! Pure: a [`snapshot::Snapshot`] is what was read of hosts, indexes and files at one time, as plain values; whoever reads and
//! writes them is the caller. Everything else stands on snapshots.
#![warn(
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::string_slice
)]

pub mod apply;
pub mod approval;
pub mod grant;
pub mod host;
pub mod invariant;
pub mod log;
pub mod laboratory;
pub mod name;
pub mod plan;
pub mod right;
pub mod snapshot;
