//! What is wrong with who may do what: findings from a snapshot and its ledger, and what a plan could do about them.
//!
//! Findings about people are private. What is public is how many there are, by check ([`Audit::counts`]), and nothing else.

mod apps;
mod keys;
mod leavers;
mod owners;
mod second_factor;

use std::collections::BTreeMap;

use bartizan_model::Timestamp;

use crate::{
    checks::{self, Check},
    exempt::Exempt,
    invariant::Guard,
    ledger::{Evidence, Line, Verdict},
    plan::Candidate,
    right::{Account, Held, Right, of_snapshot},
    snapshot::{Part, Snapshot},
};

pub use self::second_factor::{Enforcement, FactorCounts};

/// Something that an audit found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What.
    pub check: &'static Check,
    /// Where: an organisation, a repository, a team, a package.
    pub place: String,
    /// About whom; then it is private.
    pub about: Option<Account>,
    /// What was seen.
    pub detail: String,
}

/// What could not be judged, because it was not read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unjudged {
    /// The check.
    pub check: &'static str,
    /// Where.
    pub place: String,
    /// Why.
    pub why: String,
}

/// What is asked of an audit.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// The snapshot.
    pub snapshot: &'a Snapshot,
    /// Its rights.
    pub read: &'a of_snapshot::Read,
    /// The ledger of them.
    pub ledger: &'a [Line],
    /// What it rests on.
    pub evidence: &'a Evidence,
    /// Who is not judged.
    pub exempt: &'a Exempt,
    /// More owners of an organisation than this are too many.
    pub most_owners: usize,
    /// After so many days keys and tokens are stale.
    pub days: i64,
    /// The moment that counts as now.
    pub now: Timestamp,
}

/// What an audit says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Audit {
    /// What was found, by check, place and person.
    pub findings: Vec<Finding>,
    /// What could not be judged.
    pub unjudged: Vec<Unjudged>,
    /// What would happen if second factors were enforced, by organisation.
    pub enforcement: Vec<Enforcement>,
    /// What a plan could reduce.
    pub candidates: Vec<Candidate>,
    /// How the rights that people hold stand.
    pub standing: Standing,
}

/// Rights that people hold, counted by verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Standing {
    /// All.
    pub all: usize,
    /// Used.
    pub active: usize,
    /// Not used.
    pub inactive: usize,
    /// Not known.
    pub unknown: usize,
    /// Not judged.
    pub exempt: usize,
}

impl Audit {
    /// Judges.
    pub fn of(question: &Question<'_>) -> Self {
        let mut audit = Self {
            standing: Standing::of(question.ledger),
            ..Self::default()
        };
        audit.put_ledger(question);
        audit.put_direct(question);
        keys::put(&mut audit, question);
        apps::put(&mut audit, question);
        leavers::put(&mut audit, question);
        owners::put(&mut audit, question);
        second_factor::put(&mut audit, question);
        let key = |it: &Finding| {
            (
                it.check.id,
                it.place.clone(),
                it.about.clone(),
                it.detail.clone(),
            )
        };
        audit.findings.sort_by_key(key);
        audit.findings.dedup();
        audit.unjudged.sort();
        audit.unjudged.dedup();
        audit
            .candidates
            .sort_by(|one, other| one.right.cmp(&other.right));
        audit
            .candidates
            .dedup_by(|one, other| one.right == other.right);
        audit
    }

