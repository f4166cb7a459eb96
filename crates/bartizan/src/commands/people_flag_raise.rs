//! `bartizan people flag raise`: a maintainer says that an account behaves unlike its owner.

use bartizan_people::{
    flag::Event,
    vouch::{Deed, Handle},
};
use clap::{ArgMatches, Args};

use super::{Command, read};
use crate::{
    context::Context,
    error::Failure,
    exit::Exit,
    flagging::{Desk, FlagArguments, MaintainerArguments},
    vouching::handle,
};

pub(super) static COMMAND: PeopleFlagRaise = PeopleFlagRaise;

pub(super) struct PeopleFlagRaise;

#[derive(Debug, Args)]
struct Arguments {
    /// About whom, as `platform:login`
    #[arg(value_name = "ACCOUNT", value_parser = handle)]
    whom: Handle,

    /// In which project, such as `github.com/lab/lab`
    #[arg(long, value_name = "NAME")]
    project: String,

    #[command(flatten)]
    maintainer: MaintainerArguments,

    #[command(flatten)]
    flag: FlagArguments,
}

const AFTER_HELP: &str = "\
Examples:
  bartizan people flag raise github:ann --project github.com/lab/lab --by github:ben --sign ~/.ssh/id_ed25519 \\
    --signers .github/allowed_signers --reason 'silent for three years, then a new key and the release workflow'

One maintainer alone means nothing: another one says so too by `second`. It ends after 90 days. Whoever it is about may see it (`show`)
and answer (`appeal`); two maintainers may lift it (`lift`). It is never published and part of no score. Everything is logged.

Exit codes: 0 done, 2 wrong use, 4 the log cannot be believed.";

impl Command for PeopleFlagRaise {
    fn path(&self) -> &'static [&'static str] {
        &["people", "flag", "raise"]
    }

    fn arguments(&self) -> clap::Command {
        Arguments::augment_args(clap::Command::new("raise"))
            .about("Say in private, with reasons, that an account behaves unlike its owner")
            .after_help(AFTER_HELP)
    }

    fn run(&self, ctx: &Context, arguments: &ArgMatches) -> Result<Exit, Failure> {
        let arguments: Arguments = read(arguments)?;
        let mut desk = Desk::open(ctx, &arguments.flag)?;
        if arguments.whom == desk.by {
            return Err(Failure::usage("nobody raises a flag about themselves"));
        }
        let about = (arguments.project, arguments.whom);
        let deed = (Deed::Flag, Event::Raised);
        let number = desk.say(deed, about, None, &arguments.maintainer)?;
        ctx.note(&format!(
            "flag {number} is open; it means something when another maintainer runs `bartizan people flag second {number}`"
        ));
        desk.note_head(ctx);
        Ok(Exit::Clean)
    }
}
