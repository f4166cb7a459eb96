//! The answer as JSON; `bartizan schema verify` publishes its schema.

use serde::Serialize;

use super::{
    answer::{Answer, ArtifactAnswer, Examined},
    divergence::{ComparedJson, compared_json},
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
}

#[derive(Serialize)]
struct ArtifactJson<'a> {
    path: &'a str,
    project: Option<&'a str>,
    sha256: String,
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
    })
}

fn artifact(artifact: &ArtifactAnswer) -> ArtifactJson<'_> {
    ArtifactJson {
        path: &artifact.path,
        project: artifact
            .package
            .as_ref()
            .map(bartizan_model::ecosystem::Package::name),
        sha256: artifact.digest.to_string(),
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
        findings: artifact
            .findings
            .iter()
            .map(|finding| FindingJson {
                check: finding.check.id,
                severity: finding.severity.as_str(),
                message: &finding.message,
                remedy: finding.check.explanation.remedy,
                excepted: finding.excepted.as_deref(),
            })
            .collect(),
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
