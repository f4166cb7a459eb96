//! Whether a body that was taken before is taken again.
//!
//! Some bodies hold neither a time nor a number of their own: whoever puts the same person into the same team a second time makes
//! the service send the same bytes under the same signature. They are taken again only where the last word of the log about the
//! same thing is the opposite, and marked ([`Event::Repeated`]): whoever captured two opposite bodies could send them in turn.
//! So many of them are taken within a day and no more, and what is refused is told in the log, which is bounded too.

use thiserror::Error;

use crate::{
    log::{Entry, Event, Log},
    right::organisation,
};

/// So many repeated words about one thing are taken within a day.
pub const MOST_OF_ONE: usize = 4;

/// So many about everything.
pub const MOST_REPEATED: usize = 400;

/// Of so many that are refused within a day the log tells.
pub const MOST_REFUSED: usize = 50;

/// A day, in seconds.
const DAY: i64 = 24 * 60 * 60;

/// What stands behind the last one that is told of within a day.
const AND_MORE: &str = "; what else is refused within a day is not told here";

/// Why a delivery that is believed is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Refusal {
    /// The same delivery was taken.
    #[error("this delivery was taken before")]
    Taken,
    /// The same was said, and nothing that the log knows of undid it.
    #[error("this was said before, and nothing undid it")]
    Replayed,
    /// The same was said too often.
    #[error("this was said too often within a day")]
    TooOften,
}

/// How the log knows a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Known {
    /// It does not.
    New,
    /// It was taken, and what it says was undone since.
    Undone,
    /// It is not taken again.
    Refused(Refusal),
}

/// Event, action.
type Word<'a> = (&'a str, &'a str);

/// Whoever leaves an organisation leaves its teams and repositories.
const LEFT: Word<'_> = ("organization", "member_removed");

/// What undoes a word whose bodies hold neither a time nor a number of their own; none of any other word, which is said once.
fn undone_by(word: Word<'_>) -> &'static [Word<'static>] {
    match word {
        ("member", "added") => &[("member", "removed"), LEFT],
        ("member", "removed") => &[("member", "added")],
        // A level goes up and down: any other word about it.
        ("member", "edited") => &[
            ("member", "added"),
            ("member", "edited"),
            ("member", "removed"),
        ],
        ("membership", "added") => &[("membership", "removed"), LEFT],
        ("membership", "removed") => &[("membership", "added")],
        ("organization", "member_added") => &[LEFT],
        ("organization", "member_removed") => &[("organization", "member_added")],
        ("org_block", "blocked") => &[("org_block", "unblocked")],
        ("org_block", "unblocked") => &[("org_block", "blocked")],
        ("team", "added_to_repository") | ("team_add", "") => {
            &[("team", "removed_from_repository")]
        }
        ("team", "removed_from_repository") => &[("team", "added_to_repository"), ("team_add", "")],
        ("team", "edited") => &[
            ("team", "added_to_repository"),
            ("team", "edited"),
            ("team", "removed_from_repository"),
        ],
        ("branch_protection_configuration", "enabled") => {
            &[("branch_protection_configuration", "disabled")]
        }
        ("branch_protection_configuration", "disabled") => {
            &[("branch_protection_configuration", "enabled")]
        }
        _ => &[],
    }
}

/// The word of an entry about a delivery.
pub(super) fn word(entry: &Entry) -> Word<'_> {
    let said = entry.detail.split("; ").next().unwrap_or_default();
    said.split_once(' ').unwrap_or((said, ""))
}

/// Whether an entry is of a delivery that was taken.
pub(super) fn is_taken(entry: &Entry) -> bool {
    matches!(entry.event, Event::Delivery | Event::Repeated)
}

/// Whether two entries are about the same thing.
pub(super) fn is_of_same(one: &Entry, other: &Entry) -> bool {
    one.about == other.about && one.place == other.place
}

/// Whether it is known what an entry is about: what has no name cannot be told from other things without one.
fn is_named(entry: &Entry) -> bool {
    let is_of_place = ["branch_protection_configuration", "team"].contains(&word(entry).0);
    entry.place.is_some() && (entry.about.is_some() || is_of_place)
}

/// Whether an entry undoes another one, where it is newer.
fn undoes(entry: &Entry, other: &Entry) -> bool {
    let leaves = || {
        let within = other.place.as_deref().map(organisation);
        word(entry) == LEFT && entry.about == other.about && entry.place.as_deref() == within
    };
    undone_by(word(other)).contains(&word(entry)) && (is_of_same(entry, other) || leaves())
}

/// How the log knows a delivery, by the entry that it would become.
pub(super) fn known(log: &Log, entry: &Entry) -> Known {
    let taken = || log.entries().iter().filter(|it| is_taken(it));
    if let Some(other) = taken().find(|it| it.reference == entry.reference) {
        return Known::Refused(if other.content == entry.content {
            Refusal::Taken
        } else {
            Refusal::Replayed
        });
    }
    let Some(before) = taken().rfind(|it| it.content == entry.content) else {
        return Known::New;
    };
    // The name of the event is not signed: the same bytes have to be about the same.
    let is_same_word = |it: &Entry| word(it) == word(entry) && is_of_same(it, entry);
    let last = taken().rfind(|it| is_same_word(it) || undoes(it, entry));
    let is_undone = last.is_some_and(|it| undoes(it, entry) && it.content != entry.content);
    if !is_named(entry) || !is_same_word(before) || !is_undone {
        return Known::Refused(Refusal::Replayed);
    }
    let (mut all, mut of_one) = (0, 0);
    for it in within_a_day(log, entry, Event::Repeated) {
        all += 1;
        of_one += usize::from(is_of_same(it, entry) && word(it).0 == word(entry).0);
    }
    if all >= MOST_REPEATED || of_one >= MOST_OF_ONE {
        return Known::Refused(Refusal::TooOften);
    }
    Known::Undone
}

/// The entry that tells the log's owner of a refusal. Whoever has a delivery sent again, by its number, need not be told, and the same
/// bytes are told once a day.
pub(super) fn told(log: &Log, entry: Entry, why: Refusal) -> Option<Entry> {
    let mut count = 0;
    for it in within_a_day(log, &entry, Event::Refused) {
        if it.content == entry.content {
            return None;
        }
        count += 1;
    }
    if why == Refusal::Taken || count >= MOST_REFUSED {
        return None;
    }
    let more = if count + 1 == MOST_REFUSED {
        AND_MORE
    } else {
        ""
    };
    Some(Entry {
        event: Event::Refused,
        detail: format!("{}; {why}{more}", entry.detail),
        ..entry
    })
}

/// Entries of the day before an entry. Those of a clock that went ahead count too.
fn within_a_day<'a>(log: &'a Log, entry: &Entry, event: Event) -> impl Iterator<Item = &'a Entry> {
    let since = entry.at.as_second().saturating_sub(DAY);
    let entries = log.entries().iter();
    entries.filter(move |it| it.event == event && it.at.as_second() > since)
}
