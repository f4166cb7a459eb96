//! `bartizan access log show`: show what happened to rights.

use std::path::PathBuf;

use clap::{ArgMatches, Args};

use super::{Command, read};
use crate::{
    accessing::{LogArguments, log},
    context::Context,
    error::Failure,
    exit::Exit,
    output,
    term::Sheet,
};

pub(super) static COMMAND: AccessLogShow = AccessLogShow;

pub(super) struct AccessLogShow;

#[derive(Debug, Args)]
struct Arguments {
    #[command(flatten)]
    log: LogArguments,

    /// Write what names people to this file, for its owner only
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

const AFTER_HELP: &str = "\
Examples:
  bartizan access log show

The log names people: it goes to a terminal or into a file for its owner only.

Exit codes: 0 shown, 2 wrong use, 3 it is empty, 4 it cannot be believed.";

impl Command for AccessLogShow {
    fn path(&self) -> &'static [&'static str] {
        &["access", "log", "show"]
    }

    fn arguments(&self) -> clap::Command {
        Arguments::augment_args(clap::Command::new("show"))
            .about("Show what happened to rights")
            .after_help(AFTER_HELP)
    }

    fn run(&self, ctx: &Context, arguments: &ArgMatches) -> Result<Exit, Failure> {
        let arguments: Arguments = read(arguments)?;
        let file = arguments.output.as_deref();
        output::can_be_private(ctx, file)?;
        let log = log(ctx, &arguments.log)?;
        let mut sheet = Sheet::new(ctx.terminal(file));
        for entry in log.log().entries() {
            let about = entry.about.as_ref().map(|it| format!(" about {it}"));
            let place = entry.place.as_ref().map(|it| format!(" in {it}"));
            let reference = entry.reference.as_ref().map(|it| format!(" {it}"));
            sheet.line(&format!(
                "{:>6} {} {}{}{}{} by {} {}",
                entry.number,
                entry.at,
                entry.event.id(),
                reference.unwrap_or_default(),
                about.unwrap_or_default(),
                place.unwrap_or_default(),
                entry.by,
                entry.detail
            ));
        }
        output::write_private(ctx, &sheet.text, file)?;
        Ok(if log.log().entries().is_empty() {
            Exit::NothingToLookAt
        } else {
            Exit::Clean
        })
    }
}
