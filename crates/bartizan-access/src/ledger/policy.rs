//! Which acts need a role, what has to be read to call it unused, and after how long: said by the profile, by role.

use std::collections::{BTreeMap, BTreeSet};

use bartizan_model::Timestamp;
use serde::Deserialize;
use thiserror::Error;

use super::ActKind;
use crate::{
    desired::shape,
    exempt::{Excuse, Exempt},
    invariant::LEAST,
    right::{Account, Held},
};

/// After so many days without an act a right is inactive, unless the profile says otherwise.
pub const USUAL_DAYS: i64 = 180;

/// More owners of an organisation than this are too many, unless the profile says otherwise.
const MOST_OWNERS: usize = 5;

/// The longest time that a profile may give.
const MOST_DAYS: i64 = 3_650;

/// The largest policy that is read.
const LARGEST_POLICY: usize = 1 << 20;

/// What a role is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RoleOf {
    /// A repository.
    Repository,
    /// An organisation.
    Organisation,
    /// A project of a package index.
    Index,
}

/// What a role is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    /// Acts that need it.
    pub needs: BTreeSet<ActKind>,
    /// Kinds of acts of which all have to be read before it is called unused.
    pub requires: BTreeSet<ActKind>,
    /// After how long without an act it is inactive.
    pub days: i64,
}

/// The roles of a profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    roles: BTreeMap<(RoleOf, Held), Role>,
    /// Who is not judged.
    pub exempt: Exempt,
    /// The team of those who were there once, by organisation, as `organisation/team`.
    pub emeriti: BTreeMap<String, String>,
    /// More owners of an organisation than this are too many.
    pub most_owners: usize,
}

