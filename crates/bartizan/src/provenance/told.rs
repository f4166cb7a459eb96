//! An examination in words and as JSON: every step, and what is verified.

use bartizan_provenance::{
    Attestation, Claims, Examination, Outcome, Signer, Step, Steps, tuf::RoleState,
};
use serde::Serialize;

use super::RootInUse;
use crate::term::Sheet;

/// A step with its outcome.
#[derive(Serialize)]
pub(crate) struct StepJson<'a> {
    step: &'static str,
    outcome: &'static str,
    code: Option<&'static str>,
    message: Option<&'a str>,
}

/// Every step.
pub(crate) fn steps_json(steps: &Steps) -> Vec<StepJson<'_>> {
    steps
        .iter()
        .map(|(step, outcome)| {
            let (code, message) = match outcome {
                Outcome::Failed { code, message } => (Some(*code), Some(message.as_str())),
                Outcome::NotApplicable { why } => (None, Some(*why)),
                Outcome::Done | Outcome::NotReached => (None, None),
            };
            StepJson {
                step: step.id(),
                outcome: outcome.id(),
                code,
                message,
            }
        })
        .collect()
}

/// The root of trust.
#[derive(Serialize)]
pub(crate) struct RootJson<'a> {
    source: &'a str,
    instance: Option<&'static str>,
    sha256: String,
    as_of: Option<String>,
    age_days: Option<i64>,
    is_old: bool,
    fresh_until: Option<String>,
    newest_member: Option<String>,
}

/// A role of the repository that a root of trust came from.
#[derive(Serialize)]
pub(crate) struct RoleJson {
    role: &'static str,
    version: u64,
    expires: String,
}

/// The roles of the repository.
pub(crate) fn roles_json(root: &RootInUse) -> Vec<RoleJson> {
    let json = |it: &RoleState| RoleJson {
        role: it.name,
        version: it.version,
        expires: it.expires.to_string(),
    };
    root.roles.iter().map(json).collect()
}

/// A root of trust in full.
pub(crate) fn write_root(sheet: &mut Sheet, indent: usize, root: &RootInUse) {
    let source = sheet.terminal.clean(&root.describe());
    sheet.wrapped(indent, &source);
    sheet.wrapped(indent, &format!("sha256:{}", root.root.digest()));
    if let Some(newest) = root.root.newest() {
        sheet.wrapped(
            indent,
            &format!("its newest log or authority counts from {newest}"),
        );
    }
    let roles = root.roles.iter();
    let roles: Vec<String> = roles
        .map(|it| format!("{} {} until {}", it.name, it.version, it.expires))
        .collect();
    if !roles.is_empty() {
        sheet.wrapped(indent, &format!("vouched for by {}", roles.join(", ")));
    }
}

impl<'a> RootJson<'a> {
    pub(crate) fn of(root: &'a RootInUse) -> Self {
        Self {
            source: &root.source,
            instance: root.root.instance().map(bartizan_provenance::Instance::id),
            sha256: root.root.digest().to_string(),
            as_of: root.as_of.map(|time| time.to_string()),
            age_days: root.age(),
            is_old: root.is_old(),
            fresh_until: root.fresh_until.map(|time| time.to_string()),
            newest_member: root.root.newest().map(|time| time.to_string()),
        }
    }
}

/// What is verified.
#[derive(Serialize)]
pub(crate) struct AttestationJson<'a> {
    signer: SignerJson<'a>,
    times: Vec<String>,
    predicate_type: Option<&'a str>,
    build: Option<BuildJson<'a>>,
    is_pinned: bool,
}

/// What the certificate says, or the digest of the key; the rest is null.
#[derive(Serialize, Default)]
struct SignerJson<'a> {
    identity: Option<&'a str>,
    issuer: Option<&'a str>,
    repository: Option<&'a str>,
    repository_id: Option<&'a str>,
    owner_id: Option<&'a str>,
    workflow: Option<&'a str>,
    signer_workflow: Option<&'a str>,
    commit: Option<&'a str>,
    reference: Option<&'a str>,
    trigger: Option<&'a str>,
    runner: Option<&'a str>,
    environment: Option<&'a str>,
    run: Option<&'a str>,
    key_sha256: Option<String>,
}

