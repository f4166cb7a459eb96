//! One project, from its sources to what is said of it.

mod environment;
mod exposure;
mod history;
mod releases;
mod vulnerabilities;

use bartizan_formats::profile::ProfileFile;
use bartizan_model::{
    Timestamp,
    assessment::{Evidence, Figure, ProjectAssessment},
    problem::Problem,
    profile::{Profile, Project},
};
use bartizan_sources::{database::Database, index::releases::IndexUniverse};
use bartizan_vulnerability::{hygiene::Popular, risk::Weights};

use crate::{
    access::{self, Surveys},
    artifact::Artifacts,
    bills::{Limits, Schemas},
    ledger::Keeper,
    people::Histories,
    repository::Repositories,
    standards::Standards,
};

pub(crate) use self::{environment::Releases, history::History};

/// The source that evidence about releases names.
const INDEX: &str = "package-index";

/// The source that evidence about vulnerabilities names.
const ADVISORIES: &str = "advisories";

/// The source that evidence about histories names.
const GIT: &str = "git";

/// The source that evidence about native code names.
const ARTIFACTS: &str = "artifacts";

/// What an assessment reads from.
pub struct Inputs<'a> {
    /// The ecosystem.
    pub profile: &'a Profile,
    /// Its file, which says who publishes.
    pub file: &'a ProfileFile,
    /// Advisories.
    pub database: &'a Database,
    /// Releases and their metadata.
    pub universe: &'a IndexUniverse<'a>,
    /// Files of releases.
    pub artifacts: &'a Artifacts<'a>,
    /// Source repositories.
    pub repositories: &'a Repositories,
    /// The histories of all projects.
    pub histories: &'a Histories<'a>,
    /// The numbers of surveys of access.
    pub surveys: &'a Surveys,
    /// The standards of the ecosystem.
    pub standards: &'a Standards,
    /// Where files of releases come from, and what of that is kept.
    pub keeper: &'a Keeper<'a>,
    /// What validates bills of materials.
    pub schemas: &'a Schemas,
    /// How far wheels are looked into for what their bills should say.
    pub bill_limits: Limits,
    /// How risk is weighed.
    pub weights: &'a Weights,
    /// The names that others imitate.
    pub popular: &'a Popular,
    /// The day and moment that ages are counted to.
    pub as_of: Timestamp,
}

impl Inputs<'_> {
    /// Evidence of what a source gave.
    pub(crate) fn evidence(
        &self,
        source: &str,
        snapshot: Option<&str>,
        locator: impl Into<String>,
    ) -> Evidence {
        Evidence {
            source: source.to_owned(),
            snapshot: snapshot.map(str::to_owned),
            locator: locator.into(),
            observed: self.as_of,
        }
    }

    /// Whole days from a moment to that of the assessment.
    fn days_since(&self, moment: Timestamp) -> i64 {
        (self.as_of.as_second() - moment.as_second()).div_euclid(86_400)
    }
}

/// Looks at one project. An error is a project of which nothing could be had; whatever else fails is a problem within.
pub fn assess(inputs: &Inputs<'_>, project: &Project) -> Result<ProjectAssessment, Problem> {
    let mut said = ProjectAssessment {
        project: project.name.clone(),
        ..ProjectAssessment::default()
    };
    let releases = Releases {
        universe: inputs.universe,
        artifacts: inputs.artifacts,
    };
    let published = releases::look(inputs, &releases, project, &mut said)?;
    let inventory = environment::look(inputs, &releases, &published, &mut said);
    vulnerabilities::add(inputs, &inventory, &mut said);
    history::add(inputs, project, &published, &mut said);
    let latest = published
        .iter()
        .filter_map(|it| Some((&it.package, it.latest.as_deref()?)));
    crate::ledger::told::add(inputs, project, &latest.collect(), &mut said);
    crate::standards::add(inputs, project, &mut said);
    crate::posture::add(inputs, project, &mut said);
    crate::people::add(inputs, project, &mut said);
    crate::review::told::add(inputs, project, &mut said);
    access::tell(inputs.surveys, project, inputs.as_of, &mut said);
    exposure::add(inputs, project, &published, &mut said);
    Ok(settled(said))
}

/// In one order, each row once: equal facts give equal rows.
fn settled(mut said: ProjectAssessment) -> ProjectAssessment {
    said.findings.sort_by(|a, b| {
        let key = |it: &bartizan_model::assessment::Finding| {
            (it.check.clone(), it.subject.clone(), it.key.clone())
        };
        key(a).cmp(&key(b))
    });
    said.findings
        .dedup_by(|a, b| a.check == b.check && a.subject == b.subject && a.key == b.key);
    said.figures
        .sort_by(|a: &Figure, b| a.measure.cmp(&b.measure));
    said.components.sort_by(|a, b| a.purl.cmp(&b.purl));
    said.components.dedup_by(|a, b| a.purl == b.purl);
    said.edges.sort();
    said.edges.dedup();
    said.documents
        .sort_by(|a, b| (&a.kind, &a.key).cmp(&(&b.kind, &b.key)));
    said.problems.sort();
    said.problems.dedup();
    said
}
