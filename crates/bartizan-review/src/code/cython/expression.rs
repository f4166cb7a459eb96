//! Expressions: casts and addresses become calls, what only a compiler of C needs goes, the rest is Python already.
//!
//! `<double *> x.data` is written as `__pointer__("double*", x.data)`, a cast to a whole number as `__number__`, any other as
//! `__cast__`; `&x[0]` as `__address__(x[0])`. Rules ask for these names as for any other function.

use super::pieces::Pieces;
use crate::{
    lines::joined,
    tokens::{Kind, Token},
};

/// How many casts may stand one in the other.
const DEEPEST: usize = 64;

/// How many words a type has.
const LONGEST_TYPE: usize = 64;

/// Words after which a value begins.
const BEFORE_VALUES: [&str; 25] = [
    "and", "or", "not", "in", "is", "if", "else", "elif", "return", "yield", "lambda", "print",
    "assert", "raise", "del", "while", "for", "with", "from", "import", "as", "await", "except",
    "new", "by",
];

/// Words that make up types of C, before others.
const OF_TYPES: [&str; 10] = [
    "unsigned", "signed", "short", "long", "const", "volatile", "struct", "union", "double",
    "float",
];

/// Whole numbers into which addresses are put.
const NUMBERS: [&str; 18] = [
    "uintptr_t",
    "intptr_t",
    "size_t",
    "ssize_t",
    "Py_ssize_t",
    "Py_intptr_t",
    "Py_uintptr_t",
    "npy_intp",
    "npy_uintp",
    "intp_t",
    "uintp_t",
    "int",
    "unsigned int",
    "long",
    "unsigned long",
    "long long",
    "unsigned long long",
    "uint64_t",
];

/// Writes an expression, or anything else that is made of them.
pub(super) fn write<'a>(words: &[Token<'a>], pieces: &mut Pieces<'a>) {
    let mut writer = Expression {
        words,
        ends: ends(words),
        open: Vec::new(),
    };
    let mut at = 0;
    while at < words.len() {
        writer.close(at, pieces);
        at = writer.step(at, pieces);
    }
    writer.close(usize::MAX, pieces);
}

/// The place of the bracket that closes each one that opens.
fn ends(words: &[Token<'_>]) -> Vec<usize> {
    let mut ends = vec![words.len(); words.len()];
    let mut open = Vec::new();
    for (at, word) in words.iter().enumerate() {
        match word.text {
            "(" | "[" | "{" => open.push(at),
            ")" | "]" | "}" => {
                if let Some(end) = open.pop().and_then(|start: usize| ends.get_mut(start)) {
                    *end = at;
                }
            }
            _ => {}
        }
    }
    ends
}

struct Expression<'a, 'w> {
    words: &'w [Token<'a>],
    ends: Vec<usize>,
    /// Where the values of casts end that have begun.
    open: Vec<usize>,
}

