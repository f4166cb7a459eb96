//! How a profile is kept.

use bartizan_model::{
    ecosystem::{Ecosystem, Package},
    profile::{Cohort, Interval, Milestone, Profile, Project, Repository, Schedule, Target},
};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct RepositoryRecord {
    url: String,
    #[serde(default)]
    is_release: bool,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct ProjectRecord {
    #[serde(default)]
    repositories: Vec<RepositoryRecord>,
    #[serde(default)]
    packages: Vec<(String, String)>,
    #[serde(default)]
    conda: Vec<String>,
    #[serde(default)]
    teams: Option<String>,
    #[serde(default)]
    endorses_as: Option<String>,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct CohortRecord {
    title: String,
    summary: String,
    is_stack: bool,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct MilestoneRecord {
    title: String,
    measure: String,
    #[serde(default)]
    cohort: Option<String>,
    #[serde(default)]
    targets: Vec<TargetRecord>,
    #[serde(default)]
    needs: String,
}

#[derive(Serialize, Deserialize)]
struct TargetRecord {
    value: f64,
    #[serde(default)]
    shown: Option<String>,
    by: String,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct ProfileRecord {
    title: String,
    summary: String,
    #[serde(default)]
    standards: Option<RepositoryRecord>,
    #[serde(default)]
    schedules: Vec<(String, String)>,
}

impl From<&Repository> for RepositoryRecord {
    fn from(repository: &Repository) -> Self {
        Self {
            url: repository.url.clone(),
            is_release: repository.is_release,
        }
    }
}

impl From<RepositoryRecord> for Repository {
    fn from(record: RepositoryRecord) -> Self {
        Self {
            url: record.url,
            is_release: record.is_release,
        }
    }
}

impl From<&Project> for ProjectRecord {
    fn from(project: &Project) -> Self {
        let packages = project.packages.iter();
        Self {
            repositories: project.repositories.iter().map(Into::into).collect(),
            packages: packages
                .map(|package| {
                    let ecosystem = package.ecosystem().as_str();
                    (ecosystem.to_owned(), package.name().to_owned())
                })
                .collect(),
            conda: project.conda.clone(),
            teams: project.teams.clone(),
            endorses_as: project.endorses_as.clone(),
        }
    }
}

impl ProjectRecord {
    pub(crate) fn project(self, name: String, title: String) -> Project {
        let packages = self.packages.into_iter();
        Project {
            name,
            title,
            repositories: self.repositories.into_iter().map(Into::into).collect(),
            packages: packages
                .map(|(ecosystem, name)| Package::new(Ecosystem::new(ecosystem), &name))
                .collect(),
            conda: self.conda,
            teams: self.teams,
            endorses_as: self.endorses_as,
        }
    }
}

impl From<&Cohort> for CohortRecord {
    fn from(cohort: &Cohort) -> Self {
        Self {
            title: cohort.title.clone(),
            summary: cohort.summary.clone(),
            is_stack: cohort.is_stack,
        }
    }
}

impl CohortRecord {
    pub(crate) fn cohort(self, name: String, projects: Vec<String>) -> Cohort {
        Cohort {
            name,
            title: self.title,
            summary: self.summary,
            is_stack: self.is_stack,
            projects,
        }
    }
}

impl From<&Milestone> for MilestoneRecord {
    fn from(milestone: &Milestone) -> Self {
        let finite = milestone
            .targets
            .iter()
            .filter(|target| target.value.is_finite());
        Self {
            title: milestone.title.clone(),
            measure: milestone.measure.clone(),
            cohort: milestone.cohort.clone(),
            targets: finite
                .map(|target| TargetRecord {
                    value: target.value,
                    shown: target.shown.clone(),
                    by: target.by.clone(),
                })
                .collect(),
            needs: milestone.needs.clone(),
        }
    }
}

impl MilestoneRecord {
    pub(crate) fn milestone(self, name: String) -> Milestone {
        let targets = self.targets.into_iter();
        Milestone {
            name,
            title: self.title,
            measure: self.measure,
            cohort: self.cohort,
            targets: targets
                .map(|target| Target {
                    value: target.value,
                    shown: target.shown,
                    by: target.by,
                })
                .collect(),
            needs: self.needs,
        }
    }
}

impl From<&Profile> for ProfileRecord {
    fn from(profile: &Profile) -> Self {
        let schedules = profile.schedules.iter();
        Self {
            title: profile.title.clone(),
            summary: profile.summary.clone(),
            standards: profile.standards.as_ref().map(Into::into),
            schedules: schedules
                .map(|schedule| {
                    (
                        schedule.job.clone(),
                        interval_word(schedule.every).to_owned(),
                    )
                })
                .collect(),
        }
    }
}

impl ProfileRecord {
    /// The profile without its projects, cohorts and milestones.
    pub(crate) fn profile(self, name: String) -> Profile {
        let schedules = self.schedules.into_iter();
        Profile {
            name,
            title: self.title,
            summary: self.summary,
            schedules: schedules
                .filter_map(|(job, every)| {
                    let every = interval_of(&every)?;
                    Some(Schedule { job, every })
                })
                .collect(),
            standards: self.standards.map(Into::into),
            ..Profile::default()
        }
    }
}

/// The stable word of an interval.
pub(crate) fn interval_word(interval: Interval) -> &'static str {
    match interval {
        Interval::Hourly => "hourly",
        Interval::Daily => "daily",
        Interval::Weekly => "weekly",
        Interval::Quarterly => "quarterly",
    }
}

/// The interval of a word.
pub(crate) fn interval_of(word: &str) -> Option<Interval> {
    [
        Interval::Hourly,
        Interval::Daily,
        Interval::Weekly,
        Interval::Quarterly,
    ]
    .into_iter()
    .find(|interval| interval_word(*interval) == word)
}
