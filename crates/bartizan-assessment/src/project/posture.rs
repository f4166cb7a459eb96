//! What a project's repositories show of the SPECs and of their continuous integration, at the commit that is here.
//!
//! Endorsed is what people state and is kept beside; declared and measured come from here. A repository that could not be read
//! is a problem, and nothing is said of it: what nobody looked at fails nothing and holds nowhere.

use bartizan_model::{
    assessment::{Document, Evidence, Figure, Outcome, ProjectAssessment},
    problem::Problem,
    profile::{Project, Repository},
};
use bartizan_posture::{
    adoption::{self, Adoption, Requirement},
    capabilities::{self, Holder},
    facts,
    report::{self, Answer, Looked, SOURCE},
};
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::Inputs;
use crate::{
    measures::{STANDARD_ADOPTED, STANDARD_DECLARED, STANDARD_REQUIREMENTS, figure},
    repository::Repositories,
};

/// How many jobs a document of capabilities lists.
const MOST_JOBS: usize = 500;

/// What is looked at of one repository.
#[derive(Debug, Clone)]
pub struct Sight {
    /// Its address.
    pub repository: String,
    /// The commit.
    pub commit: String,
    /// What every check says.
    pub answers: Vec<Answer>,
    /// How each SPEC stands.
    pub adoptions: Vec<Adoption>,
    /// Whether there is a README that could show badges.
    pub has_readme: bool,
    /// Which jobs hold what.
    pub holders: Vec<Holder>,
    /// What could not be read.
    pub problems: Vec<Problem>,
}

/// What the repositories of a project show.
#[derive(Debug, Clone)]
pub struct Sights {
    /// The leading repository.
    pub leading: Sight,
    /// The repository that releases are made from, where that is another one that is here.
    pub release: Option<Sight>,
    /// How each SPEC stands over both.
    pub adoptions: Vec<Adoption>,
    /// What could not be read at all.
    pub problems: Vec<Problem>,
}

/// Looks at the repositories of a project; an error where the leading one cannot be read.
pub fn look(
    repositories: &Repositories,
    project: &Project,
    as_of: bartizan_model::Timestamp,
) -> Result<Option<Sights>, Problem> {
    let today = as_of.to_zoned(TimeZone::UTC).date();
    let read = |repository: &Repository, elsewhere: Option<&str>| {
        let url = repository.url.as_str();
        let sight = repositories.read((url, &project.name), |tree| {
            let mut facts = facts::read(tree, today);
            if facts.policy.publishes_elsewhere.is_none() {
                facts.policy.publishes_elsewhere = elsewhere.map(str::to_owned);
            }
            let answers = report::answers(&facts);
            Sight {
                repository: url.to_owned(),
                commit: tree.commit().as_str().to_owned(),
                adoptions: adoption::adoptions(&facts, &answers),
                has_readme: facts.readme.is_some(),
                holders: capabilities::holders(&facts),
                problems: facts.problems,
                answers,
            }
        });
        sight.map_err(|why| Problem::new(url, why))
    };
    let Some(leading) = project.repositories.iter().find(|it| !it.is_release) else {
        return Ok(None);
    };
    let mut problems = Vec::new();
    let of_release = project.repositories.iter().find(|it| it.is_release);
    let release = of_release.and_then(|it| match read(it, None) {
        Ok(sight) => Some(sight),
        Err(problem) => {
            problems.push(problem);
            None
        }
    });
    // Where the other repository is not here, that releases are made from it is no answer: it stays unknown.
    let elsewhere = release.as_ref().map(|it| named(&it.repository));
    let leading = read(leading, elsewhere)?;
    let adoptions = match &release {
        Some(release) => {
            let name = named(&release.repository);
            adoption::over_both(leading.adoptions.clone(), name, &release.adoptions)
        }
        None => leading.adoptions.clone(),
    };
    Ok(Some(Sights {
        leading,
        release,
        adoptions,
        problems,
    }))
}

/// The owner and the name of a repository.
fn named(url: &str) -> &str {
    let bare = url.trim_end_matches('/').trim_end_matches(".git");
    let mut from = bare.rmatch_indices('/').map(|(place, _)| place);
    let start = from.nth(1).map_or(0, |place| place + 1);
    bare.get(start..).unwrap_or(bare)
}

