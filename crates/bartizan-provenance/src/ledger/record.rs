//! From an examination to what a ledger keeps of it, and from there to what is shown.

use bartizan_formats::{
    attestation::{EvidenceKind, Publisher},
    ledger::{RecordedAttestation, RecordedBuild, RecordedSigner, RecordedStep},
};

use super::expectation::recognise;
use crate::{
    identity::ExpectedIdentity,
    procedure::Examination,
    step::{Outcome, Step, Steps},
    verified::{Claims, Level, Signer},
};

/// The longest text of a stranger that is kept.
const LONGEST: usize = 500;

/// What a ledger keeps of an examination in which nobody was expected.
pub fn record(
    kind: EvidenceKind,
    publisher: Option<&Publisher>,
    examination: &Examination,
) -> RecordedAttestation {
    let verified = examination.result.as_ref().ok().map(crate::Verified::get);
    let predicate = verified.and_then(|it| it.statement.as_ref());
    RecordedAttestation {
        kind: kind.title().to_owned(),
        predicate: predicate.map(|it| cut(&it.predicate_type)),
        is_verified: verified.is_some(),
        steps: steps(&examination.steps),
        signer: verified.map(|it| signer(&it.signer)),
        times: verified.map_or_else(Vec::new, |it| it.times.clone()),
        build: verified
            .and_then(|it| it.build.as_ref())
            .map(|build| RecordedBuild {
                builder: cut(&build.builder),
                kind: cut(&build.kind),
                source: build.source.as_deref().map(cut),
                commit: build.commit.as_deref().map(cut),
            }),
        unsigned_publisher: publisher.map(in_words),
    }
}

fn steps(steps: &Steps) -> Vec<RecordedStep> {
    let one = |(step, outcome): (Step, &Outcome)| {
        let (code, message) = match outcome {
            Outcome::Failed { code, message } => (Some((*code).to_owned()), Some(cut(message))),
            Outcome::NotApplicable { why } => (None, Some((*why).to_owned())),
            Outcome::Done | Outcome::NotReached => (None, None),
        };
        RecordedStep {
            step: step.id().to_owned(),
            outcome: outcome.id().to_owned(),
            code,
            message,
        }
    };
    steps.iter().map(one).collect()
}

fn signer(signer: &Signer) -> RecordedSigner {
    match signer {
        Signer::Certificate(claims) => of_claims(claims),
        Signer::Key { fingerprint } => RecordedSigner {
            key_sha256: Some(*fingerprint),
            ..RecordedSigner::default()
        },
    }
}

fn of_claims(claims: &Claims) -> RecordedSigner {
    // Claims are held against who is expected, so that they are kept whole; their authority bounds them.
    let claims = claims.clone();
    RecordedSigner {
        identity: Some(claims.identity),
        issuer: claims.issuer,
        repository: claims.repository,
        repository_id: claims.repository_id,
        owner_id: claims.owner_id,
        workflow: claims.workflow,
        signer_workflow: claims.signer_workflow,
        commit: claims.commit,
        reference: claims.reference,
        trigger: claims.trigger,
        runner: claims.runner,
        environment: claims.environment,
        run: claims.run,
        key_sha256: None,
    }
}

fn in_words(publisher: &Publisher) -> String {
    let parts = [
        Some(&publisher.kind),
        publisher.repository.as_ref(),
        publisher.workflow.as_ref(),
        publisher.environment.as_ref(),
        publisher.email.as_ref(),
    ];
    let parts: Vec<&str> = parts.into_iter().flatten().map(String::as_str).collect();
    cut(&parts.join(" "))
}

fn cut(text: &str) -> String {
    text.chars().take(LONGEST).collect()
}

/// What was kept with the level that it reaches now, and the step of the identity as it is judged now.
pub fn levelled(
    kept: &RecordedAttestation,
    expected: Option<&ExpectedIdentity>,
) -> (RecordedAttestation, Level) {
    let Some(signer) = kept.signer.as_ref().filter(|_| kept.is_verified) else {
        return (kept.clone(), Level::Unverified);
    };
    let Some(expected) = expected else {
        return (kept.clone(), Level::Verified);
    };
    let (outcome, code, message, level) = match recognise(signer, expected) {
        Ok(()) => ("done", None, None, Level::Pinned),
        Err(refusal) => (
            "failed",
            Some(refusal.code.to_owned()),
            Some(refusal.message),
            Level::Unverified,
        ),
    };
    let mut shown = kept.clone();
    let step = shown.steps.iter_mut();
    for step in step.filter(|it| it.step == Step::Identity.id()) {
        outcome.clone_into(&mut step.outcome);
        step.code.clone_from(&code);
        step.message.clone_from(&message);
    }
    (shown, level)
}
