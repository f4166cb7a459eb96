//! `bartizan migrate`: the schema of the store, forward to that of this program.

use bartizan_model::Timestamp;
use bartizan_store::Store;
use clap::{ArgMatches, Args};

use super::{Command, read};
use crate::{context::Context, error::Failure, exit::Exit, platform};

pub(super) static COMMAND: Migrate = Migrate;

pub(super) struct Migrate;

#[derive(Debug, Args)]
struct Arguments {
    /// The store: `sqlite:PATH` or `postgres://USER@HOST/DATABASE` [env: `BARTIZAN_DATABASE`] [default: `ecosystem.sqlite` in Bartizan's directory]
    #[arg(long, value_name = "URL")]
    database: Option<String>,
}

impl Command for Migrate {
    fn path(&self) -> &'static [&'static str] {
        &["migrate"]
    }

    fn arguments(&self) -> clap::Command {
        Arguments::augment_args(clap::Command::new("migrate"))
            .about("Bring the schema of the store to that of this program")
            .after_help("Examples:\n  bartizan migrate --database postgres://bartizan@db/bartizan\n\nA schema goes forward only; one that is newer than the program is refused. `serve`, `worker` and `assess` do it by themselves.")
    }

    fn run(&self, ctx: &Context, arguments: &ArgMatches) -> Result<Exit, Failure> {
        let Arguments { database } = read(arguments)?;
        let address = platform::address(ctx, database.as_deref())?;
        platform::run(async {
            let store = Store::open(&address)
                .await
                .map_err(|error| platform::failed(&error))?;
            let before = store
                .schema()
                .await
                .map_err(|error| platform::failed(&error))?;
            store
                .migrate(Timestamp::now())
                .await
                .map_err(|error| platform::failed(&error))?;
            store.close().await;
            ctx.note(&if before.is_current() {
                format!("the store at {address} has schema {} already", before.known)
            } else {
                format!(
                    "the store at {address} went from schema {} to {}",
                    before.found, before.known
                )
            });
            Ok(Exit::Clean)
        })
    }
}
