//! `bartizan worker`: a process that does what is scheduled.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
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

    #[command(flatten)]
    work: WorkArguments,
}

/// What the jobs of a worker assess.
#[derive(Debug, Args)]
pub(super) struct WorkArguments {
    /// The ecosystem that jobs assess: a profile that Bartizan carries, or a TOML file [default: scientific-python]
    #[arg(long, value_name = "PROFILE")]
    profile: Option<OsString>,

    /// Directory of clones that jobs read, in place of cloning
    #[arg(long, value_name = "DIR")]
    repositories: Option<PathBuf>,

    /// Directory of files of releases that jobs read, in place of the index
    #[arg(long, value_name = "DIR")]
    artifacts: Option<PathBuf>,
}

impl WorkArguments {
    /// As arguments of `assess`.
    fn of_assessment(&self) -> Vec<OsString> {
        let artifacts = self.artifacts.as_ref();
        let artifacts = artifacts.map(|folder| option("--artifacts=", folder));
        artifacts.into_iter().chain(self.of_survey()).collect()
    }

    /// As arguments of `access survey`.
    fn of_survey(&self) -> Vec<OsString> {
        let repositories = self.repositories.as_ref();
        let repositories = repositories.map(|folder| option("--repositories=", folder));
        repositories
            .into_iter()
            .chain(self.profile.clone())
            .collect()
    }
}

/// An option with its folder.
fn option(name: &str, folder: &Path) -> OsString {
    let mut argument = OsString::from(name);
    argument.push(folder);
    argument
}

const AFTER_HELP: &str = "\
Examples:
  bartizan worker --database postgres://bartizan@db/bartizan
  bartizan worker --once                  for a machine that has a scheduler of its own
  bartizan worker --profile ecosystem.toml --repositories clones

Jobs are those of the profile's schedules: advisories are fetched, access is surveyed, the ecosystem is assessed. A job belongs to one worker at a
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
        let Arguments {
            database,
            once,
            work,
        } = read(arguments)?;
        let address = platform::address(ctx, database.as_deref())?;
        let surroundings = surroundings(ctx, database, &work)?;
        serve::start_log(ctx);
        platform::run(async {
            let store = platform::open(&address, Timestamp::now()).await?;
            let is_stopped = Arc::new(AtomicBool::new(false));
            let told = Arc::clone(&is_stopped);
            tokio::spawn(async move {
                serve::stopped().await;
                told.store(true, Ordering::Relaxed);
            });
            let stop = || is_stopped.load(Ordering::Relaxed);
            let done = if once {
                let done = jobs::work(&store, &name(), &surroundings, true, stop).await;
                done.map_err(|error| platform::failed(&error))?
            } else {
                jobs::keep_working(&store, &name(), &surroundings, stop).await
            };
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
    work: &WorkArguments,
) -> Result<Surroundings, Failure> {
    Ok(Surroundings {
        assessment: work.of_assessment(),
        survey: work.of_survey(),
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