/// Why a policy cannot be meant.
#[derive(Debug, Error)]
pub enum PolicyError {
    /// It is larger than any.
    #[error("the policy is larger than any")]
    TooLarge,
    /// It is no policy.
    #[error("cannot read the policy of roles: {why}")]
    Unreadable {
        /// What is wrong with it.
        why: String,
    },
    /// A role would be called unused at once, or never.
    #[error("a role has to be unused for 1 to {MOST_DAYS} days")]
    Days,
    /// A role requires nothing, and so would always be called unused.
    #[error("a role of the policy requires nothing to be read")]
    RequiresNothing,
    /// So few owners would be a fault themselves.
    #[error("at least {LEAST} owners are needed")]
    Owners,
    /// An exception has no reason or no end.
    #[error("the exception of {0} needs a reason and an end such as `2027-01-31T00:00:00Z`")]
    Exception(Account),
    /// The level is none of what the role is of.
    #[error("there is no role of this level")]
    Level,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    days: Option<i64>,
    most_owners: Option<usize>,
    #[serde(default)]
    role: Vec<RoleToml>,
    #[serde(default)]
    bots: BTreeSet<Account>,
    #[serde(default)]
    exception: Vec<ExceptionToml>,
    #[serde(default)]
    emeriti: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExceptionToml {
    account: Account,
    until: String,
    reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RoleToml {
    of: RoleOf,
    level: Held,
    needs: Option<BTreeSet<ActKind>>,
    requires: Option<BTreeSet<ActKind>>,
    days: Option<i64>,
}

impl Default for Policy {
    fn default() -> Self {
        use ActKind::{
            Administration, Author, Merge, Push, Release, Review, Triage, Upload, WorkflowApproval,
        };
        let role = |needs: &[ActKind], requires: &[ActKind]| Role {
            needs: needs.iter().copied().collect(),
            requires: requires.iter().copied().collect(),
            days: USUAL_DAYS,
        };
        let anything = ActKind::ALL;
        let sorts = [Triage, Review];
        let puts_in = [Push, Merge, Release, WorkflowApproval];
        let administers = [Administration];
        // A right to write of whoever only reviews is too wide, and not unused: without their reviews that cannot be told.
        let roles = [
            (
                RoleOf::Repository,
                Held::Read,
                role(&anything, &[Author, Review]),
            ),
            (RoleOf::Repository, Held::Triage, role(&sorts, &sorts)),
            (
                RoleOf::Repository,
                Held::Write,
                role(&puts_in, &[Push, Merge, Review]),
            ),
            (
                RoleOf::Repository,
                Held::Maintain,
                role(&administers, &administers),
            ),
            (
                RoleOf::Repository,
                Held::Admin,
                role(&administers, &administers),
            ),
            (
                RoleOf::Organisation,
                Held::Member,
                role(&anything, &[Author, Review, Push, Merge]),
            ),
            (
                RoleOf::Organisation,
                Held::Owner,
                role(&administers, &administers),
            ),
            (RoleOf::Index, Held::Maintainer, role(&[Upload], &[Upload])),
            // Whoever owns a project lets others in and registers publishers, which no index tells.
            (
                RoleOf::Index,
                Held::Owner,
                role(&[Upload, Administration], &[Upload, Administration]),
            ),
        ];
        let roles = roles.into_iter().map(|(of, held, role)| ((of, held), role));
        Self {
            roles: roles.collect(),
            exempt: Exempt::default(),
            emeriti: BTreeMap::new(),
            most_owners: MOST_OWNERS,
        }
    }
}

impl Policy {
    /// Reads what a profile says; what it does not name stays as it is by default.
    pub fn read(text: &str) -> Result<Self, PolicyError> {
        if text.len() > LARGEST_POLICY {
            return Err(PolicyError::TooLarge);
        }
        let file: File = toml::from_str(text).map_err(|error| PolicyError::Unreadable {
            why: shape(text, &error),
        })?;
        let mut policy = Self::default();
        if let Some(days) = file.days {
            policy.roles.values_mut().for_each(|it| it.days = days);
        }
        for said in file.role {
            let role = policy.roles.get_mut(&(said.of, said.level));
            let role = role.ok_or(PolicyError::Level)?;
            role.needs = said.needs.unwrap_or_else(|| role.needs.clone());
            role.requires = said.requires.unwrap_or_else(|| role.requires.clone());
            role.days = said.days.unwrap_or(role.days);
        }
        policy.exempt.bots = file.bots;
        policy.emeriti = file.emeriti;
        if let Some(most) = file.most_owners {
            if most < LEAST {
                return Err(PolicyError::Owners);
            }
            policy.most_owners = most;
        }
        for said in file.exception {
            let until = said.until.parse::<Timestamp>().ok();
            let until = until.filter(|_| !said.reason.trim().is_empty());
            let until = until.ok_or_else(|| PolicyError::Exception(said.account.clone()))?;
            let excuse = Excuse {
                until,
                reason: said.reason,
                place: None,
                most: None,
            };
            policy.exempt.excuse(said.account, excuse);
        }
        let mut roles = policy.roles.values();
        if roles.any(|it| !(1..=MOST_DAYS).contains(&it.days)) {
            return Err(PolicyError::Days);
        }
        let mut roles = policy.roles.values();
        if roles.any(|it| it.requires.is_empty()) {
            return Err(PolicyError::RequiresNothing);
        }
        Ok(policy)
    }

    /// The longest time that any role may be unused: so far back has to be looked.
    pub fn longest(&self) -> i64 {
        let days = self.roles.values().map(|it| it.days);
        days.max().unwrap_or(USUAL_DAYS)
    }

    /// What a role is asked. One that no policy names is asked for everything, and so is hardly ever called unused.
    pub fn role(&self, of: RoleOf, level: Held) -> Role {
        let known = self.roles.get(&(of, level));
        known.cloned().unwrap_or_else(|| Role {
            needs: ActKind::ALL.into(),
            requires: ActKind::ALL.into(),
            days: USUAL_DAYS,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str) -> String {
        match Policy::read(text) {
            Ok(policy) => {
                let role = policy.role(RoleOf::Repository, Held::Write);
                format!("{} days, {:?}", role.days, role.requires)
            }
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn what_a_profile_says() {
        let write = "[[role]]\nof = 'repository'\nlevel = 'write'\n";
        insta::assert_snapshot!(check(""), @"180 days, {Review, Push, Merge}");
        insta::assert_snapshot!(check("days = 365"), @"365 days, {Review, Push, Merge}");
        insta::assert_snapshot!(check(&format!("{write}days = 90\nrequires = ['merge']")), @"90 days, {Merge}");
        insta::assert_snapshot!(check(&format!("{write}requires = []")), @"a role of the policy requires nothing to be read");
        insta::assert_snapshot!(check(&format!("{write}days = 0")), @"a role has to be unused for 1 to 3650 days");
        insta::assert_snapshot!(check("[[role]]\nof = 'index'\nlevel = 'write'"), @"there is no role of this level");
        insta::assert_snapshot!(check("[[exception]]\naccount = 'github:ann'\nuntil = '2027-01-31T00:00:00Z'\nreason = ''"), @"the exception of github:ann needs a reason and an end such as `2027-01-31T00:00:00Z`");
        insta::assert_snapshot!(check("most_owners = 1"), @"at least 2 owners are needed");
        insta::assert_snapshot!(check("[[role]]\nof = 'moon'"), @"cannot read the policy of roles: line 2: unknown variant `moon`, expected one of `repository`, `organisation`, `index`");
    }
}
