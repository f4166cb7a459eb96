//! Applying and undoing: everything that is asked before the first step, and what is said afterwards.

use std::path::PathBuf;

use bartizan_access::{
    apply::{Outcome, Run, Stop},
    approval::{Approved, Checked, NotApproved, Way, judge, judge_undo},
    exempt::Exempt,
    invariant::Guard,
    log::Event,
    plan::Plan,
    right::Account,
};
use bartizan_model::Timestamp;
use bartizan_sources::access_log::{AccessLog, AccessLogError, PlanJournal};

use clap::Args;

use super::{
    ApprovalArguments, ExemptArguments, LiveArguments, LogArguments, Place, add, approvals,
    live::PlaceError, log, plan_of, unusable,
};
use crate::{arguments, context::Context, error::Failure};

/// A plan that somebody wants applied or undone.
#[derive(Debug, Args)]
pub(crate) struct Errand {
    /// The plan
    #[arg(value_name = "PLAN")]
    plan: PathBuf,

    #[command(flatten)]
    approval: ApprovalArguments,

    #[command(flatten)]
    live: LiveArguments,

    #[command(flatten)]
    exempt: ExemptArguments,

    /// The most of the grants that one run may change, in percent; never more than 25
    #[arg(long, value_name = "PERCENT", default_value_t = 10, value_parser = clap::value_parser!(u8).range(1..=25))]
    most_percent: u8,

    /// The moment that counts as now, for a rehearsal
    #[arg(long, value_name = "TIME", value_parser = arguments::time, requires = "rehearse")]
    as_of: Option<Timestamp>,

    #[command(flatten)]
    log: LogArguments,
}

/// How approvals of a plan are judged.
type Judging = fn(
    Plan,
    &[Checked],
    &std::collections::BTreeSet<Account>,
    Timestamp,
) -> Result<Approved, NotApproved>;

type Ended = Result<Outcome, Stop<PlaceError, AccessLogError>>;

/// A journal of a rehearsal, which nothing remembers.
struct Forgotten;

impl bartizan_access::apply::Journal for Forgotten {
    type Error = AccessLogError;

    fn write(&mut self, _note: bartizan_access::apply::Note) -> Result<(), AccessLogError> {
        Ok(())
    }
}

impl Errand {
    fn now(&self) -> Timestamp {
        self.as_of.unwrap_or_else(Timestamp::now)
    }

    /// The plan, where enough people approved it, and whom it may take nothing from.
    fn approved(&self, ctx: &Context, judge: Judging) -> Result<(Approved, Exempt), Failure> {
        let (policy, _) = self.exempt.read(ctx)?;
        let plan = plan_of(&self.plan)?;
        let found = approvals(ctx, &self.plan, &self.approval, self.now())?;
        let approved = judge(plan, &found, &policy.exempt.bots, self.now());
        let approved = approved.map_err(|error| {
            let hint = match error {
                NotApproved::TooFew { .. } => {
                    "`bartizan access approve` adds one; `--signers` and `--identities` say whose count"
                }
                NotApproved::Expired { .. } => "make another plan: what one relies on grows old",
                NotApproved::NotOnlyLowers => "have it approved by two",
            };
            Failure::usage(error.to_string()).hint(hint)
        })?;
        Ok((approved, policy.exempt))
    }

    /// Applies the plan.
    pub(crate) fn apply(&self, ctx: &Context) -> Result<(), Failure> {
        let (approved, exempt) = self.approved(ctx, judge)?;
        if approved.way() == Way::Emergency {
            ctx.warn(
                "this plan is applied in an emergency: one person approved it",
                "tell everybody now, and have it looked at by a second person today",
            );
        }
        let mut log = log(ctx, &self.log)?;
        let mut place = Place::open(ctx, approved.plan(), &self.live, log.log())?;
        let guard = self.guard(approved.plan(), exempt, &place);
        let live = place.live.rights.clone();
        if self.live.rehearse.is_some() {
            let mut run = Run {
                approved: &approved,
                host: &mut place,
                journal: &mut Forgotten,
                history: &[],
            };
            let ended = run.apply(&live, &guard, || self.now());
            return said(ctx, "in memory", ended);
        }
        start(&mut log, &approved)?;
        let history = log.notes(approved.plan().hash());
        let mut journal = journal(&mut log, &approved);
        let mut run = Run {
            approved: &approved,
            host: &mut place,
            journal: &mut journal,
            history: &history,
        };
        let ended = run.apply(&live, &guard, Timestamp::now);
        Self::end(ctx, (&mut log, &mut place), &approved, ended)
    }

