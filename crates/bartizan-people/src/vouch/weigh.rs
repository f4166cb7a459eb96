//! Which vouches count, and how much.
//!
//! A vouch counts in the project that it names, from when it was given until it ends, as long as the project's list has
//! the account, and the account is not denounced there. Denouncements do not leave the project. Whoever vouched for
//! people whose vouches were taken back counts for less in this project: their weight is the share that was not.

use std::collections::BTreeMap;

use bartizan_model::Timestamp;

use super::{
    handle::Handle,
    list::{Standing, VouchList},
    statement::{Deed, Statement},
};

/// Whose clock may be ahead by how much.
const TOLERANCE: i64 = 24 * 60 * 60;

/// A statement, and whether who signed it is who it says. The caller verifies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// What was said.
    pub statement: Statement,
    /// Why it is nobody's word; none where the signature holds and is that of [`Statement::by`].
    pub refusal: Option<String>,
}

/// A vouch that counts: an edge of a graph of trust, as a plain value.
#[derive(Debug, Clone, PartialEq)]
pub struct Vouch {
    /// In which project.
    pub project: String,
    /// Who vouches.
    pub by: Handle,
    /// For whom.
    pub whom: Handle,
    /// Since when.
    pub at: Timestamp,
    /// Until when.
    pub until: Timestamp,
    /// How much it counts: above 0, at most 1.
    pub weight: f64,
}

/// How a vouch stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// It counts.
    Counts,
    /// The list has the account, and nobody's signed word stands behind it.
    Unsigned,
    /// The signature does not hold, or is another's.
    Unproven,
    /// The project denounces the account.
    Denounced,
    /// It was taken back.
    Revoked,
    /// The list has the account no longer, or not yet.
    NotListed,
    /// It ended.
    Expired,
    /// It is said to have been given later than now.
    Early,
    /// Its giver gave it again, later.
    Renewed,
    /// It is about who gave it.
    OwnWord,
    /// It was given in another project.
    Elsewhere,
}

impl State {
    /// Its stable name.
    pub fn id(self) -> &'static str {
        match self {
            Self::Counts => "counts",
            Self::Unsigned => "unsigned",
            Self::Unproven => "unproven",
            Self::Denounced => "denounced",
            Self::Revoked => "revoked",
            Self::NotListed => "not-listed",
            Self::Expired => "expired",
            Self::Early => "early",
            Self::Renewed => "renewed",
            Self::OwnWord => "own-word",
            Self::Elsewhere => "elsewhere",
        }
    }
}

/// A vouch with how it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// For whom.
    pub whom: Handle,
    /// Who gave it; none where the list alone has it.
    pub by: Option<Handle>,
    /// Since when and until when.
    pub span: Option<(Timestamp, Timestamp)>,
    /// How it stands.
    pub state: State,
    /// Why, where there is more to say than the state.
    pub why: Option<String>,
    /// How much it counts: 0 where it does not.
    pub weight: f64,
}

/// Everything that is said of vouches in one project.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Vouches {
    /// Each, by whom it is for, who gave it and when.
    pub judged: Vec<Judged>,
    /// Whom the project denounces, sorted.
    pub denounced: Vec<Handle>,
    /// Of everybody who vouched, how many they vouched for and how many of these were taken back.
    pub givers: BTreeMap<Handle, (usize, usize)>,
}

impl Vouches {
    /// Those that count, for the graph of trust.
    pub fn counting(&self, project: &str) -> Vec<Vouch> {
        let counting = self.judged.iter().filter(|it| it.state == State::Counts);
        let vouch = |it: &Judged| {
            let (at, until) = it.span?;
            Some(Vouch {
                project: project.to_owned(),
                by: it.by.clone()?,
                whom: it.whom.clone(),
                at,
                until,
                weight: it.weight,
            })
        };
        counting.filter_map(vouch).collect()
    }
}

/// Judges and weighs the vouches of a project: its list, and the statements beside it.
pub fn weigh(project: &str, list: &VouchList, checked: &[Checked], now: Timestamp) -> Vouches {
    let scale = Scale {
        project,
        list,
        checked,
        now,
    };
    let mut vouches = Vouches::default();
    for (place, it) in checked.iter().enumerate() {
        if it.statement.deed == Deed::Vouch {
            vouches.judged.push(scale.judge(place, it));
        }
    }
    for entry in list.entries() {
        let handle = &entry.handle;
        if entry.is_denounced {
            vouches.denounced.push(handle.clone());
        } else if !vouches.judged.iter().any(|it| handle.may_be(&it.whom)) {
            vouches.judged.push(Judged {
                whom: handle.clone(),
                by: None,
                span: None,
                state: State::Unsigned,
                why: None,
                weight: 0.0,
            });
        }
    }
    vouches.denounced.sort();
    vouches.denounced.dedup();
    vouches.give_weights();
    vouches
        .judged
        .sort_by(|one, other| one.key().cmp(&other.key()));
    vouches
}

