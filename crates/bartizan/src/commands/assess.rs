//! `bartizan assess`: a whole ecosystem, project by project, into a store.

mod human;
mod json;

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

use bartizan_assessment::{
    run::{Outcome, RunError, Watcher},
    sources::{self, Sources},
};
use bartizan_model::{
    environment::{MarkerEnvironment, Platform},
    problem::Problem,
};
use bartizan_provenance::Instance;
use bartizan_server::{
    context::Context as PageContext,
    site::{self, Written},
};
use bartizan_sources::{database::Database, disk, home::Home, http::Address};
use bartizan_store::{Address as StoreAddress, Store, Viewer};
use bartizan_vulnerability::hygiene::Popular;
use clap::{ArgMatches, Args, ValueEnum};

use super::{Command, read};
use crate::{
    arguments::{self, AnswerArguments},
    context::Context,
    database::{self, Opened},
    ecosystem::{self, Ecosystem},
    error::{Failure, chain},
    exit::Exit,
    indexes, output, platform, profile,
    progress::Line,
    provenance::{RootInUse, identities, trust::InstanceChoice},
    report::DatabaseFacts,
};

pub(super) static COMMAND: Assess = Assess;

pub(super) struct Assess;

/// The version of Python that latest releases are looked at for, where nothing names one: the oldest that the newest
/// releases of most projects still support would hide what is new, the newest of all has no wheels for months.
const PYTHON: &str = "3.13";

#[derive(Debug, Args)]
struct Arguments {
    /// The ecosystem: a profile that Bartizan carries, or a TOML file
    #[arg(value_name = "PROFILE", default_value = ecosystem::EMBEDDED_NAME)]
    profile: String,

    /// Directory of clones, each named as its repository or its project, in place of cloning
    #[arg(long, value_name = "DIR")]
    repositories: Option<PathBuf>,

    /// Directory of files of releases (wheels, source distributions), in place of reading them from the index
    #[arg(long, value_name = "DIR")]
    artifacts: Option<PathBuf>,

    /// Look at these projects only
    #[arg(long, value_name = "NAME", num_args = 1..)]
    project: Vec<String>,

    /// Look at the projects of this cohort only
    #[arg(long, value_name = "NAME", conflicts_with = "project")]
    cohort: Option<String>,

    /// The store that it is written into: `sqlite:PATH` or `postgres://USER@HOST/DATABASE` [env: `BARTIZAN_DATABASE`] [default: `ecosystem.sqlite` in Bartizan's directory]
    #[arg(long, value_name = "URL")]
    database: Option<String>,

    /// Write the dashboard as files into this directory, for any web host
    #[arg(long, value_name = "DIR")]
    site: Option<PathBuf>,

    /// Version of Python that the latest releases are looked at for [default: 3.13]
    #[arg(long, value_name = "VERSION", value_parser = arguments::python)]
    python: Option<String>,

    /// Platform that the latest releases are looked at for: linux, macos, windows, linux-aarch64 … [default: linux]
    #[arg(long, value_name = "PLATFORM")]
    platform: Option<String>,

    #[command(flatten)]
    answer: AnswerArguments<Format>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people at a terminal
    Human,
    /// For programs; see `bartizan schema assess`
    Json,
}

const AFTER_HELP: &str = "\
Examples:
  bartizan assess                                     Scientific Python, into the store of Bartizan's directory
  bartizan assess --cohort core --database sqlite:core.sqlite
  bartizan assess ecosystem.toml --offline --repositories clones --artifacts wheels --site public
  bartizan assess --project numpy scipy --format json

An assessment that was interrupted goes on where it was, as long as advisories, profile, options and day are the same.
What is found is told by what `bartizan serve` shows, not by the exit code.

Exit codes: 0 every project was looked at, 2 wrong use, 3 no project, 4 advisories are missing or too old, or of a project
nothing could be had.";

impl Command for Assess {
    fn path(&self) -> &'static [&'static str] {
        &["assess"]
    }

    fn arguments(&self) -> clap::Command {
        Arguments::augment_args(clap::Command::new("assess"))
            .about("Assess an ecosystem, project by project, into a store")
            .after_help(AFTER_HELP)
    }

    fn run(&self, ctx: &Context, arguments: &ArgMatches) -> Result<Exit, Failure> {
        let arguments: Arguments = read(arguments)?;
        let ecosystem = ecosystem::load(&arguments.profile)?;
        ecosystem.warn(ctx);
        let tolerance = ctx.tolerance(&arguments.answer.freshness);
        let Opened { database, facts } = database::open(ctx, tolerance)?;
        let database = Arc::new(database);
        let home = Home::new(ctx.home()?);
        let only = only(&arguments, &ecosystem)?;
        let sources = Sources {
            profile: &ecosystem.file.profile,
            file: &ecosystem.file,
            profile_digest: ecosystem.digest,
            home: &home,
            database: &database,
            indexes: indexes(ctx)?,
            repositories: existing(arguments.repositories.as_ref())?,
            artifacts: existing(arguments.artifacts.as_ref())?,
            is_offline: ctx.settings.is_offline,
            environment: environment(ctx, &arguments)?,
            root: RootInUse::in_force(ctx, None, &public(), tolerance.now)?.root,
            identities: identities::read(ctx, None)?.1,
            weights: profile::load(ctx.settings.profile.as_deref())?.weights,
            popular: Popular::embedded(),
            only,
            as_of: tolerance.now,
        };
        let address = platform::address(ctx, arguments.database.as_deref())?;
        let folder = arguments.site.as_deref();
        let wanted = folder.map(|folder| (folder, Arc::clone(&database)));
        let (outcome, problems, site) = platform::run(assess(ctx, &sources, &address, wanted))?;
        let summary = Summary {
            ecosystem: &ecosystem,
            outcome: &outcome,
            problems: &problems,
            database: &facts,
            store: address.to_string(),
            site: folder.zip(site),
        };
        let file = arguments.answer.output.as_deref();
        let text = match arguments.answer.format {
            Format::Json => json::text(&summary)?,
            Format::Human => human::text(ctx.terminal(file), ctx.is_verbose, &summary),
        };
        output::write(&text, file)?;
        database::warn_when_stale(ctx, &facts);
        Ok(summary.exit())
    }
}

