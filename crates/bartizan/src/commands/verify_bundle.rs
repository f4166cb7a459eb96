//! `bartizan verify-bundle`: one Sigstore bundle against one artifact, by the command line that the conformance suite of
//! Sigstore asks of every client.

use std::path::{Path, PathBuf};

use bartizan_formats::{
    attestation::{self, BundleError, UnverifiedBundle},
    digest::Digest,
};
use bartizan_model::Timestamp;
use bartizan_provenance::{
    Artifact, Examination, ExpectedIdentity, Instance, PublicKey, Question, Rules, examine,
};
use bartizan_sources::disk;
use clap::{ArgMatches, Args, ValueEnum};
use serde::Serialize;

use super::{Command, read};
use crate::{
    arguments,
    context::Context,
    error::Failure,
    exit::Exit,
    output,
    provenance::{
        NamedArtifact, RootFailure, RootInUse,
        told::{AttestationJson, RootJson, StepJson, signer, steps_json, write_steps},
        trust::InstanceChoice,
    },
    render::json::{SCHEMA_VERSION, to_text},
    term::{Ink, Sheet, Terminal},
};

pub(super) static COMMAND: VerifyBundle = VerifyBundle;

pub(super) struct VerifyBundle;

/// The largest artifact that is read whole. Where it is larger, its digest can be named.
const LARGEST_ARTIFACT: usize = 2 << 30;

/// The largest file with a key.
const LARGEST_KEY: usize = 64 << 10;

#[derive(Debug, Args)]
struct Arguments {
    /// Believe the root of trust of Sigstore's staging instance
    #[arg(long)]
    staging: bool,

    /// The Sigstore bundle
    #[arg(long, value_name = "FILE")]
    bundle: PathBuf,

    /// The identity that the certificate must have, letter for letter
    #[arg(
        long,
        value_name = "IDENTITY",
        requires = "certificate_oidc_issuer",
        required_unless_present = "key"
    )]
    certificate_identity: Option<String>,

    /// Who must have vouched for the identity
    #[arg(long, value_name = "URL", requires = "certificate_identity")]
    certificate_oidc_issuer: Option<String>,

    /// The key that must have signed, in PEM, in place of an identity
    #[arg(long, value_name = "FILE", conflicts_with_all = ["certificate_identity", "certificate_oidc_issuer"])]
    key: Option<PathBuf>,

    /// Believe the authorities and logs in this file in place of those that were refreshed or embedded
    #[arg(long, value_name = "FILE")]
    trusted_root: Option<PathBuf>,

    /// The artifact, or `sha256:` and its digest
    #[arg(value_name = "FILE|sha256:HEX")]
    artifact: PathBuf,

    /// How the answer is written
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Format,

    /// Write the answer to this file, whole or not at all
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// The moment that the age of the root of trust is counted to, such as `2026-11-23`
    #[arg(long, value_name = "TIME", value_parser = arguments::time)]
    as_of: Option<Timestamp>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people at a terminal; `--verbose` shows every step
    Human,
    /// For programs; see `bartizan schema verify-bundle`
    Json,
}

const AFTER_HELP: &str = "\
Examples:
  bartizan verify-bundle --bundle a.sigstore.json --certificate-identity me@example.org \\
    --certificate-oidc-issuer https://accounts.example.org a.tar.gz
  bartizan verify-bundle --bundle a.sigstore.json --key key.pub sha256:HEX

No network call is made. Each step is told: done, failed with a code, not applicable, or not reached; `bartizan explain
verification` tells what each asks. For packages, `bartizan verify` finds the evidence by itself.

Exit codes: 0 verified, 1 not verified, 2 wrong use, or a root of trust that cannot be used.";

impl Command for VerifyBundle {
    fn path(&self) -> &'static [&'static str] {
        &["verify-bundle"]
    }

    fn arguments(&self) -> clap::Command {
        Arguments::augment_args(clap::Command::new("verify-bundle"))
            .about("Verify one Sigstore bundle, as Sigstore's conformance suite asks for it")
            .after_help(AFTER_HELP)
    }

    fn wants_settings(&self) -> bool {
        false
    }

    fn run(&self, ctx: &Context, arguments: &ArgMatches) -> Result<Exit, Failure> {
        let arguments: Arguments = read(arguments)?;
        let file = arguments.output.as_deref();
        let now = arguments.as_of.unwrap_or_else(Timestamp::now);
        let instance = if arguments.staging {
            Instance::Staging
        } else {
            Instance::PublicGood
        };
        let choice = InstanceChoice::Known(instance);
        let root = RootInUse::in_force(ctx, arguments.trusted_root.as_deref(), &choice, now);
        let root = root.map_err(told_as_step)?;
        let answer = Answer::new(&arguments, root)?;
        let text = match arguments.format {
            Format::Human => human(ctx.terminal(file), ctx.is_verbose, &answer),
            Format::Json => json(&answer)?,
        };
        output::write(&text, file)?;
        Ok(match answer.examination.result {
            Ok(_) => Exit::Clean,
            Err(_) => Exit::Findings,
        })
    }
}

