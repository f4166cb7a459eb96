//! What follows for one right.

use bartizan_model::Timestamp;

use super::{Act, ActKind, Asked, Index};
use crate::{
    exempt::Exempt,
    right::{Account, Held, Right},
};

const DAY: i64 = 24 * 60 * 60;

/// The most of what is missing that a line lists.
pub const MOST_MISSING: usize = 20;

/// Whether a right is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// An act that needed it is young enough.
    Active,
    /// Everything was read that could have shown an act, and there was none.
    Inactive {
        /// What of it the acts that were seen would have needed; none where there were none.
        would_do: Option<Held>,
    },
    /// Something was not read that could have shown one.
    Unknown {
        /// What, the first twenty.
        missing: Vec<Missing>,
    },
    /// It is not judged.
    Exempt {
        /// Why.
        why: String,
    },
}

/// Acts that were not read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Missing {
    /// Where.
    pub place: String,
    /// Of which kind.
    pub kind: ActKind,
}

/// What the ledger says of one right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The right.
    pub right: Right,
    /// How much of it is held.
    pub level: Held,
    /// Whether it is used.
    pub verdict: Verdict,
    /// The last act that needed it, at any time.
    pub last: Option<Act>,
    /// The last act of any kind of whoever holds it, there or around: they are there, whatever they need.
    pub seen: Option<Act>,
}

impl Verdict {
    /// Its stable name.
    pub fn id(&self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Inactive { .. } => "inactive",
            Self::Unknown { .. } => "unknown",
            Self::Exempt { .. } => "exempt",
        }
    }
}

pub(super) fn judge<'a>(
    (right, level, account): (&'a Right, Held, &'a Account),
    asked: &Asked<'a>,
    index: &Index<'a>,
    exempt: &Exempt,
    now: Timestamp,
) -> Line {
    let mut last: Option<&'a Act> = None;
    let mut would_do: Option<Held> = None;
    let mut is_active = false;
    let mut missing = Vec::new();
    for (place, role) in &asked.places {
        let limit = now.as_second().saturating_sub(role.days * DAY);
        for act in index.acts(account, place) {
            let is_young = act.at.as_second() >= limit;
            if role.needs.contains(&act.kind) {
                is_active |= is_young;
                last = Some(later(last, act));
            } else if is_young {
                would_do = would_do.max(needed(act.kind));
            }
        }
        for kind in &role.requires {
            let since = index.covered(account, place, *kind);
            if since.is_none_or(|since| since.as_second() > limit) {
                missing.push(Missing {
                    place: (*place).to_owned(),
                    kind: *kind,
                });
            }
        }
    }
    missing.extend(asked.elsewhere.iter().map(|kind| Missing {
        place: right.place().to_owned(),
        kind: *kind,
    }));
    let around = asked.around.iter().copied().chain([right.place()]);
    let seen = around.flat_map(|it| index.acts(account, it));
    let seen = seen.fold(last, |one, other| Some(later(one, other)));
    missing.sort();
    missing.dedup();
    missing.truncate(MOST_MISSING);
    let verdict = match exempted((right, level, account), exempt, now) {
        Some(why) => Verdict::Exempt { why },
        None if is_active => Verdict::Active,
        // A right that leads nowhere that is known says nothing of its use.
        None if !missing.is_empty() || asked.places.is_empty() => Verdict::Unknown { missing },
        None => Verdict::Inactive {
            would_do: would_do.filter(|it| *it < level && right.allows(*it)),
        },
    };
    Line {
        right: right.clone(),
        level,
        verdict,
        last: last.cloned(),
        seen: seen.cloned(),
    }
}

/// The later of two acts; of equal ones the first in their order, so that equal input gives an equal answer.
fn later<'a>(one: Option<&'a Act>, other: &'a Act) -> &'a Act {
    match one {
        Some(one) if (one.at, other) >= (other.at, one) => one,
        _ => other,
    }
}

/// The level of a repository that an act needs.
fn needed(kind: ActKind) -> Option<Held> {
    match kind {
        ActKind::Author | ActKind::Upload => None,
        ActKind::Triage | ActKind::Review => Some(Held::Triage),
        ActKind::Push | ActKind::Merge | ActKind::Release | ActKind::WorkflowApproval => {
            Some(Held::Write)
        }
        ActKind::Administration => Some(Held::Admin),
    }
}

fn exempted(
    (right, level, account): (&Right, Held, &Account),
    exempt: &Exempt,
    now: Timestamp,
) -> Option<String> {
    if exempt.bots.contains(account) {
        return Some("a program".to_owned());
    }
    let excuse = exempt.excused(account, (right.place(), Some(level)), now)?;
    Some(format!(
        "an exception until {}: {}",
        excuse.until, excuse.reason
    ))
}
