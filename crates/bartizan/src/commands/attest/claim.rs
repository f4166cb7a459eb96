//! What is claimed, from the command line.

use std::path::{Path, PathBuf};

use bartizan_provenance::signing::{self, Claim};
use bartizan_sources::disk;
use clap::{Args, ValueEnum};
use serde_json::value::RawValue;

use crate::{context::Context, error::Failure};

/// The largest claim that is read. Bills of materials of whole images have some megabytes.
const LARGEST_CLAIM: usize = 16 << 20;

#[derive(Debug, Args)]
pub(super) struct ClaimArguments {
    /// What is claimed [default: publish]
    #[arg(long, value_name = "CLAIM", conflicts_with = "sbom")]
    claim: Option<ClaimName>,

    /// The channel that the conda package is published to
    #[arg(long, value_name = "URL")]
    channel: Option<String>,

    /// Claim that this is what each artifact is made of: `CycloneDX` or SPDX, in JSON
    #[arg(long, value_name = "FILE", conflicts_with = "predicate")]
    sbom: Option<PathBuf>,

    /// Claim what this file says, in JSON: of the kind that `--predicate-type` names, or of a build with `--claim provenance`
    #[arg(long, value_name = "FILE")]
    predicate: Option<PathBuf>,

    /// The kind of the claim in `--predicate`, as an address
    #[arg(
        long,
        value_name = "URI",
        requires = "predicate",
        conflicts_with = "claim"
    )]
    predicate_type: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ClaimName {
    /// The artifact is published on a package index (PEP 740)
    Publish,
    /// The artifact was built by the workflow that runs (SLSA 1)
    Provenance,
    /// The artifact is published to a channel of conda (CEP 27)
    Conda,
}

impl ClaimArguments {
    pub(super) fn claim(&self, ctx: &Context) -> Result<Claim, Failure> {
        if self.channel.is_some() && self.claim != Some(ClaimName::Conda) {
            return Err(Failure::usage("`--channel` is a part of the claim `conda`")
                .hint("add `--claim conda`"));
        }
        if let Some(path) = &self.sbom {
            return Ok(Claim::Materials(json(path)?));
        }
        match (&self.predicate, &self.predicate_type, self.claim) {
            (Some(path), Some(kind), _) => Ok(Claim::Other {
                kind: kind.clone(),
                predicate: json(path)?,
            }),
            (Some(path), None, Some(ClaimName::Provenance)) => Ok(Claim::Build(json(path)?)),
            (Some(_), None, _) => Err(Failure::usage(
                "`--predicate` does not say of what kind it is",
            )
            .hint("name the kind by `--predicate-type URI`, or add `--claim provenance`")),
            (None, _, Some(ClaimName::Provenance)) => build(ctx),
            (None, _, Some(ClaimName::Conda)) => Ok(Claim::Channel(self.channel.clone())),
            (None, _, Some(ClaimName::Publish) | None) => Ok(Claim::Publication),
        }
    }
}

/// How the workflow that runs builds.
fn build(ctx: &Context) -> Result<Claim, Failure> {
    let variable = |name: &str| ctx.environment.text(name).map(str::to_owned);
    match signing::build(&variable) {
        Ok(predicate) => Ok(Claim::Build(predicate)),
        Err(name) => Err(Failure::usage(format!(
            "cannot tell how this was built: `{name}` is not set, as a GitHub workflow sets it"
        ))
        .hint("elsewhere write the provenance into a file, and name it by `--predicate`")),
    }
}

fn json(path: &Path) -> Result<Box<RawValue>, Failure> {
    let cannot = |why: String| {
        Failure::usage(format!(
            "cannot claim what `{}` says: {why}",
            path.display()
        ))
        .hint("name a file of JSON")
    };
    let bytes = disk::read_small(path, LARGEST_CLAIM).map_err(|error| cannot(error.to_string()))?;
    serde_json::from_slice(&bytes).map_err(|error| cannot(error.to_string()))
}