/// What there is to say of an assessment.
struct Summary<'a> {
    ecosystem: &'a Ecosystem,
    outcome: &'a Outcome,
    /// What could not be had of the standards.
    problems: &'a [Problem],
    database: &'a DatabaseFacts,
    /// The address of the store, without secrets.
    store: String,
    /// The site that was written, and how large it is.
    site: Option<(&'a Path, Written)>,
}

impl Summary<'_> {
    fn exit(&self) -> Exit {
        if !self.outcome.failed.is_empty() || !self.database.freshness.is_accepted() {
            return Exit::Data;
        }
        if self.outcome.done.is_empty() && self.outcome.done_before == 0 {
            return Exit::NothingToLookAt;
        }
        Exit::Clean
    }
}

/// The assessment, and where one is wanted the site, of the same store.
async fn assess(
    ctx: &Context,
    sources: &Sources<'_>,
    address: &StoreAddress,
    wanted: Option<(&Path, Arc<Database>)>,
) -> Result<(Outcome, Vec<Problem>, Option<Written>), Failure> {
    let progress = Progress(Mutex::new(Line::new(ctx)));
    let store = platform::open(address, sources.as_of).await?;
    let assessed = sources::assess(sources, &store, &progress).await;
    let (outcome, problems) = assessed.map_err(|error| match &error {
        RunError::Store(cause) => platform::failed(cause),
        RunError::NoProject { .. } => {
            Failure::usage(chain(&error)).hint("`bartizan assess --help` says what a profile is")
        }
    })?;
    drop(progress);
    let site = match wanted {
        Some((folder, database)) => Some(write_site(sources, &store, folder, database).await?),
        None => None,
    };
    store.close().await;
    Ok((outcome, problems, site))
}

async fn write_site(
    sources: &Sources<'_>,
    store: &Store,
    folder: &Path,
    database: Arc<Database>,
) -> Result<Written, Failure> {
    let context = PageContext {
        store: store.clone(),
        viewer: Viewer::Public,
        database: Some(database),
        now: sources.as_of,
        catalogues: platform::catalogues(None),
        desk: None,
    };
    let written = site::write_site(&context, folder).await;
    written.map_err(|error| Failure::data(chain(&error)).hint(error.hint()))
}

/// A line on a terminal.
struct Progress(Mutex<Line>);

impl Watcher for Progress {
    fn step(&self, project: &str, done: usize, of: usize) {
        let mut line = self
            .0
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        line.assessing(project, done as u64, of as u64);
    }
}

fn only(arguments: &Arguments, ecosystem: &Ecosystem) -> Result<Vec<String>, Failure> {
    match &arguments.cohort {
        Some(name) => Ok(ecosystem.cohort(name)?.projects.clone()),
        None => Ok(arguments.project.clone()),
    }
}

/// The indexes; without a network those that answered before, as far as the configuration tells them.
fn indexes(ctx: &Context) -> Result<Vec<Address>, Failure> {
    match indexes::configured(&ctx.environment) {
        Ok(indexes) => Ok(indexes),
        Err(_) if ctx.settings.is_offline => Ok(Vec::new()),
        Err(failure) => Err(failure),
    }
}

/// The instance whose root of trust is believed.
fn public() -> InstanceChoice {
    InstanceChoice::Known(Instance::PublicGood)
}

fn existing(directory: Option<&PathBuf>) -> Result<Option<PathBuf>, Failure> {
    match directory {
        Some(path) if !path.is_dir() => Err(Failure::usage(format!(
            "`{}` is no directory",
            path.display()
        ))
        .hint("name a directory that is there, or leave the option out")),
        other => Ok(other.cloned()),
    }
}

fn environment(ctx: &Context, arguments: &Arguments) -> Result<MarkerEnvironment, Failure> {
    let settings = &ctx.settings;
    let python = arguments.python.as_ref().or(settings.python.as_ref());
    let named = arguments.platform.as_ref().or(settings.platform.as_ref());
    let named = named.map_or("linux", String::as_str);
    let platform = match named {
        "host" => Some(disk::host_platform()),
        named => Platform::parse(named),
    };
    let platform = platform.ok_or_else(|| {
        Failure::usage(format!(
            "an ecosystem is assessed for one platform, not for `{named}`"
        ))
        .hint("name one: `--platform linux`")
    })?;
    let python = python.map_or(PYTHON, String::as_str);
    Ok(MarkerEnvironment::cpython(python, &platform))
}
