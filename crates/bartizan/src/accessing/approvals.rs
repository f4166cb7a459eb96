//! Approvals beside a plan: a file of signed texts, and who may sign them.

use std::path::{Path, PathBuf};

use bartizan_access::approval::{Approval, Checked};
use bartizan_formats::signature::as_written;
use bartizan_model::Timestamp;
use bartizan_people::vouch::{LARGEST_RECORDS, Proof, Record, read_records};
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
    if arguments.approvals.is_none() && !path.exists() {
        return Ok(Vec::new());
    }
    let name = path.display().to_string();
    let bytes = disk::read_small(&path, LARGEST_RECORDS);
    let bytes = bytes.map_err(|error| Failure::usage(format!("cannot read `{name}`: {error}")))?;
    let prover = Prover::open(ctx, &arguments.signers, now)?;
    believed(&name, &bytes, &prover, now).map_err(|why| {
        Failure::usage(format!("cannot believe the approvals in `{name}`: {why}")).hint(
            "each is a line as `bartizan access approve` writes it; whoever approved does it again",
        )
    })
}

/// The approvals in a file that says nothing else. The same approvals have one text only, so that no byte of it can be changed
/// without being seen.
fn believed(
    name: &str,
    bytes: &[u8],
    prover: &Prover,
    now: Timestamp,
) -> Result<Vec<Checked>, String> {
    let (records, problems) = read_records(name, bytes);
    if let Some(problem) = problems.first() {
        return Err(format!("{}: {}", problem.subject, problem.message));
    }
    let text: Option<String> = records.iter().map(Record::line).collect();
    if text.is_none_or(|it| it.as_bytes() != bytes) {
        return Err("it is not written as approvals are written: somebody changed it".to_owned());
    }
    let numbered = (1..).zip(&records);
    let checked = numbered.map(|(number, record)| {
        checked(prover, record, now).map_err(|why| format!("approval {number}: {why}"))
    });
    checked.collect()
}

fn checked(prover: &Prover, record: &Record, now: Timestamp) -> Result<Checked, String> {
    if let Proof::Ssh(signature) = &record.proof
        && as_written(signature).as_deref() != Some(signature)
    {
        return Err("the signature is not written as one is: somebody changed it".to_owned());
    }
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

#[cfg(test)]
mod tests {
    use bartizan_access::{
        approval::{Way, judge},
        plan::{PLAN_DAYS, Plan, Rung, Step},
        right::{Held, Right},
    };
    use bartizan_formats::{digest::Digest, signature::AllowedSigners};
    use ssh_key::{
        LineEnding, PrivateKey,
        private::{Ed25519Keypair, KeypairData},
    };

    use super::*;
    use crate::vouching::signed;

    fn moment(day: i64) -> Timestamp {
        Timestamp::from_second(1_790_000_000 + day * 24 * 60 * 60).unwrap()
    }

    fn plan() -> Plan {
        let account = |login: &str| format!("github:{login}").parse().unwrap();
        let right = Right::Membership {
            organisation: "lab".to_owned(),
            account: account("dan"),
        };
        Plan {
            title: "a test".to_owned(),
            proposer: account("zoe"),
            actor: account("ann"),
            made: moment(0),
            expires: moment(PLAN_DAYS),
            snapshot: Digest::of(b"snapshot"),
            steps: vec![Step::new(
                Rung::Membership,
                right,
                (Some(Held::Member), None),
                "unused",
            )],
        }
    }

    /// A file of two approvals, and who may sign.
    fn approved(plan: &Plan) -> (String, Prover) {
        let (mut text, mut signers) = (String::new(), String::new());
        for (seed, name) in [(1, "ben"), (2, "cy")] {
            let keypair = Ed25519Keypair::from_seed(&[seed; 32]);
            let key = PrivateKey::new(KeypairData::from(keypair), "").unwrap();
            signers += &format!("github:{name} {}\n", key.public_key().to_openssh().unwrap());
            let approval = Approval {
                plan: plan.hash(),
                by: format!("github:{name}").parse().unwrap(),
                at: moment(1),
                way: Way::Ordinary,
                reason: "looked at each step".to_owned(),
            };
            let key = key.to_openssh(LineEnding::LF).unwrap();
            let key = bartizan_formats::signature::SigningKey::read(key.as_bytes()).unwrap();
            let record = Record {
                proof: Proof::Ssh(signed(&key, &approval.text()).unwrap()),
                statement: approval.text(),
            };
            text += &super::record(&record).unwrap();
        }
        let signers = AllowedSigners::read("signers", signers.as_bytes()).unwrap();
        (text, Prover::of_signers(signers))
    }

    #[test]
    fn every_byte_of_the_approvals_is_looked_at() {
        let plan = plan();
        let (text, prover) = approved(&plan);
        let is_enough = |bytes: &[u8]| {
            let found = believed("approvals", bytes, &prover, moment(2));
            found.is_ok_and(|it| judge(plan.clone(), &it, &[].into(), moment(2)).is_ok())
        };
        assert!(is_enough(text.as_bytes()));
        for place in 0..text.len() {
            let mut turned = text.clone().into_bytes();
            turned[place] ^= 1;
            let mut less = text.clone().into_bytes();
            less.remove(place);
            let mut more = text.clone().into_bytes();
            more.insert(place, b' ');
            for bytes in [turned, less, more] {
                assert!(!is_enough(&bytes), "{}", String::from_utf8_lossy(&bytes));
            }
        }
    }
}
