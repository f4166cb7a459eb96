//! What a statement declares: names with the words of their types.

use super::{Span, Words};
use crate::{lines::joined, tokens::Kind};

/// Something declared.
#[derive(Debug, Clone)]
pub(crate) struct Declared<'a> {
    pub(crate) name: &'a str,
    /// The words of its type, with a `*` for each pointer and without what says where it lies.
    pub(crate) kind: String,
    /// What stands between the brackets of an array.
    pub(crate) room: Option<Span>,
    /// What it is given at once.
    pub(crate) value: Option<Span>,
    /// Whether the function is handed it.
    pub(crate) is_given: bool,
    /// Whether it never changes.
    pub(crate) is_constant: bool,
    /// Where its name stands.
    pub(crate) at: usize,
}

/// Words that begin a statement that declares nothing.
const NO_TYPES: [&str; 16] = [
    "return", "goto", "else", "case", "delete", "throw", "sizeof", "typedef", "using", "new", "if", "do", "default", "break",
    "continue", "namespace",
];

/// Words of a type that say where something lies, not what it is.
const STORAGE: [&str; 11] = [
    "static", "register", "volatile", "extern", "inline", "const", "constexpr", "restrict", "__restrict", "__restrict__", "struct",
];

/// What a statement declares, if it is one that does.
pub(crate) fn read<'a>(words: Words<'a>, span: Span) -> Option<Vec<Declared<'a>>> {
    let mut at = span.start;
    let mut types: Vec<&str> = Vec::new();
    while at < span.end && (words.is_name(at) || words.text(at) == "::") {
        types.push(words.text(at));
        at += 1;
    }
    if types.first().is_none_or(|it| NO_TYPES.contains(it)) || types.len() > 12 {
        return None;
    }
    // Without a pointer the last name is what is declared.
    let follows = words.text(at);
    let is_end = |at: usize| at >= span.end || matches!(words.text(at), "=" | "," | "[" | ";" | ":" | "{");
    if matches!(follows, "*" | "&" | "&&") && at < span.end {
        let mut end = at;
        while end < span.end && (matches!(words.text(end), "*" | "&" | "&&") || STORAGE.contains(&words.text(end))) {
            end += 1;
        }
        if end >= span.end || !words.is_name(end) || !is_end(end + 1) {
            return None;
        }
    } else if types.len() >= 2 && is_end(at) {
        types.pop();
        at -= 1;
    } else {
        return None;
    }
    let is_constant = types.iter().any(|it| matches!(*it, "const" | "constexpr"));
    let types: Vec<&str> = types.into_iter().filter(|it| !STORAGE.contains(it)).collect();
    if types.is_empty() {
        return None;
    }
    let base = joined(types.into_iter());
    let parts = words.parts(Span::new(at, span.end), ",");
    let read = parts.into_iter().filter_map(|part| one(words, part, &base, is_constant));
    Some(read.collect())
}

/// One of the names that a statement declares.
fn one<'a>(words: Words<'a>, part: Span, base: &str, is_constant: bool) -> Option<Declared<'a>> {
    let mut kind = base.to_owned();
    let mut at = part.start;
    while at < part.end && !words.is_name(at) || STORAGE.contains(&words.text(at)) {
        if at >= part.end {
            return None;
        }
        if words.text(at) == "*" {
            kind.push('*');
        }
        at += 1;
    }
    if !words.is(at, Kind::Name) || at >= part.end {
        return None;
    }
    let mut behind = at + 1;
    let mut room = None;
    while behind < part.end && words.text(behind) == "[" {
        let close = words.closing(behind, part.end);
        room = room.or(Some(Span::new(behind + 1, close)));
        behind = close + 1;
    }
    let value = (behind < part.end && words.text(behind) == "=").then(|| Span::new(behind + 1, part.end));
    Some(Declared {
        name: words.text(at),
        // A constant pointer leads to what is constant, and itself changes.
        is_constant: is_constant && !kind.ends_with('*'),
        kind,
        room,
        value,
        is_given: false,
        at,
    })
}
