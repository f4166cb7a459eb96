//! The queue for programs.

use bartizan_assessment::review::{queue::MOST_ENTRIES, told::json_of};
use serde_json::{Value, json};

use super::{Answer, Origin};
use crate::{
    error::Failure,
    render::json::{SCHEMA_VERSION, to_text},
};

pub(super) fn text(answer: &Answer) -> Result<String, Failure> {
    let pulls = (0..).zip(&answer.queue.looked).map(|(number, it)| {
        let mut value = json_of(it, MOST_ENTRIES);
        let ask = answer.ask.as_ref().and_then(|all| all.get::<usize>(number));
        if let (Some(ask), Some(object)) = (ask, value.as_object_mut()) {
            object.insert("ask".to_owned(), json!(ask));
        }
        value
    });
    let problems = answer.queue.problems.iter();
    let problems = problems.map(|it| json!({"subject": it.subject, "message": it.message}));
    to_text(&json!({
        "schema_version": SCHEMA_VERSION,
        "project": answer.project,
        "pulls": pulls.collect::<Vec<Value>>(),
        "waiting": answer.of,
        "has_more": matches!(answer.origin, Origin::Host { has_more: true }),
        "changed_lines": answer.sum(|it| it.changed_lines),
        "lines_to_read": answer.sum(|it| it.lines_to_read),
        "problems": problems.collect::<Vec<Value>>(),
    }))
}
