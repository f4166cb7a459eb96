//! `bartizan people flag second`: another maintainer says so too.

use bartizan_people::{flag::Event, vouch::Deed};
use clap::{ArgMatches, Args};

use super::{Command, read};
use crate::{
    context::Context,
    error::Failure,
    exit::Exit,
    flagging::{AnswerArguments, Desk},
};

pub(super) static COMMAND: PeopleFlagSecond = PeopleFlagSecond;

pub(super) struct PeopleFlagSecond;

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
        AnswerArguments::augment_args(clap::Command::new("second"))
            .about("Say, as another maintainer, that a flag holds")
            .after_help(AFTER_HELP)
    }

    fn run(&self, ctx: &Context, arguments: &ArgMatches) -> Result<Exit, Failure> {
        let arguments: AnswerArguments = read(arguments)?;
        let (desk, number) = Desk::answer(ctx, &arguments, (Deed::Second, Event::Seconded))?;
        ctx.note(&format!(
            "flag {number} is in force until it ends or is lifted"
        ));
        desk.note_head(ctx);
        Ok(Exit::Clean)
    }
}
