//! What becomes of a value within one function of C: memory that is given back and used, references that are lost, sizes that
//! nobody looked at, the lock of the interpreter.
//!
//! There is no grammar below it: functions, statements and blocks are made of words and brackets, so that macros and templates
//! are no errors. A function is walked once, each loop once, no other function is looked into, and types are what declarations
//! say in words. What needs a path to be true is a hint; nothing here may end a walk but its bounds.

pub(crate) mod declaration;
mod expression;
mod format;
mod function;
mod lock;
mod memory;
mod parallel;
mod preprocessor;
mod references;
mod shape;
mod sizes;
mod state;
mod statement;
mod test;
mod vocabulary;
mod walk;

use std::collections::BTreeSet;

use crate::{lines::joined, tokens::{self, Kind, Token}};

/// How many flaws of one file are kept.
const MOST_FLAWS: usize = 2_000;

/// Something that a walk saw.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Flaw {
    pub(crate) line: u32,
    pub(crate) rule: &'static str,
    /// The function around it.
    pub(crate) within: String,
    /// What is compared, without layout.
    pub(crate) snippet: String,
    pub(crate) message: String,
}

/// A part of the words of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Span {
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// The words of a file, asked without a fear of their ends.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Words<'a> {
    tokens: &'a [Token<'a>],
}

/// The flaws of the functions of a text, sorted by line.
pub(crate) fn see(text: &str) -> Vec<Flaw> {
    let tokens = preprocessor::chosen(tokens::of_c(text));
    let words = Words::of(&tokens);
    let mut flaws = BTreeSet::new();
    for function in function::functions(words) {
        shape::see(words, &function, &mut flaws);
        parallel::see(words, &function, &mut flaws);
        walk::see(words, &function, &mut flaws);
        if flaws.len() > MOST_FLAWS {
            break;
        }
    }
    flaws.into_iter().take(MOST_FLAWS).collect()
}

impl Span {
    pub(crate) fn new(start: usize, end: usize) -> Self {
        Self { start, end: end.max(start) }
    }

    fn places(self) -> std::ops::Range<usize> {
        self.start..self.end
    }

    fn is_empty(self) -> bool {
        self.start >= self.end
    }
}

impl<'a> Words<'a> {
    pub(crate) fn of(tokens: &'a [Token<'a>]) -> Self {
        Self { tokens }
    }

    fn len(self) -> usize {
        self.tokens.len()
    }

    /// The word at a place; empty behind the end.
    pub(crate) fn text(self, at: usize) -> &'a str {
        self.tokens.get(at).map_or("", |it| it.text)
    }

    /// The word before a place.
    pub(crate) fn before(self, at: usize) -> &'a str {
        at.checked_sub(1).map_or("", |it| self.text(it))
    }

    fn line(self, at: usize) -> u32 {
        self.tokens.get(at).map_or(0, |it| it.line)
    }

    fn is(self, at: usize, kind: Kind) -> bool {
        self.tokens.get(at).is_some_and(|it| it.kind == kind)
    }

    fn is_name(self, at: usize) -> bool {
        self.is(at, Kind::Name)
    }

    /// Whether a value ends with the word at a place, so that a `*` behind it multiplies.
    fn ends_value(self, at: Option<usize>) -> bool {
        at.is_some_and(|at| {
            let is_word = self.is(at, Kind::Name) || self.is(at, Kind::Number);
            let is_return = matches!(self.text(at), "return" | "case" | "else" | "sizeof");
            (is_word && !is_return) || matches!(self.text(at), ")" | "]")
        })
    }

    /// The words of a span, put together without layout.
    fn joined(self, span: Span) -> String {
        joined(span.places().map(|at| self.text(at)))
    }

    /// Whether one of the names stands in a span.
    fn mentions(self, span: Span, is_meant: impl Fn(&str) -> bool) -> bool {
        span.places().any(|at| self.is_name(at) && is_meant(self.text(at)))
    }

    /// The place of the bracket that closes the one at a place, no further than an end; the end where there is none.
    fn closing(self, open: usize, end: usize) -> usize {
        let mut depth = 0_usize;
        for at in open..end {
            if !self.is(at, Kind::Sign) {
                continue;
            }
            match self.text(at) {
                "(" | "[" | "{" => depth += 1,
                ")" | "]" | "}" => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        return at;
                    }
                }
                _ => {}
            }
        }
        end
    }

    /// The place of the bracket that the one at a place closes, no further back than a start.
    pub(crate) fn opening(self, close: usize, start: usize) -> Option<usize> {
        let mut depth = 0_usize;
        for at in (start..=close).rev() {
            match self.text(at) {
                ")" | "]" | "}" => depth += 1,
                "(" | "[" | "{" => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        return Some(at);
                    }
                }
                _ => {}
            }
        }
        None
    }

    /// A span cut at a sign outside of brackets.
    pub(crate) fn parts(self, span: Span, sign: &str) -> Vec<Span> {
        let mut parts = Vec::new();
        let (mut start, mut depth) = (span.start, 0_usize);
        for at in span.places() {
            match self.text(at) {
                "(" | "[" | "{" => depth += 1,
                ")" | "]" | "}" => depth = depth.saturating_sub(1),
                it if it == sign && depth == 0 => {
                    parts.push(Span::new(start, at));
                    start = at + 1;
                }
                _ => {}
            }
        }
        parts.push(Span::new(start, span.end));
        parts
    }
}

/// Signs that compare.
fn is_relation(sign: &str) -> bool {
    matches!(sign, "<" | ">" | "<=" | ">=" | "==" | "!=")
}

#[cfg(test)]
mod tests;
