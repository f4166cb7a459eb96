//! The command line of Bartizan as a library: arguments, settings, rendering and wiring.
//!
//! This is the only crate that reads the clock and the environment, and the only one that prints. It is
//! a library so that the reference pages can be generated from the code ([`command`], [`settings::ALL`],
//! [`schema::ALL`], [`exit::ALL`]); judging belongs to the crates below.

mod access;
mod accessing;
mod answering;
mod arguments;
mod bills;
mod blast;
pub mod catalogue;
mod code_host;
mod commands;
mod context;
mod database;
mod ecosystem;
mod environment;
mod error;
pub mod exit;
mod exposure;
mod flagging;
mod freshness;
mod graph;
mod hygiene;
mod indexes;
mod jobs;
mod natives;
mod output;
mod people;
mod platform;
mod profile;
mod progress;
mod provenance;
mod releases;
mod render;
mod report;
mod risk;
pub mod schema;
pub mod settings;
pub mod since;
mod targets;
mod term;
pub mod topics;
mod verdicts;
mod vex;
mod vouching;

use std::{
    ffi::OsString,
    io::Write as _,
    panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind},
};

pub use commands::command;

use crate::exit::Exit;

/// Runs the command that the arguments name, and gives the exit code of the process.
///
/// A panic anywhere below is told in one line and becomes the code of an internal fault: an answer that
/// was cut short must not look like any other.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> u8 {
    std::panic::set_hook(Box::new(tell_fault));
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    guarded(|| commands::dispatch(&arguments)).code()
}

fn guarded(work: impl FnOnce() -> Exit) -> Exit {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or(Exit::Internal)
}

fn tell_fault(fault: &PanicHookInfo<'_>) {
    let text = fault.payload_as_str().unwrap_or("no message");
    let text = term::clean(text, true);
    let place = fault
        .location()
        .map(|place| format!(" at {}:{}", place.file(), place.line()))
        .unwrap_or_default();
    let message = format!(
        "error: internal fault{place}: {text}\n\
         hint: this is a defect of Bartizan; please report it at {} with the command that you ran\n",
        env!("CARGO_PKG_REPOSITORY")
    );
    // When even standard error is gone there is nobody left to tell; the exit code still says it.
    let _ = std::io::stderr().write_all(message.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::{Exit, guarded};

    #[test]
    fn a_panic_is_an_internal_fault() {
        assert_eq!(guarded(|| Exit::Findings), Exit::Findings);
        assert_eq!(guarded(|| panic!("as a test")).code(), 70);
    }
}
