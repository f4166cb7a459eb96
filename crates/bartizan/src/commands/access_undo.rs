//! `bartizan access undo`: take back what a plan did, in the opposite order.

use clap::{ArgMatches, Args as _};

use super::{Command, read};
use crate::{accessing::Errand, context::Context, error::Failure, exit::Exit};

pub(super) static COMMAND: AccessUndo = AccessUndo;

pub(super) struct AccessUndo;

const AFTER_HELP: &str = "\
Examples:
  bartizan access undo plan.json --signers .github/allowed_signers

Only what this plan did is taken back, for thirty days after it was made, and only while nobody changed it since. Keys, tokens and invitations that were
taken away cannot be given back by a program; whoever left an organisation is invited again.

Exit codes: 0 done, 2 the plan may not be undone, 4 the state cannot be read, or a step stopped it.";

impl Command for AccessUndo {
    fn path(&self) -> &'static [&'static str] {
        &["access", "undo"]
    }

    fn arguments(&self) -> clap::Command {
        Errand::augment_args(clap::Command::new("undo"))
            .about("Take back what a plan did, in the opposite order")
            .after_help(AFTER_HELP)
    }

    fn run(&self, ctx: &Context, arguments: &ArgMatches) -> Result<Exit, Failure> {
        let errand: Errand = read(arguments)?;
        errand.undo(ctx)?;
        Ok(Exit::Clean)
    }
}