/// Findings, figures and documents of what the repositories show.
pub(super) fn add(inputs: &Inputs<'_>, project: &Project, said: &mut ProjectAssessment) {
    let sights = match look(inputs.repositories, project, inputs.as_of) {
        Ok(Some(sights)) => sights,
        Ok(None) => return,
        Err(problem) => {
            said.problems.push(problem);
            return;
        }
    };
    said.problems.extend(sights.problems.iter().cloned());
    for sight in [Some(&sights.leading), sights.release.as_ref()] {
        let Some(sight) = sight else { continue };
        let looked = Looked {
            repository: &sight.repository,
            commit: Some(&sight.commit),
            observed: inputs.as_of,
        };
        said.findings
            .extend(report::findings(&sight.answers, looked));
        said.documents.push(Document {
            kind: "capabilities".to_owned(),
            key: sight.repository.clone(),
            json: capabilities_json(sight).to_string(),
            evidence: evidence(inputs, sight),
        });
        let told = |problem: &Problem| {
            Problem::new(
                format!("{} {}", sight.repository, problem.subject),
                problem.message.clone(),
            )
        };
        said.problems.extend(sight.problems.iter().map(told));
    }
    said.figures.extend(figures(inputs, &sights));
    said.documents.push(Document {
        kind: "adoption".to_owned(),
        key: String::new(),
        json: adoption_json(&sights).to_string(),
        evidence: evidence(inputs, &sights.leading),
    });
}

fn evidence(inputs: &Inputs<'_>, sight: &Sight) -> Evidence {
    inputs.evidence(SOURCE, Some(&sight.commit), &sight.repository)
}

/// Figures of the standards that are no drafts.
fn figures(inputs: &Inputs<'_>, sights: &Sights) -> Vec<Figure> {
    let is_draft = |id: &str| {
        let mut all = inputs.standards.all.iter();
        all.any(|standard| standard.is_draft && standard.id == id)
    };
    let mut evidence = vec![evidence(inputs, &sights.leading)];
    let of_release = sights.release.as_ref();
    let mut figures = Vec::new();
    for adoption in &sights.adoptions {
        let id = adoption.id();
        if is_draft(&id) {
            continue;
        }
        let named = |measure: &bartizan_model::assessment::Measure, value: f64, evidence: &[Evidence]| Figure {
            measure: format!("{}:{id}", measure.id),
            whole: Some(1.0),
            evidence: evidence.to_vec(),
            ..figure(measure, value)
        };
        if sights.leading.has_readme {
            let value = f64::from(u8::from(adoption.declared.is_some()));
            figures.push(named(&STANDARD_DECLARED, value, &evidence));
        }
        evidence.truncate(1);
        if let Some(release) = of_release.filter(|_| adoption.requirements.iter().any(|it| it.is_of_release)) {
            evidence.push(self::evidence(inputs, release));
        }
        match adoption.outcome() {
            Outcome::Pass => figures.push(named(&STANDARD_ADOPTED, 1.0, &evidence)),
            Outcome::Fail => figures.push(named(&STANDARD_ADOPTED, 0.0, &evidence)),
            Outcome::Unknown | Outcome::NotApplicable => {}
        }
        if adoption.applicable() > 0 {
            let count = |outcome| adoption.count(outcome) as f64;
            figures.push(Figure {
                whole: Some(adoption.applicable() as f64),
                shares: vec![
                    ("holds".to_owned(), count(Outcome::Pass)),
                    ("to mend".to_owned(), count(Outcome::Fail)),
                    ("unknown".to_owned(), count(Outcome::Unknown)),
                ],
                ..named(&STANDARD_REQUIREMENTS, count(Outcome::Pass), &evidence)
            });
        }
    }
    figures
}

fn adoption_json(sights: &Sights) -> Value {
    let standard = |it: &Adoption| {
        json!({
            "id": it.id(),
            "declared_at": it.declared.as_ref().map(ToString::to_string),
            "outcome": it.outcome().as_str(),
            "holds": it.count(Outcome::Pass),
            "applicable": it.applicable(),
            "requirements": it.requirements.iter().map(|it| requirement(sights, it)).collect::<Vec<_>>(),
        })
    };
    json!({
        "repository": sights.leading.repository,
        "commit": sights.leading.commit,
        "has_readme": sights.leading.has_readme,
        "standards": sights.adoptions.iter().map(standard).collect::<Vec<_>>(),
    })
}

fn requirement(sights: &Sights, it: &Requirement) -> Value {
    let release = sights.release.as_ref().filter(|_| it.is_of_release);
    let sight = release.unwrap_or(&sights.leading);
    json!({
        "requirement": it.check.spec,
        "check": it.check.id,
        "outcome": it.outcome.as_str(),
        "message": it.message,
        "statements": it.statements,
        "needs": it.needs,
        "at": it.place.as_ref().map(ToString::to_string),
        "repository": sight.repository,
        "commit": sight.commit,
    })
}

/// Who holds what. What starts a job is left out: beside what it holds, that would be a public list of where strangers begin.
fn capabilities_json(sight: &Sight) -> Value {
    let job = |it: &Holder| {
        json!({
            "workflow": it.workflow,
            "job": it.job,
            "line": it.line,
            "environment": it.environment,
            "capabilities": it.capabilities.iter().map(|it| json!({ "name": it.name, "line": it.line })).collect::<Vec<_>>(),
            "has_default_token": it.has_default_token,
        })
    };
    json!({
        "repository": sight.repository,
        "commit": sight.commit,
        "jobs": sight.holders.iter().take(MOST_JOBS).map(job).collect::<Vec<_>>(),
        "is_cut": sight.holders.len() > MOST_JOBS,
    })
}
