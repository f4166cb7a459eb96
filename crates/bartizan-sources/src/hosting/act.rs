//! Changes: never from a cache, never two at once, and told whether they were made.
//!
//! Each of them may be sent again: it says how something shall be, or takes away what may be gone already.

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
    fn act(&self, action: &Action) -> Seen<Done> {
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
        let sending = Sending::Body(action.method.word(), body.as_deref().map(str::as_bytes));
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
