//! The entries of a profile as its file writes them.

use std::collections::BTreeSet;

use bartizan_model::{
    ecosystem::{Ecosystem as PackageEcosystem, Package},
    profile::{Cohort, Interval, Milestone, Profile, Project, Repository, Schedule, Target},
};
use serde::Deserialize;

use super::{MOST_ENTRIES, MOST_PROJECTS, Reading, ReleaseBuild};

/// How many repositories, packages, names or targets one entry states.
const MOST_PARTS: usize = 200;

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct Ecosystem {
    pub(super) title: String,
    #[serde(default)]
    pub(super) summary: String,
    #[serde(default)]
    pub(super) standards: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct WrittenProject {
    name: String,
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    repositories: Vec<String>,
    #[serde(default)]
    release_repositories: Vec<String>,
    /// Where none is stated, the project publishes one package of its own name.
    #[serde(default)]
    packages: Option<Vec<String>>,
    #[serde(default)]
    conda: Vec<String>,
    #[serde(default)]
    teams: Option<String>,
    #[serde(default)]
    endorses_as: Option<String>,
    #[serde(default)]
    release_workflow: Option<String>,
    #[serde(default)]
    release_environment: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenCohort {
    name: String,
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    summary: String,
    #[serde(default)]
    stack: bool,
    #[serde(default)]
    projects: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenMilestone {
    name: String,
    title: String,
    measure: String,
    #[serde(default)]
    cohort: Option<String>,
    #[serde(default)]
    targets: Vec<WrittenTarget>,
    #[serde(default)]
    needs: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenTarget {
    value: f64,
    #[serde(default)]
    shown: Option<String>,
    by: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenSchedule {
    job: String,
    every: Every,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Every {
    Hourly,
    Daily,
    Weekly,
    Quarterly,
}

impl Reading {
    pub(super) fn projects(&mut self, profile: &mut Profile, table: &mut toml::Table) {
        let mut seen = BTreeSet::new();
        for written in self.all::<WrittenProject>(table, "project", MOST_PROJECTS) {
            if self.is_new("project", &written.name, &mut seen) {
                let project = self.project(written);
                profile.projects.push(project);
            }
        }
    }

    fn project(&mut self, written: WrittenProject) -> Project {
        let subject = format!("project {}", written.name);
        let build = ReleaseBuild {
            workflow: written.release_workflow,
            environment: written.release_environment,
        };
        if build != ReleaseBuild::default() {
            self.builds.insert(written.name.clone(), build);
        }
        let leading = written.repositories.into_iter().map(|url| (url, false));
        let release = written
            .release_repositories
            .into_iter()
            .map(|url| (url, true));
        let repositories = leading
            .chain(release)
            .take(MOST_PARTS)
            .filter(|(url, _)| self.is_address(&subject, url))
            .map(|(url, is_release)| Repository { url, is_release });
        let repositories = repositories.collect();
        let teams = written
            .teams
            .filter(|address| self.is_address(&subject, address));
        let packages = written
            .packages
            .unwrap_or_else(|| vec![written.name.clone()]);
        Project {
            title: written.title.unwrap_or_else(|| written.name.clone()),
            name: written.name,
            repositories,
            packages: packages
                .iter()
                .take(MOST_PARTS)
                .map(|it| package(it))
                .collect(),
            conda: written.conda.into_iter().take(MOST_PARTS).collect(),
            teams,
            endorses_as: written.endorses_as,
        }
    }

    pub(super) fn cohorts(&mut self, profile: &mut Profile, table: &mut toml::Table) {
        let names = profile.projects.iter().map(|project| project.name.clone());
        let names: BTreeSet<String> = names.collect();
        let mut seen = BTreeSet::new();
        for written in self.all::<WrittenCohort>(table, "cohort", MOST_ENTRIES) {
            if !self.is_new("cohort", &written.name, &mut seen) {
                continue;
            }
            let stated: BTreeSet<String> = written.projects.into_iter().collect();
            for name in stated.difference(&names) {
                let message = format!("`{name}` is no project of the profile");
                self.problem(&format!("cohort {}", written.name), message);
            }
            profile.cohorts.push(Cohort {
                title: written.title.unwrap_or_else(|| written.name.clone()),
                name: written.name,
                summary: written.summary,
                is_stack: written.stack,
                projects: stated.intersection(&names).cloned().collect(),
            });
        }
    }

    pub(super) fn milestones(&mut self, profile: &mut Profile, table: &mut toml::Table) {
        let mut seen = BTreeSet::new();
        for written in self.all::<WrittenMilestone>(table, "milestone", MOST_ENTRIES) {
            if !self.is_new("milestone", &written.name, &mut seen) {
                continue;
            }
            let subject = format!("milestone {}", written.name);
            let mut cohorts = profile.cohorts.iter();
            if let Some(cohort) = written
                .cohort
                .as_ref()
                .filter(|name| !cohorts.any(|it| it.name == **name))
            {
                let message = format!("`{cohort}` is no cohort of the profile; it is left out");
                self.problem(&subject, message);
                continue;
            }
            let (finite, wrong): (Vec<_>, Vec<_>) = written
                .targets
                .into_iter()
                .take(MOST_PARTS)
                .partition(|target| target.value.is_finite());
            if !wrong.is_empty() {
                self.problem(&subject, "a target is no number; it is left out");
            }
            let targets = finite.into_iter().map(|target| Target {
                value: target.value,
                shown: target.shown,
                by: target.by,
            });
            profile.milestones.push(Milestone {
                name: written.name,
                title: written.title,
                measure: written.measure,
                cohort: written.cohort,
                targets: targets.collect(),
                needs: written.needs,
            });
        }
    }

    pub(super) fn schedules(&mut self, profile: &mut Profile, table: &mut toml::Table) {
        for written in self.all::<WrittenSchedule>(table, "schedule", MOST_ENTRIES) {
            profile.schedules.push(Schedule {
                job: written.job,
                every: match written.every {
                    Every::Hourly => Interval::Hourly,
                    Every::Daily => Interval::Daily,
                    Every::Weekly => Interval::Weekly,
                    Every::Quarterly => Interval::Quarterly,
                },
            });
        }
    }
}

/// `numpy` is of the Python package index, `Julia/Example` of another ecosystem.
fn package(text: &str) -> Package {
    match text.split_once('/') {
        Some((ecosystem, name)) => Package::new(PackageEcosystem::new(ecosystem), name),
        None => Package::pypi(text),
    }
}
