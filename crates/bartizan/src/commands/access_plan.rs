//! `bartizan access plan`: plan which rights are reduced next, as gently as may be.

use std::{collections::BTreeMap, path::PathBuf};

use bartizan_access::{
    audit::guard,
    diff::diff,
    invariant::{grants, most},
    log::Event,
    plan::{Ladder, Manner, PLAN_DAYS, Plan, Toward, text},
    right::Account,
};
use bartizan_model::Timestamp;
use clap::{ArgMatches, Args};

use super::{Command, read};
use crate::{
    access::{failed, store},
    accessing::{EvidenceArguments, Judged, LogArguments, account, add, due, log, told},
    context::Context,
    error::Failure,
    exit::Exit,
    output,
};

pub(super) static COMMAND: AccessPlan = AccessPlan;

pub(super) struct AccessPlan;

#[derive(Debug, Args)]
struct Arguments {
    #[command(flatten)]
    evidence: EvidenceArguments,

    /// Who proposes the plan, and so does not approve it, as `platform:login`
    #[arg(long, value_name = "ACCOUNT", value_parser = account)]
    by: Account,

    /// With whose access it will be applied
    #[arg(long, value_name = "ACCOUNT", value_parser = account)]
    actor: Account,

    /// What it is for, in one line
    #[arg(long, value_name = "TEXT", default_value = "rights that nobody uses")]
    title: String,

    /// The most of the grants that one run may change, in percent; never more than 25
    #[arg(long, value_name = "PERCENT", default_value_t = 10, value_parser = clap::value_parser!(u8).range(1..=25))]
    most_percent: u8,

    /// The plan, written for its owner only
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,

    #[command(flatten)]
    log: LogArguments,
}

const AFTER_HELP: &str = "\
Examples:
  bartizan access plan --from lab.json --history lab/array=mirrors/array.git --by github:ann --actor github:ann --output plan.json
  bartizan access plan --from lab --desired lab.toml --title 'as it is wanted' --by github:ann --actor github:ann --output plan.json

With `--desired` what is wanted and missing is given, and what is more than that goes up the same ladder as what nobody uses; settings, teams, rules and
reviewers are told and left to people. First come keys, tokens and invitations that nothing uses. Then whoever has unused rights is told; thirty days later they keep less, then grants of
their own are reduced to reading, and membership comes last. A collaborator is never removed: that would delete their forks.
What would break what has to hold (two owners, two administrators, exceptions and so on) is left out, with the reason.
A plan ends after seven days. Two people approve it (`approve`), neither its proposer nor anybody whose rights it changes.

Exit codes: 0 a plan was written, 2 wrong use, 3 there is nothing to do now.";

impl Command for AccessPlan {
    fn path(&self) -> &'static [&'static str] {
        &["access", "plan"]
    }

    fn arguments(&self) -> clap::Command {
        Arguments::augment_args(clap::Command::new("plan"))
            .about("Plan which rights are reduced next, as gently as may be")
            .after_help(AFTER_HELP)
    }

    fn run(&self, ctx: &Context, arguments: &ArgMatches) -> Result<Exit, Failure> {
        let arguments: Arguments = read(arguments)?;
        let judged = Judged::of(ctx, &arguments.evidence)?;
        let mut log = log(ctx, &arguments.log)?;
        let percent = usize::from(arguments.most_percent);
        let rights = &judged.read.rights;
        let manner = Manner {
            emeriti: emeriti(ctx, &judged),
            told: told(log.log()),
            exempt: judged.policy.exempt.clone(),
            most: most(grants(rights), percent),
        };
        let guard = guard(&judged.question(), arguments.actor.clone(), percent);
        let toward = toward(ctx, &judged);
        let ladder = Ladder::climb(rights, &toward.candidates, &manner, judged.now)
            .giving(toward.grants)
            .within(rights, &guard, judged.now);
        let waiting = due(log.log(), judged.now);
        let due = ladder
            .reminders
            .iter()
            .filter(|it| waiting.contains_key(it));
        match due.count() {
            0 => {}
            count => ctx.note(&format!(
                "{count} who were told have to be reminded: `bartizan access remind`"
            )),
        }
        ctx.note(&match ladder.waiting.len() {
            1 => "1 right waits".to_owned(),
            count => format!("{count} rights wait"),
        });
        if ladder.steps.is_empty() {
            return Ok(Exit::NothingToLookAt);
        }
        let plan = plan(&arguments, &judged, ladder)?;
        output::write_for_owner(&text(&plan), &arguments.output)?;
        let what = (judged.now, Event::Planned);
        add(&mut log, what, &plan.proposer, plan.hash(), &plan.title)?;
        let kept = store(ctx)?.put_plan(&plan);
        kept.map_err(|error| failed(&error))?;
        ctx.note(&format!(
            "{} {} in {}, with the hash {}",
            plan.steps.len(),
            if plan.steps.len() == 1 {
                "step"
            } else {
                "steps"
            },
            arguments.output.display(),
            plan.hash()
        ));
        Ok(Exit::Clean)
    }
}

/// The teams of those who were there once, as far as they are there themselves.
fn emeriti(ctx: &Context, judged: &Judged) -> BTreeMap<String, String> {
    let mut emeriti = judged.policy.emeriti.clone();
    emeriti.retain(|_, team| {
        let mut teams = judged.snapshot.teams.iter();
        let is_there = teams.any(|it| it.name.as_str() == team);
        if !is_there {
            ctx.note(&format!(
                "nobody is put into {team}, which is not there: somebody makes the team first"
            ));
        }
        is_there
    });
    emeriti
}

/// What is to be given and reduced. Where it is said what is wanted, people keep that whether they use it or not; keys, tokens and
/// programs that nothing uses go in either case.
fn toward(ctx: &Context, judged: &Judged) -> Toward {
    let candidates = judged.audit.candidates.iter();
    let Some(desired) = &judged.desired else {
        return Toward {
            candidates: candidates.cloned().collect(),
            ..Toward::default()
        };
    };
    let source = format!("what is wanted of {}", desired.organisation);
    let diff = diff(&judged.snapshot, desired, judged.now);
    let mut toward = Toward::of(&diff, &judged.read.rights, &source);
    for left in &toward.left {
        ctx.note(&format!("a person does it: {left}"));
    }
    toward
        .candidates
        .extend(candidates.filter(|it| !it.right.is_grant()).cloned());
    toward
}

fn plan(arguments: &Arguments, judged: &Judged, ladder: Ladder) -> Result<Plan, Failure> {
    let made = judged.now.as_second();
    let moment = |seconds| Timestamp::from_second(seconds).unwrap_or(Timestamp::MAX);
    let plan = Plan {
        title: arguments.title.clone(),
        proposer: arguments.by.clone(),
        actor: arguments.actor.clone(),
        made: moment(made),
        expires: moment(made + PLAN_DAYS * 24 * 60 * 60),
        snapshot: judged.snapshot.digest(),
        steps: ladder.steps,
    };
    plan.check()
        .map_err(|error| Failure::usage(error.to_string()))?;
    Ok(plan)
}
