//! An ecosystem as its profile states it: projects, cohorts, milestones, schedules. Data; no project's name stands in code.

use crate::ecosystem::Package;

/// An ecosystem.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Profile {
    /// Its id: the name of its file without the ending.
    pub name: String,
    /// Its name for people.
    pub title: String,
    /// One sentence about it.
    pub summary: String,
    /// Its projects, by name.
    pub projects: Vec<Project>,
    /// Named sets of projects, in the order in which they are shown.
    pub cohorts: Vec<Cohort>,
    /// What it wants to reach, in the order in which it is shown.
    pub milestones: Vec<Milestone>,
    /// What runs by itself, and how often.
    pub schedules: Vec<Schedule>,
    /// The repository of the ecosystem's standards, where it has one.
    pub standards: Option<Repository>,
}

/// A project.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Project {
    /// Its id: lower case, digits and `-`.
    pub name: String,
    /// Its name for people.
    pub title: String,
    /// Its source repositories, the leading one first.
    pub repositories: Vec<Repository>,
    /// What it publishes, the leading one first.
    pub packages: Vec<Package>,
    /// Its names among conda packages.
    pub conda: Vec<String>,
    /// The page that lists its teams.
    pub teams: Option<String>,
    /// How it is named in the standards' lists of endorsements, where that differs from `name`.
    pub endorses_as: Option<String>,
}

/// A source repository.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Repository {
    /// Where it is cloned from.
    pub url: String,
    /// Whether releases are made there, and not from the leading repository.
    pub is_release: bool,
}

/// A named set of projects.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cohort {
    /// Its id.
    pub name: String,
    /// Its name for people.
    pub title: String,
    /// What makes a project a member.
    pub summary: String,
    /// Whether it is a stack of a scientific domain, with a page of its own.
    pub is_stack: bool,
    /// The names of its projects, sorted.
    pub projects: Vec<String>,
}

/// A goal: a figure over a cohort that should reach a target.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Milestone {
    /// Its id.
    pub name: String,
    /// What it is, for people.
    pub title: String,
    /// The measure whose figure it speaks of.
    pub measure: String,
    /// The cohort it speaks of; `None` for every project.
    pub cohort: Option<String>,
    /// What should be reached, and when, the earliest first.
    pub targets: Vec<Target>,
    /// What is needed to measure it where nothing measures it yet.
    pub needs: String,
}

/// A target of a milestone.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Target {
    /// The value to reach.
    pub value: f64,
    /// How it is written for people (`all`, `−70 %`), where the number alone does not say it.
    pub shown: Option<String>,
    /// When, in words (`first year`).
    pub by: String,
}

/// Something that runs by itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Schedule {
    /// The job.
    pub job: String,
    /// How often.
    pub every: Interval,
}

/// How often something runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, PartialOrd, Ord, Hash)]
pub enum Interval {
    /// Every hour.
    Hourly,
    /// Every day.
    #[default]
    Daily,
    /// Every week.
    Weekly,
    /// Every quarter of a year, on its first day.
    Quarterly,
}
