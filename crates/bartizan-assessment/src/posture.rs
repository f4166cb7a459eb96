//! What a project's repositories show of the SPECs and of their continuous integration, at the commit that is here.
//!
//! Endorsed is what people state and is kept beside; declared and measured come from here. A repository that could not be read
//! is a problem, and nothing is said of it: what nobody looked at fails nothing and holds nowhere.

use bartizan_formats::tree::Tree;
use bartizan_model::{
    Timestamp,
    assessment::{Document, Evidence, Figure, Measure, Outcome, ProjectAssessment},
    problem::Problem,
    profile::{Project, Repository},
};
use bartizan_posture::{
    adoption::{self, Adoption, Requirement},
    capabilities::{self, Holder},
    checks, facts,
    report::{self, Answer, Looked, SOURCE},
};
use jiff::{civil::Date, tz::TimeZone};
use serde_json::{Value, json};

use crate::{
    measures::{STANDARD_ADOPTED, STANDARD_DECLARED, STANDARD_REQUIREMENTS, figure},
    project::Inputs,
    repository::Repositories,
};

/// The kind of the document that says how each SPEC stands.
const ADOPTION: &str = "adoption";

/// The kind of the documents that say which jobs hold what.
const CAPABILITIES: &str = "capabilities";

/// How many jobs a document of capabilities lists.
const MOST_JOBS: usize = 500;

/// How many rights and secrets of one job it lists.
const MOST_RIGHTS: usize = 100;

/// The longest name in it.
const LONGEST_NAME: usize = 200;

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

impl Sight {
    /// What the files of a repository at a commit show. `elsewhere` is the repository that releases are made from, where the
    /// profile knows of one and the repository itself names none.
    pub fn of(
        tree: &dyn Tree,
        (repository, commit): (&str, &str),
        elsewhere: Option<&str>,
        today: Date,
    ) -> Self {
        let mut facts = facts::read(tree, today);
        if facts.policy.publishes_elsewhere.is_none() {
            facts.policy.publishes_elsewhere = elsewhere.map(str::to_owned);
        }
        let answers = report::answers(&facts);
        Self {
            repository: repository.to_owned(),
            commit: commit.to_owned(),
            adoptions: adoption::adoptions(&facts, &answers),
            has_readme: facts.readme.is_some(),
            holders: capabilities::holders(&facts),
            problems: facts.problems,
            answers,
        }
    }
}

impl Sights {
    /// What the leading repository and that of the releases show together.
    pub fn new(leading: Sight, release: Option<Sight>, problems: Vec<Problem>) -> Self {
        let adoptions = match &release {
            Some(release) => {
                let name = named(&release.repository);
                adoption::over_both(leading.adoptions.clone(), name, &release.adoptions)
            }
            None => leading.adoptions.clone(),
        };
        Self {
            leading,
            release,
            adoptions,
            problems,
        }
    }

    /// The sight that a requirement was measured in.
    pub fn of_requirement(&self, requirement: &Requirement) -> &Sight {
        let release = self.release.as_ref().filter(|_| requirement.is_of_release);
        release.unwrap_or(&self.leading)
    }
}

