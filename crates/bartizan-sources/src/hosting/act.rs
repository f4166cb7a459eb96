//! Changes: never from a cache, never two at once, and told whether they were made.
//!
//! What [`act`](ActingHost::act) makes may be sent again: it says how something shall be, or takes away what may be gone already.

use std::time::Duration;

use bartizan_formats::hosting::{
    Question,
    act::{ActingHost, Action, Done},
};
use bartizan_model::hosting::{Seen, Unseen, UnseenKind};
use serde_json::Value;

use super::{HostClient, Sending};

/// What the host wants between two changes.
const BETWEEN: Duration = Duration::from_secs(1);

impl ActingHost for HostClient {
    #[expect(
        clippy::redundant_closure,
        reason = "the constructor is of one lifetime, and any is asked for"
    )]
    fn act(&self, action: &Action) -> Seen<Done> {
        self.sent(action, |method, body| Sending::Body(method, body))
    }
}

impl HostClient {
    /// Makes a change that would be there twice if it were sent twice: it is never tried again.
    #[expect(
        clippy::redundant_closure,
        reason = "the constructor is of one lifetime, and any is asked for"
    )]
    pub fn act_once(&self, action: &Action) -> Seen<Done> {
        self.sent(action, |method, body| Sending::Once(method, body))
    }

    fn sent(
        &self,
        action: &Action,
        how: for<'a> fn(&'static str, Option<&'a [u8]>) -> Sending<'a>,
    ) -> Seen<Done> {
        let segments: Vec<&str> = action.path.iter().map(String::as_str).collect();
        if segments.iter().any(|part| matches!(*part, "" | "." | "..")) {
            let why = "there can be no such name";
            return Err(Unseen::new(UnseenKind::Refused, why));
        }
        let question = Question {
            permission: Some(action.permission),
            ..Question::new(action.about, &segments)
        };
        let body = action.body.as_ref().map(Value::to_string);
        let sending = how(action.method.word(), body.as_deref().map(str::as_bytes));
        if !self.base.is_loopback() {
            std::thread::sleep(BETWEEN);
        }
        let reply = self.answer(self.base.join(&segments), sending, &question)?;
        // A change that was made has often nothing to say.
        let answer = serde_json::from_slice(&reply.body).unwrap_or_default();
        Ok(Done {
            status: reply.status,
            answer,
        })
    }
}
