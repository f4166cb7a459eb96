//! An organisation in memory that behaves as the hosting service does, and can be told to fail.

use super::{Direction, Host, Journal, Note, Observed, Phase};
use crate::{
    plan::Step,
    right::{Account, Held, Right, Rights, organisation},
};

/// The organisation. What is only offered stands beside what is held.
#[derive(Debug, Clone, Default)]
pub(crate) struct Fake {
    pub(crate) rights: Rights,
    pub(crate) offered: Vec<(Right, Held)>,
    /// After so many more things are done, it dies; before it does the next one, or right after.
    pub(crate) dies: Option<Death>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Death {
    /// Before the effect of this many further ones.
    Before(usize),
    /// After the effect, before anybody is told.
    After(usize),
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Died;

impl Fake {
    pub(crate) fn of(rights: Rights) -> Self {
        Self {
            rights,
            ..Self::default()
        }
    }

    fn is_member(&self, of: &str, account: &Account) -> bool {
        let right = Right::Membership {
            organisation: of.to_owned(),
            account: account.clone(),
        };
        self.rights.level(&right).is_some()
    }

    /// What the hosting service does beside what it was asked to: whoever leaves an organisation leaves its teams.
    fn leave(&mut self, of: &str, whose: &Account) {
        let teams: Vec<Right> = self
            .rights
            .all()
            .map(|(right, _)| right.clone())
            .filter(|right| {
                matches!(right, Right::TeamMembership { team, account } if organisation(team) == of && account == whose)
            })
            .collect();
        for right in teams {
            self.rights.set(right, None);
        }
    }

    fn set(&mut self, right: &Right, to: Option<Held>) {
        // Whoever was no member is invited, and so to a repository where they have nothing yet.
        let is_offer = match right {
            Right::Membership { .. } | Right::Collaboration { .. } => {
                to.is_some() && self.rights.level(right).is_none()
            }
            Right::TeamMembership { team, account } => {
                to.is_some() && !self.is_member(organisation(team), account)
            }
            _ => false,
        };
        self.offered.retain(|(other, _)| other != right);
        match (to, is_offer) {
            (Some(level), true) => self.offered.push((right.clone(), level)),
            (to, _) => self.rights.set(right.clone(), to),
        }
        if let (
            Right::Membership {
                organisation,
                account,
            },
            None,
        ) = (right, to)
        {
            let (organisation, account) = (organisation.clone(), account.clone());
            self.leave(&organisation, &account);
        }
    }

    /// Everybody takes what they are offered.
    pub(crate) fn accept(&mut self) {
        for (right, level) in std::mem::take(&mut self.offered) {
            self.rights.set(right, Some(level));
        }
    }
}

impl Host for Fake {
    type Error = Died;

    fn observe(&mut self, right: &Right) -> Result<Observed, Died> {
        let offered = self.offered.iter().find(|(other, _)| other == right);
        Ok(Observed {
            level: self.rights.level(right),
            offered: offered.map(|(_, level)| *level),
        })
    }

    fn perform(&mut self, step: &Step, to: Option<Held>) -> Result<(), Died> {
        match &mut self.dies {
            Some(Death::Before(0)) => return Err(Died),
            Some(Death::After(0)) => {
                self.set(&step.right, to);
                return Err(Died);
            }
            Some(Death::Before(left) | Death::After(left)) => *left -= 1,
            None => {}
        }
        self.set(&step.right, to);
        Ok(())
    }
}

/// A journal in memory, which may be unable to write after some lines.
#[derive(Debug, Clone, Default)]
pub(crate) struct Paper {
    pub(crate) notes: Vec<Note>,
    pub(crate) room: Option<usize>,
}

impl Journal for Paper {
    type Error = Died;

    fn write(&mut self, note: Note) -> Result<(), Died> {
        if self.room.is_some_and(|room| self.notes.len() >= room) {
            return Err(Died);
        }
        self.notes.push(note);
        Ok(())
    }
}

impl Paper {
    /// How often a step was begun, one way.
    pub(crate) fn begun(&self, direction: Direction, step: usize) -> usize {
        let notes = self.notes.iter();
        notes
            .filter(|it| it.direction == direction && it.step == step && it.phase == Phase::Begun)
            .count()
    }
}
