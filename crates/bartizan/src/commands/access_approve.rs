//! `bartizan access approve`: approve a plan by a signature over its hash.

use std::path::PathBuf;

use bartizan_access::{
    approval::{Approval, Way},
    log::Event,
    plan::Plan,
    right::{Account, Held},
};
use bartizan_formats::signature::as_written;
use bartizan_model::Timestamp;
use bartizan_people::vouch::{LARGEST_RECORDS, Proof, Record};
use clap::{ArgMatches, Args};

use super::{Command, read, signing_key};
use crate::{
    access::{failed, store},
    accessing::{LogArguments, account, add, beside, log, plan_of, record, text},
    arguments,
    context::Context,
    error::Failure,
    exit::Exit,
    output,
    vouching::signed,
};

pub(super) static COMMAND: AccessApprove = AccessApprove;

pub(super) struct AccessApprove;

#[derive(Debug, Args)]
struct Arguments {
    /// The plan
    #[arg(value_name = "PLAN")]
    plan: PathBuf,

    /// Who approves, as `platform:login`
    #[arg(long, value_name = "ACCOUNT", value_parser = account)]
    by: Account,

    /// What you say of it, in one line
    #[arg(long, value_name = "TEXT")]
    reason: String,

    /// Approve alone, because it cannot wait; only a plan that lowers levels, and everybody is told
    #[arg(long)]
    emergency: bool,

    /// Sign with this private key (OpenSSH's format); without it the text to sign is printed
    #[arg(long, value_name = "KEY")]
    sign: Option<PathBuf>,

    /// A signature of that text that was made elsewhere, by `ssh-keygen -Y sign -n bartizan` or as a Sigstore bundle; say the same `--as-of`
    #[arg(long, value_name = "FILE", conflicts_with = "sign", requires = "as_of")]
    signature: Option<PathBuf>,

    /// The file of approvals [default: beside the plan]
    #[arg(long, value_name = "FILE")]
    approvals: Option<PathBuf>,

    /// The moment that counts as now, such as `2026-11-26T10:00:00Z`
    #[arg(long, value_name = "TIME", value_parser = arguments::time)]
    as_of: Option<Timestamp>,

    #[command(flatten)]
    log: LogArguments,
}

const AFTER_HELP: &str = "\
Examples:
  bartizan access approve plan.json --by github:ben --reason 'looked at each step' --sign ~/.ssh/id_ed25519

Two different people have to approve, neither whoever proposed the plan nor anybody whose rights it changes; whether they did is judged by `apply`, which
knows whose keys count. In an emergency one is enough for a plan that only lowers levels.

Exit codes: 0 done, 2 wrong use or no plan that counts now.";

impl Command for AccessApprove {
    fn path(&self) -> &'static [&'static str] {
        &["access", "approve"]
    }

    fn arguments(&self) -> clap::Command {
        Arguments::augment_args(clap::Command::new("approve"))
            .about("Approve a plan by a signature over its hash")
            .after_help(AFTER_HELP)
    }

    fn run(&self, ctx: &Context, arguments: &ArgMatches) -> Result<Exit, Failure> {
        let arguments: Arguments = read(arguments)?;
        let plan = plan_of(&arguments.plan)?;
        let now = arguments.as_of.unwrap_or_else(Timestamp::now).as_second();
        let now = Timestamp::from_second(now).unwrap_or(Timestamp::MAX);
        refuse(&plan, &arguments, now)?;
        let path = arguments.approvals.clone();
        let path = path.unwrap_or_else(|| beside(&arguments.plan));
        let before = if path.exists() {
            text(&path, LARGEST_RECORDS)?
        } else {
            String::new()
        };
        let approval = Approval {
            plan: plan.hash(),
            by: arguments.by.clone(),
            at: now,
            way: if arguments.emergency {
                Way::Emergency
            } else {
                Way::Ordinary
            },
            reason: arguments.reason.clone(),
        };
        approval
            .check()
            .map_err(|error| Failure::usage(error.to_string()))?;
        let Some(proof) = proof(&arguments, &approval)? else {
            output::write(&approval.text(), None)?;
            return Ok(Exit::Clean);
        };
        let mut log = log(ctx, &arguments.log)?;
        let line = record(&Record {
            statement: approval.text(),
            proof,
        })?;
        output::write_for_owner(&(before + &line), &path)?;
        let kept = store(ctx)?.put_approval(approval.plan, &line);
        kept.map_err(|error| failed(&error))?;
        add(
            &mut log,
            (now, Event::Approved),
            &approval.by,
            approval.plan,
            &approval.reason,
        )?;
        if arguments.emergency {
            ctx.warn(
                "this is an emergency approval",
                "everybody sees it in the log, and `apply` says so again",
            );
        }
        for line in steps(&plan) {
            ctx.note(&line);
        }
        Ok(Exit::Clean)
    }
}

/// What is refused before anybody signs; `apply` judges again.
fn refuse(plan: &Plan, arguments: &Arguments, now: Timestamp) -> Result<(), Failure> {
    let by = &arguments.by;
    let (why, hint) = if arguments.reason.trim().is_empty() || !is_line(&arguments.reason) {
        (
            "a reason is one line that says something".to_owned(),
            "write what you looked at, such as `--reason 'looked at each step'`",
        )
    } else if !plan.is_current(now) {
        (
            format!("it counts from {} to {}", plan.made, plan.expires),
            "a plan counts for seven days: make another one",
        )
    } else if plan.proposer == *by {
        (
            format!("{by} proposed it, and whoever proposes a plan does not approve it"),
            "two other people have to look at it",
        )
    } else if plan.subjects().contains(&by) {
        (
            format!("the plan changes rights of {by}"),
            "somebody has to look at it whose rights it leaves alone",
        )
    } else if arguments.emergency && !plan.only_lowers() {
        (
            "one approval is enough only for a plan that lowers levels; this one does more"
                .to_owned(),
            "leave out `--emergency`, and have it approved by two",
        )
    } else {
        return Ok(());
    };
    let plan = arguments.plan.display();
    Err(Failure::usage(format!("cannot approve `{plan}`: {why}")).hint(hint))
}

fn is_line(text: &str) -> bool {
    !text.chars().any(char::is_control)
}

fn proof(arguments: &Arguments, approval: &Approval) -> Result<Option<Proof>, Failure> {
    if let Some(key) = &arguments.sign {
        let signature = signed(&signing_key(key)?, &approval.text())?;
        return Ok(Some(Proof::Ssh(signature)));
    }
    let Some(path) = &arguments.signature else {
        return Ok(None);
    };
    let proof = text(path, LARGEST_RECORDS)?;
    if proof.trim_start().starts_with('{') {
        return Ok(Some(Proof::Sigstore(proof)));
    }
    let signature = as_written(&proof)
        .ok_or_else(|| Failure::usage(format!("`{}` is no signature", path.display())))?;
    Ok(Some(Proof::Ssh(signature)))
}

/// What was approved, in words.
fn steps(plan: &Plan) -> Vec<String> {
    let level = |it: Option<Held>| it.map_or("none", Held::id);
    let steps = plan.steps.iter().map(|step| {
        format!(
            "  {}: {} to {}",
            step.right.words(),
            level(step.from),
            level(step.to)
        )
    });
    let first = format!("approved: {}", plan.hash());
    [first].into_iter().chain(steps).collect()
}
