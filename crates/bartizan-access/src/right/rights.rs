//! All rights that stand at one time.

use std::collections::{BTreeMap, BTreeSet};

use super::{Account, Held, Right, organisation};

/// Rights by what they are, with how much of each is held. What is not in it is not held.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rights {
    levels: BTreeMap<Right, Held>,
    /// The team that each lies in: its members have what that one has.
    parents: BTreeMap<String, String>,
}

/// How deep teams may lie in teams. Hosts allow a dozen.
const DEEPEST: usize = 32;

impl Rights {
    /// How much of a right is held.
    pub fn level(&self, right: &Right) -> Option<Held> {
        self.levels.get(right).copied()
    }

    /// Says how much is held.
    pub fn set(&mut self, right: Right, level: Option<Held>) {
        match level {
            Some(level) => self.levels.insert(right, level),
            None => self.levels.remove(&right),
        };
    }

    /// All that are held, sorted.
    pub fn all(&self) -> impl Iterator<Item = (&Right, Held)> {
        self.levels.iter().map(|(right, level)| (right, *level))
    }

    /// How many are held.
    pub fn len(&self) -> usize {
        self.levels.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.levels.is_empty()
    }

    /// Who owns an organisation.
    pub fn owners(&self, of: &str) -> BTreeSet<&Account> {
        self.holders(|right, level| match right {
            Right::Membership {
                organisation,
                account,
            } if organisation == of && level == Held::Owner => Some(account),
            _ => None,
        })
    }

    /// Who owns a project of a package index.
    pub fn index_owners(&self, of: &str) -> BTreeSet<&Account> {
        self.holders(|right, level| match right {
            Right::IndexRole { project, account } if project == of && level == Held::Owner => {
                Some(account)
            }
            _ => None,
        })
    }

    /// Who belongs to a team, as `organisation/team`, or to one that lies in it.
    pub fn team(&self, of: &str) -> BTreeSet<&Account> {
        self.holders(|right, _| match right {
            Right::TeamMembership { team, account } if self.lies_in(team, of) => Some(account),
            _ => None,
        })
    }

    /// Says that a team lies in another one.
    pub fn put_into(&mut self, team: &str, parent: &str) {
        self.parents.insert(team.to_owned(), parent.to_owned());
    }

    /// Teams with the team that each lies in.
    pub fn parents(&self) -> impl Iterator<Item = (&str, &str)> {
        let parents = self.parents.iter();
        parents.map(|(team, parent)| (team.as_str(), parent.as_str()))
    }

    /// Whether a team is another one, or lies in it.
    fn lies_in(&self, team: &str, of: &str) -> bool {
        let mut at = Some(team);
        for _ in 0..DEEPEST {
            match at {
                Some(team) if team == of => return true,
                Some(team) => at = self.parents.get(team).map(String::as_str),
                None => return false,
            }
        }
        false
    }

    /// What somebody has in an organisation's teams and, by name, in its repositories: it is gone when they leave.
    pub fn below<'a>(
        &'a self,
        of: &'a str,
        whose: &'a Account,
    ) -> impl Iterator<Item = &'a Right> + use<'a> {
        self.levels.keys().filter(move |right| {
            let is_below = matches!(
                right,
                Right::TeamMembership { .. } | Right::Collaboration { .. }
            );
            is_below && right.holder() == Some(whose) && organisation(right.place()) == of
        })
    }

    /// Who may do anything in each repository: by grants of their own, by their teams, and by owning the organisation.
    pub fn administrators(&self) -> BTreeMap<&str, BTreeSet<&Account>> {
        let mut found: BTreeMap<&str, BTreeSet<&Account>> = BTreeMap::new();
        let mut owners: BTreeMap<&str, BTreeSet<&Account>> = BTreeMap::new();
        for (right, level) in self.all() {
            if let Right::Membership {
                organisation,
                account,
            } = right
                && level == Held::Owner
            {
                owners.entry(organisation).or_default().insert(account);
            }
        }
        let mut teams: BTreeMap<&str, BTreeSet<&Account>> = BTreeMap::new();
        for (right, level) in self.all() {
            let is_all = level == Held::Admin;
            match right {
                Right::Collaboration {
                    repository,
                    account,
                } => {
                    let here = found.entry(repository).or_default();
                    here.extend(is_all.then_some(account));
                }
                Right::TeamAccess { team, repository } => {
                    let here = found.entry(repository).or_default();
                    if is_all {
                        let members = teams.entry(team).or_insert_with(|| self.team(team));
                        here.extend(members.iter().copied());
                    }
                }
                _ => {}
            }
        }
        for (repository, here) in &mut found {
            if let Some(owners) = owners.get(organisation(repository)) {
                here.extend(owners);
            }
        }
        found
    }

    /// The most that somebody may do in a repository, and by which rights they may anything.
    pub fn in_repository(&self, account: &Account, repository: &str) -> Option<Held> {
        let owns = self.level(&Right::Membership {
            organisation: organisation(repository).to_owned(),
            account: account.clone(),
        }) == Some(Held::Owner);
        let own = self.level(&Right::Collaboration {
            repository: repository.to_owned(),
            account: account.clone(),
        });
        let teams = self.all().filter_map(|(right, level)| match right {
            Right::TeamAccess {
                team,
                repository: here,
            } if here == repository => Some((team, level)),
            _ => None,
        });
        let by_teams = teams.filter(|(team, _)| self.team(team).contains(account));
        let by_teams = by_teams.map(|(_, level)| level).max();
        owns.then_some(Held::Admin).max(own).max(by_teams)
    }

    fn holders<'a>(
        &'a self,
        pick: impl Fn(&'a Right, Held) -> Option<&'a Account>,
    ) -> BTreeSet<&'a Account> {
        self.all()
            .filter_map(|(right, level)| pick(right, level))
            .collect()
    }
}

impl FromIterator<(Right, Held)> for Rights {
    fn from_iter<T: IntoIterator<Item = (Right, Held)>>(rights: T) -> Self {
        Self {
            levels: rights.into_iter().collect(),
            parents: BTreeMap::new(),
        }
    }
}
