//! `bartizan people flag second`: another maintainer says so too.

use bartizan_people::{flag::Event, vouch::Deed};
use clap::{ArgMatches, Args};

use super::{Command, read};
use crate::{
    context::Context,
    error::Failure,
    exit::Exit,
    flagging::{Desk, FlagArguments, MaintainerArguments},
};

pub(super) static COMMAND: PeopleFlagSecond = PeopleFlagSecond;

pub(super) struct PeopleFlagSecond;

#[derive(Debug, Args)]
struct Arguments {
    /// The number of the flag
    #[arg(value_name = "NUMBER")]
    number: u64,

    #[command(flatten)]
    maintainer: MaintainerArguments,

    #[command(flatten)]
    flag: FlagArguments,
}

const AFTER_HELP: &str = "\
Examples:
  bartizan people flag second 7 --by github:cy --sign ~/.ssh/id_ed25519 --signers .github/allowed_signers \\
    --reason 'asked by another way; no answer'

Look at the reasons first: `bartizan people flag show`.

Exit codes: 0 done, 2 wrong use, 4 the log cannot be believed.";

impl Command for PeopleFlagSecond {
    fn path(&self) -> &'static [&'static str] {
        &["people", "flag", "second"]
    }

    fn arguments(&self) -> clap::Command {
        Arguments::augment_args(clap::Command::new("second"))
            .about("Say, as another maintainer, that a flag holds")
            .after_help(AFTER_HELP)
    }

    fn run(&self, ctx: &Context, arguments: &ArgMatches) -> Result<Exit, Failure> {
        let arguments: Arguments = read(arguments)?;
        let mut desk = Desk::open(ctx, &arguments.flag)?;
        let flag = desk.flag(arguments.number, Event::Seconded)?;
        let raised = desk.raised(&flag)?;
        let (deed, about) = (
            (Deed::Second, Event::Seconded),
            (raised.project, raised.whom),
        );
        desk.say(deed, about, Some(flag.number), &arguments.maintainer)?;
        ctx.note(&format!(
            "flag {} is in force until it ends or is lifted",
            flag.number
        ));
        desk.note_head(ctx);
        Ok(Exit::Clean)
    }
}
