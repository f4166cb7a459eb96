//! What has to hold of the state after a plan, whoever approved it.
//!
//! The result is looked at, not the steps: two harmless steps can leave an organisation without an owner. What did not hold
//! before is not held against a plan that does not make it worse.

use std::collections::BTreeSet;

use bartizan_model::Timestamp;
use thiserror::Error;

use crate::{
    exempt::Exempt,
    plan::{Rung, Step},
    right::{Account, Held, Right, Rights},
};

/// Of owners, administrators, index owners and living reviewers there have to be so many.
pub const LEAST: usize = 2;

/// A run changes at most this share of the grants, unless the caller says more.
pub const USUAL_PERCENT: usize = 10;

/// A run never changes more than this share of the grants.
pub const HARD_PERCENT: usize = 25;

/// An environment that waits for somebody's approval.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Environment {
    /// The repository, as `owner/name`.
    pub repository: String,
    /// What it is called.
    pub name: String,
    /// Who may approve.
    pub accounts: BTreeSet<Account>,
    /// Teams whose members may, as `organisation/team`.
    pub teams: BTreeSet<String>,
}

/// What is known beside the rights.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guard {
    /// Whose access a plan is applied with.
    pub actor: Account,
    /// Programs, and from whom nobody takes anything for a time.
    pub exempt: Exempt,
    /// Environments with reviewers.
    pub environments: Vec<Environment>,
    /// Who was not seen for longer than the limit, and so is no living reviewer.
    pub dormant: BTreeSet<Account>,
    /// The share of the grants that a run may change; never more than [`HARD_PERCENT`].
    pub most_percent: usize,
}

/// What would not hold.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Error)]
pub enum Broken {
    /// An organisation needs owners.
    #[error("the organisation {organisation} would have {left} owners; {LEAST} are needed")]
    Owners {
        /// Which.
        organisation: String,
        /// How many there would be.
        left: usize,
    },
    /// A repository needs administrators.
    #[error("the repository {repository} would have {left} administrators; {LEAST} are needed")]
    Administrators {
        /// Which.
        repository: String,
        /// How many there would be.
        left: usize,
    },
    /// A project of a package index needs owners.
    #[error("the project {project} of the index would have {left} owners; {LEAST} are needed")]
    IndexOwners {
        /// Which.
        project: String,
        /// How many there would be.
        left: usize,
    },
    /// An environment needs reviewers who are there.
    #[error(
        "the environment {environment} of {repository} would have {left} living reviewers; {LEAST} are needed"
    )]
    Reviewers {
        /// In which repository.
        repository: String,
        /// Which.
        environment: String,
        /// How many there would be.
        left: usize,
    },
    /// Whoever applies would lose access.
    #[error("{account}, with whose access the plan is applied, would lose some: {right}")]
    Actor {
        /// Who.
        account: Account,
        /// Which right, in words.
        right: String,
    },
    /// Too much at once.
    #[error("{changed} of {all} grants would change; a run may change {most}")]
    Share {
        /// How many.
        changed: usize,
        /// Of how many.
        all: usize,
        /// How many may.
        most: usize,
    },
    /// Somebody has an exception.
    #[error("{account} has an exception until {until}")]
    Exception {
        /// Who.
        account: Account,
        /// Until when.
        until: Timestamp,
    },
    /// A program is taken for a person.
    #[error("{account} is a program, and would be treated as a person")]
    Bot {
        /// Which.
        account: Account,
    },
    /// Leaving an organisation takes what is below it along.
    #[error("leaving would take more than the plan says: {right}")]
    Unsaid {
        /// Which right, in words.
        right: String,
    },
}

/// The state after some steps.
pub fn after(before: &Rights, steps: &[Step]) -> Rights {
    let mut rights = before.clone();
    for step in steps {
        rights.set(step.right.clone(), step.to);
    }
    rights
}

/// All that would not hold after some steps, sorted; each once.
pub fn broken(before: &Rights, steps: &[Step], guard: &Guard, now: Timestamp) -> Vec<Broken> {
    let after = after(before, steps);
    let mut found = BTreeSet::new();
    found.extend(too_few(before, &after));
    found.extend(reviewers(before, &after, guard));
    found.extend(actor(before, &after, guard));
    found.extend(too_much(before, steps, guard));
    found.extend(persons(steps, guard, now));
    found.extend(unsaid(before, &after, steps));
    found.into_iter().collect()
}

/// How many grants a run may change: at least one, or nothing could ever be done in a small organisation.
pub fn most(all: usize, percent: usize) -> usize {
    let share = all.saturating_mul(percent.min(HARD_PERCENT)) / 100;
    share.max(1)
}

/// How many grants there are; a team's counts for each of its members.
pub fn grants(rights: &Rights) -> usize {
    rights.all().map(|(right, _)| weight(rights, right)).sum()
}

fn weight(rights: &Rights, right: &Right) -> usize {
    match right {
        Right::TeamAccess { team, .. } => rights.team(team).len().max(1),
        _ => usize::from(right.is_grant()),
    }
}

fn is_worse(before: usize, after: usize) -> bool {
    after < LEAST && after < before
}

