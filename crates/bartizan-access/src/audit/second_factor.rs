//! Second factors by role, and what would happen if an organisation required them.

use std::collections::{BTreeMap, BTreeSet};

use super::{Audit, Finding, Question, Unjudged};
use crate::{
    checks,
    invariant::LEAST,
    name::Login,
    right::{Account, Right, of_snapshot::hosted},
    snapshot::{Part, SecondFactor, Snapshot},
};

/// How many have which second factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FactorCounts {
    /// A sound one.
    pub secure: usize,
    /// One of which no more is known.
    pub enabled: usize,
    /// One that can be taken over.
    pub insecure: usize,
    /// None.
    pub missing: usize,
    /// It is not told.
    pub unknown: usize,
}

impl FactorCounts {
    /// How many people that are.
    pub fn all(&self) -> usize {
        self.secure + self.enabled + self.insecure + self.missing + self.unknown
    }
}

/// What would happen if an organisation required a second factor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enforcement {
    /// The organisation.
    pub organisation: String,
    /// Whether it does already; none where it is not told.
    pub is_required: Option<bool>,
    /// By role: owners, members, outside collaborators.
    pub by_role: BTreeMap<&'static str, FactorCounts>,
    /// Who would lose access. Private.
    pub would_lose: Vec<Account>,
    /// Of whom it is not known. Private.
    pub not_known: usize,
    /// What would be left with fewer than two who can act, with how many.
    pub left_alone: Vec<(String, usize)>,
}

pub(super) fn put(audit: &mut Audit, question: &Question<'_>) {
    let factors: BTreeMap<&Login, SecondFactor> = question
        .snapshot
        .people
        .iter()
        .map(|it| (&it.login, it.second_factor))
        .collect();
    for organisation in &question.snapshot.organisations {
        let name = organisation.name.as_str();
        match organisation.requires_second_factor {
            Some(true) => {}
            Some(false) => audit.findings.push(Finding {
                check: &checks::OPTIONAL_SECOND_FACTOR,
                place: name.to_owned(),
                about: None,
                detail: "the setting is off".to_owned(),
            }),
            None => audit.unjudged.push(Unjudged {
                check: checks::OPTIONAL_SECOND_FACTOR.id,
                place: name.to_owned(),
                why: "the setting is not told".to_owned(),
            }),
        }
        let enforcement = enforcement(
            question,
            name,
            organisation.requires_second_factor,
            &factors,
        );
        for account in &enforcement.would_lose {
            let is_missing = factor(&factors, account) == SecondFactor::Missing;
            audit.findings.push(Finding {
                check: &checks::WEAK_SECOND_FACTOR,
                place: name.to_owned(),
                about: Some(account.clone()),
                detail: if is_missing {
                    "none"
                } else {
                    "one that can be taken over"
                }
                .to_owned(),
            });
        }
        if enforcement.not_known > 0 {
            audit.unjudged.push(Unjudged {
                check: checks::WEAK_SECOND_FACTOR.id,
                place: name.to_owned(),
                why: format!(
                    "the second factors of {} accounts are not told",
                    enforcement.not_known
                ),
            });
        }
        audit.enforcement.push(enforcement);
    }
    audit.unread(question, &checks::WEAK_SECOND_FACTOR, Part::SecondFactors);
}

fn factor(factors: &BTreeMap<&Login, SecondFactor>, account: &Account) -> SecondFactor {
    let login = Login::new(account.login()).ok();
    let known = login.and_then(|it| factors.get(&it).copied());
    known.unwrap_or_default()
}

fn enforcement(
    question: &Question<'_>,
    organisation: &str,
    is_required: Option<bool>,
    factors: &BTreeMap<&Login, SecondFactor>,
) -> Enforcement {
    let rights = &question.read.rights;
    let owners = rights.owners(organisation);
    let mut by_role: BTreeMap<&'static str, FactorCounts> = BTreeMap::new();
    let (mut would_lose, mut not_known) = (Vec::new(), 0);
    for (account, role) in everybody(question.snapshot, question, organisation) {
        // Programs have no second factor to have.
        if question.exempt.bots.contains(&account) {
            continue;
        }
        let counts = by_role.entry(role).or_default();
        match factor(factors, &account) {
            SecondFactor::Secure => counts.secure += 1,
            SecondFactor::Enabled => counts.enabled += 1,
            SecondFactor::Insecure => counts.insecure += 1,
            SecondFactor::Missing => counts.missing += 1,
            SecondFactor::Unknown => {
                counts.unknown += 1;
                not_known += 1;
            }
        }
        let is_weak = matches!(
            factor(factors, &account),
            SecondFactor::Insecure | SecondFactor::Missing
        );
        if is_weak {
            would_lose.push(account);
        }
    }
    let lost: BTreeSet<&Account> = would_lose.iter().collect();
    let mut left_alone = Vec::new();
    let mut look = |place: &str, before: usize, left: usize| {
        if left < LEAST && left < before {
            left_alone.push((place.to_owned(), left));
        }
    };
    let left = owners.iter().filter(|it| !lost.contains(*it)).count();
    look(organisation, owners.len(), left);
    for (repository, administrators) in rights.administrators() {
        if crate::right::organisation(repository) == organisation {
            let left = administrators.iter().filter(|it| !lost.contains(*it));
            look(repository, administrators.len(), left.count());
        }
    }
    Enforcement {
        organisation: organisation.to_owned(),
        is_required,
        by_role,
        would_lose,
        not_known,
        left_alone,
    }
}

/// Everybody in an organisation and around it, with the role, each once.
fn everybody(
    snapshot: &Snapshot,
    question: &Question<'_>,
    name: &str,
) -> BTreeMap<Account, &'static str> {
    let rights = &question.read.rights;
    let owners = rights.owners(name);
    let mut found = BTreeMap::new();
    let outside = snapshot.organisation(name).into_iter();
    let outside = outside.flat_map(|it| &it.outside_collaborators);
    found.extend(
        outside
            .filter_map(hosted)
            .map(|it| (it, "outside collaborators")),
    );
    for (right, _) in rights.all() {
        match right {
            Right::Membership {
                organisation,
                account,
            } if organisation == name => {
                let is_owner = owners.contains(account);
                let role = if is_owner { "owners" } else { "members" };
                found.insert(account.clone(), role);
            }
            Right::Collaboration {
                repository,
                account,
            } if crate::right::organisation(repository) == name => {
                found
                    .entry(account.clone())
                    .or_insert("outside collaborators");
            }
            _ => {}
        }
    }
    found
}
