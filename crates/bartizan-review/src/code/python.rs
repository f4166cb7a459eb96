//! Calls of Python, by the parser of `bartizan-formats`.

use bartizan_formats::python_code::call_sites::{self, CallSite, Value};

use super::{Argument, Call, MOST_CALLS, MOST_PARTS, Shape};
use crate::lines::joined;

pub(super) fn calls(text: &str) -> Vec<Call> {
    // What is too large or too deep has no tree; it is told as minified, where it is that.
    let sites = call_sites::read(text).unwrap_or_default();
    sites.into_iter().take(MOST_CALLS).map(call).collect()
}

fn call(site: CallSite) -> Call {
    let arguments = site
        .arguments
        .into_iter()
        .take(MOST_PARTS)
        .map(|it| Argument {
            name: it.name,
            shape: shape(it.value),
            text: joined(it.words.iter().map(String::as_str)),
            names: it.names,
        });
    Call {
        line: site.line,
        function: site.function,
        within: site.within,
        arguments: arguments.collect(),
        has_spread: site.has_spread,
        assigned: None,
        given_to: None,
        is_dropped: false,
        text: joined(site.words.iter().map(String::as_str)),
    }
}

fn shape(value: Value) -> Shape {
    match value {
        Value::Text => Shape::Text,
        Value::Texts => Shape::Texts,
        Value::Number => Shape::Number,
        Value::True => Shape::True,
        Value::False => Shape::False,
        Value::None => Shape::None,
        Value::Name => Shape::Name,
        Value::Product => Shape::Product,
        Value::Other => Shape::Other,
    }
}
