//! The front ends of languages that no parser here reads as they are: what they make of a text, for measuring and fuzzing.

use std::collections::BTreeSet;

use bartizan_formats::python_code::broken_lines;

use crate::code;

/// What became of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// The lines, from 1, that lie within what the parser of Python could not understand afterwards; all where it read nothing.
    pub broken: Vec<u32>,
    /// How many lines there are.
    pub lines: u32,
    /// How many calls are found.
    pub calls: usize,
}

/// Cython, or a template of it, as Python on the same lines; nothing where it is too large.
pub fn cython_to_python(text: &str) -> Option<String> {
    code::cython::to_python(text)
}

/// A template of NumPy as C on the same lines.
pub fn template_to_c(text: &str) -> String {
    code::template::repeats::neutral(text).into_owned()
}

/// How a text in Cython is read.
pub fn read_cython(text: &str) -> Reading {
    let lines = crate::lines::line_at(text, text.len());
    let broken = cython_to_python(text).and_then(|it| broken_lines(&it).ok());
    Reading {
        broken: broken.map_or_else(|| (1..=lines).collect(), |it| it.into_iter().collect()),
        lines,
        calls: code::cython::calls(text).len(),
    }
}

/// What the reader of C makes of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CReading {
    /// Brackets that nothing opens or closes.
    pub unbalanced: usize,
    /// The functions that call something, sorted.
    pub functions: Vec<String>,
}

/// How a text in C is read.
pub fn read_c(text: &str) -> CReading {
    let mut open: Vec<&str> = Vec::new();
    let mut unbalanced = 0;
    for token in crate::tokens::of_c(text) {
        let opens = match token.text {
            "(" | "[" | "{" => {
                open.push(token.text);
                continue;
            }
            ")" => "(",
            "]" => "[",
            "}" => "{",
            _ => continue,
        };
        if open.last() == Some(&opens) {
            open.pop();
        } else {
            unbalanced += 1;
        }
    }
    let calls = code::calls(text, crate::kind::Language::C, true);
    let functions: BTreeSet<String> = calls.into_iter().map(|it| it.within).collect();
    CReading {
        unbalanced: unbalanced + open.len(),
        functions: functions.into_iter().collect(),
    }
}
