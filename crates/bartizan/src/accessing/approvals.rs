//! Approvals beside a plan: a file of signed texts, and who may sign them.

use std::path::{Path, PathBuf};

use bartizan_access::approval::{Approval, Checked};
use bartizan_model::Timestamp;
use bartizan_people::vouch::{LARGEST_RECORDS, Record, read_records};
use bartizan_sources::disk;
use clap::Args;

use crate::{
    context::Context,
    error::Failure,
    vouching::{Prover, SignerArguments, handle},
};

/// Where approvals are, and whose count.
#[derive(Debug, Args)]
pub(crate) struct ApprovalArguments {
    /// The file of approvals [default: beside the plan]
    #[arg(long, value_name = "FILE")]
    pub(crate) approvals: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) signers: SignerArguments,
}

/// The file of approvals of a plan.
pub(crate) fn beside(plan: &Path) -> PathBuf {
    plan.with_extension("approvals.jsonl")
}

/// Every approval beside a plan, with what its signature is worth.
pub(crate) fn approvals(
    ctx: &Context,
    plan: &Path,
    arguments: &ApprovalArguments,
    now: Timestamp,
) -> Result<Vec<Checked>, Failure> {
    let path = arguments.approvals.clone().unwrap_or_else(|| beside(plan));
    if !path.exists() {
        return Ok(Vec::new());
    }
    let name = path.display().to_string();
    let bytes = disk::read_small(&path, LARGEST_RECORDS);
    let bytes = bytes.map_err(|error| Failure::usage(format!("cannot read `{name}`: {error}")))?;
    let prover = Prover::open(ctx, &arguments.signers, now)?;
    let (records, problems) = read_records(&name, &bytes);
    for problem in &problems {
        ctx.note(&format!(
            "not read: {}: {}",
            problem.subject, problem.message
        ));
    }
    let mut checked = Vec::new();
    for (number, record) in (1..).zip(&records) {
        match self::checked(&prover, record, now) {
            Ok(it) => checked.push(it),
            Err(why) => ctx.note(&format!("not read: {name}, approval {number}: {why}")),
        }
    }
    Ok(checked)
}

fn checked(prover: &Prover, record: &Record, now: Timestamp) -> Result<Checked, String> {
    let approval = Approval::read(&record.statement).map_err(|error| error.to_string())?;
    let by = handle(approval.by.as_str())?;
    let refusal = prover.prove(record, &by, now).err();
    Ok(Checked { approval, refusal })
}

/// A line for the file of approvals.
pub(crate) fn record(record: &Record) -> Result<String, Failure> {
    record
        .line()
        .ok_or_else(|| Failure::usage("the proof is no JSON, or larger than any"))
}
