//! Limits of a host: how many questions an hour, and not too many at once
//! ([rate limits](https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api)).

use std::time::Duration;

use bartizan_formats::hosting::refusal::Refusal;
use bartizan_model::{
    Timestamp,
    hosting::{Unseen, UnseenKind},
};

use crate::http::exchange::Reply;

/// How long the host wants one to wait where it does not say how long.
const UNSTATED: Duration = Duration::from_mins(1);

/// The longest wait that is believed.
const LONGEST: Duration = Duration::from_hours(24);

/// A limit that was met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Limit {
    /// How long to wait.
    pub(super) wait: Duration,
    /// When it ends, in seconds since 1970.
    end: u64,
}

impl Limit {
    /// The limit that a reply tells of.
    pub(super) fn of(reply: &Reply, now: u64) -> Option<Self> {
        if !matches!(reply.status, 403 | 429) {
            return None;
        }
        let number = |name: &str| -> Option<u64> { reply.header(name)?.trim().parse().ok() };
        let after = number("retry-after");
        let is_spent = number("x-ratelimit-remaining") == Some(0);
        let is_told = said(reply).is_some_and(|it| it.to_ascii_lowercase().contains("rate limit"));
        if reply.status == 403 && after.is_none() && !is_spent && !is_told {
            return None;
        }
        Some(Self::stated(reply, now))
    }

    /// The limit of a reply that is known to tell of one.
    pub(super) fn stated(reply: &Reply, now: u64) -> Self {
        let number = |name: &str| -> Option<u64> { reply.header(name)?.trim().parse().ok() };
        let after = number("retry-after");
        let is_spent = number("x-ratelimit-remaining") == Some(0);
        let reset = number("x-ratelimit-reset").filter(|_| is_spent);
        let wait = match (after, reset) {
            (Some(seconds), _) => Duration::from_secs(seconds),
            // The clock of the host may be a little ahead.
            (None, Some(reset)) => Duration::from_secs(reset.saturating_sub(now).saturating_add(1)),
            (None, None) => UNSTATED,
        };
        let wait = wait.min(LONGEST);
        Self {
            wait,
            end: now.saturating_add(wait.as_secs()),
        }
    }

    /// The limit as the reason for which nothing more is asked.
    pub(super) fn unseen(self, has_token: bool) -> Unseen {
        let end = i64::try_from(self.end).ok();
        let end = end.and_then(|it| Timestamp::from_second(it).ok());
        let until = end.map(|it| format!(" until {it}")).unwrap_or_default();
        let hint = if has_token {
            ""
        } else {
            "; with a token more are allowed"
        };
        let why = format!("the host allows no further question{until}{hint}");
        Unseen::new(UnseenKind::Limited, why)
    }
}

fn said(reply: &Reply) -> Option<String> {
    Refusal {
        status: reply.status,
        body: &reply.body,
        permissions: None,
        scopes: None,
        wants_sign_on: false,
        has_token: false,
    }
    .said()
}
