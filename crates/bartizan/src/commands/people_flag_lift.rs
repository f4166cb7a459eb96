//! `bartizan people flag lift`: a maintainer would have a flag lifted.

use bartizan_people::{flag::Event, vouch::Deed};
use clap::{ArgMatches, Args};

use super::{Command, read};
use crate::{
    context::Context,
    error::Failure,
    exit::Exit,
    flagging::{AnswerArguments, Desk},
};

pub(super) static COMMAND: PeopleFlagLift = PeopleFlagLift;

pub(super) struct PeopleFlagLift;

const AFTER_HELP: &str = "\
Examples:
  bartizan people flag lift 7 --by github:cy --sign ~/.ssh/id_ed25519 --signers .github/allowed_signers \\
    --reason 'she has a new laptop, and told us so in a call'

Two maintainers lift a flag, those who raised it or others.

Exit codes: 0 done, 2 wrong use, 4 the log cannot be believed.";

impl Command for PeopleFlagLift {
    fn path(&self) -> &'static [&'static str] {
        &["people", "flag", "lift"]
    }

    fn arguments(&self) -> clap::Command {
        AnswerArguments::augment_args(clap::Command::new("lift"))
            .about("Say, as a maintainer, that a flag need no longer hold; two lift it")
            .after_help(AFTER_HELP)
    }

    fn run(&self, ctx: &Context, arguments: &ArgMatches) -> Result<Exit, Failure> {
        let arguments: AnswerArguments = read(arguments)?;
        let (desk, number) = Desk::answer(ctx, &arguments, (Deed::Lift, Event::Lifted))?;
        ctx.note(&format!(
            "your word is logged; two maintainers lift flag {number}"
        ));
        desk.note_head(ctx);
        Ok(Exit::Clean)
    }
}
