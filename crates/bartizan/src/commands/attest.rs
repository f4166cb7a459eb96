//! `bartizan attest`: makes statements about artifacts and signs them, keyless in continuous integration or with a key.

mod claim;
mod courier;
mod new_key;
mod plan;
mod signer;
mod token;
mod told;

use std::path::PathBuf;

use bartizan_model::Timestamp;
use bartizan_provenance::Instance;
use clap::{ArgMatches, Args, ValueEnum};

use super::{Command, read};
use crate::{context::Context, error::Failure, exit::Exit, output, provenance::trust};
use claim::ClaimArguments;
use plan::{Plan, Planned};
use signer::Signer;
use told::Told;

pub(super) static COMMAND: Attest = Attest;

pub(super) struct Attest;

#[derive(Debug, Args)]
struct Arguments {
    /// Wheels, source distributions, conda packages, any file
    #[arg(value_name = "ARTIFACT", required_unless_present = "new_key")]
    artifacts: Vec<PathBuf>,

    #[command(flatten)]
    claim: ClaimArguments,

    /// The form of the evidence
    #[arg(long, value_name = "FORM", default_value = "bundle")]
    form: Form,

    /// Sign with this key: PEM (PKCS#8), ECDSA on the curve P-256 or Ed25519, not encrypted
    #[arg(long, value_name = "FILE", conflicts_with_all = ["identity_token_file", "audience"])]
    key: Option<PathBuf>,

    /// Put what the key signs into the log of the instance too
    #[arg(long, requires = "key")]
    log: bool,

    /// The identity token of who signs, in place of the one of the job that runs
    #[arg(long, value_name = "FILE")]
    identity_token_file: Option<PathBuf>,

    /// For whom the token must be made out
    #[arg(long, value_name = "AUDIENCE", default_value = "sigstore")]
    audience: String,

    #[command(flatten)]
    services: ServiceArguments,

    /// Write the evidence into this folder [default: beside each artifact]
    #[arg(long, value_name = "DIR")]
    into: Option<PathBuf>,

    /// Write over evidence that is there
    #[arg(long)]
    force: bool,

    /// Print the statements that would be signed, and sign none
    #[arg(long)]
    dry_run: bool,

    /// Make a key: FILE for its holder alone, and beside it FILE.pub and a root of trust without services
    #[arg(long, value_name = "FILE", conflicts_with_all = ["artifacts", "key", "dry_run"])]
    new_key: Option<PathBuf>,

    /// The kind of the new key
    #[arg(
        long,
        value_name = "KIND",
        default_value = "p256",
        requires = "new_key"
    )]
    key_kind: KeyKindName,

    /// How the answer is written
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Format,
}

/// The instance of Sigstore that signs, and is believed.
#[derive(Debug, Args)]
struct ServiceArguments {
    /// The instance of Sigstore whose embedded signing configuration and root of trust are used
    #[arg(long, value_name = "INSTANCE", default_value = "public-good", value_parser = trust::known)]
    instance: Instance,

    /// Signing configuration and root of trust in one file, as other clients of Sigstore take it
    #[arg(long, value_name = "FILE", conflicts_with_all = ["instance", "signing_config", "trusted_root"])]
    trust_config: Option<PathBuf>,

    /// A signing configuration; its root of trust is named by `--trusted-root`
    #[arg(
        long,
        value_name = "FILE",
        requires = "trusted_root",
        conflicts_with = "instance"
    )]
    signing_config: Option<PathBuf>,

    /// The root of trust that what was signed is verified by before it is written
    #[arg(long, value_name = "FILE", requires = "signing_config")]
    trusted_root: Option<PathBuf>,
}

/// The form of evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Form {
    /// A Sigstore bundle 0.3: `FILE.sigstore.json`
    Bundle,
    /// An attestation that a package index takes: `FILE.publish.attestation` or `FILE.slsa.attestation`
    Pep740,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum KeyKindName {
    /// ECDSA on the curve P-256, which everybody verifies
    P256,
    /// Ed25519
    Ed25519,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people at a terminal
    Human,
    /// For programs; see `bartizan schema attest`
    Json,
}

const AFTER_HELP: &str = "\
Examples:
  bartizan attest dist/*.whl dist/*.tar.gz --form pep740       in CI: a publication, signed for the workflow that runs
  bartizan attest dist/*.whl --claim provenance --dry-run      what would be signed of how they were built
  bartizan attest lab.whl --sbom lab.cdx.json --trust-config trust_config.json
  bartizan attest --new-key federation.key                     then `attest lab.whl --key federation.key`, and
    `verify lab.whl --key federation.key.pub --trusted-root federation.key.trusted_root.json`

Without `--key`, the identity token of the job that runs is used: GitHub's (`permissions: id-token: write`), the variable
SIGSTORE_ID_TOKEN (GitLab's `id_tokens` with `aud: sigstore`), or the one in `--identity-token-file`. Whoever signs is named in a public
log for ever. What was signed is verified before anything is written. Keys and tokens are never printed or kept.

Exit codes: 0 signed, 2 wrong use, 4 a service did not answer, refused, or answered what does not verify.";

impl Command for Attest {
    fn path(&self) -> &'static [&'static str] {
        &["attest"]
    }

    fn arguments(&self) -> clap::Command {
        Arguments::augment_args(clap::Command::new("attest"))
            .about("Make statements about artifacts and sign them, keyless or with a key")
            .after_help(AFTER_HELP)
    }

    fn run(&self, ctx: &Context, arguments: &ArgMatches) -> Result<Exit, Failure> {
        let arguments: Arguments = read(arguments)?;
        if let Some(path) = &arguments.new_key {
            return new_key::make(ctx, path, arguments.key_kind.into());
        }
        let plan = Plan::new(ctx, &arguments)?;
        let told = if arguments.dry_run {
            plan.artifacts.iter().map(Told::planned).collect()
        } else {
            signed(ctx, &arguments, &plan)?
        };
        let text = match arguments.format {
            Format::Human => told::human(ctx.stdout, &told),
            Format::Json => told::json(&told, arguments.dry_run)?,
        };
        if !ctx.is_quiet || arguments.dry_run || arguments.format == Format::Json {
            output::write(&text, None)?;
        }
        Ok(Exit::Clean)
    }
}

/// Signs all that is planned, and only then writes it.
fn signed<'a>(
    ctx: &Context,
    arguments: &Arguments,
    plan: &'a Plan,
) -> Result<Vec<Told<'a>>, Failure> {
    let by = Signer::new(ctx, arguments, Timestamp::now())?;
    let mut ready: Vec<(&Planned, String)> = Vec::new();
    let mut told = Vec::new();
    for planned in &plan.artifacts {
        ctx.note(&format!("Signing {}", planned.name));
        let (statement, attestation) = by.sign(planned)?;
        ready.push((planned, signer::text(&statement, arguments.form)?));
        told.push(Told::signed(planned, &attestation));
    }
    for (planned, text) in &ready {
        output::write(text, Some(&planned.evidence))?;
    }
    Ok(told)
}
