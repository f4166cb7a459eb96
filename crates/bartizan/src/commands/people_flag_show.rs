//! `bartizan people flag show`: what is said, for maintainers and for whom it is about.

use std::path::PathBuf;

use bartizan_people::{
    flag::{Event, Flag, FlagState},
    vouch::{Handle, Statement},
};
use clap::{ArgMatches, Args};

use super::{Command, read};
use crate::{
    context::Context,
    error::Failure,
    exit::Exit,
    flagging::{Desk, FlagArguments, state, unusable},
    output,
    render::words::day,
    term::Sheet,
    vouching::handle,
};

pub(super) static COMMAND: PeopleFlagShow = PeopleFlagShow;

pub(super) struct PeopleFlagShow;

#[derive(Debug, Args)]
struct Arguments {
    /// About whom, as `platform:login` [default: everybody]
    #[arg(value_name = "ACCOUNT", value_parser = handle)]
    whom: Option<Handle>,

    /// Show what is over, too
    #[arg(long)]
    all: bool,

    #[command(flatten)]
    flag: FlagArguments,

    /// Write the answer to this file, for its owner only
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

const AFTER_HELP: &str = "\
Examples:
  bartizan people flag show --by github:ben                         a maintainer reads everything
  bartizan people flag show github:ann --by github:ann -o mine.txt  what is said about oneself

Whoever reads is logged before they read. A person sees what is said about them, with the reasons and without who said it, also what
one maintainer alone said. The answer goes to a terminal or to a file for its owner only.

Exit codes: 0 told, 2 wrong use, 3 nothing is said, 4 the log cannot be believed.";

impl Command for PeopleFlagShow {
    fn path(&self) -> &'static [&'static str] {
        &["people", "flag", "show"]
    }

    fn arguments(&self) -> clap::Command {
        Arguments::augment_args(clap::Command::new("show"))
            .about("Show what is said of an account, or of all; that is logged")
            .after_help(AFTER_HELP)
    }

    fn run(&self, ctx: &Context, arguments: &ArgMatches) -> Result<Exit, Failure> {
        let arguments: Arguments = read(arguments)?;
        let file = arguments.output.as_deref();
        output::can_be_private(ctx, file)?;
        let mut desk = Desk::open(ctx, &arguments.flag)?;
        desk.add(Event::Read, None, arguments.whom.as_ref(), None)?;
        let is_own = arguments.whom.as_ref() == Some(&desk.by);
        let person = arguments.whom.as_ref().map(|it| desk.pseudonym(it));
        let mut flags = desk.flags();
        flags.retain(|it| person.is_none_or(|person| it.person == person));
        let is_over = |it: &Flag| !matches!(it.state, FlagState::Open | FlagState::InForce);
        flags.retain(|it| arguments.all || !is_over(it));
        let mut sheet = Sheet::new(ctx.terminal(file));
        for flag in &flags {
            tell(&desk, flag, is_own, &mut sheet)?;
        }
        if flags.is_empty() {
            sheet.line("nothing is said");
        }
        output::write_private(ctx, &sheet.text, file)?;
        desk.note_head(ctx);
        Ok(if flags.is_empty() {
            Exit::NothingToLookAt
        } else {
            Exit::Clean
        })
    }
}

/// Tells one flag with all that was said. Who said it is nothing for whom it is about.
fn tell(desk: &Desk, flag: &Flag, is_own: bool, sheet: &mut Sheet) -> Result<(), Failure> {
    sheet.gap();
    sheet.line(&format!(
        "flag {}: {}; raised on {}, ends on {}",
        flag.number,
        state(flag),
        day(flag.raised),
        day(flag.until)
    ));
    for (number, event) in &flag.words {
        let Some(words) = desk.store.words(*number).map_err(|it| unusable(&it))? else {
            continue;
        };
        let statement = Statement::read(&words.text).ok();
        let (who, text) = match (event, statement) {
            (Event::Appealed, _) => ("the answer".to_owned(), words.text),
            (_, Some(it)) if is_own => (format!("a maintainer of {}", it.project), it.reason),
            (_, Some(it)) => (
                format!("{} of {}, about {}", it.by, it.project, it.whom),
                it.reason,
            ),
            (_, None) => ("unreadable".to_owned(), words.text),
        };
        sheet.wrapped(2, &format!("{}, {who}: {text}", event.id()));
    }
    if is_own {
        let number = flag.number;
        sheet.wrapped(
            2,
            &format!("you may answer: `bartizan people flag appeal {number}`"),
        );
    }
    Ok(())
}
