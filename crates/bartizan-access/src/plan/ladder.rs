//! The ladder: what is done next about a right that is not used, given what was done before.
//!
//! Nobody loses anything without having been told thirty days before. First they keep less, or go to the team of those who
//! were there once; then grants of their own beside teams are reduced to reading; membership is last, and only where nothing
//! else is left of it.

use std::collections::{BTreeMap, BTreeSet};

use bartizan_model::Timestamp;

use super::{MOST_STEPS, Rung, Step};
use crate::{
    exempt::Exempt,
    invariant::{Guard, broken},
    right::{Account, Held, Right, Rights, organisation},
};

/// So long after a notice nothing is taken away.
pub const NOTICE_DAYS: i64 = 30;

/// After so long somebody who did not answer is told again.
pub const REMINDER_DAYS: i64 = 14;

/// So long a notice counts. Whoever was told longer ago is told again: it was about what they had then.
pub const NOTICE_HOLDS_DAYS: i64 = 365;

const DAY: i64 = 24 * 60 * 60;

/// The most rights that a notice lists, and how much it says of each.
const MOST_ABOUT: usize = 30;
const LONGEST_ABOUT: usize = 140;

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

impl Told {
    /// Whether the notice still counts.
    pub fn holds(&self, now: Timestamp) -> bool {
        self.days(now) < NOTICE_HOLDS_DAYS
    }

    fn days(&self, now: Timestamp) -> i64 {
        now.as_second().saturating_sub(self.at.as_second()) / DAY
    }
}

/// How the ladder is climbed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Manner {
    /// The team of those who were there once, by organisation, as `organisation/team`.
    pub emeriti: BTreeMap<String, String>,
    /// Who was told, by organisation.
    pub told: BTreeMap<(String, Account), Told>,
    /// Who is left alone: programs, and whoever has an exception.
    pub exempt: Exempt,
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
        let mut notices = Notices::new();
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
            match manner.stands(&step, now) {
                Standing::NotTold(whom) => {
                    let about = about(&step);
                    for it in whom {
                        notices.entry(it).or_default().insert(about.clone());
                    }
                }
                Standing::Waits { reminders, until } => {
                    ladder.reminders.extend(reminders);
                    let why = format!("told; nothing is taken away before {until}");
                    ladder.waiting.push((candidate.right.clone(), why));
                }
                Standing::Keeps(why) => {
                    ladder
                        .waiting
                        .push((candidate.right.clone(), why.to_owned()));
                }
                Standing::Over => climbing.push((candidate, step)),
            }
        }
        ladder.put(rights, climbing, notices, manner);
        ladder
    }

    /// Adds what is given. Nobody has to be told of that first.
    #[must_use]
    pub fn giving(mut self, grants: Vec<Step>) -> Self {
        let new = grants.into_iter().filter(|it| {
            let mut steps = self.steps.iter();
            !steps.any(|other| other.right == it.right)
        });
        let new: Vec<Step> = new.collect();
        self.steps.extend(new);
        self.order();
        self
    }

    /// Leaves out what would break what has to hold, and says why. What stays can be a plan.
    #[must_use]
    pub fn within(mut self, rights: &Rights, guard: &Guard, now: Timestamp) -> Self {
        if broken(rights, &self.steps, guard, now).is_empty() {
            return self;
        }
        let mut kept: Vec<Step> = Vec::new();
        for step in std::mem::take(&mut self.steps) {
            kept.push(step);
            let broken = broken(rights, &kept, guard, now);
            if let (Some(first), Some(step)) = (broken.first(), kept.pop_if(|_| !broken.is_empty()))
            {
                self.waiting.push((step.right, first.to_string()));
            }
        }
        self.steps = kept;
        self.waiting.sort();
        self
    }

    fn put(
        &mut self,
        rights: &Rights,
        mut climbing: Vec<(&Candidate, Step)>,
        notices: Notices,
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
        self.steps.extend(notices.into_iter().map(notice));
        self.reminders.sort();
        self.reminders.dedup();
        self.order();
    }

    /// Puts the steps into the order of a plan, which has only so many; the hardest are left for the next one.
    fn order(&mut self) {
        self.steps
            .sort_by(|one, other| (one.rung, &one.right).cmp(&(other.rung, &other.right)));
        let further = self.steps.split_off(self.steps.len().min(MOST_STEPS));
        let why = "a plan has only so many steps; it is left for the next one";
        let further = further.into_iter().map(|it| (it.right, why.to_owned()));
        self.waiting.extend(further);
        self.waiting.sort();
    }
}

/// An organisation, and somebody in it who is told.
type Whom = (String, Account);

/// Who is to be told, and of what.
type Notices = BTreeMap<Whom, BTreeSet<String>>;

