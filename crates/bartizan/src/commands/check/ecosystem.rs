//! `bartizan check --profile`: which SPECs the projects of an ecosystem endorse, declare, and were measured to meet.

mod human;
mod json;
mod markdown;

use std::path::{Path, PathBuf};

use bartizan_assessment::{
    matrix::{Facts, Line, lines},
    repository::Repositories,
    sources::standards,
    standards::Standards,
};
use bartizan_model::{Timestamp, assessment::Outcome};
use bartizan_posture::{adoption::Adoption, checks};
use bartizan_sources::home::Home;
use clap::Args;

use super::Format;
use crate::{
    context::Context,
    ecosystem::{self, Ecosystem},
    error::Failure,
    exit::Exit,
    output,
};

#[derive(Debug, Args)]
pub(super) struct EcosystemArguments {
    /// Look at every project of an ecosystem in place of one checkout: a profile that Bartizan carries, or a TOML file
    #[arg(long, value_name = "PROFILE", conflicts_with = "directory")]
    pub(super) profile: Option<String>,

    /// Directory of clones, each named as its repository or its project, in place of cloning
    #[arg(long, value_name = "DIR", requires = "profile")]
    pub(super) repositories: Option<PathBuf>,

    /// Look at the projects of this cohort only
    #[arg(long, value_name = "NAME", requires = "profile")]
    pub(super) cohort: Option<String>,
}

/// What is told of an ecosystem.
pub(super) struct Matrix<'a> {
    /// The ecosystem.
    ecosystem: &'a Ecosystem,
    /// Its standards.
    standards: &'a Standards,
    /// The ids of the SPECs, in the order of their numbers.
    ids: Vec<String>,
    /// What is known of each project.
    lines: Vec<Line<'a>>,
    /// The moment that counts as now.
    now: Timestamp,
}

pub(super) fn run(
    ctx: &Context,
    named: &str,
    arguments: &EcosystemArguments,
    (format, file, now): (Format, Option<&Path>, Timestamp),
) -> Result<Exit, Failure> {
    let ecosystem = ecosystem::load(named)?;
    ecosystem.warn(ctx);
    let profile = &ecosystem.file.profile;
    let repositories = Repositories {
        // A directory of clones is all that is looked at: whoever names one wants no network.
        directory: ecosystem::clones(arguments.repositories.as_deref())?,
        mirrors: Home::new(ctx.home()?).repositories(),
        is_offline: ctx.settings.is_offline || arguments.repositories.is_some(),
        ..Repositories::default()
    };
    let standards = standards(profile, &repositories);
    let projects = ecosystem.projects(arguments.cohort.as_deref())?;
    let matrix = Matrix {
        ids: ids(&standards),
        lines: lines(&repositories, &projects, now),
        ecosystem: &ecosystem,
        standards: &standards,
        now,
    };
    let text = match format {
        Format::Human => human::text(ctx.terminal(file), ctx.is_verbose, &matrix),
        Format::Json => json::text(&matrix)?,
        Format::Markdown => markdown::text(&matrix),
        Format::Sarif | Format::Github => {
            return Err(Failure::usage("`--profile` has no such format")
                .hint("it is written as human, json or markdown"));
        }
    };
    output::write(&text, file)?;
    Ok(matrix.exit())
}

/// The SPECs that have a page or a check.
fn ids(standards: &Standards) -> Vec<String> {
    let number = |id: &str| id.rsplit('-').next().and_then(|it| it.parse::<u32>().ok());
    let of_pages = standards.all.iter().map(|it| it.id.clone());
    let of_checks = checks::ALL.iter().filter_map(|check| check.standard());
    let mut ids: Vec<String> = of_pages.chain(of_checks).collect();
    ids.sort_by_key(|id| (number(id), id.clone()));
    ids.dedup();
    ids
}

impl Matrix<'_> {
    fn facts<'l>(&self, line: &'l Line<'_>, id: &str) -> Facts<'l> {
        line.facts(self.standards, id)
    }

    fn is_draft(&self, id: &str) -> bool {
        let page = self.standards.all.iter().find(|it| it.id == id);
        let known = self
            .lines
            .iter()
            .find_map(|line| self.facts(line, id).measured);
        page.map_or_else(|| known.is_some_and(Adoption::is_draft), |it| it.is_draft)
    }

    /// The SPECs that are no drafts.
    fn accepted(&self) -> Vec<&str> {
        let ids = self.ids.iter().map(String::as_str);
        ids.filter(|id| !self.is_draft(id)).collect()
    }

    fn seen(&self) -> usize {
        self.lines.iter().filter(|it| it.seen().is_some()).count()
    }

    /// Why a project could not be looked at, for those of which that is so.
    fn unseen(&self) -> Vec<(&str, &str)> {
        let unseen = self.lines.iter().filter_map(|line| {
            let why = not_looked_at(line)?;
            Some((line.project.name.as_str(), why))
        });
        unseen.collect()
    }

    /// What could not be read is unknown, and never clean.
    fn exit(&self) -> Exit {
        if self.seen() == 0 {
            return Exit::NothingToLookAt;
        }
        if self.seen() < self.lines.len() || self.standards.commit.is_none() {
            return Exit::Data;
        }
        Exit::Clean
    }
}

/// Why nothing was measured of a project.
fn not_looked_at<'l>(line: &'l Line<'_>) -> Option<&'l str> {
    match &line.sights {
        Ok(Some(_)) => None,
        Ok(None) => Some("the profile names no repository of it"),
        Err(problem) => Some(&problem.message),
    }
}

/// What was measured, in a few characters: `met`, `9/15`, `9/15?` where the rest is not known, `n/a`, `?`.
fn measured(adoption: Option<&Adoption>) -> String {
    let Some(it) = adoption else {
        return "?".to_owned();
    };
    let count = format!("{}/{}", it.count(Outcome::Pass), it.applicable());
    match it.outcome() {
        Outcome::Pass => "met".to_owned(),
        Outcome::Fail => count,
        Outcome::Unknown => format!("{count}?"),
        Outcome::NotApplicable => "n/a".to_owned(),
    }
}

/// `spec-8` as people write it.
fn number(id: &str) -> String {
    id.replace('-', " ").to_uppercase()
}