/// Looks at the repositories of a project; nothing where it has none, an error where the leading one cannot be read.
pub fn look(
    repositories: &Repositories,
    project: &Project,
    as_of: Timestamp,
) -> Result<Option<Sights>, Problem> {
    let today = as_of.to_zoned(TimeZone::UTC).date();
    let read = |repository: &Repository, elsewhere: Option<&str>| {
        let url = repository.url.as_str();
        let alias = alias(project, repository);
        let sight = repositories.read((url, &alias), |tree| {
            Sight::of(tree, (url, tree.commit().as_str()), elsewhere, today)
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
    Ok(Some(Sights::new(leading, release, problems)))
}

/// Another name that the clone of a repository may have. That of a project is its leading repository's alone.
fn alias(project: &Project, repository: &Repository) -> String {
    if repository.is_release {
        format!("{}-release", project.name)
    } else {
        project.name.clone()
    }
}

/// The owner and the name of a repository.
fn named(url: &str) -> &str {
    let bare = url.trim_end_matches('/').trim_end_matches(".git");
    let mut from = bare.rmatch_indices('/').map(|(place, _)| place);
    let start = from.nth(1).map_or(0, |place| place + 1);
    bare.get(start..).unwrap_or(bare)
}

/// Says of a project what its repositories show; where they could not be read, that is a problem and nothing else is said.
pub(crate) fn add(inputs: &Inputs<'_>, project: &Project, said: &mut ProjectAssessment) {
    match look(inputs.repositories, project, inputs.as_of) {
        Ok(Some(sights)) => {
            let is_draft = |id: &str| {
                let mut all = inputs.standards.all.iter();
                let page = all.find(|standard| standard.id == id);
                page.map(|standard| standard.is_draft)
            };
            if sights.release.is_none() && project.repositories.iter().any(|it| it.is_release) {
                unseen(said);
            }
            tell(&sights, &is_draft, inputs.as_of, said);
        }
        Ok(None) => {}
        Err(problem) => {
            unseen(said);
            said.problems.push(problem);
        }
    }
}

/// No check of repositories could be asked of all that it is about, and nothing could be measured by them.
fn unseen(said: &mut ProjectAssessment) {
    let ids = checks::ALL.iter().map(|check| check.id.to_owned());
    said.unseen.checks.extend(ids);
    let measures = [
        &STANDARD_DECLARED,
        &STANDARD_ADOPTED,
        &STANDARD_REQUIREMENTS,
    ];
    let ids = measures.map(|measure| measure.id.to_owned());
    said.unseen.measures.extend(ids);
    let kinds = [ADOPTION, CAPABILITIES].map(str::to_owned);
    said.unseen.documents.extend(kinds);
}

/// Findings, figures and documents of what repositories show. Figures are those of standards that are no drafts, as their
/// own pages say, or as was known when the checks were written.
pub fn tell(
    sights: &Sights,
    is_draft: &dyn Fn(&str) -> Option<bool>,
    observed: Timestamp,
    said: &mut ProjectAssessment,
) {
    said.problems.extend(sights.problems.iter().cloned());
    for sight in std::iter::once(&sights.leading).chain(&sights.release) {
        let looked = Looked {
            repository: &sight.repository,
            commit: Some(&sight.commit),
            observed,
        };
        said.findings
            .extend(report::findings(&sight.answers, looked));
        said.documents.push(Document {
            kind: CAPABILITIES.to_owned(),
            key: sight.repository.clone(),
            json: capabilities_json(sight).to_string(),
            evidence: evidence(sight, observed),
        });
        said.problems
            .extend(sight.problems.iter().map(|it| told(sight, it)));
    }
    let is_counted = |it: &&Adoption| !is_draft(&it.id()).unwrap_or_else(|| it.is_draft());
    let counted = sights.adoptions.iter().filter(is_counted);
    said.figures
        .extend(counted.flat_map(|it| figures(sights, it, observed)));
    said.documents.push(Document {
        kind: ADOPTION.to_owned(),
        key: String::new(),
        json: adoption_json(sights).to_string(),
        evidence: evidence(&sights.leading, observed),
    });
}

fn told(sight: &Sight, problem: &Problem) -> Problem {
    let subject = format!("{} {}", sight.repository, problem.subject);
    Problem::new(subject, problem.message.clone())
}

fn evidence(sight: &Sight, observed: Timestamp) -> Evidence {
    Evidence {
        source: SOURCE.to_owned(),
        snapshot: Some(sight.commit.clone()),
        locator: sight.repository.clone(),
        observed,
    }
}

fn figures(sights: &Sights, adoption: &Adoption, observed: Timestamp) -> Vec<Figure> {
    let mut measured_in = vec![evidence(&sights.leading, observed)];
    let is_of_release = adoption.requirements.iter().any(|it| it.is_of_release);
    let release = sights.release.as_ref().filter(|_| is_of_release);
    measured_in.extend(release.map(|it| evidence(it, observed)));
    let of = |measure: &Measure, value: f64| Figure {
        measure: format!("{}:{}", measure.id, adoption.id()),
        whole: Some(1.0),
        evidence: measured_in.clone(),
        ..figure(measure, value)
    };
    let mut figures = Vec::new();
    if sights.leading.has_readme {
        let value = f64::from(u8::from(adoption.declared.is_some()));
        figures.push(Figure {
            evidence: vec![evidence(&sights.leading, observed)],
            ..of(&STANDARD_DECLARED, value)
        });
    }
    match adoption.outcome() {
        Outcome::Pass => figures.push(of(&STANDARD_ADOPTED, 1.0)),
        Outcome::Fail => figures.push(of(&STANDARD_ADOPTED, 0.0)),
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
            ..of(&STANDARD_REQUIREMENTS, count(Outcome::Pass))
        });
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
    let sight = sights.of_requirement(it);
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
            "workflow": short(&it.workflow),
            "job": short(&it.job),
            "line": it.line,
            "environment": it.environment.as_deref().map(short),
            "capabilities": it.capabilities.iter().take(MOST_RIGHTS).map(|it| json!({ "name": short(&it.name), "line": it.line })).collect::<Vec<_>>(),
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

/// The start of a name that is as long as its author likes.
fn short(name: &str) -> String {
    name.chars().take(LONGEST_NAME).collect()
}

#[cfg(test)]
mod tests {
    use bartizan_formats::tree::MemoryTree;
    use jiff::civil::date;

    use super::*;

    fn sight(url: &str, elsewhere: Option<&str>, files: &[(&str, &str)]) -> Sight {
        let tree = MemoryTree::new(files.iter().copied());
        Sight::of(&tree, (url, "c0ffee"), elsewhere, date(2026, 11, 25))
    }

    /// Figures and documents, a line each.
    fn check(sights: &Sights, draft: &str) -> String {
        let mut said = ProjectAssessment::default();
        tell(
            sights,
            &|id| Some(id == draft),
            Timestamp::UNIX_EPOCH,
            &mut said,
        );
        let figures = said
            .figures
            .iter()
            .filter(|it| it.measure.ends_with('0') || it.measure.ends_with('8'));
        let figures = figures.map(|it| {
            format!(
                "{} {} of {:?} {:?} {}",
                it.measure,
                it.value,
                it.whole,
                it.shares,
                it.evidence.len()
            )
        });
        let documents = said
            .documents
            .iter()
            .map(|it| format!("{} {:?}", it.kind, it.key));
        figures.chain(documents).collect::<Vec<_>>().join("\n")
    }

    const PACKAGE: (&str, &str) = (
        "pyproject.toml",
        "[project]\nname = 'x'\nrequires-python = '>=3.13'\n",
    );
    const README: (&str, &str) = (
        "README.md",
        "![](https://img.shields.io/badge/SPEC-0-green)\n",
    );

    #[test]
    fn where_nobody_could_look_every_check_is_unseen() {
        let mut said = ProjectAssessment::default();
        unseen(&mut said);
        assert_eq!(said.unseen.checks.len(), checks::ALL.len());
        assert!(said.unseen.holds_measure("standard-adopted:spec-0"));
        assert!(!said.unseen.holds_measure("standard-endorsed:spec-0"));
    }

    #[test]
    fn three_facts_are_kept_apart_and_the_unknown_has_no_figure() {
        let leading = sight("https://example.org/lab/x", None, &[PACKAGE, README]);
        let sights = Sights::new(leading, None, Vec::new());
        insta::assert_snapshot!(check(&sights, "spec-8"), @r#"
        standard-declared:spec-0 1 of Some(1.0) [] 1
        standard-adopted:spec-0 1 of Some(1.0) [] 1
        standard-requirements:spec-0 1 of Some(1.0) [("holds", 1.0), ("to mend", 0.0), ("unknown", 0.0)] 1
        capabilities "https://example.org/lab/x"
        adoption ""
        "#);
        let without = sight("https://example.org/lab/x", None, &[PACKAGE]);
        let text = check(&Sights::new(without, None, Vec::new()), "");
        assert!(!text.contains("standard-declared"), "{text}");
    }

    #[test]
    fn releases_from_elsewhere_are_evidence_of_their_own() {
        let workflow = "on: push\njobs: {a: {steps: [{uses: pypa/gh-action-pypi-publish@v1}]}}\n";
        let release = sight(
            "https://example.org/lab/r",
            None,
            &[(".github/workflows/w.yml", workflow)],
        );
        let leading = sight(
            "https://example.org/lab/x",
            Some("lab/r"),
            &[PACKAGE, README],
        );
        insta::assert_snapshot!(check(&Sights::new(leading, Some(release), Vec::new()), ""), @r#"
        standard-declared:spec-0 1 of Some(1.0) [] 1
        standard-adopted:spec-0 1 of Some(1.0) [] 1
        standard-requirements:spec-0 1 of Some(1.0) [("holds", 1.0), ("to mend", 0.0), ("unknown", 0.0)] 1
        standard-declared:spec-8 0 of Some(1.0) [] 1
        standard-adopted:spec-8 0 of Some(1.0) [] 2
        standard-requirements:spec-8 0 of Some(14.0) [("holds", 0.0), ("to mend", 8.0), ("unknown", 6.0)] 2
        capabilities "https://example.org/lab/x"
        capabilities "https://example.org/lab/r"
        adoption ""
        "#);
        assert_eq!(named("https://example.org/lab/r.git/"), "lab/r");
        assert_eq!(named("r"), "r");
    }

    #[test]
    fn the_clone_of_one_repository_is_not_taken_for_the_other() {
        let place = tempfile::tempdir().unwrap();
        std::fs::create_dir(place.path().join("lab")).unwrap();
        let repositories = Repositories {
            directory: Some(place.path().to_owned()),
            mirrors: place.path().join("mirrors"),
            is_offline: true,
            ..Repositories::default()
        };
        let repository = |url: &str, is_release: bool| Repository {
            url: url.to_owned(),
            is_release,
        };
        let project = Project {
            name: "lab".to_owned(),
            ..Project::default()
        };
        let open = |url: &str, is_release: bool| {
            let repository = repository(url, is_release);
            let opened = repositories.open(&repository.url, &alias(&project, &repository));
            opened.err().unwrap()
        };
        assert!(open("https://example.org/lab/main", false).contains("cannot open"));
        assert!(open("https://example.org/lab/wheels", true).contains("no clone of it"));
    }

    #[test]
    fn what_starts_a_job_is_in_no_document() {
        let workflow = "on: pull_request_target\npermissions: {}\njobs: {a: {permissions: {contents: write}, steps: []}}\n";
        let leading = sight(
            "https://example.org/lab/x",
            None,
            &[(".github/workflows/w.yml", workflow)],
        );
        let json = capabilities_json(&leading).to_string();
        insta::assert_snapshot!(json, @r#"{"commit":"c0ffee","is_cut":false,"jobs":[{"capabilities":[{"line":3,"name":"contents: write"}],"environment":null,"has_default_token":false,"job":"a","line":3,"workflow":".github/workflows/w.yml"}],"repository":"https://example.org/lab/x"}"#);
        let mut said = ProjectAssessment::default();
        tell(
            &Sights::new(leading, None, Vec::new()),
            &|_| Some(false),
            Timestamp::UNIX_EPOCH,
            &mut said,
        );
        assert!(
            said.documents
                .iter()
                .all(|it| !it.json.contains("pull_request_target"))
        );
    }
}
