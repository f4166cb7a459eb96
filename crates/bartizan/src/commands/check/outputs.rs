//! What is written beside the report: a page, badges, a pack of evidence.

use std::{collections::BTreeMap, path::PathBuf};

use bartizan_posture::facts::Facts;
use clap::Args;

use super::{badges, evidence, page, recorded::Seen, report::CheckReport};
use crate::{context::Context, error::Failure, output};

#[derive(Debug, Args)]
pub(super) struct OutputArguments {
    /// Write the report as a page of its own too: one HTML file that needs no network and no script
    #[arg(long, value_name = "FILE")]
    pub(super) report: Option<PathBuf>,

    /// Write a badge for each SPEC that is met as a whole into this directory, with the Markdown that shows them; badges of
    /// what is no longer met are taken away
    #[arg(long, value_name = "DIR")]
    pub(super) badges: Option<PathBuf>,

    /// Write evidence for an auditor into this directory: findings, the files that were looked at with their digests,
    /// requirements of frameworks; see `bartizan schema check-evidence`
    #[arg(long, value_name = "DIR")]
    pub(super) evidence: Option<PathBuf>,
}

/// Writes what is asked for.
pub(super) fn write(
    ctx: &Context,
    arguments: &OutputArguments,
    (report, facts): (&CheckReport, &Facts),
    seen: &BTreeMap<String, Seen>,
) -> Result<(), Failure> {
    if let Some(file) = &arguments.report {
        output::write(&page::html(report, facts), Some(file))?;
        ctx.note(&format!("wrote `{}`", file.display()));
    }
    if let Some(directory) = &arguments.badges {
        badges::write(ctx, directory, report, facts)?;
    }
    if let Some(directory) = &arguments.evidence {
        evidence::write(directory, (report, facts), seen)?;
        ctx.note(&format!("wrote evidence into `{}`", directory.display()));
    }
    Ok(())
}
