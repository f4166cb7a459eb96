//! The command line of Bartizan as a library: arguments, settings, rendering and wiring.
//!
//! This is the only crate that reads the clock and the environment, and the only one that prints. It is
//! a library so that the reference pages can be generated from the code ([`command`], [`settings::ALL`],
//! [`schema::ALL`], [`exit::ALL`]); judging belongs to the crates below.

mod environment;
mod error;
pub mod exit;
mod freshness;
mod render;
mod report;
pub mod settings;
mod term;
/// d
pub fn run(_: std::env::ArgsOs) -> u8 {
    0
}
