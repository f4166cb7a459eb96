//! What a condition asks of places: whether they are NULL.

use super::{Span, Words, expression::place};

/// A question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Test {
    pub(super) place: String,
    /// Whether the condition holds where there is nothing.
    pub(super) is_of_nothing: bool,
}

/// What a condition asks.
#[derive(Debug, Clone, Default)]
pub(super) struct Tests {
    pub(super) tests: Vec<Test>,
    /// Whether `||` stands in it.
    pub(super) has_or: bool,
    /// Whether `&&` stands in it.
    pub(super) has_and: bool,
}

/// What a span asks, whether it is the condition of a choice or holds one.
pub(super) fn read(words: Words<'_>, span: Span) -> Tests {
    let mut tests = Tests::default();
    let mut at = span.start;
    while at < span.end {
        match words.text(at) {
            "||" => tests.has_or = true,
            "&&" => tests.has_and = true,
            ")" if matches!(words.text(at + 1), "==" | "!=") && is_nothing(words.text(at + 2)) => {
                let inner = words.opening(at, span.start).map(|it| it + 1);
                if let Some(place) = inner.and_then(|it| assigned(words, it, at)) {
                    tests.tests.push(Test { place, is_of_nothing: words.text(at + 1) == "==" });
                }
            }
            _ if words.is_name(at) && !matches!(words.before(at), "->" | ".") => {
                let (place, behind) = place(words, at, span.end);
                if let Some(is_of_nothing) = of_place(words, span, at, behind) {
                    tests.tests.push(Test { place, is_of_nothing });
                }
                at = behind;
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    tests
}

/// The place that brackets give a value: `(p = malloc(n)) == NULL`, and where there is no comparison.
fn assigned(words: Words<'_>, at: usize, end: usize) -> Option<String> {
    if !words.is_name(at) {
        return None;
    }
    let (place, behind) = place(words, at, end);
    (words.text(behind) == "=" && behind < end).then_some(place)
}

fn is_nothing(word: &str) -> bool {
    matches!(word, "NULL" | "nullptr" | "0")
}

/// What is asked of a place between two words.
fn of_place(words: Words<'_>, span: Span, at: usize, behind: usize) -> Option<bool> {
    let before = if at > span.start { words.before(at) } else { "" };
    let next = if behind < span.end { words.text(behind) } else { "" };
    let is_begin = matches!(before, "" | "(" | "&&" | "||" | "!" | "=" | ",");
    let is_end = matches!(next, "" | ")" | "&&" | "||" | "?");
    match (before, next) {
        (_, "==") if is_nothing(words.text(behind + 1)) => Some(true),
        (_, "!=") if is_nothing(words.text(behind + 1)) => Some(false),
        ("==", _) if at >= 2 && is_nothing(words.text(at - 2)) => Some(true),
        ("!=", _) if at >= 2 && is_nothing(words.text(at - 2)) => Some(false),
        ("!", _) if is_end || next == "=" => Some(true),
        ("(", "=") if at >= 2 && words.text(at - 2) == "!" => Some(true),
        _ if is_begin && is_end => {
            // `f(p)` hands it over; `(p)`, `if (p)` and `assert(p)` ask.
            let name = at.checked_sub(2).filter(|_| before == "(").map_or("", |it| words.text(it));
            let is_call = at >= 2 && words.is_name(at - 2) && before == "(" && at > span.start;
            (!is_call || name.to_ascii_lowercase().contains("assert") || matches!(name, "likely" | "NPY_LIKELY" | "if")).then_some(false)
        }
        _ => None,
    }
}
