//! What an account does that is unlike its own past.
//!
//! An account that was silent for long and comes back may have another owner. Most that come back have not: people have
//! children, change their work, and return. So what is told here is a private hint to the project's maintainers, with
//! what is usual for this person and how many of all who came back did the same, and only within a budget of alarms that is
//! fixed beforehand. An account is compared with its own past and with nobody else's; who has no past here has no anomaly:
//! being new is neutral. Neither addresses nor times of day are looked at.

mod act;
mod episode;
mod hint;
mod signal;
mod usual;

use bartizan_model::Timestamp;

pub use self::{
    act::{Act, Acts, Right, SENSITIVE},
    episode::{Conduct, Episode, episodes},
    hint::{Hint, MEASURED, THRESHOLD, Told, hints},
    signal::{Rates, Signal, signals},
    usual::Usual,
};

const DAY: i64 = 24 * 60 * 60;

/// How long an account must have been silent: eighteen months.
pub const SILENCE_DAYS: i64 = 548;

/// How long after a return it is looked at: a quarter.
pub const EPISODE_DAYS: i64 = 90;

/// Who did less before has no past that anything could be unlike.
pub const FEWEST_ACTS: usize = 5;

/// Whole days from one time to another.
fn days(from: Timestamp, to: Timestamp) -> i64 {
    (to.as_second() - from.as_second()) / DAY
}

/// Whether a time is so close after another that both may belong to one episode.
fn is_within(from: Timestamp, to: Timestamp) -> bool {
    days(from, to) < EPISODE_DAYS
}

/// The number of a time's week. Weeks only serve to tell one day's burst from work that goes on.
fn week(time: Timestamp) -> i64 {
    time.as_second().div_euclid(7 * DAY)
}

#[cfg(test)]
mod tests;
