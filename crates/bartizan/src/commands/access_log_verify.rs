//! `bartizan access log verify`: verify the access log, against checkpoints where there are some.

use std::path::PathBuf;

use bartizan_access::log::{Checkpoint, LARGEST_CHECKPOINT};
use clap::{ArgMatches, Args};

use super::{Command, read};
use crate::{
    accessing::{LogArguments, log, text},
    context::Context,
    error::Failure,
    exit::Exit,
    output,
};

pub(super) static COMMAND: AccessLogVerify = AccessLogVerify;

pub(super) struct AccessLogVerify;

#[derive(Debug, Args)]
struct Arguments {
    #[command(flatten)]
    log: LogArguments,

    /// What was published earlier; it has to hold still
    #[arg(long, value_name = "FILE")]
    checkpoint: Vec<PathBuf>,
}

const AFTER_HELP: &str = "\
Examples:
  bartizan access log verify --checkpoint checkpoint

Without a checkpoint a change or another order is seen, and what was cut off at the end is not.

Exit codes: 0 it holds, 2 wrong use, 3 it is empty, 4 it does not hold.";

impl Command for AccessLogVerify {
    fn path(&self) -> &'static [&'static str] {
        &["access", "log", "verify"]
    }

    fn arguments(&self) -> clap::Command {
        Arguments::augment_args(clap::Command::new("verify"))
            .about("Verify the access log, against checkpoints where there are some")
            .after_help(AFTER_HELP)
    }

    fn run(&self, ctx: &Context, arguments: &ArgMatches) -> Result<Exit, Failure> {
        let arguments: Arguments = read(arguments)?;
        let log = log(ctx, &arguments.log)?;
        for path in &arguments.checkpoint {
            let name = path.display();
            let checkpoint = Checkpoint::read(&text(path, LARGEST_CHECKPOINT)?);
            let checkpoint = checkpoint
                .map_err(|error| Failure::usage(format!("cannot read `{name}`: {error}")))?;
            log.log().holds(&checkpoint).map_err(|error| {
                Failure::data(format!("`{name}` does not hold: {error}"))
                    .hint("compare with a copy of the log")
            })?;
        }
        let entries = log.log().entries().len();
        let checked = arguments.checkpoint.len();
        output::write(
            &format!("{entries} entries hold, against {checked} checkpoints\n"),
            None,
        )?;
        Ok(if entries == 0 {
            Exit::NothingToLookAt
        } else {
            Exit::Clean
        })
    }
}
