//! The functions of a file: a name, brackets, and a block behind them.

use std::collections::BTreeMap;

use super::{
    Span, Words,
    declaration::{self, Declared},
    statement::{self, Block},
};
use crate::tokens::Kind;

/// The most words of a function that is followed, and how deep its brackets may be.
const LONGEST: usize = 200_000;
const DEEPEST: usize = 100;

/// How many functions of one file are looked at.
const MOST_FUNCTIONS: usize = 20_000;

/// A function.
#[derive(Debug)]
pub(super) struct Function<'a> {
    pub(super) name: &'a str,
    /// The words between what stood before and its name.
    pub(super) head: Span,
    /// The words within its braces.
    pub(super) body: Span,
    pub(super) statements: Block<'a>,
    /// What it is given, and what it declares.
    pub(super) declared: BTreeMap<&'a str, Declared<'a>>,
}

/// Every function that stands in no other.
pub(super) fn functions(words: Words<'_>) -> Vec<Function<'_>> {
    let mut functions = Vec::new();
    let (mut at, mut begin) = (0, 0);
    let mut candidate: Option<(usize, Span)> = None;
    while at < words.len() && functions.len() < MOST_FUNCTIONS {
        if !words.is(at, Kind::Sign) {
            at += 1;
            continue;
        }
        match words.text(at) {
            "(" => {
                let close = words.closing(at, words.len());
                let is_called = at.checked_sub(1).is_some_and(|it| words.is_name(it));
                let inside = Span::new(at + 1, close);
                candidate = match candidate {
                    // The last brackets hold what it is given: others are of macros.
                    Some((name, _)) => Some((name, inside)),
                    None => is_called.then(|| (at.saturating_sub(1), inside)),
                };
                at = close + 1;
            }
            ";" | "}" | "=" => {
                candidate = candidate.filter(|_| words.text(at) == "=");
                at += 1;
                begin = at;
            }
            "{" => {
                let found = candidate.take().filter(|_| words.before(at) != "=");
                let Some((name, inside)) = found else {
                    let is_list = words.before(at) == "=";
                    at = if is_list {
                        words.closing(at, words.len())
                    } else {
                        at
                    } + 1;
                    begin = at;
                    continue;
                };
                let close = words.closing(at, words.len());
                let body = Span::new(at + 1, close);
                if is_followed(words, Span::new(begin, close)) {
                    functions.push(function(words, Span::new(begin, name), name, inside, body));
                }
                at = close + 1;
                begin = at;
            }
            _ => at += 1,
        }
    }
    functions
}

/// Whether somebody may have written it: what is longer or deeper is made to take time, as brackets are looked at once for
/// each that is around them.
fn is_followed(words: Words<'_>, span: Span) -> bool {
    let mut depth = 0_usize;
    span.end - span.start <= LONGEST
        && span.places().all(|at| {
            match words.text(at) {
                "(" | "[" | "{" => depth += 1,
                ")" | "]" | "}" => depth = depth.saturating_sub(1),
                _ => {}
            }
            depth <= DEEPEST
        })
}

fn function(words: Words<'_>, head: Span, name: usize, inside: Span, body: Span) -> Function<'_> {
    let mut declared = BTreeMap::new();
    for part in words.parts(inside, ",") {
        for it in declaration::read(words, part).unwrap_or_default() {
            declared.insert(
                it.name,
                Declared {
                    is_given: true,
                    ..it
                },
            );
        }
    }
    let statements = statement::read(words, body);
    statement::visit(&statements, &mut |span| {
        // Of a `for` the first part declares.
        let first = words.parts(span, ";").into_iter().next().unwrap_or(span);
        for it in declaration::read(words, first).unwrap_or_default() {
            declared.insert(it.name, it);
        }
    });
    Function {
        name: words.text(name),
        head,
        body,
        statements,
        declared,
    }
}
