//! `bartizan people flag appeal`: whoever a flag is about answers.

use bartizan_people::flag::Event;
use bartizan_sources::flags::Words;
use clap::{ArgMatches, Args};

use super::{Command, read};
use crate::{
    context::Context,
    error::Failure,
    exit::Exit,
    flagging::{Desk, FlagArguments},
};

pub(super) static COMMAND: PeopleFlagAppeal = PeopleFlagAppeal;

pub(super) struct PeopleFlagAppeal;

#[derive(Debug, Args)]
struct Arguments {
    /// The number of the flag
    #[arg(value_name = "NUMBER")]
    number: u64,

    /// What there is to say
    #[arg(long, value_name = "TEXT")]
    text: String,

    #[command(flatten)]
    flag: FlagArguments,
}

const AFTER_HELP: &str = "\
Examples:
  bartizan people flag appeal 7 --by github:ann --text 'I changed my laptop in May and told the list'

The answer is shown with the flag to whoever reads it. Two maintainers may lift it.

Exit codes: 0 done, 2 wrong use, 4 the log cannot be believed.";

impl Command for PeopleFlagAppeal {
    fn path(&self) -> &'static [&'static str] {
        &["people", "flag", "appeal"]
    }

    fn arguments(&self) -> clap::Command {
        Arguments::augment_args(clap::Command::new("appeal"))
            .about("Answer a flag that is about you")
            .after_help(AFTER_HELP)
    }

    fn run(&self, ctx: &Context, arguments: &ArgMatches) -> Result<Exit, Failure> {
        let arguments: Arguments = read(arguments)?;
        let mut desk = Desk::open(ctx, &arguments.flag)?;
        let flag = desk.flag(arguments.number, Event::Appealed)?;
        let whom = desk.by.clone();
        let words = Words {
            text: arguments.text,
            ssh: None,
        };
        desk.add(Event::Appealed, Some(flag.number), Some(&whom), Some(words))?;
        ctx.note(&format!("your answer stands beside flag {}", flag.number));
        desk.note_head(ctx);
        Ok(Exit::Clean)
    }
}