/// What somebody is told of: what they would have less of, and why.
fn about(step: &Step) -> String {
    let level = |it: Option<Held>| it.map_or("nothing", Held::id);
    let text = format!(
        "{}: {} to {}; {}",
        step.right.words(),
        level(step.from),
        level(step.to),
        step.reason
    );
    text.chars().take(LONGEST_ABOUT).collect()
}

/// The step by which somebody is told. What is left out of a long list is said to be.
fn notice(((organisation, account), about): (Whom, BTreeSet<String>)) -> Step {
    let right = Right::Notice {
        organisation,
        account,
    };
    let reason = "they would have less: whoever that is about is told and asked first";
    let mut step = Step::new(Rung::Notice, right, (None, Some(Held::Given)), reason);
    let further = about.len().saturating_sub(MOST_ABOUT);
    step.evidence = about.into_iter().take(MOST_ABOUT).collect();
    if further > 0 {
        step.evidence.push(format!("and {further} more"));
    }
    step
}

/// Where those stand who would have less by a step.
enum Standing {
    /// Some of them were told nothing yet.
    NotTold(Vec<Whom>),
    /// Some of them were told, and may still answer; some of those have to be reminded.
    Waits {
        reminders: Vec<Whom>,
        until: Timestamp,
    },
    /// Nothing is taken from one of them.
    Keeps(&'static str),
    /// All of them were told long enough ago.
    Over,
}

impl Manner {
    /// Where those stand whom a step takes something from: its holder, or the members of the team.
    fn stands(&self, step: &Step, now: Timestamp) -> Standing {
        let place = step.right.place();
        let (mut untold, mut reminders, mut last) = (Vec::new(), Vec::new(), None);
        for account in step.subjects().filter(|_| step.right.is_grant()) {
            let is_excused = self
                .exempt
                .excused(account, (place, step.from), now)
                .is_some();
            if is_excused || self.exempt.bots.contains(account) {
                return Standing::Keeps("a program, or somebody with an exception");
            }
            let whom = (organisation(place).to_owned(), account.clone());
            let told = self.told.get(&whom);
            if told.is_some_and(|it| it.has_objected) {
                return Standing::Keeps("they asked to keep it; an exception or a person decides");
            }
            let Some(told) = told.filter(|it| it.holds(now)) else {
                untold.push(whom);
                continue;
            };
            let days = told.days(now);
            if days < NOTICE_DAYS {
                last = last.max(Some(told.at));
                reminders.extend((days >= REMINDER_DAYS).then_some(whom));
            }
        }
        match last {
            _ if !untold.is_empty() => Standing::NotTold(untold),
            None => Standing::Over,
            Some(told) => {
                let until = told.as_second().saturating_add(NOTICE_DAYS * DAY);
                let until = Timestamp::from_second(until).unwrap_or(Timestamp::MAX);
                Standing::Waits { reminders, until }
            }
        }
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
            let has_more = rights.below(organisation, account).next().is_some();
            (!has_more && candidate.keep.is_none()).then_some((Rung::Membership, None))?
        }
        Right::Notice { .. } => return None,
    };
    (to < Some(level)).then(|| {
        let mut step = Step::new(rung, right.clone(), (Some(level), to), &candidate.reason);
        step.evidence.clone_from(&candidate.evidence);
        step.put_concerned(rights);
        step
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::tests::{account, day, in_team, lab};

    /// Whoever was told more than a year ago is told again, and of what; whoever asked to keep it is not.
    #[test]
    fn a_notice_counts_for_a_year() {
        let told = |at: i64, has_objected: bool| {
            let at = day(at);
            let manner = Manner {
                told: [(
                    ("lab".to_owned(), account("dan")),
                    Told { at, has_objected },
                )]
                .into(),
                most: 5,
                ..Manner::default()
            };
            let candidate = Candidate {
                right: in_team("gpu", "dan"),
                reason: "not used".to_owned(),
                evidence: Vec::new(),
                keep: None,
            };
            let ladder = Ladder::climb(&lab(), &[candidate], &manner, day(400));
            let steps = ladder.steps.into_iter();
            let steps = steps.map(|it| format!("{:?} {:?}", it.rung, it.evidence));
            steps.collect::<Vec<_>>().join("\n")
        };
        insta::assert_snapshot!(told(400 - NOTICE_HOLDS_DAYS + 1, false), @"Downgrade []");
        insta::assert_snapshot!(told(400 - NOTICE_HOLDS_DAYS, false), @r#"Notice ["github:dan in the team lab/gpu: member to nothing; not used"]"#);
        insta::assert_snapshot!(told(0, true), @"");
    }
}
