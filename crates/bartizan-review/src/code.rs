//! Calls of a file, whatever its language: what is called, with what, within which function.

mod c;
pub(crate) mod cython;
mod python;
pub(crate) mod template;

use serde::Deserialize;

use crate::kind::Language;

/// How many calls of one file are looked at.
const MOST_CALLS: usize = 200_000;

/// How many arguments of one call, and how many names of one argument.
const MOST_PARTS: usize = 64;

/// A call.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Call {
    pub(crate) line: u32,
    /// What is called, dotted, as imports say it; `x().name` for a method of what another call gives.
    pub(crate) function: String,
    /// The function around it, dotted; empty outside of all.
    pub(crate) within: String,
    pub(crate) arguments: Vec<Argument>,
    /// Whether arguments come from a list or a table, so that nobody knows which there are.
    pub(crate) has_spread: bool,
    /// What its value is given to.
    pub(crate) assigned: Option<String>,
    /// The declared type of that, where it is known.
    pub(crate) given_to: Option<String>,
    /// Whether it is a statement, so that nobody looks at what it gives; known in C only.
    pub(crate) is_dropped: bool,
    /// The call without layout.
    pub(crate) text: String,
}

/// An argument.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Argument {
    pub(crate) name: Option<String>,
    pub(crate) shape: Shape,
    /// It without layout.
    pub(crate) text: String,
    /// Dotted names in it, as imports say them.
    pub(crate) names: Vec<String>,
}

/// What an argument is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shape {
    /// A text that is written down.
    Text,
    /// A number that is written down.
    Number,
    /// True.
    True,
    /// False.
    False,
    /// None, or a null pointer.
    None,
    /// A name.
    Name,
    /// What a multiplication gives.
    Product,
    /// A list of texts that are all written down.
    Texts,
    /// Anything else.
    Other,
}

/// The calls of a file; none of what is no code with calls.
pub(crate) fn calls(text: &str, language: Language, is_whole: bool) -> Vec<Call> {
    match language {
        Language::Python => python::calls(text),
        Language::Cython => cython::calls(text),
        Language::C | Language::Cpp if template::repeats::is_template(text) => {
            c::calls(&template::repeats::neutral(text), is_whole)
        }
        Language::C | Language::Cpp => c::calls(text, is_whole),
        _ => Vec::new(),
    }
}
