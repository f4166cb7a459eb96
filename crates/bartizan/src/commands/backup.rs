//! `bartizan backup`: a copy of the store while it is in use.

use std::path::PathBuf;

use bartizan_store::Store;
use clap::{ArgMatches, Args};

use super::{Command, read};
use crate::{
    context::Context,
    error::{Failure, chain},
    exit::Exit,
    platform,
};

pub(super) static COMMAND: Backup = Backup;

pub(super) struct Backup;

#[derive(Debug, Args)]
struct Arguments {
    /// The file to write, which is not there yet
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// The store: `sqlite:PATH` [env: `BARTIZAN_DATABASE`] [default: `ecosystem.sqlite` in Bartizan's directory]
    #[arg(long, value_name = "URL")]
    database: Option<String>,
}

const AFTER_HELP: &str = "\
Examples:
  bartizan backup ecosystem-2026-11-26.sqlite

The copy is whole: what is written meanwhile is in it or not in it. A store on PostgreSQL is backed up by PostgreSQL's own
`pg_dump`.";

impl Command for Backup {
    fn path(&self) -> &'static [&'static str] {
        &["backup"]
    }

    fn arguments(&self) -> clap::Command {
        Arguments::augment_args(clap::Command::new("backup"))
            .about("Copy the store into a file, while it is in use")
            .after_help(AFTER_HELP)
    }

    fn run(&self, ctx: &Context, arguments: &ArgMatches) -> Result<Exit, Failure> {
        let Arguments { file, database } = read(arguments)?;
        let address = platform::address(ctx, database.as_deref())?;
        platform::run(async {
            let store = Store::open(&address)
                .await
                .map_err(|error| platform::failed(&error))?;
            let made = store.backup(&file).await;
            store.close().await;
            made.map_err(|error| failed(&error))?;
            ctx.note(&format!(
                "the store at {address} is copied to `{}`",
                file.display()
            ));
            Ok(Exit::Clean)
        })
    }
}

/// A backup or a restore that could not be made.
pub(super) fn failed(error: &bartizan_store::BackupError) -> Failure {
    let failure = Failure::data(chain(error));
    match error.hint() {
        Some(hint) => failure.hint(hint),
        None => failure,
    }
}
