//! The evidence ledger: for each right the last act that needed it, and what follows.
//!
//! Nobody is called inactive because something was not read. A right is inactive only where, over the whole time that counts,
//! everything was read that could have shown its use; else it is unknown, and the ledger says what would have to be read. Acts
//! are about work, never about whoever did it, and what the ledger says of people is private.

mod act;
mod policy;
mod upload;
mod verdict;

use std::collections::{BTreeMap, BTreeSet};

use bartizan_model::Timestamp;

use crate::{
    exempt::Exempt,
    right::{Account, Held, Right, Rights, organisation},
    snapshot::{Part, Snapshot},
};

pub use self::{
    act::{Act, ActKind, Coverage, EvidenceSource},
    policy::{Policy, PolicyError, Role, RoleOf, USUAL_DAYS},
    upload::uploads,
    verdict::{Line, MOST_MISSING, Missing, Verdict},
};

/// All that is known of use.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Evidence {
    /// Acts, in any order.
    pub acts: Vec<Act>,
    /// What was read completely.
    pub coverage: Vec<Coverage>,
    /// Repositories that are known beside those that somebody has a right to by name or by a team.
    pub repositories: BTreeSet<String>,
    /// Organisations that may have repositories of which nothing is known: whoever is a member may work there.
    pub partial: BTreeSet<String>,
}

impl Evidence {
    /// Notes which repositories there are, as far as a snapshot tells.
    pub fn put_places(&mut self, snapshot: &Snapshot) {
        let all = snapshot.repositories.iter();
        self.repositories.extend(all.map(|it| it.name.to_string()));
        let organisations = snapshot.organisations.iter();
        let names = organisations.map(|it| it.name.as_str());
        let unread = names.filter(|it| !snapshot.has_read(Part::Repositories, it));
        self.partial.extend(unread.map(str::to_owned));
    }
}

/// Evidence put in order, once for all rights.
struct Index<'a> {
    acts: BTreeMap<(&'a Account, &'a str), Vec<&'a Act>>,
    /// From when on a kind of act is read without a gap until now, at a place; of somebody, or of everybody.
    covered: BTreeMap<(&'a str, ActKind, Option<&'a Account>), Timestamp>,
    /// The repositories that each team reaches, with the levels.
    of_team: BTreeMap<&'a str, Vec<(&'a str, Held)>>,
    /// The repositories of each organisation.
    of_organisation: BTreeMap<&'a str, Vec<&'a str>>,
    /// Organisations that may have others.
    partial: &'a BTreeSet<String>,
}

/// The ledger of some rights, in their order: of those that people hold, and of no others.
pub fn ledger(
    rights: &Rights,
    evidence: &Evidence,
    exempt: &Exempt,
    policy: &Policy,
    now: Timestamp,
) -> Vec<Line> {
    let index = Index::of(rights, evidence, now);
    let held = rights.all().filter(|(right, _)| right.is_grant());
    let lines = held.filter_map(|(right, level)| {
        let account = right.holder()?;
        let asked = index.asked(right, level, policy);
        Some(verdict::judge(
            (right, level, account),
            &asked,
            &index,
            exempt,
            now,
        ))
    });
    lines.collect()
}

/// What a right is asked: at which places, which acts need it, and which would have shown its use.
struct Asked<'a> {
    places: Vec<(&'a str, Role)>,
    /// Other places where whoever has it may have been seen.
    around: Vec<&'a str>,
    /// Acts that may have been done at places that nobody knows.
    elsewhere: BTreeSet<ActKind>,
}

impl<'a> Index<'a> {
    fn of(rights: &'a Rights, evidence: &'a Evidence, now: Timestamp) -> Self {
        let mut index = Self {
            acts: BTreeMap::new(),
            covered: BTreeMap::new(),
            of_team: BTreeMap::new(),
            of_organisation: BTreeMap::new(),
            partial: &evidence.partial,
        };
        for act in evidence.acts.iter().filter(|it| it.at <= now) {
            let here = index.acts.entry((&act.by, act.place.as_str())).or_default();
            here.push(act);
        }
        for coverage in evidence.coverage.iter().filter(|it| it.reaches(now)) {
            let of: Vec<Option<&Account>> = match &coverage.of {
                None => vec![None],
                Some(accounts) => accounts.iter().map(Some).collect(),
            };
            for (kind, of) in coverage
                .kinds
                .iter()
                .flat_map(|it| of.iter().map(move |of| (it, of)))
            {
                let key = (coverage.place.as_str(), *kind, *of);
                let since = index.covered.entry(key).or_insert(coverage.since);
                *since = coverage.since.min(*since);
            }
        }
        index.put_places(rights, &evidence.repositories);
        index
    }

    fn put_places(&mut self, rights: &'a Rights, known: &'a BTreeSet<String>) {
        let mut repositories: BTreeSet<&str> = known.iter().map(String::as_str).collect();
        for (right, level) in rights.all() {
            match right {
                Right::TeamAccess { team, repository } => {
                    repositories.insert(repository.as_str());
                    let here = self.of_team.entry(team).or_default();
                    here.push((repository, level));
                }
                Right::Collaboration { repository, .. } => {
                    repositories.insert(repository.as_str());
                }
                _ => {}
            }
        }
        for repository in repositories {
            let here = self.of_organisation.entry(organisation(repository));
            here.or_default().push(repository);
        }
    }

    fn asked(&self, right: &'a Right, level: Held, policy: &Policy) -> Asked<'a> {
        let place = right.place();
        let of_repository = |level| policy.role(RoleOf::Repository, level);
        let around = self.of_organisation.get(organisation(place));
        let around: Vec<&'a str> = around.cloned().unwrap_or_default();
        let mut elsewhere = BTreeSet::new();
        let places = match right {
            Right::Collaboration { .. } => vec![(place, of_repository(level))],
            Right::TeamMembership { team, .. } => {
                let reached = self.of_team.get(team.as_str()).into_iter().flatten();
                reached
                    .map(|(it, level)| (*it, of_repository(*level)))
                    .collect()
            }
            Right::Membership { .. } if level == Held::Owner => {
                vec![(place, policy.role(RoleOf::Organisation, level))]
            }
            Right::Membership { .. } => {
                let role = policy.role(RoleOf::Organisation, level);
                if self.partial.contains(place) {
                    elsewhere.clone_from(&role.requires);
                }
                around.iter().map(|it| (*it, role.clone())).collect()
            }
            Right::IndexRole { .. } => vec![(place, policy.role(RoleOf::Index, level))],
            _ => Vec::new(),
        };
        Asked {
            places,
            around,
            elsewhere,
        }
    }

    /// From when on all acts of a kind that somebody did at a place were read.
    fn covered(&self, account: &'a Account, place: &'a str, kind: ActKind) -> Option<Timestamp> {
        let of = [None, Some(account)].map(|of| self.covered.get(&(place, kind, of)));
        of.into_iter().flatten().min().copied()
    }

    fn acts(&self, account: &'a Account, place: &'a str) -> impl Iterator<Item = &'a Act> {
        self.acts
            .get(&(account, place))
            .into_iter()
            .flatten()
            .copied()
    }
}

#[cfg(test)]
mod tests;
