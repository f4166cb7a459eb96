//! `bartizan restore`: a store out of a backup.

use std::path::PathBuf;

use clap::{ArgMatches, Args};

use super::{Command, backup, read};
use crate::{context::Context, error::Failure, exit::Exit, platform};

pub(super) static COMMAND: Restore = Restore;

pub(super) struct Restore;

#[derive(Debug, Args)]
struct Arguments {
    /// The backup
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// Where the store will be, which is not there yet: `sqlite:PATH` [env: `BARTIZAN_DATABASE`] [default: `ecosystem.sqlite` in Bartizan's directory]
    #[arg(long, value_name = "URL")]
    database: Option<String>,
}

const AFTER_HELP: &str = "\
Examples:
  bartizan restore ecosystem-2026-11-26.sqlite --database sqlite:ecosystem.sqlite

The backup is looked at first, whole. Nothing is written over: move an old store away before.";

impl Command for Restore {
    fn path(&self) -> &'static [&'static str] {
        &["restore"]
    }

    fn arguments(&self) -> clap::Command {
        Arguments::augment_args(clap::Command::new("restore"))
            .about("Make a store out of a backup")
            .after_help(AFTER_HELP)
    }

    fn run(&self, ctx: &Context, arguments: &ArgMatches) -> Result<Exit, Failure> {
        let Arguments { file, database } = read(arguments)?;
        let address = platform::address(ctx, database.as_deref())?;
        platform::run(async {
            let restored = bartizan_store::restore(&file, &address).await;
            let schema = restored.map_err(|error| backup::failed(&error))?;
            let migrated = if schema.is_current() {
                ""
            } else {
                "; `bartizan migrate` brings its schema forward"
            };
            ctx.note(&format!(
                "the store at {address} is restored from `{}`{migrated}",
                file.display()
            ));
            Ok(Exit::Clean)
        })
    }
}