fn too_few(before: &Rights, after: &Rights) -> Vec<Broken> {
    let mut found = Vec::new();
    let (mut organisations, mut projects) = (BTreeSet::new(), BTreeSet::new());
    for (right, _) in before.all() {
        match right {
            Right::Membership { organisation, .. } => organisations.insert(organisation),
            Right::IndexRole { project, .. } => projects.insert(project),
            _ => false,
        };
    }
    for organisation in organisations {
        let left = after.owners(organisation).len();
        if is_worse(before.owners(organisation).len(), left) {
            let organisation = organisation.clone();
            found.push(Broken::Owners { organisation, left });
        }
    }
    for project in projects {
        let left = after.index_owners(project).len();
        if is_worse(before.index_owners(project).len(), left) {
            let project = project.clone();
            found.push(Broken::IndexOwners { project, left });
        }
    }
    let left = after.administrators();
    for (repository, administrators) in before.administrators() {
        let left = left.get(repository).map_or(0, BTreeSet::len);
        if is_worse(administrators.len(), left) {
            let repository = repository.to_owned();
            found.push(Broken::Administrators { repository, left });
        }
    }
    found
}

fn reviewers(before: &Rights, after: &Rights, guard: &Guard) -> Vec<Broken> {
    let environments = guard.environments.iter();
    let worse = environments.filter_map(|environment| {
        let left = living(after, environment, guard);
        is_worse(living(before, environment, guard), left).then(|| Broken::Reviewers {
            repository: environment.repository.clone(),
            environment: environment.name.clone(),
            left,
        })
    });
    worse.collect()
}

/// How many could really approve: whoever is named, is there, is a person and may still read the repository by some right.
fn living(rights: &Rights, environment: &Environment, guard: &Guard) -> usize {
    let teams = environment.teams.iter().flat_map(|it| rights.team(it));
    let named: BTreeSet<&Account> = environment.accounts.iter().chain(teams).collect();
    let mut living = 0;
    for account in named {
        let is_there = !guard.dormant.contains(account) && !guard.exempt.bots.contains(account);
        let may_read = rights
            .in_repository(account, &environment.repository)
            .is_some();
        living += usize::from(is_there && may_read);
    }
    living
}

fn actor(before: &Rights, after: &Rights, guard: &Guard) -> Vec<Broken> {
    let own = before
        .all()
        .filter(|(right, _)| right.holder() == Some(&guard.actor));
    let lost = own.filter(|(right, level)| right.is_grant() && after.level(right) < Some(*level));
    let mut found: Vec<Broken> = lost
        .map(|(right, _)| Broken::Actor {
            account: guard.actor.clone(),
            right: right.words(),
        })
        .collect();
    // What its teams give is its access too.
    for (right, level) in before.all() {
        if let Right::TeamAccess { team, .. } = right {
            let is_of = before.team(team).contains(&guard.actor);
            if is_of && after.level(right) < Some(level) {
                found.push(Broken::Actor {
                    account: guard.actor.clone(),
                    right: right.words(),
                });
            }
        }
    }
    found
}

fn too_much(before: &Rights, steps: &[Step], guard: &Guard) -> Option<Broken> {
    let falling = steps.iter().filter(|it| falls(before, it));
    let changed: usize = falling.map(|it| weight(before, &it.right)).sum();
    let all = grants(before);
    let most = most(all, guard.most_percent);
    (changed > most).then_some(Broken::Share { changed, all, most })
}

/// Whether a step still takes something: what is already as it shall be takes nothing.
fn falls(before: &Rights, step: &Step) -> bool {
    step.rung > Rung::Grant && step.to < before.level(&step.right)
}

fn persons(steps: &[Step], guard: &Guard, now: Timestamp) -> Vec<Broken> {
    let mut found = Vec::new();
    for step in steps.iter().filter(|it| it.rung > Rung::Grant) {
        let own = step.right.holder().into_iter();
        for account in own.chain(&step.concerned) {
            let is_of_person = step.rung > Rung::Unused;
            if is_of_person && guard.exempt.bots.contains(account) {
                let account = account.clone();
                found.push(Broken::Bot { account });
            }
            let at = (step.right.place(), step.from);
            // To be told takes nothing from anybody.
            let excuse = guard.exempt.excused(account, at, now);
            if let (Some(excuse), true) = (excuse, step.rung != Rung::Notice) {
                found.push(Broken::Exception {
                    account: account.clone(),
                    until: excuse.until,
                });
            }
        }
    }
    found
}

/// What somebody who leaves would lose without its being said, which nobody could give back.
fn unsaid(before: &Rights, after: &Rights, steps: &[Step]) -> Vec<Broken> {
    let leaving = steps.iter().filter(|it| falls(before, it));
    let below = leaving.filter_map(|it| match &it.right {
        Right::Membership {
            organisation,
            account,
        } if it.to.is_none() => Some(after.below(organisation, account)),
        _ => None,
    });
    let broken = below.flatten().map(|right| Broken::Unsaid {
        right: right.words(),
    });
    broken.collect()
}

/// Who would lose access to what they may do now, by a level that falls: for the summary of a plan.
pub fn falling(before: &Rights, steps: &[Step]) -> Vec<(Account, String, Option<Held>)> {
    let falling = steps.iter().filter(|it| falls(before, it));
    let mut found: Vec<_> = falling
        .filter_map(|it| Some((it.right.holder()?.clone(), it.right.words(), it.to)))
        .collect();
    found.sort();
    found
}

#[cfg(test)]
pub(crate) mod tests;
