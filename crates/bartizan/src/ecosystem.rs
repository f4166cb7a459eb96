//! The profile of an ecosystem that is assessed: the one that Bartizan carries, or a file.

use std::path::{Path, PathBuf};

use bartizan_formats::{
    digest::Digest,
    profile::{self, MAX_BYTES, ProfileFile},
    tree::Tree,
};
use bartizan_model::profile::{Cohort, Project};
use bartizan_sources::disk::DiskTree;

use crate::{
    context::Context,
    error::{Failure, chain},
};

const EMBEDDED: &str = include_str!("../../../profiles/scientific-python/ecosystem.toml");

/// The name of the profile that Bartizan carries.
pub(crate) const EMBEDDED_NAME: &str = "scientific-python";

const HINT: &str = "name a TOML file that begins with a table `[ecosystem]`, or `scientific-python`, which Bartizan carries";

/// A profile with the digest of its file.
pub(crate) struct Ecosystem {
    pub(crate) file: ProfileFile,
    pub(crate) digest: Digest,
}

impl Ecosystem {
    /// Tells what is wrong in its file.
    pub(crate) fn warn(&self, ctx: &Context) {
        for problem in &self.file.problems {
            ctx.warn(
                &format!("profile: {}: {}", problem.subject, problem.message),
                "the rest of the profile is taken as it is",
            );
        }
    }

    /// The cohort of a name.
    pub(crate) fn cohort(&self, name: &str) -> Result<&Cohort, Failure> {
        let profile = &self.file.profile;
        let mut cohorts = profile.cohorts.iter();
        cohorts.find(|it| it.name == name).ok_or_else(|| {
            let known: Vec<&str> = profile.cohorts.iter().map(|it| it.name.as_str()).collect();
            let message = format!("the profile `{}` has no cohort `{name}`", profile.name);
            Failure::usage(message).hint(format!("it has: {}", known.join(", ")))
        })
    }

    /// The projects of a cohort, or all.
    pub(crate) fn projects(&self, cohort: Option<&str>) -> Result<Vec<&Project>, Failure> {
        let projects = self.file.profile.projects.iter();
        let Some(name) = cohort else {
            return Ok(projects.collect());
        };
        let members = &self.cohort(name)?.projects;
        Ok(projects.filter(|it| members.contains(&it.name)).collect())
    }
}

/// A directory of clones that was named, which must be there.
pub(crate) fn clones(named: Option<&Path>) -> Result<Option<PathBuf>, Failure> {
    match named {
        Some(path) if !path.is_dir() => Err(Failure::usage(format!(
            "`{}` is no directory",
            path.display()
        ))
        .hint("name a directory of clones, or leave the option out")),
        other => Ok(other.map(Path::to_owned)),
    }
}

/// The profile of a name that Bartizan carries, or in a file.
pub(crate) fn load(named: &str) -> Result<Ecosystem, Failure> {
    if named == EMBEDDED_NAME {
        return read(EMBEDDED_NAME, EMBEDDED.as_bytes()).map_err(Failure::internal);
    }
    let path = Path::new(named);
    let refused = |why: String| {
        Failure::usage(format!("cannot read the profile `{named}`: {why}")).hint(HINT)
    };
    let bytes = DiskTree.read(path, MAX_BYTES as u64);
    let bytes = bytes.map_err(|error| refused(error.to_string()))?;
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    // `ecosystem.toml` in a folder is named by its folder.
    let folder = path.parent().and_then(Path::file_name);
    let folder = folder.map(|folder| folder.to_string_lossy());
    let name = folder.filter(|_| name == "ecosystem").unwrap_or(name);
    read(&name, &bytes).map_err(refused)
}

fn read(name: &str, bytes: &[u8]) -> Result<Ecosystem, String> {
    let file = profile::read(name, bytes).map_err(|error| chain(&error))?;
    Ok(Ecosystem {
        file,
        digest: Digest::of(bytes),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_profile_that_is_carried_has_no_problem_and_speaks_of_measures_that_exist() {
        let ProfileFile {
            profile, problems, ..
        } = load(EMBEDDED_NAME).unwrap().file;
        assert_eq!(problems, []);
        let core = profile.cohorts.iter().find(|it| it.name == "core").unwrap();
        assert_eq!(core.projects.len(), 15);
        for project in &profile.projects {
            assert!(!project.repositories.is_empty(), "{}", project.name);
            let mut cohorts = profile.cohorts.iter();
            let is_member = cohorts.any(|it| it.projects.contains(&project.name));
            assert!(is_member, "{} is in no cohort", project.name);
        }
        // A milestone speaks of something that is measured, or says what it needs.
        for milestone in &profile.milestones {
            let is_measured = bartizan_assessment::measures::find(&milestone.measure).is_some();
            assert!(
                is_measured || !milestone.needs.is_empty(),
                "{}",
                milestone.name
            );
        }
    }

    #[test]
    fn what_is_no_profile_is_refused() {
        let refused = load("/nowhere/x.toml").err().unwrap();
        assert!(
            refused
                .message
                .starts_with("cannot read the profile `/nowhere/x.toml`")
        );
    }
}
