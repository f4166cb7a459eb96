//! Approvals: what somebody signs to let a plan happen, and whether those that were signed are enough.
//!
//! A signature is of a text that names the plan by its hash, so that an approval is of that plan and of no other. Whether a
//! signature is whom it claims is the caller's to find out; here it is only said what follows.

use std::collections::BTreeSet;

use bartizan_formats::digest::Digest;
use bartizan_model::Timestamp;
use thiserror::Error;

use crate::{plan::Plan, right::Account};

/// So many have to approve.
pub const APPROVERS: usize = 2;

/// The largest text of an approval.
pub const LARGEST_APPROVAL: usize = 4 << 10;

/// The longest reason.
const LONGEST_REASON: usize = 2_000;

/// The first line: what it is, and the version of it.
const TITLE: &str = "bartizan access approval 1";

/// How a plan is approved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Way {
    /// As one of two.
    Ordinary,
    /// Alone, because it cannot wait: levels are only lowered then, and everybody is told.
    Emergency,
}

/// Who approves what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approval {
    /// The hash of the plan.
    pub plan: Digest,
    /// Who approves.
    pub by: Account,
    /// When.
    pub at: Timestamp,
    /// How.
    pub way: Way,
    /// What they say of it, in one line.
    pub reason: String,
}

/// An approval whose signature was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// What was signed.
    pub approval: Approval,
    /// Why the signature does not count; none where it does.
    pub refusal: Option<String>,
}

/// Why a text is no approval.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ApprovalError {
    /// It is larger than any.
    #[error("the approval is larger than {LARGEST_APPROVAL} bytes")]
    TooLarge,
    /// A line is not the one that has to stand there.
    #[error("the approval has no line `{0}` that can be meant where it belongs")]
    Line(&'static str),
}

/// Why a plan may not be applied.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NotApproved {
    /// It ended, or has not begun.
    #[error("the plan is of another time: it counts from {made} to {expires}")]
    Expired {
        /// When it was made.
        made: Timestamp,
        /// When it ends.
        expires: Timestamp,
    },
    /// Too few approvals count.
    #[error("{count} {} of the plan {}, {APPROVERS} by different people are needed{}", if *.count == 1 { "approval" } else { "approvals" }, if *.count == 1 { "counts" } else { "count" }, told(.refused))]
    TooFew {
        /// How many.
        count: usize,
        /// Why others do not.
        refused: Vec<String>,
    },
    /// An emergency that is none.
    #[error("one approval is enough only for a plan that lowers levels; this one does more")]
    NotOnlyLowers,
}

/// A plan that may be applied. Only [`judge`] makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approved {
    plan: Plan,
    by: Vec<Account>,
    way: Way,
}

impl Approved {
    /// The plan.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Who approved it.
    pub fn by(&self) -> &[Account] {
        &self.by
    }

    /// How: an emergency is told loudly.
    pub fn way(&self) -> Way {
        self.way
    }
}

impl Way {
    /// Its stable name.
    pub fn id(self) -> &'static str {
        match self {
            Self::Ordinary => "ordinary",
            Self::Emergency => "emergency",
        }
    }
}

impl Approval {
    /// The text that is signed.
    pub fn text(&self) -> String {
        format!(
            "{TITLE}\nplan: {}\nby: {}\nat: {}\nway: {}\nreason: {}\n",
            self.plan,
            self.by,
            self.at,
            self.way.id(),
            self.reason
        )
    }