/// A root of trust that cannot be used is the failure of the step about it.
fn told_as_step(failure: RootFailure) -> Failure {
    match failure {
        RootFailure::Root(error) => {
            let code = error.code();
            Failure::usage(format!("failed: trust-root: {error} [{code}]"))
                .hint("name a `trusted_root.json`, as the instance's TUF repository has it")
        }
        file @ RootFailure::File(_) => file.into(),
    }
}

/// What was found.
struct Answer {
    artifact: String,
    digest: Digest,
    root: RootInUse,
    examination: Examination,
}

impl Answer {
    fn new(arguments: &Arguments, root: RootInUse) -> Result<Self, Failure> {
        let bundle = bundle(&arguments.bundle)?;
        let key = arguments.key.as_deref().map(key).transpose()?;
        let expected = match (
            &arguments.certificate_identity,
            &arguments.certificate_oidc_issuer,
        ) {
            (Some(identity), Some(issuer)) => Some(ExpectedIdentity::Exact {
                identity: identity.clone(),
                issuer: issuer.clone(),
            }),
            _ => None,
        };
        let bytes;
        let artifact = match NamedArtifact::of(&arguments.artifact) {
            NamedArtifact::Digest(digest) => Artifact::Digest(digest),
            NamedArtifact::File(path) => {
                bytes = whole(&path, LARGEST_ARTIFACT)?;
                Artifact::Bytes(&bytes)
            }
        };
        let examination = examine(&Question {
            bundle: bundle.as_ref(),
            artifact,
            name: None,
            root: &root.root,
            key: key.as_ref(),
            rules: Rules::Any,
            expected: expected.as_ref(),
        });
        Ok(Self {
            artifact: arguments.artifact.display().to_string(),
            digest: artifact.digest(),
            root,
            examination,
        })
    }
}

fn whole(path: &Path, limit: usize) -> Result<Vec<u8>, Failure> {
    disk::read_small(path, limit)
        .map_err(|error| Failure::usage(format!("cannot read `{}`: {error}", path.display())))
}

/// The only bundle of a file; a file with several is none that this command is about.
fn bundle(path: &Path) -> Result<Result<UnverifiedBundle, BundleError>, Failure> {
    let bytes = whole(path, attestation::LARGEST_EVIDENCE)?;
    Ok(attestation::read(&bytes).and_then(|evidence| {
        let [item] = <[_; 1]>::try_from(evidence.items)
            .map_err(|_several| BundleError::NotOne { what: "bundle" })?;
        item.bundle
    }))
}

fn key(path: &Path) -> Result<PublicKey, Failure> {
    let bytes = whole(path, LARGEST_KEY)?;
    PublicKey::read(&String::from_utf8_lossy(&bytes)).ok_or_else(|| {
        Failure::usage(format!("`{}` holds no public key", path.display()))
            .hint("a key in PEM begins with `-----BEGIN PUBLIC KEY-----`")
    })
}

fn human(terminal: Terminal, is_verbose: bool, answer: &Answer) -> String {
    let mut sheet = Sheet::new(terminal);
    let name = terminal.clean(&answer.artifact);
    match &answer.examination.result {
        Ok(verified) => {
            sheet.line(&format!(
                "{} {name}",
                terminal.paint(Ink::Strong, "verified")
            ));
            let attestation = verified.get();
            sheet.wrapped(2, &format!("signed by {}", signer(&attestation.signer)));
            for time in &attestation.times {
                sheet.wrapped(2, &format!("at {time}"));
            }
        }
        Err(_) => sheet.line(&format!(
            "{} {name}",
            terminal.paint(Ink::Critical, "not verified")
        )),
    }
    write_steps(&mut sheet, 2, &answer.examination, is_verbose);
    sheet.wrapped(2, &format!("sha256:{}", answer.digest));
    sheet.wrapped(2, &format!("root of trust: {}", answer.root.describe()));
    sheet.text
}

#[derive(Serialize)]
struct AnswerJson<'a> {
    schema_version: u32,
    artifact: &'a str,
    sha256: String,
    is_verified: bool,
    attestation: Option<AttestationJson<'a>>,
    steps: Vec<StepJson<'a>>,
    trust_root: RootJson<'a>,
}

fn json(answer: &Answer) -> Result<String, Failure> {
    let verified = answer.examination.result.as_ref().ok();
    to_text(&AnswerJson {
        schema_version: SCHEMA_VERSION,
        artifact: &answer.artifact,
        sha256: answer.digest.to_string(),
        is_verified: verified.is_some(),
        attestation: verified.map(|it| AttestationJson::of(it.get())),
        steps: steps_json(&answer.examination.steps),
        trust_root: RootJson::of(&answer.root),
    })
}
