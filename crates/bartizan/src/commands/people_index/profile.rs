//! The repositories of an ecosystem's projects, as far as there are clones of them: nothing is fetched.

use std::path::{Path, PathBuf};

use bartizan_assessment::repository::Repositories;
use bartizan_model::{problem::Problem, profile::Project};
use bartizan_sources::home::Home;

use super::Arguments;
use crate::{
    context::Context,
    ecosystem::{self, EMBEDDED_NAME, Ecosystem},
    error::Failure,
};

/// What is read.
pub(super) struct Named {
    /// The name of the project, where a profile names it, and where its repository is.
    pub(super) repositories: Vec<(Option<String>, PathBuf)>,
    /// Projects without a clone.
    pub(super) problems: Vec<Problem>,
    /// Whether it is an ecosystem, of which is told what its projects have in common.
    pub(super) is_ecosystem: bool,
}

/// What the arguments name: repositories, or a profile with its projects.
pub(super) fn named(ctx: &Context, home: &Home, arguments: &Arguments) -> Result<Named, Failure> {
    let Some(profile) = profile(arguments)? else {
        let repositories = arguments.repositories.iter();
        return Ok(Named {
            repositories: repositories.map(|it| (None, it.clone())).collect(),
            problems: Vec::new(),
            is_ecosystem: false,
        });
    };
    profile.warn(ctx);
    let repositories = Repositories {
        directory: ecosystem::clones(arguments.clones.as_deref())?,
        mirrors: home.repositories(),
        is_offline: true,
        ..Repositories::default()
    };
    let mut named = Named {
        repositories: Vec::new(),
        problems: Vec::new(),
        is_ecosystem: true,
    };
    for project in profile.projects(arguments.cohort.as_deref())? {
        match place(&repositories, project) {
            Ok(place) => named.repositories.push((Some(project.name.clone()), place)),
            Err(why) => {
                let problem = Problem::new(project.name.clone(), why);
                let hint = "clone it into the directory that `--repositories` names";
                named.problems.push(problem.with_hint(hint));
            }
        }
    }
    Ok(named)
}

/// A profile is a file, or the one that Bartizan carries; a repository is a directory.
fn profile(arguments: &Arguments) -> Result<Option<Ecosystem>, Failure> {
    let named = arguments.repositories.as_slice();
    let is_profile =
        |path: &Path| path.is_file() || (path == Path::new(EMBEDDED_NAME) && !path.is_dir());
    match named {
        [one] if is_profile(one) => ecosystem::load(&one.to_string_lossy()).map(Some),
        _ if arguments.clones.is_some() || arguments.cohort.is_some() => Err(Failure::usage(
            "`--repositories` and `--cohort` go with one profile",
        )
        .hint("name a TOML file, or `scientific-python`, which Bartizan carries")),
        _ => Ok(None),
    }
}

/// The first repository of a project that is not only for its releases.
fn place(repositories: &Repositories, project: &Project) -> Result<PathBuf, String> {
    let mut all = project.repositories.iter();
    let main = all.find(|it| !it.is_release);
    let main = main.ok_or_else(|| "it has no repository".to_owned())?;
    let opened = repositories.open(&main.url, &project.name)?;
    Ok(opened.path().to_owned())
}
