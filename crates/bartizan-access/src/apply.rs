//! Does what an approved plan says, and takes it back: dull on purpose.
//!
//! Before anything is done the state is read again and the invariants are asked of it. Each step is looked at before and after;
//! where something is neither as the plan saw it nor as it wants it, nothing further is done. What is about to happen stands in
//! the journal before it happens, so that a run that was killed can be gone on with, and what somebody else did is not undone.

mod hosted;

use std::collections::BTreeMap;

use bartizan_formats::digest::Digest;
use bartizan_model::Timestamp;
use thiserror::Error;

use crate::{
    approval::Approved,
    invariant::{Broken, Guard, broken},
    plan::{Inverse, Plan, Step},
    right::{Held, Right, Rights},
};

pub use self::hosted::Hosted;

/// What is seen of a right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Observed {
    /// How much of it is held.
    pub level: Option<Held>,
    /// What was offered, and is not accepted yet.
    pub offered: Option<Held>,
}

/// Where rights are read and changed.
pub trait Host {
    /// Why something cannot be read or done.
    type Error;

    /// Reads one right as it is now.
    fn observe(&mut self, right: &Right) -> Result<Observed, Self::Error>;

    /// Sets one right. Called once for each step, after it was observed to be as the plan saw it.
    fn perform(&mut self, step: &Step, to: Option<Held>) -> Result<(), Self::Error>;
}

/// Which way a plan is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Direction {
    /// It is applied.
    Apply,
    /// It is taken back.
    Undo,
}

/// How far a step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// It is about to be done.
    Begun,
    /// It was done, and seen to be.
    Done,
    /// It was already so, before anything was done.
    Found,
}

/// A line of the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Note {
    /// The hash of the plan.
    pub plan: Digest,
    /// Which way.
    pub direction: Direction,
    /// Which step, from 1.
    pub step: usize,
    /// How far.
    pub phase: Phase,
}

/// Where is written what is about to happen.
pub trait Journal {
    /// Why it cannot be written.
    type Error;

    /// Writes a line so that it is there after whatever happens next.
    fn write(&mut self, note: Note) -> Result<(), Self::Error>;
}

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Outcome {
    /// Steps that were done now.
    pub done: usize,
    /// Steps that had been done before.
    pub before: usize,
    /// Steps that cannot be taken back by a program.
    pub left: usize,
}

/// Why it was stopped.
#[derive(Debug, PartialEq, Eq, Error)]
pub enum Stop<H, J> {
    /// What has to hold would not.
    #[error("the plan breaks what has to hold: {}", lines(.0))]
    Broken(Vec<Broken>),
    /// Something is not as the plan saw it.
    #[error("step {step}: {right} is {found}, the plan saw {expected}: nothing further was done")]
    Drift {
        /// Which step.
        step: usize,
        /// Of what, in words.
        right: String,
        /// How it is.
        found: &'static str,
        /// How it should be.
        expected: &'static str,
    },
    /// The plan's time is over.
    #[error("the plan ended before step {step}")]
    Expired {
        /// Which step.
        step: usize,
    },
    /// A person has to do a step.
    #[error("step {step} is a person's to do: {right} from {from} to {to}; then apply again")]
    Manual {
        /// Which step.
        step: usize,
        /// Of what, in words.
        right: String,
        /// From which level.
        from: &'static str,
        /// To which.
        to: &'static str,
    },
    /// It was done, and is not seen to be.
    #[error("step {step} was done, and {right} is {found} in place of {expected}")]
    NoEffect {
        /// Which step.
        step: usize,
        /// Of what, in words.
        right: String,
        /// How it is.
        found: &'static str,
        /// How it should be.
        expected: &'static str,
    },
    /// The host does not answer, or refuses.
    #[error("step {step} cannot be read or done")]
    Host {
        /// Which step.
        step: usize,
        /// What the host said.
        cause: H,
    },
    /// The journal cannot be written, so nothing is done.
    #[error("step {step} cannot be written into the journal")]
    Journal {
        /// Which step.
        step: usize,
        /// Why.
        cause: J,
    },
}

/// What somebody needs who applies or undoes.
#[derive(Debug)]
pub struct Run<'a, H, J> {
    /// The plan, approved.
    pub approved: &'a Approved,
    /// Where it is done.
    pub host: &'a mut H,
    /// Where it is written down.
    pub journal: &'a mut J,
    /// What was written of this plan before.
    pub history: &'a [Note],
}

fn lines(broken: &[Broken]) -> String {
    let lines: Vec<String> = broken.iter().map(ToString::to_string).collect();
    lines.join("; ")
}

/// The last that was written of each step, one way.
fn phases(history: &[Note], plan: Digest, direction: Direction) -> BTreeMap<usize, Phase> {
    let notes = history
        .iter()
        .filter(|it| it.plan == plan && it.direction == direction);
    notes.map(|it| (it.step, it.phase)).collect()
}

