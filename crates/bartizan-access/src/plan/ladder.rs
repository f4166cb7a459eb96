//! The ladder: what is done next about a right that is not used, given what was done before.
//!
//! Nobody loses anything without having been told thirty days before. First they keep less, or go to the team of those who
//! were there once; then grants of their own beside teams are reduced to reading; membership is last, and only where nothing
//! else is left of it.

use std::collections::{BTreeMap, BTreeSet};

use bartizan_model::Timestamp;

use super::{Rung, Step};
use crate::right::{Account, Held, Right, Rights, organisation};

/// So long after a notice nothing is taken away.
pub const NOTICE_DAYS: i64 = 30;

/// After so long somebody who did not answer is told again.
pub const REMINDER_DAYS: i64 = 14;

const DAY: i64 = 24 * 60 * 60;

/// A right that may be reduced, with what that rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The right.
    pub right: Right,
    /// Why.
    pub reason: String,
    /// What that rests on.
    pub evidence: Vec<String>,
    /// What would be left where it is not used at all: none, or a lower level that is used.
    pub keep: Option<Held>,
}

/// When somebody was told, and whether they answered that they need it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told {
    /// When a notice was given.
    pub at: Timestamp,
    /// Whether they asked to keep it.
    pub has_objected: bool,
}

/// How the ladder is climbed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Manner {
    /// The team of those who were there once, by organisation, as `organisation/team`.
    pub emeriti: BTreeMap<String, String>,
    /// Who was told, by organisation.
    pub told: BTreeMap<(String, Account), Told>,
    /// Who is left alone: programs, and whoever has an exception.
    pub left_alone: BTreeSet<Account>,
    /// The most steps that take something from a person; further ones are left for the next plan.
    pub most: usize,
}

/// What the ladder says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ladder {
    /// The steps, in the order of a plan.
    pub steps: Vec<Step>,
    /// Who was told, and has to be reminded by now.
    pub reminders: Vec<(String, Account)>,
    /// Candidates that have to wait, with the reason.
    pub waiting: Vec<(Right, String)>,
}

impl Ladder {
    /// Climbs with all candidates as far as each may go now.
    pub fn climb(
        rights: &Rights,
        candidates: &[Candidate],
        manner: &Manner,
        now: Timestamp,
    ) -> Self {
        let mut ladder = Self::default();
        let mut notices: BTreeSet<(String, Account)> = BTreeSet::new();
        let mut climbing: Vec<(&Candidate, Step)> = Vec::new();
        for candidate in candidates {
            let Some(step) = reduce(rights, candidate) else {
                let why =
                    "other rights of the same account come first, or nothing less can be kept";
                ladder
                    .waiting
                    .push((candidate.right.clone(), why.to_owned()));
                continue;
            };
            let Some(account) = candidate
                .right
                .holder()
                .filter(|_| candidate.right.is_grant())
            else {
                climbing.push((candidate, step));
                continue;
            };
            if manner.left_alone.contains(account) {
                let why = "a program, or somebody with an exception".to_owned();
                ladder.waiting.push((candidate.right.clone(), why));
                continue;
            }
            let key = (
                organisation(candidate.right.place()).to_owned(),
                account.clone(),
            );
            match standing(manner.told.get(&key), now) {
                Standing::NotTold => {
                    notices.insert(key);
                }
                Standing::Waits { reminder, until } => {
                    if reminder && !ladder.reminders.contains(&key) {
                        ladder.reminders.push(key);
                    }
                    let why = format!("told; nothing is taken away before {until}");
                    ladder.waiting.push((candidate.right.clone(), why));
                }
                Standing::Objects => {
                    let why = "they asked to keep it; an exception or a person decides".to_owned();
                    ladder.waiting.push((candidate.right.clone(), why));
                }
                Standing::Over => climbing.push((candidate, step)),
            }
        }
        ladder.put(rights, climbing, notices, manner);
        ladder
    }

    fn put(
        &mut self,
        rights: &Rights,
        mut climbing: Vec<(&Candidate, Step)>,
        notices: BTreeSet<(String, Account)>,
        manner: &Manner,
    ) {
        climbing.sort_by(|(_, one), (_, other)| {
            (one.rung, &one.right).cmp(&(other.rung, &other.right))
        });
        let mut taken = 0;
        let mut emeriti: BTreeSet<Right> = BTreeSet::new();
        for (candidate, step) in climbing {
            if step.right.is_grant() {
                if taken >= manner.most {
                    let why = "a plan may take only so many; it is left for the next one";
                    self.waiting.push((candidate.right.clone(), why.to_owned()));
                    continue;
                }
                taken += 1;
            }
            emeriti.extend(emeritus(rights, &step, manner));
            self.steps.push(step);
        }
        let reason = "who worked here once is named, without rights of the work";
        self.steps.extend(
            emeriti
                .into_iter()
                .map(|right| Step::new(Rung::Grant, right, (None, Some(Held::Member)), reason)),
        );
        self.steps
            .extend(notices.into_iter().map(|(organisation, account)| {
            let right = Right::Notice {
                organisation,
                account,
            };
            let reason =
                "rights were not used, or more than is used: whoever has them is told and asked";
            Step::new(Rung::Notice, right, (None, Some(Held::Given)), reason)
        }));
        self.steps
            .sort_by(|one, other| (one.rung, &one.right).cmp(&(other.rung, &other.right)));
        self.waiting.sort();
        self.reminders.sort();
    }
}