impl Judged {
    fn key(
        &self,
    ) -> (
        &Handle,
        Option<&Handle>,
        Option<(Timestamp, Timestamp)>,
        State,
    ) {
        (&self.whom, self.by.as_ref(), self.span, self.state)
    }
}

struct Scale<'a> {
    project: &'a str,
    list: &'a VouchList,
    checked: &'a [Checked],
    now: Timestamp,
}

impl Scale<'_> {
    fn judge(&self, place: usize, checked: &Checked) -> Judged {
        let statement = &checked.statement;
        let (state, why) = self.state(place, checked);
        Judged {
            whom: statement.whom.clone(),
            by: Some(statement.by.clone()),
            span: statement.until.map(|until| (statement.at, until)),
            state,
            why,
            weight: 0.0,
        }
    }

    fn state(&self, place: usize, checked: &Checked) -> (State, Option<String>) {
        let statement = &checked.statement;
        if statement.project != self.project {
            return (State::Elsewhere, Some(statement.project.clone()));
        }
        if let Some(refusal) = &checked.refusal {
            return (State::Unproven, Some(refusal.clone()));
        }
        if statement.whom == statement.by {
            return (State::OwnWord, None);
        }
        if self.is_early(statement) {
            return (State::Early, None);
        }
        if let Some(revocation) = self.revocation(statement) {
            let why = format!("by {}: {}", revocation.by, revocation.reason);
            return (State::Revoked, Some(why));
        }
        match self.list.standing(&statement.whom) {
            Standing::Denounced => {
                let entry = self.list.find(&statement.whom);
                return (State::Denounced, entry.and_then(|it| it.details.clone()));
            }
            Standing::Unknown => return (State::NotListed, None),
            Standing::Vouched => {}
        }
        if self.is_renewed(place, statement) {
            return (State::Renewed, None);
        }
        match statement.until {
            Some(until) if until >= self.now => (State::Counts, None),
            _ => (State::Expired, None),
        }
    }

    fn is_early(&self, statement: &Statement) -> bool {
        statement.at.as_second() > self.now.as_second().saturating_add(TOLERANCE)
    }

    /// What takes a vouch back: the word of anybody who may sign in the project, given at the same time or later, and before it
    /// ended by itself.
    fn revocation(&self, vouch: &Statement) -> Option<&Statement> {
        let mut proven = self.proven(Deed::Revoke, &vouch.whom);
        proven.find(|it| it.at >= vouch.at && vouch.until.is_none_or(|until| it.at <= until))
    }

    fn is_renewed(&self, place: usize, vouch: &Statement) -> bool {
        let own = self.checked.iter().enumerate().filter(|(_, it)| {
            it.refusal.is_none()
                && it.statement.deed == Deed::Vouch
                && it.statement.project == self.project
                && it.statement.whom == vouch.whom
                && it.statement.by == vouch.by
                && !self.is_early(&it.statement)
        });
        let mut later = own.map(|(place, it)| (it.statement.at, place));
        later.any(|it| it > (vouch.at, place))
    }

    fn proven(&self, deed: Deed, whom: &Handle) -> impl Iterator<Item = &Statement> {
        let proven = self.checked.iter().filter(|it| it.refusal.is_none());
        let statements = proven.map(|it| &it.statement);
        let whom = whom.clone();
        statements.filter(move |it| {
            it.deed == deed && it.project == self.project && it.whom == whom && !self.is_early(it)
        })
    }
}

impl Vouches {
    fn give_weights(&mut self) {
        // By giver and whom: whether the last word about them was taken back.
        let mut given: BTreeMap<(Handle, Handle), (Timestamp, bool)> = BTreeMap::new();
        for it in &self.judged {
            let is_given = !matches!(
                it.state,
                State::Unsigned
                    | State::Unproven
                    | State::Early
                    | State::OwnWord
                    | State::Elsewhere
            );
            let (true, Some(by), Some((at, _))) = (is_given, &it.by, it.span) else {
                continue;
            };
            let is_back = matches!(it.state, State::Revoked | State::Denounced);
            let last = given
                .entry((by.clone(), it.whom.clone()))
                .or_insert((at, is_back));
            if at >= last.0 {
                *last = (at, is_back);
            }
        }
        for ((by, _), (_, is_back)) in given {
            let (all, back) = self.givers.entry(by).or_default();
            *all += 1;
            *back += usize::from(is_back);
        }
        for it in &mut self.judged {
            let counts = it.by.as_ref().and_then(|by| self.givers.get(by));
            if let (State::Counts, Some((all, back))) = (it.state, counts) {
                it.weight = 1.0 - *back as f64 / (*all).max(1) as f64;
            }
        }
    }
}

#[cfg(test)]
mod tests;
