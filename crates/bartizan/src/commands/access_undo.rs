//! `bartizan access undo`: take back what a plan did, in the opposite order.

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

pub(super) static COMMAND: AccessUndo = AccessUndo;

pub(super) struct AccessUndo;

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
  bartizan access undo plan.json --signers .github/allowed_signers

Only what this plan did is taken back, for thirty days after it was made, and only while nobody changed it since. Keys, tokens and invitations that were
taken away cannot be given back by a program; whoever left an organisation is invited again.

Exit codes: 0 done, 2 the plan may not be undone, 4 the state cannot be read, or a step stopped it.";

impl Command for AccessUndo {
    fn path(&self) -> &'static [&'static str] {
        &["access", "undo"]
    }

    fn arguments(&self) -> clap::Command {
        Arguments::augment_args(clap::Command::new("undo"))
            .about("Take back what a plan did, in the opposite order")
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
        errand.undo(ctx)?;
        Ok(Exit::Clean)
    }
}
