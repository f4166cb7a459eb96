//! `bartizan access apply`: apply an approved plan exactly as it stands.

use clap::{ArgMatches, Args as _};

use super::{Command, read};
use crate::{accessing::Errand, context::Context, error::Failure, exit::Exit};

pub(super) static COMMAND: AccessApply = AccessApply;

pub(super) struct AccessApply;

const AFTER_HELP: &str = "\
Examples:
  bartizan access apply plan.json --signers .github/allowed_signers
  bartizan access apply plan.json --signers .github/allowed_signers --rehearse lab.json      in memory; nothing is changed

The live state is read again, what has to hold is asked of it, and the first thing that is not as the plan saw it stops everything. Each step stands in
the log before it is done: a run that was killed is gone on with by running it again. Notices are written as texts; somebody sends them.

Exit codes: 0 all steps are done, 2 the plan may not be applied, 4 the state cannot be read, or a step stopped it.";

impl Command for AccessApply {
    fn path(&self) -> &'static [&'static str] {
        &["access", "apply"]
    }

    fn arguments(&self) -> clap::Command {
        Errand::augment_args(clap::Command::new("apply"))
            .about("Apply an approved plan exactly as it stands")
            .after_help(AFTER_HELP)
    }

    fn run(&self, ctx: &Context, arguments: &ArgMatches) -> Result<Exit, Failure> {
        let errand: Errand = read(arguments)?;
        errand.apply(ctx)?;
        Ok(Exit::Clean)
    }
}