    /// Reads a text. The same approval has one text only; any other is none.
    pub fn read(text: &str) -> Result<Self, ApprovalError> {
        if text.len() > LARGEST_APPROVAL {
            return Err(ApprovalError::TooLarge);
        }
        let mut lines = text.lines();
        if lines.next() != Some(TITLE) {
            return Err(ApprovalError::Line(TITLE));
        }
        let mut value = |name: &'static str| {
            let line = lines.next().and_then(|it| it.strip_prefix(name));
            let value = line.and_then(|it| it.strip_prefix(": "));
            value.ok_or(ApprovalError::Line(name))
        };
        let approval = Self {
            plan: Digest::parse(value("plan")?).ok_or(ApprovalError::Line("plan"))?,
            by: parsed(value("by")?, "by")?,
            at: parsed(value("at")?, "at")?,
            way: match value("way")? {
                "ordinary" => Way::Ordinary,
                "emergency" => Way::Emergency,
                _ => return Err(ApprovalError::Line("way")),
            },
            reason: value("reason")?.to_owned(),
        };
        approval.check()?;
        if approval.text() != text {
            return Err(ApprovalError::Line("end"));
        }
        Ok(approval)
    }

    /// Whether it can be meant, which whoever makes one asks before it is signed.
    pub fn check(&self) -> Result<(), ApprovalError> {
        let reason = self.reason.trim();
        let is_line = !reason.is_empty() && !self.reason.chars().any(char::is_control);
        if is_line && self.reason.len() <= LONGEST_REASON {
            Ok(())
        } else {
            Err(ApprovalError::Line("reason"))
        }
    }
}

fn parsed<T: std::str::FromStr>(text: &str, name: &'static str) -> Result<T, ApprovalError> {
    text.parse().map_err(|_cause| ApprovalError::Line(name))
}

fn told(refused: &[String]) -> String {
    match refused {
        [] => String::new(),
        some => format!(" ({})", some.join("; ")),
    }
}

/// Whether a plan may be applied now, given all approvals that were found. The programs of a plan's actor and its proposer do
/// not approve, nor does anybody whose rights it changes.
pub fn judge(
    plan: Plan,
    approvals: &[Checked],
    bots: &BTreeSet<Account>,
    now: Timestamp,
) -> Result<Approved, NotApproved> {
    if !plan.is_current(now) {
        let Plan { made, expires, .. } = plan;
        return Err(NotApproved::Expired { made, expires });
    }
    of_any_time(plan, approvals, bots, now)
}

/// The same for a plan that is to be undone, which may have ended.
pub fn judge_undo(
    plan: Plan,
    approvals: &[Checked],
    bots: &BTreeSet<Account>,
    now: Timestamp,
) -> Result<Approved, NotApproved> {
    if !plan.may_be_undone(now) {
        let Plan { made, expires, .. } = plan;
        return Err(NotApproved::Expired { made, expires });
    }
    of_any_time(plan, approvals, bots, now)
}

fn of_any_time(
    plan: Plan,
    approvals: &[Checked],
    bots: &BTreeSet<Account>,
    now: Timestamp,
) -> Result<Approved, NotApproved> {
    let hash = plan.hash();
    let (mut by, mut alone) = (BTreeSet::new(), BTreeSet::new());
    let mut refused = Vec::new();
    for checked in approvals {
        let approval = &checked.approval;
        if let Some(why) = refusal(&plan, hash, checked, bots, now) {
            refused.push(format!("{}: {why}", approval.by));
            continue;
        }
        match approval.way {
            Way::Ordinary => by.insert(approval.by.clone()),
            Way::Emergency => alone.insert(approval.by.clone()),
        };
    }
    let all: BTreeSet<Account> = by.union(&alone).cloned().collect();
    let way = match (all.len(), alone.is_empty()) {
        (APPROVERS.., _) => Way::Ordinary,
        (1, false) if plan.only_lowers() => Way::Emergency,
        (1, false) => return Err(NotApproved::NotOnlyLowers),
        (count, _) => {
            refused.sort();
            return Err(NotApproved::TooFew { count, refused });
        }
    };
    Ok(Approved {
        plan,
        by: all.into_iter().collect(),
        way,
    })
}

fn refusal(
    plan: &Plan,
    hash: Digest,
    checked: &Checked,
    bots: &BTreeSet<Account>,
    now: Timestamp,
) -> Option<String> {
    let approval = &checked.approval;
    if let Some(why) = &checked.refusal {
        return Some(why.clone());
    }
    let why = if approval.plan != hash {
        "it is of another plan"
    } else if approval.at < plan.made || approval.at > plan.expires || approval.at > now {
        "it was given at a time at which the plan does not count"
    } else if approval.by == plan.proposer {
        "whoever proposes does not approve"
    } else if plan.subjects().contains(&&approval.by) {
        "the plan changes their own rights"
    } else if bots.contains(&approval.by) {
        "a program does not approve"
    } else {
        return None;
    };
    Some(why.to_owned())
}

#[cfg(test)]
mod tests;