    /// Takes the plan back.
    pub(crate) fn undo(&self, ctx: &Context) -> Result<(), Failure> {
        if self.live.rehearse.is_some() {
            return Err(Failure::usage(
                "undoing has nothing to rehearse: it takes back what the log says was done",
            ));
        }
        let (approved, _) = self.approved(ctx, judge_undo)?;
        let mut log = log(ctx, &self.log)?;
        let mut place = Place::open(ctx, approved.plan(), &self.live, log.log())?;
        start(&mut log, &approved)?;
        let history = log.notes(approved.plan().hash());
        let mut journal = journal(&mut log, &approved);
        let mut run = Run {
            approved: &approved,
            host: &mut place,
            journal: &mut journal,
            history: &history,
        };
        let ended = run.undo();
        Self::end(ctx, (&mut log, &mut place), &approved, ended)
    }

    fn guard(&self, plan: &Plan, mut exempt: Exempt, place: &Place<'_>) -> Guard {
        exempt.bots.extend(place.live.bots.iter().cloned());
        Guard {
            actor: plan.actor.clone(),
            exempt,
            environments: place.live.environments.clone(),
            dormant: std::collections::BTreeSet::new(),
            most_percent: usize::from(self.most_percent),
        }
    }

    fn end(
        ctx: &Context,
        (log, place): (&mut AccessLog, &mut Place<'_>),
        approved: &Approved,
        ended: Ended,
    ) -> Result<(), Failure> {
        let noticed = place.log_notices(log, Timestamp::now());
        noticed.map_err(|error| unusable(&error))?;
        let (event, detail) = match &ended {
            Ok(_) => (Event::Finished, String::new()),
            Err(stop) => (Event::Stopped, stop.to_string()),
        };
        let plan = approved.plan();
        add(
            log,
            (Timestamp::now(), event),
            &plan.actor,
            plan.hash(),
            &detail,
        )?;
        said(ctx, "at the hosting service", ended)
    }
}

fn journal<'a>(log: &'a mut AccessLog, approved: &Approved) -> PlanJournal<'a> {
    PlanJournal {
        log,
        by: approved.plan().actor.to_string(),
        now: Timestamp::now,
    }
}

fn start(log: &mut AccessLog, approved: &Approved) -> Result<(), Failure> {
    let event = match approved.way() {
        Way::Ordinary => Event::Started,
        Way::Emergency => Event::Emergency,
    };
    let by: Vec<&str> = approved.by().iter().map(Account::as_str).collect();
    let plan = approved.plan();
    let detail = format!("approved by {}", by.join(", "));
    add(
        log,
        (Timestamp::now(), event),
        &plan.actor,
        plan.hash(),
        &detail,
    )
}

fn said(ctx: &Context, place: &str, ended: Ended) -> Result<(), Failure> {
    match ended {
        Ok(outcome) => {
            ctx.note(&format!(
                "{place}: {} steps done, {} were so before, {} cannot be taken back by a program",
                outcome.done, outcome.before, outcome.left
            ));
            Ok(())
        }
        Err(Stop::Host { step, cause }) => Err(Failure::data(format!(
            "step {step} cannot be read or done: {cause}"
        ))
        .hint("run it again: it goes on where it stopped")),
        Err(Stop::Journal { cause, .. }) => Err(unusable(&cause)),
        Err(stop @ (Stop::Broken(_) | Stop::Expired { .. })) => {
            Err(Failure::usage(stop.to_string()).hint("make another plan"))
        }
        Err(stop) => Err(Failure::data(stop.to_string())
            .hint("look at what changed; then make another plan, or run it again")),
    }
}
