//! How long a client waits, and what its questions cost.

use std::time::Duration;

use bartizan_model::hosting::Unseen;

/// How long is waited.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// Before the second attempt; twice as long before each further one.
    pub first_wait: Duration,
    /// For limits, all in all.
    pub for_limits: Duration,
    /// For everything, all in all.
    pub for_all: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            first_wait: Duration::from_millis(500),
            for_limits: Duration::from_secs(90),
            for_all: Duration::from_mins(10),
        }
    }
}

/// A question that had no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// What it was about.
    pub about: &'static str,
    /// The path that was asked for.
    pub path: String,
    /// Why there is no answer.
    pub unseen: Unseen,
}

/// What the questions cost, and which had no answer.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Account {
    /// How many requests were made.
    pub requests: usize,
    /// How many of them were answered with "not changed".
    pub unchanged: usize,
    /// The questions without an answer, in their order.
    pub refused: Vec<Refused>,
}
