//! `bartizan verify`: who built an artifact, from what, and whether that is who it should be.

mod answer;
mod channel;
mod divergence;
mod examined;
mod exceptions;
mod expectation;
mod expected;
mod finding;
mod gather;
mod human;
mod installed;
mod json;
mod locked;
mod pins;

use std::path::{Path, PathBuf};

use bartizan_formats::{
    build_policy::{self, BuildPolicy, LARGEST_POLICY},
    digest::Digest,
    file_name,
    tree::{Entry, EntryKind, Tree},
};
use bartizan_model::{Timestamp, severity::SeverityLevel};
use bartizan_provenance::{Artifact, PublicKey};
use bartizan_sources::disk;
use clap::{ArgMatches, Args, ValueEnum};

use super::{Command, read};
use crate::{
    arguments,
    context::Context,
    ecosystem::EMBEDDED_NAME,
    error::Failure,
    exit::{DEFAULT_THRESHOLD, Exit},
    output,
    provenance::{RootInUse, trust::InstanceChoice},
    releases::Indexes,
};
use answer::{Answer, ArtifactAnswer, Asked};
use channel::Channels;
use divergence::DivergenceArguments;
use expectation::ExpectationArguments;
use expected::ProfileInUse;
use installed::Environment;
use locked::LockInUse;
use pins::Pins;

pub(super) static COMMAND: Verify = Verify;

pub(super) struct Verify;

/// The largest artifact that is read whole, as a key may want it.
const LARGEST_ARTIFACT: usize = 2 << 30;

/// The largest file with a key.
const LARGEST_KEY: usize = 64 << 10;

#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of its own on the command line"
)]
struct Arguments {
    /// Wheels, source distributions, conda packages, any file with a bundle; folders of distributions; environments
    #[arg(value_name = "ARTIFACT", required_unless_present = "lock")]
    artifacts: Vec<PathBuf>,

    /// Evidence of the only artifact that is named: provenance of an index, an attestation, a Sigstore bundle; repeatable
    #[arg(long, value_name = "FILE")]
    provenance: Vec<PathBuf>,

    /// Ask the package index that pip or uv is configured with for the provenance; it learns which files are asked about
    #[arg(long)]
    index: bool,

    /// A channel of conda that is at hand, as a folder: its `repodata.json` says which attestations a package has (CEP 50); repeatable
    #[arg(long, value_name = "DIR")]
    channel: Vec<PathBuf>,

    #[command(flatten)]
    expectation: ExpectationArguments,

    /// The key that must have signed, in PEM
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,

    /// Pin the signer of each project of which none is pinned yet
    #[arg(long)]
    pin: bool,

    /// The lock of identities [default: `identities.json` in the home of Bartizan]
    #[arg(long, value_name = "FILE")]
    pins: Option<PathBuf>,

    /// Leave the content of wheels and conda packages alone: no comparison with RECORD, no look for code that runs by itself
    #[arg(long)]
    no_content: bool,

    #[command(flatten)]
    divergence: DivergenceArguments,

    /// What each artifact must be; less is a finding of the level high
    #[arg(long, value_name = "LEVEL")]
    require: Option<Required>,

    /// Who should have signed the files of projects that are not pinned: a profile that Bartizan carries, or a file;
    /// `none` asks nobody
    #[arg(long, value_name = "PROFILE", default_value = EMBEDDED_NAME)]
    profile: String,

    /// Allow only what this lock names, files by their digest: `pylock.toml`, `uv.lock`, `pixi.lock`, requirements with
    /// hashes, and others; tell which of its projects nothing was looked at
    #[arg(long, value_name = "FILE")]
    lock: Option<PathBuf>,

    /// What is asked of attestations and builds, in general and of single projects
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,

    /// Severity from which a finding leads to exit code 1 [default: high]
    #[arg(long, value_name = "LEVEL", value_parser = arguments::level())]
    fail_on: Option<SeverityLevel>,

    /// Exit with 0 where it would be 1; nothing else changes
    #[arg(long)]
    exit_zero: bool,

    /// The instance of Sigstore whose root of trust is believed: public-good, staging, github, or one of your own that
    /// `trust refresh` fetched
    #[arg(long, value_name = "INSTANCE", default_value = "public-good")]
    instance: InstanceChoice,

    /// Believe the authorities and logs in this file in place of those
    #[arg(long, value_name = "FILE")]
    trusted_root: Option<PathBuf>,

