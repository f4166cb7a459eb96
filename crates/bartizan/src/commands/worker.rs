//! `bartizan worker`: a process that does what is scheduled.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use bartizan_model::Timestamp;
use clap::{ArgMatches, Args};

use super::{Command, read, serve};
use crate::{
    context::Context,
    error::Failure,
    exit::Exit,
    jobs::{self, Surroundings},
    platform,
};

pub(super) static COMMAND: Worker = Worker;

pub(super) struct Worker;

#[derive(Debug, Args)]
struct Arguments {
    /// The store: `sqlite:PATH` or `postgres://USER@HOST/DATABASE` [env: `BARTIZAN_DATABASE`] [default: `ecosystem.sqlite` in Bartizan's directory]
    #[arg(long, value_name = "URL")]
    database: Option<String>,

    /// Do what is due, then end
    #[arg(long)]
    once: bool,
}

const AFTER_HELP: &str = "\
Examples:
  bartizan worker --database postgres://bartizan@db/bartizan
  bartizan worker --once                  for a machine that has a scheduler of its own

Jobs are those of the profile's schedules: advisories are fetched, the ecosystem is assessed. A job belongs to one worker at a
time; one that is killed is taken by another after two minutes. `serve` has a worker inside.";

impl Command for Worker {
    fn path(&self) -> &'static [&'static str] {
        &["worker"]
    }

    fn arguments(&self) -> clap::Command {
        Arguments::augment_args(clap::Command::new("worker"))
            .about("Do what the profile schedules: fetch advisories, assess")
            .after_help(AFTER_HELP)
    }

    fn run(&self, ctx: &Context, arguments: &ArgMatches) -> Result<Exit, Failure> {
        let Arguments { database, once } = read(arguments)?;
        let address = platform::address(ctx, database.as_deref())?;
        let surroundings = surroundings(ctx, database)?;
        serve::start_log(ctx);
        platform::run(async {
            let store = platform::open(&address, Timestamp::now()).await?;
            let is_stopped = Arc::new(AtomicBool::new(false));
            let told = Arc::clone(&is_stopped);
            tokio::spawn(async move {
                serve::stopped().await;
                told.store(true, Ordering::Relaxed);
            });
            let done = jobs::work(&store, &name(), &surroundings, once, || {
                is_stopped.load(Ordering::Relaxed)
            })
            .await;
            let done = done.map_err(|error| platform::failed(&error))?;
            store.close().await;
            ctx.note(&format!(
                "{done} job{} taken",
                if done == 1 { "" } else { "s" }
            ));
            Ok(Exit::Clean)
        })
    }
}

/// What the processes of jobs are told.
pub(super) fn surroundings(
    ctx: &Context,
    database: Option<String>,
) -> Result<Surroundings, Failure> {
    Ok(Surroundings {
        home: ctx.home()?,
        database: database.or_else(|| ctx.environment.text("BARTIZAN_DATABASE").map(str::to_owned)),
        is_offline: ctx.settings.is_offline,
    })
}

/// The name of this worker among others: its process and when it began.
pub(super) fn name() -> String {
    format!(
        "{}-{}",
        std::process::id(),
        Timestamp::now().as_millisecond()
    )
}
