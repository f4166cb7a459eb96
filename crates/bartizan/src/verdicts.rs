//! Verdicts on the command line: what the commands about them have in common.
//!
//! They are kept in the platform's store, where its pages keep theirs: an entry has one verdict, whoever gave it where. The store
//! is no part of what is reviewed, since what a change brings along must not speak for the change.

use std::path::PathBuf;

use bartizan_model::Timestamp;
use bartizan_review::verdict::is_name;
use bartizan_sources::past::NamedRepository;
use bartizan_store::{Address, GivenVerdict, Store, StoreError};
use clap::Args;

use crate::{answering::Answering, context::Context, error::Failure, platform};

/// The store that verdicts are kept in.
#[derive(Debug, Args)]
pub(crate) struct StoreArguments {
    /// The store, that of `serve`: `sqlite:PATH` or `postgres://…` [env: `BARTIZAN_DATABASE`] [default: `ecosystem.sqlite` in
    /// Bartizan's directory]
    #[arg(long, value_name = "URL")]
    database: Option<String>,
}

/// Of what is asked, and how it is answered.
#[derive(Debug, Args)]
pub(crate) struct AskedArguments {
    /// Of this project only
    #[arg(long, value_name = "NAME")]
    project: Option<String>,

    #[command(flatten)]
    store: StoreArguments,

    #[command(flatten)]
    pub(crate) answering: Answering,
}

/// Which project is meant.
#[derive(Debug, Args)]
pub(crate) struct ProjectArguments {
    /// The project [default: the name of the repository]
    #[arg(long, value_name = "NAME")]
    project: Option<String>,

    /// The git repository whose name the project has
    #[arg(long, value_name = "DIR", default_value = ".")]
    repository: PathBuf,
}

impl ProjectArguments {
    /// The name of the project.
    pub(crate) fn name(&self) -> Result<String, Failure> {
        let name = match &self.project {
            Some(project) => project.clone(),
            None => NamedRepository::of(&self.repository).name,
        };
        if is_name(&name) {
            return Ok(name);
        }
        Err(
            Failure::usage(format!("`{}` is no name of a project", name.escape_debug()))
                .hint("name it with `--project`"),
        )
    }
}

impl AskedArguments {
    /// Asks the store about the project, or about all. One that is not there yet knows nothing, and is not made.
    pub(crate) fn ask<T: Default>(
        &self,
        ctx: &Context,
        ask: impl AsyncFnOnce(&Store, Option<&str>) -> Result<T, StoreError>,
    ) -> Result<T, Failure> {
        let address = platform::address(ctx, self.store.database.as_deref())?;
        if let Address::File(path) = &address
            && !path.exists()
        {
            return Ok(T::default());
        }
        platform::run(async {
            let store = platform::open(&address, Timestamp::now()).await?;
            let answer = ask(&store, self.project.as_deref()).await;
            store.close().await;
            answer.map_err(|error| platform::failed(&error))
        })
    }
}

/// Keeps a verdict. Whether it is new.
pub(crate) fn put(
    ctx: &Context,
    arguments: &StoreArguments,
    given: &GivenVerdict,
) -> Result<bool, Failure> {
    let address = platform::address(ctx, arguments.database.as_deref())?;
    platform::run(async {
        let store = platform::open(&address, Timestamp::now()).await?;
        let put = store.put_verdict(given).await;
        store.close().await;
        put.map_err(|error| platform::failed(&error))
    })
}
