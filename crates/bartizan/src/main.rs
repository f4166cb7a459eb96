//! The `bartizan` program. Everything it does is in the library beside it; this file turns the answer
//! into an exit code and must stay that small.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(bartizan::run(std::env::args_os()))
}
