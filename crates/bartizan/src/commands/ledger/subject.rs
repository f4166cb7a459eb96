//! What is looked at: packages with the repositories that should sign them.

use std::{path::Path, rc::Rc};

use bartizan_formats::profile::{ProfileFile, Publisher};
use bartizan_model::{
    ecosystem::{Ecosystem, Package},
    profile::Project,
};

use crate::{ecosystem, error::Failure};

/// A project with its packages; of one that no profile knows, the package alone.
pub(super) struct Subject {
    /// The project's name.
    pub(super) name: String,
    /// Its packages, or those of them that were named.
    pub(super) packages: Vec<Package>,
    /// Its repositories, the leading one first; those that releases are made from among them.
    pub(super) repositories: Vec<String>,
    /// The profile that has it.
    profile: Option<Rc<ProfileFile>>,
}

impl Subject {
    /// Who publishes a package, by the profile.
    pub(super) fn publishers(&self, package: &Package) -> Vec<Publisher<'_>> {
        let profile = self.profile.as_ref();
        profile.map_or_else(Vec::new, |it| it.publishers(package))
    }
}

/// What targets name, each package once.
pub(super) fn all(targets: &[String], cohort: Option<&str>) -> Result<Vec<Subject>, Failure> {
    let carried = Rc::new(ecosystem::load(ecosystem::EMBEDDED_NAME)?.file);
    let mut subjects: Vec<Subject> = Vec::new();
    let mut had_profile = false;
    for target in targets {
        if is_profile(target) {
            had_profile = true;
            let file = Rc::new(ecosystem::load(target)?.file);
            subjects.extend(of_profile(&file, cohort)?);
        } else {
            subjects.push(named(&carried, target));
        }
    }
    if cohort.is_some() && !had_profile {
        return Err(
            Failure::usage("`--cohort` chooses among the projects of a profile")
                .hint("name a profile, such as `scientific-python`"),
        );
    }
    let mut seen = Vec::new();
    for subject in &mut subjects {
        subject.packages.retain(|it| !seen.contains(it));
        seen.extend(subject.packages.iter().cloned());
    }
    subjects.retain(|it| !it.packages.is_empty());
    Ok(subjects)
}

fn is_profile(target: &str) -> bool {
    let path = Path::new(target);
    let is_toml = path.extension().is_some_and(|it| it == "toml");
    target == ecosystem::EMBEDDED_NAME || is_toml
}

fn of_profile(file: &Rc<ProfileFile>, cohort: Option<&str>) -> Result<Vec<Subject>, Failure> {
    let profile = &file.profile;
    let members = match cohort {
        None => None,
        Some(name) => {
            let mut cohorts = profile.cohorts.iter();
            let cohort = cohorts.find(|it| it.name == name).ok_or_else(|| {
                let known = profile.cohorts.iter().map(|it| it.name.as_str());
                let known: Vec<&str> = known.collect();
                Failure::usage(format!(
                    "the profile `{}` has no cohort `{name}`",
                    profile.name
                ))
                .hint(format!("it has: {}", known.join(", ")))
            })?;
            Some(&cohort.projects)
        }
    };
    let is_member = |it: &&Project| members.is_none_or(|members| members.contains(&it.name));
    Ok(profile
        .projects
        .iter()
        .filter(is_member)
        .map(|it| of_project(file, it, None))
        .collect())
}

/// A project of a profile, or a package of one, or a package that no profile knows.
fn named(file: &Rc<ProfileFile>, name: &str) -> Subject {
    let package = Package::pypi(name);
    let mut projects = file.profile.projects.iter();
    if let Some(project) = projects.clone().find(|it| it.name == name) {
        return of_project(file, project, None);
    }
    match projects.find(|it| it.packages.contains(&package)) {
        Some(project) => of_project(file, project, Some(&package)),
        None => Subject {
            name: package.name().to_owned(),
            packages: vec![package],
            repositories: Vec::new(),
            profile: None,
        },
    }
}

fn of_project(file: &Rc<ProfileFile>, project: &Project, only: Option<&Package>) -> Subject {
    let packages = project.packages.iter();
    let is_wanted =
        |it: &&Package| *it.ecosystem() == Ecosystem::pypi() && only.is_none_or(|only| only == *it);
    let repositories = project.repositories.iter();
    Subject {
        name: project.name.clone(),
        packages: packages.filter(is_wanted).cloned().collect(),
        repositories: repositories.map(|it| it.url.clone()).collect(),
        profile: Some(Rc::clone(file)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(targets: &[&str], cohort: Option<&str>) -> String {
        let targets: Vec<String> = targets.iter().map(|it| (*it).to_owned()).collect();
        match all(&targets, cohort) {
            Ok(subjects) => {
                let line = |it: &Subject| {
                    let packages: Vec<&str> = it.packages.iter().map(Package::name).collect();
                    format!("{} {packages:?} {:?}", it.name, it.repositories)
                };
                subjects.iter().map(line).collect::<Vec<_>>().join("\n")
            }
            Err(failure) => failure.message,
        }
    }

    #[test]
    fn packages_are_looked_up_in_the_profile() {
        insta::assert_snapshot!(check(&["Numpy", "mne", "unknown-package", "numpy"], None), @r#"
        numpy ["numpy"] ["https://github.com/numpy/numpy", "https://github.com/numpy/numpy-release"]
        mne-python ["mne"] ["https://github.com/mne-tools/mne-python"]
        unknown-package ["unknown-package"] []
        "#);
        let core = check(&["scientific-python"], Some("core"));
        assert_eq!(core.lines().count(), 15, "{core}");
        insta::assert_snapshot!(check(&["numpy"], Some("core")), @"`--cohort` chooses among the projects of a profile");
        insta::assert_snapshot!(check(&["scientific-python"], Some("x")), @"the profile `scientific-python` has no cohort `x`");
        assert!(check(&["nowhere.toml"], None).contains("cannot read the profile"));
    }
}
