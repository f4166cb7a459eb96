//! `bartizan people flag log`: the log, verified.

use std::path::PathBuf;

use bartizan_people::flag::Entry;
use bartizan_sources::home::Home;
use clap::{ArgMatches, Args};

use super::{Command, read};
use crate::{context::Context, error::Failure, exit::Exit, flagging, output, term::Sheet};

pub(super) static COMMAND: PeopleFlagLog = PeopleFlagLog;

pub(super) struct PeopleFlagLog;

#[derive(Debug, Args)]
struct Arguments {
    /// The last hash that you remember; it has to be in the log still
    #[arg(long, value_name = "HASH")]
    remember: Option<String>,

    /// The folder that flags are kept in [default: in the home]
    #[arg(long = "in", value_name = "DIR")]
    folder: Option<PathBuf>,

    /// Write the answer to this file, for its owner only
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

const AFTER_HELP: &str = "\
Examples:
  bartizan people flag log
  bartizan people flag log --remember 5f0c...

Every entry holds the hash of the one before. Whoever keeps the last hash elsewhere sees when entries were changed or removed.
People stand in it by keyed hashes.

Exit codes: 0 it holds, 2 wrong use, 3 it is empty, 4 it does not hold.";

impl Command for PeopleFlagLog {
    fn path(&self) -> &'static [&'static str] {
        &["people", "flag", "log"]
    }

    fn arguments(&self) -> clap::Command {
        Arguments::augment_args(clap::Command::new("log"))
            .about("Verify the log of flags, and show who did what when")
            .after_help(AFTER_HELP)
    }

    fn run(&self, ctx: &Context, arguments: &ArgMatches) -> Result<Exit, Failure> {
        let arguments: Arguments = read(arguments)?;
        let file = arguments.output.as_deref();
        output::can_be_private(ctx, file)?;
        let store = flagging::store(&Home::new(ctx.home()?), arguments.folder.as_deref())?;
        let log = store.log();
        if let Some(head) = &arguments.remember {
            let held = log.remembers(head);
            held.map_err(|error| {
                Failure::data(error.to_string()).hint("compare with a copy of it")
            })?;
        }
        let mut sheet = Sheet::new(ctx.terminal(file));
        for entry in log.entries() {
            sheet.line(&line(entry));
        }
        sheet.line(&format!(
            "{} entries, the last hash is {}",
            log.entries().len(),
            log.head()
        ));
        output::write_private(ctx, &sheet.text, file)?;
        Ok(if log.entries().is_empty() {
            Exit::NothingToLookAt
        } else {
            Exit::Clean
        })
    }
}

fn line(entry: &Entry) -> String {
    let flag = entry.flag.map(|it| format!(" flag {it}"));
    let person = entry.person.map(|it| format!(" about {it}"));
    format!(
        "{:>5} {} {}{}{} by {}",
        entry.number,
        entry.at,
        entry.event.id(),
        flag.unwrap_or_default(),
        person.unwrap_or_default(),
        entry.by
    )
}