#[derive(Serialize)]
struct BuildJson<'a> {
    builder: &'a str,
    kind: &'a str,
    source: Option<&'a str>,
    commit: Option<&'a str>,
}

impl<'a> AttestationJson<'a> {
    pub(crate) fn of(attestation: &'a Attestation) -> Self {
        let statement = attestation.statement.as_ref();
        let times = attestation.times.iter();
        Self {
            signer: SignerJson::of(&attestation.signer),
            times: times.map(ToString::to_string).collect(),
            predicate_type: statement.map(|it| it.predicate_type.as_str()),
            build: attestation.build.as_ref().map(|build| BuildJson {
                builder: &build.builder,
                kind: &build.kind,
                source: build.source.as_deref(),
                commit: build.commit.as_deref(),
            }),
            is_pinned: attestation.is_pinned,
        }
    }
}

impl<'a> SignerJson<'a> {
    fn of(signer: &'a Signer) -> Self {
        match signer {
            Signer::Certificate(claims) => Self::of_claims(claims),
            Signer::Key { fingerprint } => Self {
                key_sha256: Some(fingerprint.to_string()),
                ..Self::default()
            },
        }
    }

    fn of_claims(claims: &'a Claims) -> Self {
        Self {
            identity: Some(&claims.identity),
            issuer: claims.issuer.as_deref(),
            repository: claims.repository.as_deref(),
            repository_id: claims.repository_id.as_deref(),
            owner_id: claims.owner_id.as_deref(),
            workflow: claims.workflow.as_deref(),
            signer_workflow: claims.signer_workflow.as_deref(),
            commit: claims.commit.as_deref(),
            reference: claims.reference.as_deref(),
            trigger: claims.trigger.as_deref(),
            runner: claims.runner.as_deref(),
            environment: claims.environment.as_deref(),
            run: claims.run.as_deref(),
            key_sha256: None,
        }
    }
}

/// Who signed, in one line.
pub(crate) fn signer(signer: &Signer) -> String {
    match signer {
        Signer::Certificate(claims) => {
            let issuer = claims.issuer.as_deref().unwrap_or("nobody who is named");
            format!("{} (vouched for by {issuer})", claims.identity)
        }
        Signer::Key { fingerprint } => format!("the key with the digest {fingerprint}"),
    }
}

/// The steps for people: the one that failed first, then the others together by outcome.
pub(crate) fn write_steps(
    sheet: &mut Sheet,
    indent: usize,
    examination: &Examination,
    is_verbose: bool,
) {
    if let Err(refusal) = &examination.result {
        sheet.wrapped(
            indent,
            &format!(
                "failed: {}: {} [{}]",
                refusal.step.id(),
                refusal.message,
                refusal.code
            ),
        );
    }
    if examination.result.is_ok() && !is_verbose {
        return;
    }
    let of = |wanted: &str| {
        let all = examination.steps.iter();
        let of = all.filter(|(_, outcome)| outcome.id() == wanted);
        of.map(|(step, outcome)| in_words(step, outcome))
            .collect::<Vec<_>>()
    };
    for (title, id) in [
        ("done", "done"),
        ("not applicable", "not-applicable"),
        ("not reached", "not-reached"),
    ] {
        let steps = of(id);
        if !steps.is_empty() {
            sheet.wrapped(indent, &format!("{title}: {}", steps.join(", ")));
        }
    }
}

fn in_words(step: Step, outcome: &Outcome) -> String {
    match outcome {
        Outcome::NotApplicable { why } => format!("{} ({why})", step.id()),
        _ => step.id().to_owned(),
    }
}