impl<'a> Expression<'a, '_> {
    fn text(&self, at: usize) -> &'a str {
        self.words.get(at).map_or("", |it| it.text)
    }

    fn kind(&self, at: usize) -> Option<Kind> {
        self.words.get(at).map(|it| it.kind)
    }

    /// Whether a value ends before a place.
    fn follows_value(&self, at: usize) -> bool {
        at.checked_sub(1).is_some_and(|before| {
            let text = self.text(before);
            match self.kind(before) {
                Some(Kind::Name) => !BEFORE_VALUES.contains(&text),
                Some(Kind::Number | Kind::Text) => true,
                _ => matches!(text, ")" | "]" | "}" | "..."),
            }
        })
    }

    /// Closes the casts whose values ended.
    fn close(&mut self, at: usize, pieces: &mut Pieces<'a>) {
        while self.open.last().is_some_and(|end| *end <= at) {
            self.open.pop();
            pieces.add(&[")"]);
        }
    }

    /// Writes what stands at a place; gives the next.
    fn step(&mut self, at: usize, pieces: &mut Pieces<'a>) -> usize {
        let Some(word) = self.words.get(at) else {
            return at + 1;
        };
        match (word.kind, word.text) {
            (Kind::Sign, "<") if !self.follows_value(at) => {
                return self.cast(at, pieces).unwrap_or_else(|| {
                    pieces.keep(word);
                    at + 1
                });
            }
            (Kind::Sign, "&") if !self.follows_value(at) && self.open.len() < DEEPEST => {
                pieces.put("__address__", word.line);
                pieces.add(&["("]);
                self.open.push(self.end_of_value(at + 1));
            }
            (Kind::Sign, "<>") => pieces.put("!=", word.line),
            // Of a pointer type, as in `vector[int*]`.
            (Kind::Sign, "*" | "**" | "&") if self.ends_type(at) => {}
            (Kind::Text, text) => pieces.put(text_of(text), word.line),
            (Kind::Number, text) => pieces.put(number_of(text), word.line),
            (Kind::Name, "new") if self.kind(at + 1) == Some(Kind::Name) => {}
            (Kind::Name, "sizeof" | "typeid") if self.text(at + 1) == "(" => {
                return self.size_of(at, pieces);
            }
            (Kind::Name, text) if OF_TYPES.contains(&text) && self.is_of_type(at + 1) => {}
            (Kind::Name, "as") if !self.follows_value(at) => pieces.put("as_", word.line),
            (Kind::Name, text) if at > 1 && self.text(at - 1) == "." && self.follows_value(at - 1) => {
                pieces.put(name_of(text), word.line);
            }
            _ => pieces.keep(word),
        }
        at + 1
    }

    fn ends_type(&self, at: usize) -> bool {
        let behind = if matches!(self.text(at + 1), "*" | "&") {
            at + 2
        } else {
            at + 1
        };
        matches!(self.text(behind), "]" | "," | ")")
            && (self.follows_value(at) || matches!(self.text(at.wrapping_sub(1)), "*" | "&"))
    }

    fn is_of_type(&self, at: usize) -> bool {
        self.kind(at) == Some(Kind::Name) && !super::is_keyword(self.text(at))
    }

    /// A cast; nothing where what stands there is none.
    fn cast(&mut self, at: usize, pieces: &mut Pieces<'a>) -> Option<usize> {
        let end = self.end_of_type(at)?;
        if self.open.len() >= DEEPEST {
            return None;
        }
        let line = self.words.get(at)?.line;
        let words = self.words.get(at + 1..end)?;
        let words = words.iter().filter(|it| it.text != "?");
        let name = joined(words.map(|it| it.text));
        let function = match name.as_str() {
            it if it.ends_with('*') => "__pointer__",
            it if NUMBERS.contains(&it.rsplit('.').next().unwrap_or(it)) => "__number__",
            _ => "__cast__",
        };
        pieces.put(function, line);
        pieces.add(&["("]);
        pieces.put(format!("\"{}\"", name.replace(['"', '\\', '\n'], "'")), line);
        pieces.add(&[","]);
        self.open.push(self.end_of_value(end + 1));
        Some(end + 1)
    }

    /// The place of the `>` of a cast that begins at a place.
    fn end_of_type(&self, start: usize) -> Option<usize> {
        let mut at = start + 1;
        for _ in 0..LONGEST_TYPE {
            let word = self.words.get(at)?;
            match (word.kind, word.text) {
                (_, ">") => return (at > start + 1).then_some(at),
                (_, "(" | "[") => at = *self.ends.get(at)?,
                (Kind::Name | Kind::Number, _) | (_, "." | "*" | "**" | "&" | "?") => {}
                _ => return None,
            }
            at += 1;
        }
        None
    }

    /// Where the value ends that begins at a place: signs before it, a name or brackets, and what follows these.
    fn end_of_value(&self, start: usize) -> usize {
        let mut at = start;
        for _ in 0..DEEPEST {
            match self.text(at) {
                "-" | "+" | "~" | "&" | "*" | "new" | "await" => at += 1,
                "<" => match self.end_of_type(at) {
                    Some(end) => at = end + 1,
                    None => break,
                },
                _ => break,
            }
        }
        match self.text(at) {
            "(" | "[" | "{" => at = self.behind(at),
            _ if self.kind(at) == Some(Kind::Text) => {
                while self.kind(at) == Some(Kind::Text) {
                    at += 1;
                }
            }
            _ => at += 1,
        }
        loop {
            at = match self.text(at) {
                "(" | "[" => self.behind(at),
                "." => at + 2,
                _ => return at,
            };
        }
    }

    fn behind(&self, at: usize) -> usize {
        self.ends.get(at).map_or(at, |end| *end) + 1
    }

    /// `sizeof(unsigned int)`: of types only the first name stays.
    fn size_of(&self, at: usize, pieces: &mut Pieces<'a>) -> usize {
        let behind = self.behind(at + 1);
        let inner = self.words.get(at + 2..behind.saturating_sub(1));
        let mut words = inner.unwrap_or_default().iter();
        for word in self.words.get(at..at + 2).unwrap_or_default() {
            pieces.keep(word);
        }
        if let Some(first) = words.find(|it| it.kind == Kind::Name && !super::is_keyword(it.text))
        {
            pieces.put(name_of(first.text), first.line);
        }
        if let Some(close) = self.words.get(behind.saturating_sub(1)) {
            pieces.keep(close);
        }
        behind
    }
}

/// A text without the letters that Python does not know: `c"x"`, `ur"x"`.
fn text_of(text: &str) -> &str {
    let quote = text.find(['"', '\'']).unwrap_or(0);
    let prefix = text.get(..quote).unwrap_or_default();
    let lower = prefix.to_ascii_lowercase();
    let skipped = match lower.as_str() {
        "c" | "ur" | "bu" | "ub" => quote,
        "cr" | "cf" | "cb" => 1,
        _ => 0,
    };
    text.get(skipped..).unwrap_or(text)
}

/// A number without the letters of C, and with the `o` of those of eight digits.
fn number_of(text: &str) -> std::borrow::Cow<'_, str> {
    let bare = text.trim_end_matches(['u', 'U', 'l', 'L']);
    let bare = if bare.is_empty() { text } else { bare };
    let is_octal = bare.len() > 1
        && bare.starts_with('0')
        && bare.bytes().all(|byte| byte.is_ascii_digit())
        && bare.bytes().any(|byte| byte != b'0');
    if is_octal {
        return format!("0o{bare}").into();
    }
    bare.into()
}

/// A name that is no word of Python.
pub(super) fn name_of(name: &str) -> std::borrow::Cow<'_, str> {
    if super::is_keyword(name) {
        return format!("{name}_").into();
    }
    name.into()
}
