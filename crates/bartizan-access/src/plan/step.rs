//! One step of a plan.

use serde::{Deserialize, Serialize};

use super::StepProblem;
use crate::right::{Account, Held, Right, Rights};

/// The longest reason, piece of evidence or name.
const LONGEST_TEXT: usize = 600;

/// The most pieces of evidence of a step.
const MOST_EVIDENCE: usize = 40;

/// How hard a step is on whoever it concerns. A plan goes up the ladder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rung {
    /// Something is given: to an emeritus team, to who needs it.
    Grant,
    /// A key, a token, a program or an invitation that nothing uses is taken away: no person is harmed.
    Unused,
    /// Somebody is told and asked.
    Notice,
    /// Somebody keeps less, or leaves a team.
    Downgrade,
    /// A grant beside teams is reduced to reading.
    Direct,
    /// Somebody leaves an organisation.
    Membership,
}

/// How a step is taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Inverse {
    /// The level is set back from the one to the other.
    Set {
        /// What the step made of it.
        from: Option<Held>,
        /// What was before.
        to: Option<Held>,
    },
    /// It cannot be taken back by a program.
    None {
        /// Why, and what a person can do.
        why: String,
    },
}

/// What is to be done with one right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// How hard it is.
    pub rung: Rung,
    /// Which right.
    pub right: Right,
    /// The level that was seen, and that the step relies on.
    pub from: Option<Held>,
    /// The level that it is to have.
    pub to: Option<Held>,
    /// Why.
    pub reason: String,
    /// What that rests on.
    pub evidence: Vec<String>,
    /// Whose levels change by it without being named in the right: the members of a team.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub concerned: Vec<Account>,
    /// How it is taken back.
    pub inverse: Inverse,
}

impl Step {
    /// A step with its inverse.
    pub fn new(
        rung: Rung,
        right: Right,
        (from, to): (Option<Held>, Option<Held>),
        reason: impl Into<String>,
    ) -> Self {
        let inverse = match irreversible(&right, to) {
            Some(why) => Inverse::None {
                why: why.to_owned(),
            },
            None => Inverse::Set { from: to, to: from },
        };
        Self {
            rung,
            right,
            from,
            to,
            reason: reason.into(),
            evidence: Vec::new(),
            concerned: Vec::new(),
            inverse,
        }
    }

    /// Names whoever has less or more by it without being its holder.
    pub(super) fn put_concerned(&mut self, rights: &Rights) {
        if let Right::TeamAccess { team, .. } = &self.right {
            self.concerned = rights.team(team).into_iter().cloned().collect();
        }
    }

    /// Whether a program can do it; else a person does, and only that it was done is looked at.
    pub fn is_manual(&self) -> bool {
        matches!(
            self.right,
            Right::Installation { .. } | Right::IndexRole { .. }
        )
    }

    /// Whose rights it changes.
    pub(super) fn subjects(&self) -> impl Iterator<Item = &Account> {
        self.right.holder().into_iter().chain(&self.concerned)
    }

    /// Whether it lowers a level, and leaves some of it, or takes away what no person works by.
    pub(super) fn only_lowers(&self) -> bool {
        match self.right {
            Right::Notice { .. } => true,
            // To leave a team is to keep the organisation.
            Right::TeamMembership { .. }
            | Right::Token { .. }
            | Right::DeployKey { .. }
            | Right::Installation { .. }
            | Right::Invitation { .. } => self.to < self.from,
            _ => self.to.is_some() && self.to < self.from,
        }
    }

    pub(super) fn check(&self) -> Result<(), StepProblem> {
        let levels = [self.from, self.to];
        if self.from == self.to {
            return Err(StepProblem::Nothing);
        }
        if levels
            .into_iter()
            .flatten()
            .any(|it| !self.right.allows(it))
        {
            return Err(StepProblem::Level);
        }
        if matches!(self.right, Right::Collaboration { .. }) && self.to.is_none() {
            return Err(StepProblem::Deletion);
        }
        if !self.is_of_rung() {
            return Err(StepProblem::Rung);
        }
        let whole = Self::new(
            self.rung,
            self.right.clone(),
            (self.from, self.to),
            String::new(),
        );
        if self.inverse != whole.inverse {
            return Err(StepProblem::Inverse);
        }
        let texts = self.evidence.iter().map(String::as_str);
        let texts = texts
            .chain([self.reason.as_str()])
            .chain(self.right.names());
        if self.evidence.len() > MOST_EVIDENCE || texts.into_iter().any(|it| !is_line(it)) {
            return Err(StepProblem::Text);
        }
        Ok(())
    }

    #[expect(
        clippy::match_same_arms,
        reason = "a table of rungs, whose order matters"
    )]
    fn is_of_rung(&self) -> bool {
        let falls = self.to < self.from;
        match (self.rung, &self.right) {
            (Rung::Notice, Right::Notice { .. }) => !falls,
            (_, Right::Notice { .. }) | (Rung::Notice, _) => false,
            (Rung::Grant, _) => !falls,
            (
                Rung::Unused,
                Right::DeployKey { .. }
                | Right::Token { .. }
                | Right::Installation { .. }
                | Right::Invitation { .. },
            )
            | (Rung::Direct, Right::Collaboration { .. }) => falls,
            (Rung::Downgrade, Right::Membership { .. }) => falls && self.to.is_some(),
            (
                Rung::Downgrade,
                Right::TeamMembership { .. }
                | Right::TeamAccess { .. }
                | Right::Collaboration { .. }
                | Right::IndexRole { .. },
            ) => falls,
            (Rung::Membership, Right::Membership { .. }) => self.to.is_none(),
            _ => false,
        }
    }
}

/// Why what was taken away cannot be given back by a program.
fn irreversible(right: &Right, to: Option<Held>) -> Option<&'static str> {
    match right {
        _ if to.is_some() => None,
        Right::Token { .. } => {
            Some("a token that was taken away cannot be given back; its owner makes another one")
        }
        Right::DeployKey { .. } => Some("whoever needs the key puts it there again"),
        Right::Installation { .. } => Some("an owner of the organisation installs it again"),
        Right::Invitation { .. } => Some("an owner invites again"),
        _ => None,
    }
}

/// Whether a text is one line that says something.
pub(super) fn is_line(text: &str) -> bool {
    !text.trim().is_empty() && text.len() <= LONGEST_TEXT && !text.chars().any(char::is_control)
}