    /// How many findings there are of each check, which names nobody.
    pub fn counts(&self) -> BTreeMap<&'static str, usize> {
        let mut counts: BTreeMap<&'static str, usize> =
            checks::ALL.iter().map(|it| (it.id, 0)).collect();
        for finding in &self.findings {
            *counts.entry(finding.check.id).or_default() += 1;
        }
        counts
    }

    fn put_ledger(&mut self, question: &Question<'_>) {
        for line in question.ledger {
            let Verdict::Inactive { would_do } = &line.verdict else {
                continue;
            };
            let evidence = evidence(line);
            let check = match would_do {
                Some(_) => &checks::WIDE_ROLE,
                None => &checks::STALE_RIGHT,
            };
            self.findings.push(Finding {
                check,
                place: line.right.place().to_owned(),
                about: line.right.holder().cloned(),
                detail: format!(
                    "{}: {}; {}",
                    line.right.words(),
                    line.level.id(),
                    evidence.join("; ")
                ),
            });
            self.candidates.push(Candidate {
                right: line.right.clone(),
                reason: check.title.to_owned(),
                evidence,
                keep: *would_do,
            });
        }
        let unknown = self.standing.unknown;
        if unknown > 0 {
            self.unjudged.push(Unjudged {
                check: checks::STALE_RIGHT.id,
                place: "all".to_owned(),
                why: format!("the use of {unknown} rights is not known: not everything was read that could show it"),
            });
        }
    }

    fn put_direct(&mut self, question: &Question<'_>) {
        let rights = &question.read.rights;
        for (right, level) in rights.all() {
            let Right::Collaboration {
                repository,
                account,
            } = right
            else {
                continue;
            };
            let membership = Right::Membership {
                organisation: crate::right::organisation(repository).to_owned(),
                account: account.clone(),
            };
            let is_bot = question.exempt.bots.contains(account);
            if level > Held::Read && !is_bot && rights.level(&membership).is_some() {
                self.findings.push(Finding {
                    check: &checks::DIRECT_GRANT,
                    place: repository.clone(),
                    about: Some(account.clone()),
                    detail: format!("{}: {}", right.words(), level.id()),
                });
            }
        }
    }

    fn unread(&mut self, question: &Question<'_>, check: &'static Check, part: Part) {
        for unread in question.snapshot.unread.iter().filter(|it| it.part == part) {
            let permission = unread.permission.as_ref();
            let permission = permission.map(|it| format!(", needs {it}"));
            self.unjudged.push(Unjudged {
                check: check.id,
                place: unread.of.to_string(),
                why: format!("{}{}", unread.words, permission.unwrap_or_default()),
            });
        }
    }
}

/// Notes that something is not used, and that a plan could take it away.
fn unused(
    audit: &mut Audit,
    check: &'static Check,
    right: Right,
    about: Option<Account>,
    detail: String,
) {
    audit.findings.push(Finding {
        check,
        place: right.place().to_owned(),
        about,
        detail: format!("{}: {detail}", right.words()),
    });
    audit.candidates.push(Candidate {
        right,
        reason: check.title.to_owned(),
        evidence: vec![detail],
        keep: None,
    });
}

/// What a line of the ledger rests on, in words.
pub fn evidence(line: &Line) -> Vec<String> {
    let act = |it: &crate::ledger::Act| {
        let (day, _) = date(it.at);
        format!(
            "{} in {} on {day}, by {}",
            it.kind.id(),
            it.place,
            it.source.id()
        )
    };
    let last = match &line.last {
        Some(last) => format!("last act that needed it: {}", act(last)),
        None => "no act that needed it was seen".to_owned(),
    };
    let seen = line
        .seen
        .as_ref()
        .filter(|it| line.last.as_ref() != Some(*it));
    let seen = seen.map(|it| format!("last seen: {}", act(it)));
    [last].into_iter().chain(seen).collect()
}

/// The day of a moment, and the rest.
fn date(at: Timestamp) -> (String, String) {
    let text = at.to_string();
    match text.split_once('T') {
        Some((day, rest)) => (day.to_owned(), rest.to_owned()),
        None => (text, String::new()),
    }
}

impl Standing {
    /// Counts a ledger.
    pub fn of(ledger: &[Line]) -> Self {
        let mut standing = Self::default();
        for line in ledger {
            standing.all += 1;
            match line.verdict {
                Verdict::Active => standing.active += 1,
                Verdict::Inactive { .. } => standing.inactive += 1,
                Verdict::Unknown { .. } => standing.unknown += 1,
                Verdict::Exempt { .. } => standing.exempt += 1,
            }
        }
        standing
    }
}

/// Who was not seen at all for longer than the limit, and so is no living reviewer.
pub fn dormant(ledger: &[Line], days: i64, now: Timestamp) -> std::collections::BTreeSet<Account> {
    let limit = now
        .as_second()
        .saturating_sub(days.saturating_mul(24 * 60 * 60));
    let mut inactive = std::collections::BTreeSet::new();
    let mut living = std::collections::BTreeSet::new();
    for line in ledger {
        let Some(account) = line.right.holder() else {
            continue;
        };
        let is_seen = line
            .seen
            .as_ref()
            .is_some_and(|it| it.at.as_second() >= limit);
        match &line.verdict {
            Verdict::Inactive { .. } if !is_seen => inactive.insert(account.clone()),
            _ => living.insert(account.clone()),
        };
    }
    inactive.difference(&living).cloned().collect()
}

/// What has to hold beside the rights, from what was read.
pub fn guard(question: &Question<'_>, actor: Account, most_percent: usize) -> Guard {
    Guard {
        actor,
        exempt: question.exempt.clone(),
        environments: question.read.environments.clone(),
        dormant: dormant(question.ledger, question.days, question.now),
        most_percent,
    }
}

#[cfg(test)]
mod tests;
