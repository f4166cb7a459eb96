//! Cython as Python that stands on the same lines, so that the parser of Python reads it.
//!
//! Statement by statement: what declares is written as what it does at run time (`cdef int n = f(x)` as `n = f(x)`), functions
//! and classes as those of Python, casts and addresses as calls with names of their own. A statement that is not understood is
//! left as it stands, and the parser says that it is no Python: nothing is hidden by dropping it.

mod cursor;
mod declaration;
mod expression;
mod header;
mod pieces;
mod statement;
mod words;

use bartizan_formats::python_code::broken_lines;

use self::{
    pieces::{Pieces, Writer},
    statement::Block,
};
use super::{
    Call,
    template::{
        braces::{self, Branches},
        repeats,
    },
};

/// The largest text that is written anew, as the parser of Python takes none that is larger.
const LARGEST: usize = bartizan_formats::python_code::MAX_TEXT;

/// Words of Python that name nothing.
const KEYWORDS: [&str; 35] = [
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue",
    "def", "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import",
    "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while",
    "with", "yield",
];

/// Packages of Cython through which functions of C are reached.
const OF_C: [&str; 4] = ["libc.", "posix.", "cpython.", "libcpp."];

fn is_keyword(word: &str) -> bool {
    KEYWORDS.contains(&word)
}

/// Cython, or a template of it, as Python; nothing where it is too large.
pub(crate) fn to_python(text: &str) -> Option<String> {
    if text.len() > LARGEST {
        return None;
    }
    let all = braces::neutral(text, Branches::All);
    let python = written(&all);
    if !braces::is_template(text) {
        return Some(python);
    }
    // Two alternatives one after the other may be no whole statement: then the first is looked at alone, if that helps.
    let broken = |python: &str| broken_lines(python).map_or(usize::MAX, |it| it.len());
    let first = written(&braces::neutral(text, Branches::First));
    Some(if broken(&python) > broken(&first) {
        first
    } else {
        python
    })
}

fn written(text: &str) -> String {
    let text: &str = &repeats::neutral_values(text);
    let mut writer = Writer::new(text.len());
    // Headers that are open, with how far they are indented.
    let mut open: Vec<(usize, Block)> = Vec::new();
    for it in words::statements(text) {
        while open.last().is_some_and(|(width, _)| *width >= it.width) {
            open.pop();
        }
        let block = open.last().map_or(Block::Python, |(_, block)| *block);
        let line = it.words.first().map_or(0, |word| word.line);
        let mut pieces = Pieces::new(line);
        if let Some(opened) = statement::write(&it.words, block, &mut pieces) {
            open.push((it.width, opened));
        }
        writer.write(it.indent, &pieces);
    }
    let lines = memchr::memchr_iter(b'\n', text.as_bytes()).count();
    writer.go_to(crate::lines::number(lines));
    writer.text
}

/// The calls of a text. Functions of C have their bare names.
pub(crate) fn calls(text: &str) -> Vec<Call> {
    let Some(python) = to_python(text) else {
        return Vec::new();
    };
    let mut calls = super::python::calls(&python);
    for call in &mut calls {
        if OF_C.iter().any(|it| call.function.starts_with(it))
            && let Some((_, name)) = call.function.rsplit_once('.')
        {
            call.function = name.to_owned();
        }
    }
    calls
}

#[cfg(test)]
mod tests;
