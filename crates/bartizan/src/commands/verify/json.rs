//! The answer as JSON; `bartizan schema verify` publishes its schema.

use bartizan_model::problem::Problem;
use serde::Serialize;

use super::{
    answer::{Answer, ArtifactAnswer},
    divergence::{ComparedJson, compared_json},
    examined::Examined,
    expected::SaidBy,
    finding::Finding,
    installed::EnvironmentAnswer,
    locked::Absent,
};
use crate::{
    error::Failure,
    provenance::told::{AttestationJson, RootJson, StepJson, steps_json},
    render::json::{SCHEMA_VERSION, to_text},
};

#[derive(Serialize)]
struct AnswerJson<'a> {
    schema_version: u32,
    as_of: String,
    fail_on: &'static str,
    trust_root: RootJson<'a>,
    identities: String,
    artifacts: Vec<ArtifactJson<'a>>,
    environments: Vec<EnvironmentJson<'a>>,
    lock: Option<LockJson<'a>>,
    policy_findings: Vec<FindingJson<'a>>,
}

#[derive(Serialize)]
struct EnvironmentJson<'a> {
    path: &'a str,
    distributions: usize,
    agreeing_files: usize,
    compiled_files: usize,
    files_outside: usize,
    unrecorded_origins: usize,
    findings: Vec<FindingJson<'a>>,
    problems: Vec<ProblemJson<'a>>,
}

#[derive(Serialize)]
struct ProblemJson<'a> {
    subject: &'a str,
    message: &'a str,
}

#[derive(Serialize)]
struct LockJson<'a> {
    path: String,
    absent: Vec<AbsentJson<'a>>,
}

#[derive(Serialize)]
struct AbsentJson<'a> {
    ecosystem: &'a str,
    project: &'a str,
    versions: &'a [String],
    has_digest: bool,
}

#[derive(Serialize)]
struct ArtifactJson<'a> {
    path: &'a str,
    project: Option<&'a str>,
    installed: Option<&'a str>,
    sha256: Option<String>,
    expected_by: Option<&'static str>,
    level: &'static str,
    places: Vec<PlaceJson<'a>>,
    attestations: Vec<ExaminedJson<'a>>,
    is_looked_into: bool,
    findings: Vec<FindingJson<'a>>,
    comparisons: Vec<ComparedJson<'a>>,
    newly_pinned: usize,
}

#[derive(Serialize)]
struct PlaceJson<'a> {
    place: &'a str,
    outcome: &'static str,
    message: String,
}

#[derive(Serialize)]
struct ExaminedJson<'a> {
    source: &'a str,
    kind: &'static str,
    unsigned_publisher: Option<PublisherJson<'a>>,
    is_verified: bool,
    attestation: Option<AttestationJson<'a>>,
    steps: Vec<StepJson<'a>>,
}

#[derive(Serialize)]
struct PublisherJson<'a> {
    kind: &'a str,
    repository: Option<&'a str>,
    workflow: Option<&'a str>,
    environment: Option<&'a str>,
    email: Option<&'a str>,
}

#[derive(Serialize)]
struct FindingJson<'a> {
    check: &'static str,
    severity: &'static str,
    message: &'a str,
    remedy: &'static str,
    excepted: Option<&'a str>,
}

pub(super) fn text(answer: &Answer) -> Result<String, Failure> {
    to_text(&AnswerJson {
        schema_version: SCHEMA_VERSION,
        as_of: answer.now.to_string(),
        fail_on: answer.threshold.as_str(),
        trust_root: RootJson::of(&answer.root),
        identities: answer.pins.display().to_string(),
        artifacts: answer.artifacts.iter().map(artifact).collect(),
        environments: answer.environments.iter().map(environment).collect(),
        lock: answer.lock.as_ref().map(|(path, absent)| LockJson {
            path: path.display().to_string(),
            absent: absent.iter().map(absent_json).collect(),
        }),
        policy_findings: findings(&answer.of_policy),
    })
}

fn environment(environment: &EnvironmentAnswer) -> EnvironmentJson<'_> {
    EnvironmentJson {
        path: &environment.path,
        distributions: environment.distributions,
        agreeing_files: environment.agreeing,
        compiled_files: environment.compiled,
        files_outside: environment.outside,
        unrecorded_origins: environment.unrecorded,
        findings: findings(&environment.findings),
        problems: environment.problems.iter().map(problem).collect(),
    }
}

fn problem(problem: &Problem) -> ProblemJson<'_> {
    ProblemJson {
        subject: &problem.subject,
        message: &problem.message,
    }
}

fn absent_json(absent: &Absent) -> AbsentJson<'_> {
    AbsentJson {
        ecosystem: absent.package.ecosystem().as_str(),
        project: absent.package.name(),
        versions: &absent.versions,
        has_digest: absent.has_digest,
    }
}

fn findings(findings: &[Finding]) -> Vec<FindingJson<'_>> {
    findings.iter().map(finding).collect()
}

fn finding(finding: &Finding) -> FindingJson<'_> {
    FindingJson {
        check: finding.check.id,
        severity: finding.severity.as_str(),
        message: &finding.message,
        remedy: finding.check.explanation.remedy,
        excepted: finding.excepted.as_deref(),
    }
}

fn artifact(artifact: &ArtifactAnswer) -> ArtifactJson<'_> {
    ArtifactJson {
        path: &artifact.path,
        project: artifact
            .package
            .as_ref()
            .map(bartizan_model::ecosystem::Package::name),
        installed: artifact.installed.as_deref(),
        sha256: artifact.digest.map(|digest| digest.to_string()),
        expected_by: artifact.said_by.map(SaidBy::id),
        level: artifact.level.id(),
        places: artifact
            .places
            .iter()
            .map(|place| PlaceJson {
                place: &place.name,
                outcome: place.found.id(),
                message: place.found.describe(),
            })
            .collect(),
        attestations: artifact.examined.iter().map(examined).collect(),
        is_looked_into: artifact.is_looked_into,
        findings: findings(&artifact.findings),
        comparisons: artifact.compared.iter().map(compared_json).collect(),
        newly_pinned: artifact.pinned.len(),
    }
}

fn examined(examined: &Examined) -> ExaminedJson<'_> {
    let verified = examined.examination.result.as_ref().ok();
    ExaminedJson {
        source: &examined.source,
        kind: examined.kind.title(),
        unsigned_publisher: examined.publisher.as_ref().map(|publisher| PublisherJson {
            kind: &publisher.kind,
            repository: publisher.repository.as_deref(),
            workflow: publisher.workflow.as_deref(),
            environment: publisher.environment.as_deref(),
            email: publisher.email.as_deref(),
        }),
        is_verified: verified.is_some(),
        attestation: verified.map(|it| AttestationJson::of(it.get())),
        steps: steps_json(&examined.examination.steps),
    }
}