/// Where somebody stands who may lose something.
enum Standing {
    NotTold,
    Waits { reminder: bool, until: Timestamp },
    Objects,
    Over,
}

fn standing(told: Option<&Told>, now: Timestamp) -> Standing {
    let Some(told) = told else {
        return Standing::NotTold;
    };
    if told.has_objected {
        return Standing::Objects;
    }
    let days = now.as_second().saturating_sub(told.at.as_second()) / DAY;
    if days >= NOTICE_DAYS {
        return Standing::Over;
    }
    let until = told.at.as_second().saturating_add(NOTICE_DAYS * DAY);
    Standing::Waits {
        reminder: days >= REMINDER_DAYS,
        until: Timestamp::from_second(until).unwrap_or(Timestamp::MAX),
    }
}

/// The step that reduces a right as gently as may be; none where others come first.
fn reduce(rights: &Rights, candidate: &Candidate) -> Option<Step> {
    let right = &candidate.right;
    let level = rights.level(right)?;
    let (rung, to) = match right {
        Right::DeployKey { .. }
        | Right::Token { .. }
        | Right::Installation { .. }
        | Right::Invitation { .. } => (Rung::Unused, None),
        Right::TeamMembership { .. } | Right::TeamAccess { .. } | Right::IndexRole { .. } => {
            (Rung::Downgrade, candidate.keep)
        }
        Right::Collaboration { .. } if level > Held::Triage => {
            let keep = candidate.keep.unwrap_or(Held::Triage);
            (Rung::Downgrade, Some(keep.max(Held::Triage)))
        }
        // Reading is what is left of a grant: removing the collaborator deletes their forks.
        Right::Collaboration { .. } => (Rung::Direct, Some(Held::Read)),
        Right::Membership { .. } if level == Held::Owner => (Rung::Downgrade, Some(Held::Member)),
        Right::Membership {
            organisation,
            account,
        } => {
            let has_more = has_rights_under(rights, organisation, account);
            (!has_more && candidate.keep.is_none()).then_some((Rung::Membership, None))?
        }
        Right::Notice { .. } => return None,
    };
    (to < Some(level)).then(|| {
        let mut step = Step::new(rung, right.clone(), (Some(level), to), &candidate.reason);
        step.evidence.clone_from(&candidate.evidence);
        if let Right::TeamAccess { team, .. } = right {
            step.concerned = rights.team(team).into_iter().cloned().collect();
        }
        step
    })
}

/// Whether leaving an organisation would take more with it than is said: teams, and more than reading by own grants.
fn has_rights_under(rights: &Rights, of: &str, whose: &Account) -> bool {
    rights.all().any(|(right, level)| match right {
        Right::TeamMembership { team, account } => account == whose && organisation(team) == of,
        Right::Collaboration {
            repository,
            account,
        } => account == whose && organisation(repository) == of && level > Held::Read,
        _ => false,
    })
}

/// The place in the team of those who were there once, for whoever leaves a team.
fn emeritus(rights: &Rights, step: &Step, manner: &Manner) -> Option<Right> {
    let Right::TeamMembership { team, account } = &step.right else {
        return None;
    };
    if step.to.is_some() {
        return None;
    }
    let emeriti = manner.emeriti.get(organisation(team))?;
    let right = Right::TeamMembership {
        team: emeriti.clone(),
        account: account.clone(),
    };
    (emeriti != team && rights.level(&right).is_none()).then_some(right)
}

/// The steps that lead from one state to another, as a plan orders them: what is wanted and not there is given, the rest is
/// reduced. A collaborator is never removed.
pub fn steps_between(before: &Rights, after: &Rights, reason: &str) -> Vec<Step> {
    let rights: BTreeSet<&Right> = before.all().chain(after.all()).map(|(it, _)| it).collect();
    let mut steps: Vec<Step> = Vec::new();
    for right in rights {
        let (from, mut to) = (before.level(right), after.level(right));
        if matches!(right, Right::Collaboration { .. }) && to.is_none() {
            to = Some(Held::Read);
        }
        if from == to || matches!(right, Right::Notice { .. }) {
            continue;
        }
        let rung = match right {
            _ if to > from => Rung::Grant,
            Right::Membership { .. } if to.is_none() => Rung::Membership,
            Right::DeployKey { .. }
            | Right::Token { .. }
            | Right::Installation { .. }
            | Right::Invitation { .. } => Rung::Unused,
            Right::Collaboration { .. } if to == Some(Held::Read) => Rung::Direct,
            _ => Rung::Downgrade,
        };
        let mut step = Step::new(rung, right.clone(), (from, to), reason);
        if let Right::TeamAccess { team, .. } = right {
            step.concerned = before.team(team).into_iter().cloned().collect();
        }
        steps.push(step);
    }
    steps.sort_by(|one, other| (one.rung, &one.right).cmp(&(other.rung, &other.right)));
    steps
}
