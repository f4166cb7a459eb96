//! `bartizan access log checkpoint`: say how the access log stands, to be published.

use std::path::PathBuf;

use clap::{ArgMatches, Args};

use super::{Command, read};
use crate::{
    accessing::{LogArguments, log, signature_of},
    context::Context,
    error::Failure,
    exit::Exit,
    output,
    vouching::signed,
};

pub(super) static COMMAND: AccessLogCheckpoint = AccessLogCheckpoint;

pub(super) struct AccessLogCheckpoint;

#[derive(Debug, Args)]
struct Arguments {
    #[command(flatten)]
    log: LogArguments,

    /// Sign it with this private key (OpenSSH's format) into a file `.sig` beside it
    #[arg(long, value_name = "KEY", requires = "output")]
    sign: Option<PathBuf>,

    /// Write it to this file, whole or not at all
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

const AFTER_HELP: &str = "\
Examples:
  bartizan access log checkpoint --output checkpoint --sign ~/.ssh/id_ed25519
  git notes --ref access add --file checkpoint

It holds how many entries there are and the root of a Merkle tree over them, and names nobody. Whoever keeps it sees later whether the log was changed,
reordered or cut off: `bartizan access log verify --checkpoint checkpoint`.

Exit codes: 0 written, 2 wrong use, 3 the log is empty, 4 it cannot be believed.";

impl Command for AccessLogCheckpoint {
    fn path(&self) -> &'static [&'static str] {
        &["access", "log", "checkpoint"]
    }

    fn arguments(&self) -> clap::Command {
        Arguments::augment_args(clap::Command::new("checkpoint"))
            .about("Say how the access log stands, to be published")
            .after_help(AFTER_HELP)
    }

    fn run(&self, ctx: &Context, arguments: &ArgMatches) -> Result<Exit, Failure> {
        let arguments: Arguments = read(arguments)?;
        let log = log(ctx, &arguments.log)?;
        let Some(checkpoint) = log.log().checkpoint() else {
            return Ok(Exit::NothingToLookAt);
        };
        let text = checkpoint.text();
        output::write(&text, arguments.output.as_deref())?;
        if let (Some(key), Some(path)) = (&arguments.sign, &arguments.output) {
            let signature = signed(&super::signing_key(key)?, &text)?;
            output::write(&signature, Some(&signature_of(path)))?;
        }
        Ok(Exit::Clean)
    }
}
