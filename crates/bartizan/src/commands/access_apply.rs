//! `bartizan access apply`: apply an approved plan exactly as it stands.

use std::path::PathBuf;

use bartizan_model::Timestamp;
use clap::{ArgMatches, Args};

use super::{Command, read};
use crate::{
    accessing::{ApprovalArguments, Errand, LiveArguments, LogArguments},
    arguments,
    context::Context,
    error::Failure,
    exit::Exit,
};

pub(super) static COMMAND: AccessApply = AccessApply;

pub(super) struct AccessApply;

#[derive(Debug, Args)]
struct Arguments {
    /// The plan
    #[arg(value_name = "PLAN")]
    plan: PathBuf,

    #[command(flatten)]
    approval: ApprovalArguments,

    #[command(flatten)]
    live: LiveArguments,

    /// Programs and exceptions: a profile in TOML
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,

    /// The most of the grants that one run may change, in percent; never more than 25
    #[arg(long, value_name = "PERCENT", default_value_t = 10, value_parser = clap::value_parser!(u8).range(1..=25))]
    most_percent: u8,

    /// The moment that counts as now, for a rehearsal
    #[arg(long, value_name = "TIME", value_parser = arguments::time, requires = "rehearse")]
    as_of: Option<Timestamp>,

    #[command(flatten)]
    log: LogArguments,
}

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
        Arguments::augment_args(clap::Command::new("apply"))
            .about("Apply an approved plan exactly as it stands")
            .after_help(AFTER_HELP)
    }

    fn run(&self, ctx: &Context, arguments: &ArgMatches) -> Result<Exit, Failure> {
        let arguments: Arguments = read(arguments)?;
        let errand = Errand {
            plan: &arguments.plan,
            approval: &arguments.approval,
            live: &arguments.live,
            policy: arguments.policy.as_deref(),
            most_percent: usize::from(arguments.most_percent),
            as_of: arguments.as_of,
            log: &arguments.log,
        };
        errand.apply(ctx)?;
        Ok(Exit::Clean)
    }
}