    /// How the answer is written
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Format,

    /// Write the answer to this file, whole or not at all
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// The moment that counts as now, such as `2026-11-23`, for runs that repeat
    #[arg(long, value_name = "TIME", value_parser = arguments::time)]
    as_of: Option<Timestamp>,
}

/// What an artifact must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
enum Required {
    /// Verified, by whomever
    Verified,
    /// Verified, by who it should be
    Pinned,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people at a terminal; `--verbose` shows every step
    Human,
    /// For programs; see `bartizan schema verify`
    Json,
}

const AFTER_HELP: &str = "\
Examples:
  bartizan verify dist/*.whl dist/*.tar.gz                 with the evidence that lies beside each file
  bartizan verify lab-1.0.tar.gz --provenance lab.provenance --repository lab/lab --workflow release.yml
  bartizan verify lab-1.0-py3-none-any.whl --source lab-1.0.tar.gz --checkout lab/   its files against what it was made of
  bartizan verify lab-1.0-py3-none-any.whl --index --pin   trust on first use; a change later is a finding
  bartizan verify .venv --lock uv.lock                     an environment: its content, and its versions by the lock
  bartizan verify /opt/env --channel mirror                an environment of conda: each package against its record, its publication as the channel serves it
  bartizan verify wheels/ --lock requirements.txt --policy policy.toml --index   as a gate: `pip download --require-hashes -d wheels -r
    requirements.txt` before it, and `pip install --no-index --find-links wheels -r requirements.txt` after it

Beside a file, its name with `.provenance`, `.publish.attestation`, `.slsa.attestation`, `.attestation`, `.sigstore.json`,
`.sigstore`, `.sigs` and `.v0.sigs` is looked for. Wheels and installed distributions are held against their RECORD too, conda packages against their `info/paths.json`. Who should have signed is what the
options below say, else who is pinned, else who publishes for the project by the profile. Without `--index` no network call is made. `bartizan explain verification` tells what each step asks.

Exit codes: 0 nothing at or above --fail-on, 1 findings, 2 wrong use, 3 no evidence, 4 the index did not answer.";

impl Command for Verify {
    fn path(&self) -> &'static [&'static str] {
        &["verify"]
    }

    fn arguments(&self) -> clap::Command {
        Arguments::augment_args(clap::Command::new("verify"))
            .about("Verify who built artifacts, from what, and whether that is who it should be")
            .after_help(AFTER_HELP)
    }

    fn run(&self, ctx: &Context, arguments: &ArgMatches) -> Result<Exit, Failure> {
        let arguments: Arguments = read(arguments)?;
        let file = arguments.output.as_deref();
        let answer = answer(ctx, &arguments)?;
        let text = match arguments.format {
            Format::Human => human::text(ctx.terminal(file), ctx.is_verbose, &answer),
            Format::Json => json::text(&answer)?,
        };
        output::write(&text, file)?;
        Ok(match answer.exit() {
            Exit::Findings if arguments.exit_zero => Exit::Clean,
            exit => exit,
        })
    }
}

/// What cannot be meant.
fn check(arguments: &Arguments) -> Result<(), Failure> {
    let artifacts = arguments.artifacts.len();
    if artifacts > 1 && !arguments.provenance.is_empty() {
        return Err(Failure::usage("`--provenance` is evidence of one artifact")
            .hint("name one artifact, or put the evidence beside each"));
    }
    arguments.divergence.check(artifacts)
}

fn answer(ctx: &Context, arguments: &Arguments) -> Result<Answer, Failure> {
    check(arguments)?;
    let now = arguments.as_of.unwrap_or_else(Timestamp::now);
    let file = arguments.trusted_root.as_deref();
    let root = RootInUse::in_force(ctx, file, &arguments.instance, now)?;
    let key = arguments.key.as_deref().map(key).transpose()?;
    let mut pins = Pins::open(ctx, arguments.pins.as_deref(), arguments.pin)?;
    let indexes = arguments
        .index
        .then(|| Indexes::configured(ctx, "`verify --index`"))
        .transpose()?;
    let policy = arguments.policy.as_deref().map(policy).transpose()?;
    let lock = arguments.lock.as_deref().map(LockInUse::read).transpose()?;
    let named = Some(arguments.profile.clone()).filter(|it| it != "none");
    let profile = ProfileInUse::new(named);
    let channels = Channels::new(&arguments.channel)?;
    let asked = Asked {
        root: &root,
        key: key.as_ref(),
        stated: arguments.expectation.stated()?,
        required: arguments.require,
        evidence: &arguments.provenance,
        indexes: indexes.as_ref(),
        channels: &channels,
        with_content: !arguments.no_content,
        policy: policy.as_ref(),
        lock: lock.as_ref(),
        profile: &profile,
        now,
    };
    let mut artifacts = Vec::new();
    let mut environments = Vec::new();
    for path in &arguments.artifacts {
        if let Some(environment) = Environment::at(path) {
            environments.push(environment.answer(&asked, &pins, &mut artifacts)?);
            continue;
        }
        for path in &files(path)? {
            let mut artifact = one(path, &asked, &mut pins, arguments.pin.then_some(now))?;
            arguments.divergence.compare(path, &mut artifact)?;
            artifacts.push(artifact);
        }
    }
    pins.write()?;
    let of_policy = policy.as_ref();
    let of_policy = of_policy.map(|policy| exceptions::findings(policy, &artifacts, now));
    let seen = artifacts.iter().filter_map(|it| it.package.as_ref());
    let absent = lock
        .as_ref()
        .map(|lock| (lock.path.clone(), lock.absent(seen)));
    Ok(Answer {
        lock: absent,
        artifacts,
        environments,
        of_policy: of_policy.unwrap_or_default(),
        pins: pins.path().to_owned(),
        threshold: arguments.fail_on.unwrap_or(DEFAULT_THRESHOLD),
        now,
        root,
    })
}

/// Looks at one artifact, and pins its signer where that is wanted and nobody is pinned yet.
fn one(
    path: &Path,
    asked: &Asked<'_>,
    pins: &mut Pins,
    pin_at: Option<Timestamp>,
) -> Result<ArtifactAnswer, Failure> {
    let bytes;
    let artifact = if asked.key.is_some() {
        bytes =
            disk::read_small(path, LARGEST_ARTIFACT).map_err(|error| unreadable(path, &error))?;
        Artifact::Bytes(&bytes)
    } else {
        Artifact::Digest(digest(path)?)
    };
    let mut answer = ArtifactAnswer::of(path, artifact, asked, pins)?;
    if let Some(now) = pin_at {
        answer.pin(pins, now);
    }
    Ok(answer)
}

/// The distributions of a folder, or the file itself.
fn files(path: &Path) -> Result<Vec<PathBuf>, Failure> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let entries = disk::DiskTree.list(path);
    let entries = entries.map_err(|error| unreadable(path, &error))?;
    let is_distribution = |entry: &Entry| {
        let name = entry.path.file_name().unwrap_or_default().to_string_lossy();
        let is_archive = file_name::is_archive(&name) || file_name::conda(&name).is_some();
        entry.kind == EntryKind::File && is_archive
    };
    let distributions = entries.into_iter().filter(is_distribution);
    Ok(distributions.map(|it| it.path).collect())
}

fn digest(path: &Path) -> Result<Digest, Failure> {
    let mut file = disk::DiskTree
        .open(path)
        .map_err(|error| unreadable(path, &error))?;
    Digest::of_reader(&mut file).map_err(|error| unreadable(path, &error))
}

fn unreadable(path: &Path, error: &dyn std::fmt::Display) -> Failure {
    Failure::usage(format!("cannot read `{}`: {error}", path.display()))
        .hint("name a wheel, a source distribution, a conda package or another file")
}

fn policy(path: &Path) -> Result<BuildPolicy, Failure> {
    let wrong = |why: String| {
        Failure::usage(format!("cannot use the policy `{}`: {why}", path.display()))
            .hint("`bartizan explain policy-violation` tells what a policy asks")
    };
    let bytes = disk::read_small(path, LARGEST_POLICY).map_err(|error| wrong(error.to_string()))?;
    build_policy::read(&bytes).map_err(|error| wrong(error.to_string()))
}

fn key(path: &Path) -> Result<PublicKey, Failure> {
    let bytes = disk::read_small(path, LARGEST_KEY).map_err(|error| unreadable(path, &error))?;
    PublicKey::read(&String::from_utf8_lossy(&bytes)).ok_or_else(|| {
        Failure::usage(format!("`{}` holds no public key", path.display()))
            .hint("a key in PEM begins with `-----BEGIN PUBLIC KEY-----`")
    })
}
