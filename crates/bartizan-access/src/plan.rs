//! A plan: ordered steps that change rights, each with its reason, its evidence, the state that it relies on and its inverse.
//!
//! A plan is made, read by people, approved as it stands, and applied as it stands: its file has one text only, and a hash
//! that approvals are of. What no plan may do, whoever wrote it, is refused when it is read.

mod file;
mod ladder;
mod step;
mod toward;

use bartizan_formats::digest::Digest;
use bartizan_model::Timestamp;
use thiserror::Error;

use crate::right::{Account, Right};

pub use self::{
    file::{LARGEST_PLAN, read, text},
    ladder::{Candidate, Ladder, Manner, NOTICE_DAYS, NOTICE_HOLDS_DAYS, REMINDER_DAYS, Told},
    step::{Inverse, Rung, Step},
    toward::Toward,
};

/// A plan ends by itself: what it relies on grows old.
pub const PLAN_DAYS: i64 = 7;

/// A plan can be undone for so long. Afterwards another one, with approvals of its own, gives rights back.
pub const UNDO_DAYS: i64 = 30;

/// The most steps of a plan: whoever approves it has to read them.
pub const MOST_STEPS: usize = 500;

const DAY: i64 = 24 * 60 * 60;

/// What is to be changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// What it is for, in one line.
    pub title: String,
    /// Who proposes it, and so does not approve it.
    pub proposer: Account,
    /// Whose access it is applied with.
    pub actor: Account,
    /// When it was made.
    pub made: Timestamp,
    /// When it ends.
    pub expires: Timestamp,
    /// The snapshot that it was made from.
    pub snapshot: Digest,
    /// What to do, in this order.
    pub steps: Vec<Step>,
}

/// Why something is no plan.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PlanError {
    /// It is larger than any.
    #[error("the plan is larger than {LARGEST_PLAN} bytes")]
    TooLarge,
    /// The bytes are no plan.
    #[error("this is no plan: {why}")]
    Unreadable {
        /// What the reader says.
        why: String,
    },
    /// Its hash is that of something else.
    #[error("the plan was changed after it was made: it does not have the hash that it names")]
    Changed,
    /// It says the same in another way.
    #[error("the plan is not written as a plan is written: it was changed after it was made")]
    OtherText,
    /// It counts for too long, or not at all.
    #[error("the plan has to end within {PLAN_DAYS} days after it was made")]
    Span,
    /// There is nothing to do, or too much.
    #[error("a plan has 1 to {MOST_STEPS} steps, this one {0}")]
    Steps(usize),
    /// A text says nothing, or more than one line.
    #[error("the text of {0} is empty, too long or more than one line")]
    Text(&'static str),
    /// A step cannot be meant.
    #[error("step {number}: {problem}")]
    Step {
        /// Which, from 1.
        number: usize,
        /// Why.
        problem: StepProblem,
    },
}

/// Why a step cannot be meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum StepProblem {
    /// A lower rung of the ladder comes after a higher one.
    #[error("it belongs before the step that precedes it: the ladder has an order")]
    Order,
    /// Two steps are about one right.
    #[error("an earlier step is about the same right")]
    Twice,
    /// Nothing would be changed.
    #[error("it changes nothing")]
    Nothing,
    /// The right cannot be held so.
    #[error("the right has no such level")]
    Level,
    /// It says something else than its rung does.
    #[error("what it does is not of its rung")]
    Rung,
    /// It would remove a collaborator.
    #[error(
        "it removes a collaborator, which deletes their forks and takes them off issues; lower the level in its place"
    )]
    Deletion,
    /// Its inverse is of another step.
    #[error("its inverse does not lead back to the state before it")]
    Inverse,
    /// A text of it cannot be meant.
    #[error("a reason, a piece of evidence or a name is empty, too long or more than one line")]
    Text,
}

impl Plan {
    /// The hash that approvals are of.
    pub fn hash(&self) -> Digest {
        file::hash(self)
    }

    /// Whether it can be meant.
    pub fn check(&self) -> Result<(), PlanError> {
        let span = self
            .expires
            .as_second()
            .saturating_sub(self.made.as_second());
        if !(1..=PLAN_DAYS * DAY).contains(&span) {
            return Err(PlanError::Span);
        }
        if !(1..=MOST_STEPS).contains(&self.steps.len()) {
            return Err(PlanError::Steps(self.steps.len()));
        }
        if !step::is_line(&self.title) {
            return Err(PlanError::Text("the title"));
        }
        let mut before: Vec<&Right> = Vec::with_capacity(self.steps.len());
        let mut rung = Rung::Grant;
        for (number, step) in (1..).zip(&self.steps) {
            let failed = |problem| PlanError::Step { number, problem };
            step.check().map_err(failed)?;
            if step.rung < rung {
                return Err(failed(StepProblem::Order));
            }
            if before.contains(&&step.right) {
                return Err(failed(StepProblem::Twice));
            }
            rung = step.rung;
            before.push(&step.right);
        }
        Ok(())
    }

    /// Whether it may begin now.
    pub fn is_current(&self, now: Timestamp) -> bool {
        self.made <= now && now <= self.expires
    }

    /// Whether it may still be undone.
    pub fn may_be_undone(&self, now: Timestamp) -> bool {
        let age = now.as_second().saturating_sub(self.made.as_second());
        (0..=UNDO_DAYS * DAY).contains(&age)
    }

    /// Whose rights it changes.
    pub fn subjects(&self) -> Vec<&Account> {
        let mut found: Vec<&Account> = self.steps.iter().flat_map(Step::subjects).collect();
        found.sort();
        found.dedup();
        found
    }

    /// Whether it does nothing but lower levels that stay above nothing, or take away what no person works by.
    pub fn only_lowers(&self) -> bool {
        self.steps.iter().all(Step::only_lowers)
    }
}

#[cfg(test)]
pub(crate) mod tests;