impl<H: Host, J: Journal> Run<'_, H, J> {
    /// Does all steps that are not done yet. `live` is the whole state as it was read just now; `now` tells the time.
    pub fn apply(
        &mut self,
        live: &Rights,
        guard: &Guard,
        mut now: impl FnMut() -> Timestamp,
    ) -> Result<Outcome, Stop<H::Error, J::Error>> {
        let plan = self.approved.plan();
        let broken = broken(live, &plan.steps, guard, now());
        if !broken.is_empty() {
            return Err(Stop::Broken(broken));
        }
        let hash = plan.hash();
        let phases = phases(self.history, hash, Direction::Apply);
        self.no_drift(plan)?;
        let mut outcome = Outcome::default();
        for (number, step) in (1..).zip(&plan.steps) {
            if !plan.is_current(now()) {
                return Err(Stop::Expired { step: number });
            }
            let phase = phases.get(&number).copied();
            let way = (Direction::Apply, step.from, step.to, phase);
            self.step((hash, number), step, way, &mut outcome)?;
        }
        Ok(outcome)
    }

    /// Takes back, in the opposite order, every step that was done by this plan.
    pub fn undo(&mut self) -> Result<Outcome, Stop<H::Error, J::Error>> {
        let plan = self.approved.plan();
        let hash = plan.hash();
        let applied = phases(self.history, hash, Direction::Apply);
        let undone = phases(self.history, hash, Direction::Undo);
        let mut outcome = Outcome::default();
        let numbered: Vec<(usize, &Step)> = (1..).zip(&plan.steps).collect();
        for (number, step) in numbered.into_iter().rev() {
            if !matches!(applied.get(&number), Some(Phase::Begun | Phase::Done)) {
                continue;
            }
            let Inverse::Set { from, to } = step.inverse else {
                outcome.left += 1;
                continue;
            };
            let phase = undone.get(&number).copied();
            let way = (Direction::Undo, from, to, phase);
            self.step((hash, number), step, way, &mut outcome)?;
        }
        Ok(outcome)
    }

    /// Looks at all steps before the first is done.
    fn no_drift(&mut self, plan: &Plan) -> Result<(), Stop<H::Error, J::Error>> {
        for (number, step) in (1..).zip(&plan.steps) {
            let seen = self.observe(number, &step.right)?;
            if !is_at(seen, step.from) && !is_as_wanted(seen, step.to) {
                return Err(drift(number, step, seen, step.from));
            }
        }
        Ok(())
    }

    fn step(
        &mut self,
        (plan, number): (Digest, usize),
        step: &Step,
        (direction, from, to, phase): (Direction, Option<Held>, Option<Held>, Option<Phase>),
        outcome: &mut Outcome,
    ) -> Result<(), Stop<H::Error, J::Error>> {
        let note = |phase| Note {
            plan,
            direction,
            step: number,
            phase,
        };
        let seen = self.observe(number, &step.right)?;
        if is_as_wanted(seen, to) {
            outcome.before += 1;
            return match phase {
                Some(Phase::Done | Phase::Found) => Ok(()),
                // It was killed after it was done and before that was written.
                Some(Phase::Begun) => self.write(number, note(Phase::Done)),
                None => self.write(number, note(Phase::Found)),
            };
        }
        if !is_at(seen, from) {
            return Err(drift(number, step, seen, from));
        }
        if step.is_manual() {
            return Err(Stop::Manual {
                step: number,
                right: step.right.words(),
                from: words(from),
                to: words(to),
            });
        }
        self.write(number, note(Phase::Begun))?;
        let performed = self.host.perform(step, to);
        performed.map_err(|cause| Stop::Host {
            step: number,
            cause,
        })?;
        let seen = self.observe(number, &step.right)?;
        if !is_as_wanted(seen, to) {
            return Err(Stop::NoEffect {
                step: number,
                right: step.right.words(),
                found: words(seen.level),
                expected: words(to),
            });
        }
        outcome.done += 1;
        self.write(number, note(Phase::Done))
    }

    fn observe(
        &mut self,
        step: usize,
        right: &Right,
    ) -> Result<Observed, Stop<H::Error, J::Error>> {
        let seen = self.host.observe(right);
        seen.map_err(|cause| Stop::Host { step, cause })
    }

    fn write(&mut self, step: usize, note: Note) -> Result<(), Stop<H::Error, J::Error>> {
        let written = self.journal.write(note);
        written.map_err(|cause| Stop::Journal { step, cause })
    }
}

/// Whether it is as it was: what is only offered is not held.
fn is_at(seen: Observed, level: Option<Held>) -> bool {
    seen.level == level && seen.offered.is_none()
}

/// Whether it is as it shall be, or offered so: more cannot be done from here.
fn is_as_wanted(seen: Observed, level: Option<Held>) -> bool {
    match level {
        None => seen.level.is_none() && seen.offered.is_none(),
        Some(_) => seen.level == level || (seen.level.is_none() && seen.offered == level),
    }
}

fn drift<H, J>(number: usize, step: &Step, seen: Observed, expected: Option<Held>) -> Stop<H, J> {
    Stop::Drift {
        step: number,
        right: step.right.words(),
        found: words(seen.level.or(seen.offered)),
        expected: words(expected),
    }
}

fn words(level: Option<Held>) -> &'static str {
    level.map_or("none", Held::id)
}

#[cfg(test)]
pub(crate) mod fake;
#[cfg(test)]
mod tests;
