//! Who can do what in the organisations of a project, with which evidence each right is still used, and how rights are reduced
//! safely.
//!
//! Pure: a [`snapshot::Snapshot`] is what was read of hosts, indexes and files at one time, as plain values; whoever reads and
//! writes them is the caller. Everything else stands on snapshots. The [`ledger`] calls no right unused unless everything that
//! could have shown its use was read; an [`audit`] judges; a [`plan`] is a value that is approved and applied as it stands
//! ([`approval`], [`apply`]), under what has to hold afterwards ([`invariant`]); what happened stands in a [`log`] that only grows.
#![warn(
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::string_slice
)]

pub mod apply;
pub mod approval;
pub mod audit;
pub mod checks;
pub mod counts;
pub mod desired;
pub mod diff;
pub mod dossier;
pub mod exempt;
pub mod grant;
pub mod host;
pub mod import;
pub mod invariant;
pub mod laboratory;
pub mod ledger;
pub mod log;
pub mod name;
pub mod plan;
pub mod right;
pub mod seal;
pub mod snapshot;
pub mod webhook;
